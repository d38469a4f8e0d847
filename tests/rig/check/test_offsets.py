"""Cameras out of step: tracks between frames, and whose time counts as 0."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from walkers import ring, see, walk

from modules.core.people2d import People2D
from modules.rig.check.offsets import Offset, _at, _most_common, read_exactly
from modules.rig.check.tracks import Track

FRAMES = 12


def track(place, known=None):
    """Seventeen joints that move alike. place: [T], along x."""
    places = np.zeros((len(place), 17, 2))
    places[..., 0] = np.asarray(place, float)[:, None]
    weight = np.ones((len(place), 17))
    if known is not None:
        weight[~np.asarray(known)] = 0.0
        places[~np.asarray(known)] = np.nan
    return Track(0, places, weight, 1.0, np.zeros(len(place), int))


@pytest.mark.parametrize("shift", [0.0, 0.25, 0.5, -1.7, 3.0])
def test_who_moves_evenly_is_where_he_moves_to_at_any_shift(shift):
    place, weight = _at(track(2.0 * np.arange(FRAMES)), shift)
    sure = weight[:, 0] > 0
    assert sure.sum() >= FRAMES - abs(shift) - 3
    # at the ends a frame of little weight lacks
    assert place[sure, 0, 0] == pytest.approx(2.0 * (np.arange(FRAMES) + shift)[sure], abs=0.07)
    assert place[4:8, 0, 0] == pytest.approx(2.0 * (np.arange(FRAMES) + shift)[4:8])


def test_noise_is_as_strong_between_frames_as_at_them():
    """Else the minimum of what the cameras disagree by is drawn to halves: by straight lines the noise there is 0.71 times."""
    noisy = track(np.random.default_rng(3).normal(0, 1, 4000))
    sd = [np.nanstd(_at(noisy, shift)[0][:, 0, 0]) for shift in (0.0, 0.25, 0.5)]
    assert min(sd) > 0.94 * max(sd)


def test_what_is_not_seen_is_not_made_up():
    known = np.ones(FRAMES, bool)
    known[6] = False
    place, weight = _at(track(np.arange(FRAMES), known), 0.0)
    assert (weight[5:8] == 0).all()
    assert np.isnan(place[5:8]).all()
    assert (weight[[2, 3, 9]] == 1).all()
    assert (weight[[0, -1]] == 0).all()  # beyond the ends nothing is known


def test_a_camera_that_is_late_by_little_does_not_move_the_others_time():
    """At 60 fps, frames 67 ms apart: three in step to within 10 ms, the fourth three frames late."""
    frame_s, step_s = 1 / 60, 4 / 60
    late = np.array([0.0, 0.3, 0.6, 2.45]) * frame_s
    assert _most_common(late, step_s) == pytest.approx(0.3 * frame_s)


#: Frames of 60 a second, every fourth of which is looked at; the camera that is late, by how many.
FPS, STEP, LATE = 60.0, 4, 5


def watched(instants):
    """Three cameras of which the second is five frames late, between two of the frames that are looked at."""
    cameras = ring(3)
    fine = see(walk(1, STEP * instants + LATE, seed=2, hz=FPS), cameras, noise_px=1.0, hz=FPS)
    at = range(LATE, STEP * instants + LATE, STEP)
    return cameras, [People2D(n, n / FPS, tuple(fine[n - LATE * (v == 1)].views[v] for v in range(3))) for n in at]


def said(*frames):
    return [Offset(late / FPS, 0.9, 1) for late in frames]


def frames_of(offsets):
    return [offset.late_s * FPS for offset in offsets]


@pytest.fixture(scope="module")
def seconds():
    return watched(28)


def test_how_late_a_camera_is_is_read_off_its_motion(seconds):
    cameras, people = seconds
    read = read_exactly(said(0.1, 3.6, -0.1), cameras, people, STEP / FPS)
    assert frames_of(read) == pytest.approx([0.1, 5.0, -0.1], abs=0.25)
    assert frames_of(read)[::2] == pytest.approx([0.1, -0.1])  # in step is in step
    assert [offset.certainty for offset in read] == [0.9] * 3


def test_motion_does_not_overrule_what_it_contradicts(seconds):
    cameras, people = seconds
    for given in (said(0.0, 10.0, 0.0), said(0.0, 0.0, 0.0)):
        assert read_exactly(given, cameras, people, STEP / FPS) == given
    doubtful = [replace(offset, certainty=0.1) for offset in said(0.0, 4.0, 0.0)]
    assert read_exactly(doubtful, cameras, people, STEP / FPS) == doubtful


def test_where_motion_cannot_tell_what_was_said_stays():
    cameras, people = watched(17)  # 1.07 s
    given = said(0.0, 4.0, 0.0)
    assert read_exactly(given, cameras, people, STEP / FPS) == given
