"""Angles against the generator's, which bends joints by known degrees, and in all directions of the compass."""

from __future__ import annotations

import numpy as np
import pytest

from modules.motion.angles import ANGLE_NAMES, joint_angles
from modules.SelfPose3d.lib.training.bodies import ANGLE_NAMES as BODY_ANGLES
from modules.SelfPose3d.lib.training.bodies import forward_kinematics, sample_segments


def body(heading_deg: float = 0.0, **angles: float) -> np.ndarray:
    """float64 [1, J, 3], mm: a body that faces x, turned left by ``heading_deg``, bent by the generator's angles."""
    values = np.zeros((1, len(BODY_ANGLES)))
    for name, value in angles.items():
        values[0, BODY_ANGLES.index(name)] = value
    joints = forward_kinematics(values, sample_segments(np.random.default_rng(0), np.array([1700.0])))
    c, s = np.cos(np.deg2rad(heading_deg)), np.sin(np.deg2rad(heading_deg))
    return joints @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1.0]])


@pytest.mark.parametrize("heading", [0.0, 70.0, -160.0])
@pytest.mark.parametrize(
    ("bent", "expected"),
    [
        ({}, {}),
        ({"l_knee": 50}, {"left_knee_flexion": 50}),
        ({"r_elbow": 95}, {"right_elbow_flexion": 95}),
        ({"l_hip_flex": 40}, {"left_hip_flexion": 40}),
        ({"r_hip_flex": -15}, {"right_hip_flexion": -15}),
        ({"l_hip_abd": 25}, {"left_hip_adduction": -25}),
        ({"r_hip_abd": 25}, {"right_hip_adduction": -25}),
        ({"l_shoulder_flex": 60}, {"left_shoulder_elevation": 60, "left_shoulder_plane": 90}),
        ({"r_shoulder_flex": -30}, {"right_shoulder_elevation": 30, "right_shoulder_plane": -90}),
        ({"l_shoulder_abd": 80}, {"left_shoulder_elevation": 80, "left_shoulder_plane": 0}),
        ({"r_shoulder_abd": 80}, {"right_shoulder_elevation": 80, "right_shoulder_plane": 0}),
        ({"pitch": 20}, {"trunk_flexion": 20}),
        ({"roll": 15}, {"trunk_lateral_flexion": 15, "pelvis_obliquity": 15}),
    ],
)
def test_bent_joints_have_the_angles_they_were_bent_by(heading, bent, expected):
    angles = joint_angles(body(heading, **bent))
    assert tuple(angles) == ANGLE_NAMES
    assert angles["pelvis_rotation"][0] == pytest.approx(heading, abs=1e-6)
    for name, value in angles.items():
        if name == "pelvis_rotation" or (name.endswith("shoulder_plane") and name not in expected):
            continue
        assert value[0] == pytest.approx(expected.get(name, 0.0), abs=1e-6), name


def test_shoulders_turned_left_are_a_positive_rotation():
    joints = body()
    c, s = np.cos(np.deg2rad(30)), np.sin(np.deg2rad(30))
    turn = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1.0]])
    joints[:, [3, 9]] = (joints[:, [3, 9]] - joints[:, :1]) @ turn + joints[:, :1]
    assert joint_angles(joints)["trunk_rotation"][0] == pytest.approx(30)


def test_what_is_unknown_makes_only_its_own_angles_unknown():
    joints = body(l_knee=30)
    joints[0, 8] = np.nan  # left ankle
    angles = joint_angles(joints)
    assert np.isnan(angles["left_knee_flexion"][0])
    assert angles["left_hip_flexion"][0] == pytest.approx(0, abs=1e-6)
    assert np.isnan(angles["left_shoulder_plane"][0])  # a hanging arm has no plane
