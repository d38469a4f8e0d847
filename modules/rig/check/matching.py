"""Who is who between views, by epipolar lines alone: no room, no heights, no unit is assumed.

Two views' people belong together if their rays meet. Groups grow greedily, the best fit first; a fit is judged by its worst
view, relative to how large the person appears there, and each further view is worth a little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modules.rig.seen.sightings import FEWEST_JOINTS, Sightings
from modules.rig.seen.triangulation import middle, miss_rad, triangulate

#: A group holds if its worst view's median miss is below this share of the person's size; a further view makes up for so much.
ACCEPT, VIEW_BONUS = 0.08, 0.02
#: A view's joint that misses by more than this share of the person's size is left out, so many views of a joint at most.
OUTLIER, OUTLIERS = 0.12, 2


@dataclass(frozen=True, eq=False)
class Matched:
    """People in space, P over all frames, each seen by at least two views.

    Attributes:
        frame: int [P]. members: int [P, V], row of the ``Sightings``; -1: not seen.
        points: float64 [P, 17, 3], world, the cameras' unit; NaN: fewer than two views show the joint.
        weights: float64 [P, V, 17], confidence; 0: not used. miss_rad: float64 [P, V, 17], NaN where not used.
        size_rad: float64 [P, V], rad; NaN: not seen.
    """

    frame: np.ndarray
    members: np.ndarray
    points: np.ndarray
    weights: np.ndarray
    miss_rad: np.ndarray
    size_rad: np.ndarray

    def of(self, rows: np.ndarray) -> Matched:
        """Some of the people (indices or bool)."""
        return Matched(
            *(getattr(self, name)[rows] for name in ("frame", "members", "points", "weights", "miss_rad", "size_rad"))
        )

    @property
    def view_count(self) -> np.ndarray:
        """int [P]: views that see each person."""
        return (self.members >= 0).sum(1)


def match(seen: Sightings) -> Matched:
    """Groups of sightings of one person each, over all frames at once."""
    alone = np.full((len(seen.view), seen.view_count), -1)
    alone[np.arange(len(alone)), seen.view] = np.arange(len(alone))
    groups, frame = alone, seen.frame
    alive = np.ones(len(groups), bool)
    first, second = _partners(frame, groups)
    first, second, score = _judged(seen, groups, first, second)
    while len(first):
        order = np.lexsort((score, frame[first]))
        _, best = np.unique(frame[first[order]], return_index=True)  # the best merge of every frame
        chosen = order[best]
        merged = np.maximum(groups[first[chosen]], groups[second[chosen]])
        alive[first[chosen]] = alive[second[chosen]] = False
        frame = np.concatenate((frame, frame[first[chosen]]))
        new = np.arange(len(groups), len(groups) + len(merged))
        groups, alive = np.concatenate((groups, merged)), np.concatenate((alive, np.ones(len(merged), bool)))
        left = alive[first] & alive[second]
        a, b = _partners(frame, groups, new, np.flatnonzero(alive))
        a, b, own = _judged(seen, groups, a, b)
        first, second, score = (
            np.concatenate((kept[left], more)) for kept, more in ((first, a), (second, b), (score, own))
        )  # fmt: skip
    held = np.flatnonzero(alive & ((groups >= 0).sum(1) >= 2))
    return fitted(seen, frame[held], groups[held])


def fitted(seen: Sightings, frame: np.ndarray, members: np.ndarray) -> Matched:
    """The points of given groups, their outliers left out."""
    centers, rays, weights, size = _gathered(seen, members)
    for _ in range(OUTLIERS):
        points = triangulate(centers, rays, weights)
        person, joint = np.nonzero((_share(points, centers, rays, weights, size) > OUTLIER).any(1))
        weights = weights.copy()
        odd = _odd_one_out(centers[person], rays[person, :, joint], weights[person, :, joint], size[person])
        weights[person, odd, joint] = 0.0
    points = triangulate(centers, rays, weights)
    missed = np.where(weights > 0, miss_rad(points, centers, rays), np.nan)
    return Matched(frame, members, points, weights, missed, np.where(members >= 0, size, np.nan))


def _share(points: np.ndarray, centers: np.ndarray, rays: np.ndarray, weights: np.ndarray, size: np.ndarray) -> np.ndarray:
    """float64 [..., V, J]: misses as shares of the person's size; 0 where a view says nothing."""
    missed = miss_rad(points, centers, rays) / size[..., None]
    return np.where((weights > 0) & np.isfinite(missed), missed, 0.0)


def _odd_one_out(centers: np.ndarray, rays: np.ndarray, weights: np.ndarray, size: np.ndarray) -> np.ndarray:
    """int [M], of M joints on which views disagree: the view without which the others agree best; of two views any."""
    left = []
    for view in range(weights.shape[1]):
        others = weights.copy()
        others[:, view] = 0.0
        points = triangulate(centers, rays[:, :, None], others[..., None])
        worst = _share(points, centers, rays[:, :, None], others[..., None], size)[..., 0].max(1)
        left.append(np.where((weights[:, view] > 0) & ((others > 0).sum(1) >= 2), worst, np.inf))
    return np.argmin(left, axis=0)


def _gathered(seen: Sightings, members: np.ndarray) -> tuple[np.ndarray, ...]:
    there = members >= 0
    row = np.where(there, members, 0)
    weights = np.where(there[..., None], seen.weights[row], 0.0)
    return seen.centers[row], seen.rays[row], weights, seen.size_rad[row]


def _partners(
    frame: np.ndarray, groups: np.ndarray, some: np.ndarray | None = None, others: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (a, b) of groups of one frame without a common view: all of them, or those of ``some`` with ``others``."""
    a = np.arange(len(groups)) if some is None else some
    b = np.arange(len(groups)) if others is None else others
    order = b[np.argsort(frame[b], kind="stable")]
    start, stop = np.searchsorted(frame[order], frame[a], "left"), np.searchsorted(frame[order], frame[a], "right")
    count = stop - start
    first = np.repeat(a, count)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    second = order[np.repeat(start, count) + within]
    seen = groups >= 0
    # all: each pair once; some: the other is older (or an equally new one of another frame, which can't be)
    apart = (second < first) & ~(seen[first] & seen[second]).any(1)
    return first[apart], second[apart]


def _judged(seen: Sightings, groups: np.ndarray, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, ...]:
    """The pairs whose merging holds, with its score (the lower the better)."""
    if not len(first):
        return first, second, np.zeros(0)
    members = np.maximum(groups[first], groups[second])
    count = (members >= 0).sum(1)
    cost = np.full(len(members), np.inf)
    for views in np.unique(count):  # compact: no empty places are computed
        rows = np.flatnonzero(count == views)
        compact = -np.sort(-members[rows], axis=1)[:, :views]
        cost[rows] = worst_view(*_gathered(seen, compact))
    holds = cost < ACCEPT
    return first[holds], second[holds], (cost - VIEW_BONUS * (count - 2))[holds]


def worst_view(centers: np.ndarray, rays: np.ndarray, weights: np.ndarray, size: np.ndarray) -> np.ndarray:
    """float64 [M]: the worst view's median miss as a share of the person's size; infinite where it shares too few joints."""
    points = triangulate(centers, rays, weights)
    missed = np.where(weights > 0, miss_rad(points, centers, rays), np.nan)
    enough = np.isfinite(missed).sum(-1) >= FEWEST_JOINTS
    return np.where(enough, middle(missed) / size, np.inf).max(-1)
