"""What cleaning makes of synthetic courses: nearer to the truth, calmer, honest about its errors, gaps filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modules.core.skeleton import LEFT_WRIST, RIGHT_WRIST
from modules.core.trajectory import Sample, TrajectorySet
from modules.evaluation.common.report import markdown_table, percent
from modules.evaluation.motion.courses import Course, with_gaps
from modules.motion.clean import Cleaning, cleaned
from modules.motion.derived import acceleration, speed

#: A wrist is fast from here on, mm/s. A gap is filled well if no frame of it is farther off than this, mm.
FAST_MM_S, FILLED_MM = 2500.0, 50.0


@dataclass(frozen=True, eq=False)
class Errors:
    """Errors of one way of cleaning, over courses: mm, per joint and frame where something was measured (NaN elsewhere).

    Attributes:
        distance_mm: float [N]. acceleration_m_s2: [N], of the second differences. fast_wrists_mm: [M]. over_sd: [K], of each
        coordinate in standard deviations. withheld: share of measured values that cleaning took away and did not fill.
    """

    distance_mm: np.ndarray
    acceleration_m_s2: np.ndarray
    fast_wrists_mm: np.ndarray
    over_sd: np.ndarray
    withheld: float

    @property
    def within(self) -> tuple[float, float]:
        """Shares of coordinates within one and two standard deviations of the truth."""
        return float((self.over_sd < 1).mean()), float((self.over_sd < 2).mean())


def errors_of(courses: Sequence[Course], found: Sequence[TrajectorySet]) -> Errors:
    """Errors of ``found`` at every value that ``courses`` measured."""
    parts: list[list[np.ndarray]] = [[], [], [], []]
    withheld = []
    for course, motion in zip(courses, found, strict=True):
        dt = 1 / course.people.fps
        for raw, person in zip(course.raw.people, motion.people, strict=True):
            truth, x = course.truth_mm(person.track_id), person.positions_world_mm
            measured = raw.samples == Sample.MEASURED
            known = measured & np.isfinite(x).all(-1)
            withheld.append((measured & ~known).sum() / max(measured.sum(), 1))
            distance = np.linalg.norm(x - truth, axis=-1)
            wrists = [LEFT_WRIST, RIGHT_WRIST]
            fast = known[:, wrists] & (speed(truth[:, wrists], dt) > FAST_MM_S)
            jolt = np.linalg.norm(acceleration(x, dt) - acceleration(truth, dt), axis=-1) / 1000
            over = np.abs(x - truth)[known] / person.sd_mm[known]
            calm = known & np.isfinite(jolt)
            for part, values in zip(parts, (distance[known], jolt[calm], distance[:, wrists][fast], over.ravel()), strict=True):
                part.append(values)
    return Errors(*(np.concatenate(part) for part in parts), float(np.mean(withheld)))


def gaps_filled(courses: Sequence[Course], cleaning: Cleaning) -> tuple[int, float]:
    """How many gaps were cut, and the share of them that was filled within FILLED_MM of the truth in every frame."""
    good = []
    for course in courses:
        gappy, cut = with_gaps(course)
        people = {person.track_id: person for person in cleaned(gappy, cleaning).people}
        for track_id, joint, gap in cut:
            filled, truth = people[track_id].positions_world_mm[gap, joint], course.truth_mm(track_id)[gap, joint]
            off = np.linalg.norm(filled - truth, axis=-1)
            good.append(bool((off <= FILLED_MM).all()))  # NaN: no
    return len(good), float(np.mean(good)) if good else float("nan")


#: Name → what is done. "held" shows what cleaning without the bones brings.
WAYS: dict[str, Cleaning] = {
    "rts": Cleaning(),
    "rts, bones free": Cleaning(bones=False),
    "butterworth 6 Hz": Cleaning("butterworth"),
    "one-euro": Cleaning("one_euro"),
}


def tables(courses: Sequence[Course]) -> tuple[str, str, dict[str, dict[str, float]]]:
    """A table of every way over all courses, one of the default by course, and the figures."""
    raw = errors_of(courses, [course.raw for course in courses])
    figures = {"raw": _figures(raw, raw)}
    for name, cleaning in WAYS.items():
        found = errors_of(courses, [cleaned(course.raw, cleaning) for course in courses])
        figures[name] = _figures(found, raw)
    count, share = gaps_filled(courses, Cleaning())
    figures["rts"] |= {"gaps": count, "gaps_filled": share}
    head = ["trajectories", "MPJPE mm", "× raw", "acceleration error m/s²", "× raw", "fast wrists mm", "× raw",
            "within 1 sd", "within 2 sd", "withheld"]  # fmt: skip
    rows = [_row(name, values) for name, values in figures.items()]
    aims = ["aim (rts)", "", "≤ 0.8", "", "≤ 0.3", "", "≤ 1", "68 ± 8 %", "95 ± 4 %", ""]
    gaps = f"gaps of ≤ 0.3 s filled within {FILLED_MM:g} mm: {percent(share)} of {count} (aim ≥ 90 %)"
    by_course = []
    for course in courses:
        before = errors_of([course], [course.raw])
        by_course.append(_row(course.name, _figures(errors_of([course], [cleaned(course.raw)]), before)))
    first = markdown_table(head, [*rows, aims]) + f"\n\n{gaps}"
    return first, markdown_table(["course, rts", *head[1:]], by_course), figures


def _figures(found: Errors, raw: Errors) -> dict[str, float]:
    one, two = found.within
    pairs = {
        "mpjpe_mm": (found.distance_mm, raw.distance_mm),
        "acceleration_m_s2": (found.acceleration_m_s2, raw.acceleration_m_s2),
        "fast_wrists_mm": (found.fast_wrists_mm, raw.fast_wrists_mm),
    }
    out: dict[str, float] = {}
    for name, (mine, theirs) in pairs.items():
        value, base = (float(a.mean()) if len(a) else float("nan") for a in (mine, theirs))
        out |= {name: value, f"{name}_of_raw": value / base}
    return out | {"within_1_sd": one, "within_2_sd": two, "withheld": found.withheld}


def _row(name: str, values: dict[str, float]) -> list[object]:
    keys = ("mpjpe_mm", "mpjpe_mm_of_raw", "acceleration_m_s2", "acceleration_m_s2_of_raw", "fast_wrists_mm",
            "fast_wrists_mm_of_raw")  # fmt: skip
    shares = (percent(values[key]) for key in ("within_1_sd", "within_2_sd", "withheld"))
    return [name, *(values[key] for key in keys), *shares]
