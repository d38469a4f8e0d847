"""The layouts of recording folders that are known, and which of them a folder has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from modules.core.errors import CalibrationError, SourceError
from modules.core.files import exists
from modules.core.formats import RECORDING_FORMATS

from ..calibration.formats import visible_files
from ..video import VIDEO_SUFFIXES
from . import caliscope, focus, folder, freemocap, opencap, panoptic, pose2sim
from .common import MOST_NAMED, Layout, subfolder


@dataclass(frozen=True)
class LayoutFormat:
    """One layout.

    Attributes:
        fits: whether a folder looks like it; reads no file.
        read: (folder, SOURCE.CALIBRATION) → layout; SourceError, CalibrationError.
    """

    fits: Callable[[Path], bool]
    read: Callable[[Path, str], Layout]


#: Format's name → layout, in the order in which a folder is tried; the names are those of ``core.formats.RECORDING_FORMATS``.
LAYOUTS: Mapping[str, LayoutFormat] = {
    name: LayoutFormat(module.fits, module.read)
    for name, module in (
        ("panoptic", panoptic), ("focus", focus), ("freemocap", freemocap), ("caliscope", caliscope), ("opencap", opencap),
        ("pose2sim", pose2sim), ("folder", folder),
    )
}  # fmt: skip


#: Folders that are looked at for recordings, in a folder that is none.
MOST_LOOKED_AT = 500
#: What this program writes into a folder of results.
RESULTS = ("take-*.sqlite", "poses.jsonl")


def find_layout(path: Path, format: str, calibration: str = "") -> Layout:
    """Reads a folder as the named format, or as the one it looks like ("auto").

    Args:
        calibration: the calibration file to use, from the folder; empty: the one that is found.

    Raises:
        SourceError: not a folder, an empty one, an unknown format, or a layout that is not known.
        CalibrationError: the calibration is missing or malformed.
    """
    if not exists(path):
        raise SourceError("{path} is not there.", path=path)
    if path.suffix.lower() in VIDEO_SUFFIXES and not path.is_dir():
        raise SourceError("{path} is one video; a recording is the folder with all of its videos and a calibration.", path=path)
    if not path.is_dir():
        raise SourceError("{path} is not a folder; a recording is a folder of videos with a calibration.", path=path)
    if format not in ("auto", *LAYOUTS):
        raise SourceError("Unknown recording format {format}; known are {known}.", format=format, known=", ".join(LAYOUTS))
    try:
        return LAYOUTS[_recognise(path) if format == "auto" else format].read(path, calibration)
    except OSError as error:
        raise SourceError("Can't read {file}: {reason}.", file=error.filename or path, reason=error.strerror) from error


def _recognise(path: Path) -> str:
    if not any(path.iterdir()):
        raise SourceError("The folder {path} is empty.", path=path)
    for name, layout in LAYOUTS.items():
        if layout.fits(path):
            return name
    if any(subfolder(path, name) for name in ("hdVideos", "hdImgs")):
        raise CalibrationError(
            "{path} has no calibration: expected calibration_*.json (Panoptic) or calibration/camera*.pkl (FOCUS).",
            path=path,
        )
    results = next((file for kind in RESULTS for file in sorted(path.glob(kind))), None)
    if results is not None:
        raise SourceError("{path} holds results, not a recording. To look at them, open {file}.", path=path, file=results.name)
    below = _recordings_in(path)
    if below:
        raise SourceError(
            "{path} is no recording itself, it holds {names}: open one recording's folder.",
            path=path, names=", ".join(str(entry) for entry in below[:MOST_NAMED]),
        )  # fmt: skip
    layouts = "; ".join(RECORDING_FORMATS.values())
    raise SourceError("{path} is not a recording that is known. Known layouts – {layouts}.", path=path, layouts=layouts)


def _recordings_in(path: Path) -> list[Path]:
    """Folders directly in a folder that look like recordings, in natural order; of very many the first are looked at."""
    folders = [entry for entry in visible_files(path) if entry.is_dir()][:MOST_LOOKED_AT]
    return [entry for entry in folders if _looks_like_one(entry)]


def _looks_like_one(folder: Path) -> bool:
    try:
        return any(layout.fits(folder) for layout in LAYOUTS.values())
    except (SourceError, OSError):  # nobody asked for this one
        return False
