"""Campus and Shelf as VoxelPose and those after it keep them (``calibration_campus.json``): a table of cameras, by number.

Each has fx, fy, cx, cy (px), R [3, 3] and T [3] with ``x_cam = R (X - T)`` in mm, z up: the network's own convention, in which
T is the camera's centre; k = (k1, k2, k3) and p = (p1, p2). Frame sizes are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modules.core.errors import CalibrationError, Note
from modules.core.types import Camera

from .common import ANY_SIZE, Calibrated, check_count, matrix, not_a_camera, read_json, unique_cameras


def is_voxelpose(content: Any) -> bool:
    """Whether a JSON file's content is a table of such cameras."""
    return (
        isinstance(content, Mapping)
        and bool(content)
        and all(isinstance(entry, Mapping) and {"fx", "R", "T"} <= entry.keys() for entry in content.values())
    )


def read_voxelpose(path: Path) -> tuple[Calibrated, ...]:
    """Cameras of the file, in its order, named by their keys.

    Raises:
        CalibrationError: not JSON, not such a table, or numbers that make no sense.
    """
    content = read_json(path)
    if not is_voxelpose(content):
        raise CalibrationError("{file} is not a table of cameras with fx, fy, cx, cy, R, T, k, p.", file=path)
    check_count(len(content), path)
    cameras = []
    for name, entry in content.items():
        try:
            cameras.append(_camera(entry, name))
        except ValueError as error:
            raise not_a_camera(path, name, error) from error
    return unique_cameras(cameras, path)


def _camera(entry: Mapping[str, Any], name: str) -> Calibrated:
    R = matrix(entry, "R", (3, 3))
    if "K" in entry and "fx" not in entry:
        raise ValueError(Note("{key} is missing", key="fx"))
    fx, fy, cx, cy = (float(matrix(entry, key, (1,))[0]) for key in ("fx", "fy", "cx", "cy"))
    k, p = matrix(entry, "k", (3,)), matrix(entry, "p", (2,))
    width, height = ANY_SIZE
    return Calibrated(
        Camera(name, width, height, fx, fy, cx, cy, R, matrix(entry, "T", (3,)), k, p), size_known=False
    )  # fmt: skip
