"""Qualisys Track Manager's calibration export, ``*.qca.txt`` (XML): mm, z up, 1/64-pixel units, camera axes with y up.

Distortion is taken as it stands (not divided by 64): checkerboard views of the demo rig fit better so.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from modules.core.errors import CalibrationError
from modules.core.types import Camera

from .common import Calibrated, check_count, not_a_camera, unique_cameras
from .xml import child, number, read_xml

#: Qualisys gives focal length and principal point in 1/64 px.
SUBPIXELS = 64.0
#: Its camera looks along +z as ours, but with y and z turned: x right, y up, z backward.
AXES = np.diag([1.0, -1.0, -1.0])


def read_qualisys(path: Path) -> tuple[Calibrated, ...]:
    """Cameras of a ``.qca.txt`` file, in the file's order, named by their serial.

    Cameras for markers alone, and those that are switched off, have no video and are left out.

    Raises:
        CalibrationError: not XML, not a Qualisys calibration, or a camera's numbers make no sense.
    """
    root = read_xml(path, "Qualisys")
    if root.tag != "calibration" or root.find("cameras") is None:
        raise CalibrationError("{file} is not a Qualisys calibration: it has no <calibration> with <cameras>.", file=path)
    nodes = root.findall("cameras/camera")
    check_count(len(nodes), path)
    cameras = []
    for place, node in enumerate(nodes, start=1):
        name = node.get("serial") or f"camera {place}"
        if not _films(node):
            continue
        try:
            cameras.append(Calibrated(_camera(node, name)))
        except ValueError as error:
            raise not_a_camera(path, name, error) from error
    return unique_cameras(cameras, path)


def _films(node: ElementTree.Element) -> bool:
    """Whether a camera is for video and in use."""
    return node.find("fov_video") is not None and node.get("active", "1").strip() not in ("0", "false")


def _camera(node: ElementTree.Element, name: str) -> Camera:
    view, pose, lens = (child(node, tag) for tag in ("fov_video", "transform", "intrinsic"))
    left, top = number(view, "left"), number(view, "top")
    return Camera(
        name=name,
        width_px=int(number(view, "right") - left + 1),
        height_px=int(number(view, "bottom") - top + 1),
        fx=number(lens, "focalLengthU") / SUBPIXELS,
        fy=number(lens, "focalLengthV") / SUBPIXELS,
        cx=number(lens, "centerPointU") / SUBPIXELS - left,
        cy=number(lens, "centerPointV") / SUBPIXELS - top,
        R_world_to_cam=AXES @ [[number(pose, f"r{row}{column}") for column in (1, 2, 3)] for row in (1, 2, 3)],
        center_world_mm=np.array([number(pose, axis) for axis in "xyz"]),
        k=np.array([number(lens, f"radialDistortion{i}") for i in (1, 2, 3)]),
        p=np.array([number(lens, f"tangentalDistortion{i}") for i in (1, 2)]),  # the format spells it so
    )
