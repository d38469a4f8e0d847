"""What the window needs to make, measure and write people's motion, without knowing who does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from modules.core.comparison import Comparison
from modules.core.protocols import Results
from modules.core.trajectory import TrajectorySet

#: results -> everyone's trajectories as measured, and cleaned as the configuration says; and where the 2D network sees their
#: joints: track_id -> float32 [T, V, J, 2], raw px, NaN: not
MakeMotion = Callable[[Results], tuple[TrajectorySet, TrajectorySet, Mapping[int, np.ndarray]]]
#: float64 [T, J, 3], mm, world -> name -> float64 [T], degrees: the joint angles
Angles = Callable[[np.ndarray], Mapping[str, np.ndarray]]
#: files -> what is in them, to compare with; ExportError, TakeError
ReadReference = Callable[[Sequence[Path]], TrajectorySet]
#: people, reference, seconds by which the reference is moved later, whether it is moved onto the people -> how far they are
Compare = Callable[[TrajectorySet, TrajectorySet, float, bool], Comparison]


class Film(Protocol):
    """Takes pictures uint8 [H, W, 3], RGB; UserError."""

    def write(self, picture: np.ndarray) -> None: ...

    def close(self) -> None: ...

    def abandon(self) -> None: ...


#: file, (width, height) in px, pictures per second (NaN: not known) -> the film
OpenFilm = Callable[[Path, tuple[int, int], float], Film]


class WriteMotion(Protocol):
    """Writes motion as files."""

    def __call__(
        self,
        results: Results,
        found: TrajectorySet,
        names: Sequence[str],
        folder: Path,
        people: Sequence[int] | None = None,
        frames: range | None = None,
    ) -> list[Path]:
        """Trajectories of ``results`` in the formats with these names, into ``folder``; the files. ExportError."""
        ...


@dataclass(frozen=True)
class FileFormat:
    """A format that motion can be written in: its name for ``WriteMotion``, and a title for people."""

    name: str
    title: str


@dataclass(frozen=True)
class MotionParts:
    """All of them, as the composition root makes them from one configuration."""

    make: MakeMotion
    angles: Angles
    formats: tuple[FileFormat, ...]
    write: WriteMotion
    read_reference: ReadReference
    compare: Compare
    open_film: OpenFilm
