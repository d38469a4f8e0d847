"""Extras of the 3D view, by mouse and key: trails, names, lengths, measures, hiding, and views gone back to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, QPointF, Qt

from modules.core.skeleton import LEFT_ELBOW, LEFT_SHOULDER, LEFT_WRIST, LIMBS, MID_HIP
from modules.gui.state import JointRef
from modules.gui.view3d import scene
from modules.gui.view3d.extras import BONE_LENGTHS, JOINT_NAMES, MEASURE, TRAILS, angle_deg
from modules.gui.view3d.eyes import EyeHistory
from modules.gui.view3d.pane import View3DPane


@pytest.fixture
def pane(qtbot, state, shown) -> View3DPane:
    made = View3DPane(state)
    qtbot.addWidget(made)
    made.resize(720, 560)
    made.show()
    qtbot.waitExposed(made)
    made.show_result(shown.frame, shown.result)
    return made


def place(pane: View3DPane, point_mm) -> QPoint:
    x, y = scene.project(np.asarray(point_mm, float) / 1000, pane.view.matrix(), pane.view.width(), pane.view.height())
    return QPoint(round(x), round(y))


def moved(result, frame: int, x_mm: float):
    """The result as another frame's, everyone moved along x."""
    shift = np.array([x_mm, 0, 0], np.float32)
    persons = [
        replace(p, root_world_mm=p.root_world_mm + shift, joints_world_mm=p.joints_world_mm + shift) for p in result.persons
    ]
    return replace(result, frame_index=frame, persons=tuple(persons))


def texts(pane: View3DPane) -> list[str]:
    return [label.text for label in pane._labels._moving]


def test_two_clicked_joints_measure_a_distance_and_three_an_angle(pane, shown, qtbot):
    person = shown.result.persons[0]
    pane.focus_on(person.track_id)
    pane.extras_bar.measure.click()
    joints = [LEFT_SHOULDER, LEFT_ELBOW, LEFT_WRIST]
    for joint in joints:
        qtbot.mouseClick(pane.view, Qt.LeftButton, pos=place(pane, person.joints_world_mm[joint]))
    assert pane.extras.measured == tuple(JointRef(person.track_id, j) for j in joints)
    assert pane.state.selection is None  # measuring chooses nobody
    a, b, c = (person.joints_world_mm[j].astype(float) for j in joints)
    said = texts(pane)
    assert f"{np.linalg.norm(a - b):.0f} mm" in said
    assert f"{np.linalg.norm(b - c):.0f} mm" in said
    expected = np.degrees(np.arccos((a - b) @ (c - b) / np.linalg.norm(a - b) / np.linalg.norm(c - b)))
    assert any(text.endswith("°") and float(text[:-1]) == pytest.approx(expected, abs=0.06) for text in said)
    assert pane._measure.visible()
    pane.extras_bar.measure.click()
    assert pane.extras.measured == ()
    assert not pane._measure.visible()


def test_an_angle_is_right_near_nought_and_straight():
    right = angle_deg(np.array([1.0, 0, 0]), np.zeros(3), np.array([0, 2.0, 0]))
    straight = angle_deg(np.array([1.0, 0, 0]), np.zeros(3), np.array([-3.0, 0, 0]))
    small = angle_deg(np.array([1.0, 1e-6, 0]), np.zeros(3), np.array([1.0, 0, 0]))
    assert (right, straight) == (pytest.approx(90), pytest.approx(180))
    assert small == pytest.approx(np.degrees(1e-6), rel=1e-6)


def test_a_hidden_person_is_not_drawn_and_not_picked(pane, shown, tools, qtbot):
    person = shown.result.persons[0]
    middles = [(person.joints_world_mm[a] + person.joints_world_mm[b]) / 2 for a, b in LIMBS]
    before = pane.view.grabFramebuffer()
    pane.extras.set_hidden(person.track_id, True)
    after = pane.view.grabFramebuffer()
    spots = [place(pane, m) for m in middles]
    moved = [np.abs(tools.pixel(before, (p.x(), p.y())) - tools.pixel(after, (p.x(), p.y()))).max() > 40 for p in spots]
    assert sum(moved) >= 10
    qtbot.mouseClick(pane.view, Qt.LeftButton, pos=place(pane, person.joints_world_mm[MID_HIP]))
    assert pane.state.selection != person.track_id
    pane.extras_bar.everyone.trigger()
    assert pane.extras.hidden == frozenset()
    qtbot.mouseClick(pane.view, Qt.LeftButton, pos=place(pane, person.joints_world_mm[MID_HIP]))
    assert pane.state.selection == person.track_id


def test_the_menu_hides_the_person_under_it(pane, shown):
    person = shown.result.persons[0]
    at = place(pane, person.joints_world_mm[MID_HIP])
    menu = pane._menu_at(QPointF(at))
    hide = next(a for a in menu.actions() if a.text().startswith("Hide"))
    hide.trigger()
    assert pane.extras.hidden == {person.track_id}


def test_names_and_lengths_are_those_of_the_chosen_person(pane, shown):
    person = shown.result.persons[0]
    pane.extras_bar.switches[BONE_LENGTHS].trigger()
    pane.extras_bar.switches[JOINT_NAMES].trigger()
    everyone = len(texts(pane))
    pane.state.set_selection(person.track_id)
    said = texts(pane)
    assert len(said) < everyone
    assert said.count("left wrist") == 1
    a, b = LIMBS[4]
    length = np.linalg.norm(person.joints_world_mm[a] - person.joints_world_mm[b])
    assert f"{length:.0f} mm" in said


def test_trails_follow_who_moves_and_end_where_frames_were_not_shown(pane, shown, tools):
    extras = pane.extras
    person = shown.result.persons[0]
    root = person.joints_world_mm[MID_HIP].astype(float) / 1000
    for frame in (3, 4, 5, 8):
        extras.remember(moved(shown.result, frame, 100.0 * frame))
    lines, colors = extras.trails(5, 20.0, None)
    own = lines[np.abs(lines[:, 1] - root[1]).argsort()][:4]
    assert len(lines) == len(colors) >= 4
    np.testing.assert_allclose(sorted(own[:, 0] - root[0]), [0.3, 0.4, 0.4, 0.5], atol=1e-5)
    assert colors[0, 3] <= colors[-1, 3]
    assert len(extras.trails(8, 20.0, None)[0]) == len(lines)  # 7 was not shown: nothing joins 5 and 8
    assert len(extras.trails(80, 20.0, None)[0]) == 0
    pane.extras.set_on(TRAILS, True)
    assert len(extras.trails(5, 20.0, person.track_id)[0]) > len(lines)  # of the chosen one hands and feet too


def test_views_are_gone_back_to_and_forward(pane, shown, qtbot):
    first = pane.view.eye(None)
    pane.show_top()
    pane.look_through(1)
    pane.focus_on(shown.result.persons[0].track_id)
    last = pane.view.eye(None)
    pane.extras_bar.back.click()
    assert pane.view.camera is pane.state.room.cameras[1]
    pane.view_back()
    assert pane.view.eye(None).elevation_deg == pytest.approx(90)
    pane.view_back()
    assert pane.view.eye(None).is_near(first)
    assert not pane.extras_bar.back.isEnabled()
    for _ in range(3):
        pane.extras_bar.forward.click()
    assert pane.view.eye(None).is_near(last)
    assert not pane.extras_bar.forward.isEnabled()


def test_a_drag_is_one_change_of_the_view(pane, tools):
    before = pane.view.eye(None)
    tools.drag(pane.view, (300, 200), (360, 225))
    assert not pane.view.eye(None).is_near(before)
    pane.view_back()
    assert pane.view.eye(None).is_near(before)


def test_history_forgets_what_was_left_behind(pane):
    history, eye = EyeHistory(), pane.view.eye(None)
    pane.show_top()
    top = pane.view.eye(None)
    history.leave(eye)
    assert history.back(top) == eye
    history.leave(eye)
    assert history.forward(eye) is None


def test_another_recording_begins_clean(pane, shown):
    pane.extras.set_on(MEASURE, True)
    pane.extras.pick(JointRef(shown.result.persons[0].track_id, 3))
    pane.extras.set_hidden(1, True)
    pane.state.set_room(pane.state.room)
    assert pane.extras.measured == ()
    assert pane.extras.hidden == frozenset()
