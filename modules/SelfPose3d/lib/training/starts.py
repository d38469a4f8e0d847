"""What a refinement starts from in training: wrong poses of people who are there, and poses of people who are not.

Most are made up here, because that is fast; a share comes from the root and pose nets themselves (``refine_batches.py``).
"""

from __future__ import annotations

from functools import cache

import numpy as np

from modules.core.skeleton import MID_HIP, MIRROR, NUM_JOINTS

from .bodies import sample_people
from .scenes import Scene

#: Joints that go astray together: arms and legs from the elbow or knee down.
_ENDS = ((4, 5), (7, 8), (10, 11), (13, 14))
#: How often a start is a bent truth, another pose at the right place, or a pose where nobody is.
KINDS = (0.45, 0.3, 0.25)
#: How often another pose is the rest pose, from which the network verifies roots.
REST = 0.7
#: A start whose root is within this of a person's is a start for that person, mm; farther than that, nobody's.
OWN_MM, NOBODY_MM = 300.0, 500.0


@cache
def rest_pose() -> np.ndarray:
    """float64 [J, 3], mm, from the mid-hip: the mean of people who face anywhere, so every joint is on the vertical axis."""
    bodies = sample_people(np.random.default_rng(0), 4000).joints_mm
    mean = (bodies - bodies[:, MID_HIP : MID_HIP + 1]).mean(0)
    mean = (mean + mean[list(MIRROR)]) / 2
    return mean * [0.0, 0.0, 1.0]


def made_up_starts(rng: np.random.Generator, scene: Scene, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``count`` starts in a scene.

    Returns:
        joints float32 [N, J, 3], mm, world; the person each is meant for, int [N], -1: nobody; whether it is a person, float32
        [N]: 1, 0 or NaN (undecided).
    """
    truth = scene.joints_world_mm.astype(np.float64)
    kinds = rng.choice(len(KINDS), count, p=KINDS)
    joints = np.empty((count, NUM_JOINTS, 3))
    owner = rng.integers(len(truth), size=count)
    for n, kind in enumerate(kinds):
        own = truth[owner[n]]
        if kind == 0:
            joints[n] = bent(rng, own, truth)
        else:
            body = rest_pose() if rng.random() < REST else sample_people(rng, 1).joints_mm[0]
            place = own[MID_HIP] if kind == 1 else _nobodys_place(rng, scene, truth)
            joints[n] = body - body[MID_HIP] + place + rng.normal(0, 60 * rng.choice([1.0, 2.0]), 3)
    return matched(joints, joints[:, MID_HIP], truth, np.where(kinds < 2, owner, -1))


def matched(
    joints: np.ndarray, roots: np.ndarray, truth: np.ndarray, meant_for: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Adds to starts [N, J, 3] around roots [N, 3] whom they are for and whether that is a person.

    ``meant_for`` int [N]; -1: whoever's root is near.
    """
    distance = np.linalg.norm(roots[:, None] - truth[None, :, MID_HIP], axis=-1)  # [N, P]
    nearest, near = distance.argmin(1), distance.min(1)
    owner = np.where(meant_for >= 0, meant_for, np.where(near < OWN_MM, nearest, -1))
    label = np.where(owner >= 0, 1.0, np.where(near > NOBODY_MM, 0.0, np.nan))
    return joints.astype(np.float32), owner, label.astype(np.float32)


def bent(rng: np.random.Generator, own: np.ndarray, everybody: np.ndarray) -> np.ndarray:
    """A wrong version of a pose [J, 3] among ``everybody`` [P, J, 3]: the mistakes of a voxel net."""
    joints = own + rng.normal(0, 50 * rng.choice([0.3, 1.0, 2.5]), 3)
    joints += rng.normal(0, rng.uniform(5, 110), (NUM_JOINTS, 3))
    if rng.random() < 0.08:
        part = ((3, 9), (3, 6), (6, 9))[rng.integers(3)]
        side = np.arange(*part)
        both = np.concatenate([side, side + 6])
        joints[both] = joints[list(np.array(MIRROR)[both])]
    for end in _ENDS:
        if rng.random() < 0.15:
            joints[list(end)] += rng.normal(0, 220, (2, 3))
    apart = np.linalg.norm(everybody[:, MID_HIP] - own[MID_HIP], axis=-1)
    near = np.flatnonzero((apart > 0) & (apart < 1500))
    if len(near) and rng.random() < 0.5:  # joints that belong to a neighbour
        other = everybody[rng.choice(near)]
        stolen = rng.random(NUM_JOINTS) < rng.uniform(0, 0.3)
        joints[stolen] = other[stolen] + rng.normal(0, 40, (int(stolen.sum()), 3))
    return joints


def _nobodys_place(rng: np.random.Generator, scene: Scene, truth: np.ndarray) -> np.ndarray:
    """[3], mm: where a root net errs: where the rays to two people cross, beside a person, or anywhere."""
    roots = truth[:, MID_HIP]
    choice = rng.random()
    if choice < 0.6 and len(truth) > 1 and len(scene.cameras) > 1:
        a, b = rng.choice(len(scene.cameras), 2, replace=False)
        p, q = rng.choice(len(roots), 2, replace=False)
        return _crossing(scene.cameras[a].center_world_mm, roots[p], scene.cameras[b].center_world_mm, roots[q])
    if choice < 0.85:
        angle, away = rng.uniform(0, 2 * np.pi), rng.uniform(300, 1200)
        return roots[rng.integers(len(roots))] + away * np.array([np.cos(angle), np.sin(angle), 0.1 * rng.standard_normal()])
    return scene.space_center_mm + (rng.random(3) - 0.5) * scene.space_size_mm * [1, 1, 0.3]


def _crossing(a: np.ndarray, to_a: np.ndarray, b: np.ndarray, to_b: np.ndarray) -> np.ndarray:
    """Midpoint of the shortest line between the rays a → to_a and b → to_b; ``to_a`` where they don't meet in front."""
    u, v = (to_a - a) / np.linalg.norm(to_a - a), (to_b - b) / np.linalg.norm(to_b - b)
    cosine = u @ v
    if 1 - cosine**2 < 1e-3:
        return to_a + np.array([0.0, 0.0, 600.0])
    w = a - b
    s = (cosine * (v @ w) - u @ w) / (1 - cosine**2)
    t = (v @ w - cosine * (u @ w)) / (1 - cosine**2)
    if s < 500 or t < 500 or s > 20000 or t > 20000:
        return to_a + np.array([0.0, 0.0, 600.0])
    return ((a + s * u) + (b + t * v)) / 2
