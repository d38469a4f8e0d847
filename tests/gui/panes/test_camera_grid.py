"""The camera views: skeletons on their pixels, choosing, naming, heatmaps, one view enlarged."""

from __future__ import annotations

import numpy as np
import pytest
from gui_fakes import FakeEstimator, FakeSource
from PyQt5.QtCore import QEvent, QObject, QPoint, Qt

from modules.core.palette import limb_color, person_color
from modules.core.skeleton import LEFT_KNEE, LIMBS, NOSE, limb_side
from modules.gui.panes import camera_view
from modules.gui.panes.camera_grid import CameraGridPane
from modules.gui.state import HEATMAP_ALL, HEATMAP_OFF, AppState, JointRef, Room


@pytest.fixture
def pane(qtbot, state) -> CameraGridPane:
    made = CameraGridPane(state)
    qtbot.addWidget(made)
    made.resize(1000, 780)
    made.show()
    qtbot.waitExposed(made)
    return made


def spot(view, points_px) -> tuple[float, float]:
    return tuple(view.to_widget(np.asarray(points_px, float)))


def press(qtbot, view, at, button=Qt.LeftButton) -> None:
    qtbot.mouseClick(view, button, pos=QPoint(round(at[0]), round(at[1])))


def test_limbs_lie_on_their_pixels_in_every_view(pane, shown, tools):
    pane.show_result(shown.frame, shown.result)
    for view in pane.views:
        image = view.grab().toImage()
        for person in shown.result.persons[:1]:
            joints = person.joints_px[view.index]
            right = 0
            for limb in LIMBS:
                at = spot(view, joints[limb[0]] * 0.4 + joints[limb[1]] * 0.6)
                right += tools.same_hue(tools.pixel(image, at), limb_color(person.track_id, limb_side(limb)))
            assert right >= 11, view.index


def test_the_picture_is_the_frame_and_its_pixels_are_where_the_joints_are_measured(qtbot, pane, shown, tools):
    images = [np.full((240, 320, 3), 30, np.uint8) for _ in range(4)]
    images[1][100:104, 200:204] = (0, 250, 0)
    frame = type(shown.frame)(0, 0.0, tuple(images), shown.frame.cameras)
    pane.show_result(frame, type(shown.result)(0, 0.0, 0.0, (0, 0), ()))
    view = pane.views[1]
    image = view.grab().toImage()
    assert tools.pixel(image, spot(view, (201.5, 101.5))) == pytest.approx([0, 250, 0], abs=12)
    assert tools.pixel(image, spot(view, (207, 101.5))) == pytest.approx([30, 30, 30], abs=6)


def test_beyond_the_distance_a_ring_marks_the_root(pane, shown, tools):
    pane.show_result(shown.frame, shown.result)
    person = shown.result.persons[2]
    seen = [view for view in pane.views if np.isfinite(person.root_px[view.index]).all()]
    assert seen
    for view in seen:
        x, y = spot(view, person.root_px[view.index])
        image = view.grab().toImage()
        for at in ((x + camera_view.ROOT_RADIUS, y), (x, y + camera_view.ROOT_RADIUS)):
            assert tools.same_hue(tools.pixel(image, at), person_color(2))


def test_a_click_chooses_the_nearest_and_nothing_clears(pane, state, shown, qtbot):
    pane.show_result(shown.frame, shown.result)
    view = pane.views[0]
    for person in shown.result.persons:
        target = person.root_px[0] if person.track_id == 2 else person.joints_px[0][NOSE]
        press(qtbot, view, spot(view, target))
        assert state.selection == person.track_id
    press(qtbot, view, (view.width() - 4, view.height() - 4))
    assert state.selection is None


def test_the_chosen_person_is_outlined_and_the_others_dimmed(pane, state, shown, tools):
    pane.show_result(shown.frame, shown.result)
    view, limb = pane.views[0], LIMBS[11]  # left knee to left ankle
    centers = [spot(view, p.joints_px[0][limb[0]] * 0.5 + p.joints_px[0][limb[1]] * 0.5) for p in shown.result.persons[:2]]

    def look(track_id: int):
        return view.grab().toImage(), centers[track_id]

    plain = tools.pixel(*look(1))
    state.set_selection(0)
    dimmed = tools.pixel(*look(1))
    image, (x, y) = look(0)
    row = [tools.pixel(image, (x + dx, y)) for dx in np.arange(-8, 9)]
    assert any(color.min() > 225 for color in row)  # the outline
    assert np.abs(plain - dimmed).max() > 15  # of a darker limb less goes through


def test_hovering_names_a_joint_in_all_views(pane, state, shown, tools):
    pane.show_result(shown.frame, shown.result)
    view, other = pane.views[0], pane.views[2]
    person = shown.result.persons[0]
    before = other.grab().toImage()
    tools.mouse(view, QEvent.MouseMove, spot(view, person.joints_px[0][LEFT_KNEE]))
    assert state.hover == JointRef(0, LEFT_KNEE)
    x, y = spot(other, person.joints_px[2][LEFT_KNEE])
    ring = (x - camera_view.HOVER_RADIUS, y)
    assert tools.pixel(other.grab().toImage(), ring).min() > tools.pixel(before, ring).min() + 80
    tools.mouse(view, QEvent.MouseMove, (2, view.height() - 2))
    assert state.hover is None


def test_heatmap_tints_the_hot_cell_alone(pane, state, compute, tools):
    made = compute(0, 0.0)
    pane.show_result(made.frame, type(made.result)(0, 0.0, 0.0, (0, 0), (), made.result.heatmaps, made.result.frame_to_heatmap))
    view = pane.views[0]
    hot = spot(view, made.result.persons[0].joints_px[0][NOSE])
    knee = spot(view, made.result.persons[0].joints_px[0][LEFT_KNEE])
    away = (view.width() * 0.85, view.height() * 0.85)

    def change(joint: int):
        state.set_heatmap_joint(HEATMAP_OFF)
        bare = view.grab().toImage()
        state.set_heatmap_joint(joint)
        tinted = view.grab().toImage()
        return [int(np.abs(tools.pixel(tinted, at) - tools.pixel(bare, at)).max()) for at in (hot, knee, away)]

    nose = change(NOSE)
    assert nose[0] > 60
    assert nose[1:] == [0, 0]
    everything = change(HEATMAP_ALL)
    assert everything[0] > 60
    assert everything[1] > 60
    assert everything[2] == 0


def test_a_cell_is_drawn_around_its_centre(pane, state, shown, tools):
    maps = np.zeros((4, 15, 48, 64), np.float16)
    maps[0, NOSE, 20, 30] = 1.0
    affine = np.tile(np.array([[0.2, 0, 0], [0, 0.2, 0]]), (4, 1, 1))  # cell 30, 20 is px 150, 100; a cell is 5 px wide
    pane.show_result(shown.frame, type(shown.result)(0, 0.0, 0.0, (0, 0), (), maps, affine))
    state.set_heatmap_joint(NOSE)
    view = pane.views[0]
    image = view.grab().toImage()

    def heat(px, py) -> int:
        return int(np.ptp(tools.pixel(image, spot(view, (px, py)))))

    assert heat(150, 100) > 60
    assert abs(heat(147.5, 100) - heat(152.5, 100)) < 25
    assert abs(heat(150, 97.5) - heat(150, 102.5)) < 25
    assert heat(159, 100) < 10
    assert heat(141, 100) < 10


def test_double_click_enlarges_a_view_and_brings_all_back(pane, qtbot):
    view, before = pane.views[2], pane.views[2].size()
    qtbot.mouseDClick(view, Qt.LeftButton, pos=QPoint(10, 40))
    assert pane.enlarged == 2
    assert [other.isVisible() for other in pane.views] == [False, False, True, False]
    assert view.width() > before.width() * 1.7
    qtbot.mouseDClick(view, Qt.LeftButton, pos=QPoint(10, 40))
    assert pane.enlarged is None
    assert all(other.isVisible() for other in pane.views)
    assert view.size() == before


@pytest.mark.parametrize(("views", "size"), [(1, (320, 240)), (3, (180, 320)), (8, (320, 240)), (9, (180, 320))])
def test_any_number_of_views_of_any_shape(qtbot, qapp, tools, views, size):
    source, estimator = FakeSource(views=views, size=size), FakeEstimator(1)
    state = AppState()
    pane = CameraGridPane(state)
    qtbot.addWidget(pane)
    pane.resize(900, 500)
    pane.show()
    state.set_room(Room(source.info, source.cameras, (8000, 8000, 2000), (0, 0, 1000), (0, 0)))
    frame = source.read(0)
    pane.show_result(frame, estimator.refine(estimator.detect(frame), 0))
    assert len(pane.views) == views
    for view in pane.views:
        assert view.isVisible()
        assert pane.rect().contains(view.geometry())
        assert view.width() / view.height() == pytest.approx(size[0] / size[1], rel=0.03)
        bottom = tools.pixel(view.grab().toImage(), (view.width() / 2, view.height() - 5))
        assert bottom == pytest.approx([40, 40, 40], abs=8)  # the frame's grey


def test_a_frame_is_scaled_once_for_many_repaints(pane, state, shown, monkeypatch):
    calls = []
    original = camera_view.scaled
    monkeypatch.setattr(camera_view, "scaled", lambda *args: calls.append(1) or original(*args))
    pane.show_result(shown.frame, shown.result)
    for selection in (0, 1, None):
        state.set_selection(selection)
        for view in pane.views:
            view.grab()
    assert len(calls) == len(pane.views)


class Paints(QObject):
    """Counts the paint events of a widget."""

    def __init__(self, widget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Paint
        return False


def test_every_view_repaints_by_itself_when_the_state_changes_and_only_then(pane, state, shown, qtbot, qapp):
    pane.show_result(shown.frame, shown.result)
    qapp.processEvents()
    paints = [Paints(view) for view in pane.views]
    qapp.processEvents()
    assert [each.count for each in paints] == [0] * 4
    for change in (
        lambda: state.set_selection(1),
        lambda: state.set_hover(JointRef(0, NOSE)),
        lambda: state.set_heatmap_joint(HEATMAP_ALL),
    ):
        before = [each.count for each in paints]
        change()
        qtbot.waitUntil(lambda before=before: all(each.count > n for each, n in zip(paints, before, strict=True)))


def test_nothing_stale_after_clear_or_another_recording(pane, state, shown, qtbot, tools):
    pane.show_result(shown.frame, shown.result)
    view = pane.views[0]
    at = spot(view, shown.result.persons[0].joints_px[0][NOSE])
    pane.clear()
    press(qtbot, view, at)
    assert state.selection is None
    assert not tools.same_hue(tools.pixel(view.grab().toImage(), at), person_color(0))
    pane.show_result(shown.frame, shown.result)
    state.set_room(None)
    assert pane.views == []
    assert pane.result is None
