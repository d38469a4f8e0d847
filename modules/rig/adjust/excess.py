"""What noise adds to lengths: the distance between two noisy points is too long, the more the noise lies across it."""

from __future__ import annotations

import numpy as np

from modules.rig.adjust.projections import State, derivatives, information, project_state

#: More than this is not believed of a bone (relative): who is that unsure of it shouldn't take it off.
MOST = 0.3


def joint_covariance(state: State, known: np.ndarray, sd_px: np.ndarray) -> np.ndarray:
    """float64 [N, K, 3, 3], mm²: of each joint as its views alone (known: bool [N, V, K]) place it; NaN: not seen twice."""
    says = information(derivatives(state, project_state(state)[2])[0], known, sd_px)
    twice = (known.sum(1) >= 2)[..., None, None]
    says = np.where(twice, says, np.eye(3))
    says = says + 1e-9 * np.trace(says, axis1=2, axis2=3)[..., None, None] * np.eye(3)
    return np.where(twice, np.linalg.inv(says), np.nan)


def excess(apart_mm: np.ndarray, covariance: np.ndarray, length_mm: np.ndarray) -> np.ndarray:
    """How much longer noisy bones look, in the mean of their log length, to second order; 0 where the noise is not known.

    Args:
        apart_mm: float [..., 3], from one end to the other. covariance: float [..., 3, 3], of that. length_mm: float [...].
    """
    along = apart_mm / np.maximum(np.linalg.norm(apart_mm, axis=-1), 1e-9)[..., None]
    lengthwise = np.einsum("...i,...ij,...j->...", along, covariance, along)
    total = np.trace(covariance, axis1=-2, axis2=-1)
    # E log|b + n| = log b + (variance across - variance along) / 2b²
    return np.clip(np.nan_to_num((total - 2 * lengthwise) / (2 * length_mm**2)), -MOST, MOST)
