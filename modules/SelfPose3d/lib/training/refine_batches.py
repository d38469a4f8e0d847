"""Training samples of the refinement: starts, the views around them, and the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from yacs.config import CfgNode

from modules.core.geometry import frame_to_network, valid_radius
from modules.SelfPose3d.lib.models.view_sampler import FIELDS, ViewSampler

from .batches import Batch
from .proposals import Proposer
from .rigs import random_views
from .scenes import STRIDE, Scene
from .starts import made_up_starts

#: Weight of a joint in the loss by the number of views that have it in their frame: 0, 1, 2 or more.
SEEN_WEIGHT = np.array([0.15, 0.5, 1.0], np.float32)


def refine_samples(rng: np.random.Generator, scene: Scene, count: int, proposer: Proposer | None = None) -> Batch:
    """``count`` made-up starts in a scene, or at most as many of a proposer's; without the views."""
    found = made_up_starts(rng, scene, count) if proposer is None else proposer.starts(rng, scene, count)
    return as_samples(scene, *found)


def as_samples(scene: Scene, starts: np.ndarray, owner: np.ndarray, label: np.ndarray) -> Batch:
    """Tensors of starts [N, J, 3] in a scene; ``owner`` and ``label`` as ``made_up_starts`` gives them."""
    weights = SEEN_WEIGHT[np.minimum(scene.views_seen[owner], 2)] * (owner >= 0)[:, None]
    return {
        "starts": torch.from_numpy(starts), "joints": torch.from_numpy(scene.joints_world_mm[owner]),
        "weights": torch.from_numpy(weights.astype(np.float32)), "label": torch.from_numpy(label),
        "seen": torch.from_numpy(scene.views_seen[owner]),
    }  # fmt: skip


def refine_batch(
    rng: np.random.Generator, config: CfgNode, next_scene: Callable[[int], Scene], proposer: Proposer | None
) -> Batch:
    """Starts in scenes of equally many views, which ``next_scene`` makes; FIT.REFINE.PROPOSED of them by ``proposer``."""
    views = random_views(rng)
    fit = config.FIT.REFINE
    parts = []
    for _ in range(fit.BATCH):
        scene = next_scene(views)
        by_nets = proposer is not None and rng.random() < fit.PROPOSED
        parts.append((scene, refine_samples(rng, scene, fit.STARTS, proposer if by_nets else None)))
    return joined(parts)


def joined(parts: Sequence[tuple[Scene, Batch]]) -> Batch:
    """One batch of several scenes' samples and their views: an entry for each scene, and ``scene`` tells whose a start is."""
    batch = {name: torch.cat([part[name] for _, part in parts]) for name in parts[0][1]}
    batch["scene"] = torch.cat([torch.full((len(part["label"]),), i) for i, (_, part) in enumerate(parts)])
    batch |= views_of([scene for scene, _ in parts])
    return batch


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


def sampler(batch: Batch) -> ViewSampler:
    """The views of every start of a batch."""
    shapes = batch["shapes"].tolist()
    parts = batch["maps"].split([int(np.prod(shape)) for shape in shapes])
    maps = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
    people = torch.bincount(batch["scene"], minlength=len(shapes)).tolist()
    return ViewSampler(maps, people, *(batch[name][batch["scene"]] for name in FIELDS))
