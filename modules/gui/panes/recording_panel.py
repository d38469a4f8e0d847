"""What was found in the open recording."""

from __future__ import annotations

import math

from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import QFormLayout, QLabel, QWidget

from .. import theme
from ..i18n import sentence
from ..state import AppState, Room


def sizes_text(sizes: tuple[tuple[int, int], ...]) -> str:
    """The different frame sizes, e.g. "1080×1920 px"."""
    return ", ".join(f"{w}×{h} px" for w, h in dict.fromkeys(sizes))


class RecordingPanel(QWidget):
    """Format, cameras, frames, size, rate and notes, as two columns."""

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room: Room | None = None
        self._form = QFormLayout(self)
        self._form.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        self._form.setHorizontalSpacing(16)
        state.room_changed.connect(self._on_room)
        self._on_room(state.room)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.LanguageChange:
            self._on_room(self._room)
        super().changeEvent(event)

    def rows(self) -> list[tuple[str, str]]:
        """(label, value) of everything that is known."""
        if self._room is None:
            return [(self.tr("Recording"), self.tr("none open"))]
        info = self._room.info
        fps = f"{info.fps:g}" if math.isfinite(info.fps) else self.tr("not known, played at 30")
        length = f" ({info.frame_count / info.fps:.1f} s)" if math.isfinite(info.fps) and info.fps > 0 else ""
        return [
            (self.tr("Folder"), info.path),
            (self.tr("Format"), info.format),
            (self.tr("Cameras"), f"{len(info.camera_names)}: {', '.join(info.camera_names)}"),
            (self.tr("Frames"), f"{info.frame_count}{length}"),
            (self.tr("Frame size"), sizes_text(info.sizes_px)),
            (self.tr("Frames per second"), fps),
            *((self.tr("Note"), sentence(note.template, note.values)) for note in info.notes),
        ]

    def _on_room(self, room: Room | None) -> None:
        self._room = room
        while self._form.rowCount():
            self._form.removeRow(0)
        for label, value in self.rows():
            name, text = QLabel(label), QLabel(value)
            name.setStyleSheet(f"color: {theme.TEXT_DIM}")
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextSelectableByMouse)
            self._form.addRow(name, text)
