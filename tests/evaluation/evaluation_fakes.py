"""People, a source and an estimator made by hand."""

from __future__ import annotations

import numpy as np

from modules.core.protocols import Estimator
from modules.core.skeleton import NUM_JOINTS
from modules.core.types import Camera, FrameSet, Lod, Person, PoseResult, SourceInfo


def make_camera(name="cam", size=(64, 48)):
    """A camera at (0, -4 m, 1 m) that looks along +y."""
    R = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
    return Camera(name, *size, 60.0, 60.0, size[0] / 2, size[1] / 2, R, np.array([0.0, -4000.0, 1000.0]))


def make_person(joints_mm=None, root_mm=(0.0, 0.0, 900.0), track_id=0, confidence=0.9):
    """A person in full detail with these joints, or a root alone."""
    joints = np.full((NUM_JOINTS, 3), np.nan) if joints_mm is None else joints_mm
    lod = Lod.ROOT_ONLY if joints_mm is None else Lod.FULL
    return Person(track_id, lod, confidence, np.array(root_mm), joints, np.zeros((1, 2)), np.zeros((1, NUM_JOINTS, 2)))


def make_result(*persons, index=0, distance=0.0, timings=None):
    """A result with these people."""
    return PoseResult(index, index / 60, distance, (0.0, 0.0), persons, timings_ms=timings or {})


class FakeSource:
    """``count`` grey frames of one camera."""

    def __init__(self, count=3, path="fake", names=("cam",)):
        self.cameras = tuple(make_camera(name) for name in names)
        self.info = SourceInfo(path, "fake", names, count, ((64, 48),) * len(names), 60.0)
        self.closed = False

    def __len__(self):
        return self.info.frame_count

    def read(self, index):
        images = tuple(np.full((48, 64, 3), index, np.uint8) for _ in self.cameras)
        return FrameSet(index, index / 60, images, self.cameras)

    def close(self):
        self.closed = True


class FakeDetection:
    """A frame's number; nothing was found in it yet."""

    nbytes = 0

    def __init__(self, frame_index):
        self.frame_index = frame_index


class FakeEstimator(Estimator):
    """Finds what it is told: ``people(frame index)`` → persons, those beyond the LoD distance as roots alone."""

    def __init__(self, people, timings=None):
        self.people, self.timings = people, timings or {}

    def detect(self, frame):
        return FakeDetection(frame.index)

    def refine(self, detection, lod_distance_mm):
        persons = [
            p if not lod_distance_mm or p.distance_mm((0.0, 0.0)) < lod_distance_mm else _root_only(p)
            for p in self.people(detection.frame_index)
        ]
        return make_result(*persons, index=detection.frame_index, distance=lod_distance_mm, timings=self.timings)


def _root_only(person):
    return make_person(None, person.root_world_mm, person.track_id, person.confidence)
