"""What the calibration readers share: small text files, numbers out of tables, and cameras as a file describes them."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from modules.core.errors import CalibrationError, Note
from modules.core.files import SMALL_BYTES, read_small
from modules.core.geometry import camera_from_opencv
from modules.core.types import Camera

from .lens import Lens, fisheye_lens, opencv_lens

#: No rig has more; work that grows with the square of the number starts behind this check.
MAX_CAMERAS = 256
METRE_MM = 1000.0
#: Stands for the size of a frame where the file does not hold it.
ANY_SIZE = (1, 1)


@dataclass(frozen=True, eq=False)
class Calibrated:
    """One camera as its file describes it; ``place.place_camera`` makes it fit the frames.

    Attributes:
        camera: pose and intrinsics; of the lens the part that ``Camera`` can hold.
        size_known: whether the file holds the frame's size; else the camera's is ``ANY_SIZE``.
        lens: the whole lens where that is more than a ``Camera`` can hold.
        quarter_turns: clockwise, by which the frames are turned to stand upright, after the calibration.
        late: seconds by which its frames are late, and seconds more a second, where the file says so.
    """

    camera: Camera
    size_known: bool = True
    lens: Lens | None = None
    quarter_turns: int = 0
    late: tuple[float, float] = (0.0, 0.0)

    @property
    def name(self) -> str:
        """The camera's name."""
        return self.camera.name


def read_bytes(path: Path) -> bytes:
    """The content of a small regular file; CalibrationError if it is missing, unreadable or far too large."""
    return read_small(path, CalibrationError)


def read_text(path: Path, limit_bytes: int = SMALL_BYTES) -> str:
    """The text of a small file, whatever Unicode encoding its byte order mark names; CalibrationError if it is none."""
    return decoded(read_small(path, CalibrationError, limit_bytes), path)


def decoded(content: bytes, path: Path) -> str:
    """UTF-8 unless a byte order mark, or every other byte being zero, says UTF-16 or UTF-32."""
    marks = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"))
    encoding = next((name for mark, name in (*marks, (codecs.BOM_UTF16_BE, "utf-16")) if content.startswith(mark)), "utf-8-sig")
    if encoding == "utf-8-sig" and len(content) > 3 and 0 in content[:2]:
        encoding = "utf-16-be" if content[0] == 0 else "utf-16-le"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise CalibrationError("{file} is not text in UTF-8 or UTF-16; save it so and try again.", file=path) from error


def read_json(path: Path) -> Any:
    """The content of a small JSON file; CalibrationError otherwise."""
    try:
        return json.loads(read_text(path))
    except (ValueError, RecursionError) as error:  # JSONDecodeError is a ValueError; so is an integer of 5000 digits
        reason = Note("it is nested too deeply") if isinstance(error, RecursionError) else error
        raise CalibrationError("{file} is not valid JSON: {reason}.", file=path, reason=reason) from error


def matrix(table: Mapping[str, Any], key: str, shape: tuple[int, ...]) -> np.ndarray:
    """float64 array of ``shape`` from a table of numbers; ValueError that names the key otherwise."""
    array = numbers(table, key)
    if array.size != int(np.prod(shape)):
        raise ValueError(
            Note("{key} has {count} numbers, expected {expected}", key=key, count=array.size, expected=int(np.prod(shape)))
        )
    return array.reshape(shape)


def numbers(table: Mapping[str, Any], key: str) -> np.ndarray:
    """float64 [N]: all numbers of a table's entry, in order; ValueError that names the key otherwise."""
    if key not in table:
        raise ValueError(Note("{key} is missing", key=key))
    try:
        array = np.asarray(table[key], np.float64)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        text = str(table[key])[:40]
        if re.search(r"\d,\d", text) and isinstance(table[key], str):
            raise ValueError(
                Note("{key} is written with a decimal comma ({text}); write a point", key=key, text=text)
            ) from error
        raise ValueError(Note("{key} is not an array of numbers", key=key)) from error
    if not np.isfinite(array).all():
        raise ValueError(Note("{key} has a number that is not finite", key=key))
    return array.reshape(-1)


def frame_size(table: Mapping[str, Any], key: str) -> tuple[int, int]:
    """(width, height), px, from a table's entry of two numbers; ValueError that names the key otherwise."""
    width, height = matrix(table, key, (2,))
    return round(float(width)), round(float(height))


def rotation_matrix(table: Mapping[str, Any], key: str) -> np.ndarray:
    """float64 [3, 3] from a Rodrigues vector or a matrix; ValueError otherwise, also for a vector in degrees."""
    values = numbers(table, key)
    if values.size == 9:
        return values.reshape(3, 3)
    vector = matrix(table, key, (3,))
    length = float(np.linalg.norm(vector))
    if length > 4 * np.pi:  # OpenCV writes at most pi; no tool writes more than a turn or two
        raise ValueError(
            Note("{key} turns by {angle:.4g} radians; it is in degrees or no rotation vector", key=key, angle=length)
        )
    return cv2.Rodrigues(vector)[0]


def calibrated(
    name: str,
    size_px: tuple[int, int] | None,
    K: np.ndarray,
    distortion: Sequence[float] | np.ndarray,
    R: np.ndarray,
    t: np.ndarray,
    unit_mm: float = 1.0,
    world: np.ndarray | None = None,
    fisheye: bool = False,
    quarter_turns: int = 0,
) -> Calibrated:
    """A camera from OpenCV's ``x_cam = R x + t`` with any of OpenCV's lenses.

    Args:
        size_px: (width, height); None where the file does not hold it.
        distortion: 0, 4, 5, 8, 12 or 14 numbers in OpenCV's order; 4 for a fisheye lens (cv2.fisheye).
        The others as in ``core.geometry.camera_from_opencv``.

    Raises:
        ValueError: numbers that make no camera.
    """
    d = np.asarray(distortion, float).reshape(-1)
    if fisheye and d.size != 4:
        raise ValueError(Note("a fisheye lens has 4 coefficients, not {count}", count=d.size))
    if d.size not in (0, 1, 4, 5, 8, 12, 14) or (d.size == 1 and d[0] != 0):
        raise ValueError(Note("distortion has {count} numbers, expected 0, 4, 5, 8, 12 or 14", count=d.size))
    if K.shape == (3, 3) and (abs(K[2]) - [0, 0, 1]).any():
        raise ValueError(Note("the last row of K must be 0 0 1: is the matrix transposed?"))
    plain = np.zeros(5)
    plain[: min(d.size, 5)] = 0.0 if fisheye else d[:5]
    if d.size > 5 and not d[5:].any():
        d = d[:5]
    camera = camera_from_opencv(name, size_px or ANY_SIZE, K, plain, R, t, world, unit_mm)
    lens = fisheye_lens(d) if fisheye else opencv_lens(d) if d.size > 5 else None
    return Calibrated(camera, size_px is not None, lens, quarter_turns % 4)


def not_a_camera(path: Path, name: str, reason: object) -> CalibrationError:
    """The error for a camera whose numbers make no sense."""
    return CalibrationError("{file}: camera {camera}: {reason}.", file=path, camera=name, reason=reason)


def check_count(count: int, path: Path) -> None:
    """CalibrationError for more cameras than any rig has."""
    if count > MAX_CAMERAS:
        raise CalibrationError(
            "{file} describes {count} cameras; at most {most} can be used.", file=path, count=count, most=MAX_CAMERAS
        )


def unique_cameras(cameras: Sequence[Calibrated], path: Path) -> tuple[Calibrated, ...]:
    """The cameras as a tuple; CalibrationError if there is none or a name comes twice."""
    if not cameras:
        raise CalibrationError("{file} describes no camera.", file=path)
    check_count(len(cameras), path)
    (name, count), *_ = Counter(camera.name for camera in cameras).most_common(1)
    if count > 1:
        raise CalibrationError("{file} describes camera {camera} more than once.", file=path, camera=name)
    return tuple(cameras)
