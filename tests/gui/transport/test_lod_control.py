"""The LoD scale: longer always means more people, and everyone is its far end."""

from __future__ import annotations

import math

import pytest
from PyQt5.QtCore import Qt

from modules.gui.transport.lod_control import STEP_MM, LodControl


@pytest.fixture
def control(qtbot, state) -> LodControl:
    made = LodControl(state)
    qtbot.addWidget(made)
    made.show()
    return made


def seen_at(state) -> float:
    """How far one is seen in full detail, mm."""
    return state.lod_distance_mm or math.inf


def test_the_scale_never_jumps_back(control, state):
    reaches = []
    for value in range(control.slider.minimum(), control.slider.maximum() + 1, STEP_MM):
        control.slider.setValue(value)
        reaches.append(seen_at(state))
    assert reaches == sorted(reaches)
    assert len(set(reaches)) == len(reaches)
    assert reaches[0] == STEP_MM
    assert reaches[-1] == math.inf


def test_longer_from_everyone_stays_and_shorter_is_the_rooms_reach(control, state):
    state.set_lod_distance_mm(0)
    control.longer(1)
    assert seen_at(state) == math.inf
    control.longer(-1)
    assert 0 < state.lod_distance_mm < control.longest_mm + STEP_MM
    before = state.lod_distance_mm
    control.longer(-1)
    assert 0 < state.lod_distance_mm < before
    for _ in range(100):
        control.longer(-1)
    assert state.lod_distance_mm == STEP_MM
    for _ in range(100):
        control.longer(1)
    assert seen_at(state) == math.inf


@pytest.mark.parametrize(
    ("typed", "distance"),
    [
        ("1500", 1500),
        ("1500 mm", 1500),
        ("0", 0),
        ("everyone", 0),
        ("999999999999", 0),
        ("20", STEP_MM),
        ("-5", 2000),
        ("1e3", 2000),
        ("2.5 m", 2000),
        ("²", 2000),
        ("near", 2000),
    ],
)
def test_what_is_typed(qtbot, control, state, typed, distance):
    state.set_lod_distance_mm(2000)
    control.box.lineEdit().selectAll()
    qtbot.keyClicks(control.box.lineEdit(), typed)
    qtbot.keyClick(control.box.lineEdit(), Qt.Key_Return)
    assert state.lod_distance_mm == distance


def test_a_configured_distance_beyond_the_room_is_kept(control, state):
    state.set_lod_distance_mm(30_000)
    assert control.box.text() == "30000 mm"
    assert control.slider.value() < control.slider.maximum()
