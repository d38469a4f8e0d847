"""MoveNet MultiPose as a heatmap backbone: MobileNetV2 with a feature pyramid and CenterNet heads, for a CPU.

Architecture: Google's MoveNet MultiPose Lightning (model card, 2021; CenterNet: Zhou et al., 2019; MobileNetV2: Sandler et al.,
CVPR 2018), batch normalisation folded into the convolutions. It knows COCO's 17 keypoints; of the skeleton's 15 joints, neck
and mid-hip have no channel and are drawn from the shoulders and hips of the people it decodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy

import torch
import torch.nn.functional as F
from torch import nn
from yacs.config import CfgNode

from modules.core.skeleton import COCO_OF_JOINT, MIDPOINT_OF_JOINT, NUM_JOINTS
from modules.SelfPose3d.lib.core.eight_bits import EightBitConv

#: Inverted residual blocks: (input, expanded, output channels, stride).
BLOCKS: tuple[tuple[int, int, int, int], ...] = (
    (48, 48, 24, 1),
    (24, 144, 40, 2),
    (40, 240, 40, 1),  # → stride 4
    (40, 240, 48, 2),
    (48, 288, 48, 1),
    (48, 288, 48, 1),  # → stride 8
    (48, 288, 96, 2),
    (96, 576, 96, 1),
    (96, 576, 96, 1),
    (96, 576, 96, 1),  # → stride 16
    (96, 576, 144, 1),
    (144, 864, 144, 1),
    (144, 864, 144, 1),
    (144, 864, 240, 2),
    (240, 1440, 240, 1),
    (240, 1440, 240, 1),
    (240, 1440, 480, 1),  # → stride 32
)
#: Blocks whose output feeds the pyramid: index → (channels there, channels in the pyramid).
TAPS: dict[int, tuple[int, int]] = {2: (40, 24), 5: (48, 32), 9: (96, 64)}
#: What ``in_eight_bits`` rounds: blocks with the largest magnitude of what comes in, and the same of ``last``, on the demo
#: recordings (``python -m modules.evaluation.speed.eight_bits``). The other blocks gain less and move peaks more, the pyramid
#: by a fifth of their height.
EIGHT_BIT_BLOCKS: dict[int, float] = {
    1: 34.0, 7: 8.5, 8: 11.0, 9: 13.5, 10: 17.0, 11: 15.0, 12: 23.5, 13: 32.0, 14: 13.5, 15: 20.5, 16: 30.0,
}  # fmt: skip
EIGHT_BIT_LAST = 12.5
#: What ReLU6 lets through at most.
RELU6 = 6.0
HEADS: dict[str, int] = {"center": 1, "kpt_heatmap": 17, "kpt_regress": 34}
STRIDE = 4

#: People decoded per image at most, and the centre score from which a peak counts as one.
MAX_CENTERS, CENTER_THRESHOLD = 12, 0.1
#: Reach, cells, in which a keypoint's heatmap peak is looked for around its regressed place (standard deviation).
REFINE_SIGMA = 2.5
#: Width, cells, of the Gaussians drawn for neck and mid-hip: that of the net's own keypoint peaks.
DRAWN_SIGMA = 1.4
#: The head's cell i stands for the network px 4·i + CELL_SHIFT_PX; our convention is 4·i.
CELL_SHIFT_PX = 2
#: What ``forward`` reads of the heads: keypoints in the order of the skeleton's joints that have one; of those between which
#: a midpoint lies the regressed place (y, x).
_SEEN = [COCO_OF_JOINT[joint] for joint in range(NUM_JOINTS) if joint not in MIDPOINT_OF_JOINT]
_ENDS = [COCO_OF_JOINT[end] for pair in MIDPOINT_OF_JOINT.values() for end in pair]  # 2 per midpoint
_WANTED = {"kpt_heatmap": _SEEN, "kpt_regress": [2 * end + axis for end in _ENDS for axis in range(2)]}


class SameConv(nn.Conv2d):
    """Convolution with TensorFlow's SAME padding: on even sizes a stride of 2 pads below and to the right only."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int, stride: int = 1, groups: int = 1, bias: bool = True):
        padding = kernel // 2 if stride == 1 else 0
        super().__init__(in_channels, out_channels, kernel, stride, padding, groups=groups, bias=bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, C, H, W] → [B, C', H/stride, W/stride]; H and W even where the stride is 2."""
        return super().forward(self.padded(x))

    def padded(self, x: torch.Tensor) -> torch.Tensor:
        """The input with what its own padding, which is alike on all sides, lacks."""
        return F.pad(x, (0, 1, 0, 1)) if self.stride[0] == 2 else x


class InvertedResidual(nn.Module):
    """1×1 expansion, depthwise 3×3, 1×1 projection, with a skip connection where the shapes agree."""

    def __init__(self, in_channels: int, expanded: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.expand = SameConv(in_channels, expanded, 1) if expanded != in_channels else None
        self.depthwise = SameConv(expanded, expanded, 3, stride, groups=expanded)
        self.project = SameConv(expanded, out_channels, 1)
        self.skip = stride == 1 and in_channels == out_channels

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, C, H, W] → [B, C', H/stride, W/stride]."""
        y = x if self.expand is None else F.relu6(self.expand(x), inplace=True)
        y = self.project(F.relu6(self.depthwise(y), inplace=True))
        return x + y if self.skip else y


class Separable(nn.Module):
    """Depthwise 3×3 and pointwise convolution with ReLU."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.depthwise = SameConv(in_channels, in_channels, 3, groups=in_channels, bias=False)
        self.pointwise = SameConv(in_channels, out_channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, C, H, W] → [B, C', H, W]."""
        return F.relu(self.pointwise(self.depthwise(x)), inplace=True)


class Head(nn.Module):
    """One CenterNet head."""

    def __init__(self, out_channels: int) -> None:
        super().__init__()
        self.features = Separable(24, 96)
        self.output = SameConv(96, out_channels, 1)

    def forward(self, x: torch.Tensor, channels: Sequence[int] | None = None) -> torch.Tensor:
        """[B, 24, H, W] → [B, C, H, W]; ``channels``: of these alone."""
        features = self.features(x)
        if channels is None:
            return self.output(features)
        which = list(channels)
        return F.conv2d(features, self.output.weight[which], self.output.bias[which])


class MoveNetMultiPose(nn.Module):
    """Image → 15 heatmaps at a quarter of its size.

    Args:
        cfg: not read; the architecture is fixed by the weights.
    """

    def __init__(self, cfg: CfgNode | None = None) -> None:
        super().__init__()
        self.stem = SameConv(3, 48, 3, 2)
        self.blocks = nn.ModuleList(InvertedResidual(*block) for block in BLOCKS)
        self.last = SameConv(480, 1280, 1)
        self.lateral32 = SameConv(1280, 64, 1)
        self.lateral16, self.lateral8, self.lateral4 = (SameConv(*TAPS[i], 1) for i in (9, 5, 2))
        self.fuse16, self.fuse8, self.fuse4 = Separable(64, 32), Separable(32, 24), Separable(24, 24)
        self.heads = nn.ModuleDict({name: Head(channels) for name, channels in HEADS.items()})

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """float32 [B, 3, H, W], RGB/127.5 - 1, H and W multiples of 32 → float32 [B, J, H/4, W/4] in [0, 1]."""
        # content moves by the head's shift, so that cell i stands for px 4·i as the projection expects
        shift = CELL_SHIFT_PX
        maps = self.raw_heads(F.pad(image, (shift, -shift, shift, -shift), value=-1.0), _WANTED)
        keypoints = torch.sigmoid(maps["kpt_heatmap"])
        ends = [_SEEN.index(end) for end in _ENDS]
        drawn = self.drawn_midpoints(maps["center"], maps["kpt_regress"], keypoints[:, ends])
        parts, done = [], 0
        for number, joint in enumerate(MIDPOINT_OF_JOINT):  # in the skeleton's order: what lies between two is one slice
            if joint - number > done:
                parts.append(keypoints[:, done : joint - number])
            parts.append(drawn[:, number : number + 1])
            done = joint - number
        return torch.cat((*parts, keypoints[:, done:]), 1)

    def in_eight_bits(self) -> MoveNetMultiPose:
        """The same network with the convolutions that bear it in 8-bit integers, for engines that compute so."""
        made = deepcopy(self)
        for number, largest in EIGHT_BIT_BLOCKS.items():
            block = made.blocks[number]
            block.expand = EightBitConv(block.expand, largest, signed=True)
            block.depthwise = EightBitConv(block.depthwise, RELU6, signed=False)
            block.project = EightBitConv(block.project, RELU6, signed=False)
        made.last = EightBitConv(made.last, EIGHT_BIT_LAST, signed=True)
        return made

    def people(self, image: torch.Tensor) -> torch.Tensor:
        """Everyone decoded, view by view: who is where in 2D, before any room is assumed.

        Args:
            image: float32 [B, 3, H, W], as for ``forward``.

        Returns:
            float32 [B, MAX_CENTERS, 1 + 17 · 3], surest first: the person's score, then COCO's keypoints as (x, y, confidence),
            x and y in px of the image. Who scores below CENTER_THRESHOLD is nobody.
        """
        shift = CELL_SHIFT_PX
        maps = self.raw_heads(F.pad(image, (shift, -shift, shift, -shift), value=-1.0))
        score, place, value = self._decode(maps["center"], maps["kpt_regress"], torch.sigmoid(maps["kpt_heatmap"]))
        keypoints = torch.cat((place * STRIDE, value[..., None]), -1).flatten(2)
        return torch.cat((score[..., None], keypoints), -1)

    def raw_heads(self, image: torch.Tensor, channels: Mapping[str, Sequence[int]] | None = None) -> dict[str, torch.Tensor]:
        """The heads' outputs, [B, C, H/4, W/4], as the published model gives them (logits for ``center``, ``kpt_heatmap``);
        ``channels``: of the heads named there these alone."""
        x = F.relu6(self.stem(image), inplace=True)
        taps = {}
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in TAPS:
                taps[i] = x
        x = self.lateral32(F.relu6(self.last(x), inplace=True))
        for tap, lateral, fuse in (
            (9, self.lateral16, self.fuse16),
            (5, self.lateral8, self.fuse8),
            (2, self.lateral4, self.fuse4),
        ):
            up = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = fuse(up + lateral(taps[tap]))
        wanted = channels or {}
        return {name: head(x, wanted.get(name)) for name, head in self.heads.items()}

    def drawn_midpoints(self, center: torch.Tensor, regress: torch.Tensor, keypoints: torch.Tensor) -> torch.Tensor:
        """Heatmaps of the joints in MIDPOINT_OF_JOINT: one Gaussian per decoded person.

        Args:
            center, regress, keypoints: as of ``_decode``, of the E = 2 · len(MIDPOINT_OF_JOINT) joints that each lies between.

        Returns:
            float32 [B, len(MIDPOINT_OF_JOINT), H, W]; a peak is as high as the weaker of the two joints it lies between.
        """
        score, places, values = self._decode(center, regress, keypoints)  # [B, K], [B, K, E, 2], [B, K, E]
        batch, people = score.shape
        height, width = keypoints.shape[-2:]
        middle = places.reshape(batch, people, -1, 2, 2).mean(3)  # [B, K, M, 2]
        peak = values.reshape(batch, people, -1, 2).amin(3) * (score > CENTER_THRESHOLD)[..., None]  # [B, K, M]
        x = torch.arange(width, device=keypoints.device)
        y = torch.arange(height, device=keypoints.device)
        gx = torch.exp(-((x - middle[..., :1]) ** 2) / (2 * DRAWN_SIGMA**2))  # [B, K, M, W]
        gy = torch.exp(-((y - middle[..., 1:]) ** 2) / (2 * DRAWN_SIGMA**2)) * peak[..., None]  # [B, K, M, H]
        return (gy[..., :, None] * gx[..., None, :]).amax(1)

    @staticmethod
    def _decode(
        center: torch.Tensor, regress: torch.Tensor, keypoints: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """People, whatever joints are wanted of them.

        Args:
            center: float32 [B, 1, H, W], of its head. regress: [B, E · 2, H, W], of its head, for E joints (y, x).
            keypoints: [B, E, H, W], sigmoid of ``kpt_heatmap``, for the same joints.

        Returns:
            scores [B, K]; of each joint the place [B, K, E, 2] (x, y), cells, and heatmap value [B, K, E].
        """
        batch, wanted, height, width = keypoints.shape
        center = torch.sigmoid(center[:, 0])
        peaks = center * (center == F.max_pool2d(center[:, None], 3, 1, 1)[:, 0])
        score, flat = peaks.flatten(1).topk(MAX_CENTERS)  # [B, K]
        at = torch.stack((flat % width, flat // width), -1)  # [B, K, 2]
        index = flat[:, None, None].expand(-1, wanted, 2, -1)
        offset = regress.reshape(batch, wanted, 2, -1).gather(3, index).permute(0, 3, 1, 2).flip(-1)  # [B, K, E, (x, y)]
        coarse = at[:, :, None] + offset
        x = torch.arange(width, device=center.device)
        y = torch.arange(height, device=center.device)
        nearness_x = torch.exp(-((x - coarse[..., :1]) ** 2) / (2 * REFINE_SIGMA**2))  # [B, K, E, W]
        nearness_y = torch.exp(-((y - coarse[..., 1:]) ** 2) / (2 * REFINE_SIGMA**2))
        weighed = keypoints[:, None] * nearness_y[..., None] * nearness_x[..., None, :]  # [B, K, E, H, W]
        weighed = weighed * (weighed >= 0.25 * weighed.amax((-1, -2), keepdim=True))
        total = weighed.sum((-1, -2)).clamp(min=1e-9)
        place = torch.stack(((weighed.sum(-2) * x).sum(-1), (weighed.sum(-1) * y).sum(-1)), -1) / total[..., None]
        nearest = place.round().long()
        cell = nearest[..., 1].clamp(0, height - 1) * width + nearest[..., 0].clamp(0, width - 1)  # [B, K, E]
        value = keypoints.flatten(2).gather(2, cell.permute(0, 2, 1)).permute(0, 2, 1)
        return score, place, value
