"""A source and an estimator for the exporters' and the main job's tests: small frames, people at known places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from modules.core.computed import ComputedFrame, State, within_lod
from modules.core.geometry import visible_px
from modules.core.protocols import Estimator
from modules.core.skeleton import NUM_JOINTS
from modules.core.types import Camera, FrameSet, Lod, Person, PoseResult, SourceInfo

#: mm from the mid-hip; a T-shape seen from -y with its left on +x (to the right in the picture). Joint order of the skeleton.
FIGURE = np.array(
    [
        (0, 0, 500), (0, -90, 700), (0, 0, 0),
        (180, 0, 500), (430, 0, 500), (680, 0, 500), (100, 0, 0), (110, 0, -420), (110, 0, -830),
        (-180, 0, 500), (-430, 0, 500), (-680, 0, 500), (-100, 0, 0), (-110, 0, -420), (-110, 0, -830),
    ],
    np.float32,
)  # fmt: skip
HIP_MM = 900.0
GREY = 70


def facing_camera(name: str, size: tuple[int, int] = (320, 240), x_mm: float = 0.0) -> Camera:
    """A camera 5 m from the origin on -y, 0.9 m high, level, looking along +y: x right is world x, y down is world -z."""
    R = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
    focal = 0.9 * min(size)
    return Camera(name, *size, focal, focal, (size[0] - 1) / 2, (size[1] - 1) / 2, R, np.array([x_mm, -5000.0, HIP_MM]))


def figure(cameras: tuple[Camera, ...], track_id: int, x_mm: float, lod: Lod = Lod.FULL, y_mm: float = 0.0) -> Person:
    """The figure with its mid-hip at (x, y, 900) mm, seen by the cameras."""
    root = np.array([x_mm, y_mm, HIP_MM], np.float32)
    joints = root + FIGURE if lod is Lod.FULL else np.full((NUM_JOINTS, 3), np.nan, np.float32)
    return Person(
        track_id,
        lod,
        0.87654,
        root,
        joints,
        np.stack([visible_px(root, camera) for camera in cameras]),
        np.stack([visible_px(joints, camera) for camera in cameras]),
    )


class JobSource:
    """Grey frames; ``before_read`` may raise for a frame index."""

    def __init__(
        self, frames: int = 12, views: int = 2, fps: float = 20.0, path: str = "walks", size: tuple[int, int] = (320, 240)
    ) -> None:
        self.cameras = tuple(facing_camera(f"cam{n + 1:02d}", size, 150.0 * n) for n in range(views))
        names = tuple(camera.name for camera in self.cameras)
        self.info = SourceInfo(path, "folder", names, frames, (size,) * views, fps)
        self.before_read: Callable[[int], None] = lambda index: None
        self.closed = False

    def __len__(self) -> int:
        return self.info.frame_count

    def read(self, index: int) -> FrameSet:
        if not 0 <= index < len(self):
            raise IndexError(index)
        self.before_read(index)
        images = tuple(np.full((camera.height_px, camera.width_px, 3), GREY, np.uint8) for camera in self.cameras)
        return FrameSet(index, index / self.info.fps, images, self.cameras)

    def close(self) -> None:
        self.closed = True


@dataclass
class JobEstimator(Estimator):
    """Three people: one who walks along x, one who appears in frame 4, one in frame 8; in this order in a frame.

    ``before_detect`` may raise for a frame index.
    """

    before_detect: Callable[[int], None] = lambda index: None
    detects: list[int] = field(default_factory=list)

    def detect(self, frame: FrameSet) -> FrameSet:
        self.before_detect(frame.index)
        self.detects.append(frame.index)
        return frame

    def refine(self, detection: FrameSet, lod_distance_mm: float) -> PoseResult:
        places = [-900.0 + 50.0 * detection.index]
        if detection.index >= 4:
            places.append(-1400.0)
        if detection.index >= 8:
            places.append(1300.0)
        roots = np.array([(x, 0.0, HIP_MM) for x in places], np.float32)
        near = within_lod(roots, lod_distance_mm, (0.0, 0.0))
        found = ComputedFrame(
            detection.index,
            detection.time_s,
            np.where(near, State.POSED, State.ROOT),
            np.full(len(roots), 0.87654),
            roots,
            np.where(near[:, None, None], roots[:, None] + FIGURE, np.nan),
            np.full((len(roots), len(detection.cameras), NUM_JOINTS), np.nan),
            timings_ms={"backbone": 3.0, "root_net": 2.0},
        )
        return found.result(detection.cameras, lod_distance_mm, (0.0, 0.0))
