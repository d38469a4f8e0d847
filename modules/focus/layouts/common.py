"""What the layouts share: finding frames, pairing them with cameras, and the value they hand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from modules.core.errors import CalibrationError, Note, SourceError

from ..calibration.common import MAX_CAMERAS, Calibrated
from ..calibration.formats import Calibration, find_calibrations, only_one, read_calibration, visible_files
from ..clips import Clip
from ..images import ImageClip, has_images
from ..naming import name_parts, natural_key, pair_names, title_of
from ..own_results import is_own_result, is_results
from ..video import VIDEO_SUFFIXES, VideoClip

#: Files that one sentence names.
MOST_NAMED = 20


@dataclass(frozen=True, eq=False)
class View:
    """One camera of a recording.

    Attributes:
        name: its name. other_name: a name that is understood as well.
        frames: the video file, or the folder of images.
        calibrated: the camera as its file describes it.
        image_fps: frames per second where the frames are images.
    """

    name: str
    frames: Path
    calibrated: Calibrated
    other_name: str = ""
    image_fps: float = float("nan")

    def open_clip(self) -> Clip:
        """Opens the frames; SourceError if they can't be decoded."""
        return ImageClip(self.frames, self.image_fps) if self.frames.is_dir() else VideoClip(self.frames)


@dataclass(frozen=True)
class Layout:
    """A recording folder that was understood.

    Attributes:
        format: the format's name.
        views: cameras with frames and calibration, in order.
        notes: sentences for the user.
        missing: camera name → why it can't be used (no frames, or no calibration).
        missing_is_error: whether a missing camera is an error even where nobody asked for it by name.
    """

    format: str
    views: tuple[View, ...]
    notes: tuple[Note, ...] = ()
    missing: Mapping[str, SourceError] = field(default_factory=dict)
    missing_is_error: bool = True

    def select(self, names: Sequence[str], path: Path) -> list[View]:
        """The views with these names in this order, all if there are none; SourceError for a name that can't be used."""
        if not names:
            if self.missing and (self.missing_is_error or not self.views):
                raise next(iter(self.missing.values()))
            return list(self.views)
        chosen = [self.find(name, path) for name in names]
        for name, view in zip(names, chosen, strict=True):
            if chosen.count(view) > 1:
                raise SourceError("Camera {camera} is named twice.", camera=name)
        return chosen

    def find(self, name: str, path: Path) -> View:
        """The view of this name; SourceError if there is none."""
        for view in self.views:
            if name in (view.name, view.other_name):
                return view
        if name in self.missing:
            raise self.missing[name]
        known = ", ".join(view.name for view in self.views)
        raise SourceError("{path} has no camera {camera}; its cameras are {known}.", path=path, camera=name, known=known)


def subfolder(path: Path, name: str) -> Path | None:
    """A folder's subfolder of this name, whatever its case; None if there is none."""
    exact = path / name
    if exact.is_dir():
        return exact
    return next((entry for entry in visible_files(path) if entry.name.casefold() == name.casefold() and entry.is_dir()), None)


def frame_files(folder: Path) -> list[Path]:
    """Videos and image folders directly in a folder, in natural order; dot files and this program's results are passed over."""
    if not folder.is_dir():
        raise SourceError("The folder {path} is missing.", path=folder)
    found = []
    for entry in visible_files(folder):
        if entry.is_dir():
            if not is_results(entry) and has_images(entry):
                found.append(entry)
            elif entry.suffix.lower() in VIDEO_SUFFIXES:
                raise SourceError("{file} is a folder, not a video.", file=entry)
        elif entry.suffix.lower() in VIDEO_SUFFIXES and not is_own_result(entry):
            found.append(entry)  # what is no regular file is refused by its name when it is opened
        if len(found) > MAX_CAMERAS:
            raise SourceError("The folder {path} holds more than {count} videos.", path=folder, count=MAX_CAMERAS)
    return found


def need_frames(folder: Path) -> list[Path]:
    """As ``frame_files``; SourceError if there are none."""
    found = frame_files(folder)
    if not found:
        raise SourceError("The folder {path} holds neither videos nor image folders.", path=folder)
    return found


def several_trials(path: Path, trials: Sequence[Path]) -> SourceError:
    """The error for a session that holds several recordings."""
    names = ", ".join(str(trial.relative_to(path)) for trial in trials[:20])
    return SourceError("{path} holds several recordings ({names}); open one of them.", path=path, names=names)


def calibration_of(path: Path, folders: Sequence[Path], chosen: str) -> Calibration:
    """The calibration to use: the one that is named, or the only one in the folders; see ``only_one``."""
    if chosen:
        return read_calibration(path / chosen)
    return only_one(find_calibrations(folders), path)


def paired(
    format: str,
    frames: Sequence[Path],
    calibration: Calibration,
    names: Sequence[str] | None = None,
    missing_is_error: bool = True,
    image_fps: float = float("nan"),
) -> Layout:
    """Views by pairing the names of videos and of cameras, in the calibration's order.

    Args:
        names: of the cameras that the frames belong to; None: the files' own.
    """
    file, cameras = calibration.path, calibration.cameras
    titles = list(names) if names is not None else [title_of(entry) for entry in frames]
    pairs, shift = pair_names([camera.name for camera in cameras], titles)
    left_over = [entry for place, entry in enumerate(frames) if place not in pairs]
    without = [camera.name for camera, place in zip(cameras, pairs, strict=True) if place is None]
    missing = dict.fromkeys(without, without_video(without, file, frames[0].parent, left_over))
    views = [
        View(camera.name, frames[place], camera, titles[place], image_fps)
        for camera, place in zip(cameras, pairs, strict=True)
        if place is not None
    ]
    for place in range(len(frames)):
        if place in pairs:
            continue
        same = [frames[n] for n, title in enumerate(titles) if name_parts(title) == name_parts(titles[place])]
        if len(same) > 1:
            error: SourceError = of_one_name(same)
            missing |= {camera.name: error for camera in cameras if name_parts(camera.name) == name_parts(titles[place])}
        else:
            error = CalibrationError(
                "{file} has no camera for {videos}: give a camera and its video one name, take what is not used away, or name "
                "the cameras to use in SOURCE.CAMERAS.",
                file=file, videos=_listed(left_over),
            )  # fmt: skip
        missing[titles[place]] = error
    notes = [calibration_note(file)]
    if shift:
        notes.append(
            Note(
                "Videos are numbered from {video}, calibrations from {calibration}; paired in order.",
                video=0 if shift > 0 else 1,
                calibration=1 if shift > 0 else 0,
            )
        )
    return Layout(format, tuple(views), tuple(notes), missing, missing_is_error)


def without_video(cameras: Sequence[str], file: Path, folder: Path, left_over: Sequence[Path] = ()) -> SourceError:
    """The error for cameras that no video fits; with the videos that fit no camera, for they may be theirs."""
    values = {"camera": ", ".join(cameras), "file": file, "path": folder}
    if left_over:
        return SourceError(
            "No video in {path} fits camera {camera} of {file}, and {names} fits no camera: give a camera and its video one "
            "name, or name the cameras to use in SOURCE.CAMERAS.",
            names=_listed(left_over), **values,
        )  # fmt: skip
    if len(cameras) > 1:
        return SourceError(
            "Cameras {camera} of {file} have no video in {path}; add them, or name the cameras to use in SOURCE.CAMERAS.",
            **values,
        )
    return SourceError(
        "Camera {camera} of {file} has no video in {path}; add it, or name the cameras to use in SOURCE.CAMERAS.", **values
    )


def _listed(files: Sequence[Path]) -> str:
    """Names of files, of a very long list the first."""
    return ", ".join([*(file.name for file in files[:MOST_NAMED]), *("…" for _ in files[MOST_NAMED : MOST_NAMED + 1])])


def of_one_name(same: Sequence[Path]) -> SourceError:
    """The error for videos that only their folders, their endings, or the case of letters, tell apart."""
    if len({file.parent for file in same}) > 1:
        return SourceError(
            "These videos have one name, and cameras are called like their videos: {files}. Give each camera's a name of its "
            "own.",
            files=", ".join(map(str, same[:MOST_NAMED])),
        )  # fmt: skip
    return SourceError(
        "{path} has more than one video of a camera, {names}: leave the one that belongs to the recording there and put the "
        "others elsewhere.",
        path=same[0].parent, names=", ".join(entry.name for entry in same[:5]),
    )  # fmt: skip


def calibration_note(file: Path) -> Note:
    """The sentence that names the calibration in use."""
    return Note("The calibration is {file}.", file=f"{file.parent.name}/{file.name}")


def natural(paths: Sequence[Path]) -> list[Path]:
    """Paths in the natural order of their names."""
    return sorted(paths, key=lambda entry: natural_key(str(entry)))
