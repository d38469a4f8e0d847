"""Short texts on a rounded ground, painted once and kept: a frame has dozens, and writing costs more than copying."""

from __future__ import annotations

from functools import lru_cache

from PyQt5.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from . import theme

#: Room for borders around the box, px.
EDGE = 2


@lru_cache(1024)
def text_size(text: str, bold: bool) -> tuple[float, float]:
    """Width and height of a small text, px."""
    metrics = QFontMetricsF(theme.font(theme.FONT_SMALL_PX, bold=bold))
    return metrics.horizontalAdvance(text), metrics.height()


def draw(
    painter: QPainter,
    box: QRectF,
    text: str,
    color: str,
    *,
    bold: bool = False,
    ground: tuple[int, int, int, int] | None = None,
    border: tuple[str | tuple[int, int, int], float] | None = None,
    radius: float = 0.0,
) -> None:
    """Draws a small text in the middle of a box, at whole px.

    Args:
        ground: RGBA, or None for bare text. border: its colour and width, px. radius: of the box's corners, px.
    """
    ratio = painter.device().devicePixelRatioF()
    picture = _picture(text, (box.width(), box.height()), color, bold, ground, border, radius, ratio)
    painter.drawImage(QPointF(round(box.x()) - EDGE, round(box.y()) - EDGE), picture)


@lru_cache(1024)
def _picture(
    text: str,
    size: tuple[float, float],
    color: str,
    bold: bool,
    ground: tuple[int, int, int, int] | None,
    border: tuple[str | tuple[int, int, int], float] | None,
    radius: float,
    ratio: float,
) -> QImage:
    width, height = (round((side + 2 * EDGE + 1) * ratio) for side in size)
    picture = QImage(width, height, QImage.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.transparent)
    painter = QPainter(picture)
    painter.setRenderHints(QPainter.Antialiasing | QPainter.TextAntialiasing)
    box = QRectF(QPointF(EDGE, EDGE), QSizeF(*size))
    if ground is not None:
        painter.setBrush(QColor(*ground))
        painter.setPen(Qt.NoPen if border is None else QPen(_color(border[0]), border[1]))
        painter.drawRoundedRect(box, radius, radius)
    painter.setPen(QColor(color))
    painter.setFont(theme.font(theme.FONT_SMALL_PX, bold=bold))
    painter.drawText(box, Qt.AlignCenter, text)
    painter.end()
    return picture


def _color(color: str | tuple[int, int, int]) -> QColor:
    return QColor(color) if isinstance(color, str) else QColor(*color)
