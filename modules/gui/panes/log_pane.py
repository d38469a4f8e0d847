"""The log: what happened, when, with the details that sentences leave out."""

from __future__ import annotations

import logging
import traceback
from html import escape

from PyQt5.QtCore import QCoreApplication, QObject, QTime, pyqtSignal
from PyQt5.QtWidgets import QPlainTextEdit, QWidget

from modules.core.errors import Note

from .. import theme
from ..i18n import in_words

MAX_LINES = 2000
#: The program's own loggers, and Python's warnings where these are captured.
LISTENED = ("modules", "py.warnings")
COLORS = {"error": theme.ERROR, "warning": theme.WARNING, "info": theme.TEXT_DIM}


class _Bridge(QObject):
    arrived = pyqtSignal(str, object)


class LogHandler(logging.Handler):
    """Hands records of the ``modules`` loggers, from any thread, to the log pane."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._bridge = _Bridge()
        self.arrived = self._bridge.arrived

    def emit(self, record: logging.LogRecord) -> None:
        level = "error" if record.levelno >= logging.ERROR else "warning" if record.levelno >= logging.WARNING else "info"
        self.arrived.emit(level, record)


class LogPane(QPlainTextEdit):
    """Read-only list of messages, the newest last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setMaximumBlockCount(MAX_LINES)
        self.setFont(theme.font(theme.FONT_SMALL_PX, mono=True))
        self.setFrameShape(QPlainTextEdit.NoFrame)
        self._handler = LogHandler()
        self._handler.arrived.connect(self._add_record)
        logging.getLogger("modules").setLevel(logging.INFO)
        for name in LISTENED:
            logging.getLogger(name).addHandler(self._handler)

    def add(self, level: str, text: str, details: str = "") -> None:
        """One message; level is error, warning or info."""
        now = QTime.currentTime().toString("HH:mm:ss")
        body = escape(text)
        if details:
            lines = escape(details).replace("\n", "<br>").replace("  ", "&nbsp;&nbsp;")
            body += f'<span style="color:{theme.TEXT_OFF}"><br>{lines}</span>'
        self.appendHtml(f'<span style="color:{theme.TEXT_OFF}">{now}</span> <span style="color:{COLORS[level]}">{body}</span>')

    def _add_record(self, level: str, record: logging.LogRecord) -> None:
        """A logger's message in the language in force; a traceback below it."""
        note = isinstance(record.msg, Note)
        template = in_words(record.msg) if note else QCoreApplication.translate("log", str(record.msg))
        details = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self.add(level, template % record.args if record.args else template, details)

    def detach(self) -> None:
        """Stops listening to the loggers."""
        logging.getLogger("modules").setLevel(logging.NOTSET)
        for name in LISTENED:
            logging.getLogger(name).removeHandler(self._handler)
