"""What the calibration readers share: reading a small text file, and turning numbers into a Camera or a clear error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from modules.core.errors import CalibrationError, Note, SourceError
from modules.core.types import Camera

#: A calibration is a few kB per camera; anything larger is another kind of file.
MAX_BYTES = 16 * 2**20
#: A frame may differ from the calibrated size by this share before it is refused.
SIZE_TOLERANCE = 0.02


def read_bytes(path: Path) -> bytes:
    """The content of a small file; CalibrationError if it is missing, unreadable or far too large."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CalibrationError("{file} is too large to be a calibration file.", file=path)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise CalibrationError("The calibration file {file} is missing.", file=path) from error
    except OSError as error:
        raise CalibrationError("Can't read the calibration file {file}: {reason}.", file=path, reason=error.strerror) from error


def matrix(table: Mapping[str, Any], key: str, shape: tuple[int, ...]) -> np.ndarray:
    """float64 array of ``shape`` from a table of numbers; ValueError that names the key otherwise."""
    if key not in table:
        raise ValueError(Note("{key} is missing", key=key))
    try:
        array = np.asarray(table[key], np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(Note("{key} is not an array of numbers", key=key)) from error
    if array.size != int(np.prod(shape)):
        raise ValueError(
            Note("{key} has {count} numbers, expected {expected}", key=key, count=array.size, expected=int(np.prod(shape)))
        )
    if not np.isfinite(array).all():
        raise ValueError(Note("{key} has a number that is not finite", key=key))
    return array.reshape(shape)


def not_a_camera(path: Path, name: str, reason: object) -> CalibrationError:
    """The error for a camera whose numbers make no sense."""
    return CalibrationError("{file}: camera {camera}: {reason}.", file=path, camera=name, reason=reason)


def unique_cameras(cameras: list[Camera], path: Path) -> tuple[Camera, ...]:
    """The cameras as a tuple; CalibrationError if there is none or a name comes twice."""
    if not cameras:
        raise CalibrationError("{file} describes no camera.", file=path)
    names = [camera.name for camera in cameras]
    for name in names:
        if names.count(name) > 1:
            raise CalibrationError("{file} describes camera {camera} more than once.", file=path, camera=name)
    return tuple(cameras)


def fit_to_frame(camera: Camera, size_px: tuple[int, int], video: Path) -> tuple[Camera, Note | None]:
    """The camera with its real frame's size, and a sentence if that is not the calibrated one.

    A difference within 2 % is padding by the encoder or the calibration tool: pixels are taken as they stand, neither shifted
    nor scaled.

    Raises:
        SourceError: the frame is of another size altogether.
    """
    width, height = size_px
    off_x, off_y = abs(width - camera.width_px), abs(height - camera.height_px)
    if off_x > SIZE_TOLERANCE * camera.width_px or off_y > SIZE_TOLERANCE * camera.height_px:
        raise SourceError(
            "{file}: the frames are {width}x{height} px, but camera {camera} is calibrated for {cal_width}x{cal_height} px. "
            "Use the videos that were calibrated, or calibrate again.",
            file=video,
            width=width,
            height=height,
            camera=camera.name,
            cal_width=camera.width_px,
            cal_height=camera.height_px,
        )
    fitted = replace(camera, width_px=width, height_px=height)
    if off_x <= 1 and off_y <= 1:  # some tools write the last pixel's index as the size
        return fitted, None
    return fitted, Note(
        "{camera}: frames are {width}x{height} px, calibrated for {cal_width}x{cal_height} px; used as they are.",
        camera=camera.name,
        width=width,
        height=height,
        cal_width=camera.width_px,
        cal_height=camera.height_px,
    )
