"""The timeline's drawing and mouse: a ruler, a row per person, the playhead, the range.

Left: go to a frame (in a row, also choose the person). Shift and drag: the range. Right: what can be done with a person.
Wheel: zoom around the pointer; Shift and wheel, or the bar: along. Double click on the ruler: all frames.
"""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QBrush, QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PyQt5.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from modules.core.palette import person_color

from .. import theme
from ..panes.names import person_name
from ..state import AppState
from .scale import Scale
from .tracks import Presence, Track

RULER_PX, ROW_PX, BAR_PX, NAMES_PX, CHIP_PX = 24, 26, 14, 132, 10
ZOOM = 1.25


class TimelineView(QAbstractScrollArea):
    """Rows of ``Track``.

    Args:
        menu: called with a track's number, a frame and a place on the screen where a menu is wanted.
    """

    zoomed = pyqtSignal()

    def __init__(self, state: AppState, menu: Callable[[int, int, object], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._menu = state, menu
        self._tracks: tuple[Track, ...] = ()
        self._runs: dict[int, list[tuple[int, int, Presence]]] = {}
        self.scale = Scale(1, 1)
        self.hint = ""
        self._seeking = False
        self._range_from: int | None = None
        self.setFrameShape(self.NoFrame)
        self.viewport().setMouseTracking(True)
        self.horizontalScrollBar().valueChanged.connect(self._on_bar)
        self.verticalScrollBar().valueChanged.connect(self.viewport().update)
        for signal in (state.frame_index_changed, state.selection_changed, state.loop_range_changed):
            signal.connect(self._on_state)
        state.names_changed.connect(lambda _: self.viewport().update())

    def set_tracks(self, tracks: tuple[Track, ...]) -> None:
        """Other rows."""
        self._tracks = tracks
        self._runs.clear()
        self._fit_bars()
        self.viewport().update()

    def show_all(self) -> None:
        """All frames of the recording, as wide as there is room."""
        self._set_scale(Scale.whole(self._state.frame_count, self._width()))

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Closer or wider around a pixel of the tracks; None: around the playhead."""
        around = self.scale.x_of(self._state.frame_index) if x is None else x
        self._set_scale(self.scale.zoomed(factor, around))

    def x_of(self, frame: int) -> int:
        """Pixel of a frame in the viewport."""
        return round(NAMES_PX + self.scale.x_of(frame))

    def y_of(self, track_id: int) -> int:
        """Pixel of the middle of a person's row."""
        row = [track.track_id for track in self._tracks].index(track_id)
        return RULER_PX + row * ROW_PX + ROW_PX // 2 - self.verticalScrollBar().value()

    def track_at(self, y: float) -> Track | None:
        """The row under a pixel."""
        row = int((y - RULER_PX + self.verticalScrollBar().value()) // ROW_PX)
        return self._tracks[row] if y >= RULER_PX and 0 <= row < len(self._tracks) else None

    def sizeHint(self) -> QSize:
        return QSize(600, RULER_PX + 4 * ROW_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_scale(self.scale.resized(self._width()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.ShiftModifier or event.angleDelta().x():
            self._set_scale(self.scale.moved_to(self.scale.first - steps * self.scale.per_px))
        elif event.x() < NAMES_PX:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - (ROW_PX if steps > 0 else -ROW_PX))
        else:
            self.zoom(ZOOM if steps > 0 else 1 / ZOOM, event.x() - NAMES_PX)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.LeftButton or not self._state.frame_count:
            return
        track = self.track_at(event.y())
        if track is not None and not event.modifiers() & Qt.ShiftModifier:
            self._state.set_selection(track.track_id)
        if event.x() < NAMES_PX:
            return
        frame = self.scale.frame_at(event.x() - NAMES_PX)
        if event.modifiers() & Qt.ShiftModifier:
            self._range_from = frame
            self._state.set_loop_range(None)
        else:
            self._seeking = True
            self._state.set_frame_index(frame)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._state.frame_count:
            return
        frame = self.scale.frame_at(event.x() - NAMES_PX)
        if self._range_from is not None:
            self._state.set_loop_range((self._range_from, frame))
        elif self._seeking:
            self._state.set_frame_index(frame)
        QToolTip.showText(event.globalPos(), self._tip(event, frame), self.viewport())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.LeftButton:
            self._seeking, self._range_from = False, None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.y() < RULER_PX:
            self.show_all()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        track = self.track_at(event.y())
        if track is not None:
            self._state.set_selection(track.track_id)
            self._menu(track.track_id, self.scale.frame_at(max(0, event.x() - NAMES_PX)), event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), QColor(theme.PANEL))
        if not self._tracks:
            painter.setPen(QColor(theme.TEXT_DIM))
            area = self.viewport().rect().adjusted(20, 8, -20, -8)
            painter.drawText(area, Qt.AlignCenter | Qt.TextWordWrap, self.hint)
            return
        painter.setRenderHint(QPainter.Antialiasing)
        for row, track in enumerate(self._tracks):
            top = RULER_PX + row * ROW_PX - self.verticalScrollBar().value()
            if top > RULER_PX - ROW_PX and top < self.viewport().height():
                self._paint_row(painter, track, top, row)
        self._paint_range(painter)
        self._paint_ruler(painter)
        self._paint_playhead(painter)

    def _paint_row(self, painter: QPainter, track: Track, top: int, row: int) -> None:
        chosen = track.track_id == self._state.selection
        ground = theme.ACCENT_QUIET if chosen else theme.WINDOW if row % 2 else theme.PANEL
        painter.fillRect(QRectF(0, top, self.viewport().width(), ROW_PX), QColor(ground))
        color = QColor(*person_color(track.track_id))
        if track.track_id not in self._runs:
            self._runs[track.track_id] = track.runs(self.scale.edges())
        painter.save()
        painter.setClipRect(QRectF(NAMES_PX, RULER_PX, self._width(), self.viewport().height()))
        for first, stop, presence in self._runs[track.track_id]:
            bar = QRectF(NAMES_PX + first, top + (ROW_PX - BAR_PX) / 2, max(1.5, stop - first), BAR_PX)
            _paint_bar(painter, bar, color, presence)
        painter.restore()
        painter.setClipRect(QRectF(0, RULER_PX, self.viewport().width(), self.viewport().height()))
        painter.fillRect(QRectF(0, top, NAMES_PX - 1, ROW_PX), QColor(ground))
        painter.setPen(Qt.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QRectF(theme.MARGIN, top + (ROW_PX - CHIP_PX) / 2, CHIP_PX, CHIP_PX))
        painter.setPen(QColor(theme.TEXT))
        room = QRectF(theme.MARGIN + CHIP_PX + 6, top, NAMES_PX - theme.MARGIN - CHIP_PX - 12, ROW_PX)
        text = painter.fontMetrics().elidedText(
            person_name(track.track_id, self._state.names), Qt.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignVCenter | Qt.AlignLeft, text)
        painter.setClipping(False)

    def _paint_ruler(self, painter: QPainter) -> None:
        painter.fillRect(QRectF(0, 0, self.viewport().width(), RULER_PX), QColor(theme.RAISED))
        painter.setFont(theme.font(theme.FONT_SMALL_PX))
        painter.setRenderHint(QPainter.Antialiasing, False)
        for frame in self.scale.ticks():
            x = self.x_of(frame)
            painter.setPen(QColor(theme.GRID))
            painter.drawLine(x, RULER_PX - 6, x, RULER_PX)
            painter.setPen(QColor(theme.TEXT_DIM))
            painter.drawText(QRectF(x + 3, 0, 80, RULER_PX - 2), Qt.AlignVCenter | Qt.AlignLeft, str(frame))
        painter.setPen(QColor(theme.BORDER))
        painter.drawLine(NAMES_PX - 1, 0, NAMES_PX - 1, self.viewport().height())
        painter.setRenderHint(QPainter.Antialiasing)

    def _paint_range(self, painter: QPainter) -> None:
        chosen = self._state.loop_range
        if chosen is None:
            return
        left, right = (NAMES_PX + self.scale.x_of(frame + half) for frame, half in zip(chosen, (-0.5, 0.5), strict=True))
        left = max(left, NAMES_PX)
        if right <= left:
            return
        outside = QColor(theme.GROUND)
        outside.setAlpha(120)
        height = self.viewport().height()
        painter.fillRect(QRectF(NAMES_PX, RULER_PX, left - NAMES_PX, height), outside)
        painter.fillRect(QRectF(right, RULER_PX, self.viewport().width() - right, height), outside)
        painter.setPen(QPen(QColor(theme.ACCENT), 1))
        painter.drawLine(QPointF(left, RULER_PX), QPointF(left, height))
        painter.drawLine(QPointF(right, RULER_PX), QPointF(right, height))

    def _paint_playhead(self, painter: QPainter) -> None:
        chosen = self._state.loop_range
        if chosen is not None:
            left, right = (max(NAMES_PX, self.x_of(frame)) for frame in chosen)
            painter.fillRect(QRectF(left, RULER_PX - 3, max(2, right - left), 3), QColor(theme.ACCENT))
        x = self.x_of(self._state.frame_index)
        if x < NAMES_PX:
            return
        painter.setPen(QPen(QColor(theme.SELECTED), 1))
        painter.drawLine(x, 4, x, self.viewport().height())
        painter.setPen(Qt.NoPen)
        painter.setBrush(QColor(theme.SELECTED))
        painter.drawPolygon(QPointF(x - 5, 3), QPointF(x + 5, 3), QPointF(x, 11))

    def _tip(self, event: QMouseEvent, frame: int) -> str:
        track = self.track_at(event.y())
        if track is None:
            return self.tr("Frame {index}").format(index=frame) if event.x() >= NAMES_PX else ""
        if event.x() < NAMES_PX:
            return person_name(track.track_id, self._state.names)
        words = {
            Presence.AWAY: self.tr("not found"),
            Presence.MEASURED: self.tr("found"),
            Presence.UNSURE: self.tr("found, but not sure where"),
            Presence.FILLED: self.tr("filled in from before and after"),
        }
        text = self.tr("{person}, frame {index}: {state}")
        return text.format(person=person_name(track.track_id, self._state.names), index=frame, state=words[track.at(frame)])

    def _set_scale(self, scale: Scale) -> None:
        if scale.count != self._state.frame_count:
            scale = Scale.whole(self._state.frame_count, self._width())
        self.scale = scale
        self._runs.clear()
        self._fit_bars()
        self.viewport().update()
        self.zoomed.emit()

    def _fit_bars(self) -> None:
        bar, shown = self.horizontalScrollBar(), int(self.scale.width_px)
        bar.blockSignals(True)
        hidden = max(0, round(self.scale.count / self.scale.per_px) - shown)
        bar.setRange(0, hidden)
        bar.setPageStep(shown)
        bar.setValue(round((self.scale.first + 0.5) / self.scale.per_px))
        bar.blockSignals(False)
        room = self.viewport().height() - RULER_PX
        self.verticalScrollBar().setRange(0, max(0, len(self._tracks) * ROW_PX - room))
        self.verticalScrollBar().setPageStep(max(1, room))

    def _on_bar(self, value: int) -> None:
        self._set_scale(self.scale.moved_to(value * self.scale.per_px - 0.5))

    def _on_state(self, *_: object) -> None:
        """The playhead stays in sight."""
        x = self.scale.x_of(self._state.frame_index)
        if not self._seeking and self.scale.count == self._state.frame_count and not 0 <= x <= self.scale.width_px:
            self._set_scale(self.scale.moved_to(self._state.frame_index - 0.1 * self.scale.width_px * self.scale.per_px))
        self.viewport().update()

    def _width(self) -> int:
        return max(1, self.viewport().width() - NAMES_PX - theme.MARGIN)


def _paint_bar(painter: QPainter, bar: QRectF, color: QColor, presence: Presence) -> None:
    """Full: measured; half as strong: unsure; hatched: filled."""
    painter.setPen(Qt.NoPen)
    if presence is Presence.FILLED:
        painter.setBrush(QBrush(color, Qt.BDiagPattern))
        painter.drawRect(bar)
        painter.setBrush(color)
        painter.drawRect(QRectF(bar.left(), bar.bottom() - 2, bar.width(), 2))
        return
    shade = QColor(color)
    if presence is Presence.UNSURE:
        shade.setAlpha(110)
    painter.setBrush(shade)
    painter.drawRect(bar)
