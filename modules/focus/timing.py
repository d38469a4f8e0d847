"""Which frame of each camera shows which instant of the recording.

Cameras of one rate that never falter go frame by frame, as the files count them. Where rates differ or vary, where frames were
dropped or a file begins after the others by its own clock, frames are paired by the times that the files hold; the clock is
the fastest camera's, or that of a camera that is named.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from modules.core.errors import Note, SourceError

from .clips import Clip
from .images import ImageClip

#: Rates this near are the same: some cameras write 30 for 29.97.
SAME_RATE = 0.01
#: A step between two frames that differs from the usual one by more than this share of it is a gap.
USUAL_STEP = 0.4
#: Times that stay within this of an even rhythm, in frames, are even.
EVEN_FRAMES = 0.75
#: More frames a second than this are told of: few cameras have them, and files with broken times claim them.
MOST_FPS = 1000.0
#: A file begins after the others where it does so by more than this by its own clock, in frames.
LATE_FRAMES = 1.5


@dataclass(frozen=True, eq=False)
class Timeline:
    """The frames of a recording.

    Attributes:
        places: int64 [F, V]: index of each camera's frame in its clip; -1: it has none of this instant.
        times_s: float64 [F], seconds from the first; NaN where unknown.
        fps: frames per second, NaN where unknown.
        notes: sentences for the user.
        timed: whether cameras can be paired by time.
        rounded_s: V, s (median): how much later than asked for each camera's frames are, as frames are whole.
        clock: index of the camera whose frames set the time; where all go frame by frame, the first.
    """

    places: np.ndarray
    times_s: np.ndarray
    fps: float
    notes: tuple[Note, ...] = ()
    timed: bool = True
    rounded_s: tuple[float, ...] = ()
    clock: int = 0


def align(
    names: Sequence[str],
    clips: Sequence[Clip],
    offsets: Sequence[int],
    clock: str = "",
    delays: Sequence[tuple[float, float]] = (),
) -> Timeline:
    """Puts cameras in step.

    Args:
        names: of the cameras, for the notes.
        offsets: frames by which each is late: its frame n + offset shows what the others' frame n shows.
        clock: name of the camera whose frames set the time; empty: the fastest.
        delays: seconds by which each camera's frames are late, and seconds of further delay a second; empty: none. Cameras
            with a delay are paired by time.

    Raises:
        SourceError: nothing is left in common, or no camera has the clock's name.
    """
    timeline = _aligned(names, clips, offsets, clock, delays)
    if timeline.fps <= MOST_FPS or math.isnan(timeline.fps):
        return timeline
    fast = Note(
        "The files say {rate:.0f} frames a second. If that is not so, delays, speeds and smoothing are wrong too: write the "
        "videos again with the rate at which they were filmed.",
        rate=timeline.fps,
    )  # fmt: skip
    return replace(timeline, notes=(*timeline.notes, fast))


def _aligned(
    names: Sequence[str], clips: Sequence[Clip], offsets: Sequence[int], clock: str, delays: Sequence[tuple[float, float]]
) -> Timeline:
    if clock and clock not in names:
        raise SourceError("SOURCE.CLOCK names {camera}; the cameras are {known}.", camera=clock, known=", ".join(names))
    offsets, notes = _align_images(clips, list(offsets))
    if all(isinstance(clip, ImageClip) for clip in clips):
        return _by_frame(names, clips, offsets, notes)
    held = [clip.times_s for clip in clips]
    rate = next((_rate(times) for times in held if times is not None and len(times) > 1), math.nan)
    for clip in clips:
        if isinstance(clip, ImageClip) and not math.isfinite(clip.fps):
            clip.fps = rate  # images beside videos were taken with them
    reasons = _why_by_time(names, clips)
    for name, offset, (seconds, _) in zip(names, offsets, delays or [(0.0, 0.0)] * len(clips), strict=True):
        if offset and seconds:
            both = Note(
                "{camera} is put in step by {frames} frames and by {milliseconds:.0f} ms, which add up.",
                camera=name, frames=offset, milliseconds=1e3 * seconds,
            )  # fmt: skip
            notes.append(both)
    late = any(seconds or drift for seconds, drift in delays)
    if late and any(clip.times_s is None for clip in clips):
        raise SourceError("SOURCE.DELAY_MS needs videos that hold their frames' times; use SOURCE.FRAME_OFFSETS instead.")
    if not (reasons or clock or late) or any(clip.times_s is None for clip in clips):
        return _by_frame(names, clips, offsets, notes)
    return _by_time(names, clips, offsets, notes + reasons, clock, delays or [(0.0, 0.0)] * len(clips))


def _why_by_time(names: Sequence[str], clips: Sequence[Clip]) -> list[Note]:
    """What keeps the cameras from going frame by frame; nothing if they can."""
    times = [clip.times_s for clip in clips]
    if any(t is None or len(t) < 2 for t in times):
        return []
    rates = [_rate(t) for t in times]
    notes = []
    if max(rates) > (1 + SAME_RATE) * min(rates):
        listed = ", ".join(f"{name} {rate:.4g}" for name, rate in zip(names, rates, strict=True))
        notes.append(Note("The cameras differ in frames per second ({listed}); they are paired by time.", listed=listed))
    for name, t, rate in zip(names, times, rates, strict=True):
        gaps = np.diff(t) * rate
        uneven = np.abs((t - t[0]) * rate - np.arange(len(t))).max() > EVEN_FRAMES
        if uneven:
            lost = int(np.round(gaps[gaps > 1.5]).sum() - (gaps > 1.5).sum())
            notes.append(
                Note("{camera} lacks {count} frames, or its rate varies; it is paired by time.", camera=name, count=lost)
                if lost
                else Note("{camera}: its frame rate varies; it is paired by time.", camera=name)
            )
    starts = np.array([t[0] for t in times])
    shortest = min(t[-1] - t[0] for t in times)
    late = starts - starts.min()
    if late.max() * max(rates) > LATE_FRAMES and late.max() < shortest:
        last = int(np.argmax(late))
        told = {"camera": names[last], "seconds": late[last]}
        notes.append(Note("{camera}'s file begins {seconds:.3g} s after the others by its own clock.", **told))
    return notes


def _rate(times_s: np.ndarray) -> float:
    """Frames per second, whatever is missing in between; times may be rounded to a millisecond, as in Matroska files."""
    steps = np.diff(times_s)
    usual = np.median(steps)
    return 1.0 / float(steps[np.abs(steps - usual) <= USUAL_STEP * usual].mean())


def _by_time(
    names: Sequence[str], clips: Sequence[Clip], offsets: Sequence[int], notes: list[Note], clock: str,
    delays: Sequence[tuple[float, float]],
) -> Timeline:  # fmt: skip
    times = [np.asarray(clip.times_s) for clip in clips]
    rates = [_rate(t) if len(t) > 1 else 1.0 for t in times]
    starts = np.array([t[0] for t in times])
    if (starts - starts.min()).max() >= min(t[-1] - t[0] for t in times) > 0:
        times = [t - t[0] for t in times]  # clocks of their own: all begin together
    times = [t - seconds - drift * (t - t[0]) for t, (seconds, drift) in zip(times, delays, strict=True)]
    # an offset is told in frames of the recording's clock
    fastest = [place for place, rate in enumerate(rates) if rate * (1 + SAME_RATE) >= max(rates)]
    own = names.index(clock) if clock else max(fastest, key=lambda place: len(times[place]))
    times = [t - offset / rates[own] for t, offset in zip(times, offsets, strict=True)]
    slack = [0.5 / rate for rate in rates]
    first = max(t[0] - s for t, s in zip(times, slack, strict=True))
    last = min(t[-1] + s for t, s in zip(times, slack, strict=True))
    instants = times[own][(times[own] >= first) & (times[own] <= last)]
    if not len(instants):
        shortest = int(np.argmin([len(t) for t in times]))
        raise SourceError("{file}: no frame is left in common with the other cameras.", file=clips[shortest].path)
    places = np.stack([_nearest(t, instants, 1.0 / rate) for t, rate in zip(times, rates, strict=True)], 1)
    for name, column in zip(names, places.T, strict=True):
        if (column < 0).any():
            count = int((column < 0).sum())
            notes.append(Note("{camera} has no frame for {count} instants; it is left out there.", camera=name, count=count))
    notes.append(Note("The clock is {camera}'s.", camera=names[own]))
    rounded = tuple(
        float(np.median(t[column[column >= 0]] - instants[column >= 0])) if (column >= 0).any() else 0.0
        for t, column in zip(times, places.T, strict=True)
    )
    return Timeline(places, instants - instants[0], rates[own], tuple(notes), rounded_s=rounded, clock=own)


def _nearest(times_s: np.ndarray, instants_s: np.ndarray, reach_s: float) -> np.ndarray:
    """Index of the time nearest to each instant, -1 where that is not within reach."""
    after = np.clip(np.searchsorted(times_s, instants_s), 1, max(len(times_s) - 1, 1))
    after = np.minimum(after, len(times_s) - 1)
    before = np.maximum(after - 1, 0)
    nearest = np.where(instants_s - times_s[before] <= times_s[after] - instants_s, before, after)
    return np.where(np.abs(times_s[nearest] - instants_s) <= reach_s, nearest, -1)


def _by_frame(names: Sequence[str], clips: Sequence[Clip], offsets: Sequence[int], notes: list[Note]) -> Timeline:
    start = -min(0, *offsets)
    if start:
        notes.append(
            Note("With these offsets frame 0 is frame {start} of the cameras that have none.", start=start)
        )  # fmt: skip
    offsets = [offset + start for offset in offsets]
    lengths = [clip.frame_count - offset for clip, offset in zip(clips, offsets, strict=True)]
    count = min(lengths)
    if count <= 0:
        place = int(np.argmin(lengths))
        raise SourceError(
            "{file}: no frame is left after its offset of {offset} frames.", file=clips[place].path, offset=offsets[place]
        )
    if count < max(lengths) and len({clip.frame_count for clip in clips}) == 1:
        notes.append(Note("With these offsets the cameras have {count} frames in common.", count=count))
    elif count < max(lengths):
        listed = ", ".join(f"{name} {length}" for name, length in zip(names, lengths, strict=True))
        notes.append(
            Note("The cameras differ in length ({listed} frames); all stop at frame {last}.", listed=listed, last=count)
        )  # fmt: skip
    known = [clip.fps for clip in clips if math.isfinite(clip.fps)]
    fps = known[0] if known else math.nan
    if known and max(known) > (1 + SAME_RATE) * min(known):
        listed = ", ".join(f"{name} {clip.fps:.4g}" for name, clip in zip(names, clips, strict=True))
        notes.append(Note("The cameras differ in frames per second ({listed}); they are shown frame by frame.", listed=listed))
    places = np.arange(count)[:, None] + np.array(offsets)
    times = np.arange(count) / fps
    folders = [clip for clip in clips if isinstance(clip, ImageClip)]
    if folders and len(folders) == len(clips) and math.isfinite(fps):
        times = np.asarray(folders[0].times_s)[places[:, 0]]  # numbers that all lack are time that passed
        times = times - times[0]
    timed = len(folders) < len(clips) and all(clip.times_s is not None for clip in clips)
    return Timeline(places, times, fps, tuple(notes), timed)


def _align_images(clips: Sequence[Clip], offsets: list[int]) -> tuple[list[int], list[Note]]:
    """Images go together by the frame numbers in their names, so that one missing image does not shift all that follow.

    Returns:
        the offsets that are left to apply, and sentences for the user.
    """
    folders = [clip for clip in clips if isinstance(clip, ImageClip)]
    if len(folders) < len(clips):  # beside videos a folder counts from its first image
        return offsets, []
    pairs = list(zip(folders, offsets, strict=True))
    common = set.intersection(*({number - offset for number in clip.numbers} for clip, offset in pairs))
    if not common:
        raise SourceError("{path}: the images of the cameras have no frame number in common.", path=folders[0].path.parent)
    within = [
        n for clip, offset in pairs for n in clip.numbers if min(common) < n - offset < max(common) and n - offset not in common
    ]
    for clip, offset in pairs:
        clip.keep_numbers([number + offset for number in sorted(common)])
    notes = [Note("{count} images are left out: other cameras lack those frames.", count=len(within))] if within else []
    if min(common) != 0:
        notes.append(Note("Frame 0 is the images with number {number}.", number=min(common)))
    return [0] * len(clips), notes
