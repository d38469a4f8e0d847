"""Small line icons, drawn here so that no font or theme has to have them."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from . import theme

SIZE = 64  # drawn large, scaled down by QIcon
_LEFT = [(0.68, 0.22), (0.30, 0.50), (0.68, 0.78)]


def _triangle(points: list[tuple[float, float]]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x * SIZE, y * SIZE) for x, y in points]))
    path.closeSubpath()
    return path


def _bar(x: float, width: float = 0.09) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(x * SIZE, 0.22 * SIZE, width * SIZE, 0.56 * SIZE), 2, 2)
    return path


def _mirrored(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(1 - x, y) for x, y in points]


def _double(mirror: bool) -> list[QPainterPath]:
    paths = []
    for shift in (-0.16, 0.18):
        points = [(x + shift, y) for x, y in _LEFT]
        paths.append(_triangle(_mirrored(points) if mirror else points))
    return paths


_FILLED: dict[str, list[QPainterPath]] = {
    "play": [_triangle([(0.30, 0.18), (0.80, 0.50), (0.30, 0.82)])],
    "pause": [_bar(0.28, 0.15), _bar(0.57, 0.15)],
    "first": [_bar(0.20), _triangle([(x + 0.08, y) for x, y in _LEFT])],
    "last": [_bar(0.71), _triangle(_mirrored([(x + 0.08, y) for x, y in _LEFT]))],
    "back": [_triangle(_LEFT)],
    "forward": [_triangle(_mirrored(_LEFT))],
    "back10": _double(False),
    "forward10": _double(True),
}


def icon(name: str) -> QIcon:
    """play, pause, first, last, back, forward, back10, forward10, loop, close or float."""
    made = QIcon()
    for mode, color in ((QIcon.Normal, theme.TEXT), (QIcon.Disabled, theme.TEXT_OFF)):
        pixmap = QPixmap(SIZE, SIZE)
        pixmap.fill(Qt.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.Antialiasing)
        if name in _FILLED:
            for path in _FILLED[name]:
                painter.fillPath(path, QColor(color))
        else:
            painter.setPen(QPen(QColor(color), 5, Qt.SolidLine, Qt.RoundCap))
            _draw_lines(painter, name, QColor(color))
        painter.end()
        made.addPixmap(pixmap, mode)
    return made


def _draw_lines(painter: QPainter, name: str, color: QColor) -> None:
    if name == "loop":
        painter.drawArc(QRectF(14, 14, 36, 36), 60 * 16, 290 * 16)
        painter.fillPath(_triangle([(0.56, 0.08), (0.56, 0.38), (0.80, 0.23)]), color)
    elif name == "close":
        painter.drawLine(20, 20, 44, 44)
        painter.drawLine(44, 20, 20, 44)
    elif name == "float":
        painter.drawRect(16, 24, 24, 24)
        painter.drawPolyline(QPolygonF([QPointF(26, 16), QPointF(48, 16), QPointF(48, 38)]))
    else:
        raise KeyError(name)
