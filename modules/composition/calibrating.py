"""Calibration and mending, put together for the window and the command."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from yacs.config import CfgNode

from modules.core.protocols import FrameSource

from .networks import make_sharp_finder
from .places import recording_output
from .rig import checked, for_recording, given_corrections
from .sources import calibrations_in, open_folder, open_uncalibrated, read_sounds

if TYPE_CHECKING:
    from modules.core.calibrating import Calibrating, Mending
    from modules.rig.to_mend import ToMend


def make_calibrating(config: CfgNode) -> Calibrating:
    """Calibration step by step; nothing is loaded yet."""
    from modules.rig.session import CalibrationSession

    return CalibrationSession(
        partial(open_uncalibrated, config), partial(make_sharp_finder, config), read_sounds, calibrations_in
    )  # fmt: skip


def make_mending(config: CfgNode, folder: Path, format_name: str, offsets: Mapping[str, int]) -> Mending:
    """Mending the calibration of a recording that the window has open; nothing is loaded yet."""
    from modules.rig.mend_session import MendSession

    config = for_recording(config, folder, offsets)

    def opened() -> ToMend:
        source = open_folder(config, folder, format_name, config.SOURCE.FRAME_OFFSETS)
        try:
            return to_mend(config, source)
        except BaseException:
            source.close()
            raise

    return MendSession(opened, partial(make_sharp_finder, config), recording_output(config, folder))


def to_mend(config: CfgNode, source: FrameSource) -> ToMend:
    """An open recording for mending its calibration, with its rig check's report; closing its source closes this one.

    Raises:
        SourceError, ConfigError; CheckpointError, DeviceError, EngineError of the 2D network.
    """
    from modules.rig.check.apply import corrections
    from modules.rig.to_mend import ToMend

    config = for_recording(config, Path(source.info.path))
    report = checked(config, source) if config.RIG.CHECK else None
    return ToMend.of(source, report, corrections(report, given_corrections(config), config.RIG.UNIT_FACTOR, (), ()))
