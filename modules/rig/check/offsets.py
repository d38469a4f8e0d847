"""Cameras out of step: the shift in time at which each agrees best with what the others show of people in motion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from modules.core.errors import SourceError
from modules.core.people2d import People2D
from modules.core.types import Camera
from modules.rig.check.tracks import Track, same_person, tracks_of
from modules.rig.seen.triangulation import triangulate

#: Misses as a share of the person's size from which they count less and less (Geman–McClure): a joint's own after its median
#: along the track was taken out, and the whole.
OWN, WHOLE = 0.04, 0.15
#: Share of the whole miss in the cost: it alone tells of people who walk straight, but a calibration's error goes into it.
WHOLE_SHARE = 0.15
#: Cameras as near in time as this, in steps between frames, are taken to be in step; one that is late by little must not be.
SAME_TIME = 0.3
#: A frame with less weight than this in a smoothed place may lack.
SLIGHT = 0.05
#: A shift is believed where the lowest cost is below this share of the median one.
CLEAR = 0.65
#: Of two cameras each sees only what moves across the other's epipolar lines, so their minimum is trusted less.
TWO_CAMERAS = 0.75
#: Joints that fit somebody in another view at the best shift miss by less than this share of the size.
FITS = 0.10
#: Somebody moves whose keypoints' way (80 % of it, median of the joints) is this share of the size.
MOVES = 0.1
#: A joint that is seen in fewer frames says nothing of that.
FEWEST_SEEN = 3
#: Sweeps over all cameras; shifts with less than this share of the frames in common are not judged.
SWEEPS, COMMON = 4, 0.35


@dataclass(frozen=True, eq=False)
class Offset:
    """How late one camera is.

    Attributes:
        late_s: seconds by which its frames show what the others showed earlier (positive: late); NaN: unknown.
        certainty: 0–1: one minus lowest over median cost; below 1 - CLEAR it is not to be believed.
        people: tracks that it rests on.
    """

    late_s: float
    certainty: float
    people: int

    @property
    def is_certain(self) -> bool:
        """Whether it can be believed."""
        return self.people > 0 and self.certainty >= 1 - CLEAR


class Motion:
    """People in motion over frames close together, and the cameras that see them.

    Args:
        frames: T frames at equal distances in time. cameras: V cameras. step_s: seconds between two of the frames.
    """

    def __init__(self, frames: Sequence[People2D], cameras: Sequence[Camera], step_s: float) -> None:
        self.cameras, self.step_s, self.count = tuple(cameras), step_s, len(frames)
        self.tracks = [track for view, camera in enumerate(cameras) for track in tracks_of(frames, view, camera)]
        self.people = same_person(frames, cameras, self.tracks)
        self._shifted: dict[tuple[int, float], tuple[np.ndarray, np.ndarray]] = {}

    @property
    def moves(self) -> bool:
        """Whether two views at least show anybody move."""
        return len({track.view for track in self.tracks if _way(track) >= MOVES}) >= 2

    def offsets(self, shifts_s: np.ndarray) -> list[Offset]:
        """How late each camera is; the most common time of the cameras is 0.

        Args:
            shifts_s: float [S], rising at equal distances, the shifts to try.
        """
        views = len(self.cameras)
        late = np.zeros(views)
        found = [Offset(float("nan"), 0.0, 0)] * views
        agree = np.array([sum(view in person and len(person) > 1 for person in self.people) for view in range(views)])
        for _ in range(SWEEPS):
            before = late.copy()
            for view in np.argsort(agree, kind="stable"):
                own = self._offset(int(view), late, shifts_s)
                found[view] = own
                if own.is_certain:
                    late[view] = own.late_s
            late -= _most_common(late, self.step_s)
            if np.abs(late - before).max() < 0.02 * self.step_s:
                break
        return [
            Offset(float(late[v]) if own.people else float("nan"), own.certainty, own.people) for v, own in enumerate(found)
        ]

    def _offset(self, view: int, late: np.ndarray, shifts_s: np.ndarray) -> Offset:
        total = np.zeros(len(shifts_s))
        weight = np.zeros(len(shifts_s))
        people = 0
        for person in self.people:
            others = [self.tracks[k] for v, k in person.items() if v != view]
            own = [self.tracks[person[view]]] if view in person else self._unclaimed(view)
            if not others or not own or (len(others) < 2 and len(self.cameras) > 2):
                continue
            curves = [self._curve(track, others, late, shifts_s) for track in own]
            best = int(np.argmin([plain for _, _, plain in curves]))
            cost, share, plain = curves[best]
            if plain > FITS:
                continue
            people += 1
            total += np.where(share > 0, cost, 0.0) * share
            weight += share
        judged = weight > COMMON * weight.max() if people else np.zeros(len(shifts_s), bool)
        if judged.sum() < 5:
            return Offset(float("nan"), 0.0, 0)
        cost = np.where(judged, total / np.where(weight > 0, weight, 1.0), np.nan)
        n = int(np.nanargmin(cost))
        certainty = float(np.clip(1 - cost[n] / np.nanmedian(cost), 0.0, 1.0))
        if len(self.cameras) == 2:
            certainty *= TWO_CAMERAS
        return Offset(_lowest(shifts_s, cost, n), certainty, people)

    def _at(self, track: Track, shift: float) -> tuple[np.ndarray, np.ndarray]:
        """See ``_at``; every sweep asks for the same ones."""
        key = (id(track), shift)
        if key not in self._shifted:
            self._shifted[key] = _at(track, shift)
        return self._shifted[key]

    def _unclaimed(self, view: int) -> list[Track]:
        """Tracks of a view that agree with no other view."""
        alone = {k for person in self.people if len(person) == 1 for k in person.values()}
        return [track for k, track in enumerate(self.tracks) if track.view == view and k in alone]

    def _curve(
        self, own: Track, others: Sequence[Track], late: np.ndarray, shifts_s: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, float]:
        """Cost and share of the joints judged at each shift [S], and the lowest median miss, as a share of the size."""
        missed, weights = self._missed(own, others, late, shifts_s)  # [S, T, 17, C], [S, T, 17]
        weights = np.where(np.isfinite(missed).all(-1), weights, 0.0)
        missed = np.where((weights > 0)[..., None], missed, np.nan) / own.size
        typical = _middle_over_time(missed)
        left = np.linalg.norm(missed - typical, axis=-1)
        whole = np.linalg.norm(missed, axis=-1)
        robust = (1 - WHOLE_SHARE) * _geman_mcclure(left, OWN) + WHOLE_SHARE * _geman_mcclure(whole, WHOLE)
        share = weights.sum((1, 2))
        cost = np.where(weights > 0, weights * robust, 0.0).sum((1, 2)) / np.maximum(share, 1e-9)
        fits = _middle_over_time(whole.reshape(len(shifts_s), -1, 1, 1))[:, 0, 0, 0]
        fits = np.where(share > COMMON * share.max(), fits, np.inf) if share.max() > 0 else np.full(len(shifts_s), np.inf)
        return cost, share, float(np.nan_to_num(fits, nan=np.inf).min())

    def _missed(
        self, own: Track, others: Sequence[Track], late: np.ndarray, shifts_s: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """What the camera shows at each shift minus where the others have it, normalised camera coordinates, and its weight.

        With one other camera alone: the distance from its ray's image (the epipolar line).
        """
        camera = self.cameras[own.view]
        shown, weight = zip(*(self._at(own, shift / self.step_s) for shift in shifts_s), strict=True)
        shown, weight = np.array(shown), np.array(weight)
        centers = np.array([self.cameras[track.view].center_world_mm for track in others])
        rays, weights = [], []
        for track in others:
            place, sure = self._at(track, late[track.view] / self.step_s)
            ray = np.concatenate((place, np.ones((*place.shape[:-1], 1))), -1) @ self.cameras[track.view].R_world_to_cam
            rays.append(ray / np.linalg.norm(ray, axis=-1, keepdims=True))
            weights.append(sure)
        if len(others) == 1:
            baseline = camera.R_world_to_cam @ (centers[0] - camera.center_world_mm)
            normal = np.cross(np.broadcast_to(baseline, rays[0].shape), rays[0] @ camera.R_world_to_cam.T)
            normal /= np.maximum(np.linalg.norm(normal[..., :2], axis=-1, keepdims=True), 1e-9)
            seen = np.concatenate((shown, np.ones((*shown.shape[:-1], 1))), -1)
            return (seen * normal).sum(-1)[..., None], np.where(weights[0] > 0, weight, 0.0)
        points = triangulate(
            np.broadcast_to(centers, (self.count, *centers.shape)), np.stack(rays, 1), np.stack(weights, 1)
        )  # fmt: skip
        in_camera = (points - camera.center_world_mm) @ camera.R_world_to_cam.T
        with np.errstate(invalid="ignore", divide="ignore"):
            expected = np.where(in_camera[..., 2:] > 0, in_camera[..., :2] / in_camera[..., 2:], np.nan)
        return shown - expected, weight


def read_exactly(
    offsets: Sequence[Offset], cameras: Sequence[Camera], frames: Sequence[People2D], step_s: float
) -> list[Offset]:
    """The same offsets, those of cameras out of step as ``by_motion`` has them where it is sure and says about the same.

    What is least where people are compared in space bends with the calibration's errors, by up to a frame; what goes with the
    speed does not. That a camera is late at all stays for ``Motion`` to say, which sees who it is that moves.

    Args:
        offsets: of ``Motion``. frames, step_s: as ``Motion`` had them.
    """
    in_step = [o.is_certain and abs(o.late_s) < SAME_TIME * step_s for o in offsets]
    late = [o.is_certain and not near for o, near in zip(offsets, in_step, strict=True)]
    if not any(late):
        return list(offsets)
    from modules.rig.sync.delays import by_motion  # which takes a second to load, and most rigs are in step

    try:
        steps = by_motion(cameras, frames)
    except SourceError:  # too short, or nobody moves as it needs
        return list(offsets)
    common = [step.offset_s for step, near in zip(steps, in_step, strict=True) if near and step.certain]
    if not common:
        return list(offsets)
    read = [step.offset_s - float(np.mean(common)) for step in steps]
    return [
        replace(o, late_s=s) if out and step.certain and abs(s - o.late_s) < step_s else o
        for o, out, step, s in zip(offsets, late, steps, read, strict=True)
    ]


def _at(track: Track, shift: float) -> tuple[np.ndarray, np.ndarray]:
    """The track ``shift`` frames later, smoothed: places [T, 17, 2], weights [T, 17]; 0 outside.

    The weights are those of a cubic B-spline, whose noise is nearly the same between frames as at them: by straight lines it is
    half as much between them, which draws the minimum there.
    """
    when = np.arange(len(track.place)) + shift
    low = np.floor(when).astype(int)
    t = (when - low)[:, None]
    parts = ((1 - t) ** 3 / 6, (3 * t**3 - 6 * t**2 + 4) / 6, (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6, t**3 / 6)
    known = np.isfinite(track.place).all(-1) & (track.weight > 0)
    place, total, weight = np.zeros_like(track.place, float), np.zeros(known.shape), np.full(known.shape, np.inf)
    for n, part in enumerate(parts):
        at = low - 1 + n
        inside = (at >= 0) & (at < len(known))
        at = np.clip(at, 0, len(known) - 1)
        there = inside[:, None] & known[at]
        place += np.where(there, part, 0.0)[..., None] * np.where(there[..., None], track.place[at], 0.0)
        total += np.where(there, part, 0.0)
        weight = np.where(part > SLIGHT, np.minimum(weight, np.where(there, track.weight[at], 0.0)), weight)
    whole = total > 1 - SLIGHT  # what carries little weight may lack
    return np.where(whole[..., None], place / np.where(whole, total, 1.0)[..., None], np.nan), np.where(whole, weight, 0.0)


def _way(track: Track) -> float:
    """How far the track's joints get, as a share of the person's size: their median."""
    seen = track.place[:, (np.isfinite(track.place).all(-1)).sum(0) >= FEWEST_SEEN]
    if not seen.shape[1]:
        return 0.0
    low, high = np.nanpercentile(seen, (10, 90), axis=0)
    return float(np.median(np.linalg.norm(high - low, axis=-1)) / track.size)


def _geman_mcclure(values: np.ndarray, scale: float) -> np.ndarray:
    squared = (values / scale) ** 2
    return squared / (1 + squared)


def _middle_over_time(values: np.ndarray) -> np.ndarray:
    """Median over axis 1, NaN left out, that axis kept."""
    ordered = np.sort(values, axis=1)
    count = np.isfinite(values).sum(1, keepdims=True)
    return np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, 1)


def _lowest(shifts_s: np.ndarray, cost: np.ndarray, n: int) -> float:
    """Where a parabola through the lowest cost and two neighbours on either side has its minimum, s."""
    near = np.arange(max(n - 2, 0), min(n + 3, len(cost)))
    near = near[np.isfinite(cost[near])]
    if len(near) < 4:
        return float(shifts_s[n])
    a, b, _ = np.polyfit(shifts_s[near] - shifts_s[n], cost[near], 2)
    step = shifts_s[1] - shifts_s[0]
    return float(shifts_s[n] + (np.clip(-b / (2 * a), -step, step) if a > 0 else 0.0))


def _most_common(late: np.ndarray, step_s: float) -> float:
    """The time that most cameras share: their mean; of two equal crowds the first camera's."""
    near = np.abs(late[:, None] - late[None]) < SAME_TIME * step_s
    crowd = int(np.argmax(near.sum(1)))
    return float(late[near[crowd]].mean())
