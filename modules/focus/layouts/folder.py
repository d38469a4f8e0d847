"""Any other folder: videos or folders of images, with a calibration file beside them (EasyMocap, mmpose, Campus, BioCV, …).

The frames may also lie one level deeper, in ``images/`` or ``videos/``.
"""

from __future__ import annotations

from pathlib import Path

from .common import Layout, calibration_of, frame_files, need_frames, paired, subfolder


def fits(path: Path) -> bool:
    """It holds frames."""
    return bool(_frames(path))


def read(path: Path, calibration: str) -> Layout:
    """See ``registry.find_layout``."""
    frames = _frames(path) or need_frames(path)
    folders = [path, *(found for name in ("calibration", "calib") if (found := subfolder(path, name)))]
    return paired("folder", frames, calibration_of(path, folders, calibration))


def _frames(path: Path) -> list[Path]:
    for folder in (path, *(found for name in ("videos", "images") if (found := subfolder(path, name)))):
        found = frame_files(folder)
        if found:
            return found
    return []
