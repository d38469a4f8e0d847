"""The faces of everyone in full detail, from all views, grouped by person."""

from __future__ import annotations

from typing import NamedTuple

from PyQt5.QtCore import QPoint, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PyQt5.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from modules.core.palette import person_color
from modules.core.types import Lod, Person

from .. import theme
from ..state import AppState
from .base import Pane
from .names import person_name
from .pixels import scaled

HEADER, PAD, TILE_GAP, GROUP_GAP, CORNER = 24, 8, 4, 10, 6
SMALLEST, SMALLEST_BEFORE_SCROLLING, LARGEST = 40, 56, 224


class FaceStripPane(Pane):
    """Scrolls sideways; a click on a face or its header chooses the person."""

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.canvas = FaceCanvas(self)
        self.scroll = QScrollArea(self)
        self.scroll.setWidget(self.canvas)
        self.scroll.setVerticalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.scroll.setFrameShape(QScrollArea.NoFrame)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.scroll)
        self.setMinimumHeight(HEADER + 2 * PAD + SMALLEST + self.scroll.horizontalScrollBar().sizeHint().height())
        state.selection_changed.connect(self._on_selection_changed)

    def refresh(self) -> None:
        persons = () if self.result is None else self.result.persons
        full = [person for person in persons if person.lod is Lod.FULL]
        self.canvas.set_people(full, self._names(), self._hint(full))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _names(self) -> tuple[str, ...]:
        return () if self.frame is None else tuple(camera.name for camera in self.frame.cameras)

    def _hint(self, full: list[Person]) -> str:
        if self.result is None:
            return self.tr("The faces of the people in full detail appear here.")
        if full:
            return ""
        if self.result.persons:
            return self.tr("Everyone is beyond the LoD distance: no faces in this frame.")
        return self.tr("Nobody was found in this frame.")

    def _fit(self) -> None:
        """The canvas is as high as the pane and as wide as its people, at least as the pane."""
        self.canvas.resize(self.canvas.wanted(self.scroll.viewport().size()))
        if self.canvas.width() > self.scroll.viewport().width():  # room for the bar that now shows
            bar = self.scroll.horizontalScrollBar().sizeHint().height()
            self.canvas.resize(self.canvas.wanted(QSize(self.scroll.viewport().width(), self.height() - bar)))

    def _on_selection_changed(self, track_id: int | None) -> None:
        if not self.isVisible():
            return
        box = self.canvas.group_box(track_id)
        if box is not None:
            self.scroll.ensureVisible(int(box.right()), 0, PAD, 0)
            self.scroll.ensureVisible(int(box.left()), 0, PAD, 0)
        self.canvas.update()


class FaceCanvas(QWidget):
    """Paints the groups: a coloured header and one square per view; views that don't see the face stay dark squares."""

    def __init__(self, pane: FaceStripPane) -> None:
        super().__init__()
        self._pane = pane
        self._people: list[Person] = []
        self._views: tuple[str, ...] = ()
        self._hint = ""
        self._plan = Plan(1, 1, SMALLEST)

    def set_people(self, people: list[Person], views: tuple[str, ...], hint: str) -> None:
        """People in full detail, names of the views, and a sentence where there is nobody."""
        self._people, self._views, self._hint = people, views, hint
        self.update()

    def wanted(self, available: QSize) -> QSize:
        """Plans rows and tile for the room there is, and says what size that takes; wider than ``available``: it scrolls."""
        self._plan = plan(len(self._people), max(1, len(self._views)), available.width(), available.height())
        width = 2 * PAD + self._plan.columns * (self._group_width() + GROUP_GAP) - GROUP_GAP
        return QSize(max(width if self._people else 0, available.width()), available.height())

    def group_box(self, track_id: int | None) -> QRectF | None:
        """Where a person's group is, or None."""
        ids = [person.track_id for person in self._people]
        if track_id not in ids:
            return None
        row, column = divmod(ids.index(track_id), self._plan.columns)
        width, height = self._group_width(), group_height(self._plan, max(1, len(self._views)))
        return QRectF(PAD + column * (width + GROUP_GAP), PAD + row * (height + PAD), width, height)

    def person_at(self, at: QPoint) -> int | None:
        """Track id of the group under a point, or None."""
        hits = (p.track_id for p in self._people if self.group_box(p.track_id).contains(at))
        return next(hits, None)

    def tile_box(self, track_id: int, view: int) -> QRectF | None:
        """Where a face is, or None."""
        box, tile = self.group_box(track_id), self._plan.tile
        if box is None:
            return None
        row, column = divmod(view, self._plan.across)
        return QRectF(box.left() + PAD + column * (tile + TILE_GAP), box.top() + HEADER + row * (tile + TILE_GAP), tile, tile)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.PANEL))
        if self._hint:
            painter.setPen(QColor(theme.TEXT_DIM))
            painter.drawText(self.rect().adjusted(20, 8, -20, -8), Qt.AlignCenter | Qt.TextWordWrap, self._hint)
        painter.setRenderHints(QPainter.Antialiasing | QPainter.SmoothPixmapTransform)
        for person in self._people:
            if self.group_box(person.track_id).intersects(QRectF(event.rect())):
                self._paint_group(painter, person)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.LeftButton:
            self._pane.state.set_selection(self.person_at(event.pos()))

    def _paint_group(self, painter: QPainter, person: Person) -> None:
        box, color = self.group_box(person.track_id), QColor(*person_color(person.track_id))
        chosen = person.track_id == self._pane.state.selection
        painter.setPen(QPen(QColor(theme.SELECTED) if chosen else QColor(theme.BORDER), 2.0 if chosen else 1.0))
        painter.setBrush(QColor(theme.RAISED if chosen else theme.WINDOW))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), CORNER, CORNER)
        painter.setPen(Qt.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QRectF(box.left() + PAD + 1, box.top() + HEADER / 2 - 5, 10, 10))
        painter.setPen(QColor(theme.TEXT))
        painter.setFont(theme.font(theme.FONT_SMALL_PX, bold=True))
        name = QRectF(box.left() + PAD + 18, box.top(), box.width() - PAD - 22, HEADER)
        painter.drawText(name, Qt.AlignLeft | Qt.AlignVCenter, person_name(person.track_id))
        for view, crop in enumerate(person.face_crops):
            tile = self.tile_box(person.track_id, view)
            painter.setPen(Qt.NoPen)
            painter.setBrush(QColor(theme.GROUND))
            painter.drawRoundedRect(tile, 4, 4)
            painter.setFont(theme.font(theme.FONT_SMALL_PX))
            if crop is None or not crop.size:
                painter.setPen(QColor(theme.TEXT_OFF))
                painter.drawText(tile, Qt.AlignCenter, "–")
            else:
                self._paint_crop(painter, tile, crop)
            self._paint_view_name(painter, tile, view)

    def _paint_crop(self, painter: QPainter, tile: QRectF, crop) -> None:
        scale = tile.width() / max(crop.shape[:2]) * self.devicePixelRatioF()
        size = QSize(max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale)))
        picture = scaled(crop, size)
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        shown = QRectF(0, 0, size.width() / self.devicePixelRatioF(), size.height() / self.devicePixelRatioF())
        shown.moveCenter(tile.center())
        rounded = QPainterPath()
        rounded.addRoundedRect(tile, 4, 4)
        painter.save()
        painter.setClipPath(rounded)
        painter.drawImage(shown.topLeft(), picture)
        painter.restore()

    def _paint_view_name(self, painter: QPainter, tile: QRectF, view: int) -> None:
        """The camera's name along the lower edge of its square."""
        if view >= len(self._views) or tile.width() < 56:
            return
        band = QRectF(tile.left(), tile.bottom() - 16, tile.width(), 16)
        painter.setPen(QColor(0, 0, 0, 200))
        painter.drawText(band.translated(0.8, 0.8), Qt.AlignCenter, self._views[view])
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(band, Qt.AlignCenter, self._views[view])

    def _group_width(self) -> int:
        return group_width(self._plan.tile, self._plan.across)


class Plan(NamedTuple):
    """How faces are laid out: people side by side, views side by side within a person's group, px of a face."""

    columns: int
    across: int
    tile: int


def group_width(tile: int, across: int) -> int:
    """Px of one person's group."""
    return 2 * PAD + across * tile + (across - 1) * TILE_GAP


def group_height(plan: Plan, views: int) -> int:
    """Px of one person's group."""
    rows = -(-views // plan.across)
    return HEADER + rows * plan.tile + (rows - 1) * TILE_GAP + PAD


def plan(people: int, views: int, width: int, height: int) -> Plan:
    """The layout with the largest faces that shows everyone; where they would get too small, a strip that scrolls."""
    best = Plan(max(people, 1), views, 0)
    for rows in range(1, people + 1):
        columns = -(-people // rows)
        for across in range(views, 0, -1):
            side = (width - 2 * PAD - (columns - 1) * GROUP_GAP) // columns - group_width(0, across)
            tile = min(_tile_of_rows(rows, -(-views // across), height), side // across, LARGEST)
            if tile > best.tile:
                best = Plan(columns, across, tile)
    if best.tile >= SMALLEST_BEFORE_SCROLLING:
        return best
    rows = max([1, *(n for n in range(1, people + 1) if _tile_of_rows(n, 1, height) >= SMALLEST_BEFORE_SCROLLING)])
    tile = max(SMALLEST, min(_tile_of_rows(rows, 1, height), 2 * SMALLEST_BEFORE_SCROLLING))
    return Plan(max(1, -(-people // rows)), views, tile)


def _tile_of_rows(groups: int, tiles: int, height: int) -> int:
    """Px of a face where ``groups`` groups of ``tiles`` rows of faces lie above one another."""
    return ((height - PAD) // groups - HEADER - 2 * PAD - (tiles - 1) * TILE_GAP) // tiles
