"""Where the eye of the 3D view was before: undo and redo of view changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modules.core.types import Camera

MOST = 100


@dataclass(frozen=True)
class Eye:
    """One view: an orbiting eye, or a camera's; ``preset`` is the name of the one that it came from, or None."""

    center_m: tuple[float, float, float]
    distance_m: float
    azimuth_deg: float
    elevation_deg: float
    fov_deg: float
    camera: Camera | None
    preset: str | None

    def is_near(self, other: Eye) -> bool:
        """Whether nobody would see a difference."""
        numbers = [(*eye.center_m, eye.distance_m, eye.azimuth_deg, eye.elevation_deg, eye.fov_deg) for eye in (self, other)]
        return self.camera is other.camera and bool(np.allclose(*numbers, atol=1e-3))


class EyeHistory:
    """Views in the order in which they were left; ``here`` is always the one in use."""

    def __init__(self) -> None:
        self._back: list[Eye] = []
        self._forward: list[Eye] = []

    def leave(self, here: Eye) -> None:
        """The eye is about to move away from ``here``."""
        if not self._back or not self._back[-1].is_near(here):
            self._back.append(here)
            del self._back[:-MOST]
        self._forward.clear()

    def back(self, here: Eye) -> Eye | None:
        """The view before ``here``, or None."""
        return self._step(self._back, self._forward, here)

    def forward(self, here: Eye) -> Eye | None:
        """The view that ``back`` left, or None."""
        return self._step(self._forward, self._back, here)

    @property
    def can_go(self) -> tuple[bool, bool]:
        """Whether there is a view to go back, and one to go forward to."""
        return bool(self._back), bool(self._forward)

    def clear(self) -> None:
        """Forgets everything."""
        self._back.clear()
        self._forward.clear()

    @staticmethod
    def _step(source: list[Eye], target: list[Eye], here: Eye) -> Eye | None:
        while source:
            eye = source.pop()
            if not eye.is_near(here):
                target.append(here)
                return eye
        return None
