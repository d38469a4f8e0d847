"""What lies between a take's people and another take or a reference: who is whom, and how far every joint is off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .types import frozen_array


@dataclass(frozen=True, eq=False)
class Pair:
    """A person and who stands for them in the reference.

    Attributes:
        track_id: the person's number. reference_id, reference_name: of the reference's person.
        positions_world_mm: float64 [T, J, 3], mm, world: the reference's joints at the take's frames; NaN: not known.
        distances_mm: float64 [T, J], mm: how far the person's joints are from them; NaN where either is not known.
    """

    track_id: int
    reference_id: int
    reference_name: str
    positions_world_mm: np.ndarray
    distances_mm: np.ndarray

    def __post_init__(self) -> None:
        positions = frozen_array(self.positions_world_mm, np.float64, (None, None, 3), "positions_world_mm")
        object.__setattr__(self, "positions_world_mm", positions)
        object.__setattr__(
            self, "distances_mm", frozen_array(self.distances_mm, np.float64, positions.shape[:2], "distances_mm")
        )


@dataclass(frozen=True, eq=False)
class Comparison:
    """Everybody who was found in both.

    Attributes:
        name: the reference's. frames: int64 [T], the take's frame numbers, as of the trajectories compared.
        joint_names: J names. pairs: by rising track_id.
        shift_s: seconds by which the reference was moved later. moved: whether it was moved and turned onto the people.
    """

    name: str
    frames: np.ndarray
    joint_names: tuple[str, ...]
    pairs: tuple[Pair, ...]
    shift_s: float = 0.0
    moved: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "frames", frozen_array(self.frames, np.int64, (None,), "frames"))

    def of(self, track_id: int) -> Pair | None:
        """The pair of a person; None: nobody stands for them."""
        return next((pair for pair in self.pairs if pair.track_id == track_id), None)

    def at(self, frame: int) -> int | None:
        """Index into T of a frame number; None: not compared."""
        index = frame - int(self.frames[0]) if len(self.frames) else -1
        return index if 0 <= index < len(self.frames) else None


@dataclass(frozen=True)
class Distances:
    """Of one joint, or of all, over all frames in which both know it: mm; NaN where there are none."""

    frames: int
    median_mm: float
    mean_mm: float
    p95_mm: float

    @classmethod
    def of(cls, distances_mm: np.ndarray) -> Distances:
        """Of distances of any shape; NaN: not known."""
        known = distances_mm[np.isfinite(distances_mm)]
        if not len(known):
            return cls(0, *[float("nan")] * 3)
        return cls(len(known), float(np.median(known)), float(known.mean()), float(np.quantile(known, 0.95)))
