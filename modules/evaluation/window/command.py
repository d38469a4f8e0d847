"""Measures the window on the configured recording: how late its event loop is while the network computes, how long it takes to
end at awkward moments, and its memory.

``xvfb-run -s "-screen 0 1600x1000x24" .venv/bin/python -m modules.evaluation.window [--seconds 10] [--steps 1000]``
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from pathlib import Path

import numpy as np
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import QApplication

import poc_ui
from modules import composition
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.evaluation.window.closing import MOMENTS, time_to_close
from modules.evaluation.window.shown import NO_DISPLAY, ShownWindow, shown_window

#: The timer whose lateness is measured, ms.
TICK_MS = 10


def resident_mb() -> float:
    """Memory of this process that is in RAM now, MB (Linux)."""
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * 4096 / 1e6


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


def computing(stop: threading.Event) -> threading.Thread:
    """A thread that finds people in frame after frame, as the window's worker does, until told to stop."""
    config = load_config(DEFAULT_CONFIG)
    estimator = composition.make_estimator(config)

    def run() -> None:
        with composition.open_source(config) as source:
            index = 0
            while not stop.is_set():
                estimator.refine(estimator.detect(source.read(index % len(source))), 0.0)
                index += 1

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def report_latency(shown: ShownWindow, seconds: float) -> None:
    """Prints the event loop's excess latency, idle and while the network computes with nothing to redraw."""
    shown.show(0)
    print(f"| {'excess latency, ms':<30} | median |    p95 |  worst |\n|{'-' * 32}|--------|--------|--------|")

    def line(name: str) -> None:
        p50, p95, worst = np.percentile(lateness_ms(shown.app, seconds), [50, 95, 100])
        print(f"| {name:<30} | {p50:6.1f} | {p95:6.1f} | {worst:6.1f} |", flush=True)

    line("nothing computed")
    stop = threading.Event()
    thread = computing(stop)
    line("network computing, no redraw")
    stop.set()
    thread.join()


def report_memory(shown: ShownWindow, steps: int, span: int) -> None:
    """Prints the memory ten times while stepping back and forth within the first ``span`` frames."""
    choose = random.Random(0)
    frame = 0
    print("\n| steps | MB in RAM | of these cached |\n|-------|-----------|-----------------|")
    for step in range(steps + 1):
        frame = max(0, min(span - 1, frame + choose.choice((-10, -1, 1, 1, 10)))) if step else 0
        shown.show(frame)
        if step % max(1, steps // 10) == 0:
            cached = shown.window.controller.worker.cache.used_bytes / 1e6
            print(f"| {step:5d} | {resident_mb():9.0f} | {cached:15.0f} |", flush=True)


def report_closing() -> bool:
    """Prints how long the program takes to end at each awkward moment; whether it ended cleanly every time."""
    print("\n| closed while           | s to the program's end | how it ended |")
    print("|------------------------|------------------------|--------------|")
    clean = True
    for moment, what in MOMENTS.items():
        closed = time_to_close(moment)
        clean = clean and closed.problem == ""
        print(f"| {what:<22} | {closed.seconds:22.2f} | {closed.problem or 'cleanly':<12} |", flush=True)
    return clean


def main() -> int:
    """The command; 1 where the window did not do what was asked of it."""
    parser = argparse.ArgumentParser(description=" ".join(__doc__.split("\n\n")[0].split()))
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each latency measurement; 0: none")
    parser.add_argument("--steps", type=int, default=1000, help="steps back and forth; 0: none")
    parser.add_argument("--span", type=int, default=40, help="frames to step about in")
    parser.add_argument("--no-closing", action="store_true", help="leave out the closing")
    options = parser.parse_args()
    if poc_ui.display_problem() is not None:
        print(NO_DISPLAY, file=sys.stderr)
        return 1
    try:
        # the memory first: the latency's second estimator would count
        with shown_window() as shown:
            if options.steps:
                report_memory(shown, options.steps, options.span)
            if options.seconds:
                report_latency(shown, options.seconds)
    except TimeoutError as error:
        print(error, file=sys.stderr)
        return 1
    return 0 if options.no_closing or report_closing() else 1
