"""What the timeline draws of a person: in which frames they are there, and how well they are known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import numpy as np

from modules.core.trajectory import Sample, Trajectory, TrajectorySet

#: A frame counts as uncertain where half of the joints are less sure than this, standard deviation over the axes.
UNSURE_SD_MM = 50.0


class Presence(IntEnum):
    """One person in one frame."""

    AWAY = 0
    MEASURED = 1
    UNSURE = 2  # measured, with a large standard deviation
    FILLED = 3  # most joints are not measured, but filled


@dataclass(frozen=True, eq=False)
class Track:
    """A person's row.

    Attributes:
        first_frame: number of the first entry of ``presence``.
        presence: uint8 [T], values of ``Presence``.
    """

    track_id: int
    name: str
    first_frame: int
    presence: np.ndarray

    def at(self, frame: int) -> Presence:
        """Presence in a frame; AWAY outside."""
        index = frame - self.first_frame
        return Presence(self.presence[index]) if 0 <= index < len(self.presence) else Presence.AWAY

    def before(self, frame: int) -> bool:
        """Whether they are there in any frame before this one."""
        return bool((self.presence[: max(0, frame - self.first_frame)] != Presence.AWAY).any())

    def from_on(self, frame: int) -> bool:
        """Whether they are there in this frame or any after it."""
        return bool((self.presence[max(0, frame - self.first_frame) :] != Presence.AWAY).any())

    def runs(self, edges: np.ndarray) -> list[tuple[int, int, Presence]]:
        """What to draw between the columns' edges.

        Args:
            edges: float64 [N + 1], rising: the frame numbers at which columns begin and end.

        Returns:
            (first column, one past the last, presence) of equal neighbours; a column shows the most remarkable of its frames.
        """
        starts = np.clip(np.floor(edges[:-1] + 0.5).astype(int) - self.first_frame, 0, len(self.presence))
        stops = np.clip(np.floor(edges[1:] + 0.5).astype(int) - self.first_frame, 0, len(self.presence))
        inside = (edges[1:] > self.first_frame - 0.5) & (edges[:-1] < self.first_frame + len(self.presence) - 0.5)
        stops = np.maximum(stops, np.minimum(starts + 1, len(self.presence)))
        columns = np.zeros(len(starts), np.uint8)
        drawn = np.flatnonzero(inside & (starts < len(self.presence)))
        if len(drawn):
            # a gap of one frame in a column of many is worth less than a filled frame, and that less than presence
            columns[drawn] = [self.presence[start:stop].max() for start, stop in zip(starts[drawn], stops[drawn], strict=True)]
        cuts = np.flatnonzero(np.diff(columns)) + 1
        bounds = [0, *cuts.tolist(), len(columns)]
        return [
            (first, stop, Presence(columns[first]))
            for first, stop in pairwise(bounds)
            if first < stop and columns[first] != Presence.AWAY
        ]


def tracks_of(trajectories: TrajectorySet) -> tuple[Track, ...]:
    """Everyone's rows, by number."""
    first = int(trajectories.frames[0]) if len(trajectories.frames) else 0
    return tuple(Track(person.track_id, person.name, first, presence(person)) for person in trajectories.people)


def presence(person: Trajectory) -> np.ndarray:
    """uint8 [T], values of ``Presence``."""
    measured = (person.samples == Sample.MEASURED).sum(axis=1)
    known = np.isfinite(person.positions_world_mm[..., 0]).sum(axis=1)
    variance = (person.sd_mm**2).mean(axis=2)
    large = (variance > UNSURE_SD_MM**2).sum(axis=1)  # NaN: not known, not large
    found = np.where(2 * measured < known, Presence.FILLED, np.where(2 * large > known, Presence.UNSURE, Presence.MEASURED))
    return np.where(known == 0, Presence.AWAY, found).astype(np.uint8)
