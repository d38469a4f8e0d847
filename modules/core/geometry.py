"""The one projection (numpy and torch), lens distortion, and the affine between a raw frame and the network's image.

Camera model: OpenCV's (docs: "Camera Calibration and 3D Reconstruction"), in the world-to-camera form of VoxelPose
(Tu et al., ECCV 2020): ``x_cam = R (X - T)`` with T the camera centre.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from .errors import Note
from .types import Camera

#: VoxelPose measures the size of the padded frame in units of 200 px ("scale").
SCALE_UNIT_PX = 200.0
#: |depth| below this, mm, is taken as this: such points are never counted as seen.
MIN_DEPTH_MM = 1e-5
#: r² in normalised camera coordinates is cut here so that its sixth power stays finite in float32.
MAX_R2 = 1e10
#: Newton steps that undo a lens, their derivative's step (normalised), how exactly the pixel must be met, px, and from which
#: move on (normalised) nothing is left to do.
UNDISTORT_ROUNDS, UNDISTORT_STEP, UNDISTORT_ERROR_PX, UNDISTORT_MOVE = 12, 1e-5, 1e-3, 1e-12


def valid_radius(k: Sequence[float]) -> float:
    """Largest normalised radius r up to which the radial distortion r·(1 + k1 r² + k2 r⁴ + k3 r⁶) still grows.

    Beyond it the polynomial folds back and points far outside the view land inside the frame. Infinite if it never folds.
    """
    return _valid_radius(*(float(v) for v in k))


@lru_cache(maxsize=256)  # asked for at every projection
def _valid_radius(k1: float, k2: float, k3: float) -> float:
    roots = np.roots([7 * k3, 5 * k2, 3 * k1, 1.0])  # derivative in s = r²
    real = roots[np.abs(roots.imag) < 1e-9].real
    positive = real[real > 0]
    return float(np.sqrt(positive.min())) if positive.size else float("inf")


def project_points(points: Any, R: Any, T: Any, f: Any, c: Any, k: Any, p: Any) -> tuple[Any, Any, Any]:
    """Projects world points into one camera; the same code for numpy and torch.

    Args:
        points: float [..., 3], mm, world (numpy or torch; the other arguments are of the same kind).
        R: [3, 3] world to camera. T: [3] camera centre, mm, world.
        f: [2] focal lengths, px. c: [2] principal point, px. k: [3] radial (k1, k2, k3). p: [2] tangential (p1, p2).
        Many cameras at once: leading axes that broadcast with the points' ([N, 3, 3] and [N, 1, …] for points [N, M, 3]).

    Returns:
        pixels [..., 2], px, raw frame: the formula's value everywhere, also where it means nothing (behind the camera);
        depth [...], mm, along the optical axis; r2 [...], squared normalised radius (compare with ``valid_radius``²).
    """
    x_cam = (points - T) @ array_library(points).swapaxes(R, -1, -2)
    lens = tuple(values[..., n] for values, count in ((f, 2), (c, 2), (k, 3), (p, 2)) for n in range(count))
    x, y, r2 = camera_to_pixels(x_cam[..., 0], x_cam[..., 1], x_cam[..., 2], lens)
    return array_library(points).stack((x, y), -1), x_cam[..., 2], r2


def camera_to_pixels(x: Any, y: Any, depth: Any, lens: Sequence[Any]) -> tuple[Any, Any, Any]:
    """The lens alone: camera coordinates → pixels; numpy or torch.

    Args:
        x, y, depth: float [...], mm, camera.
        lens: fx, fy, cx, cy (px), k1, k2, k3, p1, p2: numbers, or arrays that broadcast with the coordinates.

    Returns:
        x [...], y [...], px, raw frame; r2 [...]; all as in ``project_points``.
    """
    xp = array_library(depth)
    fx, fy, cx, cy, k1, k2, k3, p1, p2 = lens
    safe = xp.where(xp.abs(depth) < MIN_DEPTH_MM, xp.full_like(depth, MIN_DEPTH_MM), depth)
    x, y = x / safe, y / safe
    r2 = xp.clip(x * x + y * y, 0, MAX_R2)
    # radial (k1, k2, k3) and tangential (p1, p2) terms as in OpenCV's projectPoints
    factor = 1 + r2 * (k1 + r2 * (k2 + r2 * k3)) + 2 * (p1 * y + p2 * x)
    x, y = x * factor + p2 * r2, y * factor + p1 * r2
    return fx * x + cx, fy * y + cy, r2


def array_library(values: Any) -> Any:
    """torch for a tensor, else numpy.

    torch is not imported for that: it takes a second, which the window need not wait for, and who holds a tensor has it.
    """
    torch = sys.modules.get("torch")
    tensor = getattr(torch, "Tensor", None)  # another thread may be importing it right now
    return torch if tensor is not None and isinstance(values, tensor) else np


def project(points_world_mm: np.ndarray, camera: Camera) -> tuple[np.ndarray, np.ndarray]:
    """Projects world points into a ``Camera``.

    Args:
        points_world_mm: float [..., 3], mm, world; NaN stays NaN.

    Returns:
        float64 [..., 2], px; and bool [...]: in front of the camera and within the distortion's valid radius (not: inside the
        frame, see ``inside_frame``).
    """
    points = np.asarray(points_world_mm, np.float64)
    f, c = np.array([camera.fx, camera.fy]), np.array([camera.cx, camera.cy])
    pixels, depth, r2 = project_points(points, camera.R_world_to_cam, camera.center_world_mm, f, c, camera.k, camera.p)
    return pixels, (depth > MIN_DEPTH_MM) & (r2 <= valid_radius(camera.k) ** 2)


def undistort(pixels: np.ndarray, camera: Camera) -> np.ndarray:
    """The inverse of the lens: where a pixel's ray meets the plane at depth 1 (Newton's method on ``camera_to_pixels``).

    Args:
        pixels: float [..., 2], px, raw frame; NaN stays NaN.

    Returns:
        float64 [..., 2], normalised camera coordinates (x / depth, y / depth); NaN where no ray inside the distortion's valid
        radius shows up at the pixel.
    """
    pixels = np.asarray(pixels, np.float64)
    lens = (camera.fx, camera.fy, camera.cx, camera.cy, *camera.k, *camera.p)
    straight = (pixels - (camera.cx, camera.cy)) / (camera.fx, camera.fy)
    if not any(lens[4:]):
        return straight

    def shown(at: np.ndarray) -> np.ndarray:
        x, y, _ = camera_to_pixels(at[..., 0], at[..., 1], np.ones(at.shape[:-1]), lens)
        return np.stack((x, y), -1)

    at = straight.copy()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for _ in range(UNDISTORT_ROUNDS):
            missed = pixels - shown(at)
            columns = [(shown(at + step) - shown(at - step)) / (2 * UNDISTORT_STEP) for step in UNDISTORT_STEP * np.eye(2)]
            (a, c), (b, d) = np.moveaxis(columns[0], -1, 0), np.moveaxis(columns[1], -1, 0)
            move = np.stack((d * missed[..., 0] - b * missed[..., 1], a * missed[..., 1] - c * missed[..., 0]), -1)
            move = move / (a * d - b * c)[..., None]
            at = at + move
            if not (np.abs(move) > UNDISTORT_MOVE).any():  # NaN is at rest too
                break
        r2 = (at * at).sum(-1)
        good = (np.abs(pixels - shown(at)).max(-1) < UNDISTORT_ERROR_PX) & (r2 <= valid_radius(camera.k) ** 2)
    return np.where(good[..., None], at, np.nan)


def world_rays(pixels: np.ndarray, camera: Camera) -> np.ndarray:
    """float64 [..., 3], unit vectors, world axes: from the camera's centre through pixels [..., 2]; NaN as ``undistort``."""
    at = undistort(pixels, camera)
    rays = np.concatenate((at, np.ones((*at.shape[:-1], 1))), -1) @ camera.R_world_to_cam
    return rays / np.linalg.norm(rays, axis=-1, keepdims=True)


def turned_camera(camera: Camera, quarter_turns: int) -> Camera:
    """The camera of frames turned clockwise by quarter turns (``np.rot90(image, -quarter_turns)``)."""
    for _ in range(quarter_turns % 4):
        p1, p2 = camera.p
        camera = replace(
            camera,
            width_px=camera.height_px,
            height_px=camera.width_px,
            fx=camera.fy,
            fy=camera.fx,
            cx=camera.height_px - 1 - camera.cy,
            cy=camera.cx,
            # x' = -y, y' = x
            R_world_to_cam=np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]) @ camera.R_world_to_cam,
            p=np.array([p2, -p1]),
        )
    return camera


def inside_frame(pixels: Any, width_px: Any, height_px: Any) -> Any:
    """bool [...]: pixels [..., 2] lie in the frame (NaN: no)."""
    x, y = pixels[..., 0], pixels[..., 1]
    return (x >= 0) & (y >= 0) & (x < width_px) & (y < height_px)


def visible_px(points_world_mm: np.ndarray, camera: Camera) -> np.ndarray:
    """float32 [..., 2], px: projection, NaN where the camera does not see the point."""
    pixels, valid = project(points_world_mm, camera)
    seen = valid & inside_frame(pixels, camera.width_px, camera.height_px)
    return np.where(seen[..., None], pixels, np.nan).astype(np.float32)


def fit_scale(frame_size: tuple[float, float], network_size: tuple[int, int]) -> np.ndarray:
    """float64 [2]: VoxelPose's "scale" (units of 200 px) of the frame padded to the network image's aspect ratio.

    Args:
        frame_size: (width, height), px. network_size: (width, height), px.
    """
    width, height = frame_size
    net_width, net_height = network_size
    if width / net_width < height / net_height:
        padded = (height / net_height * net_width, height)
    else:
        padded = (width, width / net_width * net_height)
    return np.array(padded, np.float64) / SCALE_UNIT_PX


def affine_to_network(
    center: Sequence[float], scale: Sequence[float], rotation_deg: float, network_size: tuple[int, int]
) -> np.ndarray:
    """float64 [2, 3]: raw px → network px; centre to centre, uniform scale, rotation about the centre.

    Args:
        center: (x, y), px, raw frame. scale: padded frame size / 200 px (its width counts). rotation_deg: degrees, clockwise.
    """
    angle = np.deg2rad(float(rotation_deg))
    zoom = network_size[0] / (float(scale[0]) * SCALE_UNIT_PX)
    linear = zoom * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    shift = np.array(network_size, np.float64) / 2 - linear @ np.asarray(center, np.float64)
    return np.concatenate([linear, shift[:, None]], axis=1)


def frame_to_network(frame_size: tuple[int, int], network_size: tuple[int, int]) -> np.ndarray:
    """float64 [2, 3]: raw px → network px for a whole frame, letter-boxed without rotation."""
    center = (frame_size[0] / 2, frame_size[1] / 2)
    return affine_to_network(center, fit_scale(frame_size, network_size), 0.0, network_size)


def apply_affine(points: Any, matrix: Any) -> Any:
    """[..., 2] → [..., 2] under a [2, 3] affine; numpy or torch."""
    return points @ matrix[:, :2].T + matrix[:, 2]


def invert_affine(matrix: np.ndarray) -> np.ndarray:
    """float64 [2, 3]: the inverse of a [2, 3] affine."""
    inverse = np.linalg.inv(matrix[:, :2])
    return np.concatenate([inverse, -(inverse @ matrix[:, 2:])], axis=1)


def camera_from_opencv(
    name: str,
    size_px: tuple[int, int],
    K: np.ndarray,
    distortion: Sequence[float],
    R: np.ndarray,
    t: np.ndarray,
    world: np.ndarray | None = None,
    unit_mm: float = 1.0,
) -> Camera:
    """A ``Camera`` from OpenCV's ``x_cam = R x + t``.

    Args:
        size_px: (width, height). K: [3, 3], px. distortion: (k1, k2, p1, p2[, k3]).
        R: [3, 3]; t: [3], in the calibration's own unit. unit_mm: millimetres in that unit.
        world: [3, 3] rotation M with ``x_own = M @ x_world``, where the calibration's axes are not ours; None: they are.

    Raises:
        ValueError: as ``Camera``; also for a distortion of other than 4 or 5 numbers or a K with skew.
    """
    K, R, t = np.asarray(K, float), np.asarray(R, float), np.asarray(t, float).reshape(-1)
    d = np.asarray(distortion, float).reshape(-1)
    if K.shape != (3, 3) or R.shape != (3, 3) or t.shape != (3,):
        raise ValueError(f"K, R, t have shapes {K.shape}, {R.shape}, {t.shape}, expected (3, 3), (3, 3), (3,)")
    if d.size not in (4, 5):
        raise ValueError(Note("distortion has {count} numbers, expected 4 or 5 (k1, k2, p1, p2[, k3])", count=d.size))
    if abs(K[0, 1]) > 1e-6 * abs(K[0, 0]):
        raise ValueError(Note("K has skew {skew:.4g}, which this camera model does not know", skew=K[0, 1]))
    rotation = R if world is None else R @ world
    return Camera(
        name=name,
        width_px=int(size_px[0]),
        height_px=int(size_px[1]),
        fx=float(K[0, 0]),
        fy=float(K[1, 1]),
        cx=float(K[0, 2]),
        cy=float(K[1, 2]),
        R_world_to_cam=rotation,
        center_world_mm=-rotation.T @ t * unit_mm,
        k=np.array([d[0], d[1], d[4] if d.size == 5 else 0.0]),
        p=d[2:4],
    )


#: A lens nobody knows is taken to be this long, in the frame's longer side: between a phone's and a camcorder's.
GUESSED_FOCAL = 1.1


def guessed_camera(name: str, size_px: tuple[int, int]) -> Camera:
    """A camera of which only the frame's (width, height) is known: a usual lens, no distortion, standing at the origin."""
    focal = GUESSED_FOCAL * max(size_px)
    return Camera(name, *size_px, focal, focal, (size_px[0] - 1) / 2, (size_px[1] - 1) / 2, np.eye(3), np.zeros(3))
