"""Playing: which frame is due, by the wall clock."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PyQt5.QtCore import QObject, Qt, QTimer

from ..state import AppState

#: Frames per second where a recording doesn't say.
FALLBACK_FPS = 30.0
TICK_MS = 10


class Playback(QObject):
    """Advances the frame index while the state says so.

    Frames that the worker can't reach in time are left out; at speed 0 ("every frame") the next one is asked for when the last
    one was shown.

    Args:
        is_waiting: whether an answer is still awaited (then no other frame is asked for).
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        state: AppState,
        is_waiting: Callable[[], bool],
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._state, self._is_waiting, self._clock = state, is_waiting, clock
        self._start_s, self._start_index = 0.0, 0
        self._asked: int | None = None
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

    def shown(self) -> None:
        """A frame was drawn: the next one may be due (it is asked for when the drawing is done, not inside of it)."""
        if self._state.playing:
            QTimer.singleShot(0, self.tick)

    def tick(self) -> None:
        """Asks for the frame that is due, unless an answer is still awaited."""
        if not self._state.playing or self._is_waiting():
            return
        due = self._due()
        last = self._state.frame_count - 1
        if due > last:
            if not self._state.loop:
                self._ask(last)
                self._state.set_playing(False)
                return
            self._ask(0)
            self._anchor()
            return
        self._ask(due)

    def _due(self) -> int:
        if self._state.speed == 0:
            return self._state.frame_index + 1
        elapsed = self._clock() - self._start_s
        return self._start_index + int(elapsed * self.fps * self._state.speed)

    def _ask(self, index: int) -> None:
        self._asked = index
        self._state.set_frame_index(index)
        self._asked = None

    def _on_playing(self, playing: bool) -> None:
        if playing:
            if self._state.frame_index == self._state.frame_count - 1:
                self._ask(0)
            self._anchor()
            self._timer.start()
        else:
            self._timer.stop()

    def _on_index(self, index: int) -> None:
        if self._state.playing and index != self._asked:
            self._anchor()  # somebody jumped elsewhere while playing

    def _anchor(self) -> None:
        self._start_s, self._start_index = self._clock(), self._state.frame_index
