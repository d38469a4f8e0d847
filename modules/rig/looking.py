"""What the 2D network sees of a recording, for calibrations: at instants spread over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from modules.core.calibrating import Look
from modules.core.errors import SourceError
from modules.core.people2d import FindPeople2D, People2D
from modules.core.protocols import FrameSource
from modules.core.types import FrameSet
from modules.rig.check.sentences import about_copy
from modules.rig.seen.pictures import Twins, coarse

#: Instants a second at which people are looked at; for clocks as many as there are, up to this.
RATE_HZ, SYNC_RATE_HZ = 10.0, 30.0
#: Of a short recording at least so many frames are looked at, if it has them.
FEWEST_LOOKS = 100
#: Told how many of how many pictures are done.
Say = Callable[[int, int], None]


def look(source: FrameSource, find_people: FindPeople2D, rate_hz: float = RATE_HZ, say: Say | None = None) -> list[People2D]:
    """What the 2D network sees at instants spread over a whole recording."""
    step, seen = step_of(source, rate_hz), []
    twins = Twins(len(source.cameras))
    for index in range(0, len(source), step):
        frame = source.read(index)
        twins.add(coarse(frame), frame.missing)
        seen.append(find_people(frame, None))
        if say is not None:
            say(index + step, len(source))
    for views in twins.groups():
        copied = about_copy(source.cameras, views, None).sentence
        raise SourceError(copied.template, **copied.values)
    return seen


def step_of(source: FrameSource, rate_hz: float = RATE_HZ) -> int:
    """Every so many frames are looked at: ``rate_hz`` a second, more where a recording is short."""
    fps = source.info.fps if np.isfinite(source.info.fps) else rate_hz
    return max(1, min(round(fps / rate_hz), len(source) // FEWEST_LOOKS))


def look_through(
    source: FrameSource, find: FindPeople2D, step: int, show: Callable[[Look], bool]
) -> Iterator[tuple[FrameSet, People2D, bool]]:
    """The frames of a recording that are looked at, with the people in each and whether ``show`` wants to go on."""
    total = len(range(0, len(source), step))
    seen = shared = np.zeros(len(source.cameras), int)
    for done, index in enumerate(range(0, len(source), step), start=1):
        frame = source.read(index)
        people = find(frame, None)
        there = np.array([len(view) > 0 for view in people.views])
        seen, shared = seen + there, shared + (there & (there.sum() > 1))
        look = Look(
            source.info.camera_names, done, total, frame.images, people.views, tuple(seen.tolist()), tuple(shared.tolist())
        )
        yield frame, people, show(look)
