"""What can be taken out of a pane: text and pictures, to the clipboard or into a file."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QCoreApplication
from PyQt5.QtGui import QGuiApplication, QImage
from PyQt5.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget


def copy_text(text: str) -> None:
    """To the clipboard."""
    QGuiApplication.clipboard().setText(text)


def add_picture_actions(menu: QMenu, owner: QWidget, picture: Callable[[], QImage], name: str) -> None:
    """ "Copy picture" and "Save picture…"; ``picture`` is asked when one of them is chosen, ``name`` suggested for the file."""
    translate = QCoreApplication.translate
    menu.addAction(translate("Pictures", "Copy picture"), lambda: QGuiApplication.clipboard().setImage(picture()))
    menu.addAction(translate("Pictures", "Save picture…"), lambda: _save(owner, picture(), name))


def _save(owner: QWidget, image: QImage, name: str) -> None:
    translate = QCoreApplication.translate
    title = translate("Pictures", "Save picture")
    path, _ = QFileDialog.getSaveFileName(owner, title, f"{name}.png", translate("Pictures", "Pictures (*.png *.jpg)"))
    if path and not image.save(path):
        QMessageBox.warning(owner, title, translate("Pictures", "{path} can't be written.").format(path=path))
