"""Observations of one frame → those of the next; pieces of a track → longer ones. Pure functions of what was observed.

Two steps, both solved as assignments (scipy). Between neighbouring frames a person's joints move little, which settles nearly
everything (``link``). What that leaves open (missed people, crossings, gaps) is settled piece by piece, shorter gaps first
(``join``): how well does the one piece go on where the other ended, is it a body of the same measures, in the same clothes?
The three are weighed as log-likelihood ratios of "the same person" against "somebody else".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: Neighbouring frames are at most this far apart, s.
LINK_S = 0.15
#: Joints move less than this between them, mm and mm/s, in the mean over the body.
LINK_MM, LINK_MM_S = 220.0, 3000.0
#: Gaps are bridged in this order, s; longer ones up to the configured limit.
GAPS_S = (0.15, 0.4, 1.0, 2.5)
#: An end's speed is measured over this time, s, from this many observations at least; it lasts for GOES_ON_S.
SPEED_S, SPEED_FRAMES, GOES_ON_S = 0.3, 3, 0.6
#: Where a person is after a gap: standard deviation in mm at once, and how it grows, mm/s; and if no speed is known, mm/s.
PLACE_MM, DRIFT_MM_S, UNKNOWN_MM_S = 60.0, 700.0, 1200.0
#: After long gaps people are anywhere: that deviation is the largest.
ANYWHERE_MM = 2000.0
#: Degrees of freedom of that distribution: people do unexpected things.
FREEDOM = 4.0
#: Somebody else could be anywhere on this floor, mm².
FLOOR_MM2 = 36e6
#: Limbs whose lengths tell people apart (the neck's and the hip's widths hardly do), left and right together.
MEASURES: tuple[tuple[tuple[int, int], ...], ...] = (
    ((0, 2),), ((3, 4), (9, 10)), ((4, 5), (10, 11)), ((6, 7), (12, 13)), ((7, 8), (13, 14)), ((0, 3), (0, 9)),
)  # fmt: skip
#: Relative standard deviation of a measure: among people; of one person from piece to piece (bent arms are found too short),
#: as on the demo; of one frame.
AMONG, FRAME = 0.075, 0.09
WITHIN = np.array([0.02, 0.045, 0.07, 0.025, 0.025, 0.05])
#: The same of mean colours, in levels of 255.
COLOR_AMONG, COLOR_WITHIN, COLOR_FRAME = 55.0, 18.0, 25.0
#: Measures go along with one another, so do colours: their evidence counts this much.
MEASURES_COUNT, COLORS_COUNT = 0.6, 0.4
#: Evidence that a join needs at least: in most recordings those who left come back sooner than others come in.
ENOUGH = -1.0


@dataclass(frozen=True, eq=False)
class Seen:
    """Everyone seen in some frames, one row each, by rising time.

    Attributes:
        times_s: float64 [N].
        roots_mm: float64 [N, 3], world.
        joints_mm: float32 [N, J, 3], world; NaN where there is no pose.
        colors: float32 [N, 6]; NaN: not known.
    """

    times_s: np.ndarray
    roots_mm: np.ndarray
    joints_mm: np.ndarray
    colors: np.ndarray


def link(roots_a: np.ndarray, joints_a: np.ndarray, roots_b: np.ndarray, joints_b: np.ndarray, gap_s: float) -> np.ndarray:
    """int64 [A]: whom of the next frame's people B each of this frame's goes on as; -1: nobody.

    Args:
        roots: float [A or B, 3], mm. joints: float [A or B, J, 3], mm; NaN: no pose. gap_s: between the frames.
    """
    onward = np.full(len(roots_a), -1)
    if not len(roots_a) or not len(roots_b):
        return onward
    by_roots = np.linalg.norm(roots_a[:, None] - roots_b[None], axis=-1)
    by_joints = np.linalg.norm(joints_a[:, None] - joints_b[None], axis=-1).mean(-1)
    from scipy.optimize import linear_sum_assignment  # takes 0.2 s, which the first pose need not wait for

    distance = np.where(np.isnan(by_joints), by_roots, by_joints)
    limit = LINK_MM + LINK_MM_S * gap_s
    # beyond the limit all are alike, so that nobody is pushed away to spare a match that does not count
    for a, b in zip(*linear_sum_assignment(np.minimum(distance, limit) ** 2), strict=True):
        if distance[a, b] < limit:
            onward[a] = b
    return onward


def join(seen: Seen, pieces: np.ndarray, lost_s: float) -> np.ndarray:
    """Joins pieces over gaps.

    Args:
        pieces: int64 [N], the piece of each row; rows of one piece are one after another in time.
        lost_s: the longest gap.

    Returns:
        int64 [N]: the piece of each row, from 0.
    """
    if not len(pieces):
        return pieces
    for gap_s in (*[gap for gap in GAPS_S if gap < lost_s], lost_s):
        _, pieces = np.unique(pieces, return_inverse=True)
        ends = _Ends.of(seen, pieces)
        tails, heads = _candidates(ends, gap_s)
        if len(tails):
            evidence = _evidence(ends, tails, heads)
            pieces = _merged(pieces, ends.start_s, *_matched(tails, heads, evidence, len(ends.start_s)))
    return np.unique(pieces, return_inverse=True)[1]


@dataclass(frozen=True, eq=False)
class _Ends:
    """Where and when pieces [K] begin and end, how they move there, and whose body it is; float64."""

    start_s: np.ndarray
    end_s: np.ndarray
    start_mm: np.ndarray  # [K, 2], floor
    end_mm: np.ndarray
    start_mm_s: np.ndarray  # [K, 2]; NaN: not known
    end_mm_s: np.ndarray
    measures: np.ndarray  # [K, M], log of mm; NaN: not known
    colors: np.ndarray  # [K, 6]; NaN: not known
    posed: np.ndarray  # [K], observations with a pose

    @classmethod
    def of(cls, seen: Seen, pieces: np.ndarray) -> _Ends:
        order = np.lexsort((seen.times_s, pieces))
        first = np.flatnonzero(np.diff(pieces[order], prepend=-1))
        last = np.append(first[1:], len(order)) - 1
        times, floor = seen.times_s[order], seen.roots_mm[order, :2]
        posed = np.isfinite(seen.joints_mm[order, 0, 0])
        return cls(
            times[first], times[last], floor[first], floor[last],
            _speeds(times, floor, first, last, first, 1), _speeds(times, floor, first, last, last, -1),
            _means(_measures(seen.joints_mm[order]), first), _means(seen.colors[order], first),
            np.add.reduceat(posed.astype(float), first),
        )  # fmt: skip


def _speeds(times: np.ndarray, floor: np.ndarray, first: np.ndarray, last: np.ndarray, at: np.ndarray, way: int) -> np.ndarray:
    """float64 [K, 2], mm/s at one end of each piece: the slope of a line through the rows nearest to it."""
    reach = 12  # rows looked at
    rows = at[:, None] + way * np.arange(reach)
    inside = (rows >= first[:, None]) & (rows <= last[:, None])
    rows = rows.clip(0, len(times) - 1)
    since = times[rows] - times[at][:, None]
    weight = (inside & (np.abs(since) <= SPEED_S)).astype(float)
    count = weight.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_t = (weight * since).sum(1) / count
        off = (since - mean_t[:, None]) * weight
        slope = (off[..., None] * floor[rows]).sum(1) / (off * (since - mean_t[:, None])).sum(1)[:, None]
    slope[count < SPEED_FRAMES] = np.nan
    return slope


def _measures(joints_mm: np.ndarray) -> np.ndarray:
    """float64 [N, M]: log of the body's measures; NaN without a pose."""
    columns = []
    for limbs in MEASURES:
        lengths = [np.linalg.norm(joints_mm[:, a] - joints_mm[:, b], axis=-1) for a, b in limbs]
        columns.append(np.log(np.maximum(np.mean(lengths, 0), 1.0)))
    return np.stack(columns, 1).astype(float)


def _means(values: np.ndarray, first: np.ndarray) -> np.ndarray:
    """float64 [K, C]: means over the rows of each piece; NaN is passed over."""
    known = np.isfinite(values)
    total = np.add.reduceat(np.where(known, values, 0.0).astype(float), first)
    with np.errstate(invalid="ignore"):
        return total / np.add.reduceat(known.astype(float), first)


def _candidates(ends: _Ends, gap_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (tail, head) of pieces of which the second begins after the first ended, at most ``gap_s`` later."""
    order = np.argsort(ends.start_s, kind="stable")
    starts = ends.start_s[order]
    low = np.searchsorted(starts, ends.end_s, side="right")
    high = np.searchsorted(starts, ends.end_s + gap_s + 1e-9, side="right")
    count = high - low
    tails = np.repeat(np.arange(len(starts)), count)
    within = np.arange(len(tails)) - np.repeat(np.cumsum(count) - count, count)
    return tails, order[np.repeat(low, count) + within]


def _evidence(ends: _Ends, tails: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """float64 [M]: log-likelihood ratio that head goes on as tail ended, against anybody else anywhere."""
    gap = ends.start_s[heads] - ends.end_s[tails]
    way = ends.start_mm[heads] - ends.end_mm[tails]
    coasting = GOES_ON_S * (1 - np.exp(-gap / GOES_ON_S))[:, None]
    forward, backward = ends.end_mm_s[tails], ends.start_mm_s[heads]
    either = np.where(np.isnan(forward), backward, np.where(np.isnan(backward), forward, (forward + backward) / 2))
    known = np.isfinite(either[:, 0])
    error = np.linalg.norm(way - np.nan_to_num(either) * coasting, axis=-1)
    spread = PLACE_MM + np.where(known, DRIFT_MM_S * gap * gap / (gap + GOES_ON_S), UNKNOWN_MM_S * gap)
    spread = np.minimum(spread, ANYWHERE_MM)
    place = np.log(FLOOR_MM2 / (2 * np.pi * spread**2)) - (FREEDOM + 2) / 2 * np.log1p(error**2 / (FREEDOM * spread**2))
    count = 1 / ends.posed[tails].clip(1) + 1 / ends.posed[heads].clip(1)
    body = _ratio(ends.measures[tails] - ends.measures[heads], AMONG, WITHIN, FRAME, count)
    clothes = _ratio(ends.colors[tails] - ends.colors[heads], COLOR_AMONG, COLOR_WITHIN, COLOR_FRAME, count)
    return place + MEASURES_COUNT * body + COLORS_COUNT * clothes


def _ratio(difference: np.ndarray, among: float, within: float | np.ndarray, frame: float, count: np.ndarray) -> np.ndarray:
    """float64 [M]: what differences [M, C] of mean features say for one person against two; nothing where they are unknown."""
    one = 2 * np.square(within) + frame**2 * count[:, None]
    two = one + 2 * among**2
    said = (np.log(two / one) + difference**2 * (1 / two - 1 / one)) / 2
    return np.nan_to_num(said).sum(1)


def _matched(tails: np.ndarray, heads: np.ndarray, evidence: np.ndarray, pieces: int) -> tuple[np.ndarray, np.ndarray]:
    """The pairs that together have most evidence, nobody in two as tail or as head."""
    good = evidence > ENOUGH
    tails, heads, evidence = tails[good], heads[good], evidence[good]
    rows, row_of = np.unique(tails, return_inverse=True)
    # each tail may also go on as nobody: a column of its own, of no evidence; weights must not be 0
    shift = evidence.max(initial=0.0) + 1.0
    weights = np.concatenate([shift - evidence, np.full(len(rows), shift)])
    columns = np.concatenate([heads, pieces + np.arange(len(rows))])
    shape = (len(rows), pieces + len(rows))
    from scipy.sparse import csr_matrix  # likewise
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    graph = csr_matrix((weights, (np.concatenate([row_of, np.arange(len(rows))]), columns)), shape)
    if not len(rows):
        return tails, heads
    matched_rows, matched = min_weight_full_bipartite_matching(graph)
    real = matched < pieces
    return rows[matched_rows[real]], matched[real]


def _merged(pieces: np.ndarray, start_s: np.ndarray, tails: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """int64 [N]: the pieces, each head called as its tail is; a tail begins before its head, so the earliest come first."""
    name = np.arange(len(start_s))
    order = np.argsort(start_s[heads], kind="stable")
    for tail, head in zip(tails[order].tolist(), heads[order].tolist(), strict=True):
        name[head] = name[tail]
    return name[pieces]


def chains(onward: Sequence[np.ndarray], sizes: Sequence[int], starts: Sequence[bool]) -> np.ndarray:
    """int64 [N]: pieces of all frames' rows one after another, from the links between neighbours.

    Args:
        onward: of each frame but the last, ``link``'s answer to the next. sizes: people in each frame.
        starts: of each frame, whether it isn't linked to the one before.
    """
    pieces: list[np.ndarray] = []
    count = 0
    for n, size in enumerate(sizes):
        names = np.full(size, -1)
        if n and not starts[n]:
            there = onward[n - 1] >= 0
            names[onward[n - 1][there]] = pieces[-1][there]
        new = names < 0
        names[new] = count + np.arange(new.sum())
        count += int(new.sum())
        pieces.append(names)
    return np.concatenate(pieces) if pieces else np.zeros(0, int)
