"""One camera's picture with the people drawn over it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PyQt5.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, QSizeF, Qt
from PyQt5.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QTransform
from PyQt5.QtWidgets import QToolTip, QWidget

from modules.core.geometry import invert_affine
from modules.core.palette import limb_color, person_color
from modules.core.skeleton import JOINT_NAMES, LIMBS, foot_limbs, joint_side, limb_side, named_side
from modules.core.types import Camera, FrameSet, Lod, Person, PoseResult

from .. import pills, theme
from ..state import HEATMAP_ALL, HEATMAP_OFF, AppState, JointRef
from ..view3d.picking import ScreenPerson, pick_joint, pick_person
from .names import joint_name, person_name
from .pixels import heat_picture, scaled

LINE, JOINT, ROOT_RADIUS, HOVER_RADIUS = 2.6, 2.6, 11.0, 7.0
DIMMED, OUTLINE_ALPHA, TAG_ALPHA = 0.55, 150, 190
SHADOW = (0, 0, 0, OUTLINE_ALPHA)


class CameraView(QWidget):
    """Draws view ``index`` of a result; its size has the frame's shape. The picture is scaled once per frame and size."""

    def __init__(self, state: AppState, index: int, camera: Camera, parent: QWidget) -> None:
        super().__init__(parent)
        self.index, self.camera = index, camera
        self._state = state
        self._frame: FrameSet | None = None
        self._result: PoseResult | None = None
        self._picture: QImage | None = None
        self._heat: QImage | None = None
        self.setMouseTracking(True)
        self.setAttribute(Qt.WA_OpaquePaintEvent)

    def set_data(self, frame: FrameSet | None, result: PoseResult | None) -> None:
        """Another frame, or none; drawn at the next paint."""
        if frame is not self._frame:
            self._picture = None
        self._frame, self._result = frame, result
        self.heatmap_changed()

    def heatmap_changed(self) -> None:
        """Another joint's heatmap is wanted."""
        self._heat = None
        self.update()

    def to_widget(self, points_px: np.ndarray) -> np.ndarray:
        """float64 [..., 2]: px of the raw frame (0, 0 at a pixel's centre) → px of this widget."""
        scale = np.array([self.width() / self.camera.width_px, self.height() / self.camera.height_px])
        return (np.asarray(points_px, np.float64) + 0.5) * scale

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._frame is None:
            painter.fillRect(self.rect(), QColor(theme.PANEL))
        else:
            image = self._frame.images[self.index]
            size = self._picture_size(image)
            if size != self.size() * self.devicePixelRatioF():  # a frame smaller than the calibrated one
                painter.fillRect(self.rect(), QColor(theme.GROUND))
            if self._picture is None or self._picture.size() != size:
                self._picture = scaled(image, size)
                self._picture.setDevicePixelRatio(self.devicePixelRatioF())
            painter.drawImage(0, 0, self._picture)
        painter.setRenderHints(QPainter.Antialiasing | QPainter.SmoothPixmapTransform)
        if self._result is not None:
            self._paint_heat(painter)
            selection = self._state.selection
            chosen_here = any(person.track_id == selection for person in self._result.persons)
            for person in sorted(self._result.persons, key=lambda p: p.track_id == selection):  # the chosen one on top
                painter.setOpacity(DIMMED if chosen_here and person.track_id != selection else 1.0)
                self._paint_person(painter, person, person.track_id == selection)
            painter.setOpacity(1.0)
            self._paint_hover(painter)
        _tag(painter, QPointF(6, 6), self.camera.name, theme.TEXT)

    def _picture_size(self, image: np.ndarray) -> QSize:
        """Device px of the picture: a raw px is as large as in ``to_widget``, also where frame and camera differ."""
        ratio = self.devicePixelRatioF() * self._frame.shrunk
        width = self.width() * ratio * image.shape[1] / self.camera.width_px
        height = self.height() * ratio * image.shape[0] / self.camera.height_px
        return QSize(max(1, round(width)), max(1, round(height)))

    def _paint_heat(self, painter: QPainter) -> None:
        joint, maps = self._state.heatmap_joint, self._result.heatmaps
        if joint == HEATMAP_OFF or maps is None or self._result.frame_to_heatmap is None:
            return
        if self._heat is None:
            view = maps[self.index]
            self._heat = heat_picture(view.max(0) if joint == HEATMAP_ALL else view[joint])
        inverse = invert_affine(self._result.frame_to_heatmap[self.index])
        to_frame = QTransform(
            inverse[0, 0], inverse[1, 0], inverse[0, 1], inverse[1, 1], inverse[0, 2] + 0.5, inverse[1, 2] + 0.5
        )
        to_widget = QTransform.fromScale(self.width() / self.camera.width_px, self.height() / self.camera.height_px)
        painter.save()
        painter.setTransform(QTransform.fromTranslate(-0.5, -0.5) * to_frame * to_widget)  # a cell's number is its centre
        painter.drawImage(0, 0, self._heat)
        painter.restore()

    def _paint_person(self, painter: QPainter, person: Person, chosen: bool) -> None:
        if person.lod is Lod.ROOT_ONLY:
            self._paint_root(painter, person, chosen)
            return
        joints = self.to_widget(person.joints_px[self.index])
        seen = np.isfinite(joints).all(1)
        if not seen.any():
            return
        width = LINE * (1.3 if chosen else 1.0)
        lines, dots = _by_color(person.track_id, joints, seen)
        every_line = [line for of_color in lines.values() for line in of_color]
        for ground, ground_width in (*([(theme.SELECTED, width + 5.0)] if chosen else []), (SHADOW, width + 2.0)):
            painter.setPen(_pen(ground, ground_width))
            painter.drawLines(every_line)
        for color, of_color in lines.items():
            painter.setPen(_pen(color, width))
            painter.drawLines(of_color)
        painter.setPen(_pen(SHADOW, 2 * JOINT + 1.0))
        painter.drawPoints(QPolygonF([dot for of_color in dots.values() for dot in of_color]))
        for color, of_color in dots.items():
            painter.setPen(_pen(color, 2 * JOINT))
            painter.drawPoints(QPolygonF(of_color))
        self._paint_extra(painter, person, joints, width)
        self._paint_name(painter, person, QPointF(joints[seen, 0].mean(), joints[seen, 1].min() - 12), chosen)

    def _paint_extra(self, painter: QPainter, person: Person, joints: np.ndarray, width: float) -> None:
        """Joints beyond the skeleton: feet as limbs, all as small dots."""
        names = self._result.extra_names
        extra = self.to_widget(person.extra_px[self.index])
        if len(extra) != len(names):
            return
        colors = [limb_color(person.track_id, named_side(name)) for name in names]
        for a, b in foot_limbs(names):
            if np.isfinite((joints[a], extra[b])).all():
                painter.setPen(_pen(colors[b], 0.7 * width))
                painter.drawLine(QPointF(*joints[a]), QPointF(*extra[b]))
        for at, color in zip(extra, colors, strict=True):
            if np.isfinite(at).all():
                painter.setPen(_pen(color, 1.2 * JOINT))
                painter.drawPoint(QPointF(*at))

    def _paint_root(self, painter: QPainter, person: Person, chosen: bool) -> None:
        root = self.to_widget(person.root_px[self.index])
        if not np.isfinite(root).all():
            return
        at, radius = QPointF(*root), ROOT_RADIUS * (1.25 if chosen else 1.0)
        fill = QColor(*person_color(person.track_id))
        fill.setAlpha(110)
        painter.setBrush(fill)
        for color, width in (
            (QColor(theme.SELECTED) if chosen else QColor(0, 0, 0, OUTLINE_ALPHA), 5.0),
            (QColor(*person_color(person.track_id)), 2.2),
        ):
            painter.setPen(QPen(color, width))
            painter.drawEllipse(at, radius, radius)
            painter.setBrush(Qt.NoBrush)
        painter.setPen(Qt.NoPen)
        painter.setBrush(QColor(*person_color(person.track_id)))
        painter.drawEllipse(at, 2.4, 2.4)
        self._paint_name(painter, person, at - QPointF(0, radius + 6), chosen)

    def _paint_name(self, painter: QPainter, person: Person, foot: QPointF, chosen: bool) -> None:
        """The person's number on a small coloured ground above their head, inside the picture."""
        text = str(person.track_id)
        width, height = _tag_size(text, bold=True)
        x = min(max(foot.x() - width / 2, 2), self.width() - width - 2)
        y = min(max(foot.y() - height, 2), self.height() - height - 2)
        ground = person_color(person.track_id)
        _tag(painter, QPointF(x, y), text, theme.GROUND, ground, theme.SELECTED if chosen else None)

    def _paint_hover(self, painter: QPainter) -> None:
        hover = self._state.hover
        person = None if hover is None else next((p for p in self._result.persons if p.track_id == hover.track_id), None)
        if person is None:
            return
        x, y = self.to_widget(person.joints_px[self.index, hover.joint])
        if not np.isfinite((x, y)).all():
            return
        painter.setBrush(Qt.NoBrush)
        for color, width in ((QColor(0, 0, 0, OUTLINE_ALPHA), 4.0), (QColor(theme.SELECTED), 2.0)):
            painter.setPen(QPen(color, width))
            painter.drawEllipse(QPointF(x, y), HOVER_RADIUS, HOVER_RADIUS)
        if not self.underMouse():  # there, the tooltip says it
            text = joint_name(hover.joint)
            width, height = _tag_size(text)
            left = x + 12 if x + 12 + width < self.width() else x - 12 - width
            _tag(painter, QPointF(left, y - height / 2), text, theme.TEXT)

    def _on_screen(self) -> list[ScreenPerson]:
        people = []
        for person in () if self._result is None else self._result.persons:
            joints = self.to_widget(person.joints_px[self.index])
            if person.lod is Lod.FULL:
                people.append(ScreenPerson(person.track_id, joints, joints[np.array(LIMBS)]))
            else:
                root = self.to_widget(person.root_px[self.index])
                none = np.full((len(JOINT_NAMES), 2), np.nan)
                people.append(ScreenPerson(person.track_id, none, np.array([[root, root]]), ROOT_RADIUS))
        return people

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.LeftButton:
            at = event.localPos()
            self._state.set_selection(pick_person(self._on_screen(), (at.x(), at.y())))
        event.accept() if event.button() == Qt.LeftButton else event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.localPos()
        found = pick_joint(self._on_screen(), (at.x(), at.y()))
        self._state.set_hover(None if found is None else JointRef(*found))
        if found is None:
            QToolTip.hideText()
        else:
            text = f"{joint_name(found[1])} · {person_name(found[0], self._state.names)}"
            QToolTip.showText(event.globalPos(), text, self)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.ignore()  # the grid enlarges

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._state.set_hover(None)


def _by_color(
    track_id: int, joints: np.ndarray, seen: np.ndarray
) -> tuple[dict[tuple[int, ...], list[QLineF]], dict[tuple[int, ...], list[QPointF]]]:
    """The limbs and joints of a person that are seen, by their colours: a call of a painter costs more than what it draws."""
    points, there = [QPointF(x, y) for x, y in joints.tolist()], seen.tolist()
    limbs, dots = _colored(track_id)
    lines = {color: [QLineF(points[a], points[b]) for a, b in pairs if there[a] and there[b]] for color, pairs in limbs.items()}
    return lines, {color: [points[j] for j in of_color if there[j]] for color, of_color in dots.items()}


@lru_cache(64)
def _colored(track_id: int) -> tuple[dict[tuple[int, ...], list[tuple[int, int]]], dict[tuple[int, ...], list[int]]]:
    """A person's limbs and joints by colour."""
    limbs: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    dots: dict[tuple[int, ...], list[int]] = {}
    for limb in LIMBS:
        limbs.setdefault(tuple(limb_color(track_id, limb_side(limb))), []).append(tuple(limb))
    for joint in range(len(JOINT_NAMES)):
        dots.setdefault(tuple(limb_color(track_id, joint_side(joint))), []).append(joint)
    return limbs, dots


@lru_cache(256)
def _pen(color: str | tuple[int, ...], width: float) -> QPen:
    return QPen(QColor(color) if isinstance(color, str) else QColor(*color), width, Qt.SolidLine, Qt.RoundCap)


def _tag_size(text: str, bold: bool = False) -> tuple[float, float]:
    width, height = pills.text_size(text, bold)
    return max(width + 12, height + 4), height + 4


def _tag(
    painter: QPainter,
    corner: QPointF,
    text: str,
    color: str,
    ground: tuple[int, int, int] | None = None,
    border: str | None = None,
) -> None:
    """Text on a rounded ground (the theme's deepest, half clear, if none is named)."""
    box = QRectF(corner, QSizeF(*_tag_size(text, bold=ground is not None)))
    filled = (*theme.rgb(theme.GROUND), TAG_ALPHA) if ground is None else (*ground, 255)
    edge = None if border is None else (border, 1.8)
    pills.draw(painter, box, text, color, bold=ground is not None, ground=filled, border=edge, radius=5.0)
