"""A file of poses as results to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from modules.core.errors import Note
from modules.core.header import ResultsHeader
from modules.core.protocols import Results, TakePerson
from modules.core.types import Camera, PoseResult, SourceInfo

from .poses_jsonl import read_poses


class SavedPoses(Results):
    """Implements ``modules.core.protocols.Results``.

    Args:
        path: a ``poses.jsonl``.
        source: what is known of its recording, as in ``ResultsHeader``; the file itself says nothing of it.
        notes: what else is to be said of it.

    Raises:
        ExportError: as ``read_poses``.
    """

    def __init__(self, path: Path, source: Mapping[str, Any] = MappingProxyType({}), notes: tuple[Note, ...] = ()) -> None:
        poses = read_poses(path)
        self._path, self.notes = path, notes + poses.notes
        self._results = {result.frame_index: result for result in poses.results}
        count = max(poses.header.frame_count, 1 + max(self._results, default=-1))
        self._header = replace(poses.header, frame_count=count, source=dict(source))

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def header(self) -> ResultsHeader:
        """The file's first line."""
        return self._header

    @property
    def info(self) -> SourceInfo:
        """The recording as the header tells; what was dropped of the file among its notes."""
        return replace(self._header.info, notes=self.notes)

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """V cameras."""
        return self._header.cameras

    @property
    def lod_distance_mm(self) -> float:
        """The distance of the first frame; a file has one for all."""
        return next((result.lod_distance_mm for result in self._results.values()), 0.0)

    def computed(self, lod_distance_mm: float) -> np.ndarray:
        """int64, rising: the frames in the file."""
        return np.array(sorted(self._results), np.int64)

    def result(self, index: int, lod_distance_mm: float) -> PoseResult | None:
        """A frame as the file has it; None if it isn't there."""
        return self._results.get(index)

    def people(self) -> tuple[TakePerson, ...]:
        """Everyone, by rising number."""
        frames: dict[int, list[int]] = {}
        for index, result in self._results.items():
            for person in result.persons:
                frames.setdefault(person.track_id, []).append(index)
        return tuple(TakePerson(number, "", np.array(found), False) for number, found in sorted(frames.items()))

    def settle(self) -> None:
        """The numbers are the file's."""

    def close(self) -> None:
        """Nothing is held open."""
