"""Layers and the whole forward on analytic input."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from modules.core.geometry import project
from modules.core.skeleton import NOSE, NUM_JOINTS
from modules.SelfPose3d.lib.core.lod import lod_flags, stands_on_floor
from modules.SelfPose3d.lib.core.proposal import local_maxima, propose, suppress_near
from modules.SelfPose3d.lib.models.cuboid_proposal_net_soft import dilated
from modules.SelfPose3d.lib.models.multi_person_posenet_ssv import MultiPersonPoseNetSSV
from modules.SelfPose3d.lib.models.pose_regression_net import SoftArgmaxLayer
from modules.SelfPose3d.lib.models.project_layer import box_grid
from modules.SelfPose3d.lib.models.v2v_net import V2VNet


class Identity3D(nn.Module):
    """Stands for a V2V that trusts its input; sums over channels where one is wanted."""

    def __init__(self, single: bool) -> None:
        super().__init__()
        self.single = single

    def forward(self, volume: torch.Tensor) -> torch.Tensor:
        return volume.mean(1, keepdim=True) if self.single else volume


class GivenHeatmaps(nn.Module):
    """A backbone that answers with prepared heatmaps: the image's first pixel says which."""

    def __init__(self, heatmaps: list[torch.Tensor]) -> None:
        super().__init__()
        self.given = heatmaps

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.given[int(number)] for number in images[:, 0, 0, 0]])


ROOTS = np.array([[0.0, 0.0, 900.0], [1200.0, 900.0, 900.0]])


@pytest.fixture
def network(make_config, gaussian_heatmaps, cameras):
    """All 15 joints of a person sit at its root, which makes every figure below easy to work out."""

    def network(**overrides) -> MultiPersonPoseNetSSV:
        settings = {
            "FILTER__ANKLE_RANGE_MM": [0.0, 2000.0],
            "MULTI_PERSON__INITIAL_CUBE_SIZE": [40, 40, 20],
            "MULTI_PERSON__NMS_RADIUS_MM": 500.0,
            "MULTI_PERSON__THRESHOLD": 0.6,  # above what two of four views make by chance
        } | overrides
        heatmaps = gaussian_heatmaps(cameras, ROOTS, NUM_JOINTS)
        network = MultiPersonPoseNetSSV(GivenHeatmaps(heatmaps), make_config(**settings)).eval()
        network.root_net.v2v_net, network.pose_net.v2v_net = Identity3D(True), Identity3D(False)
        return network.requires_grad_(False)

    return network


@pytest.fixture
def inputs(cameras, meta):
    views = [torch.full((1, 3, 8, 8), float(n)) for n in range(len(cameras))]
    raw = [torch.full((1, c.height_px, c.width_px, 3), n, dtype=torch.uint8) for n, c in enumerate(cameras)]
    return raw, views, meta


def found_roots(pred: torch.Tensor, flag: float) -> np.ndarray:
    chosen = pred[0, pred[0, :, 0, 3] == flag]
    return chosen[:, 0, :3].numpy()


def test_v2v_keeps_the_volume_and_a_residual_one_starts_as_the_identity():
    volume = torch.rand(2, 3, 8, 12, 4)
    assert V2VNet(3, 5, (4, 4, 6, 8), 3)(volume).shape == (2, 5, 8, 12, 4)
    assert torch.equal(V2VNet(3, 3, (4, 4, 6, 8), 3, residual=True)(volume), volume)
    with pytest.raises(ValueError, match="as many outputs"):
        V2VNet(3, 1, residual=True)


@pytest.mark.parametrize("published", [False, True])
def test_soft_argmax_of_two_equal_peaks_is_their_middle(published):
    grids = box_grid((2000, 2000, 2000), (5, 5, 5))[None] + torch.tensor([100.0, 200.0, 900.0])
    volume = torch.zeros(1, 1, 5, 5, 5)
    volume[0, 0, 4, 2, 2] = volume[0, 0, 2, 2, 2] = 1.0
    found = SoftArgmaxLayer(1000.0, published)(volume, grids)
    # voxels are 500 mm apart: x = 100 + (1000 + 0) / 2
    assert found[0, 0].tolist() == pytest.approx([600, 200, 900])


def test_only_the_largest_of_neighbours_is_proposed():
    volume = torch.zeros(1, 6, 6, 6)
    volume[0, 1, 1, 1], volume[0, 2, 2, 1], volume[0, 4, 4, 5] = 0.9, 0.8, 0.7
    assert (local_maxima(volume) > 0).sum() == 2
    scores, index = propose(volume, 2)
    assert scores[0].tolist() == pytest.approx([0.9, 0.7])
    assert index[0].tolist() == [[1, 1, 1], [4, 4, 5]]


def test_dilation_widens_a_peak_by_two_cells_and_leaves_its_height():
    maps = torch.zeros(1, 2, 5, 9)
    maps[0, 1, 0, 8] = 0.6  # in a corner
    maps[0, 1, 2, 2] = 0.9
    wide = dilated(maps)
    expected = torch.zeros(5, 9)
    expected[0:5, 0:5] = 0.3
    expected[1:4, 1:4] = 0.6
    expected[2, 2] = 0.9
    expected[0:3, 6:9] = 0.2
    expected[0:2, 7:9] = 0.4
    expected[0, 8] = 0.6
    torch.testing.assert_close(wide[0, 1], expected)
    assert not wide[0, 0].any()


def test_near_proposals_are_dropped_by_the_better_one_that_stayed():
    places = torch.tensor([[[0.0, 0, 900], [300, 0, 400], [550, 0, 900]]])
    scores = torch.tensor([[0.9, 0.8, 0.7]])
    # the middle one falls to the first, so it can't drop the third
    assert suppress_near(places, scores, 400.0)[0].tolist() == pytest.approx([0.9, 0.0, 0.7])
    assert torch.equal(suppress_near(places, scores, 0.0), scores)


def test_lod_rule_is_at_or_beyond_from_the_given_origin():
    centers = torch.tensor([[[3000.0, 4000, 900, 0, 0.9], [0, 0, 900, 0, 0.8], [0, 0, 0, -1, 0.1]]])
    assert lod_flags(centers, None, (0, 0))[0].tolist() == [0, 0, -1]
    assert lod_flags(centers, 0, (0, 0))[0].tolist() == [0, 0, -1]
    assert lod_flags(centers, 5000, (0, 0))[0].tolist() == [1, 0, -1]
    assert lod_flags(centers, 5001, (0, 0))[0].tolist() == [0, 0, -1]
    assert lod_flags(centers, 1, (3000, 4000))[0].tolist() == [0, 1, -1]


def test_ankle_rule_takes_the_lower_ankle():
    joints = torch.full((2, NUM_JOINTS, 3), 500.0)
    joints[0, 8, 2], joints[1, 14, 2] = 60.0, -10.0
    assert stands_on_floor(joints, (0, 120)).tolist() == [True, False]
    assert stands_on_floor(joints, (-20, 120)).tolist() == [True, True]


def test_forward_finds_both_people(network, inputs):
    pred, pred_2d, heatmaps, centers, crops = network()(*inputs, None)
    assert pred.shape == (1, 10, NUM_JOINTS, 5)
    assert pred_2d.shape == (1, 10, 4, NUM_JOINTS, 2)
    assert centers.shape == (1, 10, 5)
    assert len(heatmaps) == 4
    found = found_roots(pred, 0)
    assert len(found) == 2
    for root in ROOTS:
        assert np.linalg.norm(found - root, axis=1).min() < 100
    assert torch.isnan(pred[0, 2:, :, :3]).all()
    assert crops[0][5] == []


def test_lod_distance_leaves_the_far_one_its_root(network, inputs):
    pred, _, _, centers, crops = network()(*inputs, 700.0)
    near, far = pred[0, :, 0, 3] == 0, pred[0, :, 0, 3] == 1
    assert near.sum() == 1
    assert far.sum() == 1
    assert torch.isnan(pred[0, far, :, :3]).all()
    np.testing.assert_allclose(centers[0, far, :2].numpy(), ROOTS[1:, :2], atol=60)
    assert crops[0][int(far.nonzero())] == []


def test_ankle_rule_drops_a_pose(network, inputs):
    pred = network(FILTER__ANKLE_RANGE_MM=[0.0, 120.0])(*inputs, None)[0]
    assert (pred[..., 3] == -1).all()


def test_lod_origin_comes_from_the_configuration(network, inputs):
    pred = network(LOD__ORIGIN_XY_MM=[1200.0, 900.0])(*inputs, 700.0)[0]
    np.testing.assert_allclose(found_roots(pred, 0)[0, :2], ROOTS[1, :2], atol=100)


def test_stages_one_by_one_equal_forward(network, inputs):
    net, (raw, views, meta) = network(), inputs
    pred, pred_2d, *_ = net(raw, views, meta, 700.0)
    heatmaps = net.heatmaps(views)
    _, centers = net.root_net(heatmaps, meta)
    again = net.poses(heatmaps, meta, centers, 700.0)
    torch.testing.assert_close(again, pred, equal_nan=True)
    torch.testing.assert_close(net.reproject(again[..., :3], meta), pred_2d, equal_nan=True)


def test_the_plain_way_gives_the_same(network, inputs):
    torch.testing.assert_close(
        network(RUNTIME__PLAIN=True)(*inputs, None)[0], network()(*inputs, None)[0], equal_nan=True, rtol=1e-4, atol=0.05
    )


def test_samples_of_a_batch_are_judged_one_by_one(network, inputs):
    raw, views, meta = inputs
    # in the second sample every view shows view 0's heatmap: no two agree on a person where the first sample has one
    doubled = [torch.cat((view, torch.zeros_like(view))) for view in views]
    joined = [
        {key: torch.cat((view[key], view[key])) for key in ("center", "scale", "rotation")}
        | {"camera": {key: torch.cat((value, value)) for key, value in view["camera"].items()}}
        for view in meta
    ]
    net = network(MULTI_PERSON__THRESHOLD=0.7)
    pred = net([torch.cat((image, image)) for image in raw], doubled, joined, None)[0]
    alone = net(raw, views, meta, None)[0]
    torch.testing.assert_close(pred[:1], alone, equal_nan=True, rtol=1e-4, atol=0.05)
    assert (pred[0, :, 0, 3] == 0).sum() == 2
    assert (pred[1, :, 0, 3] == 0).sum() < 2


def test_reprojection_is_the_one_projection_and_knows_behind(network, cameras, meta):
    points = np.stack([ROOTS[0], cameras[0].center_world_mm - 500 * cameras[0].R_world_to_cam[2]])
    found = network().reproject(torch.from_numpy(points)[None, None].float(), meta)[0, 0]
    np.testing.assert_allclose(found[1, 0], project(points[0], cameras[1])[0], atol=0.01)
    assert torch.isnan(found[0, 1]).all()


def test_face_crops_are_cut_at_the_border_and_absent_outside(network):
    image = torch.arange(480 * 640 * 3).remainder(251).to(torch.uint8).reshape(480, 640, 3)
    pixels = torch.full((4, NUM_JOINTS, 2), float("nan"))
    pixels[0, NOSE], pixels[1, NOSE], pixels[2, NOSE] = (
        torch.tensor([300.0, 200.0]),
        torch.tensor([10.0, 470.0]),
        torch.tensor([700.0, 100.0]),
    )
    inside, corner, outside, unseen = network().face_crops([image] * 4, pixels)
    assert torch.equal(inside, image[88:312, 188:412])
    assert torch.equal(corner, image[358:480, 0:122])
    assert outside is None
    assert unseen is None
