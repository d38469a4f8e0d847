"""A strip above the panes that says what went wrong, without stopping anything."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from .. import theme
from ..i18n import sentence
from ..icons import icon

LOOKS = {
    "error": (theme.ERROR, theme.ERROR_GROUND),
    "warning": (theme.WARNING, theme.WARNING_GROUND),
    "info": (theme.INFO, theme.INFO_GROUND),
}


class Banner(QFrame):
    """Shows the newest message until it is closed; keeps template and values so that it follows the language."""

    details_requested = pyqtSignal()
    rig_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message: tuple[str, dict[str, object]] | None = None
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextSelectableByMouse)
        self._details = QPushButton(self)
        self._details.clicked.connect(self.details_requested)
        self._rig = QPushButton(self)
        self._rig.clicked.connect(self.rig_requested)
        self._close = QToolButton(self)
        self._close.setProperty("flat", True)
        self._close.setIcon(icon("close"))
        self._close.setIconSize(QSize(14, 14))
        self._close.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self._text, 1)
        row.addWidget(self._rig)
        row.addWidget(self._details)
        row.addWidget(self._close)
        self.retranslate()
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown, or "" while hidden."""
        return self._text.text() if self._message is not None else ""

    def show_message(
        self, level: str, template: str, values: dict[str, object], details: bool = False, rig: bool = False
    ) -> None:
        """Shows a sentence; level is error, warning or info; ``details``, ``rig``: whether log, rig check say more."""
        self._message = (template, values)
        color, ground = LOOKS[level]
        self.setStyleSheet(f"Banner {{ background: {ground}; border-left: 3px solid {color}; }}")
        self._details.setVisible(details)
        self._rig.setVisible(rig)
        self.retranslate()
        self.show()

    def dismiss(self) -> None:
        """Hides the message."""
        self._message = None
        self.hide()

    def retranslate(self) -> None:
        """Sets every text in the language in force."""
        self._details.setText(self.tr("Show log"))
        self._rig.setText(self.tr("Rig check …"))
        self._close.setToolTip(self.tr("Close this message"))
        if self._message is not None:
            self._text.setText(sentence(*self._message))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
