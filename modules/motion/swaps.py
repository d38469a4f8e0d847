"""Left and right exchanged for a few frames: found by how the limbs jump, and undone.

Where the sides are exchanged, the straight step from one frame to the next is a jump and the crossed one is not, once at the
start and once at the end; the frames in between, if they are few, get their sides back.
"""

from __future__ import annotations

import numpy as np

from modules.core.skeleton import LEFT_ANKLE, LEFT_ELBOW, LEFT_HIP, LEFT_KNEE, LEFT_SHOULDER, LEFT_WRIST, MIRROR

#: What is exchanged together (the left joints; the right ones follow).
GROUPS: tuple[tuple[int, ...], ...] = (
    (LEFT_SHOULDER, LEFT_ELBOW, LEFT_WRIST, LEFT_HIP, LEFT_KNEE, LEFT_ANKLE),
    (LEFT_SHOULDER, LEFT_ELBOW, LEFT_WRIST),
    (LEFT_HIP, LEFT_KNEE, LEFT_ANKLE),
)
#: Longest exchange, s; at both ends the crossed step is at most this share of the straight one, and shorter by this much, mm
#: per joint.
LONGEST_S, CUT, JUMP_MM = 0.5, 0.4, 60.0


def exchanged(positions_mm: np.ndarray, dt_s: float) -> np.ndarray:
    """Where left and right are exchanged.

    Args:
        positions_mm: float64 [T, J, 3], mm; NaN: not known.

    Returns:
        bool [T, J]: take the mirror joint's value here.
    """
    flags = np.zeros(positions_mm.shape[:2], bool)
    found = positions_mm
    for group in GROUPS:
        left, right = np.array(group), np.array([MIRROR[j] for j in group])
        for start, stop in _stretches(found, left, right, max(round(LONGEST_S / dt_s), 1)):
            both = np.r_[left, right]
            flags[start:stop, both] ^= True
            found = undone(positions_mm, flags)
    return flags


def undone(values: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """``values`` [T, J, …] with the mirror joint's where ``flags`` [T, J] says so."""
    mirror = np.arange(values.shape[1])
    mirror[: len(MIRROR)] = MIRROR
    flags = flags.reshape(*flags.shape, *([1] * (values.ndim - 2)))
    return np.where(flags, values[:, mirror], values)


def _stretches(x: np.ndarray, left: np.ndarray, right: np.ndarray, longest: int) -> list[tuple[int, int]]:
    """(start, stop) of frames to exchange, none longer than ``longest``, each between two frames that are not."""
    known = np.isfinite(x[:, np.r_[left, right]]).all((1, 2))
    frames = np.flatnonzero(known)
    if len(frames) < 3:
        return []
    a, b = x[frames][:, left], x[frames][:, right]
    stay = _jumps(a, a, b, b)
    cross = _jumps(a, b, b, a)
    # a sharp rise of the straight step over the crossed one, twice: the stretch between is exchanged
    jumps = np.flatnonzero((stay - cross > JUMP_MM) & (cross < CUT * stay) & (np.diff(frames) <= longest)) + 1
    found, at = [], 0
    while at + 1 < len(jumps):
        first, second = jumps[at], jumps[at + 1]
        if frames[second - 1] - frames[first] < longest:
            found.append((int(frames[first]), int(frames[second - 1]) + 1))
            at += 2
        else:
            at += 1
    return found


def _jumps(a: np.ndarray, to_a: np.ndarray, b: np.ndarray, to_b: np.ndarray) -> np.ndarray:
    """float64 [N - 1], mm per joint: mean step from frame to frame of both sides, going from ``a`` to ``to_a`` and so on."""
    return (np.linalg.norm(to_a[1:] - a[:-1], axis=-1) + np.linalg.norm(to_b[1:] - b[:-1], axis=-1)).mean(-1) / 2
