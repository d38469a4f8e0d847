"""Runs one step of the calibration in its own thread; what it finds comes back as signals."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PyQt5.QtCore import QObject, pyqtSignal

from modules.core.calibrating import Look

from ..background.messages import Failure


class Job(QObject):
    """One call in a thread of its own; make another for the next."""

    shown = pyqtSignal(object)  # Look
    finished = pyqtSignal(object)  # whatever the call returned
    failed = pyqtSignal(object)  # Failure

    def __init__(self, work: Callable[[Callable[[Look], bool]], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work, self._stopped = work, threading.Event()
        self._emit_lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="calibrate", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Ends it; nothing is told any more. False if the call did not return in time."""
        with self._emit_lock:
            self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _show(self, look: Look) -> bool:
        self._emit(self.shown, look)
        return not self._stopped.is_set()

    def _emit(self, signal: Any, value: object) -> None:
        with self._emit_lock:
            if not self._stopped.is_set():
                signal.emit(value)

    def _run(self) -> None:
        try:
            found = self._work(self._show)
        except Exception as error:  # noqa: BLE001 - the thread's border: whatever was raised becomes a sentence
            self._emit(self.failed, Failure.of(None, error))
        else:
            self._emit(self.finished, found)
