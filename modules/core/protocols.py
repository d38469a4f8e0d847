"""What the window and the commands ask of a source and of an estimator, without knowing either.

The composition roots (``poc_ui.py``, ``run.py``) bring the real ones, tests bring fakes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from .computed import ComputedFrame
from .errors import Note
from .header import ResultsHeader
from .types import Camera, FrameSet, PoseResult, SourceInfo


class FrameSource(Protocol):
    """A recording: synchronised frames by index. One thread at a time."""

    @property
    def info(self) -> SourceInfo: ...

    @property
    def cameras(self) -> tuple[Camera, ...]: ...

    def __len__(self) -> int: ...

    def read(self, index: int) -> FrameSet:
        """Frame ``index`` (0 ≤ index < len); SourceError if it can't be decoded, IndexError outside."""
        ...

    def close(self) -> None:
        """Releases files and threads; idempotent."""
        ...


class Detection(Protocol):
    """Heatmaps and roots of one frame: what does not change with the LoD distance. It remembers the poses computed so far."""

    @property
    def frame_index(self) -> int: ...

    @property
    def nbytes(self) -> int: ...


class Estimator(Protocol):
    """FrameSet → PoseResult in two steps, so that a change of the LoD distance costs the second alone. One thread at a time."""

    def detect(self, frame: FrameSet) -> Detection:
        """Runs backbone and root net."""
        ...

    def refine(self, detection: Detection, lod_distance_mm: float) -> PoseResult:
        """Runs the pose net for the people within the distance that have no pose yet (0: everyone); cheap if none."""
        ...

    def results(self, frames: Iterable[FrameSet], lod_distance_mm: float) -> Iterator[tuple[FrameSet, PoseResult]]:
        """Each frame with what ``detect`` and ``refine`` make of it, in order; several frames may be in work at once.

        Estimators that inherit from this class need not write it.
        """
        for frame in frames:
            yield frame, self.refine(self.detect(frame), lod_distance_mm)


@dataclass(frozen=True)
class TakePerson:
    """One person of a take.

    Attributes:
        track_id: the person's number, from 1.
        name: how the person is called; "" unless renamed.
        frames: int64, rising: the frames in which the person was found.
        short: found in so few frames that exports leave the person out (TAKE.SHORTEST_TRACK).
    """

    track_id: int
    name: str
    frames: np.ndarray
    short: bool


@dataclass(frozen=True)
class TakeChange:
    """What a take tells its listeners.

    Attributes:
        frame_index: the frame that is on disk now; None where only numbers or names changed.
        renumbered: old number → new one, of people whose number changed as a whole: colours and selection go along.
    """

    frame_index: int | None
    renumbered: Mapping[int, int]


class Results(Protocol):
    """Results that are there already: a take, or a file of poses. Any thread."""

    @property
    def path(self) -> Path:
        """The file."""
        ...

    @property
    def header(self) -> ResultsHeader: ...

    @property
    def info(self) -> SourceInfo: ...

    @property
    def cameras(self) -> tuple[Camera, ...]: ...

    @property
    def lod_distance_mm(self) -> float | None:
        """The one distance that these results are for; None: ``result`` answers for any."""
        ...

    def computed(self, lod_distance_mm: float) -> np.ndarray:
        """int64, rising: the frames for which ``result`` has an answer at this distance (0: everyone)."""
        ...

    def result(self, index: int, lod_distance_mm: float) -> PoseResult | None:
        """The people of a frame, numbered; without heatmaps and face crops. None if it isn't computed for this distance."""
        ...

    def people(self) -> tuple[TakePerson, ...]:
        """Everyone, by rising number."""
        ...

    def settle(self) -> None:
        """Gives everyone the number that follows from the computed frames alone, not from the order in which they came;
        before results are written to files. TakeError."""
        ...

    def close(self) -> None:
        """Idempotent."""
        ...


class Take(Results, Protocol):
    """Every computed frame of one recording and configuration, on disk: filled in any order, read while it is filled."""

    @property
    def shared(self) -> bool:
        """Whether another program had it open to fill it when this one opened it."""
        ...

    def put(self, frame: ComputedFrame) -> None:
        """Adds a frame, or people to a frame, and returns before it is on disk: listeners are told when it is. ``result``
        has it at once. TakeError of an earlier frame."""
        ...

    def forget(self, indices: Collection[int]) -> None:
        """Drops frames, to compute them again."""
        ...

    def flush(self) -> None:
        """Waits until all frames that were put are on disk; TakeError if one could not be written."""
        ...

    def listen(self, listener: Callable[[TakeChange], None]) -> None:
        """Calls ``listener`` whenever frames came onto the disk or numbers changed, in a thread of the take's."""
        ...


#: What is said of a take that is shared.
SHARED = Note(
    "Another window or run has this recording open too: frames that both compute are computed twice. Nothing is lost by it."
)


class Proxies(Protocol):
    """Small copies of a recording's frames, on disk, each by itself at once. Any thread."""

    def frames(self) -> np.ndarray:
        """int64, rising: the frames that are there."""
        ...

    def put(self, frame: FrameSet) -> None:
        """Keeps a small copy, if there is room; returns before it is on disk. Never raises for the disk's sake."""
        ...

    def get(self, index: int, least_px: int = 1 << 30) -> FrameSet | None:
        """The small copies of a frame (``shrunk`` says how small), or None; no longer side than ``least_px`` is needed."""
        ...

    def close(self) -> None:
        """Idempotent."""
        ...


#: (folder, format name or "auto", per-camera frame offsets) -> source
OpenSource = Callable[[Path, str, Mapping[str, int]], FrameSource]
#: config (yacs CfgNode) -> estimator; may take seconds
MakeEstimator = Callable[[Any], Estimator]
#: (source, per-camera frame offsets it was opened with) -> its take, made if there is none
OpenTake = Callable[[FrameSource, Mapping[str, int]], Take]
#: (source, its take) -> the small copies beside it, made if there are none
OpenProxies = Callable[[FrameSource, Take], Proxies]
#: a take or a file of poses -> its results
OpenResults = Callable[[Path], Results]
