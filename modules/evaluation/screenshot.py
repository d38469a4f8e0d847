"""Takes the README's picture of the window on a recording.

``xvfb-run -s "-screen 0 1600x1000x24" .venv/bin/python -m modules.evaluation.screenshot --out img/window.png [--language ko]``
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from PyQt5.QtCore import QEventLoop, QSettings
from PyQt5.QtWidgets import QApplication

import poc_ui
from modules import composition
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.gui.main_window import MainWindow
from modules.gui.messages import OpenRequest
from modules.gui.session import Session

#: Longest wait for one frame's people, and how long the window gets to settle before the picture.
FRAME_TIMEOUT_S, SETTLE_S = 60.0, 1.0


def wait_until(app: QApplication, condition, timeout_s: float) -> bool:
    """Runs the event loop until the condition holds; whether it did in time."""
    end = time.monotonic() + timeout_s
    while not condition() and time.monotonic() < end:
        app.processEvents(QEventLoop.AllEvents, 20)
    return condition()


def take(out: Path, language: str, frame: int, before: int, distance_mm: float) -> bool:
    """Shows the configured recording, steps to ``frame``, chooses a person and saves the screen; whether it worked.

    Args:
        before: frames computed before it, so that the timing plot has something to show.
        distance_mm: LoD distance at the picture.
    """
    config = load_config(DEFAULT_CONFIG)
    app = poc_ui.make_application(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "settings.ini"), QSettings.IniFormat)
        Session(settings).language = language
        window = MainWindow(poc_ui.compose, config, DEFAULT_CONFIG, settings)
        shown = []
        window.controller.result_shown.connect(lambda _frame, result: shown.append(result))
        window.setGeometry(0, 0, 1600, 1000)
        window.show()
        window.start(OpenRequest(composition.recording_path(config), config.SOURCE.FORMAT, {}))
        worked = True
        for index in range(frame - before, frame + 1):
            worked = worked and wait_until(app, lambda: window.state.frame_count > 0, FRAME_TIMEOUT_S)
            window.state.set_frame_index(index)
            done = lambda index=index: bool(shown) and shown[-1].frame_index == index and shown[-1].heatmaps is not None  # noqa: E731
            worked = worked and wait_until(app, done, FRAME_TIMEOUT_S)
        if worked:
            window.state.set_lod_distance_mm(distance_mm)
            worked = wait_until(app, lambda: shown[-1].lod_distance_mm == distance_mm, FRAME_TIMEOUT_S)
            window.state.set_selection(shown[-1].persons[0].track_id if shown[-1].persons else None)
            wait_until(app, lambda: False, SETTLE_S)
            out.parent.mkdir(parents=True, exist_ok=True)
            worked = worked and app.primaryScreen().grabWindow(0, 0, 0, 1600, 1000).save(str(out))
        window.close()
    return worked


def main() -> int:
    """The command; 0 if the picture was saved."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--language", choices=("en", "ko"), default="en")
    parser.add_argument("--frame", type=int, default=40)
    parser.add_argument("--before", type=int, default=12, help="frames computed before it")
    parser.add_argument("--distance", type=float, default=0.0, help="LoD distance, mm; 0: none")
    options = parser.parse_args()
    if poc_ui.display_is_missing():
        print("No display was found; put xvfb-run -s '-screen 0 1600x1000x24' before the command.", file=sys.stderr)
        return 1
    worked = take(options.out, options.language, options.frame, options.before, options.distance)
    print(f"{options.out} written" if worked else "The window did not show the frame in time; nothing was written.")
    return 0 if worked else 1


if __name__ == "__main__":
    sys.exit(main())
