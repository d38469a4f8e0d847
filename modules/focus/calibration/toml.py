"""TOML calibrations of Pose2Sim, Caliscope, FreeMoCap and aniposelib: one table per camera, OpenCV convention, the world kept.

Tables are named ``[cam_0]`` … (Pose2Sim, aniposelib, FreeMoCap, Caliscope's export) or ``[cameras.0]`` … (Caliscope's own);
the rotation is a Rodrigues vector or a matrix. Lengths are metres, as Pose2Sim and Caliscope write them; FreeMoCap's are
millimetres, which its ``charuco_square_size`` under ``[metadata]`` tells. aniposelib keeps the unit of its calibration board:
``unit_mm`` (millimetres in one unit) under ``[metadata]`` says which. Caliscope calibrates the frames as they come and notes in
``rotation_count`` by how many quarter turns clockwise they stand upright.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from modules.core.errors import CalibrationError, Note

from .common import (
    METRE_MM,
    Calibrated,
    calibrated,
    check_count,
    frame_size,
    matrix,
    not_a_camera,
    numbers,
    read_text,
    rotation_matrix,
    unique_cameras,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: A rig whose widest pair of cameras is nearer or farther apart than this is not in the unit it was taken for.
BASELINE_RANGE_MM = (20.0, 100_000.0)
#: A camera is half a kB, and the parser takes a second for a MB.
MAX_BYTES = 2 << 20
#: ``delay_ms`` and ``drift_ppm`` are below this.
MOST_LATE = 1e8
#: Parts of a dotted key; the parser's work grows with their square.
MAX_KEY_PARTS = 32


def holds_cameras(path: Path) -> bool:
    """Whether a TOML file looks like a calibration: it has tables of cameras (True also for anything that is not TOML)."""
    try:
        return bool(_camera_tables(_parsed(path)))
    except CalibrationError:
        # settings files are passed over, but a broken file may be the calibration: read_toml says what is wrong with it
        return True


def read_toml(path: Path) -> tuple[Calibrated, ...]:
    """Cameras of a TOML calibration, in the file's order.

    Raises:
        CalibrationError: not TOML, no cameras, numbers that make no sense, or a unit that is neither metres nor millimetres.
    """
    content = _parsed(path)
    tables = _camera_tables(content)
    check_count(len(tables), path)
    unit_mm = _unit(content, path)
    cameras = _cameras(tables, path, METRE_MM if unit_mm is None else unit_mm)
    gap_mm = _widest_gap_mm(cameras)
    if gap_mm and not BASELINE_RANGE_MM[0] <= gap_mm <= BASELINE_RANGE_MM[1]:
        in_mm = _widest_gap_mm(_cameras(tables, path, 1.0))
        if unit_mm is not None or not BASELINE_RANGE_MM[0] <= in_mm <= BASELINE_RANGE_MM[1]:
            raise CalibrationError(
                "{file}: the cameras would be {distance:.3g} m apart, so its lengths are in another unit. "
                "Write it into the file: unit_mm = 1 for millimetres, 1000 for metres, under [metadata].",
                file=path,
                distance=gap_mm / METRE_MM,
            )
        cameras = _cameras(tables, path, 1.0)
    return unique_cameras(cameras, path)


def _parsed(path: Path) -> Mapping[str, Any]:
    text = read_text(path, MAX_BYTES)
    for line in text.splitlines():
        if line.count(".") > MAX_KEY_PARTS and any(part.count(".") > MAX_KEY_PARTS for part in re.split(r"[=,\[{\"']", line)):
            raise CalibrationError(
                "{file} is not valid TOML: {reason}.", file=path, reason=Note("a key has too many parts")
            )  # fmt: skip
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is a ValueError; so is an integer of 5000 digits
        reason = Note("it is nested too deeply") if isinstance(error, RecursionError) else error
        raise CalibrationError("{file} is not valid TOML: {reason}.", file=path, reason=reason) from error


def _unit(content: Mapping[str, Any], path: Path) -> float | None:
    """Millimetres in one unit, None where the file does not tell."""
    metadata = content.get("metadata")
    if not isinstance(metadata, Mapping):
        return None
    unit = metadata.get("unit_mm")
    if unit is None:
        return 1.0 if "charuco_square_size" in metadata else None
    if isinstance(unit, bool) or not isinstance(unit, (int, float)) or not 1e-6 < unit < 1e9:
        raise CalibrationError(
            "{file}: unit_mm must be a positive number of millimetres, not {value!r}.", file=path, value=str(unit)[:40]
        )
    return float(unit)


def _cameras(tables: Mapping[str, Mapping[str, Any]], path: Path, unit_mm: float) -> list[Calibrated]:
    cameras = []
    for key, table in tables.items():
        name = str(table.get("name", key))
        if table.get("ignore") is True and "rotation" not in table:  # Caliscope keeps cameras that it left uncalibrated
            continue
        try:
            cameras.append(_camera(table, name, unit_mm))
        except ValueError as error:
            raise not_a_camera(path, name, error) from error
    return cameras


def _camera_tables(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Camera name → its table."""
    group = content.get("cameras")
    if isinstance(group, Mapping):
        tables = {f"cam_{key}" if re.fullmatch("[0-9]+", key) else key: table for key, table in group.items()}
    else:
        tables = dict(content)
    return {
        key: table
        for key, table in tables.items()
        if isinstance(table, Mapping) and ("matrix" in table or "distortions" in table)
    }


def _camera(table: Mapping[str, Any], name: str, unit_mm: float) -> Calibrated:
    turns = table.get("rotation_count", 0)
    if isinstance(turns, bool) or not isinstance(turns, int) or abs(turns) > 1000:
        raise ValueError(Note("{key} is not a whole number", key="rotation_count"))
    late = _late(table, "delay_ms") / 1e3, _late(table, "drift_ppm") / 1e6
    found = calibrated(
        name,
        frame_size(table, "size"),
        matrix(table, "matrix", (3, 3)),
        numbers(table, "distortions"),
        rotation_matrix(table, "rotation"),
        matrix(table, "translation", (3,)),
        unit_mm,
        fisheye=table.get("fisheye") is True,
        quarter_turns=turns,
    )
    return replace(found, late=late)


def _late(table: Mapping[str, Any], key: str) -> float:
    """What this program's own files say of a camera's clock; 0 where they say nothing."""
    value = table.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= MOST_LATE:
        raise ValueError(Note("{key} is not a number", key=key))
    return float(value)


def _widest_gap_mm(cameras: list[Calibrated]) -> float:
    centers = np.array([camera.camera.center_world_mm for camera in cameras]).reshape(-1, 3)
    return float(np.linalg.norm(centers[:, None] - centers, axis=-1).max(initial=0.0))
