"""Tools → Mend: an open recording's calibration put right by its people, compared in the views, kept or not."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QPushButton, QWidget

from modules.core.calibrating import Mended, Mending, Saved

from ..background.messages import Failure
from ..i18n import sentence
from .steps import StepsDialog, whole


class MendDialog(StepsDialog):
    """Mends a calibration; ``saved`` (a ``Saved``) says how the recording is opened with it. Nothing is applied unasked."""

    saved = pyqtSignal(object)

    def __init__(self, mending: Mending, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mending = mending
        self._found: Mended | None = None
        self.setWindowTitle(self.tr("Mend the calibration"))
        self.go = QPushButton(self.tr("Look and mend"), self)
        self.compare = QPushButton(self.tr("Show as before"), self)
        self.compare.setCheckable(True)
        self.keep = QPushButton(self.tr("Save and use"), self)
        self.go.clicked.connect(lambda _checked=False: self.look())
        self.compare.toggled.connect(self._on_compared)
        self.keep.clicked.connect(lambda _checked=False: self._save())
        self.row.addStretch(1)
        for button in (self.compare, self.go, self.keep):
            button.setAutoDefault(False)
            self.row.addWidget(button)
        for part in (self.explanation, self.problem, self.shown, self.progress):
            self.column.addWidget(part, 1 if part is self.shown else 0)
        self.column.addLayout(self.row)
        self._start_page()

    def look(self) -> None:
        """Goes through the recording, then mends."""
        self.say(self.tr("Looking for people in all videos…"))
        self._found = None
        self.busy(True)
        self.run(self._mending.look, self._on_looked, self._on_failed)

    def held(self) -> tuple[QWidget, ...]:
        return (self.go, self.compare, self.keep)

    def _start_page(self) -> None:
        self.say(self.tr(
            "The people in this recording say how well its cameras' calibration fits, and what would fit better. The "
            "calibration that there is stays as it is; a new file is written only if you keep it."
        ))  # fmt: skip
        self.busy(False)
        self._offer(False)

    def _offer(self, offered: bool) -> None:
        self.compare.setEnabled(offered)
        self.keep.setEnabled(offered)

    def _on_looked(self, _nothing: object) -> None:
        self.say(self.tr("Finding out what fits better… This can take a minute."))
        self.progress.setRange(0, 0)
        self.run(lambda _show: self._mending.solve(), self._on_solved, self._on_failed)

    def _on_solved(self, found: Mended) -> None:
        self.busy(False)
        self._found = found
        self._offer(found.better)
        self.compare.setChecked(False)
        self.say("\n".join(sentence(note.template, note.values) for note in found.notes))
        self._on_compared(False)

    def _on_compared(self, before: bool) -> None:
        self.compare.setText(self.tr("Show as mended") if before else self.tr("Show as before"))
        if self._found is not None:
            drawn = self._found.before_px if before else self._found.after_px
            self.show_views(self._found.images, [whole(people) for people in drawn], list(map(_dots, self._found.seen_px)))

    def _save(self) -> None:
        self.run(lambda _show: self._mending.save(), self._on_saved, self._on_save_failed)

    def _on_saved(self, saved: Saved) -> None:
        self.accept()
        self.saved.emit(saved)

    def _on_failed(self, failure: Failure) -> None:
        self._start_page()
        self.warn_of(failure)

    def _on_save_failed(self, failure: Failure) -> None:
        self.warn_of(failure)


def _dots(seen_px: np.ndarray) -> np.ndarray:
    """Points [N, 2], px, of what the 2D network saw [P, 13, 2]."""
    points = seen_px.reshape(-1, 2)
    return points[np.isfinite(points).all(1)]
