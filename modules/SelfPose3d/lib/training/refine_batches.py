"""Training samples of the refinement: starts, the views around them, and the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from yacs.config import CfgNode

from modules.core.geometry import frame_to_network, valid_radius
from modules.SelfPose3d.lib.models.view_sampler import ViewSampler

from .batches import Batch
from .rigs import random_views
from .scenes import STRIDE, Scene
from .starts import made_up_starts

#: Weight of a joint in the loss by the number of views that have it in their frame: 0, 1, 2 or more.
SEEN_WEIGHT = np.array([0.15, 0.5, 1.0], np.float32)
#: The fields of ``ViewSampler``; a batch holds one entry for each scene, and ``scene`` tells whose a start is.
FIELDS = ("R", "T", "f", "c", "k", "p", "limit_r2", "frame", "to_cells")


def refine_samples(rng: np.random.Generator, scene: Scene, count: int) -> Batch:
    """``count`` starts in a scene, without the views."""
    starts, owner, label = made_up_starts(rng, scene, count)
    return as_samples(scene, starts, owner, label)


def as_samples(scene: Scene, starts: np.ndarray, owner: np.ndarray, label: np.ndarray) -> Batch:
    """Tensors of starts [N, J, 3] in a scene; ``owner`` and ``label`` as ``made_up_starts`` gives them."""
    weights = SEEN_WEIGHT[np.minimum(scene.views_seen[owner], 2)] * (owner >= 0)[:, None]
    return {
        "starts": torch.from_numpy(starts), "joints": torch.from_numpy(scene.joints_world_mm[owner]),
        "weights": torch.from_numpy(weights.astype(np.float32)), "label": torch.from_numpy(label),
        "seen": torch.from_numpy(scene.views_seen[owner]),
    }  # fmt: skip


def refine_batch(rng: np.random.Generator, config: CfgNode, next_scene: Callable[[int], Scene]) -> Batch:
    """Starts in scenes of equally many views; ``next_scene`` makes a scene of that many."""
    views = random_views(rng)
    fit = config.FIT.REFINE
    scenes = [next_scene(views) for _ in range(fit.BATCH)]
    return joined([(scene, refine_samples(rng, scene, fit.STARTS)) for scene in scenes])


def joined(parts: Sequence[tuple[Scene, Batch]]) -> Batch:
    """One batch of several scenes' samples and their views."""
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
