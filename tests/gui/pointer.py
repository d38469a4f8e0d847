"""What a person's eyes and mouse do: colours at points, and mouse events with pressed buttons."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QImage, QMouseEvent
from PyQt5.QtWidgets import QApplication, QWidget


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


def mouse(
    widget: QWidget, kind: QEvent.Type, at: tuple[float, float], button=Qt.NoButton, buttons=Qt.NoButton, keys=Qt.NoModifier
) -> None:
    """One real mouse event with pressed buttons (qtbot's moves carry none)."""
    point = QPoint(round(at[0]), round(at[1]))
    QApplication.sendEvent(widget, QMouseEvent(kind, QPointF(point), QPointF(widget.mapToGlobal(point)), button, buttons, keys))


def drag(
    widget: QWidget, start: tuple[float, float], end: tuple[float, float], button=Qt.LeftButton, keys=Qt.NoModifier
) -> None:
    """Press, two moves, release."""
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    mouse(widget, QEvent.MouseButtonPress, start, button, button, keys)
    for at in (middle, end):
        mouse(widget, QEvent.MouseMove, at, Qt.NoButton, button, keys)
    mouse(widget, QEvent.MouseButtonRelease, end, button, Qt.NoButton, keys)
