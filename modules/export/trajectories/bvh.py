"""BVH (Biovision hierarchy): one file a person, for Blender, Unity, MotionBuilder. The skeleton is that of ``rig.py``.

cm, y up (``common.Y_UP``), rest pose facing z. Channels: the root's place, then Z, X, Y turns in degrees of every joint, in
this order (the CMU database's); an angle goes on over ±180° rather than jump. BVH knows no gap: joints are held, and the
file ``….gaps.csv`` beside it says where (columns joint, first_frame, last_frame; the recording's frame numbers; no row: no
gap).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from modules.core.skeleton import JOINT_NAMES
from modules.core.trajectory import Trajectory, TrajectorySet

from .common import MM_PER_CM, missing, rate_fps, written
from .rig import END_MM, RIG, bone_lengths_mm, motion, offsets_mm
from .tables import TextTable, numbers

DECIMALS = 4


def write_bvh(trajectories: TrajectorySet, person: Trajectory, path: Path) -> None:
    """One person's motion, and the list of gaps beside it.

    Raises:
        ExportError: a file can't be written.
    """
    offsets = offsets_mm(bone_lengths_mm(person)) / MM_PER_CM
    before = np.zeros((len(RIG), 3))
    with written(path) as file:
        lines = ["HIERARCHY", *_hierarchy(0, offsets, 0), "MOTION", f"Frames: {len(trajectories.frames)}"]
        lines.append(f"Frame Time: {1 / rate_fps(trajectories):.9g}")
        file.write(("\n".join(lines) + "\n").encode())
        table = TextTable(file, [str(i) for i in range(3 + 3 * len(RIG))], delimiter=" ")
        for _, block in motion(person):
            angles = angles_deg(block.turns, before)
            before = angles[-1]
            columns = [*(block.hips_mm / MM_PER_CM).T, *angles.reshape(len(angles), -1).T]
            table.write([numbers(column, DECIMALS) for column in columns])
        table.close()
    write_gaps(trajectories, person, path.with_suffix(".gaps.csv"))


def write_gaps(trajectories: TrajectorySet, person: Trajectory, path: Path) -> None:
    """The stretches in which a joint has no position, as CSV.

    Raises:
        ExportError: the file can't be written.
    """
    with written(path) as file:
        file.write(b"joint,first_frame,last_frame\n")
        for joint, first, last in gaps(trajectories, person):
            file.write(f"{joint},{first},{last}\n".encode())


def gaps(trajectories: TrajectorySet, person: Trajectory) -> list[tuple[str, int, int]]:
    """(joint, first frame, last frame) of every stretch without a position, by joint."""
    gone = missing(person, slice(None))
    found = []
    for joint, name in enumerate(JOINT_NAMES):
        edges = np.diff(np.concatenate([[0], gone[:, joint].astype(np.int8), [0]]))
        for first, last in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1, strict=True):
            found.append((name, int(trajectories.frames[first]), int(trajectories.frames[last])))
    return found


def angles_deg(turns: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Z, X, Y angles (R = Rz Rx Ry) of turns, each near the frame before it.

    Two triples of angles stand for the same turn, (z, x, y) and (z + 180, 180 - x, y + 180), and every angle may go on by 360.

    Args:
        turns: float64 [t, n, 4], unit quaternions (x, y, z, w).
        before: float64 [n, 3], degrees: the angles of the frame before.

    Returns:
        float64 [t, n, 3], degrees.
    """
    x, y, z, w = np.moveaxis(turns, -1, 0)
    sine = np.clip(2 * (y * z + x * w), -1, 1)
    locked = np.abs(sine) > 1 - 1e-9  # z and y turn about the same axis: z takes all of it
    about_z = np.where(
        locked,
        np.arctan2(2 * (x * y + z * w), 1 - 2 * (y * y + z * z)),
        np.arctan2(-2 * (x * y - z * w), 1 - 2 * (x * x + z * z)),
    )
    about_y = np.where(locked, 0.0, np.arctan2(-2 * (x * z - y * w), 1 - 2 * (x * x + y * y)))
    plain = np.concatenate([before[None], np.degrees(np.stack([about_z, np.arcsin(sine), about_y], axis=-1))])
    other = np.stack([plain[..., 0] + 180, 180 - plain[..., 1], plain[..., 2] + 180], axis=-1)
    stay, change = _apart(plain[1:], plain[:-1]), _apart(other[1:], plain[:-1])
    swapped = np.concatenate([np.zeros((1, turns.shape[1]), bool), np.cumsum(change < stay, axis=0) % 2 == 1])
    return np.unwrap(np.where(swapped[..., None], other, plain), axis=0, period=360.0)[1:]


def _apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """How far triples of angles are apart, degrees."""
    return np.abs((a - b + 180) % 360 - 180).sum(axis=-1)


def _hierarchy(index: int, offsets_cm: np.ndarray, depth: int) -> list[str]:
    """The lines of a joint and all below it."""
    joint, indent = RIG[index], "\t" * depth
    channels = "CHANNELS 6 Xposition Yposition Zposition" if joint.parent < 0 else "CHANNELS 3"
    lines = [
        f"{indent}{'ROOT' if joint.parent < 0 else 'JOINT'} {joint.name}",
        f"{indent}{{",
        f"{indent}\tOFFSET {_triple(offsets_cm[index])}",
        f"{indent}\t{channels} Zrotation Xrotation Yrotation",
    ]
    children = [i for i, child in enumerate(RIG) if child.parent == index]
    for child in children:
        lines += _hierarchy(child, offsets_cm, depth + 1)
    if not children:
        end = np.array(joint.rest) * END_MM / MM_PER_CM
        lines += [f"{indent}\tEnd Site", f"{indent}\t{{", f"{indent}\t\tOFFSET {_triple(end)}", f"{indent}\t}}"]
    return [*lines, f"{indent}}}"]


def _triple(values: np.ndarray) -> str:
    return " ".join(f"{value + 0.0:.5f}" for value in values)
