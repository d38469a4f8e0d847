"""The rig check's report as plain text, short enough for a mail."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import yaml

from .errors import Note
from .names import readable
from .rig import CameraCheck, Finding, RigReport, Verdict, circles_of
from .types import SourceInfo

#: What is said before a finding's sentence.
MARKS = {
    Verdict.SOUND: "sound",
    Verdict.APPLIED: "applied",
    Verdict.PROPOSED: "likely",
    Verdict.CONTRADICTED: "WRONG",
    Verdict.UNKNOWN: "note",
}
#: A camera's time is worth naming from this certainty on.
SURE_TIME = 0.35
#: Cameras as near in time as this, in frames, are said to share it.
SAME_TIME = 0.3


def report_lines(report: RigReport, info: SourceInfo) -> list[str]:
    """Everything that the report holds."""
    sizes = ", ".join(dict.fromkeys(f"{width}x{height}" for width, height in info.sizes_px))
    rate = f" at {info.fps:.4g} fps" if math.isfinite(info.fps) else ""
    cameras = f"{len(info.camera_names)} camera{'' if len(info.camera_names) == 1 else 's'}"
    frames = f"{len(report.frames)} frames looked at"
    if report.frames:
        frames = f"frames {min(report.frames)} to {max(report.frames)} looked at, {len(report.frames)} of them"
    lines = [
        f"Rig check of {readable(info.path)}",
        f"{info.format}, {cameras} ({sizes}), {info.frame_count} frames{rate}; "
        f"{frames}, {report.people} people seen by two views or more, {report.seconds:.1f} s",
        *info.notes,
        "",
        f"{'camera':<12} {'people':>6} {'explained':>9} {'off, mrad':>9} {'off, % of size':>14} {'late (-: early)':>16}",
        *(_camera_line(camera) for camera in report.cameras),
        *_about_late(report, info),
        "",
    ]
    if np.isfinite(report.up).all():
        x, y, z = report.up
        lines.append(f"up ({x:.3f}, {y:.3f}, {z:.3f}), ± {report.up_sd_deg:.1f}°")
    if math.isfinite(report.floor_mm):
        low, high = report.floor_range_mm
        lines.append(f"floor {report.floor_mm:.0f} mm along up; people stand {low:.0f} to {high:.0f} mm above it")
    if math.isfinite(report.stature_mm):
        lines.append(f"people are {report.stature_mm / 1e3:.2f} m tall, with lengths times {report.unit_factor:g}")
    lines += finding_lines(report.findings) or ["Nothing is wrong with the rig, as far as these people tell."]
    return lines


def _about_late(report: RigReport, info: SourceInfo) -> list[str]:
    """From where the table counts who is late, and what of it is there because frames are whole."""
    told = [c for c in report.cameras if c.offset_certainty >= SURE_TIME and math.isfinite(c.offset_s)]
    if not told:
        return []
    frame_s = 1 / info.fps if math.isfinite(info.fps) else math.inf
    near = [c.name for c in told if abs(c.offset_s) < SAME_TIME * frame_s]
    lines = [f"late is counted from the time that most cameras share ({', '.join(near)})"] if near else []
    # frames that are later than asked for show what comes later: early
    rounded_s = info.rounded_s or (0.0,) * len(info.camera_names)
    whole = {name: -round(1e3 * s) for name, s in zip(info.camera_names, rounded_s, strict=True)}
    listed = ", ".join(f"{name} {ms:+d} ms" for name, ms in whole.items() if ms)
    return lines + ([f"of that, because frames are whole: {listed}"] if listed else [])


def finding_lines(findings: Sequence[Finding]) -> list[str]:
    """One line a finding, and one with the option that does it or would do it."""
    lines = []
    for finding in findings:
        lines.append(f"{MARKS[finding.verdict]}: {finding.sentence}")
        verb = "the same as" if finding.verdict is Verdict.APPLIED else "to do so:"
        verb = "to go on without it:" if finding.leaves_out else verb
        lines += [f"    {verb} {option_text(name, value)}" for name, value in finding.options]
    return lines


def accepted_sentence(name: str, value: Any) -> Note:
    """What is done since a proposal was accepted.

    Args:
        name, value: the configuration key that it set, and to what.
    """
    make = _ACCEPTED.get(name)
    return make(value) if make is not None and value else Note("{key} = {value}", key=name, value=value)


def _signed(values: Mapping[str, int], unit: str = "") -> str:
    return ", ".join(f"{camera} {number:+d}{unit}" for camera, number in values.items())


#: Configuration key → the sentence about a value of it.
_ACCEPTED: Mapping[str, Callable[[Any], Note]] = {
    "RIG.UNIT_FACTOR": lambda factor: Note("The calibration's lengths are taken times {factor:g}.", factor=factor),
    "RIG.UP": lambda up: Note("Up is taken to be {direction}.", direction=", ".join(f"{v:.3f}" for v in up)),
    "RIG.FLOOR_MM": lambda floor: Note("The floor is taken to be {height:.0f} mm along up.", height=floor[0]),
    "RIG.EXCHANGED": lambda names: (
        Note("Cameras {first} and {second} are exchanged.", first=names[0], second=names[1])
        if len(names) == 2
        else Note(
            "Each video is the next camera's: {cameras}.",
            cameras="; ".join(" → ".join((*circle, circle[0])) for circle in circles_of(names)),
        )
    ),
    "RIG.MIRRORED": lambda names: Note("The picture of {cameras} is mirrored back.", cameras=", ".join(names)),
    "RIG.INVERTED": lambda names: Note("The pose of {cameras} is taken the other way round.", cameras=", ".join(names)),
    "SOURCE.CAMERAS": lambda names: Note("Only {cameras} are used.", cameras=", ".join(names)),
    "SOURCE.CALIBRATION": lambda file: Note("The calibration is {file}.", file=file),
    "SOURCE.FRAME_OFFSETS": lambda frames: Note("Put in step (frames; +: late, -: early): {cameras}.", cameras=_signed(frames)),
    "SOURCE.QUARTER_TURNS": lambda turns: Note(
        "Pictures are turned clockwise: {cameras}.", cameras=_signed({c: 90 * t for c, t in turns.items()}, "°")
    ),
}


def option_text(name: str, value: object) -> str:
    """The option of the command line that gives a configuration key a value."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10000).strip().removesuffix("...").strip()
    return f'--set "{name}={text}"'


def _camera_line(camera: CameraCheck) -> str:
    def number(value: float, digits: int = 1, unit: str = "") -> str:
        return f"{value:.{digits}f}{unit}" if math.isfinite(value) else "–"

    late = "unknown"
    if camera.offset_certainty >= SURE_TIME and math.isfinite(camera.offset_s):
        late = f"{camera.offset_s * 1e3:+.0f} ms ({camera.offset_certainty:.0%})"
    return (
        f"{camera.name:<12} {camera.people:>6} {number(100 * camera.explained, 0, ' %'):>9} {number(camera.miss_mrad):>9} "
        f"{number(100 * camera.miss_share):>14} {late:>16}"
    )
