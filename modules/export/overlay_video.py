"""``overlay.mp4``: every view of every frame in one mosaic, with the reprojected skeletons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from modules.core.types import Camera, FrameSet, PoseResult

from .film import FilmWriter
from .mosaic import MUTED, Layout, blank, clock, draw_legend, draw_tile, plan_layout, tag, text, text_width

TEXT_PX = 20


class OverlayVideoWriter:
    """Writes the mosaic of every frame as a film (``FilmWriter``).

    Args:
        path: the final file.
        cameras: V cameras.
        fps: frames per second; NaN: 30.
        title: shown above the views.
    """

    def __init__(self, path: Path, cameras: Sequence[Camera], fps: float, title: str) -> None:
        self._names = [camera.name for camera in cameras]
        self._layout = plan_layout([(camera.width_px, camera.height_px) for camera in cameras])
        self._title = title
        self._film = FilmWriter(path, self._layout.size_px, fps)

    @property
    def path(self) -> Path:
        """The final file."""
        return self._film.path

    @property
    def frames(self) -> int:
        """Frames written so far."""
        return self._film.frames

    def write(self, frame: FrameSet, result: PoseResult) -> None:
        """Draws and encodes one frame; ExportError if the file can't be opened."""
        self._film.write(draw_mosaic(frame, result, self._layout, self._names, self._title))

    def close(self) -> None:
        """Completes the file, as ``FilmWriter.close``."""
        self._film.close()

    def abandon(self) -> None:
        """Drops what was written; an older file of this name stays."""
        self._film.abandon()


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
