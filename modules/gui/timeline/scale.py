"""Frames to pixels and back: what the timeline's zoom changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

#: No frame is wider than this, px.
WIDEST_PX = 40.0
#: Ticks are at least this far apart, px.
TICK_PX = 70.0


@dataclass(frozen=True)
class Scale:
    """A window onto the frames 0 … count - 1; each frame is a column whose middle stands for it.

    Attributes:
        count: frames of the recording. width_px: of the window.
        first: frame at its left edge (may be between two). per_px: frames a pixel.
    """

    count: int
    width_px: int
    first: float = -0.5
    per_px: float = 1.0

    @classmethod
    def whole(cls, count: int, width_px: int) -> Scale:
        """All frames."""
        return cls(count, max(1, width_px), -0.5, max(count / max(1, width_px), 1 / WIDEST_PX))

    def x_of(self, frame: float) -> float:
        """Pixel of a frame's middle."""
        return (frame - self.first) / self.per_px

    def frame_at(self, x: float) -> int:
        """The frame under a pixel, within the recording."""
        return int(np.clip(np.floor(self.first + x * self.per_px + 0.5), 0, max(0, self.count - 1)))

    def edges(self) -> np.ndarray:
        """float64 [width + 1]: the frame numbers between pixel columns."""
        return self.first + np.arange(self.width_px + 1) * self.per_px

    def zoomed(self, factor: float, x: float) -> Scale:
        """Closer (factor > 1) or wider, with what is under ``x`` staying there as far as possible."""
        widest = max(self.count / self.width_px, 1 / WIDEST_PX)
        per_px = float(np.clip(self.per_px / factor, 1 / WIDEST_PX, widest))
        return replace(self, per_px=per_px).moved_to(self.first + x * (self.per_px - per_px))

    def moved_to(self, first: float) -> Scale:
        """Another left edge, within the recording."""
        last = self.count - 0.5 - self.width_px * self.per_px
        return replace(self, first=float(np.clip(first, -0.5, max(-0.5, last))))

    def resized(self, width_px: int) -> Scale:
        """Another width: all frames again where all were there, else the same frames a pixel."""
        if self.per_px * self.width_px >= self.count - 1e-6:
            return Scale.whole(self.count, width_px)
        return replace(self, width_px=max(1, width_px)).moved_to(self.first)

    def ticks(self) -> list[int]:
        """Frames to write at the ruler: round numbers, not too close."""
        step = self.per_px * TICK_PX
        power = 10.0 ** np.floor(np.log10(max(step, 1e-9)))
        nice = max(1, int(next(m * power for m in (1, 2, 5, 10) if m * power >= step - 1e-9)))
        start = max(0, int(np.ceil(self.first / nice)) * nice)
        stop = min(self.count - 1, int(self.first + self.width_px * self.per_px))
        return list(range(start, stop + 1, nice))
