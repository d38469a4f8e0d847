"""What all bodies have in common, as far as a calibration may lean on it: joints, bones, statures."""

from __future__ import annotations

import numpy as np

from modules.core.skeleton import BODY_JOINTS, COCO_OF_JOINT, JOINT_NAMES, NOSE

#: The joints that calibration uses, indices into ``skeleton.JOINT_NAMES``: those that COCO and the skeleton define alike.
JOINTS: tuple[int, ...] = (NOSE, *BODY_JOINTS)
#: The same joints in COCO's order of keypoints.
COCO_JOINTS: tuple[int, ...] = tuple(COCO_OF_JOINT[joint] for joint in JOINTS)
_LIMBS = tuple(
    {f"{side}_{joint}" for joint in limb}
    for limb in (("elbow", "wrist"), ("knee", "ankle")) for side in ("left", "right")
)  # fmt: skip
_AT = {JOINT_NAMES[joint]: place for place, joint in enumerate(JOINTS)}
#: The part of the body that each belongs to: 0 trunk and head, then left arm, right arm, left leg, right leg.
PARTS: tuple[int, ...] = tuple(
    next((n for n, part in enumerate(_LIMBS, start=1) if JOINT_NAMES[joint] in part), 0) for joint in JOINTS
)


def at(name: str) -> int:
    """Place of a joint in ``JOINTS``."""
    return _AT[name]


#: Bones whose length stays: name → (fraction of stature, how much it varies while people move). Lengths between joint centres
#: after Winter, "Biomechanics and Motor Control of Human Movement" (4th ed., fig. 4.1); the side of the trunk bends.
BONES: dict[str, tuple[float, float]] = {
    "upper_arm": (0.186, 0.05),
    "forearm": (0.146, 0.05),
    "thigh": (0.245, 0.05),
    "shank": (0.246, 0.05),
    "shoulders": (0.220, 0.10),
    "hips": (0.120, 0.10),
    "side": (0.290, 0.10),
}
BONE_NAMES = tuple(BONES)
FRACTION = np.array([fraction for fraction, _ in BONES.values()])
#: Each measurable bone: (joint, joint, index into ``BONE_NAMES``), joints by their place in ``JOINTS``. Left and right share a
#: length.
SEGMENTS: tuple[tuple[int, int, int], ...] = tuple(
    (_AT[f"{side}_{a}"], _AT[f"{side}_{b}"], BONE_NAMES.index(bone))
    for side in ("left", "right")
    for a, b, bone in (
        ("shoulder", "elbow", "upper_arm"),
        ("elbow", "wrist", "forearm"),
        ("hip", "knee", "thigh"),
        ("knee", "ankle", "shank"),
        ("shoulder", "hip", "side"),
    )
) + tuple((_AT[f"left_{a}"], _AT[f"right_{a}"], BONE_NAMES.index(f"{a}s")) for a in ("shoulder", "hip"))
SEGMENT_SD = np.array([BONES[BONE_NAMES[bone]][1] for _, _, bone in SEGMENTS])

#: Statures of grown people: mean and standard deviation, mm (NCD-RisC, eLife 2016: means of countries, both sexes, 1.6–1.8 m).
STATURE_MM, STATURE_SD_MM = 1710.0, 100.0
#: Some are children.
CHILD_SHARE, CHILD_RANGE_MM = 0.1, (1000.0, 1550.0)
#: How much each bone says of the stature.
_SAYS = np.array([1.0, 1.0, 1.0, 1.0, 0.5, 0.3, 1.0])
#: By how much a bone differs between people of one stature, how far off the 2D network's joints may make all bones of one
#: person, and everybody's alike (by the shipped calibration the demo's two people are 5 % smaller than the 1.72 and 1.40 m that
#: its Config.toml names): standard deviations, relative.
DIFFERS, DEFINED, DEFINED_ALIKE = 0.04, 0.01, 0.03


def statures(bones: np.ndarray) -> np.ndarray:
    """Stature [people] that bones [people, len(BONES)] speak for, in their own unit; NaN: bones not known are passed over."""
    return sure_statures(bones, np.zeros_like(bones))[0]


def sure_statures(bones: np.ndarray, relative_sd: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Statures [people] that bones [people, len(BONES)] of these standard deviations (relative) speak for, and theirs."""
    logs = np.log(bones / FRACTION)
    weight = np.where(np.isfinite(logs), 1 / (DIFFERS**2 / _SAYS + np.nan_to_num(relative_sd) ** 2), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        tall = np.exp((np.nan_to_num(logs) * weight).sum(-1) / weight.sum(-1))
        return tall, np.hypot(1 / np.sqrt(weight.sum(-1)), DEFINED)


def handedness(joints: np.ndarray) -> float:
    """Share of people (joints [N, K, 3]) whose nose and knees are on the side that their left and up say is the front.

    About 1 in a real world, about 0 in its mirror image; 0.5 says nothing; NaN: nobody to tell it by.
    """
    shoulder = joints[:, at("left_shoulder")] - joints[:, at("right_shoulder")]
    hip = joints[:, at("left_hip")] - joints[:, at("right_hip")]
    hips = (joints[:, at("left_hip")] + joints[:, at("right_hip")]) / 2
    neck = (joints[:, at("left_shoulder")] + joints[:, at("right_shoulder")]) / 2
    up = neck - hips
    votes = [np.einsum("ni,ni->n", np.cross(shoulder, up), joints[:, at("nose")] - neck)]
    for side in ("left", "right"):
        leg = [joints[:, at(f"{side}_{name}")] for name in ("hip", "knee", "ankle")]
        votes.append(np.einsum("ni,ni->n", np.cross(hip, up), leg[1] - (leg[0] + leg[2]) / 2))
    votes = np.concatenate(votes)
    votes = votes[np.isfinite(votes)]
    return float((votes > 0).mean()) if votes.size else float("nan")
