"""What the window does with the rig check: starts it when a recording is open, says what it found, opens its dialog."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QMessageBox, QWidget

from modules.core.errors import Note, UserError, together
from modules.core.rig import Finding, RigReport, Verdict
from modules.core.rig_text import accepted_sentence
from modules.core.types import FrameSet, SourceInfo

from ..background.controller import Controller
from ..background.messages import Compose, Composition, Opened, OpenRequest
from ..background.rig_check import RigChecker
from ..i18n import sentence
from .rig_dialog import RigDialog

#: How loud a finding is said; the rest only stands in the dialog.
LEVELS = {Verdict.CONTRADICTED: "error", Verdict.PROPOSED: "warning", Verdict.APPLIED: "info"}


class RigLine(QObject):
    """Between the rig check and the window."""

    message = pyqtSignal(str, object)  # level, Note
    found = pyqtSignal(str, object)  # level, Note: all findings of a level, of which the dialog says more
    progressed = pyqtSignal(float)  # 0–1; NaN: over
    ended = pyqtSignal()  # a check's network is not needed any more
    refused_changed = pyqtSignal(bool)  # whether nothing is computed ahead because the rig can't be right

    def __init__(self, controller: Controller, compose: Compose, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller, self._compose, self._window = controller, compose, parent
        self._checker = RigChecker()  # without a parent: its thread outlives a window that closes meanwhile
        self.report: RigReport | None = None
        self._failed: Note | None = None
        self._share = 0.0
        self._images: FrameSet | None = None
        self._info: SourceInfo | None = None
        self._request: OpenRequest | None = None
        self._said: list[str] = []
        self._closed = self._refused = False
        self._all_the_same: set[tuple[Path, tuple[str, ...]]] = set()
        self._dialog: RigDialog | None = None
        self._checker.progressed.connect(self._on_progressed)
        self._checker.finished.connect(self._on_finished)
        self._checker.failed.connect(self._on_failed)
        self._checker.ended.connect(self.ended)
        controller.recording_opened.connect(self._on_opened)

    @property
    def checking(self) -> bool:
        """Whether a check is under way."""
        return self._checker.running

    @property
    def refused(self) -> bool:
        """Whether the rig can't be right as it is, and nobody said to go on all the same; as ``run.py``, which ends then."""
        return self.report is not None and bool(self.report.refused) and self._verdict not in self._all_the_same

    @property
    def _verdict(self) -> tuple[Path, tuple[str, ...]]:
        return self._request.path, tuple(sentences(self.report.refused))

    def go_on(self) -> None:
        """Computes all the same: this recording with this verdict, until the window is closed."""
        if self.refused:
            self._all_the_same.add(self._verdict)
            self._hold()

    def may_go_on(self) -> bool:
        """Whether the recording may be computed as a whole: asks where the rig can't be right."""
        if not self.refused:
            return True
        said = "\n\n".join(sentence(finding.sentence.template, finding.sentence.values) for finding in self.report.refused)
        question = self.tr("The rig can't be right:\n\n{findings}\n\nCompute all the same?").format(findings=said)
        if QMessageBox.question(self._window, self.tr("Rig check"), question) != QMessageBox.Yes:
            return False
        self.go_on()
        return True

    def show(self) -> None:
        """Opens the dialog on what is known of the rig of what is open; a check that is under way tells it the rest."""
        if self._info is None or not self._from_folder:
            self.message.emit("info", Note("There are no cameras to check: open a recording."))
            return
        dialog = RigDialog(self._info, self._shown, self._window, self._accepted())
        self._tell(dialog)
        dialog.option_chosen.connect(self.take_over)
        dialog.taken_back.connect(self.take_back)
        dialog.all_the_same.connect(self.go_on)
        dialog.finished.connect(self._on_dialog_finished)
        self._dialog = dialog
        dialog.open()

    @property
    def _from_folder(self) -> bool:
        """Whether what is open is a recording, and not results alone."""
        return self._images is not None and self._request is not None and self._request.path.is_dir()

    @property
    def _shown(self) -> tuple[np.ndarray, ...]:
        return () if self._images is None else self._images.images

    def _tell(self, dialog: RigDialog) -> None:
        """Tells the dialog what is known by now."""
        if self.report is not None:
            dialog.show_report(self.report, self.refused)
        elif self._checker.running:
            dialog.show_progress(self._share)
        elif self._failed is not None:
            dialog.say(self._failed)

    def take_over(self, options: dict[str, Any]) -> None:
        """Does what a proposal says, with this recording and until it is taken back."""
        kept = self._accepted()
        for name, value in options.items():
            kept[name] = {**kept.get(name, {}), **value} if isinstance(value, dict) else value
        self._keep(kept)

    def take_back(self, name: str) -> None:
        """Undoes what was accepted of one configuration key."""
        self._keep({key: value for key, value in self._accepted().items() if key != name})

    def _accepted(self) -> dict[str, Any]:
        return {} if self._request is None else self._parts.accepted(self._request.path)

    def _keep(self, options: dict[str, Any]) -> None:
        request = self._request
        if request is None:
            return
        try:
            self._parts.accept(request.path, options)
        except UserError as reason:
            self.message.emit("error", Note(reason.template, **reason.values))
            return
        self._controller.open(request.path, request.format, request.offsets)

    @property
    def _parts(self) -> Composition:
        return self._compose(self._controller.config)

    def close(self) -> None:
        """Ends a check, and begins none for what is still on its way from the worker."""
        self._closed, self._request, self.report = True, None, None
        self._checker.close()
        self._stop()

    def _stop(self) -> None:
        self._checker.stop()
        self._over()

    def _over(self) -> None:
        self._hold()
        self.progressed.emit(float("nan"))

    def _hold(self) -> None:
        """Nothing is computed ahead as long as the rig can't be right."""
        before, self._refused = self._refused, self.refused
        self._controller.hold_ahead(self._refused)
        if self._refused != before:
            self.refused_changed.emit(self._refused)

    def _on_opened(self, opened: Opened) -> None:
        if self._closed:
            return
        if self._request is None or opened.request.path != self._request.path:
            self._said = []
            if self._dialog is not None:
                self._dialog.reject()  # its proposals are another recording's
        self._images, self._request, self._info = opened.first, opened.request, opened.info
        self.report = self._failed = None
        self._share = 0.0
        self._stop()
        check = self._parts.check_rig
        given = self._controller.config.RIG.GIVEN
        for name, value in self._accepted().items() if opened.first is not None else ():
            if name not in given:
                said = accepted_sentence(name, value)
                self.message.emit("info", Note("As you accepted in the rig check: {sentence}", sentence=said))
        if check is not None and self._from_folder:
            self._checker.start(opened.request, check)
            self._controller.hold_ahead(True)
        if self._dialog is not None:
            self._dialog.show_recording(opened.info, self._shown, self._accepted())
            self._tell(self._dialog)

    def _on_dialog_finished(self) -> None:
        self._dialog = None

    def _on_progressed(self, request: OpenRequest, share: float) -> None:
        if request is not self._request:  # what was under way when another recording was opened arrives after it
            return
        if math.isnan(share):
            self._over()
        else:
            self._share = share
            self.progressed.emit(share)
            if self._dialog is not None:
                self._dialog.show_progress(share)

    def _on_finished(self, request: OpenRequest, report: RigReport, again: bool) -> None:
        if request is not self._request:
            return
        self.report = report
        self._over()
        if again:
            self._controller.open(request.path, request.format, request.offsets)
        if self._dialog is not None:
            self._dialog.show_report(report, self.refused)
        said, self._said = self._said, sentences(report.findings)
        if said == self._said:
            return
        loud = [finding for finding in report.findings if finding.verdict in LEVELS]
        levels = dict.fromkeys(LEVELS[finding.verdict] for finding in loud)
        for level in reversed(levels):  # the most serious ones last: they stay in the banner
            self.found.emit(level, together([finding.sentence for finding in loud if LEVELS[finding.verdict] == level]))

    def _on_failed(self, request: OpenRequest, reason: UserError) -> None:
        if request is not self._request:
            return
        self._over()
        self._failed = Note("The rig was not checked: {reason}", reason=Note(reason.template, **reason.values))
        self.message.emit("warning", self._failed)
        if self._dialog is not None:
            self._dialog.say(self._failed)


def sentences(findings: tuple[Finding, ...]) -> list[str]:
    """What findings say."""
    return [str(finding.sentence) for finding in findings]
