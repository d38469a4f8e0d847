"""What cleaning makes of the demo recording, whose reference is itself only measured (``data/README.md``)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modules.core.trajectory import TrajectorySet
from modules.evaluation.accuracy.demo import DEMO_SETS, load_reference
from modules.evaluation.common.metrics import MATCH_MM
from modules.evaluation.common.report import markdown_table
from modules.motion.bones import RIGID, bone_vectors_mm
from modules.motion.clean import Cleaning, cleaned, frame_s

DEMO = DEMO_SETS[0]


@dataclass(frozen=True)
class DemoFigures:
    """Median distance to the reference over both people near by, mm; mean jerk, m/s³; largest relative standard deviation of
    the athlete's rigid bones (upper arms, forearms, thighs, shanks, hips)."""

    median_mm: float
    jerk_m_s3: float
    bones: float


def same_people(motion: TrajectorySet, reference_mm: np.ndarray) -> list[np.ndarray]:
    """Positions float64 [T, J, 3] of each of the reference's people [T, R, J, 3]: of the tracks nearest to it, frame by
    frame."""
    tracks = np.stack([person.positions_world_mm for person in motion.people], 1)
    out = []
    for r in range(reference_mm.shape[1]):
        distance = np.linalg.norm(tracks - reference_mm[motion.frames][:, None, r], axis=-1)
        known = np.isfinite(distance).any(-1)
        mean = np.where(known, np.nansum(distance, -1) / np.maximum(np.isfinite(distance).sum(-1), 1), np.inf)
        nearest = mean.argmin(1)
        found = tracks[np.arange(len(tracks)), nearest]
        out.append(np.where((mean.min(1) <= MATCH_MM)[:, None, None], found, np.nan))
    return out


def figures(motion: TrajectorySet, reference_mm: np.ndarray) -> DemoFigures:
    """Of trajectories against the reference [T, R, J, 3] of the people near by."""
    people = same_people(motion, reference_mm)
    distance = [np.linalg.norm(x - reference_mm[motion.frames, r], axis=-1) for r, x in enumerate(people)]
    jerk = [np.linalg.norm(np.diff(x, 3, axis=0), axis=-1) / frame_s(motion) ** 3 / 1000 for x in people]
    length = np.linalg.norm(bone_vectors_mm(people[0]), axis=-1)[:, :RIGID]
    spread = np.nanstd(length, axis=0) / np.nanmean(length, axis=0)
    return DemoFigures(float(np.nanmedian(np.stack(distance))), float(np.nanmean(np.stack(jerk))), float(spread.max()))


def table(raw: TrajectorySet) -> tuple[str, dict[str, dict[str, float]]]:
    """Raw beside every way of cleaning; and the figures."""
    from modules.evaluation.motion.synthetic import WAYS

    reference = load_reference(DEMO)[:, : len(DEMO.near)]
    base = figures(raw, reference)
    ways: dict[str, Cleaning | None] = {"raw": None, **WAYS}
    rows, out = [], {}
    for name, cleaning in ways.items():
        mine = base if cleaning is None else figures(cleaned(raw, cleaning), reference)
        rows.append([name, mine.median_mm, mine.jerk_m_s3, mine.jerk_m_s3 / base.jerk_m_s3, f"{100 * mine.bones:.1f} %"])
        out[name] = {"median_mm": mine.median_mm, "jerk_m_s3": mine.jerk_m_s3, "bones": mine.bones}
    rows.append(["aim (rts)", f"≤ {base.median_mm:.3g}", "", "≤ 0.2", "≤ 2 %"])
    head = [f"{DEMO.folder}", "median distance mm", "jerk m/s³", "× raw", f"athlete's {RIGID} rigid bones vary by at most"]
    return markdown_table(head, rows), out
