"""The rig check in the window: in the background, said once, proposals taken over, the dialog."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import QObject, QPoint, QRect, pyqtSignal
from PyQt5.QtWidgets import QLabel, QMessageBox, QProgressBar, QPushButton, QScrollArea, QWidget

from modules.core.config import load_config
from modules.core.errors import ExportError, Note, SourceError
from modules.core.rig import CameraCheck, Finding, RigReport, Subject, Verdict
from modules.core.rig_text import accepted_sentence
from modules.core.types import Camera, FrameSet, SourceInfo
from modules.gui.background.messages import Composition, Opened, OpenRequest
from modules.gui.background.rig_check import RigChecker
from modules.gui.window.rig_dialog import RigDialog
from modules.gui.window.rig_line import RigLine

CAMERA = Camera("cam1", 64, 48, 50.0, 50.0, 32.0, 24.0, np.eye(3), np.zeros(3))
LATE = Finding(
    Subject.TIME, Verdict.PROPOSED, Note("Camera {camera} is late by {frames:.1f} frames ({milliseconds:.0f} ms).",
    camera="cam1", frames=3.2, milliseconds=53.0), ("cam1",), (("SOURCE.FRAME_OFFSETS", {"cam1": 3}),), 0.6,
)  # fmt: skip
REPORT = RigReport((1, 2), 9, (CameraCheck("cam1", 9, 0.9, 5.0, 0.02, 0.05, 0.6),), (LATE,), quarter_turns=(0,))
INFO = SourceInfo("walks", "folder", ("cam1",), 5, ((64, 48),), 30.0)


class FakeController(QObject):
    recording_opened = pyqtSignal(object)

    def __init__(self):
        super().__init__()
        self.config = load_config(None)
        self.opened, self.configured, self.held = [], [], []

    def hold_ahead(self, held):
        self.held.append(held)

    def open(self, path, fmt, offsets):
        self.opened.append((path, fmt, offsets))

    def configure(self, config):
        self.config = config
        self.configured.append(config)


def opened(folder) -> Opened:
    frame = FrameSet(0, 0.0, (np.zeros((48, 64, 3), np.uint8),), (CAMERA,))
    return Opened(OpenRequest(folder, "folder", {"cam2": 1}), INFO, (CAMERA,), None, None, frame, True)


def line(qtbot, check):
    window = QWidget()
    qtbot.addWidget(window)
    controller = FakeController()
    kept: dict[Path, dict] = {}
    parts = Composition(
        *(None,) * 7, check_rig=check,
        accepted=lambda folder: dict(kept.get(folder, {})), accept=lambda folder, options: kept.update({folder: dict(options)}),
    )  # fmt: skip
    made = RigLine(controller, lambda config: parts, window)
    made.kept = kept
    said = []
    made.message.connect(lambda level, note: said.append((level, str(note))))
    made.found.connect(lambda level, note: said.append((level, str(note))))
    return made, controller, said


def test_what_is_likely_is_said_once_and_a_changed_recording_is_opened_again(qtbot, tmp_path):
    made, controller, said = line(qtbot, lambda path, fmt, offsets, tell: (REPORT, True))
    with qtbot.waitSignal(made.found):
        controller.recording_opened.emit(opened(tmp_path))
    assert said == [("warning", "Camera cam1 is late by 3.2 frames (53 ms).")]
    assert controller.opened == [(tmp_path, "folder", {"cam2": 1})]
    controller.recording_opened.emit(opened(tmp_path))  # opened again: the same is not said twice
    qtbot.waitUntil(lambda: made.report is not None)
    assert len(said) == 1


def test_everybody_who_is_late_is_named_in_one_message(qtbot, tmp_path):
    other = replace(LATE, sentence=Note(LATE.sentence.template, camera="cam2", frames=7.0, milliseconds=117.0))
    floor = Finding(Subject.FLOOR, Verdict.APPLIED, Note("The floor is there."))
    made, controller, said = line(qtbot, lambda *_: (replace(REPORT, findings=(LATE, other, floor)), False))
    with qtbot.waitSignals([made.found] * 2):
        controller.recording_opened.emit(opened(tmp_path))
    both = "Camera cam1 is late by 3.2 frames (53 ms). Camera cam2 is late by 7.0 frames (117 ms)."
    assert said == [("info", "The floor is there."), ("warning", both)]


def test_nothing_is_computed_ahead_until_the_rig_is_checked(qtbot, tmp_path):
    go = threading.Event()
    made, controller, _ = line(qtbot, lambda *_: (go.wait(5), (REPORT, False))[1])
    controller.recording_opened.emit(opened(tmp_path))
    assert controller.held[-1] is True
    with qtbot.waitSignal(made.found):
        go.set()
    assert controller.held[-1] is False


PAIRS = (("RIG.EXCHANGED", ["a", "b", "|", "c", "d"]),)
EXCHANGED = Finding(Subject.EXCHANGED, Verdict.CONTRADICTED, Note("Two pairs are exchanged."), (), PAIRS)
REFUSED = RigReport((1, 2), 9, REPORT.cameras, (EXCHANGED,), quarter_turns=(0,))


def test_nothing_is_computed_ahead_in_a_rig_that_cannot_be_right_until_somebody_says_so(qtbot, tmp_path):
    reports = [REFUSED, REFUSED, REPORT, REFUSED]
    made, controller, said = line(qtbot, lambda *_: (reports.pop(0), False))
    told = []
    made.refused_changed.connect(told.append)

    def open_again(folder):
        with qtbot.waitSignal(made._checker.finished):
            controller.recording_opened.emit(opened(folder))
        qtbot.waitUntil(lambda: not made.checking)

    open_again(tmp_path)
    assert said == [("error", "Two pairs are exchanged.")]
    assert (controller.held[-1], made.refused, told) == (True, True, [True])
    made.show()
    (dialog,) = made.parent().findChildren(RigDialog)
    assert "The rig can't be right as it is, so nothing is computed ahead." in [x.text() for x in dialog.findChildren(QLabel)]
    (go_on,) = [button for button in dialog.findChildren(QPushButton) if button.text() == "Compute all the same"]
    go_on.click()
    assert (controller.held[-1], made.refused, told) == (False, False, [True, False])
    open_again(tmp_path)  # said once
    assert (controller.held[-1], told) == (False, [True, False])
    for folder, refused in (("mended", False), ("another", True)):
        (tmp_path / folder).mkdir()
        open_again(tmp_path / folder)
        assert (controller.held[-1], made.refused) == (refused, refused)


@pytest.mark.parametrize("answer", [QMessageBox.No, QMessageBox.Yes])
def test_before_all_of_a_rig_that_cannot_be_right_is_processed_somebody_is_asked(qtbot, tmp_path, monkeypatch, answer):
    asked = []
    monkeypatch.setattr(QMessageBox, "question", lambda _parent, _title, text: asked.append(text) or answer)
    made, controller, _ = line(qtbot, lambda *_: (REFUSED, False))
    assert made.may_go_on()
    with qtbot.waitSignal(made.found):
        controller.recording_opened.emit(opened(tmp_path))
    assert asked == []
    yes = answer == QMessageBox.Yes
    assert made.may_go_on() is yes
    assert asked == ["The rig can't be right:\n\nTwo pairs are exchanged.\n\nCompute all the same?"]
    assert controller.held[-1] is not yes


def test_the_end_of_a_check_is_told_whatever_became_of_it_but_not_to_a_window_that_is_closed(qtbot, tmp_path):
    going, go = threading.Event(), threading.Event()

    def check(path, fmt, offsets, tell):
        going.set()
        assert go.wait(5)
        tell(0.5)
        return REPORT, False

    checker, ended = RigChecker(), []
    checker.ended.connect(lambda: ended.append(1))
    checker.start(OpenRequest(tmp_path, "auto", {}), check)
    assert going.wait(5)
    checker.stop()
    with qtbot.waitSignal(checker.ended):
        go.set()
    checker.close()
    with qtbot.assertNotEmitted(checker.ended, wait=50):
        checker.start(OpenRequest(tmp_path, "auto", {}), check)
    assert ended == [1]


def test_a_window_that_closes_begins_no_check_for_what_the_worker_still_opens(qtbot, tmp_path):
    checked = []
    made, controller, said = line(qtbot, lambda *_: checked.append(1) or (REPORT, True))
    made.close()
    controller.recording_opened.emit(opened(tmp_path))
    assert (checked, said, controller.opened, made.checking) == ([], [], [], False)


def test_a_check_that_ends_after_the_window_is_gone_troubles_nobody(qtbot, tmp_path):
    """The checker is no child of the window: Qt would delete it under the check's thread."""
    made, _, _ = line(qtbot, lambda *_: (REPORT, False))
    assert made.findChild(RigChecker) is None


@pytest.mark.parametrize("check", [lambda *_: (None, False), lambda *_: 1 / 0])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_check_that_says_nothing_or_breaks_holds_nothing_up(qtbot, tmp_path, check):
    _made, controller, _ = line(qtbot, check)
    controller.recording_opened.emit(opened(tmp_path))
    qtbot.waitUntil(lambda: controller.held[-1] is False)


def test_a_proposal_is_kept_with_its_recording_until_it_is_taken_back(qtbot, tmp_path):
    made, controller, said = line(qtbot, lambda *_: (REPORT, False))
    with qtbot.waitSignal(made.found):
        controller.recording_opened.emit(opened(tmp_path))
    made.take_over({"SOURCE.FRAME_OFFSETS": {"cam1": 3}})
    made.take_over({"SOURCE.FRAME_OFFSETS": {"cam2": -1}, "RIG.MIRRORED": ["cam1"]})
    assert made.kept == {tmp_path: {"SOURCE.FRAME_OFFSETS": {"cam1": 3, "cam2": -1}, "RIG.MIRRORED": ["cam1"]}}
    assert controller.opened == [(tmp_path, "folder", {"cam2": 1})] * 2
    assert controller.configured == []  # other recordings are opened as they are
    controller.recording_opened.emit(opened(tmp_path))
    assert ("info", "As you accepted in the rig check: The picture of cam1 is mirrored back.") in said
    qtbot.waitUntil(lambda: made.report is not None)
    made.show()
    (dialog,) = made.parent().findChildren(RigDialog)
    buttons = {button.parent().findChild(QLabel).text(): button for button in dialog.findChildren(QPushButton, "")}
    (text,) = [text for text in buttons if text == "Accepted: The picture of cam1 is mirrored back."]
    buttons[text].click()
    assert made.kept == {tmp_path: {"SOURCE.FRAME_OFFSETS": {"cam1": 3, "cam2": -1}}}
    assert len(controller.opened) == 3


def test_what_cannot_be_kept_is_said_and_nothing_is_opened_again(qtbot, tmp_path):
    def refuse(*_):
        raise ExportError("Can't write {file}: {reason}.", file="x", reason="full")

    made, controller, said = line(qtbot, lambda *_: (REPORT, False))
    with qtbot.waitSignal(made.found):
        controller.recording_opened.emit(opened(tmp_path))
    made._compose = lambda config: Composition(*(None,) * 7, accept=refuse)
    made.take_over({"RIG.MIRRORED": ["cam1"]})
    assert said[-1] == ("error", "Can't write x: full.")
    assert controller.opened == []


@pytest.mark.parametrize("name", ["walks", "poses.jsonl"])
def test_what_is_opened_next_has_nothing_of_the_report_before(qtbot, tmp_path, name):
    first, then, go = tmp_path / "first", tmp_path / name, threading.Event()
    first.mkdir()
    if name == "walks":
        then.mkdir()

    def check(path, *_):
        assert path == first or go.wait(5)
        return REPORT, False

    made, controller, said = line(qtbot, check)
    with qtbot.waitSignal(made.found):
        controller.recording_opened.emit(opened(first))
    before = made._request
    made.show()
    (dialog,) = made.parent().findChildren(RigDialog)
    with qtbot.waitSignal(dialog.rejected):  # its button would do to the next recording what was found of this one
        controller.recording_opened.emit(opened(then))
    assert made.report is None
    made._on_finished(before, REPORT, True)  # it was on its way when the next one was opened
    made._on_failed(before, SourceError("late"))
    assert (made.report, controller.opened, len(said)) == (None, [], 1)
    made.show()
    if name == "walks":
        assert len(said) == 1
        go.set()  # the same sentence about another recording is said
        qtbot.waitUntil(lambda: made.report is not None)
        assert said[1:] == said[:1]
    else:
        assert said[1:] == [("info", "There are no cameras to check: open a recording.")]


def test_a_check_that_fails_is_a_sentence_and_the_window_goes_on(qtbot, tmp_path):
    def check(*_):
        raise SourceError("{file} ends early.", file="cam1.mp4")

    made, controller, said = line(qtbot, check)
    with qtbot.waitSignal(made.message):
        controller.recording_opened.emit(opened(tmp_path))
    assert said == [("warning", "The rig was not checked: cam1.mp4 ends early.")]


def test_another_recording_ends_the_check_before_it(qtbot, tmp_path):
    going, ended = threading.Event(), threading.Event()

    def long(path, fmt, offsets, tell):
        going.set()
        try:
            while True:
                tell(0.5)
        finally:
            ended.set()

    checker = RigChecker()
    heard = []
    checker.finished.connect(lambda request, *_: heard.append(request))
    checker.start(OpenRequest(tmp_path, "auto", {}), long)
    assert going.wait(5)
    second = OpenRequest(tmp_path / "b", "auto", {})
    with qtbot.waitSignal(checker.finished):
        checker.start(second, lambda *_: (REPORT, False))
    assert ended.wait(5)
    assert heard == [second]


def texts(dialog):
    return [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]


@pytest.mark.parametrize("wanted", [False, True])
def test_a_check_that_begins_as_the_program_ends_has_nothing_to_say(qtbot, monkeypatch, tmp_path, wanted):
    raised = []
    monkeypatch.setattr(threading, "excepthook", lambda args: raised.append(str(args.exc_value)))
    checker, over = RigChecker(), threading.Event()

    def check(*_):
        if not wanted:
            checker.stop()
        over.set()
        raise RuntimeError("cannot schedule new futures after interpreter shutdown")

    checker.start(OpenRequest(tmp_path, "auto", {}), check)
    assert over.wait(5)
    for thread in [t for t in threading.enumerate() if t.name == "rig check"]:
        thread.join(5)
    assert len(raised) == wanted  # a fault of the check itself is not hidden


def test_the_dialog_opens_while_a_check_runs_shows_how_far_it_is_and_then_the_report(qtbot, tmp_path):
    go, told = threading.Event(), threading.Event()

    def check(path, fmt, offsets, tell):
        tell(0.4)
        told.set()
        assert go.wait(5)
        return REPORT, False

    made, controller, _said = line(qtbot, check)
    made.parent().show()
    controller.recording_opened.emit(opened(tmp_path))
    assert told.wait(5)
    made.show()
    (dialog,) = made.parent().findChildren(RigDialog)
    (bar,) = dialog.findChildren(QProgressBar)
    qtbot.waitUntil(lambda: bar.value() == 40)
    assert bar.isVisible()
    assert "The rig is being checked; what it finds appears here." in texts(dialog)
    assert any("cam1" in text for text in texts(dialog))
    with qtbot.waitSignal(made.found):
        go.set()
    assert not bar.isVisible()
    qtbot.waitUntil(lambda: "Camera cam1 is late by 3.2 frames (53 ms)." in texts(dialog))
    assert dialog.isVisible()


def test_the_open_dialog_follows_its_recording_when_that_is_opened_again(qtbot, tmp_path):
    made, controller, _ = line(qtbot, lambda *_: (REPORT, True))
    made.parent().show()
    with qtbot.waitSignal(made.found):
        controller.recording_opened.emit(opened(tmp_path))
    made.show()
    (dialog,) = made.parent().findChildren(RigDialog)
    made.report = None
    controller.recording_opened.emit(opened(tmp_path))
    qtbot.waitUntil(lambda: made.report is not None)
    qtbot.waitUntil(lambda: "Camera cam1 is late by 3.2 frames (53 ms)." in texts(dialog))


def test_a_check_that_failed_is_told_in_the_dialog(qtbot, tmp_path):
    def check(*_):
        raise SourceError("{file} ends early.", file="cam1.mp4")

    made, controller, _said = line(qtbot, check)
    made.parent().show()
    with qtbot.waitSignal(made.message):
        controller.recording_opened.emit(opened(tmp_path))
    made.show()
    (dialog,) = made.parent().findChildren(RigDialog)
    assert "The rig was not checked: cam1.mp4 ends early." in texts(dialog)


@pytest.mark.parametrize(("count", "size"), [(4, (48, 64)), (4, (120, 64)), (6, (64, 120))])
def test_four_pictures_are_seen_without_scrolling(qtbot, count, size):
    names = tuple(f"camera {n}" for n in range(count))
    info = SourceInfo("walks", "folder", names, 5, ((64, 48),) * count, 30.0)
    checks = tuple(CameraCheck(name, 9, 0.9, 5.0, 0.02, 0.05, 0.6) for name in names)
    dialog = RigDialog(info, [np.zeros((*size, 3), np.uint8)] * count)
    qtbot.addWidget(dialog)
    dialog.show_report(RigReport((1, 2), 9, checks, (LATE,), quarter_turns=(0,) * count))
    dialog.show()
    qtbot.waitExposed(dialog)
    area = dialog.findChild(QScrollArea)
    pictures = [label for label in dialog.findChildren(QLabel) if label.pixmap() is not None]
    assert len(pictures) == count
    for picture in pictures[:4]:
        assert area.viewport().rect().contains(QRect(picture.mapTo(area.viewport(), QPoint(0, 0)), picture.size()))
    qtbot.waitUntil(lambda: not area.horizontalScrollBar().isVisible())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("RIG.UNIT_FACTOR", 10.0, "The calibration's lengths are taken times 10."),
        ("RIG.UP", [0.0, -1.0, 0.0], "Up is taken to be 0.000, -1.000, 0.000."),
        ("RIG.FLOOR_MM", [-788], "The floor is taken to be -788 mm along up."),
        ("RIG.EXCHANGED", ["a", "b"], "Cameras a and b are exchanged."),
        ("RIG.EXCHANGED", ["a", "b", "c"], "Each video is the next camera's: a → b → c → a."),
        ("RIG.EXCHANGED", ["a", "b", "|", "c", "d"], "Each video is the next camera's: a → b → a; c → d → c."),
        ("RIG.MIRRORED", ["a", "b"], "The picture of a, b is mirrored back."),
        ("RIG.INVERTED", ["a"], "The pose of a is taken the other way round."),
        ("SOURCE.CAMERAS", ["a", "c"], "Only a, c are used."),
        ("SOURCE.FRAME_OFFSETS", {"a": 3, "b": -1}, "Put in step (frames; +: late, -: early): a +3, b -1."),
        ("SOURCE.QUARTER_TURNS", {"a": 3}, "Pictures are turned clockwise: a +270°."),
        ("SOURCE.CALIBRATION", "new.toml", "The calibration is new.toml."),
        ("RIG.EXCHANGED", [], "RIG.EXCHANGED = []"),
    ],
)
def test_what_was_accepted_is_a_plain_sentence(name, value, said):
    assert accepted_sentence(name, value) == said


@pytest.mark.parametrize("verdict", [Verdict.PROPOSED, Verdict.APPLIED])
def test_the_dialog_shows_pictures_and_a_button_for_what_is_proposed(qtbot, verdict):
    finding = Finding(LATE.subject, verdict, LATE.sentence, LATE.cameras, LATE.options)
    report = RigReport((1, 2), 9, REPORT.cameras, (finding,), up=np.array([0.0, 0, 1]), up_sd_deg=2.0, floor_mm=-3.0)
    dialog = RigDialog(INFO, [np.zeros((48, 64, 3), np.uint8)])
    qtbot.addWidget(dialog)
    dialog.show_report(report)
    buttons = [button for button in dialog.findChildren(QPushButton) if button.text() == "Do so"]
    assert len(buttons) == (verdict is Verdict.PROPOSED)
    chosen = []
    dialog.option_chosen.connect(chosen.append)
    for button in buttons:
        button.click()
    assert chosen == [{"SOURCE.FRAME_OFFSETS": {"cam1": 3}}] * len(buttons)
