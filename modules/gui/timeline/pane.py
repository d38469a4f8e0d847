"""The timeline as a pane: buttons above, rows below."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QPoint, Qt, pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from .. import theme
from ..motion.model import MotionModel
from ..state import AppState, Room
from .edit_menu import EditMenu
from .editing import Editing
from .roomy_label import RoomyLabel
from .tracks import Track, tracks_of
from .view import TimelineView

ZOOM_STEP = 1.6


class TimelinePane(QWidget):
    """Everyone's presence over the whole recording.

    Args:
        model: whose smoothed trajectories it shows. editing: what puts right who is who.
    """

    export_requested = pyqtSignal()

    def __init__(self, state: AppState, model: MotionModel, editing: Editing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._model, self._editing = state, model, editing
        self.menu = EditMenu(state, editing, self)
        self.view = TimelineView(state, self._open_menu, self)
        self._about = RoomyLabel(self)
        self._about.setStyleSheet(f"color: {theme.TEXT_DIM};")
        self.undo, self.redo, self.closer, self.wider, self.all, self.export = (QToolButton(self) for _ in range(6))
        row = QHBoxLayout()
        row.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        row.setSpacing(theme.GAP)
        for button in (self.undo, self.redo):
            button.setToolButtonStyle(Qt.ToolButtonTextOnly)
            row.addWidget(button)
        row.addWidget(self._about, 1)
        for button in (self.wider, self.closer, self.all, self.export):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.view, 1)
        self.undo.setDefaultAction(editing.undo_action)
        self.redo.setDefaultAction(editing.redo_action)
        self.closer.clicked.connect(lambda: self.view.zoom(ZOOM_STEP))
        self.wider.clicked.connect(lambda: self.view.zoom(1 / ZOOM_STEP))
        self.all.clicked.connect(self.view.show_all)
        self.export.clicked.connect(self.export_requested)
        model.changed.connect(self._on_motion)
        state.room_changed.connect(self._on_room)
        state.loop_range_changed.connect(self._tell)
        self.retranslate()

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The rows."""
        return () if self._model.smooth is None else tracks_of(self._model.smooth)

    def retranslate(self) -> None:
        """Sets all texts anew."""
        self.closer.setText("+")
        self.wider.setText("−")
        self.closer.setToolTip(self.tr("Closer (wheel over the rows)"))
        self.wider.setToolTip(self.tr("Wider"))
        self.all.setText(self.tr("All"))
        self.all.setToolTip(self.tr("All frames (double click on the ruler)"))
        self.export.setText(self.tr("Export…"))
        self.export.setToolTip(self.tr("Write the motion of these people as files"))
        self.view.hint = self.tr("Who is there when is shown here once frames are computed.")
        self._tell()
        self.view.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.LanguageChange:
            self.retranslate()

    def _on_motion(self) -> None:
        self.view.set_tracks(self.tracks)
        self._tell()

    def _on_room(self, _room: Room | None) -> None:
        self.view.show_all()
        self._tell()

    def _open_menu(self, track_id: int, frame: int, place: QPoint) -> None:
        self.menu.open_for(self.tracks, track_id, frame, place)

    def _tell(self, *_: object) -> None:
        chosen = self._state.loop_range
        if chosen is None:
            text = self.tr("Shift and drag: a range · right click: put right who is who")
        else:
            text = self.tr("Frames {first} to {last} are chosen").format(first=chosen[0], last=chosen[1])
        self._about.setText(text, "" if chosen is None else f"{chosen[0]}–{chosen[1]}")
