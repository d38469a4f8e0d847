"""The values that rooms hand to one another: frozen dataclasses with read-only arrays.

Axis letters, everywhere in this project:
    B batch, V view (camera), P person, J joint, H image or heatmap rows, W columns, C channel, X/Y/Z voxels.
Frames: *world* is right-handed, millimetres, z up; *camera* is x right, y down, z forward; *px* is a raw frame's pixels with
(0, 0) at the centre of the top-left pixel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from .errors import Note
from .skeleton import NUM_JOINTS

if TYPE_CHECKING:
    from .computed import ComputedFrame
    from .world import Space, World

#: Bounds of a camera's numbers: none is near them, and arithmetic on what lies beyond runs over.
MAX_SIDE_PX, MAX_FOCAL_PX, MAX_COEFFICIENT, MAX_DISTANCE_MM = 100_000, 1e7, 1e6, 1e10
#: How far R·Rᵀ may be from the identity before a matrix is refused as a rotation.
ORTHONORMAL_TOLERANCE = 1e-3


#: A view bears a joint out if its standard deviation across the view's ray is smaller than this, mm.
SUPPORT_MM = 200.0


def supporting_views(view_trust: np.ndarray) -> np.ndarray:
    """int [...]: views that place a third of the joints to SUPPORT_MM, by their trust float [..., V, J], 1/mm; NaN: none."""
    return ((view_trust > 1 / SUPPORT_MM).mean(-1) >= 1 / 3).sum(-1)


class Lod(Enum):
    """Level of detail of one person."""

    FULL = "full"  # the pose net ran: 15 joints
    ROOT_ONLY = "root_only"  # beyond the LoD distance: the root alone


def frozen_array(value: object, dtype: type, shape: tuple[int | None, ...], name: str) -> np.ndarray:
    """Read-only copy of ``value`` as ``dtype`` with ``shape`` (None: any length); ValueError that names it otherwise."""
    array = np.array(value, dtype=dtype)
    if len(array.shape) != len(shape) or any(
        want is not None and got != want for got, want in zip(array.shape, shape, strict=True)
    ):
        raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class Camera:
    """A calibrated pinhole camera with OpenCV's radial-tangential distortion, in the network convention.

    ``x_cam = R_world_to_cam @ (x_world - center_world_mm)``.

    Attributes:
        name: the camera's name in the recording.
        width_px, height_px: size of the calibrated frame.
        fx, fy, cx, cy: float, px.
        R_world_to_cam: float64 [3, 3], rotation, world to camera.
        center_world_mm: float64 [3], camera centre, world (not OpenCV's translation t = -R·centre).
        k: float64 [3], radial (k1, k2, k3).
        p: float64 [2], tangential (p1, p2).

    Raises:
        ValueError: a number is not finite, a size or focal length is not positive, or R is not a rotation.
    """

    name: str
    width_px: int
    height_px: int
    fx: float
    fy: float
    cx: float
    cy: float
    R_world_to_cam: np.ndarray
    center_world_mm: np.ndarray
    k: np.ndarray = field(default_factory=lambda: np.zeros(3))
    p: np.ndarray = field(default_factory=lambda: np.zeros(2))

    def __post_init__(self) -> None:
        for name, shape in (("R_world_to_cam", (3, 3)), ("center_world_mm", (3,)), ("k", (3,)), ("p", (2,))):
            array = frozen_array(getattr(self, name), np.float64, shape, name)
            if not np.isfinite(array).all():
                raise ValueError(Note("{key} has a number that is not finite", key=name))
            object.__setattr__(self, name, array)
        if not np.isfinite([self.fx, self.fy, self.cx, self.cy]).all():
            raise ValueError(Note("{key} has a number that is not finite", key="fx, fy, cx, cy"))
        if self.fx <= 0 or self.fy <= 0:
            raise ValueError(Note("focal lengths must be positive, got fx={fx}, fy={fy}", fx=self.fx, fy=self.fy))
        if self.width_px <= 0 or self.height_px <= 0:
            size = Note("frame size must be positive, got {width}x{height}", width=self.width_px, height=self.height_px)
            raise ValueError(size)
        bounds = (
            ("frame size", max(self.width_px, self.height_px), MAX_SIDE_PX),
            ("fx, fy, cx, cy", max(map(abs, (self.fx, self.fy, self.cx, self.cy))), MAX_FOCAL_PX),
            ("distortion", np.abs([*self.k, *self.p]).max(), MAX_COEFFICIENT),
            ("centre", np.abs(self.center_world_mm).max(), MAX_DISTANCE_MM),
        )
        for key, value, most in bounds:
            if value > most:
                raise ValueError(Note("{key}: {value:.3g} is far too large", key=key, value=float(value)))
        R = self.R_world_to_cam
        if np.abs(R).max() > 2:
            raise ValueError(Note("R is not a rotation (R·Rᵀ differs from the identity by {error:.3g})", error=np.abs(R).max()))
        error = float(np.abs(R @ R.T - np.eye(3)).max())
        if error > ORTHONORMAL_TOLERANCE or np.linalg.det(R) < 0:
            raise ValueError(Note("R is not a rotation (R·Rᵀ differs from the identity by {error:.3g})", error=error))

    @property
    def K(self) -> np.ndarray:
        """float64 [3, 3], px: the intrinsic matrix."""
        return np.array([[self.fx, 0.0, self.cx], [0.0, self.fy, self.cy], [0.0, 0.0, 1.0]])

    @property
    def distortion_opencv(self) -> np.ndarray:
        """float64 [5]: (k1, k2, p1, p2, k3), OpenCV's order."""
        return np.array([self.k[0], self.k[1], self.p[0], self.p[1], self.k[2]])


@dataclass(frozen=True, eq=False)
class FrameSet:
    """V images of one instant and the cameras that took them.

    Attributes:
        index: frame number in the recording, from 0.
        time_s: seconds from the recording's start.
        images: V arrays uint8 [H, W, 3], RGB, read-only; sizes may differ between views.
        cameras: V cameras, same order.
        space: where to look for people, where the rig check found that out; None: not known.
        missing: V bools: this camera has no frame of this instant (it is damaged, or was dropped). Its image is black, and it
            counts as seeing nothing, not as seeing nobody. Empty: none is missing.
        shrunk: px of the raw frame that are one px here, in both directions: more than 1 in small copies for show (proxies).

    Raises:
        ValueError: the counts differ, or an image is not uint8 [H, W, 3].
    """

    index: int
    time_s: float
    images: tuple[np.ndarray, ...]
    cameras: tuple[Camera, ...]
    space: Space | None = None
    missing: tuple[bool, ...] = ()
    shrunk: int = 1

    def __post_init__(self) -> None:
        if len(self.images) != len(self.cameras):
            raise ValueError(f"{len(self.images)} images for {len(self.cameras)} cameras")
        object.__setattr__(self, "missing", tuple(self.missing) or (False,) * len(self.cameras))
        if len(self.missing) != len(self.cameras):
            raise ValueError(f"{len(self.missing)} entries in missing for {len(self.cameras)} cameras")
        for image, camera in zip(self.images, self.cameras, strict=True):
            if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
                raise ValueError(f"{camera.name}: image is {image.dtype} {image.shape}, expected uint8 [H, W, 3]")
            image.setflags(write=False)

    @property
    def nbytes(self) -> int:
        """Bytes held by the images."""
        return sum(image.nbytes for image in self.images)


@dataclass(frozen=True, eq=False)
class Person:
    """One person in one frame.

    Attributes:
        track_id: number that stays with a person from frame to frame, from 1, once a take gave it; before that the place in
            the frame.
        lod: FULL has joints, ROOT_ONLY has not.
        confidence: float in [0, 1], the root net's score.
        root_world_mm: float32 [3], mm, world: the proposal's place (mid-hip).
        joints_world_mm: float32 [J, 3], mm, world; all NaN for ROOT_ONLY.
        root_px: float32 [V, 2], px; NaN where the view does not see the root.
        joints_px: float32 [V, J, 2], px; NaN where the view does not see the joint (behind the camera, beyond the
            distortion's valid radius, outside the frame), and everywhere for ROOT_ONLY.
        face_crops: V entries, uint8 [h, w, 3] RGB around the nose (at most 224 px a side, less at the frame's border), None
            where the nose is outside the frame; empty for ROOT_ONLY.
        view_trust: float32 [V, J], 1/mm: how sure each view is of each joint, as the inverse of a standard deviation across
            its ray; 0: the view says nothing; NaN: not known.
        joint_sd_mm: float32 [J, 3], mm, world axes: standard deviation of each joint, from the views' trust and where they
            stand; NaN: not known.
        seen_px: float32 [V, J, 2], px: where the 2D network sees the joint (its heatmap's nearest peak); NaN: nowhere near, or
            not known.
        extra_world_mm: float32 [E, 3], mm, world: the joints beyond the skeleton (feet, hands, face) that the 2D network
            knows, named by the PoseResult's ``extra_names``; NaN: not found.
        extra_px: float32 [V, E, 2], px; NaN where the view does not see it.
        index: place among everyone found in the frame, from 0: which proposal this is, however it is numbered.
    """

    track_id: int
    lod: Lod
    confidence: float
    root_world_mm: np.ndarray
    joints_world_mm: np.ndarray
    root_px: np.ndarray
    joints_px: np.ndarray
    face_crops: tuple[np.ndarray | None, ...] = ()
    view_trust: np.ndarray | None = None
    joint_sd_mm: np.ndarray | None = None
    seen_px: np.ndarray | None = None
    extra_world_mm: np.ndarray | None = None
    extra_px: np.ndarray | None = None
    index: int = 0

    def __post_init__(self) -> None:
        views = len(self.root_px)
        for name, shape in (
            ("view_trust", (views, NUM_JOINTS)),
            ("joint_sd_mm", (NUM_JOINTS, 3)),
            ("seen_px", (views, NUM_JOINTS, 2)),
            ("extra_world_mm", (0, 3)),
            ("extra_px", (views, 0, 2)),
        ):
            if getattr(self, name) is None:
                object.__setattr__(self, name, np.full(shape, np.nan, np.float32))
        for name, shape in (
            ("root_world_mm", (3,)),
            ("joints_world_mm", (NUM_JOINTS, 3)),
            ("root_px", (None, 2)),
            ("joints_px", (None, NUM_JOINTS, 2)),
            ("view_trust", (views, NUM_JOINTS)),
            ("joint_sd_mm", (NUM_JOINTS, 3)),
            ("seen_px", (views, NUM_JOINTS, 2)),
            ("extra_world_mm", (None, 3)),
            ("extra_px", (views, None, 2)),
        ):
            object.__setattr__(self, name, frozen_array(getattr(self, name), np.float32, shape, name))

    @property
    def supporting_views(self) -> int | None:
        """How many views bear the person out: those that place a third of the joints to SUPPORT_MM. None: not known.

        One view alone knows a direction and no distance: such a person's place is a guess by the size of people.
        """
        return int(supporting_views(self.view_trust)) if np.isfinite(self.view_trust).any() else None

    def distance_mm(self, origin_xy_mm: tuple[float, float]) -> float:
        """Distance of the root from the LoD origin on the floor plane, mm."""
        return float(np.linalg.norm(self.root_world_mm[:2] - np.asarray(origin_xy_mm, np.float32), axis=-1))

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays and crops."""
        arrays = (self.root_world_mm, self.joints_world_mm, self.root_px, self.joints_px, *self.face_crops)
        arrays += (self.view_trust, self.joint_sd_mm, self.seen_px, self.extra_world_mm, self.extra_px)
        return sum(a.nbytes for a in arrays if a is not None)


@dataclass(frozen=True, eq=False)
class PoseResult:
    """All that was found in one FrameSet.

    Attributes:
        frame_index: the FrameSet's index.
        time_s: the FrameSet's time.
        lod_distance_mm: the LoD distance this was computed for; 0: no limit.
        lod_origin_xy_mm: (x, y), mm, world: where the LoD distance is measured from.
        persons: the people, ordered by track_id.
        heatmaps: float16 [V, J, H, W] in [0, 1], read-only, or None where they were not kept.
        frame_to_heatmap: float64 [V, 2, 3]: affine from a view's raw px to heatmap cells.
        timings_ms: stage name -> milliseconds; the stages are those of ``STAGES``, absent where the stage did not run.
        notes: sentences for the user about this frame ("CUDA ran out of memory, …"); usually empty.
        extra_names: names of the joints in every person's ``extra_world_mm``, in its order.
        found: what this was made from and a take keeps; None where it was read from a file of results.
    """

    frame_index: int
    time_s: float
    lod_distance_mm: float
    lod_origin_xy_mm: tuple[float, float]
    persons: tuple[Person, ...]
    heatmaps: np.ndarray | None = None
    frame_to_heatmap: np.ndarray | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    extra_names: tuple[str, ...] = ()
    found: ComputedFrame | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "timings_ms", MappingProxyType(dict(self.timings_ms)))
        if self.heatmaps is not None:
            self.heatmaps.setflags(write=False)

    @property
    def nbytes(self) -> int:
        """Bytes held, for caches."""
        return sum(p.nbytes for p in self.persons) + (0 if self.heatmaps is None else self.heatmaps.nbytes)


#: Stages that are timed, in the order in which they run.
STAGES: tuple[str, ...] = ("read", "prepare", "backbone", "root_net", "pose_net", "refine", "reproject", "draw")
#: Those that run for people in full detail alone.
POSE_STAGES: tuple[str, ...] = ("pose_net", "refine")


@dataclass(frozen=True)
class Opened:
    """What was done to one camera's frames when its recording was opened.

    Attributes:
        quarter_turns: clockwise, by which raw frames are turned to stand upright; own_turns: of those, the calibration file's.
        redrawn: whether they are drawn as a simpler lens than the calibration's would see them.
        late_s, drift: how late they are, s, and s a second, as the configuration or else the calibration's file says: made up
            for. late_frames: likewise in frames of the recording, besides.
    """

    quarter_turns: int = 0
    own_turns: int = 0
    redrawn: bool = False
    late_s: float = 0.0
    drift: float = 0.0
    late_frames: int = 0


@dataclass(frozen=True)
class SourceInfo:
    """What was found when a recording was opened, for people to read.

    Attributes:
        path: the folder as given.
        format: its format's name ("pose2sim", "panoptic", "focus", "folder").
        camera_names: names, in view order.
        frame_count: frames that all cameras have.
        sizes_px: (width, height) of each camera's frames.
        fps: frames per second; NaN where the files don't say.
        notes: sentences worth showing (a camera is longer than the others, …).
        world: from the calibration's own coordinates to those of the cameras; None: they are the same.
        space: where to look for people, in the cameras' coordinates; None: not known.
        opened: of each camera; empty: nothing was done. timed: whether cameras can be paired by time.
        rounded_s: of each camera, s (median): how much later than asked for its frames are, as frames are whole; empty: not.
        clock: name of the camera whose frames set the time; empty: no camera's.
    """

    path: str
    format: str
    camera_names: tuple[str, ...]
    frame_count: int
    sizes_px: tuple[tuple[int, int], ...]
    fps: float
    notes: tuple[Note, ...] = ()
    world: World | None = None
    space: Space | None = None
    opened: tuple[Opened, ...] = ()
    timed: bool = True
    rounded_s: tuple[float, ...] = ()
    clock: str = ""

    @property
    def delays(self) -> dict[str, list[float]]:
        """Camera → [s, s a second] by which it is late and that is made up for, where it is; frames are besides."""
        late = zip(self.camera_names, self.opened, strict=True) if self.opened else ()
        return {name: [done.late_s, done.drift] for name, done in late if done.late_s or done.drift}

    @property
    def turns(self) -> dict[str, int]:
        """Camera → quarter turns clockwise by which its frames were turned, where they were."""
        turned = zip(self.camera_names, self.opened, strict=True) if self.opened else ()
        return {name: done.quarter_turns for name, done in turned if done.quarter_turns}
