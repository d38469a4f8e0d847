"""What the calibration wizard shows, and what it asks for without knowing who does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from .errors import Note
from .types import Camera


@dataclass(frozen=True, eq=False)
class Look:
    """What was seen at one instant, and so far.

    Attributes:
        names: of the cameras. done, total: instants.
        images: V arrays uint8 [H, W, 3], RGB. people: V arrays float32 [P, 17, 3]: COCO's keypoints, px and confidence.
        seen: V numbers: instants at which somebody was seen. shared: V numbers: … and in another view too.
    """

    names: tuple[str, ...]
    done: int
    total: int
    images: tuple[np.ndarray, ...]
    people: tuple[np.ndarray, ...]
    seen: tuple[int, ...]
    shared: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Calibrated:
    """A calibration that was found.

    Attributes:
        cameras: mm, z up, floor at z = 0. paths_mm: float64 [T, 2] a person: where they walked, seen from above.
        notes: sentences on how good it is. doubtful: whether one of them is a warning.
        images, drawn_px: V pictures of one instant and V arrays float64 [P, 13, 2] with everybody drawn where the
            calibration puts them (NaN: not known).
    """

    cameras: tuple[Camera, ...]
    paths_mm: tuple[np.ndarray, ...]
    notes: tuple[Note, ...]
    doubtful: bool
    images: tuple[np.ndarray, ...]
    drawn_px: tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class Pictures:
    """All cameras at one time.

    Attributes:
        names: of the cameras. frame, last: which frame it is, of those from 0. images: V arrays uint8 [H, W, 3], RGB.
    """

    names: tuple[str, ...]
    frame: int
    last: int
    images: tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class Mended:
    """What the people say of a given calibration.

    Attributes:
        notes: sentences on what changed and how sure that is. better: whether there is anything to keep.
        images: V pictures of one instant. before_px, after_px: V arrays float64 [P, 13, 2]: everybody there, drawn where the
            calibration puts them, as given and as mended (NaN: not known). seen_px: where the 2D network sees them.
    """

    notes: tuple[Note, ...]
    better: bool
    images: tuple[np.ndarray, ...]
    before_px: tuple[np.ndarray, ...]
    after_px: tuple[np.ndarray, ...]
    seen_px: tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Saved:
    """What was written: ``folder`` is the recording, to be opened with ``options`` (configuration key → value)."""

    folder: Path
    options: Mapping[str, Any]


class Calibrating(Protocol):
    """Calibrates videos step by step. One thread at a time."""

    def look(self, videos: Sequence[Path], show: Callable[[Look], bool]) -> None:
        """Goes through the videos; ``show`` may end it by returning False. SourceError."""
        ...

    def pictures(self, share: float) -> Pictures:
        """What all cameras show at a share (0–1) of the time, to mark a clap in. SourceError."""
        ...

    def solve(self, height_mm: float | None, marks: Mapping[str, int] | None = None) -> Calibrated:
        """The calibration that what was seen speaks for; SourceError that says what to film instead.

        Args:
            marks: camera → frame that shows the same clap; empty: sound and motion tell who is late.
        """
        ...

    def save(self) -> Saved:
        """Writes it beside the videos. ExportError."""
        ...


class Mending(Protocol):
    """Puts the calibration of an open recording right by its people, step by step. One thread at a time."""

    def look(self, show: Callable[[Look], bool]) -> None:
        """Goes through the recording; ``show`` may end it by returning False. SourceError."""
        ...

    def solve(self) -> Mended:
        """What the people say of the calibration; SourceError that says what to film instead."""
        ...

    def save(self) -> Saved:
        """Writes the mended calibration as a new file. ExportError."""
        ...


#: (folder, format, offsets) of an open recording → its calibration to be mended; nothing is loaded yet.
MakeMending = Callable[[Path, str, Mapping[str, int]], Mending]
#: → a calibration to be made; nothing is loaded yet.
MakeCalibrating = Callable[[], Calibrating]
