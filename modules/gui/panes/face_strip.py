"""The faces of everyone in full detail, from all views, grouped by person."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PyQt5.QtCore import QPoint, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PyQt5.QtWidgets import QMenu, QScrollArea, QVBoxLayout, QWidget

from modules.core.palette import person_color
from modules.core.skeleton import NOSE
from modules.core.types import Lod, Person

from .. import theme
from ..state import AppState, Room
from .base import Pane
from .clipboard import add_picture_actions
from .names import person_name
from .pixels import scaled

HEADER, PAD, TILE_GAP, GROUP_GAP, CORNER = 24, 8, 4, 10, 6
SMALLEST, SMALLEST_BEFORE_SCROLLING, LARGEST = 40, 56, 224
#: How dense the group of somebody is who is not in this frame.
ABSENT = 0.35
#: A person's face in each view, uint8 [h, w, 3]; None where it isn't seen.
Crops = tuple[np.ndarray | None, ...]


class FaceStripPane(Pane):
    """Scrolls downwards; a click on a face or its header chooses the person. While playing everybody keeps their place."""

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self._slots: list[int] = []
        self.canvas = FaceCanvas(self)
        self.scroll = QScrollArea(self)
        self.scroll.setWidget(self.canvas)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.scroll.setFrameShape(QScrollArea.NoFrame)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.scroll)
        self.setMinimumHeight(HEADER + 2 * PAD + SMALLEST)
        state.selection_changed.connect(self._on_selection_changed)

    def room_opened(self, room: Room | None) -> None:
        self._slots = []

    def refresh(self) -> None:
        persons = () if self.result is None else self.result.persons
        full = {person.track_id: person for person in persons if person.lod is Lod.FULL}
        self._slots = self._places(list(full))
        people = [(track_id, full.get(track_id)) for track_id in self._slots]
        crops = {track_id: self._crops(person) for track_id, person in full.items()}
        self.canvas.set_people(people, self._names(), self._hint(full), crops)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _places(self, present: list[int]) -> list[int]:
        """Who is shown, in order. While playing newcomers come last and nobody's place closes, or everything would jump."""
        if not self.state.playing:
            return present
        return [*self._slots, *(track_id for track_id in present if track_id not in self._slots)]

    def _crops(self, person: Person) -> Crops:
        """The person's face in each view of the frame, or of its small copy."""
        if person.face_crops or self.frame is None:
            return person.face_crops
        size_px = self.state.room.face_crop_px if self.state.room is not None else 0
        noses_px = person.joints_px[:, NOSE]
        return tuple(
            face_crop(image, nose, size_px, self.frame.shrunk) for image, nose in zip(self.frame.images, noses_px, strict=True)
        )

    def _names(self) -> tuple[str, ...]:
        return () if self.frame is None else tuple(camera.name for camera in self.frame.cameras)

    def _hint(self, full: dict[int, Person]) -> str:
        if self.result is None:
            return self.tr("The faces of the people in full detail appear here.")
        if full or self._slots:
            return ""
        if self.result.persons:
            return self.tr("Everyone is beyond the LoD distance: no faces in this frame.")
        return self.tr("Nobody was found in this frame.")

    def _fit(self) -> None:
        """The canvas is as wide as the pane and as high as its people, at least as the pane."""
        self.canvas.resize(self.canvas.wanted(self.size()))
        if self.canvas.height() > self.height():  # room for the bar that now shows
            bar = self.scroll.verticalScrollBar().sizeHint().width()
            self.canvas.resize(self.canvas.wanted(QSize(self.width() - bar, self.height())))

    def _on_selection_changed(self, track_id: int | None) -> None:
        if not self.isVisible():
            return
        box = self.canvas.group_box(track_id)
        if box is not None:
            self.scroll.ensureVisible(0, int(box.bottom()), 0, PAD)
            self.scroll.ensureVisible(0, int(box.top()), 0, PAD)
        self.canvas.update()


class FaceCanvas(QWidget):
    """Paints the groups: a coloured header and one square per view; views that don't see the face stay dark squares."""

    def __init__(self, pane: FaceStripPane) -> None:
        super().__init__()
        self._pane = pane
        self._people: list[tuple[int, Person | None]] = []
        self._views: tuple[str, ...] = ()
        self._hint = ""
        self._crops: dict[int, Crops] = {}
        self._plan = Plan(1, 1, SMALLEST)

    def set_people(
        self, people: list[tuple[int, Person | None]], views: tuple[str, ...], hint: str, crops: dict[int, Crops]
    ) -> None:
        """Another frame.

        Args:
            people: number, and the person in full detail, or None where they are not in this frame.
            views: names. hint: a sentence where there is nobody. crops: number → face in each view.
        """
        self._people, self._views, self._hint, self._crops = people, views, hint, crops
        self.update()

    def wanted(self, available: QSize) -> QSize:
        """Plans columns and tile for the room there is, and says what size that takes; where it is higher, it scrolls."""
        views = max(1, len(self._views))
        self._plan = plan(len(self._people), views, available.width(), available.height())
        rows = -(-len(self._people) // self._plan.columns)
        height = PAD + rows * (group_height(self._plan, views) + PAD)
        return QSize(available.width(), max(height, available.height()))

    def group_box(self, track_id: int | None) -> QRectF | None:
        """Where a person's group is, or None."""
        ids = [known for known, _ in self._people]
        if track_id not in ids:
            return None
        row, column = divmod(ids.index(track_id), self._plan.columns)
        width, height = self._group_width(), group_height(self._plan, max(1, len(self._views)))
        return QRectF(PAD + column * (width + GROUP_GAP), PAD + row * (height + PAD), width, height)

    def person_at(self, at: QPoint) -> int | None:
        """Track id of the group under a point, or None."""
        return next((known for known, _ in self._people if self.group_box(known).contains(at)), None)

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
        for track_id, person in self._people:
            if self.group_box(track_id).intersects(QRectF(event.rect())):
                self._paint_group(painter, track_id, person)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.LeftButton:
            self._pane.state.set_selection(self.person_at(event.pos()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        found, menu, state = self.person_at(event.pos()), QMenu(self), self._pane.state
        if found is not None:
            name = person_name(found, state.names)
            menu.addAction(self.tr("Choose {person}").format(person=name), lambda: state.set_selection(found))
            box = self.group_box(found).toRect()
            add_picture_actions(menu, self, lambda: self.grab(box).toImage(), f"faces_{found}_{state.frame_index:06d}")
            menu.addSeparator()
        menu.addAction(self.tr("Choose nobody"), lambda: state.set_selection(None))
        menu.popup(event.globalPos())

    def _paint_group(self, painter: QPainter, track_id: int, person: Person | None) -> None:
        """A group; of somebody who is not in this frame the empty squares."""
        box, color = self.group_box(track_id), QColor(*person_color(track_id))
        chosen = track_id == self._pane.state.selection
        painter.setOpacity(ABSENT if person is None else 1.0)
        painter.setPen(QPen(QColor(theme.SELECTED) if chosen else QColor(theme.BORDER), 2.0 if chosen else 1.0))
        painter.setBrush(QColor(theme.RAISED if chosen else theme.WINDOW))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), CORNER, CORNER)
        painter.setPen(Qt.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QRectF(box.left() + PAD + 1, box.top() + HEADER / 2 - 5, 10, 10))
        painter.setPen(QColor(theme.TEXT))
        painter.setFont(theme.font(theme.FONT_SMALL_PX, bold=True))
        name = QRectF(box.left() + PAD + 18, box.top(), box.width() - PAD - 22, HEADER)
        who = person_name(track_id, self._pane.state.names)
        who = painter.fontMetrics().elidedText(who, Qt.ElideRight, int(name.width()))
        painter.drawText(name, Qt.AlignLeft | Qt.AlignVCenter, who)
        for view, crop in enumerate(self._crops.get(track_id) or (None,) * len(self._views)):
            tile = self.tile_box(track_id, view)
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
        painter.setOpacity(1.0)

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


def face_crop(image: np.ndarray, nose_px: np.ndarray, size_px: int, shrunk: int = 1) -> np.ndarray | None:
    """uint8 [h, w, 3]: the square around a nose, less at the frame's border; None where the nose is outside.

    Args:
        image: uint8 [H, W, 3], ``shrunk`` times smaller than the frame. nose_px: float [2], px of the frame; NaN: not seen.
        size_px: side, px of the frame.
    """
    if not np.isfinite(nose_px).all():
        return None
    x, y = (int(v) for v in np.round(nose_px / shrunk))
    half = max(1, size_px // (2 * shrunk))
    if not (0 <= x < image.shape[1] and 0 <= y < image.shape[0]):
        return None
    return image[max(y - half, 0) : y + half, max(x - half, 0) : x + half]


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
    """The layout with the largest faces that shows everyone; where they would get too small, rows that scroll."""
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
    tile = SMALLEST_BEFORE_SCROLLING
    across = max([1, *(n for n in range(1, views + 1) if group_width(tile, n) + 2 * PAD <= width)])
    columns = max(1, (width - 2 * PAD + GROUP_GAP) // (group_width(tile, across) + GROUP_GAP))
    return Plan(min(columns, max(1, people)), across, tile)


def _tile_of_rows(groups: int, tiles: int, height: int) -> int:
    """Px of a face where ``groups`` groups of ``tiles`` rows of faces lie above one another."""
    return ((height - PAD) // groups - HEADER - 2 * PAD - (tiles - 1) * TILE_GAP) // tiles
