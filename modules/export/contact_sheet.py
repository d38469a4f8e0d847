"""``contact_sheet.png``: evenly spread frames as columns, views as rows, with the reprojected skeletons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from modules.core.files import cant_write, open_new
from modules.core.types import Camera, FrameSet, PoseResult

from .finish import discard, finish, part_path
from .mosaic import MUTED, blank, clock, draw_legend, draw_tile, tag, text, text_width

COLUMNS = 6
#: Frames are thinned out while the run goes on, so that few pictures are kept however long the recording is.
KEPT_AT_MOST = 4 * COLUMNS
#: Largest (width, height) of a tile, px: six portrait columns stay within 1600 px.
TILE_MAX_PX = (320, 460)
MARGIN_PX, GAP_PX, TITLE_PX, TEXT_PX, HEADER_PX, LABEL_PX = 24, 6, 30, 17, 92, 28


@dataclass(frozen=True, eq=False)
class _Column:
    """One kept frame, drawn."""

    frame_index: int
    time_s: float
    tiles: tuple[np.ndarray, ...]
    track_ids: tuple[int, ...]


class ContactSheetWriter:
    """Keeps small pictures of evenly spread frames while they pass, and writes the sheet when closed.

    Args:
        path: the PNG.
        cameras: V cameras.
        title: the recording's name.
    """

    def __init__(self, path: Path, cameras: Sequence[Camera], title: str) -> None:
        self.path = path
        self._cameras = tuple(cameras)
        self._title = title
        self._kept: list[_Column] = []
        self._every = 1
        self._count = 0
        self._people = 0
        self._last: tuple[FrameSet, PoseResult] | None = None

    def write(self, frame: FrameSet, result: PoseResult) -> None:
        """Draws the frame if it belongs to the kept ones."""
        self._last = None
        if self._count % self._every == 0:
            if len(self._kept) == KEPT_AT_MOST:
                self._kept = self._kept[::2]
                self._every *= 2
            if self._count % self._every == 0:
                self._kept.append(self._draw(frame, result))
        if not self._kept or self._kept[-1].frame_index != result.frame_index:
            self._last = (frame, result)  # the sheet ends with the run's last frame
        self._count += 1
        self._people = max(self._people, len(result.persons))

    def close(self) -> None:
        """Writes the sheet; ExportError if that fails. No file without frames. Idempotent."""
        if self._last is not None:
            self._kept.append(self._draw(*self._last))
            self._last = None
        if not self._kept:
            return
        sheet = self._compose(_spread(self._kept, COLUMNS))
        self._kept = []
        part = part_path(self.path)
        _, encoded = cv2.imencode(".png", cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))
        try:
            with open_new(part) as file:  # never through a link that stands there
                file.write(encoded)
        except OSError as error:
            discard(self.path)
            raise cant_write(self.path, error) from error
        finish(self.path)

    def abandon(self) -> None:
        """Forgets what was kept; an older file of this name stays."""
        self._kept, self._last = [], None

    def _draw(self, frame: FrameSet, result: PoseResult) -> _Column:
        tiles = []
        for view, (image, camera) in enumerate(zip(frame.images, self._cameras, strict=True)):
            zoom = min(TILE_MAX_PX[0] / camera.width_px, TILE_MAX_PX[1] / camera.height_px)
            size = (max(1, round(camera.width_px * zoom)), max(1, round(camera.height_px * zoom)))
            tiles.append(draw_tile(image, result.persons, view, size))
        ids = tuple(person.track_id for person in result.persons)
        return _Column(result.frame_index, result.time_s, tuple(tiles), ids)

    def _compose(self, columns: Sequence[_Column]) -> np.ndarray:
        """uint8 [H, W, 3], RGB."""
        tile_width = max(tile.shape[1] for tile in columns[0].tiles)
        heights = [tile.shape[0] for tile in columns[0].tiles]
        width = max(2 * MARGIN_PX + len(columns) * (tile_width + GAP_PX) - GAP_PX, 760)
        height = HEADER_PX + LABEL_PX + sum(heights) + GAP_PX * len(heights) + MARGIN_PX
        sheet = blank((width, height))
        self._write_header(sheet, columns)
        for number, column in enumerate(columns):
            x = MARGIN_PX + number * (tile_width + GAP_PX)
            text(sheet, clock(column.frame_index, column.time_s), (x, HEADER_PX + TEXT_PX), TEXT_PX - 1, MUTED)
            y = HEADER_PX + LABEL_PX
            for tile in column.tiles:
                left = x + (tile_width - tile.shape[1]) // 2
                sheet[y : y + tile.shape[0], left : left + tile.shape[1]] = tile
                y += tile.shape[0] + GAP_PX
        y = HEADER_PX + LABEL_PX
        for camera, tile_height in zip(self._cameras, heights, strict=True):
            tag(sheet, camera.name, (MARGIN_PX + 6, y + 6), TEXT_PX - 2)
            y += tile_height + GAP_PX
        return sheet

    def _write_header(self, sheet: np.ndarray, columns: Sequence[_Column]) -> None:
        text(sheet, self._title, (MARGIN_PX, MARGIN_PX + TITLE_PX - 4), TITLE_PX, bold=True)
        frames = "1 frame" if self._count == 1 else f"{self._count} frames"
        views = f"{len(self._cameras)} views"
        facts = f"{frames} · {views} · up to {self._people} people at once"
        right = sheet.shape[1] - MARGIN_PX - text_width(facts, TEXT_PX)
        text(sheet, facts, (right, MARGIN_PX + TITLE_PX - 4), TEXT_PX, MUTED)
        ids = sorted({track_id for column in columns for track_id in column.track_ids})
        draw_legend(sheet, ids, (MARGIN_PX, HEADER_PX - 16), TEXT_PX)


def _spread(columns: Sequence[_Column], count: int) -> list[_Column]:
    """At most ``count`` of them, evenly spread in time, first and last included."""
    if len(columns) <= count:
        return list(columns)
    frames = np.array([column.frame_index for column in columns])
    wanted = np.linspace(frames[0], frames[-1], count)
    picked = sorted({int(np.abs(frames - frame).argmin()) for frame in wanted})
    return [columns[i] for i in picked]
