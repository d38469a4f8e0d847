"""Starts of the refinement: whom they are for, and where a root net errs."""

from __future__ import annotations

import numpy as np
import pytest

from modules.core.skeleton import MID_HIP, MIRROR
from modules.SelfPose3d.lib.training import starts
from modules.SelfPose3d.lib.training.heatmaps import CLEAN
from modules.SelfPose3d.lib.training.runs import published_rigs
from modules.SelfPose3d.lib.training.scenes import sample_scene


@pytest.fixture(scope="module")
def scene():
    return sample_scene(np.random.default_rng(4), CLEAN, published_rigs()["panoptic_5hd"], 320, people=4)


def test_a_start_is_for_whoever_is_near():
    truth = np.zeros((2, 15, 3))
    truth[1] += [2000.0, 0, 0]
    roots = np.array([[290.0, 0, 0], [400.0, 0, 0], [1000.0, 0, 0], [2000.0, 100, 0], [900.0, 0, 0]])
    joints = np.repeat(roots[:, None], 15, 1)
    _, owner, label = starts.matched(joints, roots, truth, np.array([-1, -1, -1, -1, 1]))
    assert owner.tolist() == [0, -1, -1, 1, 1]  # the last is meant for somebody farther off
    np.testing.assert_array_equal(label, [1, np.nan, 0, 1, 1])


def test_starts_come_in_all_kinds(scene):
    joints, owner, label = starts.made_up_starts(np.random.default_rng(0), scene, 400)
    assert joints.dtype == np.float32
    assert np.isfinite(joints).all()
    assert (label[owner >= 0] == 1).all()
    assert 0.05 < (label == 0).mean() < 0.3
    off = np.linalg.norm(joints[owner >= 0] - scene.joints_world_mm[owner[owner >= 0]], axis=-1).mean(-1)
    assert off.min() < 60
    assert np.quantile(off, 0.9) > 200


def test_the_rest_pose_faces_nowhere():
    rest = starts.rest_pose()
    assert (rest[:, :2] == 0).all()
    assert (rest[MID_HIP] == 0).all()
    np.testing.assert_allclose(rest, rest[list(MIRROR)])
    assert rest[1, 2] > rest[0, 2] > 300  # nose over neck over mid-hip
    assert rest[8, 2] < rest[7, 2] < -200  # ankle under knee


def test_two_rays_cross_where_they_come_nearest():
    a, b = np.array([0.0, 0, 0]), np.array([4000.0, 0, 200])
    found = starts._crossing(a, np.array([1000.0, 1000, 0]), b, np.array([3000.0, 1000, 200]))
    np.testing.assert_allclose(found, [2000, 2000, 100], atol=1e-6)
    behind = starts._crossing(a, np.array([-1000.0, 1000, 0]), b, np.array([5000.0, 1000, 200]))
    np.testing.assert_allclose(behind, [-1000, 1000, 600])  # they part: beside the first person
