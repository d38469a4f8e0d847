"""Volumes from analytic heatmaps."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from modules.SelfPose3d.lib.models.project_layer import ProjectLayer, box_grid

CENTER = torch.tensor([[100.0, -200.0, 900.0]])


def test_voxels_include_both_faces_and_run_z_fastest():
    grid = box_grid((2000, 1000, 500), (5, 3, 2))
    assert grid.shape == (30, 3)
    assert grid[0].tolist() == [-1000, -500, -250]
    assert grid[1].tolist() == [-1000, -500, 250]
    assert grid[-1].tolist() == [1000, 500, 250]


def test_volume_peaks_where_the_point_is(make_config, gaussian_heatmaps, cameras, meta):
    point = np.array([[350.0, 50.0, 1150.0]])
    heatmaps = gaussian_heatmaps(cameras, point)
    cubes, grids = ProjectLayer(make_config())(heatmaps, meta, (2000, 2000, 2000), CENTER, (41, 41, 41))
    best = grids[0, cubes[0, 0].flatten().argmax()]
    np.testing.assert_allclose(best, point[0], atol=50.1)  # one voxel
    assert cubes.max() > 0.9


def test_boxes_of_one_sample_equal_boxes_one_by_one(make_config, gaussian_heatmaps, cameras, meta):
    heatmaps = gaussian_heatmaps(cameras, np.array([[0.0, 0, 900], [800, 300, 1000]]))
    layer = ProjectLayer(make_config())
    centers = torch.tensor([[[0.0, 0, 900], [800, 300, 1000]]])
    together, _ = layer(heatmaps, meta, (1000, 1000, 1000), centers, (8, 8, 8))
    apart = torch.cat([layer(heatmaps, meta, (1000, 1000, 1000), centers[:, n], (8, 8, 8))[0] for n in (0, 1)])
    assert torch.allclose(together, apart, atol=1e-6)


def test_cached_sampling_equals_a_fresh_one_and_follows_the_calibration(make_config, gaussian_heatmaps, cameras, meta):
    heatmaps = gaussian_heatmaps(cameras, np.array([[0.0, 0, 900]]))
    cached, plain = ProjectLayer(make_config()).eval(), ProjectLayer(make_config(RUNTIME__PLAIN=True)).eval()
    arguments = ((2000, 2000, 2000), CENTER, (12, 12, 12))
    for _ in range(2):
        assert torch.equal(cached(heatmaps, meta, *arguments)[0], plain(heatmaps, meta, *arguments)[0])
    meta[0]["camera"]["fx"] = meta[0]["camera"]["fx"] * 1.1
    assert torch.equal(cached(heatmaps, meta, *arguments)[0], plain(heatmaps, meta, *arguments)[0])


def test_what_no_view_sees_is_zero(make_config, cameras, meta):
    ones = [torch.ones(1, 1, 64, 80) for _ in cameras]
    cubes, _ = ProjectLayer(make_config())(ones, meta, (1000, 1000, 1000), torch.tensor([[0.0, 0.0, 50000.0]]), (4, 4, 4))
    assert cubes.abs().max() == 0


def test_behind_a_camera_counts_only_with_the_published_behaviour(make_config, cameras, meta):
    behind = torch.as_tensor(cameras[0].center_world_mm - 800 * cameras[0].R_world_to_cam[2])[None].float()
    ones = [torch.ones(1, 1, 64, 80)]
    box = ((10, 10, 10), behind, (4, 4, 4))
    strict, _ = ProjectLayer(make_config())(ones, meta[:1], *box)
    published, _ = ProjectLayer(make_config(PROJECTION__STRICT_VISIBILITY=False))(ones, meta[:1], *box)
    assert strict.max() == 0
    assert published.min() == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(("min_views", "expected"), [(0, 1.0), (2, 0.5), (4, 0.25)])
def test_a_single_view_does_not_look_certain(make_config, meta, min_views, expected):
    ones = [torch.ones(1, 1, 64, 80)]
    layer = ProjectLayer(make_config(PROJECTION__MIN_VIEWS=min_views))
    cubes, _ = layer(ones, meta[:1], (10, 10, 10), torch.tensor([[0.0, 0.0, 900.0]]), (4, 4, 4))
    assert cubes.min() == pytest.approx(expected, abs=1e-4)


def test_samples_of_a_batch_keep_their_own_cameras(make_config, gaussian_heatmaps, cameras, meta):
    point = np.array([[350.0, 50.0, 1150.0]])
    one = gaussian_heatmaps(cameras, point)
    both = [torch.cat((maps, maps)) for maps in one]
    turned = meta[1:] + meta[:1]
    joined = [
        {
            "center": torch.cat((a["center"], b["center"])),
            "scale": torch.cat((a["scale"], b["scale"])),
            "rotation": torch.cat((a["rotation"], b["rotation"])),
            "camera": {k: torch.cat((a["camera"][k], b["camera"][k])) for k in a["camera"]},
        }
        for a, b in zip(meta, turned, strict=True)
    ]
    layer = ProjectLayer(make_config())
    cubes, _ = layer(both, joined, (2000, 2000, 2000), CENTER, (8, 8, 8))
    first, _ = layer(one, meta, (2000, 2000, 2000), CENTER, (8, 8, 8))
    second, _ = layer(one, turned, (2000, 2000, 2000), CENTER, (8, 8, 8))
    assert torch.allclose(cubes[0], first[0])
    assert torch.allclose(cubes[1], second[0])
    assert not torch.allclose(cubes[0], cubes[1])
