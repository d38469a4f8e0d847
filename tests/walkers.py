"""People who walk through a small rig, with truth: what the calibration's tests share."""

from __future__ import annotations

import numpy as np

from modules.core.geometry import inside_frame, project
from modules.core.people2d import People2D
from modules.core.skeleton import COCO_NAMES, JOINT_NAMES
from modules.core.types import Camera
from modules.rig.seen.body import COCO_JOINTS, JOINTS
from modules.SelfPose3d.lib.training.bodies import forward_kinematics, sample_angles, sample_segments
from modules.SelfPose3d.lib.training.rigs import look_at


def ring(count: int, radius_mm: float = 4000.0, focal_px: float = 900.0) -> tuple[Camera, ...]:
    """Cameras around the origin at different heights."""
    made = []
    for n in range(count):
        angle = 2 * np.pi * n / max(count, 3) + 0.3
        center = np.array([radius_mm * np.cos(angle), radius_mm * np.sin(angle), 1500.0 + 300 * (n % 3)])
        made.append(look_at(f"cam{n + 1}", (1280, 720), focal_px, center, np.array([0.0, 0.0, 900.0])))
    return tuple(made)


def walk(people: int, instants: int, seed: int = 0, hz: float = 5.0) -> np.ndarray:
    """float64 [T, P, J, 3], mm: everyone on a path of their own, limbs swinging, bones constant."""
    rng = np.random.default_rng(seed)
    segments = sample_segments(rng, rng.normal(1710, 60, people))
    base = np.stack([sample_angles(rng, 400)[1] for _ in range(1)])[0]
    standing = base[: 2 * people]
    time = np.arange(instants) / hz
    out = np.empty((instants, people, len(JOINT_NAMES), 3))
    for p in range(people):
        phase, speed = rng.uniform(0, 2 * np.pi), rng.uniform(0.35, 0.55)
        swing = 0.5 + 0.5 * np.sin(2 * np.pi * 0.4 * time + phase)
        angles = 0.35 * (standing[2 * p] * swing[:, None] + standing[2 * p + 1] * (1 - swing[:, None]))
        joints = forward_kinematics(angles, np.repeat(segments[p : p + 1], instants, 0))
        around = phase + speed * time * (1 if p % 2 else -1)
        radius = 700 + 450 * p + 250 * np.sin(1.3 * time + phase)
        c, s = np.cos(around + np.pi / 2), np.sin(around + np.pi / 2)
        turn = np.zeros((instants, 3, 3))
        turn[:, 0, 0], turn[:, 0, 1], turn[:, 1, 0], turn[:, 1, 1], turn[:, 2, 2] = c, -s, s, c, 1
        joints = joints @ turn.transpose(0, 2, 1)
        joints[..., :2] += (radius[:, None] * np.stack([np.cos(around), np.sin(around)], 1))[:, None]
        joints[..., 2] += 80 - joints[..., 2].min(1, keepdims=True)
        out[:, p] = joints
    return out


def see(
    joints: np.ndarray, cameras: tuple[Camera, ...], noise_px: float = 2.0, seed: int = 1, hz: float = 5.0
) -> list[People2D]:
    """What the cameras make of it: noisy keypoints of everyone inside a frame, in any order."""
    rng = np.random.default_rng(seed)
    out = []
    for t, here in enumerate(joints):
        views = []
        for camera in cameras:
            keypoints = np.zeros((len(here), len(COCO_NAMES), 3))
            pixels, valid = project(here[:, list(JOINTS)], camera)
            valid &= inside_frame(pixels, camera.width_px, camera.height_px)
            keypoints[:, COCO_JOINTS, :2] = pixels + noise_px * rng.standard_normal(pixels.shape)
            keypoints[:, COCO_JOINTS, 2] = 0.8 * valid
            keypoints = keypoints[(keypoints[..., 2] > 0).sum(1) >= 6]
            views.append(keypoints[rng.permutation(len(keypoints))])
        out.append(People2D(t, t / hz, tuple(views)))
    return out
