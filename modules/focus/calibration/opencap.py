"""OpenCap's ``cameraIntrinsicsExtrinsics.pickle``, one a camera: OpenCV convention, mm, the world of its checkerboard.

``imageSize`` is (height, width).
"""

from __future__ import annotations

from pathlib import Path

from modules.core.errors import Note
from modules.core.names import readable

from .common import Calibrated, calibrated, matrix, not_a_camera, numbers, rotation_matrix
from .focus_pickle import read_pickle


def read_opencap(path: Path, name: str | None = None) -> tuple[Calibrated, ...]:
    """The camera of one pickle, named as told or by its folder; nothing in the file is ever run.

    Raises:
        CalibrationError: missing, damaged, refused for what it names, or its numbers make no sense.
    """
    name = name or readable(path.stem if path.stem != "cameraIntrinsicsExtrinsics" else path.parent.name)
    content = read_pickle(path)
    try:
        if "intrinsicMat" not in content:
            raise ValueError(Note("{key} is missing", key="intrinsicMat"))
        height, width = (round(float(value)) for value in matrix(content, "imageSize", (2,)))
        return (
            calibrated(
                name,
                (width, height),
                matrix(content, "intrinsicMat", (3, 3)),
                numbers(content, "distortion"),
                rotation_matrix(content, "rotation"),
                matrix(content, "translation", (3,)),
            ),
        )
    except ValueError as error:
        raise not_a_camera(path, name, error) from error
