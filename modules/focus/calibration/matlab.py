"""MATLAB cameras as DANNCE keeps them (``hires_cam1_params.mat``): K, RDistort, TDistort, r, t, in mm.

MATLAB's Computer Vision Toolbox writes points as rows: ``[x y 1] ~ ([X Y Z] r + t) K``, so r and K are the transposes of
OpenCV's; and it counts pixels from 1.
"""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from modules.core.errors import CalibrationError, Note
from modules.core.names import readable

from .common import Calibrated, calibrated, matrix, not_a_camera, numbers, read_bytes

KEYS = ("K", "RDistort", "TDistort", "r", "t")
#: A camera's five small matrices are a kB; compressed variables may claim to be anything.
MAX_BYTES = 1 << 20


def read_matlab(path: Path) -> tuple[Calibrated, ...]:
    """The camera of one file, named by it; the frame's size is not in it.

    Raises:
        CalibrationError: missing, no MATLAB file of version 5 to 7, or its numbers make no sense.
    """
    name = readable(path.stem).removesuffix("_params")
    content = _variables(path)
    try:
        K = matrix(content, "K", (3, 3)).T.copy()
        K[:2, 2] -= 1
        radial, tangential = numbers(content, "RDistort"), matrix(content, "TDistort", (2,))
        if radial.size not in (2, 3):
            raise ValueError(
                Note("{key} has {count} numbers, expected {expected}", key="RDistort", count=radial.size, expected=3)
            )
        k1, k2, k3 = (*radial, 0.0)[:3]
        return (
            calibrated(
                name,
                None,
                K,
                np.array([k1, k2, *tangential, k3]),
                matrix(content, "r", (3, 3)).T,
                matrix(content, "t", (3,)),
            ),
        )
    except ValueError as error:
        raise not_a_camera(path, name, error) from error


def _variables(path: Path) -> dict[str, Any]:
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    content = read_bytes(path)
    if len(content) > MAX_BYTES or content[:19] == b"MATLAB 7.3 MAT-file":
        raise CalibrationError(
            "{file} is not a MATLAB camera that can be read; save it in MATLAB with save(…, '-v7').", file=path
        )
    try:
        _check_compressed(content)
        return loadmat(io.BytesIO(content), variable_names=KEYS)
    except (MatReadError, ValueError, TypeError, KeyError, IndexError, EOFError, OSError, OverflowError, MemoryError,
            NotImplementedError, UnicodeError, zlib.error, struct.error, AssertionError, AttributeError) as error:  # fmt: skip
        # whatever scipy's reader stumbles over, the file is not one
        raise CalibrationError("{file} is not a readable MATLAB file: {reason}.", file=path,
                               reason=str(error) or type(error).__name__) from error  # fmt: skip


def _check_compressed(content: bytes) -> None:
    """ValueError if a compressed variable unfolds to more than ``MAX_BYTES``, or claims more than there is."""
    if len(content) < 128:
        raise ValueError(Note("it is too short"))
    order = "<" if content[126:128] == b"IM" else ">"
    place = 128
    while place + 8 <= len(content):
        kind, size = struct.unpack(order + "II", content[place : place + 8])
        if size > len(content) - place - 8:
            raise ValueError(Note("it is cut off"))
        if kind == 15:  # miCOMPRESSED
            unfolding = zlib.decompressobj()
            unfolded = unfolding.decompress(content[place + 8 : place + 8 + size], MAX_BYTES)
            if unfolding.unconsumed_tail:
                raise ValueError(Note("it unfolds to too much"))
            claimed = struct.unpack(order + "I", unfolded[4:8])[0] if len(unfolded) >= 8 else 0
            if claimed > len(unfolded):
                raise ValueError(Note("it is cut off"))
        place += 8 + size
