"""Frames for takes: people at given places, computed or not."""

from __future__ import annotations

import numpy as np

from modules.core.computed import ComputedFrame, State
from modules.core.header import ResultsHeader
from modules.core.skeleton import NUM_JOINTS
from modules.core.types import Camera

R_FACING = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
CAMERAS = tuple(
    Camera(f"cam{n}", 640, 480, 500.0, 500.0, 319.5, 239.5, R_FACING, np.array([300.0 * n, -5000.0, 900.0])) for n in range(2)
)


def header(frames: int = 20, **changes) -> ResultsHeader:
    values = {"config_digest": "abc", "frame_count": frames, "source": {"fingerprint": "f", "offsets": {}}}
    return ResultsHeader("walks", 25.0, CAMERAS, (0.0, 0.0), **(values | changes))


def computed(index: int, *places: tuple[float, float], within_mm: float = 0.0, seed: int | None = None) -> ComputedFrame:
    """People with their mid-hips at (x, y, 900); those at ``within_mm`` or farther have no pose; joints are noise."""
    rng = np.random.default_rng(index if seed is None else seed)
    roots = np.array([(x, y, 900.0) for x, y in places], np.float32).reshape(-1, 3)
    near = np.hypot(roots[:, 0], roots[:, 1]) < (within_mm or np.inf)
    joints = roots[:, None] + rng.normal(0, 300, (len(roots), NUM_JOINTS, 3)).astype(np.float32)
    joints[~near] = np.nan
    return ComputedFrame(
        index,
        index / 25,
        np.where(near, State.POSED, State.ROOT),
        rng.uniform(0.5, 1, len(roots)),
        roots,
        joints,
        np.where(near[:, None, None], rng.uniform(0, 0.1, (len(roots), len(CAMERAS), NUM_JOINTS)), np.nan),
        timings_ms={"backbone": 12.5},
    )
