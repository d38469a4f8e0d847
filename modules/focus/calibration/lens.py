"""Lenses that the projection of ``core.geometry`` can't hold: OpenCV's with 8, 12 or 14 coefficients, fisheye, Vicon's.

The one projection has five coefficients, and the networks' compiled graphs have them too. So another lens is first approached
by those five. Where that is within ``EXACT_PX`` everywhere in the frame, as it is for most lenses calibrated with more
coefficients than they need, the five are taken. Where it is not, the frames are drawn again as the approaching camera would
have seen them, which is exact: each pixel is fetched from where the true lens has put it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from modules.core.errors import Note
from modules.core.geometry import valid_radius
from modules.core.types import Camera

#: (ideal x, y) [N, 2] → (distorted x, y) [N, 2], both in normalised camera coordinates (px = K · distorted).
Distort = Callable[[np.ndarray], np.ndarray]
#: Five coefficients that are nowhere farther than this from the true lens stand for it, px.
EXACT_PX = 0.01
#: Beyond this the five coefficients follow the lens too badly to be drawn with: the frames become a pinhole's.
FOLLOWS_PX = 40.0
#: Directions farther from the axis than this are cut off: the projection has no room for half a sphere.
WIDEST = np.tan(np.deg2rad(65.0))
#: Points along each side of the frame at which a lens is compared.
GRID = 41
#: Rounds to turn a lens round, and how near that must come, normalised.
ROUNDS, NEAR = 60, 1e-7


@dataclass(frozen=True, eq=False)
class Lens:
    """A lens by what it does.

    Attributes:
        name: for the user ("8 coefficients", "fisheye").
        distort: see ``Distort``.
    """

    name: Note
    distort: Distort


@dataclass(frozen=True, eq=False)
class Approached:
    """A camera that the projection can hold in place of one that it can't.

    Attributes:
        camera: the approaching one.
        maps: float32 [H, W] twice: for each pixel of its frames the place in the raw frame; None: the frames stay as they are.
        error_px: how far the five coefficients are from the true lens at most, px.
    """

    camera: Camera
    maps: tuple[np.ndarray, np.ndarray] | None
    error_px: float


def opencv_lens(coefficients: np.ndarray) -> Lens:
    """OpenCV's lens with up to 14 coefficients (k1 k2 p1 p2 k3 k4 k5 k6 s1 s2 s3 s4 tx ty)."""
    d = np.array(coefficients, float)

    def distort(points: np.ndarray) -> np.ndarray:
        rays = np.column_stack((points, np.ones(len(points))))
        return cv2.projectPoints(rays, np.zeros(3), np.zeros(3), np.eye(3), d)[0][:, 0]

    return Lens(Note("a lens of {count} coefficients", count=len(d)), distort)


def fisheye_lens(coefficients: np.ndarray) -> Lens:
    """OpenCV's fisheye lens (Kannala-Brandt): theta·(1 + k1 theta² + k2 theta⁴ + k3 theta⁶ + k4 theta⁸)."""
    k = np.array(coefficients, float)

    def distort(points: np.ndarray) -> np.ndarray:
        r = np.linalg.norm(points, axis=-1, keepdims=True)
        theta = np.arctan(r)
        bent = theta * (1 + sum(k[n] * theta ** (2 * n + 2) for n in range(4)))
        return points * np.where(r > 1e-9, bent / np.maximum(r, 1e-9), 1.0)

    return Lens(Note("a fisheye lens"), distort)


def correcting_lens(name: Note, undistort: Distort) -> Lens:
    """A lens given the other way, by how its images are corrected (Vicon)."""
    return Lens(name, lambda points: _inverse(undistort, points))


def approach(camera: Camera, lens: Lens) -> Approached:
    """The camera whose five coefficients come nearest to the lens, over the frame of ``camera``.

    Raises:
        ValueError: the lens can't be turned round in this frame: its coefficients are wrong, or for another frame size.
    """
    size = np.array([camera.width_px, camera.height_px])
    f, c = np.array([camera.fx, camera.fy]), np.array([camera.cx, camera.cy])
    border = np.stack(np.meshgrid(*(np.linspace(-0.5, side - 0.5, GRID) for side in size)), -1).reshape(-1, 2)
    seen = _inverse(lens.distort, (border - c) / f)
    seen = seen[np.isfinite(seen).all(1) & (np.linalg.norm(seen, axis=1) < WIDEST)]
    if len(seen) < GRID:
        raise ValueError(Note("its lens can't be worked out for frames of {width}x{height} px", width=size[0], height=size[1]))
    bent = lens.distort(seen)
    coefficients, *_ = np.linalg.lstsq(_basis(seen), (bent - seen).ravel(), rcond=None)
    k1, k2, k3, p1, p2 = coefficients
    fitted = replace(camera, k=np.array([k1, k2, k3]), p=np.array([p1, p2]))
    error_px = float(np.abs(((_basis(seen) @ coefficients).reshape(-1, 2) + seen - bent) * f).max())
    folds = valid_radius(fitted.k) <= np.linalg.norm(seen, axis=1).max()
    if error_px <= EXACT_PX and not folds:
        return Approached(fitted, None, error_px)
    if error_px > FOLLOWS_PX or folds:
        fitted = replace(camera, k=np.zeros(3), p=np.zeros(2))
    return Approached(fitted, _maps(fitted, lens), error_px)


def _basis(points: np.ndarray) -> np.ndarray:
    """[2N, 5]: what each of (k1, k2, k3, p1, p2) adds to the points [N, 2], x and y in turn."""
    x, y = points.T
    r2 = x * x + y * y
    across = np.stack([x * r2, x * r2**2, x * r2**3, 2 * x * y, r2 + 2 * x * x], -1)
    down = np.stack([y * r2, y * r2**2, y * r2**3, r2 + 2 * y * y, 2 * x * y], -1)
    return np.stack([across, down], 1).reshape(-1, 5)


def _maps(camera: Camera, lens: Lens) -> tuple[np.ndarray, np.ndarray]:
    f, c = np.array([camera.fx, camera.fy]), np.array([camera.cx, camera.cy])
    rows, columns = np.mgrid[: camera.height_px, : camera.width_px]
    places = (np.stack([columns, rows], -1).reshape(-1, 2) - c) / f
    own = np.concatenate([camera.k, camera.p])
    if own.any():
        places = _inverse(lambda points: points + (_basis(points) @ own).reshape(-1, 2), places)
    far = ~(np.linalg.norm(places, axis=1) < WIDEST)
    raw = lens.distort(np.where(far[:, None], 0.0, places)) * f + c
    raw[far] = -10.0  # outside every frame: black
    x, y = raw.astype(np.float32).reshape(camera.height_px, camera.width_px, 2).transpose(2, 0, 1)
    return np.ascontiguousarray(x), np.ascontiguousarray(y)


def _inverse(function: Distort, wanted: np.ndarray) -> np.ndarray:
    """Points that ``function`` takes to ``wanted`` [N, 2]; NaN where there are none. Newton with a numeric derivative."""
    points = wanted.copy()
    step = 1e-6
    with np.errstate(all="ignore"):
        for _ in range(ROUNDS):
            missed = function(points) - wanted
            if not np.nanmax(np.abs(missed), initial=0.0) > NEAR / 100:
                break
            x = (function(points + np.array([step, 0])) - missed - wanted) / step
            y = (function(points + np.array([0, step])) - missed - wanted) / step
            determinant = x[:, 0] * y[:, 1] - x[:, 1] * y[:, 0]
            dx = (missed[:, 0] * y[:, 1] - missed[:, 1] * y[:, 0]) / determinant
            dy = (missed[:, 1] * x[:, 0] - missed[:, 0] * x[:, 1]) / determinant
            # steps of at most a third of the image's half width: a lens may bend strongly on the way
            points = points - np.clip(np.stack([dx, dy], -1), -0.3, 0.3)
        missed = np.abs(function(points) - wanted).max(1)
    return np.where((missed < NEAR)[:, None], points, np.nan)
