"""What every reader gives: one person's markers over time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, eq=False)
class Marked:
    """A person of a file.

    Attributes:
        path, name: of the file, of the person. markers: M names. fps: NaN where the file doesn't say.
        frames: int64 [T], rising. times_s: float64 [T]; NaN where the file doesn't say.
        positions_mm: float64 [T, M, 3], mm, our world's axes (z up); NaN in a gap.
    """

    path: Path
    name: str
    markers: tuple[str, ...]
    fps: float
    frames: np.ndarray
    times_s: np.ndarray
    positions_mm: np.ndarray


def from_y_up(points: np.ndarray) -> np.ndarray:
    """float [..., 3] with y up in the world's axes: (x, y, z) → (x, -z, y)."""
    return np.stack([points[..., 0], -points[..., 2], points[..., 1]], axis=-1)
