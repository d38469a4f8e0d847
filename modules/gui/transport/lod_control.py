"""Slider and number box of the LoD distance."""

from __future__ import annotations

import math

from PyQt5.QtCore import QEvent, QSignalBlocker, Qt
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from .. import theme
from ..state import AppState, Room
from .number_boxes import DistanceBox

STEP_MM, PAGE_MM, KEY_MM = 50, 500, 250
#: Without a recording.
REACH_MM = 10_000


def reach_mm(room: Room) -> int:
    """The farthest corner of the room's floor from the LoD origin, rounded up to whole steps, mm."""
    (sx, sy, _), (cx, cy, _), (ox, oy) = room.space_size_mm, room.space_center_mm, room.lod_origin_xy_mm
    farthest = max(math.hypot(cx + a * sx / 2 - ox, cy + b * sy / 2 - oy) for a in (-1, 1) for b in (-1, 1))
    return math.ceil(farthest / STEP_MM) * STEP_MM


class LodControl(QWidget):
    """Distance beyond which people keep their root only. Longer always means more people; the far end means everyone."""

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._label = QLabel(self)
        self.slider = QSlider(Qt.Horizontal, self)
        self.slider.setMinimumWidth(90)
        self.box = DistanceBox(self)
        self.box.setFixedWidth(112)
        self.box.editingFinished.connect(self.box.clearFocus)  # the arrow keys step again
        for control in (self.slider, self.box):
            control.setSingleStep(STEP_MM)
            control.setRange(STEP_MM, REACH_MM + STEP_MM)
            control.valueChanged.connect(self._on_value)
        self.slider.setPageStep(PAGE_MM)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        for part in (self._label, self.slider, self.box):
            row.addWidget(part)
        state.lod_distance_changed.connect(self._on_distance)
        state.room_changed.connect(self._on_room)
        self._on_room(state.room)
        self.retranslate()

    @property
    def longest_mm(self) -> int:
        """The longest distance that is a number; beyond it lies everyone."""
        return self.slider.maximum() - STEP_MM

    def longer(self, steps: int) -> None:
        """Some steps of the keys longer (or shorter)."""
        self.slider.setValue(self.slider.value() + steps * KEY_MM)

    def retranslate(self) -> None:
        """Sets every text in the language in force."""
        self._label.setText(self.tr("LoD distance"))
        self.box.set_words(self.tr("everyone"), self.tr(" mm"))
        tip = self.tr("People farther than this from the centre keep their root only. At the far end: everyone in full detail.")
        for part in (self._label, self.slider, self.box):
            part.setToolTip(tip)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _on_value(self, value: int) -> None:
        self._state.set_lod_distance_mm(0 if value > self.longest_mm else value)

    def _on_distance(self, distance_mm: float) -> None:
        value = round(distance_mm)
        if value > self.longest_mm:
            self._reach(value)
        for control in (self.slider, self.box):
            with QSignalBlocker(control):
                control.setValue(value if value > 0 else control.maximum())

    def _on_room(self, room: Room | None) -> None:
        self.setEnabled(room is not None)
        if room is not None:
            self._reach(max(reach_mm(room), round(self._state.lod_distance_mm)))
        self._on_distance(self._state.lod_distance_mm)

    def _reach(self, longest_mm: int) -> None:
        """Another longest distance; one step beyond it stands everyone."""
        for control in (self.slider, self.box):
            with QSignalBlocker(control):
                control.setMaximum(longest_mm + STEP_MM)
