"""What can be drawn over time of a person: values of one kind, raw and smoothed, with their unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from modules.core.comparison import Comparison
from modules.core.geometry import project
from modules.core.skeleton import LIMBS
from modules.core.trajectory import Trajectory, TrajectorySet
from modules.core.types import Camera

from ..motion.parts import Angles


class Kind(Enum):
    """What is drawn."""

    POSITION = "position"  # of a joint: x, y, z
    SPEED = "speed"  # of a joint
    BONE = "bone"  # length of a limb
    ANGLE = "angle"  # of a joint, as the motion room names them
    REPROJECTION = "reprojection"  # of a joint: from where the 2D network sees it, mean over the views
    DISTANCE = "distance"  # of a joint from the reference that is laid over


#: ``which`` of REPROJECTION and DISTANCE for the mean over all joints.
ALL_JOINTS = -1


@dataclass(frozen=True)
class Quantity:
    """One choice: a kind and what it is of.

    Attributes:
        which: the joint's index, or ALL_JOINTS where the kind has it; the limb's for BONE; the angle's name for ANGLE.
    """

    kind: Kind
    which: int | str

    @property
    def unit(self) -> str:
        """Of the values."""
        return {Kind.SPEED: "m/s", Kind.ANGLE: "°", Kind.REPROJECTION: "px"}.get(self.kind, "mm")

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


@dataclass(frozen=True, eq=False)
class Given:
    """What values are worked out with besides trajectories.

    Attributes:
        angles: the joint angles of positions. comparison: with the reference that is laid over; None: there is none.
        cameras: V cameras. seen_px: track_id → float32 [T, V, J, 2], raw px: where the 2D network sees the joints; NaN: not.
    """

    angles: Angles
    comparison: Comparison | None = None
    cameras: Sequence[Camera] = ()
    seen_px: Mapping[int, np.ndarray] = field(default_factory=dict)


def series(trajectories: TrajectorySet, person: Trajectory, quantity: Quantity, part: int, given: Given) -> Series:
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
    if quantity.kind is Kind.DISTANCE:
        return Series(person.track_id, _distance_mm(trajectories, person, quantity.which, given.comparison))
    if quantity.kind is Kind.REPROJECTION:
        return Series(person.track_id, _reprojection_px(person, quantity.which, given))
    return Series(person.track_id, np.asarray(given.angles(places)[quantity.which]))


def _distance_mm(trajectories: TrajectorySet, person: Trajectory, which: int, comparison: Comparison | None) -> np.ndarray:
    """float64 [T]; NaN where either is not known."""
    pair = None if comparison is None else comparison.of(person.track_id)
    if pair is None or not np.array_equal(comparison.frames, trajectories.frames):
        return np.full(len(trajectories.frames), np.nan)
    theirs = pair.positions_world_mm
    off = np.linalg.norm(person.positions_world_mm[:, : theirs.shape[1]] - theirs, axis=-1)
    return _of_joint(off, which)


def _reprojection_px(person: Trajectory, which: int, given: Given) -> np.ndarray:
    """float64 [T], px of the raw frames: mean over the views that see it."""
    places, seen = person.positions_world_mm, given.seen_px.get(person.track_id)
    if seen is None or len(seen) != len(places):
        return np.full(len(places), np.nan)
    joints = slice(seen.shape[2]) if which == ALL_JOINTS else slice(which, which + 1)
    off = [
        np.linalg.norm(project(places[:, joints], camera)[0] - seen[:, v, joints], axis=-1)
        for v, camera in enumerate(given.cameras)
    ]
    return _mean(np.stack(off, 1).reshape(len(places), -1))


def _of_joint(values: np.ndarray, which: int) -> np.ndarray:
    return _mean(values) if which == ALL_JOINTS else values[:, which]


def _mean(values: np.ndarray) -> np.ndarray:
    """float64 [T]: mean of what is known in [T, N]."""
    known = np.isfinite(values)
    count = known.sum(1)
    return np.where(count > 0, np.where(known, values, 0.0).sum(1) / np.maximum(count, 1), np.nan)


def speed_m_s(places_mm: np.ndarray, trajectories: TrajectorySet) -> np.ndarray:
    """float64 [T], m/s, from central differences of [T, 3]; NaN where a neighbour is unknown and at the ends."""
    speeds = np.full(len(places_mm), np.nan)
    if len(places_mm) > 2:
        seconds = trajectories.times_s[2:] - trajectories.times_s[:-2]
        with np.errstate(divide="ignore", invalid="ignore"):
            speeds[1:-1] = np.linalg.norm(places_mm[2:] - places_mm[:-2], axis=1) / seconds / 1000
    return speeds
