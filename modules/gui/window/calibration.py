"""What the window does with calibration: opens its dialogs, and what they have written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QObject, Qt, pyqtSignal
from PyQt5.QtWidgets import QWidget

from modules.core.calibrating import Saved
from modules.core.errors import Note

from ..background.controller import Controller
from ..background.messages import Compose
from ..wizard.dialog import CalibrateDialog
from ..wizard.mend_dialog import MendDialog


class CalibrationLine(QObject):
    """Between the calibration's dialogs and the window.

    Args:
        open_folder: opens a recording. take_over: keeps configuration keys for the open recording, which is opened again.
    """

    message = pyqtSignal(str, object)  # level, Note

    def __init__(
        self, controller: Controller, compose: Compose, open_folder: Callable[[Path], None],
        take_over: Callable[[dict[str, Any]], None], parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._controller, self._compose, self._window = controller, compose, parent
        self._open_folder, self._take_over = open_folder, take_over

    def calibrate(self) -> None:
        """Opens the steps from videos to cameras."""
        make = self._compose(self._controller.config).make_calibrating
        if make is not None:
            self._show(CalibrateDialog(make(), self._window))

    def mend(self) -> None:
        """Opens the steps that put the open recording's calibration right."""
        make, opened = self._compose(self._controller.config).make_mending, self._controller.opened
        if make is None or opened is None or not opened.request.path.is_dir():
            self.message.emit("info", Note("Open a recording first."))
            return
        request = opened.request
        self._show(MendDialog(make(request.path, request.format, request.offsets), self._window))

    def _show(self, dialog: CalibrateDialog | MendDialog) -> None:
        dialog.setAttribute(Qt.WA_DeleteOnClose)
        dialog.saved.connect(self._open)
        dialog.show()

    def _open(self, saved: Saved) -> None:
        if saved.options:
            self._take_over(dict(saved.options))
        else:
            self._open_folder(saved.folder)
