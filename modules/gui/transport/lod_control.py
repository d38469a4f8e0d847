"""Slider and number box of the LoD distance."""

from __future__ import annotations

import math

from PyQt5.QtCore import QEvent, QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QSlider, QSpinBox, QWidget

from .. import theme
from ..state import AppState, Room

STEP_MM, PAGE_MM = 50, 500


def reach_mm(room: Room) -> int:
    """The farthest corner of the room's floor from the LoD origin, rounded up to whole steps, mm."""
    (sx, sy, _), (cx, cy, _), (ox, oy) = room.space_size_mm, room.space_center_mm, room.lod_origin_xy_mm
    farthest = max(math.hypot(cx + a * sx / 2 - ox, cy + b * sy / 2 - oy) for a in (-1, 1) for b in (-1, 1))
    return math.ceil(farthest / STEP_MM) * STEP_MM


class LodControl(QWidget):
    """Distance beyond which people keep their root only; 0: everyone in full detail."""

    drag_started = pyqtSignal()
    drag_ended = pyqtSignal()

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._label = QLabel(self)
        self.slider = QSlider(Qt.Horizontal, self)
        self.slider.setMinimumWidth(150)
        self.box = QSpinBox(self)
        self.box.setKeyboardTracking(False)
        self.box.setFixedWidth(118)
        self.box.setAlignment(Qt.AlignRight)
        self.box.editingFinished.connect(self.box.clearFocus)  # the arrow keys step again
        for control in (self.slider, self.box):
            control.setSingleStep(STEP_MM)
            control.setRange(0, 10_000)
            control.valueChanged.connect(self._on_value)
        self.slider.setPageStep(PAGE_MM)
        self.slider.sliderPressed.connect(self.drag_started)
        self.slider.sliderReleased.connect(self.drag_ended)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        for part in (self._label, self.slider, self.box):
            row.addWidget(part)
        state.lod_distance_changed.connect(self._on_distance)
        state.room_changed.connect(self._on_room)
        self._on_room(state.room)
        self.retranslate()

    def retranslate(self) -> None:
        """Sets every text in the language in force."""
        self._label.setText(self.tr("LoD distance"))
        self.box.setSpecialValueText(self.tr("everyone"))
        self.box.setSuffix(self.tr(" mm"))
        tip = self.tr("People farther than this from the centre keep their root only. 0: everyone in full detail.")
        for part in (self._label, self.slider, self.box):
            part.setToolTip(tip)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _on_value(self, value: int) -> None:
        self._state.set_lod_distance_mm(value)

    def _on_distance(self, distance_mm: float) -> None:
        value = round(distance_mm)
        for control in (self.slider, self.box):
            with QSignalBlocker(control):
                control.setMaximum(max(control.maximum(), value))
                control.setValue(value)

    def _on_room(self, room: Room | None) -> None:
        self.setEnabled(room is not None)
        if room is not None:
            for control in (self.slider, self.box):
                with QSignalBlocker(control):
                    control.setMaximum(max(reach_mm(room), round(self._state.lod_distance_mm)))
        self._on_distance(self._state.lod_distance_mm)
