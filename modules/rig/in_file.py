"""What a new calibration's file has to say to fit the raw videos: cameras of frames as they lie, and what is done to those.

A recording may be opened with its frames turned, and with late cameras put in step: the calibration that is made of it is of
what was shown then. Its file is read with the raw videos again.
"""

from __future__ import annotations

from collections.abc import Sequence

from modules.core.errors import SourceError
from modules.core.geometry import turned_camera
from modules.core.types import Camera, Opened, SourceInfo
from modules.rig.sync.delays import Step


def of_raw_frames(cameras: Sequence[Camera], info: SourceInfo) -> tuple[Camera, ...]:
    """Cameras of a recording's frames, as those of its raw frames."""
    return tuple(turned_camera(c, -opened.quarter_turns) for c, opened in zip(cameras, opened_of(info), strict=True))


def refuse_redrawn(info: SourceInfo) -> None:
    """SourceError where a camera's frames are drawn again: a calibration made of them doesn't fit its videos."""
    drawn = [name for name, opened in zip(info.camera_names, opened_of(info), strict=True) if opened.redrawn]
    if drawn:
        raise SourceError(
            "{cameras}: such a lens (fisheye, or a model that is only approached) can't be calibrated by people: its frames "
            "are drawn as a simpler lens would see them, and a file that fits those doesn't fit the videos. Take the lens's "
            "distortion out of the videos first.",
            cameras=", ".join(drawn),
        )  # fmt: skip


def own_keys(info: SourceInfo, steps: Sequence[Step] = ()) -> dict[str, dict[str, int]]:
    """Key of the file → camera → value (``write.pose2sim``): by how much each camera is late, as it was opened and as was found
    on top (``steps``), where cameras can be paired by time; and how its frames are turned, as the old file says."""
    found = {step.camera: step for step in steps}
    keys: dict[str, dict[str, int]] = {"delay_ms": {}, "drift_ppm": {}, "rotation_count": {}}
    for name, opened in zip(info.camera_names, opened_of(info), strict=True):
        step = found.get(name)
        if info.timed:
            keys["delay_ms"][name] = round(1e3 * (opened.late_s + (step.offset_s if step else 0.0)))
            keys["drift_ppm"][name] = round(1e6 * (opened.drift + (step.drift if step else 0.0)))
        keys["rotation_count"][name] = opened.own_turns
    return {key: kept for key, values in keys.items() if (kept := {name: value for name, value in values.items() if value})}


def opened_of(info: SourceInfo) -> tuple[Opened, ...]:
    """What was done to each camera's frames; nothing where the recording does not say."""
    return info.opened or (Opened(),) * len(info.camera_names)
