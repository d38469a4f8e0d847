"""Goes through frames, waits until each is shown with its people, and hands on what a widget then looks like."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QObject, QTimer, pyqtSignal
from PyQt5.QtGui import QImage
from PyQt5.QtWidgets import QWidget

from modules.core.errors import UserError

from ..background.controller import Controller
from ..background.messages import Failure
from ..background.schedule import Wanted
from ..motion.parts import Film, OpenFilm
from ..state import AppState

#: How often it is asked whether the frame is shown, ms.
POLL_MS = 10


def as_picture(image: QImage, size_px: tuple[int, int] | None = None) -> np.ndarray:
    """uint8 [H, W, 3], RGB, with even sides, as films want them; ``size_px``: cut or padded to this."""
    width, height = size_px or (image.width() & ~1, image.height() & ~1)
    image = image.convertToFormat(QImage.Format_RGB888).copy(0, 0, width, height)
    rows = np.frombuffer(image.constBits().asstring(image.sizeInBytes()), np.uint8).reshape(height, -1)
    return rows[:, : 3 * width].reshape(height, width, 3)


class FilmRecorder(QObject):
    """One film of one widget. What was shown before is shown again at the end.

    Args:
        widget: what is filmed. frames: (first, last). open_film: makes the file.
    """

    progressed = pyqtSignal(int, int)  # frames done, of all
    finished = pyqtSignal(bool)  # whether the film is whole
    failed = pyqtSignal(object)  # UserError

    def __init__(
        self, state: AppState, controller: Controller, widget: QWidget, frames: tuple[int, int], path: Path,
        open_film: OpenFilm, parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._state, self._controller, self._widget, self._path, self._open = state, controller, widget, path, open_film
        self._frames = range(frames[0], frames[1] + 1)
        self._next, self._before = frames[0], state.frame_index
        self._film: Film | None = None
        self._size_px: tuple[int, int] | None = None
        self._written: Future[None] | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="film")
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begins; playing stops."""
        self._state.set_playing(False)
        self._controller.failed.connect(self._on_failed)
        self._controller.show_whole(True)
        self._state.set_frame_index(self._next)
        self._timer.start()

    def cancel(self) -> None:
        """Ends it; no film is left."""
        self._end(None)

    def _look(self) -> None:
        """Takes the picture once the frame is shown and the picture before is written."""
        if not self._controller.settled or self._state.frame_index != self._next:
            return
        if self._written is not None and not self._written.done():
            return
        try:
            if self._written is not None:
                self._written.result()
            self._take()
        except UserError as error:
            self._end(error)
            return
        self.progressed.emit(self._next - self._frames.start + 1, len(self._frames))
        self._next += 1
        if self._next in self._frames:
            self._state.set_frame_index(self._next)
        else:
            self._end(None, whole=True)

    def _take(self) -> None:
        picture = as_picture(self._widget.grab().toImage(), self._size_px)
        if self._film is None:
            self._size_px = (picture.shape[1], picture.shape[0])
            room = self._state.room
            self._film = self._open(self._path, self._size_px, float("nan") if room is None else room.info.fps)
        self._written = self._pool.submit(self._film.write, picture)

    def _on_failed(self, failure: Failure) -> None:
        """The frame that is waited for can't be had."""
        if failure.request == self._next or (isinstance(failure.request, Wanted) and failure.request.index == self._next):
            self._end(UserError(failure.template, **failure.values))

    def _end(self, error: UserError | None, whole: bool = False) -> None:
        if not self._timer.isActive():
            return
        self._timer.stop()
        self._controller.failed.disconnect(self._on_failed)
        self._controller.show_whole(False)
        try:
            if self._film is not None:
                self._pool.submit(self._close, whole).result()
        except UserError as reason:
            error = error or reason
        self._pool.shutdown(wait=False)
        self._state.set_frame_index(self._before)
        if error is not None:
            self.failed.emit(error)
        self.finished.emit(whole and error is None)

    def _close(self, whole: bool) -> None:
        assert self._film is not None
        if not whole:
            self._film.abandon()
            return
        try:
            if self._written is not None:
                self._written.result()
            self._film.close()
        except UserError:
            self._film.abandon()
            raise
