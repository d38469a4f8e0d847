"""2D people as rays in the world: what all views see of everybody in several frames, in one flat table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from modules.core.geometry import world_rays
from modules.core.people2d import People2D
from modules.core.types import Camera

#: A keypoint surer than this tells something about geometry, and a person needs so many of them to count.
SURE, FEWEST_JOINTS = 0.3, 6


@dataclass(frozen=True, eq=False)
class Sightings:
    """People as single views see them, N over all frames.

    Attributes:
        frame: int [N], place of the frame in the sequence given. view: int [N]. person: int [N], place in the view's people.
        centers: float64 [N, 3], mm, world: the camera's centre.
        rays: float64 [N, 17, 3], unit vectors, world axes, of COCO's keypoints; NaN where there is none.
        weights: float64 [N, 17], confidence; 0: not used.
        size_rad: float64 [N], rad: how large the person appears (diagonal around the keypoints used).
        frame_count, view_count: of the sequence.
    """

    frame: np.ndarray
    view: np.ndarray
    person: np.ndarray
    centers: np.ndarray
    rays: np.ndarray
    weights: np.ndarray
    size_rad: np.ndarray
    frame_count: int
    view_count: int

    def of(self, rows: np.ndarray) -> Sightings:
        """Some of the rows (indices or bool)."""
        return replace(self, **{name: getattr(self, name)[rows] for name in _COLUMNS})


_COLUMNS = ("frame", "view", "person", "centers", "rays", "weights", "size_rad")


def sightings(frames: Sequence[People2D], cameras: Sequence[Camera], sure: float = SURE) -> Sightings:
    """Everyone in every view who shows FEWEST_JOINTS keypoints surer than ``sure``."""
    return joined([of_view([people.views[v] for people in frames], v, camera, sure) for v, camera in enumerate(cameras)])


def of_view(people: Sequence[np.ndarray], view: int, camera: Camera, sure: float = SURE) -> Sightings:
    """One view's people.

    Args:
        people: of each frame float [P, 17, 3], px, confidence.
    """
    counts = [len(in_frame) for in_frame in people]
    points = np.concatenate([np.zeros((0, 17, 3)), *people]).astype(np.float64)
    rays = world_rays(points[..., :2], camera)
    weights = np.where((points[..., 2] > sure) & np.isfinite(rays).all(-1), points[..., 2], 0.0)
    size = _diagonal(points[..., :2], weights > 0) / np.sqrt(camera.fx * camera.fy)
    made = Sightings(
        np.repeat(np.arange(len(people)), counts),
        np.full(len(points), view),
        np.concatenate([np.zeros(0, int), *(np.arange(count) for count in counts)]),
        np.broadcast_to(camera.center_world_mm, (len(points), 3)),
        rays,
        weights,
        size,
        len(people),
        view + 1,
    )
    return made.of(((weights > 0).sum(-1) >= FEWEST_JOINTS) & (size > 0))


def joined(parts: Sequence[Sightings]) -> Sightings:
    """Views of the same frames in one table."""
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS}
    return Sightings(**columns, frame_count=parts[0].frame_count, view_count=max(part.view_count for part in parts))


def side_by_side(cases: Sequence[Sightings]) -> Sightings:
    """Several versions of the same frames in one table: version n's frames come after those of the versions before."""
    count = cases[0].frame_count
    columns = {name: np.concatenate([getattr(case, name) for case in cases]) for name in _COLUMNS}
    columns["frame"] = np.concatenate([case.frame + n * count for n, case in enumerate(cases)])
    return Sightings(**columns, frame_count=count * len(cases), view_count=cases[0].view_count)


def _diagonal(points: np.ndarray, used: np.ndarray) -> np.ndarray:
    """float64 [N], px: diagonal of the box around the keypoints used."""
    low = np.where(used[..., None], points, np.inf).min(1, initial=np.inf)
    high = np.where(used[..., None], points, -np.inf).max(1, initial=-np.inf)
    return np.hypot(*np.where(used.any(1)[:, None], high - low, 0.0).T)
