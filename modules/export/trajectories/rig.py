"""The animated skeleton of BVH and glTF: 21 joints with constant bones, turned so that they follow the 15 tracked ones.

Hierarchy (indented: child of; in brackets: the tracked joint at which it sits)::

    Hips [mid_hip]                    turned as the pelvis: hips sideways, neck up
        LHipJoint [mid_hip]           aims at left_hip
            LeftUpLeg [left_hip]      aims at left_knee
                LeftLeg [left_knee]   aims at left_ankle
                    LeftFoot [left_ankle]
        RHipJoint …                   the same on the right
        Spine [mid_hip]               aims at neck
            Spine1 [neck]             turned as the chest: shoulders sideways, hips down
                Neck [neck]           aims at nose
                    Head [nose]
                LeftShoulder [neck]   aims at left_shoulder
                    LeftArm, LeftForeArm, LeftHand [left_shoulder, left_elbow, left_wrist]
                RightShoulder …

The joints of length 0 (LHipJoint, Spine, LeftShoulder …, as the CMU database's BVH files have them) give each bone a turn of
its own. So a person whose bones are constant is followed exactly; for others, bones have the median length over the take,
and a joint is off by what the bones between it and the pelvis differ from that.

Rest pose: a T pose, y up, facing z, the person's left at x. A bone's turn against its parent is the shortest one from its
rest direction: nothing rolls but where a bone points against its rest direction, which no human joint can reach. Hips and
Spine1 have three points each and so a full orientation. In a gap joints keep their turn, and the hips their place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from modules.core.skeleton import (
    LEFT_ANKLE,
    LEFT_ELBOW,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    LEFT_WRIST,
    LIMBS,
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
)  # fmt: skip
from modules.core.trajectory import Trajectory

from .common import blocks, to_y_up

LEFT, RIGHT, UP, DOWN, HEAD = (1.0, 0.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.8, 0.6)
FRONT = (0.0, 0.0, 1.0)
#: A limb that was never seen on either side is this long.
UNSEEN_MM = 250.0
#: The ends that point out of hands, feet and head, for readers that want a bone there.
END_MM = 80.0


@dataclass(frozen=True)
class RigJoint:
    """One joint of the skeleton.

    Attributes:
        parent: index; -1 for the root.
        at: the tracked joint at which it sits.
        aims_at: the tracked joint that its bone points to; -1: none, it has no turn of its own or one from three points.
        rest: the bone's direction in the rest pose, y up.
        across: for an orientation from three points: (left, right, lower, upper) tracked joints.
    """

    name: str
    parent: int
    at: int
    aims_at: int = -1
    rest: tuple[float, float, float] = UP
    across: tuple[int, int, int, int] | None = None


RIG: tuple[RigJoint, ...] = (
    RigJoint("Hips", -1, MID_HIP, across=(LEFT_HIP, RIGHT_HIP, MID_HIP, NECK)),
    RigJoint("LHipJoint", 0, MID_HIP, LEFT_HIP, LEFT),
    RigJoint("LeftUpLeg", 1, LEFT_HIP, LEFT_KNEE, DOWN),
    RigJoint("LeftLeg", 2, LEFT_KNEE, LEFT_ANKLE, DOWN),
    RigJoint("LeftFoot", 3, LEFT_ANKLE, rest=FRONT),
    RigJoint("RHipJoint", 0, MID_HIP, RIGHT_HIP, RIGHT),
    RigJoint("RightUpLeg", 5, RIGHT_HIP, RIGHT_KNEE, DOWN),
    RigJoint("RightLeg", 6, RIGHT_KNEE, RIGHT_ANKLE, DOWN),
    RigJoint("RightFoot", 7, RIGHT_ANKLE, rest=FRONT),
    RigJoint("Spine", 0, MID_HIP, NECK, UP),
    RigJoint("Spine1", 9, NECK, across=(LEFT_SHOULDER, RIGHT_SHOULDER, MID_HIP, NECK)),
    RigJoint("Neck", 10, NECK, NOSE, HEAD),
    RigJoint("Head", 11, NOSE, rest=HEAD),
    RigJoint("LeftShoulder", 10, NECK, LEFT_SHOULDER, LEFT),
    RigJoint("LeftArm", 13, LEFT_SHOULDER, LEFT_ELBOW, LEFT),
    RigJoint("LeftForeArm", 14, LEFT_ELBOW, LEFT_WRIST, LEFT),
    RigJoint("LeftHand", 15, LEFT_WRIST, rest=LEFT),
    RigJoint("RightShoulder", 10, NECK, RIGHT_SHOULDER, RIGHT),
    RigJoint("RightArm", 17, RIGHT_SHOULDER, RIGHT_ELBOW, RIGHT),
    RigJoint("RightForeArm", 18, RIGHT_ELBOW, RIGHT_WRIST, RIGHT),
    RigJoint("RightHand", 19, RIGHT_WRIST, rest=RIGHT),
)
IDENTITY = np.array([0.0, 0.0, 0.0, 1.0])


@dataclass(frozen=True, eq=False)
class Motion:
    """The skeleton's motion over some frames.

    Attributes:
        hips_mm: float64 [t, 3], mm, y up.
        turns: float64 [t, 21, 4], unit quaternions (x, y, z, w), each joint against its parent; signs follow one another.
        held: bool [t, 21]: the turn (for the hips: also the place) is that of the last frame in which it was known.
    """

    hips_mm: np.ndarray
    turns: np.ndarray
    held: np.ndarray


def bone_lengths_mm(person: Trajectory) -> dict[tuple[int, int], float]:
    """Each limb's median length, mm, from either end; its mirror image's, or ``UNSEEN_MM``, where it was never seen."""
    found: dict[tuple[int, int], float] = {}
    for a, b in LIMBS:
        lengths = np.linalg.norm(person.positions_world_mm[:, b] - person.positions_world_mm[:, a], axis=1)
        known = lengths[np.isfinite(lengths)]
        if len(known):
            found[a, b] = float(np.median(known))
    lengths = {(a, b): found.get((a, b), found.get((MIRROR[a], MIRROR[b]), UNSEEN_MM)) for a, b in LIMBS}
    return lengths | {(b, a): length for (a, b), length in lengths.items()}


def offsets_mm(lengths: dict[tuple[int, int], float]) -> np.ndarray:
    """float64 [21, 3], mm, y up: each joint from its parent in the rest pose; 0 for the root."""
    offsets = np.zeros((len(RIG), 3))
    for index, joint in enumerate(RIG):
        if joint.parent >= 0 and RIG[joint.parent].at != joint.at:
            offsets[index] = lengths[RIG[joint.parent].at, joint.at] * np.array(RIG[joint.parent].rest)
    return offsets


def motion(person: Trajectory) -> Iterator[tuple[slice, Motion]]:
    """The skeleton's motion, a block of frames after the other; before a joint is first seen it is in its rest pose."""
    count = len(person.positions_world_mm)
    hips, turns = np.zeros(3), np.tile(IDENTITY, (len(RIG), 1))
    for number, part in enumerate(blocks(count)):
        points = to_y_up(person.positions_world_mm[part, :NUM_JOINTS])
        if number == 0 and np.isfinite(points[:, MID_HIP]).all(axis=1).any():
            hips = points[np.isfinite(points[:, MID_HIP]).all(axis=1).argmax(), MID_HIP]
        block = _follow(points, hips, turns)
        hips, turns = block.hips_mm[-1], block.turns[-1]
        yield part, block


def forward_mm(block: Motion, offsets: np.ndarray) -> np.ndarray:
    """float64 [t, 15, 3], mm, y up: where the skeleton puts the tracked joints (forward kinematics)."""
    places, world = np.zeros((len(block.hips_mm), len(RIG), 3)), np.zeros(block.turns.shape)
    joints = np.zeros((len(block.hips_mm), NUM_JOINTS, 3))
    for index, joint in enumerate(RIG):
        if joint.parent < 0:
            places[:, index], world[:, index] = block.hips_mm, block.turns[:, index]
        else:
            places[:, index] = places[:, joint.parent] + rotate(world[:, joint.parent], offsets[index])
            world[:, index] = multiply(world[:, joint.parent], block.turns[:, index])
        joints[:, joint.at] = places[:, index]
    return joints


def _follow(points: np.ndarray, hips: np.ndarray, turns: np.ndarray) -> Motion:
    """Turns for joints [t, 15, 3], y up; ``hips`` [3] and ``turns`` [21, 4] are those of the frame before."""
    world, local = np.zeros((len(points), len(RIG), 4)), np.zeros((len(points), len(RIG), 4))
    held = np.zeros((len(points), len(RIG)), bool)
    for index, joint in enumerate(RIG):
        parent = world[:, joint.parent] if joint.parent >= 0 else np.tile(IDENTITY, (len(points), 1))
        if joint.across is not None:
            turn = multiply(conjugate(parent), _orientation(points, joint.across))
        elif joint.aims_at >= 0:
            aim = points[:, joint.aims_at] - points[:, joint.at]
            turn = shortest_arc(np.array(joint.rest), rotate(conjugate(parent), aim))
        else:
            turn = np.tile(IDENTITY, (len(points), 1))
            held[:, index] = np.isnan(points[:, joint.at]).any(axis=1)
        unknown = np.isnan(turn).any(axis=1)
        held[:, index] |= unknown
        local[:, index] = _continuous(_hold(turn, unknown, turns[index]), turns[index])
        world[:, index] = multiply(parent, local[:, index])
    lost = np.isnan(points[:, MID_HIP]).any(axis=1)
    held[:, 0] |= lost
    return Motion(_hold(points[:, MID_HIP], lost, hips), local, held)


def _orientation(points: np.ndarray, across: tuple[int, int, int, int]) -> np.ndarray:
    """float64 [t, 4]: the turn whose x axis is right → left and whose y axis is as near as possible to lower → upper."""
    left, right, lower, upper = across
    x = _unit(points[:, left] - points[:, right])
    z = _unit(np.cross(x, points[:, upper] - points[:, lower]))
    return _from_axes(x, np.cross(z, x), z)


def _hold(values: np.ndarray, unknown: np.ndarray, before: np.ndarray) -> np.ndarray:
    """``values`` [t, …] with those of unknown frames replaced by the last known, ``before`` at the start."""
    last = np.maximum.accumulate(np.where(unknown, -1, np.arange(len(values))))
    return np.where((last < 0)[:, None], before, values[np.maximum(last, 0)])


def _continuous(turns: np.ndarray, before: np.ndarray) -> np.ndarray:
    """The same rotations [t, 4] with signs such that each is near the one before it."""
    signs = np.where((turns * np.concatenate([before[None], turns[:-1]])).sum(axis=1) < 0, -1.0, 1.0)
    return turns * np.cumprod(signs)[:, None]


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors of length 1; NaN where there is no direction."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths > 1e-6, lengths, np.nan)


def shortest_arc(rest: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """float64 [t, 4]: the smallest turns from the unit vector ``rest`` [3] to each of ``directions`` [t, 3]; NaN for none."""
    to = _unit(directions)
    turn = np.concatenate([np.cross(rest, to), 1 + to @ rest[:, None]], axis=1)
    opposite = turn[:, 3] < 1e-9  # any half turn about an axis across it will do
    turn[opposite] = np.append(np.roll(rest, 1) - rest * (np.roll(rest, 1) @ rest), 0.0)
    return _unit(turn)


def _from_axes(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """float64 [t, 4]: the turn that has these axes [t, 3] (Shepperd 1978: divide by the largest component)."""
    m = np.stack([x, y, z], axis=2)
    diagonal = m[:, (0, 1, 2), (0, 1, 2)]
    trace = diagonal.sum(axis=1)
    # 4 q qT from the matrix; its row with the largest diagonal entry is the quaternion, but for its length
    outer = np.empty((len(m), 4, 4))
    for i in range(3):
        outer[:, i, i] = 1 - trace + 2 * diagonal[:, i]
        for j in range(3):
            if i != j:
                outer[:, i, j] = m[:, i, j] + m[:, j, i]
        a, b = (i + 1) % 3, (i + 2) % 3
        outer[:, i, 3] = outer[:, 3, i] = m[:, b, a] - m[:, a, b]
    outer[:, 3, 3] = 1 + trace
    largest = np.nan_to_num(outer[:, range(4), range(4)]).argmax(axis=1)
    return _unit(outer[np.arange(len(m)), largest])


def multiply(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """float64 [t, 4]: the turn ``b``, then ``a``."""
    av, aw, bv, bw = a[:, :3], a[:, 3:], b[:, :3], b[:, 3:]
    return np.concatenate([aw * bv + bw * av + np.cross(av, bv), aw * bw - (av * bv).sum(axis=1, keepdims=True)], axis=1)


def conjugate(turns: np.ndarray) -> np.ndarray:
    """The turns back."""
    return turns * np.array([-1.0, -1.0, -1.0, 1.0])


def rotate(turns: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """float64 [t, 3]: ``vectors`` ([t, 3] or [3]) turned."""
    across = 2 * np.cross(turns[:, :3], vectors)
    return vectors + turns[:, 3:] * across + np.cross(turns[:, :3], across)
