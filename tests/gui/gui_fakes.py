"""A source, an estimator and a writer that need neither files nor a network: the window's tests run on them."""

from __future__ import annotations

import math
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from modules.core import skeleton
from modules.core.computed import ComputedFrame, State
from modules.core.errors import Note
from modules.core.geometry import frame_to_network, visible_px
from modules.core.header import ResultsHeader
from modules.core.protocols import Estimator, Results
from modules.core.types import Camera, FrameSet, Lod, Person, PoseResult, SourceInfo

#: A standing person, mm from the mid-hip, facing +y; joint order of ``skeleton.JOINT_NAMES``.
STANDING = np.array(
    [
        (0, 0, 500), (0, 80, 680), (0, 0, 0),
        (-180, 0, 470), (-260, 0, 220), (-280, 40, 0), (-100, 0, 0), (-110, 0, -420), (-110, 0, -820),
        (180, 0, 470), (260, 0, 220), (280, 40, 0), (100, 0, 0), (110, 0, -420), (110, 0, -820),
    ],
    np.float32,
)  # fmt: skip
HIP_HEIGHT_MM = 900.0
WAIT_S = 20.0  # a gate that nobody opens ends a test instead of hanging it


def ring_cameras(count: int = 4, size: tuple[int, int] = (320, 240), radius_mm: float = 4000.0) -> tuple[Camera, ...]:
    """Cameras on a circle, 1.8 m high, that look at a point 0.9 m above the origin."""
    cameras = []
    for n in range(count):
        angle = 2 * math.pi * n / count + 0.4
        center = np.array([radius_mm * math.cos(angle), radius_mm * math.sin(angle), 1800.0])
        forward = np.array([0.0, 0.0, 900.0]) - center
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        rotation = np.stack([right, np.cross(forward, right), forward])
        focal = 0.8 * min(size)
        cameras.append(Camera(f"cam{n + 1:02d}", *size, focal, focal, size[0] / 2, size[1] / 2, rotation, center))
    return tuple(cameras)


class FakeSource:
    """Plain frames, grey with the frame number as brightness.

    ``failures`` maps a frame index to what ``read`` raises there; ``reads`` counts calls per frame; ``threads`` holds the
    idents of the threads that called.
    """

    def __init__(
        self, frames: int = 20, views: int = 4, size: tuple[int, int] = (320, 240), fps: float = 25.0, path: str = "fake"
    ) -> None:
        self.cameras = ring_cameras(views, size)
        names = tuple(camera.name for camera in self.cameras)
        self.info = SourceInfo(path, "folder", names, frames, tuple(size for _ in names), fps)
        self.failures: dict[int, Exception] = {}
        self.reads: Counter[int] = Counter()
        self.threads: set[int] = set()
        self.closed = False

    def __len__(self) -> int:
        return self.info.frame_count

    def read(self, index: int) -> FrameSet:
        self.threads.add(threading.get_ident())
        if not 0 <= index < len(self):
            raise IndexError(index)
        self.reads[index] += 1
        if index in self.failures:
            raise self.failures[index]
        images = tuple(
            np.full((camera.height_px, camera.width_px, 3), 40 + (7 * index) % 80, np.uint8) for camera in self.cameras
        )
        return FrameSet(index, index / self.info.fps if self.info.fps > 0 else 0.0, images, self.cameras)

    def close(self) -> None:
        self.threads.add(threading.get_ident())
        self.closed = True


#: Where the fake 2D network sees each joint: 5 px off, each in another direction (alike they would be the cameras' errors).
_TURN = 2 * np.pi * np.arange(skeleton.NUM_JOINTS) / skeleton.NUM_JOINTS
SEEN_OFF_PX = 5.0 * np.stack([np.cos(_TURN), np.sin(_TURN)], -1)


@dataclass
class FakeDetection:
    """Remembers the frame and for whom poses were computed."""

    frame_index: int
    frame: FrameSet
    heatmaps: np.ndarray
    posed: set[int] = field(default_factory=set)
    nbytes: int = 1000


def walk(person: int, index: int) -> tuple[float, float]:
    """Floor position, mm, of a fake person: person n stands 700 + 900 n mm from the origin and circles it slowly."""
    radius, angle = 700.0 + 900.0 * person, 2.1 * person + 0.03 * index
    return radius * math.cos(angle), radius * math.sin(angle)


class FakeEstimator(Estimator):
    """People that walk in circles; person n is 700 + 900 n mm from the origin.

    ``gate``: while cleared, ``detect`` waits inside (``entered`` says that it does). ``failures`` maps a frame index to what
    ``detect`` raises. ``detects`` and ``refines`` list the calls; ``pose_runs`` counts people whose pose was computed.
    """

    def __init__(self, people: int = 2) -> None:
        self.people, self.first_id = people, 0
        self.gate, self.entered = threading.Event(), threading.Event()
        self.gate.set()
        self.failures: dict[int, Exception] = {}
        self.detects: list[int] = []
        self.refines: list[tuple[int, float]] = []
        self.pose_runs = 0
        self.threads: set[int] = set()
        self.notes: tuple[Note, ...] = ()

    def detect(self, frame: FrameSet) -> FakeDetection:
        self.threads.add(threading.get_ident())
        self.detects.append(frame.index)
        self.entered.set()
        if not self.gate.wait(WAIT_S):
            raise TimeoutError("the test never opened the gate")
        if frame.index in self.failures:
            raise self.failures[frame.index]
        return FakeDetection(frame.index, frame, self._heatmaps(frame))

    def refine(self, detection: FakeDetection, lod_distance_mm: float) -> PoseResult:
        self.threads.add(threading.get_ident())
        self.refines.append((detection.frame_index, lod_distance_mm))
        found = self._found(detection, lod_distance_mm)
        ids = range(self.first_id, self.first_id + self.people)
        result = found.result(detection.frame.cameras, lod_distance_mm, (0.0, 0.0), [n + 1 for n in range(self.people)])
        persons = tuple(
            replace(person, track_id=number, face_crops=self._crops(person))
            for person, number in zip(result.persons, ids, strict=True)
        )
        affines = np.stack([_to_heatmap(camera) for camera in detection.frame.cameras])
        return replace(result, persons=persons, heatmaps=detection.heatmaps, frame_to_heatmap=affines)

    def _found(self, detection: FakeDetection, limit: float) -> ComputedFrame:
        frame = detection.frame
        roots = np.array([(*walk(n, frame.index), HIP_HEIGHT_MM) for n in range(self.people)], np.float32).reshape(-1, 3)
        for n, root in enumerate(roots):
            if n not in detection.posed and (limit <= 0 or math.hypot(root[0], root[1]) < limit):
                detection.posed.add(n)
                self.pose_runs += 1
        posed = np.array([n in detection.posed for n in range(self.people)], bool)
        joints = np.where(posed[:, None, None], roots[:, None] + STANDING, np.nan)
        timings = {
            "prepare": 2.0,
            "backbone": 30.0,
            "root_net": 20.0,
            "pose_net": 15.0 * len(detection.posed),
            "reproject": 1.0,
        }
        return ComputedFrame(
            frame_index=frame.index,
            time_s=frame.time_s,
            states=np.where(posed, State.POSED, State.ROOT),
            confidences=0.9 - 0.1 * np.arange(self.people),
            roots_world_mm=roots,
            joints_world_mm=joints,
            view_trust=np.full((self.people, len(frame.cameras), skeleton.NUM_JOINTS), np.nan),
            seen_off_px=np.broadcast_to(SEEN_OFF_PX, (self.people, len(frame.cameras), skeleton.NUM_JOINTS, 2)),
            timings_ms=timings,
            notes=self.notes,
        )

    def _crops(self, person: Person) -> tuple[np.ndarray | None, ...]:
        if person.lod is not Lod.FULL:
            return ()
        crop = np.full((48, 48, 3), 90, np.uint8)
        return tuple(crop if np.isfinite(px[skeleton.NOSE]).all() else None for px in person.joints_px)

    def _heatmaps(self, frame: FrameSet) -> np.ndarray:
        """float16 [V, J, 48, 64]: one warm cell per joint of person 0."""
        maps = np.zeros((len(frame.cameras), skeleton.NUM_JOINTS, 48, 64), np.float16)
        joints = np.array([*walk(0, frame.index), HIP_HEIGHT_MM]) + STANDING
        for v, camera in enumerate(frame.cameras):
            affine = _to_heatmap(camera)
            for j, px in enumerate(visible_px(joints, camera)):
                if np.isfinite(px).all():
                    x, y = np.clip(affine[:, :2] @ px + affine[:, 2], 1, (62, 46)).astype(int)
                    maps[v, j, y - 1 : y + 2, x - 1 : x + 2] = 0.5
                    maps[v, j, y, x] = 1.0
        return maps


def _to_heatmap(camera: Camera) -> np.ndarray:
    return frame_to_network((camera.width_px, camera.height_px), (256, 192)) / 4


class FakeExport:
    """Stands for the writing of files: remembers what was written, and whether it came to its end.

    ``gate``: while cleared, the next frame waits (``entered`` says that it does).
    """

    def __init__(self) -> None:
        self.written: list[int] = []
        self.folder: Path | None = None
        self.results: Results | None = None
        self.distance_mm: float | None = None
        self.finished = False
        self.gate, self.entered = threading.Event(), threading.Event()
        self.gate.set()

    def __call__(self, results: Results, source: FakeSource, frames: list[int], distance_mm: float, folder: Path):
        self.results, self.distance_mm, self.folder = results, distance_mm, folder
        for index in frames:
            self.entered.set()
            if not self.gate.wait(WAIT_S):
                raise TimeoutError("the test never opened the gate")
            result = results.result(index, distance_mm)
            assert source.read(index).index == result.frame_index
            self.written.append(index)
            yield result
        self.finished = True


def fake_header(source: FakeSource, digest: str = "d") -> ResultsHeader:
    """What holds for the results of a fake recording."""
    info = source.info
    opened = {"path": info.path, "format": info.format, "offsets": {}, "fingerprint": info.path}
    return ResultsHeader(info.path, info.fps, source.cameras, (0.0, 0.0), digest, info.frame_count, opened)
