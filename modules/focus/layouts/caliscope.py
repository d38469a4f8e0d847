"""Caliscope: a project with ``camera_array.toml`` and ``recordings/NAME/port_0.mp4`` or ``cam_0.mp4`` …

Newer projects keep the array with the capture volume, under ``calibration/extrinsic/``. A recording's folder may be opened by
itself: its project lies above.
"""

from __future__ import annotations

from pathlib import Path

from modules.core.errors import CalibrationError

from ..calibration.formats import Calibration, only_one, read_calibration, visible_files
from .common import Layout, calibration_of, frame_files, need_frames, paired, several_trials, subfolder

ARRAY = "camera_array.toml"


def fits(path: Path) -> bool:
    """A project's root, or a recording inside one."""
    return _project(path) is not None


def read(path: Path, calibration: str) -> Layout:
    """See ``registry.find_layout``; a project of one recording is that recording."""
    project = _project(path) or path
    recording = path
    if path == project:
        folder = subfolder(project, "recordings")
        found = [entry for entry in visible_files(folder) if entry.is_dir() and frame_files(entry)] if folder else []
        if len(found) > 1:
            raise several_trials(path, found)
        recording = found[0] if found else project / "recordings"
    frames = need_frames(recording)
    return paired("caliscope", frames, calibration_of(path, (), calibration) if calibration else _array(project))


def _project(path: Path) -> Path | None:
    """The project that a folder is, or that a recording lies in."""
    if _arrays(path):
        return path
    above = path.absolute().parent
    return above.parent if above.name == "recordings" and _arrays(above.parent) else None


def _arrays(project: Path) -> list[Path]:
    """camera_array.toml in a project: in the root, else with the capture volumes."""
    if (project / ARRAY).is_file():
        return [project / ARRAY]
    extrinsic = project / "calibration" / "extrinsic"
    if not extrinsic.is_dir():
        return []
    found = [extrinsic / ARRAY, *(entry / ARRAY for entry in visible_files(extrinsic))]
    found += [entry / "capture_volume" / ARRAY for entry in (extrinsic, *visible_files(extrinsic))]
    return [file for file in found if file.is_file()]


def _array(project: Path) -> Calibration:
    arrays = _arrays(project)
    if not arrays:
        raise CalibrationError("{path} has no calibration file; expected {patterns}.", path=project, patterns=ARRAY)
    return only_one([read_calibration(file) for file in arrays], project)
