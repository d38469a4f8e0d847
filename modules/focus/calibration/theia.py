"""Theia's camera calibration, XML like Qualisys's: ``x_cam = R x + t``, mm; lens in px (Theia3D manual, "Calibration Files").

Its documentation draws the camera's axes without saying them. They are read as ours (y down, z forward); where the cameras
would then look away from one another they are Qualisys's (y up, z backward).
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from modules.core.errors import CalibrationError

from .common import Calibrated, calibrated, check_count, not_a_camera, unique_cameras
from .qualisys import AXES
from .xml import child, number, read_xml


def is_theia(text: str) -> bool:
    """Whether a text is such a file."""
    return "<calibration" in text and "<fov_video" not in text and "sensorMaxU" in text


def read_theia(path: Path) -> tuple[Calibrated, ...]:
    """Cameras that are in use, in the file's order, named by their serial.

    Raises:
        CalibrationError: not XML, not a Theia calibration, or a camera's numbers make no sense.
    """
    root = read_xml(path, "Theia")
    nodes = [node for node in root.iter("camera") if node.find("intrinsic") is not None]
    if root.tag != "calibration" or not nodes:
        raise CalibrationError("{file} is not a Theia calibration: it has no <calibration> with cameras.", file=path)
    check_count(len(nodes), path)
    used = [node for node in nodes if node.get("active", "1").strip() != "0"]
    cameras = _cameras(used, path, np.eye(3))
    if _look_apart(cameras):
        cameras = _cameras(used, path, AXES)
    return unique_cameras(cameras, path)


def _cameras(nodes: list[ElementTree.Element], path: Path, axes: np.ndarray) -> list[Calibrated]:
    cameras = []
    for place, node in enumerate(nodes, start=1):
        name = node.get("serial") or f"camera {place}"
        try:
            cameras.append(_camera(node, name, axes))
        except ValueError as error:
            raise not_a_camera(path, name, error) from error
    return cameras


def _camera(node: ElementTree.Element, name: str, axes: np.ndarray) -> Calibrated:
    pose, lens = child(node, "transform"), child(node, "intrinsic")
    left, top = number(lens, "sensorMinU"), number(lens, "sensorMinV")
    K = np.array(
        [
            [
                number(lens, "focalLengthU"),
                number(lens, "skew") if lens.get("skew") else 0.0,
                number(lens, "centerPointU") - left,
            ],
            [0.0, number(lens, "focalLengthV"), number(lens, "centerPointV") - top],
            [0.0, 0.0, 1.0],
        ]
    )
    k1, k2, k3 = (number(lens, f"radialDistortion{i}") for i in (1, 2, 3))
    p1, p2 = (number(lens, f"tangentalDistortion{i}") for i in (1, 2))
    return calibrated(
        name,
        (round(number(lens, "sensorMaxU") - left) + 1, round(number(lens, "sensorMaxV") - top) + 1),
        K,
        np.array([k1, k2, p1, p2, k3]),
        axes @ np.array([[number(pose, f"r{row}{column}") for column in (1, 2, 3)] for row in (1, 2, 3)]),
        axes @ np.array([number(pose, axis) for axis in "xyz"]),
    )


def _look_apart(cameras: list[Calibrated]) -> bool:
    """Whether the point nearest to all optical axes lies behind most cameras."""
    normal, offset = np.zeros((3, 3)), np.zeros(3)
    for found in cameras:
        axis = found.camera.R_world_to_cam[2]
        across = np.eye(3) - np.outer(axis, axis)
        normal += across
        offset += across @ found.camera.center_world_mm
    if len(cameras) < 2 or np.linalg.cond(normal) > 1e6:
        return False
    meeting = np.linalg.solve(normal, offset)
    ahead = [found.camera.R_world_to_cam[2] @ (meeting - found.camera.center_world_mm) > 0 for found in cameras]
    return sum(ahead) < len(ahead) / 2
