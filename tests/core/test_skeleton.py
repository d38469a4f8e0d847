"""The skeleton's tables agree with one another and with the published order."""

from __future__ import annotations

from modules.core import skeleton
from modules.core.skeleton import (
    COCO_NAMES,
    COCO_OF_JOINT,
    JOINT_NAMES,
    LEFT_ANKLE,
    LIMBS,
    MIDPOINT_OF_JOINT,
    MIRROR,
    RIGHT_ANKLE,
    Side,
    extra_parent,
    foot_limbs,
)


def test_published_limbs():
    text = "0-1 0-2 0-3 3-4 4-5 0-9 9-10 10-11 2-6 2-12 6-7 7-8 12-13 13-14"
    published = {tuple(int(n) for n in limb.split("-")) for limb in text.split()}
    assert set(LIMBS) == published
    assert len(LIMBS) == len(JOINT_NAMES) - 1


def test_every_joint_comes_from_coco_or_from_a_midpoint():
    assert set(COCO_OF_JOINT) | set(MIDPOINT_OF_JOINT) == set(range(15))
    assert not set(COCO_OF_JOINT) & set(MIDPOINT_OF_JOINT)
    assert COCO_NAMES[COCO_OF_JOINT[skeleton.RIGHT_WRIST]] == "right_wrist"
    assert COCO_OF_JOINT[skeleton.LEFT_ANKLE] == 15


def test_mirror_is_its_own_inverse_and_swaps_sides():
    assert [MIRROR[MIRROR[j]] for j in range(15)] == list(range(15))
    assert MIRROR[skeleton.LEFT_KNEE] == skeleton.RIGHT_KNEE
    assert MIRROR[skeleton.NECK] == skeleton.NECK
    assert skeleton.joint_side(skeleton.RIGHT_HIP) is Side.RIGHT
    assert skeleton.limb_side((skeleton.NECK, skeleton.LEFT_SHOULDER)) is Side.LEFT
    assert skeleton.limb_side((skeleton.NECK, skeleton.NOSE)) is Side.CENTER


def test_feet_hang_on_ankles_hands_on_wrists_and_faces_on_the_nose():
    names = ("left_big_toe", "right_heel", "left_thumb4", "head", "right_ear", "left_pinky_finger1")
    parents = [JOINT_NAMES[extra_parent(name)] for name in names]
    assert parents == ["left_ankle", "right_ankle", "left_wrist", "nose", "nose", "left_wrist"]
    assert foot_limbs(names) == ((LEFT_ANKLE, 0), (RIGHT_ANKLE, 1))
