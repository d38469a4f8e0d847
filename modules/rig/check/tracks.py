"""People of a few frames close together, followed view by view, and which views' tracks are one person's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modules.core.geometry import undistort
from modules.core.people2d import People2D
from modules.core.types import Camera
from modules.rig.check.matching import match
from modules.rig.seen.sightings import FEWEST_JOINTS, SURE, sightings

#: From one frame to the next a person moves by less than this share of the size (median of the keypoints).
STEP = 0.35
#: A track shorter than this share of the frames is none.
SHORTEST = 0.5


@dataclass(frozen=True, eq=False)
class Track:
    """One person in one view over T frames.

    Attributes:
        view: which. place: float64 [T, 17, 2], normalised camera coordinates (undistorted); NaN: unknown.
        weight: float64 [T, 17], confidence; 0: unknown. size: float, the person's median size, rad.
        person: int [T], place in the frame's people; -1: not seen.
    """

    view: int
    place: np.ndarray
    weight: np.ndarray
    size: float
    person: np.ndarray


def tracks_of(frames: Sequence[People2D], view: int, camera: Camera) -> list[Track]:
    """The people that one view follows through the frames."""
    found: list[list[tuple[int, int]]] = []
    for t, frame in enumerate(frames):
        free = [n for n, row in enumerate(frame.views[view]) if (row[:, 2] > SURE).sum() >= FEWEST_JOINTS]
        ends = [(k, track[-1]) for k, track in enumerate(found) if t - track[-1][0] <= 2]
        far = [
            (_moved(frames[when].views[view][who], frame.views[view][n]), k, n) for k, (when, who) in ends for n in free
        ]  # fmt: skip
        taken_tracks: set[int] = set()
        for distance, k, n in sorted(far):
            if distance < STEP and k not in taken_tracks and n in free:
                found[k].append((t, n))
                taken_tracks.add(k)
                free.remove(n)
        found += [[(t, n)] for n in free]
    return [_track(frames, view, camera, rows) for rows in found if len(rows) >= max(3, SHORTEST * len(frames))]


def same_person(frames: Sequence[People2D], cameras: Sequence[Camera], tracks: Sequence[Track]) -> list[dict[int, int]]:
    """People as view → index of the track, by matching frame by frame; views that never agree are missing."""
    seen = sightings(frames, cameras)
    matched = match(seen)
    owner = {(t, track.view, int(n)): k for k, track in enumerate(tracks) for t, n in enumerate(track.person) if n >= 0}
    votes = np.zeros((len(tracks), len(tracks)), int)
    for frame, members in zip(matched.frame, matched.members, strict=True):
        rows = members[members >= 0]
        own = [owner.get((int(frame), int(seen.view[row]), int(seen.person[row]))) for row in rows]
        own = [k for k in own if k is not None]
        votes[np.ix_(own, own)] += 1
    people: list[dict[int, int]] = []
    for k in sorted(range(len(tracks)), key=lambda n: -int(votes[n].sum())):
        support = [sum(votes[k, other] for other in person.values()) for person in people]
        best = int(np.argmax(support)) if people else -1
        need = 0.3 * (tracks[k].person >= 0).sum()
        if best >= 0 and support[best] >= need and tracks[k].view not in people[best]:
            people[best][tracks[k].view] = k
        else:
            people.append({tracks[k].view: k})
    return people


def _moved(a: np.ndarray, b: np.ndarray) -> float:
    """Median way of the keypoints [17, 3] that both show, as a share of the person's size."""
    both = (a[:, 2] > SURE) & (b[:, 2] > SURE)
    if both.sum() < FEWEST_JOINTS:
        return float("inf")
    size = float(np.linalg.norm(np.ptp(a[both, :2], axis=0)))
    return float(np.median(np.linalg.norm(a[both, :2] - b[both, :2], axis=1))) / max(size, 1e-6)


def _track(frames: Sequence[People2D], view: int, camera: Camera, rows: Sequence[tuple[int, int]]) -> Track:
    place, weight = np.full((len(frames), 17, 2), np.nan), np.zeros((len(frames), 17))
    person = np.full(len(frames), -1)
    for t, n in rows:
        person[t] = n
        place[t], weight[t] = frames[t].views[view][n][:, :2], frames[t].views[view][n][:, 2]
    place = undistort(place, camera)
    weight = np.where((weight > SURE) & np.isfinite(place).all(-1), weight, 0.0)
    used = np.where((weight > 0)[..., None], place, np.nan)[person >= 0]
    size = np.median(np.linalg.norm(np.nanmax(used, axis=1) - np.nanmin(used, axis=1), axis=-1))
    return Track(view, np.where((weight > 0)[..., None], place, np.nan), weight, float(size), person)
