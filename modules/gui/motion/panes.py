"""Timeline, curves, editing and export in the window: made here, joined with what is open."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QCoreApplication, QObject, pyqtSignal
from PyQt5.QtWidgets import QMainWindow

from modules.core.errors import Note, UserError

from ..background.controller import Controller
from ..background.messages import Compose, ConfigureRequest, Failure
from ..comparison.model import ComparisonModel
from ..comparison.pane import ComparisonPane
from ..curves.pane import CurvesPane
from ..curves.quantities import Kind, Quantity
from ..film.dialog import FilmDialog
from ..processing.folder import usual_folder
from ..state import AppState
from ..timeline.editing import Editing
from ..timeline.pane import TimelinePane
from ..window.docks import Docks, Shows
from .export_dialog import ExportDialog
from .model import MotionModel


class MotionPanes(QObject):
    """Two panes in the docks, and the dialog."""

    message = pyqtSignal(str, object)  # level, Note
    failed = pyqtSignal(object)  # Failure

    def __init__(self, window: QMainWindow, state: AppState, controller: Controller, docks: Docks, compose: Compose) -> None:
        super().__init__(window)
        self._window, self._state, self._controller, self._compose = window, state, controller, compose
        self._docks = docks
        self.model, self.editing = MotionModel(self), Editing(window)
        self.timeline = TimelinePane(state, self.model, self.editing, window)
        self.compared = ComparisonModel(self.model, lambda: compose(controller.config).motion, self)
        self.curves = CurvesPane(state, self.model, compose(controller.config).motion.angles, self.compared, window)
        self.comparison = ComparisonPane(state, self.compared, self.model, window)
        self.dialog: ExportDialog | None = None
        self.film_dialog: FilmDialog | None = None
        self._asked = False  # the dialog opens when the motion is made of the present edits
        translate = QCoreApplication.translate
        docks.add("timeline", self.timeline, lambda: translate("Docks", "Timeline"), Shows.NOTHING)
        docks.add("curves", self.curves, lambda: translate("Docks", "Curves"), Shows.NOTHING, "timing")
        docks.add("comparison", self.comparison, lambda: translate("Docks", "Comparison"), Shows.NOTHING)
        # not before the network is there, or can't be: SciPy looks into torch, and a half loaded one breaks it
        self._network_settled = False
        controller.recording_opened.connect(self._take_over)
        controller.configured.connect(self._settle_network)
        controller.failed.connect(lambda failure: isinstance(failure.request, ConfigureRequest) and self._settle_network())
        controller.computed_changed.connect(lambda _: self.model.refresh_later(controller.pace.frames_left > 0))
        self.editing.changed.connect(self._on_edited)
        self.timeline.export_requested.connect(self.ask)
        self.comparison.joint_chosen.connect(self._show_distance)
        self.compared.changed.connect(lambda: docks.view3d.set_reference(self.compared.comparison))
        controller.recording_opened.connect(self.compared.close)
        for part in (self.model, self.editing, self.curves, self.compared):
            part.failed.connect(self._fail)
        self.model.changed.connect(self._open_asked)
        self.model.failed.connect(self._forget_asked)

    def ask(self) -> None:
        """Opens the export dialog, if there is something to export, once the motion is made of the present edits."""
        if self.model.smooth is None:
            return
        self._asked = True
        self.model.bring_up_to_date()
        self._open_asked()

    def ask_film(self) -> None:
        """Asks which pane to save as a picture, or the played frames of it as a film."""
        opened = self._controller.opened
        if opened is None:
            return
        everything = QCoreApplication.translate("MotionPanes", "The whole window")
        path = usual_folder(opened) / f"view_{self._state.frame_index:06d}.mp4"
        self.film_dialog = FilmDialog(
            self._state, self._controller, {**self._docks.seen, everything: self._window},
            lambda: self._compose(self._controller.config).motion.open_film, path, self._window,
        )  # fmt: skip
        self.film_dialog.saved.connect(lambda path: self.message.emit("info", Note("Saved {file}.", file=path)))
        self.film_dialog.open()

    def ask_reference(self) -> None:
        """Shows the comparison, and asks what to compare with."""
        dock = self._docks.docks["comparison"]
        dock.show()
        dock.raise_()
        self.comparison.ask()

    def _show_distance(self, joint: int) -> None:
        self.curves.show_quantity(Quantity(Kind.DISTANCE, joint))

    def _open_asked(self) -> None:
        if self._asked and self.model.current:
            self._asked = False
            self._open_dialog()

    def _forget_asked(self, *_: object) -> None:
        self._asked = False

    def _open_dialog(self) -> None:
        raw, smooth, results = self.model.raw, self.model.smooth, self._controller.results
        if raw is None or smooth is None or results is None or not smooth.people:
            return
        parts = self._compose(self._controller.config).motion
        self.dialog = ExportDialog(
            parts.formats, parts.write, results, (raw, smooth), self.timeline.tracks, self._state.names,
            self._state.loop_range, usual_folder(self._controller.opened), self._window,
        )  # fmt: skip
        self.dialog.written.connect(self._on_written)
        self.dialog.failed.connect(self._fail)
        self.dialog.open()

    def stop(self) -> None:
        """The window closes."""
        self.model.stop()
        self.editing.stop()
        self.compared.stop()

    def _settle_network(self, *_: object) -> None:
        self._network_settled = True
        self._take_over()

    def _take_over(self, *_: object) -> None:
        results = self._controller.results
        if not self._network_settled or results is None:
            return
        self._asked = False
        self.model.set_results(results, self._compose(self._controller.config).motion.make)
        if results is not self.editing.results:
            self.editing.set_results(results)

    def _on_edited(self) -> None:
        self.model.refresh()
        self._controller.show_now()

    def _on_written(self, folder: Path, files: list[Path]) -> None:
        self.message.emit("info", Note("{count} files are in {folder}.", count=len(files), folder=folder))

    def _fail(self, error: UserError) -> None:
        self.failed.emit(Failure.of(None, error))
