"""Box that chooses whose heatmap lies over the views."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QSignalBlocker
from PyQt5.QtWidgets import QComboBox, QWidget

from ..panes.names import joint_names
from ..state import HEATMAP_ALL, HEATMAP_OFF, AppState


class HeatmapBox(QComboBox):
    """Off, all joints, or one."""

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setSizeAdjustPolicy(QComboBox.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(14)
        self.setMinimumWidth(100)  # joints' names may be cut short in the smallest window; the LoD box may not
        self.activated.connect(lambda row: state.set_heatmap_joint(self.itemData(row)))
        state.heatmap_joint_changed.connect(self._follow)
        self.retranslate()

    def retranslate(self) -> None:
        """Sets every text in the language in force."""
        with QSignalBlocker(self):
            self.clear()
            self.addItem(self.tr("Heatmap off"), HEATMAP_OFF)
            self.addItem(self.tr("Heatmap: all joints"), HEATMAP_ALL)
            for joint, name in enumerate(joint_names()):
                self.addItem(self.tr("Heatmap: {joint}").format(joint=name), joint)
            self._follow(self._state.heatmap_joint)
        self.setToolTip(self.tr("Lays what the 2D network saw over the camera views"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _follow(self, joint: int) -> None:
        self.setCurrentIndex(self.findData(joint))
