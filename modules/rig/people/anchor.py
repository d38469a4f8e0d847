"""A rig from people gets what it can't have by itself: up and the floor from who stands on it, and a unit.

The unit comes from a person's height, from a taped distance between two cameras, or else from how tall people are; each with
its uncertainty.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from modules.core.errors import Note
from modules.core.skeleton import COCO_NAMES
from modules.core.types import Camera
from modules.core.world import level_rotation
from modules.rig.people.from_people import Grown
from modules.rig.seen.body import COCO_JOINTS, DEFINED_ALIKE, at, sure_statures
from modules.rig.seen.level import ANKLE, TYPICAL_MM, find_up
from modules.rig.seen.unit import scale_of_people

#: People seen so briefly that their height is known this many times worse than the best known one's say nothing of the unit.
CLEAR = 2.0
#: A tape is read to so many mm.
TAPE_MM = 10.0
#: Somebody leans by so many degrees for a while (standard deviation): over one stretch of time that is not averaged.
LEANING_DEG = 5.0


@dataclass(frozen=True, eq=False)
class Anchored:
    """A calibration in mm, z up, floor at z = 0, the origin under the people's middle.

    Attributes:
        cameras: V. joints_world_mm: float64 [N, K, 3], mm, world. identity: int [N].
        scale_sd: how well the unit is known, relative: of the rig's size, which lenses that are not known make unsure too.
        up_sd_deg: how well up is, degrees; NaN: not found. turned_sd_deg: float64 [V]: how well each camera's direction is,
            the first one's taken as right.
        tallest_mm: how tall the tallest person is by this unit, mm.
        unit_from: what tells the unit.
        floor_spread_mm: how far apart the levels are that people stand on, 10–90 %.
    """

    cameras: tuple[Camera, ...]
    joints_world_mm: np.ndarray
    identity: np.ndarray
    scale_sd: float
    up_sd_deg: float
    floor_spread_mm: float
    turned_sd_deg: np.ndarray = field(default_factory=lambda: np.zeros(0))
    tallest_mm: float = float("nan")
    unit_from: Note = field(default_factory=lambda: Note("how tall people are"))


def anchored(rig: Grown, height_mm: float | None = None, tape: tuple[int, int, float] | None = None) -> Anchored:
    """Puts a grown rig upright and into millimetres.

    Args:
        height_mm: of the tallest person, mm. tape: two cameras' places and the distance of their lenses, mm.
    """
    tall, tall_sd = sure_statures(rig.bones_mm, rig.bones_sd)
    clear = tall_sd <= CLEAR * np.nanmin(tall_sd)
    if tape is not None:
        a, b, distance = tape
        apart = float(np.linalg.norm(rig.cameras[a].center_world_mm - rig.cameras[b].center_world_mm))
        scale, sd = distance / apart, TAPE_MM / distance
        told = Note(
            "the tape of {distance:.0f} mm between {first} and {second}",
            distance=distance, first=rig.cameras[a].name, second=rig.cameras[b].name,
        )  # fmt: skip
    else:
        scale, sd = scale_of_people(tall[clear], tall_sd[clear], height_mm)
        sd = float(np.hypot(sd, DEFINED_ALIKE))
        told = Note("how tall people are")
        if height_mm is not None:
            told = Note("the tallest person's height of {height:.0f} mm", height=height_mm)
    sd = float(np.hypot(sd, np.nan_to_num(rig.adjusted.size_sd)))
    joints = rig.adjusted.joints_world_mm * scale
    up = find_up(coco(joints), rig.cameras)
    R = level_rotation(up.direction) if np.isfinite(up.direction).all() else np.eye(3)
    joints = joints @ R.T
    ankles = np.fmin(joints[:, at("left_ankle"), 2], joints[:, at("right_ankle"), 2])
    ankles = ankles[np.isfinite(ankles)]
    floor = float(np.percentile(ankles, 10)) - ANKLE * TYPICAL_MM if len(ankles) else 0.0
    spread = float(np.ptp(np.percentile(ankles, [10, 90]))) if len(ankles) else float("nan")
    shift = np.array([*np.nanmedian(joints.reshape(-1, 3), axis=0)[:2], floor])
    cameras = tuple(
        replace(c, R_world_to_cam=c.R_world_to_cam @ R.T, center_world_mm=R @ c.center_world_mm * scale - shift)
        for c in rig.cameras
    )
    up_sd_deg = float(np.hypot(up.sd_deg, LEANING_DEG / np.sqrt(max(rig.stretches, 1.0))))
    turned = np.rad2deg(np.linalg.norm(rig.adjusted.sd[:, :3], axis=1))
    tallest = float(np.max(tall[clear])) * scale
    return Anchored(cameras, joints - shift, rig.seen.identity, sd, up_sd_deg, spread, turned, tallest, told)


def coco(joints: np.ndarray) -> np.ndarray:
    """float64 [N, 17, 3]: COCO's keypoints of joints [N, K, 3]; NaN for eyes and ears."""
    out = np.full((len(joints), len(COCO_NAMES), 3), np.nan)
    out[:, COCO_JOINTS] = joints
    return out
