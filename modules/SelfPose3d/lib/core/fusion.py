"""Makes a loaded network faster for inference without changing what it computes."""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

_CONVOLUTIONS = (nn.Conv2d, nn.Conv3d, nn.ConvTranspose2d, nn.ConvTranspose3d)
_NORMS = (nn.BatchNorm2d, nn.BatchNorm3d)


def fold_batch_norms(module: nn.Module) -> None:
    """Folds every batch normalisation into the convolution registered right before it, in place.

    The networks here register layers in the order in which they run, which is what this relies on. Afterwards the state dict
    has other keys: load weights first.
    """
    for parent in module.modules():
        children = list(parent.named_children())
        for (name, layer), (norm_name, norm) in itertools.pairwise(children):
            if isinstance(layer, _CONVOLUTIONS) and isinstance(norm, _NORMS):
                transposed = isinstance(layer, (nn.ConvTranspose2d, nn.ConvTranspose3d))
                setattr(parent, name, fuse_conv_bn_eval(layer, norm, transpose=transposed))
                setattr(parent, norm_name, nn.Identity())


def optimise(network: nn.Module) -> None:
    """Folds normalisations and stores convolution weights channels-last, in place; the network must be in evaluation mode."""
    fold_batch_norms(network)
    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            layer.to(memory_format=torch.channels_last)
        elif isinstance(layer, (nn.Conv3d, nn.ConvTranspose3d)):
            layer.to(memory_format=torch.channels_last_3d)


#: A GPU's fast kernels take so many channels at a time.
CHANNELS_AT_ONCE = 8


class PaddedConv3d(nn.Module):
    """A convolution whose input gets channels of zeros, so that their number suits a GPU's fast kernels."""

    def __init__(self, convolution: nn.Conv3d) -> None:
        super().__init__()
        self.missing = -convolution.in_channels % CHANNELS_AT_ONCE
        self.convolution = nn.Conv3d(
            convolution.in_channels + self.missing, convolution.out_channels, convolution.kernel_size,
            convolution.stride, convolution.padding, bias=convolution.bias is not None,
        ).requires_grad_(False)  # fmt: skip
        self.convolution.weight.copy_(F.pad(convolution.weight, (0,) * 7 + (self.missing,)))
        if convolution.bias is not None:
            self.convolution.bias.copy_(convolution.bias)

    def forward(self, volume: torch.Tensor) -> torch.Tensor:
        """[B, C, X, Y, Z] → [B, C', X', Y', Z'], as the convolution's."""
        return self.convolution(F.pad(volume, (0,) * 7 + (self.missing,)))


def pad_channels(network: nn.Module) -> None:
    """Puts PaddedConv3d in place of 3D convolutions of more than 8 input channels that are no multiple of 8, in place."""
    for parent in network.modules():
        for name, layer in list(parent.named_children()):
            odd = isinstance(layer, nn.Conv3d) and layer.in_channels > CHANNELS_AT_ONCE and layer.in_channels % CHANNELS_AT_ONCE
            if odd and not isinstance(parent, PaddedConv3d):
                padded = PaddedConv3d(layer)
                padded.convolution.to(memory_format=torch.channels_last_3d)
                setattr(parent, name, padded)
