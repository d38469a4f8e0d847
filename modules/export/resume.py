"""Going on where an earlier run stopped: whether that is possible, and the people's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from modules.core.errors import ExportError
from modules.core.types import PoseResult

from .poses_jsonl import Poses, PosesHeader

#: The same root, computed again and rounded when it was written, lies within this.
SAME_ROOT_MM = 1.0


def check_resumable(saved: Poses, header: PosesHeader, frames: range, distance_mm: float) -> None:
    """ExportError unless the saved frames are the beginning of ``frames``, computed with the same cameras and settings."""
    ours, theirs = header.to_json(), saved.header.to_json()
    for key, what in (
        ("recording", "another recording"),
        ("cameras", "other cameras"),
        ("lod_origin_xy_mm", "another LoD origin"),
        ("config_digest", "other settings"),
    ):
        if ours[key] != theirs[key]:
            raise ExportError(
                "Can't resume: {file} was computed with {difference}. Leave --resume out to start anew.",
                file=saved.path, difference=what,
            )  # fmt: skip
    distances = {result.lod_distance_mm for result in saved.results} - {distance_mm}
    if distances:
        raise ExportError(
            "Can't resume: {file} was computed for the LoD distance {old:g} mm, not {new:g} mm. "
            "Leave --resume out to start anew.",
            file=saved.path, old=distances.pop(), new=distance_mm,
        )  # fmt: skip
    done = [result.frame_index for result in saved.results]
    if done != list(frames[: len(done)]):
        raise ExportError(
            "Can't resume: {file} holds the frames {first} to {last}, which is not the beginning of {start}:{stop}. "
            "Leave --resume out to start anew.",
            file=saved.path, first=done[0], last=done[-1], start=frames.start, stop=frames.stop,
        )  # fmt: skip


class ResumedNumbers:
    """Gives people the numbers that they had before the interruption.

    A fresh estimator numbers from 0. The last saved frames are computed again and shown to ``learn``, which matches the new
    numbers with the saved ones by place; ``apply`` then renumbers, new people going on after the highest saved number.

    Args:
        saved: all frames of the earlier run.
    """

    def __init__(self, saved: Sequence[PoseResult]) -> None:
        self._saved_of: dict[int, int] = {}
        self._next = 1 + max((person.track_id for result in saved for person in result.persons), default=-1)

    def learn(self, again: PoseResult, saved: PoseResult) -> None:
        """Compares one frame's people, computed again, with the saved ones."""
        for person in again.persons:
            for old in saved.persons:
                if np.linalg.norm(person.root_world_mm - old.root_world_mm) <= SAME_ROOT_MM:
                    self._saved_of[person.track_id] = old.track_id

    def apply(self, result: PoseResult) -> PoseResult:
        """The result with the old numbers, people in their order."""
        persons = []
        for person in result.persons:
            if person.track_id not in self._saved_of:
                self._saved_of[person.track_id] = self._next
                self._next += 1
            persons.append(replace(person, track_id=self._saved_of[person.track_id]))
        return replace(result, persons=tuple(sorted(persons, key=lambda person: person.track_id)))
