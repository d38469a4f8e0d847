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
        joints_px: float [V, J, 2], px, raw frame; NaN where the view does not see the joint.

    Returns:
        float32 [6], 0–255: RGB of the torso, of the legs; NaN where no view sees it whole.
    """
    found = np.full((len(images), 2, 3), np.nan)
    for view, (image, joints) in enumerate(zip(images, joints_px, strict=True)):
        for part, points in enumerate((_torso(joints), _legs(joints))):
            if np.isfinite(points).all():
                height, width = image.shape[:2]
                x, y = points.round().astype(int).T
                found[view, part] = _median(image[y.clip(0, height - 1), x.clip(0, width - 1)])
    seen = np.isfinite(found[..., :1])
    total = np.where(seen, found, 0).sum(0)
    return np.where(seen.any(0), total / seen.sum(0).clip(1), np.nan).reshape(NUM_COLORS).astype(np.float32)


def _median(values: np.ndarray) -> np.ndarray:
    """``np.median(values, axis=0)`` of a few values, which takes that function longer to prepare than to find."""
    middle = len(values) - 1
    return np.sort(values, axis=0)[[middle // 2, (middle + 1) // 2]].mean(0)


def _torso(joints: np.ndarray) -> np.ndarray:
    """float [N, 2], px: points within shoulders and hips."""
    top = joints[LEFT_SHOULDER] + np.outer(_ACROSS, joints[RIGHT_SHOULDER] - joints[LEFT_SHOULDER])
    bottom = joints[LEFT_HIP] + np.outer(_ACROSS, joints[RIGHT_HIP] - joints[LEFT_HIP])
    return (top + _DOWN[:, None, None] * (bottom - top)).reshape(-1, 2)


def _legs(joints: np.ndarray) -> np.ndarray:
    """float [N, 2], px: points along thighs and shanks."""
    bones = ((LEFT_HIP, LEFT_KNEE), (LEFT_KNEE, LEFT_ANKLE), (RIGHT_HIP, RIGHT_KNEE), (RIGHT_KNEE, RIGHT_ANKLE))
    return np.concatenate([joints[a] + np.outer(_ALONG, joints[b] - joints[a]) for a, b in bones])
