"""What the window shows while nothing is open: how to open something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QEvent
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from .. import theme

#: Recent recordings that it names.
MOST_RECENT = 5
WIDTH_PX = 440


class StartPage(QFrame):
    """A button to open a recording, the recordings of late, and the demo if it is there.

    Args:
        choose: asks for a folder. open_path: opens one. demo: the demo recording's folder, or None.
    """

    def __init__(
        self,
        choose: Callable[[], object],
        open_path: Callable[[str], object],
        demo: Path | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._open_path, self._demo, self._recent = open_path, demo, []
        self._title, self._hint, self._lately = QLabel(self), QLabel(self), QLabel(self)
        self._title.setStyleSheet(f"font-size: {2 * theme.FONT_PX}px; font-weight: 600; color: {theme.TEXT}")
        for label in (self._hint, self._lately):
            label.setStyleSheet(f"color: {theme.TEXT_DIM}")
        self._hint.setWordWrap(True)
        self.open = QPushButton(self)
        self.open.setDefault(True)
        self.open.clicked.connect(lambda _checked=False: choose())
        self.try_demo = QPushButton(self)
        self.try_demo.clicked.connect(lambda _checked=False: open_path(str(demo)))
        self._links = QVBoxLayout()
        self.links: list[QPushButton] = []
        inner = QWidget(self)
        inner.setMaximumWidth(WIDTH_PX)
        column = QVBoxLayout(inner)
        column.setSpacing(2 * theme.MARGIN)
        for part in (self._title, self._hint, self.open, self.try_demo, self._lately):
            column.addWidget(part)
        column.addLayout(self._links)
        page, area = QWidget(self), QScrollArea(self)  # in the smallest window it scrolls
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.NoFrame)
        area.setWidget(page)
        QVBoxLayout(self).addWidget(area)
        outer = QVBoxLayout(page)
        outer.addStretch(1)
        row = QHBoxLayout()  # not an alignment: that gives the hint's lines a size before they are broken, and cuts the last
        row.addStretch(1)
        row.addWidget(inner, 100)  # as wide as it may be
        row.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(2)
        self.set_recent([])
        self.retranslate()

    def set_recent(self, paths: list[str]) -> None:
        """The recordings that were open lately, the newest first; those that are gone are left out."""
        for link in self.links:
            link.deleteLater()
        self._recent = [path for path in paths if Path(path).exists()][:MOST_RECENT]
        self.links = []
        for path in self._recent:
            link = QPushButton(Path(path).name, self)
            link.setToolTip(path)
            link.setStyleSheet("text-align: left;")
            link.clicked.connect(lambda _checked=False, chosen=path: self._open_path(chosen))
            self._links.addWidget(link)
            self.links.append(link)
        self._lately.setVisible(bool(self._recent))
        known = [Path(path).resolve() for path in self._recent]
        self.try_demo.setVisible(self._demo is not None and self._demo.resolve() not in known)

    def retranslate(self) -> None:
        """Sets every text in the language in force."""
        self._title.setText(self.tr("Open a recording"))
        self._hint.setText(
            self.tr(
                "Choose the folder with the videos and the calibration of all cameras, or drop it anywhere on this window. "
                "Results that were saved open too."
            )
        )
        self.open.setText(self.tr("Open a folder…"))
        self.try_demo.setText(self.tr("Try the demo recording"))
        self._lately.setText(self.tr("Open lately"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
