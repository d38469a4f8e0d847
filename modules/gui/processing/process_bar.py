"""Strip with the progress of "Process all": frames, time left, cancel."""

from __future__ import annotations

import math

from PyQt5.QtCore import QEvent, pyqtSignal
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from .export_job import Progress


def duration_text(seconds: float) -> str:
    """h:mm:ss or m:ss; "–" for NaN."""
    if not math.isfinite(seconds):
        return "–"
    minutes, secs = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes}:{secs:02d}"


class ProcessBar(QFrame):
    """Hidden while nothing runs."""

    cancel_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._progress: Progress | None = None
        self._title, self._left = QLabel(self), QLabel(self)
        self.bar = QProgressBar(self)
        self.bar.setMinimumHeight(20)
        self.cancel = QPushButton(self)
        self.cancel.clicked.connect(self._on_cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self.bar, 1)
        row.addWidget(self._left)
        row.addWidget(self.cancel)
        self.hide()
        self.retranslate()

    def begin(self) -> None:
        """Shows that it starts; how long it takes is not known yet."""
        self._progress = None
        self.bar.setRange(0, 1)  # not (0, 0): each step of that animation repaints the 3D view, and the network starves
        self.bar.setValue(0)
        self.cancel.setEnabled(True)
        self.retranslate()
        self.show()

    def show_progress(self, progress: Progress) -> None:
        """Frames done and time left."""
        self._progress = progress
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        self.retranslate()

    def end(self) -> None:
        """Nothing runs any more."""
        self.hide()

    def retranslate(self) -> None:
        """Sets every text in the language in force."""
        self._title.setText(self.tr("Processing the whole recording"))
        self.cancel.setText(self.tr("Cancel"))
        if self._progress is None:
            self._left.setText(self.tr("getting ready …"))
        else:
            left = duration_text(self._progress.seconds_left)
            text = (
                self.tr("writing frame {done} of {total} · {left} left")
                if self._progress.writing
                else self.tr("frame {done} of {total} · {left} left")
            )
            self._left.setText(text.format(done=self._progress.done, total=self._progress.total, left=left))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _on_cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.cancel_requested.emit()
