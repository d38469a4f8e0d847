"""People over time: what motion makes of a take and what panes and writers show of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from .types import frozen_array


class Sample(IntEnum):
    """Where one joint's position in one frame comes from."""

    MISSING = 0  # a gap; the position is NaN
    MEASURED = 1
    FILLED = 2  # not measured; from what is known on both sides
    REJECTED = 3  # measured, but an outlier: the position was filled, or is NaN where that was not possible


@dataclass(frozen=True, eq=False)
class Trajectory:
    """One person over all frames of a ``TrajectorySet``.

    Attributes:
        track_id: the person's number, from 1.
        name: how the person is called; "Person 1" unless renamed.
        positions_world_mm: float64 [T, J, 3], mm, world; NaN in a gap.
        sd_mm: float64 [T, J, 3], mm, world axes: standard deviation; NaN where unknown or in a gap.
        samples: uint8 [T, J], values of ``Sample``.
    """

    track_id: int
    name: str
    positions_world_mm: np.ndarray
    sd_mm: np.ndarray
    samples: np.ndarray

    def __post_init__(self) -> None:
        positions = frozen_array(self.positions_world_mm, np.float64, (None, None, 3), "positions_world_mm")
        object.__setattr__(self, "positions_world_mm", positions)
        object.__setattr__(self, "sd_mm", frozen_array(self.sd_mm, np.float64, positions.shape, "sd_mm"))
        object.__setattr__(self, "samples", frozen_array(self.samples, np.uint8, positions.shape[:2], "samples"))


@dataclass(frozen=True, eq=False)
class TrajectorySet:
    """Everyone's trajectories over a range of a recording.

    Attributes:
        recording: the recording's name.
        fps: frames per second; NaN where unknown.
        frames: int64 [T], frame numbers, one after another without gaps.
        times_s: float64 [T], seconds from the recording's start.
        joint_names: J names: the skeleton's, then those of extra joints.
        people: trajectories by rising track_id.
        method: what was done to the raw poses: "raw", or the smoother's name.
    """

    recording: str
    fps: float
    frames: np.ndarray
    times_s: np.ndarray
    joint_names: tuple[str, ...]
    people: tuple[Trajectory, ...]
    method: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "frames", frozen_array(self.frames, np.int64, (None,), "frames"))
        object.__setattr__(self, "times_s", frozen_array(self.times_s, np.float64, (len(self.frames),), "times_s"))
        for person in self.people:
            if person.samples.shape != (len(self.frames), len(self.joint_names)):
                raise ValueError(f"{person.name} has {person.samples.shape} samples, expected {len(self.frames)} frames")
