"""Procedural people: 15 joints by forward kinematics, from published anthropometry. No motion data is used.

Segment lengths as fractions of stature: Drillis & Contini, "Body Segment Parameters" (1966), as tabulated in Winter,
"Biomechanics and Motor Control of Human Movement" (4th ed., fig. 4.1); shoulder and hip half-widths are narrower than their
body breadths because the joint centres lie inside. Ranges of motion: American Academy of Orthopaedic Surgeons, "Joint Motion"
(1965), rounded. Body frame: x forward, y to the person's left, z up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modules.core.skeleton import (
    LEFT_ANKLE,
    LEFT_ELBOW,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    LEFT_WRIST,
    MID_HIP,
    MIRROR,
    NECK,
    NOSE,
    NUM_JOINTS,
    RIGHT_ANKLE,
    RIGHT_ELBOW,
    RIGHT_HIP,
    RIGHT_KNEE,
    RIGHT_SHOULDER,
    RIGHT_WRIST,
)

#: Length of each segment as a fraction of stature, for an adult.
SEGMENTS: dict[str, float] = {
    "trunk": 0.288,  # hip height 0.530 to shoulder height 0.818
    "upper_arm": 0.186,
    "forearm": 0.146,
    "thigh": 0.245,
    "shank": 0.246,
    "half_shoulders": 0.110,  # breadth 0.259 over the deltoids
    "half_hips": 0.060,  # breadth 0.191 over the trochanters; joint centres lie well inside
    "nose_up": 0.100,  # shoulder height 0.818 to below the eyes (0.936)
    "nose_forward": 0.060,
}
#: A one-metre child against an adult of the same stature: longer trunk and head, shorter limbs (Drillis & Contini's tables end
#: at adults; direction and size after the sitting-height ratio, 0.57 at three years against 0.52 grown up).
CHILD: dict[str, float] = {"trunk": 1.06, "thigh": 0.92, "shank": 0.92, "nose_up": 1.35, "nose_forward": 1.25}
#: Standard deviation of each segment between people of one stature, relative.
SEGMENT_SPREAD = 0.04
STATURE_RANGE_MM = (1000.0, 2000.0)
ANKLE_HEIGHT = 0.039  # of stature

#: Angles of a pose, degrees, with the range of motion. Left and right limbs have the same limits.
ANGLES: dict[str, tuple[float, float]] = {
    "pitch": (-180, 180),  # whole body about its left axis, forward positive
    "roll": (-180, 180),
    "spine_flex": (-30, 85),
    "spine_side": (-35, 35),
    "spine_twist": (-40, 40),
    "neck_flex": (-50, 50),
    "neck_side": (-35, 35),
    "neck_twist": (-70, 70),
    **{f"{side}_{name}": limits for side in "lr" for name, limits in {
        "shoulder_flex": (-55, 180),
        "shoulder_abd": (-25, 175),
        "shoulder_rot": (-80, 90),
        "elbow": (0, 150),
        "hip_flex": (-30, 125),
        "hip_abd": (-25, 45),
        "hip_rot": (-40, 40),
        "knee": (0, 145),
    }.items()},
}  # fmt: skip
ANGLE_NAMES = tuple(ANGLES)
_INDEX = {name: i for i, name in enumerate(ANGLE_NAMES)}
LIMITS = np.array(list(ANGLES.values()), np.float64)


def _both(**angles: tuple[float, float]) -> dict[str, tuple[float, float]]:
    return {f"{side}_{name}": value for side in "lr" for name, value in angles.items()}


#: Spread of every angle that a family does not name, degrees (mean 0 or the nearest limit).
_REST = {
    "pitch": (0, 4), "roll": (0, 3), "spine_flex": (5, 7), "spine_side": (0, 5), "spine_twist": (0, 8), "neck_flex": (5, 14),
    "neck_side": (0, 8), "neck_twist": (0, 25),
    **_both(shoulder_flex=(0, 15), shoulder_abd=(8, 8), shoulder_rot=(0, 20), elbow=(20, 15), hip_flex=(4, 6), hip_abd=(4, 4),
            hip_rot=(0, 8), knee=(6, 6)),
}  # fmt: skip

#: Pose families: angle → (mean, standard deviation), degrees; the rest as in ``_REST``.
FAMILIES: dict[str, dict[str, tuple[float, float]]] = {
    "standing": {},
    "gesturing": _both(shoulder_flex=(35, 35), shoulder_abd=(25, 25), shoulder_rot=(10, 35), elbow=(75, 35)),
    "walking": {
        "l_hip_flex": (25, 12), "r_hip_flex": (-12, 10), "l_knee": (12, 10), "r_knee": (30, 22),
        "l_shoulder_flex": (-20, 15), "r_shoulder_flex": (25, 15), "l_elbow": (30, 25), "r_elbow": (35, 25),
    },
    "running": {
        "pitch": (10, 6), "l_hip_flex": (55, 20), "r_hip_flex": (-15, 12), "l_knee": (65, 30), "r_knee": (60, 40),
        "l_shoulder_flex": (-35, 15), "r_shoulder_flex": (40, 20), "l_elbow": (85, 20), "r_elbow": (90, 20),
    },
    "reaching": {
        "spine_flex": (15, 15), "spine_side": (0, 12), "l_shoulder_flex": (80, 35), "l_shoulder_abd": (25, 35),
        "l_elbow": (25, 25), "r_shoulder_flex": (10, 30),
    },
    "overhead": _both(shoulder_flex=(145, 25), shoulder_abd=(10, 20), elbow=(35, 35)),
    "t_pose": _both(shoulder_abd=(85, 25), elbow=(25, 30), shoulder_rot=(0, 35)),
    "bending": {
        "pitch": (25, 15), "spine_flex": (50, 20), **_both(shoulder_flex=(60, 35), hip_flex=(40, 20), knee=(20, 20)),
    },
    "leaning": {"pitch": (8, 15), "roll": (0, 18), "spine_side": (0, 15), "spine_flex": (15, 15)},
    "sitting": {
        "pitch": (-5, 10), "spine_flex": (15, 15),
        **_both(hip_flex=(85, 12), knee=(85, 20), hip_abd=(10, 8), shoulder_flex=(25, 25), elbow=(50, 35)),
    },
    "crouching": {
        "pitch": (20, 12), "spine_flex": (25, 18),
        **_both(hip_flex=(105, 15), knee=(115, 20), hip_abd=(15, 10), shoulder_flex=(55, 35), elbow=(50, 40)),
    },
    "lunging": {"l_hip_flex": (70, 20), "r_hip_flex": (-5, 15), "l_knee": (75, 25), "r_knee": (50, 35), "spine_flex": (12, 12)},
    "kneeling": {**_both(hip_flex=(15, 25), knee=(100, 20), shoulder_flex=(30, 35), elbow=(40, 35))},
    "lying": {
        "pitch": (-88, 8), "roll": (0, 25),
        **_both(shoulder_abd=(30, 35), elbow=(40, 40), hip_flex=(20, 25), knee=(30, 30)),
    },
    "prone": {
        "pitch": (85, 10), "roll": (0, 25),
        **_both(shoulder_flex=(60, 60), elbow=(50, 40), hip_flex=(15, 20), knee=(20, 25)),
    },
    "jumping": _both(hip_flex=(25, 25), knee=(40, 35), shoulder_flex=(70, 60), shoulder_abd=(30, 30), elbow=(50, 40)),
}  # fmt: skip
FAMILY_NAMES = tuple(FAMILIES)
#: How often each family is drawn, same order; the remainder of a random pose comes from mixing two families.
FAMILY_WEIGHTS = np.array([16, 14, 14, 8, 8, 5, 5, 7, 7, 7, 6, 4, 3, 3, 2, 4], np.float64)
_MEAN = np.array([[(f.get(a) or _REST[a])[0] for a in ANGLE_NAMES] for f in FAMILIES.values()], np.float64)
_SD = np.array([[(f.get(a) or _REST[a])[1] for a in ANGLE_NAMES] for f in FAMILIES.values()], np.float64)


@dataclass(frozen=True, eq=False)
class People:
    """People standing at the origin, facing any way.

    Attributes:
        joints_mm: float64 [P, J, 3], mm; mid-hip at x = y = 0, the lowest joint at its height over the floor (z = 0).
        stature_mm: float64 [P]. family: int [P], index into ``FAMILY_NAMES``. segments_mm: float64 [P, len(SEGMENTS)].
    """

    joints_mm: np.ndarray
    stature_mm: np.ndarray
    family: np.ndarray
    segments_mm: np.ndarray


def sample_people(rng: np.random.Generator, count: int) -> People:
    """``count`` people of any size in any pose."""
    stature = np.where(rng.random(count) < 0.2, rng.uniform(1000, 1550, count), rng.normal(1710, 100, count))
    stature = np.clip(stature, *STATURE_RANGE_MM)
    segments = sample_segments(rng, stature)
    family, angles = sample_angles(rng, count)
    joints = forward_kinematics(angles, segments)
    mirrored = rng.random(count) < 0.5
    joints[mirrored] = joints[mirrored][:, MIRROR] * np.array([1.0, -1.0, 1.0])
    joints = joints @ _rotation("z", rng.uniform(0, 360, count)).transpose(0, 2, 1)
    joints[..., 2] += (ANKLE_HEIGHT * stature * rng.uniform(0.8, 1.6, count) - joints[..., 2].min(1))[:, None]
    in_air = family == FAMILY_NAMES.index("jumping")
    joints[in_air, :, 2] += rng.uniform(0, 450, (int(in_air.sum()), 1))
    return People(joints, stature, family, segments)


def sample_segments(rng: np.random.Generator, stature_mm: np.ndarray) -> np.ndarray:
    """float64 [P, len(SEGMENTS)], mm, for statures [P], mm; spread between people cut at two standard deviations."""
    adult = np.array(list(SEGMENTS.values()))
    child = adult * np.array([CHILD.get(name, 1.0) for name in SEGMENTS])
    grown = np.clip((stature_mm - 1000) / 600, 0, 1)[:, None]
    spread = 1 + SEGMENT_SPREAD * np.clip(rng.standard_normal((len(stature_mm), len(adult))), -2, 2)
    return stature_mm[:, None] * (child + (adult - child) * grown) * spread


def sample_angles(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Family, int [P], and angles, float64 [P, len(ANGLES)], degrees, within the joint limits.

    A third of the poses mixes two families angle by angle; one in twelve has limbs anywhere within 70 % of their range.
    """
    weights = FAMILY_WEIGHTS / FAMILY_WEIGHTS.sum()
    family = rng.choice(len(weights), count, p=weights)
    other = rng.choice(len(weights), count, p=weights)
    noise = rng.standard_normal((count, len(ANGLE_NAMES)))
    angles = _MEAN[family] + _SD[family] * noise
    limbs = np.array([name[:2] in ("l_", "r_") for name in ANGLE_NAMES])
    mixed = (rng.random(count) < 0.33)[:, None] & limbs & (rng.random(angles.shape) < 0.5)
    angles = np.where(mixed, _MEAN[other] + _SD[other] * noise, angles)
    anything = LIMITS.mean(1) + 0.7 * (LIMITS[:, 1] - LIMITS[:, 0]) / 2 * rng.uniform(-1, 1, angles.shape)
    angles = np.where((rng.random(count) < 1 / 12)[:, None] & limbs, anything, angles)
    return family, np.clip(angles, LIMITS[:, 0], LIMITS[:, 1])


def forward_kinematics(angles_deg: np.ndarray, segments_mm: np.ndarray) -> np.ndarray:
    """Joints from joint angles.

    Args:
        angles_deg: float [P, len(ANGLES)]. segments_mm: float [P, len(SEGMENTS)].

    Returns:
        float64 [P, J, 3], mm, body frame, mid-hip at the origin; neck and mid-hip are the midpoints of shoulders and hips.
    """
    a = {name: angles_deg[:, i] for name, i in _INDEX.items()}
    s = {name: segments_mm[:, i, None] for i, name in enumerate(SEGMENTS)}
    joints = np.zeros((len(angles_deg), NUM_JOINTS, 3))
    pelvis = _rotation("x", a["roll"]) @ _rotation("y", a["pitch"])
    spine = [_rotation("z", k * a["spine_twist"]) @ _rotation("x", k * a["spine_side"]) @ _rotation("y", k * a["spine_flex"])
             for k in (0.5, 1.0)]  # fmt: skip
    thorax = pelvis @ spine[1]
    up = np.array([0.0, 0.0, 1.0])
    left = np.array([0.0, 1.0, 0.0])
    joints[:, NECK] = s["trunk"] * (pelvis @ spine[0] @ up)
    head = thorax @ _rotation("z", a["neck_twist"]) @ _rotation("x", a["neck_side"]) @ _rotation("y", a["neck_flex"])
    joints[:, NOSE] = joints[:, NECK] + s["nose_up"] * (head @ up) + s["nose_forward"] * head[:, :, 0]
    for side, sign, (shoulder, elbow, wrist, hip, knee, ankle) in (
        ("l", 1, (LEFT_SHOULDER, LEFT_ELBOW, LEFT_WRIST, LEFT_HIP, LEFT_KNEE, LEFT_ANKLE)),
        ("r", -1, (RIGHT_SHOULDER, RIGHT_ELBOW, RIGHT_WRIST, RIGHT_HIP, RIGHT_KNEE, RIGHT_ANKLE)),
    ):
        joints[:, shoulder] = joints[:, NECK] + sign * s["half_shoulders"] * (thorax @ left)
        joints[:, hip] = sign * s["half_hips"] * (pelvis @ left)
        arm = thorax @ _limb(a[f"{side}_shoulder_flex"], sign * a[f"{side}_shoulder_abd"], sign * a[f"{side}_shoulder_rot"])
        joints[:, elbow] = joints[:, shoulder] - s["upper_arm"] * (arm @ up)
        joints[:, wrist] = joints[:, elbow] - s["forearm"] * (arm @ _rotation("y", -a[f"{side}_elbow"]) @ up)
        leg = pelvis @ _limb(a[f"{side}_hip_flex"], sign * a[f"{side}_hip_abd"], sign * a[f"{side}_hip_rot"])
        joints[:, knee] = joints[:, hip] - s["thigh"] * (leg @ up)
        joints[:, ankle] = joints[:, knee] - s["shank"] * (leg @ _rotation("y", a[f"{side}_knee"]) @ up)
    joints[:, MID_HIP] = 0.0
    return joints


def _limb(flexion: np.ndarray, abduction: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Rotations [P, 3, 3] of a hanging limb: forward by flexion, outward by abduction, then about its own axis."""
    return _rotation("y", -flexion) @ _rotation("x", abduction) @ _rotation("z", rotation)


def _rotation(axis: str, degrees: np.ndarray) -> np.ndarray:
    """Right-handed rotations [P, 3, 3] about a coordinate axis."""
    i = "xyz".index(axis)
    j, k = (i + 1) % 3, (i + 2) % 3
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    out = np.zeros((len(degrees), 3, 3))
    out[:, i, i] = 1.0
    out[:, j, j], out[:, k, k], out[:, j, k], out[:, k, j] = c, c, -s, s
    return out
