"""What the 2D network sees of people, view by view, before any room is assumed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .skeleton import COCO_NAMES
from .types import FrameSet, frozen_array


@dataclass(frozen=True, eq=False)
class People2D:
    """Everyone the 2D network decodes in one FrameSet; people of different views are not matched.

    Attributes:
        frame_index: the FrameSet's index.
        time_s: the FrameSet's time.
        views: V arrays float32 [P, 17, 3], COCO's keypoints (``skeleton.COCO_NAMES``): x, y in raw frame px, confidence in
            [0, 1]; P differs between views, the surest person first.
    """

    frame_index: int
    time_s: float
    views: tuple[np.ndarray, ...]

    def __post_init__(self) -> None:
        shape = (None, len(COCO_NAMES), 3)
        object.__setattr__(self, "views", tuple(frozen_array(view, np.float32, shape, "views") for view in self.views))


#: FrameSet, quarter turns clockwise by which each view's image is turned before the network sees it (None: none) → what it
#: sees, in the px of the frames as they came.
FindPeople2D = Callable[[FrameSet, tuple[int, ...] | None], People2D]
