"""What of the 3D view stands still while a recording is open: floor, space, cameras, and their names."""

from __future__ import annotations

import numpy as np

from .. import theme
from ..state import Room
from . import scene
from .gl_labels import Label

GRID_ALPHA, BOX_ALPHA, CAMERA_ALPHA = 0.75, 0.5, 0.95


def room_lines(room: Room) -> tuple[np.ndarray, np.ndarray]:
    """Segments float32 [2·N, 3], m, world, and their colours float32 [2·N, 4]."""
    grid, edge, camera_color = theme.rgb(theme.GRID), theme.rgb(theme.TEXT_OFF), theme.rgb(theme.TEXT_DIM)
    parts = [
        (scene.grid_lines(_extent(room)), scene.rgba(grid, GRID_ALPHA)),
        (scene.box_lines(room.space_size_mm, room.space_center_mm), scene.rgba(edge, BOX_ALPHA)),
        *((scene.frustum_lines(camera), scene.rgba(camera_color, CAMERA_ALPHA)) for camera in room.cameras),
    ]
    colors = np.concatenate([np.tile(color, (len(lines), 1)) for lines, color in parts])
    return np.concatenate([lines for lines, _ in parts]), colors


def room_labels(room: Room) -> list[Label]:
    """The cameras' names, and metres along the floor."""
    names = [
        Label(camera.name, scene.camera_label_position(camera), clear_m=0.25, text_color=theme.TEXT) for camera in room.cameras
    ]
    metres = [Label(text, at, tick=True, text_color=theme.TEXT_OFF) for text, at in scene.grid_ticks(_extent(room))]
    return [*names, *metres]


def _extent(room: Room) -> np.ndarray:
    return scene.floor_extent(room.space_size_mm, room.space_center_mm, room.cameras)
