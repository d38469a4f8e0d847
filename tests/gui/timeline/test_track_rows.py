"""Rows of the timeline from trajectories, and its scale: values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from modules.core.skeleton import JOINT_NAMES
from modules.core.trajectory import Sample, Trajectory
from modules.gui.timeline.scale import TICK_PX, Scale
from modules.gui.timeline.tracks import Presence, Track, presence


def test_presence_tells_measured_unsure_filled_and_away():
    shape = (5, len(JOINT_NAMES), 3)
    places, sd = np.zeros(shape), np.full(shape, 10.0)
    samples = np.full(shape[:2], Sample.MEASURED, np.uint8)
    sd[1, :8] = 80.0  # most joints
    samples[2, :8] = Sample.FILLED
    samples[3, :7] = Sample.REJECTED  # fewer than half
    places[4], sd[4], samples[4] = np.nan, np.nan, Sample.MISSING
    found = presence(Trajectory(1, "A", places, sd, samples))
    assert found.tolist() == [Presence.MEASURED, Presence.UNSURE, Presence.FILLED, Presence.MEASURED, Presence.AWAY]


def test_runs_show_the_most_remarkable_frame_of_a_column():
    kinds = np.array([1, 1, 1, 3, 0, 0, 1, 1, 2, 1], np.uint8)
    track = Track(1, "A", 10, kinds)
    columns = np.arange(9.5, 20.0, 1.0)  # a column a frame
    assert [(first, stop) for first, stop, _ in track.runs(columns)] == [(0, 3), (3, 4), (6, 8), (8, 9), (9, 10)]
    wide = np.array([-0.5, 9.5, 14.5, 19.5, 29.5])  # five frames a column, none before 10 and after 19
    assert track.runs(wide) == [(1, 2, Presence.FILLED), (2, 3, Presence.UNSURE)]
    close = np.arange(9.5, 12.6, 0.5)  # two columns a frame
    assert track.runs(close) == [(0, 6, Presence.MEASURED)]
    assert (track.at(13), track.at(14), track.at(9), track.at(20)) == (Presence.FILLED, *[Presence.AWAY] * 3)


def test_scale_goes_to_frames_and_back():
    scale = Scale.whole(100, 500)
    assert scale.per_px == pytest.approx(0.2)
    for frame in (0, 17, 99):
        assert scale.frame_at(scale.x_of(frame)) == frame
    assert (scale.frame_at(-50), scale.frame_at(900)) == (0, 99)


def test_zooming_keeps_what_is_under_the_pointer():
    scale = Scale.whole(1000, 500)
    closer = scale.zoomed(4, 250)
    assert closer.frame_at(250) == scale.frame_at(250)
    assert closer.per_px == pytest.approx(scale.per_px / 4)
    assert closer.zoomed(1e-6, 0) == Scale.whole(1000, 500)
    assert closer.resized(300).per_px == closer.per_px
    assert scale.resized(300) == Scale.whole(1000, 300)


def test_ticks_are_round_and_apart():
    for count in (30, 100, 12_345, 1_000_000):
        scale = Scale.whole(count, 700)
        ticks = scale.ticks()
        steps = set(np.diff(ticks).tolist())
        assert len(steps) <= 1
        assert all(str(step).strip("0") in {"1", "2", "5"} for step in steps)
        assert all(step / scale.per_px >= TICK_PX - 1 for step in steps)
