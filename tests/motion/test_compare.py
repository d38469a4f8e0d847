"""Comparing with a reference: instants, people, joints, and references in coordinates of their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from motion_fakes import FPS, as_set, walker
from scipy.spatial.transform import Rotation

from modules.core.comparison import Distances
from modules.core.skeleton import LEFT_WRIST, NOSE
from modules.motion.compare import compared


@pytest.fixture(scope="module")
def two():
    """A walker, and another one 2 m beside."""
    x = walker(1.0)
    return x, walker(1.0, seed=8) + np.array([2000.0, 0.0, 0.0])


def test_distances_are_those_that_were_made_whoever_comes_first(two):
    a, b = two
    moved = b.copy()
    moved[:, LEFT_WRIST] += [3.0, 0.0, 4.0]
    found = compared(as_set(a, b), as_set(moved, a))
    assert [(pair.track_id, pair.reference_id) for pair in found.pairs] == [(1, 2), (2, 1)]
    np.testing.assert_allclose(found.of(1).distances_mm, 0, atol=1e-6)
    np.testing.assert_allclose(found.of(2).distances_mm[:, LEFT_WRIST], 5.0)
    assert Distances.of(found.of(2).distances_mm) == Distances(len(a) * 15, 0.0, pytest.approx(5 / 15), 5.0)
    assert found.at(59) == 59
    assert found.at(60) is None
    assert found.of(3) is None


def test_who_is_far_away_stands_for_nobody(two):
    a, b = two
    found = compared(as_set(a), as_set(b + 3000.0))
    assert found.pairs == ()


def test_a_slower_reference_that_starts_later_is_read_between_its_instants(two):
    a, _ = two
    every = as_set(a)
    slow = replace(as_set(a[20::2], fps=FPS / 2), times_s=(20 + 2 * np.arange(20)) / FPS - 0.1)
    far = compared(every, slow, shift_s=0.1).of(1).distances_mm
    assert np.isnan(far[:20]).all()
    np.testing.assert_allclose(far[20:59:2], 0, atol=1e-6)
    assert np.isfinite(far[21:58]).all()
    assert np.nanmax(far[21:58:2]) < 12  # half the second difference of a quick step
    assert np.isnan(far[59]).all()


def test_a_gap_of_the_reference_stays_one(two):
    a, _ = two
    gappy = a.copy()
    gappy[30, NOSE] = np.nan
    gappy[40:44] = np.nan
    far = compared(as_set(a), as_set(gappy)).of(1).distances_mm
    assert np.isnan(far[30]).tolist() == [j == NOSE for j in range(15)]
    assert np.isnan(far[40:44]).all()
    assert np.isfinite(far[[29, 31, 39, 44]]).all()


def test_without_times_frame_numbers_are_the_recording_s(two):
    a, _ = two
    part = replace(as_set(a[10:20]), frames=np.arange(10, 20), times_s=np.full(10, np.nan), fps=float("nan"))
    far = compared(as_set(a), part).of(1).distances_mm
    np.testing.assert_allclose(far[10:20], 0, atol=1e-6)
    assert np.isnan(np.delete(far, range(10, 20), 0)).all()


def test_a_reference_in_its_own_coordinates_is_moved_onto_the_people(two):
    a, b = two
    turn = Rotation.from_euler("xyz", [10, 170, 65], degrees=True)
    shift = np.array([5000.0, -300.0, 900.0])
    away = [turn.apply(x.reshape(-1, 3)).reshape(x.shape) + shift for x in (b, a)]
    away[0][5, NOSE] += 700.0  # one outlier moves nothing
    assert compared(as_set(a, b), as_set(*away)).pairs == ()
    found = compared(as_set(a, b), as_set(*away), move=True)
    assert [(pair.track_id, pair.reference_id) for pair in found.pairs] == [(1, 2), (2, 1)]
    assert Distances.of(found.of(1).distances_mm).p95_mm < 0.01
    assert found.of(2).distances_mm[5, NOSE] == pytest.approx(700 * np.sqrt(3), rel=1e-3)
    np.testing.assert_allclose(found.of(1).positions_world_mm, a, atol=0.05)


def test_nobody_on_either_side_is_no_mistake(two):
    a, _ = two
    nobody = replace(as_set(a), people=())
    assert compared(nobody, as_set(a), move=True).pairs == ()
    assert compared(as_set(a), nobody, move=True).pairs == ()
    assert np.isnan(Distances.of(np.full(3, np.nan)).median_mm)
