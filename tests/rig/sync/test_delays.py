"""Cameras in step: offsets and drift found again from motion, from sound, from a mark."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import interp1d
from walkers import ring, see, walk

from modules.core.errors import SourceError
from modules.core.people2d import People2D
from modules.core.types import SourceInfo
from modules.rig.sync.couple import Delay
from modules.rig.sync.delays import Step, beyond_given, by_event, by_motion, counted_from, settle
from modules.rig.sync.sound import by_sound

HZ = 25.0


def late(people, offsets, drifts):
    """The same recording with each camera late by offset + drift · t, s; pixels between frames are interpolated."""
    times = np.array([p.time_s for p in people])
    out = [[None] * len(offsets) for _ in people]
    for v, (offset, drift) in enumerate(zip(offsets, drifts, strict=True)):
        track = np.stack([p.views[v][0] for p in people])
        wanted = np.clip(times - offset - drift * times, times[0], times[-1])
        at = interp1d(times, track, axis=0)(wanted)
        for n, keypoints in enumerate(at):
            out[n][v] = keypoints[None].astype(np.float32)
    return [People2D(n, t, tuple(views)) for n, (t, views) in enumerate(zip(times, out, strict=True))]


@pytest.fixture(scope="module")
def watched():
    cameras = ring(3)
    return cameras, see(walk(1, 500, seed=2, hz=HZ), cameras, noise_px=1.5, hz=HZ)


def test_motion_finds_a_late_camera_to_a_fraction_of_a_frame(watched):
    cameras, people = watched
    steps = by_motion(cameras, late(people, [0.0, 0.37, 0.0], [0.0, 0.0, 0.0]))
    found = [s.offset_s + s.drift * 10 for s in steps]
    np.testing.assert_allclose(np.array(found) - found[0], [0.0, 0.37, 0.0], atol=0.25 / HZ)
    assert all(s.certain for s in steps)


def test_a_clock_that_drifts_is_found_to_drift(watched):
    cameras, people = watched
    steps = by_motion(cameras, late(people, [0.0, 0.0, -0.2], [0.0, 0.0, 0.004]))
    assert abs(steps[2].drift - steps[0].drift - 0.004) < 0.0012
    middle = [s.offset_s + s.drift * 10 for s in steps]
    assert abs(middle[2] - middle[0] - (-0.2 + 0.04)) < 0.3 / HZ


@pytest.mark.parametrize("count", [25, 30])
def test_a_recording_that_is_too_short_is_told_so_with_what_is_needed(watched, count):
    cameras, people = watched
    with pytest.raises(SourceError, match=rf"lasts {(count - 1) / HZ:.2f} s, too short .* that takes 1.2 s, and 5 s or more"):
        by_motion(cameras, people[:count])


def test_people_who_stand_still_tell_nothing(watched):
    cameras, _ = watched
    with pytest.raises(SourceError, match="walks or waves"):
        by_motion(cameras, [People2D(n, n / HZ, (np.zeros((0, 17, 3)),) * 3) for n in range(50)])


def test_two_late_cameras_among_five_leave_the_others_right():
    true = np.array([0.0, 0.5, 0.0, -0.3, 0.0])
    delays = [Delay(i, j, t, true[j] - true[i], 0.003) for i in range(5) for j in range(i + 1, 5) for t in (2.0, 5.0, 8.0)]
    delays.append(Delay(0, 2, 5.0, 1.7, 0.003))  # one that is plainly wrong
    found = settle([f"c{n}" for n in range(5)], delays, 10.0)
    np.testing.assert_allclose([s.offset_s for s in found], true, atol=0.003)
    assert all(s.drift == 0 or abs(s.drift) < 1e-6 for s in found)


@pytest.mark.parametrize("views", [2, 4, 8])
def test_more_cameras_do_not_average_away_what_a_camera_is_off_by(views):
    pairs = [(i, j) for i in range(views) for j in range(i + 1, views)]
    together = settle(list("abcdefgh")[:views], [Delay(i, j, 0.5, 0.0, 0.006, 1.0) for i, j in pairs], 1.0)
    sd = np.hypot(0.006, 0.001) / np.sqrt(2) * np.sqrt(1 - 1 / views)  # a camera's own, against the mean of all
    assert [step.sd_s for step in together] == pytest.approx([max(sd, 0.001)] * views, rel=0.01)
    apart = [Delay(i, j, time, 0.0, 0.006, 1.0) for i, j in pairs for time in (0.5, 1.5, 2.5, 3.5)]
    assert [s.sd_s for s in settle(list("abcdefgh")[:views], apart, 4.0)] == pytest.approx([sd / 2] * views, rel=0.01)


def test_a_camera_that_nobody_was_compared_with_is_not_certain():
    found = settle(["a", "b", "c"], [Delay(0, 1, 1.0, 0.1, 0.002)], 5.0)
    assert not found[2].certain
    assert found[2].sd_s == np.inf


def noise_of(seconds, rate, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal(int(seconds * rate)) * (1 + np.sin(np.arange(int(seconds * rate)) / 900.0))


def test_sound_finds_offset_and_drift_under_noise():
    rate, seconds = 8000, 45
    real = noise_of(seconds + 2, rate)
    times = np.arange(int(seconds * rate)) / rate
    rng = np.random.default_rng(3)

    def heard(offset, drift):
        at = np.clip(times - offset - drift * times + 1.0, 0, seconds + 1.9)
        return np.interp(at * rate, np.arange(len(real)), real) + 0.5 * rng.standard_normal(len(times))

    steps = by_sound(["a", "b", "c"], [heard(0, 0), heard(0.731, 0), heard(-0.4, 2e-4)], rate)
    middle = np.array([s.offset_s + s.drift * seconds / 2 for s in steps])
    np.testing.assert_allclose(middle - middle[0], [0, 0.731, -0.4 + 2e-4 * seconds / 2], atol=0.004)
    assert abs(steps[2].drift - steps[0].drift - 2e-4) < 5e-5


def test_different_sounds_are_refused():
    with pytest.raises(SourceError, match="heard the same"):
        by_sound(["a", "b"], [noise_of(10, 8000, 1), noise_of(10, 8000, 2)], 8000)


@pytest.mark.parametrize(("silent", "named"), [((1,), "b"), ((0, 1), "a, b")])
def test_cameras_without_sound_are_named(silent, named):
    tracks = [None if camera in silent else noise_of(10, 8000) for camera in range(2)]
    with pytest.raises(SourceError, match=f"no sound to compare: {named} recorded none"):
        by_sound(["a", "b"], tracks, 8000)
    with pytest.raises(SourceError, match="heard the same"):  # of those who have some
        by_sound(["a", "b", "c"], [noise_of(10, 8000, 1), noise_of(10, 8000, 2), None], 8000)


def test_a_clap_marked_by_hand():
    steps = by_event(["a", "b", "c"], {"a": 2.0, "b": 2.5}, 1 / 30)
    assert [s.offset_s for s in steps] == [-0.25, 0.25, 0.0]
    assert steps[0].certain
    assert not steps[2].certain
    _, second, _ = counted_from(steps)
    assert second.sd_s == pytest.approx(np.sqrt(2 / 12) / 30)  # the difference of two that are each anywhere in a frame


def told(*offsets, sd=0.003):
    return tuple(Step(f"cam{n + 1}", offset, 1e-5 * n, sd, True) for n, offset in enumerate(offsets))


@pytest.mark.parametrize(
    ("offsets", "clock", "counted"),
    [
        ((-0.158, 0.159), "cam1", (0.0, 0.317)),  # of two nobody knows whose fault it is
        ((-0.158, 0.159), "cam2", (-0.317, 0.0)),
        ((0.3, 0.0, 0.01, 0.002), "cam1", (0.3, 0.0, 0.01, 0.002)),  # the first of those in step with one another
        ((0.3, 0.0, 0.01, 0.002), "cam3", (0.29, -0.01, 0.0, -0.008)),
        ((-0.1, 0.1, -0.104, 0.103), "", (0.0, 0.2, -0.004, 0.203)),  # two and two
    ],
)
def test_delays_are_counted_from_a_camera(offsets, clock, counted):
    found = counted_from(told(*offsets), clock)
    assert [s.offset_s for s in found] == pytest.approx(counted)
    first = found[[s.sd_s for s in found].index(0.0)]
    assert (first.offset_s, first.drift) == (0.0, 0.0)
    assert found[1].drift - found[0].drift == pytest.approx(1e-5)
    assert sum(s.sd_s == 0 for s in found) == 1


@pytest.mark.parametrize("views", [2, 3, 6])
def test_how_sure_a_difference_of_two_cameras_is(views):
    """Each camera's own error drawn, then the cameras' mean taken out: the difference of two is sqrt(2) times that."""
    rng = np.random.default_rng(0)
    own = rng.normal(0, 0.004, (20_000, views))
    against_mean = (own - own.mean(1, keepdims=True)).std()
    _, second, *_ = counted_from(told(*[0.0] * views, sd=against_mean), "cam1")
    assert second.sd_s == pytest.approx((own[:, 1] - own[:, 0]).std(), rel=0.02)


def test_of_whom_nothing_is_known_nobody_is_counted_from():
    unknown = Step("cam1", 0.0, 0.0, np.inf, False)
    first, second, third = counted_from((unknown, *told(0.1, 0.3)[1:], Step("cam3", 0.3, 0.0, 0.01, False)), "cam1")
    assert first == unknown
    assert (second.offset_s, second.sd_s, third.offset_s, third.certain) == (0.0, 0.0, 0.0, False)
    alone = (unknown, *told(0.1, 0.3)[1:])
    assert counted_from(alone, "cam1") == alone


def test_who_is_counted_from_a_camera_that_is_unsure_is_unsure():
    first, second = counted_from((Step("cam1", 0.0, 0.0, 0.003, False), *told(0.0, 0.1)[1:]), "cam1")
    assert (first.sd_s, first.certain, second.certain) == (0.0, False, False)


def test_what_whole_frames_leave_is_no_part_of_a_delay():
    info = SourceInfo(
        "rec", "fake", ("cam1", "cam2", "cam3"), 9, ((64, 64),) * 3, 25.0, rounded_s=(0.0, -0.04, 0.01), clock="cam3"
    )
    found = beyond_given(told(0.0, 0.2, 0.0), info)
    assert [s.offset_s for s in found] == pytest.approx([-0.01, 0.15, 0.0])  # 0, 0.16 and 0.01, counted from the clock
