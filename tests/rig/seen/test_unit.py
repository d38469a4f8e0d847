"""The unit that people speak for: against answers worked out by hand and against many drawn people."""

from __future__ import annotations

import numpy as np
import pytest

from modules.rig.seen.body import FRACTION, STATURE_MM, STATURE_SD_MM, sure_statures
from modules.rig.seen.unit import scale_of_people


def test_several_people_say_more_of_the_unit_than_one_and_a_child_does_not_mislead():
    one, sd_one = scale_of_people(np.array([1710.0]), np.array([0.02]))
    _, sd_four = scale_of_people(np.full(4, 1710.0), np.full(4, 0.02))
    assert abs(one - 1) < 0.02
    assert sd_four < 0.7 * sd_one
    with_child, _ = scale_of_people(np.array([1710.0, 1750.0, 1680.0, 1150.0]), np.full(4, 0.02))
    assert abs(with_child - 1) < 0.04


@pytest.mark.parametrize("unit", [1.0, 1e-3, 0.1 / 3.048])
def test_any_unit_is_found(unit):
    scale, _ = scale_of_people(unit * np.array([1700.0, 1720.0]), np.array([0.02, 0.02]))
    assert scale * unit == pytest.approx(1.0, abs=0.02)


def test_one_person_of_known_height_sets_the_unit():
    scale, sd = scale_of_people(np.array([900.0]), np.array([0.02]), 1800.0)
    assert scale == pytest.approx(2.0, rel=2e-3)
    assert sd == pytest.approx(0.02, rel=0.1)


def test_the_tallest_of_several_unsure_heights_is_not_taken_at_its_word():
    rng = np.random.default_rng(5)
    off, said = [], []
    for _ in range(120):
        real = rng.normal(STATURE_MM, STATURE_SD_MM, 4)
        measured = real * np.exp(0.03 * rng.standard_normal(4))
        scale, sd = scale_of_people(measured, np.full(4, 0.03), float(real.max()))
        off.append(np.log(scale))
        said.append(sd)
    naive = 0.03 * 0.5  # what dividing by the largest would be off by, at least
    assert abs(np.mean(off)) < naive / 2
    assert np.std(off) == pytest.approx(np.mean(said), rel=0.3)


def test_a_stature_is_as_sure_as_its_bones():
    bones = STATURE_MM * FRACTION[None]
    tall, sd = sure_statures(bones, np.full((1, 7), 0.01))
    assert tall[0] == pytest.approx(STATURE_MM)
    assert sure_statures(bones, np.full((1, 7), 0.1))[1][0] > 1.5 * sd[0]
    unknown = bones.copy()
    unknown[0, :6] = np.nan
    assert sure_statures(unknown, np.full((1, 7), 0.01))[1][0] > 1.5 * sd[0]
