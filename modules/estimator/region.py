"""A rectangle of an image, wherever it lies."""

from __future__ import annotations

import numpy as np


def region_of(image: np.ndarray, corner: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """uint8 [height, width, 3]: a part of an image [H, W, 3], black outside of it.

    Args:
        corner: int [2] (x, y), px, the upper left one, inside or not. size: (width, height), px.
    """
    region = np.zeros((size[1], size[0], 3), np.uint8)
    low, high = np.maximum(corner, 0), np.minimum(corner + np.array(size), image.shape[1::-1])
    if (high > low).all():
        (x, y), (right, below) = low - corner, high - corner
        region[y:below, x:right] = image[low[1] : high[1], low[0] : high[0]]
    return region
