"""Calibrations as files that other programs and this one read.

| name | for | lengths | axes |
|---|---|---|---|
| pose2sim | Pose2Sim and Caliscope (TOML) | m | the world's own, z up |
| aniposelib | aniposelib, Anipose, FreeMoCap (TOML) | mm (``unit_mm`` under ``[metadata]`` says so) | the world's own |
| opencv | OpenCV's FileStorage, EasyMocap (``intri.yml`` and ``extri.yml``) | m | the world's own |
| panoptic | CMU Panoptic (JSON) | cm | y down |

All are OpenCV's convention: ``x_cam = R x_world + t``, distortion (k1, k2, p1, p2, k3). Each says where it is from, in a place
that its readers pass over: TOML and JSON as ``made_from``, the first under ``[metadata]``; YAML as a comment.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from modules.core.errors import ExportError, Note
from modules.core.types import Camera

#: Ours (z up) to Panoptic's (y down) axes: X_panoptic = M X_ours (Joo et al., TPAMI 2017).
PANOPTIC_AXES = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])


def pose2sim(
    cameras: Sequence[Camera],
    unit_mm: float = 1000.0,
    distortions: int = 4,
    own: Mapping[str, Mapping[str, int]] | None = None,
    made_from: str = "",
) -> str:
    """A TOML table a camera, in metres; a fifth distortion only where it is not 0.

    Args:
        made_from: what it rests on, for whoever reads the file.
        own: "delay_ms" and "drift_ppm" → camera → value: who is late, for this program; others pass such keys over;
            "rotation_count" (Caliscope's): quarter turns clockwise, by which raw frames stand upright.
    """
    lines = []
    for place, camera in enumerate(cameras):
        count = 5 if camera.k[2] else distortions
        rotation = Rotation.from_matrix(camera.R_world_to_cam).as_rotvec()
        translation = -camera.R_world_to_cam @ camera.center_world_mm / unit_mm
        lines += [
            f"[cam_{place}]",
            f"name = {json.dumps(camera.name, ensure_ascii=False)}",
            f"size = [{camera.width_px:.1f}, {camera.height_px:.1f}]",
            f"matrix = {_rows(camera.K)}",
            f"distortions = {_list(camera.distortion_opencv[:count])}",
            f"rotation = {_list(rotation)}",
            f"translation = {_list(translation)}",
            "fisheye = false",
            *(f"{key} = {values[camera.name]}" for key, values in (own or {}).items() if values.get(camera.name)),
            "",
        ]
    said = [f"made_from = {json.dumps(made_from, ensure_ascii=False)}"] if made_from else []
    return "\n".join([*lines, "[metadata]", "adjusted = false", "error = 0.0", *said, ""])


def aniposelib(cameras: Sequence[Camera], made_from: str = "") -> str:
    """A TOML table a camera, in mm, with five distortions."""
    return pose2sim(cameras, unit_mm=1.0, distortions=5, made_from=made_from) + "unit_mm = 1.0\n"


def panoptic(cameras: Sequence[Camera], made_from: str = "") -> str:
    """CMU Panoptic's JSON."""
    entries = []
    for camera in cameras:
        R = camera.R_world_to_cam @ PANOPTIC_AXES.T
        t = -camera.R_world_to_cam @ camera.center_world_mm / 10.0
        entries.append({
            "name": camera.name, "type": "hd", "resolution": [camera.width_px, camera.height_px], "K": camera.K.tolist(),
            "distCoef": camera.distortion_opencv.tolist(), "R": R.tolist(), "t": t[:, None].tolist(),
        })  # fmt: skip
    made = {"calibDataSource": "SelfPose3d UI"} | ({"made_from": made_from} if made_from else {}) | {"cameras": entries}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _keys(cameras: Sequence[Camera]) -> list[str]:
    """The cameras' names where they can be part of a FileStorage key, else their numbers from 1."""
    plain = all(re.fullmatch(r"[A-Za-z0-9_-]+", camera.name) for camera in cameras)
    return [camera.name if plain else str(place + 1) for place, camera in enumerate(cameras)]


def opencv_intrinsics(cameras: Sequence[Camera], made_from: str = "") -> str:
    """``intri.yml``: names, K and dist of each camera, and its frame's size."""
    lines = _heading(cameras, made_from)
    for key, camera in zip(_keys(cameras), cameras, strict=True):
        lines += [
            _matrix(f"K_{key}", camera.K),
            _matrix(f"dist_{key}", camera.distortion_opencv[None]),
            f"H_{key}: {camera.height_px}",
            f"W_{key}: {camera.width_px}",
        ]
    return "\n".join([*lines, ""])


def opencv_extrinsics(cameras: Sequence[Camera], made_from: str = "") -> str:
    """``extri.yml``: R (Rodrigues vector), Rot and T of each camera, in metres."""
    lines = _heading(cameras, made_from)
    for key, camera in zip(_keys(cameras), cameras, strict=True):
        R = camera.R_world_to_cam
        lines += [
            _matrix(f"R_{key}", Rotation.from_matrix(R).as_rotvec()[:, None]),
            _matrix(f"Rot_{key}", R),
            _matrix(f"T_{key}", (-R @ camera.center_world_mm / 1000.0)[:, None]),
        ]
    return "\n".join([*lines, ""])


#: Format → (file's name, what makes its text), one entry a file.
WRITERS: dict[str, tuple[tuple[str, Callable[[Sequence[Camera], str], str]], ...]] = {
    "pose2sim": (("{stem}.toml", lambda cameras, made_from: pose2sim(cameras, made_from=made_from)),),
    "aniposelib": (("{stem}.toml", aniposelib),),
    "opencv": (("intri.yml", opencv_intrinsics), ("extri.yml", opencv_extrinsics)),
    "panoptic": (("{stem}.json", panoptic),),
}


def refuse_existing(folder: Path, stem: str, kind: str = "pose2sim") -> None:
    """ExportError where ``write_calibration`` would find a file of its name or no way in; to be asked before a long work."""
    for name, _ in WRITERS[kind]:
        path = folder / name.format(stem=stem)
        if os.path.lexists(path):
            raise there_already(path)
    there = next(parent for parent in (folder, *folder.absolute().parents) if os.path.lexists(parent))
    if not there.is_dir():
        raise ExportError("Can't write {file}: {reason}.", file=path, reason=Note("{path} is no folder", path=there))
    if not os.access(there, os.W_OK | os.X_OK):
        raise ExportError("Can't write {file}: {reason}.", file=path, reason=os.strerror(errno.EACCES))


def write_calibration(
    cameras: Sequence[Camera], folder: Path, stem: str, kind: str = "pose2sim",
    own: Mapping[str, Mapping[str, int]] | None = None, made_from: str = "",
) -> tuple[Path, ...]:  # fmt: skip
    """Writes a calibration beside what is there; nothing is ever overwritten.

    Args:
        made_from: what it rests on, said in the file on one line.
        stem: the file's name without its ending. kind: of ``WRITERS``. own: see ``pose2sim``, the one kind that has them.

    Raises:
        ExportError: the folder can't be written, or a file of that name is there already.
    """
    paths = []
    for name, text in WRITERS[kind]:
        path = folder / name.format(stem=stem)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ExportError("Can't write {file}: {reason}.", file=path, reason=error.strerror) from error
        try:
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(pose2sim(cameras, own=own, made_from=made_from) if own else text(cameras, made_from))
        except FileExistsError as error:
            raise there_already(path) from error
        except OSError as error:
            raise ExportError("Can't write {file}: {reason}.", file=path, reason=error.strerror) from error
        paths.append(path)
    return tuple(paths)


def there_already(path: Path) -> ExportError:
    """What to say of a new file whose name is taken."""
    return ExportError("{file} is there already and is not overwritten: move it away, or choose another folder.", file=path)


def _list(values: np.ndarray) -> str:
    return "[" + ", ".join(f"{float(v)!r}" for v in values) + "]"


def _rows(matrix: np.ndarray) -> str:
    return "[" + ", ".join(_list(row) for row in matrix) + "]"


def _heading(cameras: Sequence[Camera], made_from: str) -> list[str]:
    said = [f"# {made_from}"] if made_from else []
    return ["%YAML:1.0", "---", *said, "names:", *(f'   - "{key}"' for key in _keys(cameras))]


def _matrix(name: str, values: np.ndarray) -> str:
    """A matrix as OpenCV's FileStorage writes one."""
    rows, cols = values.shape
    data = ", ".join(f"{float(v)!r}" for v in values.ravel())
    return f"{name}: !!opencv-matrix\n   rows: {rows}\n   cols: {cols}\n   dt: d\n   data: [ {data} ]"
