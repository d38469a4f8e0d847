"""What follows from trajectories: speed, acceleration, centre of mass, steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modules.core.skeleton import (
    LEFT_ANKLE,
    LEFT_ELBOW,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    LEFT_WRIST,
    MID_HIP,
    NECK,
    NOSE,
    RIGHT_ANKLE,
    RIGHT_ELBOW,
    RIGHT_HIP,
    RIGHT_KNEE,
    RIGHT_SHOULDER,
    RIGHT_WRIST,
)
from modules.motion.filters import runs

#: Segment → its two ends, share of the body's mass, and where along it the mass is (0: first end, 1: second): de Leva,
#: "Adjustments to Zatsiorsky-Seluyanov's segment inertia parameters" (J. Biomechanics 29, 1996), table 4, means of women and
#: men. Hands are at the wrists and feet at the ankles; the head is at the nose, the trunk between neck and mid-hip.
SEGMENT_MASSES: tuple[tuple[tuple[int, int], float, float], ...] = (
    ((NECK, NOSE), 0.0681, 1.0),
    ((NECK, MID_HIP), 0.4302, 0.4401),
    *(segment for arm in ((LEFT_SHOULDER, LEFT_ELBOW, LEFT_WRIST), (RIGHT_SHOULDER, RIGHT_ELBOW, RIGHT_WRIST)) for segment in (
        ((arm[0], arm[1]), 0.0263, 0.5763), ((arm[1], arm[2]), 0.0150, 0.4567), ((arm[1], arm[2]), 0.0059, 1.0),
    )),
    *(segment for leg in ((LEFT_HIP, LEFT_KNEE, LEFT_ANKLE), (RIGHT_HIP, RIGHT_KNEE, RIGHT_ANKLE)) for segment in (
        ((leg[0], leg[1]), 0.1447, 0.3854), ((leg[1], leg[2]), 0.0457, 0.4404), ((leg[1], leg[2]), 0.0133, 1.0),
    )),
)  # fmt: skip
#: A foot stands while its ankle is slower than this, mm/s, and within this of its lowest height, mm; shorter contacts are
#: none, s.
STANDS_MM_S, STANDS_MM, SHORTEST_S = 400.0, 60.0, 0.08


def velocity(positions_mm: np.ndarray, dt_s: float) -> np.ndarray:
    """float64 [T, …, 3], mm/s: central differences of positions [T, …, 3], one-sided at the ends; NaN beside a gap's edge stays
    one-sided, and is NaN where both neighbours are unknown."""
    return _slope(positions_mm, dt_s)


def speed(positions_mm: np.ndarray, dt_s: float) -> np.ndarray:
    """float64 [T, …], mm/s."""
    return np.linalg.norm(velocity(positions_mm, dt_s), axis=-1)


def acceleration(positions_mm: np.ndarray, dt_s: float) -> np.ndarray:
    """float64 [T, …, 3], mm/s²: second central differences; NaN where a neighbour is unknown, and at both ends."""
    out = np.full(positions_mm.shape, np.nan)
    if len(positions_mm) > 2:
        out[1:-1] = (positions_mm[2:] - 2 * positions_mm[1:-1] + positions_mm[:-2]) / dt_s**2
    return out


def _slope(x: np.ndarray, dt_s: float) -> np.ndarray:
    step = np.diff(x, axis=0) / dt_s
    nothing = np.full((1, *x.shape[1:]), np.nan)
    before, after = np.concatenate([nothing, step]), np.concatenate([step, nothing])
    both = (before + after) / 2
    return np.where(np.isfinite(both), both, np.where(np.isfinite(before), before, after))


def center_of_mass(positions_mm: np.ndarray) -> np.ndarray:
    """The body's centre of mass.

    Args:
        positions_mm: float64 [T, J, 3], mm, world, the skeleton's joints first.

    Returns:
        float64 [T, 3], mm, world; NaN where a joint that carries mass is unknown. Masses: ``SEGMENT_MASSES``.
    """
    total = sum(mass for _, mass, _ in SEGMENT_MASSES)
    out = np.zeros((len(positions_mm), 3))
    for (a, b), mass, along in SEGMENT_MASSES:
        out += mass / total * ((1 - along) * positions_mm[:, a] + along * positions_mm[:, b])
    return out


@dataclass(frozen=True)
class Step:
    """A foot that comes down (``contact_frame``) and leaves again (``off_frame``, the first frame in which it has left).

    ``None``: before the first or after the last frame. Frames are indices into the trajectories' T. ``place_mm``: where the
    ankle stands, mm, world.
    """

    side: str
    contact_frame: int | None
    off_frame: int | None
    place_mm: tuple[float, float, float]


def steps(positions_mm: np.ndarray, dt_s: float) -> list[Step]:
    """Steps of a person who walks or runs, in order; empty for who stands.

    A foot stands while its ankle is slow and low (after O'Connor et al., "Automatic detection of gait events using kinematic
    data", Gait & Posture 25, 2007, which also reads the foot's height and speed). On a moving belt a standing foot is not
    slow: there are none.

    Args:
        positions_mm: float64 [T, J, 3], mm, world, z up; NaN: unknown, which ends a contact.
    """
    found: list[Step] = []
    for side, ankle in (("left", LEFT_ANKLE), ("right", RIGHT_ANKLE)):
        x = positions_mm[:, ankle]
        known = np.isfinite(x).all(-1)
        if known.sum() < 3:
            continue
        height = x[:, 2] - np.nanpercentile(x[:, 2], 5)
        low = np.nan_to_num(height, nan=np.inf) < STANDS_MM
        slow = np.nan_to_num(speed(x, dt_s), nan=np.inf) < STANDS_MM_S
        stretches = [run for run in runs(low & slow & known) if (run.stop - run.start) * dt_s >= SHORTEST_S]
        if len(stretches) < 2:
            continue  # who never lifts a foot makes no steps
        for run in stretches:
            place = tuple(float(v) for v in np.median(x[run], axis=0))
            begins, ends = run.start == 0 or not known[run.start - 1], run.stop == len(x) or not known[run.stop]
            found.append(Step(side, None if begins else run.start, None if ends else run.stop, place))
    return sorted(found, key=lambda s: s.contact_frame if s.contact_frame is not None else -1)
