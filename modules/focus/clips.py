"""What a recording needs of one camera's frames, whether they are a video or a folder of images."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from modules.core.errors import Note


class Clip(Protocol):
    """Frames of one camera by index. One thread at a time."""

    path: Path
    frame_count: int
    size_px: tuple[int, int]
    fps: float
    notes: tuple[Note, ...]

    def read(self, index: int) -> np.ndarray:
        """uint8 [H, W, 3], RGB: frame ``index``; SourceError if it can't be decoded."""
        ...

    def close(self) -> None: ...
