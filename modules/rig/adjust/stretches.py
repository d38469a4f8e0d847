"""Stretches of time that are one person's, joined: where two people come close, following them ends and begins anew."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from modules.rig.adjust.bundle import Observations

#: A stretch goes on after this long at most, s; how far a person may be from where the walk led: at once and after a second,
#: mm (of people of mean stature). How alike bones are, relative, at least.
GAP_S, NEAR_MM, WANDER_MM, BONES_ALIKE = 2.0, 150.0, 600.0, 0.03
#: A walk's direction is taken from so long, s.
WALK_S = 0.6
#: Two stretches are one person's up to this squared misfit, and if every rival's is larger by as much again.
SAME, CLEARER = 9.0, 9.0
#: What is wrong with a 2D joint stays so for about this long, s: with it as many errors as should be are within one and two
#: standard deviations (``evaluation.rig.from_people --seconds 1``; the demo's clips would have it a little longer).
ALIKE_S = 0.25


def alike(seen: Observations, times_s: np.ndarray) -> float:
    """How many instants count as one: frames that follow one another in no time are wrong alike, and only stretches of
    ``ALIKE_S`` of one person err by themselves. 1 at least.

    Args:
        times_s: float [instants], s, by ``seen.frame``.
    """
    if not len(seen.frame):
        return 1.0
    lasting = 0.0
    for person in np.unique(seen.identity):
        gaps = np.diff(np.sort(times_s[seen.frame[seen.identity == person]]))
        lasting += ALIKE_S + np.minimum(gaps, ALIKE_S).sum()
    return max(1.0, len(seen.frame) * ALIKE_S / lasting)


def joined(
    seen: Observations, joints_mm: np.ndarray, times_s: np.ndarray, bones: np.ndarray, bones_sd: np.ndarray
) -> np.ndarray:
    """int [people]: whose each stretch is; the numbers are those of the person's first stretch.

    Args:
        joints_mm: float [N, K, 3], mm, of people of mean stature. times_s: float [instants], s, by ``seen.frame``.
        bones, bones_sd: float [people, B] as of ``lengths.bone_lengths``.
    """
    people = int(seen.person.max(initial=-1)) + 1
    whose = np.arange(people)
    walks = [_walk(joints_mm[seen.person == p], times_s[seen.frame[seen.person == p]]) for p in range(people)]
    cost = np.full((people, people), np.inf)
    for a in range(people):
        for b in range(people):
            cost[a, b] = _misfit(walks[a], walks[b], (bones[a], bones_sd[a]), (bones[b], bones_sd[b]))
    for a, b in zip(*linear_sum_assignment(np.minimum(cost, 1e3)), strict=True):
        rivals = np.concatenate([np.delete(cost[a], b), np.delete(cost[:, b], a), [np.inf]])
        if cost[a, b] < SAME and rivals.min() > cost[a, b] + CLEARER:
            whose[whose == whose[b]] = whose[a]
    return whose


def with_identity(identity: np.ndarray, whose: np.ndarray, seen: Observations) -> np.ndarray:
    """Identities (int, any shape) with stretches joined (``whose`` of ``joined``); who was not seen keeps the own one."""
    known = np.unique(seen.identity)
    place = np.searchsorted(known, identity).clip(max=len(known) - 1)
    return np.where(known[place] == identity, known[whose[place]], identity)


def _walk(joints_mm: np.ndarray, times_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """When [T], in order, and where [T, 3] a person was (middle of the joints); instants without any left out."""
    known = np.isfinite(joints_mm).all(-1)
    some = known.sum(1) >= 4
    where = np.nanmedian(np.where(known[..., None], joints_mm, np.nan)[some], axis=1)
    order = np.argsort(times_s[some])
    return times_s[some][order], where[order]


def _misfit(
    first: tuple[np.ndarray, np.ndarray], then: tuple[np.ndarray, np.ndarray], a: tuple[np.ndarray, np.ndarray],
    b: tuple[np.ndarray, np.ndarray],
) -> float:  # fmt: skip
    """Squared deviations of one stretch going on as another; inf where it can't."""
    if not len(first[0]) or not len(then[0]):
        return np.inf
    gap = then[0][0] - first[0][-1]
    if not 0 < gap <= GAP_S:
        return np.inf
    middle = first[0][-1] + gap / 2
    off = np.linalg.norm(_led_to(*first, middle, -1) - _led_to(*then, middle, 0))
    with np.errstate(invalid="ignore", divide="ignore"):
        unlike = np.log(a[0] / b[0]) ** 2 / (a[1] ** 2 + b[1] ** 2 + BONES_ALIKE**2)
    known = np.isfinite(unlike)
    return float((off / np.hypot(NEAR_MM, WANDER_MM * gap)) ** 2 + (unlike[known].mean() if known.any() else 0.0))


def _led_to(times_s: np.ndarray, where: np.ndarray, when_s: float, end: int) -> np.ndarray:
    """Where a walk leads beyond one of its ends: on at the pace of WALK_S before it."""
    near = np.abs(times_s - times_s[end]) <= WALK_S
    if near.sum() < 3:
        return where[end]
    t = times_s[near] - times_s[end]
    pace = np.polyfit(t, where[near], 1)[0]
    return where[end] + pace * (when_s - times_s[end])
