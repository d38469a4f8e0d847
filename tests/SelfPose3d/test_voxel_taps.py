"""The sparse way into the volume against ``grid_sample``, on rigs that make it hard."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from modules.SelfPose3d.lib.core.proposal import local_maxima
from modules.SelfPose3d.lib.models.project_layer import ProjectLayer, moved_to
from modules.SelfPose3d.lib.models.voxel_taps import Taps, gather, sampled

SPACE = ((5000.0, 4000.0, 2000.0), (12, 8, 8))
BOX = ((2000.0, 2000.0, 2000.0), (8, 8, 8))


@pytest.fixture
def heatmaps() -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    return [torch.rand(1, 15, 64, 80, generator=generator) for _ in range(4)]


def both(make_config, heatmaps, meta, centers, size, count, **overrides):
    """The volume by either way, without gradients."""
    with torch.no_grad():
        return [
            ProjectLayer(make_config(RUNTIME__PLAIN=plain, **overrides)).eval()(heatmaps, meta, size, centers, count)[0]
            for plain in (False, True)
        ]


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("min_views", [0, 3])
def test_space_and_boxes_hold_the_same(make_config, heatmaps, meta, strict, min_views):
    settings = {"PROJECTION__STRICT_VISIBILITY": strict, "PROJECTION__MIN_VIEWS": min_views}
    space = both(make_config, heatmaps, meta, torch.tensor([[0.0, 100.0, 900.0]]), *SPACE, **settings)
    # the second box reaches behind a camera and out of the others' frames
    boxes = both(make_config, heatmaps, meta, torch.tensor([[[100.0, 0, 900], [3400, 900, 1700]]]), *BOX, **settings)
    for sparse, plain in (space, boxes):
        torch.testing.assert_close(sparse, plain, rtol=1e-4, atol=5e-5)
        assert plain.max() > 0.3


def test_lens_and_turned_images_are_followed(make_config, heatmaps, meta):
    for view, angle in zip(meta, (0.0, 10.0, -20.0, 90.0), strict=True):
        view["rotation"] = torch.tensor([angle])
        view["camera"]["k"] = torch.tensor([[[-0.35], [0.1], [0.0]]], dtype=torch.float64)
        view["camera"]["p"] = torch.tensor([[[0.002], [-0.003]]], dtype=torch.float64)
    sparse, plain = both(make_config, heatmaps, meta, torch.tensor([[0.0, 0.0, 900.0]]), *SPACE)
    torch.testing.assert_close(sparse, plain, rtol=1e-4, atol=1e-4)


def test_leaving_out_what_counts_nothing_changes_no_sum():
    weights = torch.tensor([0.5, 0.0, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0])  # the second voxel has none
    taps = Taps(
        torch.tensor([3, 1, 0, 2, 2, 1, 0, 3, 1, 1, 0, 2], dtype=torch.int32), weights, torch.tensor([0, 4, 8, 12]).int()
    )
    table = torch.rand(4, 15)
    short = taps.without_zeros()
    assert (short.rows.tolist(), short.starts.tolist()) == ([3, 0, 2], [0, 2, 2, 3])
    expected = torch.stack((0.5 * table[3] + 0.25 * table[0], torch.zeros(15), 2 * table[2]))
    for some in (taps, short):
        torch.testing.assert_close(gather(some, table), expected)


def test_volumes_come_with_their_channels_last(make_config, heatmaps, meta):
    """As the compiled networks take them, so that they are not copied once more."""
    for place in (torch.tensor([[0.0, 0.0, 900.0]]), torch.tensor([[[0.0, 0.0, 900.0], [100.0, 50.0, 800.0]]])):
        volume = both(make_config, heatmaps, meta, place, *BOX)[0]
        assert volume.is_contiguous(memory_format=torch.channels_last_3d)


def test_one_channel_and_many_samples(make_config, heatmaps, meta):
    pairs = [torch.cat((maps, maps.flip(-1)))[:, :1] for maps in heatmaps]
    doubled = [
        {key: torch.cat((view[key],) * 2) for key in ("center", "scale", "rotation")}
        | {"camera": {key: torch.cat((value,) * 2) for key, value in view["camera"].items()}}
        for view in meta
    ]
    sparse, plain = both(make_config, pairs, doubled, torch.tensor([[0.0, 0.0, 900.0]]), *SPACE)
    assert sparse.shape == (2, 1, 12, 8, 8)
    torch.testing.assert_close(sparse, plain, rtol=1e-4, atol=5e-5)


def test_another_image_size_is_another_sampling(make_config, heatmaps, meta):
    layer = ProjectLayer(make_config()).eval()
    center = torch.tensor([[0.0, 0.0, 900.0]])
    with torch.no_grad():
        layer(heatmaps, meta, SPACE[0], center, SPACE[1])
        layer.image_size, layer.heatmap_size = (256, 320), (64, 80)
        turned = [maps.transpose(2, 3) for maps in heatmaps]
        changed = layer(turned, meta, SPACE[0], center, SPACE[1])[0]
        fresh = ProjectLayer(make_config(NETWORK__IMAGE_SIZE=[256, 320], NETWORK__HEATMAP_SIZE=[64, 80])).eval()
        assert torch.equal(changed, fresh(turned, meta, SPACE[0], center, SPACE[1])[0])


def test_gradients_flow_where_they_are_wanted(make_config, heatmaps, meta):
    maps = [m.requires_grad_() for m in heatmaps]
    cubes, _ = ProjectLayer(make_config())(maps, meta, SPACE[0], torch.tensor([[0.0, 0.0, 900.0]]), SPACE[1])
    cubes.sum().backward()
    assert maps[0].grad.abs().sum() > 0


@pytest.mark.parametrize("kernel", [3, 5])
def test_local_maxima_are_those_of_the_cube(kernel):
    volume = torch.from_numpy(np.random.default_rng(0).normal(size=(2, 9, 7, 4)).astype(np.float32))
    largest = F.max_pool3d(volume[:, None], kernel, 1, kernel // 2)[:, 0]
    assert torch.equal(local_maxima(volume, kernel), volume * (volume == largest))


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("min_views", [0, 3])
def test_the_way_of_a_gpu_gives_the_same_means(make_config, heatmaps, meta, strict, min_views):
    settings = {"PROJECTION__STRICT_VISIBILITY": strict, "PROJECTION__MIN_VIEWS": min_views}
    centers = torch.tensor([[100.0, 0, 900], [3400, 900, 1700]])  # the second box reaches behind a camera
    layer = ProjectLayer(make_config(**settings)).eval()
    _, rig, turned = layer._placed(meta, 0, centers, *BOX)
    mean = sampled(rig, moved_to(rig, turned, centers), [maps[0] for maps in heatmaps], min_views)
    _, plain = both(make_config, heatmaps, meta, centers[None], *BOX, **settings)
    torch.testing.assert_close(mean.unflatten(1, (2, *BOX[1])).transpose(0, 1), plain, rtol=1e-4, atol=5e-5)
