"""The window as a person uses it, on fakes: open, step, drag, play, break, switch the language, close."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from gui_fakes import FakeSource
from PyQt5.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt5.QtGui import QDragEnterEvent, QDropEvent
from PyQt5.QtWidgets import QApplication, QDialog, QLabel, QMenu, QMessageBox
from window_fakes import lods, press, settle

from modules.core.errors import DeviceError, Note
from modules.core.types import STAGES, Lod
from modules.gui import theme
from modules.gui.background.controller import Controller
from modules.gui.background.messages import OpenRequest, Pace
from modules.gui.i18n import set_language
from modules.gui.panes.people_table import X
from modules.gui.settings.dialog import SettingsDialog


def test_opening_shows_the_first_frame_in_every_pane(window):
    assert window.windowTitle() == "fake – SelfPose3d"
    for pane in (window.docks.view3d, window.docks.cameras, window.docks.faces, window.docks.people):
        assert pane.result is window.controller.shown[1]
    assert window.docks.people.model.rowCount() == 2
    assert dict(window.docks.recording.rows())["Frames"] == "20 (0.8 s)"


def test_keys_step_and_jump(qtbot, window):
    steps = [
        (Qt.Key_Right, Qt.NoModifier, 1), (Qt.Key_Right, Qt.ShiftModifier, 11), (Qt.Key_Left, Qt.NoModifier, 10),
        (Qt.Key_End, Qt.NoModifier, 19), (Qt.Key_Left, Qt.ShiftModifier, 9), (Qt.Key_Home, Qt.NoModifier, 0),
    ]  # fmt: skip
    for key, modifier, index in steps:
        press(qtbot, window, key, modifier)
        assert window.state.frame_index == index
        assert window.transport.frame.value() == index
        assert window.docks.cameras.result.frame_index == index


def test_clicking_the_seek_bar_goes_there_and_tints_what_is_computed(qtbot, window):
    bar = window.transport.seek
    qtbot.mouseClick(bar, Qt.LeftButton, pos=QPoint(round(bar.x_of(12)), bar.height() // 2))
    settle(qtbot, window)
    assert window.state.frame_index == 12
    qtbot.waitUntil(lambda: bar.computed == {0, 12})
    picture = bar.grab().toImage()
    ratio = bar.devicePixelRatioF()

    def color(index):
        return picture.pixelColor(round(bar.x_of(index) * ratio), round(bar.height() / 2 * ratio)).name()

    assert color(0.3) == theme.COMPUTED
    assert color(6) == theme.RAISED
    assert color(12) == theme.TEXT  # the handle's middle


def test_lod_slider_turns_a_person_into_a_root_and_back(qtbot, window, estimator):
    slider, box = window.transport.lod.slider, window.transport.lod.box
    before = list(estimator.detects)
    for value, expected in ((1000, [Lod.FULL, Lod.ROOT_ONLY]), (2000, [Lod.FULL, Lod.FULL])):
        slider.setValue(value)
        qtbot.waitUntil(lambda wanted=expected: lods(window) == wanted)
        assert (box.value(), window.state.lod_distance_mm) == (value, value)
    assert estimator.detects == before
    box.lineEdit().setText("0")
    box.interpretText()
    assert slider.value() == slider.maximum()
    assert (box.text(), window.state.lod_distance_mm) == ("everyone", 0)


def test_slider_reaches_the_rooms_farthest_corner(window):
    # the defaults' space: 8 m × 8 m around (0, -500): the corner at (4000, -4500) is 6020.8 mm from the origin
    assert window.transport.lod.longest_mm == 6050


def test_play_and_pause(qtbot, window):
    qtbot.mouseClick(window.transport.play, Qt.LeftButton)
    assert window.state.playing
    qtbot.waitUntil(lambda: window.controller.shown[0].index >= 3)
    qtbot.keyClick(window, Qt.Key_Space)
    assert not window.state.playing
    settle(qtbot, window)


def test_speed_box_and_keys_agree(qtbot, window):
    for text, speed in (("2×", 2.0), ("every frame", 0.0), ("0.25×", 0.25)):
        row = window.transport.speed.findText(text)
        window.transport.speed.setCurrentIndex(row)
        window.transport.speed.activated.emit(row)
        assert window.state.speed == speed
    qtbot.keyClick(window, Qt.Key_Plus)
    assert window.transport.speed.currentText() == "0.5×"


def test_escape_chooses_nobody(qtbot, window):
    window.state.set_selection(1)
    qtbot.keyClick(window, Qt.Key_Escape)
    assert window.state.selection is None


def test_a_broken_recording_is_a_sentence_and_the_open_one_goes_on(qtbot, window):
    window.open_folder("/nowhere/missing")
    qtbot.waitUntil(lambda: window.banner.isVisible())
    assert window.banner.text == "The folder /nowhere/missing is missing."
    assert "The folder /nowhere/missing is missing." in window.docks.log.toPlainText()
    press(qtbot, window, Qt.Key_Right)
    assert window.state.frame_index == 1
    assert window.windowTitle() == "fake – SelfPose3d"


def test_an_unforeseen_error_has_its_details_in_the_log(qtbot, window, estimator):
    estimator.failures[4] = ZeroDivisionError("boom")
    window.state.set_frame_index(4)
    qtbot.waitUntil(lambda: window.banner.isVisible())
    assert "ZeroDivisionError: boom" in window.banner.text
    assert "Traceback" in window.docks.log.toPlainText()
    qtbot.waitUntil(lambda: "Computing ahead is off" in window.status.work_text)
    press(qtbot, window, Qt.Key_Right)
    assert window.state.frame_index == 5


def test_notes_of_results_are_said_once(qtbot, window, estimator):
    estimator.notes = (Note("CUDA ran out of memory; going on with the CPU."),)
    for _ in range(3):
        press(qtbot, window, Qt.Key_Right)
    assert window.docks.log.toPlainText().count("CUDA ran out of memory") == 1
    assert window.banner.text == "CUDA ran out of memory; going on with the CPU."
    window.menus.language.actions()[1].trigger()
    qtbot.waitUntil(lambda: window.banner.text == "CUDA 메모리가 부족하여 CPU로 계속합니다.")


def test_without_a_network_pictures_are_shown_and_nothing_is_claimed(qtbot, parts):
    parts.estimator = DeviceError("No CUDA device was found; choose the device cpu or auto.")
    made = parts.window()
    qtbot.addWidget(made)
    made.show()
    made.start(OpenRequest(Path("fake"), "auto", {}))
    qtbot.waitUntil(lambda: made.banner.isVisible() and made.controller.shown is not None)
    assert made.controller.shown[1] is None
    assert made.docks.cameras.frame.index == 0
    assert made.docks.people.result is None
    made.close()


def test_dropping_a_folder_opens_it(qtbot, window, parts, tmp_path):
    (tmp_path / "other").mkdir()
    parts.sources["other"] = FakeSource(frames=5, views=2, path=str(tmp_path / "other"))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "other"))])
    enter = QDragEnterEvent(QPoint(400, 300), Qt.CopyAction, mime, Qt.LeftButton, Qt.NoModifier)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(400, 300), Qt.CopyAction, mime, Qt.LeftButton, Qt.NoModifier)
    QApplication.sendEvent(window, drop)
    qtbot.waitUntil(lambda: window.state.frame_count == 5)
    settle(qtbot, window)
    assert len(window.docks.cameras.frame.cameras) == 2
    assert window.session.recent[0] == str(tmp_path / "other")
    assert window.menus.recent.actions()[0].text().startswith("other")


def test_korean_and_back_while_it_runs(qtbot, window):
    korean = next(action for action in window.menus.language.actions() if action.data() == "ko")
    window.say("error", "The folder {path} is missing.", {"path": "x"})
    korean.trigger()
    qtbot.waitUntil(lambda: window.menus.file.title() == "파일(&F)")
    assert window.docks.docks["people"].windowTitle() == "사람"
    assert window.transport.play.toolTip() == "재생 또는 일시 정지 (Space)"
    assert window.banner.text == "x 폴더가 없습니다."
    assert window.transport.lod.box.text() == "모두"
    assert window.transport.speed.itemText(5) == "모든 프레임"
    window.menus.language.actions()[0].trigger()
    qtbot.waitUntil(lambda: window.menus.file.title() == "&File")
    assert window.banner.text == "The folder x is missing."


def test_positions_are_told_in_the_coordinates_that_the_menu_says(qtbot, window):
    own, level = window.menus.world.actions()
    table = window.docks.people
    before = table.model.index(0, X + 1).data()
    assert own.isChecked()
    assert not level.isChecked()
    floor = window.state.room
    level.trigger()
    assert window.state.room.coordinates == "level"  # at once: nothing is waited for
    assert window.state.room is not floor
    settle(qtbot, window)
    assert level.isChecked()
    assert not own.isChecked()
    assert window.controller.config.RIG.WORLD == "level"
    shift = window.state.room.space_center_mm[1]
    assert shift
    assert float(table.model.index(0, X + 1).data()) == pytest.approx(float(before) - shift, abs=1)
    own.trigger()
    qtbot.waitUntil(lambda: table.model.index(0, X + 1).data() == before)


def test_layout_and_language_are_remembered(qtbot, parts):
    first = parts.window()
    qtbot.addWidget(first)
    first.show()
    first.docks.docks["faces"].hide()
    first._set_language("ko")
    first.close()
    second = parts.window()
    qtbot.addWidget(second)
    second.show()
    assert second.docks.docks["faces"].isHidden()
    assert second.menus.help.title() == "도움말(&H)"
    second.menus.actions["reset_layout"].trigger()
    assert not second.docks.docks["faces"].isHidden()
    second.close()
    set_language("en")


def test_settings_reach_the_running_window(qtbot, window, parts):
    window.menus.actions["settings"].trigger()
    dialog = window.findChild(SettingsDialog)
    dialog.editors["LOD.DISTANCE_MM"].field.setText("1000")
    dialog.editors["LOD.DISTANCE_MM"].edited.emit()
    dialog.save()
    qtbot.waitUntil(lambda: window.state.lod_distance_mm == 1000)
    qtbot.waitUntil(lambda: lods(window) == [Lod.FULL, Lod.ROOT_ONLY])
    assert parts.config_path.read_text(encoding="utf-8") == "LOD:\n  DISTANCE_MM: 1000.0  # everyone\n"


def test_process_all_computes_the_rest_saves_and_says_where(qtbot, window, parts, estimator, tmp_path):
    press(qtbot, window, Qt.Key_Right)
    window.state.set_playing(True)
    window.processing.start(tmp_path / "out")
    assert not window.state.playing
    assert window.process_bar.isVisible()
    qtbot.waitUntil(lambda: not window.processing.running)
    assert parts.export.written == list(range(20))
    assert parts.export.finished
    assert len(estimator.detects) == len(set(estimator.detects)) == 20  # nothing is computed twice
    assert window.banner.text == f"Saved 20 frames in {tmp_path / 'out'}."
    assert not window.process_bar.isVisible()
    assert window.transport.seek.computed == set(range(20))  # and what was computed is shown
    assert not window.state.computing_ahead  # as it was before


def test_cancelling_while_it_computes_keeps_what_is_computed(qtbot, window, parts, estimator, tmp_path):
    estimator.gate.clear()
    estimator.entered.clear()
    window.processing.start(tmp_path)
    assert estimator.entered.wait(5)
    window.process_bar.cancel.click()
    estimator.gate.set()
    qtbot.waitUntil(lambda: not window.processing.running)
    assert parts.export.written == []
    assert "Cancelled" in window.banner.text


def test_cancelling_while_it_writes_drops_the_files(qtbot, window, parts, tmp_path):
    parts.export.gate.clear()
    window.processing.start(tmp_path)
    qtbot.waitUntil(parts.export.entered.is_set)
    window.process_bar.cancel.click()
    parts.export.gate.set()
    qtbot.waitUntil(lambda: not window.processing.running)
    assert not parts.export.finished
    assert "Cancelled" in window.banner.text


def test_what_is_processed_keeps_the_distance_that_it_was_begun_with(qtbot, window, parts, estimator, tmp_path):
    """People stand 700 and 1600 mm from the centre; somebody looks at what another distance shows meanwhile."""
    window.state.set_lod_distance_mm(1000.0)
    settle(qtbot, window)
    estimator.gate.clear()
    estimator.entered.clear()
    parts.export.gate.clear()
    window.processing.start(tmp_path)
    assert estimator.entered.wait(5)
    window.state.set_lod_distance_mm(0.0)
    window.state.set_frame_index(5)
    estimator.gate.set()
    qtbot.waitUntil(lambda: (5, 0.0) in estimator.refines)
    qtbot.waitUntil(lambda: lods(window) == [Lod.FULL, Lod.FULL])
    window.state.set_lod_distance_mm(500.0)
    qtbot.waitUntil(lambda: lods(window) == [Lod.ROOT_ONLY, Lod.ROOT_ONLY])
    assert window.processing.running
    parts.export.gate.set()
    qtbot.waitUntil(lambda: not window.processing.running)
    assert parts.export.distance_mm == 1000.0
    assert parts.export.written == list(range(20))
    expected = [(index, 0.0 if index == 5 else 1000.0) for index in range(1, 20)]  # everyone will do for 1000 mm too
    assert sorted(estimator.refines)[-19:] == expected
    window.state.set_lod_distance_mm(2000.0)  # and from then on the one that is shown counts again
    qtbot.waitUntil(lambda: lods(window) == [Lod.FULL, Lod.FULL])


def test_what_is_processed_after_other_settings_is_their_take(qtbot, window, parts, tmp_path):
    config = window.controller.config.clone()
    config.defrost()
    config.FILTER.ANKLE_RANGE_MM = [-500.0, 400.0]
    config.freeze()
    before = window.controller.results
    window.controller.configure(config)
    qtbot.waitUntil(lambda: window.controller.results is not before)
    window.processing.start(tmp_path)
    qtbot.waitUntil(lambda: not window.processing.running)
    assert parts.export.results is window.controller.results
    assert parts.export.written == list(range(20))


def test_files_are_in_the_coordinates_of_the_run_s_beginning(qtbot, window, parts, estimator, tmp_path):
    assert window.controller.config.RIG.WORLD == "recording"
    estimator.gate.clear()
    window.processing.start(tmp_path / "out")
    window.controller.tell_in("level")
    estimator.gate.set()
    qtbot.waitUntil(lambda: not window.processing.running)
    assert parts.export.finished
    assert parts.composed[-1].RIG.WORLD == "recording"
    assert window.controller.config.RIG.WORLD == "level"
    window.processing.start(tmp_path / "out")
    qtbot.waitUntil(lambda: not window.processing.running)
    assert parts.composed[-1].RIG.WORLD == "level"


def closing_question(window) -> QMessageBox:
    return next(box for box in window.findChildren(QMessageBox) if box.isVisible())


def answer(box: QMessageBox, text: str) -> None:
    next(button for button in box.buttons() if button.text() == text).click()


def test_closing_while_it_computes_says_what_is_kept_and_asks(qtbot, window, estimator, tmp_path):
    estimator.gate.clear()
    estimator.entered.clear()
    window.processing.start(tmp_path / "out")
    assert estimator.entered.wait(5)
    window.close()
    assert window.isVisible()
    box = closing_question(window)
    assert "1 of 20 frames so far. They are kept" in box.text()
    assert str(tmp_path / "out") in box.text()
    window.close()  # asked once
    assert closing_question(window) is box
    answer(box, "Go on")
    assert window.isVisible()
    assert window.processing.running
    window.close()
    answer(closing_question(window), "Close all the same")
    assert not window.isVisible()
    assert not window.processing.running


def test_the_question_counts_on_while_it_is_asked(qtbot, window, estimator, tmp_path, monkeypatch):
    estimator.gate.clear()
    estimator.entered.clear()
    window.processing.start(tmp_path / "out")
    assert estimator.entered.wait(5)
    window.close()
    box = closing_question(window)
    assert "1 of 20 frames so far" in box.text()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Controller, "pace", property(lambda _self: Pace(2.0, 13, 6.5)))
        window.controller.pace_changed.emit(window.controller.pace)
        assert "7 of 20 frames so far" in box.text()


def test_closing_while_it_writes_says_what_is_lost_and_when_all_is_written_nothing_is_asked_any_more(
    qtbot, window, parts, tmp_path
):
    parts.export.gate.clear()
    window.processing.start(tmp_path / "out")
    qtbot.waitUntil(parts.export.entered.is_set)
    window.close()
    assert "these files are dropped" in closing_question(window).text()
    parts.export.gate.set()
    qtbot.waitUntil(lambda: not window.processing.running)
    assert parts.export.finished
    assert window.isVisible()
    assert not any(box.isVisible() for box in window.findChildren(QMessageBox))
    window.close()
    assert not window.isVisible()


def test_shortcuts_lists_every_key(qtbot, window):
    window.menus.actions["shortcuts"].trigger()
    dialog = window.findChild(QDialog)
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    assert {"Space", "Left", "Shift+Right", "Home", "End", "One frame on", "Play or pause"} <= texts
    dialog.close()


@pytest.mark.parametrize("doing", ["computing", "playing", "processing"])
def test_closing_at_any_moment_ends_within_two_seconds(qtbot, window, estimator, tmp_path, doing):
    estimator.entered.clear()
    estimator.gate.clear()
    if doing == "computing":
        window.state.set_frame_index(7)
    elif doing == "playing":
        window.state.set_speed(0)
        window.state.set_playing(True)
    else:
        window.processing.start(tmp_path)
    qtbot.waitUntil(estimator.entered.is_set)
    start = time.monotonic()
    window.close_unasked()
    assert time.monotonic() - start < 2
    assert not window.isVisible()
    assert not window.all_stopped  # the call is still blocked …
    estimator.gate.set()
    assert window.controller.worker.stop(5)  # … and ends by itself once it returns
    assert window.processing.stop(5)


def test_closing_an_idle_window_stops_everything(qtbot, window, source):
    window.close()
    assert window.all_stopped
    assert source.closed


def fill_of_the_cameras(window) -> float:
    """Share of the camera pane that its pictures cover."""
    pane = window.docks.cameras
    return sum(view.width() * view.height() for view in pane.views) / (pane.width() * pane.height())


@pytest.mark.parametrize(("views", "size"), [(4, (180, 320)), (1, (180, 320)), (4, (320, 180)), (8, (320, 180))])
def test_the_camera_dock_takes_the_shape_of_the_views(qtbot, window, parts, views, size):
    parts.sources["other"] = FakeSource(frames=3, views=views, size=size, path="other")
    window.open_folder("other")
    qtbot.waitUntil(lambda: window.state.room.info.path == "other")
    qtbot.waitUntil(lambda: fill_of_the_cameras(window) > 0.78)
    window.resize(1500, 1000)
    qtbot.waitUntil(lambda: fill_of_the_cameras(window) > 0.78)
    assert window.docks.view3d.width() >= window.docks.docks["cameras"].width() * 0.9


def test_a_width_set_by_hand_stays_for_recordings_of_the_same_shape(qtbot, window, parts):
    dock = window.docks.docks["cameras"]
    window.resizeDocks([dock], [580], Qt.Horizontal)
    qtbot.waitUntil(lambda: dock.width() == 580)
    window.resize(1500, 900)
    parts.sources["same"] = FakeSource(frames=3, path="same")
    window.open_folder("same")
    qtbot.waitUntil(lambda: window.state.room.info.path == "same")
    assert dock.width() == 580
    window.close()
    again = parts.window()
    qtbot.addWidget(again)
    again.show()
    again.start(OpenRequest(Path("same"), "auto", {}))
    settle(qtbot, again)
    assert again.docks.docks["cameras"].width() == 580
    again.close()


def test_drawing_is_timed_when_it_is_painted(qtbot, window):
    press(qtbot, window, Qt.Key_Right)
    qtbot.waitUntil(lambda: window.docks.timing.history.stages_ms()[STAGES.index("draw"), -1] > 0)
    qtbot.waitUntil(lambda: window.docks.timing._areas[-1].getData()[1][-1] == window.docks.timing.history.last.total_ms)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_two_entries_of_a_menu_have_the_same_letter(window, language):
    set_language(language)
    window.retranslate()
    menus = [window.menuBar(), *(menu for menu in window.menuBar().findChildren(QMenu) if menu.title())]
    assert len(menus) > 7
    for menu in menus:
        letters = [letter for action in menu.actions() for letter in re.findall(r"(?<!&)&([^&])", action.text().upper())]
        assert len(letters) == len(set(letters)), (menu, letters)
