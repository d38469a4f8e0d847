"""Marking by hand, on a timeline, which frame of each camera shows the same clap or flash."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from modules.core.calibrating import Pictures
from modules.core.palette import person_color

#: Steps of the slider, and how long it rests before pictures are fetched, ms.
STEPS, REST_MS = 1000, 120


class _Marked(QSlider):
    """A timeline with a line where each camera's clap is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Horizontal, parent)
        self.marks: dict[str, float] = {}

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        for number, share in enumerate(self.marks.values()):
            painter.setPen(QPen(QColor(*person_color(number + 1)), 2))
            x = round(share * (self.width() - 1))
            painter.drawLine(x, 0, x, self.height())
        painter.end()


class ClapMarks(QWidget):
    """A timeline over the videos and, for each camera, a button that says "the clap is here"."""

    wanted = pyqtSignal(float)  # the share of the time whose pictures are to be shown

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = _Marked(self)
        self.timeline.setRange(0, STEPS)
        self.where, self.back, self.on = QLabel(self), QPushButton("◀", self), QPushButton("▶", self)
        self._shown: Pictures | None = None
        self._frames: dict[str, int] = {}
        self._buttons: list[QPushButton] = []
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(lambda: self.wanted.emit(self.timeline.value() / STEPS))
        self.timeline.valueChanged.connect(lambda _value: self._rest.start())
        self.back.clicked.connect(lambda _checked=False: self._step(-1))
        self.on.clicked.connect(lambda _checked=False: self._step(1))
        for button, text in ((self.back, self.tr("One frame back")), (self.on, self.tr("One frame on"))):
            button.setFixedWidth(32)
            button.setAutoDefault(False)
            button.setAccessibleName(text)
            button.setToolTip(text)
        row, self._row = QHBoxLayout(), QHBoxLayout()
        for part in (self.back, self.on, self.timeline, self.where):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addLayout(self._row)

    @property
    def marks(self) -> Mapping[str, int]:
        """Camera → frame that shows the clap."""
        return dict(self._frames)

    def clear(self) -> None:
        """Forgets all marks: these are other videos."""
        self._frames, self._shown, self.timeline.marks = {}, None, {}
        self._say()

    def show_pictures(self, shown: Pictures) -> None:
        """Takes over which frame the pictures are of."""
        self._shown = shown
        while len(self._buttons) < len(shown.names):
            button = QPushButton(self)
            button.setAutoDefault(False)
            button.clicked.connect(partial(self._mark, len(self._buttons)))
            self._row.addWidget(button)
            self._buttons.append(button)
        self._say()

    def _mark(self, place: int, _checked: bool = False) -> None:
        if self._shown is None:
            return
        name = self._shown.names[place]
        if self._frames.get(name) == self._shown.frame:
            del self._frames[name]  # pressed again: it isn't there
        else:
            self._frames[name] = self._shown.frame
        last = max(self._shown.last, 1)
        self.timeline.marks = {n: frame / last for n, frame in self._frames.items()}
        self.timeline.update()
        self._say()

    def _step(self, by: int) -> None:
        if self._shown is not None:
            frame = min(max(self._shown.frame + by, 0), self._shown.last)
            self.wanted.emit(frame / max(self._shown.last, 1))

    def _say(self) -> None:
        shown = self._shown
        self.where.setText(
            "" if shown is None else self.tr("frame {frame} of {last}").format(frame=shown.frame, last=shown.last)
        )
        for place, button in enumerate(self._buttons):
            button.setVisible(shown is not None and place < len(shown.names))
            if shown is not None and place < len(shown.names):
                name = shown.names[place]
                frame = self._frames.get(name)
                here = self.tr("{camera}: the clap is here").format(camera=name)
                there = self.tr("{camera}: clap in frame {frame}").format(camera=name, frame=frame)
                button.setText(here if frame is None else there)
