"""What is computed next."""

from __future__ import annotations

import math

import numpy as np
import pytest

from modules.gui.background.schedule import Schedule, Wanted

NOTHING = np.zeros(0, int)


@pytest.fixture
def schedule() -> Schedule:
    made = Schedule()
    made.begin(6, NOTHING)
    return made


def take_all(schedule: Schedule) -> list[int]:
    """Takes and finishes frame after frame."""
    order = []
    while (index := schedule.take()) is not None:
        order.append(index)
        schedule.done(index, schedule.distance_mm)
    return order


def test_ahead_of_the_shown_frame_then_the_rest(schedule):
    schedule.look_at(3)
    assert take_all(schedule) == [3, 4, 5, 0, 1, 2]
    assert not schedule.has_work()


def test_what_is_wanted_comes_first_and_the_newest_wish_counts(schedule):
    assert schedule.take() == 0
    schedule.want(Wanted(4))
    schedule.want(Wanted(2))
    assert schedule.take() == 2
    assert schedule.take() == 1


def test_what_is_in_work_is_not_begun_again(schedule):
    assert schedule.take() == 0
    schedule.want(Wanted(0))
    assert schedule.wanted is None
    assert schedule.take() == 1
    schedule.done(0, 0.0)
    assert schedule.take() == 2


def test_nothing_is_computed_ahead_where_that_is_off(schedule):
    schedule.ahead = False
    assert not schedule.has_work()
    schedule.want(Wanted(5))
    assert schedule.take() == 5
    assert schedule.take() is None


def test_a_computed_frame_is_wanted_for_its_heatmaps_alone(schedule):
    schedule.begin(6, np.arange(6))
    schedule.want(Wanted(2))
    assert not schedule.has_work()
    schedule.want(Wanted(2, heatmaps=True))
    assert schedule.take() == 2


def test_a_frame_that_fails_is_tried_again_only_when_somebody_wants_it(schedule):
    assert schedule.take() == 0
    assert schedule.failed() == 0
    assert take_all(schedule) == [1, 2, 3, 4, 5]
    assert schedule.left() == 0
    schedule.want(Wanted(0))
    assert schedule.take() == 0


@pytest.mark.parametrize(
    ("computed_mm", "asked_mm", "left"), [(1000.0, 0.0, 6), (1000.0, 1500.0, 6), (1000.0, 700.0, 5), (0.0, 1000.0, 5)]
)
def test_a_frame_is_done_for_any_shorter_distance_and_no_longer_one(schedule, computed_mm, asked_mm, left):
    assert schedule.take() == 0
    schedule.distance_mm = asked_mm
    schedule.done(0, computed_mm)
    assert schedule.left() == left
    assert schedule.take() == 6 - left


def test_a_frame_that_is_computed_for_what_lies_ahead_may_be_wanted_for_another_distance(schedule):
    schedule.distance_mm = 1000.0
    schedule.begin(6, np.arange(6))
    schedule.want(Wanted(2, distance_mm=2000.0))
    assert schedule.take() == 2
    schedule.want(Wanted(2, distance_mm=2000.0))  # the window asks again while it is in work
    schedule.done(2, 2000.0)
    assert not schedule.has_work()


def test_the_pace_is_that_of_late(schedule):
    assert math.isnan(schedule.pace().frames_per_s)
    for index, second in enumerate((100.0, 110.0, 110.5, 111.0, 111.5)):  # the first is from before a pause
        assert schedule.take() == index
        schedule.done(index, 0.0, second)
    pace = schedule.pace()
    assert (pace.frames_per_s, pace.frames_left, pace.seconds_left) == (2.0, 1, 0.5)


def test_of_a_recording_that_is_gone_nothing_is_left_and_that_is_told_once(schedule):
    schedule.done(0, 0.0)
    assert schedule.take() == 1
    assert schedule.abandon()
    assert not schedule.abandon()
    assert (schedule.take(), schedule.left()) == (None, 0)
    schedule.want(Wanted(4))  # somebody asks for a frame all the same
    assert schedule.take() == 4
