"""TRC, Motion Analysis' track row column format: one person's markers, tab separated below five lines of header."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from modules.core.errors import ExportError
from modules.core.files import read_small, told_by_name

from .person import Marked, from_y_up

MM_IN = {"m": 1000.0, "cm": 10.0, "mm": 1.0}
LARGEST_BYTES = 1 << 30


def read(path: Path) -> list[Marked]:
    """One person; ExportError. An empty cell, or one that is no number, is a gap."""
    with told_by_name(path, ExportError):
        lines = read_small(path, ExportError, LARGEST_BYTES).decode("utf-8-sig", "replace").splitlines()
        rows = list(csv.reader(lines[:4], delimiter="\t"))
        if len(rows) < 4 or "PathFileType" not in rows[0][:1] or len(rows[2]) < 5 or rows[2][4].strip() not in MM_IN:
            raise ExportError("{file} is no TRC file: its header is not one.", file=path)
        markers = tuple(cell.strip() for cell in rows[3][2::3] if cell.strip())
        scale, fps = MM_IN[rows[2][4].strip()], float(rows[2][0])
        body = [line for line in lines[4:] if line[:1].strip()]  # the axes' line and blank ones begin with a tab
        if not markers or not body:
            raise ExportError("{file} has no markers or no frames.", file=path)
        values = _numbers(body, 2 + 3 * len(markers))
    order = np.argsort(values[:, 0], kind="stable")
    values = values[order]
    points = values[:, 2:].reshape(len(values), -1, 3) * scale
    return [Marked(path, path.stem, markers, fps, values[:, 0].astype(int), values[:, 1], from_y_up(points))]


def _numbers(lines: list[str], columns: int) -> np.ndarray:
    """float64 [N, columns]; short lines are filled up with NaN."""
    import pandas

    table = pandas.read_csv(io.StringIO("\n".join(lines)), sep="\t", header=None, names=range(columns), usecols=range(columns))
    return table.apply(pandas.to_numeric, errors="coerce").to_numpy(np.float64)
