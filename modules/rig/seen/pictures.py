"""What the pictures themselves tell: videos of two cameras that are one, and videos that stand still."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from modules.core.types import FrameSet

#: Every so many pixels of a frame are looked at.
COARSE = 16
#: A picture stands still of whose pixels no more than this share differ by more than so much, of 255, from those of the first
#: frame: coding a still once more makes a few of them differ; so many frames tell.
STILL, STILL_SHARE, FEWEST_FRAMES = 30, 0.001, 3
#: Pictures are the same if their pixels differ by less than this share of the contrast (standard deviation) on average, which
#: is what coding a video once more makes of it; of pictures with less contrast than this, of 255, nothing can be told.
SAME, CONTRAST = 0.08, 8.0


def coarse(frame: FrameSet) -> list[np.ndarray]:
    """Of each view's picture uint8 [H, W, 3] every ``COARSE``-th pixel, of a smaller copy as many."""
    step = max(1, COARSE // frame.shrunk)
    return [image[::step, ::step] for image in frame.images]


class Twins:
    """Which views have shown the same pictures in all frames that were looked at."""

    def __init__(self, views: int) -> None:
        self._alike = set(combinations(range(views), 2))
        self._judged: set[tuple[int, int]] = set()

    def add(self, pictures: Sequence[np.ndarray], missing: Sequence[bool]) -> None:
        """One frame's pictures (uint8 [h, w, 3], every so many pixels of them); those of missing frames say nothing."""
        contrast = [float(picture.std()) for picture in pictures]
        for a, b in sorted(self._alike):
            if missing[a] or missing[b] or max(contrast[a], contrast[b]) < CONTRAST:
                continue
            self._judged.add((a, b))
            same = pictures[a].shape == pictures[b].shape
            if not same or np.abs(pictures[a].astype(np.int16) - pictures[b]).mean() > SAME * max(contrast[a], contrast[b]):
                self._alike.discard((a, b))

    def groups(self) -> list[tuple[int, ...]]:
        """Views with the same pictures, group by group."""
        groups: list[set[int]] = []
        for pair in sorted(self._alike & self._judged):
            own = next((group for group in groups if group & set(pair)), None)
            if own is None:
                groups.append(set(pair))
            else:
                own |= set(pair)
        return [tuple(sorted(group)) for group in groups]


class Stills:
    """Which views have shown one and the same picture in all frames that were looked at."""

    def __init__(self, views: int) -> None:
        self._first: list[np.ndarray | None] = [None] * views
        self._frames = [0] * views
        self._moved = [False] * views

    def add(self, pictures: Sequence[np.ndarray], missing: Sequence[bool]) -> None:
        """One frame's pictures, as ``Twins.add``."""
        for view, picture in enumerate(pictures):
            first = self._first[view]
            if missing[view] or self._moved[view] or float(picture.std()) < CONTRAST:
                continue
            if first is None:
                self._first[view] = first = picture.copy()
            self._frames[view] += 1
            self._moved[view] = bool((np.abs(picture.astype(np.int16) - first).max(-1) > STILL).mean() > STILL_SHARE)

    def views(self) -> list[int]:
        """The views that stand still while others move."""
        still = [
            view
            for view, (frames, moved) in enumerate(zip(self._frames, self._moved, strict=True))
            if frames >= FEWEST_FRAMES and not moved
        ]
        return still if any(self._moved) else []
