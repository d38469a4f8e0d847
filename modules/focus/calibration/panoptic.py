"""CMU Panoptic's ``calibration_<sequence>.json`` (Joo et al., TPAMI 2017) and mmpose's ``camera_parameters.json``.

cm, y down, OpenCV convention.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from modules.core.errors import CalibrationError

from .common import Calibrated, calibrated, check_count, frame_size, matrix, not_a_camera, numbers, read_json, unique_cameras

CENTIMETRE_MM = 10.0
#: Frames per second of Panoptic's HD cameras.
HD_FPS = 29.97
#: Ours (z up) to Panoptic's (y down) axes: X_panoptic = M X_ours.
WORLD = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
#: Cameras of the whole dome: it has 480 VGA cameras beside the 31 HD ones.
MAX_ENTRIES = 1024


def is_panoptic(content: Any) -> bool:
    """Whether a JSON file's content is one of Panoptic's."""
    cameras = content.get("cameras") if isinstance(content, Mapping) else None
    return isinstance(cameras, list) and bool(cameras) and isinstance(cameras[0], Mapping) and "K" in cameras[0]


def read_panoptic(path: Path, kind: str | None = "hd") -> tuple[Calibrated, ...]:
    """Cameras of one kind ("hd", "vga", "kinect-color"; None: all), in the file's order, named as there (``00_03``).

    Raises:
        CalibrationError: not JSON, not a Panoptic calibration, no camera of the kind, or numbers that make no sense.
    """
    content = read_json(path)
    entries = content.get("cameras") if isinstance(content, Mapping) else None
    if not isinstance(entries, list):
        raise CalibrationError("{file} is not a Panoptic calibration: it has no list of cameras.", file=path)
    if len(entries) > MAX_ENTRIES:
        check_count(len(entries), path)
    cameras = []
    for entry in entries:
        if not isinstance(entry, Mapping):
            raise CalibrationError("{file} is not a Panoptic calibration: a camera is not a table.", file=path)
        if kind is not None and entry.get("type", "hd") != kind:
            continue
        name = str(entry.get("name", "without a name"))
        try:
            cameras.append(_camera(entry, name))
        except ValueError as error:
            raise not_a_camera(path, name, error) from error
    return unique_cameras(cameras, path)


def _camera(entry: Mapping[str, Any], name: str) -> Calibrated:
    return calibrated(
        name,
        frame_size(entry, "resolution"),
        matrix(entry, "K", (3, 3)),
        numbers(entry, "distCoef"),
        matrix(entry, "R", (3, 3)),
        matrix(entry, "t", (3,)),
        CENTIMETRE_MM,
        world=WORLD,
    )
