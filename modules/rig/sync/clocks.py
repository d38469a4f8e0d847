"""Clocks of cameras that nobody has calibrated yet: a rough calibration tells who is late, which tells a better calibration.

A camera that is late bends a calibration from people, but not so far that how people move would not still say which way it is
late; so the two are found by turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from modules.core.errors import Note, SourceError
from modules.core.people2d import People2D
from modules.core.skeleton import COCO_NAMES
from modules.core.types import Camera, SourceInfo
from modules.rig.adjust.bundle import Freedom
from modules.rig.adjust.tracklets import Tracklet, follow
from modules.rig.people.from_people import FOCAL_SHARES, grow
from modules.rig.seen.body import COCO_JOINTS
from modules.rig.sync.delays import WORTH_S, Step, as_shown, beyond_given, by_motion, counted_from
from modules.rig.sync.sound import by_sound

#: Turns at most; clocks have settled where no camera is later than this in the last one, s.
TURNS, SETTLED_S = 5, 0.006
#: A delay is applied if it is worth it and this many times as large as its standard deviation.
SURELY = 3.0
#: A gap in a stretch is bridged up to this, s.
BRIDGED_S = 0.35


def clocks_of(
    lenses: Sequence[Camera], people: Sequence[People2D], lens: Freedom,
    say: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[Step, ...]:  # fmt: skip
    """By how much each camera is late, found together with where the cameras stand.

    Args:
        lenses, lens, say: as of ``from_people.grow``. people: what all cameras showed at the same nominal times, in order.

    Raises:
        SourceError: see ``grow``.
    """
    steps = tuple(Step(c.name, 0.0, 0.0, float("inf"), False) for c in lenses)
    shares: tuple[float, ...] = FOCAL_SHARES
    for _ in range(TURNS):
        now = in_step(people, steps)
        rig = grow(lenses, now, lens, rough=True, shares=shares, say=say)
        shares = (rig.focal_share,)  # which is near enough to see who is late; to try them all takes five times as long
        try:
            found = by_motion(rig.cameras, now)
        except SourceError:  # nobody moves enough: then it does no harm either
            return steps
        steps = tuple(_both(a, b) for a, b in zip(steps, found, strict=True))
        if max(abs(step.offset_s) for step in found) < SETTLED_S:
            break
    return steps


def who_is_late(
    lenses: Sequence[Camera], people: Sequence[People2D], lens: Freedom, info: SourceInfo,
    heard: tuple[Mapping[str, np.ndarray | None], int] | None = None,
    say: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[tuple[Step, ...], Note]:  # fmt: skip
    """The clocks that are worth applying beyond what was given, counted from a camera (``counted_from``), and what says so: the
    sound where all cameras heard the same, else motion.

    Args:
        lenses, people, lens, say: as of ``clocks_of``. info: of the recording as it was opened. heard: camera → its sound
            (None: it has none), and samples a second; not asked where a delay was given, of which the sound knows nothing.
    """
    names = [camera.name for camera in lenses]
    steps: tuple[Step, ...] = ()
    if heard is not None and not any(o.late_s or o.drift or o.late_frames for o in info.opened):
        try:
            steps = by_sound(names, [heard[0].get(name) for name in names], heard[1])
        except SourceError:  # without sound, or each heard something else
            steps = ()
    if steps and all(step.certain for step in steps):
        return worth(counted_from(steps, info.clock)), Note("the sound")
    return worth(beyond_given(clocks_of(lenses, people, lens, say), info)), Note("how people move")


def worth(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The same clocks, those that are in step as far as can be told set to be so."""
    out = []
    for step in steps:
        late = abs(step.offset_s) > max(WORTH_S, SURELY * step.sd_s) if np.isfinite(step.sd_s) else False
        out.append(step if late else Step(step.camera, 0.0, 0.0, step.sd_s, step.certain))
    return tuple(out)


def in_step(people: Sequence[People2D], steps: Sequence[Step]) -> list[People2D]:
    """What every camera showed at the same true times: each view's stretches read off at its own clock's times, linear between
    instants. Only the joints that calibration uses are kept."""
    if not any(step.offset_s or step.drift for step in steps):
        return list(people)
    times = np.array([p.time_s for p in people])
    views = [_read_off(follow(people, v), times, s) for v, s in enumerate(steps)]
    return [People2D(p.frame_index, p.time_s, tuple(view[n] for view in views)) for n, p in enumerate(people)]


def as_taken(people: Sequence[People2D], info: SourceInfo) -> list[People2D]:
    """What every camera showed at the same true times, as far as the recording was paired by these but frames are whole."""
    still = [Step(name, 0.0, 0.0, 0.0, True) for name in info.camera_names]
    return in_step(people, as_shown(still, info.rounded_s))


def _both(first: Step, then: Step) -> Step:
    """What is left of a delay, added to what was taken off before."""
    return Step(first.camera, first.offset_s + then.offset_s, first.drift + then.drift, then.sd_s, then.certain)


def _read_off(tracklets: Sequence[Tracklet], times_s: np.ndarray, step: Step) -> list[np.ndarray]:
    """A view's people [P, 17, 3] at each time, if its clock is put right."""
    found: list[list[np.ndarray]] = [[] for _ in times_s]
    wanted = times_s + step.offset_s + step.drift * times_s
    for tracklet in tracklets:
        own = times_s[tracklet.instants]
        after = np.clip(np.searchsorted(own, wanted), 1, len(own) - 1)
        gap = own[after] - own[after - 1]
        share = (wanted - own[after - 1]) / gap
        inside = (share >= -1e-9) & (share <= 1 + 1e-9) & (gap <= BRIDGED_S)
        for n in np.flatnonzero(inside):
            k, s = after[n], float(np.clip(share[n], 0, 1))
            at = tracklet.pixels[k - 1] * (1 - s) + tracklet.pixels[k] * s if 0 < s < 1 else tracklet.pixels[k - (s == 0)]
            known = np.isfinite(at).all(-1)
            sure = np.minimum(tracklet.confidence[k - 1], tracklet.confidence[k])
            person = np.zeros((len(COCO_NAMES), 3))
            person[COCO_JOINTS, :2] = np.where(known[:, None], at, 0.0)
            person[COCO_JOINTS, 2] = np.where(known, sure, 0.0)
            found[n].append(person)
    return [np.array(here).reshape(-1, len(COCO_NAMES), 3) for here in found]
