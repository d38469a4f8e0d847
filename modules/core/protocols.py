"""What the window and the commands ask of a source and of an estimator, without knowing either.

The composition roots (``poc_ui.py``, ``run.py``) bring the real ones, tests bring fakes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

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

    def reset(self) -> None:
        """Forgets tracks: the next frame begins a new recording."""
        ...


class ResultWriter(Protocol):
    """Takes results in frame order and leaves readable files whenever it is closed."""

    def write(self, frame: FrameSet, result: PoseResult) -> None: ...

    def close(self) -> None: ...


#: (folder, format name or "auto", per-camera frame offsets) -> source
OpenSource = Callable[[Path, str, Mapping[str, int]], FrameSource]
#: config (yacs CfgNode) -> estimator; may take seconds
MakeEstimator = Callable[[Any], Estimator]
#: (output folder, source) -> writer
MakeWriter = Callable[[Path, FrameSource], ResultWriter]
