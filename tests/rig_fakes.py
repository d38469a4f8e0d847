"""A walker and a ring of cameras whose 2D is exact, for tests that work out the answer themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from modules.core.geometry import project
from modules.core.people2d import People2D
from modules.core.types import Camera, FrameSet, SourceInfo

FPS = 30.0

#: COCO's keypoints of somebody who stands, mm: x to the person's left, y forward, z up.
STANDING_MM = np.array([
    [0, 100, 1600], [30, 90, 1640], [-30, 90, 1640], [70, 20, 1620], [-70, 20, 1620],
    [180, 0, 1400], [-180, 0, 1400], [230, 0, 1120], [-230, 0, 1120], [240, 60, 880], [-240, 60, 880],
    [110, 0, 930], [-110, 0, 930], [115, 20, 500], [-115, 20, 500], [120, 0, 90], [-120, 0, 90],
], float)  # fmt: skip


def ring(count: int, radius_mm: float = 4000.0, height_mm: float = 1800.0) -> tuple[Camera, ...]:
    """Cameras around the origin that look at 1 m above it; 1280 × 720."""
    cameras = []
    for n in range(count):
        angle = 2 * np.pi * (n + 0.13 * (n % 3)) / count
        center = np.array([radius_mm * np.cos(angle), radius_mm * np.sin(angle), height_mm + 150 * (n % 2)])
        forward = np.array([0.0, 0.0, 1000.0]) - center
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        R = np.stack((right, np.cross(forward, right), forward))
        cameras.append(Camera(f"cam{n + 1}", 1280, 720, 900.0, 900.0, 640.0, 360.0, R, center))
    return tuple(cameras)


def walker(times_s: np.ndarray, radius_mm: float = 800.0, start: float = 0.0) -> np.ndarray:
    """float64 [T, 17, 3], mm: somebody who walks round in a circle, arms and legs swinging."""
    times_s = np.asarray(times_s, float)
    heading = start + times_s * 1200.0 / radius_mm
    body = np.repeat(STANDING_MM[None], len(times_s), 0)
    swing = 220 * np.sin(2 * np.pi * 0.9 * times_s)
    for joint, share in ((13, 0.5), (15, 1.0), (10, 0.8), (8, 0.4)):
        body[:, joint, 1] += share * swing
        body[:, joint + 1 if joint in (13, 15) else joint - 1, 1] -= share * swing
    body[:, 15, 2] += np.maximum(0, 60 * np.cos(2 * np.pi * 0.9 * times_s))
    body[:, 16, 2] += np.maximum(0, -60 * np.cos(2 * np.pi * 0.9 * times_s))
    c, s = np.cos(heading), np.sin(heading)
    zero, one = np.zeros_like(c), np.ones_like(c)
    # forward is along the circle: (-sin, cos)
    turn = np.stack((np.stack((c, -s, zero), -1), np.stack((s, c, zero), -1), np.stack((zero, zero, one), -1)), -2)
    place = np.stack((radius_mm * c, radius_mm * s, zero), -1)
    return body @ np.swapaxes(turn, 1, 2) + place[:, None]


def seen_by(
    cameras: Sequence[Camera], bodies_mm: Sequence[np.ndarray], fps: float = 30.0, noise_px: float = 0.0, seed: int = 0
) -> list[People2D]:
    """What a perfect (or a noisy) 2D network sees of people [T, 17, 3] in every frame, in another order in every view."""
    random = np.random.default_rng(seed)
    frames = []
    for t in range(len(bodies_mm[0])):
        views = []
        for v, camera in enumerate(cameras):
            people = [project(body[t], camera)[0] for body in bodies_mm]
            people = people[v % len(people) :] + people[: v % len(people)]
            noisy = np.array(people) + random.normal(0, noise_px, (len(people), 17, 2)) if noise_px else np.array(people)
            views.append(np.concatenate((noisy, np.full((len(people), 17, 1), 0.8)), -1))
        frames.append(People2D(t, t / fps, tuple(views)))
    return frames


class Recording:
    """A source of blank images, and the 2D network that knows who is in them."""

    def __init__(self, cameras, frames, light=128):
        self.cameras, self.frames, self.light = tuple(cameras), frames, light
        sizes = tuple((c.width_px, c.height_px) for c in cameras)
        self.info = SourceInfo("made up", "folder", tuple(c.name for c in cameras), len(frames), sizes, FPS)
        self.read_frames = []

    def __len__(self):
        return len(self.frames)

    def read(self, index):
        self.read_frames.append(index)
        image = np.full((32, 32, 3), self.light, np.uint8)
        return FrameSet(index, index / FPS, (image,) * len(self.cameras), self.cameras)

    def find(self, frame, quarter_turns):
        return self.frames[frame.index]

    def close(self):
        pass
