"""A person's bones are as long in one frame as in any other: how long, and joints that keep to it."""

from __future__ import annotations

import numpy as np

from modules.core.skeleton import (
    LEFT_ANKLE,
    LEFT_ELBOW,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    LEFT_WRIST,
    MID_HIP,
    NECK,
    NOSE,
    RIGHT_ANKLE,
    RIGHT_ELBOW,
    RIGHT_HIP,
    RIGHT_KNEE,
    RIGHT_SHOULDER,
    RIGHT_WRIST,
)

#: Pairs of joints that stay about as far apart as they are, and by how much that varies in a body (shoulder girdle, spine and
#: neck give way), share of the length.
BONES: tuple[tuple[int, int], ...] = (
    (LEFT_SHOULDER, LEFT_ELBOW), (LEFT_ELBOW, LEFT_WRIST), (RIGHT_SHOULDER, RIGHT_ELBOW), (RIGHT_ELBOW, RIGHT_WRIST),
    (LEFT_HIP, LEFT_KNEE), (LEFT_KNEE, LEFT_ANKLE), (RIGHT_HIP, RIGHT_KNEE), (RIGHT_KNEE, RIGHT_ANKLE),
    (LEFT_HIP, RIGHT_HIP), (MID_HIP, LEFT_HIP), (MID_HIP, RIGHT_HIP),
    (LEFT_SHOULDER, RIGHT_SHOULDER), (NECK, LEFT_SHOULDER), (NECK, RIGHT_SHOULDER), (NECK, MID_HIP), (NECK, NOSE),
)  # fmt: skip
GIVES = np.array([0.01] * 8 + [0.02] * 3 + [0.04] * 3 + [0.04, 0.06])
#: The first so many are rigid: a long bone, or the pelvis.
RIGID = 11
#: Frames in which both ends must be known before a length is.
ENOUGH = 10
#: Pairs of ``BONES`` that are each other's mirror image.
MIRRORED = ((0, 2), (1, 3), (4, 6), (5, 7), (9, 10), (12, 13))
#: The mid-hip is the middle of the hips, by definition; how well the networks keep to it, mm per axis.
MIDDLE_MM = 2.0
#: Rounds of linearisation, and frames at once.
ROUNDS, BLOCK = 3, 2048
_A = np.array([a for a, _ in BONES])
_B = np.array([b for _, b in BONES])


def bone_vectors_mm(positions_mm: np.ndarray) -> np.ndarray:
    """float64 [T, len(BONES), 3], mm, of positions [T, J, 3]."""
    return positions_mm[:, _A] - positions_mm[:, _B]


def bone_lengths_mm(positions_mm: np.ndarray, sd_mm: np.ndarray) -> np.ndarray:
    """A person's bone lengths over a take.

    Args:
        positions_mm, sd_mm: float64 [T, J, 3], mm; NaN: not known.

    Returns:
        float64 [len(BONES)], mm: medians weighted by how sure a length is; NaN where too little is known.
    """
    length = np.linalg.norm(bone_vectors_mm(positions_mm), axis=-1)
    variance = (sd_mm[:, _A] ** 2 + sd_mm[:, _B] ** 2).sum(-1) / 3
    known = np.isfinite(length)
    weight = np.where(known, 1 / np.maximum(np.nan_to_num(variance), 1.0), 0.0)
    order = np.argsort(np.where(known, length, np.inf), axis=0)
    share = np.cumsum(np.take_along_axis(weight, order, 0), axis=0)
    middle = (share < 0.5 * share[-1:]).sum(0) if len(length) else np.zeros(len(BONES), int)
    out = np.full(len(BONES), np.nan)
    for bone in np.flatnonzero(known.sum(0) >= ENOUGH):
        out[bone] = length[order[middle[bone], bone], bone]
    for one, other in MIRRORED:  # people are about as long on both sides, and errors seldom are
        known_sides = [side for side in (one, other) if np.isfinite(out[side])]
        out[[one, other]] = np.mean(out[known_sides]) if known_sides else np.nan
    return np.where(out > 1.0, out, np.nan)


def keep_lengths(positions_mm: np.ndarray, sd_mm: np.ndarray, lengths_mm: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Moves joints so that bones have their lengths: the most likely positions given both, joint by joint as sure as it is.

    Each frame by itself: a Kalman update with the lengths, and the mid-hip between the hips, as measurements, linearised ROUNDS
    times.

    Args:
        positions_mm, sd_mm: float64 [T, J, 3], mm; NaN: not known, which asks nothing of its neighbours.
        lengths_mm: float64 [len(BONES)], mm; NaN: not known.

    Returns:
        positions and standard deviations, same shapes.
    """
    out, out_sd = positions_mm.copy(), sd_mm.copy()
    joints = max(_A.max(), _B.max()) + 1
    for start in range(0, len(out), BLOCK):
        block = slice(start, start + BLOCK)
        moved = _keep(positions_mm[block, :joints], sd_mm[block, :joints], lengths_mm)
        out[block, :joints], out_sd[block, :joints] = moved
    return out, out_sd


def _keep(x0: np.ndarray, sd: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    count, joints = x0.shape[:2]
    known = np.isfinite(x0).all(-1)
    asked = known[:, _A] & known[:, _B] & np.isfinite(lengths)
    wanted = np.where(np.isfinite(lengths), lengths, 1.0)
    base = np.nan_to_num(x0)
    variance = np.where(known[..., None], np.nan_to_num(sd) ** 2, 0.0).reshape(count, -1)
    give = np.where(asked, (GIVES * wanted) ** 2, 1e12)
    x = base.copy()
    bones, axes = np.arange(len(BONES)), np.arange(3)
    middle = np.zeros((3, joints, 3))
    for joint, share in ((MID_HIP, 1.0), (LEFT_HIP, -0.5), (RIGHT_HIP, -0.5)):
        middle[axes, joint, axes] = share
    hips = known[:, [MID_HIP, LEFT_HIP, RIGHT_HIP]].all(1)
    middles = (hips[:, None, None] * middle.reshape(3, -1)).astype(float)
    give = np.concatenate([give, np.full((count, 3), MIDDLE_MM**2)], 1)
    for _ in range(ROUNDS):
        vector = bone_vectors_mm(x)
        length = np.linalg.norm(vector, axis=-1)
        along = vector / np.maximum(length, 1e-6)[..., None]
        J = np.zeros((count, len(BONES), joints, 3))
        J[:, bones, _A], J[:, bones, _B] = along, -along
        J = np.where(asked[..., None, None], J, 0.0).reshape(count, len(BONES), -1)
        J = np.concatenate([J, middles], 1)
        JP = J * variance[:, None]
        S = JP @ J.transpose(0, 2, 1) + give[:, :, None] * np.eye(give.shape[1])
        back = (J @ (x - base).reshape(count, -1, 1))[..., 0]
        off = (middles @ x.reshape(count, -1, 1))[..., 0]
        miss = np.concatenate([np.where(asked, wanted - length, 0.0), -off], 1) + back
        gain = np.linalg.solve(S, np.concatenate([miss[..., None], JP], -1))  # S⁻¹ times the miss and J P
        x = base + (JP.transpose(0, 2, 1) @ gain[..., :1]).reshape(base.shape)
    left = np.maximum(variance - np.einsum("tbj,tbj->tj", JP, gain[..., 1:]), 0.0)
    return np.where(known[..., None], x, np.nan), np.where(known[..., None], np.sqrt(left).reshape(base.shape), np.nan)
