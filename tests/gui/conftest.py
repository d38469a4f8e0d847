"""Fixtures of the window's tests."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from gui_fakes import FakeEstimator, FakeSource
from PyQt5.QtCore import QCoreApplication, Qt

from modules.gui.state import AppState, Room

# before the QApplication exists: without it a second OpenGL view loses its items
QCoreApplication.setAttribute(Qt.AA_ShareOpenGLContexts)


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
