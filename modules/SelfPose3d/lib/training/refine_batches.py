"""Training samples of the refinement: starts, the views around them, and the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from yacs.config import CfgNode

from modules.core.geometry import frame_to_network, valid_radius
from modules.SelfPose3d.lib.models.view_sampler import FIELDS, ViewSampler, unexplained

from .batches import Batch
from .proposals import Proposer
from .rigs import random_views
from .scenes import STRIDE, Scene
from .starts import bent, made_up_starts

#: Weight of a joint in the loss by the number of views that have it in their frame: 0, 1, 2 or more.
SEEN_WEIGHT = np.array([0.15, 0.5, 1.0], np.float32)
#: How far the joints of people who were found are off, at most, mm (standard deviation per axis).
FOUND_MM = 60.0
#: How often one of them is wrongly posed, with others' joints for instance: then something of others is gone too.
ASTRAY = 0.3
#: How often the nets propose from what the people found leave of the heatmaps, as they do when they look again.
AGAIN = 0.5


def as_samples(scene: Scene, starts: np.ndarray, owner: np.ndarray, label: np.ndarray) -> Batch:
    """Tensors of starts [N, J, 3] in a scene; ``owner`` and ``label`` as ``made_up_starts`` gives them."""
    weights = SEEN_WEIGHT[np.minimum(scene.views_seen[owner], 2)] * (owner >= 0)[:, None]
    return {
        "starts": torch.from_numpy(starts), "joints": torch.from_numpy(scene.joints_world_mm[owner]),
        "owner": torch.from_numpy(owner), "label": torch.from_numpy(label),
        "weights": torch.from_numpy(weights.astype(np.float32)), "seen": torch.from_numpy(scene.views_seen[owner]),
    }  # fmt: skip


def found_before(rng: np.random.Generator, scene: Scene) -> tuple[np.ndarray, torch.Tensor]:
    """Some of a scene's people, bool [P], as if they had been found already, and what they leave of its heatmaps."""
    truth = scene.joints_world_mm.astype(np.float64)
    found = rng.random(len(truth)) < rng.random()
    joints = truth[found] + rng.normal(0, rng.uniform(5, FOUND_MM), truth[found].shape)
    for n, person in enumerate(np.flatnonzero(found)):
        if rng.random() < ASTRAY:
            joints[n] = bent(rng, truth[person], truth)
    views = sampler(views_of([scene]) | {"scene": torch.zeros(len(joints), dtype=torch.long)})
    return found, unexplained(scene.heatmaps, views.look(torch.from_numpy(joints.astype(np.float32))))


def refine_batch(
    rng: np.random.Generator, config: CfgNode, next_scene: Callable[[int], Scene], proposer: Proposer | None
) -> Batch:
    """Starts in scenes of equally many views, which ``next_scene`` makes; FIT.REFINE.PROPOSED of them by ``proposer``."""
    views = random_views(rng, config.FIT.VIEWS)
    fit = config.FIT.REFINE
    parts, before = [], []
    for _ in range(fit.BATCH):
        scene = next_scene(views)
        found, left = found_before(rng, scene)
        by_nets = proposer is not None and rng.random() < fit.PROPOSED
        if by_nets:
            looked_at = replace(scene, heatmaps=left) if rng.random() < AGAIN else scene
            samples = as_samples(scene, *proposer.starts(rng, looked_at, fit.STARTS))
        else:
            samples = as_samples(scene, *made_up_starts(rng, scene, fit.STARTS))
        parts.append((scene, samples))
        before.append((found, left))
    return joined(parts, before)


def joined(parts: Sequence[tuple[Scene, Batch]], before: Sequence[tuple[np.ndarray, torch.Tensor]] | None = None) -> Batch:
    """One batch of several scenes' samples and their views: an entry for each scene, and ``scene`` tells whose a start is.

    Args:
        before: of each scene what ``found_before`` gave. It adds ``left`` float16 [·], like ``maps``, ``label_left`` float32
            [N], whether a start is a person there, and ``weights_left`` [N, J]: one who was found is nobody the second time.
    """
    batch = {name: torch.cat([part[name] for _, part in parts]) for name in parts[0][1]}
    batch["scene"] = torch.cat([torch.full((len(part["label"]),), i) for i, (_, part) in enumerate(parts)])
    if before is not None:
        gone = [
            torch.from_numpy(found)[part["owner"]] & (part["owner"] >= 0)
            for (found, _), (_, part) in zip(before, parts, strict=True)
        ]
        batch["label_left"] = torch.where(torch.cat(gone), 0.0, batch["label"])
        batch["weights_left"] = torch.where(torch.cat(gone)[:, None], 0.0, batch["weights"])
        batch["left"] = torch.cat([left.half().flatten() for _, left in before])
    return batch | views_of([scene for scene, _ in parts])


def views_of(scenes: Sequence[Scene]) -> Batch:
    """The fields of a ``ViewSampler`` with one entry a scene; ``maps`` float16 [·], all heatmaps one behind another, and their
    ``shapes`` int64 [S, 4]."""
    columns: dict[str, list[list[object]]] = {name: [] for name in FIELDS}
    for scene in scenes:
        rows: dict[str, list[object]] = {name: [] for name in FIELDS}
        for camera in scene.cameras:
            frame = (camera.width_px, camera.height_px)
            entry = {
                "R": camera.R_world_to_cam, "T": camera.center_world_mm[None], "f": [[camera.fx, camera.fy]],
                "c": [[camera.cx, camera.cy]], "k": camera.k[None], "p": camera.p[None],
                "limit_r2": [valid_radius(camera.k) ** 2], "frame": [frame],
                "to_cells": frame_to_network(frame, scene.network_size) / STRIDE,
            }  # fmt: skip
            for name in FIELDS:
                rows[name].append(entry[name])
        for name in FIELDS:
            columns[name].append(rows[name])
    tensors = {name: torch.from_numpy(np.array(value, np.float32)) for name, value in columns.items()}
    shapes = torch.tensor([scene.heatmaps.shape for scene in scenes])
    return tensors | {"maps": torch.cat([scene.heatmaps.half().flatten() for scene in scenes]), "shapes": shapes}


def sampler(batch: Batch, maps: str = "maps") -> ViewSampler:
    """The views of every start of a batch; ``maps``: "left" for what the people found before leave of them."""
    shapes = batch["shapes"].tolist()
    parts = batch[maps].split([int(np.prod(shape)) for shape in shapes])
    maps = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
    people = torch.bincount(batch["scene"], minlength=len(shapes)).tolist()
    return ViewSampler(maps, people, *(batch[name][batch["scene"]] for name in FIELDS))
