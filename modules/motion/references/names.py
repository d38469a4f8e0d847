"""What markers and keypoints of other programs are called, and which of the skeleton's joints they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from modules.core.skeleton import (
    JOINT_NAMES,
    LEFT_HIP,
    LEFT_SHOULDER,
    MID_HIP,
    NECK,
    NUM_JOINTS,
    RIGHT_HIP,
    RIGHT_SHOULDER,
)

#: Names of the joints on the midline, without spaces and marks, in lower case.
MIDDLE = {
    "neck": ("neck", "midshoulder", "shouldercenter"),
    "nose": ("nose",),
    "mid_hip": ("hip", "midhip", "pelvis", "root", "hips"),
}
#: A limb's joints in other programs' words.
WORDS = {
    "shoulder": ("shoulder", "sho", "uparm", "arm"),
    "elbow": ("elbow", "elb", "forearm"),
    "wrist": ("wrist", "wri", "hand"),
    "hip": ("hip", "upleg"),
    "knee": ("knee", "kne", "leg"),
    "ankle": ("ankle", "ank", "foot"),
}
#: What follows a joint's word where the middle of two markers is meant ("LElbow_study", "RKnee_center").
_ENDINGS = re.compile(r"(study|center|centre|jointcenter|joint|jc)$")


def _aliases() -> dict[str, tuple[int, int]]:
    """Name → joint, and how far down its list the word stands."""
    found = {alias: (JOINT_NAMES.index(joint), rank) for joint, aliases in MIDDLE.items() for rank, alias in enumerate(aliases)}
    for side in ("left", "right"):
        for joint, words in WORDS.items():
            for rank, word in enumerate(words):
                for name in (f"{side}{word}", f"{side[0]}{word}", f"{word}{side}", f"{word}{side[0]}"):
                    found.setdefault(name, (JOINT_NAMES.index(f"{side}_{joint}"), rank))
    return found


ALIASES = _aliases()


def joint_of(marker: str) -> tuple[int, int] | None:
    """The joint that a marker's name means, and how far-fetched that is (0: its own name); None: none of the skeleton's."""
    plain = re.sub(r"[^a-z0-9]", "", marker.lower())
    return ALIASES.get(plain, ALIASES.get(_ENDINGS.sub("", plain)))


def as_joints(markers: Sequence[str], positions_mm: np.ndarray) -> np.ndarray | None:
    """float64 [T, NUM_JOINTS, 3] of markers' positions [T, M, 3]; of several for a joint the one that is most plainly named.

    Mid-hip and neck, where no marker has their name, are the middle of hips and of shoulders. None: no marker is a joint.
    """
    out = np.full((len(positions_mm), NUM_JOINTS, 3), np.nan)
    meant = [(means[1], column, means[0]) for column, marker in enumerate(markers) if (means := joint_of(marker)) is not None]
    found: set[int] = set()
    for _, column, joint in sorted(meant):
        if joint not in found:
            found.add(joint)
            out[:, joint] = positions_mm[:, column]
    for middle, one, other in ((MID_HIP, LEFT_HIP, RIGHT_HIP), (NECK, LEFT_SHOULDER, RIGHT_SHOULDER)):
        if middle not in found and {one, other} <= found:
            out[:, middle] = (out[:, one] + out[:, other]) / 2
    return out if found else None
