"""Timeline, curves, editing and export in the whole window, by mouse and key: on a real take of made-up people."""

from __future__ import annotations

import numpy as np
import pytest
from gui_fakes import FakeSource
from pointer import drag
from PyQt5.QtCore import QPoint, QPointF, Qt
from PyQt5.QtWidgets import QFileDialog, QInputDialog
from window_fakes import open_computed

from modules.core.edits import EditKind
from modules.core.geometry import visible_px
from modules.core.skeleton import LEFT_WRIST
from modules.gui.curves.quantities import ALL_JOINTS, Kind, Quantity
from modules.gui.panes.people_table import PERSON
from modules.gui.state import JointRef
from modules.gui.timeline.tracks import Presence
from modules.gui.timeline.view import NAMES_PX, RULER_PX
from modules.take.store import Take

FRAMES = 12


@pytest.fixture
def open_window(qtbot, window, parts):
    """The window with all frames computed and everybody's motion made; the timeline and the curves are seen."""
    return open_computed(qtbot, window, parts, FRAMES, "timeline", "curves")


def choose(menu, *texts):
    """Triggers an entry of a menu, or of a menu in it, and closes the menu as a click would."""
    at = menu
    for text in texts:
        action = next(action for action in at.actions() if text in action.text())
        at = action.menu()
    assert action.isEnabled()
    menu.close()
    action.trigger()


def x_of_root(window, track_id, frame):
    result = window.controller.results.result(frame, 0.0)
    return next(person.root_world_mm[0] for person in result.persons if person.track_id == track_id)


def open_menu(window, track_id, frame):
    view = window.motion.timeline.view
    view._menu(track_id, frame, view.mapToGlobal(QPoint(0, 0)))
    return window.motion.timeline.menu.menu


def test_a_row_for_everybody_and_a_click_goes_there(qtbot, open_window):
    view, state = open_window.motion.timeline.view, open_window.state
    assert [track.track_id for track in open_window.motion.timeline.tracks] == [1, 2]
    qtbot.mouseClick(view.viewport(), Qt.LeftButton, pos=QPoint(view.x_of(7), view.y_of(2)))
    assert (state.frame_index, state.selection) == (7, 2)
    qtbot.mouseClick(view.viewport(), Qt.LeftButton, pos=QPoint(view.x_of(3), RULER_PX // 2))
    assert state.frame_index == 3
    state.set_frame_index(9)
    assert view.x_of(state.frame_index) == view.x_of(9) > NAMES_PX


def test_two_people_are_swapped_from_the_timeline_and_undone(qtbot, open_window):
    window = open_window
    before = [[x_of_root(window, who, frame) for who in (1, 2)] for frame in range(FRAMES)]
    choose(open_menu(window, 1, 6), "Swap with", "Person 2")
    now = [[x_of_root(window, who, frame) for who in (1, 2)] for frame in range(FRAMES)]
    assert now[:6] == before[:6]
    assert now[6:] == [pair[::-1] for pair in before[6:]]
    assert "swap" in window.motion.editing.undo_action.text()
    qtbot.keyClick(window, Qt.Key_Z, Qt.ControlModifier)
    assert [[x_of_root(window, who, frame) for who in (1, 2)] for frame in range(FRAMES)] == before
    qtbot.keyClick(window, Qt.Key_Y, Qt.ControlModifier)
    assert [[x_of_root(window, who, frame) for who in (1, 2)] for frame in range(FRAMES)] == now


def test_renaming_deleting_and_who_is_nobody(qtbot, open_window, monkeypatch):
    window = open_window
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args, **_values: (" 김하나 ", True))
    choose(open_menu(window, 2, 0), "Rename")
    qtbot.waitUntil(lambda: [t.name for t in window.motion.timeline.tracks] == ["Person 1", "김하나"])
    window.state.set_loop_range((4, 6))
    choose(open_menu(window, 1, 5), "Delete in frames 4 to 6")
    qtbot.waitUntil(lambda: window.motion.model.raw.people[0].samples[4:7].max() == 0)
    choose(open_menu(window, 2, 0), "Not a person")
    qtbot.waitUntil(lambda: len(window.motion.timeline.tracks) == 1)
    for _ in range(3):
        window.motion.editing.undo_action.trigger()
    qtbot.waitUntil(lambda: [t.name for t in window.motion.timeline.tracks] == ["Person 1", "Person 2"])
    qtbot.waitUntil(lambda: window.motion.timeline.tracks[0].at(5) is Presence.MEASURED)


def reopen(qtbot, window, path):
    before = window.controller.results
    window.open_folder(path)
    qtbot.waitUntil(lambda: window.controller.results is not before and window.motion.editing.results is not before)
    assert window.motion.editing.results is window.controller.results


def test_edits_are_taken_back_after_opening_again(qtbot, open_window, parts):
    window = open_window
    editing = window.motion.editing
    before = [x_of_root(window, 1, frame) for frame in range(FRAMES)]
    editing.swap(1, 2, 6)
    editing.rename(2, "Ann", 0)
    editing.mark_as_nobody(1, 0)
    editing.undo_action.trigger()
    reopen(qtbot, window, "fake")
    assert not editing.undo_action.isEnabled()
    assert editing.undo_action.text() == "Undo"
    parts.sources["film"] = FakeSource(frames=FRAMES, path="film")
    reopen(qtbot, window, "film")
    assert (editing.undo_action.text(), editing.redo_action.text()) == ("Undo rename", "Redo not a person")
    rows = window.controller.results.edits()
    editing.undo_action.trigger()
    assert [person.name for person in window.controller.results.people()] == ["", ""]
    assert editing.undo_action.text() == "Undo swap"
    editing.undo_action.trigger()
    assert [x_of_root(window, 1, frame) for frame in range(FRAMES)] == before
    assert not editing.undo_action.isEnabled()
    for _ in range(3):
        editing.redo_action.trigger()
    assert [person.name for person in window.controller.results.people()] == ["Ann"]
    assert [edit.number for edit in window.controller.results.edits()] == [edit.number for edit in rows]


def test_what_another_window_said_is_shown_and_can_be_taken_back(qtbot, open_window):
    window, editing = open_window, open_window.motion.editing
    editing.follow()
    assert not editing.undo_action.isEnabled()
    other = Take(window.controller.results.path)
    other.edit(EditKind.RENAME, 1, 0, name="Ann")
    other.close()
    editing.follow()
    qtbot.waitUntil(lambda: window.state.names == {1: "Ann"})
    assert editing.undo_action.text() == "Undo rename"
    editing.undo_action.trigger()
    qtbot.waitUntil(lambda: window.state.names == {})


def test_a_renamed_person_has_one_name_everywhere(qtbot, open_window, parts):
    window = open_window
    state, docks = window.state, window.docks
    for name in ("people", "faces"):
        docks.docks[name].show()
        docks.docks[name].raise_()
    window.motion.editing.rename(2, "Ann", 0)
    qtbot.waitUntil(lambda: state.names == {2: "Ann"})

    def in_the_table():
        model = docks.people.table.model()
        return [model.index(row, PERSON).data() for row in range(model.rowCount())]

    assert in_the_table() == ["Person 1", "Ann (2)"]
    state.set_hover(JointRef(2, 0))
    assert window.status._hover.text() == "Ann · neck"
    docks.view3d.extras.set_hidden(2, True)
    assert [action.text() for action in docks.view3d.extras_bar.hidden.actions()] == ["Ann"]
    docks.view3d.extras.set_hidden(2, False)
    state.set_selection(2)
    assert docks.view3d._menu_at(QPointF(-99, -99)).actions()[0].text() == "Choose Ann"
    menu = open_menu(window, 1, 6)
    assert [action.text() for action in menu.actions()[0].menu().actions()] == ["Ann"]
    menu.close()
    qtbot.waitUntil(lambda: window.motion.model.current)
    window.motion.curves._follow(3)
    assert "Ann:" in window.motion.curves.values.text().replace("&nbsp;", " ")
    # numbers that change take the names along: the earlier part keeps the number
    window.motion.editing.swap(1, 2, 6)
    qtbot.waitUntil(lambda: state.names == {2: "Ann"})
    reopen(qtbot, window, "fake")
    assert state.names == {}
    parts.sources["film"] = FakeSource(frames=FRAMES, path="film")
    reopen(qtbot, window, "film")
    qtbot.waitUntil(lambda: state.names == {2: "Ann"})
    assert in_the_table() == ["Person 1", "Ann (2)"]
    for _ in range(2):
        window.motion.editing.undo_action.trigger()
    qtbot.waitUntil(lambda: state.names == {})
    assert in_the_table() == ["Person 1", "Person 2"]


def test_who_is_who_is_not_changed_in_what_was_opened_to_look_at(qtbot, open_window):
    window = open_window
    window.controller.results.flush()
    window.open_folder(str(window.controller.results.path))
    qtbot.waitUntil(lambda: not window.motion.editing.possible)
    qtbot.waitUntil(lambda: len(window.motion.timeline.tracks) == 2, timeout=15000)
    menu = open_menu(window, 1, 6)
    assert menu.actions()[-1].text() == "This take was opened to look at; open its recording to change who is who."
    assert not any(action.isEnabled() for action in menu.actions() if not action.isSeparator())
    menu.close()


def test_a_range_is_dragged_and_exported(qtbot, open_window, tmp_path):
    window, view = open_window, open_window.motion.timeline.view
    y = view.y_of(1)
    drag(view.viewport(), (view.x_of(2), y), (view.x_of(8), y), keys=Qt.ShiftModifier)
    assert window.state.loop_range == (2, 8)
    qtbot.mouseClick(window.motion.timeline.export, Qt.LeftButton)
    dialog = window.motion.dialog
    for name, box in dialog.formats.items():
        box.setChecked(name in ("csv", "c3d"))
    dialog.people.item(1).setCheckState(Qt.Unchecked)
    dialog.folder.setText(str(tmp_path / "motion"))
    qtbot.mouseClick(dialog.export, Qt.LeftButton)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=15000)
    names = {path.suffix: path for path in (tmp_path / "motion").glob("*.c*")}
    assert set(names) == {".csv", ".c3d"}
    lines = names[".csv"].read_text().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [str(frame) for frame in range(2, 9)]
    assert "p1_nose_x_mm" in lines[0]
    assert "p2_" not in lines[0]


def test_export_offers_the_people_of_the_present_edits(qtbot, open_window):
    window = open_window

    def asked():
        window.motion.dialog = None
        window.motion.ask()
        qtbot.waitUntil(lambda: window.motion.dialog is not None, timeout=15000)
        dialog = window.motion.dialog
        dialog.reject()
        return dialog.chosen_people, [person.track_id for person in dialog._motion[0].people]

    window.motion.editing.split(1, 6)
    assert asked() == ([1, 2, 3], [1, 2, 3])
    window.motion.editing.merge(1, 3, 0)
    window.motion.editing.undo_action.trigger()  # while the motion without it is made
    assert asked() == ([1, 2, 3], [1, 2, 3])
    window.motion.editing.undo_action.trigger()
    assert asked() == ([1, 2], [1, 2])


def test_what_would_change_nothing_cant_be_chosen(qtbot, open_window):
    def possible(frame):
        menu = open_menu(open_window, 1, frame)
        actions = {action.text(): action for action in menu.actions()}
        swap = next(action for text, action in actions.items() if "Swap" in text)
        split = next(action for text, action in actions.items() if "Another person" in text)
        states = [action.isEnabled() for action in swap.menu().actions()], split.isEnabled()
        menu.close()
        return states

    assert possible(0) == ([False], False)
    assert possible(1) == ([True], True)


def test_what_cant_be_written_is_told(qtbot, open_window, tmp_path):
    (tmp_path / "file").write_text("")
    open_window.motion.ask()
    dialog = open_window.motion.dialog
    dialog.folder.setText(str(tmp_path / "file" / "below"))
    qtbot.mouseClick(dialog.export, Qt.LeftButton)
    qtbot.waitUntil(lambda: open_window.banner.isVisible(), timeout=15000)
    assert "below" in dialog.problem.text()
    dialog.folder.setText(str(tmp_path / "here"))  # what was chosen is still there, and serves again
    qtbot.mouseClick(dialog.export, Qt.LeftButton)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=15000)
    assert any((tmp_path / "here").iterdir())
    for box in dialog.formats.values():
        box.setChecked(False)
    assert not dialog.export.isEnabled()


def test_cursor_and_playhead_follow_one_another(qtbot, open_window):
    curves, state = open_window.motion.curves, open_window.state
    qtbot.waitUntil(lambda: len(curves.plots.plots) == 3)
    state.set_frame_index(5)
    assert [cursor.value() for cursor in curves.plots.cursors] == [5] * 3
    plot = curves.plots.plots[0]
    qtbot.wait(50)
    place = plot.vb.mapViewToScene(plot.vb.mapToView(plot.vb.rect().center()))
    here = curves.plots.mapFromScene(place)
    qtbot.mouseClick(curves.plots.viewport(), Qt.LeftButton, pos=here)
    wanted = round(plot.vb.mapSceneToView(place).x())
    qtbot.waitUntil(lambda: state.frame_index == wanted)
    curves.plots.cursors[1].setValue(2.2)
    curves.plots.cursors[1].sigDragged.emit(curves.plots.cursors[1])
    assert state.frame_index == 2
    curves.resize(600, 400)
    state.set_frame_index(3)
    assert "Person&nbsp;1:" in curves.values.text()
    curves.resize(250, 400)
    state.set_frame_index(2)
    assert "Person" not in curves.values.text()
    assert "1:&nbsp;" in curves.values.text()


def test_curves_are_the_motions_values_and_are_saved(qtbot, open_window, tmp_path, monkeypatch):
    curves, smooth = open_window.motion.curves, open_window.motion.model.smooth
    qtbot.waitUntil(lambda: len(curves.plots.plots) == 3)
    curves.write_values(tmp_path / "position.csv")
    table = np.genfromtxt(tmp_path / "position.csv", delimiter=",", names=True)
    assert table.dtype.names[:3] == ("frame", "time_s", "p1_left_wrist_x_mm")
    np.testing.assert_allclose(table["p1_left_wrist_x_mm"], smooth.people[0].positions_world_mm[:, LEFT_WRIST, 0], rtol=1e-5)
    for kind, plots in ((Kind.SPEED, 1), (Kind.BONE, 1), (Kind.ANGLE, 1)):
        curves.kind.setCurrentIndex(curves.kind.findData(kind.value))
        assert len(curves.plots.plots) == plots
        curves.write_values(tmp_path / f"{kind.value}.csv")
    bone = np.genfromtxt(tmp_path / "bone.csv", delimiter=",", names=True)["p1_neck_nose_mm"]
    nose_neck = smooth.people[0].positions_world_mm[:, 1] - smooth.people[0].positions_world_mm[:, 0]
    np.testing.assert_allclose(bone, np.linalg.norm(nose_neck, axis=1), rtol=1e-5)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "curves"), ""))  # no ending typed
    curves.save_picture.trigger()
    assert (tmp_path / "curves.png").read_bytes()[:4] == b"\x89PNG"
    curves.save_values.trigger()
    assert (tmp_path / "curves.csv").read_bytes() == (tmp_path / "angle.csv").read_bytes()


def test_reprojection_errors_are_a_curve(qtbot, open_window, tmp_path):
    curves = open_window.motion.curves
    curves.show_quantity(Quantity(Kind.REPROJECTION, ALL_JOINTS))
    (plot,) = curves.drawn
    for raw in plot.raw:
        np.testing.assert_allclose(raw.values, 5.0, atol=0.05)
    smooth = curves._model.smooth.people[0].positions_world_mm
    np.testing.assert_allclose(
        plot.smooth[0].values,
        [
            np.nanmean(
                [
                    np.linalg.norm(visible_px(smooth[frame], camera) - person.seen_px[v], axis=1)
                    for v, camera in enumerate(open_window.state.room.cameras)
                ]
            )
            for frame in range(FRAMES)
            for person in open_window.controller.results.result(frame, 0.0).persons
            if person.track_id == 1
        ],
        rtol=1e-3,
    )
    curves.show_quantity(Quantity(Kind.REPROJECTION, LEFT_WRIST))
    curves.write_values(tmp_path / "off.csv")
    assert "p1_left_wrist_reprojection_px" in (tmp_path / "off.csv").read_text().splitlines()[0]
