"""C3D by ezc3d: markers of one or more people, told apart by what stands before a colon in their labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from modules.core.errors import ExportError
from modules.core.files import open_regular, told_by_name

from .person import Marked, from_y_up
from .trc import MM_IN


def read(path: Path) -> list[Marked]:
    """Everyone, in the order of their markers; ExportError. Frames count from 0, at the start of the file."""
    import ezc3d

    with told_by_name(path, ExportError, RuntimeError, IndexError, KeyError):
        open_regular(path, ExportError).close()
        content = ezc3d.c3d(str(path))
        about = content["parameters"]["POINT"]
        labels = [str(label) for label in about["LABELS"]["value"]]
        points, residual = content["data"]["points"][:3], content["data"]["meta_points"]["residuals"][0]
        unit = str(about["UNITS"]["value"][0]).strip().lower() if "UNITS" in about and about["UNITS"]["value"] else "mm"
        fps = float(about["RATE"]["value"][0])
        up = str(about["Y_SCREEN"]["value"][0]) if "Y_SCREEN" in about and about["Y_SCREEN"]["value"] else "+Z"
    if not labels or unit not in MM_IN:
        raise ExportError("{file} has no markers, or a unit that is not known ({unit}).", file=path, unit=unit)
    places = np.where(residual < 0, np.nan, points).transpose(2, 1, 0)[:, : len(labels)] * MM_IN[unit]
    if up.strip().upper().endswith("Y"):
        places = from_y_up(places)
    frames = np.arange(len(places))
    people: dict[str, list[int]] = {}
    for column, label in enumerate(labels):
        people.setdefault(label.rpartition(":")[0], []).append(column)
    return [
        Marked(
            path, who or path.stem, tuple(labels[c].rpartition(":")[2] for c in own), fps, frames, frames / fps, places[:, own]
        )
        for who, own in people.items()
    ]
