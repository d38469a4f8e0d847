"""Everyone's trajectories, raw and smoothed, made anew in the background whenever more is computed or somebody is renamed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from modules.core.errors import UserError
from modules.core.protocols import Results
from modules.core.trajectory import TrajectorySet

from .parts import MakeMotion

#: All is made anew this often at most, and takes at most this part of the time: the smaller one while frames are being
#: computed, which wants the same processor. An edit is shown at once.
EVERY_MS, SHARE, SHARE_BUSY = 1500, 0.2, 0.04


class MotionModel(QObject):
    """Raw and smoothed trajectories of what is open.

    One making at a time; what happens meanwhile is taken into account by one more making after it. An answer about results that
    are not open any more is dropped.
    """

    changed = pyqtSignal()
    failed = pyqtSignal(object)  # UserError
    _made = pyqtSignal(object, object)  # results, what was made
    _broke = pyqtSignal(object, object)  # results, exception

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._results: Results | None = None
        self._make: MakeMotion | None = None
        self._raw: TrajectorySet | None = None
        self._smooth: TrajectorySet | None = None
        self._seen_px: Mapping[int, np.ndarray] = {}
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="motion")
        self._running: Future[None] | None = None
        self._again = self._current = False
        self._took_ms = 0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.refresh)
        self._made.connect(self._on_made)
        self._broke.connect(self._on_broke)

    @property
    def raw(self) -> TrajectorySet | None:
        """As measured; None until it is made."""
        return self._raw

    @property
    def smooth(self) -> TrajectorySet | None:
        """Cleaned; None until it is made."""
        return self._smooth

    @property
    def seen_px(self) -> Mapping[int, np.ndarray]:
        """track_id → float32 [T, V, J, 2], raw px: where the 2D network sees the joints, at the frames of ``raw``."""
        return self._seen_px

    @property
    def current(self) -> bool:
        """Whether nothing was edited, and no making begun, since what is here was made."""
        return self._current

    def set_results(self, results: Results | None, make: MakeMotion | None) -> None:
        """Other results are open, or none."""
        self._results, self._make = results, make
        self._raw = self._smooth = None
        self._seen_px = {}
        self._current = False
        self._later.stop()
        self.changed.emit()
        self.refresh()

    def refresh_later(self, busy: bool) -> None:
        """More is computed: takes it in before long; ``busy``: still more is being computed."""
        wait_ms = max(EVERY_MS, int(self._took_ms / (SHARE_BUSY if busy else SHARE)))
        if not self._later.isActive() or self._later.remainingTime() > wait_ms:
            self._later.start(wait_ms)

    def refresh(self) -> None:
        """Takes in what is there now, in the background."""
        self._later.stop()
        self._current = False
        if self._results is None or self._make is None:
            return
        if self._running is not None:
            self._again = True
            return
        self._again = False
        self._running = self._pool.submit(self._work, self._results, self._make)

    def bring_up_to_date(self) -> None:
        """Makes what is not current and not being made: an earlier making failed."""
        if not self._current and self._running is None:
            self.refresh()

    def stop(self) -> None:
        """Nothing more is made; a making that runs ends by itself."""
        self._later.stop()
        self._results = None
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, results: Results, make: MakeMotion) -> None:
        try:
            start = time.monotonic()
            made = make(results)
            self._took_ms = int(1000 * (time.monotonic() - start))
        except Exception as error:  # noqa: BLE001 - handed to the GUI thread, which tells it
            self._broke.emit(results, error)
        else:
            self._made.emit(results, made)

    def _on_made(self, results: Results, made: tuple[TrajectorySet, TrajectorySet, Mapping[int, np.ndarray]]) -> None:
        self._running = None
        if results is self._results:
            self._raw, self._smooth, self._seen_px = made
            self._current = not self._again
            self.changed.emit()
        if self._again or results is not self._results:
            self.refresh()

    def _on_broke(self, results: Results, error: Exception) -> None:
        self._running = None
        if results is not self._results:
            self.refresh()
        elif isinstance(error, UserError):
            self.failed.emit(error)
        else:
            raise error
