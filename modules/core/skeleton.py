"""The 15-joint skeleton of CMU Panoptic: names, limbs, sides, and maps from other joint sets. Nowhere else.

Joint order: CMU Panoptic "coco19" (Joo et al., TPAMI 2017) without its four face points, as VoxelPose and SelfPose3d use it.
"""

from __future__ import annotations

from enum import Enum

JOINT_NAMES: tuple[str, ...] = (
    "neck",
    "nose",
    "mid_hip",
    "left_shoulder",
    "left_elbow",
    "left_wrist",
    "left_hip",
    "left_knee",
    "left_ankle",
    "right_shoulder",
    "right_elbow",
    "right_wrist",
    "right_hip",
    "right_knee",
    "right_ankle",
)
NUM_JOINTS = len(JOINT_NAMES)

NECK, NOSE, MID_HIP = 0, 1, 2
LEFT_SHOULDER, LEFT_ELBOW, LEFT_WRIST, LEFT_HIP, LEFT_KNEE, LEFT_ANKLE = range(3, 9)
RIGHT_SHOULDER, RIGHT_ELBOW, RIGHT_WRIST, RIGHT_HIP, RIGHT_KNEE, RIGHT_ANKLE = range(9, 15)
ANKLES = (LEFT_ANKLE, RIGHT_ANKLE)

#: The 12 joints that COCO and Panoptic define alike: what the demo reference is compared on.
BODY_JOINTS: tuple[int, ...] = tuple(range(3, 15))

LIMBS: tuple[tuple[int, int], ...] = (
    (NECK, NOSE),
    (NECK, MID_HIP),
    (NECK, LEFT_SHOULDER),
    (LEFT_SHOULDER, LEFT_ELBOW),
    (LEFT_ELBOW, LEFT_WRIST),
    (NECK, RIGHT_SHOULDER),
    (RIGHT_SHOULDER, RIGHT_ELBOW),
    (RIGHT_ELBOW, RIGHT_WRIST),
    (MID_HIP, LEFT_HIP),
    (MID_HIP, RIGHT_HIP),
    (LEFT_HIP, LEFT_KNEE),
    (LEFT_KNEE, LEFT_ANKLE),
    (RIGHT_HIP, RIGHT_KNEE),
    (RIGHT_KNEE, RIGHT_ANKLE),
)


class Side(Enum):
    """Which half of the body a joint or limb belongs to (the person's own left and right)."""

    LEFT = "left"
    RIGHT = "right"
    CENTER = "center"


def joint_side(joint: int) -> Side:
    """Side of a joint, by its index."""
    return named_side(JOINT_NAMES[joint])


def named_side(name: str) -> Side:
    """Side of a joint, by its name."""
    return Side.LEFT if name.startswith("left_") else Side.RIGHT if name.startswith("right_") else Side.CENTER


def limb_side(limb: tuple[int, int]) -> Side:
    """Side of a limb: that of its outer end."""
    return joint_side(limb[1])


#: Part of an extra joint's name -> the skeleton's joint that it hangs on, with {side} for left_ or right_; the first that fits.
_EXTRA_PARENTS: tuple[tuple[str, str], ...] = (
    ("toe", "{side}ankle"), ("heel", "{side}ankle"), ("foot", "{side}ankle"), ("hand", "{side}wrist"),
    ("thumb", "{side}wrist"), ("finger", "{side}wrist"), ("index", "{side}wrist"), ("pinky", "{side}wrist"), ("", "nose"),
)  # fmt: skip


def extra_parent(name: str) -> int:
    """The skeleton's joint that a joint beyond it (feet, hands, face) hangs on, by its name."""
    side = next((side for side in ("left_", "right_") if name.startswith(side)), "")
    parents = (parent.format(side=side) for part, parent in _EXTRA_PARENTS if part in name)
    return next(JOINT_NAMES.index(parent) for parent in parents if parent in JOINT_NAMES)


def foot_limbs(extra_names: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """(joint of the skeleton, place in ``extra_names``) of feet: the only extra joints that are drawn as limbs."""
    parents = ((extra_parent(name), n) for n, name in enumerate(extra_names))
    return tuple((parent, n) for parent, n in parents if parent in ANKLES)


#: joint index -> index of its mirror image (itself on the midline).
MIRROR: tuple[int, ...] = tuple(
    JOINT_NAMES.index(name.replace("left_", "right_") if name.startswith("left_") else name.replace("right_", "left_"))
    for name in JOINT_NAMES
)

#: COCO keypoint order (Lin et al., ECCV 2014).
COCO_NAMES: tuple[str, ...] = (
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
)

#: joint index -> COCO index, for the 13 joints that COCO has; neck and mid-hip are the midpoints below.
COCO_OF_JOINT: dict[int, int] = {joint: COCO_NAMES.index(name) for joint, name in enumerate(JOINT_NAMES) if name in COCO_NAMES}
#: joint index -> the two joints whose midpoint stands for it where a joint set lacks it.
MIDPOINT_OF_JOINT: dict[int, tuple[int, int]] = {
    NECK: (LEFT_SHOULDER, RIGHT_SHOULDER),
    MID_HIP: (LEFT_HIP, RIGHT_HIP),
}
#: CMU Panoptic coco19 -> our 15: the same order, its last four (eyes, ears) left out.
PANOPTIC19_OF_JOINT: tuple[int, ...] = tuple(range(NUM_JOINTS))
