"""The window on the configured recording, opened and driven by a command: for its picture and its measurements."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PyQt5.QtCore import QEventLoop, QSettings
from PyQt5.QtWidgets import QApplication

import poc_ui
from modules import composition
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.types import FrameSet, PoseResult
from modules.gui.background.messages import OpenRequest
from modules.gui.window.main_window import MainWindow
from modules.gui.window.session import Session

#: Longest wait for one frame's people, the loading of the network included.
FRAME_TIMEOUT_S = 180.0
SIZE_PX = (1600, 1000)
NO_DISPLAY = "No display was found; put xvfb-run -s '-screen 0 1600x1000x24' before the command."


class ShownWindow:
    """A window that loads the configured recording and the network, with settings and takes of its own.

    Attributes:
        result: what is shown now, or None.
        shown_frames: (when, which) of every frame that was handed to the panes.
    """

    def __init__(self, app: QApplication, settings: QSettings, takes: Path, size_px: tuple[int, int] = SIZE_PX) -> None:
        config = load_config(DEFAULT_CONFIG, {"TAKE.FOLDER": str(takes)})
        self.app = app
        self.window = MainWindow(poc_ui.compose, config, DEFAULT_CONFIG, settings)
        self.result: PoseResult | None = None
        self.shown_frames: list[tuple[float, int]] = []
        self.window.controller.result_shown.connect(self._keep)
        self.window.setGeometry(0, 0, *size_px)
        self.window.docks.arrange()
        self.window.show()
        self.window.start(OpenRequest(composition.recording_path(config), config.SOURCE.FORMAT, {}))

    def wait(self, condition: Callable[[], bool], timeout_s: float = FRAME_TIMEOUT_S) -> bool:
        """Runs the event loop until the condition holds; whether it did in time."""
        end = time.monotonic() + timeout_s
        while not condition() and time.monotonic() < end:
            self.app.processEvents(QEventLoop.AllEvents, 20)
            time.sleep(0.0005)  # as the event loop sleeps between events
        return condition()

    def run_for(self, seconds: float) -> None:
        """Runs the event loop."""
        self.wait(lambda: False, seconds)

    def show(self, frame: int, distance_mm: float | None = None) -> PoseResult:
        """Goes to a frame (and a LoD distance) and hands back what is shown of it; TimeoutError if that takes too long."""
        if not self.wait(lambda: self.window.state.frame_count > 0):
            raise TimeoutError(f"The recording was not open within {FRAME_TIMEOUT_S:.0f} s.")
        state = self.window.state
        if distance_mm is not None:
            state.set_lod_distance_mm(distance_mm)
        state.set_frame_index(frame)
        if not self.wait(self._is_shown):
            raise TimeoutError(f"Frame {frame} was not shown within {FRAME_TIMEOUT_S:.0f} s.")
        return self.result

    def _keep(self, frame: FrameSet, result: PoseResult | None) -> None:
        self.result = result
        self.shown_frames.append((time.monotonic(), frame.index))

    def _is_shown(self) -> bool:
        state, shown = self.window.state, self.result
        wanted = (state.frame_index, state.lod_distance_mm)
        there = shown is not None and (shown.frame_index, shown.lod_distance_mm) == wanted
        return there and self.window.controller.settled


@contextmanager
def shown_window(language: str = "en", size_px: tuple[int, int] = SIZE_PX) -> Iterator[ShownWindow]:
    """Opens the window, and closes it at the end. There must be a display."""
    app = QApplication.instance() or poc_ui.make_application(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "settings.ini"), QSettings.IniFormat)
        Session(settings).language = language
        shown = ShownWindow(app, settings, Path(folder) / "takes", size_px)
        try:
            yield shown
        finally:
            shown.window.close_unasked()
