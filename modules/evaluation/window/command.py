"""Measures the window on the configured recording: how it computes ahead, plays and scrubs, how late its event loop is, its
memory, and how long it takes to end at awkward moments.

``xvfb-run -s "-screen 0 1600x1000x24" .venv/bin/python -m modules.evaluation.window [--seconds 10] [--steps 1000]``
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

import numpy as np

import poc_ui
from modules.evaluation.window.closing import MOMENTS, time_to_close
from modules.evaluation.window.lateness import lateness_ms
from modules.evaluation.window.playing import headless_rate, report_playing
from modules.evaluation.window.shown import NO_DISPLAY, ShownWindow, shown_window


def resident_mb() -> float:
    """Memory of this process that is in RAM now, MB (Linux)."""
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * 4096 / 1e6


def report_latency(shown: ShownWindow, seconds: float) -> None:
    """Prints the event loop's excess latency with nothing to compute."""
    p50, p95, worst = np.percentile(lateness_ms(shown.app, seconds), [50, 95, 100])
    print(f"\nexcess latency, nothing computed: {p50:.1f} ms (median), {p95:.1f} (95 %), {worst:.1f} (worst)", flush=True)


def report_memory(shown: ShownWindow, steps: int, span: int) -> None:
    """Prints the memory ten times while stepping back and forth within the first ``span`` frames."""
    choose = random.Random(0)
    frame = 0
    print("\n| steps | MB in RAM | of these pictures |\n|-------|-----------|-------------------|")
    for step in range(steps + 1):
        frame = max(0, min(span - 1, frame + choose.choice((-10, -1, 1, 1, 10)))) if step else 0
        shown.show(frame)
        if step % max(1, steps // 10) == 0:
            cached = shown.window.controller.reader.used_bytes / 1e6
            print(f"| {step:5d} | {resident_mb():9.0f} | {cached:17.0f} |", flush=True)


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
    parser.add_argument("--no-playing", dest="playing", action="store_false", help="leave out playing and computing ahead")
    parser.add_argument("--no-closing", action="store_true", help="leave out the closing")
    options = parser.parse_args()
    if poc_ui.display_problem() is not None:
        print(NO_DISPLAY, file=sys.stderr)
        return 1
    try:
        headless = headless_rate() if options.playing else 0.0
        with shown_window() as shown:
            if options.playing:
                report_playing(shown, headless)
            if options.steps:
                report_memory(shown, options.steps, options.span)
            if options.seconds:
                report_latency(shown, options.seconds)
    except TimeoutError as error:
        print(error, file=sys.stderr)
        return 1
    return 0 if options.no_closing or report_closing() else 1
