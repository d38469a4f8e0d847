"""Cameras that don't run in step: by how many seconds each is late and how its clock drifts, from motion, sound or one event.

An offset is positive where a camera's frames are late: it shows what others showed earlier. Frame at time t of a camera with
``offset_s`` and ``drift`` shows the instant ``t - offset_s - drift · t``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from modules.core.errors import SourceError
from modules.core.geometry import undistort
from modules.core.people2d import People2D
from modules.core.types import Camera
from modules.rig.adjust.one_thread import on_one_thread
from modules.rig.adjust.tracklets import SAME, Tracklet, essential, follow, sampson

#: Offsets are looked for within this, in such steps, s; pairs of stretches tried, and instants of each.
REACH_S, STEP_S, PAIRS, LOOKED_AT = 3.0, 0.1, 60, 24
#: An offset is measured for stretches of time this long, s; clocks are asked for their drift in recordings this long.
WINDOW_S, DRIFT_FROM_S = 5.0, 15.0
#: Stretches of people shorter than this say nothing of time; of shorter recordings none is looked at, of recordings this long
#: who is late is told surely, s.
SHORTEST_S, FEWEST_S, GOOD_S = 1.0, 1.2, 5
#: So many joints and instants count as one (the demo recordings, shifted: two deviations then hold what is found).
ALIKE = 30.0
#: Nobody knows an offset better than this, s.
LEAST_SD_S = 0.001
#: A view is off by so much in one second of somebody who moves in one way, s, in all its pairs alike, and by less in longer
#: recordings (1 / √ of their length): the 2D network's and the calibration's errors there (demo clips cut to 1.2 s).
OWN_S = 0.004
#: What is assumed beforehand of a clock's drift, s per s (cheap cameras: some 50 parts per million; files say 30 for 29.97).
DRIFT_SD = 1e-3


@dataclass(frozen=True)
class Step:
    """How one camera runs.

    Attributes:
        camera: its name. offset_s: how late its first frame is, s. drift: s of delay per s, positive: falls behind.
        sd_s: standard deviation of the offset in the middle of the recording, s; infinite: nothing is known.
        certain: whether it may be applied unasked.
    """

    camera: str
    offset_s: float
    drift: float
    sd_s: float
    certain: bool


@dataclass(frozen=True)
class Delay:
    """One camera's delay against another at one time: ``second`` minus ``first``, s."""

    first: int
    second: int
    time_s: float
    delay_s: float
    sd_s: float


@on_one_thread
def by_motion(cameras: Sequence[Camera], people: Sequence[People2D]) -> tuple[Step, ...]:
    """From how people move, with cameras whose calibration is known (roughly is enough: what stays wrong is taken out).

    Args:
        people: what all cameras showed at the same nominal times, in order.

    Raises:
        SourceError: the recording is too short, or nobody moves in two views.
    """
    times = np.array([p.time_s for p in people])
    refuse_short(float(np.ptp(times)))
    tracklets = [[t for t in follow(people, view) if np.ptp(times[t.instants]) > SHORTEST_S] for view in range(len(cameras))]
    rays = [[undistort(t.pixels, camera) for t in view] for view, camera in zip(tracklets, cameras, strict=True)]
    delays: list[Delay] = []
    for i, j in combinations(range(len(cameras)), 2):
        delays += _Couple(cameras, times, (i, j), (tracklets[i], tracklets[j]), (rays[i], rays[j])).delays()
    if not delays:
        raise SourceError(
            "Nobody moves clearly enough in two cameras' views to put them in step. Choose a recording in which someone walks "
            "or waves, use the sound, or mark a clap by hand."
        )
    length_s = float(np.ptp(times))
    return settle([c.name for c in cameras], delays, length_s, OWN_S / np.sqrt(length_s))


def refuse_short(length_s: float) -> None:
    """SourceError where a recording is too short for motion to tell who is late."""
    if length_s < FEWEST_S:
        raise SourceError(
            "The recording lasts {seconds:.1f} s, too short to tell by how people move who is late: that takes {least:g} s, "
            "and {good:g} s or more to be sure. Take more of it, use the sound, or mark a clap by hand.",
            seconds=length_s, least=FEWEST_S, good=GOOD_S,
        )  # fmt: skip


def settle(names: Sequence[str], delays: Sequence[Delay], length_s: float, own_sd_s: float = 0.0) -> tuple[Step, ...]:
    """Each camera's offset and drift from delays between pairs, the median camera taken as right.

    Robust least squares; a pair that contradicts the others counts little, and adds to everybody's uncertainty.

    Args:
        own_sd_s: what each camera is off by in all its pairs alike, standard deviation, s.
    """
    views = len(names)
    drifts = length_s >= DRIFT_FROM_S
    middle = length_s / 2
    rows, right, sd = [], [], []
    for delay in delays:
        row = np.zeros(2 * views)
        row[delay.second], row[delay.first] = 1, -1
        row[views + delay.second], row[views + delay.first] = delay.time_s - middle, middle - delay.time_s
        rows.append(row)
        right.append(delay.delay_s)
        sd.append(np.hypot(delay.sd_s, LEAST_SD_S))
    A, b, s = np.array(rows), np.array(right), np.array(sd)
    prior = np.concatenate([np.full(views, 1e-6), np.full(views, 1 / (DRIFT_SD if drifts else 1e-9) ** 2)])
    weight = 1 / s**2
    for _ in range(15):
        normal = A.T @ (A * weight[:, None]) + np.diag(prior)
        x = np.linalg.solve(normal, A.T @ (weight * b))
        off = (b - A @ x) / s
        weight = 1 / s**2 / (1 + (off / 2.5) ** 2)
    told = np.abs(A[:, :views]).T @ (weight * s**2) > 0.5
    worse = max(1.0, float(np.sqrt(np.mean(np.minimum(off**2, 25.0)))))
    offset = x[:views] - np.median(x[:views][told]) if told.any() else x[:views]
    drift = x[views:] - np.median(x[views:][told]) if told.any() else x[views:]
    # the common part is nobody's: what counts is how a camera stands to the others
    center = np.eye(views) - 1.0 / views
    covariance = center @ np.linalg.pinv(normal, hermitian=True)[:views, :views] @ center
    sds = np.where(told, np.hypot(worse * np.sqrt(np.maximum(np.diag(covariance), 0)), own_sd_s), np.inf)
    return tuple(
        Step(name, float(o - d * middle), float(d), float(max(e, LEAST_SD_S)), bool(e < 0.02))
        for name, o, d, e in zip(names, offset, drift, sds, strict=True)
    )


def by_event(names: Sequence[str], times_s: Mapping[str, float], frame_s: float) -> tuple[Step, ...]:
    """From one event (a clap, a flash) that was marked in each camera's frames, s; to half a frame."""
    marked = np.array([times_s.get(name, np.nan) for name in names])
    first = np.nanmedian(marked)
    return tuple(
        Step(name, float(t - first), 0.0, frame_s / 2, True) if np.isfinite(t) else Step(name, 0.0, 0.0, np.inf, False)
        for name, t in zip(names, marked, strict=True)
    )


def clock_options(steps: Sequence[Step], by_frames_fps: float = float("nan")) -> dict[str, dict[str, int]]:
    """The configuration (key → camera → value) that puts cameras in step; empty: they are.

    Args:
        by_frames_fps: the rate of cameras that can't be paired by time: whole frames then.
    """
    if np.isfinite(by_frames_fps):
        frames = {step.camera: round(step.offset_s * by_frames_fps) for step in steps if np.isfinite(step.sd_s)}
        return {"SOURCE.FRAME_OFFSETS": kept} if (kept := {name: n for name, n in frames.items() if n}) else {}
    late = {step.camera: round(1e3 * step.offset_s) for step in steps if np.isfinite(step.sd_s)}
    drift = {step.camera: round(1e6 * step.drift) for step in steps if np.isfinite(step.sd_s)}
    both = {"SOURCE.DELAY_MS": late, "SOURCE.DRIFT_PPM": drift}
    return {key: kept for key, values in both.items() if (kept := {name: v for name, v in values.items() if v})}


class _Couple:
    """Two views' stretches of people, compared at shifted times."""

    def __init__(
        self, cameras: Sequence[Camera], times_s: np.ndarray, views: tuple[int, int],
        tracklets: tuple[Sequence[Tracklet], Sequence[Tracklet]], rays: tuple[Sequence[np.ndarray], Sequence[np.ndarray]],
    ) -> None:  # fmt: skip
        self.views = views
        self.E = essential(cameras[views[0]], cameras[views[1]])
        self.focal = tuple(cameras[v].fx for v in views)
        self.a, self.b = ([(times_s[t.instants], r, t.size_px) for t, r in zip(*pair, strict=True)]
                          for pair in zip(tracklets, rays, strict=True))  # fmt: skip

    def delays(self) -> list[Delay]:
        """A measurement for each stretch of time; none where no shift makes the views agree."""
        candidates = []
        for m, (ta, _, _) in enumerate(self.a):
            for n, (tb, _, _) in enumerate(self.b):
                common = min(ta[-1], tb[-1] + REACH_S) - max(ta[0], tb[0] - REACH_S)
                if common > SHORTEST_S:
                    candidates.append((-common, m, n))
        candidates = [(m, n) for _, m, n in sorted(candidates)[:PAIRS]]
        shifts = np.arange(-REACH_S, REACH_S + 1e-9, STEP_S)
        scores = np.zeros((len(shifts), len(candidates)))
        for c, (m, n) in enumerate(candidates):
            scores[:, c] = self._scores(m, n, shifts)
        if not len(candidates) or not scores.any():
            return []
        best = int(np.argmax(scores.sum(1)))
        linked = [pair for pair, score in zip(candidates, scores[best], strict=True) if score > 0]
        return self._measured(linked, float(shifts[best]))

    def _scores(self, m: int, n: int, shifts: np.ndarray) -> np.ndarray:
        """Seconds that two stretches explain together at each shift, better fits more."""
        (ta, ra, sa), (tb, rb, sb) = self.a[m], self.b[n]
        out = np.zeros(len(shifts))
        for place, shift in enumerate(shifts):
            inside = np.flatnonzero((ta + shift >= tb[0]) & (ta + shift <= tb[-1]))
            if len(inside) < 6:
                continue
            few = inside[np.unique(np.linspace(0, len(inside) - 1, LOOKED_AT).astype(int))]
            off = sampson(self.E, ra[few], _at(tb, rb, ta[few] + shift))
            size = max(self.focal[0] / np.median(sa), self.focal[1] / np.median(sb))
            off = off[np.isfinite(off)] * size
            if len(off) >= 12:
                out[place] = max(0.0, 1 - np.median(off) / SAME) * np.ptp(ta[inside])
        return out

    def _measured(self, linked: Sequence[tuple[int, int]], shift: float) -> list[Delay]:
        start = min(self.a[m][0][0] for m, _ in linked)
        end = max(self.a[m][0][-1] for m, _ in linked)
        count = max(1, round((end - start) / WINDOW_S))
        edges = np.linspace(start, end + 1e-6, count + 1)
        found = [self._window(linked, shift, low, high) for low, high in pairwise(edges)]
        return [delay for delay in found if delay is not None]

    def _window(self, linked: Sequence[tuple[int, int]], shift: float, low: float, high: float) -> Delay | None:
        """The shift at which distances from the epipolar lines no longer go with the speed across them; each joint's own
        constant distance (the calibration's) is taken out."""
        sd = np.inf
        for _ in range(8):
            parts = [part for m, n in linked for part in self._joints(m, n, shift, low, high)]
            if sum(len(off) for off, _ in parts) < 30:
                return None
            off = np.concatenate([o - np.median(o) for o, _ in parts])
            slope = np.concatenate([s - np.mean(s) for _, s in parts])
            spread = max(1.4826 * float(np.median(np.abs(off))), 1e-6)
            weight = 1 / (1 + (off / (2.5 * spread)) ** 2)
            information = (weight * slope**2).sum()
            if information <= 0:
                return None
            move = -(weight * slope * off).sum() / information
            # neighbouring joints and instants err alike, and a 2D network is off alike wherever a person stands alike
            sd = float(spread / np.sqrt(information / ALIKE))
            shift += float(np.clip(move, -STEP_S, STEP_S))
            if abs(move) < 1e-4:
                break
        return Delay(*self.views, (low + high) / 2, shift, sd) if sd < STEP_S else None

    def _joints(self, m: int, n: int, shift: float, low: float, high: float) -> list[tuple[np.ndarray, np.ndarray]]:
        """For each joint of a linked pair: signed distances at this shift and how they change with it."""
        (ta, ra, _), (tb, rb, _) = self.a[m], self.b[n]
        step = float(np.median(np.diff(tb)))
        inside = (ta >= low) & (ta < high) & (ta + shift >= tb[0] + step) & (ta + shift <= tb[-1] - step)
        if inside.sum() < 6:
            return []
        here, before, after = (_signed(self.E, ra[inside], _at(tb, rb, ta[inside] + shift + by)) for by in (0.0, -step, step))
        slope = (after - before) / (2 * step)
        known = np.isfinite(here) & np.isfinite(slope)
        return [(here[known[:, k], k], slope[known[:, k], k]) for k in range(here.shape[1]) if known[:, k].sum() >= 6]


def _at(times_s: np.ndarray, rays: np.ndarray, wanted_s: np.ndarray) -> np.ndarray:
    """Rays [T, K, 2] at other times, linear between neighbours; NaN where one of them is unknown or there is a gap."""
    after = np.clip(np.searchsorted(times_s, wanted_s), 1, len(times_s) - 1)
    t0, t1 = times_s[after - 1], times_s[after]
    share = ((wanted_s - t0) / (t1 - t0))[:, None, None]
    out = rays[after - 1] * (1 - share) + rays[after] * share
    out[(t1 - t0) > 2.5 * np.median(np.diff(times_s))] = np.nan
    return out


def _signed(E: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """``sampson`` with its sign."""
    one = np.ones((*a.shape[:-1], 1))
    side = np.sign((np.concatenate([b, one], -1) * (np.concatenate([a, one], -1) @ E.T)).sum(-1))
    return side * sampson(E, a, b)
