"""FOCUS calibrations: one pickle per camera with rvec, tvec (metres), camera_matrix and dist_coeffs, OpenCV convention."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modules.core.errors import CalibrationError
from modules.core.names import readable

from .common import METRE_MM, Calibrated, calibrated, matrix, not_a_camera, numbers, read_bytes, rotation_matrix
from .safe_pickle import PickleRefused, load_arrays


def read_pickle(path: Path) -> Mapping[Any, Any]:
    """A table of arrays out of a pickle; nothing that it names is ever run.

    Raises:
        CalibrationError: missing, damaged, refused for what it names, or no table.
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
        raise CalibrationError("{file} is not a calibration: expected a table of a camera's numbers.", file=path)
    return content


def read_focus_pickle(path: Path, name: str | None = None) -> tuple[Calibrated, ...]:
    """The camera of one pickle, named as told or by its file; the frame's size is not in it.

    Raises:
        CalibrationError: as ``read_pickle``, or its numbers make no sense.
    """
    name = name or readable(path.stem)
    content = read_pickle(path)
    try:
        return (
            calibrated(
                name,
                None,
                matrix(content, "camera_matrix", (3, 3)),
                numbers(content, "dist_coeffs"),
                rotation_matrix(content, "rvec"),
                matrix(content, "tvec", (3,)),
                METRE_MM,
            ),
        )
    except ValueError as error:
        raise not_a_camera(path, name, error) from error
