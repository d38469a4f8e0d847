"""Makes a loaded network faster for inference without changing what it computes."""

from __future__ import annotations

import itertools

import torch
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
