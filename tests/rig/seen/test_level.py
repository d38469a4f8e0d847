"""Up, floor, unit and space of people whose room is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rig_fakes import STANDING_MM, ring, walker

from modules.core.world import World, level_rotation
from modules.rig.seen.level import find_floor, find_unit, find_up, find_world, guess_floor, standing_axes, statures

#: From true coordinates to a calibration's: y up; a camera's own axes, more or less; anyhow.
WORLDS = {
    "y up": np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]),
    "z down": np.diag([1.0, -1, -1]),
    "tilted": np.array([[0.36, 0.48, -0.8], [-0.8, 0.6, 0.0], [0.48, 0.64, 0.6]]),
}


def people(times=(0.0, 0.4, 0.9, 1.3)) -> np.ndarray:
    return np.concatenate([walker(np.array(times)), walker(np.array(times), 500.0, 2.0)])


@pytest.mark.parametrize("name", WORLDS)
def test_up_is_found_in_any_world(name):
    R = WORLDS[name]
    cameras = [replace(c, R_world_to_cam=c.R_world_to_cam @ R.T, center_world_mm=R @ c.center_world_mm) for c in ring(4)]
    up = find_up(people() @ R.T, cameras)
    assert np.rad2deg(np.arccos(np.clip(up.direction @ R[:, 2], -1, 1))) < 1.5
    assert up.snapped == (name != "tilted")


def test_people_overrule_the_way_cameras_hang():
    """All cameras roll by 90°: standing people still say where up is."""
    roll = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    cameras = [replace(c, R_world_to_cam=roll @ c.R_world_to_cam) for c in ring(4)]
    np.testing.assert_allclose(find_up(people(), cameras).direction, [0, 0, 1], atol=0.03)


def test_without_people_cameras_alone_are_unsure():
    up = find_up(np.zeros((0, 17, 3)), ring(3))
    assert up.people == 0
    assert up.sd_deg > 3


def test_where_the_world_is_a_level_cameras_own_no_axis_is_snapped_to():
    """A camera that looks 6° down: up is 6° off its own axis, which must not be taken for up."""
    cameras = ring(4)
    pitch = np.deg2rad(6.0)
    down = np.array([[1.0, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    level = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
    first = replace(cameras[0], R_world_to_cam=down @ level)
    own = World(1.0, first.R_world_to_cam, first.center_world_mm)  # to the camera's axes
    moved = own.level_cameras([first, *cameras[1:]])
    up = find_up(own.to_level(people()), moved)
    true_up = first.R_world_to_cam[:, 2]
    assert not up.snapped
    assert np.rad2deg(np.arccos(up.direction @ true_up)) < 3


def test_somebody_bent_over_says_nothing_of_up():
    bent = STANDING_MM.copy()
    bent[:11] = (bent[:11] - np.array([0, 0, 930])) @ np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]) + [0, 0, 930]
    assert len(standing_axes(np.stack([STANDING_MM, bent]))) == 1


@pytest.mark.parametrize(("factor", "expected"), [(1.0, 1.0), (0.1, 10.0), (1e-3, 1e3), (100.0, 1e-2), (1 / 0.3048, 0.3048)])
def test_the_unit_is_known_by_how_tall_people_are(factor, expected):
    found, stature = find_unit(people() * factor)
    assert found == pytest.approx(expected)
    assert stature * found == pytest.approx(np.median(statures(people())))


def test_a_unit_without_a_name_makes_people_of_usual_height():
    found, _ = find_unit(people() / 37.0)
    assert found * statures(people() / 37.0).mean() == pytest.approx(1680)
    short, tall = STANDING_MM * 0.8, STANDING_MM * 1.05
    wrong = STANDING_MM * 3.0  # two people taken for one
    found, _ = find_unit(np.stack([short, short, short, tall, tall, wrong]) / 37.0)
    assert found * statures(np.stack([short] * 3 + [tall] * 2) / 37.0).mean() == pytest.approx(1680)


def test_seated_people_are_measured_by_their_shoulders_and_nobody_by_nothing():
    seated = people()
    seated[:, 13:] = np.nan
    factor, stature = find_unit(seated / 1000)
    assert factor == 1000
    assert np.isnan(stature)
    assert np.isnan(find_unit(np.full((2, 17, 3), np.nan))[0])


def test_floor_is_the_lowest_level_and_the_others_are_told():
    standing = np.stack([STANDING_MM] * 8 + [STANDING_MM + np.array([0, 0, 300])] * 4)
    floor, (low, high) = find_floor(standing, np.array([0.0, 0, 1]))
    ankle_mm = 0.039 * statures(STANDING_MM[None])[0]
    assert floor == pytest.approx(STANDING_MM[[15, 16], 2].min() - ankle_mm)
    assert low == pytest.approx(0)
    assert high == pytest.approx(300)
    assert np.isnan(find_floor(np.full((1, 17, 3), np.nan), np.array([0.0, 0, 1]))[0])


def test_wrong_ankles_far_below_the_floor_do_not_lower_it():
    """A third of the people with ankles decimetres too low, and somebody whose limbs nobody has."""
    standing = np.stack([STANDING_MM] * 12)
    true_floor, _ = find_floor(standing, np.array([0.0, 0, 1]))
    for n, below in enumerate((150.0, 400.0, 700.0, 1000.0)):
        standing[n, 13:, 2] -= below
    floor, _ = find_floor(standing, np.array([0.0, 0, 1]))
    assert floor == pytest.approx(true_floor, abs=2)


def test_one_lifted_foot_does_not_raise_the_floor_and_noise_of_two_that_stand_does_not_lower_it():
    rng = np.random.default_rng(3)
    standing = np.stack([STANDING_MM] * 200)
    true_floor, _ = find_floor(standing, np.array([0.0, 0, 1]))
    standing[:, 15:, 2] += rng.normal(0, 15, (200, 2))
    standing[::2, 16, 2] += 180.0
    floor, _ = find_floor(standing, np.array([0.0, 0, 1]))
    assert floor == pytest.approx(true_floor, abs=4)


def test_people_without_feet_are_looked_for_at_the_height_they_are():
    """A seated man, legs under the table, on whose top the origin is."""
    seated = np.stack([STANDING_MM] * 3)
    seated[:, 13:] = np.nan
    up = np.array([0.0, 0, 1])
    assert guess_floor(seated, up) == 0  # the floor may well be where it is said to be
    below = guess_floor(seated - [0, 0, 1000.0], up)
    assert -1300 < below < -800
    assert guess_floor(seated - [0, 0, 3000.0], up) == pytest.approx(below - 2000)
    assert np.isnan(guess_floor(np.full((2, 17, 3), np.nan), up))


def test_one_rig_has_one_level_world_whatever_its_own_axes_are():
    cameras = [replace(c, center_world_mm=c.center_world_mm * (1.6, 1.0, 1.0)) for c in ring(5)]
    levels = []
    for axis in ([0.3, 0.2, 0.9], [0.8, -0.5, 0.1]):
        own = World(1.0, level_rotation(np.array(axis)).T @ level_rotation(np.array([0.5, 0.6, 0.62])), np.array([1.0, 2, 3]))
        up = own.R_to_level[:, 2]  # of the true z, in these coordinates
        world, space = find_world(own.to_level(people()), up, float(own.to_level(np.zeros(3)) @ up), own.level_cameras(cameras))
        levels.append((world.to_level(own.to_level(STANDING_MM)), space.size_mm))
    np.testing.assert_allclose(*(points for points, _ in levels), atol=1e-6)
    np.testing.assert_allclose(*(size for _, size in levels), atol=1e-6)


def test_the_space_holds_people_though_no_camera_looks_at_their_middle():
    cameras = ring(4)
    far = people() + np.array([5000.0, 0, 0])
    world, space = find_world(far, np.array([0.0, 0, 1]), 0.0, cameras)
    inside = world.to_level(far[:, 11:13].mean(1))
    assert (np.abs(inside[:, :2] - space.center_mm[:2]) < space.size_mm[:2] / 2).all()
    np.testing.assert_allclose(world.to_level(world.origin), 0)


def test_level_rotation_keeps_what_is_level():
    np.testing.assert_array_equal(level_rotation(np.array([0.0, 0, 2.0])), np.eye(3))
    R = level_rotation(np.array([0.0, 1.0, 0.0]))
    np.testing.assert_allclose(R @ [0, 1, 0], [0, 0, 1])
    np.testing.assert_allclose(R @ [1, 0, 0], [1, 0, 0])
    assert np.linalg.det(level_rotation(np.array([1.0, 0.2, -0.1]))) == pytest.approx(1)


def test_people_who_are_small_or_large_are_no_board_s_squares():
    tall = float(np.median(statures(people())))
    for metres in (1.09, 0.8, 2.6):
        assert find_unit(people() * 1e3 * metres / tall)[0] == 1.0
    assert find_unit(people() * 55.0 / tall)[0] > 20  # squares of 30 mm
