"""How late the window's event loop is."""

from __future__ import annotations

import time

import numpy as np
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import QApplication

#: The timer whose lateness is measured, ms.
TICK_MS = 10


def lateness_ms(app: QApplication, seconds: float) -> np.ndarray:
    """How late each tick of a 10 ms timer came, ms."""
    late, last = [], time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        late.append(max(0.0, (now - last) * 1e3 - TICK_MS))
        last = now

    timer = QTimer()
    timer.setTimerType(Qt.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(TICK_MS)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        app.processEvents()
        time.sleep(0.0005)  # as the event loop sleeps between events
    timer.stop()
    return np.array(late)
