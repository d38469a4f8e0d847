import numpy as np
import pytest

from modules.core.skeleton import (
    LEFT_ANKLE,
    LEFT_ELBOW,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    LEFT_WRIST,
    MID_HIP,
    NECK,
    NOSE,
    RIGHT_ANKLE,
    RIGHT_ELBOW,
    RIGHT_HIP,
    RIGHT_KNEE,
    RIGHT_SHOULDER,
    RIGHT_WRIST,
)
from modules.SelfPose3d.lib.training.bodies import (
    ANGLE_NAMES,
    FAMILY_NAMES,
    LIMITS,
    SEGMENTS,
    forward_kinematics,
    sample_angles,
    sample_people,
    sample_segments,
)

BONES = {
    "trunk": [(MID_HIP, NECK)],
    "upper_arm": [(LEFT_SHOULDER, LEFT_ELBOW), (RIGHT_SHOULDER, RIGHT_ELBOW)],
    "forearm": [(LEFT_ELBOW, LEFT_WRIST), (RIGHT_ELBOW, RIGHT_WRIST)],
    "thigh": [(LEFT_HIP, LEFT_KNEE), (RIGHT_HIP, RIGHT_KNEE)],
    "shank": [(LEFT_KNEE, LEFT_ANKLE), (RIGHT_KNEE, RIGHT_ANKLE)],
    "half_shoulders": [(NECK, LEFT_SHOULDER), (NECK, RIGHT_SHOULDER)],
    "half_hips": [(MID_HIP, LEFT_HIP), (MID_HIP, RIGHT_HIP)],
}


def one_person(stature_mm=1800.0, **angles):
    """A person of exact adult proportions with the given angles, degrees; the others 0."""
    degrees = np.zeros((1, len(ANGLE_NAMES)))
    for name, value in angles.items():
        degrees[0, ANGLE_NAMES.index(name)] = value
    return forward_kinematics(degrees, stature_mm * np.array([list(SEGMENTS.values())]))[0]


def test_bones_have_the_segments_lengths_in_every_pose():
    people = sample_people(np.random.default_rng(3), 300)
    for segment, bones in BONES.items():
        expected = people.segments_mm[:, list(SEGMENTS).index(segment)]
        for a, b in bones:
            np.testing.assert_allclose(np.linalg.norm(people.joints_mm[:, a] - people.joints_mm[:, b], axis=1), expected)


def test_neck_and_mid_hip_are_the_midpoints_that_the_backbone_draws():
    joints = sample_people(np.random.default_rng(4), 50).joints_mm
    np.testing.assert_allclose(joints[:, NECK], (joints[:, LEFT_SHOULDER] + joints[:, RIGHT_SHOULDER]) / 2, atol=1e-9)
    np.testing.assert_allclose(joints[:, MID_HIP], (joints[:, LEFT_HIP] + joints[:, RIGHT_HIP]) / 2, atol=1e-9)


def test_segments_stay_within_anthropometry():
    stature = np.array([1000.0] * 200 + [1750.0] * 200)
    segments = sample_segments(np.random.default_rng(0), stature) / stature[:, None]
    adult = np.array(list(SEGMENTS.values()))
    assert np.abs(segments[200:] / adult - 1).max() <= 0.08 + 1e-9  # two standard deviations of 4 %
    # a child's legs are shorter and its trunk longer than an adult's, relative to stature
    names = list(SEGMENTS)
    assert segments[:200, names.index("thigh")].mean() < 0.95 * SEGMENTS["thigh"]
    assert segments[:200, names.index("trunk")].mean() > 1.03 * SEGMENTS["trunk"]


def test_standing_upright_is_where_a_drawing_puts_it():
    joints = one_person()
    leg = 1800 * (SEGMENTS["thigh"] + SEGMENTS["shank"])
    np.testing.assert_allclose(joints[LEFT_ANKLE], [0, 1800 * SEGMENTS["half_hips"], -leg], atol=1e-9)
    np.testing.assert_allclose(joints[NECK], [0, 0, 1800 * SEGMENTS["trunk"]], atol=1e-9)
    arm = 1800 * (SEGMENTS["upper_arm"] + SEGMENTS["forearm"])
    np.testing.assert_allclose(joints[LEFT_WRIST] - joints[LEFT_SHOULDER], [0, 0, -arm], atol=1e-9)
    assert joints[NOSE, 0] > 0  # faces forward


@pytest.mark.parametrize(
    ("angles", "bone", "direction"),
    [
        ({"l_shoulder_flex": 90}, (LEFT_SHOULDER, LEFT_ELBOW), (1, 0, 0)),  # arm forward
        ({"l_shoulder_flex": 180}, (LEFT_SHOULDER, LEFT_WRIST), (0, 0, 1)),  # overhead
        ({"l_shoulder_abd": 90}, (LEFT_SHOULDER, LEFT_WRIST), (0, 1, 0)),  # sideways, to the left
        ({"r_shoulder_abd": 90}, (RIGHT_SHOULDER, RIGHT_WRIST), (0, -1, 0)),  # sideways, to the right
        ({"l_elbow": 90}, (LEFT_ELBOW, LEFT_WRIST), (1, 0, 0)),  # elbow bends forward
        ({"r_hip_flex": 90}, (RIGHT_HIP, RIGHT_KNEE), (1, 0, 0)),  # thigh forward
        ({"r_knee": 90}, (RIGHT_KNEE, RIGHT_ANKLE), (-1, 0, 0)),  # knee bends backward
        ({"pitch": 90}, (MID_HIP, NECK), (1, 0, 0)),  # falls on the face
    ],
)
def test_angles_turn_limbs_the_human_way(angles, bone, direction):
    joints = one_person(**angles)
    along = joints[bone[1]] - joints[bone[0]]
    np.testing.assert_allclose(along / np.linalg.norm(along), direction, atol=1e-9)


def test_angles_stay_within_the_range_of_motion_and_all_families_occur():
    family, angles = sample_angles(np.random.default_rng(5), 2000)
    assert (angles >= LIMITS[:, 0]).all()
    assert (angles <= LIMITS[:, 1]).all()
    assert set(family) == set(range(len(FAMILY_NAMES)))


def test_people_stand_on_the_floor_except_jumpers():
    people = sample_people(np.random.default_rng(6), 500)
    lowest = people.joints_mm[..., 2].min(1)
    jumping = people.family == FAMILY_NAMES.index("jumping")
    assert (lowest > 0).all()
    assert (lowest[~jumping] <= 0.039 * 1.6 * people.stature_mm[~jumping] + 1e-9).all()
    assert lowest[jumping].max() > 300
    assert (people.stature_mm >= 1000).all()
    assert (people.stature_mm <= 2000).all()
    assert (people.stature_mm < 1400).any()
