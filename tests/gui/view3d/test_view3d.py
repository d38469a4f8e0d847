"""The 3D pane: pixels where things must be, and what the mouse does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, QPoint, Qt
from PyQt5.QtGui import QVector3D, QWheelEvent
from PyQt5.QtWidgets import QAbstractButton, QApplication

from modules.core.geometry import project as project_px
from modules.core.palette import limb_color, person_color
from modules.core.skeleton import LEFT_WRIST, LIMBS, limb_side
from modules.gui import theme
from modules.gui.i18n import set_language
from modules.gui.state import AppState, JointRef
from modules.gui.view3d import scene
from modules.gui.view3d.extras import VIDEO
from modules.gui.view3d.pane import View3DPane
from modules.gui.view3d.pictures import DEPTH_M, as_texture, plane


@pytest.fixture
def pane(qtbot, state) -> View3DPane:
    made = View3DPane(state)
    qtbot.addWidget(made)
    made.resize(640, 520)
    made.show()
    qtbot.waitExposed(made)
    return made


def on_screen(pane: View3DPane, point_m) -> np.ndarray:
    return scene.project(np.asarray(point_m, float), pane.view.matrix(), pane.view.width(), pane.view.height())


def limb_middles(pane: View3DPane, person) -> np.ndarray:
    joints = person.joints_world_mm / 1000
    return on_screen(pane, np.array([(joints[a] + joints[b]) / 2 for a, b in LIMBS]))


def test_limbs_are_drawn_where_the_projection_says_in_their_colours(pane, shown, tools):
    pane.show_result(shown.frame, shown.result)
    image = pane.view.grabFramebuffer()
    for person in shown.result.persons[:2]:
        right = sum(
            tools.same_hue(tools.pixel(image, at), limb_color(person.track_id, limb_side(limb)))
            for limb, at in zip(LIMBS, limb_middles(pane, person), strict=True)
        )
        assert right >= 10  # of 14; some limbs hide others


def test_the_same_place_is_bare_before_and_after(pane, shown, tools):
    pane.show_result(shown.frame, shown.result)
    places = limb_middles(pane, shown.result.persons[1])
    with_people = pane.view.grabFramebuffer()
    pane.clear()
    assert pane.result is None
    bare = pane.view.grabFramebuffer()
    changed = [np.abs(tools.pixel(bare, at) - tools.pixel(with_people, at)).max() > 40 for at in places]
    assert sum(changed) >= 12
    person = person_color(1)
    assert not any(tools.same_hue(tools.pixel(bare, at), person) for at in places)


def test_beyond_the_distance_a_person_is_a_translucent_cylinder(pane, compute, tools):
    far, near = compute(0, 2000.0), compute(0, 0.0)
    between_legs = far.result.persons[2].root_world_mm / 1000 - [0, 0, 0.3]
    at = on_screen(pane, between_legs)

    def color() -> np.ndarray:
        return tools.pixel(pane.view.grabFramebuffer(), at)

    bare = color()
    pane.show_result(far.frame, far.result)
    wall = color()
    assert tools.same_hue(wall, person_color(2), least=0.96)
    assert wall.max() < 0.8 * max(person_color(2))  # the dark ground shines through
    pane.show_result(near.frame, near.result)
    assert np.abs(color() - bare).max() < 40


def test_labels_keep_their_ground_where_a_cylinder_is_drawn(pane, compute, tools):
    """Painters take culling to be off; the cylinders turn it on."""
    for lod in (0.0, 2000.0):
        made = compute(0, lod)
        pane.show_result(made.frame, made.result)
        at = on_screen(pane, scene.label_position(made.result.persons[0]))
        image = pane.view.grabFramebuffer()
        column = [tools.pixel(image, (at[0], at[1] - up)) for up in range(3, 34)]
        border = [color for color in column if tools.same_hue(color, person_color(0))]
        assert border, lod


def test_lod_circle_follows_the_state_at_once(pane, state: AppState, tools):
    def lit(radius_m: float) -> bool:
        image = pane.view.grabFramebuffer()
        band = radius_m - scene.LOD_WIDTH / 2
        spots = [on_screen(pane, [band * np.cos(a), band * np.sin(a), scene.FLOOR_LIFT]) for a in np.linspace(0.1, 6.1, 12)]
        return sum(tools.same_hue(tools.pixel(image, at), theme.rgb(theme.LOD)) for at in spots) >= 8

    pane.show_top()
    assert not lit(1.5)
    state.set_lod_distance_mm(1500)
    assert lit(1.5)
    assert not lit(2.5)
    state.set_lod_distance_mm(2500)
    assert lit(2.5)
    assert not lit(1.5)
    state.set_lod_distance_mm(0)
    assert not lit(2.5)


def test_a_click_on_a_limb_or_a_cylinder_chooses_and_on_nothing_clears(pane, state, shown, qtbot):
    pane.show_result(shown.frame, shown.result)
    for person in shown.result.persons:
        spot = person.root_world_mm / 1000 if person.track_id == 2 else person.joints_world_mm[1] / 1000
        at = on_screen(pane, spot)
        qtbot.mouseClick(pane.view, Qt.LeftButton, pos=QPoint(*np.round(at).astype(int)))
        assert state.selection == person.track_id
    qtbot.mouseClick(pane.view, Qt.LeftButton, pos=QPoint(4, 4))
    assert state.selection is None


def test_the_chosen_person_stands_out(pane, state, shown, tools):
    pane.show_result(shown.frame, shown.result)
    places = {p.track_id: limb_middles(pane, p) for p in shown.result.persons[:2]}

    def brightness(track_id: int) -> float:
        image = pane.view.grabFramebuffer()
        return float(np.mean([tools.pixel(image, at) for at in places[track_id]]))

    before = brightness(0), brightness(1)
    state.set_selection(1)
    assert brightness(0) < before[0] * 0.75
    assert brightness(1) > before[1] * 0.97
    state.set_selection(None)
    assert brightness(0) == pytest.approx(before[0], rel=0.02)


def test_hovering_a_joint_names_it_and_marks_it(pane, state, shown, tools):
    pane.show_result(shown.frame, shown.result)
    at = on_screen(pane, shown.result.persons[0].joints_world_mm[LEFT_WRIST] / 1000)
    tools.mouse(pane.view, QEvent.MouseMove, at)
    assert state.hover == JointRef(0, LEFT_WRIST)
    color = tools.pixel(pane.view.grabFramebuffer(), at)
    assert color.min() > 110
    assert np.ptp(color) < 30  # a white halo
    tools.mouse(pane.view, QEvent.MouseMove, (3, 3))
    assert state.hover is None


def test_dragging_orbits_and_the_wheel_zooms_without_choosing(pane, state, shown, tools):
    pane.show_result(shown.frame, shown.result)
    state.set_selection(1)
    azimuth, distance = pane.view.opts["azimuth"], pane.view.opts["distance"]
    tools.drag(pane.view, (300, 200), (360, 200))
    assert pane.view.opts["azimuth"] == pytest.approx(azimuth - 60)
    center = QVector3D(pane.view.opts["center"])
    tools.drag(pane.view, (300, 200), (340, 200), Qt.RightButton)
    assert (pane.view.opts["center"] - center).length() > 0.1
    wheel(pane.view, 240)
    assert pane.view.opts["distance"] == pytest.approx(distance * 0.999**240)
    for _ in range(60):
        wheel(pane.view, 1200)
    assert pane.view.opts["distance"] == pytest.approx(0.4)  # never through what it looks at
    assert state.selection == 1


def wheel(view, turn: int) -> None:
    at = view.rect().center()
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, turn), Qt.NoButton, Qt.NoModifier, Qt.NoScrollPhase, False
    )
    QApplication.sendEvent(view, event)


def test_presets_show_the_whole_space_at_any_size(pane, state, qtbot):
    room = state.room
    box = scene.box_lines(room.space_size_mm, room.space_center_mm)
    for size in ((640, 520), (360, 600)):
        pane.resize(*size)
        qtbot.waitUntil(lambda size=size: pane.view.width() == size[0])
        for preset in (pane.show_overview, pane.show_top):
            preset()
            spots = on_screen(pane, box)
            assert (spots >= 0).all()
            assert (spots <= [pane.view.width(), pane.view.height()]).all()


@pytest.mark.parametrize("index", [0, 2])
def test_looking_through_a_camera_shows_what_it_sees(pane, state, shown, index):
    pane.show_result(shown.frame, shown.result)
    pane.look_through(index)
    camera = state.room.cameras[index]
    corners = on_screen(pane, scene.camera_corners(camera, 1.0))
    (left, top), (right, bottom) = corners[0], corners[2]
    assert left > 0
    assert top > 0
    assert right < pane.view.width()
    assert bottom < pane.view.height()
    assert left == pytest.approx(pane.view.width() - right, abs=0.01)  # centred
    assert top == pytest.approx(pane.view.height() - bottom, abs=0.01)
    joints = shown.result.persons[0].joints_world_mm.astype(float)
    pixels, _ = project_px(joints, camera)
    share = (pixels + 0.5) / [camera.width_px, camera.height_px]
    expected = [left, top] + share * [right - left, bottom - top]
    assert on_screen(pane, joints / 1000) == pytest.approx(expected, abs=0.05)


def test_a_drag_leaves_the_camera_s_eye_where_it_is(pane, state, tools):
    pane.look_through(1)
    eye = state.room.cameras[1].center_world_mm / 1000
    tools.drag(pane.view, (300, 200), (305, 200))
    assert pane.view.camera is None
    position = pane.view.cameraPosition()
    assert np.linalg.norm(np.array([position.x(), position.y(), position.z()]) - eye) < 0.6  # it has orbited five degrees


def test_the_bar_offers_the_presets(pane, state, qtbot):
    buttons = pane._buttons
    qtbot.mouseClick(buttons["top"], Qt.LeftButton)
    assert pane.view.opts["elevation"] == pytest.approx(90)
    assert [buttons[name].isChecked() for name in ("overview", "top")] == [False, True]
    names = [action.text() for action in pane._menu.actions()]
    assert names == [camera.name for camera in state.room.cameras]
    pane._menu.actions()[2].trigger()
    assert pane.view.camera is state.room.cameras[2]
    assert not buttons["top"].isChecked()
    qtbot.mouseClick(buttons["overview"], Qt.LeftButton)
    assert pane.view.camera is None


def test_arrow_keys_are_left_to_the_window(pane, qtbot):
    azimuth = pane.view.opts["azimuth"]
    qtbot.keyClick(pane.view, Qt.Key_Right)
    assert pane.view.opts["azimuth"] == azimuth


def test_a_hidden_pane_waits_until_it_is_seen(qtbot, state, shown, monkeypatch):
    drawn = []
    original = scene.people_mesh
    monkeypatch.setattr(scene, "people_mesh", lambda *args: drawn.append(args) or original(*args))
    pane = View3DPane(state)
    qtbot.addWidget(pane)
    for _ in range(3):
        pane.show_result(shown.frame, shown.result)
    state.set_selection(1)
    state.set_lod_distance_mm(900)
    assert drawn == []
    pane.show()
    assert len(drawn) == 1


def test_another_recording_forgets_the_result(pane, state, shown):
    pane.show_result(shown.frame, shown.result)
    state.set_room(None)
    assert pane.result is None
    assert pane._on_screen() == []
    assert pane._menu.actions() == []


def test_the_lod_circle_says_its_distance_and_cameras_are_filled(pane, state: AppState, tools):
    pane.show_top()
    state.set_lod_distance_mm(1500)
    at = on_screen(pane, scene.lod_label_position(1500, (0, 0)))
    image = pane.view.grabFramebuffer()
    around = [tools.pixel(image, (at[0] + dx, at[1] + dy)) for dx in range(-25, 26) for dy in range(-6, 7)]
    assert sum(tools.same_hue(color, theme.rgb(theme.LOD)) and color.max() > 120 for color in around) > 15
    camera = state.room.cameras[0]
    pane.look_through(2)
    picture = on_screen(pane, scene.camera_corners(camera, scene.FRUSTUM_DEPTH).mean(0) + 0.03)
    filled = tools.pixel(pane.view.grabFramebuffer(), picture)
    pane._room._frusta.setVisible(False)
    assert filled.mean() > tools.pixel(pane.view.grabFramebuffer(), picture).mean() + 5


def test_a_camera_looked_through_does_not_veil_its_own_picture(pane, state: AppState, tools):
    pane.look_through(1)
    inside = (pane.view.width() / 2, pane.view.height() / 2)
    assert tools.pixel(pane.view.grabFramebuffer(), inside).max() < 60
    assert len(pane._room._frusta.opts["meshdata"].vertexes()) == 9 * (len(state.room.cameras) - 1)


def test_the_overview_fills_the_view_at_any_size(qtbot, pane, room):
    for size in ((900, 300), (400, 700)):
        pane.resize(*size)
        qtbot.waitUntil(lambda: pane.view.size() == pane.screen.size())
        points = scene.box_lines(room.space_size_mm, room.space_center_mm)
        at = on_screen(pane, points)
        assert at.min() >= 0
        assert (at <= [pane.view.width(), pane.view.height()]).all()


def test_each_camera_shows_what_it_films_where_its_image_plane_is(pane, shown, state, tools):
    cameras = state.room.cameras
    colors = [(200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 200, 30)][: len(cameras)]
    images = []
    for camera, color in zip(cameras, colors, strict=False):
        image = np.zeros((camera.height_px, camera.width_px, 3), np.uint8)
        image[:, : camera.width_px // 2] = color  # the left half alone
        images.append(image)
    images += [np.zeros((c.height_px, c.width_px, 3), np.uint8) for c in cameras[len(images) :]]
    frame = replace(shown.frame, images=tuple(images))
    pane.show_result(frame, shown.result)
    before = pane.view.grabFramebuffer()

    def plane_points(camera):
        """In a quarter of the picture from the left, and in one from the right; m."""
        corners = scene.camera_corners(camera, DEPTH_M)
        left, right = (corners[0] + corners[3]) / 2, (corners[1] + corners[2]) / 2
        return 0.75 * left + 0.25 * right, 0.25 * left + 0.75 * right

    action = pane.extras_bar.switches[VIDEO]
    action.trigger()
    image = pane.view.grabFramebuffer()
    seen = 0
    for camera, color in zip(cameras, colors, strict=False):
        left, right = (on_screen(pane, at) for at in plane_points(camera))
        if tools.same_hue(tools.pixel(image, left), color):
            seen += 1
            assert not tools.same_hue(tools.pixel(image, right), color)
            assert not tools.same_hue(tools.pixel(before, left), color)
    assert seen >= min(len(cameras), 2)  # from the corner a picture may hide another one
    # the eye that is looked through has no picture before it
    pane.look_through(0)
    middle = on_screen(pane, plane_points(cameras[0])[0])
    assert not tools.same_hue(tools.pixel(pane.view.grabFramebuffer(), middle), colors[0])
    pane.show_overview()
    action.trigger()
    after = pane.view.grabFramebuffer()
    for camera, color in zip(cameras, colors, strict=False):
        assert not tools.same_hue(tools.pixel(after, on_screen(pane, plane_points(camera)[0])), color)


def test_a_picture_s_texture_is_small_and_lies_as_the_image_does(state):
    camera = state.room.cameras[0]
    image = np.zeros((1500, 2000, 3), np.uint8)
    image[:4, :4] = (9, 8, 7)
    texture = as_texture(image)
    assert max(texture.shape) <= 640
    assert texture[0, 0].tolist() == [9, 8, 7, 255]
    assert texture[-1, 0].tolist() == [0, 0, 0, 255]
    matrix = plane(camera, texture.shape[:2])
    corners = scene.camera_corners(camera, DEPTH_M)
    for at, corner in zip(((0, 0), (1, 0), (1, 1), (0, 1)), corners, strict=True):
        x, y = np.array(at) * texture.shape[:2]
        np.testing.assert_allclose((matrix @ [x, y, 0, 1])[:3], corner)


@pytest.mark.parametrize(("language", "narrow"), [("en", 470), ("ko", 420)])
def test_the_bar_s_buttons_are_seen_whole_in_a_narrow_pane_too(qtbot, qapp, pane, request, language, narrow):
    theme.apply(qapp)
    request.addfinalizer(lambda: set_language("en"))
    set_language(language)
    whole = {"en": "Through a camera ▾", "ko": "카메라 시점 ▾"}[language]
    for width in (700, narrow, 700):
        pane.resize(width, 400)
        buttons = pane._bar.findChildren(QAbstractButton)
        assert len(buttons) == 7
        qtbot.waitUntil(lambda buttons=buttons: all(b.width() >= b.sizeHint().width() for b in buttons))
        assert (pane._camera_button.text() == whole) == (width == 700)
