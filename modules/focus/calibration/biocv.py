"""BioCV's ``.calib``, one a camera (University of Bath): width, height, K [3, 3], [R t] [3 or 4, 4] in mm, then distortion.

Numbers between blanks and line ends, OpenCV convention.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from modules.core.errors import CalibrationError, Note
from modules.core.names import readable

from .common import Calibrated, calibrated, not_a_camera, read_text

#: Width, height, K and the three rows of [R t].
HEAD = 2 + 9 + 12


def read_biocv(path: Path) -> tuple[Calibrated, ...]:
    """The camera of one file, named by it (``00.mp4.calib``: 00).

    Raises:
        CalibrationError: missing, no such file, or its numbers make no sense.
    """
    name = readable(path.name).removesuffix(path.suffix).split(".")[0]
    words = read_text(path).split()
    if len(words) > 200:
        raise CalibrationError("{file} is not a BioCV camera: it has {count} numbers.", file=path, count=len(words))
    try:
        values = np.array([float(word) for word in words])
    except ValueError as error:
        raise CalibrationError("{file} is not a BioCV camera: it holds more than numbers.", file=path) from error
    rest = values[HEAD:]
    if rest[:4].tolist() == [0, 0, 0, 1]:
        rest = rest[4:]
    try:
        if not np.isfinite(values).all():
            raise ValueError(Note("{key} has a number that is not finite", key=path.name))
        if len(values) < HEAD + 4:
            raise ValueError(Note("it has {count} numbers, expected {expected}", count=len(values), expected=HEAD + 5))
        pose = values[11:HEAD].reshape(3, 4)
        width, height = round(values[0]), round(values[1])
        return (calibrated(name, (width, height), values[2:11].reshape(3, 3), rest, pose[:, :3], pose[:, 3]),)
    except ValueError as error:
        raise not_a_camera(path, name, error) from error
