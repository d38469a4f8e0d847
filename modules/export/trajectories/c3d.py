"""C3D (c3d.org, "The C3D file format user guide"): everyone's markers in one file, for Visual3D, Mokka, Nexus.

mm, world, z up (POINT:X_SCREEN +X, Y_SCREEN +Z), 32-bit floats. Markers are named ``P1:LWrist`` after the SUBJECTS group's
prefixes. The residual carries the state, as the guide defines it: -1 a gap (position 0, which readers take for missing), 0 a
position that was filled or put in the place of an outlier, 1…255 mm a measured one: its standard deviation, rounded up, 1
where that is unknown.

``ezc3d`` writes header and parameters; the frames follow as a stream, because it would hold all of them in memory as objects
and stops at 65535 frames. Longer files say their length in TRIAL:ACTUAL_END_FIELD and POINT:LONG_FRAMES, as the guide has
it.
"""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import ezc3d
import numpy as np

from modules.core.errors import ExportError
from modules.core.trajectory import Sample, Trajectory, TrajectorySet

from .common import blocks, marker_names, missing, rate_fps, written

BLOCK_BYTES = 512
#: POINT:FRAMES and the header hold an unsigned 16-bit number.
MOST_FRAMES = 0xFFFF
LARGEST_RESIDUAL_MM = 255
#: POINT:FRAMES in the parameter section: name, offset of the next parameter, type (16-bit integer), no dimensions.
_FRAMES = b"FRAMES\x07\x00\x02\x00"


def write_c3d(trajectories: TrajectorySet, path: Path) -> None:
    """Everyone's markers, by track_id.

    Raises:
        ExportError: the file can't be written; there is nobody, or there are more markers than the format can hold.
    """
    if not trajectories.people:
        raise ExportError("There is nobody to write into {file}.", file=path)
    markers = len(trajectories.people) * len(trajectories.joint_names)
    if markers > 255:  # a dimension of POINT:LABELS is a byte
        raise ExportError(
            "{file}: C3D holds 255 markers, but there are {count}; choose fewer people.", file=path, count=markers
        )
    count = len(trajectories.frames)
    with written(path) as file:
        head = _head(trajectories)
        file.write(head)
        for part in blocks(count):
            file.write(np.concatenate([_points(person, part) for person in trajectories.people], axis=1).tobytes())
        file.write(b"\0" * (-file.tell() % BLOCK_BYTES))


def _points(person: Trajectory, part: slice) -> np.ndarray:
    """'<f4' [t, J, 4]: x, y, z, residual word (camera mask 0)."""
    words = np.zeros((*person.samples[part].shape, 4), "<f4")
    gap = missing(person, part)
    words[..., :3] = np.where(gap[..., None], 0.0, person.positions_world_mm[part])
    sd_mm = np.sqrt((person.sd_mm[part] ** 2).mean(axis=2))
    residual = np.clip(np.ceil(np.nan_to_num(sd_mm, nan=1.0)), 1, LARGEST_RESIDUAL_MM)
    measured = person.samples[part] == Sample.MEASURED
    words[..., 3] = np.where(gap, -1.0, np.where(measured, residual, 0.0))
    return words


def _head(trajectories: TrajectorySet) -> bytes:
    """Header and parameters of the whole file."""
    count = len(trajectories.frames)
    made = ezc3d.c3d()
    labels = [f"P{person.track_id}:{name}" for person in trajectories.people for name in marker_names(trajectories.joint_names)]
    made.add_parameter("POINT", "UNITS", ["mm"])
    made.add_parameter("POINT", "X_SCREEN", "+X")
    made.add_parameter("POINT", "Y_SCREEN", "+Z")
    made["parameters"]["POINT"]["RATE"]["value"] = [rate_fps(trajectories)]
    made["parameters"]["POINT"]["LABELS"]["value"] = labels
    made["parameters"]["POINT"]["DESCRIPTIONS"]["value"] = [""] * len(labels)
    made.add_parameter("SUBJECTS", "USED", len(trajectories.people))
    made.add_parameter("SUBJECTS", "USES_PREFIXES", 1)
    made.add_parameter("SUBJECTS", "IS_STATIC", 0)
    made.add_parameter("SUBJECTS", "NAMES", [person.name for person in trajectories.people])
    made.add_parameter("SUBJECTS", "LABEL_PREFIXES", [f"P{person.track_id}:" for person in trajectories.people])
    for name, frame in (("START", 1), ("END", count)):
        made.add_parameter("TRIAL", f"ACTUAL_{name}_FIELD", [frame & 0xFFFF, frame >> 16])
        made["parameters"]["TRIAL"][f"ACTUAL_{name}_FIELD"]["type"] = ezc3d.ezc3d.INT  # lists become floats
    if count > MOST_FRAMES:
        made.add_parameter("POINT", "LONG_FRAMES", [float(count)])
    made["data"]["points"] = np.zeros((4, len(labels), 1))
    with tempfile.TemporaryDirectory() as folder:
        made.write(f"{folder}/head.c3d")
        content = bytearray(Path(f"{folder}/head.c3d").read_bytes())
    (first_block,) = struct.unpack_from("<H", content, 16)
    content = content[: (first_block - 1) * BLOCK_BYTES]
    shown = min(count, MOST_FRAMES)
    struct.pack_into("<HH", content, 6, 1, shown)
    struct.pack_into("<H", content, content.index(_FRAMES) + len(_FRAMES), shown)
    return bytes(content)
