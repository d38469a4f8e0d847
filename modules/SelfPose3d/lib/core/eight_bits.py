"""Convolutions in 8-bit integers, for processors that multiply those faster than anything else."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

#: Steps of a weight to either side of zero, of a value from zero to the largest, and of one of either sign (low, high).
WEIGHT_STEPS, UP, EITHER = 127, (0, 255), (-128, 127)


class EightBitConv(nn.Module):
    """A 2D convolution of values and weights that are rounded to 8 bits: values by one step, weights by one for each output.

    The rounding stands in the graph as in training for integers (Jacob et al., CVPR 2018): torch goes on with the rounded
    numbers in float32, OpenVINO knows the pattern and computes in integers.

    Args:
        convolution: is kept. largest: magnitude of the values, beyond which they are cut. signed: whether they may be negative.
    """

    def __init__(self, convolution: nn.Conv2d, largest: float, signed: bool) -> None:
        super().__init__()
        self.convolution = convolution
        self.low, self.high = EITHER if signed else UP
        self.step = largest / self.high
        steps = convolution.weight.detach().abs().amax((1, 2, 3)).clamp(min=1e-12) / WEIGHT_STEPS
        self.register_buffer("weight_steps", steps, persistent=False)
        self.register_buffer("zeros", torch.zeros(len(steps), dtype=torch.int32), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """float32 [B, C, H, W] → float32 [B, C', H', W']."""
        kept = self.convolution
        x = torch.fake_quantize_per_tensor_affine(x, self.step, 0, self.low, self.high)
        weight = torch.fake_quantize_per_channel_affine(
            kept.weight, self.weight_steps, self.zeros, 0, -WEIGHT_STEPS, WEIGHT_STEPS
        )
        # what surrounds the image is zero, which rounding leaves as it is
        return F.conv2d(kept.padded(x), weight, kept.bias, kept.stride, kept.padding, groups=kept.groups)
