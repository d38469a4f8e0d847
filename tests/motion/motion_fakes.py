"""Trajectories to test with: a walker, as measured and in truth."""

from __future__ import annotations

import numpy as np

from modules.core.skeleton import JOINT_NAMES
from modules.core.trajectory import Sample, Trajectory, TrajectorySet
from modules.evaluation.common.sequences import sample_sequence

FPS = 60.0


def walker(seconds: float = 2.0, kind: str = "walking", seed: int = 5) -> np.ndarray:
    """float64 [T, J, 3], mm: one person in truth."""
    return sample_sequence(kind, seed, people=1, seconds=seconds, fps=FPS).joints_world_mm[:, 0]


def as_set(*positions_mm: np.ndarray, sd_mm: float = 15.0, fps: float = FPS) -> TrajectorySet:
    """A raw set of some people, each float64 [T, J, 3]; NaN: missing."""
    people = []
    for number, x in enumerate(positions_mm, 1):
        known = np.isfinite(x).all(-1)
        sd = np.where(known[..., None], sd_mm, np.nan) * np.ones(3)
        people.append(Trajectory(number, f"Person {number}", x, sd, np.where(known, Sample.MEASURED, Sample.MISSING)))
    frames = np.arange(len(positions_mm[0]))
    return TrajectorySet("walk", fps, frames, frames / fps, JOINT_NAMES, tuple(people), "raw")
