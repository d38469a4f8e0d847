"""The space from above, drawn without OpenGL: what the window shows where the 3D view can't be drawn."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QEvent, QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PyQt5.QtWidgets import QMenu, QToolTip, QWidget

from modules.core.comparison import Comparison
from modules.core.palette import limb_color, person_color
from modules.core.skeleton import LIMBS, NUM_JOINTS, limb_side
from modules.core.types import Lod

from .. import theme
from ..panes.base import Pane
from ..panes.clipboard import add_picture_actions
from ..panes.names import joint_name, person_name
from ..state import AppState, JointRef, Room
from . import scene
from .floor import room_floor
from .picking import ScreenPerson, pick_joint, pick_person

EDGE_PX, NUMBER_PX = 26, 15
ZOOMS = (1.0, 12.0)


class TopViewPane(Pane):
    """The floor with its metres, the cameras, the LoD circle and the people, x to the right and y upwards.

    The wheel zooms about the pointer, a drag moves, a double click shows everything again.
    """

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self._zoom, self._shift = 1.0, np.zeros(2)
        self._pressed_at: np.ndarray | None = None
        self._dragged = False
        self._compared: Comparison | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(160, 120)
        for signal in (state.selection_changed, state.hover_changed, state.lod_distance_changed):
            signal.connect(lambda _: self.update())

    def show_overview(self) -> None:
        """Everything, from above: there is no other view here."""
        self._zoom, self._shift = 1.0, np.zeros(2)
        self.update()

    show_top = show_overview

    def look_through(self, index: int) -> None:
        """Needs the 3D view; here it shows everything."""
        self.show_overview()

    def view_back(self) -> None:
        """Needs the 3D view; here it shows everything."""
        self.show_overview()

    view_forward = view_back

    def toggle_measure(self) -> None:
        """Needs the 3D view."""

    def set_reference(self, comparison: Comparison | None) -> None:
        """Lays a reference's people over; None: none."""
        self._compared = comparison
        self.update()

    def room_opened(self, room: Room | None) -> None:
        self.show_overview()

    def refresh(self) -> None:
        self.update()

    def to_widget(self, points_m: np.ndarray) -> np.ndarray:
        """float64 [..., 2], px of this widget, of points float [..., 2 or 3], m, world."""
        scale, middle = self._fit()
        return (np.asarray(points_m, np.float64)[..., :2] - middle) * [scale, -scale] + self._center()

    def _center(self) -> np.ndarray:
        return np.array([self.width(), self.height()]) / 2 + self._shift

    def _fit(self) -> tuple[float, np.ndarray]:
        """Px of a metre, and the point of the floor in the middle, m."""
        room = self.state.room
        if room is None:
            return 100.0, np.zeros(2)
        floor = room_floor(room)
        low, high = floor.low, floor.high
        size = np.maximum(high - low, 0.5)
        fitted = min((self.width() - 2 * EDGE_PX) / size[0], (self.height() - 2 * EDGE_PX) / size[1])
        return max(1.0, fitted) * self._zoom, (low + high) / 2

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.GROUND))
        painter.setRenderHint(QPainter.Antialiasing)
        room = self.state.room
        if room is None:
            painter.setPen(QColor(theme.TEXT_DIM))
            hint = self.tr("Open a recording (Ctrl+O) or drop its folder here to see its space and its people.")
            painter.drawText(self.rect().adjusted(30, 20, -30, -20), Qt.AlignCenter | Qt.TextWordWrap, hint)
            return
        self._paint_floor(painter, room)
        self._paint_cameras(painter, room)
        for person in () if self.result is None else self.result.persons:
            self._paint_person(painter, person)
        if self._compared is not None and self.result is not None:
            painter.setPen(QPen(QColor(theme.TEXT), 1.5))
            lines, _ = scene.reference_lines(self._compared, self.result.frame_index)
            for start, end in self.to_widget(lines).reshape(-1, 2, 2):
                painter.drawLine(QPointF(*start), QPointF(*end))
        painter.setPen(QColor(theme.TEXT_OFF))
        painter.drawText(
            self.rect().adjusted(8, 6, -8, -6), Qt.AlignLeft | Qt.AlignBottom, self.tr("From above, grid in metres")
        )

    def _paint_floor(self, painter: QPainter, room: Room) -> None:
        floor = room_floor(room)
        for lines, color, width in (
            (floor.lines, theme.GRID, 0.8),
            (scene.box_lines(room.space_size_mm, room.space_center_mm), theme.TEXT_OFF, 1.2),
            *((axis, color, 2.0) for axis, color in zip(floor.axes, theme.AXES, strict=True)),
        ):
            painter.setPen(QPen(QColor(color), width))
            for start, end in self.to_widget(lines).reshape(-1, 2, 2):
                painter.drawLine(QPointF(*start), QPointF(*end))
        painter.setPen(QColor(theme.TEXT_OFF))
        painter.setFont(theme.font(theme.FONT_SMALL_PX))
        for text, at in floor.ticks:
            x, y = self.to_widget(at)
            painter.drawText(QRectF(x - 20, y - 10, 40, 20), Qt.AlignCenter, text)
        if self.state.lod_distance_mm > 0:
            radius = self.state.lod_distance_mm * scene.M_PER_MM * self._fit()[0]
            painter.setPen(QPen(QColor(theme.LOD), 2))
            painter.setBrush(Qt.NoBrush)
            center = self.to_widget(np.array(room.lod_origin_xy_mm) * scene.M_PER_MM)
            painter.drawEllipse(QPointF(*center), radius, radius)

    def _paint_cameras(self, painter: QPainter, room: Room) -> None:
        for camera in room.cameras:
            painter.setPen(QPen(QColor(theme.TEXT_DIM), 1.2))
            for start, end in self.to_widget(scene.frustum_lines(camera)).reshape(-1, 2, 2):
                painter.drawLine(QPointF(*start), QPointF(*end))
            x, y = self.to_widget(scene.camera_label_position(camera))
            painter.setPen(QColor(theme.TEXT))
            painter.drawText(QRectF(x - 60, y - 26, 120, 16), Qt.AlignCenter, camera.name)

    def _paint_person(self, painter: QPainter, person) -> None:
        chosen, color = person.track_id == self.state.selection, QColor(*person_color(person.track_id))
        root = self.to_widget(person.root_world_mm * scene.M_PER_MM)
        radius = scene.FLOOR_MARK_RADIUS * self._fit()[0]
        painter.setBrush(Qt.NoBrush)
        painter.setPen(QPen(QColor(theme.SELECTED) if chosen else color, 2.5 if chosen else 1.5))
        painter.drawEllipse(QPointF(*root), radius, radius)
        if person.lod is Lod.FULL:
            joints = self.to_widget(person.joints_world_mm * scene.M_PER_MM)
            for a, b in LIMBS:
                if np.isfinite(joints[[a, b]]).all():
                    painter.setPen(
                        QPen(QColor(*limb_color(person.track_id, limb_side((a, b)))), 3.0, Qt.SolidLine, Qt.RoundCap)
                    )
                    painter.drawLine(QPointF(*joints[a]), QPointF(*joints[b]))
        hover = self.state.hover
        if hover is not None and hover.track_id == person.track_id and person.lod is Lod.FULL:
            painter.setPen(QPen(QColor(theme.SELECTED), 2))
            painter.drawEllipse(QPointF(*self.to_widget(person.joints_world_mm[hover.joint] * scene.M_PER_MM)), 7, 7)
        painter.setPen(color)
        painter.setFont(theme.font(theme.FONT_SMALL_PX, bold=True))
        box = QRectF(root[0] - 60, root[1] - radius - NUMBER_PX - 2, 120, NUMBER_PX)
        painter.drawText(box, Qt.AlignCenter, person_name(person.track_id, self.state.names))

    def _on_screen(self) -> list[ScreenPerson]:
        people = []
        for person in () if self.result is None else self.result.persons:
            root = self.to_widget(person.root_world_mm * scene.M_PER_MM)
            reach = scene.FLOOR_MARK_RADIUS * self._fit()[0]
            joints = self.to_widget(person.joints_world_mm * scene.M_PER_MM)
            assert joints.shape == (NUM_JOINTS, 2)
            segments = np.concatenate([joints[np.array(LIMBS)], [[root, root]]])
            people.append(ScreenPerson(person.track_id, joints, segments, reach))
        return people

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at, self._dragged = np.array([event.x(), event.y()], float), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = np.array([event.x(), event.y()], float)
        if self._pressed_at is not None and event.buttons() != Qt.NoButton:
            if self._dragged or np.abs(at - self._pressed_at).sum() >= 4:
                self._dragged = True
                self._shift += at - self._pressed_at
                self._pressed_at = at
                self.update()
            return
        found = pick_joint(self._on_screen(), at)
        self.state.set_hover(None if found is None else JointRef(*found))
        if found is None:
            QToolTip.hideText()
        else:
            text = f"{joint_name(found[1])} · {person_name(found[0], self.state.names)}"
            QToolTip.showText(event.globalPos(), text, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is not None and not self._dragged and event.button() == Qt.LeftButton:
            self.state.set_selection(pick_person(self._on_screen(), (event.x(), event.y())))
        self._pressed_at = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_overview()

    def wheelEvent(self, event: QWheelEvent) -> None:
        at = np.array([event.position().x(), event.position().y()])
        before, zoom = self._zoom, self._zoom * 1.001 ** event.angleDelta().y()
        self._zoom = float(np.clip(zoom, *ZOOMS))
        grown = self._zoom / before
        self._shift = (at - (at - self._center()) * grown) - np.array([self.width(), self.height()]) / 2
        self.update()
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.addAction(self.tr("Show everything"), self.show_overview)
        add_picture_actions(menu, self, lambda: self.grab().toImage(), f"top_{self.state.frame_index:06d}")
        menu.popup(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.state.set_hover(None)
