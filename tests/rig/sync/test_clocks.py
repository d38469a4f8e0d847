"""Clocks found together with the calibration, and views brought into step."""

from __future__ import annotations

import numpy as np
import pytest
from walkers import ring, see, walk

from modules.core.people2d import People2D
from modules.rig.people.from_people import FOCAL_UNKNOWN, KNOWN
from modules.rig.seen.body import COCO_JOINTS
from modules.rig.sync import clocks
from modules.rig.sync.clocks import clocks_of, in_step, worth
from modules.rig.sync.delays import Step

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
