"""CMU Panoptic's ``calibration_<sequence>.json`` (Joo et al., TPAMI 2017): cm, y down, OpenCV convention."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from modules.core.errors import CalibrationError
from modules.core.geometry import camera_from_opencv
from modules.core.types import Camera

from .common import matrix, not_a_camera, read_bytes, unique_cameras

CENTIMETRE_MM = 10.0
#: Frames per second of Panoptic's HD cameras.
HD_FPS = 29.97
#: Ours (z up) to Panoptic's (y down) axes: X_panoptic = M X_ours.
WORLD = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])


def read_panoptic(path: Path, kind: str = "hd") -> tuple[Camera, ...]:
    """Cameras of one kind ("hd", "vga", "kinect-color"), in the file's order, named as there (``00_03``).

    Raises:
        CalibrationError: not JSON, not a Panoptic calibration, no camera of the kind, or numbers that make no sense.
    """
    try:
        content = json.loads(read_bytes(path))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CalibrationError("{file} is not valid JSON: {reason}.", file=path, reason=error) from error
    entries = content.get("cameras") if isinstance(content, Mapping) else None
    if not isinstance(entries, list):
        raise CalibrationError("{file} is not a Panoptic calibration: it has no list of cameras.", file=path)
    cameras = []
    for entry in entries:
        if not isinstance(entry, Mapping):
            raise CalibrationError("{file} is not a Panoptic calibration: a camera is not a table.", file=path)
        if entry.get("type", "hd") != kind:
            continue
        name = str(entry.get("name", "without a name"))
        try:
            cameras.append(_camera(entry, name))
        except ValueError as error:
            raise not_a_camera(path, name, error) from error
    return unique_cameras(cameras, path)


def _camera(entry: Mapping[str, Any], name: str) -> Camera:
    size = matrix(entry, "resolution", (2,))
    return camera_from_opencv(
        name=name,
        size_px=(round(size[0]), round(size[1])),
        K=matrix(entry, "K", (3, 3)),
        distortion=matrix(entry, "distCoef", (5,)),
        R=matrix(entry, "R", (3, 3)),
        t=matrix(entry, "t", (3,)),
        world=WORLD,
        unit_mm=CENTIMETRE_MM,
    )
