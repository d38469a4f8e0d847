"""Runs a whole recording in the background and saves it: its own thread, source, estimator and writer."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QObject, pyqtSignal

from modules.core.protocols import ResultWriter

from ..background.messages import Composition, Failure, OpenRequest


@dataclass(frozen=True)
class Progress:
    """How far it is: ``seconds_left`` is an estimate from the mean pace, NaN before the first frame."""

    done: int
    total: int
    seconds_left: float


@dataclass(frozen=True)
class Finished:
    """It ended; ``cancelled``: before the last frame, with ``frames`` saved."""

    folder: Path
    frames: int
    cancelled: bool


class ProcessAll(QObject):
    """One run over a recording; make another for the next.

    Whatever ends it (the last frame, a cancel, an error, the window's end), the writer is closed exactly once.
    """

    progressed = pyqtSignal(object)  # Progress
    finished = pyqtSignal(object)  # Finished
    failed = pyqtSignal(object)  # Failure

    def __init__(
        self,
        composition: Composition,
        config: Any,
        recording: OpenRequest,
        lod_distance_mm: float,
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._composition, self._config, self._recording = composition, config, recording
        self._lod_distance_mm, self._folder = lod_distance_mm, folder
        self._cancelled = threading.Event()
        self._writing = threading.Lock()
        self._writer: ResultWriter | None = None
        self._emit_lock = threading.Lock()
        self._silent = self._loading = False
        self._thread = threading.Thread(target=self._run, name="process-all", daemon=True)

    @property
    def running(self) -> bool:
        """Whether it has begun and not ended."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def cancel(self) -> None:
        """Ends it after the frame at hand; what is written stays."""
        self._cancelled.set()

    def stop(self, timeout_s: float) -> bool:
        """Cancels and waits; closes the writer even where a call into the estimator does not return (then: False)."""
        self.cancel()
        with self._emit_lock:
            self._silent = True
        if self._thread.is_alive():
            self._thread.join(0.0 if self._loading else timeout_s)  # as in Worker.stop
        self._close_writer()
        return not self._thread.is_alive()

    def _emit(self, signal: str, value: object) -> None:
        with self._emit_lock:
            if not self._silent:
                getattr(self, signal).emit(value)

    def _run(self) -> None:
        try:
            frames = self._process()
        except Exception as error:  # noqa: BLE001 - the thread's border: whatever was raised becomes a sentence
            self._emit("failed", Failure.of(self._recording, error))
        else:
            self._emit("finished", Finished(self._folder, frames, self._cancelled.is_set()))

    def _process(self) -> int:
        job = self._recording
        source = self._composition.open_source(job.path, job.format, job.offsets)
        done = 0
        try:
            if self._cancelled.is_set():
                return 0
            self._loading = True
            try:
                estimator = self._composition.make_estimator(self._config)
            finally:
                self._loading = False
            if self._cancelled.is_set():
                return 0
            self._writer = self._composition.make_writer(self._folder, source)
            total, start = len(source), time.monotonic()
            self._emit("progressed", Progress(0, total, float("nan")))
            frames = (source.read(index) for index in range(total))
            with closing(estimator.results(frames, self._lod_distance_mm)) as results:  # a break leaves nothing in work
                for frame, result in results:
                    with self._writing:
                        if self._cancelled.is_set():
                            break
                        self._writer.write(frame, result)
                    done += 1
                    left = (time.monotonic() - start) / done * (total - done)
                    self._emit("progressed", Progress(done, total, left))
        finally:
            self._close_writer()
            source.close()
        return done

    def _close_writer(self) -> None:
        with self._writing:
            writer, self._writer = self._writer, None
            if writer is not None:
                writer.close()
