"""Pixels → rays → points: lenses taken off, points triangulated from any number of views."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from modules.core.geometry import camera_to_pixels
from modules.core.types import Camera

#: Newton-like rounds that take a lens off; each gains a digit or more for lenses as people have them.
ROUNDS = 12


def without_lens(pixels: np.ndarray, camera: Camera) -> np.ndarray:
    """Normalised coordinates (x / z, y / z) of pixels, the distortion undone.

    Args:
        pixels: float [..., 2], px, raw frame; NaN stays NaN.

    Returns:
        float64 [..., 2]. Fixed-point iteration as in OpenCV's ``undistortPoints``.
    """
    seen = (np.asarray(pixels, np.float64) - [camera.cx, camera.cy]) / [camera.fx, camera.fy]
    x, y = seen[..., 0], seen[..., 1]
    lens = (1.0, 1.0, 0.0, 0.0, *camera.k, *camera.p)
    for _ in range(ROUNDS if np.any(camera.k) or np.any(camera.p) else 0):
        u, v, _ = camera_to_pixels(x, y, np.ones_like(x), lens)
        x, y = x + seen[..., 0] - u, y + seen[..., 1] - v
    return np.stack([x, y], -1)


def triangulate(cameras: Sequence[Camera], pixels: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    """Points that views agree on: weighted linear least squares (Hartley & Zisserman, 2nd ed., section 12.2).

    Args:
        pixels: float [V, ..., 2], px, raw frames; NaN: not seen.
        weight: float [V, ...], how much each view counts (1 / standard deviation); None: all alike.

    Returns:
        float64 [..., 3], mm, world; NaN where fewer than two views see the point.
    """
    rays = np.stack([without_lens(view, camera) for view, camera in zip(pixels, cameras, strict=True)])
    return from_rays(rays, [c.R_world_to_cam for c in cameras], [c.center_world_mm for c in cameras], weight)


def from_rays(
    rays: np.ndarray, rotations: Sequence[np.ndarray], centers: Sequence[np.ndarray], weight: np.ndarray | None = None
) -> np.ndarray:
    """As ``triangulate``, from normalised coordinates float [V, ..., 2] and the cameras' rotations [3, 3] and centres [3]."""
    seen = np.isfinite(rays).all(-1)
    weight = seen * (1.0 if weight is None else np.nan_to_num(weight))
    lead = (len(rays),) + (1,) * (rays.ndim - 2)
    R = np.asarray(rotations).reshape(*lead, 3, 3)
    rows = np.nan_to_num(rays)[..., None] * R[..., 2:, :] - R[..., :2, :]  # (x R3 - R1) (X - c) = 0, the same for y
    rows = rows * weight[..., None, None]
    right = (rows * np.asarray(centers).reshape(*lead, 1, 3)).sum(-1)
    normal = np.einsum("v...ki,v...kj->...ij", rows, rows)
    wanted = np.einsum("v...ki,v...k->...i", rows, right)
    known = (weight > 0).sum(0) >= 2
    normal = np.where(known[..., None, None], normal, np.eye(3))
    normal = normal + 1e-12 * np.trace(normal, axis1=-2, axis2=-1)[..., None, None] * np.eye(3)
    points = np.linalg.solve(normal, wanted[..., None])[..., 0]
    return np.where(known[..., None], points, np.nan)
