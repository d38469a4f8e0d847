"""Tools → Rig check: what people in the recording say about its cameras, with pictures, and a button for each proposal."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QGuiApplication, QPixmap
from PyQt5.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from modules.core.errors import Note
from modules.core.rig import CameraCheck, Finding, RigReport, Verdict
from modules.core.rig_text import SURE_TIME, accepted_sentence, report_lines
from modules.core.types import SourceInfo

from .. import theme
from ..i18n import sentence
from ..panes.pixels import wrap

#: So many pictures stand in a row, each no larger than this (width, height), px: all of a row are seen without scrolling.
COLUMNS, PICTURE_PX = 4, (190, 150)
SIZE_PX = (880, 560)
#: From these shares of a person's size on a camera's misses are worth a colour.
FAIR, POOR = 0.03, 0.06


class RigDialog(QDialog):
    """Shows the cameras at once, and the report as soon as there is one.

    ``option_chosen`` carries configuration key → value of the proposal that was taken.

    Args:
        info, images: of the recording that is open, its first frame. accepted: configuration key → value.
    """

    option_chosen = pyqtSignal(dict)
    taken_back = pyqtSignal(str)  # configuration key
    all_the_same = pyqtSignal()  # compute although the rig can't be right

    def __init__(
        self,
        info: SourceInfo,
        images: Sequence[np.ndarray],
        parent: QWidget | None = None,
        accepted: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Rig check"))
        self.setAttribute(Qt.WA_DeleteOnClose)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 100)
        self._bar.hide()
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.NoFrame)
        self._copy = QPushButton(self.tr("Copy as text"), self)
        column = QVBoxLayout(self)
        column.addWidget(self._bar)
        column.addWidget(self._area, 1)
        column.addLayout(self._buttons())
        self.resize(*SIZE_PX)
        self.show_recording(info, images, accepted or {})

    def show_recording(self, info: SourceInfo, images: Sequence[np.ndarray], accepted: Mapping[str, object]) -> None:
        """Shows the recording as it is now; nothing is known of its rig yet."""
        self._info, self._images, self._accepted, self._report, self._refused = info, images, accepted, None, False
        self.say(Note("The rig was not checked yet."))

    def show_progress(self, share: float) -> None:
        """A check is under way, and this share of it is done."""
        if self._bar.isHidden():
            self.say(Note("The rig is being checked; what it finds appears here."))
            self._bar.show()
        self._bar.setValue(round(100 * share))

    def say(self, note: Note) -> None:
        """Shows a sentence where the report would be."""
        checks = [CameraCheck(name, 0, *(float("nan"),) * 3) for name in self._info.camera_names]
        self._fill(QLabel(sentence(note.template, note.values), self), checks, ())
        self._copy.setEnabled(False)

    def show_report(self, report: RigReport, refused: bool = False) -> None:
        """Shows what was found; ``refused``: because of it nothing is computed ahead."""
        self._report, self._refused = report, refused
        self._fill(self._summary(report), report.cameras, report.findings)
        self._copy.setEnabled(True)

    def _fill(self, head: QLabel, cameras: Sequence[CameraCheck], findings: Sequence[Finding]) -> None:
        self._bar.hide()
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        head.setWordWrap(True)
        column.addWidget(head)
        column.addWidget(self._cameras(cameras))
        for finding in findings:
            column.addWidget(self._finding(finding))
        if self._refused:
            row = self._row(self.tr("The rig can't be right as it is, so nothing is computed ahead."), theme.ERROR)
            self._add_button(row, self.tr("Compute all the same"), self._go_on)
            column.addWidget(row)
        for name, value in self._accepted.items():
            column.addWidget(self._accepted_row(name, value))
        column.addStretch(1)
        self._area.setWidget(inner)

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
        return QLabel("  ·  ".join(parts), self)

    def _cameras(self, cameras: Sequence[CameraCheck]) -> QWidget:
        inner = QWidget(self)
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 0, 0)
        for place, camera in enumerate(cameras):
            row, column = divmod(place, COLUMNS)
            picture = QLabel(inner)
            if place < len(self._images):
                pixmap = QPixmap.fromImage(wrap(self._images[place]))
                picture.setPixmap(pixmap.scaled(*PICTURE_PX, Qt.KeepAspectRatio, Qt.SmoothTransformation))
            picture.setStyleSheet(f"border: 3px solid {self._color(camera)}")
            label = QLabel(self._camera_text(camera), inner)
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignHCenter)
            grid.addWidget(picture, 2 * row, column, Qt.AlignHCenter | Qt.AlignBottom)
            grid.addWidget(label, 2 * row + 1, column, Qt.AlignTop)
        return inner

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
            text = self.tr("Leave it out") if finding.leaves_out else self.tr("Do so")
            self._add_button(row, text, lambda: self._choose(dict(finding.options)))
        return row

    def _accepted_row(self, name: str, value: object) -> QWidget:
        note = accepted_sentence(name, value)
        row = self._row(self.tr("Accepted: {sentence}").format(sentence=sentence(note.template, note.values)), theme.ACCENT)
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

    def _go_on(self) -> None:
        self.all_the_same.emit()
        self.accept()

    def _choose(self, options: dict) -> None:
        self.option_chosen.emit(options)
        self.accept()

    def _buttons(self) -> QHBoxLayout:
        row, close = QHBoxLayout(), QPushButton(self.tr("Close"), self)
        self._copy.clicked.connect(self._copy_text)
        close.clicked.connect(self.reject)
        row.addWidget(self._copy)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def _copy_text(self) -> None:
        if self._report is not None:
            QGuiApplication.clipboard().setText("\n".join(report_lines(self._report, self._info)))
