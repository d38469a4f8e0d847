"""A root net that looks from above: the volume's heights become channels of 2D convolutions over the floor plane.

After Faster-VoxelPose (Ye et al., ECCV 2022, sec. 3.2), which finds people in the bird's-eye view and their height in one
column; here one network gives both, so that the result is a volume again and all that follows stays as in VoxelPose.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn


class Res2DBlock(nn.Module):
    """Two 3×3 convolutions with a skip connection."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.norm2 = nn.BatchNorm2d(out_channels)
        self.skip = nn.Conv2d(in_channels, out_channels, 1) if in_channels != out_channels else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, C, X, Y] → [B, C', X, Y]."""
        y = F.relu(self.norm1(self.conv1(x)), inplace=True)
        return F.relu(self.norm2(self.conv2(y)) + self.skip(x), inplace=True)


class PlaneNet(nn.Module):
    """Volume → score volume, in which a column holds its score at the likeliest height and less elsewhere.

    Args:
        in_channels: of the volume. heights: voxels of the volume in z; fixed by the weights.
        channels: at full, half, quarter and eighth size.
    """

    def __init__(self, in_channels: int, heights: int, channels: Sequence[int] = (32, 48, 64, 96)) -> None:
        super().__init__()
        full, half, quarter, eighth = channels
        self.heights = heights
        self.stem = nn.Conv2d(in_channels * heights, full, 1)
        self.stem_norm = nn.BatchNorm2d(full)
        self.at_full = Res2DBlock(full, full)
        self.at_half = Res2DBlock(full, half)
        self.at_quarter = Res2DBlock(half, quarter)
        self.at_eighth = nn.Sequential(Res2DBlock(quarter, eighth), Res2DBlock(eighth, quarter))
        self.join_quarter = Res2DBlock(quarter, half)
        self.join_half = Res2DBlock(half, full)
        self.join_full = Res2DBlock(full, full)
        self.score_head = nn.Conv2d(full, 1, 1)
        self.height_head = nn.Conv2d(full, heights, 1)

    def forward(self, volume: torch.Tensor) -> torch.Tensor:
        """float [B, C, X, Y, Z] → [B, 1, X, Y, Z]; X and Y are multiples of 4, Z is ``heights``."""
        score, height = self.columns(volume)
        return score[..., None] * (height - height.amax(1, keepdim=True)).exp().permute(0, 2, 3, 1)[:, None]

    def columns(self, volume: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores [B, 1, X, Y] and logits of the height [B, Z, X, Y]."""
        if volume.shape[-1] != self.heights:
            raise ValueError(f"the volume has {volume.shape[-1]} voxels in z, the root net's weights are for {self.heights}")
        # height by height: of a volume whose channels are last in memory these are the columns as they lie there
        x = volume.permute(0, 2, 3, 4, 1).flatten(3)  # [B, X, Y, Z·C]
        weight = self.stem.weight.unflatten(1, (-1, self.heights)).transpose(1, 2).flatten(1)  # stored as [·, C·Z, 1, 1]
        # as a product, which a convolution of one cell is: OpenVINO has no fast kernel for one whose channels are permuted
        x = F.linear(x, weight, self.stem.bias).permute(0, 3, 1, 2)
        full = self.at_full(F.relu(self.stem_norm(x), inplace=True))
        half = self.at_half(F.max_pool2d(full, 2))
        quarter = self.at_quarter(F.max_pool2d(half, 2))
        x = self.at_eighth(F.max_pool2d(quarter, 2, ceil_mode=True))
        x = self.join_quarter(quarter + F.interpolate(x, size=quarter.shape[-2:], mode="nearest"))
        x = self.join_half(half + F.interpolate(x, scale_factor=2, mode="nearest"))
        x = self.join_full(full + F.interpolate(x, scale_factor=2, mode="nearest"))
        return self.score_head(x), self.height_head(x)
