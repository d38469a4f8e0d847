"""The bar at the bottom: play, step, seek, speed, loop and the LoD distance."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QEvent, QSignalBlocker, QSize, Qt
from PyQt5.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from .. import theme
from ..background.controller import Controller
from ..icons import icon
from ..state import AppState, Room
from .heatmap_box import HeatmapBox
from .lod_control import LodControl
from .number_boxes import FrameBox
from .seek_bar import SeekBar

SPEEDS: tuple[float, ...] = (0.25, 0.5, 1.0, 1.5, 2.0, 0.0)  # 0: every frame
JUMP = 10


class Transport(QFrame):
    """All controls of the current frame; they show the state and change it, nothing else."""

    def __init__(self, state: AppState, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._controller = state, controller
        self.seek = SeekBar(state, self)
        self.lod = LodControl(state, self)
        controller.computed_changed.connect(self.seek.set_computed)
        self.first = self._button("first", self.go_first)
        self.back10 = self._button("back10", lambda: self.step(-JUMP))
        self.back = self._button("back", lambda: self.step(-1))
        self.play = self._button("play", self.toggle)
        self.forward = self._button("forward", lambda: self.step(1))
        self.forward10 = self._button("forward10", lambda: self.step(JUMP))
        self.last = self._button("last", self.go_last)
        self.loop = self._button("loop", None)
        self.loop.setCheckable(True)
        self.loop.toggled.connect(state.set_loop)
        self.play.setFixedSize(44, 32)
        for button in (self.back10, self.back, self.forward, self.forward10):
            button.setAutoRepeat(True)
        self.frame = FrameBox(self)
        self.frame.setFixedWidth(64)
        self.frame.valueChanged.connect(state.set_frame_index)
        self.frame.editingFinished.connect(self.frame.clearFocus)  # the arrow keys step again
        self._of = QLabel(self)
        self.heatmap = HeatmapBox(state, self)
        self.speed = QComboBox(self)
        self.speed.setMinimumWidth(84)
        self.speed.activated.connect(lambda row: state.set_speed(SPEEDS[row]))
        self._lay_out()
        state.room_changed.connect(self._on_room)
        state.frame_index_changed.connect(self._on_index)
        state.playing_changed.connect(self._on_playing)
        state.speed_changed.connect(self._on_speed)
        state.loop_changed.connect(self.loop.setChecked)
        self.loop.setChecked(state.loop)
        self.retranslate()
        self._on_room(state.room)

    def step(self, frames: int) -> None:
        """Some frames on or back; pauses."""
        self._controller.step(frames)

    def go_first(self) -> None:
        """To the first frame."""
        self._state.set_frame_index(0)

    def go_last(self) -> None:
        """To the last frame."""
        self._state.set_frame_index(self._state.frame_count - 1)

    def toggle(self) -> None:
        """Plays or pauses."""
        self._state.set_playing(not self._state.playing)

    def retranslate(self) -> None:
        """Sets every text in the language in force."""
        for button, tip in (
            (self.first, self.tr("First frame (Home)")),
            (self.back10, self.tr("10 frames back (Shift+Left)")),
            (self.back, self.tr("One frame back (Left)")),
            (self.play, self.tr("Play or pause (Space)")),
            (self.forward, self.tr("One frame on (Right)")),
            (self.forward10, self.tr("10 frames on (Shift+Right)")),
            (self.last, self.tr("Last frame (End)")),
            (self.loop, self.tr("Start again after the last frame (L)")),
        ):
            button.setToolTip(tip)
        self.frame.setToolTip(self.tr("Go to this frame (Ctrl+G)"))
        self.speed.setToolTip(self.tr("Playback speed. Every frame: the next one when the last one is computed"))
        self.seek.setToolTip(self.tr("Drag to seek, with Shift to choose what playing loops over. Tinted frames are computed"))
        with QSignalBlocker(self.speed):
            self.speed.clear()
            self.speed.addItems([f"{speed:g}×" if speed else self.tr("every frame") for speed in SPEEDS])
            self._on_speed(self._state.speed)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _button(self, name: str, action: Callable[[], None] | None) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("flat", True)
        button.setIcon(icon(name))
        button.setIconSize(QSize(18, 18))
        button.setFixedSize(32, 32)
        button.setFocusPolicy(Qt.TabFocus)
        if action is not None:
            button.clicked.connect(lambda _checked=False: action())
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN + 2, 2, theme.MARGIN + 2, theme.GAP)
        column.setSpacing(0)
        column.addWidget(self.seek)
        row = QHBoxLayout()
        row.setSpacing(2)
        for part in (self.first, self.back10, self.back, self.play, self.forward, self.forward10, self.last, self.loop):
            row.addWidget(part)
        row.addSpacing(12)
        row.addWidget(self.frame)
        row.addWidget(self._of)
        row.addSpacing(12)
        row.addWidget(self.speed)
        row.addSpacing(12)
        row.addWidget(self.heatmap)
        row.addStretch(1)
        row.addWidget(self.lod, 2)
        column.addLayout(row)

    def _on_room(self, room: Room | None) -> None:
        self.setEnabled(room is not None)
        last = max(0, self._state.frame_count - 1)
        with QSignalBlocker(self.frame):
            self.frame.setRange(0, last)
        self._of.setText(f"/ {last}")

    def _on_index(self, index: int) -> None:
        with QSignalBlocker(self.frame):
            self.frame.setValue(index)

    def _on_playing(self, playing: bool) -> None:
        self.play.setIcon(icon("pause" if playing else "play"))

    def _on_speed(self, speed: float) -> None:
        if speed in SPEEDS:
            self.speed.setCurrentIndex(SPEEDS.index(speed))
