"""CMU Panoptic: ``calibration_<sequence>.json`` of all cameras, and the frames of the HD ones that were downloaded."""

from __future__ import annotations

from pathlib import Path

from modules.core.errors import CalibrationError, Note, SourceError

from ..calibration.formats import visible_files
from ..calibration.panoptic import HD_FPS, read_panoptic
from ..naming import title_of
from .common import Layout, View, calibration_note, frame_files, need_frames


def fits(path: Path) -> bool:
    """hdImgs/ or hdVideos/ beside calibration_*.json."""
    return any((path / name).is_dir() for name in ("hdVideos", "hdImgs")) and bool(_files(path))


def read(path: Path, calibration: str) -> Layout:
    """See ``registry.find_layout``; cameras without frames are no error, as few have all."""
    files = [path / calibration] if calibration else _files(path)
    if len(files) != 1:
        raise CalibrationError("{path} must have one calibration_*.json, it has {count}.", path=path, count=len(files))
    cameras = {camera.name: camera for camera in read_panoptic(files[0])}
    folder = path / "hdImgs"
    frames = frame_files(folder) if folder.is_dir() else []
    if not frames:
        frames = need_frames(path / "hdVideos")
    views = []
    for entry in frames:
        name = title_of(entry).removeprefix("hd_")
        if name not in cameras:
            raise CalibrationError("{file} has no camera for {video}.", file=files[0], video=entry)
        views.append(View(name, entry, cameras[name], f"hd_{name}", HD_FPS))
    seen = {view.name for view in views}
    missing = {
        prefix + name: SourceError("Camera {camera} of {file} has no frames in {path}.", camera=name, file=files[0], path=path)
        for name in cameras
        for prefix in ("", "hd_")
        if name not in seen
    }
    notes = [calibration_note(files[0])]
    if missing:
        notes.append(Note("{found} of {all} calibrated HD cameras have frames here.", found=len(views), all=len(cameras)))
    return Layout("panoptic", tuple(views), tuple(notes), missing, missing_is_error=False)


def _files(path: Path) -> list[Path]:
    return [file for file in visible_files(path) if file.match("calibration_*.json") and not file.is_dir()]
