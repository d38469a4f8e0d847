"""Rerun's ``.rrd``: everyone as points and limbs over the recording's frames and time, for Rerun's viewer.

World, z up, metres, as Rerun's views expect. ``rerun-sdk`` is an optional extra (``requirements-rerun.txt``): the wheel
alone is 160 MB. A joint in a gap is left out of its frame; somebody who is away has an empty frame.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np

from modules.core.errors import ExportError
from modules.core.palette import person_color
from modules.core.skeleton import LIMBS
from modules.core.trajectory import Trajectory, TrajectorySet
from modules.export.finish import discard, finish, part_path

from .common import MM_PER_M, blocks, clock_s, missing

POINT_RADIUS_M, LIMB_RADIUS_M = 0.018, 0.01


def write_rrd(trajectories: TrajectorySet, path: Path) -> None:
    """Everyone under ``world/<name>/joints`` and ``…/limbs``, on the timelines ``frame`` and ``time``.

    Raises:
        ExportError: rerun-sdk is not installed; the file can't be written.
    """
    rerun = load()
    part = part_path(path)
    discard(path)
    try:
        with rerun.RecordingStream("selfpose3d_ui", recording_id=trajectories.recording) as stream:
            stream.save(part)
            stream.log("world", rerun.ViewCoordinates.RIGHT_HAND_Z_UP, static=True)
            for person in trajectories.people:
                _send(rerun, stream, trajectories, person)
            stream.flush()
            stream.disconnect()
    except (OSError, RuntimeError) as error:
        discard(path)
        raise ExportError("Can't write {file}: {reason}.", file=path, reason=error) from error
    finish(path)


def load() -> ModuleType:
    """Rerun's library; ExportError with the command that installs it."""
    try:
        import rerun
    except ImportError as error:
        raise ExportError(
            "Rerun's files need rerun-sdk, which is not installed: .venv/bin/pip install -r requirements-rerun.txt"
        ) from error
    return rerun


def _send(rerun: ModuleType, stream, trajectories: TrajectorySet, person: Trajectory) -> None:
    entity = f"world/{person.track_id}"
    color = person_color(person.track_id)
    times = clock_s(trajectories)
    stream.log(f"{entity}/joints", rerun.Points3D.from_fields(colors=[color], radii=[POINT_RADIUS_M]), static=True)
    stream.log(f"{entity}/limbs", rerun.LineStrips3D.from_fields(colors=[color], radii=[LIMB_RADIUS_M]), static=True)
    stream.log(entity, rerun.AnyValues(name=person.name, method=trajectories.method), static=True)
    for part in blocks(len(times)):
        index = [
            rerun.TimeColumn("frame", sequence=trajectories.frames[part]),
            rerun.TimeColumn("time", duration=times[part]),
        ]
        points, there = person.positions_world_mm[part] / MM_PER_M, ~missing(person, part)
        joints = rerun.Points3D.columns(positions=points[there]).partition(there.sum(axis=1))
        stream.send_columns(f"{entity}/joints", index, joints)
        seen = np.stack([there[:, a] & there[:, b] for a, b in LIMBS], axis=1)
        strips = np.stack([points[:, pair] for pair in LIMBS], axis=1)[seen]
        stream.send_columns(f"{entity}/limbs", index, rerun.LineStrips3D.columns(strips=strips).partition(seen.sum(axis=1)))
