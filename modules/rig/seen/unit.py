"""How long a millimetre is: the unit that people's bones speak for, from how tall people are or from one known height."""

from __future__ import annotations

import numpy as np

from modules.rig.seen.body import CHILD_RANGE_MM, CHILD_SHARE, STATURE_MM, STATURE_SD_MM

#: Lengths within this factor of the first guess are weighed; statures that anybody may have, mm.
WITHIN, ANY_MM = 1.6, (900.0, 2300.0)
#: Steps of the grids, relative: of the unit, of statures.
UNIT_STEP, STATURE_STEP = 0.001, 0.002


def scale_of_people(tall: np.ndarray, relative_sd: np.ndarray, tallest_mm: float | None = None) -> tuple[float, float]:
    """What to multiply lengths by so that these people are likeliest, and how sure that is, relative.

    Posterior median over a grid, each person's true stature integrated out. Without a known height, statures are those of a
    population (a child is possible, but not to be averaged in). With one, somebody has it and nobody is taller: the largest
    of several uncertain statures is too large, so it can't just be divided by.

    Args:
        tall: float [people], statures that bones speak for, in any unit. relative_sd: float [people], of each.
        tallest_mm: how tall the tallest of them is, mm.
    """
    known = np.isfinite(tall) & np.isfinite(relative_sd)
    middle = np.log(STATURE_MM if tallest_mm is None else tallest_mm) - np.log(np.max(tall[known]))
    factors = middle + np.arange(-np.log(WITHIN), np.log(WITHIN), UNIT_STEP)
    statures = np.arange(*np.log(ANY_MM), STATURE_STEP)
    often = _population(np.exp(statures)) * np.exp(statures)  # per log stature
    total = np.zeros(len(factors))
    has_it = np.zeros((int(known.sum()), len(factors)))
    for n, (measured, sd) in enumerate(zip(np.log(tall[known]), relative_sd[known], strict=True)):
        miss = (statures - (measured + factors)[:, None]) / sd
        fits = np.exp(-0.5 * miss**2) * often
        if tallest_mm is None:
            total += np.log(fits.sum(1) + 1e-300)
            continue
        shorter = fits[:, statures <= np.log(tallest_mm)].sum(1)
        total += np.log(shorter + 1e-300)
        exactly = np.exp(-0.5 * ((np.log(tallest_mm) - (measured + factors)) / sd) ** 2)
        has_it[n] = exactly / (shorter + 1e-300)
    if tallest_mm is not None:
        total += np.log(has_it.sum(0) + 1e-300)
    weight = np.exp(total - total.max())
    low, median, high = np.interp([0.159, 0.5, 0.841], np.cumsum(weight) / weight.sum(), factors)
    return float(np.exp(median)), float((high - low) / 2)


def _population(stature_mm: np.ndarray) -> np.ndarray:
    """How many people are so tall, density, 1/mm."""
    grown = np.exp(-0.5 * ((stature_mm - STATURE_MM) / STATURE_SD_MM) ** 2) / STATURE_SD_MM / np.sqrt(2 * np.pi)
    low, high = CHILD_RANGE_MM
    return (1 - CHILD_SHARE) * grown + CHILD_SHARE * ((stature_mm > low) & (stature_mm < high)) / (high - low)
