"""Playing: which frame is due, by the wall clock."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PyQt5.QtCore import QObject, Qt, QTimer

from ..state import AppState

#: Frames per second where a recording doesn't say.
FALLBACK_FPS = 30.0
TICK_MS = 4
#: How much the newest drawing counts in the mean that says which frames are left out.
NEWEST = 0.15
#: No more than so many frames are left out between two, lest a hiccup make a slide show.
LONGEST_STRIDE = 12


class Playback(QObject):
    """Advances the frame index while the state says so, always forwards, back only from the end to the beginning.

    Where drawing takes longer than a frame lasts, every second, third … frame is shown, evenly, and the clock is kept. At
    speed 0 ("every frame") none is left out: the next one is asked for when the last one was shown with its people. Pictures
    that must be read from the recording's files come in the files' order, and the clock waits for them: leaving more of them
    out would not be faster, since a decoder has to go through all.

    Args:
        is_waiting: whether what was asked for last is still awaited (then nothing else is asked for).
        has_picture: whether a frame's picture can be had at once.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        state: AppState,
        is_waiting: Callable[[], bool],
        parent: QObject | None = None,
        has_picture: Callable[[int], bool] = lambda _index: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._state, self._is_waiting, self._has_picture, self._clock = state, is_waiting, has_picture, clock
        self._start_s, self._start_index = 0.0, 0
        self._asked: int | None = None
        self._asked_s = self._cost_s = 0.0
        self._was_read = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        state.playing_changed.connect(self._on_playing)
        state.speed_changed.connect(self._anchor)
        state.frame_index_changed.connect(self._on_index)

    @property
    def fps(self) -> float:
        """The recording's frames per second."""
        room = self._state.room
        known = room is not None and math.isfinite(room.info.fps) and room.info.fps > 0
        return room.info.fps if known else FALLBACK_FPS

    @property
    def stride(self) -> int:
        """Every how many frames one is shown."""
        rate = self.fps * self._state.speed
        return max(1, min(LONGEST_STRIDE, math.ceil(rate * self._cost_s - 0.25)))

    @property
    def range(self) -> tuple[int, int]:
        """(first, last) frame that is played."""
        return self._state.loop_range or (0, self._state.frame_count - 1)

    def next_frames(self, count: int) -> range:
        """The frames that will be due next."""
        step = self.stride if self._state.speed else 1
        here = self._state.frame_index
        return range(here + step, min(self.range[1] + 1, here + 1 + step * count), step)

    def drawn(self) -> None:
        """What was asked for last is on the screen: the next one may be due."""
        if self._state.playing:
            if not self._was_read:  # it is about drawing
                self._cost_s += NEWEST * (min(self._clock() - self._asked_s, 1.0) - self._cost_s)
            self.tick()

    def tick(self) -> None:
        """Asks for the frame that is due, unless what was asked for is still awaited."""
        if not self._state.playing or self._is_waiting():
            return
        due = self._due()
        first, last = self.range
        if due > last:
            if not self._state.loop:
                self._ask(last)
                self._state.set_playing(False)
                return
            self._ask(first)
            self._anchor()
            return
        self._ask(due)

    def _due(self) -> int:
        if self._state.speed == 0:
            return self._state.frame_index + 1
        elapsed = int((self._clock() - self._start_s) * self.fps * self._state.speed)
        here, due = self._state.frame_index, self._start_index + elapsed // self.stride * self.stride
        if due > here + self.stride and not self._has_picture(due):
            self._start_s, self._start_index = self._clock(), here + self.stride
            return here + self.stride
        return max(here, due)

    def _ask(self, index: int) -> None:
        if index != self._state.frame_index:
            self._asked, self._asked_s = index, self._clock()
            self._was_read = not self._has_picture(index)
            self._state.set_frame_index(index)
            self._asked = None

    def _on_playing(self, playing: bool) -> None:
        if playing:
            first, last = self.range
            if not first <= self._state.frame_index < last:
                self._ask(first)
            self._anchor()
            self._timer.start()
        else:
            self._timer.stop()

    def _on_index(self, index: int) -> None:
        if self._state.playing and index != self._asked:
            self._anchor()  # somebody jumped elsewhere while playing

    def _anchor(self) -> None:
        self._start_s, self._start_index = self._clock(), self._state.frame_index
