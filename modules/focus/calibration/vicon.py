"""Vicon's ``.xcp`` (XML; CaraPost reference, "About calibration data (XCP) files"): mm, z up, ``x_cam = R (x - position)``.

The orientation is a quaternion, real part last, that turns the world into the camera. The radial numbers correct an image,
unlike OpenCV's, which distort a point: with d from the distortion's centre, px, down stretched by the pixels' aspect ratio, the
corrected pixel lies at d (1 + k1 |d|² + k2 |d|⁴ + k3 |d|⁶) from it.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from modules.core.errors import CalibrationError, Note
from modules.core.types import Camera

from .common import Calibrated, check_count, frame_size, matrix, not_a_camera, unique_cameras
from .lens import Lens, correcting_lens
from .xml import child, listed, number, read_xml


def read_vicon(path: Path) -> tuple[Calibrated, ...]:
    """Video cameras of an ``.xcp`` file, in its order, named by their device.

    Raises:
        CalibrationError: not XML, no Vicon calibration, no video camera, or numbers that make no sense.
    """
    root = read_xml(path, "Vicon")
    nodes = root.findall("Camera")
    if root.tag != "Cameras" or not nodes:
        raise CalibrationError("{file} is not a Vicon calibration: it has no <Cameras> with <Camera>.", file=path)
    check_count(len(nodes), path)
    kinds = [f"{node.get('TYPE', '')} {node.get('DISPLAY_TYPE', '')}".casefold() for node in nodes]
    films = ["video" in kind or "vue" in kind for kind in kinds]
    cameras = []
    for node, filming in zip(nodes, films, strict=True):
        if not filming and any(films):
            continue
        name = node.get("DEVICEID") or node.get("USERID") or "without a name"
        if node.find("KeyFrames/KeyFrame") is None:  # not switched on when the rig was calibrated
            continue
        try:
            cameras.append(_camera(node, name))
        except ValueError as error:
            raise not_a_camera(path, name, error) from error
    return unique_cameras(cameras, path)


def _camera(node: ElementTree.Element, name: str) -> Calibrated:
    frames = child(child(node, "KeyFrames"), "KeyFrame")
    focal = number(frames, "FOCAL_LENGTH")
    aspect = number(node, "PIXEL_ASPECT_RATIO") if node.get("PIXEL_ASPECT_RATIO") else 1.0
    if not 0.1 < aspect < 10:
        raise ValueError(Note("{key} is {value:g}", key="PIXEL_ASPECT_RATIO", value=aspect))
    if node.get("SKEW") and abs(number(node, "SKEW")) > 1e-6:
        raise ValueError(Note("K has skew {skew:.4g}, which this camera model does not know", skew=number(node, "SKEW")))
    width, height = frame_size(listed(node.attrib, "SENSOR_SIZE"), "SENSOR_SIZE")
    cx, cy = matrix(listed(frames.attrib, "PRINCIPAL_POINT"), "PRINCIPAL_POINT", (2,))
    R = _rotation(matrix(listed(frames.attrib, "ORIENTATION"), "ORIENTATION", (4,)))
    position = matrix(listed(frames.attrib, "POSITION"), "POSITION", (3,))
    camera = Camera(name, width, height, focal, focal / aspect, float(cx), float(cy), R, position)
    return Calibrated(camera, lens=_lens(frames, camera, aspect))


def _rotation(quaternion: np.ndarray) -> np.ndarray:
    """float64 [3, 3] of a quaternion (x, y, z, w)."""
    length = np.linalg.norm(quaternion)
    if abs(length - 1) > 1e-2:
        raise ValueError(Note("{key} is no rotation", key="ORIENTATION"))
    x, y, z, w = quaternion / length
    across = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + 2 * w * across + 2 * across @ across


def _lens(frames: ElementTree.Element, camera: Camera, aspect: float) -> Lens | None:
    center = np.array([camera.cx, camera.cy])
    if "VICON_RADIAL2" in frames.attrib:
        values = listed(frames.attrib, "VICON_RADIAL2")["VICON_RADIAL2"]
        center, k = np.array(values[:2]), np.array(values[2:5])
        if len(values) < 4:
            raise ValueError(Note("{key} has {count} numbers, expected {expected}", key="VICON_RADIAL2", count=len(values),
                                  expected=5))  # fmt: skip
    else:
        k = np.array(listed(frames.attrib, "VICON_RADIAL").get("VICON_RADIAL", []))[:3]
    if not k.any():
        return None
    if not np.isfinite([*k, *center]).all():
        raise ValueError(Note("{key} has a number that is not finite", key="VICON_RADIAL"))
    f, c = np.array([camera.fx, camera.fy]), np.array([camera.cx, camera.cy])
    stretch = np.array([1.0, aspect])

    def undistort(points: np.ndarray) -> np.ndarray:
        d = (points * f + c - center) * stretch
        r2 = np.square(d).sum(-1, keepdims=True)
        scale = 1 + sum(value * r2 ** (n + 1) for n, value in enumerate(k))
        return (d * scale / stretch + center - c) / f

    return correcting_lens(Note("a lens of Vicon's"), undistort)
