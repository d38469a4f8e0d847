"""Videos of three and more cameras that have each other's names: which permutation of the calibration explains the people.

Trying every permutation in full takes factorially long. What two videos explain together under two cameras is worked out once
for all permutations, which are ranked by the sum over their pairs; the best few are then tried in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, permutations, product

import numpy as np

from modules.core.rig import Subject
from modules.core.types import Camera
from modules.rig.check.disagreement import BORNE_OUT, votes
from modules.rig.check.hypotheses import CLEARLY, EXPLAINED, FALLEN, FEWEST_PEOPLE, Comparison, Explained, Hypothesis
from modules.rig.check.matching import match
from modules.rig.seen.sightings import Sightings, joined, side_by_side

#: Views that are permuted at most (40 320 permutations), and at least: exchanges of two are among the plain hypotheses.
MOST_VIEWS, FEWEST_MOVED = 8, 3
#: Permutations that are tried in full, and pairs that are matched at once.
TRIED, AT_ONCE = 6, 200


def permuted(comparison: Comparison, as_is: Explained) -> Explained | None:
    """The one permutation of three or more videos that clearly explains what is seen, or None.

    The views that explain little as they are may be permuted; the others keep their cameras.
    """
    cameras = as_is.hypothesis.cameras
    speaks_for, against = votes(as_is)
    borne_out = speaks_for > BORNE_OUT * (speaks_for + against)  # with people beside them whom nobody else can see
    views = np.flatnonzero((as_is.seen >= FEWEST_PEOPLE) & (as_is.together <= FALLEN * as_is.seen) & ~borne_out).tolist()
    if not FEWEST_MOVED <= len(views) <= MOST_VIEWS:
        return None
    orders = _likely(comparison, cameras, views)
    if not orders:
        return None
    found = comparison.explain([_hypothesis(cameras, order) for order in orders])
    found.sort(key=lambda explained: (-int(explained.together.sum()), explained.miss))
    best = found[0]
    moved = list(best.hypothesis.views)
    before, after, now = as_is.together[moved], best.together[moved], best.seen[moved]
    if (after < FEWEST_PEOPLE).any() or (before > FALLEN * after).any() or after.sum() < EXPLAINED * now.sum():
        return None
    return None if any(_as_good(other, best) for other in found[1:]) else best


def cycles(cameras: Sequence[Camera], order: Sequence[Camera]) -> list[list[int]]:
    """Views that hold each other's videos, circle by circle: each shows what the next one's camera sees, the last the first's.

    Args:
        order: of each view the camera that its video is seen by.
    """
    shown = {view: next(n for n, camera in enumerate(cameras) if camera is seen_by) for view, seen_by in enumerate(order)}
    out: list[list[int]] = []
    for start in shown:
        circle = [start]
        while shown[circle[-1]] != start:
            circle.append(shown[circle[-1]])
        if len(circle) > 1 and start == min(circle):
            out.append(circle)
    return out


def _hypothesis(cameras: Sequence[Camera], order: Sequence[int]) -> Hypothesis:
    moved = tuple(view for view, camera in enumerate(order) if view != camera)
    return Hypothesis(Subject.EXCHANGED, moved, tuple(cameras[n] for n in order))


def _as_good(other: Explained, best: Explained) -> bool:
    """Whether another permutation explains the videos that it gives to other cameras about as well."""
    pairs = zip(other.hypothesis.cameras, best.hypothesis.cameras, strict=True)
    differ = [view for view, (a, b) in enumerate(pairs) if a is not b]
    return bool(other.together[differ].sum() > CLEARLY * best.together[differ].sum() and other.miss < 1.5 * best.miss)


def _likely(comparison: Comparison, cameras: Sequence[Camera], views: Sequence[int]) -> list[list[int]]:
    """The permutations whose pairs of videos explain most people, the best first: of each view the camera's place."""
    orders = np.array(list(permutations(range(len(views)))))
    orders = orders[(orders != np.arange(len(views))).sum(1) >= FEWEST_MOVED]
    table = _pairs(comparison, cameras, views)
    score = np.zeros(len(orders), int)
    for i, j in combinations(range(len(views)), 2):
        score += table[i, orders[:, i], j, orders[:, j]]
    for i in range(len(views)):
        score += table[i, orders[:, i], i, orders[:, i]]
    out = []
    for n in np.argsort(-score, kind="stable")[:TRIED]:
        order = list(range(len(cameras)))
        for i, view in enumerate(views):
            order[view] = views[orders[n, i]]
        out.append(order)
    return out


def _pairs(comparison: Comparison, cameras: Sequence[Camera], views: Sequence[int]) -> np.ndarray:
    """int [K, K, K, K]: people whom video i under camera a and video j under camera b show together, of K views.

    At [i, a, i, a]: those whom it shows together with the views that keep their cameras.
    """
    count = len(views)
    others = [v for v in range(len(cameras)) if v not in views]
    places: list[tuple[int, int, int, int]] = []
    cases: list[Sightings] = []
    for i, a in product(range(count), repeat=2):
        own = comparison.part(views[i], cameras[views[a]])
        for j, b in product(range(i + 1, count), range(count)):
            if a != b:
                places.append((i, a, j, b))
                cases.append(_two(own, comparison.part(views[j], cameras[views[b]])))
        for other in others:
            places.append((i, a, i, a))
            cases.append(_two(own, comparison.part(other, cameras[other])))
    table = np.zeros((count,) * 4, int)
    for start in range(0, len(cases), AT_ONCE):
        some = cases[start : start + AT_ONCE]
        matched = match(side_by_side(some))
        people = np.bincount(matched.frame // some[0].frame_count, minlength=len(some))
        for place, number in zip(places[start : start + AT_ONCE], people, strict=True):
            table[place] += number
    return table


def _two(one: Sightings, other: Sightings) -> Sightings:
    """Two views alone."""
    parts = (replace(part, view=np.full(len(part.view), n), view_count=n + 1) for n, part in enumerate((one, other)))
    return joined(list(parts))
