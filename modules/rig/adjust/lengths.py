"""How long people's bones are, free of what noise adds to them.

A length between two noisy points is too long on average, the more so the shorter the bone and the fewer the views: the depth
that two cameras disagree on lies across the bone as often as along it. How noisy each joint is, is known from the geometry and
from what is left of the fit, so the same noise is laid on bones of a known length and what it adds is taken off (indirect
inference: Gouriéroux, Monfort, Renault, Journal of Applied Econometrics 1993).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from modules.core.types import Camera
from modules.rig.adjust.bundle import Freedom, Observations, adjust
from modules.rig.adjust.excess import joint_covariance
from modules.rig.adjust.projections import State
from modules.rig.seen.body import BONE_NAMES, SEGMENTS
from modules.rig.seen.rays import meet

#: Noisy copies of each bone, rounds until the length fits, and fewest instants that tell one.
COPIES, ROUNDS, FEWEST = 16, 6, 4
#: What a bone's length varies by while people move, share of it: where cameras see well, all instants count alike.
VARIES = 0.05
#: Neighbouring instants are wrong alike: so many count as one where that isn't said.
ALIKE = 3.0


def bone_lengths(
    cameras: Sequence[Camera], seen: Observations, seed: int = 0, alike: float = ALIKE
) -> tuple[np.ndarray, np.ndarray]:
    """Each person's bones.

    Args:
        alike: so many instants count as one (``stretches.alike``).

    Returns:
        float64 [people, len(BONE_NAMES)], in the cameras' unit, and their standard deviations, relative; NaN: hardly seen.
    """
    joints, covariance = joints_with_covariance(cameras, seen)
    rng = np.random.default_rng(seed)
    people = int(seen.person.max(initial=-1)) + 1
    lengths = np.full((people, len(BONE_NAMES)), np.nan)
    relative_sd = np.full_like(lengths, np.nan)
    for person in range(people):
        mine = seen.person == person
        for bone in range(len(BONE_NAMES)):
            ends = [(a, b) for a, b, kind in SEGMENTS if kind == bone]
            apart = np.concatenate([joints[mine][:, a] - joints[mine][:, b] for a, b in ends])
            noise = np.concatenate([covariance[mine][:, a] + covariance[mine][:, b] for a, b in ends])
            known = np.isfinite(apart).all(1)
            if known.sum() >= FEWEST:
                lengths[person, bone], relative_sd[person, bone] = _length(rng, apart[known], noise[known], alike)
    return lengths, relative_sd


def joints_with_covariance(cameras: Sequence[Camera], seen: Observations) -> tuple[np.ndarray, np.ndarray]:
    """Joints [N, K, 3] that views agree on, each by itself, and their covariances [N, K, 3, 3]; NaN: not seen twice."""
    twice = seen.seen.sum(1) >= 2
    found = adjust(
        cameras, seen, meet(cameras, seen.pixels, seen.sd_px), [Freedom()] * len(cameras), bones=False, rounds=8
    )  # fmt: skip
    state = State.of(cameras, np.nan_to_num(found.joints_world_mm), np.zeros((1, len(BONE_NAMES))))
    covariance = joint_covariance(state, seen.seen, seen.sd_px) * (found.spread**2 if np.isfinite(found.spread) else 1.0)
    joints = np.where(twice[..., None], found.joints_world_mm, np.nan)
    return joints, covariance


def _length(rng: np.random.Generator, apart: np.ndarray, noise: np.ndarray, alike: float) -> tuple[float, float]:
    """The length of which noisy copies look like these differences [M, 3] with covariances [M, 3, 3]; and its relative sd."""
    measured = np.linalg.norm(apart, axis=1)
    along = apart / np.maximum(measured, 1e-9)[:, None]
    variance = np.trace(noise, axis1=1, axis2=2)
    first = float(np.median(measured))
    weight = 1 / (variance + (VARIES * first) ** 2)
    clear = variance < first**2
    if clear.sum() >= FEWEST:
        weight = weight * clear
    wanted = _weighted_median(measured, weight)
    half = np.linalg.cholesky(noise)
    thrown = np.einsum("mij,cmj->cmi", half, rng.standard_normal((COPIES, *apart.shape)))
    weights, length = np.tile(weight, COPIES), wanted
    for _ in range(ROUNDS):
        seen = np.linalg.norm(length * along + thrown, axis=-1).ravel()
        length *= wanted / _weighted_median(seen, weights)
    return length, float(np.sqrt(alike * np.pi / 2 / weight.sum()) / length)


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
