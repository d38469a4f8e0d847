"""The root net that looks from above: its volume holds each column's score at the likeliest height."""

from __future__ import annotations

import pytest
import torch

from modules.core.config import load_config
from modules.SelfPose3d.lib.models.cuboid_proposal_net_soft import CuboidProposalNetSoft
from modules.SelfPose3d.lib.models.plane_net import PlaneNet


@pytest.fixture
def net():
    torch.manual_seed(0)
    return PlaneNet(2, 6, (8, 8, 8, 8)).eval()


@pytest.mark.parametrize("sides", [(16, 16), (12, 20), (8, 4)])
def test_a_column_holds_its_score_at_the_likeliest_height(net, sides):
    volume = torch.rand(3, 2, *sides, 6)
    with torch.no_grad():
        score, height = net.columns(volume)
        found = net(volume)
    assert found.shape == (3, 1, *sides, 6)
    where = height.argmax(1)[:, None, ..., None]
    torch.testing.assert_close(found.gather(-1, where)[..., 0], score)
    ratio = found / score[..., None]
    assert (ratio <= 1 + 1e-6).all()
    assert (ratio > 0).all()


def test_the_first_layer_is_the_convolution_of_its_weights(net):
    """Channel c at height z is input c·Z + z of the stored 1×1 convolution, whatever the volume's order in memory."""
    volume, seen = torch.rand(2, 2, 8, 4, 6), []
    net.stem_norm.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    with torch.no_grad():
        net.columns(volume)
        net.columns(volume.to(memory_format=torch.channels_last_3d))
        expected = net.stem(volume.permute(0, 1, 4, 2, 3).reshape(2, 12, 8, 4))
    for found in seen:
        torch.testing.assert_close(found, expected)


def test_heights_are_the_weights_own(net):
    with pytest.raises(ValueError, match="7 voxels in z, the root net's weights are for 6"):
        net(torch.rand(1, 2, 8, 8, 7))


def test_turning_the_height_upside_down_is_noticed(net):
    """Heights are channels: a volume and its upside-down twin are different inputs."""
    volume = torch.rand(1, 2, 8, 8, 6)
    with torch.no_grad():
        assert (net.columns(volume)[0] - net.columns(volume.flip(-1))[0]).abs().max() > 1e-3


def test_the_configuration_chooses_it():
    config = load_config(overrides={
        "ROOT_V2V.PLANE": True, "ROOT_V2V.CHANNELS": [8, 8, 8, 8], "MULTI_PERSON.INITIAL_CUBE_SIZE": [16, 16, 12],
        "NETWORK.ROOTNET_ROOTHM": False,
    })  # fmt: skip
    v2v = CuboidProposalNetSoft(config).v2v_net
    assert isinstance(v2v, PlaneNet)
    assert v2v.stem.in_channels == 15 * 12
