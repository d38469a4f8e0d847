"""Clocks found together with the calibration, and views brought into step."""

from __future__ import annotations

import numpy as np
import pytest
from walkers import ring, see, walk

from modules.core.people2d import People2D
from modules.core.types import Opened, SourceInfo
from modules.rig.people.from_people import FOCAL_UNKNOWN, KNOWN
from modules.rig.seen.body import COCO_JOINTS
from modules.rig.sync import clocks
from modules.rig.sync.clocks import as_taken, clocks_of, in_step, who_is_late, worth
from modules.rig.sync.delays import Step, as_shown

HZ = 10.0


def late(offsets, people=2, instants=90):
    """What cameras that are late by so many seconds see of people, at the same nominal times."""
    cameras = ring(len(offsets))
    fine = see(walk(people, 4 * instants, hz=4 * HZ), cameras, noise_px=1.0, hz=4 * HZ)
    times = np.array([p.time_s for p in fine])
    out = []
    for n in range(10, instants - 10):
        at = [int(np.abs(times - (n / HZ - offset)).argmin()) for offset in offsets]
        out.append(People2D(n, n / HZ, tuple(fine[i].views[v] for v, i in enumerate(at))))
    return cameras, out


def test_a_late_camera_is_found_without_a_calibration():
    cameras, people = late([0.0, 0.2, 0.0])
    steps = clocks_of(cameras, people, KNOWN)
    offsets = np.array([s.offset_s for s in steps])
    np.testing.assert_allclose(offsets - np.median(offsets), [0, 0.2, 0], atol=0.013)
    assert [bool(s.offset_s) for s in worth(steps)][1]


def test_after_the_first_turn_only_the_best_focal_length_is_tried_again(monkeypatch):
    cameras, people = late([0.0, 0.2, 0.0], instants=60)
    tried, real = [], clocks.grow

    def watched(*arguments, shares=(), **more):
        tried.append(tuple(shares))
        return real(*arguments, shares=shares, **more)

    monkeypatch.setattr(clocks, "grow", watched)
    monkeypatch.setattr(clocks, "FOCAL_SHARES", (0.7, 0.9))
    steps = clocks_of(cameras, people, FOCAL_UNKNOWN)
    assert tried[0] == (0.7, 0.9)
    assert len(tried) > 1
    assert set(tried[1:]) in ({(0.7,)}, {(0.9,)})
    assert steps[1].offset_s - steps[0].offset_s == pytest.approx(0.2, abs=0.02)


def test_cameras_in_step_stay_as_they_are():
    cameras, people = late([0.0, 0.0, 0.0], instants=70)
    assert [s.offset_s for s in worth(clocks_of(cameras, people, KNOWN))] == pytest.approx([0, 0, 0], abs=0.013)


def test_views_are_read_off_at_their_own_times():
    _, people = late([0.0, 0.1], people=1, instants=60)
    _, together = late([0.0, 0.0], people=1, instants=60)
    steps = (Step("cam1", 0.0, 0.0, 0.001, True), Step("cam2", 0.1, 0.0, 0.001, True))
    moved = in_step(people, steps)
    for got, wanted in zip(moved[2:-4], together[2:-4], strict=True):
        a, b = got.views[1][0][list(COCO_JOINTS), :2], wanted.views[1][0][list(COCO_JOINTS), :2]
        seen = (a > 0).all(1) & (b > 0).all(1)
        assert np.median(np.abs(a - b)[seen]) < 3.0
    assert in_step(people, [Step("cam1", 0, 0, 0, True), Step("cam2", 0, 0, 0, True)]) == people


def test_what_is_not_sure_is_not_applied():
    kept = worth([Step("a", 0.1, 0.0, 0.01, True), Step("b", 0.02, 0.0, 0.01, True), Step("c", 0.3, 0.0, np.inf, False)])
    assert [s.offset_s for s in kept] == [0.1, 0.0, 0.0]


def info_of(cameras, **more):
    sizes = tuple((c.width_px, c.height_px) for c in cameras)
    return SourceInfo("rec", "fake", tuple(c.name for c in cameras), 90, sizes, HZ, **more)


def test_what_whole_frames_leave_is_no_part_of_a_delay_and_is_made_up_for():
    cameras, people = late([0.0, 0.2, 0.0])
    info = info_of(cameras, rounded_s=(0.0, -0.04, 0.04), clock="cam1")
    steps, by = who_is_late(cameras, people, KNOWN, info)
    assert str(by) == "how people move"
    # cam2's frames are 40 ms earlier than was asked for and look 200 ms late all the same; cam3's hide as much of its delay
    assert [s.offset_s for s in steps] == pytest.approx([0.0, 0.16, 0.04], abs=0.013)
    assert [s.offset_s for s in as_shown(steps, info.rounded_s)] == pytest.approx([0.0, 0.2, 0.0], abs=0.013)


def test_sound_is_not_asked_where_delays_were_given():
    cameras, people = late([0.0, 0.2, 0.0], instants=60)
    noise = np.random.default_rng(0).standard_normal(8000 * 12)
    heard = {"cam1": noise[4000:], "cam2": noise[:-4000], "cam3": noise[4000:]}, 8000
    steps, by = who_is_late(cameras, people, KNOWN, info_of(cameras), heard)
    assert str(by) == "the sound"
    assert [s.offset_s for s in steps] == pytest.approx([0.0, 0.5, 0.0], abs=0.002)
    for opened in (Opened(late_frames=3), Opened(late_s=0.3)):
        given = info_of(cameras, opened=(Opened(), opened, Opened()))
        steps, by = who_is_late(cameras, people, KNOWN, given, heard)
        assert str(by) == "how people move"
        assert steps[1].offset_s == pytest.approx(0.2, abs=0.013)


def test_frames_that_were_taken_between_the_others_are_read_off_at_their_times():
    cameras = ring(2)
    fine = see(walk(1, 200, hz=100.0), cameras, noise_px=0.0, hz=100.0)
    people = [People2D(n, n / 10, (fine[10 * n].views[0], fine[10 * n + 4].views[1])) for n in range(2, 18)]
    taken = as_taken(people, info_of(cameras, rounded_s=(0.0, 0.04)))

    def off(seen):
        places = [(p.views[1][0, COCO_JOINTS], fine[10 * p.frame_index].views[1][0, COCO_JOINTS]) for p in seen[1:-1]]
        return np.median([np.linalg.norm((place - true)[:, :2], axis=-1) for place, true in places])

    assert off(taken) < 0.1 * off(people)
    assert as_taken(people, info_of(cameras)) == people
