"""How the program ends when its window is closed at an awkward moment: run as a process of its own, on the real network.

``python -m modules.evaluation.window.closing MOMENT FOLDER`` is that process; ``time_to_close`` starts it and looks at what it
leaves.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PyQt5.QtCore import QSettings, QTimer

import poc_ui
from modules import composition
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.export.poses_jsonl import read_poses
from modules.export.results import OVERLAY, POSES
from modules.gui.background.messages import Busy, OpenRequest
from modules.gui.window.main_window import MainWindow

#: Moment → what the window is doing then.
MOMENTS = {
    "opening": "opening the recording",
    "loading": "loading the network",
    "computing": "computing a frame",
    "playing": "playing",
    "processing": "processing all",
}
CLOSED, RESULTS = "closed_at", "results"
#: The process is given up after this.
TIMEOUT_S = 180
POLL_MS = 5


@dataclass(frozen=True)
class Closed:
    """How one process ended: seconds from the closing to its end; what was wrong with that, or ""."""

    seconds: float
    problem: str


def time_to_close(moment: str) -> Closed:
    """Starts the window, closes it at a moment of ``MOMENTS``, and sees how the process ends and what it leaves."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "modules.evaluation.window.closing", moment, folder]
        try:
            ended = subprocess.run(
                command, cwd=composition.PROJECT_DIR, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
            )
        except subprocess.TimeoutExpired:
            return Closed(float("nan"), f"it was still there after {TIMEOUT_S} s")
        after = time.time()
        stamp = Path(folder) / CLOSED
        closed_at = float(np.fromfile(stamp)[0]) if stamp.exists() else 0.0
        return Closed(after - closed_at, _problem(ended, closed_at > 0, Path(folder)))


def _problem(ended: subprocess.CompletedProcess[str], closed: bool, folder: Path) -> str:
    if ended.returncode != 0:
        return f"exit code {ended.returncode}: {ended.stderr.strip()[-300:]}"
    if not closed:
        return "it ended by itself"
    if "Traceback" in ended.stderr:
        return ended.stderr.strip()[-300:]
    if (folder / RESULTS / POSES).exists():
        frames, drawn = _saved_frames(folder / RESULTS)
        if not 0 < frames == drawn:
            return f"{frames} frames of poses, {drawn} in the video"
    half = [str(path.relative_to(folder)) for path in folder.rglob("*") if ".part" in path.name or ".tmp" in path.name]
    return f"half-written: {', '.join(half)}" if half else ""


def _saved_frames(folder: Path) -> tuple[int, int]:
    """Frames in the saved poses and in the saved video."""
    video = cv2.VideoCapture(str(folder / OVERLAY))
    drawn = 0
    while video.grab():
        drawn += 1
    video.release()
    return len(read_poses(folder / POSES).results), drawn


def close_at(window: MainWindow, moment: str, folder: Path) -> None:
    """Closes the window as soon as it is doing what the moment names."""
    # memory, not a write: a write gives Python's lock away, and waiting for it would count as closing
    closed_at = np.memmap(folder / CLOSED, np.float64, "w+", shape=(1,))
    busy: list[Busy] = []
    window.controller.busy_changed.connect(busy.append)
    results: list[bool] = []
    window.controller.result_shown.connect(lambda _frame, result: results.append(result is not None))
    begun: list[bool] = []

    def found() -> bool:
        return any(results)

    def once(begin: Callable[[], None]) -> None:
        if not begun and found():
            begun.append(True)
            results.clear()
            begin()

    def reached() -> bool:
        if moment == "opening":
            return Busy.OPENING in busy
        if moment == "loading":
            return busy[-1:] == [Busy.LOADING]
        if moment == "computing":
            once(lambda: window.state.set_frame_index(50))
            return bool(begun) and busy[-1:] == [Busy.COMPUTING]
        if moment == "playing":
            once(lambda: window.state.set_playing(True))
            return bool(begun) and len(results) >= 3
        once(lambda: window.processing.start(folder / RESULTS))
        return window.process_bar.bar.value() >= 3

    def poll() -> None:
        if reached():
            timer.stop()
            closed_at[0] = time.time()
            window.close_unasked()

    timer = QTimer(window)
    timer.timeout.connect(poll)
    timer.start(POLL_MS)


def main(moment: str, folder: Path) -> int:
    """The process."""
    config = load_config(DEFAULT_CONFIG, {"TAKE.FOLDER": str(folder / "takes")})
    app = poc_ui.make_application(sys.argv[:1])
    settings = QSettings(str(folder / "settings.ini"), QSettings.IniFormat)
    window = MainWindow(poc_ui.compose, config, DEFAULT_CONFIG, settings)
    close_at(window, moment, folder)
    window.start(OpenRequest(composition.recording_path(config), config.SOURCE.FORMAT, {}))
    return poc_ui.run(app, window)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
