"""What to save: which pane, as a picture of this frame or as a film of the played ones, and where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from modules.core.errors import UserError
from modules.core.files import cant_write

from .. import theme
from ..background.controller import Controller
from ..i18n import sentence
from ..motion.parts import OpenFilm
from ..state import AppState
from .recorder import FilmRecorder

PICTURE, FILM = ".png", ".mp4"


class FilmDialog(QDialog):
    """Asks and saves; stays open until the file is there or it is cancelled.

    Args:
        widgets: title → what can be saved, as it looks at that moment.
        path: the file unless told otherwise; its ending follows the kind.
    """

    saved = pyqtSignal(object)  # the file
    failed = pyqtSignal(object)  # UserError

    def __init__(
        self, state: AppState, controller: Controller, widgets: dict[str, QWidget], open_film: Callable[[], OpenFilm],
        path: Path, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._state, self._controller, self._widgets, self._open = state, controller, widgets, open_film
        self.recorder: FilmRecorder | None = None
        self.setWindowTitle(self.tr("Save picture or film"))
        self.what, self.kind, self.frames = QComboBox(self), QComboBox(self), QComboBox(self)
        self.path, self.browse, self.bar = QLineEdit(str(path.with_suffix(FILM)), self), QToolButton(self), QProgressBar(self)
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setStyleSheet(f"color: {theme.ERROR};")
        for title in widgets:
            self.what.addItem(title)
        self.kind.addItem(self.tr("Film (MP4)"), FILM)
        self.kind.addItem(self.tr("Picture of this frame (PNG)"), PICTURE)
        chosen, last = state.loop_range, state.frame_count - 1
        if chosen is not None:
            self.frames.addItem(self.tr("Frames {first} to {last}").format(first=chosen[0], last=chosen[1]), chosen)
        self.frames.addItem(self.tr("All frames"), (0, last))
        self.buttons = QDialogButtonBox(QDialogButtonBox.Cancel, self)
        self.save = self.buttons.addButton(self.tr("Save"), QDialogButtonBox.AcceptRole)
        self.browse.setText("…")
        self.browse.setToolTip(self.tr("Choose the file"))
        place = QHBoxLayout()
        place.addWidget(self.path, 1)
        place.addWidget(self.browse)
        form = QFormLayout()
        for name, part in (
            (self.tr("What"), self.what), (self.tr("As"), self.kind), (self.tr("Frames"), self.frames),
            (self.tr("File"), place),
        ):  # fmt: skip
            form.addRow(name, part)
        self.bar.setVisible(False)
        column = QVBoxLayout(self)
        column.addLayout(form)
        for part in (self.problem, self.bar, self.buttons):
            column.addWidget(part)
        self.setMinimumWidth(460)
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.path.textChanged.connect(lambda text: self.save.setEnabled(bool(text.strip())))
        self.browse.clicked.connect(self._ask_file)
        self.buttons.accepted.connect(self._begin)
        self.buttons.rejected.connect(self._cancel)

    def reject(self) -> None:
        self._stop()
        super().reject()

    def _on_kind(self, *_: object) -> None:
        self.frames.setEnabled(self.kind.currentData() == FILM)
        self.path.setText(str(Path(self.path.text()).with_suffix(self.kind.currentData())))

    def _ask_file(self) -> None:
        kind = self.kind.currentText()
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.windowTitle(), self.path.text(), f"{kind} (*{self.kind.currentData()})"
        )
        if chosen:
            self.path.setText(chosen)

    def _begin(self) -> None:
        path, widget = self._file(), self._widgets[self.what.currentText()]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._tell(cant_write(path, error))
            return
        if self.kind.currentData() == PICTURE:
            if widget.grab().save(str(path)):
                self.saved.emit(path)
                self.accept()
            else:
                self._tell(cant_write(path, self.tr("the picture can't be saved there")))
            return
        self.recorder = FilmRecorder(self._state, self._controller, widget, self.frames.currentData(), path, self._open(), self)
        self.recorder.progressed.connect(self._on_progress)
        self.recorder.failed.connect(self._tell)
        self.recorder.finished.connect(self._on_finished)
        for part in (self.what, self.kind, self.frames, self.path, self.browse, self.save):
            part.setEnabled(False)
        self.problem.clear()
        self.bar.setVisible(True)
        self.recorder.start()

    def _file(self) -> Path:
        path = Path(self.path.text().strip()).expanduser()
        return path if path.suffix else path.with_suffix(self.kind.currentData())

    def _on_progress(self, done: int, total: int) -> None:
        self.bar.setMaximum(total)
        self.bar.setValue(done)

    def _on_finished(self, whole: bool) -> None:
        self.recorder = None
        self.bar.setVisible(False)
        for part in (self.what, self.kind, self.path, self.browse, self.save):
            part.setEnabled(True)
        self.frames.setEnabled(self.kind.currentData() == FILM)
        if whole:
            self.saved.emit(self._file())
            self.accept()

    def _tell(self, error: UserError) -> None:
        self.failed.emit(error)
        self.problem.setText(sentence(error.template, error.values))

    def _cancel(self) -> None:
        self._stop() or self.reject()

    def _stop(self) -> bool:
        """Ends the film; whether there was one."""
        recorder, self.recorder = self.recorder, None
        if recorder is not None:
            recorder.cancel()
        return recorder is not None
