"""How the window plays, scrubs and computes ahead, on the configured recording."""

from __future__ import annotations

import itertools
import random
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

import numpy as np
from PyQt5.QtCore import QEventLoop

from modules import composition
from modules.evaluation.window.lateness import lateness_ms
from modules.evaluation.window.shown import ShownWindow

#: Computing the whole recording is given up after this.
COMPUTE_TIMEOUT_S = 600.0
HEADLESS_RATE = re.compile(r"\(([\d.]+) frames/s")


@dataclass(frozen=True)
class Ahead:
    """The window left alone: its frames/s, and how late its events were."""

    frames_per_s: float
    late_ms: np.ndarray


def compute_ahead(shown: ShownWindow) -> Ahead:
    """Waits until the window has computed the whole recording, and counts from when the rig is checked; TimeoutError."""
    window, times = shown.window, []
    window.controller.frame_computed.connect(lambda _result: times.append(time.monotonic()))
    if not shown.wait(lambda: bool(times) and not window.rig_line.checking):
        raise TimeoutError("The window does not end its check of the rig.")
    times.clear()
    if not shown.wait(lambda: len(times) > 2):
        raise TimeoutError("The window does not begin to compute.")
    late: list[np.ndarray] = []
    deadline = time.monotonic() + COMPUTE_TIMEOUT_S
    while window.controller.pace.frames_left:
        late.append(lateness_ms(shown.app, 1.0))
        if time.monotonic() > deadline:
            raise TimeoutError(f"The recording was not computed within {COMPUTE_TIMEOUT_S:.0f} s.")
    rate = (len(times) - 1) / (times[-1] - times[0])
    return Ahead(rate, np.concatenate(late))


def headless_rate() -> float:
    """Frames/s that ``run.py --headless`` says for the configured recording."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "run.py", "--headless", "--out", folder, "--set", f"TAKE.FOLDER={folder}"]
        done = subprocess.run(command, cwd=composition.PROJECT_DIR, capture_output=True, text=True, check=True)
    return float(HEADLESS_RATE.search(done.stdout).group(1))


@dataclass(frozen=True)
class Played:
    """Playing at 1×: different frames/s that were drawn, whether their order rose between the loops, and the longest step."""

    frames_per_s: float
    rising: bool
    longest_step: int
    with_people: float


def play(shown: ShownWindow, seconds: float) -> Played:
    """Plays from the first frame on."""
    state = shown.window.state
    state.set_frame_index(0)
    drain(shown)
    shown.shown_frames.clear()
    computed: list[bool] = []
    shown.window.controller.result_shown.connect(lambda _frame, result: computed.append(result is not None))
    start = time.monotonic()
    state.set_playing(True)
    shown.run_for(seconds)
    state.set_playing(False)
    took = time.monotonic() - start
    frames = [index for when, index in shown.shown_frames if when - start <= seconds]
    different = 1 + sum(a != b for a, b in itertools.pairwise(frames))
    last = state.frame_count - 1
    steps = [b - a for a, b in itertools.pairwise(frames) if b != a]
    falls = [(a, b) for a, b in itertools.pairwise(frames) if b < a]
    loops = sum(b == 0 and a > last // 2 for a, b in falls)
    rising = len(falls) == loops
    return Played(different / took, rising, max((s for s in steps if s > 0), default=0), float(np.mean(computed or [False])))


def drain(shown: ShownWindow) -> None:
    """Handles every event that is there, painting included."""
    for _ in range(2):
        shown.app.sendPostedEvents()
        shown.app.processEvents(QEventLoop.AllEvents)


def until_drawn_ms(shown: ShownWindow, change) -> float:
    """Milliseconds from a change of the state until picture and people of it are drawn."""
    start = time.perf_counter()
    change()
    state = shown.window.state
    shown.wait(lambda: shown.result is not None and shown.result.frame_index == state.frame_index, 5.0)
    shown.app.sendPostedEvents()
    shown.app.processEvents(QEventLoop.AllEvents)
    return (time.perf_counter() - start) * 1e3


def scrub_ms(shown: ShownWindow, count: int) -> np.ndarray:
    """To random frames."""
    choose, state = random.Random(0), shown.window.state
    return np.array(
        [until_drawn_ms(shown, lambda: state.set_frame_index(choose.randrange(state.frame_count))) for _ in range(count)]
    )


def step_back_ms(shown: ShownWindow, count: int) -> np.ndarray:
    """One frame back after another, from the end."""
    state = shown.window.state
    state.set_frame_index(state.frame_count - 1)
    drain(shown)
    return np.array([until_drawn_ms(shown, lambda: shown.window.controller.step(-1)) for _ in range(count)])


def lod_drag_ms(shown: ShownWindow, count: int) -> np.ndarray:
    """The LoD distance up and down over computed people."""
    state = shown.window.state
    distances = 500.0 + 1500.0 * (1 + np.sin(np.arange(count) / 3)) / 2
    return np.array([until_drawn_ms(shown, lambda d=d: state.set_lod_distance_mm(d)) for d in distances])


def report_playing(shown: ShownWindow, headless_before: float) -> None:
    """Prints all of it.

    Args:
        headless_before: ``headless_rate`` before the window opened; it is measured again after the window has computed, as a
            shared machine's pace changes within minutes.
    """
    ahead = compute_ahead(shown)
    headless = headless_before, headless_rate()
    p50, p95, worst = np.percentile(ahead.late_ms, [50, 95, 100])
    print(
        f"\ncomputing ahead: {ahead.frames_per_s:.2f} frames/s, "
        f"run.py --headless {headless[0]:.2f} before and {headless[1]:.2f} after "
        f"({100 * ahead.frames_per_s / np.mean(headless):.0f} %); "
        f"events late by {p50:.0f} ms (median), {p95:.0f} (95 %), {worst:.0f} (worst)"
    )
    played = play(shown, 8.0)
    print(
        f"playing at 1×: {played.frames_per_s:.1f} different frames/s, {'in' if played.rising else 'NOT in'} rising order, "
        f"at most {played.longest_step} frames apart, {100 * played.with_people:.0f} % with people"
    )
    print("\n| until it is drawn, ms  | median |    95 % |\n|------------------------|--------|---------|")
    for name, took in (
        ("scrubbing to any frame", scrub_ms(shown, 60)),
        ("one step back", step_back_ms(shown, 60)),
        ("LoD drag", lod_drag_ms(shown, 60)),
    ):
        p50, p95 = np.percentile(took, [50, 95])
        print(f"| {name:<22} | {p50:6.1f} | {p95:7.1f} |", flush=True)
