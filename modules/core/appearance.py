"""What people wear, as far as it helps to tell them apart: mean colours at their reprojections."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .skeleton import (
    LEFT_ANKLE,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    RIGHT_ANKLE,
    RIGHT_HIP,
    RIGHT_KNEE,
    RIGHT_SHOULDER,
)  # fmt: skip

#: Torso and legs, RGB each.
NUM_COLORS = 6
#: Shares of the way down the torso, and across it; down thigh and shank.
_DOWN, _ACROSS, _ALONG = np.linspace(0.15, 0.85, 5), np.linspace(0.2, 0.8, 4), np.linspace(0.15, 0.85, 4)


def clothes_colors(images: Sequence[np.ndarray], joints_px: np.ndarray) -> np.ndarray:
    """Colours of torso and legs: the median within each view that sees the part whole, the mean of those.

    Args:
        images: V of uint8 [H, W, 3], RGB.
        joints_px: float [V, P, J, 2], px, raw frame; NaN where the view does not see the joint.

    Returns:
        float32 [P, 6], 0–255: RGB of the torso, of the legs; NaN where no view sees it whole.
    """
    people = joints_px.shape[1]
    found = np.full((len(images), people, 2, 3), np.nan)
    for view, (image, joints) in enumerate(zip(images, joints_px, strict=True)):
        for part, points in enumerate((_torso(joints), _legs(joints))):
            whole = np.isfinite(points).all((1, 2))
            if whole.any():
                height, width = image.shape[:2]
                x, y = np.moveaxis(points[whole].round().astype(int), -1, 0)
                found[view, whole, part] = _median(image[y.clip(0, height - 1), x.clip(0, width - 1)])
    seen = np.isfinite(found[..., :1])
    total = np.where(seen, found, 0).sum(0)
    return np.where(seen.any(0), total / seen.sum(0).clip(1), np.nan).reshape(people, NUM_COLORS).astype(np.float32)


def _median(values: np.ndarray) -> np.ndarray:
    """``np.median(values, axis=1)`` of a few values, which takes that function longer to prepare than to find."""
    middle = values.shape[1] - 1
    return np.sort(values, axis=1)[:, [middle // 2, (middle + 1) // 2]].mean(1)


def _torso(joints: np.ndarray) -> np.ndarray:
    """float [P, N, 2], px: points within shoulders and hips of joints [P, J, 2]."""
    top, bottom = (
        _between(joints[:, left], joints[:, right], _ACROSS)
        for left, right in ((LEFT_SHOULDER, RIGHT_SHOULDER), (LEFT_HIP, RIGHT_HIP))
    )
    return (top[:, None] + _DOWN[:, None, None] * (bottom - top)[:, None]).reshape(len(joints), -1, 2)


def _legs(joints: np.ndarray) -> np.ndarray:
    """float [P, N, 2], px: points along thighs and shanks of joints [P, J, 2]."""
    bones = ((LEFT_HIP, LEFT_KNEE), (LEFT_KNEE, LEFT_ANKLE), (RIGHT_HIP, RIGHT_KNEE), (RIGHT_KNEE, RIGHT_ANKLE))
    return np.concatenate([_between(joints[:, a], joints[:, b], _ALONG) for a, b in bones], 1)


def _between(a: np.ndarray, b: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """float [P, N, 2]: points at these shares of the way from a [P, 2] to b [P, 2]."""
    return a[:, None] + shares[:, None] * (b - a)[:, None]
