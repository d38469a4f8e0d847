"""How steady people's bones are with a mended calibration, at all times and at none that it was fitted to.

A third of a short recording is a few dozen sightings, and the median of two people's bones lies between the one who moves and
the one who doesn't, where any of a few bones decides it. So each third is held out in turn, squares are added up (what the
2D joints' noise makes of a bone's length is in both calibrations, what a wrong calibration makes is not), and how much of the
change is chance is measured on stretches of time drawn again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from modules.core.people2d import People2D
from modules.core.types import Camera
from modules.rig.adjust.bundle import Observations
from modules.rig.adjust.tracklets import follow
from modules.rig.mend.mending import BLOCKS, CAREFUL, best_joints, everyone, fit, held_out, spreads

#: Stretches of time are drawn so often.
DRAWN = 300
COLUMNS = (
    "recording", "whose bones", "sightings", "spread given, %: median", "mended", "root mean square given", "mended",
    "change ± its standard error", "a bone's change (median), %",
)  # fmt: skip


def by_turns(name: str, cameras: Sequence[Camera], people: Sequence[People2D]) -> list[list[object]]:
    """Lines of ``COLUMNS``: everybody's bones, and each person's."""
    seen = everyone([t for view in range(len(cameras)) for t in follow(people, view)], cameras)
    given, mended = joints_by_turns(cameras, seen, len(people))
    block = seen.frame * BLOCKS // max(len(people), 1)
    whole = [("everybody", np.ones(len(seen.frame), bool))]
    whole += [(f"person {n}", seen.person == p) for n, p in enumerate(np.unique(seen.person), start=1)]
    return [[name, whose, int(of.sum()), *compared(given, mended, seen, block, of)] for whose, of in whole]


def joints_by_turns(cameras: Sequence[Camera], seen: Observations, count: int) -> tuple[np.ndarray, np.ndarray]:
    """float64 [N, K, 3], mm: joints by the given cameras, and at each third of ``count`` instants by cameras mended by the
    other two; NaN: not seen twice."""
    given, mended = best_joints(cameras, seen), np.full((len(seen.frame), *seen.pixels.shape[2:3], 3), np.nan)
    for third in range(3):
        held = held_out(seen.frame, count, third)
        mended[held] = best_joints(fit(cameras, seen.take(~held), CAREFUL)[1].cameras, seen.take(held))
    return given, mended


def compared(given: np.ndarray, mended: np.ndarray, seen: Observations, block: np.ndarray, of: np.ndarray) -> list[object]:
    """The figures of one line, of the rows bool [N] ``of``; block: int [N], the stretch of time that a row is of."""

    def both(rows: np.ndarray) -> np.ndarray:
        return 100 * np.array([spreads(joints[rows], seen.person[rows]) for joints in (given, mended)])

    def rms(spread: np.ndarray) -> np.ndarray:
        return np.sqrt(np.nanmean(spread**2, 1))

    rows = np.flatnonzero(of)
    before, after = both(rows)
    rng, stretches = np.random.default_rng(0), [rows[block[rows] == b] for b in range(BLOCKS)]
    drawn = [rms(both(np.concatenate([stretches[b] for b in rng.integers(0, BLOCKS, BLOCKS)]))) for _ in range(DRAWN)]
    (rms_before, rms_after), change = rms(np.array([before, after])), np.diff(drawn, axis=1)[:, 0]
    return [
        float(np.nanmedian(before)), float(np.nanmedian(after)), float(rms_before), float(rms_after),
        f"{rms_after - rms_before:+.2f} ± {np.nanstd(change):.2f}", f"{100 * np.nanmedian(after / before) - 100:+.0f}",
    ]  # fmt: skip
