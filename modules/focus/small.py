"""A recording's frames made small: for looking at many of them where no more is needed."""

from __future__ import annotations

from dataclasses import replace

import cv2

from modules.core.protocols import FrameSource
from modules.core.types import Camera, FrameSet, SourceInfo

#: The longest side of a small frame is at least this, px: twice that of the network image that it is for.
LONGEST_PX = 640


class SmallSource:
    """A ``FrameSource`` over another one whose images are ``FrameSet.shrunk`` times smaller; closes it."""

    def __init__(self, source: FrameSource) -> None:
        self._source = source
        self._by = max(1, min(max(size) for size in source.info.sizes_px) // LONGEST_PX)

    @property
    def info(self) -> SourceInfo:
        """As of the source."""
        return self._source.info

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """As of the source: of the frames in full size."""
        return self._source.cameras

    def __len__(self) -> int:
        return len(self._source)

    def read(self, index: int) -> FrameSet:
        """As of the source, each px the mean of a block; what is less than a block at the right and lower edge is left out."""
        frame, by = self._source.read(index), self._by
        if by == 1:
            return frame
        images = []
        for image in frame.images:
            height, width = image.shape[0] // by, image.shape[1] // by
            images.append(cv2.resize(image[: height * by, : width * by], (width, height), interpolation=cv2.INTER_AREA))
        return replace(frame, images=tuple(images), shrunk=by)

    def close(self) -> None:
        """Closes the source."""
        self._source.close()
