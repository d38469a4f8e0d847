"""TOML calibrations of Pose2Sim, Caliscope and aniposelib: one table per camera, OpenCV convention, the world's axes kept.

Tables are named ``[cam_0]`` … (Pose2Sim, aniposelib, Caliscope's export) or ``[cameras.0]`` … (Caliscope's own file); the
rotation is a Rodrigues vector or a matrix. Lengths are metres, as Pose2Sim and Caliscope write them. aniposelib keeps the unit
of its calibration board: such a file needs ``unit_mm`` (millimetres in one unit) under ``[metadata]``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from modules.core.errors import CalibrationError, Note
from modules.core.geometry import camera_from_opencv
from modules.core.types import Camera

from .common import matrix, not_a_camera, read_bytes, unique_cameras

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

METRE_MM = 1000.0
#: A rig whose widest pair of cameras is nearer or farther apart than this is not in metres but in another unit.
BASELINE_RANGE_MM = (20.0, 100_000.0)


def holds_cameras(path: Path) -> bool:
    """Whether a TOML file looks like a calibration: it has tables of cameras (False also for anything that is not TOML)."""
    try:
        return bool(_camera_tables(tomllib.loads(read_bytes(path).decode())))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # settings files are passed over, but a broken file may be the calibration: read_toml says what is wrong with it
        return True


def read_toml(path: Path) -> tuple[Camera, ...]:
    """Cameras of a TOML calibration, in the file's order.

    Raises:
        CalibrationError: not TOML, no cameras, a fisheye lens, numbers that make no sense, or a unit that is not metres.
    """
    try:
        content = tomllib.loads(read_bytes(path).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CalibrationError("{file} is not valid TOML: {reason}.", file=path, reason=error) from error
    cameras = []
    metadata = content.get("metadata")
    unit = metadata.get("unit_mm", METRE_MM) if isinstance(metadata, Mapping) else METRE_MM
    if isinstance(unit, bool) or not isinstance(unit, (int, float)) or not 0 < unit < np.inf:
        raise CalibrationError(
            "{file}: unit_mm must be a positive number of millimetres, not {value!r}.", file=path, value=unit
        )
    for key, table in _camera_tables(content).items():
        name = str(table.get("name", key))
        if table.get("ignore") is True and "rotation" not in table:  # Caliscope keeps cameras that it left uncalibrated
            continue
        try:
            cameras.append(_camera(table, name, float(unit)))
        except ValueError as error:
            raise not_a_camera(path, name, error) from error
    _check_unit(cameras, path)
    return unique_cameras(cameras, path)


def _camera_tables(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Camera name → its table."""
    group = content.get("cameras")
    if isinstance(group, Mapping):
        tables = {key if not key.isdigit() else f"cam_{key}": table for key, table in group.items()}
    else:
        tables = dict(content)
    return {
        key: table
        for key, table in tables.items()
        if isinstance(table, Mapping) and ("matrix" in table or "distortions" in table)
    }


def _camera(table: Mapping[str, Any], name: str, unit_mm: float) -> Camera:
    if table.get("fisheye") is True:
        raise ValueError(Note("it has a fisheye lens, which this camera model does not know; undistort the videos first"))
    rotation = np.asarray(table.get("rotation", ()), dtype=object)
    R = matrix(table, "rotation", (3, 3)) if rotation.size == 9 else cv2.Rodrigues(matrix(table, "rotation", (3,)))[0]
    distortion = np.asarray(table.get("distortions", ()), dtype=object)
    size = matrix(table, "size", (2,))
    return camera_from_opencv(
        name=name,
        size_px=(round(size[0]), round(size[1])),
        K=matrix(table, "matrix", (3, 3)),
        distortion=matrix(table, "distortions", (4,) if distortion.size == 4 else (5,)),
        R=R,
        t=matrix(table, "translation", (3,)),
        unit_mm=unit_mm,
    )


def _check_unit(cameras: list[Camera], path: Path) -> None:
    gaps = [float(np.linalg.norm(a.center_world_mm - b.center_world_mm)) for a, b in combinations(cameras, 2)]
    if gaps and not BASELINE_RANGE_MM[0] <= max(gaps) <= BASELINE_RANGE_MM[1]:
        raise CalibrationError(
            "{file}: the cameras would be {distance:.3g} m apart, so its lengths are not in metres. "
            "Write the unit into the file: unit_mm = 1 for millimetres, under [metadata].",
            file=path,
            distance=max(gaps) / METRE_MM,
        )
