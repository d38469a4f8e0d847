"""Heatmaps of one scene → voxel volumes, many boxes at once; what the project layer computes, without its bookkeeping."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F

from modules.core.geometry import MIN_DEPTH_MM, apply_affine, frame_to_network, inside_frame, project_points, valid_radius
from modules.core.types import Camera

from .scenes import STRIDE


def voxel_offsets(size_mm: Sequence[float], counts: Sequence[int]) -> torch.Tensor:
    """float32 [X·Y·Z, 3], mm: voxel centres relative to the box's, ends included (VoxelPose's grid)."""
    axes = [torch.linspace(-s / 2, s / 2, n) for s, n in zip(size_mm, counts, strict=True)]
    return torch.stack(torch.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)


def sample_volumes(
    heatmaps: torch.Tensor, cameras: Sequence[Camera], network_size: tuple[int, int], centers_mm: torch.Tensor,
    size_mm: Sequence[float], counts: Sequence[int], min_views: int,
) -> torch.Tensor:  # fmt: skip
    """Mean of the heatmaps over the views that see a voxel.

    Args:
        heatmaps: float32 [V, J, H, W]. centers_mm: float32 [N, 3], mm, world: the boxes.
        size_mm: (x, y, z) of a box. counts: voxels of a box. min_views: the sum is divided by this at least.

    Returns:
        float32 [N, J, X, Y, Z] in [0, 1].
    """
    points = (centers_mm[:, None] + voxel_offsets(size_mm, counts)).reshape(-1, 3)
    height, width = heatmaps.shape[2:]
    total = torch.zeros(heatmaps.shape[1], len(points))
    views = torch.zeros(len(points))
    for heatmap, camera in zip(heatmaps, cameras, strict=True):
        cells, seen = _cells(points, camera, network_size)
        grid = (cells / torch.tensor([width - 1, height - 1]) * 2 - 1).clamp(-1.1, 1.1)
        value = F.grid_sample(heatmap[None], grid[None, None], mode="bilinear", padding_mode="zeros", align_corners=True)[
            0, :, 0
        ]
        total.addcmul_(value, seen)
        views += seen
    volumes = (total / views.clamp(min=max(min_views, 1))).clamp(0, 1)
    return volumes.reshape(-1, len(centers_mm), *counts).transpose(0, 1).contiguous()


def _cells(points: torch.Tensor, camera: Camera, network_size: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Heatmap cells [N, 2] of points [N, 3], and 1.0 where the camera sees them."""
    R, T, k, p = (
        torch.tensor(a, dtype=torch.float32) for a in (camera.R_world_to_cam, camera.center_world_mm, camera.k, camera.p)
    )
    f, c = torch.tensor([camera.fx, camera.fy]), torch.tensor([camera.cx, camera.cy])
    pixels, depth, r2 = project_points(points, R, T, f, c, k, p)
    seen = (
        inside_frame(pixels, camera.width_px, camera.height_px) & (depth > MIN_DEPTH_MM) & (r2 <= valid_radius(camera.k) ** 2)
    )
    affine = torch.tensor(frame_to_network((camera.width_px, camera.height_px), network_size), dtype=torch.float32)
    # far beyond the lens's valid radius float32 overflows; nothing is seen there, and NaN · 0 would be NaN
    return torch.nan_to_num(apply_affine(torch.nan_to_num(pixels), affine) / STRIDE), seen.float()
