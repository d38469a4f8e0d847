"""A rig from people gets what it can't have by itself: up and the floor from who stands on it, and a unit.

The unit comes from a person's height, from a taped distance between two cameras, or else from how tall people are; each with
its uncertainty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from modules.core.skeleton import COCO_NAMES
from modules.core.types import Camera
from modules.core.world import World, level_rotation
from modules.rig.level import ANKLE_MM, find_up

from .body import CHILD_RANGE_MM, CHILD_SHARE, COCO_JOINTS, STATURE_MM, STATURE_SD_MM, statures
from .from_people import Grown

#: A person's bones say their height to this, relative; a tape is read to so many mm.
BONES_SAY, TAPE_MM = 0.02, 10.0
#: Lengths within this factor of the first guess are weighed.
WITHIN = 1.6


@dataclass(frozen=True, eq=False)
class Anchored:
    """A calibration in mm, z up, floor at z = 0, the origin under the people's middle.

    Attributes:
        cameras: V. joints_world_mm: float64 [N, K, 3], mm, world. identity: int [N].
        scale_sd: how well the unit is known, relative. up_sd_deg: how well up is, degrees; NaN: not found.
        floor_spread_mm: how far apart the levels are that people stand on, 10–90 %.
    """

    cameras: tuple[Camera, ...]
    joints_world_mm: np.ndarray
    identity: np.ndarray
    scale_sd: float
    up_sd_deg: float
    floor_spread_mm: float


def anchored(rig: Grown, height_mm: float | None = None, tape: tuple[int, int, float] | None = None) -> Anchored:
    """Puts a grown rig upright and into millimetres.

    Args:
        height_mm: of the tallest person, mm. tape: two cameras' places and the distance of their lenses, mm.
    """
    tall = statures(rig.adjusted.bones_mm)
    if tape is not None:
        a, b, distance = tape
        apart = float(np.linalg.norm(rig.cameras[a].center_world_mm - rig.cameras[b].center_world_mm))
        scale, sd = distance / apart, TAPE_MM / distance
    elif height_mm is not None:
        scale, sd = height_mm / float(np.max(tall[_long(rig)])), BONES_SAY
    else:
        scale, sd = scale_of_people(tall[_long(rig)])
    points = coco(rig.adjusted.joints_world_mm)
    up = find_up(points, rig.cameras)
    R = level_rotation(up.direction) if np.isfinite(up.direction).all() else np.eye(3)
    joints = rig.adjusted.joints_world_mm * scale @ R.T
    ankles = np.fmin(*(joints[:, [COCO_JOINTS.index(COCO_NAMES.index(f"{side}_ankle"))], 2] for side in ("left", "right")))
    ankles = ankles[np.isfinite(ankles)]
    floor = float(np.percentile(ankles, 10)) - ANKLE_MM if len(ankles) else 0.0
    spread = float(np.ptp(np.percentile(ankles, [10, 90]))) if len(ankles) else float("nan")
    middle = np.nanmedian(joints.reshape(-1, 3), axis=0)
    world = World(scale, R, np.array([*middle[:2], floor]) @ R / scale)
    return Anchored(
        world.level_cameras(rig.cameras), world.to_level(rig.adjusted.joints_world_mm), rig.seen.identity, float(sd), up.sd_deg,
        spread,
    )  # fmt: skip


def scale_of_people(tall_mm: np.ndarray) -> tuple[float, float]:
    """What to multiply statures [people] by so that they are likeliest as people's, and how sure that is, relative.

    Posterior mean over a grid: grown people's statures are normal, children's even over their range.
    """
    logs = np.linspace(-np.log(WITHIN), np.log(WITHIN), 1201)
    total = np.zeros_like(logs)
    for tall in tall_mm[np.isfinite(tall_mm)]:
        real = tall * np.exp(logs)
        error = np.hypot(STATURE_SD_MM, BONES_SAY * STATURE_MM)
        grown = np.exp(-0.5 * ((real - STATURE_MM) / error) ** 2) / error / np.sqrt(2 * np.pi)
        low, high = CHILD_RANGE_MM
        child = ((real > low) & (real < high)) / (high - low)
        total += np.log((1 - CHILD_SHARE) * grown + CHILD_SHARE * child + 1e-12)
    weight = np.exp(total - total.max())
    weight /= weight.sum()
    mean = float((weight * logs).sum())
    return float(np.exp(mean)), float(np.sqrt((weight * (logs - mean) ** 2).sum()))


def coco(joints: np.ndarray) -> np.ndarray:
    """float64 [N, 17, 3]: COCO's keypoints of joints [N, K, 3]; NaN for eyes and ears."""
    out = np.full((len(joints), len(COCO_NAMES), 3), np.nan)
    out[:, COCO_JOINTS] = joints
    return out


def _long(rig: Grown) -> np.ndarray:
    """bool [people]: seen for a tenth of the longest time at least; fragments say little of their owner's height."""
    counts = np.bincount(rig.seen.person)
    return counts >= 0.1 * counts.max()


def names_to_tape(cameras: Sequence[Camera], first: str, second: str, distance_mm: float) -> tuple[int, int, float]:
    """A tape between two cameras by name; ValueError if there is no such camera."""
    names = [camera.name for camera in cameras]
    return names.index(first), names.index(second), distance_mm


def moved_to(cameras: Sequence[Camera], like: Sequence[Camera]) -> tuple[Camera, ...]:
    """The same rig turned and shifted to agree best with where other cameras stand (no scale): to compare calibrations."""
    U, _, Vt = np.linalg.svd(sum(b.R_world_to_cam.T @ a.R_world_to_cam for a, b in zip(cameras, like, strict=True)))
    turn = U @ np.diag([1, 1, np.linalg.det(U @ Vt)]) @ Vt
    mine, true = (np.array([c.center_world_mm for c in rig]) for rig in (cameras, like))
    shift = true.mean(0) - (mine @ turn.T).mean(0)
    return tuple(
        replace(c, R_world_to_cam=c.R_world_to_cam @ turn.T, center_world_mm=turn @ c.center_world_mm + shift) for c in cameras
    )
