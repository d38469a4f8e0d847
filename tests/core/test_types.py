"""Values refuse what they can't be, and can't be changed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from modules.core.skeleton import NUM_JOINTS
from modules.core.types import Camera, FrameSet, Lod, Person, PoseResult


def make_camera(**changes) -> Camera:
    values = {"name": "a", "width_px": 64, "height_px": 48, "fx": 50.0, "fy": 50.0, "cx": 32.0, "cy": 24.0}
    return Camera(**(values | {"R_world_to_cam": np.eye(3), "center_world_mm": np.zeros(3)} | changes))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"R_world_to_cam": np.eye(3) * 1.01}, "not a rotation"),
        ({"R_world_to_cam": np.diag([1.0, 1.0, -1.0])}, "not a rotation"),
        ({"R_world_to_cam": np.eye(2)}, "shape"),
        ({"center_world_mm": [0, np.nan, 0]}, "not finite"),
        ({"k": [0, np.inf, 0]}, "not finite"),
        ({"fx": 0.0}, "positive"),
        ({"cy": float("nan")}, "finite"),
        ({"width_px": 0}, "positive"),
    ],
)
def test_camera_refuses(changes, reason):
    with pytest.raises(ValueError, match=reason):
        make_camera(**changes)


def test_camera_is_frozen_and_keeps_its_own_arrays():
    centre = np.zeros(3)
    camera = make_camera(center_world_mm=centre)
    centre[0] = 5
    assert camera.center_world_mm[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        camera.center_world_mm[0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        camera.fx = 1.0


def test_frame_set_refuses_a_float_image_and_a_missing_one():
    with pytest.raises(ValueError, match="uint8"):
        FrameSet(0, 0.0, (np.zeros((48, 64, 3)),), (make_camera(),))
    with pytest.raises(ValueError, match="0 images for 1 cameras"):
        FrameSet(0, 0.0, (), (make_camera(),))


def make_person(**changes) -> Person:
    values = {
        "track_id": 0,
        "lod": Lod.FULL,
        "confidence": 0.5,
        "root_world_mm": [3000.0, 4000.0, 900.0],
        "joints_world_mm": np.zeros((NUM_JOINTS, 3)),
        "root_px": np.zeros((2, 2)),
        "joints_px": np.zeros((2, NUM_JOINTS, 2)),
    }
    return Person(**(values | changes))


def test_distance_is_measured_on_the_floor():
    assert make_person().distance_mm((0.0, 0.0)) == 5000
    assert make_person().distance_mm((3000.0, 0.0)) == 4000


def test_bytes_are_counted():
    # float32: 3 root, 15·3 joints, 2·2 root px, 2·15·2 joint px, 2·15 trust, 15·3 deviations, 2·15·2 seen px;
    # and a crop of 4·5·3 bytes
    crop = np.zeros((4, 5, 3), np.uint8)
    person = make_person(face_crops=(crop, None))
    assert person.nbytes == 4 * (3 + 45 + 4 + 60 + 30 + 45 + 60) + 60
    heatmaps = np.zeros((2, NUM_JOINTS, 8, 8), np.float16)
    assert PoseResult(0, 0.0, 0.0, (0.0, 0.0), (person,), heatmaps).nbytes == person.nbytes + heatmaps.nbytes


def test_views_support_a_person_by_a_third_of_the_joints():
    trust = np.zeros((4, NUM_JOINTS), np.float32)
    trust[0], trust[1, :5], trust[2, :4] = 0.02, 0.006, 0.05
    trust[3] = 0.004  # to 250 mm: too vague
    nowhere = np.full((4, 2), np.nan)
    person = make_person(root_px=nowhere, joints_px=np.full((4, NUM_JOINTS, 2), np.nan), face_crops=(), view_trust=trust)
    assert person.supporting_views == 2
    assert make_person().supporting_views is None
