"""Faster, and the same."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from modules.SelfPose3d.lib.core.fusion import PaddedConv3d, optimise, pad_channels
from modules.SelfPose3d.lib.models.plane_net import PlaneNet
from modules.SelfPose3d.lib.models.pose_resnet import PoseResNet
from modules.SelfPose3d.lib.models.v2v_net import V2VNet


def shake(module: nn.Module) -> nn.Module:
    """Gives every normalisation statistics of its own, as after training."""
    torch.manual_seed(1)
    for layer in module.modules():
        if isinstance(layer, (nn.BatchNorm2d, nn.BatchNorm3d)):
            layer.running_mean.normal_(0, 0.2)
            layer.running_var.uniform_(0.5, 2)
            layer.weight.data.uniform_(0.5, 1.5)
            layer.bias.data.normal_(0, 0.2)
    return module.eval().requires_grad_(False)


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda cfg: V2VNet(3, 3, (4, 6, 8, 8), 3, residual=False, center=0.4), (2, 3, 8, 8, 8)),
        (PoseResNet, (1, 3, 64, 64)),
        (lambda cfg: PlaneNet(3, 4, (4, 6, 8, 8)), (2, 3, 12, 8, 4)),
    ],
    ids=["v2v", "pose_resnet", "plane"],
)
def test_optimised_network_computes_the_same(make_config, make, shape):
    network = shake(make(make_config()))
    image = torch.rand(shape)
    expected = network(image)
    optimise(network)
    assert not any(isinstance(layer, (nn.BatchNorm2d, nn.BatchNorm3d)) for layer in network.modules())
    torch.testing.assert_close(network(image), expected, rtol=1e-3, atol=1e-4 * float(expected.abs().max()))


def test_channels_of_zeros_change_nothing():
    network = shake(V2VNet(15, 15, (12, 16, 8, 8), 3))
    volume = torch.rand(2, 15, 8, 8, 8)
    optimise(network)
    expected = network(volume)
    pad_channels(network)
    padded = [layer.convolution.in_channels for layer in network.modules() if isinstance(layer, PaddedConv3d)]
    assert padded == [16, 16, 16]  # of 15, and of the 12 channels behind the first layer, twice
    torch.testing.assert_close(network(volume), expected, rtol=1e-4, atol=1e-5)
