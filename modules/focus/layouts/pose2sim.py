"""Pose2Sim: ``videos/`` and ``calibration/`` (also with capitals), in one folder; or trials below a session's calibration."""

from __future__ import annotations

from pathlib import Path

from modules.core.errors import CalibrationError

from ..calibration.formats import expected_files, find_calibrations, only_one, visible_files
from .common import Layout, calibration_of, need_frames, paired, several_trials, subfolder

#: How many folders above a trial may hold its calibration: participant, session.
LEVELS_ABOVE = 2


def fits(path: Path) -> bool:
    """videos/ in the folder, or in folders below one with calibration/."""
    return subfolder(path, "videos") is not None or (subfolder(path, "calibration") is not None and bool(trials(path)))


def read(path: Path, calibration: str) -> Layout:
    """See ``registry.find_layout``; a session of one trial is that trial."""
    trial = path
    if subfolder(path, "videos") is None:
        below = trials(path)
        if len(below) > 1:
            raise several_trials(path, below)
        trial = below[0] if below else path
    frames = need_frames(subfolder(trial, "videos") or trial / "videos")
    if calibration:
        return paired("pose2sim", frames, calibration_of(path, (), calibration))
    above = [trial, *list(trial.absolute().parents)[:LEVELS_ABOVE]]
    for folder in above:
        own = subfolder(folder, "calibration")
        # a session's root may hold anything: only the trial's own is looked through
        folders = ([own] if own else []) + ([folder] if folder == trial else [])
        found = find_calibrations(folders)
        if found:
            return paired("pose2sim", frames, only_one(found, trial))
    raise CalibrationError("{path} has no calibration file; expected {patterns}.", path=path, patterns=expected_files())


def trials(path: Path) -> list[Path]:
    """Folders with videos/ up to two levels below a session."""
    found = []
    for entry in visible_files(path)[:500]:
        if entry.is_dir() and not entry.is_symlink():
            found += [entry] if subfolder(entry, "videos") else [e for e in visible_files(entry)[:500] if _has_videos(e)]
    return found


def _has_videos(entry: Path) -> bool:
    return entry.is_dir() and not entry.is_symlink() and subfolder(entry, "videos") is not None
