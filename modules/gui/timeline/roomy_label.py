"""A label that says as much as it has room for."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QPainter, QPaintEvent
from PyQt5.QtWidgets import QLabel, QSizePolicy, QWidget


class RoomyLabel(QLabel):
    """Shows its text where there is room for it, else a shorter one, else nothing; the tool tip says all.

    A text without a shorter one is cut short.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._short = ""
        self.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Preferred)

    def setText(self, text: str, short: str = "") -> None:
        """``short``: in place of ``text`` where that doesn't fit."""
        super().setText(text)
        self._short = short
        self.setToolTip(text)
        self.update()

    @property
    def shown(self) -> str:
        """What is painted in the present width."""
        metrics, room = self.fontMetrics(), self.contentsRect().width()
        for text in (self.text(), self._short):
            if text and metrics.horizontalAdvance(text) <= room:
                return text
        return "" if self._short else metrics.elidedText(self.text(), Qt.ElideRight, room)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(Qt.AlignVCenter | Qt.AlignLeft), self.shown)
