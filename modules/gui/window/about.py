"""Help → About and Help → Keyboard shortcuts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PyQt5.QtCore import PYQT_VERSION_STR, QCoreApplication, Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import (
    QAction,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from .. import theme

#: What a dialog needs of the screen besides its content, px: title, margins, button, panels.
AROUND_PX = 200


def about_dialog(parent: QWidget) -> QDialog:
    """What this program is, and its licence note."""
    translate = QCoreApplication.translate
    text = "".join(
        f"<p>{paragraph}</p>"
        for paragraph in (
            "<b>SelfPose3d UI</b>",
            translate("Help", "3D poses of several people from several calibrated cameras, without a marker and on a laptop."),
            translate(
                "Help",
                "The method: VoxelPose (Tu et al., ECCV 2020) and SelfPose3d (Srivastav et al., CVPR 2024). People beyond the "
                "LoD distance keep their root only, which saves the network's work for those who are near.",
            ),
            translate(
                "Help",
                "This window uses PyQt5 {version} (GPL v3 or commercial). Who hands on the program together with PyQt5 does so "
                "under the terms of the GPL v3, or needs a commercial PyQt5 licence.",
            ).format(version=PYQT_VERSION_STR),
        )
    )
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextSelectableByMouse)
    label.setMinimumWidth(420)
    return _dialog(parent, QCoreApplication.translate("Help", "About SelfPose3d UI"), label)


def shortcuts_dialog(parent: QWidget, actions: Iterable[QAction]) -> QDialog:
    """Every action that has a key, and what the mouse does."""
    box = QFrame()
    grid = QGridLayout(box)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(5)
    rows = [
        (", ".join(key.toString(QKeySequence.NativeText) for key in action.shortcuts()), without_letter(action.text()))
        for action in actions
        if action.shortcuts()
    ]
    translate = QCoreApplication.translate
    rows += [
        (translate("Help", "Click"), translate("Help", "Choose a person, in any pane")),
        (translate("Help", "Double-click a view"), translate("Help", "Enlarge it, and back")),
        (translate("Help", "Drag, Ctrl+drag, wheel in 3D"), translate("Help", "Orbit, pan, zoom")),
        (translate("Help", "Drop a folder"), translate("Help", "Open the recording in it")),
    ]
    for row, (keys, what) in enumerate(rows):
        name = QLabel(keys)
        name.setStyleSheet(f"color: {theme.ACCENT}")
        grid.addWidget(name, row, 0)
        grid.addWidget(QLabel(what), row, 1)
    area = scrolled(box, parent.screen().availableGeometry().height() - AROUND_PX)
    return _dialog(parent, QCoreApplication.translate("Help", "Keyboard shortcuts"), area)


def without_letter(text: str) -> str:
    """A menu's text without the letter that chooses it: "&Open…", or "열기(&O)…" where no letter can be underlined."""
    return re.sub(r"\s*\(&.\)", "", text).replace("&", "")


def scrolled(content: QWidget, most_px: int) -> QScrollArea:
    """The content as high as it likes to be, or ``most_px`` with a scroll bar."""
    area = QScrollArea()
    area.setFrameShape(QFrame.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(content)
    wanted = content.sizeHint()
    bar = area.style().pixelMetric(QStyle.PM_ScrollBarExtent)
    area.setMinimumSize(wanted.width() + bar, min(wanted.height(), max(most_px, 0)))
    return area


def _dialog(parent: QWidget, title: str, content: QWidget) -> QDialog:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(20, 16, 20, 14)
    column.addWidget(content)
    buttons = QDialogButtonBox(QDialogButtonBox.Close, dialog)
    buttons.rejected.connect(dialog.close)
    column.addWidget(buttons)
    return dialog
