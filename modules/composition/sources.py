"""Recordings, opened as a configuration says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from yacs.config import CfgNode

from modules.core.errors import CalibrationError, Note, SourceError
from modules.core.protocols import FrameSource
from modules.core.rig import RigReport

from .places import recording_path, refuse_results
from .rig import checked, corrected, for_recording, known_report


def open_source(config: CfgNode) -> FrameSource:
    """Opens the configured recording, with what was accepted of it; SourceError, CalibrationError."""
    path = recording_path(config)
    refuse_results(path)
    config = for_recording(config, path)
    return open_folder(config, path, config.SOURCE.FORMAT, config.SOURCE.FRAME_OFFSETS)


def open_folder(config: CfgNode, folder: Path, format_name: str, offsets: Mapping[str, int]) -> FrameSource:
    """Opens any recording; cameras and read-ahead are the configuration's. SourceError, CalibrationError."""
    from modules.focus.recordings import open_recording

    source = config.SOURCE
    return open_recording(
        folder, format_name, offsets, tuple(source.CAMERAS), config.RUNTIME.READ_AHEAD,
        calibration=source.CALIBRATION, clock=source.CLOCK, quarter_turns=source.QUARTER_TURNS,
        delay_ms=source.DELAY_MS, drift_ppm=source.DRIFT_PPM,
    )  # fmt: skip


def put_right(
    config: CfgNode, source: FrameSource, progress: Callable[[float], None] | None = None
) -> tuple[FrameSource, RigReport | None]:
    """An open recording as the rig check and the configuration say it is; closing it closes the source.

    Args:
        progress: told the share of the check that is done.

    Returns:
        the source to use, and the report; None where RIG.CHECK is off.

    Raises:
        SourceError, ConfigError; CheckpointError, DeviceError, EngineError of the 2D network.
    """
    config = for_recording(config, Path(source.info.path))
    report = checked(config, source, progress) if config.RIG.CHECK else None
    return corrected(config, source, report), report


def open_known(config: CfgNode, folder: Path, format_name: str, offsets: Mapping[str, int]) -> FrameSource:
    """Opens any recording for the window: at once, with what an earlier rig check of the same files found.

    Raises:
        SourceError, CalibrationError, ConfigError.
    """
    config = for_recording(config, folder, offsets)
    source = open_folder(config, folder, format_name, config.SOURCE.FRAME_OFFSETS)
    try:
        return corrected(config, source, known_report(config, source))
    except BaseException:
        source.close()
        raise


def check_folder(
    config: CfgNode, folder: Path, format_name: str, offsets: Mapping[str, int], progress: Callable[[float], None]
) -> tuple[RigReport | None, bool]:
    """The rig check of a recording that the window has open; None where RIG.CHECK is off.

    Returns:
        the report, and whether the recording looks different since: it is to be opened again.

    Raises:
        SourceError, CalibrationError, ConfigError; CheckpointError, DeviceError, EngineError of the 2D network.
    """
    if not config.RIG.CHECK:
        return None, False
    config = for_recording(config, folder, offsets)
    with closing(open_folder(config, folder, format_name, config.SOURCE.FRAME_OFFSETS)) as source:
        known = known_report(config, source)
        report = checked(config, source, progress)
        return report, known is None and corrected(config, source, report) is not corrected(config, source, None)


def open_uncalibrated(config: CfgNode, paths: Sequence[Path]) -> FrameSource:
    """Opens videos, or a folder of them, without a calibration: lenses are guessed and stand nowhere. SourceError."""
    from modules.focus.uncalibrated import open_uncalibrated as open_videos

    late = config.SOURCE
    return open_videos(paths, late.DELAY_MS, late.DRIFT_PPM, config.RUNTIME.READ_AHEAD, late.FRAME_OFFSETS)


def read_sounds(paths: Sequence[Path]) -> tuple[dict[str, np.ndarray | None], int]:
    """Video's name → its sound, None where it has none; and samples a second. SourceError."""
    from modules.focus.naming import title_of
    from modules.focus.sound import RATE_HZ, read_sound
    from modules.focus.uncalibrated import video_files

    files = video_files(paths[0]) if len(paths) == 1 and paths[0].is_dir() else paths
    return {title_of(file): read_sound(file) for file in files}, RATE_HZ


def calibrations_in(folder: Path) -> list[Path]:
    """The calibrations' files directly in a folder; CalibrationError for one that can't be read."""
    from modules.focus.calibration.formats import find_calibrations

    return [found.path for found in find_calibrations([folder])]


def calibration_of(folder: Path) -> Note | None:
    """What a recording's folder is opened with where no calibration is asked for, or why with none; None: no recording."""
    from modules.focus.layouts.registry import find_layout

    try:
        return find_layout(folder, "auto").notes[0]
    except CalibrationError as error:
        return Note(error.template, **error.values)
    except SourceError:
        return None
