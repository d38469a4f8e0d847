"""All views of one frame in one picture, with the reprojected skeletons drawn into them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from modules.core.palette import limb_color, person_color
from modules.core.skeleton import LIMBS, NOSE, NUM_JOINTS, joint_side, limb_side
from modules.core.types import Lod, Person

RGB = tuple[int, int, int]
BACKGROUND: RGB = (22, 24, 29)
OUTLINE: RGB = (12, 12, 14)
TEXT: RGB = (236, 238, 242)
MUTED: RGB = (158, 164, 175)
#: Letters of a line that are drawn; the bar has room for fewer.
MAX_LETTERS = 200
_SHIFT = 4  # cv2 draws with this many fractional bits


@dataclass(frozen=True)
class Layout:
    """Tiles of equal size in rows under a bar of text.

    Attributes:
        columns, rows: tiles across and down.
        tile_px: (width, height) of a tile.
        bar_px: height of the bar.
    """

    columns: int
    rows: int
    tile_px: tuple[int, int]
    bar_px: int

    @property
    def size_px(self) -> tuple[int, int]:
        """(width, height) of the whole picture."""
        return self.columns * self.tile_px[0], self.bar_px + self.rows * self.tile_px[1]

    def corner_px(self, view: int) -> tuple[int, int]:
        """(x, y) of a view's top-left pixel."""
        return view % self.columns * self.tile_px[0], self.bar_px + view // self.columns * self.tile_px[1]


@dataclass(frozen=True)
class Fit:
    """How a frame lies in its tile: uniformly scaled and centred."""

    zoom: float
    offset_px: tuple[float, float]

    @classmethod
    def of(cls, size_px: tuple[int, int], tile_px: tuple[int, int]) -> Fit:
        """The largest that shows the whole frame; frame and tile sizes as (width, height)."""
        zoom = min(tile / size for tile, size in zip(tile_px, size_px, strict=True))
        x, y = ((tile - round(size * zoom)) // 2 for tile, size in zip(tile_px, size_px, strict=True))
        return cls(zoom, (x, y))

    def apply(self, points_px: np.ndarray) -> np.ndarray:
        """[..., 2] raw px → tile px; pixel centres, not corners, are whole numbers in both."""
        return (points_px + 0.5) * self.zoom - 0.5 + np.asarray(self.offset_px)


def plan_layout(sizes_px: Sequence[tuple[int, int]], max_px: tuple[int, int] = (1920, 1080), bar_px: int = 40) -> Layout:
    """The arrangement of V frames (width, height) with the largest tiles within ``max_px``; even sizes, as video wants."""
    width, height = Counter(sizes_px).most_common(1)[0][0]
    best, best_zoom = None, 0.0
    for columns in range(1, len(sizes_px) + 1):
        rows = math.ceil(len(sizes_px) / columns)
        zoom = min(max_px[0] / (columns * width), (max_px[1] - bar_px) / (rows * height))
        if zoom > best_zoom:
            # down to even numbers: up could pass the maximum
            tile = (max(2, int(width * zoom) // 2 * 2), max(2, int(height * zoom) // 2 * 2))
            best, best_zoom = Layout(columns, rows, tile, bar_px), zoom
    if best is None:
        raise ValueError("no views to lay out")
    return best


def draw_tile(image: np.ndarray, persons: Sequence[Person], view: int, tile_px: tuple[int, int]) -> np.ndarray:
    """One view, shrunk, with its people.

    Args:
        image: uint8 [H, W, 3], RGB.
        persons: people with ``joints_px`` and ``root_px`` in this frame.
        view: which view of theirs this is.
        tile_px: (width, height).

    Returns:
        uint8 [h, w, 3], RGB.
    """
    size = image.shape[1], image.shape[0]
    fit = Fit.of(size, tile_px)
    tile = blank(tile_px)
    small = shrink(image, (round(size[0] * fit.zoom), round(size[1] * fit.zoom)))
    x, y = (int(v) for v in fit.offset_px)
    tile[y : y + small.shape[0], x : x + small.shape[1]] = small
    for person in persons:
        if person.lod is Lod.FULL:
            _draw_skeleton(tile, fit.apply(person.joints_px[view]), person.track_id)
        else:
            _draw_root(tile, fit.apply(person.root_px[view]), person.track_id)
    return tile


def blank(size_px: tuple[int, int]) -> np.ndarray:
    """uint8 [H, W, 3]: background, (width, height)."""
    picture = np.empty((size_px[1], size_px[0], 3), np.uint8)
    picture[...] = np.full((size_px[0], 3), BACKGROUND, np.uint8)  # by rows: six times faster than by pixels
    return picture


def shrink(image: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    """``image`` at (width, height): halved by averaging while possible (cheap), then linearly; no aliasing."""
    while image.shape[1] >= 2 * size_px[0] and image.shape[0] >= 2 * size_px[1]:
        image = cv2.resize(image, (image.shape[1] // 2, image.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return cv2.resize(image, size_px, interpolation=cv2.INTER_LINEAR)


def line_width(tile_px: tuple[int, int]) -> int:
    """Width of a limb, px: in proportion to the tile."""
    return max(2, round(min(tile_px) / 130))


def text(image: np.ndarray, content: str, at: tuple[int, int], size: int, color: RGB = TEXT, bold: bool = False) -> int:
    """Writes a line with its baseline's left end at (x, y); any script. Returns the x where it ends."""
    end, _ = cv2.putText(image, _drawable(content), at, color, _font(), size, 650 if bold else 400)
    return int(end[0])


def _drawable(content: str) -> str:
    """A text that OpenCV survives: a name in no encoding (lone surrogates) crashes it, a long one takes all memory."""
    return content[:MAX_LETTERS].encode("utf-8", "replace").decode()


def text_width(content: str, size: int, bold: bool = False) -> int:
    """Width of a line, px."""
    content = _drawable(content)
    scratch = np.zeros((size * 2, 8 + size * len(content), 3), np.uint8)
    return text(scratch, content, (0, size + size // 2), size, bold=bold)


def tag(image: np.ndarray, content: str, at: tuple[int, int], size: int, color: RGB = TEXT) -> None:
    """A short word on a dark box, readable on any picture; (x, y) is the box's top-left corner."""
    pad = size // 3
    x, y = at
    right, bottom = x + text_width(content, size, bold=True) + 2 * pad, y + size + pad
    box = image[max(0, y) : bottom, max(0, x) : right]
    box[...] = box // 4 + np.asarray(BACKGROUND, np.uint8) // 2
    text(image, content, (x + pad, y + size - pad // 4), size, color, bold=True)


def draw_legend(image: np.ndarray, track_ids: Sequence[int], at: tuple[int, int], size: int) -> int:
    """A colour chip and number per person, then what light and dark limbs mean; returns the x where it ends."""
    x, y = at
    for track_id in track_ids:
        center = (x + size // 2, y - round(size * 0.36))
        cv2.circle(image, center, round(size * 0.38), person_color(track_id), -1, cv2.LINE_AA)
        x = text(image, str(track_id), (x + round(size * 1.2), y), size, bold=True) + size
    return text(image, "left limbs lighter, right darker · ring: root only", (x, y), size, MUTED)


@lru_cache(maxsize=1)
def _font() -> cv2.FontFace:
    return cv2.FontFace("sans")


def _fixed(point: np.ndarray) -> tuple[int, int]:
    x, y = (round(float(v) * (1 << _SHIFT)) for v in point)
    return x, y


def _draw_skeleton(tile: np.ndarray, joints_px: np.ndarray, track_id: int) -> None:
    """Limbs over a dark outline, so that they show on light and dark clothes; what isn't seen (NaN) is left out."""
    seen = np.isfinite(joints_px).all(axis=1)
    width = line_width((tile.shape[1], tile.shape[0]))
    limbs = [limb for limb in LIMBS if seen[limb[0]] and seen[limb[1]]]
    for grow in (2, 0):
        for a, b in limbs:
            color = OUTLINE if grow else limb_color(track_id, limb_side((a, b)))
            cv2.line(tile, _fixed(joints_px[a]), _fixed(joints_px[b]), color, width + grow, cv2.LINE_AA, _SHIFT)
        for joint in range(NUM_JOINTS):
            if seen[joint]:
                color = OUTLINE if grow else limb_color(track_id, joint_side(joint))
                radius = round((0.95 * width + grow / 2) * (1 << _SHIFT))
                cv2.circle(tile, _fixed(joints_px[joint]), radius, color, -1, cv2.LINE_AA, _SHIFT)
    if seen.any():
        # by the head, where it doesn't wander with a raised hand
        anchor = joints_px[NOSE] if seen[NOSE] else joints_px[seen][np.argmin(joints_px[seen][:, 1])]
        _draw_number(tile, anchor, 7 * width, track_id)


def _draw_root(tile: np.ndarray, root_px: np.ndarray, track_id: int) -> None:
    """A ring with a dot: a person beyond the LoD distance."""
    if not np.isfinite(root_px).all():
        return
    width = line_width((tile.shape[1], tile.shape[0]))
    for grow in (2, 0):
        color = OUTLINE if grow else person_color(track_id)
        cv2.circle(tile, _fixed(root_px), 4 * width << _SHIFT, color, width + grow, cv2.LINE_AA, _SHIFT)
        cv2.circle(tile, _fixed(root_px), round((1.2 * width + grow / 2) * (1 << _SHIFT)), color, -1, cv2.LINE_AA, _SHIFT)
    _draw_number(tile, root_px, 6 * width, track_id)


def _draw_number(tile: np.ndarray, point_px: np.ndarray, above_px: int, track_id: int) -> None:
    """The person's number above a point, kept inside the tile."""
    size = max(12, round(min(tile.shape[:2]) / 26))
    width = text_width(str(track_id), size, bold=True) + 2 * (size // 3)
    x = int(np.clip(point_px[0] - width / 2, 0, max(0, tile.shape[1] - width)))
    y = int(np.clip(point_px[1] - above_px - size, 0, max(0, tile.shape[0] - size)))
    tag(tile, str(track_id), (x, y), size, person_color(track_id))


def clock(frame_index: int, time_s: float) -> str:
    """ "frame 12 · 0.20 s"; the frame alone where the recording's rate is unknown (NaN)."""
    return f"frame {frame_index} · {time_s:.2f} s" if math.isfinite(time_s) else f"frame {frame_index}"
