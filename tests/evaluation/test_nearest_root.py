"""Numbers stay with people, however the frames are reached."""

from __future__ import annotations

import numpy as np

from modules.evaluation.take.nearest_root import Tracker


def roots(*xy: tuple[float, float]) -> np.ndarray:
    return np.array([(x, y, 900.0) for x, y in xy]).reshape(-1, 3)


def test_numbers_follow_people_whose_order_changes():
    tracker = Tracker(500, 5)
    assert tracker.assign(0, roots((0, 0), (2000, 0))).tolist() == [0, 1]
    assert tracker.assign(1, roots((2100, 0), (50, 0))).tolist() == [1, 0]


def test_a_far_newcomer_gets_a_new_number():
    tracker = Tracker(500, 5)
    tracker.assign(0, roots((0, 0)))
    assert tracker.assign(1, roots((0, 0), (600, 0))).tolist() == [0, 1]


def test_someone_missed_for_a_frame_is_known_again():
    tracker = Tracker(500, 5)
    tracker.assign(0, roots((0, 0), (2000, 0)))
    assert tracker.assign(1, roots((0, 0))).tolist() == [0]
    assert tracker.assign(2, roots((2050, 0), (0, 0))).tolist() == [1, 0]


def test_a_number_is_not_kept_beyond_the_gap():
    tracker = Tracker(500, 3)
    tracker.assign(0, roots((0, 0)))
    assert tracker.assign(4, roots((0, 0))).tolist() == [1]


def test_stepping_back_gives_the_same_numbers():
    tracker = Tracker(500, 5)
    first = [tracker.assign(i, roots((i * 100, 0), (3000 - i * 100, 0))).tolist() for i in range(5)]
    again = [tracker.assign(i, roots((i * 100, 0), (3000 - i * 100, 0))).tolist() for i in reversed(range(5))]
    assert again == first[::-1]
    # backwards into frames not seen yet, numbers come from the frames after them
    other = Tracker(500, 5)
    other.assign(4, roots((400, 0), (2600, 0)))
    assert other.assign(3, roots((2700, 0), (300, 0))).tolist() == [1, 0]


def test_the_nearest_pair_is_matched_first():
    tracker = Tracker(500, 5)
    tracker.assign(0, roots((0, 0)))
    assert tracker.assign(1, roots((300, 0), (100, 0))).tolist() == [1, 0]


def test_nobody_and_reset():
    tracker = Tracker(500, 5)
    assert tracker.assign(0, roots()).tolist() == []
    tracker.assign(1, roots((0, 0)))
    tracker.reset()
    assert tracker.assign(2, roots((0, 0))).tolist() == [0]
