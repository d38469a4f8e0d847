"""People in motion: bodies stay bodies, feet stay put, and each kind of motion is what it is called."""

from __future__ import annotations

import numpy as np
import pytest

from modules.core.skeleton import ANKLES, LEFT_ANKLE, LIMBS, MID_HIP, NOSE, RIGHT_WRIST
from modules.evaluation.common.sequences import ARMS_LENGTH_MM, AWAY_S, KINDS, coco_keypoints, sample_sequence


@pytest.mark.parametrize("kind", KINDS)
def test_bones_are_constant_and_nobody_sinks_into_the_floor(kind):
    people = sample_sequence(kind, 0, people=2, seconds=4, fps=50)
    joints = people.joints_world_mm
    assert joints.shape == (200, 2, 15, 3)
    bones = np.stack([np.linalg.norm(joints[:, :, a] - joints[:, :, b], axis=-1) for a, b in LIMBS])
    assert bones.std(axis=1).max() < 1e-6
    assert bones.min() > 60
    assert joints[..., 2].min() > 20


def test_the_same_seed_moves_the_same_people_at_any_frame_rate():
    slow, fast = (sample_sequence("walking", 3, people=1, seconds=2, fps=fps).joints_world_mm for fps in (30, 60))
    np.testing.assert_allclose(slow, fast[::2], atol=1e-6)
    assert not np.allclose(slow, sample_sequence("walking", 4, people=1, seconds=2, fps=30).joints_world_mm)


def test_feet_that_stand_stay_and_walkers_go_on():
    people = sample_sequence("walking", 1, people=1, seconds=6)
    ankle = people.joints_world_mm[:, 0, LEFT_ANKLE]
    stands = people.contacts[:, 0, 0]
    runs = np.split(np.arange(len(stands)), np.flatnonzero(np.diff(stands)) + 1)
    steps = [run for run in runs if stands[run[0]] and len(run) > 5]
    assert 3 <= len(steps) <= 9  # about one stride a second
    for run in steps:
        assert np.ptp(ankle[run], axis=0).max() < 60  # it rolls over heel and ball
    root = people.joints_world_mm[:, 0, MID_HIP, :2]
    speed = np.linalg.norm(np.diff(root, axis=0), axis=1) * 60
    assert 700 < np.median(speed) < 1700


def test_runners_are_faster_and_leave_the_floor():
    people = sample_sequence("running", 1, people=1, seconds=4)
    root = people.joints_world_mm[:, 0, MID_HIP, :2]
    assert np.median(np.linalg.norm(np.diff(root, axis=0), axis=1) * 60) > 2000
    assert 0.1 < (~people.contacts[:, 0].any(1)).mean() < 0.6


def test_wrists_are_fast_in_sports():
    people = sample_sequence("sports", 0, people=3, seconds=8)
    speed = np.linalg.norm(np.diff(people.joints_world_mm[:, :, RIGHT_WRIST], axis=0), axis=-1) * 60
    assert 5000 < np.percentile(speed, 99.5) < 14000


def test_who_crosses_comes_within_arms_length_and_who_turns_stays_there():
    crossing = sample_sequence("crossing", 0, people=2, seconds=10).joints_world_mm[:, :, MID_HIP, :2]
    apart = np.linalg.norm(crossing[:, 0] - crossing[:, 1], axis=-1)
    assert apart.min() == pytest.approx(ARMS_LENGTH_MM, abs=80)
    assert apart.max() > 1500
    turning = sample_sequence("turning", 0, people=2, seconds=8).joints_world_mm[:, :, MID_HIP, :2]
    across = turning[:, 1] - turning[:, 0]
    assert np.linalg.norm(across, axis=-1).max() < ARMS_LENGTH_MM + 80
    assert np.ptp(np.unwrap(np.arctan2(across[:, 1], across[:, 0]))) > 2 * np.pi


def test_sitting_leaving_and_hidden_people():
    root = sample_sequence("sitting", 0, people=1, seconds=10).joints_world_mm[:, 0, MID_HIP, 2]
    assert root.min() < 520
    assert root.max() > 750
    leaving = sample_sequence("leaving", 2, people=5, seconds=20)
    assert longest_false(leaving.present) > AWAY_S * leaving.fps
    assert np.isnan(leaving.seen_mm[~leaving.present]).all()
    occluded = sample_sequence("occluded", 0, people=3, seconds=15)
    np.testing.assert_allclose(occluded.hidden.sum(0) / occluded.fps, AWAY_S, atol=0.05)
    assert occluded.present.all()


def longest_false(flags: np.ndarray) -> int:
    best = 0
    for column in flags.T:
        run = 0
        for value in column:
            run = 0 if value else run + 1
            best = max(best, run)
    return best


def test_keypoints_of_the_head_sit_on_the_head():
    joints = sample_sequence("standing", 0, people=1, seconds=0.1).joints_world_mm[0, 0]
    coco = coco_keypoints(joints)
    np.testing.assert_array_equal(coco[0], joints[NOSE])
    np.testing.assert_array_equal(coco[[15, 16]], joints[list(ANKLES)])
    eyes, ears = coco[1] - coco[2], coco[3] - coco[4]
    assert np.linalg.norm(eyes) == pytest.approx(64)
    assert np.linalg.norm(ears) == pytest.approx(150)
    assert eyes @ (joints[3] - joints[9]) > 0  # the left one on the left
    assert np.linalg.norm(coco[1:5] - joints[NOSE], axis=1).max() < 160


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="swimming"):
        sample_sequence("swimming", 0)
