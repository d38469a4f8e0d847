"""How many frames in quick succession are worth."""

from __future__ import annotations

import numpy as np
import pytest

from modules.rig.adjust.bundle import Observations
from modules.rig.adjust.stretches import ALIKE_S, alike


def at_times(*times_s):
    """Instants of as many people as there are times [T], which are counted in a list of all."""
    every = np.unique(np.concatenate(times_s))
    frame = np.concatenate([np.searchsorted(every, t) for t in times_s])
    identity = np.concatenate([np.full(len(t), n) for n, t in enumerate(times_s)])
    blank = np.zeros((len(frame), 2, 13))
    return Observations(np.zeros((*blank.shape, 2)), blank + 1, identity, frame), every


def test_frames_in_quick_succession_count_as_few():
    half_second = np.arange(31) / 60
    assert alike(*at_times(half_second)) == pytest.approx(31 * ALIKE_S / (0.5 + ALIKE_S))
    assert alike(*at_times(half_second, half_second)) == pytest.approx(alike(*at_times(half_second)))  # by two people alike
    thirty_seconds = np.arange(301) / 10
    assert alike(*at_times(thirty_seconds)) == pytest.approx(301 * ALIKE_S / (30 + ALIKE_S))


def test_frames_far_apart_err_by_themselves():
    assert alike(*at_times(np.arange(20.0))) == 1.0
    assert alike(*at_times(np.arange(1.0))) == 1.0
