"""The sampler's geometry against the scene generator's own, analytic derivatives, and exact triangulations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from modules.SelfPose3d.lib.models.view_sampler import (
    FIELDS,
    Look,
    ViewSampler,
    inverse_diagonal3,
    normal_matrix,
    solve3,
    step,
    triangulate,
    unexplained,
)
from modules.SelfPose3d.lib.training.heatmaps import CLEAN
from modules.SelfPose3d.lib.training.refine_batches import as_samples, joined, sampler
from modules.SelfPose3d.lib.training.rigs import look_at
from modules.SelfPose3d.lib.training.runs import published_rigs
from modules.SelfPose3d.lib.training.scenes import look, sample_scene


def scene_of(rig, seed=3, people=3):
    cameras = published_rigs()[rig] if isinstance(rig, str) else rig
    return sample_scene(np.random.default_rng(seed), CLEAN, cameras, 320, people=people)


def views_of(*scenes):
    parts = []
    for scene in scenes:
        people = len(scene.joints_world_mm)
        parts.append((scene, as_samples(scene, scene.joints_world_mm, np.arange(people), np.ones(people, np.float32))))
    return sampler(joined(parts)), torch.cat([torch.from_numpy(scene.joints_world_mm) for scene in scenes])


@pytest.mark.parametrize("rig", ["shelf", "campus", "panoptic_5hd"])
def test_points_fall_where_the_generator_drew_them(rig):
    scene = scene_of(rig)
    views, joints = views_of(scene)
    found = views.look(joints)
    for v, camera in enumerate(scene.cameras):
        theirs = look(scene.joints_world_mm.astype(float), camera, scene.network_size)
        assert np.array_equal(found.inside[:, v].numpy(), theirs.seen)
        apart = np.linalg.norm(found.cells[:, v].numpy() - theirs.cells, axis=-1)
        assert apart[theirs.seen].max() < 1e-2


def test_what_is_behind_or_far_outside_is_not_looked_at():
    camera = look_at("one", (640, 480), 500.0, np.array([0.0, 0, 1000]), np.array([3000.0, 0, 1000]))
    scene = scene_of([camera, look_at("two", (640, 480), 500.0, np.array([3000.0, -3000, 1000]), np.array([3000.0, 0, 1000]))])
    views, _ = views_of(scene)
    points = torch.tensor([[3000.0, 0, 1000], [-3000.0, 0, 1000], [150.0, 0, 1000], [3000.0, 2500, 1000], [3000.0, 9000, 1000]])
    found = views.look(points[None].expand(len(views.R), -1, -1))
    assert found.inside[0, 0].tolist() == [True, False, False, False, False]
    # 417 px left of a frame's edge 320 px from its middle: outside, but within 0.3 of the longer side
    assert found.valid[0, 0].tolist() == [True, False, False, True, False]
    assert (found.cells[0, 0, [1, 2, 4]] == 0).all()


def test_derivative_of_a_pinhole():
    """x' = f·x/z: times z/f, its derivative is the camera's right axis less x/z of its forward axis."""
    camera = look_at("one", (640, 480), 500.0, np.array([-4000.0, 500, 1500]), np.array([0.0, 0, 900]), 7.0)
    scene = scene_of([camera, look_at("two", (640, 480), 480.0, np.array([0.0, -4000, 1500]), np.array([0.0, 0, 900]))])
    views, joints = views_of(scene)
    found = views.look(joints)
    R = camera.R_world_to_cam
    at = (scene.joints_world_mm - camera.center_world_mm) @ R.T
    right = R[0] - at[..., :1] / at[..., 2:] * R[2]
    down = R[1] - at[..., 1:2] / at[..., 2:] * R[2]
    expected = np.stack([right, down], -2)
    where = found.valid[:, 0].numpy()
    assert where.sum() > 10
    np.testing.assert_allclose(found.jacobian[:, 0].numpy()[where], expected[where], atol=0.02)
    zoom = 320 / 640 / 4  # raw px → network px → cells
    np.testing.assert_allclose(found.mm_per_cell[:, 0].numpy()[where], (at[..., 2] / (500 * zoom))[where], rtol=1e-4)


def test_without_its_derivative_a_look_is_the_same():
    views, points = views_of(scene_of("shelf"))
    whole, light = views.look(points), views.look(points, derivative=False)
    assert light.jacobian is None
    for name in ("cells", "valid", "inside", "mm_per_cell"):
        torch.testing.assert_close(getattr(light, name), getattr(whole, name))


def plain_views(maps, people):
    """A sampler for reading alone: cameras that nobody looks through."""
    count, views = sum(people), len(maps[0])
    empty = torch.zeros(count, views, 1, 3)
    return ViewSampler(maps, people, *([empty] * 9))


def test_reading_interpolates_within_the_own_frame_and_channel():
    small, large = torch.zeros(1, 2, 4, 5), torch.zeros(1, 2, 8, 6)
    small[0, 0, 2, 3], small[0, 1, 2, 3], large[0, 0, 2, 3] = 1.0, 5.0, 7.0
    views = plain_views([small, large], [1, 2])
    cells = torch.tensor([[3.0, 2.0], [2.5, 2.0], [3.25, 2.5], [-3.0, 2.0], [4.0, 9.0]])  # (x, y)
    expected = torch.tensor([1.0, 0.5, 0.75 * 0.5, 0.0, 0.0])
    for center, wanted in zip(cells, expected, strict=True):
        values = views.readings(center.expand(3, 1, 2, 2), torch.ones(3, 1, 2), torch.zeros(1, 2))[0][..., 0]
        torch.testing.assert_close(values[:, 0], wanted * torch.tensor([[1.0, 5.0], [7.0, 0.0], [7.0, 0.0]]))


def test_windows_are_read_around_their_points_in_their_own_unit():
    height, width = 20, 30
    ramp = 100.0 * torch.arange(height)[:, None] + torch.arange(width)
    views = plain_views([torch.stack((ramp, -ramp))[None]], [2])
    centers = torch.tensor([[[10.0, 9.0], [12.0, 8.5]], [[7.25, 4.0], [28.0, 18.0]]])[:, None]  # [N, V, J, 2]
    scale = torch.tensor([[0.5, 2.0], [1.0, 0.25]])[:, None]
    windows = torch.tensor([[0.0, 0.0], [-1.0, 0.0], [0.5, -2.0]])
    places = centers[..., None, :] + scale[..., None, None] * windows
    expected = (places[..., 0] + 100 * places[..., 1]) * torch.tensor([1.0, -1.0])[:, None]
    got, _ = views.readings(centers, scale, windows)
    assert got.shape == (2, 1, 2, 3)
    torch.testing.assert_close(got, expected, atol=2e-3, rtol=1e-5)


def test_what_people_leave_of_the_heatmaps():
    maps = torch.ones(2, 2, 30, 40)
    cells = torch.tensor([[[10.0, 20.0], [30.0, 5.0]], [[0.0, 0.0], [5.0, 5.0]]])[None]  # [1, V, J, 2]
    valid = torch.tensor([[[True, True], [False, True]]])
    mm_per_cell = torch.tensor([[[70.0, 35.0], [70.0, 1000.0]]])
    empty = torch.zeros(0)
    left = unexplained(maps, Look(cells, valid, valid, mm_per_cell, empty))
    assert (maps == 1).all()
    for view, joint, spread in ((0, 0, 2.0), (0, 1, 4.0), (1, 1, 1.5)):  # 140 mm in cells, at least 1.5
        x, y = (int(v) for v in cells[0, view, joint])
        assert left[view, joint, y, x] == 0
        for dx, dy in ((3, 0), (0, -2), (4, 1)):
            expected = 1 - np.exp(-(dx**2 + dy**2) / (2 * spread**2))
            np.testing.assert_allclose(left[view, joint, y + dy, x + dx], expected, rtol=1e-5)
    assert (left[1, 0] == 1).all()  # the view can't see that joint
    twice = unexplained(maps, Look(*(torch.cat((a, a)) for a in (cells, valid, valid, mm_per_cell)), empty))
    torch.testing.assert_close(twice, left**2)


@pytest.mark.parametrize("rig", ["shelf", "campus"])
def test_each_person_reads_what_those_who_are_gone_for_them_leave(rig):
    """Read at whole cells, where nothing is interpolated, it is the faded heatmaps' value."""
    scene = scene_of(rig)
    several, joints = views_of(scene)
    views = first_of(several)
    whose = torch.tensor([[0.0, 1, 1], [0, 0, 0], [1, 1, 0]])
    without = views.without(joints[:3], whose)
    cells = several.look(joints).cells.round()
    windows = torch.tensor([[0.0, 0.0], [1.0, -2.0], [4.0, 3.0]])
    found, whole = without.readings(cells, torch.ones(cells.shape[:3]), windows)
    for n in range(3):
        gone = [k for k in range(3) if whose[n, k]]
        look = views.of(len(gone)).look(joints[gone])
        left = replace(views, maps=(unexplained(scene.heatmaps, look),))
        expected = left.readings(cells[n : n + 1], torch.ones(1, *cells.shape[1:3]), windows)[0][0]
        torch.testing.assert_close(found[n], expected, atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(whole, views.of(3).readings(cells, torch.ones(cells.shape[:3]), windows)[0])
    assert found[0].sum() < 0.99 * whole[0].sum()


def first_of(views):
    """The sampler for the first person alone."""
    return replace(views, people=(1,), **{name: getattr(views, name)[:1] for name in FIELDS})


@pytest.mark.parametrize("rig", ["shelf", "panoptic_5hd"])
def test_exact_peaks_triangulate_exactly_and_a_wrong_one_hardly_counts(rig):
    scene = scene_of(rig)
    views, joints = views_of(scene)
    seen = views.look(joints)
    strength = seen.valid.float()
    start = joints + torch.tensor([60.0, -40.0, 30.0])
    enough = strength.sum(1) >= 4
    found = triangulate(views, seen.cells, strength, start)
    assert (found - joints).norm(dim=-1)[enough].max() < 0.5
    wrong = seen.cells.clone()
    wrong[:, 0] += torch.tensor([10.0, 6.0])
    found = triangulate(views, wrong, strength, joints)
    assert (found - joints).norm(dim=-1)[enough].max() < 25  # as one of four equal voices it would be 200 mm


def test_solving_small_systems():
    rng = np.random.default_rng(0)
    half = rng.normal(size=(50, 3, 3))
    matrix, vector = half @ half.transpose(0, 2, 1) + 0.1 * np.eye(3), rng.normal(size=(50, 3))
    found = solve3(torch.from_numpy(matrix), torch.from_numpy(vector)).numpy()
    np.testing.assert_allclose(found, np.linalg.solve(matrix, vector[..., None])[..., 0], rtol=1e-6, atol=1e-9)


def test_the_normal_matrix_inverted_is_how_far_noisy_views_scatter_a_point():
    views, joints = views_of(scene_of("shelf", people=1))
    torch.manual_seed(3)
    points = joints[:, [0, 8]]
    look = views.look(points)
    sd_mm = torch.rand(look.valid.shape) * 20 + 5
    weight = look.valid / sd_mm.square()
    assert (look.valid.sum(1) >= 2).all()
    still = torch.full_like(points[..., 0], 1e-9)
    noise = torch.randn(4000, *look.cells.shape[1:]) * sd_mm[..., None]
    moved = step(look.jacobian.expand(4000, -1, -1, -1, -1), noise, weight.expand(4000, -1, -1), still.expand(4000, -1))
    expected = inverse_diagonal3(normal_matrix(look.jacobian, weight, still)).sqrt()
    torch.testing.assert_close(moved.std(0), expected[0], rtol=0.05, atol=0)
    inverse = torch.linalg.inv(normal_matrix(look.jacobian, weight, still).double())
    torch.testing.assert_close(expected.square(), inverse.diagonal(dim1=-2, dim2=-1).float(), rtol=1e-3, atol=0)
