"""Convolutions in 8-bit integers against whole numbers worked out beside them."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from modules.SelfPose3d.lib.core.eight_bits import EightBitConv
from modules.SelfPose3d.lib.models.movenet_multipose import EIGHT_BIT_BLOCKS, MoveNetMultiPose, SameConv


@pytest.mark.parametrize(("signed", "low", "high"), [(True, -128, 127), (False, 0, 255)])
def test_values_and_weights_are_whole_numbers_of_their_steps(signed, low, high):
    kept = SameConv(2, 3, 1)
    largest = 4.0
    values = torch.linspace(-5, 5, 2 * 30).reshape(1, 2, 5, 6)
    weight = kept.weight.detach().numpy()[:, :, 0, 0].astype(np.float64)
    steps = np.abs(weight).max(1) / 127
    whole = np.clip(np.rint(values[0].numpy() / (largest / high)), low, high)  # what is beyond the largest is cut
    products = np.einsum("oc,chw->ohw", np.rint(weight / steps[:, None]), whole)
    expected = products * steps[:, None, None] * (largest / high) + kept.bias.detach().numpy()[:, None, None]
    found = EightBitConv(kept, largest, signed)(values)
    np.testing.assert_allclose(found[0].detach().numpy(), expected, atol=1e-4)


def test_strides_groups_and_the_padding_below_and_to_the_right_stay():
    kept = SameConv(4, 4, 3, stride=2, groups=4)
    values = torch.rand(1, 4, 8, 6, generator=torch.Generator().manual_seed(3))
    found = EightBitConv(kept, 1.0, signed=False)(values)
    by_hand = F.conv2d(F.pad(values, (0, 1, 0, 1)), kept.weight, kept.bias, 2, groups=4)
    assert found.shape == (1, 4, 4, 3)
    assert 0 < (found - by_hand).abs().max() < 9 * (0.5 / 255 + 0.5 / 127) * kept.weight.abs().max()


def test_movenet_in_eight_bits_is_another_network_with_the_same_weights():
    network = MoveNetMultiPose()
    rounded = network.in_eight_bits()
    assert not any(isinstance(module, EightBitConv) for module in network.modules())
    assert sum(isinstance(module, EightBitConv) for module in rounded.modules()) == 3 * len(EIGHT_BIT_BLOCKS) + 1
    torch.testing.assert_close(rounded.blocks[7].expand.convolution.weight, network.blocks[7].expand.weight)
