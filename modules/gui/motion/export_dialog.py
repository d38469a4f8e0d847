"""Which formats, whom, which frames, how smoothed, where: then the files are written in the background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from modules.core.errors import UserError
from modules.core.protocols import Results
from modules.core.trajectory import TrajectorySet

from .. import theme
from ..i18n import in_words, sentence
from ..panes.names import person_name
from ..timeline.tracks import Track
from .parts import FileFormat, WriteMotion

#: Chosen the first time.
FIRST_CHOICE = ("csv_tidy", "trc", "c3d")


class ExportDialog(QDialog):
    """Asks and writes; stays open until the files are there or it is cancelled.

    Args:
        results: what is open. motion: its people's, as measured, and smoothed. tracks: everyone. names: as in ``AppState``.
        frames: the chosen range, first and last; None: none is chosen.
        folder: where files go unless told otherwise.
    """

    written = pyqtSignal(object, object)  # folder, list of files
    failed = pyqtSignal(object)  # UserError
    _done = pyqtSignal(object)  # files, or the error

    def __init__(
        self,
        formats: Sequence[FileFormat],
        write: WriteMotion,
        results: Results,
        motion: tuple[TrajectorySet, TrajectorySet],
        tracks: Sequence[Track],
        names: Mapping[int, str],
        frames: tuple[int, int] | None,
        folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._write, self._results, self._motion, self._range = write, results, motion, frames
        self._pool: ThreadPoolExecutor | None = None
        self.setWindowTitle(self.tr("Export motion"))
        self.formats = {kind.name: QCheckBox(str(in_words(kind.title)), self) for kind in formats}
        self.people, self.frames, self.smooth = QListWidget(self), QComboBox(self), QComboBox(self)
        self.folder, self.browse, self.problem = QLineEdit(str(folder), self), QToolButton(self), QLabel(self)
        for track in tracks:
            item = QListWidgetItem(person_name(track.track_id, names), self.people)
            item.setData(Qt.UserRole, track.track_id)
            item.setFlags(Qt.ItemIsUserCheckable | Qt.ItemIsEnabled)
            item.setCheckState(Qt.Checked)
        if frames is not None:
            self.frames.addItem(self.tr("Frames {first} to {last}").format(first=frames[0], last=frames[1]), True)
        self.frames.addItem(self.tr("All frames"), False)
        self.smooth.addItem(self.tr("Smoothed and filled ({method})").format(method=motion[1].method), True)
        self.smooth.addItem(self.tr("As measured"), False)
        self.buttons = QDialogButtonBox(QDialogButtonBox.Cancel, self)
        self.export = self.buttons.addButton(self.tr("Export"), QDialogButtonBox.AcceptRole)
        self._lay_out()
        for name in FIRST_CHOICE:
            if name in self.formats:
                self.formats[name].setChecked(True)
        for box in self.formats.values():
            box.toggled.connect(self._check)
        self.people.itemChanged.connect(self._check)
        self.folder.textChanged.connect(self._check)
        self.browse.clicked.connect(self._ask_folder)
        self.buttons.accepted.connect(self._begin)
        self.buttons.rejected.connect(self.reject)
        self._done.connect(self._on_done)
        self._check()

    @property
    def chosen_people(self) -> list[int]:
        """Numbers of the people who are checked."""
        items = [self.people.item(row) for row in range(self.people.count())]
        return [item.data(Qt.UserRole) for item in items if item.checkState() == Qt.Checked]

    @property
    def chosen_formats(self) -> list[str]:
        """Names of the formats that are checked."""
        return [name for name, box in self.formats.items() if box.isChecked()]

    def _lay_out(self) -> None:
        kinds = QGroupBox(self.tr("Formats"), self)
        grid = QGridLayout(kinds)
        half = (len(self.formats) + 1) // 2
        for number, box in enumerate(self.formats.values()):
            grid.addWidget(box, number % half, number // half)
        self.people.setMaximumHeight(120)
        place = QHBoxLayout()
        place.addWidget(self.folder, 1)
        place.addWidget(self.browse)
        self.browse.setText("…")
        self.browse.setToolTip(self.tr("Choose the folder"))
        form = QFormLayout()
        form.addRow(self.tr("People"), self.people)
        form.addRow(self.tr("Frames"), self.frames)
        form.addRow(self.tr("Motion"), self.smooth)
        form.addRow(self.tr("Folder"), place)
        self.problem.setWordWrap(True)
        self.problem.setStyleSheet(f"color: {theme.ERROR};")
        column = QVBoxLayout(self)
        for part in (kinds, form, self.problem, self.buttons):
            column.addLayout(part) if part is form else column.addWidget(part)

    def _check(self, *_: object) -> None:
        ready = bool(self.chosen_formats and self.chosen_people and self.folder.text().strip())
        self.export.setEnabled(ready and self._pool is None)

    def _ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose the folder"), self.folder.text())
        if chosen:
            self.folder.setText(chosen)

    def _begin(self) -> None:
        motion = self._motion[1 if self.smooth.currentData() else 0]
        frames = range(self._range[0], self._range[1] + 1) if self._range is not None and self.frames.currentData() else None
        people = self.chosen_people if len(self.chosen_people) < self.people.count() else None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="export")
        self.problem.setText("")
        self.export.setText(self.tr("Writing…"))
        self._check()
        self._pool.submit(
            self._work, motion, self.chosen_formats, Path(self.folder.text().strip()).expanduser(), people, frames
        )

    def _work(self, motion: TrajectorySet, names: list[str], folder: Path, people: object, frames: object) -> None:
        try:
            self._done.emit(self._write(self._results, motion, names, folder, people, frames))
        except Exception as error:  # noqa: BLE001 - handed to the GUI thread, which tells it
            self._done.emit(error)

    def _on_done(self, outcome: object) -> None:
        assert self._pool is not None
        self._pool.shutdown(wait=False)
        self._pool = None
        self.export.setText(self.tr("Export"))
        self._check()
        if isinstance(outcome, UserError):
            self.failed.emit(outcome)
            self.problem.setText(sentence(outcome.template, outcome.values))
        elif isinstance(outcome, Exception):
            raise outcome
        else:
            self.written.emit(Path(self.folder.text().strip()).expanduser(), outcome)
            self.accept()
