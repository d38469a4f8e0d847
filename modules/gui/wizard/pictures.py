"""The wizard's pictures: people as the 2D network sees them, and the room from above."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from modules.core.palette import person_color
from modules.core.skeleton import COCO_NAMES
from modules.core.types import Camera

from .. import theme

#: Keypoints below this are not drawn.
SURE = 0.3
#: Bones between COCO's keypoints.
COCO_BONES = tuple(
    (COCO_NAMES.index(a), COCO_NAMES.index(b))
    for side in ("left", "right")
    for a, b in (
        (f"{side}_shoulder", f"{side}_elbow"), (f"{side}_elbow", f"{side}_wrist"), (f"{side}_shoulder", f"{side}_hip"),
        (f"{side}_hip", f"{side}_knee"), (f"{side}_knee", f"{side}_ankle"),
    )
) + tuple((COCO_NAMES.index(f"left_{name}"), COCO_NAMES.index(f"right_{name}")) for name in ("shoulder", "hip"))  # fmt: skip
#: A camera's triangle in the plan, mm; room around everything, mm.
CAMERA_MM, AROUND_MM = 450.0, 700.0
#: The strip below the plan, where its scale is, px.
STRIP_PX = 24
#: Radius of a ring around what the 2D network saw.
DOT_PX = 2.5


def photograph(image: np.ndarray, skeletons: Sequence[np.ndarray], width_px: int, dots: np.ndarray | None = None) -> QImage:
    """An image uint8 [H, W, 3] with skeletons float [17, 2] (NaN: not drawn) and dots float [N, 2], px, scaled to a width."""
    height, width = image.shape[:2]
    data = np.ascontiguousarray(image)
    whole = QImage(data.data, width, height, 3 * width, QImage.Format_RGB888)
    scale = width_px / width
    small = whole.scaled(width_px, max(1, round(height * scale)), Qt.IgnoreAspectRatio, Qt.SmoothTransformation)
    painter = QPainter(small)
    painter.setRenderHint(QPainter.Antialiasing)
    for number, skeleton in enumerate(skeletons):
        painter.setPen(QPen(QColor(*person_color(number + 1)), 2.0))
        for a, b in COCO_BONES:
            if np.isfinite(skeleton[[a, b]]).all():
                painter.drawLine(QPointF(*(skeleton[a] * scale)), QPointF(*(skeleton[b] * scale)))
    painter.setPen(QPen(QColor(theme.TEXT), 1.0))
    for dot in () if dots is None else dots:
        painter.drawEllipse(QPointF(*(dot * scale)), DOT_PX, DOT_PX)
    painter.end()
    return small


def seen(people: np.ndarray) -> list[np.ndarray]:
    """Skeletons float [17, 2] of a view's people [P, 17, 3]; NaN where a keypoint is unsure."""
    return [np.where(person[:, 2:] >= SURE, person[:, :2], np.nan) for person in people.astype(float)]


def plan(cameras: Sequence[Camera], paths_mm: Sequence[np.ndarray], width_px: int, height_px: int) -> QImage:
    """The room from above: cameras as triangles that look where they look, people's paths, a metre to measure by."""
    image = QImage(width_px, height_px, QImage.Format_RGB888)
    image.fill(QColor(theme.GROUND))
    places = np.array([camera.center_world_mm[:2] for camera in cameras])
    points = np.concatenate([places, *paths_mm])
    low, high = points.min(0) - AROUND_MM, points.max(0) + AROUND_MM
    room_px = height_px - STRIP_PX
    scale = float(min(width_px / (high[0] - low[0]), room_px / (high[1] - low[1])))
    middle = (low + high) / 2

    def at(xy: np.ndarray) -> QPointF:
        x, y = (np.asarray(xy) - middle) * scale
        return QPointF(width_px / 2 + x, room_px / 2 - y)

    painter = QPainter(image)
    painter.setRenderHint(QPainter.Antialiasing)
    for number, path in enumerate(paths_mm):
        painter.setPen(QPen(QColor(*person_color(number + 1)), 2.0))
        painter.drawPolyline(QPolygonF([at(xy) for xy in path]))
    painter.setPen(QPen(QColor(theme.TEXT), 1.5))
    painter.setBrush(QColor(theme.ACCENT))
    for camera in cameras:
        ahead = camera.R_world_to_cam[2, :2]
        ahead = ahead / max(float(np.linalg.norm(ahead)), 1e-6) * CAMERA_MM
        side = np.array([-ahead[1], ahead[0]]) / 2
        place = camera.center_world_mm[:2]
        painter.drawPolygon(QPolygonF([at(place), at(place + ahead + side), at(place + ahead - side)]))
        name = painter.fontMetrics().boundingRect(camera.name)
        behind = at(place - ahead / CAMERA_MM * (name.height() / 2 + 5) / scale)  # its own triangle is on the other side
        x = min(max(behind.x(), name.width() / 2 + 4), width_px - name.width() / 2 - 4)
        painter.drawText(QRectF(x - 150, behind.y() - 10, 300, 20), Qt.AlignCenter, camera.name)
    bar = height_px - STRIP_PX / 2
    painter.drawLine(QPointF(12, bar), QPointF(12 + 1000 * scale, bar))
    painter.drawText(QPointF(18 + 1000 * scale, bar + 4), "1 m")
    painter.end()
    return image


def how_to_walk(width_px: int, height_px: int) -> QImage:
    """A room from above with four cameras in its corners and somebody walking a figure of eight."""
    angle = np.linspace(0, 2 * np.pi, 120)
    path = np.stack([1900 * np.sin(angle), 1300 * np.sin(angle) * np.cos(angle) * 1.3], 1)
    cameras = []
    for number, (x, y) in enumerate(((-3000, -2100), (3000, -2100), (3000, 2100), (-3000, 2100))):
        ahead = -np.array([x, y, 0.0]) / np.hypot(x, y)
        right = np.array([ahead[1], -ahead[0], 0.0])
        R = np.stack([right, np.cross(ahead, right), ahead])
        cameras.append(Camera(str(number + 1), 16, 9, 1.0, 1.0, 8.0, 4.5, R, np.array([x, y, 0.0])))
    return plan(cameras, [path], width_px, height_px)
