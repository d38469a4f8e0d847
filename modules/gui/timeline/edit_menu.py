"""What a right click on a person's row offers."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QObject, QPoint
from PyQt5.QtWidgets import QInputDialog, QMenu, QWidget

from modules.core.edits import Editor

from ..panes.names import person_name
from ..state import AppState
from .editing import Editing
from .tracks import Presence, Track


class EditMenu(QObject):
    """Builds the menu anew each time; ``menu`` is the one that is open."""

    def __init__(self, state: AppState, editing: Editing, parent: QWidget) -> None:
        super().__init__(parent)
        self._state, self._editing, self._window = state, editing, parent
        self.menu: QMenu | None = None

    def open_for(self, tracks: Sequence[Track], track_id: int, frame: int, place: QPoint) -> None:
        """The menu for a person at a frame."""
        self.menu = self._filled(tracks, track_id, frame)
        self.menu.popup(place)

    def _filled(self, tracks: Sequence[Track], track_id: int, frame: int) -> QMenu:
        menu, editing = QMenu(self._window), self._editing
        track = next(track for track in tracks if track.track_id == track_id)
        others = [other for other in tracks if other.track_id != track_id]
        swap = menu.addMenu(self.tr("Swap with … from frame {frame} on").format(frame=frame))
        merge = menu.addMenu(self.tr("The same person as …"))
        for other in others:
            number = other.track_id
            entry = swap.addAction(self._called(other), lambda number=number: editing.swap(track_id, number, frame))
            # nobody seen before: the two would be each other everywhere, which is no change
            entry.setEnabled(other.at(frame) != Presence.AWAY and (track.before(frame) or other.before(frame)))
            merge.addAction(self._called(other), lambda number=number: editing.merge(track_id, number, frame))
        swap.setEnabled(bool(others) and track.at(frame) != Presence.AWAY)
        merge.setEnabled(bool(others))
        split = menu.addAction(
            self.tr("Another person from frame {frame} on").format(frame=frame), lambda: editing.split(track_id, frame)
        )
        split.setEnabled(track.before(frame) and track.from_on(frame))
        menu.addSeparator()
        menu.addAction(self.tr("Rename…"), lambda: self._rename(track, frame))
        menu.addSeparator()
        first, last = self._state.loop_range or (frame, frame)
        text = self.tr("Delete in frame {first}") if first == last else self.tr("Delete in frames {first} to {last}")
        menu.addAction(text.format(first=first, last=last), lambda: editing.delete(track_id, (first, last)))
        menu.addAction(self.tr("Not a person"), lambda: editing.mark_as_nobody(track_id, frame))
        if not editing.possible:
            for action in menu.actions():
                action.setEnabled(False)
            menu.addSeparator()
            menu.addAction(self._why_not()).setEnabled(False)
        return menu

    def _called(self, track: Track) -> str:
        return person_name(track.track_id, self._state.names)

    def _why_not(self) -> str:
        if isinstance(self._editing.results, Editor):
            return self.tr("This take was opened to look at; open its recording to change who is who.")
        return self.tr("Saved poses can't be changed; open the recording that they are of.")

    def _rename(self, track: Track, frame: int) -> None:
        text = self.tr("Name of {person}; empty: the number again.").format(person=self._called(track))
        name, given = QInputDialog.getText(self._window, self.tr("Rename"), text, text=self._called(track))
        if given:
            self._editing.rename(track.track_id, name, frame)
