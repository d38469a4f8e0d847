"""Whether a run can go on, and people's numbers when it does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from job_fakes import JobEstimator, JobSource

from modules.core.errors import ExportError
from modules.export.poses_jsonl import Poses, PosesHeader
from modules.export.resume import ResumedNumbers, check_resumable

SOURCE = JobSource()
HEADER = PosesHeader("walks", 20.0, SOURCE.cameras, (0.0, 0.0), "abc")


def run(frames, estimator=None, distance=0.0):
    estimator = estimator or JobEstimator()
    return [estimator.refine(SOURCE.read(index), distance) for index in frames]


def saved(frames=range(3)):
    return Poses(Path("poses.jsonl"), HEADER, tuple(run(frames)), 100)


def test_beginning_of_the_wanted_frames_can_go_on():
    check_resumable(saved(), HEADER, range(12), 0.0)
    check_resumable(saved(range(2, 5)), HEADER, range(2, 5), 0.0)
    check_resumable(saved(range(0)), HEADER, range(2, 5), 500.0)


@pytest.mark.parametrize(
    ("changes", "frames", "distance", "reason"),
    [
        ({"recording": "other"}, range(12), 0.0, "another recording"),
        ({"cameras": SOURCE.cameras[::-1]}, range(12), 0.0, "other cameras"),
        ({"lod_origin_xy_mm": (1.0, 0.0)}, range(12), 0.0, "another LoD origin"),
        ({"config_digest": "xyz"}, range(12), 0.0, "other settings"),
        ({}, range(12), 800.0, "LoD distance 0 mm, not 800 mm"),
        ({}, range(1, 12), 0.0, "frames 0 to 2, which is not the beginning of 1:12"),
        ({}, range(2), 0.0, "not the beginning of 0:2"),
    ],
)
def test_what_differs_is_named(changes, frames, distance, reason):
    with pytest.raises(ExportError, match=reason):
        check_resumable(saved(), replace(HEADER, **changes), frames, distance)


def test_people_keep_their_numbers():
    # in order of appearance: walker 0, left 1, right 2; a fresh estimator would number left 0, walker 1
    before, fresh = run(range(6)), JobEstimator()
    numbers = ResumedNumbers(before)
    for again, old in zip(run(range(4, 6), fresh), before[4:], strict=True):
        numbers.learn(again, old)
    got = [numbers.apply(result) for result in run(range(6, 12), fresh)]
    want = run(range(12))[6:]
    for result, reference in zip(got, want, strict=True):
        assert [(p.track_id, *p.root_world_mm) for p in result.persons] == [
            (p.track_id, *p.root_world_mm) for p in reference.persons
        ]


def test_without_learning_the_numbers_would_differ():
    places = [{p.track_id: p.root_world_mm[0] for p in result.persons} for result in (run(range(6, 7))[0], run(range(7))[6])]
    assert places == [{0: -1400.0, 1: -600.0}, {0: -600.0, 1: -1400.0}]
