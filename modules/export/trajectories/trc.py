"""TRC, Motion Analysis' track row column format, as OpenSim reads it (its TRCFileAdapter): one file a person.

y is up (``common.Y_UP``), metres or millimetres as the header says. A gap's cells are empty: OpenSim and pandas take that
for NaN. Marker names are those of Pose2Sim's models. ``Frame#`` is the recording's frame number, from 0, as in all our
files.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from modules.core.trajectory import Trajectory, TrajectorySet

from .common import MM_PER_M, blocks, clock_s, marker_names, rate_fps, to_y_up, written
from .tables import TIME_DECIMALS, TextTable, numbers

#: unit → (mm in it, decimals: 0.001 mm)
UNITS: dict[str, tuple[float, int]] = {"m": (MM_PER_M, 6), "mm": (1.0, 3)}


def write_trc(trajectories: TrajectorySet, person: Trajectory, path: Path, unit: str = "m") -> None:
    """One person's markers.

    Args:
        person: one of the trajectories' people. unit: "m", which OpenSim's models and Pose2Sim use, or "mm".

    Raises:
        ExportError: the file can't be written.
    """
    scale, decimals = UNITS[unit]
    times = clock_s(trajectories)
    columns = 2 + 3 * len(trajectories.joint_names)
    with written(path) as file:
        file.write(_header(trajectories, path.name, unit).encode())
        table = TextTable(file, [str(number) for number in range(columns)], delimiter="\t")
        for part in blocks(len(times)):
            values = (to_y_up(person.positions_world_mm[part]) / scale).reshape(part.stop - part.start, -1)
            table.write(
                [
                    pa.array(trajectories.frames[part]),
                    numbers(times[part], TIME_DECIMALS),
                    *(numbers(column, decimals) for column in values.T),
                ]
            )
        table.close()


def _header(trajectories: TrajectorySet, name: str, unit: str) -> str:
    rate, count = f"{rate_fps(trajectories):.10g}", len(trajectories.frames)
    first = int(trajectories.frames[0]) if count else 0
    markers = marker_names(trajectories.joint_names)
    axes = [f"{axis}{number}" for number in range(1, len(markers) + 1) for axis in "XYZ"]
    rows = (
        ("PathFileType", "4", "(X/Y/Z)", name),
        ("DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame", "OrigNumFrames"),
        (rate, rate, count, len(markers), unit, rate, first, count),
        ("Frame#", "Time", *(f"{marker}\t\t" for marker in markers)),
        ("", "", *axes),
    )
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)
