"""The face strip: whose faces, where, and choosing by them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, Qt

from modules.core.palette import person_color
from modules.core.types import Lod, Person, PoseResult
from modules.gui import theme
from modules.gui.panes.face_strip import HEADER, PAD, FaceStripPane


@pytest.fixture
def pane(qtbot, state) -> FaceStripPane:
    made = FaceStripPane(state)
    qtbot.addWidget(made)
    made.resize(900, 190)
    made.show()
    qtbot.waitExposed(made)
    return made


def with_crops(person: Person, crops: tuple) -> Person:
    return Person(
        person.track_id, person.lod, 0.9, person.root_world_mm, person.joints_world_mm, person.root_px, person.joints_px, crops
    )


def plain(color: tuple[int, int, int], size: tuple[int, int] = (48, 48)) -> np.ndarray:
    return np.full((*size, 3), color, np.uint8)


def test_crops_are_grouped_by_person_in_view_order(pane, shown, tools):
    colors = [(200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 200, 30)]
    people = tuple(
        with_crops(person, tuple(plain(tuple(v // (n + 1) for v in color)) for color in colors))
        for n, person in enumerate(shown.result.persons[:2])
    )
    pane.show_result(shown.frame, PoseResult(0, 0.0, 0.0, (0, 0), people))
    image = pane.canvas.grab().toImage()
    for n in range(2):
        for view, color in enumerate(colors):
            center = pane.canvas.tile_box(n, view).center()
            expected = [v // (n + 1) for v in color]
            assert tools.pixel(image, (center.x(), center.y())) == pytest.approx(expected, abs=8)
        box = pane.canvas.group_box(n)
        chip = (box.left() + PAD + 6, box.top() + HEADER / 2)
        assert tools.same_hue(tools.pixel(image, chip), person_color(n))


def test_only_people_in_full_detail_and_a_view_that_misses_the_face_stays_dark(pane, shown, tools):
    person = with_crops(shown.result.persons[0], (plain((200, 30, 30)), None, plain((30, 200, 30)), None))
    pane.show_result(shown.frame, PoseResult(0, 0.0, 0.0, (0, 0), (person, shown.result.persons[2])))
    assert shown.result.persons[2].lod is Lod.ROOT_ONLY
    assert pane.canvas.group_box(2) is None
    image, tile = pane.canvas.grab().toImage(), pane.canvas.tile_box(0, 1)
    assert tools.pixel(image, (tile.left() + 20, tile.top() + 20)) == pytest.approx(theme.rgb(theme.GROUND), abs=8)


def test_a_crop_at_the_frame_s_border_keeps_its_shape(pane, shown, tools):
    person = with_crops(shown.result.persons[0], (plain((200, 30, 30), (20, 40)), None, None, None))
    pane.show_result(shown.frame, PoseResult(0, 0.0, 0.0, (0, 0), (person,)))
    image, tile = pane.canvas.grab().toImage(), pane.canvas.tile_box(0, 0)
    assert tools.pixel(image, (tile.center().x(), tile.center().y()))[0] > 190
    assert tools.pixel(image, (tile.left() + 8, tile.center().y()))[0] > 190
    assert tools.pixel(image, (tile.center().x(), tile.top() + tile.height() * 0.2)).max() < 40


def test_a_click_on_a_face_or_header_chooses_and_beside_clears(pane, state, shown, qtbot, tools):
    pane.show_result(shown.frame, shown.result)
    box = pane.canvas.group_box(1)
    before = tools.pixel(pane.canvas.grab().toImage(), (box.left() + 1, box.center().y()))
    qtbot.mouseClick(pane.canvas, Qt.LeftButton, pos=pane.canvas.tile_box(1, 2).center().toPoint())
    assert state.selection == 1
    after = tools.pixel(pane.canvas.grab().toImage(), (box.left() + 1, box.center().y()))
    assert after.min() > 150 > before.max()  # the white frame of the chosen group
    header = pane.canvas.group_box(0).topLeft().toPoint() + QPoint(30, 10)
    qtbot.mouseClick(pane.canvas, Qt.LeftButton, pos=header)
    assert state.selection == 0
    qtbot.mouseClick(pane.canvas, Qt.LeftButton, pos=pane.canvas.rect().bottomRight())
    assert state.selection is None


def test_the_chosen_group_scrolls_into_sight(qtbot, state, compute):
    pane = FaceStripPane(state)
    qtbot.addWidget(pane)
    pane.resize(320, 140)
    pane.show()
    qtbot.waitExposed(pane)
    made = compute(0, 0.0)
    pane.show_result(made.frame, made.result)
    assert pane.canvas.width() <= pane.scroll.viewport().width()  # never beyond the side
    assert pane.canvas.height() > pane.height()
    state.set_selection(2)
    top = pane.canvas.group_box(2).top() - pane.scroll.verticalScrollBar().value()
    assert 0 <= top < pane.scroll.viewport().height()


def test_while_playing_nobody_loses_their_place(pane, state, compute):
    made = compute(0, 0.0)
    everyone, others = made.result, replace(made.result, persons=made.result.persons[1:])
    pane.show_result(made.frame, everyone)
    places = {n: pane.canvas.group_box(n) for n in range(3)}
    state.set_playing(True)
    pane.show_result(made.frame, others)
    assert {n: pane.canvas.group_box(n) for n in range(3)} == places
    state.set_playing(False)
    pane.show_result(made.frame, others)
    assert pane.canvas.group_box(0) is None


def test_hints_say_why_it_is_empty(pane, shown):
    assert "appear here" in pane.canvas._hint
    pane.show_result(shown.frame, PoseResult(0, 0.0, 100.0, (0, 0), shown.result.persons[2:]))
    assert "LoD" in pane.canvas._hint
    pane.show_result(shown.frame, PoseResult(0, 0.0, 0.0, (0, 0), ()))
    assert "Nobody" in pane.canvas._hint
    pane.show_result(shown.frame, shown.result)
    assert pane.canvas._hint == ""
    pane.clear()
    assert pane.canvas.group_box(0) is None
