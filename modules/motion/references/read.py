"""Files of trajectories, by their kind, as one ``TrajectorySet`` in our world's axes and unit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from modules.core.errors import ExportError
from modules.core.skeleton import JOINT_NAMES
from modules.core.trajectory import Sample, Trajectory, TrajectorySet

from . import c3d, panoptic, trc
from .names import as_joints
from .person import Marked

READERS = {".trc": trc.read, ".c3d": c3d.read, ".json": panoptic.read}
#: What a file dialog offers.
SUFFIXES = tuple(READERS)


def read(paths: Sequence[Path]) -> TrajectorySet:
    """People of TRC files (one a person), a C3D file, or the folder or a file of CMU Panoptic's JSON.

    TRC is taken to have y up (as OpenSim has it), C3D what its POINT:Y_SCREEN says, else z up; Panoptic y down, cm.

    Returns:
        the skeleton's joints; people numbered from 1 in the order of files and markers; ``times_s`` NaN where the files don't
        say. ``method`` "reference".

    Raises:
        ExportError: no such format, damaged, or nobody's joints are in it.
    """
    if not paths:
        raise ExportError("No file to compare with was named.")
    people: list[Marked] = []
    for path in paths:
        reader = READERS.get(".json" if path.is_dir() else path.suffix.lower())
        if reader is None:
            raise ExportError("{file} is no TRC, C3D or Panoptic JSON.", file=path)
        people += reader(path)
    instants = _instants(people)
    made = []
    for number, person in enumerate(people, 1):
        joints = as_joints(person.markers, person.positions_mm)
        if joints is None:
            raise ExportError(
                "{file} has no marker that is called like one of the joints ({markers}).",
                file=person.path,
                markers=", ".join(person.markers[:6]) or "–",
            )
        made.append(_trajectory(number, person, joints, instants))
    first = people[0]
    times = np.full(len(instants), np.nan) if np.isnan(first.times_s).any() else instants[:, 1]
    return TrajectorySet(first.path.name, first.fps, instants[:, 0].astype(int), times, JOINT_NAMES, tuple(made), "reference")


def _instants(people: Sequence[Marked]) -> np.ndarray:
    """float64 [T, 2]: frame number and time of every frame that somebody has, without gaps between."""
    first = people[0]
    low = min(int(person.frames[0]) for person in people)
    high = max(int(person.frames[-1]) for person in people)
    frames = np.arange(low, high + 1)
    known = np.isfinite(first.times_s)
    if not known.all() or len(first.frames) < 2:
        return np.stack([frames, np.full(len(frames), np.nan)], 1)
    step = (first.times_s[-1] - first.times_s[0]) / (first.frames[-1] - first.frames[0])
    times = np.interp(frames, first.frames, first.times_s)
    times += step * (np.minimum(frames - first.frames[0], 0) + np.maximum(frames - first.frames[-1], 0))
    return np.stack([frames, times], 1)


def _trajectory(number: int, person: Marked, joints: np.ndarray, instants: np.ndarray) -> Trajectory:
    whole = np.full((len(instants), *joints.shape[1:]), np.nan)
    whole[person.frames - int(instants[0, 0])] = joints
    known = np.isfinite(whole).all(-1)
    whole[~known] = np.nan
    samples = np.where(known, Sample.MEASURED, Sample.MISSING)
    return Trajectory(number, person.name, whole, np.full(whole.shape, np.nan), samples)
