"""OpenCap: ``Videos/Cam0/InputMedia/TRIAL/TRIAL.mov`` and ``Videos/Cam0/cameraIntrinsicsExtrinsics.pickle`` for each camera."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from modules.core.errors import CalibrationError, SourceError

from ..calibration.common import unique_cameras
from ..calibration.formats import Calibration, visible_files
from ..calibration.opencap import read_opencap
from ..video import VIDEO_SUFFIXES
from .common import Layout, natural, paired, several_trials, subfolder

MEDIA = "InputMedia"
#: Trials that every session has beside those that are looked at.
POSING = ("calibration", "neutral")


def fits(path: Path) -> bool:
    """A session's root, its Videos/, or one trial (``Videos/Cam0/InputMedia/TRIAL``)."""
    return path.absolute().parent.name == MEDIA or bool(_cameras(path))


def read(path: Path, calibration: str) -> Layout:
    """See ``registry.find_layout``; of several trials one is opened by its folder in any camera's media."""
    wanted = path.name if path.absolute().parent.name == MEDIA else None
    cameras = _cameras(path.absolute().parents[2] if wanted else path)
    if calibration:
        raise CalibrationError("{path}: OpenCap keeps a calibration in each camera's folder.", path=path)
    if not cameras:
        raise SourceError("The folder {path} holds neither videos nor image folders.", path=path)
    every = _trials(cameras)
    trials = {name: files for name, files in every.items() if name == wanted or (not wanted and name.casefold() not in POSING)}
    trials = trials or every
    if len(trials) > 1:
        first = cameras[0]
        raise several_trials(path, [first / MEDIA / name for name in trials])
    if not trials:
        raise SourceError("The folder {path} holds neither videos nor image folders.", path=path)
    ((_, videos),) = trials.items()
    pickles = [next(_pickles(camera), None) for camera in cameras]
    files = tuple(file for file in pickles if file is not None)
    if not files:
        raise CalibrationError("{path} has no calibration file; expected {patterns}.", path=path,
                               patterns="cameraIntrinsicsExtrinsics.pickle")  # fmt: skip
    found = [read_opencap(file, file.parent.name)[0] for file in files]
    calibrated = Calibration("opencap", files, unique_cameras(found, path))
    return paired("opencap", list(videos.values()), calibrated, list(videos))


def _cameras(path: Path) -> list[Path]:
    """Folders of cameras with their media."""
    videos = subfolder(path, "Videos") or path
    return [entry for entry in visible_files(videos) if entry.is_dir() and (entry / MEDIA).is_dir()]


def _trials(cameras: list[Path]) -> Mapping[str, dict[str, Path]]:
    """Trial → camera's name → its video; a trial's opened folder alone where it is one."""
    found: dict[str, dict[str, Path]] = {}
    for camera in cameras:
        for trial in visible_files(camera / MEDIA):
            files = [trial] if trial.is_file() else visible_files(trial) if trial.is_dir() else []
            videos = natural([file for file in files if file.is_file() and file.suffix.lower() in VIDEO_SUFFIXES])
            plain = [file for file in videos if "sync" not in file.stem.casefold()] or videos
            if plain:
                found.setdefault(trial.stem if trial.is_file() else trial.name, {})[camera.name] = plain[0]
    return found


def _pickles(camera: Path) -> Iterator[Path]:
    return (file for file in visible_files(camera) if file.suffix in (".pickle", ".pkl"))
