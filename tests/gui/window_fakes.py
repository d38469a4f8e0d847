"""The whole window on fakes, and the waiting that its tests share."""

from __future__ import annotations

from pathlib import Path

from gui_fakes import FakeEstimator, FakeSource, FakeWriter
from PyQt5.QtCore import QSettings, Qt

from modules.core.config import load_config
from modules.core.errors import SourceError
from modules.gui.background.messages import Composition
from modules.gui.window.main_window import MainWindow


class Parts:
    """What the window is made of here; ``writers`` were made by Process all."""

    def __init__(self, source: FakeSource, estimator: FakeEstimator, tmp_path: Path) -> None:
        self.sources, self.estimator, self.tmp_path = {"fake": source}, estimator, tmp_path
        self.writers: list[FakeWriter] = []
        self.config_path = tmp_path / "room.yaml"
        self.config_path.write_text("LOD:\n  DISTANCE_MM: 0.0  # everyone\n", encoding="utf-8")
        self.ini = str(tmp_path / "window.ini")

    def window(self) -> MainWindow:
        settings = QSettings(self.ini, QSettings.IniFormat)
        if not settings.contains("language"):
            settings.setValue("language", "en")
        return MainWindow(self.compose, load_config(self.config_path), self.config_path, settings)

    def compose(self, _config) -> Composition:
        return Composition(self._open, lambda _config: self._make(), self._make_writer)

    def _open(self, path, _format, _offsets):
        if path.name not in self.sources:
            raise SourceError("The folder {path} is missing.", path=path)
        return self.sources[path.name]

    def _make(self):
        if isinstance(self.estimator, Exception):
            raise self.estimator
        return self.estimator

    def _make_writer(self, folder, source):
        self.writers.append(FakeWriter(folder, source))
        return self.writers[-1]


def settle(qtbot, window):
    """Until the frame asked for is shown with its people."""
    qtbot.waitUntil(
        lambda: (
            window.controller.shown is not None
            and not window.controller.pending
            and bool(window.controller.shown[1].persons)
            and window.controller.shown[0].index == window.state.frame_index
        )
    )


def lods(window):
    return [person.lod for person in window.controller.shown[1].persons]


def press(qtbot, window, key, modifier=Qt.NoModifier):
    qtbot.keyClick(window, key, modifier)
    settle(qtbot, window)
