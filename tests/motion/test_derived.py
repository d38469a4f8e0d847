"""Speed, acceleration, centre of mass and steps, against what a formula or the generator says."""

from __future__ import annotations

import numpy as np
import pytest
from motion_fakes import FPS, walker

from modules.core.skeleton import LEFT_ANKLE, MIRROR
from modules.evaluation.common.sequences import sample_sequence
from modules.motion.derived import SEGMENT_MASSES, acceleration, center_of_mass, speed, steps, velocity


def test_speed_and_acceleration_of_a_throw():
    times = np.arange(50) / FPS
    x = np.stack([2000 * times, 0 * times, 3000 * times - 0.5 * 9810 * times**2], -1)[:, None]
    np.testing.assert_allclose(velocity(x, 1 / FPS)[1:-1, 0, 2], 3000 - 9810 * times[1:-1])
    np.testing.assert_allclose(acceleration(x, 1 / FPS)[1:-1, 0], [[0, 0, -9810]] * 48, atol=1e-5)
    assert speed(x, 1 / FPS)[0, 0] == pytest.approx(np.hypot(2000, 3000), rel=0.02)


def test_gaps_make_unknown_no_more_than_they_must():
    x = np.zeros((6, 1, 3))
    x[2] = np.nan
    assert np.isfinite(speed(x, 1.0)[:, 0]).tolist() == [True, True, False, True, True, True]
    assert np.isfinite(acceleration(x, 1.0)[:, 0, 0]).tolist() == [False, False, False, False, True, False]


def test_masses_are_a_whole_body_s_and_the_centre_is_where_it_should_be():
    assert sum(mass for _, mass, _ in SEGMENT_MASSES) == pytest.approx(1.0, abs=0.002)
    joints = walker(0.2, "standing")
    center = center_of_mass(joints)
    height = joints[..., 2].max()
    assert 0.50 * height < center[0, 2] < 0.68 * height  # about at the navel
    moved = np.array([10, 20, 30])
    np.testing.assert_allclose(center_of_mass(joints + moved), center + moved)
    mirrored = joints[:, list(MIRROR)] * [1, -1, 1]
    np.testing.assert_allclose(center_of_mass(mirrored), center * [1, -1, 1], atol=1e-9)
    joints[:, LEFT_ANKLE] = np.nan
    assert np.isnan(center_of_mass(joints)).all()


@pytest.mark.parametrize("kind", ["walking", "running"])
def test_steps_are_those_that_the_person_makes(kind):
    people = sample_sequence(kind, 2, people=1, seconds=6, fps=FPS)
    found = steps(people.joints_world_mm[:, 0], 1 / FPS)
    for foot, side in enumerate(("left", "right")):
        stands = people.contacts[:, 0, foot].astype(int)
        touches = np.flatnonzero(np.diff(stands) == 1)
        mine = [s.contact_frame for s in found if s.side == side and s.contact_frame is not None]
        assert abs(len(mine) - len(touches)) <= 1
        near = [np.abs(touches - c).min() for c in mine]
        assert np.median(near) <= 3  # frames
    assert [s.contact_frame or -1 for s in found] == sorted(s.contact_frame or -1 for s in found)


def test_who_stands_makes_no_steps():
    assert steps(walker(4.0, "standing"), 1 / FPS) == []
    assert steps(np.full((20, 15, 3), np.nan), 1 / FPS) == []
