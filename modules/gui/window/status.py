"""The line at the bottom: the recording, the joint under the mouse, and what the worker is doing."""

from __future__ import annotations

import math
from pathlib import Path

from PyQt5.QtCore import QEvent, QTimer
from PyQt5.QtWidgets import QLabel, QStatusBar, QWidget

from .. import theme
from ..background.controller import Controller
from ..background.messages import Busy, Pace
from ..panes.names import joint_name, person_name
from ..panes.recording_panel import sizes_text
from ..processing.process_bar import duration_text
from ..state import AppState

#: Work shorter than this is not announced: the label would only flicker.
QUIET_MS = 120


class StatusLine(QStatusBar):
    """Shows the state and the worker's business; changes nothing."""

    def __init__(self, state: AppState, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._controller = state, controller
        self._busy = Busy.IDLE
        self._pace = Pace(float("nan"), 0, float("nan"))
        self._rig_share = float("nan")
        self._refused = False
        self._recording, self._hover, self._work = QLabel(self), QLabel(self), QLabel(self)
        self._recording.setContentsMargins(theme.MARGIN, 0, 0, 0)
        self._work.setContentsMargins(0, 0, theme.MARGIN, 0)
        self._hover.setStyleSheet(f"color: {theme.TEXT}")
        self.addWidget(self._recording)
        self.addWidget(self._hover, 1)
        self.addPermanentWidget(self._work)
        self.setSizeGripEnabled(False)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(QUIET_MS)
        self._delay.timeout.connect(self._show_busy)
        state.room_changed.connect(self._show_recording)
        state.hover_changed.connect(self._show_hover)
        state.names_changed.connect(lambda _: self._show_hover(state.hover))
        state.computing_ahead_changed.connect(lambda _: self._show_busy())
        controller.busy_changed.connect(self._on_busy)
        controller.pace_changed.connect(self._on_pace)
        self.retranslate()

    def set_rig_share(self, share: float) -> None:
        """How far the rig check is, 0–1; NaN: there is none."""
        self._rig_share = share
        self._show_busy()

    def set_refused(self, refused: bool) -> None:
        """Whether nothing is computed ahead because the rig can't be right."""
        self._refused = refused
        self._show_busy()

    @property
    def work_text(self) -> str:
        """What the worker is said to be doing."""
        return self._work.text()

    def retranslate(self) -> None:
        """Sets every text in the language in force."""
        self._show_recording(self._state.room)
        self._show_hover(self._state.hover)
        self._show_busy()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _on_busy(self, busy: Busy) -> None:
        self._busy = busy
        if busy is Busy.COMPUTING or (busy is Busy.IDLE and self._state.playing):
            if not self._delay.isActive():
                self._delay.start()
        else:
            self._show_busy()

    def _on_pace(self, pace: Pace) -> None:
        self._pace = pace
        if not self._delay.isActive():
            self._delay.start()

    def _show_busy(self) -> None:
        text, color = {
            Busy.IDLE: (self._idle_text(), theme.WARNING if self._refused else theme.TEXT_OFF),
            Busy.OPENING: (self.tr("Opening the recording …"), theme.WARNING),
            Busy.LOADING: (self.tr("Loading the network …"), theme.WARNING),
            Busy.COMPUTING: (self._pace_text(), theme.ACCENT),
        }[self._busy]
        text = f'<span style="color:{color}">●</span>&nbsp; {text}'
        if math.isfinite(self._rig_share):
            checking = self.tr("Checking the rig … {percent} %").format(percent=round(100 * self._rig_share))
            text = f'<span style="color:{theme.WARNING}">●</span>&nbsp; {checking} &nbsp; {text}'
        if text != self._work.text():  # each repaint costs
            self._work.setText(text)

    def _idle_text(self) -> str:
        if self._controller.no_network:
            return self.tr("The network could not be loaded")
        waiting = self._pace.frames_left > 0
        if waiting and self._refused:
            return self.tr("Not computing: the rig can't be right")
        waiting = waiting and not self._state.computing_ahead
        return self.tr("Computing ahead is off") if waiting else self.tr("Ready")

    def _pace_text(self) -> str:
        """Frames a second and the time left, once they are known."""
        pace = self._pace
        if not self._state.computing_ahead or not math.isfinite(pace.seconds_left) or not pace.frames_left:
            return self.tr("Computing …")
        text = self.tr("Computing ahead: {rate:.1f} frames/s · {left} left")
        return text.format(rate=pace.frames_per_s, left=duration_text(pace.seconds_left))

    def _show_recording(self, room: object) -> None:
        if room is None:
            self._recording.setText(self.tr("No recording open"))
            return
        info = room.info
        parts = [
            f'<b style="color:{theme.TEXT}">{Path(info.path).name}</b>',
            *([info.format] if info.format else []),
            self.tr("1 camera")
            if len(info.camera_names) == 1
            else self.tr("{count} cameras").format(count=len(info.camera_names)),
            sizes_text(info.sizes_px),
            self.tr("{count} frames").format(count=info.frame_count),
        ]
        if math.isfinite(info.fps):
            parts.append(self.tr("{fps:g} fps").format(fps=info.fps))
        self._recording.setText(" &nbsp;·&nbsp; ".join(parts))

    def _show_hover(self, hover: object) -> None:
        self._hover.setText(
            "" if hover is None else f"{person_name(hover.track_id, self._state.names)} · {joint_name(hover.joint)}"
        )
