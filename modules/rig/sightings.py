"""2D people as rays in the world: what all views see of everybody in several frames, in one flat table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


def sightings(frames: Sequence[People2D], cameras: Sequence[Camera], sure: float = SURE) -> Sightings:
    """Everyone in every view who shows FEWEST_JOINTS keypoints surer than ``sure``."""
    frame, person, view, keypoints, rays = [], [], [], [], []
    for v, camera in enumerate(cameras):
        in_view = [people.views[v] for people in frames]
        counts = [len(people) for people in in_view]
        points = np.concatenate(in_view).astype(np.float64) if in_view else np.zeros((0, 17, 3))
        frame.append(np.repeat(np.arange(len(frames)), counts))
        person.append(np.concatenate([np.arange(count) for count in counts]) if counts else np.zeros(0, int))
        view.append(np.full(len(points), v))
        keypoints.append(points)
        rays.append(world_rays(points[..., :2], camera))
    view_of = np.concatenate(view)
    points, directions = np.concatenate(keypoints), np.concatenate(rays)
    weights = np.where((points[..., 2] > sure) & np.isfinite(directions).all(-1), points[..., 2], 0.0)
    focal = np.array([np.sqrt(camera.fx * camera.fy) for camera in cameras])
    size = _diagonal(points[..., :2], weights > 0) / focal[view_of]
    kept = ((weights > 0).sum(-1) >= FEWEST_JOINTS) & (size > 0)
    return Sightings(
        np.concatenate(frame)[kept],
        view_of[kept],
        np.concatenate(person)[kept],
        np.array([camera.center_world_mm for camera in cameras])[view_of[kept]],
        directions[kept],
        weights[kept],
        size[kept],
        len(frames),
        len(cameras),
    )


def _diagonal(points: np.ndarray, used: np.ndarray) -> np.ndarray:
    """float64 [N], px: diagonal of the box around the keypoints used."""
    low = np.where(used[..., None], points, np.inf).min(1)
    high = np.where(used[..., None], points, -np.inf).max(1)
    return np.where(used.any(1), np.hypot(*np.where(used.any(1)[:, None], high - low, 0.0).T), 0.0)
