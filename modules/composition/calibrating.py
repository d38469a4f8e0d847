"""Calibration and mending, put together for the window and the command."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from yacs.config import CfgNode

from .networks import make_people_finder
from .places import recording_output
from .sources import calibrations_in, open_known, open_uncalibrated, read_sounds

if TYPE_CHECKING:
    from modules.core.calibrating import Calibrating, Mending


def make_calibrating(config: CfgNode) -> Calibrating:
    """Calibration step by step; nothing is loaded yet."""
    from modules.rig.session import CalibrationSession

    return CalibrationSession(
        partial(open_uncalibrated, config), partial(make_people_finder, config), read_sounds, calibrations_in
    )  # fmt: skip


def make_mending(config: CfgNode, folder: Path, format_name: str, offsets: Mapping[str, int]) -> Mending:
    """Mending the calibration of a recording that the window has open; nothing is loaded yet."""
    from modules.rig.mend_session import MendSession

    opened = partial(open_known, config, folder, format_name, offsets)
    return MendSession(opened, partial(make_people_finder, config), recording_output(config, folder))
