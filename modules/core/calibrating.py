"""What the calibration wizard shows, and what it asks for without knowing who does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

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


class Calibrating(Protocol):
    """Calibrates videos step by step. One thread at a time."""

    def look(self, videos: Sequence[Path], show: Callable[[Look], bool]) -> None:
        """Goes through the videos; ``show`` may end it by returning False. SourceError."""
        ...

    def solve(self, height_mm: float | None) -> Calibrated:
        """The calibration that what was seen speaks for; SourceError that says what to film instead."""
        ...

    def save(self) -> Path:
        """Writes it beside the videos; the folder that can be opened now. ExportError."""
        ...


#: → a calibration to be made; nothing is loaded yet.
MakeCalibrating = Callable[[], Calibrating]
