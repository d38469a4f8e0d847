"""``poses.jsonl``: the poses of a recording as text, one JSON object per line.

The first line is the header::

    schema             "selfpose3d-ui/poses"
    version            2
    recording          name of the recording
    fps                frames per second, null where unknown
    units              {"world": "mm", "image": "px"}; world: right-handed, z up; image: (0, 0) is the top-left pixel's centre
    joints             the 15 joints' names; every list of joints below is in this order
    limbs              pairs of indices into ``joints``
    extra_joints       names of joints beyond the skeleton, mostly none
    cameras            [{name, size: [width, height], K: [3][3], dist: [k1, k2, p1, p2, k3], R: [3][3], center_mm: [3]}]
                       with x_cam = R (x_world - center_mm)
    lod_origin_xy_mm   [x, y]: where the LoD distance is measured from
    config_digest      tells whether two files were computed with the same settings
    frame_count        frames of the recording
    world              how the cameras' world came from the calibration's own (JSON text); empty: it is the same

and every further line is one frame, in rising order::

    frame, time_s      number from 0; seconds from the recording's start, null where the rate is unknown
    lod_distance_mm    people farther than this have a root only; 0: no limit
    persons            [{id: from 1, lod: "full" | "root_only", confidence: 0…1, root_mm: [3], joints_mm: [15][3] | null,
                         sd_mm: [15][3] | null, extra_mm: [extra_joints][3] | null,
                         root_px: {camera: [x, y] | null}, joints_px: {camera: [15] of [x, y] | null} | null}]

``null`` stands for "not computed" (joints of a root_only person), "not known" (standard deviations) or "not seen by this
camera". Lengths are rounded to 0.1 mm and 0.1 px. Version 1 had no ``extra_joints``, ``frame_count``, ``world``, ``sd_mm`` and
``extra_mm``, and its ids began at 0; it is still read.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from modules.core.errors import ExportError, Note
from modules.core.files import open_existing, open_new, open_regular, read_small
from modules.core.geometry import visible_px
from modules.core.header import ResultsHeader, numbers
from modules.core.skeleton import NUM_JOINTS
from modules.core.types import Lod, Person, PoseResult

SCHEMA, VERSION, READ_VERSIONS = "selfpose3d-ui/poses", 2, (1, 2)

#: An hour of ten people at 60 frames a second has about 3 GB; and nobody counts more people than this in a frame.
MAX_BYTES, MAX_PERSONS = 8 * 2**30, 1000
#: How a frame's line begins.
_FRAME = re.compile(rb'\{"frame":(\d{1,9}),')
#: What a line that follows no schema runs into.
NOT_A_LINE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


@dataclass(frozen=True, eq=False)
class Poses:
    """What ``read_poses`` found.

    Attributes:
        path: the file.
        header: its first line.
        results: one per frame, in order; without heatmaps, crops and timings.
        notes: sentences for the user: a broken last line was dropped.
    """

    path: Path
    header: ResultsHeader
    results: tuple[PoseResult, ...]
    notes: tuple[Note, ...] = ()


class PosesWriter:
    """Writes the file line by line; a line that does not fit on the disk is taken back whole.

    Args:
        path: the file, which is replaced.
        header: its first line.

    Raises:
        ExportError: the file can't be written; two cameras have the same name.
    """

    def __init__(self, path: Path, header: ResultsHeader) -> None:
        names = [camera.name for camera in header.cameras]
        if len(set(names)) != len(names):
            raise ExportError("Two cameras have the same name ({names}); give each its own.", names=", ".join(names))
        self.path = path
        self._names = names
        open_new(path).close()  # never through a link that stands there
        self._file = open_existing(path)  # unbuffered: a line is on its way when write returns
        content = header.to_json()
        content.pop("source", None)  # where the recording lay is no matter of its poses
        self._write_line({"schema": SCHEMA, "version": VERSION, **content})

    def write(self, result: PoseResult) -> None:
        """Appends one frame; ExportError if it can't be written."""
        self._write_line(_result_to_json(result, self._names))

    def close(self) -> None:
        """Idempotent."""
        self._file.close()

    def _write_line(self, content: Mapping[str, Any]) -> None:
        line = (
            json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        )
        start = self._file.tell()
        try:
            written = self._file.write(line)
            if written != len(line):
                raise OSError(0, "the disk is full")
        except OSError as error:
            self._file.truncate(start)
            self._file.seek(start)
            raise _cant_write(self.path, error) from error


def read_poses(path: Path) -> Poses:
    """Reads and checks a file that ``PosesWriter`` wrote.

    Raises:
        ExportError: no such file, not this schema or version, or a line (named by its number) that doesn't follow the schema.
    """
    content = read_small(path, ExportError, MAX_BYTES)
    *lines, rest = content.split(b"\n")
    notes: tuple[Note, ...] = ()
    if rest:
        note = "{file}: the last line is incomplete and was dropped; {count} frames are whole."
        notes = (Note(note, file=path, count=max(len(lines) - 1, 0)),)
    header = _read_header(path, lines[0] if lines else rest)
    results = []
    for number, line in enumerate(lines[1:], start=2):
        try:
            result = _result_from_json(_loaded(line), header)
        except NOT_A_LINE as error:
            raise ExportError(
                "{file}, line {line}: not a frame of poses ({reason}).", file=path, line=number, reason=error
            ) from error
        if results and result.frame_index <= results[-1].frame_index:
            raise ExportError(
                "{file}, line {line}: frame {frame} is out of order.", file=path, line=number, frame=result.frame_index
            )
        results.append(result)
    return Poses(path, header, tuple(results), notes)


def is_poses_file(path: Path) -> bool:
    """Whether the file begins like one of ours, whole or not."""
    try:
        with open_regular(path, ExportError) as file:
            return file.read(200).startswith(f'{{"schema":"{SCHEMA}"'.encode())
    except (ExportError, OSError):
        return False


def frames_in(path: Path) -> tuple[int, int] | None:
    """First and last frame of a file of poses, by its lines' beginnings; None: none, or no such file."""
    try:
        with open_regular(path, ExportError) as file:
            numbers = [int(found[1]) for line in file if (found := _FRAME.match(line))]
    except (ExportError, OSError):
        return None
    return (numbers[0], numbers[-1]) if numbers else None


def _loaded(line: bytes) -> Any:
    """A line's JSON; ValueError also for NaN and Infinity, which are none."""
    return json.loads(line, parse_constant=_no_number)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _read_header(path: Path, line: bytes) -> ResultsHeader:
    try:
        content = _loaded(line)
        schema, version = content["schema"], content["version"]
    except NOT_A_LINE as error:
        raise ExportError("{file} is not a file of poses: its first line is no header.", file=path) from error
    if schema != SCHEMA or version not in READ_VERSIONS:
        raise ExportError(
            "{file} is {schema} version {version}; this program reads {known} version {known_version}.",
            file=path, schema=schema, version=version, known=SCHEMA, known_version=VERSION,
        )  # fmt: skip
    try:
        return ResultsHeader.from_json(content)
    except NOT_A_LINE as error:
        raise ExportError("{file}, line 1: not a header of poses ({reason}).", file=path, reason=error) from error


def _result_to_json(result: PoseResult, names: Sequence[str]) -> dict[str, Any]:
    return {
        "frame": result.frame_index,
        "time_s": round(result.time_s, 6) if math.isfinite(result.time_s) else None,
        "lod_distance_mm": float(result.lod_distance_mm),
        "persons": [_person_to_json(person, names) for person in result.persons],
    }


def _person_to_json(person: Person, names: Sequence[str]) -> dict[str, Any]:
    full = person.lod is Lod.FULL
    return {
        "id": person.track_id,
        "lod": person.lod.value,
        "confidence": round(float(person.confidence), 4),
        "root_mm": _point(person.root_world_mm),
        "joints_mm": [_point(joint) for joint in person.joints_world_mm] if full else None,
        "sd_mm": _known(person.joint_sd_mm),
        "extra_mm": _known(person.extra_world_mm),
        "root_px": {name: _point(px) for name, px in zip(names, person.root_px, strict=True)},
        "joints_px": {name: [_point(joint) for joint in px] for name, px in zip(names, person.joints_px, strict=True)}
        if full
        else None,
    }


def _known(points: np.ndarray) -> list[list[float] | None] | None:
    """Rounded coordinates of each; None where nothing is known of any."""
    return [_point(point) for point in points] if np.isfinite(points).any() else None


def _point(values: np.ndarray) -> list[float] | None:
    """Rounded coordinates; None where one is not finite."""
    return [round(float(v), 1) for v in values] if np.isfinite(values).all() else None


def _result_from_json(content: Mapping[str, Any], header: ResultsHeader) -> PoseResult:
    frame = content["frame"]
    if type(frame) is not int or frame < 0:
        raise ValueError(f"frame is {frame!r}")
    if len(content["persons"]) > MAX_PERSONS:
        raise ValueError(f"{len(content['persons'])} people")
    persons = tuple(_person_from_json(person, header) for person in content["persons"])
    time_s = math.nan if content["time_s"] is None else content["time_s"]
    time_s, distance = (float(v) for v in numbers([time_s, content["lod_distance_mm"]], (2,)))
    return PoseResult(frame, time_s, distance, header.lod_origin_xy_mm, persons, extra_names=header.extra_names)


def _person_from_json(content: Mapping[str, Any], header: ResultsHeader) -> Person:
    names = [camera.name for camera in header.cameras]
    lod, joints, joints_px = Lod(content["lod"]), content["joints_mm"], content["joints_px"]
    if (lod is Lod.FULL) != (joints is not None and joints_px is not None):
        raise ValueError(f"person {content['id']} is {lod.value}, but its joints say otherwise")
    if set(content["root_px"]) != set(names) or (joints_px is not None and set(joints_px) != set(names)):
        raise ValueError(f"person {content['id']} has other cameras than the header")
    blank = [None] * NUM_JOINTS
    extra = _points(content.get("extra_mm") or [None] * len(header.extra_names), 3).reshape(-1, 3)
    if len(extra) != len(header.extra_names):
        raise ValueError(f"person {content['id']} has {len(extra)} extra joints, not {len(header.extra_names)}")
    return Person(
        int(content["id"]),
        lod,
        float(numbers(content["confidence"], ())),
        numbers(content["root_mm"], (3,)),
        _points(joints or blank, 3),
        _points([content["root_px"][name] for name in names], 2),
        np.stack([_points(joints_px[name] if joints_px else blank, 2) for name in names]),
        joint_sd_mm=_points(content.get("sd_mm") or blank, 3),
        extra_world_mm=extra,
        extra_px=np.stack([visible_px(extra, camera) for camera in header.cameras]),
    )


def _points(values: Sequence[Any], axes: int) -> np.ndarray:
    """float64 [len, axes]: NaN for null."""
    return numbers(
        [[math.nan] * axes if value is None else value for value in values] or np.zeros((0, axes)), (len(values), axes)
    )


def _cant_write(path: Path, error: OSError) -> ExportError:
    return ExportError("Can't write {file}: {reason}. Check the folder and the free space.", file=path, reason=error.strerror)
