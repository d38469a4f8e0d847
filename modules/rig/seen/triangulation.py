"""Points in space from rays: weighted, for many points at once, and how far each ray passes them."""

from __future__ import annotations

import numpy as np

#: Rays that are this near to parallel (smallest over largest eigenvalue of the normal matrix) meet nowhere.
PARALLEL = 1e-6
#: What counts as the residual of a point behind a camera, rad.
BEHIND_RAD = 1.0


def triangulate(centers: np.ndarray, rays: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Points that the rays pass at the smallest angles (weighted least squares; distances first, then divided by depth).

    Args:
        centers: float [..., V, 3], camera centres. rays: float [..., V, J, 3], unit vectors, same axes.
        weights: float [..., V, J], 0 where a view says nothing of a joint (its ray may then be NaN).

    Returns:
        float64 [..., J, 3], in the centres' unit; NaN where fewer than two rays have weight or all are parallel.
    """
    told = weights > 0
    d = np.where(told[..., None], rays, 0.0)
    depth = np.ones(weights.shape)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for _ in range(2):
            w = np.where(told, weights / depth**2, 0.0)
            wd = w[..., None] * d
            # sum of w (I - d dᵀ) X = sum of w (I - d dᵀ) C
            matrix = w.sum(-2)[..., None, None] * np.eye(3) - np.einsum("...vji,...vjk->...jik", wd, d)
            along = (d * centers[..., None, :]).sum(-1)
            right = np.einsum("...vj,...vi->...ji", w, centers) - (wd * along[..., None]).sum(-3)
            points = _solved(matrix, right)
            depth = np.linalg.norm(points[..., None, :, :] - centers[..., None, :], axis=-1)
    return np.where((told.sum(-2) >= 2)[..., None], points, np.nan)


def _solved(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """x [..., 3] with symmetric matrix [..., 3, 3] @ x = right [..., 3], by cofactors; NaN where it is near singular."""
    a, b, c, d, e, f = (matrix[..., i, j] for i, j in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)))
    A, B, C, D, E, F = d * f - e * e, c * e - b * f, b * e - c * d, a * f - c * c, b * c - a * e, a * d - b * b
    determinant = a * A + b * B + c * C
    x, y, z = right[..., 0], right[..., 1], right[..., 2]
    solved = np.stack((A * x + B * y + C * z, B * x + D * y + E * z, C * x + E * y + F * z), -1)
    trace = a + d + f
    good = determinant > PARALLEL * (trace / 2) ** 2 * trace / 4  # two great eigenvalues and a small one
    return np.where(good[..., None], solved / np.where(good, determinant, 1.0)[..., None], np.nan)


def miss_rad(points: np.ndarray, centers: np.ndarray, rays: np.ndarray) -> np.ndarray:
    """float64 [..., V, J], rad: angle by which each ray misses its point; BEHIND_RAD behind the camera, NaN where unknown.

    Args:
        points: float [..., J, 3]. centers: float [..., V, 3]. rays: float [..., V, J, 3], unit vectors.
    """
    to_point = points[..., None, :, :] - centers[..., None, :]
    along = (to_point * rays).sum(-1)
    across = np.linalg.norm(to_point - along[..., None] * rays, axis=-1)
    return np.where(along > 0, np.arctan2(across, along), np.where(np.isnan(along), np.nan, BEHIND_RAD))


def middle(values: np.ndarray) -> np.ndarray:
    """Median over the last axis without its NaN; infinite where there is nothing (numpy's own takes ten times as long)."""
    ordered = np.sort(values, axis=-1)  # NaN last
    count = np.isfinite(values).sum(-1)
    low, high = np.maximum(count - 1, 0) // 2, np.maximum(count, 1) // 2
    pick = np.take_along_axis(ordered, np.stack((low, np.minimum(high, values.shape[-1] - 1)), -1), -1)
    return np.where(count > 0, pick.mean(-1), np.inf)
