"""The layouts of recording folders that are known: which files are one camera's frames, and which its calibration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from modules.core.errors import CalibrationError, Note, SourceError
from modules.core.types import Camera

from .calibration.focus_pickle import read_focus_pickle
from .calibration.panoptic import HD_FPS, read_panoptic
from .calibration.qualisys import read_qualisys
from .calibration.toml import holds_cameras, read_toml
from .clips import Clip
from .images import ImageClip, has_images
from .naming import camera_number, natural_key, pair_names, shared_numbers
from .video import VIDEO_SUFFIXES, VideoClip

KNOWN_LAYOUTS = (
    "pose2sim: videos/ and calibration/*.qca.txt or *.toml; "
    "panoptic: calibration_*.json and hdImgs/ or hdVideos/; "
    "focus: hdVideos/ and calibration/camera*.pkl; "
    "folder: videos or image folders and a .toml"
)


@dataclass(frozen=True)
class View:
    """One camera of a recording.

    Attributes:
        name: its name. other_name: a name that is understood as well.
        frames: the video file, or the folder of images.
        read_camera: (width, height) of the frames, px → its calibration; CalibrationError if there is none.
        image_fps: frames per second where the frames are images.
    """

    name: str
    frames: Path
    read_camera: Callable[[tuple[int, int]], Camera]
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


def find_layout(path: Path, format: str) -> Layout:
    """Reads a folder as the named format, or as the one it looks like ("auto").

    Raises:
        SourceError: not a folder, an empty one, an unknown format, or a layout that is not known.
        CalibrationError: the calibration is missing or malformed.
    """
    if not path.is_dir():
        raise SourceError("{path} is not a folder; a recording is a folder of videos with a calibration.", path=path)
    if format not in ("auto", *_READERS):
        raise SourceError("Unknown recording format {format}; known are {known}.", format=format, known=", ".join(_READERS))
    try:
        return _READERS[_recognise(path) if format == "auto" else format](path)
    except OSError as error:
        raise SourceError("Can't read {file}: {reason}.", file=error.filename or path, reason=error.strerror) from error


def _recognise(path: Path) -> str:
    if not any(path.iterdir()):
        raise SourceError("The folder {path} is empty.", path=path)
    hd = any((path / name).is_dir() for name in ("hdVideos", "hdImgs"))
    if hd and any(path.glob("calibration_*.json")):
        return "panoptic"
    if (path / "hdVideos").is_dir() and (path / "calibration").is_dir():
        return "focus"
    if hd:
        raise CalibrationError(
            "{path} has no calibration: expected calibration_*.json (Panoptic) or calibration/camera*.pkl (FOCUS).",
            path=path,
        )
    if (path / "videos").is_dir():
        return "pose2sim"
    if _frame_files(path):
        return "folder"
    raise SourceError("{path} is not a recording that is known. Known layouts – {layouts}.", path=path, layouts=KNOWN_LAYOUTS)


def _frame_files(folder: Path) -> list[Path]:
    """Videos and image folders directly in a folder, in natural order."""
    if not folder.is_dir():
        raise SourceError("The folder {path} is missing.", path=folder)
    found = [
        entry
        for entry in folder.iterdir()
        if (entry.is_file() and entry.suffix.lower() in VIDEO_SUFFIXES) or (entry.is_dir() and has_images(entry))
    ]
    return sorted(found, key=lambda entry: natural_key(entry.name))


def _need_frames(folder: Path) -> list[Path]:
    found = _frame_files(folder)
    if not found:
        raise SourceError("The folder {path} holds neither videos nor image folders.", path=folder)
    return found


def _read_pose2sim(path: Path) -> Layout:
    folders = [path / "calibration", path]
    return _paired("pose2sim", _need_frames(path / "videos"), _calibration_file(path, folders, ("*.qca.txt", "*.toml")))


def _read_folder(path: Path) -> Layout:
    return _paired("folder", _need_frames(path), _calibration_file(path, [path, path / "calibration"], ("*.toml", "*.qca.txt")))


def _calibration_file(path: Path, folders: Sequence[Path], patterns: Sequence[str]) -> Path:
    """The one calibration file in the first of the folders that has any; other settings in TOML are passed over."""
    refused: list[Path] = []
    for folder in folders:
        for pattern in patterns:
            files = sorted(folder.glob(pattern))
            fitting = [file for file in files if file.suffix != ".toml" or holds_cameras(file)]
            refused += [file for file in files if file not in fitting]
            if len(fitting) > 1:
                raise CalibrationError(
                    "{path} has several calibration files ({names}); leave only the one that belongs to the videos.",
                    path=folder,
                    names=", ".join(file.name for file in fitting),
                )
            if fitting:
                return fitting[0]
    if refused:
        raise CalibrationError("{file} describes no camera, and there is no other calibration file.", file=refused[0])
    raise CalibrationError("{path} has no calibration file; expected {patterns}.", path=path, patterns=" or ".join(patterns))


def _paired(format: str, frames: Sequence[Path], file: Path) -> Layout:
    """Views by pairing the names of videos and of the cameras in one calibration file, in the file's order."""
    cameras = read_qualisys(file) if file.suffix != ".toml" else read_toml(file)
    pairs = pair_names([camera.name for camera in cameras], [entry.name if entry.is_dir() else entry.stem for entry in frames])
    missing: dict[str, SourceError] = {}
    views = []
    for camera, place in zip(cameras, pairs, strict=True):
        if place is None:
            missing[camera.name] = SourceError(
                "Camera {camera} of {file} has no video in {path}; add it, or name the cameras to use in SOURCE.CAMERAS.",
                camera=camera.name,
                file=file,
                path=frames[0].parent,
            )
        else:
            views.append(View(camera.name, frames[place], _known(camera), frames[place].stem))
    for place, entry in enumerate(frames):
        if place not in pairs:
            missing[entry.stem] = CalibrationError("{file} has no camera for {video}.", file=file, video=entry)
    return Layout(format, tuple(views), missing=missing)


def _known(camera: Camera) -> Callable[[tuple[int, int]], Camera]:
    return lambda size_px: camera


def _read_panoptic(path: Path) -> Layout:
    files = sorted(path.glob("calibration_*.json"))
    if len(files) != 1:
        raise CalibrationError("{path} must have one calibration_*.json, it has {count}.", path=path, count=len(files))
    cameras = {camera.name: camera for camera in read_panoptic(files[0])}
    folder = path / "hdImgs"
    frames = _frame_files(folder) if folder.is_dir() else []
    if not frames:
        frames = _need_frames(path / "hdVideos")
    views = []
    for entry in frames:
        name = (entry.name if entry.is_dir() else entry.stem).removeprefix("hd_")
        if name not in cameras:
            raise CalibrationError("{file} has no camera for {video}.", file=files[0], video=entry)
        views.append(View(name, entry, _known(cameras[name]), f"hd_{name}", HD_FPS))
    seen = {view.name for view in views}
    missing = {
        prefix + name: SourceError("Camera {camera} of {file} has no frames in {path}.", camera=name, file=files[0], path=path)
        for name in cameras
        for prefix in ("", "hd_")
        if name not in seen
    }
    note = Note("{found} of {all} calibrated HD cameras have frames here.", found=len(views), all=len(cameras))
    return Layout("panoptic", tuple(views), (note,) if missing else (), missing, missing_is_error=False)


def _read_focus(path: Path) -> Layout:
    videos = _need_frames(path / "hdVideos")
    folder = path / "calibration"
    pickles = sorted(folder.glob("*.pkl"), key=lambda entry: natural_key(entry.name)) if folder.is_dir() else []
    if not pickles:
        raise CalibrationError("{path} has no camera*.pkl.", path=folder)
    video_of = _by_number(videos)
    pickle_of = _by_number(pickles)
    shift = shared_numbers(set(video_of), set(pickle_of))
    missing: dict[str, SourceError] = {}
    views = []
    for number, video in sorted(video_of.items()):
        name = video.name if video.is_dir() else video.stem
        if number + shift in pickle_of:
            views.append(View(name, video, _focus_camera(pickle_of[number + shift], name), name.removeprefix("hd_")))
        else:
            missing[name] = CalibrationError(
                "The calibration of {video} is missing: {path} has no camera{number}.pkl.",
                video=video,
                path=folder,
                number=number,
            )
    for number, file in sorted(pickle_of.items()):
        if number - shift not in video_of:
            missing[file.stem] = SourceError(
                "Camera {file} has no video in {path}; add it, or name the cameras to use in SOURCE.CAMERAS.",
                file=file,
                path=path / "hdVideos",
            )
    note = Note(
        "Videos are numbered from {video}, calibrations from {calibration}; paired in order.",
        video=min(video_of),
        calibration=min(pickle_of),
    )
    return Layout("focus", tuple(views), (note,) if shift else (), missing)


def _focus_camera(file: Path, name: str) -> Callable[[tuple[int, int]], Camera]:
    return lambda size_px: read_focus_pickle(file, name, size_px)


def _by_number(files: Sequence[Path]) -> dict[int, Path]:
    """Files by the camera number that ends their names."""
    found: dict[int, Path] = {}
    for file in files:
        number = camera_number(file.name if file.is_dir() else file.stem)
        if number is None or number in found:
            raise SourceError("{file}: the name must end in the camera's number, each number once.", file=file)
        found[number] = file
    return found


_READERS: dict[str, Callable[[Path], Layout]] = {
    "focus": _read_focus,
    "panoptic": _read_panoptic,
    "pose2sim": _read_pose2sim,
    "folder": _read_folder,
}
