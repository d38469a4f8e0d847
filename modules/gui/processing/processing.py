"""Process all, as the window does it: asks where to, shows the progress, says how it ended."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QFileDialog, QMessageBox, QWidget

from modules.core.config import CONFIG_DIR

from ..background.controller import Controller
from ..background.messages import Compose, OpenRequest
from ..state import AppState
from .process_all import Finished, ProcessAll
from .process_bar import ProcessBar


class Processing(QObject):
    """At most one run at a time; the strip shows it."""

    message = pyqtSignal(str, str, object)  # level, template, values
    failed = pyqtSignal(object)  # Failure

    def __init__(self, state: AppState, controller: Controller, compose: Compose, bar: ProcessBar, window: QWidget) -> None:
        super().__init__(window)
        self._state, self._controller, self._compose, self._bar, self._window = state, controller, compose, bar, window
        self._job: ProcessAll | None = None
        bar.cancel_requested.connect(self.cancel)

    @property
    def running(self) -> bool:
        """Whether a run has begun and its end was not told yet."""
        return self._job is not None

    def ask(self, recording: OpenRequest | None) -> None:
        """Lets a person choose the folder, then begins; suggests the one that ``run.py`` uses."""
        if recording is None or self.running:
            return
        name = recording.path.resolve().name
        title = self.tr("Where the results go: a folder {name} is made there").format(name=name)
        chosen = QFileDialog.getExistingDirectory(self._window, title, str(_output_folder()))
        if chosen and self._may_fill(Path(chosen) / name):
            self.start(recording, Path(chosen) / name)

    def _may_fill(self, folder: Path) -> bool:
        """Whether a folder is free, or a person says that what is in it may be replaced."""
        if not folder.is_dir() or not any(folder.iterdir()):
            return True
        question = self.tr("{folder} holds results already. They are replaced when the new ones are complete. Go on?")
        answer = QMessageBox.question(self._window, self.tr("Process all"), question.format(folder=folder))
        return answer == QMessageBox.Yes

    def start(self, recording: OpenRequest, folder: Path) -> None:
        """Pauses playing and runs the whole recording in the background."""
        if self.running:
            return
        self._state.set_playing(False)
        config = self._controller.config
        self._job = ProcessAll(self._compose(config), config, recording, self._state.lod_distance_mm, folder, self)
        self._job.progressed.connect(self._bar.show_progress)
        self._job.finished.connect(self._on_finished)
        self._job.failed.connect(self._on_failed)
        self._bar.begin()
        self._job.start()

    def cancel(self) -> None:
        """Ends the run after the frame at hand."""
        if self._job is not None:
            self._job.cancel()

    def stop(self, timeout_s: float) -> bool:
        """Ends the run now; False if a call did not return in time (its files are closed all the same)."""
        return self._job is None or self._job.stop(timeout_s)

    def _on_finished(self, finished: Finished) -> None:
        self._end()
        values = {"frames": finished.frames, "folder": finished.folder}
        self.message.emit("warning" if finished.cancelled else "info", CANCELLED if finished.cancelled else SAVED, values)

    def _on_failed(self, failure: object) -> None:
        self._end()
        self.failed.emit(failure)

    def _end(self) -> None:
        self._bar.end()
        self._job = None


def _output_folder() -> Path:
    """Where ``run.py`` saves too, as far as it is there."""
    folder = CONFIG_DIR.parent / "output"
    return folder if folder.is_dir() else folder.parent


#: Templates of context "errors": banner and log translate them.
SAVED = "Saved {frames} frames in {folder}."
CANCELLED = "Cancelled. The {frames} frames that were finished are saved in {folder}."
