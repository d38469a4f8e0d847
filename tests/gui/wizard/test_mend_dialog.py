"""Tools → Mend as a person uses it, on a mending that is played: before and after in the views, kept or not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt

from modules.core.calibrating import Look, Mended, Saved
from modules.core.errors import Note, SourceError
from modules.gui.wizard.mend_dialog import MendDialog


class Played:
    """A mending whose answers are given."""

    def __init__(self, better: bool = True, problem: Exception | None = None) -> None:
        self.better, self.problem = better, problem

    def look(self, show):
        if self.problem is not None:
            raise self.problem
        show(Look(("a",), 1, 1, (np.zeros((48, 64, 3), np.uint8),), (np.zeros((0, 17, 3)),), (1,), (0,)))

    def solve(self):
        image = np.zeros((48, 64, 3), np.uint8)
        before = np.stack([np.full(13, 10.0), np.linspace(5, 40, 13)], 1)[None]
        after = np.stack([np.full(13, 50.0), np.linspace(5, 40, 13)], 1)[None]
        note = Note("{camera}: people say too little of it; {before:.1f} → {after:.1f} px", camera="a", before=9.0, after=4.0)
        return Mended((note,), self.better, (image,), (before,), (after,), (after,))

    def save(self):
        return Saved(Path("/x"), {"SOURCE.CALIBRATION": "/y/calibration_mended.toml"})


@pytest.fixture
def make(qtbot):
    def made(**kind):
        dialog = MendDialog(Played(**kind))
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return made


def side(dialog):
    """Where the skeleton is drawn: its mean place in the picture, as a share of the width."""
    image = dialog._pictures[0].pixmap().toImage()
    lit = [x for x in range(image.width()) for y in range(0, image.height(), 2) if image.pixelColor(x, y).saturation() > 60]
    return np.mean(lit) / image.width()


def test_one_click_compares_before_and_after_in_the_views(qtbot, make):
    dialog = make()
    assert not dialog.compare.isEnabled()
    assert not dialog.keep.isEnabled()
    qtbot.mouseClick(dialog.go, Qt.LeftButton)
    qtbot.waitUntil(lambda: dialog.keep.isEnabled())
    assert side(dialog) > 0.6
    qtbot.mouseClick(dialog.compare, Qt.LeftButton)
    assert side(dialog) < 0.4
    assert dialog.compare.text() == "Show as mended"
    qtbot.mouseClick(dialog.compare, Qt.LeftButton)
    assert side(dialog) > 0.6
    with qtbot.waitSignal(dialog.saved) as saved:
        qtbot.mouseClick(dialog.keep, Qt.LeftButton)
    assert saved.args[0].options == {"SOURCE.CALIBRATION": "/y/calibration_mended.toml"}


def test_what_is_no_better_can_t_be_kept(qtbot, make):
    dialog = make(better=False)
    qtbot.mouseClick(dialog.go, Qt.LeftButton)
    qtbot.waitUntil(lambda: "too little" in dialog.explanation.text())
    assert not dialog.keep.isEnabled()
    assert not dialog.compare.isEnabled()


def test_a_failure_says_what_to_film(qtbot, make):
    dialog = make(problem=SourceError("Film someone, {who}.", who="please"))
    qtbot.mouseClick(dialog.go, Qt.LeftButton)
    qtbot.waitUntil(lambda: dialog.problem.isVisible())
    assert dialog.problem.text() == "Film someone, please."
    assert dialog.go.isEnabled()
    assert not dialog.keep.isEnabled()
