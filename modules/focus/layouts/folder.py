"""Any other folder: videos or folders of images, with a calibration file beside them (EasyMocap, mmpose, Campus, BioCV, …).

The frames may also lie one level deeper, in ``images/`` or ``videos/``.
"""

from __future__ import annotations

from pathlib import Path

from modules.core.errors import CalibrationError

from ..calibration.formats import find_calibrations
from .common import Layout, calibration_of, frame_files, need_frames, paired, subfolder


def fits(path: Path) -> bool:
    """It holds frames."""
    return bool(_frames(path))


def read(path: Path, calibration: str) -> Layout:
    """See ``registry.find_layout``."""
    frames = _frames(path) or need_frames(path)
    if not calibration and not find_calibrations(_calibrated(path)) and _is_calibrated(path.absolute().parent):
        raise CalibrationError(
            "{path} holds videos without their calibration, which lies above: open {parent}.",
            path=path, parent=path.absolute().parent,
        )  # fmt: skip
    return paired("folder", frames, calibration_of(path, _calibrated(path), calibration))


def _is_calibrated(path: Path) -> bool:
    try:
        return bool(find_calibrations(_calibrated(path)))
    except CalibrationError:  # of a folder that nobody asked for
        return False


def _calibrated(path: Path) -> list[Path]:
    """Where a folder's calibration may lie."""
    return [path, *(found for name in ("calibration", "calib") if (found := subfolder(path, name)))]


def _frames(path: Path) -> list[Path]:
    for folder in (path, *(found for name in ("videos", "images") if (found := subfolder(path, name)))):
        found = frame_files(folder)
        if found:
            return found
    return []
