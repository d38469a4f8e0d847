"""Qualisys Track Manager's calibration export, ``*.qca.txt`` (XML): mm, z up, 1/64-pixel units, camera axes with y up.

Distortion is taken as it stands (not divided by 64): checkerboard views of the demo rig fit better so.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from modules.core.errors import CalibrationError, Note
from modules.core.types import Camera

from .common import not_a_camera, read_bytes, unique_cameras

#: Qualisys gives focal length and principal point in 1/64 px.
SUBPIXELS = 64.0
#: Its camera looks along +z as ours, but with y and z turned: x right, y up, z backward.
AXES = np.diag([1.0, -1.0, -1.0])


def read_qualisys(path: Path) -> tuple[Camera, ...]:
    """Cameras of a ``.qca.txt`` file, in the file's order, named by their serial.

    Raises:
        CalibrationError: not XML, not a Qualisys calibration, or a camera's numbers make no sense.
    """
    try:
        root = ElementTree.fromstring(read_bytes(path))
    except ElementTree.ParseError as error:
        raise CalibrationError(
            "{file} is not a Qualisys calibration: not valid XML ({reason}).", file=path, reason=error
        ) from error
    if root.tag != "calibration" or root.find("cameras") is None:
        raise CalibrationError("{file} is not a Qualisys calibration: it has no <calibration> with <cameras>.", file=path)
    cameras = []
    for number, node in enumerate(root.findall("cameras/camera"), start=1):
        name = node.get("serial") or f"camera {number}"
        try:
            cameras.append(_camera(node, name))
        except ValueError as error:
            raise not_a_camera(path, name, error) from error
    return unique_cameras(cameras, path)


def _camera(node: ElementTree.Element, name: str) -> Camera:
    view, pose, lens = (_child(node, tag) for tag in ("fov_video", "transform", "intrinsic"))
    left, top = _number(view, "left"), _number(view, "top")
    return Camera(
        name=name,
        width_px=int(_number(view, "right") - left + 1),
        height_px=int(_number(view, "bottom") - top + 1),
        fx=_number(lens, "focalLengthU") / SUBPIXELS,
        fy=_number(lens, "focalLengthV") / SUBPIXELS,
        cx=_number(lens, "centerPointU") / SUBPIXELS - left,
        cy=_number(lens, "centerPointV") / SUBPIXELS - top,
        R_world_to_cam=AXES @ [[_number(pose, f"r{row}{column}") for column in (1, 2, 3)] for row in (1, 2, 3)],
        center_world_mm=np.array([_number(pose, axis) for axis in "xyz"]),
        k=np.array([_number(lens, f"radialDistortion{i}") for i in (1, 2, 3)]),
        p=np.array([_number(lens, f"tangentalDistortion{i}") for i in (1, 2)]),  # the format spells it so
    )


def _child(node: ElementTree.Element, tag: str) -> ElementTree.Element:
    child = node.find(tag)
    if child is None:
        raise ValueError(Note("{key} is missing", key=f"<{tag}>"))
    return child


def _number(node: ElementTree.Element, key: str) -> float:
    text = node.get(key)
    if text is None:
        raise ValueError(Note("{key} is missing in {place}", key=key, place=f"<{node.tag}>"))
    try:
        value = float(text)
    except ValueError:
        raise ValueError(Note("{key} is not a number ({text!r})", key=key, text=text)) from None
    if not np.isfinite(value):
        raise ValueError(Note("{key} is not finite ({text})", key=key, text=text))
    return value
