"""The animated skeleton: follows constant bones exactly, keeps its length on others, never rolls, holds in gaps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from modules.core.skeleton import LEFT_ANKLE, LEFT_KNEE, LEFT_WRIST, LIMBS, MID_HIP
from modules.core.trajectory import Sample
from modules.evaluation.export.people import moving_people
from modules.export.trajectories import common
from modules.export.trajectories.bvh import angles_deg, gaps
from modules.export.trajectories.rig import (
    RIG,
    UNSEEN_MM,
    bone_lengths_mm,
    forward_mm,
    motion,
    offsets_mm,
    shortest_arc,
)


@pytest.fixture(scope="module")
def people():
    return moving_people(300)


def whole(person):
    """Hips, turns and what the skeleton makes of them, over all blocks."""
    offsets = offsets_mm(bone_lengths_mm(person))
    parts = [(block.turns, forward_mm(block, offsets), block.held) for _, block in motion(person)]
    return [np.concatenate(values) for values in zip(*parts, strict=True)]


def noisy(person, seed=1):
    rng = np.random.default_rng(seed)
    return replace(person, positions_world_mm=person.positions_world_mm + rng.normal(0, 15, person.positions_world_mm.shape))


def test_bones_keep_their_length_however_the_joints_jitter(people):
    _, joints, _ = whole(noisy(people.people[0]))
    for a, b in LIMBS:
        lengths = np.linalg.norm(joints[:, a] - joints[:, b], axis=1)
        assert np.ptp(lengths) < 1e-6
    knee = np.linalg.norm(joints[0, LEFT_KNEE] - joints[0, LEFT_ANKLE])
    assert knee == pytest.approx(410, abs=5)  # the median over the take


def test_nothing_rolls_faster_than_it_moves(people):
    turns, _, held = whole(people.people[0])
    steps = np.degrees(2 * np.arccos(np.clip(np.abs((turns[1:] * turns[:-1]).sum(axis=2)), -1, 1)))
    steps[held[:-1] | held[1:]] = 0  # after a gap a joint is where it is
    assert steps.max() < 12  # the fastest limb swings by about 70 degrees, six times in 6.3 s, and its parent against it
    assert ((turns[1:] * turns[:-1]).sum(axis=2) > 0).all()  # signs follow, so that linear keys take the short way


def test_blocks_join_without_a_seam(people, monkeypatch):
    turns, joints, _ = whole(people.people[1])
    monkeypatch.setattr(common, "BLOCK_FRAMES", 41)  # ends in the middle of gaps
    again, pieces, _ = whole(people.people[1])
    np.testing.assert_allclose(again, turns, atol=1e-12)
    np.testing.assert_allclose(pieces, joints, atol=1e-9)


def test_gaps_are_held_and_listed(people):
    person = people.people[0]
    turns, _, held = whole(person)
    forearm = [joint.name for joint in RIG].index("LeftForeArm")
    assert held[10:20, forearm].all()
    assert not held[20:40, forearm].any()
    np.testing.assert_array_equal(turns[10:20, forearm], np.tile(turns[9, forearm], (10, 1)))
    listed = [(first, last) for joint, first, last in gaps(people, person) if joint == "left_wrist"]
    assert listed == [(10, 19), (40, 44), (110, 119), (140, 144), (210, 219), (240, 244)]


def test_limbs_never_seen_take_their_mirror_images_length(people):
    person = people.people[0]
    positions, samples = np.array(person.positions_world_mm), np.array(person.samples)
    positions[:, LEFT_WRIST], samples[:, LEFT_WRIST] = np.nan, Sample.MISSING
    lengths = bone_lengths_mm(replace(person, positions_world_mm=positions, samples=samples))
    assert lengths[4, 5] == pytest.approx(250)
    positions[:], samples[:] = np.nan, Sample.MISSING
    assert set(bone_lengths_mm(replace(person, positions_world_mm=positions, samples=samples)).values()) == {UNSEEN_MM}


def test_shortest_arc_at_its_ends():
    rest = np.array([1.0, 0, 0])
    turns = shortest_arc(rest, np.array([[2.0, 0, 0], [0, 3, 0], [-1, 0, 0], [0, 0, 0]]))
    np.testing.assert_allclose(turns[0], [0, 0, 0, 1])
    np.testing.assert_allclose(Rotation.from_quat(turns[1]).apply(rest), [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(Rotation.from_quat(turns[2]).apply(rest), [-1, 0, 0], atol=1e-12)
    assert np.isnan(turns[3]).all()


def test_angles_stand_for_the_turns_and_go_on_over_the_poles():
    # a swing that passes 90 degrees about x, where the triple of angles is not unique, and turns all the way about y
    times = np.linspace(0, 1, 400)
    turns = Rotation.from_euler("ZXY", np.stack([20 + 0 * times, 60 + 80 * times, 720 * times], axis=1), degrees=True)
    angles = angles_deg(turns.as_quat()[:, None], np.zeros((1, 3)))[:, 0]
    again = Rotation.from_euler("ZXY", angles, degrees=True)
    assert (again * turns.inv()).magnitude().max() < 1e-6
    assert np.abs(np.diff(angles, axis=0)).max() < 5
    assert angles[-1, 2] - angles[0, 2] == pytest.approx(720, abs=1)


def test_somebody_at_rest_faces_along_z_with_y_up(people):
    offsets = offsets_mm(bone_lengths_mm(people.people[0]))
    names = {joint.name: index for index, joint in enumerate(RIG)}
    np.testing.assert_allclose(offsets[names["LeftForeArm"]], [290, 0, 0], atol=0.01)
    np.testing.assert_allclose(offsets[names["RightLeg"]], [0, -430, 0], atol=0.01)
    assert RIG[names["Hips"]].at == MID_HIP
