"""Triangulation and matching without a room, on people whose places are known."""

from __future__ import annotations

import numpy as np
import pytest
from rig_fakes import ring, seen_by, walker

from modules.core.geometry import world_rays
from modules.core.people2d import People2D
from modules.rig.check.matching import match
from modules.rig.seen.sightings import sightings
from modules.rig.seen.triangulation import middle, miss_rad, triangulate


def test_rays_meet_where_they_come_from():
    points = np.random.default_rng(0).uniform(-1000, 1000, (7, 3))
    centers = np.array([[4000.0, 0, 1000], [0, 5000.0, 0], [-3000, -3000, 2000.0]])
    rays = points[None] - centers[:, None]
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    weights = np.ones((3, 7))
    weights[1, 2] = 0
    rays[1, 2] = np.nan
    found = triangulate(centers, rays, weights)
    np.testing.assert_allclose(found, points, atol=1e-6)
    assert np.nanmax(miss_rad(found, centers, rays)) < 1e-7
    weights[0, 2] = 0  # one ray is left
    assert np.isnan(triangulate(centers, rays, weights)[2]).all()


def test_parallel_rays_meet_nowhere():
    rays = np.broadcast_to([0.0, 0.0, 1.0], (2, 1, 3))
    assert np.isnan(triangulate(np.array([[0.0, 0, 0], [1000, 0, 0]]), rays, np.ones((2, 1)))).all()


def test_a_sure_ray_counts_more():
    """Two rays cross the first one 100 mm apart: the point lies where their weights draw it."""
    centers = np.array([[0.0, 0, -1000], [1000, 0, 0], [1000, 100, 0]])
    rays = np.array([[[0.0, 0, 1]], [[-1.0, 0, 0]], [[-1.0, 0, 0]]])
    found = triangulate(centers, rays, np.array([[1e-3], [3.0], [1.0]]))
    assert found[0, 1] == pytest.approx(25, abs=0.5)


def test_the_angle_is_what_it_says_and_behind_is_no_fit():
    point = np.array([[0.0, 10.0, 1000.0]])
    rays = np.array([[[0.0, 0, 1]], [[0.0, 0, -1]]])
    missed = miss_rad(point, np.zeros((2, 3)), rays)[:, 0]
    np.testing.assert_allclose(missed, [np.arctan(0.01), 1.0])


def test_median_without_nan():
    values = np.array([[3.0, np.nan, 1.0, 2.0], [np.nan] * 4, [4.0, 1.0, np.nan, np.nan]])
    assert middle(values).tolist() == [2.0, np.inf, 2.5]


@pytest.mark.parametrize("count", [2, 3, 5])
def test_everybody_is_matched_in_all_views_whatever_the_order(count):
    cameras = ring(count)
    bodies = [walker(np.arange(6) / 3, 1200.0, start) for start in (0.0, 2.2)]
    found = match(sightings(seen_by(cameras, bodies, noise_px=2.0), cameras))
    assert len(found.frame) == 12
    assert (found.view_count == count).all()
    for frame, points in zip(found.frame, found.points, strict=True):
        apart = [np.linalg.norm(points - body[frame], axis=-1) for body in bodies]
        assert min(np.median(a) for a in apart) < 60


def test_worlds_make_no_difference():
    """The same people in metres, with y up and the origin elsewhere: the same groups and angles."""
    from dataclasses import replace

    cameras = ring(4)
    frames = seen_by(cameras, [walker(np.arange(3) / 2), walker(np.arange(3) / 2, 500, 2.0)], noise_px=3.0)
    y_up = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
    elsewhere = [
        replace(c, R_world_to_cam=c.R_world_to_cam @ y_up.T, center_world_mm=(y_up @ c.center_world_mm + [0, 1500, 9]) / 1000)
        for c in cameras
    ]
    one, other = match(sightings(frames, cameras)), match(sightings(frames, elsewhere))
    np.testing.assert_array_equal(one.members, other.members)
    np.testing.assert_allclose(one.miss_rad, other.miss_rad, atol=1e-6)


def test_a_joint_that_is_wrong_in_one_view_is_left_out_there():
    cameras = ring(4)
    frames = seen_by(cameras, [walker(np.zeros(1))])
    views = [np.array(view) for view in frames[0].views]
    views[2][0, 9, :2] += 150
    found = match(sightings([People2D(0, 0.0, tuple(views))], cameras))
    assert (found.weights[0, :, 9] > 0).tolist() == [True, True, False, True]
    np.testing.assert_allclose(found.points[0], walker(np.zeros(1))[0], atol=0.1)


def test_people_of_two_frames_never_mix_and_nobody_is_nobody():
    cameras = ring(2)
    empty = People2D(0, 0.0, (np.zeros((0, 17, 3)), np.zeros((0, 17, 3))))
    assert len(match(sightings([empty], cameras)).frame) == 0
    one = seen_by(cameras, [walker(np.zeros(1))])[0]
    left = People2D(0, 0.0, (one.views[0], np.zeros((0, 17, 3))))
    right = People2D(1, 0.0, (np.zeros((0, 17, 3)), one.views[1]))
    assert len(match(sightings([left, right], cameras)).frame) == 0


def test_rays_of_a_camera_lead_through_its_pixels():
    camera = ring(1)[0]
    np.testing.assert_allclose(world_rays(np.array([640.0, 360.0]), camera), camera.R_world_to_cam[2])
