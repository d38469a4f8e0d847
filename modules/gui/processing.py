"""Process all, as the window does it: asks where to, shows the progress, says how it ended."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QFileDialog, QWidget

from .controller import Controller
from .messages import Compose, OpenRequest
from .process_all import Finished, ProcessAll
from .process_bar import ProcessBar
from .state import AppState


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
        """Lets a person choose the folder, then begins."""
        if recording is None or self.running:
            return
        suggested = str(Path("output") / recording.path.name)
        title = self.tr("Folder for the results")
        chosen = QFileDialog.getExistingDirectory(self._window, title, suggested)
        if chosen:
            self.start(recording, Path(chosen))

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


#: Templates of context "errors": banner and log translate them.
SAVED = "Saved {frames} frames in {folder}."
CANCELLED = "Cancelled. The {frames} frames that were finished are saved in {folder}."
