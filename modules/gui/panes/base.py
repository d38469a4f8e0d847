"""What all panes share: they hold one result, draw only while they are seen, and follow the language."""

from __future__ import annotations

from PyQt5.QtCore import QEvent
from PyQt5.QtGui import QShowEvent
from PyQt5.QtWidgets import QWidget

from modules.core.types import FrameSet, Person, PoseResult

from ..state import AppState, Room


class Pane(QWidget):
    """A widget that shows one ``PoseResult`` at a time.

    Subclasses say how in ``refresh`` (frame and result, or None) and, where it matters, ``room_opened`` and ``retranslate``;
    a hidden pane does no work and catches up when it is shown.
    """

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.frame: FrameSet | None = None
        self.result: PoseResult | None = None
        self._stale = True
        state.room_changed.connect(self._on_room_changed)
        state.names_changed.connect(self.request_refresh)

    def show_result(self, frame: FrameSet, result: PoseResult | None) -> None:
        """Draws a result over its frame; None: the people of this frame are not computed yet."""
        self.frame, self.result = frame, result
        self.request_refresh()

    def clear(self) -> None:
        """Forgets the result."""
        self.frame = self.result = None
        self.request_refresh()

    def request_refresh(self, *_: object) -> None:
        """Draws anew, now or when the pane is next seen."""
        if self.isVisible():
            self._stale = False
            self.refresh()
        else:
            self._stale = True

    def person(self, track_id: int | None) -> Person | None:
        """The person of this number in the shown result."""
        persons = () if self.result is None else self.result.persons
        return next((person for person in persons if person.track_id == track_id), None)

    def refresh(self) -> None:
        """Draws ``frame`` and ``result``; both are None where there is nothing to show."""
        raise NotImplementedError

    def room_opened(self, room: Room | None) -> None:
        """Another recording is open, or none."""

    def retranslate(self) -> None:
        """Sets all texts anew."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.request_refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.LanguageChange:
            self.retranslate()
            self.request_refresh()

    def _on_room_changed(self, room: Room | None) -> None:
        self.frame = self.result = None
        self.room_opened(room)
        self.request_refresh()
