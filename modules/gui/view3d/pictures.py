"""What the cameras film, in their frusta: each view's picture on its image plane."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PyQt5.QtGui import QMatrix4x4
from pyqtgraph.opengl import GLImageItem, GLViewWidget

from modules.core.types import Camera

from .scene import camera_corners

#: Longest side of a picture as it is drawn, px, and how far from the camera, m.
LONGEST_PX, DEPTH_M = 640, 0.8


class CameraPictures:
    """The pictures of all views of a frame, without lens distortion's curve (an image plane is flat).

    Args:
        view: draws them.
    """

    def __init__(self, view: GLViewWidget) -> None:
        self._view = view
        self._items: list[GLImageItem] = []

    def show(self, images: Sequence[np.ndarray], cameras: Sequence[Camera], without: Camera | None = None) -> None:
        """Draws images, V of uint8 [H, W, 3], RGB; none of an eye that is looked through: it would hide everything."""
        while len(self._items) < len(images):
            item = GLImageItem(np.zeros((1, 1, 4), np.uint8), smooth=True, glOptions="opaque")
            item.setDepthValue(1)
            self._view.addItem(item)
            self._items.append(item)
        for number, item in enumerate(self._items):
            seen = number < len(images) and cameras[number] is not without
            item.setVisible(seen)
            if seen:
                data = as_texture(images[number])
                item.setData(data)
                item.setTransform(QMatrix4x4(*plane(cameras[number], data.shape[:2]).ravel()))


def as_texture(image: np.ndarray) -> np.ndarray:
    """uint8 [W, H, 4], RGBA, at most LONGEST_PX a side, of uint8 [H, W, 3]."""
    step = -(-max(image.shape[:2]) // LONGEST_PX)
    small = image[::step, ::step]
    out = np.full((small.shape[1], small.shape[0], 4), 255, np.uint8)
    out[..., :3] = small.transpose(1, 0, 2)
    return out


def plane(camera: Camera, size_px: tuple[int, int]) -> np.ndarray:
    """float64 [4, 4]: from a texture's px (x to the right, y down) to metres in the world."""
    corners = camera_corners(camera, DEPTH_M)
    out = np.eye(4)
    out[:3, 0] = (corners[1] - corners[0]) / size_px[0]
    out[:3, 1] = (corners[3] - corners[0]) / size_px[1]
    out[:3, 3] = corners[0]
    return out
