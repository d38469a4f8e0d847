"""Text in the 3D view: names that follow points in space, and quiet lines in the corner and the middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PyQt5.QtCore import QObject, QPointF, QRectF, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QImage, QPainter

from .. import pills, theme
from .scene import project

if TYPE_CHECKING:
    from .gl_view import SceneView

PAD_X, PAD_Y, LIFT, GROUND_ALPHA = 6.0, 2.0, 4.0, 215


@dataclass(frozen=True, eq=False)
class Label:
    """A name at a point.

    Attributes:
        position_m: float [3], m, world: it stands above this on the screen.
        color: of its border; None: plain text without a ground.
        chosen: whether it is set off as the chosen person's.
        clear_m: how much of what lies around the point it leaves free where the eye looks down on it.
        tick: a number on the floor: centred on the point, never moved, and left out where something else is written.
        text_color: of the text, where it has no border.
    """

    text: str
    position_m: np.ndarray
    color: tuple[int, int, int] | None = None
    chosen: bool = False
    clear_m: float = 0.0
    tick: bool = False
    text_color: str = theme.TEXT_DIM


class Labels(QObject):
    """Writes all labels onto the finished picture: without a graphics card, text by OpenGL costs as much as all the rest.

    Unlike pyqtgraph's GLTextItem it leaves out what is behind the eye and moves labels off one another.
    """

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._fixed: tuple[Label, ...] = ()
        self._moving: tuple[Label, ...] = ()
        self._circle: tuple[Label, ...] = ()
        self._hint, self._corner = "", ""

    def set_fixed(self, labels: Sequence[Label]) -> None:
        """Names that stand still (cameras)."""
        self._fixed = tuple(labels)
        self.changed.emit()

    def set_moving(self, labels: Sequence[Label]) -> None:
        """Names of this frame (people, the hovered joint); they win where names meet."""
        self._moving = tuple(labels)
        self.changed.emit()

    def set_circle(self, label: Label | None) -> None:
        """What the LoD circle is, or nothing."""
        self._circle = () if label is None else (label,)
        self.changed.emit()

    def set_texts(self, hint: str, corner: str) -> None:
        """A sentence in the middle and one in the lower left corner."""
        self._hint, self._corner = hint, corner
        self.changed.emit()

    def paint(self, view: SceneView, image: QImage) -> None:
        """Onto what ``view`` has drawn."""
        painter = QPainter(image)
        painter.setRenderHints(QPainter.Antialiasing | QPainter.TextAntialiasing)
        taken: list[QRectF] = []
        labels, matrix = (*self._moving, *self._circle, *self._fixed), view.matrix()
        places = project(np.array([label.position_m for label in labels]).reshape(-1, 3), matrix, view.width(), view.height())
        for label, (x, y) in zip(labels, places, strict=True):
            if -50 < x < view.width() + 50 and -50 < y < view.height() + 50:
                lift = 0.0 if label.tick else LIFT + label.clear_m * view.pixels_per_metre(label.position_m) * view.steepness()
                self._draw(painter, label, QPointF(x, y - lift), taken)
        area = QRectF(view.rect())
        painter.setFont(theme.font(theme.FONT_SMALL_PX))
        painter.setPen(QColor(theme.TEXT_DIM))
        painter.drawText(area.adjusted(10, 6, -10, -6), Qt.AlignLeft | Qt.AlignBottom, self._corner)
        painter.setFont(theme.font())
        painter.drawText(area.adjusted(30, 20, -30, -20), Qt.AlignCenter | Qt.TextWordWrap, self._hint)
        painter.end()

    def _draw(self, painter: QPainter, label: Label, at: QPointF, taken: list[QRectF]) -> None:
        bold = label.color is not None
        text_width, text_height = pills.text_size(label.text, bold)
        width, height = text_width + 2 * PAD_X, text_height + 2 * PAD_Y
        box = QRectF(at.x() - width / 2, at.y() - height, width, height)
        if label.tick:
            box.moveCenter(at)
            if any(box.intersects(other) for other in taken):
                return
        for _ in range(8):
            if not any(box.intersects(other) for other in taken):
                break
            box.translate(0, -height - 2)
        taken.append(box)
        if label.color is None:
            pills.draw(painter, box, label.text, label.text_color)
            return
        border = (theme.SELECTED, 2.0) if label.chosen else (label.color, 1.4)
        ground = (*theme.rgb(theme.GROUND), GROUND_ALPHA)
        pills.draw(painter, box, label.text, theme.TEXT, bold=True, ground=ground, border=border, radius=height / 2)
