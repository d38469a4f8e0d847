"""What all writers of trajectories share: blocks of frames, the clock, names, the y-up frame, and files that appear whole."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np

from modules.core.errors import ExportError
from modules.core.files import cant_write, open_new
from modules.core.trajectory import Sample, Trajectory, TrajectorySet
from modules.export.finish import discard, finish, part_path

#: Frames that are converted at a time: memory stays the same however long the recording is.
BLOCK_FRAMES = 2048
#: Taken where neither the rate nor two times are known.
FALLBACK_FPS = 30.0
MM_PER_M, MM_PER_CM = 1000.0, 10.0
#: World (z up) to the frame of OpenSim, BVH and glTF (y up), a quarter turn about x: x stays, z becomes y, y becomes -z.
Y_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
#: Marker names as Pose2Sim's models and OpenSim's marker sets for them have them; extra joints keep their own.
MARKER_NAMES: dict[str, str] = {
    "neck": "Neck",
    "nose": "Nose",
    "mid_hip": "Hip",
    **{
        f"{side}_{joint}": side[0].upper() + joint.capitalize()
        for side in ("left", "right")
        for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    },
}
#: Columns "state" say how a value was come by.
STATE_NAMES: tuple[str, ...] = tuple(sample.name.lower() for sample in Sample)


def to_y_up(points_world: np.ndarray) -> np.ndarray:
    """float [..., 3] from the world (z up) into the y-up frame: (x, y, z) → (x, z, -y). The unit stays."""
    return points_world @ Y_UP.T


def marker_names(joint_names: Sequence[str]) -> list[str]:
    """Joint names as markers are called in TRC and C3D."""
    return [MARKER_NAMES.get(name, name) for name in joint_names]


def blocks(count: int) -> Iterator[slice]:
    """0…count in slices of ``BLOCK_FRAMES``."""
    for start in range(0, count, BLOCK_FRAMES):
        yield slice(start, min(start + BLOCK_FRAMES, count))


def rate_fps(trajectories: TrajectorySet) -> float:
    """Frames per second: as recorded, else from the times, else ``FALLBACK_FPS``."""
    if math.isfinite(trajectories.fps) and trajectories.fps > 0:
        return trajectories.fps
    steps = np.diff(trajectories.times_s)
    steps = steps[np.isfinite(steps) & (steps > 0)]
    return float(1 / np.median(steps)) if len(steps) else FALLBACK_FPS


def clock_s(trajectories: TrajectorySet) -> np.ndarray:
    """float64 [T], s: the recording's times; from the rate where one is unknown."""
    times = trajectories.times_s
    return np.where(np.isfinite(times), times, trajectories.frames / rate_fps(trajectories))


def presence(person: Trajectory) -> tuple[int, int]:
    """First frame (index into T) in which a person has a joint, and one past the last; (0, 0) for none."""
    there = np.flatnonzero((person.samples != Sample.MISSING).any(axis=1))
    return (int(there[0]), int(there[-1]) + 1) if len(there) else (0, 0)


def missing(person: Trajectory, part: slice) -> np.ndarray:
    """bool [t, J]: joints without a position."""
    return np.isnan(person.positions_world_mm[part]).any(axis=2)


def file_names(people: Sequence[Trajectory]) -> list[str]:
    """What a person's file is called: the name without spaces and marks; with the number where two would be alike."""
    names = [re.sub(r"[^\w-]+", "", person.name)[:60] or f"Person{person.track_id}" for person in people]
    return [
        f"{name}-{person.track_id}" if sum(name.casefold() == other.casefold() for other in names) > 1 else name
        for name, person in zip(names, people, strict=True)
    ]


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A new binary file that has the name ``path`` once the block has ended well, and is gone if it has not.

    Raises:
        ExportError: it can't be made, written or named.
    """
    file = open_new(part_path(path))
    try:
        with file:
            yield file
        finish(path)
    except OSError as error:
        discard(path)
        raise cant_write(path, error) from error
    except BaseException:
        discard(path)
        raise


def select(trajectories: TrajectorySet, people: Sequence[int] | None, frames: range | None) -> TrajectorySet:
    """A part of the trajectories.

    Args:
        people: track_ids; None: everyone. frames: numbers of the recording's frames; None: all.

    Raises:
        ExportError: a person or all of the frames are not there.
    """
    chosen = trajectories.people
    if people is not None:
        known = {person.track_id: person for person in chosen}
        unknown = sorted(set(people) - known.keys())
        if unknown:
            raise ExportError(
                "There is no person {number}; the recording has {known}.",
                number=unknown[0], known=", ".join(map(str, sorted(known))) or "–",
            )  # fmt: skip
        chosen = tuple(known[number] for number in sorted(set(people)))
    if frames is None:
        return replace(trajectories, people=chosen) if people is not None else trajectories
    part = (trajectories.frames >= frames.start) & (trajectories.frames < frames.stop)
    if not part.any():
        first, last = trajectories.frames[[0, -1]] if len(trajectories.frames) else ("–", "–")
        raise ExportError(
            "There are no frames in {start}:{stop}; there are {first} to {last}.",
            start=frames.start, stop=frames.stop, first=first, last=last,
        )  # fmt: skip
    keep = slice(int(part.argmax()), len(part) - int(part[::-1].argmax()))
    cut = [
        replace(
            person,
            positions_world_mm=person.positions_world_mm[keep],
            sd_mm=person.sd_mm[keep],
            samples=person.samples[keep],
        )
        for person in chosen
    ]
    return replace(trajectories, frames=trajectories.frames[keep], times_s=trajectories.times_s[keep], people=tuple(cut))
