"""The mosaic that a headless run draws, as a function to be timed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from modules.core.protocols import FrameSource
from modules.core.types import FrameSet, PoseResult


def mosaic_drawer(source: FrameSource) -> Callable[[FrameSet, PoseResult], np.ndarray]:
    """A function of a frame and its result that draws all views with their people, uint8 [H, W, 3], RGB."""
    from modules.export.mosaic import plan_layout
    from modules.export.overlay_video import draw_mosaic

    layout = plan_layout([(camera.width_px, camera.height_px) for camera in source.cameras])
    names = source.info.camera_names
    return lambda frame, result: draw_mosaic(frame, result, layout, names)
