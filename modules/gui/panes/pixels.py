"""Arrays into pictures that Qt draws fast: scaled frames and coloured heatmaps."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QImage

#: From so many times the target on: nearest-neighbour first to ``COARSE`` times the target, then smoothly, which takes a third
#: of the time of smooth alone and is hardly coarser.
LARGE, COARSE = 2.5, 1.5
#: Colours from cold to hot at equal steps, RGB: dark violet, magenta, orange, pale yellow.
HEAT_STOPS = np.array([(60, 16, 110), (160, 36, 150), (230, 70, 90), (250, 150, 40), (252, 250, 170)], np.float64)
HEAT_ALPHA = 0.82


def wrap(image: np.ndarray) -> QImage:
    """A QImage over the memory of a uint8 [H, W, 3] RGB array, which must outlive it."""
    rows = np.ascontiguousarray(image)  # itself, if it is
    picture = QImage(rows.data, rows.shape[1], rows.shape[0], rows.strides[0], QImage.Format_RGB888)
    return picture if rows is image else picture.copy()


def scaled(image: np.ndarray, size: QSize) -> QImage:
    """A uint8 [H, W, 3] RGB array as a picture of exactly ``size`` px, owning its memory."""
    picture, large = wrap(image), size * LARGE
    if large.width() < picture.width() and large.height() < picture.height():
        picture = picture.scaled(size * COARSE, Qt.IgnoreAspectRatio, Qt.FastTransformation)
    return picture.scaled(size, Qt.IgnoreAspectRatio, Qt.SmoothTransformation).convertToFormat(QImage.Format_RGB32)


def heat_picture(heat: np.ndarray) -> QImage:
    """A heatmap, float [H, W] in [0, 1], as colours that are more opaque where it is hotter; one px per cell."""
    level = np.clip(np.nan_to_num(heat.astype(np.float32)) * 255, 0, 255).astype(np.uint8)
    argb = np.ascontiguousarray(_HEAT_TABLE[level])
    return QImage(argb.data, level.shape[1], level.shape[0], level.shape[1] * 4, QImage.Format_ARGB32_Premultiplied).copy()


def _heat_table() -> np.ndarray:
    """uint32 [256]: premultiplied ARGB."""
    value = np.linspace(0, 1, 256)
    alpha = HEAT_ALPHA * np.clip(value * 1.6, 0, 1)
    stops = np.linspace(0, 1, len(HEAT_STOPS))
    rgb = np.stack([np.interp(value, stops, HEAT_STOPS[:, channel]) for channel in range(3)], 1) * alpha[:, None]
    a, r, g, b = (np.round(channel).astype(np.uint32) for channel in (alpha * 255, *rgb.T))
    return a << 24 | r << 16 | g << 8 | b


_HEAT_TABLE = _heat_table()
