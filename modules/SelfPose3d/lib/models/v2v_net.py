"""V2V: a 3D encoder-decoder from volume to volume (Moon et al., CVPR 2018), in the shallow form of VoxelPose (ECCV 2020)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn


def _convolution(in_channels: int, out_channels: int, kernel: int) -> list[nn.Module]:
    return [
        nn.Conv3d(in_channels, out_channels, kernel, padding=kernel // 2),
        nn.BatchNorm3d(out_channels),
    ]


class Basic3DBlock(nn.Module):
    """Convolution, normalisation, ReLU."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int) -> None:
        super().__init__()
        self.block = nn.Sequential(*_convolution(in_channels, out_channels, kernel), nn.ReLU(True))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, C, X, Y, Z] → [B, C', X, Y, Z]."""
        return self.block(x)


class Res3DBlock(nn.Module):
    """Two 3³ convolutions beside a skip connection."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.res_branch = nn.Sequential(
            *_convolution(in_channels, out_channels, 3), nn.ReLU(True), *_convolution(out_channels, out_channels, 3)
        )
        same = in_channels == out_channels
        self.skip_con = nn.Sequential() if same else nn.Sequential(*_convolution(in_channels, out_channels, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, C, X, Y, Z] → [B, C', X, Y, Z]."""
        return F.relu(self.res_branch(x) + self.skip_con(x), inplace=True)


class Upsample3DBlock(nn.Module):
    """Doubles the size."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.block = nn.Sequential(
            nn.ConvTranspose3d(in_channels, out_channels, kernel_size=2, stride=2),
            nn.BatchNorm3d(out_channels),
            nn.ReLU(True),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, C, X, Y, Z] → [B, C', 2X, 2Y, 2Z]."""
        return self.block(x)


class EncoderDecoder(nn.Module):
    """Two halvings and two doublings with skip connections; channels at full, half, quarter size."""

    def __init__(self, full: int, half: int, quarter: int) -> None:
        super().__init__()
        self.encoder_res1 = Res3DBlock(full, half)
        self.encoder_res2 = Res3DBlock(half, quarter)
        self.mid_res = Res3DBlock(quarter, quarter)
        self.decoder_res2 = Res3DBlock(quarter, quarter)
        self.decoder_upsample2 = Upsample3DBlock(quarter, half)
        self.decoder_res1 = Res3DBlock(half, half)
        self.decoder_upsample1 = Upsample3DBlock(half, full)
        self.skip_res1 = Res3DBlock(full, full)
        self.skip_res2 = Res3DBlock(half, half)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, full, X, Y, Z] → the same shape; X, Y, Z are multiples of 4."""
        skip1 = self.skip_res1(x)  # [B, full, X, Y, Z]
        x = self.encoder_res1(F.max_pool3d(x, 2))  # [B, half, X/2, …]
        skip2 = self.skip_res2(x)
        x = self.encoder_res2(F.max_pool3d(x, 2))  # [B, quarter, X/4, …]
        x = self.decoder_res2(self.mid_res(x))
        x = self.decoder_upsample2(x) + skip2  # [B, half, X/2, …]
        return self.decoder_upsample1(self.decoder_res1(x)) + skip1


class V2VNet(nn.Module):
    """Volume to volume.

    Args:
        in_channels, out_channels: channels of the two volumes.
        channels: of the stem, and at full, half and quarter size.
        front_kernel: kernel of the first convolution, voxels.
        residual: whether the output is added to the input volume (in_channels must equal out_channels). The last layer then
            starts at zero: an untrained net is the identity.
        center: above 0, the net is told where the volume's middle is by one more input channel: a Gaussian around its vertical
            axis, this wide (standard deviation, in halves of the volume's width). It tells the person in a box from neighbours.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        channels: Sequence[int] = (16, 32, 64, 128),
        front_kernel: int = 7,
        residual: bool = False,
        center: float = 0.0,
    ) -> None:
        super().__init__()
        if residual and in_channels != out_channels:
            raise ValueError(f"a residual V2V needs as many outputs as inputs, got {in_channels} and {out_channels}")
        stem, full, half, quarter = channels
        self.residual = residual
        self.center = center
        self.front_layers = nn.Sequential(Basic3DBlock(in_channels + (center > 0), stem, front_kernel), Res3DBlock(stem, full))
        self.encoder_decoder = EncoderDecoder(full, half, quarter)
        self.output_layer = nn.Conv3d(full, out_channels, 1)
        self._initialise()

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, (nn.Conv3d, nn.ConvTranspose3d)):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                nn.init.zeros_(module.bias)
        if self.residual:
            nn.init.zeros_(self.output_layer.weight)

    def forward(self, volume: torch.Tensor) -> torch.Tensor:
        """float [B, C, X, Y, Z] → [B, C', X, Y, Z]; X, Y, Z are multiples of 4."""
        x = torch.cat((volume, self._center_channel(volume)), 1) if self.center > 0 else volume
        x = self.output_layer(self.encoder_decoder(self.front_layers(x)))
        return volume + x if self.residual else x

    def _center_channel(self, volume: torch.Tensor) -> torch.Tensor:
        """[B, 1, X, Y, Z] like ``volume``: 1 on the vertical axis through the middle."""
        x, y = (torch.linspace(-1, 1, n, device=volume.device, dtype=volume.dtype) for n in volume.shape[2:4])
        gaussian = torch.exp((x[:, None].square() + y.square()) / (-2 * self.center**2))
        return gaussian[:, :, None].expand(len(volume), 1, *volume.shape[2:])
