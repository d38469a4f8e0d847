"""Process all: computes the rest, then writes the files; asks where to, shows the progress, says how it ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QObject, Qt, pyqtSignal
from PyQt5.QtWidgets import QFileDialog, QMessageBox, QWidget

from modules.core.errors import Note, UserError

from ..background.controller import Controller, told_in
from ..background.messages import Compose, ConfigureRequest, Failure, Opened
from ..state import AppState
from .export_job import ExportJob, Finished, Progress
from .folder import usual_folder
from .process_bar import ProcessBar


class Processing(QObject):
    """At most one run at a time; the strip shows it."""

    message = pyqtSignal(str, object)  # level, Note
    failed = pyqtSignal(object)  # Failure

    def __init__(self, state: AppState, controller: Controller, compose: Compose, bar: ProcessBar, window: QWidget) -> None:
        super().__init__(window)
        self._state, self._controller, self._compose, self._bar, self._window = state, controller, compose, bar, window
        self._folder: Path | None = None
        self._job: ExportJob | None = None
        self._was_ahead = True
        self._distance_mm, self._world = 0.0, ""
        self._question: QMessageBox | None = None
        bar.cancel_requested.connect(self.cancel)
        controller.pace_changed.connect(self._on_pace)
        controller.cleared.connect(self.cancel)
        controller.failed.connect(self._on_other_failure)

    @property
    def running(self) -> bool:
        """Whether a run has begun and its end was not told yet."""
        return self._folder is not None

    def ask(self) -> None:
        """Lets a person choose the folder, then begins; suggests the one that ``run.py`` uses."""
        opened = self._controller.opened
        if opened is None or self.running:
            return
        if opened.pictures is None:
            self.message.emit("warning", Note("Files with pictures can't be written without the recording."))
            return
        usual = usual_folder(opened)
        title = self.tr("Where the results go: a folder {name} is made there").format(name=usual.name)
        chosen = QFileDialog.getExistingDirectory(self._window, title, str(usual.parent))
        if chosen and self._may_fill(Path(chosen) / usual.name):
            self.start(Path(chosen) / usual.name)

    def _may_fill(self, folder: Path) -> bool:
        """Whether a folder has no files of results, or a person says that they may be replaced; never another recording's."""
        if not folder.is_dir() or not any(folder.glob("*.jsonl")):
            return True
        try:
            self._compose(self._controller.config).check_files(self._controller.opened.results, folder)
        except UserError as error:
            self.failed.emit(Failure.of(folder, error))
            return False
        question = self.tr("{folder} holds results already. They are replaced when the new ones are complete. Go on?")
        answer = QMessageBox.question(self._window, self.tr("Process all"), question.format(folder=folder))
        return answer == QMessageBox.Yes

    def ask_to_close(self, close: Callable[[], None]) -> None:
        """Says what closing the window would leave of the run, and lets a person decide; the run goes on meanwhile."""
        if self._question is not None:
            return
        box = QMessageBox(QMessageBox.Question, self.tr("Process all"), self._what_closing_leaves(), parent=self._window)
        sure = box.addButton(self.tr("Close all the same"), QMessageBox.DestructiveRole)
        stay = box.addButton(self.tr("Go on"), QMessageBox.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        box.setAttribute(Qt.WA_DeleteOnClose)
        self._question = box

        def answered() -> None:
            self._question = None
            if box.clickedButton() is sure:
                close()

        box.finished.connect(answered)
        box.open()

    def _what_closing_leaves(self) -> str:
        if self._job is None:
            total = self._controller.opened.info.frame_count
            done = total - self._controller.pace.frames_left
            return self.tr(
                "The recording is still being computed: {done} of {total} frames so far. They are kept, and need not be "
                "computed again, but no files are written to {folder}."
            ).format(done=done, total=total, folder=self._folder)
        return self.tr(
            "Files are still being written to {folder}. All that is computed is kept, but these files are dropped; any from "
            "before stay as they are."
        ).format(folder=self._folder)

    def start(self, folder: Path) -> None:
        """Pauses playing, computes what is missing and writes the files, for the LoD distance and in the coordinates of now,
        whatever they are later."""
        if self.running or self._controller.opened is None:
            return
        self._state.set_playing(False)
        self._folder = folder
        self._bar.begin()
        self._distance_mm, self._world = self._state.lod_distance_mm, self._controller.config.RIG.WORLD
        self._controller.compute_for(self._distance_mm)
        self._was_ahead = self._state.computing_ahead
        self._state.set_computing_ahead(True)
        if self._controller.no_network and self._controller.opened.can_compute:
            self._controller.load()
        self._on_pace()

    def cancel(self) -> None:
        """Ends the run; what was computed stays, files that were begun are dropped."""
        if self._job is not None:
            self._job.cancel()
        elif self.running:
            self._end()
            self.message.emit("warning", CANCELLED)

    def stop(self, timeout_s: float) -> bool:
        """Ends the run now; False if a call did not return in time."""
        return self._job is None or self._job.stop(timeout_s)

    def _on_pace(self, *_: object) -> None:
        """How far the computing is; at its end the writing begins."""
        if not self.running or self._job is not None:
            return
        if self._question is not None:
            self._question.setText(self._what_closing_leaves())
        opened, pace = self._controller.opened, self._controller.pace
        if opened.can_compute and pace.frames_left > 0:
            total = opened.info.frame_count
            self._bar.show_progress(Progress(total - pace.frames_left, total, pace.seconds_left))
        else:
            self._write(opened)

    def _write(self, opened: Opened) -> None:
        parts, pictures = self._compose(told_in(self._controller.config, self._world)), opened.pictures
        self._job = ExportJob(
            lambda: parts.open_source(pictures.path, pictures.format, pictures.offsets),
            parts.export, opened.results, self._distance_mm, self._folder, self,
        )  # fmt: skip
        self._job.progressed.connect(self._bar.show_progress)
        self._job.finished.connect(self._on_finished)
        self._job.failed.connect(self._on_failed)
        self._job.start()

    def _on_finished(self, finished: Finished) -> None:
        opened = self._controller.opened
        self._end()
        if finished.cancelled:
            self.message.emit("warning", CANCELLED)
        elif opened.can_compute and finished.frames < opened.info.frame_count:
            some = Note(
                "Saved {frames} of {total} frames in {folder}; the others could not be computed, the log says why.",
                frames=finished.frames, total=opened.info.frame_count, folder=finished.folder,
            )  # fmt: skip
            self.message.emit("warning", some)
        else:
            saved = Note("Saved {frames} frames in {folder}.", frames=finished.frames, folder=finished.folder)
            self.message.emit("info", saved)

    def _on_failed(self, failure: Failure) -> None:
        self._end()
        self.failed.emit(failure)

    def _on_other_failure(self, failure: Failure) -> None:
        """Without a network, or without the recording, nothing more is computed."""
        if self.running and self._job is None and (failure.ends or isinstance(failure.request, ConfigureRequest)):
            self._end()

    def _end(self) -> None:
        self._bar.end()
        self._folder = self._job = None
        if self._question is not None:
            self._question.reject()  # nothing would be lost any more
        self._controller.compute_for(None)
        self._state.set_computing_ahead(self._was_ahead)


CANCELLED = Note("Cancelled: no files were written. What was computed is kept.")
