"""The floor's grid, its metres and the axes, in the coordinates that positions are told in (View → Coordinates).

What is drawn lies in the world of the cameras and people; where lines lie and what is written at them is the told one's.
In: millimetres, world. Out: metres, world.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modules.core.own_world import shown_world
from modules.core.types import Camera
from modules.core.world import World

from ..state import Room
from .scene import FLOOR_LIFT, M_PER_MM

#: The floor grid never grows beyond this, m from the space's centre.
MAX_GRID = 20
#: How far the metres stand off the grid, how long the axes are, and how far their names stand off them, m.
TICK_OFF, AXIS, NAME_OFF = 0.15, 0.6, 0.1
#: An axis runs along the floor's if it does so within 2.5°: else metres along it would mislead.
ALONG = 0.999


@dataclass(frozen=True, eq=False)
class Floor:
    """The grid on the floor, z = 0.

    Attributes:
        x, y: float64 [N], [M], m, world, rising: where the lines lie that cross the x and y axes.
        x_texts, y_texts: what is written at them; empty: no told axis runs along that one.
        axes: float64 [3, 2, 3], m, world: the told x, y and z axis, from its start to its end.
    """

    x: np.ndarray
    y: np.ndarray
    x_texts: tuple[str, ...]
    y_texts: tuple[str, ...]
    axes: np.ndarray

    @property
    def low(self) -> np.ndarray:
        """float64 [2], m: the grid's corner of lowest x and y."""
        return np.array([self.x[0], self.y[0]])

    @property
    def high(self) -> np.ndarray:
        """float64 [2], m: the opposite corner."""
        return np.array([self.x[-1], self.y[-1]])

    @property
    def lines(self) -> np.ndarray:
        """float32 [2·N, 3], m: segments, one at each whole metre."""
        (x0, y0), (x1, y1) = self.low, self.high
        along_y = [[(x, y0, 0), (x, y1, 0)] for x in self.x]
        along_x = [[(x0, y, 0), (x1, y, 0)] for y in self.y]
        return np.array(along_y + along_x, np.float32).reshape(-1, 3)

    @property
    def ticks(self) -> list[tuple[str, np.ndarray]]:
        """(metres, float64 [3], m: where) along the grid's edges of lowest y and highest x."""
        (_, y0), (x1, _) = self.low, self.high
        along_x = [(text, np.array([self.x[n], y0 - TICK_OFF, 0.0])) for n, text in enumerate(self.x_texts)]
        along_y = [(text, np.array([x1 + TICK_OFF, self.y[n], 0.0])) for n, text in enumerate(self.y_texts)]
        return [*along_x[:-1], *along_y[1:]]  # but for the corners

    @property
    def axis_names(self) -> list[tuple[str, np.ndarray]]:
        """(name, float64 [3], m: where) at the axes' ends."""
        along = (self.axes[:, 1] - self.axes[:, 0]) / AXIS
        return [(name, end + NAME_OFF * way) for name, end, way in zip("xyz", self.axes[:, 1], along, strict=True)]


def room_floor(room: Room) -> Floor:
    """The floor of what is open, in the coordinates that are asked for."""
    world = shown_world(room.info.world, room.coordinates, room.space_center_mm[:2])
    return make_floor(room.space_size_mm, room.space_center_mm, room.cameras, world)


def make_floor(
    size_mm: Sequence[float], center_mm: Sequence[float], cameras: Sequence[Camera], world: World | None = None
) -> Floor:
    """The floor around a space and cameras, whole metres of the told coordinates, within ``MAX_GRID``.

    Args:
        size_mm, center_mm: (x, y, z), the space. world: from the told coordinates to those of cameras and space; None: they are
            the same.
    """
    world = world or World()
    middle = np.array(center_mm[:2], float) * M_PER_MM
    half = np.array(size_mm[:2], float) * M_PER_MM / 2
    points = np.array([middle - half, middle + half, *(camera.center_world_mm[:2] * M_PER_MM for camera in cameras)])
    points = np.clip(points, middle - MAX_GRID, middle + MAX_GRID)
    lines, texts = zip(*(_whole_metres(axis, points[:, axis], world) for axis in (0, 1)), strict=True)
    start = world.to_level(np.zeros(3)) * M_PER_MM
    low, high = np.array([lines[0][0], lines[1][0]]), np.array([lines[0][-1], lines[1][-1]])
    if not ((low <= start[:2]) & (start[:2] <= high)).all() or abs(start[2]) > MAX_GRID:
        start = np.array([*low, 0.0])  # the origin is out of sight: the corner tells which way the axes run
    start = start + np.array([0.0, 0.0, FLOOR_LIFT])
    return Floor(*lines, *texts, np.stack([(start, start + AXIS * way) for way in world.R_to_level.T]))


def _whole_metres(axis: int, values: np.ndarray, world: World) -> tuple[np.ndarray, tuple[str, ...]]:
    """Where lines cross an axis (0: x, 1: y) so that they reach around values, m, and what is written at them."""
    ways = world.R_to_level[axis]  # the axis in told coordinates
    told = int(np.abs(ways).argmax())
    if abs(ways[told]) < ALONG:
        return np.arange(np.floor(values.min() + 1e-6), np.ceil(values.max() - 1e-6) + 1), ()
    way, start = np.sign(ways[told]), float(world.to_recording(np.zeros(3))[told]) * M_PER_MM
    ends = way * values + start
    whole = np.arange(np.floor(ends.min() + 1e-6), np.ceil(ends.max() - 1e-6) + 1)
    whole = whole[:: int(way)]  # so that the lines rise
    return way * (whole - start), tuple(str(int(number)) for number in whole)
