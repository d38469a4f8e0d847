"""PoseResNet: a ResNet with three up-sampling layers that gives one heatmap per joint (Xiao et al., ECCV 2018)."""

from __future__ import annotations

import torch
from torch import nn
from yacs.config import CfgNode

#: Bottleneck blocks per stage (He et al., CVPR 2016, table 1).
STAGE_BLOCKS: dict[int, tuple[int, int, int, int]] = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
EXPANSION = 4
#: ConvTranspose2d kernel -> (padding, output padding) that exactly doubles the size.
DECONV_PADDING: dict[int, tuple[int, int]] = {4: (1, 0), 3: (1, 1), 2: (0, 0)}
#: ImageNet statistics of RGB in [0, 1].
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class Bottleneck(nn.Module):
    """1×1, 3×3 (strided), 1×1 convolutions beside a skip connection."""

    def __init__(self, in_channels: int, width: int, stride: int) -> None:
        super().__init__()
        out_channels = width * EXPANSION
        self.conv1 = nn.Conv2d(in_channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out_channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU(True)
        self.downsample: nn.Module | None = None
        if stride != 1 or in_channels != out_channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, C, H, W] → [B, 4·width, H/stride, W/stride]."""
        skip = x if self.downsample is None else self.downsample(x)
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn2(self.conv2(x)))
        return self.relu(self.bn3(self.conv3(x)) + skip)


class PoseResNet(nn.Module):
    """Image → heatmaps at a quarter of its size."""

    def __init__(self, cfg: CfgNode) -> None:
        super().__init__()
        blocks = STAGE_BLOCKS[cfg.POSE_RESNET.NUM_LAYERS]
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._stage(64, 64, blocks[0], 1)
        self.layer2 = self._stage(256, 128, blocks[1], 2)
        self.layer3 = self._stage(512, 256, blocks[2], 2)
        self.layer4 = self._stage(1024, 512, blocks[3], 2)
        self.deconv_layers = self._upsampling(2048, cfg)
        kernel = cfg.POSE_RESNET.FINAL_CONV_KERNEL
        last = cfg.POSE_RESNET.NUM_DECONV_FILTERS[-1]
        self.final_layer = nn.Conv2d(last, cfg.NETWORK.NUM_JOINTS, kernel, padding=kernel // 2)

    @staticmethod
    def _stage(in_channels: int, width: int, count: int, stride: int) -> nn.Sequential:
        first = Bottleneck(in_channels, width, stride)
        return nn.Sequential(first, *(Bottleneck(width * EXPANSION, width, 1) for _ in range(count - 1)))

    @staticmethod
    def _upsampling(in_channels: int, cfg: CfgNode) -> nn.Sequential:
        layers: list[nn.Module] = []
        settings = cfg.POSE_RESNET
        for filters, kernel in zip(settings.NUM_DECONV_FILTERS, settings.NUM_DECONV_KERNELS, strict=True):
            padding, output_padding = DECONV_PADDING[kernel]
            layers += [
                nn.ConvTranspose2d(in_channels, filters, kernel, 2, padding, output_padding, bias=settings.DECONV_WITH_BIAS),
                nn.BatchNorm2d(filters),
                nn.ReLU(True),
            ]
            in_channels = filters
        return nn.Sequential(*layers)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """float32 [B, 3, H, W], ImageNet-normalised RGB → float32 [B, J, H/4, W/4], heatmaps (about 0…1, not clamped)."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(image))))  # [B, 64, H/4, W/4]
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))  # [B, 2048, H/32, W/32]
        return self.final_layer(self.deconv_layers(x))
