"""Measures the window on the configured recording: how late its event loop is while the network computes, and its memory.

``xvfb-run -s "-screen 0 1600x1000x24" .venv/bin/python -m modules.evaluation.window [--seconds 10] [--steps 1000]``
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QSettings, Qt, QTimer
from PyQt5.QtWidgets import QApplication

import poc_ui
from modules import composition
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.evaluation.screenshot import FRAME_TIMEOUT_S, wait_until
from modules.gui.main_window import MainWindow
from modules.gui.messages import OpenRequest

#: The timer whose lateness is measured, ms.
TICK_MS = 10


def resident_mb() -> float:
    """Memory of this process that is in RAM now, MB (Linux)."""
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * 4096 / 2**20


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


def report(name: str, late: np.ndarray) -> None:
    """Prints one line of the latency table."""
    p50, p95, worst = np.percentile(late, [50, 95, 100])
    print(f"| {name:<30} | {p50:6.1f} | {p95:6.1f} | {worst:6.1f} |")


def step_about(app: QApplication, window: MainWindow, steps: int, span: int) -> list[tuple[int, float]]:
    """Steps back and forth within the first ``span`` frames; (steps done, MB in RAM) ten times along the way."""
    shown: list[int] = []
    window.controller.result_shown.connect(lambda frame, result: shown.append(frame.index))
    choose = random.Random(0)
    memory = []
    for step in range(1, steps + 1):
        index = max(0, min(span - 1, window.state.frame_index + choose.choice((-10, -1, 1, 1, 10))))
        window.state.set_frame_index(index)
        if not wait_until(app, lambda index=index: bool(shown) and shown[-1] == index, FRAME_TIMEOUT_S):
            print(f"Frame {index} was not shown within {FRAME_TIMEOUT_S:.0f} s.", file=sys.stderr)
            break
        if step % max(1, steps // 10) == 0:
            memory.append((step, resident_mb()))
    return memory


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each latency measurement")
    parser.add_argument("--steps", type=int, default=1000, help="steps back and forth; 0: none")
    parser.add_argument("--span", type=int, default=40, help="frames to step about in")
    options = parser.parse_args()
    if poc_ui.display_is_missing():
        print("No display was found; put xvfb-run -s '-screen 0 1600x1000x24' before the command.", file=sys.stderr)
        return 1
    config = load_config(DEFAULT_CONFIG)
    app = poc_ui.make_application(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "settings.ini"), QSettings.IniFormat)
        window = MainWindow(poc_ui.compose, config, DEFAULT_CONFIG, settings)
        people: list[int] = []
        window.controller.result_shown.connect(lambda _frame, result: people.append(len(result.persons)))
        window.show()
        window.start(OpenRequest(composition.recording_path(config), config.SOURCE.FORMAT, {}))
        if not wait_until(app, lambda: bool(people) and people[-1] > 0, FRAME_TIMEOUT_S):
            print("Nobody was found in the first frame in time.", file=sys.stderr)
            return 1
        print(f"| {'excess latency, ms':<30} | median |    p95 |  worst |\n|{'-' * 32}|--------|--------|--------|")
        report("nothing computed", lateness_ms(app, options.seconds))
        stop = threading.Event()
        thread = computing(stop)
        report("network computing, no redraw", lateness_ms(app, options.seconds))
        stop.set()
        thread.join()
        if options.steps:
            print("\n| steps | MB in RAM |\n|-------|-----------|")
            for step, megabytes in step_about(app, window, options.steps, options.span):
                print(f"| {step:5d} | {megabytes:9.0f} |")
        window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
