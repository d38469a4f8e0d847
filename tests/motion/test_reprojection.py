"""Where joints are seen, gathered over time; and the calibration's share of the deviations, on cameras that were turned."""

from __future__ import annotations

import numpy as np
import pytest
from motion_fakes import walker

from modules.core.geometry import visible_px
from modules.core.types import Lod, Person, PoseResult
from modules.motion.reprojection import INCLUDED_MM, calibration_mm, seen_px
from modules.SelfPose3d.lib.training.rigs import turned_by
from modules.SelfPose3d.lib.training.runs import published_rigs

CAMERAS = published_rigs()["shelf"]


def frames(joints_mm, real_cameras=CAMERAS, noise_px=0.0, seed=0):
    """Results whose joints are right and are seen by the cameras as they really stand."""
    rng = np.random.default_rng(seed)
    made = []
    for index, joints in enumerate(joints_mm):
        pixels = np.stack([visible_px(joints, camera) for camera in CAMERAS])
        seen = np.stack([visible_px(joints, camera) for camera in real_cameras])
        seen = seen + noise_px * rng.standard_normal(seen.shape).astype(np.float32)
        root = np.zeros(3, np.float32)
        person = Person(4, Lod.FULL, 1.0, root, joints, pixels[:, 2], pixels, seen_px=seen)
        made.append(PoseResult(index + 10, index / 60, 0.0, (0.0, 0.0), (person,)))
    return made


@pytest.fixture(scope="module")
def joints():
    return walker(1.0)


def test_places_are_gathered_by_person_and_frame(joints):
    results = frames(joints[:5])
    found = seen_px([results[3], results[0]], np.arange(10, 15), {4})
    assert found.keys() == {4}
    np.testing.assert_array_equal(found[4][3], results[3].persons[0].seen_px)
    assert np.isnan(found[4][[1, 2, 4]]).all()
    assert seen_px(results, np.arange(10, 15), {1}) == {}
    assert seen_px([], np.arange(0), {4}) == {}


def test_right_cameras_add_nothing_however_coarse_the_network_is(joints):
    assert calibration_mm(frames(joints), CAMERAS) == 0.0
    assert calibration_mm(frames(joints, noise_px=15.0), CAMERAS) == 0.0


def test_turned_cameras_add_what_they_are_turned_by(joints):
    angle = 0.02  # rad: at 4 m 80 mm
    real = tuple(turned_by(c, np.array([angle, -angle, 0.0])) for c in CAMERAS)
    depths = [np.median((joints.reshape(-1, 3) - c.center_world_mm) @ c.R_world_to_cam[2]) for c in CAMERAS]
    views = len(CAMERAS)
    shift = np.sum(2 * (angle * np.array(depths)) ** 2) / (2 * views - 3)
    expected = np.sqrt((shift - INCLUDED_MM**2) * 3 / (2 * views))
    assert calibration_mm(frames(joints, real, 3.0), CAMERAS) == pytest.approx(expected, rel=0.1)
    small = tuple(turned_by(c, np.array([0.001, 0.001, 0.0])) for c in CAMERAS)
    assert calibration_mm(frames(joints, small), CAMERAS) == 0.0


def test_where_too_little_is_seen_nothing_is_said(joints):
    real = tuple(turned_by(c, np.array([0.02, 0.0, 0.0])) for c in CAMERAS)
    assert calibration_mm(frames(joints[:5], real), CAMERAS) == 0.0
    assert calibration_mm([], CAMERAS) == 0.0
    unseen = [PoseResult(0, 0.0, 0.0, (0.0, 0.0), ())] * 50
    assert calibration_mm(unseen, CAMERAS) == 0.0
