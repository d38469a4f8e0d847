"""Views on their side: which way up the 2D network sees people best, and which way the calibration says is up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from modules.core.people2d import People2D
from modules.core.types import Camera

#: A turned image must show people so much surer than the image as it is, and at least so sure (sum of confidences, a frame).
SURER, FEWEST = 1.4, 3.0
#: Somebody whose confidences add up to this stands upright in the image; on their side people reach 5.6 of 17.
SURE_PERSON = 7.0
#: The calibration's up must lie within this angle of an image's side to say that the view is on its side, degrees.
NEAR_DEG = 35.0


def sees_sure_people(frames: Sequence[People2D], view: int) -> bool:
    """Whether a view shows somebody, in most of the frames, as surely as only upright people are seen."""
    surest = [max((float(person[:, 2].sum()) for person in frame.views[view]), default=0.0) for frame in frames]
    return bool(np.median(surest) >= SURE_PERSON)


def quarter_turns_seen(tried: Sequence[Sequence[People2D]]) -> tuple[int, ...]:
    """Quarter turns clockwise after which each view shows people surest; 0 where the image as it is does.

    Args:
        tried: for 0, 1, 2, 3 quarter turns of all views, the same frames.
    """
    sums = np.array(
        [[sum(float(p.views[v][..., 2].sum()) for p in frames) for v in range(len(frames[0].views))] for frames in tried]
    )
    best = sums.argmax(0)
    surest = sums[best, np.arange(sums.shape[1])]
    clear = (surest > SURER * sums[0]) & (surest > FEWEST * len(tried[0]))
    return tuple(int(turn) for turn in np.where(clear, best, 0))


def quarter_turns_held(cameras: Sequence[Camera], up: np.ndarray) -> tuple[int | None, ...]:
    """Quarter turns clockwise that bring up to the top of each camera's image; None where the camera looks up or down.

    Args:
        up: float [3], unit vector, world.
    """
    found: list[int | None] = []
    for camera in cameras:
        x, y, _ = camera.R_world_to_cam @ up
        if np.hypot(x, y) < 0.5:
            found.append(None)
            continue
        # 0: up is the image's top; a clockwise quarter turn brings the left side to the top
        angle = np.rad2deg(np.arctan2(-x, -y))
        turn = round(angle / 90)
        found.append(turn % 4 if abs(angle - 90 * turn) < NEAR_DEG else None)
    return tuple(found)
