"""FOCUS: ``hdVideos/hd_00_01.mp4`` … and ``calibration/camera1.pkl`` …, paired by number; either may count from 0."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from modules.core.errors import CalibrationError, Note, SourceError

from ..calibration.focus_pickle import read_focus_pickle
from ..calibration.formats import visible_files
from ..naming import camera_number, shared_numbers, title_of
from .common import Layout, View, calibration_note, need_frames, without_video


def fits(path: Path) -> bool:
    """hdVideos/ beside calibration/."""
    return (path / "hdVideos").is_dir() and (path / "calibration").is_dir()


def read(path: Path, calibration: str) -> Layout:
    """See ``registry.find_layout``."""
    videos = need_frames(path / "hdVideos")
    folder = path / (calibration or "calibration")
    pickles = [file for file in visible_files(folder) if file.suffix == ".pkl"] if folder.is_dir() else []
    if not pickles:
        raise CalibrationError("{path} has no camera*.pkl.", path=folder)
    video_of = _by_number(videos)
    pickle_of = _by_number(pickles)
    shift = shared_numbers(set(video_of), set(pickle_of))
    missing: dict[str, SourceError] = {}
    views = []
    for number, video in sorted(video_of.items()):
        name = title_of(video)
        if number + shift in pickle_of:
            camera = read_focus_pickle(pickle_of[number + shift], name)[0]
            views.append(View(name, video, camera, name.removeprefix("hd_")))
        else:
            missing[name] = CalibrationError(
                "The calibration of {video} is missing: {path} has no camera{number}.pkl.",
                video=video,
                path=folder,
                number=number,
            )
    without = [title_of(file) for number, file in sorted(pickle_of.items()) if number - shift not in video_of]
    missing |= dict.fromkeys(without, without_video(without, folder, path / "hdVideos"))
    notes = [calibration_note(folder)]
    if shift:
        notes.append(
            Note(
                "Videos are numbered from {video}, calibrations from {calibration}; paired in order.",
                video=min(video_of),
                calibration=min(pickle_of),
            )
        )
    return Layout("focus", tuple(views), tuple(notes), missing)


def _by_number(files: Sequence[Path]) -> dict[int, Path]:
    """Files by the camera number that ends their names."""
    found: dict[int, Path] = {}
    for file in files:
        number = camera_number(title_of(file))
        if number is None or number in found:
            raise SourceError("{file}: the name must end in the camera's number, each number once.", file=file)
        found[number] = file
    return found
