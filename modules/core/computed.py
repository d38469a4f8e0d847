"""What the network found in one frame, for any LoD distance: what a take keeps and every ``PoseResult`` is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType

import numpy as np

from .appearance import NUM_COLORS
from .errors import Note
from .geometry import visible_px
from .skeleton import NUM_JOINTS
from .types import Camera, Lod, Person, PoseResult, frozen_array


class State(IntEnum):
    """What became of one proposal."""

    ROOT = 0  # nobody asked for the pose yet
    POSED = 1
    REFUSED = 2  # its pose is off the floor, or too few views bear it out: nobody


@dataclass(frozen=True, eq=False)
class ComputedFrame:
    """Everyone whom the network takes for a person in one frame, and the poses that were computed so far.

    Attributes:
        frame_index: the FrameSet's index.
        time_s: the FrameSet's time.
        states: uint8 [P], values of ``State``; the surest proposal first.
        confidences: float32 [P], in [0, 1].
        roots_world_mm: float32 [P, 3], mm, world.
        joints_world_mm: float32 [P, J, 3], mm, world; NaN for ``State.ROOT``.
        view_trust: float32 [P, V, J], 1/mm; see ``Person``; NaN: not known.
        joint_sd_mm: float32 [P, J, 3], mm; see ``Person``; NaN: not known.
        seen_off_px: float32 [P, V, J, 2], px of the raw frames: from each joint's reprojection (outside the frame too) to where
            the 2D network sees it; NaN: nowhere near, or not known.
        extra_world_mm: float32 [P, E, 3], mm, world; joints beyond the skeleton; NaN: not found.
        colors: float32 [P, 6], 0–255, see ``appearance.clothes_colors``; NaN: not known.
        extra_names: E names.
        timings_ms: stage name → milliseconds.
        notes: sentences for the user about this frame.

    Raises:
        ValueError: shapes that don't fit together.
    """

    frame_index: int
    time_s: float
    states: np.ndarray
    confidences: np.ndarray
    roots_world_mm: np.ndarray
    joints_world_mm: np.ndarray
    view_trust: np.ndarray
    joint_sd_mm: np.ndarray | None = None
    seen_off_px: np.ndarray | None = None
    extra_world_mm: np.ndarray | None = None
    colors: np.ndarray | None = None
    extra_names: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        people = len(self.states)
        blanks = {
            "joint_sd_mm": (NUM_JOINTS, 3),
            "seen_off_px": (np.shape(self.view_trust)[1], NUM_JOINTS, 2),
            "extra_world_mm": (len(self.extra_names), 3),
            "colors": (NUM_COLORS,),
        }
        for name, shape in blanks.items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, np.full((people, *shape), np.nan, np.float32))
        shapes: dict[str, tuple[int | None, ...]] = {
            "confidences": (),
            "roots_world_mm": (3,),
            "joints_world_mm": (NUM_JOINTS, 3),
            "view_trust": (None, NUM_JOINTS),
            **blanks,
        }
        object.__setattr__(self, "states", frozen_array(self.states, np.uint8, (people,), "states"))
        for name, shape in shapes.items():
            object.__setattr__(self, name, frozen_array(getattr(self, name), np.float32, (people, *shape), name))
        object.__setattr__(self, "timings_ms", MappingProxyType(dict(self.timings_ms)))

    def __len__(self) -> int:
        return len(self.states)

    def in_range(self, lod_distance_mm: float, origin_xy_mm: tuple[float, float]) -> np.ndarray:
        """bool [P]: who is to have a pose at this LoD distance (0: everyone)."""
        return within_lod(self.roots_world_mm, lod_distance_mm, origin_xy_mm)

    def missing_mm(self, origin_xy_mm: tuple[float, float]) -> float:
        """Distance of the nearest person without a computed pose, mm; infinite if everyone has one."""
        waiting = self.roots_world_mm[self.states == State.ROOT]
        return float(floor_distance_mm(waiting, origin_xy_mm).min()) if len(waiting) else float("inf")

    def is_complete(self, lod_distance_mm: float, origin_xy_mm: tuple[float, float]) -> bool:
        """Whether everyone in range has been computed."""
        return not (self.in_range(lod_distance_mm, origin_xy_mm) & (self.states == State.ROOT)).any()

    def result(
        self,
        cameras: Sequence[Camera],
        lod_distance_mm: float,
        origin_xy_mm: tuple[float, float],
        track_ids: Sequence[int] | None = None,
    ) -> PoseResult:
        """The people as seen at a LoD distance, reprojected.

        Args:
            track_ids: P numbers, 0 for a proposal that is not to be shown; None: place in the frame, from 1.

        Raises:
            ValueError: somebody in range has no pose yet.
        """
        if not self.is_complete(lod_distance_mm, origin_xy_mm):
            raise ValueError(f"frame {self.frame_index} has people within {lod_distance_mm:g} mm without a pose")
        numbers = np.arange(1, len(self) + 1) if track_ids is None else np.asarray(track_ids)
        full = self.in_range(lod_distance_mm, origin_xy_mm)
        shown = np.flatnonzero((numbers != 0) & ~(full & (self.states == State.REFUSED)))
        # all points of all people at once: a projection costs its calls, not its points
        points = np.concatenate([self.roots_world_mm[:, None], self.joints_world_mm, self.extra_world_mm], 1)[shown]
        points[~full[shown], 1:] = np.nan
        pixels = np.stack([visible_px(points, camera) for camera in cameras], 1)
        persons = [
            self._person(int(n), int(numbers[n]), bool(full[n]), own, seen)
            for n, own, seen in zip(shown, points, pixels, strict=True)
        ]
        return PoseResult(
            frame_index=self.frame_index,
            time_s=self.time_s,
            lod_distance_mm=float(lod_distance_mm),
            lod_origin_xy_mm=tuple(origin_xy_mm),
            persons=tuple(sorted(persons, key=lambda person: (person.track_id, person.index))),
            timings_ms=self.timings_ms,
            notes=self.notes,
            extra_names=self.extra_names,
            found=self,
        )

    def _person(self, n: int, track_id: int, full: bool, points_mm: np.ndarray, points_px: np.ndarray) -> Person:
        """One person from root, joints and extra joints, float32 [1 + J + E, 3] and [V, 1 + J + E, 2]."""
        joints, extra = slice(1, 1 + NUM_JOINTS), slice(1 + NUM_JOINTS, None)
        known = np.float32(1 if full else np.nan)
        return Person(
            track_id=track_id,
            lod=Lod.FULL if full else Lod.ROOT_ONLY,
            confidence=float(self.confidences[n]),
            root_world_mm=points_mm[0],
            joints_world_mm=points_mm[joints],
            root_px=points_px[:, 0],
            joints_px=points_px[:, joints],
            view_trust=self.view_trust[n] * known,
            joint_sd_mm=self.joint_sd_mm[n] * known,
            seen_px=points_px[:, joints] + self.seen_off_px[n] * known,
            extra_world_mm=points_mm[extra],
            extra_px=points_px[:, extra],
            index=n,
        )


def floor_distance_mm(roots_world_mm: np.ndarray, origin_xy_mm: tuple[float, float]) -> np.ndarray:
    """float32 [...]: distance of roots [..., 3] from the LoD origin on the floor plane, mm: the one measure of the LoD rule."""
    return np.linalg.norm(np.asarray(roots_world_mm, np.float32)[..., :2] - np.asarray(origin_xy_mm, np.float32), axis=-1)


def within_lod(roots_world_mm: np.ndarray, lod_distance_mm: float, origin_xy_mm: tuple[float, float]) -> np.ndarray:
    """bool [...]: nearer than the LoD distance, mm; 0: everyone is."""
    distance_mm = floor_distance_mm(roots_world_mm, origin_xy_mm)
    return distance_mm < np.float32(lod_distance_mm or np.inf)
