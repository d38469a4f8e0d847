"""Where the figures of ``modules/motion/deviations.py`` come from: errors of the networks on the calibration courses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from modules.core.skeleton import JOINT_NAMES, MIRROR, NUM_JOINTS
from modules.evaluation.common.report import markdown_table, percent
from modules.evaluation.motion.courses import Course
from modules.evaluation.motion.synthetic import errors_of
from modules.motion import bones, clean, deviations
from modules.motion.clean import Cleaning, cleaned
from modules.motion.kalman import Errors

#: Shares of errors within one and two standard deviations of a normal distribution.
ONE_SD = 0.6827
TWO_SD = 0.9545
LAGS_S = (1 / 30, 1 / 15, 0.1, 2 / 15, 0.2, 0.3, 0.4)
#: Settings of the smoother's errors that are tried: (share that lasts at least, how long), and NEW_OF_LIKELY (infinite: the
#: recording's own errors are not looked at).
TRIED = (
    *((Errors(share, seconds), deviations.NEW_OF_LIKELY) for seconds in (0.15, 0.24, 0.4) for share in (0.4, 0.6, 0.8)),
    *((deviations.LASTING, times) for times in (1.0, 4.0, 8.0, 20.0, np.inf)),
)


def table(courses: Sequence[Course]) -> str:
    """What the constants should be, and how much the choice of the smoother's matters."""
    errors = [_errors(course) for course in courses]
    over = np.concatenate([np.abs(e / s).reshape(-1, NUM_JOINTS, 3) for e, s in errors])
    over = np.concatenate([over, over[:, list(MIRROR)]])
    scale = np.nanquantile(over, TWO_SD, axis=(0, 2)) / 2 * deviations.SCALE
    cleaned_errors = errors_of(courses, [cleaned(course.raw) for course in courses])
    alike = float(np.quantile(cleaned_errors.over_sd, TWO_SD)) / 2 * deviations.ALIKE
    joints = np.stack([_per_joint([e[..., j, :] for e, _ in errors]) for j in range(NUM_JOINTS)])
    joints = (joints + joints[list(MIRROR)]) / 2
    constant, course_of_time = _persistence(courses, errors)
    lines = [
        "SCALE " + _by_joint(scale, ".2f") + f" (now {_by_joint(deviations.SCALE, '.2f')})",
        f"ALIKE {alike:.2f} (now {deviations.ALIKE:g})",
        "UNKNOWN_MM " + _by_joint(joints, ".0f"),
        f"rigid bones are found {_found_length(courses):.3f} as long as they are",
        f"CONSTANT {constant:.2f} (now {deviations.CONSTANT:g})",
        "what lasts of the rest: " + ", ".join(f"{lag:.2f} s {share:.2f}" for lag, share in course_of_time.items()),
    ]
    return "\n".join(lines) + "\n\n" + _tried(courses)


def _by_joint(values: np.ndarray, form: str) -> str:
    """Of the joints on the midline and on one side."""
    return ", ".join(f"{name} {value:{form}}" for name, value in zip(JOINT_NAMES[:9], values[:9], strict=True))


def _found_length(courses: Sequence[Course]) -> float:
    """Length of rigid bones as they are found, of the true one; median."""
    shares = []
    for course in courses:
        for person in cleaned(course.raw, Cleaning(bones=False)).people:
            true = np.linalg.norm(bones.bone_vectors_mm(course.truth_mm(person.track_id)[:1]), axis=-1)[0]
            found = bones.bone_lengths_mm(person.positions_world_mm, person.sd_mm)
            shares.append((found / true)[: bones.RIGID])
    return float(np.nanmedian(shares))


def _errors(course: Course) -> tuple[np.ndarray, np.ndarray]:
    """Errors float64 [P, T, J, 3] of the raw poses, mm, and their deviations; NaN: not measured."""
    found = [(p.positions_world_mm - course.truth_mm(p.track_id), p.sd_mm) for p in course.raw.people]
    return np.stack([e for e, _ in found]), np.stack([s for _, s in found])


def _per_joint(errors: Iterable[np.ndarray]) -> float:
    every = np.abs(np.concatenate([e.ravel() for e in errors]))
    return float(np.quantile(every[np.isfinite(every)], ONE_SD))


def _persistence(
    courses: Sequence[Course], errors: Sequence[tuple[np.ndarray, np.ndarray]]
) -> tuple[float, dict[float, float]]:
    """Share of the errors' variance that is the same throughout a course; and of the rest what is left after each lag.

    In deviations, cut at three so that a few large ones don't decide.
    """
    means, rests, products = [], [], {lag: ([], []) for lag in LAGS_S}
    for course, (error, sd) in zip(courses, errors, strict=True):
        z = np.clip(error / sd, -3, 3)
        mean = np.nanmean(z, axis=1, keepdims=True)
        rest = z - mean
        means.append(np.nanmean(mean**2))
        rests.append(np.nanmean(rest**2))
        for lag in LAGS_S:
            frames = round(lag * course.people.fps)
            products[lag][0].append(np.nanmean(rest[:, frames:] * rest[:, :-frames]))
            products[lag][1].append(np.nanmean(rest**2))
    constant = float(np.mean(means) / (np.mean(means) + np.mean(rests)))
    return constant, {lag: float(np.mean(a) / np.mean(b)) for lag, (a, b) in products.items()}


def _tried(courses: Sequence[Course]) -> str:
    """MPJPE and honesty of the smoother for each of TRIED."""
    raw = errors_of(courses, [course.raw for course in courses]).distance_mm.mean()
    rows, before = [], (clean.LASTING, clean.NEW_OF_LIKELY)
    try:
        for tried in TRIED:
            clean.LASTING, clean.NEW_OF_LIKELY = tried
            found = errors_of(courses, [cleaned(course.raw) for course in courses])
            shares = (percent(share) for share in found.within)
            chosen = "now" if tried == before else ""
            rows.append([tried[0].lasting, tried[0].seconds, tried[1], found.distance_mm.mean() / raw, *shares, chosen])
    finally:
        clean.LASTING, clean.NEW_OF_LIKELY = before
    return markdown_table(["LASTING", "s", "NEW_OF_LIKELY", "MPJPE × raw", "within 1 sd", "within 2 sd", ""], rows)
