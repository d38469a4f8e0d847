"""The window in the hands of a person: the mouse drags, clicks and hovers, and the pixels of the other panes follow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pointer import drag, mouse, pixel, same_hue
from PyQt5.QtCore import QEvent, QPoint, Qt
from PyQt5.QtWidgets import QMessageBox, QStyle, QStyleOptionSlider
from window_fakes import lods, open_computed, press, settle

from modules.core.errors import CheckpointError, ExportError, Note
from modules.core.files import Held
from modules.core.palette import limb_color, person_color
from modules.core.skeleton import LIMBS, MID_HIP, NECK, limb_side
from modules.core.types import Lod
from modules.gui import theme
from modules.gui.background.messages import OpenRequest
from modules.gui.panes.people_table import PERSON
from modules.gui.settings.dialog import SettingsDialog
from modules.gui.view3d import scene
from modules.take.store import Take


def handle_of(slider) -> tuple[float, float]:
    """Where a slider's handle is, px of the slider."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    box = slider.style().subControlRect(QStyle.CC_Slider, option, QStyle.SC_SliderHandle, slider)
    return box.center().x(), box.center().y()


def drag_lod(window, distance_mm: float) -> None:
    """Drags the slider's handle with the mouse to about a distance, mm."""
    slider = window.transport.lod.slider
    x, y = handle_of(slider)
    span = slider.width() - 14  # the handle's width
    drag(slider, (x, y), (7 + span * distance_mm / slider.maximum(), y))


def in_3d(window, point_m) -> np.ndarray:
    """Where the 3D view shows a point."""
    view = window.docks.view3d.view
    return scene.project(np.asarray(point_m, float), view.matrix(), view.width(), view.height())


def colors_in_3d(window, points_m) -> list[np.ndarray]:
    image = window.docks.view3d.view.grabFramebuffer()
    return [pixel(image, in_3d(window, point)) for point in points_m]


def limbs_seen(window, track_id: int) -> int:
    """How many of a person's limbs have their colours in 3D, where the pose net put them when it ran for this frame."""
    joints = window.limbs[track_id]
    middles = [(joints[a] + joints[b]) / 2 for a, b in LIMBS]
    colors = colors_in_3d(window, middles)
    return sum(same_hue(c, limb_color(track_id, limb_side(limb))) for c, limb in zip(colors, LIMBS, strict=True))


@pytest.fixture
def posed(window):
    """The window, with everyone's joints (m) of its first frame beside it."""
    window.limbs = {p.track_id: p.joints_world_mm / 1000 for p in window.controller.shown[1].persons}
    return window


def test_dragging_the_slider_turns_a_person_into_a_cylinder_and_back(qtbot, posed):
    far = posed.controller.shown[1].persons[1]
    beside_the_spine = far.root_world_mm / 1000 + [0.13, 0.0, 0.15]
    bare = colors_in_3d(posed, [beside_the_spine])[0]
    assert limbs_seen(posed, 2) >= 9

    drag_lod(posed, 1000)
    qtbot.waitUntil(lambda: lods(posed) == [Lod.FULL, Lod.ROOT_ONLY])
    assert 700 < posed.state.lod_distance_mm < 1600
    wall = colors_in_3d(posed, [beside_the_spine])[0]
    assert same_hue(wall, person_color(2), least=0.95)
    assert np.abs(wall - bare).max() > 40
    assert limbs_seen(posed, 1) >= 9  # the near one is as before

    drag_lod(posed, 3000)
    qtbot.waitUntil(lambda: lods(posed) == [Lod.FULL, Lod.FULL])
    assert np.abs(colors_in_3d(posed, [beside_the_spine])[0] - bare).max() < 40
    assert limbs_seen(posed, 2) >= 9


@pytest.mark.parametrize("where", ["view", "3d", "face", "row"])
def test_a_click_anywhere_chooses_everywhere(qtbot, posed, where):
    """A skeleton in 2D, one in 3D, a face or a row: the other panes light the same person up."""
    person = posed.controller.shown[1].persons[1]
    docks, left = posed.docks, Qt.LeftButton
    spine = [posed.limbs[2][[NECK, MID_HIP]].mean(0)]
    dim_before = colors_in_3d(posed, [posed.limbs[1][[NECK, MID_HIP]].mean(0)])[0].mean()
    view = docks.cameras.views[0]
    if where == "view":
        spot = view.to_widget(person.joints_px[0][[NECK, MID_HIP]].mean(0))
        qtbot.mouseClick(view, left, pos=QPoint(*np.round(spot).astype(int)))
    elif where == "3d":
        qtbot.mouseClick(docks.view3d.view, left, pos=QPoint(*np.round(in_3d(posed, spine[0])).astype(int)))
    elif where == "face":
        tile = docks.faces.canvas.tile_box(2, 0).center().toPoint()
        qtbot.mouseClick(docks.faces.canvas, left, pos=tile)
    else:
        table = docks.people.table
        index = docks.people.sorted.mapFromSource(docks.people.model.index(docks.people.model.row_of(2), PERSON))
        qtbot.mouseClick(table.viewport(), left, pos=table.visualRect(index).center())
    assert posed.state.selection == 2
    assert [index.data() for index in docks.people.table.selectionModel().selectedRows(PERSON)] == ["Person 2"]
    dim = colors_in_3d(posed, [posed.limbs[1][[NECK, MID_HIP]].mean(0)])[0].mean()
    assert dim < 0.85 * dim_before  # the other one fades
    assert same_hue(colors_in_3d(posed, spine)[0], person_color(2), least=0.97)
    box = docks.faces.canvas.group_box(2)
    border = pixel(docks.faces.canvas.grab().toImage(), (box.center().x(), box.top() + 1))
    assert border.min() > 200
    halo = halo_beside(view, person.joints_px[0])
    assert halo.min() > 150


def halo_beside(view, joints_px) -> np.ndarray:
    """The brightest colour across the spine in a camera's view."""
    neck, hip = view.to_widget(joints_px[[NECK, MID_HIP]])
    across = np.array([neck[1] - hip[1], hip[0] - neck[0]]) / np.linalg.norm(neck - hip)
    image = view.grab().toImage()
    colors = [pixel(image, (neck + hip) / 2 + across * off) for off in np.arange(-5, 5.1, 0.5)]
    return max(colors, key=lambda color: color.min())


def test_hovering_a_joint_names_it_below_and_rings_it_in_3d(posed):
    view = posed.docks.cameras.views[0]
    person = posed.controller.shown[1].persons[0]
    mouse(view, QEvent.MouseMove, view.to_widget(person.joints_px[0][NECK]))
    assert posed.status._hover.text() == "Person 1 · neck"
    at = in_3d(posed, posed.limbs[1][NECK])
    assert pixel(posed.docks.view3d.view.grabFramebuffer(), at).min() > 110


def test_arrows_step_again_after_a_number_was_typed(qtbot, window):
    qtbot.keyClick(window, Qt.Key_G, Qt.ControlModifier)
    assert window.transport.frame.hasFocus()
    qtbot.keyClicks(window.transport.frame, "12")
    qtbot.keyClick(window.transport.frame, Qt.Key_Return)
    settle(qtbot, window)
    assert window.state.frame_index == 12
    assert not window.transport.frame.hasFocus()
    press(qtbot, window, Qt.Key_Right)
    assert window.state.frame_index == 13


def test_other_cameras_in_the_settings_open_the_recording_anew(qtbot, window, parts):
    opened = []
    window.controller.recording_opened.connect(opened.append)
    window.menus.actions["settings"].trigger()
    dialog = window.findChild(SettingsDialog)
    dialog.editors["SOURCE.FRAME_OFFSETS"].field.setText("{cam01: 2}")
    dialog.editors["SOURCE.FRAME_OFFSETS"].edited.emit()
    dialog.save()
    qtbot.waitUntil(lambda: len(opened) == 1)


def test_results_are_not_replaced_without_asking(qtbot, window, parts, tmp_path, monkeypatch):
    asked, answers = [], [QMessageBox.No, QMessageBox.Yes]
    monkeypatch.setattr("modules.gui.processing.processing.QFileDialog.getExistingDirectory", lambda *_: str(tmp_path))
    monkeypatch.setattr("modules.gui.processing.processing.QMessageBox.question", lambda *_: asked.append(1) or answers.pop(0))
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake" / "take-1.sqlite").write_text("not asked about: it is never replaced")
    (tmp_path / "fake" / "poses.jsonl").write_text("{}\n")
    window.menus.actions["process_all"].trigger()
    assert asked == [1]
    assert not window.processing.running
    window.menus.actions["process_all"].trigger()
    qtbot.waitUntil(lambda: not window.processing.running)
    assert parts.export.folder == tmp_path / "fake"
    assert parts.export.written == list(range(20))


def test_another_recording_s_results_are_not_replaced_even_if_asked_for(qtbot, window, parts, tmp_path, monkeypatch):
    def refuse(results, folder):
        assert results is window.controller.results
        raise ExportError("{folder} holds the results of another recording", folder=folder)

    parts.check_files = refuse
    monkeypatch.setattr("modules.gui.processing.processing.QFileDialog.getExistingDirectory", lambda *_: str(tmp_path))
    monkeypatch.setattr("modules.gui.processing.processing.QMessageBox.question", lambda *_: pytest.fail("asked"))
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake" / "poses.jsonl").write_text("{}\n")
    window.menus.actions["process_all"].trigger()
    assert not window.processing.running
    assert "another recording" in window.banner.text


def test_process_all_suggests_the_folder_of_the_take(qtbot, window, parts, tmp_path, monkeypatch):
    """Which has a part of its own where another recording has the same name."""
    suggested = []
    ask = "modules.gui.processing.processing.QFileDialog.getExistingDirectory"
    monkeypatch.setattr(ask, lambda _, title, folder: suggested.append((title, folder)))
    parts.takes = tmp_path / "results" / "fake-12ab34"
    window.open_folder(tmp_path / "fake")
    qtbot.waitUntil(lambda: window.controller.results.path.parent == parts.takes)
    window.menus.actions["process_all"].trigger()
    ((title, folder),) = suggested
    assert folder == str(tmp_path / "results")
    assert "fake-12ab34" in title


def test_motion_and_films_go_beside_the_take_too(qtbot, window, parts, tmp_path):
    parts.takes = tmp_path / "results" / "film-12ab34"
    open_computed(qtbot, window, parts, 8)
    window.motion.ask()
    qtbot.waitUntil(lambda: window.motion.dialog is not None)
    assert window.motion.dialog.folder.text() == str(parts.takes)
    window.motion.dialog.reject()
    window.motion.ask_film()
    assert Path(window.motion.film_dialog.path.text()).parent == parts.takes
    window.motion.film_dialog.reject()


def test_another_program_at_the_same_recording_is_told(qtbot, window, parts, tmp_path):
    assert "Another window" not in window.banner.text
    parts.takes = tmp_path / "filled elsewhere"
    name = window.controller.results.path.name
    parts.takes.mkdir()
    other = Held(parts.takes / f"{name}.lock")
    assert other.take()
    window.open_folder(tmp_path / "fake")
    qtbot.waitUntil(lambda: "Another window or run has this recording open too" in window.banner.text)
    other.let_go()


def test_of_a_frame_that_saved_results_have_not_no_pane_keeps_the_people_of_another(qtbot, window):
    path = window.controller.results.path
    assert window.controller.results.computed(0.0).tolist() == [0]
    window.open_folder(path)
    qtbot.waitUntil(lambda: not window.controller.opened.can_compute)
    qtbot.waitUntil(lambda: window.docks.people.model.rowCount() == 2)
    window.state.set_frame_index(5)
    qtbot.waitUntil(lambda: window.controller.settled)
    panes = (window.docks.view3d, window.docks.cameras, window.docks.faces, window.docks.people)
    assert [pane.result for pane in panes] == [None] * 4
    assert window.docks.people.model.rowCount() == 0


def test_what_is_wrong_with_saved_results_stays_in_the_banner(qtbot, window, monkeypatch):
    path = window.controller.results.path
    info = window.controller.results.info
    monkeypatch.setattr(Take, "info", property(lambda _: replace(info, notes=(Note("{file}: cut short.", file="a.jsonl"),))))
    window.open_folder(path)
    qtbot.waitUntil(lambda: not window.controller.opened.can_compute)
    qtbot.waitUntil(lambda: window.banner.text == "a.jsonl: cut short.")


def test_an_error_in_the_window_itself_is_told_and_it_goes_on(qtbot, window):
    window.tell_unexpected(KeyError("boom"))
    assert "KeyError" in window.banner.text
    press(qtbot, window, Qt.Key_Right)
    assert window.state.frame_index == 1


def test_the_seek_bar_follows_the_mouse(qtbot, window):
    bar = window.transport.seek
    middle = bar.height() / 2
    drag(bar, (bar.x_of(0), middle), (bar.x_of(15), middle))
    settle(qtbot, window)
    assert window.state.frame_index == 15
    ratio = bar.devicePixelRatioF()
    at = (round(bar.x_of(15) * ratio), round(middle * ratio))
    assert bar.grab().toImage().pixelColor(*at).name() == theme.TEXT


def test_without_a_network_that_is_said_and_process_all_tries_again(qtbot, parts, estimator, tmp_path):
    parts.estimator = CheckpointError("damaged")
    window = parts.window()
    qtbot.addWidget(window)
    window.show()
    window.start(OpenRequest(Path("fake"), "auto", {}))
    qtbot.waitUntil(lambda: window.controller.no_network and window.state.frame_count == 20)
    qtbot.waitUntil(lambda: "could not be loaded" in window.status.work_text)
    window.processing.start(tmp_path / "out")
    qtbot.waitUntil(lambda: not window.processing.running)  # it still can't
    assert parts.loads == 2
    parts.estimator = estimator
    window.processing.start(tmp_path / "out")
    qtbot.waitUntil(lambda: not window.processing.running)
    assert parts.export.written == list(range(20))
    assert not window.controller.no_network
    window.close()
