"""Results carried into other coordinates answer everything that results are asked."""

from __future__ import annotations

import inspect

import numpy as np

from modules.core.own_world import OwnWorldResults, points_back, shown_world
from modules.core.protocols import Results
from modules.core.types import Camera
from modules.core.world import World


class Kept:
    """Counts what it is asked."""

    def __init__(self, header):
        self.header, self.settled = header, 0

    def settle(self):
        self.settled += 1


def header():
    from modules.core.header import ResultsHeader

    camera = Camera("a", 640, 480, 500.0, 500.0, 320.0, 240.0, np.eye(3), np.array([1000.0, 0.0, 0.0]))
    return ResultsHeader("r", 30.0, (camera,), (0.0, 0.0), "d")


def test_whatever_is_asked_of_results_is_answered_in_other_coordinates_too():
    asked = {name for name, _ in inspect.getmembers(Results) if not name.startswith("_")}
    assert asked <= set(dir(OwnWorldResults))


def test_numbers_are_settled_where_they_are_kept():
    kept = Kept(header())
    OwnWorldResults(kept, World(origin=np.array([0.0, 0.0, 500.0])), "").settle()
    assert kept.settled == 1


def test_what_is_shown_is_the_recordings_own_or_level():
    tilted = World(R_to_level=np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]), origin=np.array([0.0, 0.0, 500.0]))
    assert shown_world(tilted, "recording", (1.0, 2.0)) is tilted  # computed level, told as the calibration has it
    assert shown_world(tilted, "level", (1.0, 2.0)) is None
    assert shown_world(None, "recording", (1.0, 2.0)) is None
    moved = points_back([101.0, 202.0, 3.0], shown_world(None, "level", (100.0, 200.0)))
    np.testing.assert_allclose(moved, [1.0, 2.0, 3.0])
