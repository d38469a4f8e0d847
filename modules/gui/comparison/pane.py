"""The comparison as a pane: what with, how it is laid over, and a table of distances per joint."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PyQt5.QtCore import QEvent, QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from modules.core.comparison import Comparison, Distances
from modules.core.palette import person_color

from .. import theme
from ..motion.model import MotionModel
from ..panes.names import joint_name, person_name
from ..state import AppState
from .model import ComparisonModel

#: Frames by which a reference can be moved, either way.
MOST_FRAMES = 100_000
COLUMNS = 3  # of a person: now, median, 95 %
KINDS = "*.trc *.c3d *.json *.sqlite *.jsonl"


class ComparisonPane(QWidget):
    """Distances to a reference; the row of a joint shows its curve.

    Args:
        model: what is compared. motion: the people.
    """

    joint_chosen = pyqtSignal(int)  # -1: all joints

    def __init__(self, state: AppState, model: ComparisonModel, motion: MotionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._model, self._motion = state, model, motion
        self.open_button, self.close_button = QToolButton(self), QToolButton(self)
        self.name, self.shift, self.move_box = QLabel(self), QSpinBox(self), QCheckBox(self)
        self.name.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Preferred)
        self.name.setWordWrap(True)
        self.name.setContentsMargins(theme.MARGIN, 0, theme.MARGIN, theme.GAP)
        self.shift.setRange(-MOST_FRAMES, MOST_FRAMES)
        self.shift.setKeyboardTracking(False)
        self.table = QTableWidget(self)
        self.table.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(22)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeToContents)
        self.table.horizontalHeader().setSectionsClickable(False)
        holder = QWidget(self)
        holder.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Fixed)  # a narrow pane cuts the row short
        self.table.setMinimumSize(80, 60)
        row = QHBoxLayout(holder)
        row.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        row.setSpacing(theme.GAP)
        for part in (self.open_button, self.shift, self.move_box):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(holder)
        column.addWidget(self.name)
        column.addWidget(self.table, 1)
        column.addStretch(0)  # without a table the rest stays above
        self.open_button.clicked.connect(self.ask)
        self.close_button.clicked.connect(model.close)
        self.shift.valueChanged.connect(self._place)
        self.move_box.toggled.connect(self._place)
        self.table.cellClicked.connect(lambda row, _column: self.joint_chosen.emit(row - 1))
        model.changed.connect(self.refresh)
        state.frame_index_changed.connect(self._follow)
        state.names_changed.connect(lambda _: self.refresh())
        self.retranslate()

    def ask(self) -> None:
        """Asks for files to compare with."""
        kinds = f"{self.tr('Motion')} ({KINDS})"
        chosen, _ = QFileDialog.getOpenFileNames(self, self.tr("Compare with"), "", kinds)
        if chosen:
            self._model.open([Path(path) for path in chosen])

    def retranslate(self) -> None:
        """Sets all texts anew."""
        self.open_button.setText(self.tr("Open…"))
        self.open_button.setToolTip(self.tr("A take, poses.jsonl, TRC (one or more), C3D, or Panoptic JSON"))
        self.close_button.setText(self.tr("Remove"))
        self.shift.setPrefix(self.tr("shift") + " ")
        self.shift.setSuffix(" " + self.tr("frames"))
        self.shift.setToolTip(self.tr("How many frames later the reference starts"))
        self.move_box.setText(self.tr("Align"))
        self.move_box.setToolTip(
            self.tr("For a reference in coordinates of its own: all of it moved and turned onto the people")
        )
        self.refresh()

    def refresh(self) -> None:
        """Another comparison, or none."""
        found, reference = self._model.comparison, self._model.reference
        there = reference is not None
        for part in (self.shift, self.move_box, self.close_button):
            part.setEnabled(there)
        if not there:
            with QSignalBlocker(self.shift), QSignalBlocker(self.move_box):
                self.shift.setValue(0)
                self.move_box.setChecked(False)
        self.name.setText(reference.recording if there else self.tr("Another take or a reference is laid over here."))
        pairs = () if found is None else found.pairs
        if there and found is not None and not pairs:
            self.name.setText(self.tr("{name}: nobody of it is near these people").format(name=reference.recording))
        self.table.setVisible(bool(pairs))
        self.table.setColumnCount(1 + COLUMNS * len(pairs))
        self.table.setRowCount(0 if not pairs else 1 + len(found.joint_names))
        if pairs:
            self._fill(found)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.LanguageChange:
            self.retranslate()

    def _fill(self, found: Comparison) -> None:
        titles = [self.tr("mm")]
        for pair in found.pairs:
            who = person_name(pair.track_id, self._state.names)
            titles += [f"{who}\n{self.tr('now')}", f"– {pair.reference_name}\n{self.tr('median')}", "\n95 %"]
        self.table.setHorizontalHeaderLabels(titles)
        rows = [self.tr("all joints"), *(joint_name(joint) for joint in range(len(found.joint_names)))]
        for row, name in enumerate(rows):
            self.table.setItem(row, 0, QTableWidgetItem(name))
            for number, pair in enumerate(found.pairs):
                values = Distances.of(pair.distances_mm if row == 0 else pair.distances_mm[:, row - 1])
                for column, value in ((1, np.nan), (2, values.median_mm), (3, values.p95_mm)):
                    item = QTableWidgetItem(_number(value))
                    item.setTextAlignment(Qt.AlignRight | Qt.AlignVCenter)
                    if column == 1:
                        item.setForeground(QColor(*person_color(pair.track_id)))
                    self.table.setItem(row, COLUMNS * number + column, item)
        self._follow(self._state.frame_index)

    def _follow(self, frame: int) -> None:
        """The distances at the playhead."""
        found = self._model.comparison
        if found is None or not found.pairs or self.table.rowCount() == 0:
            return
        at = found.at(frame)
        for number, pair in enumerate(found.pairs):
            here = np.full(len(found.joint_names), np.nan) if at is None else pair.distances_mm[at]
            known = here[np.isfinite(here)]
            for row, value in enumerate([known.mean() if len(known) else np.nan, *here]):
                self.table.item(row, COLUMNS * number + 1).setText(_number(value))

    def _place(self, *_: object) -> None:
        motion = self._motion.smooth
        if motion is not None and len(motion.times_s) > 1:
            step = float(np.median(np.diff(motion.times_s)))
            self._model.place(self.shift.value() * step, self.move_box.isChecked())


def _number(value: float) -> str:
    return "–" if not np.isfinite(value) else f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"
