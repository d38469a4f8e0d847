"""Where cameras see points, and how that changes with either: the projections of bundle adjustment and their derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modules.core.geometry import MIN_DEPTH_MM
from modules.core.types import Camera

#: A camera's parameters: turn (3, rad, about its own axes), centre (3, mm), log focal length, principal point (2, px), k1, k2.
PARAMETERS = 11
TURN, CENTER, FOCAL, POINT, K = slice(0, 3), slice(3, 6), 6, slice(7, 9), slice(9, 11)


@dataclass(frozen=True, eq=False)
class State:
    """R [V, 3, 3], center [V, 3], lens [V, 9] (fx fy cx cy k1 k2 k3 p1 p2), joints [N, K, 3], log bone lengths [people, B]."""

    R: np.ndarray
    center: np.ndarray
    lens: np.ndarray
    joints: np.ndarray
    logs: np.ndarray

    @staticmethod
    def of(cameras: Sequence[Camera], joints: np.ndarray, logs: np.ndarray) -> State:
        lens = np.array([[c.fx, c.fy, c.cx, c.cy, *c.k, *c.p] for c in cameras])
        R = np.array([c.R_world_to_cam for c in cameras])
        return State(R, np.array([c.center_world_mm for c in cameras]), lens, np.asarray(joints, np.float64), logs)


def project_state(state: State) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, ...]]:
    """px [N, V, K, 2], depth [N, V, K], and what the derivatives need."""
    off = state.joints[:, None] - state.center[:, None]  # [N, V, K, 3]
    at = off @ state.R.swapaxes(1, 2)
    depth = np.where(np.abs(at[..., 2]) < MIN_DEPTH_MM, MIN_DEPTH_MM, at[..., 2])
    x, y = at[..., 0] / depth, at[..., 1] / depth
    fx, fy, cx, cy, k1, k2, k3, p1, p2 = state.lens.T[:, :, None]
    r2 = np.minimum(x * x + y * y, 1e6)
    grown = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
    xd = x * grown + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
    yd = y * grown + 2 * p2 * x * y + p1 * (r2 + 2 * y * y)
    return np.stack([fx * xd + cx, fy * yd + cy], -1), at[..., 2], (at, depth, x, y, r2, grown, xd, yd)


def derivatives(state: State, parts: tuple[np.ndarray, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Of the projections: by the joint [N, V, K, 2, 3], by the camera's parameters [N, V, K, 2, PARAMETERS]."""
    at, depth, x, y, r2, grown, xd, yd = parts
    fx, fy, _, _, k1, k2, k3, p1, p2 = state.lens.T[:, :, None]
    slope = k1 + r2 * (2 * k2 + 3 * r2 * k3)
    xx = fx * (grown + 2 * x * x * slope + 2 * p1 * y + 6 * p2 * x)
    xy = 2 * x * y * slope + 2 * p1 * x + 2 * p2 * y
    yy = fy * (grown + 2 * y * y * slope + 6 * p1 * y + 2 * p2 * x)
    by_flat = np.stack([np.stack([xx, fx * xy], -1), np.stack([fy * xy, yy], -1)], -2)  # by (x, y)
    zero = np.zeros_like(x)
    flat = np.stack([np.stack([1 / depth, zero, -x / depth], -1), np.stack([zero, 1 / depth, -y / depth], -1)], -2)
    by_camera_frame = by_flat @ flat  # [N, V, K, 2, 3]
    by_joint = by_camera_frame @ state.R[:, None]
    out = np.zeros((*x.shape, 2, PARAMETERS))
    a, b, c = at[..., 0, None], at[..., 1, None], at[..., 2, None]
    rows = by_camera_frame
    out[..., 0] = rows[..., 2] * b - rows[..., 1] * c  # turned by w: x → x + w × x
    out[..., 1] = rows[..., 0] * c - rows[..., 2] * a
    out[..., 2] = rows[..., 1] * a - rows[..., 0] * b
    out[..., CENTER] = -by_joint
    out[..., 0, FOCAL], out[..., 1, FOCAL] = fx * xd, fy * yd
    out[..., 0, 7] = out[..., 1, 8] = 1.0
    out[..., 0, 9], out[..., 1, 9] = fx * x * r2, fy * y * r2
    out[..., 0, 10], out[..., 1, 10] = fx * x * r2 * r2, fy * y * r2 * r2
    return by_joint, out


def information(by_joint: np.ndarray, known: np.ndarray, sd_px: np.ndarray) -> np.ndarray:
    """float64 [N, K, 3, 3], 1/mm²: what views say of each joint's place by themselves (Fisher information).

    Args:
        by_joint: of ``derivatives``. known: bool [N, V, K]. sd_px: float [N, V, K], px.
    """
    weight = np.where(known, 1 / np.where(known, sd_px, 1.0) ** 2, 0.0)
    scaled = by_joint * np.sqrt(weight)[..., None, None]
    return (scaled[..., :, None] * scaled[..., None, :]).sum((1, 3))
