"""What can be drawn over time of a person: values of one kind, raw and smoothed, with their unit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from modules.core.skeleton import LIMBS
from modules.core.trajectory import Trajectory, TrajectorySet

from ..motion.parts import Angles


class Kind(Enum):
    """What is drawn."""

    POSITION = "position"  # of a joint: x, y, z
    SPEED = "speed"  # of a joint
    BONE = "bone"  # length of a limb
    ANGLE = "angle"  # of a joint, as the motion room names them


@dataclass(frozen=True)
class Quantity:
    """One choice: a kind and what it is of.

    Attributes:
        which: the joint's index for POSITION and SPEED, the limb's for BONE; the angle's name for ANGLE.
    """

    kind: Kind
    which: int | str

    @property
    def unit(self) -> str:
        """Of the values."""
        return {Kind.SPEED: "m/s", Kind.ANGLE: "°"}.get(self.kind, "mm")

    @property
    def parts(self) -> tuple[str, ...]:
        """The plots, from above: one, or x, y and z."""
        return ("x", "y", "z") if self.kind is Kind.POSITION else ("",)


@dataclass(frozen=True, eq=False)
class Series:
    """One person's curve.

    Attributes:
        values: float64 [T]; NaN where unknown. sd: float64 [T], standard deviation; NaN or None where unknown.
    """

    track_id: int
    values: np.ndarray
    sd: np.ndarray | None = None


def series(trajectories: TrajectorySet, person: Trajectory, quantity: Quantity, part: int, angles: Angles) -> Series:
    """A person's values.

    Args:
        part: index into ``quantity.parts``.
    """
    places = person.positions_world_mm
    if quantity.kind is Kind.POSITION:
        return Series(person.track_id, places[:, quantity.which, part], person.sd_mm[:, quantity.which, part])
    if quantity.kind is Kind.SPEED:
        return Series(person.track_id, speed_m_s(places[:, quantity.which], trajectories))
    if quantity.kind is Kind.BONE:
        a, b = LIMBS[quantity.which]
        return Series(person.track_id, np.linalg.norm(places[:, b] - places[:, a], axis=1))
    return Series(person.track_id, np.asarray(angles(places)[quantity.which]))


def speed_m_s(places_mm: np.ndarray, trajectories: TrajectorySet) -> np.ndarray:
    """float64 [T], m/s, from central differences of [T, 3]; NaN where a neighbour is unknown and at the ends."""
    speeds = np.full(len(places_mm), np.nan)
    if len(places_mm) > 2:
        seconds = trajectories.times_s[2:] - trajectories.times_s[:-2]
        with np.errstate(divide="ignore", invalid="ignore"):
            speeds[1:-1] = np.linalg.norm(places_mm[2:] - places_mm[:-2], axis=1) / seconds / 1000
    return speeds
