"""Raw trajectories → clean ones: swaps undone, outliers rejected, short gaps filled, smoothed, bones constant.

The raw set is never changed; what comes out is another view of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from yacs.config import CfgNode

from modules.core.trajectory import Sample, Trajectory, TrajectorySet
from modules.motion.bones import BONES, bone_lengths_mm, bone_vectors_mm, keep_lengths
from modules.motion.deviations import ALIKE, CONSTANT, LASTING, NEW_OF_LIKELY
from modules.motion.filters import butterworth, one_euro, runs
from modules.motion.gaps import predicted
from modules.motion.kalman import Errors, Smoothed, likelihood, smooth
from modules.motion.swaps import exchanged, undone

#: Deviations of a joint's acceleration that are weighed against each other at every instant, mm/s²: resting to striking.
ACCELERATIONS_MM_S2 = (2000.0, 6000.0, 18000.0, 54000.0)
#: Over how long they are weighed, s.
WEIGHED_S = 0.12
#: A measurement farther from what all others say than this many deviations (over its three axes) is an outlier …
OUTLIER = 5.0
#: … and one whose bone is this share off its length, beyond three deviations of it.
BONE_OFF = 0.35
#: Degrees of freedom of the errors' heavy tails in reweighting, and rounds of it.
TAILS, ROUNDS = 4.0, 2
#: Frames that tell how errors go on (those of a take in which most is known), measured coordinates that can, and the least
#: share of an error's variance that is taken for new in each frame.
TOLD_BY, ENOUGH, NEW_AT_LEAST = 2048, 450, 0.002
SMOOTHERS = ("rts", "butterworth", "one_euro", "none")


@dataclass(frozen=True)
class Cleaning:
    """What is done to raw trajectories.

    Attributes:
        smoother: of ``SMOOTHERS``. max_gap_s: longest gap that is filled, s; 0: none.
        cutoff_hz: of the Butterworth filter, and of the one-euro filter for who stands still. one_euro_beta: Hz per mm/s.
        outliers, swaps, bones: whether outliers are rejected, swaps undone and bones kept constant.
    """

    smoother: str = "rts"
    max_gap_s: float = 0.3
    cutoff_hz: float = 6.0
    one_euro_beta: float = 0.003
    outliers: bool = True
    swaps: bool = True
    bones: bool = True

    def __post_init__(self) -> None:
        if self.smoother not in SMOOTHERS:
            raise ValueError(f"{self.smoother!r} is not one of {', '.join(SMOOTHERS)}")


def cleaning_from(config: CfgNode) -> Cleaning:
    """As the configuration's MOTION keys say."""
    keys = config.MOTION
    return Cleaning(
        keys.SMOOTHER, keys.MAX_GAP_S, keys.CUTOFF_HZ, keys.ONE_EURO_BETA, keys.OUTLIERS, keys.SWAPS, keys.CONSTANT_BONES
    )


def cleaned(raw: TrajectorySet, cleaning: Cleaning | None = None) -> TrajectorySet:
    """Another view of ``raw``.

    Every value that was measured and believed stays MEASURED and is smoothed; an outlier becomes REJECTED and is filled like a
    gap; a value of a gap of at most ``max_gap_s`` between two known ones becomes FILLED; what remains unknown is NaN. Standard
    deviations are those of the smoother's result; after a filter that knows none they stay the measurements'.
    """
    cleaning = cleaning or Cleaning()
    dt = frame_s(raw)
    people = tuple(_clean_person(person, dt, cleaning) for person in raw.people)
    return TrajectorySet(raw.recording, raw.fps, raw.frames, raw.times_s, raw.joint_names, people, cleaning.smoother)


def frame_s(trajectories: TrajectorySet) -> float:
    """Seconds from one frame to the next: of the frame rate, else of the frames' times, else a thirtieth."""
    if np.isfinite(trajectories.fps) and trajectories.fps > 0:
        return 1 / trajectories.fps
    steps = np.diff(trajectories.times_s)
    steps = steps[steps > 0]
    return float(np.median(steps)) if len(steps) else 1 / 30


def _clean_person(raw: Trajectory, dt: float, cleaning: Cleaning) -> Trajectory:
    x, sd = raw.positions_world_mm, raw.sd_mm
    if cleaning.swaps:
        flags = exchanged(x, dt)
        x, sd = undone(x, flags), undone(sd, flags)
    measured = np.isfinite(x).all(-1)
    rejected = np.zeros_like(measured)
    if cleaning.outliers:
        rejected = measured & _outliers(x, np.sqrt(1 - CONSTANT) * sd, dt)
        x, sd = (np.where(rejected[..., None], np.nan, a) for a in (x, sd))
    fill = _fillable(measured & ~rejected, round(cleaning.max_gap_s / dt))
    errors = _errors(_flat(x), np.sqrt(1 - CONSTANT) * _flat(sd), dt)
    if cleaning.bones and cleaning.smoother == "rts":
        # before smoothing as well: errors along bones are no motion either
        x, sd = keep_lengths(x, sd, _lengths(x, sd, dt, errors))
    moving = np.sqrt(1 - CONSTANT) * sd  # what stays the same throughout is no motion
    best = _best(*predicted(x, moving, fill, dt), dt, errors)
    known = (measured & ~rejected) | fill
    mean, deviation = (a.reshape(x.shape) for a in (best.mean, best.sd))
    if cleaning.smoother in ("butterworth", "one_euro", "none"):
        filled = np.where(fill[..., None], mean, x)
        deviation = np.where(fill[..., None], deviation, sd)
        mean = _filtered(filled, 1 / dt, cleaning)
    else:
        deviation = np.sqrt(deviation**2 + CONSTANT * _local(sd) ** 2)
    mean, deviation = (np.where(known[..., None], a, np.nan) for a in (mean, deviation))
    if cleaning.bones and cleaning.smoother != "none":
        mean, deviation = keep_lengths(mean, deviation, bone_lengths_mm(mean, deviation))
        deviation = ALIKE * deviation
    samples = np.select(
        [rejected, measured, fill], [Sample.REJECTED, Sample.MEASURED, Sample.FILLED], Sample.MISSING
    )  # fmt: skip
    return Trajectory(raw.track_id, raw.name, mean, deviation, samples)


def _flat(values: np.ndarray) -> np.ndarray:
    return values.reshape(len(values), -1)


def _errors(y: np.ndarray, sd: np.ndarray, dt: float) -> Errors:
    """How the errors of a person's joints go on: the share that is new in each frame differs from recording to recording, and
    the measurements themselves tell it (by the likelihood, whose place is where a calmer network's poses are followed closer).

    Args:
        y, sd: float64 [T, N], measurements, NaN: unknown, and their deviations without what stays the same throughout.
    """
    known = np.isfinite(y).sum(1)
    start = max(range(0, len(y), TOLD_BY), key=lambda at: known[at : at + TOLD_BY].sum(), default=0)
    part = slice(start, start + TOLD_BY)
    if known[part].sum() < ENOUGH:
        return LASTING

    def unlikely(log_new: float) -> float:
        return -_motions(y[part], sd[part], dt, Errors(1 - np.exp(log_new), LASTING.seconds))[1]

    likely = minimize_scalar(unlikely, bounds=np.log((NEW_AT_LEAST, 0.99)), method="bounded", options={"xatol": 0.1}).x
    return Errors(max(1 - NEW_OF_LIKELY * float(np.exp(likely)), LASTING.lasting), LASTING.seconds)


def _lengths(x: np.ndarray, sd: np.ndarray, dt: float, errors: Errors) -> np.ndarray:
    """float64 [len(BONES)], mm: a person's bone lengths, of smoothed measurements: noise makes bones long."""
    best = _best(x, np.sqrt(1 - CONSTANT) * sd, dt, errors)
    mean, deviation = (np.where(np.isfinite(x), a.reshape(x.shape), np.nan) for a in (best.mean, best.sd))
    return bone_lengths_mm(mean, np.sqrt(deviation**2 + CONSTANT * sd**2))


def _outliers(x: np.ndarray, sd: np.ndarray, dt: float) -> np.ndarray:
    """bool [T, J]: measurements that the person's bones, or the joint's own motion, can't agree with."""
    out = _bones_off(x, sd)
    flat = np.full((len(x), x.shape[1] * 3), ACCELERATIONS_MM_S2[-1])
    for _ in range(ROUNDS):
        kept = np.where(out[..., None], np.nan, x)
        deleted = smooth(_flat(kept), _flat(sd), flat, dt, LASTING).deleted.reshape(x.shape)
        far = np.sqrt(np.nansum(deleted**2, axis=-1))
        before = np.roll(far, 1, 0)
        after = np.roll(far, -1, 0)
        worst = (far >= before) & (far >= after)  # its neighbours may only look bad beside it
        new = (far > OUTLIER) & (worst | (far > 2 * OUTLIER))
        if not new.any():
            break
        out |= new
    return out


def _bones_off(x: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """bool [T, J]: joints whose bones are far too long or too short. Of a bone's two ends it is the one more of whose other
    bones are wrong as well, and fewer right; else the one that is farther from where it is around that time."""
    lengths = bone_lengths_mm(x, sd)
    a, b = np.array(BONES).T
    spread = np.sqrt((sd[:, a] ** 2 + sd[:, b] ** 2).mean(-1))
    limit = np.maximum(BONE_OFF * lengths, 3 * spread)
    wrong = np.nan_to_num(np.abs(np.linalg.norm(bone_vectors_mm(x), axis=-1) - lengths) / limit)
    out = np.zeros(x.shape[:2], bool)
    jump = np.nan_to_num(np.linalg.norm(x - _running_median(x), axis=-1))
    jump /= 1 + jump  # below 1: decides between equals alone
    frames = np.flatnonzero((wrong > 1).any(1))
    while len(frames):
        share = jump[frames]
        vote = np.where(wrong[frames] > 0.6, 1.0, np.where(wrong[frames] < 0.3, -1.0, 0.0))
        for ends in (a, b):
            np.add.at(share, (slice(None), ends), vote)
        has = np.zeros_like(share, bool)
        for bone in range(len(BONES)):
            has[:, BONES[bone]] |= (wrong[frames, bone] > 1)[:, None]
        worst = np.where(has, share, -np.inf).argmax(1)
        out[frames, worst] = True
        wrong[frames] *= (a != worst[:, None]) & (b != worst[:, None])
        frames = frames[(wrong[frames] > 1).any(1)]
    return out


def _running_median(x: np.ndarray, half: int = 4) -> np.ndarray:
    """float64 [T, J, 3]: median over ``half`` frames before and after."""
    padded = np.pad(x, ((half, half), (0, 0), (0, 0)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1, axis=0)
    known = np.isfinite(windows).any(-1)
    return np.where(known, np.nanmedian(np.where(known[..., None], windows, 0.0), axis=-1), np.nan)


def _best(x: np.ndarray, sd: np.ndarray, dt: float, errors: Errors) -> Smoothed:
    """The smoother's last word: each joint's acceleration as its motion asks for, large errors weighing less."""
    y, spread = _flat(x), _flat(sd)
    acceleration = _motions(y, spread, dt, errors)[0]
    weighted = spread
    for _ in range(ROUNDS):
        deleted = smooth(y, weighted, acceleration, dt, errors).deleted
        # the expected precision of an error with Student's t's tails, given how far off it is
        size = np.nansum((deleted * weighted / spread).reshape(x.shape) ** 2, axis=-1)
        factor = np.sqrt(np.maximum((TAILS + size) / (TAILS + 3), 1.0))
        weighted = spread * np.repeat(factor, 3, axis=1)
    return smooth(y, weighted, acceleration, dt, errors)


def _motions(y: np.ndarray, sd: np.ndarray, dt: float, errors: Errors) -> tuple[np.ndarray, float]:
    """Accelerations float64 [T, N], mm/s²: by how well each of ACCELERATIONS_MM_S2 foretells the measurements around an
    instant; and the log-likelihood of all measurements, every instant's by those weights."""
    count, width = y.shape
    levels = np.array(ACCELERATIONS_MM_S2)
    every = np.broadcast_to(np.repeat(levels, width), (count, width * len(levels)))
    told = likelihood(np.tile(y, (1, len(levels))), np.tile(sd, (1, len(levels))), every, dt, errors)
    joint = told.reshape(count, len(levels), -1, 3).sum(-1)
    sigma = WEIGHED_S / dt
    around = gaussian_filter1d(joint, sigma, axis=0, mode="nearest") * sigma * np.sqrt(2 * np.pi)
    log_weight = around - logsumexp(around, axis=1, keepdims=True)
    chosen = np.exp((np.exp(log_weight) * np.log(levels)[:, None]).sum(1))
    return np.repeat(chosen, 3, axis=1), float(logsumexp(joint + log_weight, axis=1).sum())


def _local(sd: np.ndarray) -> np.ndarray:
    """float64 [T, J, 3]: the measurements' deviations, where there are none the joint's median."""
    known = np.isfinite(sd).any(0)
    usual = np.where(known, np.nanmedian(np.where(known, sd, 0.0), axis=0), 0.0)
    return np.where(np.isfinite(sd), sd, usual)


def _fillable(known: np.ndarray, longest: int) -> np.ndarray:
    """bool [T, J]: unknown between two known values at most ``longest`` frames apart in between."""
    out = np.zeros_like(known)
    for joint in range(known.shape[1]):
        for run in runs(~known[:, joint]):
            if run.start > 0 and run.stop < len(known) and run.stop - run.start <= longest:
                out[run, joint] = True
    return out


def _filtered(x: np.ndarray, fps: float, cleaning: Cleaning) -> np.ndarray:
    if cleaning.smoother == "butterworth":
        return butterworth(_flat(x), fps, cleaning.cutoff_hz).reshape(x.shape)
    if cleaning.smoother == "one_euro":
        return one_euro(_flat(x), fps, cleaning.cutoff_hz, cleaning.one_euro_beta).reshape(x.shape)
    return x
