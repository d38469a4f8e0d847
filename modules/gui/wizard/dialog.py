"""File → Calibrate: videos in, cameras out, three pages: choose, look, outcome."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QPixmap
from PyQt5.QtWidgets import QCheckBox, QDoubleSpinBox, QFileDialog, QLabel, QPushButton, QWidget

from modules.core.calibrating import Calibrated, Calibrating, Pictures, Saved

from ..background.messages import Failure
from ..i18n import sentence
from .clap import ClapMarks
from .pictures import how_to_walk, plan
from .steps import StepsDialog, whole

#: The plan's size.
PLAN_PX = (420, 260)
VIDEOS = "*.mp4 *.mov *.avi *.mkv *.m4v *.webm *.MP4 *.MOV *.AVI *.MTS *.mts"


class CalibrateDialog(StepsDialog):
    """Calibrates videos by the people in them; ``saved`` (a ``Saved``) names the folder that can be opened then."""

    saved = pyqtSignal(object)

    def __init__(self, calibrating: Calibrating, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._calibrating = calibrating
        self.setWindowTitle(self.tr("Calibrate"))
        self.plan = QLabel(self)
        self.height_label = QLabel(self.tr("Height of the tallest person, if you know it"), self)
        self.height_cm = QDoubleSpinBox(self)
        self.height_cm.setRange(0, 230)
        self.height_cm.setDecimals(0)
        self.height_cm.setSuffix(self.tr(" cm"))
        self.height_cm.setSpecialValueText(self.tr("not known"))
        self.by_hand = QCheckBox(self.tr("Mark a clap or a flash by hand"), self)
        self.by_hand.setToolTip(
            self.tr("Sound and motion tell which camera is late. If they can't, show the program one moment in every camera.")
        )
        self.clap = ClapMarks(self)
        self.choose = QPushButton(self.tr("Choose videos…"), self)
        self.go = QPushButton(self.tr("Calibrate"), self)
        self.keep = QPushButton(self.tr("Save and open"), self)
        self.choose.clicked.connect(lambda _checked=False: self.ask())
        self.go.clicked.connect(lambda _checked=False: self.solve())
        self.keep.clicked.connect(lambda _checked=False: self.save())
        self.by_hand.toggled.connect(self._on_by_hand)
        self.clap.wanted.connect(self._show_at)
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
        self.say(self.tr("Looking for people in all videos…"))
        self.plan.hide()
        self._offer_clap(False)
        self.busy(True)
        self.run(lambda show: self._calibrating.look(videos, show), self._on_looked, self._on_look_failed)

    def solve(self) -> None:
        """Finds out where the cameras stand."""
        self.say(self.tr("Finding out which camera is late and where the cameras stand… This can take a minute."))
        self.busy(True)
        self.progress.setRange(0, 0)
        height_mm = 10 * self.height_cm.value() or None
        marks = self.clap.marks if self.by_hand.isChecked() else {}
        self.run(lambda _show: self._calibrating.solve(height_mm, marks), self._on_solved, self._on_solve_failed)

    def save(self) -> None:
        """Saves beside the videos and opens them."""
        self.run(lambda _show: self._calibrating.save(), self._on_saved, self._on_save_failed)

    def held(self) -> tuple[QWidget, ...]:
        return (self.choose, self.go, self.keep, self.height_cm, self.by_hand, self.clap)

    def _lay_out(self) -> None:
        for part in (self.height_label, self.height_cm, self.by_hand):
            self.row.addWidget(part)
        self.row.addStretch(1)
        for button in (self.choose, self.go, self.keep):
            button.setAutoDefault(False)
            self.row.addWidget(button)
        self.below.addWidget(self.plan, 0, Qt.AlignCenter)
        for part in (self.explanation, self.problem, self.shown, self.clap, self.progress):
            self.column.addWidget(part, 1 if part is self.shown else 0)
        self.column.addLayout(self.row)

    def _start_page(self) -> None:
        self.say(self.tr(
            "Choose the videos of two or more cameras that ran at the same time and did not move. One or more people should "
            "walk through the whole room for half a minute, seen from head to foot: a figure of eight, not one line. No board "
            "and no calibration file is needed."
        ))  # fmt: skip
        self.busy(False)
        self._offer_clap(False)
        self.views.hide()
        self.go.setEnabled(False)
        self.keep.setEnabled(False)
        self.plan.setPixmap(QPixmap.fromImage(how_to_walk(*PLAN_PX)))
        self.plan.show()

    def _offer_clap(self, offered: bool) -> None:
        self.by_hand.setChecked(False)
        self.by_hand.setVisible(offered)
        self.clap.hide()
        self.clap.clear()

    def _on_by_hand(self, wanted: bool) -> None:
        self.clap.setVisible(wanted)
        if wanted:
            self.plan.hide()
            self.say(self.tr(
                "Move the timeline to where a camera shows the clap, press that camera's button, and do the same for the "
                "others. Each camera may show it in another frame: that is how much it is late."
            ))  # fmt: skip
            self._show_at(0.0)

    def _show_at(self, share: float) -> None:
        self.run(lambda _show: self._calibrating.pictures(share), self._on_pictures, self._on_pictures_failed)

    def _on_pictures(self, shown: Pictures) -> None:
        self.show_views(shown.images, [[] for _ in shown.images])
        self.clap.show_pictures(shown)

    def _on_pictures_failed(self, failure: Failure) -> None:
        self.warn_of(failure)

    def _on_looked(self, _nothing: object) -> None:
        self.busy(False)
        self._offer_clap(True)
        self.keep.setEnabled(False)
        self.go.setFocus()

    def _on_solved(self, found: Calibrated) -> None:
        self.busy(False)
        self.clap.hide()
        self.say("\n".join(sentence(note.template, note.values) for note in found.notes))
        if found.doubtful:
            self.warn(self.tr("This calibration is doubtful; the first sentence above says what to film instead."))
        self.show_views(found.images, [whole(people) for people in found.drawn_px], small=True)
        self.plan.setPixmap(QPixmap.fromImage(plan(found.cameras, found.paths_mm, *PLAN_PX)))
        self.plan.show()
        self.keep.setFocus()

    def _on_saved(self, saved: Saved) -> None:
        self.accept()
        self.saved.emit(saved)

    def _on_look_failed(self, failure: Failure) -> None:
        """Nothing was seen, so there is nothing to calibrate: back to the start, with the reason."""
        self._start_page()
        self.warn_of(failure)

    def _on_solve_failed(self, failure: Failure) -> None:
        """Other marks, or other videos, may do better."""
        self.busy(False)
        self.keep.setEnabled(False)
        self.say(self.tr("The cameras could not be calibrated."))
        self.warn_of(failure)

    def _on_save_failed(self, failure: Failure) -> None:
        """What was found is still there: it can be saved where there is room."""
        self.warn_of(failure)
