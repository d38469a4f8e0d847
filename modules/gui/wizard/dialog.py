"""File → Calibrate: videos in, cameras out, three pages: choose, look, outcome."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QCloseEvent, QImage, QPixmap
from PyQt5.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from modules.core.calibrating import Calibrated, Calibrating, Look
from modules.core.skeleton import COCO_NAMES, COCO_OF_JOINT

from .. import theme
from ..background.messages import Failure
from ..i18n import sentence
from .job import Job
from .pictures import how_to_walk, photograph, plan, seen

#: Width of a view's picture; the plan's size; views in a row.
VIEW_PX, PLAN_PX, IN_A_ROW = 250, (420, 300), 3
STOP_S = 0.5
#: Drawn joints of ``Calibrated`` → COCO's keypoints.
_JOINTS = (0, *(COCO_OF_JOINT[joint] for joint in range(3, 15)))
VIDEOS = "*.mp4 *.mov *.avi *.mkv *.m4v *.webm *.MP4 *.MOV *.AVI *.MTS *.mts"


class CalibrateDialog(QDialog):
    """Calibrates videos by the people in them; ``saved`` names the folder that can be opened then."""

    saved = pyqtSignal(object)  # Path

    def __init__(self, calibrating: Calibrating, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._calibrating, self._job = calibrating, None
        self._pictures: list[QLabel] = []
        self.setWindowTitle(self.tr("Calibrate"))
        self.resize(860, 700)
        self.explanation, self.problem = QLabel(self), QLabel(self)
        for label in (self.explanation, self.problem):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextSelectableByMouse)
        self.problem.setStyleSheet(f"color: {theme.ERROR}")
        self.views, self.plan = QWidget(self), QLabel(self)
        self._grid = QGridLayout(self.views)
        self.progress = QProgressBar(self)
        self.height_label = QLabel(self.tr("Height of the tallest person, if you know it"), self)
        self.height_cm = QDoubleSpinBox(self)
        self.height_cm.setRange(0, 230)
        self.height_cm.setDecimals(0)
        self.height_cm.setSuffix(self.tr(" cm"))
        self.height_cm.setSpecialValueText(self.tr("not known"))
        self.choose = QPushButton(self.tr("Choose videos…"), self)
        self.go = QPushButton(self.tr("Calibrate"), self)
        self.keep = QPushButton(self.tr("Save and open"), self)
        self.choose.clicked.connect(lambda _checked=False: self.ask())
        self.go.clicked.connect(lambda _checked=False: self.solve())
        self.keep.clicked.connect(lambda _checked=False: self.save())
        self._lay_out()
        self._start_page()

    def ask(self) -> None:
        """Lets a person choose the videos of one recording, then looks at them."""
        chosen, _ = QFileDialog.getOpenFileNames(
            self, self.tr("The videos of all cameras, one file a camera"), "", self.tr("Videos ({kinds})").format(kinds=VIDEOS)
        )
        if chosen:
            self.look([Path(path) for path in chosen])

    def look(self, videos: list[Path]) -> None:
        """Goes through the videos and shows what is seen."""
        self._say(self.tr("Looking for people in all videos…"))
        self.plan.hide()
        self._busy(True)
        self._run(lambda show: self._calibrating.look(videos, show), self._on_looked)

    def solve(self) -> None:
        """Finds out where the cameras stand."""
        self._say(self.tr("Finding out where the cameras stand… This can take a minute."))
        self._busy(True)
        self.progress.setRange(0, 0)
        height_mm = 10 * self.height_cm.value() or None
        self._run(lambda _show: self._calibrating.solve(height_mm), self._on_solved)

    def save(self) -> None:
        """Saves beside the videos and opens them."""
        self._run(lambda _show: self._calibrating.save(), self._on_saved)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop()
        super().closeEvent(event)

    def reject(self) -> None:
        self._stop()
        super().reject()

    def _lay_out(self) -> None:
        column, row = QVBoxLayout(self), QHBoxLayout()
        for part in (self.height_label, self.height_cm):
            row.addWidget(part)
        row.addStretch(1)
        for button in (self.choose, self.go, self.keep):
            button.setAutoDefault(False)
            row.addWidget(button)
        for part in (self.explanation, self.problem, self.views, self.plan, self.progress):
            column.addWidget(part, 1 if part is self.views else 0, Qt.AlignHCenter if part is self.plan else Qt.Alignment())
        column.addLayout(row)

    def _start_page(self) -> None:
        self._say(self.tr(
            "Choose the videos of two or more cameras that ran at the same time and did not move. One or more people should "
            "walk through the whole room for half a minute, seen from head to foot: a figure of eight, not one line. No board "
            "and no calibration file is needed."
        ))  # fmt: skip
        self._busy(False)
        self.go.setEnabled(False)
        self.keep.setEnabled(False)
        self.plan.setPixmap(QPixmap.fromImage(how_to_walk(*PLAN_PX)))

    def _busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        self.problem.hide()
        for part in (self.choose, self.go, self.keep, self.height_cm):
            part.setEnabled(not busy)

    def _run(self, work, done) -> None:
        self._stop()
        self._job = Job(work, self)
        self._job.shown.connect(self._on_shown)
        self._job.finished.connect(done)
        self._job.failed.connect(self._on_failed)
        self._job.start()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.stop(STOP_S)
            self._job = None

    def _on_shown(self, look: Look) -> None:
        self.progress.setRange(0, look.total)
        self.progress.setValue(look.done)
        lines = [
            self.tr("{camera}: someone is seen in {seen} of {done} pictures, in {shared} together with another camera").format(
                camera=name, seen=one, done=look.done, shared=both
            )
            for name, one, both in zip(look.names, look.seen, look.shared, strict=True)
        ]
        self._say("\n".join(lines))
        self._show_views(look.images, [seen(people) for people in look.people])

    def _on_looked(self, _nothing: object) -> None:
        self._busy(False)
        self.keep.setEnabled(False)
        self.go.setFocus()

    def _on_solved(self, found: Calibrated) -> None:
        self._busy(False)
        self._say("\n".join(sentence(note.template, note.values) for note in found.notes))
        if found.doubtful:
            self._warn(self.tr("This calibration is doubtful; the first sentence above says what to film instead."))
        skeletons = []
        for people in found.drawn_px:
            whole = np.full((len(people), len(COCO_NAMES), 2), np.nan)
            whole[:, _JOINTS] = people
            skeletons.append(list(whole))
        self._show_views(found.images, skeletons)
        self.plan.setPixmap(QPixmap.fromImage(plan(found.cameras, found.paths_mm, *PLAN_PX)))
        self.plan.show()
        self.keep.setFocus()

    def _on_saved(self, folder: Path) -> None:
        self.accept()
        self.saved.emit(folder)

    def _on_failed(self, failure: Failure) -> None:
        self._busy(False)
        self.keep.setEnabled(False)
        self._warn(sentence(failure.template, failure.values))

    def _say(self, text: str) -> None:
        self.explanation.setText(text)

    def _warn(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()

    def _show_views(self, images: tuple[np.ndarray, ...], skeletons: list[list[np.ndarray]]) -> None:
        while len(self._pictures) < len(images):
            label = QLabel(self.views)
            self._grid.addWidget(label, len(self._pictures) // IN_A_ROW, len(self._pictures) % IN_A_ROW)
            self._pictures.append(label)
        for place, label in enumerate(self._pictures):
            label.setVisible(place < len(images))
            if place < len(images):
                picture: QImage = photograph(images[place], skeletons[place], VIEW_PX)
                if picture.height() > VIEW_PX:
                    picture = picture.scaledToHeight(VIEW_PX, Qt.SmoothTransformation)
                label.setPixmap(QPixmap.fromImage(picture))
