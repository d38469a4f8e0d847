"""The floor's grid and the axes, in the coordinates that positions are told in."""

from __future__ import annotations

import numpy as np
import pytest
from gui_fakes import ring_cameras

from modules.core.own_world import LEVEL, RECORDING
from modules.core.types import Camera, SourceInfo
from modules.core.world import World, level_rotation
from modules.gui.state import Room
from modules.gui.view3d.floor import AXIS, MAX_GRID, make_floor, room_floor
from modules.gui.view3d.room import room_labels, room_lines

SPACE = (4000, 2000, 2000), (0, 0, 1000)


def test_grid_reaches_around_space_and_cameras_in_whole_metres():
    floor = make_floor(*SPACE, ring_cameras(4, radius_mm=3500.0))
    assert floor.low.tolist() == [-4, -4]
    assert floor.high.tolist() == [4, 4]
    lines = floor.lines.reshape(-1, 2, 3)
    assert len(lines) == 9 + 9
    assert (lines[..., 2] == 0).all()
    assert (lines[:9, 0, 0] == np.arange(-4, 5)).all()
    assert floor.x_texts == floor.y_texts == tuple(map(str, range(-4, 5)))


def test_a_camera_far_off_does_not_blow_the_grid_up():
    far = Camera("far", 10, 10, 5, 5, 5, 5, np.eye(3), np.array([9e6, 0, 0]))
    assert make_floor(*SPACE, (far,)).high[0] == MAX_GRID


def test_lines_lie_where_the_told_coordinates_are_whole():
    """The told origin is at (0.3, -0.25) m: what is told as 1 m there lies at 1.3 m."""
    floor = make_floor(*SPACE, (), World(origin=np.array([-300.0, 250.0, 0.0])))
    assert floor.x.tolist() == pytest.approx([-2.7, -1.7, -0.7, 0.3, 1.3, 2.3])
    assert floor.x_texts == ("-3", "-2", "-1", "0", "1", "2")
    assert floor.y_texts[0] == "-1"
    assert floor.y[0] == pytest.approx(-1.25)
    assert floor.axes[:, 0, :2] == pytest.approx(np.array([[0.3, -0.25]] * 3))


def test_of_a_calibration_with_y_up_the_told_axes_are_drawn_and_written():
    world = World(R_to_level=level_rotation(np.array([0.0, 1, 0])), origin=np.array([0.0, -500, 0]))
    floor = make_floor(*SPACE, (), world)
    x, y, z = floor.axes[:, 1] - floor.axes[:, 0]
    assert y == pytest.approx([0, 0, AXIS])
    assert x == pytest.approx([AXIS, 0, 0])
    # z runs against the floor's y: what is told as z = 1 lies at y = -1
    assert z == pytest.approx([0, -AXIS, 0])
    assert floor.y.tolist() == [-1, 0, 1]
    assert floor.y_texts == ("1", "0", "-1")
    assert floor.axes[0, 0, 2] == pytest.approx(0.5, abs=0.01)


def test_no_metres_along_axes_that_are_oblique():
    world = World(R_to_level=level_rotation(np.array([0.3, 0.4, 0.85])))
    floor = make_floor(*SPACE, (), world)
    assert floor.ticks == []
    assert floor.x.tolist() == [-2, -1, 0, 1, 2]


def test_an_origin_out_of_sight_leaves_the_axes_at_the_corner():
    floor = make_floor(*SPACE, (), World(origin=np.array([5e6, 0, 0])))
    assert floor.axes[0, 0, :2] == pytest.approx(floor.low)


def test_the_menu_s_coordinates_change_what_is_drawn_at_once():
    info = SourceInfo("walks", "folder", (), 5, (), 30.0)
    rooms = [Room(info, (), (4000, 2000, 2000), (400, 0, 1000), (0, 0), 224, told) for told in (RECORDING, LEVEL)]
    own, level = map(room_floor, rooms)
    assert own.axes[0, 0, 0] == 0
    assert level.axes[0, 0, 0] == pytest.approx(0.4)  # the level origin lies under the space
    assert own.x[own.x_texts.index("1")] == pytest.approx(1)
    assert level.x[level.x_texts.index("1")] == pytest.approx(1.4)
    drawn = [room_lines(room, 0.5)[0] for room in rooms]
    assert drawn[0].shape != drawn[1].shape or (drawn[0] != drawn[1]).any()
    assert {"x", "y", "z"} <= {label.text for label in room_labels(rooms[0], 0.5)}
