"""A recording's frames made small: for looking at many of them where no more is needed."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from modules.core.changed_source import ChangedSource
from modules.core.protocols import FrameSource
from modules.core.types import FrameSet

#: The longest side of a small frame is at least this, px: twice that of the network image that it is for.
LONGEST_PX = 640


class SmallSource(ChangedSource):
    """A ``FrameSource`` over another one whose images are ``FrameSet.shrunk`` times smaller; its cameras stay as they are."""

    def __init__(self, source: FrameSource) -> None:
        super().__init__(source)
        by = max(1, min(max(size) for size in source.info.sizes_px) // LONGEST_PX)
        self._halvings = by.bit_length() - 1  # halves: for the mean of four px alone OpenCV has fast code

    def changed(self, frame: FrameSet) -> FrameSet:
        """Each px the mean of a block; what is less than a block at the right and lower edge is left out."""
        images = frame.images
        for _ in range(self._halvings):
            images = tuple(halved(image) for image in images)
        return replace(frame, images=images, shrunk=frame.shrunk << self._halvings)


def halved(image: np.ndarray) -> np.ndarray:
    """Means of 2×2 pixels; a last column or row of an odd size is cut off."""
    height, width = image.shape[0] // 2, image.shape[1] // 2
    return cv2.resize(image[: height * 2, : width * 2], (width, height), interpolation=cv2.INTER_AREA)
