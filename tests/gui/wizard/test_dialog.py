"""File → Calibrate as a person uses it, on a calibration that is played: pages, pictures, failures, clicks."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gui_fakes import FakeSource
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QFileDialog

from modules.core.calibrating import Calibrated, Look, Pictures, Saved
from modules.core.errors import Note, SourceError
from modules.gui import theme
from modules.gui.i18n import set_language
from modules.gui.wizard.dialog import CalibrateDialog
from modules.gui.wizard.pictures import photograph, plan, seen


def person():
    """COCO keypoints [17, 3] of somebody in the middle of a 64 × 48 picture."""
    keypoints = np.full((17, 3), 0.9, np.float32)
    keypoints[:, 0] = np.linspace(20, 44, 17)
    keypoints[:, 1] = np.linspace(8, 40, 17)
    return keypoints


class Played:
    """A calibration whose answers are given."""

    def __init__(
        self, folder: Path, problem: Exception | None = None, doubtful: bool = False, blind: Exception | None = None
    ) -> None:
        self.folder, self.problem, self.doubtful, self.blind = folder, problem, doubtful, blind
        self.videos, self.heights, self.marks, self.gate = None, [], [], threading.Event()
        self.gate.set()
        self.went_on: list[bool] = []

    def look(self, videos, show):
        self.videos = list(videos)
        if self.blind is not None:
            raise self.blind
        images = tuple(np.full((48, 64, 3), 90, np.uint8) for _ in videos)
        for done in (1, 2, 3):
            look = Look(("a", "b"), done, 3, images, (person()[None], np.zeros((0, 17, 3))), (done, 0), (0, 0))
            self.went_on.append(show(look))
            if not self.went_on[-1]:
                return
            self.gate.wait(5)

    def pictures(self, share):
        frame = round(share * 90)
        return Pictures(("a", "b"), frame, 90, tuple(np.full((48, 64, 3), frame, np.uint8) for _ in range(2)))

    def solve(self, height_mm, marks=None):
        self.heights.append(height_mm)
        self.marks.append(dict(marks or {}))
        if self.problem is not None:
            raise self.problem
        cameras = FakeSource().cameras[:2]
        images = tuple(np.full((48, 64, 3), 90, np.uint8) for _ in cameras)
        paths = (np.array([[0.0, 0.0], [500.0, 300.0]]),)
        drawn = tuple(np.full((1, 13, 2), 20.0) for _ in cameras)
        return Calibrated(cameras, paths, (Note("The calibration is {file}.", file="x"),), self.doubtful, images, drawn)

    def save(self):
        return Saved(self.folder, {})


@pytest.fixture
def make(qtbot, tmp_path):
    def made(**kind):
        played = Played(tmp_path, **kind)
        dialog = CalibrateDialog(played)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog, played

    return made


def looked(qtbot, dialog):
    dialog.look([Path("a.mp4"), Path("b.mp4")])
    qtbot.waitUntil(lambda: dialog.go.isEnabled())


def test_it_says_first_how_to_walk_and_what_is_not_needed(make):
    dialog, _ = make()
    assert "figure of eight" in dialog.explanation.text()
    assert dialog.plan.isVisible()  # the drawing of how to walk
    assert dialog.choose.isEnabled()
    assert not dialog.go.isEnabled()
    assert not dialog.keep.isEnabled()


def test_from_videos_to_a_folder_in_three_clicks_after_the_files(qtbot, make, monkeypatch, tmp_path):
    dialog, played = make()
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (["/x/a.mp4", "/x/b.mp4"], ""))
    qtbot.mouseClick(dialog.choose, Qt.LeftButton)
    qtbot.waitUntil(lambda: dialog.go.isEnabled())
    assert played.videos == [Path("/x/a.mp4"), Path("/x/b.mp4")]
    assert "a: someone is seen in 3 of 3 pictures" in dialog.explanation.text()
    assert all(label.pixmap() is not None for label in dialog._pictures)
    dialog.height_cm.setValue(183)
    qtbot.mouseClick(dialog.go, Qt.LeftButton)
    qtbot.waitUntil(lambda: dialog.keep.isEnabled())
    assert played.heights == [1830]
    assert dialog.plan.isVisible()
    with qtbot.waitSignal(dialog.saved) as saved:
        qtbot.mouseClick(dialog.keep, Qt.LeftButton)
    assert saved.args[0].folder == tmp_path
    assert played.marks == [{}]
    assert not dialog.isVisible()


@pytest.mark.parametrize("views", [2, 4, 8])
def test_any_number_of_views_leaves_the_buttons_on_a_small_screen(qtbot, make, views):
    dialog, _ = make()
    looked(qtbot, dialog)
    for size in ((1080, 1920), (1920, 1080)):
        dialog.show_views([np.zeros((size[1] // 8, size[0] // 8, 3), np.uint8)] * views, [[]] * views)
        dialog.plan.show()
        assert dialog.minimumSizeHint().height() < 400
        assert dialog.minimumSizeHint().width() < 1280
        dialog.resize(880, 640)
        qtbot.waitUntil(lambda: dialog.height() == 640)
        assert dialog.rect().contains(dialog.keep.geometry())
        assert sum(label.isVisibleTo(dialog) for label in dialog._pictures) == views
        edges = [label.mapTo(dialog.views, label.rect().topRight()).x() for label in dialog._pictures[:views]]
        assert max(edges) < dialog.shown.width()  # nothing to the right of what can be seen


def test_no_height_is_no_height(qtbot, make):
    dialog, played = make()
    looked(qtbot, dialog)
    qtbot.mouseClick(dialog.go, Qt.LeftButton)
    qtbot.waitUntil(lambda: dialog.keep.isEnabled())
    assert played.heights == [None]


def test_a_failure_says_what_to_film_and_leaves_the_way_back(qtbot, make):
    dialog, _ = make(problem=SourceError("Film someone, {who}.", who="please"))
    looked(qtbot, dialog)
    qtbot.mouseClick(dialog.go, Qt.LeftButton)
    qtbot.waitUntil(lambda: dialog.problem.isVisible())
    assert dialog.problem.text() == "Film someone, please."
    assert dialog.choose.isEnabled()
    assert not dialog.keep.isEnabled()
    assert not dialog.progress.isVisible()


def test_videos_that_can_t_be_looked_at_lead_back_to_the_start(qtbot, make):
    dialog, _ = make(blind=SourceError("{file} is no video.", file="a.mp4"))
    dialog.look([Path("a.mp4"), Path("b.mp4")])
    qtbot.waitUntil(lambda: dialog.problem.isVisible())
    assert dialog.problem.text() == "a.mp4 is no video."
    assert "figure of eight" in dialog.explanation.text()  # no "Looking…" any more
    assert dialog.plan.isVisible()
    assert not dialog.go.isEnabled()
    assert not dialog.by_hand.isVisible()
    assert dialog.choose.isEnabled()


def test_a_clap_is_marked_on_the_timeline(qtbot, make):
    dialog, played = make()
    looked(qtbot, dialog)
    assert not dialog.clap.isVisible()
    dialog.by_hand.setChecked(True)
    qtbot.waitUntil(lambda: len(dialog.clap._buttons) == 2)
    for place, share in ((0, 400), (1, 500)):
        dialog.clap.timeline.setValue(share)
        qtbot.waitUntil(lambda share=share: dialog.clap._shown.frame == round(share / 1000 * 90))
        qtbot.mouseClick(dialog.clap._buttons[place], Qt.LeftButton)
    assert dialog.clap.marks == {"a": 36, "b": 45}
    assert "frame 45" in dialog.clap._buttons[1].text()
    qtbot.mouseClick(dialog.clap.on, Qt.LeftButton)
    qtbot.waitUntil(lambda: dialog.clap._shown.frame == 46)
    qtbot.mouseClick(dialog.go, Qt.LeftButton)
    qtbot.waitUntil(lambda: dialog.keep.isEnabled())
    assert played.marks == [{"a": 36, "b": 45}]


def test_a_mark_pressed_again_is_taken_back_and_others_videos_have_none(qtbot, make):
    dialog, _ = make()
    looked(qtbot, dialog)
    dialog.by_hand.setChecked(True)
    qtbot.waitUntil(lambda: len(dialog.clap._buttons) == 2)
    for marks in ({"a": 0}, {}, {"a": 0}):
        qtbot.mouseClick(dialog.clap._buttons[0], Qt.LeftButton)
        assert dialog.clap.marks == marks
    looked(qtbot, dialog)
    assert dialog.clap.marks == {}


def test_a_doubtful_calibration_says_so_and_may_still_be_kept(qtbot, make):
    dialog, _ = make(doubtful=True)
    looked(qtbot, dialog)
    qtbot.mouseClick(dialog.go, Qt.LeftButton)
    qtbot.waitUntil(lambda: dialog.keep.isEnabled())
    assert "doubtful" in dialog.problem.text()


def test_closing_ends_the_looking(qtbot, make):
    dialog, played = make()
    played.gate.clear()
    dialog.look([Path("a.mp4"), Path("b.mp4")])
    qtbot.waitUntil(lambda: dialog.progress.value() == 1)
    dialog.close()
    played.gate.set()
    qtbot.waitUntil(lambda: False in played.went_on)
    assert len(played.went_on) == 2


def test_people_are_drawn_where_they_are(qapp):
    image = photograph(np.zeros((48, 64, 3), np.uint8), seen(person()[None]), 128)
    assert (image.width(), image.height()) == (128, 96)
    colored = [(x, y) for x in range(128) for y in range(96) if image.pixelColor(x, y).lightness() > 60]
    xs, ys = zip(*colored, strict=True)
    assert min(xs) >= 38
    assert max(xs) <= 92
    assert min(ys) >= 14
    unsure = person()
    unsure[:, 2] = 0.1
    blank = photograph(np.zeros((48, 64, 3), np.uint8), seen(unsure[None]), 128)
    assert all(blank.pixelColor(x, y).lightness() == 0 for x in range(0, 128, 4) for y in range(0, 96, 4))


def test_the_plan_shows_cameras_where_they_stand(qapp):
    cameras = FakeSource().cameras[:2]
    image = plan(cameras, (np.array([[0.0, 0.0], [900.0, 0.0]]),), 300, 200)
    assert (image.width(), image.height()) == (300, 200)
    assert len({image.pixelColor(x, y).name() for x in range(300) for y in range(200)}) > 3


def test_names_in_the_plan_hide_no_camera_and_stay_inside(qapp):
    cameras = FakeSource().cameras
    bare, named = (
        plan([replace(c, name=name * (n + 1)) for n, c in enumerate(cameras)], (), 300, 200) for name in ("", "camera")
    )
    accent = QColor(theme.ACCENT).name()
    at = [(x, y) for x in range(300) for y in range(200)]
    triangles = {p for p in at if bare.pixelColor(*p).name() == accent}
    assert len(triangles) > 20
    assert {p for p in at if named.pixelColor(*p).name() == accent} == triangles
    assert all(named.pixelColor(x, y) == bare.pixelColor(x, y) for x in (0, 1, 298, 299) for y in range(200))


def test_what_is_seen_is_said_in_korean_too(qtbot, make):
    set_language("ko")
    try:
        dialog, _ = make()
        looked(qtbot, dialog)
        assert "a: 사진 3장 중 3장에 사람이 보이고" in dialog.explanation.text()
    finally:
        set_language("en")
