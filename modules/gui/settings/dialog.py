"""The configuration as a tree of typed fields; only values that ``modules/core/config_keys.py`` admits can be saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QBrush, QColor
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from modules.core.config import get_key, load_config
from modules.core.config_keys import KEYS
from modules.core.errors import ConfigError

from .. import theme
from ..i18n import help_text, sentence
from .config_file import save_values
from .editors import Editor, expectation


def options_in_force(config: Any, path: Path) -> dict[str, Any]:
    """Dotted key → value of what the configuration in force has otherwise than its file: the program was started with it."""
    in_file = load_config(path)
    return {name: get_key(config, name) for name in KEYS if get_key(config, name) != get_key(in_file, name)}


class SettingsDialog(QDialog):
    """Edits ``path``; ``saved`` hands on the new configuration."""

    saved = pyqtSignal(object)  # CfgNode, frozen

    def __init__(self, config: Any, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config, self._path = config, Path(path)
        self.setWindowTitle(self.tr("Settings – {file}").format(file=self._path.name))
        self.resize(980, 680)
        self.editors: dict[str, Editor] = {}
        self._items: dict[str, QTreeWidgetItem] = {}
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText(self.tr("Find a setting"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._on_filter)
        self.tree = QTreeWidget(self)
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setMinimumHeight(36)
        self.problem.setStyleSheet(f"color: {theme.ERROR}")
        self.default = QPushButton(self.tr("Default of the chosen row"), self)
        self.default.setAutoDefault(False)
        self.default.clicked.connect(self._on_default)
        self.buttons = QDialogButtonBox(QDialogButtonBox.Save | QDialogButtonBox.Cancel, self)
        self.buttons.addButton(self.default, QDialogButtonBox.ResetRole)
        self.buttons.accepted.connect(self.save)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for part in (self.filter, self.tree, self.problem, self.buttons):
            column.addWidget(part)
        self._fill()
        self._check()

    def changes(self) -> dict[str, Any]:
        """Dotted key → value of what differs from the configuration; ValueError while a value is wrong."""
        values = {name: editor.value() for name, editor in self.editors.items()}
        return {name: value for name, value in values.items() if value != get_key(self._config, name)}

    def save(self) -> None:
        """Writes the changes into the file and closes; a problem is shown and leaves the dialog open."""
        if not self._check():
            return
        changes = self.changes()
        try:
            if changes:
                kept = options_in_force(self._config, self._path)
                save_values(self._path, changes)
                self.saved.emit(load_config(self._path, {name: value for name, value in kept.items() if name not in changes}))
        except ConfigError as error:
            self.problem.setText(sentence(error.template, error.values))
            return
        self.accept()

    def _fill(self) -> None:
        self.tree.setColumnCount(3)
        self.tree.setHeaderLabels([self.tr("Setting"), self.tr("Value"), self.tr("Meaning")])
        self.tree.setSelectionMode(QAbstractItemView.SingleSelection)
        self.tree.setVerticalScrollMode(QAbstractItemView.ScrollPerPixel)
        sections: dict[str, QTreeWidgetItem] = {}
        for name, key in KEYS.items():
            section, _, leaf = name.rpartition(".")
            if section and section not in sections:
                sections[section] = QTreeWidgetItem(self.tree, [section])
                sections[section].setFirstColumnSpanned(True)
            item = QTreeWidgetItem(sections[section] if section else self.tree, [leaf, "", help_text(key.help)])
            item.setToolTip(2, help_text(key.help))
            editor = Editor(name, self.tree)
            editor.set_value(get_key(self._config, name))
            editor.setToolTip(expectation(key))
            editor.edited.connect(self._check)
            self.tree.setItemWidget(item, 1, editor)
            self.editors[name], self._items[name] = editor, item
        self.tree.expandAll()
        self.tree.header().setSectionResizeMode(2, QHeaderView.Stretch)
        self.tree.setColumnWidth(0, 260)
        self.tree.setColumnWidth(1, 260)

    def _check(self) -> bool:
        """Marks what is wrong and what is changed; whether all can be saved."""
        problem = ""
        changes: dict[str, Any] = {}
        for name, editor in self.editors.items():
            color = theme.TEXT
            try:
                value = editor.value()
            except ValueError:
                problem = problem or f"{name}: {expectation(editor.key)}"
                color = theme.ERROR
            else:
                if value != get_key(self._config, name):
                    changes[name] = value
                    color = theme.ACCENT
            self._items[name].setForeground(0, QBrush(QColor(color)))
        if not problem:
            try:
                load_config(None, {**{name: editor.value() for name, editor in self.editors.items()}, **changes})
            except ConfigError as error:
                problem = sentence(error.template, error.values)
        self.problem.setText(problem)
        self.buttons.button(QDialogButtonBox.Save).setEnabled(not problem)
        return not problem

    def _on_default(self) -> None:
        item = self.tree.currentItem()
        for name, known in self._items.items():
            if known is item:
                self.editors[name].set_value(KEYS[name].parse(KEYS[name].default))

    def _on_filter(self, text: str) -> None:
        for name, item in self._items.items():
            words = f"{name} {item.text(2)}".lower()
            item.setHidden(text.lower() not in words)
        for row in range(self.tree.topLevelItemCount()):
            section = self.tree.topLevelItem(row)
            if section.childCount():
                section.setHidden(all(section.child(n).isHidden() for n in range(section.childCount())))

    def keyPressEvent(self, event: Any) -> None:
        if event.key() in (Qt.Key_Return, Qt.Key_Enter):
            return  # Enter ends the editing of a field, not the dialog
        super().keyPressEvent(event)
