"""Panes on a fake recording: four cameras, two people in full detail and one beyond the LoD distance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from gui_fakes import FakeEstimator, FakeSource
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QImage, QMouseEvent
from PyQt5.QtWidgets import QApplication, QWidget

from modules.core.types import FrameSet, PoseResult

#: People stand 700, 1600 and 2500 mm from the origin.
LOD_MM = 2000.0


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


@pytest.fixture(autouse=True)
def _nothing_fails_in_drawing(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """pyqtgraph prints what goes wrong while it draws and goes on."""
    yield
    out, err = capfd.readouterr()
    assert "Error while drawing" not in out + err
    assert "Traceback" not in out + err


def pixel(image: QImage, at: tuple[float, float]) -> np.ndarray:
    """RGB 0–255 at a point in logical px of the widget that the image shows."""
    ratio = image.devicePixelRatio()
    color = image.pixelColor(int(at[0] * ratio), int(at[1] * ratio))
    return np.array([color.red(), color.green(), color.blue()])


def same_hue(color: np.ndarray, expected: tuple[int, int, int], least: float = 0.985) -> bool:
    """Whether two colours differ in brightness alone."""
    expected = np.asarray(expected, float)
    length = np.linalg.norm(color) * np.linalg.norm(expected)
    return np.linalg.norm(color) > 60 and float(color @ expected / length) > least


def mouse(widget: QWidget, kind: QEvent.Type, at: tuple[float, float], button=Qt.NoButton, buttons=Qt.NoButton) -> None:
    """One real mouse event with pressed buttons (qtbot's moves carry none)."""
    point = QPoint(round(at[0]), round(at[1]))
    QApplication.sendEvent(
        widget, QMouseEvent(kind, QPointF(point), QPointF(widget.mapToGlobal(point)), button, buttons, Qt.NoModifier)
    )


def drag(widget: QWidget, start: tuple[float, float], end: tuple[float, float], button=Qt.LeftButton) -> None:
    """Press, two moves, release."""
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    mouse(widget, QEvent.MouseButtonPress, start, button, button)
    for at in (middle, end):
        mouse(widget, QEvent.MouseMove, at, Qt.NoButton, button)
    mouse(widget, QEvent.MouseButtonRelease, end, button, Qt.NoButton)


class Tools:
    """The helpers above for tests, which can't import this file."""

    pixel = staticmethod(pixel)
    same_hue = staticmethod(same_hue)
    mouse = staticmethod(mouse)
    drag = staticmethod(drag)


@pytest.fixture
def tools() -> type[Tools]:
    return Tools
