"""The part of the 3D view's bar that switches extras, and goes back and forward through views."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, pyqtSignal
from PyQt5.QtWidgets import QAction, QHBoxLayout, QMenu, QToolButton, QWidget

from .. import theme
from ..panes.names import person_name
from ..state import AppState
from .extras import BONE_LENGTHS, JOINT_NAMES, MEASURE, TRAILS, VIDEO, Extras


class ExtrasBar(QWidget):
    """Buttons: view before, view after, Show (trails, names, lengths, video, hidden people), Measure."""

    back_requested = pyqtSignal()
    forward_requested = pyqtSignal()

    def __init__(self, extras: Extras, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._extras, self._state = extras, state
        self.back, self.forward, self.show_button, self.measure = (QToolButton(self) for _ in range(4))
        self.back.setText("‹")
        self.forward.setText("›")
        self.back.clicked.connect(self.back_requested)
        self.forward.clicked.connect(self.forward_requested)
        self.menu = QMenu(self)
        self.switches: dict[str, QAction] = {}
        for name in (TRAILS, JOINT_NAMES, BONE_LENGTHS, VIDEO):
            action = self.menu.addAction("")
            action.setCheckable(True)
            action.toggled.connect(lambda on, name=name: extras.set_on(name, on))
            self.switches[name] = action
        self.menu.addSeparator()
        self.everyone = self.menu.addAction("")
        self.everyone.triggered.connect(extras.show_everyone)
        self.hidden = self.menu.addMenu("")
        self.show_button.setMenu(self.menu)
        self.show_button.setPopupMode(QToolButton.InstantPopup)
        self.show_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.measure.setCheckable(True)
        self.measure.toggled.connect(lambda on: extras.set_on(MEASURE, on))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        for button in (self.back, self.forward, self.show_button, self.measure):
            row.addWidget(button)
        extras.changed.connect(self._follow)
        state.names_changed.connect(self._follow)
        self.set_can_go(False, False)
        self.retranslate()
        self._follow()

    def set_can_go(self, back: bool, forward: bool) -> None:
        """Whether there are views to go to."""
        self.back.setEnabled(back)
        self.forward.setEnabled(forward)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        """Sets every text in the language in force."""
        texts = (self.tr("Trails"), self.tr("Names of joints"), self.tr("Bone lengths"), self.tr("Video in the cameras"))
        for action, text in zip(self.switches.values(), texts, strict=True):
            action.setText(text)
        self.back.setToolTip(self.tr("The view before (Alt+Left)"))
        self.forward.setToolTip(self.tr("The view after (Alt+Right)"))
        self.show_button.setText(f"{self.tr('Show')} ▾")
        self.show_button.setToolTip(self.tr("Trails, names and lengths; who is hidden"))
        self.measure.setText(self.tr("Measure"))
        self.measure.setToolTip(self.tr("Click two joints for a distance, three for an angle (M)"))
        self.everyone.setText(self.tr("Show everyone"))
        self.hidden.setTitle(self.tr("Hidden"))
        self._follow()

    def _follow(self, *_: object) -> None:
        for name, action in self.switches.items():
            action.setChecked(self._extras.is_on(name))
        self.measure.setChecked(self._extras.is_on(MEASURE))
        self.everyone.setEnabled(bool(self._extras.hidden))
        self.hidden.setEnabled(bool(self._extras.hidden))
        self.hidden.clear()
        for track_id in sorted(self._extras.hidden):
            name = person_name(track_id, self._state.names)
            self.hidden.addAction(name, lambda track_id=track_id: self._extras.set_hidden(track_id, False))
