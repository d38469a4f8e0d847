"""How much later one of two cameras shows what the other one shows, from how people move across the epipolar lines.

A camera that is late by d shows people d · speed away from where the other one says that they are. So the shift is the one at
which what is left (the distances from the epipolar lines, each joint's own constant distance, which is the calibration's, taken
out) goes no longer with the speed. Speeds are measured and so have errors: squared they would count people who stand still as
witnesses. The product of a joint's speed in the one view and in the other is not raised by errors, which are each view's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from modules.core.types import Camera
from modules.rig.adjust.tracklets import SAME, Tracklet, essential, sampson
from modules.rig.seen.body import PARTS

#: Offsets are looked for within this, in such steps, s; pairs of stretches tried, and instants of each.
REACH_S, STEP_S, PAIRS, LOOKED_AT = 3.0, 0.1, 60, 24
#: An offset is measured for stretches of time of about this length, s.
WINDOW_S = 5.0
#: Stretches of people shorter than this say nothing of time, s; nor do joints seen in fewer instants.
SHORTEST_S, FEWEST = 0.3, 8
#: From how many seconds on a shift's share of explained time is to be trusted: shorter overlaps count less.
ENOUGH_S = 0.5
#: Shifts are measured from that explain this share of what the best one does.
RIVAL = 0.6
#: A joint's place and speed are those of a straight line through so much time before and after, s. (Where places tremble the
#: push crosses 0 again and again, and a search that comes from a shift too small ends at one too small.)
PLACE_S, SPEED_S = 0.05, 0.1
#: Share of the variance of what is left that lasts, and for how long (e-folding), s; the rest is new each time. (The demo
#: recordings' variograms: 0.75–0.9 and 0.12–0.15 s; a smaller share makes more of what slow speeds say.)
LASTING, LASTS_S = 0.7, 0.15
#: What is left of a part of the body in so much time is one witness: what it is off by is independent of others', s.
BLOCK_S = 0.3
#: Steps of a measurement at most, the longest one, and the one that ends it, s.
STEPS, LONGEST_S, STILL_S = 15, 0.05, 1e-4


@dataclass(frozen=True)
class Delay:
    """One camera's delay against another at one time: ``second`` minus ``first``, s, by ``length_s`` of the recording."""

    first: int
    second: int
    time_s: float
    delay_s: float
    sd_s: float
    length_s: float = WINDOW_S


@dataclass(frozen=True)
class _Stretch:
    """A tracklet's times [T], s, rays [T, K, 2] and their speeds, 1/s, and the person's median size, rad."""

    times_s: np.ndarray
    rays: np.ndarray
    speed: np.ndarray
    size_rad: float

    def at(self, wanted_s: np.ndarray, which: str = "rays") -> np.ndarray:
        """Rays or speeds [T, K, 2] at other times, linear between neighbours; NaN where one of them is unknown or there is a
        gap."""
        times, values = self.times_s, getattr(self, which)
        after = np.clip(np.searchsorted(times, wanted_s), 1, len(times) - 1)
        t0, t1 = times[after - 1], times[after]
        share = ((wanted_s - t0) / (t1 - t0))[:, None, None]
        out = values[after - 1] * (1 - share) + values[after] * share
        out[(t1 - t0) > 2.5 * np.median(np.diff(times))] = np.nan
        return out

    def shared(self, other: _Stretch, shift: float) -> np.ndarray:
        """bool [T]: instants that the other one lasts for, ``shift`` later."""
        return (self.times_s + shift >= other.times_s[0]) & (self.times_s + shift <= other.times_s[-1])


@dataclass(frozen=True)
class _Said:
    """What one person's stretches say: ``push`` is 0 at the right shift and grows by ``worth`` a second; ``shares``: of the
    push, by time and part of the body; ``left``, ``count``: what is left, shares of the size, summed over so many joints."""

    push: float
    worth: float
    shares: dict[tuple[int, int], float]
    left: float
    count: float


class Couple:
    """Two views' stretches of people, compared at shifted times.

    Args:
        views: which two. tracklets: theirs. rays: of each tracklet, float [T, K, 2], normalised camera coordinates.
    """

    def __init__(
        self, cameras: Sequence[Camera], times_s: np.ndarray, views: tuple[int, int],
        tracklets: tuple[Sequence[Tracklet], Sequence[Tracklet]], rays: tuple[Sequence[np.ndarray], Sequence[np.ndarray]],
    ) -> None:  # fmt: skip
        self.views = views
        self.E = essential(cameras[views[0]], cameras[views[1]])
        self.a, self.b = (
            [_stretch(times_s[t.instants], r, float(np.median(t.size_px)) / cameras[view].fx)
             for t, r in zip(tracks, own, strict=True)]
            for view, tracks, own in zip(views, tracklets, rays, strict=True)
        )  # fmt: skip

    def delays(self) -> list[Delay]:
        """A measurement for each stretch of time; none where no shift makes the views agree."""
        candidates = []
        for m, a in enumerate(self.a):
            for n, b in enumerate(self.b):
                common = min(a.times_s[-1], b.times_s[-1] + REACH_S) - max(a.times_s[0], b.times_s[0] - REACH_S)
                if common >= SHORTEST_S:
                    candidates.append((-min(np.ptp(a.times_s), np.ptp(b.times_s)), m, n))
        pairs = [(m, n) for _, m, n in sorted(candidates)[:PAIRS]]
        if not pairs:
            return []
        shifts = np.arange(-REACH_S, REACH_S + 1e-9, STEP_S)
        explained = np.stack([self._explained(m, n, shifts) for m, n in pairs], 1)
        share = explained.sum(1) / (self._explainable(shifts) + ENOUGH_S)
        best: tuple[float, list[Delay]] = (np.inf, [])
        for place in _peaks(share):
            linked = [pair for pair, seconds in zip(pairs, explained[place], strict=True) if seconds > 0]
            best = min(best, self._measured(linked, float(shifts[place])), key=lambda found: found[0])
        return best[1]

    def _explained(self, m: int, n: int, shifts: np.ndarray) -> np.ndarray:
        """Seconds that two stretches explain together at each shift, better fits more."""
        a, b = self.a[m], self.b[n]
        out = np.zeros(len(shifts))
        for place, shift in enumerate(shifts):
            inside = np.flatnonzero(a.shared(b, shift))
            if len(inside) < 6:
                continue
            few = inside[np.unique(np.linspace(0, len(inside) - 1, LOOKED_AT).astype(int))]
            off = sampson(self.E, a.rays[few], b.at(a.times_s[few] + shift)) / min(a.size_rad, b.size_rad)
            off = off[np.isfinite(off)]
            if len(off) >= 12:
                out[place] = max(0.0, 1 - np.median(off) / SAME) * np.ptp(a.times_s[inside])
        return out

    def _explainable(self, shifts: np.ndarray) -> np.ndarray:
        """Seconds of the first view's people at which the second one shows anybody, at each shift."""
        low, high = min(b.times_s[0] for b in self.b), max(b.times_s[-1] for b in self.b)
        starts, ends = (np.array([a.times_s[end] for a in self.a])[:, None] for end in (0, -1))
        return (np.minimum(ends, high - shifts) - np.maximum(starts, low - shifts)).clip(0).sum(0)

    def _measured(self, linked: Sequence[tuple[int, int]], shift: float) -> tuple[float, list[Delay]]:
        """What is left, share of the size, after delays were found from a shift on, and these; infinite: none were."""
        start = min(self.a[m].times_s[0] for m, _ in linked)
        end = max(self.a[m].times_s[-1] for m, _ in linked)
        count = max(1, round((end - start) / WINDOW_S))
        edges = np.linspace(start, end + 1e-6, count + 1)
        found = [each for low, high in pairwise(edges) if (each := self._window(linked, shift, low, high)) is not None]
        return (float(np.mean([left for left, _ in found])), [delay for _, delay in found]) if found else (np.inf, [])

    def _window(self, linked: Sequence[tuple[int, int]], shift: float, low: float, high: float) -> tuple[float, Delay] | None:
        """The shift at which nothing pushes any more, and what is left there; None: nobody moves enough to tell.

        Its standard deviation is that of the sum of independent shares (cluster-robust: Liang & Zeger, Biometrika 1986).
        """
        for _ in range(STEPS):
            said = [one for m, n in linked if (one := self._said(m, n, shift, low, high)) is not None]
            worth = sum(one.worth for one in said)
            if worth <= 0:
                return None
            step = float(np.clip(-sum(one.push for one in said) / worth, -LONGEST_S, LONGEST_S))
            shift += step
            if abs(step) < STILL_S:
                break
        blocks: dict[tuple[int, int], float] = {}
        for one in said:
            for key, share in one.shares.items():
                blocks[key] = blocks.get(key, 0.0) + share
        if len(blocks) < 2:
            return None
        shares = np.array(list(blocks.values()))
        sd = float(np.sqrt((shares**2).sum() * len(shares) / (len(shares) - 1)) / worth)
        left = sum(one.left for one in said) / sum(one.count for one in said)
        return (left, Delay(*self.views, (low + high) / 2, shift, sd, high - low)) if sd < STEP_S else None

    def _said(self, m: int, n: int, shift: float, low: float, high: float) -> _Said | None:
        """What two linked stretches say of a shift, by generalised least squares; None: they share too little time."""
        a, b = self.a[m], self.b[n]
        inside = (a.times_s >= low) & (a.times_s < high) & a.shared(b, shift)
        times = a.times_s[inside]
        if len(times) < FEWEST or np.ptp(times) < 0.8 * SHORTEST_S:
            return None
        here, there = a.rays[inside], b.at(times + shift)
        off = _signed(self.E, here, there)
        by_a = -_change(lambda d: _signed(self.E, here + d * a.speed[inside], there))
        by_b = _change(lambda d: _signed(self.E, here, there + d * b.at(times + shift, "speed")))
        known = np.isfinite(off) & np.isfinite(by_a) & np.isfinite(by_b)
        joints = np.flatnonzero(known.sum(0) >= FEWEST)
        if not len(joints):
            return None
        middle = np.nanmedian(np.where(known, off, np.nan)[:, joints], axis=0)
        far = np.abs(np.where(known[:, joints], off[:, joints] - middle, np.nan))
        doubt = 1 + (far / (2.5 * max(1.4826 * float(np.nanmedian(far)), 1e-6))) ** 2  # Cauchy's weights, inverted
        covariance = LASTING * np.exp(-np.abs(times[:, None] - times) / LASTS_S) + (1 - LASTING) * np.eye(len(times))
        parts, variances = [], []
        for place, joint in enumerate(joints):
            at = known[:, joint]
            weight = 1 / np.sqrt(doubt[at, place])
            W = weight[:, None] * np.linalg.inv(covariance[np.ix_(at, at)]) * weight
            one = W.sum(1)
            W -= np.outer(one, one) / one.sum()  # whatever is constant says nothing
            whole = W @ off[at, joint]
            variances.append(off[at, joint] @ whole / (weight**2).sum())
            speed = (by_a[at, joint] + by_b[at, joint]) / 2
            parts.append((PARTS[joint], times[at], speed * whole, by_a[at, joint] @ W @ by_b[at, joint]))
        variance = max(float(np.median(variances)), 1e-10)
        shares: dict[tuple[int, int], float] = {}
        for part, when, pushes, _ in parts:
            for block, push in zip((when // BLOCK_S).astype(int).tolist(), (pushes / variance).tolist(), strict=True):
                shares[block, part] = shares.get((block, part), 0.0) + push
        worth = sum(float(worth) for *_, worth in parts) / variance
        left = float(np.nansum(far / doubt) / min(a.size_rad, b.size_rad))
        return _Said(sum(shares.values()), worth, shares, left, float(np.nansum(1 / doubt)))


def _stretch(times_s: np.ndarray, rays: np.ndarray, size_rad: float) -> _Stretch:
    least = 1.5 * float(np.median(np.diff(times_s)))  # a speed takes a neighbour on either side, of slow cameras too
    place, _ = _lines(times_s, rays, PLACE_S)
    _, speed = _lines(times_s, rays, max(SPEED_S, least))
    return _Stretch(times_s, np.where(np.isfinite(place), place, rays), speed, size_rad)


def _lines(times_s: np.ndarray, rays: np.ndarray, half_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Places [T, K, 2] and slopes, 1/s, of straight lines through what is known up to ``half_s`` before and after; NaN where a
    ray or two neighbours are not known."""
    known = np.isfinite(rays).all(-1)
    places, slopes = np.full(rays.shape, np.nan), np.full(rays.shape, np.nan)
    for n, time in enumerate(times_s):
        near = slice(*np.searchsorted(times_s, (time - half_s - 1e-9, time + half_s + 1e-9)))
        d, w = (times_s[near] - time)[:, None], known[near].astype(float)
        y = np.where(known[near, :, None], rays[near], 0.0)
        n0, n1, n2 = ((w * d**power).sum(0)[:, None] for power in (0, 1, 2))
        y0, y1 = y.sum(0), (y * d[..., None]).sum(0)
        apart = n0 * n2 - n1**2
        told = known[n][:, None] & (n0 >= 3) & (apart > 1e-12)
        apart = np.where(told, apart, 1.0)
        places[n] = np.where(told, (n2 * y0 - n1 * y1) / apart, np.nan)
        slopes[n] = np.where(told, (n0 * y1 - n1 * y0) / apart, np.nan)
    return places, slopes


def _change(of: Callable[[float], np.ndarray], by: float = 1e-3) -> np.ndarray:
    """Derivative at 0 of a function of one number, by differences."""
    return (of(by) - of(-by)) / (2 * by)


def _peaks(share: np.ndarray) -> list[int]:
    """Places where a curve is not lower than beside, and not much lower than anywhere."""
    beside = np.pad(share, 1, constant_values=-np.inf)
    high = (share > RIVAL * share.max()) & (share >= beside[:-2]) & (share >= beside[2:])
    return np.flatnonzero(high & (share > 0)).tolist()


def _signed(E: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """``sampson`` with its sign."""
    one = np.ones((*a.shape[:-1], 1))
    side = np.sign((np.concatenate([b, one], -1) * (np.concatenate([a, one], -1) @ E.T)).sum(-1))
    return side * sampson(E, a, b)
