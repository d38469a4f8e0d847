"""Up, floor, unit and space from people in space and from how cameras are held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modules.core.room import BELOW_FLOOR_MM, HEIGHT_MM, MAX_SIDE_MM, MIN_SIDE_MM, fit_space
from modules.core.skeleton import COCO_NAMES
from modules.core.types import Camera
from modules.core.world import Space, World, level_rotation

L_SHOULDER, R_SHOULDER, L_HIP, R_HIP, L_KNEE, R_KNEE, L_ANKLE, R_ANKLE = (
    COCO_NAMES.index(f"{side}_{name}") for name in ("shoulder", "hip", "knee", "ankle") for side in ("left", "right")
)
#: Somebody stands whose trunk and legs point the same way to within this, degrees.
STANDING_DEG = 15.0
#: Standard deviations, degrees: of one standing person's axis; of the cameras' mean image-up; of a camera's roll.
PERSON_DEG, IMAGE_UP_DEG, ROLL_DEG = 2.0, 25.0, 4.0
#: Rounds in which cameras that roll lose their say.
ROUNDS = 5
#: A world axis this near to up is up; degrees.
SNAP_DEG = 8.0
#: (leg + trunk) / stature, ankles to shoulders, as the 2D network shows people: less than the 0.779 of Winter, "Biomechanics
#: and Motor Control of Human Movement", fig. 4.1. By it the demo's two are 1.76 and 1.44 m; Config.toml names 1.72 and 1.40.
LEG_AND_TRUNK = 0.72
#: Statures that a unit is believed for, mm, and shoulder widths where nobody's legs are seen.
STATURE_MM, SHOULDERS_MM = (1200.0, 2300.0), (280.0, 460.0)
#: People of such a stature by the calibration as it is are children, or it is off; but no board's squares are its unit: those
#: would be 0.6 to 2.4 mm, or m where the format's unit is m.
NEARLY_MM = (700.0, 2800.0)
#: What people measure where nothing else is known, mm.
TYPICAL_MM = 1680.0
#: What to multiply a calibration's lengths by if it was read in the wrong unit, and what it then is.
UNITS = {1.0: "", 1e-3: "mm", 1e-2: "cm", 0.3048: "ft", 1e3: "m", 1e1: "cm", 304.8: "ft", 1e-1: "mm", 1e2: "m"}
#: How high an ankle is above the floor, as a share of the stature (Winter, fig. 4.1). The floor is at z = 0 if it is found this
#: near, mm.
ANKLE, FLOOR_SNAP_MM = 0.039, 60.0
#: Ankles nearer in height than this both stand on the floor, mm.
BOTH_STAND_MM = 50.0
#: Ankles' heights scatter so far about a level that people stand on (standard deviation), those on it lie so near, mm, and it
#: is one where ankles are at least this share as dense as where they are densest.
LEVEL_SD_MM, ON_LEVEL_MM, LEVEL_SHARE = 40.0, 90.0, 0.5
#: Of somebody whose limbs make them so much smaller or larger than the others are, the ankles tell nothing either.
BELIEVABLE = (0.75, 1.33)
#: Shoulders of people are so high above the floor, whether they sit or stand, mm.
SHOULDER_HEIGHT_MM = (850.0, 1650.0)
#: Kept free around people, mm.
MARGIN_MM = 1000.0


@dataclass(frozen=True, eq=False)
class Up:
    """Which way is up.

    Attributes:
        direction: float64 [3], unit vector, recording's coordinates. sd_deg: its standard deviation, degrees.
        people: standing people that it rests on; 0: on the cameras alone.
        snapped: it is a world axis.
    """

    direction: np.ndarray
    sd_deg: float
    people: int
    snapped: bool


def find_up(points: np.ndarray, cameras: Sequence[Camera]) -> Up:
    """Up: the direction that standing people point in and about which cameras roll least, by least squares.

    Args:
        points: float [P, 17, 3], world, any unit; NaN: unknown.
    """
    image_up = -np.mean([camera.R_world_to_cam[1] for camera in cameras], axis=0)
    told = np.zeros((3, 3))  # information: upᵀ told up is the sum of squared misses, in standard deviations
    hint = np.zeros(3)
    axes = standing_axes(points)
    if len(axes):
        hint, spread = _robust_mean(axes)
        people_deg = float(np.hypot(PERSON_DEG, (5.0 + spread) / np.sqrt(len(axes))))
        told += _across(hint) / people_deg**2
    # a prior that the people contradict is none: cameras may hang in any way
    if np.linalg.norm(image_up) > 0.2 and (not len(axes) or _angle_deg(_unit(image_up), hint) < 3 * IMAGE_UP_DEG):
        told += _across(_unit(image_up)) / IMAGE_UP_DEG**2
        hint = hint if len(axes) else _unit(image_up)
    if not hint.any():
        return Up(np.full(3, np.nan), float("nan"), 0, False)
    direction = hint
    across = np.array([camera.R_world_to_cam[0] for camera in cameras])
    for _ in range(ROUNDS):
        roll_deg = np.rad2deg(np.arcsin(np.clip(across @ direction, -1, 1)))
        trust = 1 / (1 + (roll_deg / ROLL_DEG) ** 2) / ROLL_DEG**2  # Cauchy: most cameras are level, some are not at all
        values, vectors = np.linalg.eigh(told + np.einsum("c,ci,cj->ij", trust, across, across))
        direction = vectors[:, 0] * (1 if vectors[:, 0] @ hint > 0 else -1)
    sd_deg = float(np.sqrt(2 / (values[1] + values[2])))
    axis = np.zeros(3)
    axis[np.abs(direction).argmax()] = np.sign(direction[np.abs(direction).argmax()])
    near = _angle_deg(direction, axis) < min(SNAP_DEG, 3.5 * max(sd_deg, 1.0)) and not _a_cameras_own(cameras)
    return Up(axis if near else direction, sd_deg, len(axes), near)


def standing_axes(points: np.ndarray) -> np.ndarray:
    """float64 [N, 3], unit vectors from ankles to shoulders of those people [P, 17, 3] who stand straight."""
    shoulders, hips, ankles = (
        points[:, list(pair)].mean(1) for pair in ((L_SHOULDER, R_SHOULDER), (L_HIP, R_HIP), (L_ANKLE, R_ANKLE))
    )
    trunk, legs = shoulders - hips, hips - ankles
    known = np.isfinite(trunk).all(1) & np.isfinite(legs).all(1)
    trunk, legs, whole = trunk[known], legs[known], (shoulders - ankles)[known]
    straight = (_unit(trunk) * _unit(legs)).sum(1) > np.cos(np.deg2rad(STANDING_DEG))
    return _unit(whole[straight])


def find_unit(points: np.ndarray) -> tuple[float, float]:
    """What to multiply lengths by so that people are as tall as people are, and their median stature in the lengths given.

    Args:
        points: float [P, 17, 3]; NaN: unknown.

    Returns:
        1 (also if they are very small or large but nearly people: ``NEARLY_MM``), another one of ``UNITS``, or for a unit
        without a name (a board's squares) whatever makes them 1.68 m tall on average; NaN: nobody's limbs are known. The
        stature (NaN if shoulders alone were seen).
    """
    tall = statures(points)
    if np.isfinite(tall).any():
        value, (low, high), typical = float(np.nanmedian(tall)), STATURE_MM, TYPICAL_MM
        wide = tall
    else:
        wide = np.linalg.norm(points[:, L_SHOULDER] - points[:, R_SHOULDER], axis=-1)
        if not np.isfinite(wide).any():
            return float("nan"), float("nan")
        value, (low, high), typical = float(np.nanmedian(wide)), SHOULDERS_MM, 360.0
    fitting = [factor for factor in UNITS if low <= value * factor <= high]
    stature = value if np.isfinite(tall).any() else float("nan")
    if fitting:
        return fitting[0], stature
    if NEARLY_MM[0] <= stature <= NEARLY_MM[1]:
        return 1.0, stature
    alike = (wide > BELIEVABLE[0] * value) & (wide < BELIEVABLE[1] * value)
    return typical / float(wide[alike].mean()), stature  # of a tall and a short one the mean errs less than either


def statures(points: np.ndarray) -> np.ndarray:
    """float64 [P]: height of people [P, 17, 3] from their limbs, in the points' unit, however they hold them; NaN: unknown.

    By the length from ankles to shoulders as the 2D network sees it. A given height goes by bones after Winter
    (``body.statures``), which real people seen by it have 5 % too short.
    """

    def length(a: int, b: int) -> np.ndarray:
        return np.linalg.norm(points[:, a] - points[:, b], axis=-1)

    left = length(L_HIP, L_KNEE) + length(L_KNEE, L_ANKLE)
    right = length(R_HIP, R_KNEE) + length(R_KNEE, R_ANKLE)
    leg = np.where(np.isnan(left), right, np.where(np.isnan(right), left, (left + right) / 2))
    trunk = np.linalg.norm(points[:, [L_SHOULDER, R_SHOULDER]].mean(1) - points[:, [L_HIP, R_HIP]].mean(1), axis=-1)
    return (leg + trunk) / LEG_AND_TRUNK


def find_floor(points_mm: np.ndarray, up: np.ndarray) -> tuple[float, tuple[float, float]]:
    """Height of the floor along ``up``, mm, and how far below and above it the lowest and highest somebody stands.

    Args:
        points_mm: float [P, 17, 3], mm; NaN: unknown.
    """
    tall = statures(points_mm)
    stature = float(np.nanmedian(tall)) if np.isfinite(tall).any() else TYPICAL_MM
    low, high = (stature * share for share in BELIEVABLE)
    height = points_mm[~((tall < low) | (tall > high))][:, [L_ANKLE, R_ANKLE]] @ up
    height = height[np.isfinite(height).any(1)]
    if not len(height):
        return float("nan"), (float("nan"), float("nan"))
    lower, upper = np.nanmin(height, axis=1), np.nanmax(height, axis=1)
    stands = np.where(upper - lower < BOTH_STAND_MM, (lower + upper) / 2, lower) - ANKLE * stature
    floor = float(np.median(stands[np.abs(stands - _lowest_level(stands)) < ON_LEVEL_MM]))
    return floor, (float(np.percentile(stands, 5) - floor), float(np.percentile(stands, 95) - floor))


def guess_floor(points_mm: np.ndarray, up: np.ndarray) -> float:
    """Height along ``up``, mm, that people who show no feet may stand or sit on: 0 if that fits, else far below shoulders.

    NaN: nobody's shoulders are known, or up is not.
    """
    height = points_mm[:, [L_SHOULDER, R_SHOULDER]] @ up
    if not np.isfinite(height).any():
        return float("nan")
    shoulders, (low, high) = float(np.nanmedian(height)), SHOULDER_HEIGHT_MM
    return 0.0 if low < shoulders < high else shoulders - (low + high) / 2


def _lowest_level(heights: np.ndarray) -> float:
    """The lowest height about which many of N heights lie: single ones are wrong by decimetres, so not the lowest of all."""
    apart = np.abs(heights[:, None] - heights)
    density = np.exp(-0.5 * (apart / LEVEL_SD_MM) ** 2).sum(1)
    peaks = np.where(apart < 2 * LEVEL_SD_MM, density, 0).max(1) <= density
    return float(heights[peaks & (density >= LEVEL_SHARE * density.max())].min())


def find_world(points_mm: np.ndarray, up: np.ndarray, floor_mm: float, cameras: Sequence[Camera]) -> tuple[World, Space]:
    """The level world, its origin under the middle of the space, and the space to look for people in (level coordinates).

    The space is where cameras look, and where people are.

    Args:
        points_mm: float [P, 17, 3], mm, recording's axes. cameras: with centres in mm.
    """
    on_axis = np.abs(up).max() > 1 - 1e-9  # then the world's own axes are somebody's choice
    R = level_rotation(up) if on_axis else along_cameras(up, cameras)
    flat = World(1.0, R, up * floor_mm)
    size, center = fit_space(flat.level_cameras(cameras))
    low, high = center[:2] - size[:2] / 2, center[:2] + size[:2] / 2
    hips = flat.to_level(points_mm[:, [L_HIP, R_HIP]].mean(1))[:, :2]
    hips = hips[np.isfinite(hips).all(1)]
    middle, side = center[:2], size[:2]
    if len(hips):
        least, most = np.percentile(hips, 2, axis=0) - MARGIN_MM, np.percentile(hips, 98, axis=0) + MARGIN_MM
        low, high = np.minimum(low, least), np.maximum(high, most)
        too_wide = high - low > MAX_SIDE_MM
        middle = np.where(too_wide, (least + most) / 2, (low + high) / 2)
        side = np.clip(high - low, MIN_SIDE_MM, MAX_SIDE_MM)
    origin = flat.to_recording(np.array([*middle, 0.0]))
    return World(1.0, R, origin), Space(np.array([*side, HEIGHT_MM]), np.array([0.0, 0.0, HEIGHT_MM / 2 - BELOW_FLOOR_MM]))


def along_cameras(up: np.ndarray, cameras: Sequence[Camera]) -> np.ndarray:
    """float64 [3, 3]: a rotation that takes ``up`` [3] to z and x along the cameras' longest extent, the first one at its end.

    So a rig comes into one and the same level world, whatever the axes of its own.
    """
    R = level_rotation(up)
    places = np.array([camera.center_world_mm for camera in cameras]) @ R[:2].T
    places -= places.mean(0)
    x = np.linalg.svd(places)[2][0]
    x = x if places[0] @ x >= 0 else -x
    return np.array([[*x, 0.0], [-x[1], x[0], 0.0], [0.0, 0.0, 1.0]]) @ R


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def _angle_deg(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.rad2deg(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))


def _across(direction: np.ndarray) -> np.ndarray:
    """float64 [3, 3]: what a unit vector has across ``direction``."""
    return np.eye(3) - np.outer(direction, direction)


def _robust_mean(axes: np.ndarray) -> tuple[np.ndarray, float]:
    """The direction most of N unit vectors agree on, and their spread about it, degrees."""
    mean = _unit(np.median(axes, axis=0))
    for _ in range(5):
        off = np.rad2deg(np.arccos(np.clip(axes @ mean, -1, 1)))
        mean = _unit((axes / (1 + (off / 5.0) ** 2)[:, None]).sum(0))
    return mean, float(np.median(np.rad2deg(np.arccos(np.clip(axes @ mean, -1, 1)))))


def _a_cameras_own(cameras: Sequence[Camera]) -> bool:
    """Whether the world's axes are a camera's: then an axis is up only as far as that camera is level."""
    return any(
        np.linalg.norm(camera.center_world_mm) < 1.0 and np.abs(np.abs(camera.R_world_to_cam).max(0) - 1).max() < 1e-3
        for camera in cameras
    )
