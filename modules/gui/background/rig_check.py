"""The rig check beside everything else: a thread of its own with its own reading of the recording."""

from __future__ import annotations

import math
import threading

from PyQt5.QtCore import QObject, pyqtSignal

from modules.core.errors import UserError

from .messages import CheckRig, OpenRequest


class Stopped(Exception):
    """The check is not wanted any more."""


class RigChecker(QObject):
    """Checks one recording at a time; a new one ends the check before it. Its signals arrive in the GUI thread."""

    progressed = pyqtSignal(object, float)  # OpenRequest, share that is done; NaN: over, one way or the other
    finished = pyqtSignal(object, object, bool)  # OpenRequest, RigReport, whether to open the recording again
    failed = pyqtSignal(object, object)  # OpenRequest, UserError
    ended = pyqtSignal()  # a check's thread is through with its network, also of a check that nobody wants any more

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: OpenRequest | None = None
        self._over = self._silent = False
        self._lock = threading.Lock()

    @property
    def running(self) -> bool:
        """Whether a check is under way."""
        return self._wanted is not None and not self._over

    def start(self, request: OpenRequest, check: CheckRig) -> None:
        """Checks the recording of a request."""
        self._wanted, self._over = request, False
        threading.Thread(target=self._run, args=(request, check), name="rig check", daemon=True).start()

    def stop(self) -> None:
        """Ends the check; nothing is heard of it any more."""
        with self._lock:
            self._wanted = None

    def close(self) -> None:
        """The same, for good."""
        with self._lock:
            self._wanted, self._silent = None, True

    def _run(self, request: OpenRequest, check: CheckRig) -> None:
        try:
            self._check(request, check)
        finally:
            self._emit(request, self.progressed, math.nan)
            with self._lock:
                if not self._silent:
                    self.ended.emit()

    def _check(self, request: OpenRequest, check: CheckRig) -> None:
        try:
            report, again = check(request.path, request.format, request.offsets, lambda share: self._tell(request, share))
        except Stopped:
            return
        except RuntimeError:
            if self._wanted is request:
                raise
            return  # the program ends, and no thread for reading can be begun any more
        except UserError as reason:
            self._end(request)
            self._emit(request, self.failed, reason)
            return
        self._end(request)
        if report is not None:
            self._emit(request, self.finished, report, again)

    def _end(self, request: OpenRequest) -> None:
        with self._lock:
            self._over = self._over or self._wanted is request

    def _tell(self, request: OpenRequest, share: float) -> None:
        if self._wanted is not request:
            raise Stopped
        self._emit(request, self.progressed, share)

    def _emit(self, request: OpenRequest, signal: pyqtSignal, *values: object) -> None:
        with self._lock:  # never into a window that is gone
            if self._wanted is request:
                signal.emit(request, *values)
