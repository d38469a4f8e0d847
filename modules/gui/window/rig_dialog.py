"""Tools → Rig check: what people in the recording say about its cameras, with pictures, and a button for each proposal."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QGuiApplication, QPixmap
from PyQt5.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from modules.core.rig import CameraCheck, Finding, RigReport, Verdict
from modules.core.rig_text import SURE_TIME, report_lines
from modules.core.types import SourceInfo

from .. import theme
from ..i18n import sentence
from ..panes.pixels import wrap

#: A camera's picture is so high, px.
PICTURE_PX = 130
#: From these shares of a person's size on a camera's misses are worth a colour.
FAIR, POOR = 0.03, 0.06


class RigDialog(QDialog):
    """Shows a report; ``option_chosen`` carries configuration key → value of the proposal that was taken."""

    option_chosen = pyqtSignal(dict)
    taken_back = pyqtSignal(str)  # configuration key

    def __init__(
        self,
        report: RigReport,
        info: SourceInfo,
        images: Sequence[np.ndarray],
        parent: QWidget | None = None,
        accepted: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Rig check"))
        self.setAttribute(Qt.WA_DeleteOnClose)
        self._text = "\n".join(report_lines(report, info))
        column = QVBoxLayout(self)
        column.addWidget(self._summary(report))
        column.addWidget(self._cameras(report.cameras, images))
        for finding in report.findings:
            column.addWidget(self._finding(finding))
        for name, value in (accepted or {}).items():
            column.addWidget(self._accepted(name, value))
        column.addStretch(1)
        column.addLayout(self._buttons())
        self.resize(880, 520)

    def _summary(self, report: RigReport) -> QLabel:
        parts = [
            self.tr("{frames} frames looked at, {people} people in space").format(
                frames=len(report.frames), people=report.people
            )
        ]
        if np.isfinite(report.up).all():
            x, y, z = report.up
            parts.append(
                self.tr("up ({x:.2f}, {y:.2f}, {z:.2f}) ± {degrees:.1f}°").format(x=x, y=y, z=z, degrees=report.up_sd_deg)
            )
        if math.isfinite(report.floor_mm):
            parts.append(self.tr("floor {height:.0f} mm").format(height=report.floor_mm))
        if math.isfinite(report.stature_mm):
            parts.append(self.tr("people {metres:.2f} m tall").format(metres=report.stature_mm / 1e3))
        label = QLabel("  ·  ".join(parts), self)
        label.setWordWrap(True)
        return label

    def _cameras(self, cameras: Sequence[CameraCheck], images: Sequence[np.ndarray]) -> QScrollArea:
        area, inner = QScrollArea(self), QWidget(self)
        grid = QGridLayout(inner)
        for place, camera in enumerate(cameras):
            picture = QLabel(inner)
            if place < len(images):
                pixmap = QPixmap.fromImage(wrap(images[place]))
                picture.setPixmap(pixmap.scaledToHeight(PICTURE_PX, Qt.SmoothTransformation))
            picture.setStyleSheet(f"border: 3px solid {self._color(camera)}")
            label = QLabel(self._camera_text(camera), inner)
            grid.addWidget(picture, 0, place, Qt.AlignHCenter)
            grid.addWidget(label, 1, place, Qt.AlignHCenter | Qt.AlignTop)
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setMinimumHeight(PICTURE_PX + 150)
        return area

    @staticmethod
    def _color(camera: CameraCheck) -> str:
        if not math.isfinite(camera.miss_share):
            return theme.TEXT_OFF
        return theme.ERROR if camera.miss_share > POOR else theme.WARNING if camera.miss_share > FAIR else theme.ACCENT

    def _camera_text(self, camera: CameraCheck) -> str:
        lines = [f"<b>{html.escape(camera.name)}</b>"]
        if math.isfinite(camera.explained):
            lines.append(
                self.tr("agrees on {share:.0f} % of {people} people").format(share=100 * camera.explained, people=camera.people)
            )
        if math.isfinite(camera.miss_mrad):
            lines.append(self.tr("misses by {angle:.1f} mrad,").format(angle=camera.miss_mrad))
            lines.append(self.tr("{share:.0f} % of a person").format(share=100 * camera.miss_share))
        if camera.miss_share > FAIR:
            color = self._color(camera)
            reason = self.tr("too much") if camera.miss_share > POOR else self.tr("more than a good calibration")
            lines.append(f'<span style="color: {color}">{reason}</span>')
        if camera.offset_certainty >= SURE_TIME and math.isfinite(camera.offset_s):
            lines.append(self.tr("time {offset:+.0f} ms").format(offset=camera.offset_s * 1e3))
        return "<br>".join(lines)

    def _finding(self, finding: Finding) -> QWidget:
        color = {Verdict.CONTRADICTED: theme.ERROR, Verdict.PROPOSED: theme.WARNING}.get(finding.verdict, theme.INFO)
        row = self._row(sentence(finding.sentence.template, finding.sentence.values), color)
        if finding.options and finding.verdict in (Verdict.PROPOSED, Verdict.CONTRADICTED):
            self._add_button(row, self.tr("Do so"), lambda: self._choose(dict(finding.options)))
        return row

    def _accepted(self, name: str, value: object) -> QWidget:
        row = self._row(self.tr("Accepted: {key} = {value}").format(key=name, value=value), theme.ACCENT)
        self._add_button(row, self.tr("Take back"), lambda: self._take_back(name))
        return row

    def _row(self, text: str, color: str) -> QWidget:
        row = QWidget(self)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(8, 4, 0, 4)
        label = QLabel(text, row)
        label.setTextFormat(Qt.PlainText)
        label.setWordWrap(True)
        row.setObjectName("row")
        row.setAttribute(Qt.WA_StyledBackground)
        row.setStyleSheet(f"#row {{ border-left: 3px solid {color} }}")  # not what is in it
        layout.addWidget(label, 1)
        return row

    @staticmethod
    def _add_button(row: QWidget, text: str, do: Callable[[], None]) -> None:
        button = QPushButton(text, row)
        button.clicked.connect(lambda _checked=False: do())
        row.layout().addWidget(button)

    def _take_back(self, name: str) -> None:
        self.taken_back.emit(name)
        self.accept()

    def _choose(self, options: dict) -> None:
        self.option_chosen.emit(options)
        self.accept()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        copy, close = QPushButton(self.tr("Copy as text"), self), QPushButton(self.tr("Close"), self)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text))
        close.clicked.connect(self.reject)
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(close)
        return row
