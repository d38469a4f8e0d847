"""What a recording needs of one camera's frames, whether they are a video or a folder of images."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from modules.core.errors import Note

from .calibration.place import Placed


class Clip(Protocol):
    """Frames of one camera by index. One thread at a time."""

    path: Path
    frame_count: int
    size_px: tuple[int, int]
    fps: float
    notes: tuple[Note, ...]

    @property
    def times_s(self) -> np.ndarray | None:
        """float64 [N]: when each frame was taken, seconds by the camera's own clock, rising; None where that is not known."""
        ...

    def read(self, index: int) -> np.ndarray:
        """uint8 [H, W, 3], RGB: frame ``index``; DamagedFrame if it can't be decoded."""
        ...

    def close(self) -> None: ...


class RedrawnClip:
    """A clip whose frames are drawn again as its camera in the recording sees them; see ``Clip``."""

    def __init__(self, clip: Clip, placed: Placed) -> None:
        self._clip, self._placed = clip, placed
        self.path, self.frame_count, self.fps, self.notes = clip.path, clip.frame_count, clip.fps, clip.notes
        self.size_px = (placed.camera.width_px, placed.camera.height_px)

    @property
    def times_s(self) -> np.ndarray | None:
        """As the clip's."""
        return self._clip.times_s

    def read(self, index: int) -> np.ndarray:
        """uint8 [H, W, 3], RGB: frame ``index``, drawn again."""
        return self._placed.redraw(self._clip.read(index))

    def close(self) -> None:
        """Releases the clip."""
        self._clip.close()
