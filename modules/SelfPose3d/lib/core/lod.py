"""The level-of-detail rule and the ankle rule, on the network's own tensors."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from modules.core.skeleton import ANKLES

#: ``pred[..., 3]``: what a proposal became.
FLAG_NONE, FLAG_FULL, FLAG_ROOT_ONLY = -1.0, 0.0, 1.0


def lod_flags(grid_centers: torch.Tensor, distance_mm: float | None, origin_xy_mm: Sequence[float]) -> torch.Tensor:
    """float [B, P]: FLAG_NONE (score too low), FLAG_ROOT_ONLY (at or beyond the distance) or FLAG_FULL.

    Args:
        grid_centers: float [B, P, 5]: x, y, z (mm, world), -1 for no person, score.
        distance_mm: on the floor plane from the origin; 0 or None: no limit.
    """
    flags = torch.where(grid_centers[..., 3] < 0, FLAG_NONE, FLAG_FULL)
    if distance_mm:
        offset = grid_centers[..., :2] - grid_centers.new_tensor(list(origin_xy_mm))
        far = offset.norm(dim=-1) >= distance_mm
        flags = torch.where(far & (flags == FLAG_FULL), FLAG_ROOT_ONLY, flags)
    return flags


def stands_on_floor(joints: torch.Tensor, ankle_range_mm: Sequence[float]) -> torch.Tensor:
    """bool [...]: the lower ankle's height is within the range (low, high), mm; joints float [..., J, 3], mm, world."""
    low, high = ankle_range_mm
    height = joints[..., list(ANKLES), 2].amin(-1)
    return (height >= low) & (height <= high)
