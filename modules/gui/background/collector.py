"""Python's cyclic garbage collection, in the GUI thread alone."""

from __future__ import annotations

import gc

from PyQt5.QtCore import QObject, QTimer

from modules.core import memory

INTERVAL_MS = 1000


class Collector(QObject):
    """Collects from a timer while it lives.

    Left to itself Python collects in whatever thread happens to allocate; in the worker thread that would destroy Qt objects
    outside of theirs, which can hang or crash.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collects the generations that are due, by Python's own thresholds."""
        due = [count > threshold for count, threshold in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if any(due):
            gc.collect(max(generation for generation, is_due in enumerate(due) if is_due))

    def collect_all(self) -> None:
        """Collects everything at once, and gives its memory back: after what leaves a network in cycles."""
        gc.collect()
        memory.give_back()

    def stop(self) -> None:
        """Gives the collection back to Python."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()
