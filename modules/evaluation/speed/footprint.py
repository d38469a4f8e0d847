"""Memory and start-up, each in a process of its own.

``python -m modules.evaluation.speed.footprint memory|startup|window`` prints JSON.

The speed command starts these; in its own process the plain loop and the plots would be counted too.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from modules.core.config import load_config
from modules.core.protocols import Estimator, FrameSource
from modules.core.types import FrameSet, PoseResult
from modules.evaluation.common.options import add_config_options, overrides

MB = 1e6
#: Share of the frames, at the start, in which caches and allocators may still fill up.
WARM_UP_SHARE = 0.1
#: The window is given up after this.
WINDOW_TIMEOUT_S = 120


@dataclass(frozen=True)
class Memory:
    """Memory of a long run.

    Attributes:
        frames: frames computed, the recording looped.
        peak_mb: the process's largest resident size. start_mb, end_mb: resident size after the warm-up and at the end (mean of
            the first and last tenth of the samples); NaN where the system doesn't tell.
        growth_mb_per_1000: slope of a straight line through the samples after the warm-up, MB per 1000 frames.
    """

    frames: int
    peak_mb: float
    start_mb: float
    end_mb: float
    growth_mb_per_1000: float


def watch_memory(
    source: FrameSource,
    estimator: Estimator,
    frames: int,
    draw: Callable[[FrameSet, PoseResult], object] | None = None,
    resident_mb: Callable[[], float] | None = None,
) -> Memory:
    """Computes (and draws) ``frames`` frames, from the start again after the last, and samples the memory after each."""
    resident_mb = resident_mb or current_mb
    samples = np.full(frames, np.nan)
    for start in range(0, frames, len(source)):
        indices = range(min(len(source), frames - start))
        for n, (frame, result) in enumerate(estimator.results((source.read(i) for i in indices), 0.0), start):
            if draw is not None:
                draw(frame, result)
            samples[n] = resident_mb()
    steady = samples[int(WARM_UP_SHARE * frames) :]
    tenth = max(len(steady) // 10, 1)
    slope = np.polyfit(np.arange(len(steady)), steady, 1)[0] if len(steady) > 1 else np.nan
    return Memory(frames, peak_mb(), float(steady[:tenth].mean()), float(steady[-tenth:].mean()), float(1000 * slope))


def current_mb() -> float:
    """Resident size now, MB; NaN where /proc is missing."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return float("nan")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MB


def peak_mb() -> float:
    """Largest resident size so far, MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MB


def seconds_since_start() -> float:
    """Seconds since this process was made; since this module's import where /proc is missing."""
    stat, uptime = Path("/proc/self/stat"), Path("/proc/uptime")
    if not stat.exists():
        return time.perf_counter() - _IMPORTED
    ticks = int(stat.read_text().rpartition(")")[2].split()[19])
    return float(uptime.read_text().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")


_IMPORTED = time.perf_counter()


def time_startup(options: argparse.Namespace) -> dict[str, float]:
    """Seconds of each step from the process's start to the first pose; later steps don't include earlier ones."""
    steps: dict[str, float] = {"interpreter, NumPy and core": seconds_since_start()}
    before = time.perf_counter()

    def done(step: str) -> None:
        nonlocal before
        now = time.perf_counter()
        steps[step] = now - before
        before = now

    import torch  # noqa: F401

    done("import torch")
    from modules import composition
    from modules.estimator import engine  # noqa: F401
    from modules.focus import recordings  # noqa: F401

    done("import rooms (OpenCV)")
    config = load_config(options.config, overrides(options))
    source = composition.open_source(config)
    done("open recording")
    estimator = composition.make_estimator(config)
    done("load network")
    frame = source.read(0)
    done("read first frame")
    estimator.refine(estimator.detect(frame), 0.0)
    done("first pose")
    steps["in all"] = seconds_since_start()
    source.close()
    return steps


def time_window(options: argparse.Namespace) -> dict[str, float]:
    """Seconds from the process's start until the window is visible, the recording's first frame shown, and its first pose."""
    import tempfile

    import poc_ui
    from modules import composition

    takes = tempfile.mkdtemp()  # nothing is computed there yet
    config = load_config(options.config, {**overrides(options), "TAKE.FOLDER": takes})
    app = poc_ui.make_application(sys.argv[:1])
    from PyQt5.QtCore import QSettings, QTimer

    from modules.gui.background.messages import OpenRequest
    from modules.gui.window.main_window import MainWindow

    seen: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(poc_ui.compose, config, Path(options.config), QSettings(f"{folder}/s.ini", QSettings.IniFormat))

        def shown(_frame: object, result: PoseResult) -> None:
            seen.setdefault("first pose" if result is not None else "first frame", seconds_since_start())
            if "first pose" in seen:
                app.quit()

        def look() -> None:
            if window.windowHandle().isExposed():
                seen.setdefault("visible", seconds_since_start())

        window.controller.result_shown.connect(shown)
        window.start(OpenRequest(composition.recording_path(config), config.SOURCE.FORMAT, dict(config.SOURCE.FRAME_OFFSETS)))
        window.show()
        timer = QTimer()
        timer.timeout.connect(look)
        timer.start(20)
        QTimer.singleShot(1000 * WINDOW_TIMEOUT_S, app.quit)
        app.exec_()  # an event loop of our own would not sleep, and take the network's time
        window.close()
    return seen


def run_memory(options: argparse.Namespace) -> dict[str, float]:
    """``watch_memory`` of the product with the mosaic drawn and several frames in work, as a headless run has them."""
    from modules import composition
    from modules.evaluation.speed.drawing import mosaic_drawer

    config = load_config(options.config, overrides(options))
    source = composition.open_source(config)
    try:
        memory = watch_memory(source, composition.make_estimator(config), options.frames, mosaic_drawer(source))
    finally:
        source.close()
    return asdict(memory)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m modules.evaluation.speed.footprint", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("memory", "startup", "window"))
    parser.add_argument("--frames", type=int, default=2000, help="frames of the memory run (default 2000)")
    add_config_options(parser, "output/speed")
    options = parser.parse_args(arguments)
    measure = {"memory": run_memory, "startup": time_startup, "window": time_window}[options.what]
    print(json.dumps(measure(options)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
