"""The bar under the pictures: where in the recording we are, and which frames are computed."""

from __future__ import annotations

from PyQt5.QtCore import QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PyQt5.QtWidgets import QSizePolicy, QToolTip, QWidget

from .. import theme
from ..state import AppState

EDGE_PX = 8  # half a handle, left and right of the groove
GROOVE_PX, HANDLE_PX, RANGE_PX = 6, 14, 5


def runs(indexes: frozenset[int]) -> list[tuple[int, int]]:
    """(first, last) of each unbroken run of numbers, in order."""
    found: list[tuple[int, int]] = []
    for index in sorted(indexes):
        if found and found[-1][1] == index - 1:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return found


class SeekBar(QWidget):
    """Drag or click to go to a frame; computed frames are tinted.

    A drag with Shift or the right button chooses the range that playing loops in; its click clears it.
    """

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._computed: frozenset[int] = frozenset()
        self._dragging = False
        self._range_from: int | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)
        self.setMinimumWidth(120)
        state.frame_index_changed.connect(self.update)
        state.room_changed.connect(self._on_room)
        state.loop_range_changed.connect(lambda _: self.update())

    @property
    def computed(self) -> frozenset[int]:
        """The frames that are shown as computed."""
        return self._computed

    def set_computed(self, indexes: frozenset[int]) -> None:
        """Tints these frames."""
        self._computed = indexes
        self.update()

    def x_of(self, index: float) -> float:
        """Pixel of a frame's centre."""
        return EDGE_PX + (self.width() - 2 * EDGE_PX) * index / max(1, self._state.frame_count - 1)

    def index_at(self, x: float) -> int:
        """Frame at a pixel, within the recording."""
        last = max(0, self._state.frame_count - 1)
        share = (x - EDGE_PX) / max(1, self.width() - 2 * EDGE_PX)
        return max(0, min(last, round(share * last)))

    def sizeHint(self) -> QSize:
        return QSize(400, 24)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._state.frame_count:
            return
        if event.button() == Qt.RightButton or event.modifiers() & Qt.ShiftModifier:
            self._range_from = self.index_at(event.x())
            self._state.set_loop_range(None)
        elif event.button() == Qt.LeftButton:
            self._dragging = True
            self._state.set_frame_index(self.index_at(event.x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._state.frame_count:
            return
        index = self.index_at(event.x())
        if self._range_from is not None:
            self._state.set_loop_range((self._range_from, index))
        elif self._dragging:
            self._state.set_frame_index(index)
        QToolTip.showText(event.globalPos(), self.tr("Frame {index}").format(index=index), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._range_from = None
        if event.button() == Qt.LeftButton and self._dragging:
            self._dragging = False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(Qt.NoPen)
        middle = self.height() / 2
        groove = QRectF(EDGE_PX, middle - GROOVE_PX / 2, self.width() - 2 * EDGE_PX, GROOVE_PX)
        painter.setBrush(QColor(theme.RAISED))
        painter.drawRoundedRect(groove, 3, 3)
        if not self._state.frame_count:
            return
        painter.setBrush(QColor(theme.COMPUTED))
        for first, last in runs(self._computed):
            left, right = self.x_of(first - 0.5), self.x_of(last + 0.5)
            tint = QRectF(left, groove.top(), max(2.0, right - left), GROOVE_PX).intersected(groove)
            painter.drawRect(tint)
        if self._state.loop_range is not None:
            left, right = (self.x_of(frame) for frame in self._state.loop_range)
            painter.setBrush(QColor(theme.ACCENT))
            for x, side in ((left, -1), (right, 1)):
                painter.drawRect(QRectF(x - 1, groove.top() - RANGE_PX, 2, GROOVE_PX + 2 * RANGE_PX))
                painter.drawRect(QRectF(min(x, x - 5 * side), groove.top() - RANGE_PX, 5, 2))
            painter.setOpacity(0.35)
            painter.drawRect(QRectF(left, groove.top() - 3, right - left, GROOVE_PX + 6))
            painter.setOpacity(1.0)
        x = self.x_of(self._state.frame_index)
        painter.setBrush(QColor(theme.ACCENT))
        painter.drawEllipse(QRectF(x - HANDLE_PX / 2, middle - HANDLE_PX / 2, HANDLE_PX, HANDLE_PX))
        painter.setBrush(QColor(theme.TEXT))
        painter.drawEllipse(QRectF(x - 3, middle - 3, 6, 6))

    def _on_room(self, room: object) -> None:
        self._dragging = False
        self.setEnabled(room is not None)
        self.set_computed(frozenset())
