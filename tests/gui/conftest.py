"""Fixtures of the window's tests."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pointer
import pytest
from gui_fakes import FakeEstimator, FakeSource
from PyQt5.QtCore import QCoreApplication, Qt
from PyQt5.QtWidgets import QApplication
from window_fakes import Parts, settle

from modules.core.types import FrameSet, PoseResult
from modules.gui import theme
from modules.gui.background.messages import OpenRequest
from modules.gui.i18n import set_language
from modules.gui.state import AppState, Room
from modules.gui.window.main_window import MainWindow

#: People stand 700, 1600 and 2500 mm from the origin.
LOD_MM = 2000.0

# before the QApplication exists: without it a second OpenGL view loses its items
QCoreApplication.setAttribute(Qt.AA_ShareOpenGLContexts)


@dataclass(frozen=True)
class Shown:
    """A frame and its result."""

    frame: FrameSet
    result: PoseResult


@pytest.fixture
def compute() -> Callable[..., Shown]:
    """(frame index, LoD distance) → frame and result with three people."""
    source, estimator = FakeSource(), FakeEstimator(3)

    def made(index: int = 0, lod_mm: float = LOD_MM) -> Shown:
        frame = source.read(index)
        return Shown(frame, estimator.refine(estimator.detect(frame), lod_mm))

    return made


@pytest.fixture
def shown(compute: Callable[..., Shown]) -> Shown:
    """Frame 0 at LOD_MM: people 0 and 1 in full detail, 2 its root only."""
    return compute()


@pytest.fixture
def drawing_is_watched(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """pyqtgraph prints what goes wrong while it draws and goes on: here that fails the test."""
    yield
    out, err = capfd.readouterr()
    assert "Error while drawing" not in out + err
    assert "Traceback" not in out + err


@pytest.fixture(autouse=True)
def collect_in_this_thread() -> Iterator[None]:
    """Garbage is collected between tests, never in a worker thread, where it would destroy Qt objects."""
    gc.disable()
    yield
    gc.enable()
    gc.collect()


@pytest.fixture
def source() -> FakeSource:
    """Twenty frames of four cameras."""
    return FakeSource()


@pytest.fixture
def estimator() -> FakeEstimator:
    """Two people, 700 and 1600 mm from the origin."""
    return FakeEstimator()


@pytest.fixture
def room(source: FakeSource) -> Room:
    """The fake source's room."""
    return Room(source.info, source.cameras, (8000.0, 8000.0, 2000.0), (0.0, 0.0, 1000.0), (0.0, 0.0))


@pytest.fixture
def state(qapp, room: Room) -> AppState:
    """The window's state with the fake recording open."""
    made = AppState()
    made.set_room(room)
    return made


@pytest.fixture
def parts(source: FakeSource, estimator: FakeEstimator, tmp_path: Path) -> Parts:
    """What the window is made of."""
    return Parts(source, estimator, tmp_path)


@pytest.fixture
def window(qtbot, qapp, parts: Parts) -> Iterator[MainWindow]:
    """The window with the fake recording open and its first frame shown."""
    theme.apply(qapp)
    made = parts.window()
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    QApplication.setActiveWindow(made)  # no window manager here does it, and keys go to the active window
    made.start(OpenRequest(Path("fake"), "auto", {}))
    settle(qtbot, made)
    yield made
    parts.estimator.gate.set()
    parts.export.gate.set()
    made.close_unasked()
    set_language("en")


@pytest.fixture
def tools():
    """The eyes and the mouse: ``pointer``."""
    return pointer
