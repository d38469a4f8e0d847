"""A ring around the widget that has the keyboard, the same everywhere."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PyQt5.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import QApplication, QMainWindow, QWidget

from .. import theme

WIDTH_PX, OUTSIDE_PX, CORNER_PX = 2.0, 2, 6.0


class FocusRing(QWidget):
    """Lies over the window, lets the mouse through, and follows the focus within it."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._around: QWidget | None = None
        self.setAttribute(Qt.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.NoFocus)
        self.hide()
        QApplication.instance().focusChanged.connect(self._on_focus)

    @property
    def around(self) -> QWidget | None:
        """The widget that has the ring, or None."""
        return self._around

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Move, QEvent.Resize, QEvent.Show, QEvent.Hide):
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(QPen(QColor(theme.ACCENT), WIDTH_PX))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), CORNER_PX, CORNER_PX)

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._around is not None:
            self._around.removeEventFilter(self)
        inside = now is not None and now is not self._window and now.window() is self._window
        self._around = now if inside else None
        if self._around is not None:
            self._around.installEventFilter(self)
        self._place()

    def _place(self) -> None:
        around = self._around
        if around is None or not around.isVisible():
            self.hide()
            return
        box = QRect(around.mapTo(self._window, QPoint(0, 0)), around.size())
        self.setGeometry(box.adjusted(-OUTSIDE_PX, -OUTSIDE_PX, OUTSIDE_PX, OUTSIDE_PX).intersected(self._window.rect()))
        self.show()
        self.raise_()
