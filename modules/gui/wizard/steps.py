"""What the calibration's dialogs share: sentences on top, pictures of all views, work in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PyQt5.QtCore import QCoreApplication, Qt
from PyQt5.QtGui import QCloseEvent, QGuiApplication, QPixmap
from PyQt5.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from modules.core.calibrating import Look
from modules.core.skeleton import COCO_NAMES, COCO_OF_JOINT

from .. import theme
from ..background.messages import Failure
from ..i18n import sentence
from .job import Job
from .pictures import photograph, seen

#: Width and height that a view's picture has at most, and views in a row; where four or more than six fill rows better.
VIEW_PX, IN_A_ROW = 250, 3
SMALL_PX, FOUR = 205, 4
#: The dialog's size at most, and what a screen has beside it for its own bars.
SIZE_PX, BARS_PX = (880, 700), 60
STOP_S = 0.5
#: Joints of ``Calibrated`` and ``Mended`` → COCO's keypoints.
JOINTS = (0, *(COCO_OF_JOINT[joint] for joint in range(3, 15)))


class StepsDialog(QDialog):
    """A dialog that looks at videos and shows what it sees; what it is for says who derives from it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._pictures: list[QLabel] = []
        screen = QGuiApplication.primaryScreen().availableGeometry()
        self.resize(min(SIZE_PX[0], screen.width()), min(SIZE_PX[1], screen.height() - BARS_PX))
        self.explanation, self.problem = QLabel(self), QLabel(self)
        for label in (self.explanation, self.problem):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextSelectableByMouse)
            policy = QSizePolicy(QSizePolicy.Preferred, QSizePolicy.Maximum)  # no room above and below where there are no views
            policy.setHeightForWidth(True)
            label.setSizePolicy(policy)
        self.problem.setStyleSheet(f"color: {theme.ERROR}")
        self.views = QWidget(self)
        self.grid = QGridLayout(self.views)
        self.shown = QScrollArea(self)  # many views, and what is drawn below them, may be higher than a screen
        self.shown.setFrameShape(QFrame.NoFrame)
        self.shown.setWidgetResizable(True)
        content = QWidget(self.shown)
        self.below = QVBoxLayout(content)
        self.below.setContentsMargins(0, 0, 0, 0)
        self.below.addWidget(self.views, 1)
        self.shown.setWidget(content)
        self.progress = QProgressBar(self)
        self.column, self.row = QVBoxLayout(self), QHBoxLayout()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.stop()
        super().closeEvent(event)

    def reject(self) -> None:
        self.stop()
        super().reject()

    def busy(self, busy: bool) -> None:
        """Shows the progress and holds everything that can be pressed, or lets it go."""
        self.progress.setVisible(busy)
        self.problem.hide()
        for part in self.held():
            part.setEnabled(not busy)

    def held(self) -> Sequence[QWidget]:
        """What can't be used while something runs."""
        raise NotImplementedError

    def run(
        self, work: Callable[[Callable[[Look], bool]], Any], done: Callable[..., None], failed: Callable[..., None]
    ) -> None:
        """Does ``work`` in a thread of its own."""
        self.stop()
        self._job = Job(work, self)
        self._job.shown.connect(self._on_shown)
        self._job.finished.connect(done)
        self._job.failed.connect(failed)
        self._job.start()

    def stop(self) -> None:
        """Ends what runs."""
        if self._job is not None:
            self._job.stop(STOP_S)
            self._job = None

    def say(self, text: str) -> None:
        """The sentences on top."""
        self.explanation.setText(text)

    def warn(self, text: str) -> None:
        """A sentence in red."""
        self.problem.setText(text)
        self.problem.show()

    def warn_of(self, failure: Failure) -> None:
        """What went wrong, in red."""
        self.warn(sentence(failure.template, failure.values))

    def show_views(
        self, images: Sequence[np.ndarray], skeletons: Sequence[Sequence[np.ndarray]],
        dots: Sequence[np.ndarray] | None = None, small: bool = False,
    ) -> None:  # fmt: skip
        """Pictures uint8 [H, W, 3] of all views with skeletons float [17, 2] and dots float [N, 2], px, drawn into them.

        Args:
            small: something else is to be seen with them.
        """
        self.views.show()
        four = len(images) == FOUR or len(images) > 2 * IN_A_ROW
        row, side_px = FOUR if four else IN_A_ROW, SMALL_PX if four or small else VIEW_PX
        while len(self._pictures) < len(images):
            self._pictures.append(QLabel(self.views))
        for place, label in enumerate(self._pictures):
            self.grid.addWidget(label, place // row, place % row, Qt.AlignCenter)
        for place, label in enumerate(self._pictures):
            label.setVisible(place < len(images))
            if place < len(images):
                picture = photograph(images[place], skeletons[place], side_px, None if dots is None else dots[place])
                if picture.height() > side_px:
                    picture = picture.scaledToHeight(side_px, Qt.SmoothTransformation)
                label.setPixmap(QPixmap.fromImage(picture))

    def _on_shown(self, look: Look) -> None:
        self.progress.setRange(0, look.total)
        self.progress.setValue(look.done)
        lines = [
            QCoreApplication.translate(  # self.tr would look in the context of who derives from this
                "StepsDialog",
                "{camera}: someone is seen in {seen} of {done} pictures, in {shared} together with another camera",
            ).format(camera=name, seen=one, done=look.done, shared=both)
            for name, one, both in zip(look.names, look.seen, look.shared, strict=True)
        ]
        self.say("\n".join(lines))
        self.show_views(look.images, [seen(people) for people in look.people])


def whole(drawn_px: np.ndarray) -> list[np.ndarray]:
    """Skeletons float [17, 2] of drawn joints [P, 13, 2]."""
    out = np.full((len(drawn_px), len(COCO_NAMES), 2), np.nan)
    out[:, JOINTS] = drawn_px
    return list(out)
