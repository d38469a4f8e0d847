"""Pixels of several cameras → points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from modules.core.geometry import world_rays
from modules.core.types import Camera
from modules.rig.seen.triangulation import triangulate


def meet(cameras: Sequence[Camera], pixels: np.ndarray, sd_px: np.ndarray) -> np.ndarray:
    """Points that the views agree on.

    Args:
        pixels: float [N, V, K, 2], px, raw frames; NaN: not seen. sd_px: float [N, V, K], px.

    Returns:
        float64 [N, K, 3], mm, world; NaN where fewer than two views see the joint or their rays are parallel.
    """
    rays = np.stack([world_rays(pixels[:, v], camera) for v, camera in enumerate(cameras)], 1)
    focal = np.array([np.sqrt(camera.fx * camera.fy) for camera in cameras])
    weights = np.where(np.isfinite(rays).all(-1), (focal[:, None] / sd_px) ** 2, 0.0)
    centers = np.array([camera.center_world_mm for camera in cameras])
    return triangulate(np.broadcast_to(centers, (len(pixels), *centers.shape)), rays, weights)
