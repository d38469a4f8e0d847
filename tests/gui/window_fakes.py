"""The whole window on fakes, and the waiting that its tests share."""

from __future__ import annotations

from pathlib import Path

from gui_fakes import FakeEstimator, FakeExport, FakeSource, fake_header
from PyQt5.QtCore import QSettings, Qt

from modules.core.config import load_config, results_digest
from modules.core.errors import SourceError
from modules.export.saved import SavedPoses
from modules.export.trajectories import formats
from modules.gui.background.messages import Composition
from modules.gui.motion.parts import FileFormat
from modules.gui.window.main_window import MainWindow
from modules.take.proxies import Proxies
from modules.take.store import Take
from poc_ui import motion_parts

FORMATS = tuple(FileFormat(kind.name, kind.title) for kind in formats.FORMATS.values())


class Parts:
    """What the window is made of here: fake recordings by name, a fake estimator, real takes in ``tmp_path``."""

    def __init__(self, source: FakeSource, estimator: FakeEstimator, tmp_path: Path) -> None:
        self.sources, self.estimator, self.tmp_path = {"fake": source}, estimator, tmp_path
        self.export = FakeExport()
        self.takes, self.check_files = tmp_path / "takes", lambda results, folder: None
        self.loads = 0
        self.composed = []  # the configurations, in order
        self.ahead = False  # most tests are about what somebody asks for
        self.config_path = tmp_path / "room.yaml"
        self.config_path.write_text("LOD:\n  DISTANCE_MM: 0.0  # everyone\n", encoding="utf-8")
        self.ini = str(tmp_path / "window.ini")

    def window(self) -> MainWindow:
        settings = QSettings(self.ini, QSettings.IniFormat)
        if not settings.contains("language"):
            settings.setValue("language", "en")
        made = MainWindow(self.compose, load_config(self.config_path), self.config_path, settings)
        made.state.set_computing_ahead(self.ahead)
        return made

    def compose(self, config) -> Composition:
        self.composed.append(config)
        return Composition(
            open_source=self._open,
            make_estimator=lambda _config: self._make(),
            open_take=lambda source, _offsets: Take.find(self.takes, fake_header(source, results_digest(config))),
            open_proxies=lambda source, take: Proxies(take.path.with_suffix(".proxies"), source, config.TAKE.PROXY_MB),
            open_results=lambda path: SavedPoses(path) if path.suffix == ".jsonl" else Take(path, writable=False),
            export=self.export,
            motion=motion_parts(config, FORMATS),
            check_files=self.check_files,
        )

    def _open(self, path, _format, _offsets):
        if path.name not in self.sources:
            raise SourceError("The folder {path} is missing.", path=path)
        return self.sources[path.name]

    def _make(self):
        self.loads += 1
        if isinstance(self.estimator, Exception):
            raise self.estimator
        return self.estimator


def settle(qtbot, window):
    """Until the frame asked for is shown with its people."""
    qtbot.waitUntil(
        lambda: (
            window.controller.settled and window.controller.shown[1] is not None and bool(window.controller.shown[1].persons)
        )
    )


def lods(window):
    return [person.lod for person in window.controller.shown[1].persons]


def press(qtbot, window, key, modifier=Qt.NoModifier):
    qtbot.keyClick(window, key, modifier)
    settle(qtbot, window)


def open_computed(qtbot, window, parts, frames, *docks):
    """Opens a film, computes all its frames, makes everybody's motion, and shows these docks."""
    parts.sources["film"] = FakeSource(frames=frames, path="film")
    window.open_folder("film")
    qtbot.waitUntil(lambda: window.state.room is not None and window.state.room.info.path == "film")
    window.state.set_computing_ahead(True)
    results = window.controller.results
    qtbot.waitUntil(lambda: len(window.controller.results.computed(window.state.lod_distance_mm)) == frames, timeout=15000)
    assert results is window.controller.results
    for name in docks:
        window.docks.docks[name].show()
        window.docks.docks[name].raise_()
    window.motion.model.refresh()
    qtbot.waitUntil(lambda: _whole(window, frames), timeout=15000)
    settle(qtbot, window)
    return window


def _whole(window, frames):
    smooth = window.motion.model.smooth
    return smooth is not None and len(smooth.frames) == frames and len(smooth.people) == 2
