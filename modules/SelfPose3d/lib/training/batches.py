"""Training samples by number: sample i is the same in every run of a seed, so a resumed run sees the same stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Protocol

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset
from yacs.config import CfgNode

from modules.core.skeleton import MID_HIP
from modules.core.types import Camera
from modules.SelfPose3d.lib.models.cuboid_proposal_net_soft import dilated

from .heatmaps import Noise
from .scenes import Scene
from .volumes import sample_volumes, voxel_offsets

#: Weight of a joint in the loss by the number of views that have it in their frame: 0, 1, 2 or more.
SEEN_WEIGHT = np.array([0.05, 0.3, 1.0], np.float32)
Batch = dict[str, torch.Tensor]


class Task(Protocol):
    """What ``Batches`` needs of a training: see ``tasks.Task``."""

    def batch(self, rng: np.random.Generator, noise: Noise | None, cameras: Sequence[Camera] | None) -> Batch:
        """A training batch."""


class Batches(Dataset):
    """Batches of one net's training; ``self[i]`` depends on the seed and i alone.

    Args:
        task: makes a batch. seed: of the stream.
        cameras: a calibrated rig to train for; None: random rigs.
        noise: the 2D network's errors; None: from none to the usual ones.
    """

    def __init__(self, task: Task, seed: int, cameras: Sequence[Camera] | None = None, noise: Noise | None = None) -> None:
        self.task, self.seed, self.cameras, self.noise = task, seed, cameras, noise

    def __getitem__(self, index: int) -> Batch:
        return self.task.batch(np.random.default_rng([self.seed, index]), self.noise, self.cameras)


def any_noise(rng: np.random.Generator) -> Noise:
    """The usual errors in two scenes of three, smaller ones in the others, so that good heatmaps are no surprise."""
    if rng.random() < 2 / 3:
        return Noise()
    share = rng.random()
    usual = Noise()
    return replace(usual, **{f.name: share * getattr(usual, f.name) for f in fields(usual) if f.name != "occlusion"})


def stream(batches: Batches, start: int, stop: int, workers: int) -> Iterator[Batch]:
    """Batches ``start`` to ``stop - 1`` in order, made in ``workers`` processes beside this one (0: in this one)."""
    indices = range(start, stop)
    yield from DataLoader(
        batches, batch_size=None, sampler=indices, num_workers=workers, prefetch_factor=4 if workers else None
    )


def pose_batch(rng: np.random.Generator, config: CfgNode, size: int, next_scene: Callable[[], Scene]) -> Batch:
    """``size`` people: volumes [B, J, X, Y, Z], joints [B, J, 3] relative to the box's centre, mm, weights [B, J]."""
    parts: list[Batch] = []
    missing = size
    while missing:
        part = pose_samples(rng, config, next_scene(), missing)
        parts.append(part)
        missing -= len(part["weights"])
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}


def pose_samples(rng: np.random.Generator, config: CfgNode, scene: Scene, most: int) -> Batch:
    """Up to four, and at most ``most``, people of one scene, each in a box about as wrong as the root net's proposals."""
    joints = scene.joints_world_mm
    chosen = rng.permutation(len(joints))[: min(most, 4)]
    wrong = (
        rng.standard_normal((len(chosen), 3)) * config.FIT.BOX_NOISE_MM * rng.choice([1.0, 2.0], (len(chosen), 1), p=[0.9, 0.1])
    )
    centers = (joints[chosen, MID_HIP] + wrong).astype(np.float32)
    box = config.PICT_STRUCT
    volumes = sample_volumes(
        scene.heatmaps, scene.cameras, scene.network_size, torch.from_numpy(centers), box.GRID_SIZE, box.CUBE_SIZE,
        config.PROJECTION.MIN_VIEWS,
    )  # fmt: skip
    relative = joints[chosen] - centers[:, None]
    inside = (np.abs(relative) <= np.array(box.GRID_SIZE, np.float32) / 2).all(-1)
    weights = SEEN_WEIGHT[np.minimum(scene.views_seen[chosen], 2)] * inside
    return {"volumes": volumes, "joints": torch.from_numpy(relative), "weights": torch.from_numpy(weights)}


def root_batch(rng: np.random.Generator, config: CfgNode, size: int, next_scene: Callable[[], Scene]) -> Batch:
    """``size`` scenes: volumes [B, 1 or J, X, Y, Z] and targets [B, 1, X, Y, Z]."""
    parts = [root_sample(config, next_scene()) for _ in range(size)]
    return {name: torch.cat([part[name] for part in parts]) for name in ("volumes", "targets")}


def root_sample(config: CfgNode, scene: Scene) -> Batch:
    """One scene's volume, of the mid-hip or of all joints, its target, roots [P, 3] and voxel centres [X·Y·Z, 3], mm, both
    relative to the space's centre."""
    counts = config.MULTI_PERSON.INITIAL_CUBE_SIZE
    size = [float(v) for v in scene.space_size_mm]
    center = torch.tensor(scene.space_center_mm, dtype=torch.float32)
    heatmaps = scene.heatmaps[:, MID_HIP : MID_HIP + 1] if config.NETWORK.ROOTNET_ROOTHM else scene.heatmaps
    if config.ROOT_V2V.DILATE:
        heatmaps = dilated(heatmaps)
    volumes = sample_volumes(
        heatmaps, scene.cameras, scene.network_size, center[None], size, counts,
        config.PROJECTION.MIN_VIEWS,
    )  # fmt: skip
    roots = torch.from_numpy(scene.joints_world_mm[:, MID_HIP]) - center
    offsets = voxel_offsets(size, counts)
    sigma = max(config.FIT.ROOT_SIGMA_MM, size[0] / (counts[0] - 1))
    target = torch.exp(-0.5 * (torch.cdist(offsets, roots) / sigma).square()).amax(1)
    return {"volumes": volumes, "targets": target.reshape(1, 1, *counts), "roots": roots, "offsets": offsets}
