"""Which frame is computed next: what somebody asked for, else ahead of the frame that is shown."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from .messages import Pace

#: The pace is that of the last so many frames.
PACE_FRAMES = 24
#: A pause in the computing longer than this says nothing about the pace, s.
PAUSE_S = 5.0


@dataclass(frozen=True)
class Wanted:
    """A frame that somebody waits for.

    Attributes:
        heatmaps: although it is computed already, for what the 2D network saw in it.
        distance_mm: for this LoD distance (0: everyone); None: for the one that is computed ahead.
    """

    index: int
    heatmaps: bool = False
    distance_mm: float | None = None

    @property
    def alone(self) -> bool:
        """Whether it can't be computed together with those ahead."""
        return self.heatmaps or self.distance_mm is not None


def covers(distance_mm: float, other_mm: float) -> bool:
    """Whether who was computed for a LoD distance (0: everyone) was computed for the other one too."""
    return distance_mm == 0 or 0 < other_mm <= distance_mm


@dataclass
class Schedule:
    """May be used from any thread; whoever changes it calls ``wake`` of the one who waits.

    Attributes:
        distance_mm: the LoD distance for which frames are to be computed.
        ahead: whether frames are computed that nobody waits for.
    """

    distance_mm: float = 0.0
    ahead: bool = True
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _count: int = 0
    _shown: int = 0
    _wanted: Wanted | None = None
    _done: set[int] = field(default_factory=set)
    _in_work: list[int] = field(default_factory=list)
    _failed: set[int] = field(default_factory=set)
    _finished_at: deque[float] = field(default_factory=lambda: deque(maxlen=PACE_FRAMES))

    def begin(self, count: int, done: np.ndarray) -> None:
        """Another recording (or none: 0 frames), or another distance: these frames are computed already."""
        with self._lock:
            self._count, self._wanted = count, None
            self._shown = min(self._shown, max(0, count - 1))
            self._in_work, self._failed = [], set()
            self.set_done(done)
            self._finished_at.clear()

    def set_done(self, done: np.ndarray) -> None:
        """These frames, and no others, are computed for the distance."""
        with self._lock:
            self._done = {int(index) for index in done}

    def look_at(self, index: int) -> None:
        """The shown frame: it is computed ahead from here."""
        with self._lock:
            self._shown = index

    def want(self, wanted: Wanted | None) -> None:
        """The newest wish; the one before is forgotten."""
        with self._lock:
            self._wanted = None if wanted is not None and self._is_done(wanted) else wanted
            if wanted is not None:
                self._failed.discard(wanted.index)

    @property
    def wanted(self) -> Wanted | None:
        """The frame that somebody waits for and that nobody computes yet."""
        with self._lock:
            return self._wanted if self._wanted is not None and self._wanted.index not in self._in_work else None

    def take(self) -> int | None:
        """The frame to begin with now, which is in work from here on; None: nothing to do."""
        with self._lock:
            index = self._next()
            if index is not None:
                self._in_work.append(index)
                if self._wanted is not None and self._wanted.index == index:
                    self._wanted = None
            return index

    def has_work(self) -> bool:
        """Whether ``take`` would give a frame."""
        with self._lock:
            return self._next() is not None

    def done(self, index: int, distance_mm: float, now: float | None = None) -> None:
        """A frame that was taken is computed for a LoD distance; a longer one than is asked for will do."""
        with self._lock:
            self._give_up(index)
            wanted = self._wanted
            if wanted is not None and wanted.index == index and covers(distance_mm, self._distance_of(wanted)):
                self._wanted = None  # asked for again while it was in work
            if not covers(distance_mm, self.distance_mm):
                return
            self._done.add(index)
            now = time.monotonic() if now is None else now
            if self._finished_at and now - self._finished_at[-1] > PAUSE_S:
                self._finished_at.clear()
            self._finished_at.append(now)

    def failed(self, index: int | None = None) -> int | None:
        """The frame (None: the first in work) can't be computed and isn't tried again by itself; which one it was."""
        with self._lock:
            index = self._in_work[0] if index is None and self._in_work else index
            if index is not None:
                self._give_up(index)
                self._failed.add(index)
            return index

    def abandon(self) -> bool:
        """Nothing more can be computed of this recording; whether that is news."""
        with self._lock:
            news = self.left() > 0 or self._wanted is not None
            self._failed = set(range(self._count)) - self._done
            self._wanted, self._in_work = None, []
            return news

    def retry(self) -> None:
        """What failed may be tried again."""
        with self._lock:
            self._failed.clear()

    def drop_work(self) -> None:
        """What was in work is not computed after all."""
        with self._lock:
            self._in_work.clear()

    def left(self) -> int:
        """Frames that are not computed yet and can be."""
        with self._lock:
            return self._count - len(self._done | self._failed)

    def pace(self) -> Pace:
        """How it goes."""
        with self._lock:
            left, times = self.left(), self._finished_at
            took = times[-1] - times[0] if len(times) > 2 else 0.0
            rate = (len(times) - 1) / took if took > 0 else float("nan")
            return Pace(rate, left, left / rate if rate > 0 else float("nan"))

    def _next(self) -> int | None:
        if self._wanted is not None and self._wanted.index not in self._in_work:
            return self._wanted.index
        if not self.ahead:
            return None
        blocked = self._done.union(self._in_work, self._failed)
        if len(blocked) >= self._count:
            return None
        after = next((n for n in range(self._shown, self._count) if n not in blocked), None)
        return after if after is not None else next((n for n in range(self._shown) if n not in blocked), None)

    def _is_done(self, wanted: Wanted) -> bool:
        return wanted.index in self._done and not wanted.alone

    def _distance_of(self, wanted: Wanted) -> float:
        return self.distance_mm if wanted.distance_mm is None else wanted.distance_mm

    def _give_up(self, index: int) -> None:
        if index in self._in_work:
            self._in_work.remove(index)
