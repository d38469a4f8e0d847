"""EasyMocap's ``intri.yml`` and ``extri.yml`` (OpenCV's FileStorage): ``names``, K_1, dist_1, and R_1 or Rot_1, T_1, in metres.

They are read as plain YAML of numbers; ``H_1`` and ``W_1`` hold the frame's size where they are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from modules.core.errors import CalibrationError, Note
from modules.core.yaml_numbers import read_yaml_tables

from .common import (
    METRE_MM,
    Calibrated,
    calibrated,
    check_count,
    matrix,
    not_a_camera,
    numbers,
    read_text,
    rotation_matrix,
    unique_cameras,
)

#: The parser takes a second for a MB; a camera is a kB.
MAX_BYTES = 1 << 20


def intrinsics_beside(extrinsics: Path) -> Path:
    """``intri.yml`` beside ``extri.yml``, with the same ending."""
    return extrinsics.with_name(extrinsics.name.replace("extri", "intri"))


def read_easymocap(path: Path) -> tuple[Calibrated, ...]:
    """Cameras of ``extri.yml`` and the ``intri.yml`` beside it, in the order of ``names``.

    Raises:
        CalibrationError: one of the two is missing or no YAML, or numbers that make no sense.
    """
    poses, lenses = _tables(path), _tables(intrinsics_beside(path))
    names = poses.get("names")
    if not isinstance(names, list) or not all(isinstance(name, (str, int)) for name in names):
        raise CalibrationError("{file} has no list of camera names.", file=path)
    check_count(len(names), path)
    cameras = []
    for name in map(str, names):
        try:
            cameras.append(_camera(poses, lenses, name))
        except ValueError as error:
            raise not_a_camera(path, name, error) from error
    return unique_cameras(cameras, path)


def _camera(poses: Mapping[str, Any], lenses: Mapping[str, Any], name: str) -> Calibrated:
    height, width = (lenses.get(f"{side}_{name}") for side in "HW")
    known = all(isinstance(side, int) and side > 0 for side in (height, width))
    dist = next((key for key in (f"dist_{name}", f"D_{name}") if key in lenses), None)
    return calibrated(
        name,
        (width, height) if known else None,
        matrix(lenses, f"K_{name}", (3, 3)),
        numbers(lenses, dist) if dist else np.zeros(5),
        rotation_matrix(poses, f"Rot_{name}" if f"Rot_{name}" in poses else f"R_{name}"),
        matrix(poses, f"T_{name}", (3,)),
        METRE_MM,
    )


def _tables(path: Path) -> Mapping[str, Any]:
    """The file's table, matrices as their numbers."""
    try:
        content = read_yaml_tables(_plain_yaml(read_text(path, MAX_BYTES)))
    except ValueError as error:
        raise CalibrationError("{file} is not valid YAML: {reason}.", file=path, reason=error) from error
    if not isinstance(content, Mapping):
        raise CalibrationError("{file} is not valid YAML: {reason}.", file=path, reason=Note("it is no table"))
    return {key: value["data"] if isinstance(value, Mapping) and "data" in value else value for key, value in content.items()}


def _plain_yaml(text: str) -> str:
    """OpenCV's head (``%YAML:1.0``) and its tag are no YAML 1.1."""
    lines = [line for line in text.splitlines() if not line.startswith("%YAML")]
    return "\n".join(lines).replace("!!opencv-matrix", "")
