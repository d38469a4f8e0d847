"""Results of single frames become trajectories: every person, every frame, nothing invented."""

from __future__ import annotations

import numpy as np
import pytest

from modules.core.skeleton import MID_HIP, NUM_JOINTS
from modules.core.trajectory import Sample
from modules.core.types import Lod, Person, PoseResult
from modules.motion.deviations import EXTRA_MM, ROOT_SD_MM, SCALE, UNKNOWN_MM
from modules.motion.gather import raw_trajectories


def person(track_id: int, at: float, lod: Lod = Lod.FULL, **more) -> Person:
    joints = np.full((NUM_JOINTS, 3), at if lod is Lod.FULL else np.nan)
    nowhere = np.full((2, NUM_JOINTS, 2), np.nan)
    return Person(track_id, lod, 0.9, np.full(3, at), joints, nowhere[:, 0], nowhere, **more)


def frame(index: int, *people: Person, time_s: float | None = None, extra: tuple[str, ...] = ()) -> PoseResult:
    return PoseResult(index, index / 50 if time_s is None else time_s, 0.0, (0.0, 0.0), people, extra_names=extra)


def test_people_keep_their_own_line_over_frames_in_any_order():
    found = raw_trajectories([frame(12, person(2, 3)), frame(10, person(1, 1), person(2, 2))], 50.0, "walk", {2: "Ann"})
    assert found.frames.tolist() == [10, 11, 12]
    np.testing.assert_allclose(found.times_s, [0.2, 0.22, 0.24])
    assert [(p.track_id, p.name) for p in found.people] == [(1, "Person 1"), (2, "Ann")]
    first, second = found.people
    assert first.samples[:, 0].tolist() == [Sample.MEASURED, Sample.MISSING, Sample.MISSING]
    assert second.positions_world_mm[:, 4, 1].tolist()[::2] == [2.0, 3.0]
    assert np.isnan(second.positions_world_mm[1]).all()
    assert (found.recording, found.fps, found.method) == ("walk", 50.0, "raw")


def test_a_range_can_be_asked_for_and_nothing_is_found_in_nothing():
    results = [frame(i, person(1, i)) for i in range(5)]
    found = raw_trajectories(results, 50.0, frames=range(3, 8))
    assert found.frames.tolist() == [3, 4, 5, 6, 7]
    np.testing.assert_allclose(found.times_s, np.arange(3, 8) / 50)
    assert (found.people[0].samples[:, 0] == Sample.MEASURED).tolist() == [True, True, False, False, False]
    nothing = raw_trajectories([], 30.0)
    assert len(nothing.frames) == 0
    assert nothing.people == ()


def test_times_follow_the_frames_where_the_rate_is_unknown():
    results = [frame(0, time_s=1.0), frame(4, time_s=1.4)]
    found = raw_trajectories(results, float("nan"), frames=range(0, 6))
    np.testing.assert_allclose(found.times_s, [1.0, 1.1, 1.2, 1.3, 1.4, 1.5])


def test_deviations_are_put_to_scale_and_the_calibration_s_is_added():
    sd = np.full((NUM_JOINTS, 3), 10.0)
    sd[3] = np.nan
    (one,) = raw_trajectories([frame(0, person(1, 0, joint_sd_mm=sd))], 50.0, calibration_mm=6.0).people
    assert one.sd_mm[0, 4] == pytest.approx(np.hypot(10 * SCALE[4], 6))
    assert one.sd_mm[0, 3] == pytest.approx(UNKNOWN_MM[3])


def test_who_is_beyond_the_lod_distance_has_a_root_alone():
    (one,) = raw_trajectories([frame(0, person(1, 7, Lod.ROOT_ONLY))], 50.0).people
    assert one.samples[0].tolist() == [Sample.MEASURED if j == MID_HIP else Sample.MISSING for j in range(NUM_JOINTS)]
    assert one.positions_world_mm[0, MID_HIP].tolist() == [7, 7, 7]
    assert one.sd_mm[0, MID_HIP] == pytest.approx(ROOT_SD_MM * SCALE[MID_HIP])


def test_extra_joints_follow_the_skeleton_s():
    extra = {"extra_world_mm": np.array([[1.0, 2, 3], [np.nan] * 3]), "extra_px": np.full((2, 2, 2), np.nan)}
    found = raw_trajectories([frame(0, person(1, 0, **extra), extra=("toe", "heel"))], 50.0)
    assert found.joint_names[-2:] == ("toe", "heel")
    assert found.people[0].positions_world_mm[0, -2].tolist() == [1, 2, 3]
    assert found.people[0].sd_mm[0, -2] == pytest.approx(EXTRA_MM)
    assert found.people[0].samples[0, -2:].tolist() == [Sample.MEASURED, Sample.MISSING]
