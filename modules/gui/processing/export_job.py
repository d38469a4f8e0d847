"""Writes the files of a recording from what is computed, in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from modules.core.protocols import FrameSource, Results

from ..background.messages import Export, Failure


@dataclass(frozen=True)
class Progress:
    """Frames done of all, and seconds left (NaN: not known yet); ``writing``: into files, else they are being computed."""

    done: int
    total: int
    seconds_left: float
    writing: bool = False


@dataclass(frozen=True)
class Finished:
    """The end: frames that are in the files; ``cancelled``: none are, what was in the folder stayed."""

    folder: Path
    frames: int
    cancelled: bool


class ExportJob(QObject):
    """One writing; it reads the pictures with decoders of its own.

    Args:
        open_source: opens the recording. export: writes the files, yields after each frame.
    """

    progressed = pyqtSignal(object)  # Progress
    finished = pyqtSignal(object)  # Finished
    failed = pyqtSignal(object)  # Failure

    def __init__(
        self,
        open_source: Callable[[], FrameSource],
        export: Export,
        results: Results,
        distance_mm: float,
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open_source, self._export, self._results = open_source, export, results
        self._distance_mm, self._folder = distance_mm, folder
        self._cancelled = threading.Event()
        self._emit_lock = threading.Lock()
        self._silent = False
        self._thread = threading.Thread(target=self._run, name="export", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def cancel(self) -> None:
        """Ends it after the frame at hand; the new files are dropped."""
        self._cancelled.set()

    def stop(self, timeout_s: float) -> bool:
        """Cancels and waits; False if a call did not return in time."""
        self.cancel()
        with self._emit_lock:
            self._silent = True
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _emit(self, signal: str, value: object) -> None:
        with self._emit_lock:
            if not self._silent:
                getattr(self, signal).emit(value)

    def _run(self) -> None:
        try:
            frames = self._write()
        except Exception as error:  # noqa: BLE001 - the thread's border: whatever was raised becomes a sentence
            self._emit("failed", Failure.of(self._folder, error))
        else:
            self._emit("finished", Finished(self._folder, frames, self._cancelled.is_set()))

    def _write(self) -> int:
        frames = self._results.computed(self._distance_mm).tolist()
        source = self._open_source()
        done, start = 0, time.monotonic()
        try:
            with closing(self._export(self._results, source, frames, self._distance_mm, self._folder)) as written:
                while not self._cancelled.is_set() and next(written, None) is not None:
                    done += 1
                    left = (time.monotonic() - start) / done * (len(frames) - done)
                    self._emit("progressed", Progress(done, len(frames), left, writing=True))
        finally:
            source.close()
        return done
