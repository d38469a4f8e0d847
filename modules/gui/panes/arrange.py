"""How pictures of any shape are laid out in a rectangle: pure arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence

Rect = tuple[int, int, int, int]


def fit(size: tuple[float, float], width: float, height: float) -> tuple[float, float]:
    """(width, height) of a picture scaled to fit into a rectangle."""
    scale = min(width / size[0], height / size[1])
    return size[0] * scale, size[1] * scale


def arrange(sizes: Sequence[tuple[int, int]], width: int, height: int, gap: int) -> list[Rect]:
    """Lays pictures out in rows of equal cells so that they cover as much of the rectangle as possible, in reading order.

    Columns and rows are then drawn together to what the pictures fill, and the whole is centred.

    Args:
        sizes: (width, height) of each picture, any unit. width, height, gap: px.

    Returns:
        (x, y, width, height), px, per picture; all zero where there is no room.
    """
    best: tuple[float, list[Rect]] = (0.0, [(0, 0, 0, 0)] * len(sizes))
    for columns in range(1, len(sizes) + 1):
        rows = math.ceil(len(sizes) / columns)
        cell_width = (width - gap * (columns - 1)) / columns
        cell_height = (height - gap * (rows - 1)) / rows
        if cell_width < 1 or cell_height < 1:
            continue
        shown = [fit(size, cell_width, cell_height) for size in sizes]
        area = sum(w * h for w, h in shown)
        if area > best[0] * (1 + 1e-9):
            best = (area, _place(shown, columns, width, height, gap))
    return best[1]


def column_width(sizes: Sequence[tuple[int, int]], height: int, gap: int, narrowest: int, widest: int) -> int:
    """How wide a column of this height should be, px, so that the pictures fill it best; of two that show as much the narrower.

    Args:
        sizes: (width, height) of each picture, any unit. height, gap, narrowest, widest: px.
    """
    best, chosen = 0.0, narrowest
    for columns in range(1, len(sizes) + 1):
        rows = math.ceil(len(sizes) / columns)
        cell_height = max(1.0, (height - gap * (rows - 1)) / rows)
        filled = columns * cell_height * max(w / h for w, h in sizes) + gap * (columns - 1)
        width = max(narrowest, min(widest, math.ceil(filled)))
        area = sum(w * h for _, _, w, h in arrange(sizes, width, height, gap))
        if area / math.sqrt(width) > best * (1 + 1e-9):  # twice the width has to show more than 1.4 times as much
            best, chosen = area / math.sqrt(width), width
    return chosen


def _place(shown: list[tuple[float, float]], columns: int, width: int, height: int, gap: int) -> list[Rect]:
    """Rectangles of pictures of known size: each centred in its cell, the cells as narrow and low as their pictures allow."""
    wide = [max(w for w, _ in shown[column::columns]) for column in range(columns)]
    high = [max(h for _, h in shown[start : start + columns]) for start in range(0, len(shown), columns)]
    left = (width - sum(wide) - gap * (len(wide) - 1)) / 2
    top = (height - sum(high) - gap * (len(high) - 1)) / 2
    rects = []
    for n, (w, h) in enumerate(shown):
        row, column = divmod(n, columns)
        x = left + sum(wide[:column]) + gap * column + (wide[column] - w) / 2
        y = top + sum(high[:row]) + gap * row + (high[row] - h) / 2
        rects.append((round(x), round(y), int(w), int(h)))
    return rects
