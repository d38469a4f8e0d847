"""Settings that open a recording with its cameras in step: what it was opened with, and what was found beyond that."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from modules.core.types import SourceInfo
from modules.rig.in_file import opened_of, own_keys
from modules.rig.sync.delays import Step, clock_options


def given_ms(info: SourceInfo) -> dict[str, int]:
    """Camera → the delay that its recording was opened with, where there is one, ms; NaN rates: in frames nothing is known."""
    given = zip(info.camera_names, opened_of(_by_time(info)), strict=True)
    return {name: ms for name, opened in given if (ms := round(1e3 * opened.late_s))}


def given_frames(info: SourceInfo) -> dict[str, int]:
    """Camera → the frames that its recording was opened with as its delay, where there are any."""
    return {name: o.late_frames for name, o in zip(info.camera_names, opened_of(info), strict=True) if o.late_frames}


def applied(steps: Sequence[Step], info: SourceInfo | None = None) -> list[str]:
    """The settings (KEY=VALUE) that put cameras in step, with what the recording was opened with in them; empty: they are."""
    by_frames_fps = info.fps if info is not None and not info.timed else math.nan
    found = clock_options(steps, by_frames_fps)
    if not found or info is None:
        return as_settings(found)
    if not info.timed:
        return as_settings(added(given_frames(info), found))
    both = clock_keys(own_keys(_by_time(info), steps))
    for key in found:  # where all is made up for, so that nothing of what was given stays
        both.setdefault(key, dict.fromkeys(found[key], 0))
    return as_settings(both | ({"SOURCE.FRAME_OFFSETS": {}} if given_frames(info) else {}))


def _by_time(info: SourceInfo) -> SourceInfo:
    """The same with the frames that were given as delays counted in s, so that a camera has one delay."""
    frame_s = 1 / info.fps if np.isfinite(info.fps) else 0.0
    opened = (replace(o, late_s=o.late_s + o.late_frames * frame_s, late_frames=0) for o in opened_of(info))
    return replace(info, opened=tuple(opened))


def clock_keys(own: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int]]:
    """Of a file's own keys (``own_keys``) those that say who is late, as the configuration calls them."""
    return {f"SOURCE.{key.upper()}": values for key, values in own.items() if key != "rotation_count"}


def as_settings(options: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Key of the configuration → camera → value, as KEY=VALUE."""
    return [f"{key}={{{', '.join(f'{name}: {value}' for name, value in values.items())}}}" for key, values in options.items()]


def added(given: Mapping[str, int], options: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Options with what was given of the same cameras added."""
    return {key: {**given, **{n: v + given.get(n, 0) for n, v in values.items()}} for key, values in options.items()}
