"""FreeMoCap: ``synchronized_videos/`` and a ``*_camera_calibration.toml`` in the recording's folder; mm, world of camera 0."""

from __future__ import annotations

from pathlib import Path

from .common import Layout, calibration_of, need_frames, paired, several_trials, subfolder

VIDEOS = "synchronized_videos"


def fits(path: Path) -> bool:
    """synchronized_videos/ in the folder, or in one below (a session)."""
    return subfolder(path, VIDEOS) is not None or bool(_below(path))


def read(path: Path, calibration: str) -> Layout:
    """See ``registry.find_layout``; a session of one recording is that recording."""
    recording = path
    if subfolder(path, VIDEOS) is None:
        below = _below(path)
        if len(below) > 1:
            raise several_trials(path, below)
        recording = below[0] if below else path
    frames = need_frames(subfolder(recording, VIDEOS) or recording / VIDEOS)
    folders = [recording, *([recording / "output_data"] if (recording / "output_data").is_dir() else [])]
    return paired("freemocap", frames, calibration_of(recording, folders, calibration))


def _below(path: Path) -> list[Path]:
    return [entry for entry in sorted(path.iterdir())[:500] if entry.is_dir() and (entry / VIDEOS).is_dir()]
