"""Cameras that don't run in step: by how many seconds each is late and how its clock drifts, from motion, sound or one event.

An offset is positive where a camera's frames are late: it shows what others showed earlier. Frame at time t of a camera with
``offset_s`` and ``drift`` shows the instant ``t - offset_s - drift · t``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from modules.core.errors import SourceError
from modules.core.geometry import undistort
from modules.core.people2d import People2D
from modules.core.types import Camera, SourceInfo
from modules.rig.adjust.one_thread import on_one_thread
from modules.rig.adjust.tracklets import follow
from modules.rig.sync.couple import SHORTEST_S, Couple, Delay

#: Clocks are asked for their drift in recordings this long, s.
DRIFT_FROM_S = 15.0
#: Of recordings shorter than this none is looked at, of recordings this long who is late is told surely, s.
FEWEST_S, GOOD_S = 1.2, 5
#: Nobody knows an offset better than this, s.
LEAST_SD_S = 0.001
#: A delay is worth applying if it is more than this (half a frame of 30 a second; short recordings of cameras in step say up to
#: 12 ms), s.
WORTH_S = 0.016
#: As little of a frame pairs other frames for few of them.
SLIGHT_FRAMES = 0.3
#: What is assumed beforehand of a clock's drift, s per s (cheap cameras: some 50 parts per million; files say 30 for 29.97).
DRIFT_SD = 1e-3


@dataclass(frozen=True)
class Step:
    """How one camera runs.

    Attributes:
        camera: its name. offset_s: how late its first frame is, s. drift: s of delay per s, positive: falls behind.
        sd_s: standard deviation of the offset in the middle of the recording, s, against the mean of all cameras, or where they
            are counted from one of them against that one, whose own is 0; infinite: nothing is known.
        certain: whether it may be applied unasked.
    """

    camera: str
    offset_s: float
    drift: float
    sd_s: float
    certain: bool


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
    tracklets = [[t for t in follow(people, view) if np.ptp(times[t.instants]) >= SHORTEST_S] for view in range(len(cameras))]
    rays = [[undistort(t.pixels, camera) for t in view] for view, camera in zip(tracklets, cameras, strict=True)]
    delays: list[Delay] = []
    for i, j in combinations(range(len(cameras)), 2):
        delays += Couple(cameras, times, (i, j), (tracklets[i], tracklets[j]), (rays[i], rays[j])).delays()
    if not delays:
        raise SourceError(
            "Nobody moves clearly enough in two cameras' views to put them in step. Choose a recording in which someone walks "
            "or waves, use the sound, or mark a clap by hand."
        )
    return settle([c.name for c in cameras], delays, float(np.ptp(times)))


def refuse_short(length_s: float) -> None:
    """SourceError where a recording is too short for motion to tell who is late."""
    if length_s < FEWEST_S:
        raise SourceError(
            "The recording lasts {seconds:.2f} s, too short to tell by how people move who is late: that takes {least:g} s, "
            "and {good:g} s or more to be sure. Take more of it, use the sound, or mark a clap by hand.",
            seconds=length_s, least=FEWEST_S, good=GOOD_S,
        )  # fmt: skip


def settle(names: Sequence[str], delays: Sequence[Delay], length_s: float) -> tuple[Step, ...]:
    """Each camera's offset and drift from delays between pairs, the median camera taken as right.

    Robust least squares; a pair that contradicts the others counts little, and adds to everybody's uncertainty. What a pair is
    off by is its cameras', half of the variance each, and goes into all pairs of a camera alike: more cameras do not average it
    away.
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
    gain = np.linalg.pinv(normal, hermitian=True)[:views] @ (A * weight[:, None]).T
    covariance = center @ gain @ _alike(A[:, :views], s, delays) @ gain.T @ center
    sds = np.where(told, worse * np.sqrt(np.maximum(np.diag(covariance), 0)), np.inf)
    return tuple(
        Step(name, float(o - d * middle), float(d), float(max(e, LEAST_SD_S)), bool(e < 0.02))
        for name, o, d, e in zip(names, offset, drift, sds, strict=True)
    )


def _alike(pairs: np.ndarray, sd_s: np.ndarray, delays: Sequence[Delay]) -> np.ndarray:
    """Covariance [D, D] of delays that share cameras and time, s²; pairs: float [D, V], 1 and -1 where a camera is compared."""
    times, lengths = (np.array([getattr(delay, name) for delay in delays]) for name in ("time_s", "length_s"))
    shared = (1 - np.abs(times[:, None] - times) / np.maximum((lengths[:, None] + lengths) / 2, 1e-9)).clip(0)
    return 0.5 * (pairs @ pairs.T) * shared * np.outer(sd_s, sd_s)


def by_event(names: Sequence[str], times_s: Mapping[str, float], frame_s: float) -> tuple[Step, ...]:
    """From one event (a clap, a flash) that was marked in each camera's frames, s; each is right to half a frame."""
    marked = np.array([times_s.get(name, np.nan) for name in names])
    first = np.nanmedian(marked)
    count = int(np.isfinite(marked).sum())
    sd_s = frame_s / 12**0.5 * (1 - 1 / count) ** 0.5
    return tuple(
        Step(name, float(t - first), 0.0, sd_s, True) if np.isfinite(t) else Step(name, 0.0, 0.0, np.inf, False)
        for name, t in zip(names, marked, strict=True)
    )


def counted_from(steps: Sequence[Step], clock: str = "") -> tuple[Step, ...]:
    """The same delays, counted from one camera: of those that most others are in step with, ``clock`` if it is one of them.

    Of two cameras nobody can say which one is late, and whoever is told half of it for each adds wrongly. What a camera is off
    by against the mean of V is its own but for a V-th, so the difference of two has V / (V - 1) times both variances.
    """
    known = sorted((s for s in steps if np.isfinite(s.sd_s)), key=lambda s: s.camera != clock)
    if len(known) < 2:
        return tuple(steps)
    near = {s: [o for o in known if abs(o.offset_s - s.offset_s) <= WORTH_S] for s in known}
    first = near[max(known, key=lambda s: len(near[s]))][0]
    more = len(known) / (len(known) - 1)
    return tuple(
        Step(
            s.camera, s.offset_s - first.offset_s, s.drift - first.drift,
            0.0 if s is first else float(np.sqrt(more * (s.sd_s**2 + first.sd_s**2))), s.certain and first.certain,
        ) if np.isfinite(s.sd_s) else s
        for s in steps
    )  # fmt: skip


def beyond_given(steps: Sequence[Step], info: SourceInfo) -> tuple[Step, ...]:
    """What is left of each camera's delay, counted from one of them, where ``steps`` is what the frames of a recording show."""
    return counted_from(exact(steps, info.rounded_s), info.clock)


def nothing_left(steps: Sequence[Step], fps: float, frame_count: int) -> bool:
    """Whether all that is left of delays may be chance, and would hardly pair other frames: within two standard deviations and
    ``SLIGHT_FRAMES``, from the first frame to the last.

    Args:
        fps, frame_count: of the recording; NaN: of frames nothing is known, and only what is nothing is none.
    """
    if not np.isfinite(fps):
        return not any(s.offset_s or s.drift for s in steps)
    ends = [(s, abs(s.offset_s + s.drift * t)) for s in steps if np.isfinite(s.sd_s) for t in (0.0, frame_count / fps)]
    return all(late_s <= min(2 * s.sd_s, SLIGHT_FRAMES / fps) for s, late_s in ends)


def exact(steps: Sequence[Step], rounded_s: Sequence[float]) -> tuple[Step, ...]:
    """What is left of each camera's delay, where its frames were paired with the others' as nearly as whole frames allow.

    Args:
        steps: what the frames show. rounded_s: see ``SourceInfo.rounded_s``.
    """
    return _later(steps, rounded_s)


def as_shown(steps: Sequence[Step], rounded_s: Sequence[float]) -> tuple[Step, ...]:
    """The opposite of ``exact``: by how much each camera's frames are late as they were paired."""
    return _later(steps, [-s for s in rounded_s])


def _later(steps: Sequence[Step], by_s: Sequence[float]) -> tuple[Step, ...]:
    return tuple(replace(s, offset_s=s.offset_s + by) for s, by in zip(steps, by_s, strict=True)) if by_s else tuple(steps)


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
