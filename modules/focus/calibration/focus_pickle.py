"""FOCUS calibrations: one pickle per camera with rvec, tvec (metres), camera_matrix and dist_coeffs, OpenCV convention."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2

from modules.core.errors import CalibrationError
from modules.core.geometry import camera_from_opencv
from modules.core.types import Camera

from .common import matrix, not_a_camera, read_bytes
from .safe_pickle import PickleRefused, load_arrays

METRE_MM = 1000.0


def read_focus_pickle(path: Path, name: str, size_px: tuple[int, int]) -> Camera:
    """The camera of one pickle; nothing in the file is ever run.

    Args:
        name: the camera's name. size_px: (width, height) of its frames, which the file does not hold.

    Raises:
        CalibrationError: missing, damaged, refused for what it names, or its numbers make no sense.
    """
    try:
        content = load_arrays(read_bytes(path))
    except PickleRefused as error:
        raise CalibrationError(
            "{file} was refused: it names {name}, and a calibration holds arrays and plain containers only. "
            "It may be an attempt to run a program; get the file from its maker again.",
            file=path,
            name=error.name,
        ) from error
    except ValueError as error:
        raise CalibrationError("{file} is not a readable pickle: {reason}.", file=path, reason=error) from error
    if not isinstance(content, Mapping):
        raise CalibrationError(
            "{file} is not a FOCUS calibration: expected a table with rvec, tvec, camera_matrix, dist_coeffs.", file=path
        )
    try:
        count = getattr(content.get("dist_coeffs"), "size", 5)
        return camera_from_opencv(
            name=name,
            size_px=size_px,
            K=matrix(content, "camera_matrix", (3, 3)),
            distortion=matrix(content, "dist_coeffs", (4,) if count == 4 else (5,)),
            R=cv2.Rodrigues(matrix(content, "rvec", (3,)))[0],
            t=matrix(content, "tvec", (3,)),
            unit_mm=METRE_MM,
        )
    except ValueError as error:
        raise not_a_camera(path, name, error) from error
