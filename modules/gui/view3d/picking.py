"""Which person or joint lies under the mouse: pure geometry on the screen, the same for the 3D view and the camera views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: How near the mouse must be, logical px.
PICK_RADIUS_PX, HOVER_RADIUS_PX = 12.0, 9.0


@dataclass(frozen=True, eq=False)
class ScreenPerson:
    """A person as drawn.

    Attributes:
        track_id: the person.
        joints_px: float [J, 2], px of the widget; NaN where not drawn.
        segments_px: float [S, 2, 2], px: the limbs (start, end), or the axis of the marker that stands for them.
        reach_px: half width of a marker drawn around its axis; 0 for limbs.
    """

    track_id: int
    joints_px: np.ndarray
    segments_px: np.ndarray
    reach_px: float = 0.0


def segment_distance(point: Sequence[float], segments: np.ndarray) -> np.ndarray:
    """float [S]: distance of a point from each segment [S, 2, 2], the unit of the input; NaN where an end is NaN."""
    start, end = segments[:, 0], segments[:, 1]
    along = end - start
    length2 = np.maximum((along**2).sum(-1), 1e-12)
    t = np.clip(((np.asarray(point) - start) * along).sum(-1) / length2, 0.0, 1.0)
    return np.linalg.norm(start + t[:, None] * along - point, axis=-1)


def pick_person(people: Sequence[ScreenPerson], point: Sequence[float], radius_px: float = PICK_RADIUS_PX) -> int | None:
    """Track id of the person whose limb is nearest to ``point``; a marker's body counts where no limb is near; else None."""
    limbs = [(_nearest(person, point), person.track_id) for person in people if not person.reach_px]
    markers = [(_nearest(person, point) - person.reach_px, person.track_id) for person in people if person.reach_px]
    for candidates in (limbs, markers):
        hits = [hit for hit in candidates if hit[0] <= radius_px]
        if hits:
            return min(hits)[1]
    return None


def pick_joint(
    people: Sequence[ScreenPerson], point: Sequence[float], radius_px: float = HOVER_RADIUS_PX
) -> tuple[int, int] | None:
    """(track id, joint) nearest to ``point`` within the radius, or None."""
    best, found = radius_px, None
    for person in people:
        distance = np.linalg.norm(person.joints_px - np.asarray(point), axis=-1)
        if np.isfinite(distance).any():
            joint = int(np.nanargmin(distance))
            if distance[joint] <= best:
                best, found = float(distance[joint]), (person.track_id, joint)
    return found


def _nearest(person: ScreenPerson, point: Sequence[float]) -> float:
    distance = segment_distance(point, person.segments_px) if len(person.segments_px) else np.empty(0)
    finite = distance[np.isfinite(distance)]
    return float(finite.min()) if finite.size else float("inf")
