"""``overlay.mp4``: every view of every frame in one mosaic, with the reprojected skeletons."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from modules.core.errors import ExportError
from modules.core.types import Camera, FrameSet, PoseResult

from .finish import discard, finish, part_path
from .mosaic import MUTED, Layout, blank, clock, draw_legend, draw_tile, plan_layout, tag, text, text_width

#: Played at this rate where the recording doesn't tell its own.
FALLBACK_FPS = 30.0
TEXT_PX = 20


class OverlayVideoWriter:
    """Writes the mosaic under a temporary name and gives it its own when closed.

    MPEG-4 Part 2 is the one codec that OpenCV's wheels can write everywhere. Its index is written last, so a killed run
    leaves no video.

    Args:
        path: the final file.
        cameras: V cameras.
        fps: frames per second; NaN: 30.
        title: shown above the views.
    """

    def __init__(self, path: Path, cameras: Sequence[Camera], fps: float, title: str) -> None:
        self.path = path
        self.frames = 0
        self._names = [camera.name for camera in cameras]
        self._layout = plan_layout([(camera.width_px, camera.height_px) for camera in cameras])
        self._fps = fps if math.isfinite(fps) and fps > 0 else FALLBACK_FPS
        self._title = title
        self._video: cv2.VideoWriter | None = None

    def write(self, frame: FrameSet, result: PoseResult) -> None:
        """Draws and encodes one frame; ExportError if the file can't be opened."""
        if self._video is None:
            self._video = self._open()
        mosaic = draw_mosaic(frame, result, self._layout, self._names, self._title)
        self._video.write(cv2.cvtColor(mosaic, cv2.COLOR_RGB2BGR))
        self.frames += 1

    def close(self) -> None:
        """Completes the file; ExportError if it does not hold every frame. No file without frames. Idempotent."""
        if self._video is None:
            return
        self._video.release()
        self._video = None
        # the encoder reports neither a full disk nor any other failure
        written = count_frames(part_path(self.path))
        if written != self.frames:
            discard(self.path)
            raise ExportError(
                "The video {file} can't be written whole ({written} of {frames} frames); check the free space.",
                file=self.path, written=written, frames=self.frames,
            )  # fmt: skip
        finish(self.path)

    def abandon(self) -> None:
        """Drops what was written; an older file of this name stays."""
        if self._video is not None:
            self._video.release()
            self._video = None
        discard(self.path)

    def _open(self) -> cv2.VideoWriter:
        part = part_path(self.path)
        video = cv2.VideoWriter(str(part), cv2.VideoWriter_fourcc(*"mp4v"), self._fps, self._layout.size_px)
        if not video.isOpened():
            raise ExportError("Can't write the video {file}; check that the folder can be written.", file=part)
        return video


def draw_mosaic(frame: FrameSet, result: PoseResult, layout: Layout, names: Sequence[str], title: str = "") -> np.ndarray:
    """uint8 [H, W, 3], RGB: all views as ``layout`` arranges them, under a bar with the title, people, frame and time."""
    mosaic = blank(layout.size_px)
    width = mosaic.shape[1]
    tile_width, tile_height = layout.tile_px
    for view, image in enumerate(frame.images):
        tile = draw_tile(image, result.persons, view, layout.tile_px)
        tag(tile, names[view], (8, 8), TEXT_PX - 4)
        x, y = layout.corner_px(view)
        mosaic[y : y + tile_height, x : x + tile_width] = tile
    baseline = layout.bar_px // 2 + TEXT_PX * 3 // 8
    time_text = clock(result.frame_index, result.time_s)
    clock_x = width - text_width(time_text, TEXT_PX) - 12
    text(mosaic, time_text, (clock_x, baseline), TEXT_PX)
    bar = mosaic[: layout.bar_px, : max(0, clock_x - TEXT_PX)]  # text that is too long ends at the clock
    end = text(bar, title, (12, baseline), TEXT_PX, bold=True)
    if result.persons:
        draw_legend(bar, [person.track_id for person in result.persons], (end + 2 * TEXT_PX, baseline), TEXT_PX - 2)
    else:
        text(bar, "nobody found", (end + 2 * TEXT_PX, baseline), TEXT_PX - 2, MUTED)
    return mosaic


def count_frames(path: Path) -> int:
    """Frames that a video's index names; 0 if it can't be opened."""
    video = cv2.VideoCapture(str(path))
    try:
        return int(video.get(cv2.CAP_PROP_FRAME_COUNT)) if video.isOpened() else 0
    finally:
        video.release()
