"""What of the 3D view stands still while a recording is open: floor, space, cameras, and their names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pyqtgraph.opengl import GLLinePlotItem, GLViewWidget

from modules.core.types import Camera

from .. import theme
from ..state import Room
from . import scene
from .floor import room_floor
from .gl_items import mesh_item, set_mesh
from .gl_labels import Label
from .meshes import merge
from .pictures import DEPTH_M, CameraPictures

GRID_ALPHA, BOX_ALPHA, CAMERA_ALPHA, AXIS_ALPHA = 0.75, 0.5, 0.95, 0.9


class RoomItems:
    """Floor, space and cameras as items of the 3D view; with pictures in the cameras if there are any.

    Args:
        view: draws them.
    """

    def __init__(self, view: GLViewWidget) -> None:
        self._lines = GLLinePlotItem(mode="lines", width=1.2, glOptions="translucent")
        self._frusta = mesh_item(5, "translucent")
        for item in (self._lines, self._frusta):
            view.addItem(item)
        self._pictures = CameraPictures(view)
        self._drawn: tuple[Room | None, float] = (None, 0.0)

    def show(self, room: Room | None, through: Camera | None, images: Sequence[np.ndarray] | None) -> bool:
        """Draws what is another than before; whether the cameras' names moved.

        Args:
            through: the camera that is looked through: its fill would veil everything.
            images: V of uint8 [H, W, 3], RGB, for the cameras' image planes; None: none are wanted.
        """
        frustum_m = scene.FRUSTUM_DEPTH if images is None else DEPTH_M
        moved = room is not self._drawn[0] or frustum_m != self._drawn[1]
        self._drawn = (room, frustum_m)
        cameras = () if room is None else room.cameras
        if moved:
            self._lines.setVisible(room is not None)
            if room is not None:
                lines, colors = room_lines(room, frustum_m)
                self._lines.setData(pos=lines, color=colors)
        color = theme.rgb(theme.TEXT_DIM)
        set_mesh(self._frusta, merge(scene.frustum_mesh(c, color, frustum_m) for c in cameras if c is not through))
        self._pictures.show(images or (), cameras, through)
        return moved

    @property
    def frustum_m(self) -> float:
        """How deep the cameras' pyramids are."""
        return self._drawn[1] or scene.FRUSTUM_DEPTH


def room_lines(room: Room, frustum_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Segments float32 [2·N, 3], m, world, and their colours float32 [2·N, 4]; cameras' pyramids so deep."""
    grid, edge, camera_color = theme.rgb(theme.GRID), theme.rgb(theme.TEXT_OFF), theme.rgb(theme.TEXT_DIM)
    floor = room_floor(room)
    parts = [
        (floor.lines, scene.rgba(grid, GRID_ALPHA)),
        (scene.box_lines(room.space_size_mm, room.space_center_mm), scene.rgba(edge, BOX_ALPHA)),
        *((scene.frustum_lines(camera, frustum_m), scene.rgba(camera_color, CAMERA_ALPHA)) for camera in room.cameras),
        *(
            (axis.astype(np.float32), scene.rgba(theme.rgb(color), AXIS_ALPHA))
            for axis, color in zip(floor.axes, theme.AXES, strict=True)
        ),
    ]
    colors = np.concatenate([np.tile(color, (len(lines), 1)) for lines, color in parts])
    return np.concatenate([lines for lines, _ in parts]), colors


def room_labels(room: Room, frustum_m: float) -> list[Label]:
    """The cameras' names, metres along the floor, and the axes' names."""
    names = [
        Label(camera.name, scene.camera_label_position(camera, frustum_m), clear_m=0.25, text_color=theme.TEXT)
        for camera in room.cameras
    ]
    floor = room_floor(room)
    axes = [
        Label(text, at, tick=True, text_color=color) for (text, at), color in zip(floor.axis_names, theme.AXES, strict=True)
    ]
    metres = [Label(text, at, tick=True, text_color=theme.TEXT_OFF) for text, at in floor.ticks]
    return [*names, *axes, *metres]
