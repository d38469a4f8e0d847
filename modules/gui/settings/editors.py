"""Editors of the settings tree: one widget per declared key, and what it expects in words."""

from __future__ import annotations

from typing import Any

import yaml
from PyQt5.QtCore import QCoreApplication, QSignalBlocker, pyqtSignal
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtWidgets import QCheckBox, QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QToolButton, QWidget

from modules.core.config import parse_text
from modules.core.config_keys import KEYS, MOST, Key


def expectation(key: Key) -> str:
    """What a key's value must be, in the language in force."""
    translate = QCoreApplication.translate
    if key.kind is dict:
        return translate("SettingsDialog", "A table of names and whole numbers, e.g. {cam01: 2}.")
    if key.choices and not key.is_list:
        return translate("SettingsDialog", "One of: {choices}.").format(choices=", ".join(map(str, key.choices)))
    if key.kind is bool:
        return translate("SettingsDialog", "Yes or no.")
    kind = {
        int: translate("SettingsDialog", "whole number"),
        float: translate("SettingsDialog", "number"),
        str: translate("SettingsDialog", "text"),
    }[key.kind]
    if key.choices:
        kind += f" ({', '.join(map(str, key.choices))})"
    elif key.kind is not str and (key.low > -MOST or key.high < MOST):
        low = f"{key.low:g}" if key.low > -MOST else "…"
        kind += f" ({low} – {key.high:g})" if key.high < MOST else f" (≥ {low})"
    if not key.is_list:
        return translate("SettingsDialog", "Expected: {kind}.").format(kind=kind)
    if key.length is None:
        return translate("SettingsDialog", "Expected: a list in brackets, each entry: {kind}.").format(kind=kind)
    return translate("SettingsDialog", "Expected: a list of {count} in brackets, each entry: {kind}.").format(
        count=key.length, kind=kind
    )


def to_text(value: Any) -> str:
    """A value as a person types it."""
    if isinstance(value, str):
        return value
    return yaml.safe_dump(value, default_flow_style=True, width=10**6, allow_unicode=True).removesuffix("...\n").strip()


class ChoiceBox(QComboBox):
    """A box that the wheel scrolls past: turning it over the tree must not change a setting."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Editor(QWidget):
    """Edits one key; ``value`` raises ValueError while what was typed is wrong."""

    edited = pyqtSignal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.key = name, KEYS[name]
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 1, 0, 1)
        self.setMinimumHeight(30)
        self._row.setSpacing(4)
        self.field = self._make_field()
        self._row.addWidget(self.field, 1)
        if name.startswith("WEIGHTS.") or name == "SOURCE.PATH":
            browse = QToolButton(self)
            browse.setText("…")
            browse.setToolTip(self.tr("Choose a folder") if name == "SOURCE.PATH" else self.tr("Choose a file"))
            browse.clicked.connect(self._browse)
            self._row.addWidget(browse)

    def _make_field(self) -> QWidget:
        if self.key.kind is bool and not self.key.is_list:
            box = QCheckBox(self.tr("no"), self)
            box.toggled.connect(lambda yes: box.setText(self.tr("yes") if yes else self.tr("no")))
            box.toggled.connect(self.edited)
            return box
        if self.key.choices and not self.key.is_list:
            combo = ChoiceBox(self)
            combo.addItems([str(choice) for choice in self.key.choices])
            combo.currentIndexChanged.connect(self.edited)
            return combo
        line = QLineEdit(self)
        line.textEdited.connect(self.edited)
        return line

    def set_value(self, value: Any) -> None:
        """Shows a value."""
        with QSignalBlocker(self.field):
            if isinstance(self.field, QCheckBox):
                self.field.setChecked(value)
                self.field.setText(self.tr("yes") if value else self.tr("no"))
            elif isinstance(self.field, QComboBox):
                self.field.setCurrentIndex(self.key.choices.index(value))
            else:
                self.field.setText(to_text(value))
        self.edited.emit()

    def value(self) -> Any:
        """The value as the key's type; ValueError while it is wrong."""
        if isinstance(self.field, QCheckBox):
            return self.field.isChecked()
        if isinstance(self.field, QComboBox):
            return self.key.choices[self.field.currentIndex()]
        return parse_text(self.name, self.field.text())

    def _browse(self) -> None:
        if self.name == "SOURCE.PATH":
            chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"))
        else:
            pattern = self.tr("Checkpoints") + " (*.safetensors *.pth *.pth.tar *.pt);;" + self.tr("All files") + " (*)"
            chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a file"), "", pattern)
        if chosen:
            self.set_value(chosen)
