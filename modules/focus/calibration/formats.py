"""Every calibration format: which files may be one, how it is told from others of the same ending, and its reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from modules.core.errors import CalibrationError, Note
from modules.core.files import told_by_name
from modules.core.geometry import project
from modules.core.types import Camera

from ..naming import natural_key
from .biocv import read_biocv
from .common import Calibrated, check_count, read_bytes, read_json, unique_cameras
from .easymocap import read_easymocap
from .focus_pickle import read_focus_pickle
from .matlab import read_matlab
from .opencap import read_opencap
from .panoptic import is_panoptic, read_panoptic
from .qualisys import read_qualisys
from .theia import is_theia, read_theia
from .toml import holds_cameras, read_toml
from .vicon import read_vicon
from .voxelpose import is_voxelpose, read_voxelpose

#: Two files agree where no point in front of a camera is seen farther apart than this, px, in a frame of 1000 px.
AGREE_PX = 0.5


@dataclass(frozen=True)
class CalibrationFormat:
    """One format.

    Attributes:
        patterns: of file names, in lower case.
        read: file → its cameras; CalibrationError.
        holds: whether a file of such a name is one; may read it.
        per_camera: each file is one camera.
    """

    patterns: tuple[str, ...]
    read: Callable[[Path], tuple[Calibrated, ...]]
    holds: Callable[[Path], bool] = lambda path: True
    per_camera: bool = False


@dataclass(frozen=True, eq=False)
class Calibration:
    """Cameras that belong together.

    Attributes:
        format: its name. files: one, or one a camera.
        cameras: in the file's order; of several files in their names'.
    """

    format: str
    files: tuple[Path, ...]
    cameras: tuple[Calibrated, ...]

    @property
    def path(self) -> Path:
        """The file; the folder of several."""
        return self.files[0] if len(self.files) == 1 else self.files[0].parent


def _is_json(test: Callable[[object], bool]) -> Callable[[Path], bool]:
    def holds(path: Path) -> bool:
        try:
            return test(read_json(path))
        except CalibrationError:
            return path.name.lower().startswith("calib")  # broken, and by its name the calibration: the reader says how

    return holds


def _is_theia_file(path: Path) -> bool:
    return is_theia(_head(path))


def _is_qualisys_file(path: Path) -> bool:
    return path.name.lower().endswith(".qca.txt") or "<fov_video" in _head(path)


def _head(path: Path) -> str:
    """The text of a file as far as it can be told, for a look at what it is."""
    return read_bytes(path).replace(b"\0", b"").decode("latin-1")


#: Format's name → the format; the names are those of ``core.formats.CALIBRATION_FORMATS``. The first that fits is taken.
FORMATS: Mapping[str, CalibrationFormat] = {
    "theia": CalibrationFormat(("*.xml", "*.txt"), read_theia, _is_theia_file),
    "qualisys": CalibrationFormat(("*.qca.txt", "*.xml", "*.txt"), read_qualisys, _is_qualisys_file),
    "toml": CalibrationFormat(("*.toml",), read_toml, holds_cameras),
    "vicon": CalibrationFormat(("*.xcp",), read_vicon),
    "panoptic": CalibrationFormat(("*.json",), lambda path: read_panoptic(path, kind=None), _is_json(is_panoptic)),
    "voxelpose": CalibrationFormat(("*.json",), read_voxelpose, _is_json(is_voxelpose)),
    "easymocap": CalibrationFormat(("extri.yml", "extri.yaml"), read_easymocap),
    "opencap": CalibrationFormat(
        ("*.pickle", "*.pkl"), read_opencap, lambda path: b"intrinsicMat" in read_bytes(path), per_camera=True
    ),
    "focus": CalibrationFormat(("*.pkl", "*.pickle"), read_focus_pickle, per_camera=True),
    "matlab": CalibrationFormat(("*.mat",), read_matlab, per_camera=True),
    "biocv": CalibrationFormat(("*.calib",), read_biocv, per_camera=True),
}


def expected_files() -> str:
    """Names of all files that may be a calibration, as an error lists them."""
    patterns = list(dict.fromkeys(pattern for format in FORMATS.values() for pattern in format.patterns))
    return f"{', '.join(patterns[:-1])} or {patterns[-1]}"


def visible_files(folder: Path) -> list[Path]:
    """What is directly in a folder, in natural order, without dot files and the ``._`` files that macOS adds."""
    return sorted((entry for entry in folder.iterdir() if not entry.name.startswith(".")), key=lambda e: natural_key(e.name))


def find_calibrations(folders: Sequence[Path]) -> list[Calibration]:
    """All calibrations directly in the folders, in the order of folders and names; files of other kinds are passed over.

    Raises:
        CalibrationError: a file that by its name is a calibration can't be read as one.
    """
    found: list[Calibration] = []
    for folder in dict.fromkeys(folders):
        if not folder.is_dir():
            continue
        single: dict[str, list[Path]] = {}
        for file in visible_files(folder):
            name = None if file.is_dir() else _format_of(file)
            if name is None:
                continue
            if FORMATS[name].per_camera:
                single.setdefault(name, []).append(file)
            else:
                found.append(Calibration(name, (file,), _read(name, file)))
        for name, files in single.items():
            check_count(len(files), folder)
            cameras = [camera for file in files for camera in _read(name, file)]
            found.append(Calibration(name, tuple(files), unique_cameras(cameras, folder)))
    return found


def read_calibration(path: Path) -> Calibration:
    """One file, or all files of one folder; CalibrationError if it is none."""
    if path.is_dir():
        return only_one(find_calibrations([path]), path)
    name = _format_of(path)
    if name is None:
        read_bytes(path)
        raise CalibrationError("{file} is no calibration that is known.", file=path)
    return Calibration(name, (path,), _read(name, path))


def _read(name: str, file: Path) -> tuple[Calibrated, ...]:
    with told_by_name(file, CalibrationError, cv2.error):
        return FORMATS[name].read(file)


def only_one(found: Sequence[Calibration], path: Path) -> Calibration:
    """The calibration to use of those that a recording has: the first, if the others agree with it.

    Raises:
        CalibrationError: there is none, or two that disagree, with their difference.
    """
    if not found:
        raise CalibrationError("{path} has no calibration file that is known; see the README for a list.", path=path)
    first, *others = found
    for other in others:
        difference = compare(first, other)
        if difference is not None:
            raise CalibrationError(
                "{file} and {other} disagree: {difference}. Leave only the one that belongs to the videos, or name it in "
                "SOURCE.CALIBRATION.",
                file=first.path, other=other.path, difference=difference,
            )  # fmt: skip
    return first


def compare(first: Calibration, second: Calibration) -> Note | None:
    """By how much two calibrations of a rig differ, worst camera first; None if they agree."""
    theirs = {_key(camera.name): camera for camera in second.cameras}
    pairs = [(mine, theirs[_key(mine.name)]) for mine in first.cameras if _key(mine.name) in theirs]
    if not pairs:
        return Note("they have no camera in common")
    apart = [_apart_px(mine.camera, other.camera) for mine, other in pairs]
    worst = int(np.argmax(apart))
    if apart[worst] <= AGREE_PX and len(pairs) == len(first.cameras) == len(second.cameras):
        return None
    if apart[worst] <= AGREE_PX:
        return Note("one has {count} cameras, the other {other}", count=len(first.cameras), other=len(second.cameras))
    mine, other = pairs[worst][0].camera, pairs[worst][1].camera
    return Note(
        "camera {camera} stands {distance:.0f} mm apart and sees a point up to {apart:.0f} px apart",
        camera=mine.name,
        distance=float(np.linalg.norm(mine.center_world_mm - other.center_world_mm)),
        apart=min(apart[worst], 1e6),
    )


def _key(name: str) -> tuple[object, ...]:
    return tuple(part for entry in natural_key(name) for part in entry)


def _apart_px(mine: Camera, other: Camera) -> float:
    """How far apart at most two cameras see points in front of the first, px of a frame 1000 px wide."""
    across, down = np.meshgrid(*[np.linspace(-0.3, 0.3, 5)] * 2)
    rays = np.stack([across, down, np.ones_like(across)], -1).reshape(-1, 3)
    points = (rays[:, None] * np.array([1500.0, 4000.0])[:, None]).reshape(-1, 3) @ mine.R_world_to_cam + mine.center_world_mm
    seen, _ = project(points, mine)
    seen_too, ahead = project(points, other)
    zoom = 1000.0 / max(2 * mine.cx, 1.0)
    return float(np.abs(seen - seen_too).max() * zoom) if ahead.all() else np.inf


def _format_of(file: Path) -> str | None:
    name = file.name.lower()
    for key, format in FORMATS.items():
        if any(Path(name).match(pattern) for pattern in format.patterns) and format.holds(file):
            return key
    return None
