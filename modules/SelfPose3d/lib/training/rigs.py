"""Camera rigs: random ones of 2 to 8 cameras, and the reading of published ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from modules.core.types import Camera

FRAME_SIZES_PX: tuple[tuple[int, int], ...] = (
    (1920, 1080), (1080, 1920), (1280, 720), (640, 480), (1032, 776), (360, 288), (1088, 1920), (2048, 2048), (1280, 1024),
)  # fmt: skip
#: How often a rig has 2, 3, … 8 cameras.
VIEW_WEIGHTS = np.array([1, 3, 6, 6, 3, 1, 1], np.float64)


def look_at(
    name: str, size_px: tuple[int, int], focal_px: float, center_mm: np.ndarray, target_mm: np.ndarray, roll_deg: float = 0.0
) -> Camera:
    """A distortion-free camera at ``center_mm`` that looks at ``target_mm`` (float [3], mm, world), its top towards +z."""
    forward = np.asarray(target_mm, float) - np.asarray(center_mm, float)
    forward = forward / np.linalg.norm(forward)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right = right / np.linalg.norm(right)
    R = np.stack([right, np.cross(forward, right), forward])
    c, s = np.cos(np.deg2rad(roll_deg)), np.sin(np.deg2rad(roll_deg))
    R = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]]) @ R
    width, height = size_px
    return Camera(name, width, height, focal_px, focal_px, width / 2, height / 2, R, np.asarray(center_mm, float))


def random_views(rng: np.random.Generator, weights: Sequence[float] = VIEW_WEIGHTS) -> int:
    """How many cameras a rig has; ``weights``: how often 2, 3, … 8."""
    share = np.asarray(weights, np.float64)
    return int(rng.choice(np.arange(2, 9), p=share / share.sum()))


def random_rig(rng: np.random.Generator, views: int | None = None) -> tuple[Camera, ...]:
    """2 to 8 cameras (or ``views``) around the origin: a ring, the corners of a room, one side of it, or anywhere.

    One frame size and lens per rig in most, different ones in some; 0.5 to 4 m high, 2 to 10 m away, field of view 30° to 100°
    over the longer side.
    """
    count = views or random_views(rng)
    kind = rng.choice(["ring", "corners", "side", "anywhere"], p=[0.4, 0.25, 0.1, 0.25])
    distance = rng.uniform(2.2, 6.5) * 1000
    height = rng.uniform(700, 3200)
    start = rng.uniform(0, 360)
    if kind == "ring":
        azimuth = start + 360 * np.arange(count) / count + rng.normal(0, 15, count)
    elif kind == "corners":
        azimuth = start + 45 + 90 * (np.arange(count) % 4) + rng.normal(0, 12, count)
    elif kind == "side":
        azimuth = start + np.linspace(-75, 75, count) + rng.normal(0, 10, count)
    else:
        azimuth = rng.uniform(0, 360, count)
    radius = np.clip(distance * rng.uniform(0.7, 1.35, count), 2000, 10000)
    heights = np.clip(height + rng.normal(0, 500, count), 500, 4000)
    same = rng.random() < 0.75
    size, view_deg, lens = _lens(rng, distance)
    cameras = []
    for i in range(count):
        if not same:
            size, view_deg, lens = _lens(rng, distance)
        angle = np.deg2rad(azimuth[i])
        center = np.array([radius[i] * np.cos(angle), radius[i] * np.sin(angle), heights[i]])
        target = np.array([*rng.normal(0, 0.1 * radius[i], 2), rng.normal(900, 200)])
        focal = max(size) / 2 / np.tan(np.deg2rad(view_deg * rng.uniform(0.95, 1.05)) / 2)
        camera = look_at(f"cam{i + 1:02d}", size, focal, center, target, rng.normal(0, 3))
        cameras.append(_with_lens(rng, camera, lens))
    return tuple(cameras)


def _lens(rng: np.random.Generator, distance_mm: float) -> tuple[tuple[int, int], float, np.ndarray]:
    """Frame size, field of view over the longer side (degrees), and radial distortion (k1, k2, k3).

    Lenses suit their rooms: a grown person at ``distance_mm`` takes 9 to 45 % of the frame's longer side; 14 % and more in the
    published rigs, and less where somebody stands far behind the others.
    """
    size = FRAME_SIZES_PX[rng.integers(len(FRAME_SIZES_PX))]
    share = np.exp(rng.uniform(np.log(0.09), np.log(0.45)))
    view = np.clip(2 * np.rad2deg(np.arctan(1650 / share / 2 / distance_mm)), 30, 100)
    if rng.random() < 0.4:
        return size, view, np.zeros(3)
    k1 = rng.uniform(-0.3, 0.08)
    return size, view, np.array([k1, -0.6 * k1 * rng.uniform(0.5, 1.2) if k1 < 0 else 0.0, 0.0])


def _with_lens(rng: np.random.Generator, camera: Camera, k: np.ndarray) -> Camera:
    c = np.array([camera.cx, camera.cy]) + rng.normal(0, 0.01, 2) * max(camera.width_px, camera.height_px)
    return Camera(
        camera.name, camera.width_px, camera.height_px,
        camera.fx, camera.fy * rng.uniform(0.99, 1.01), float(c[0]), float(c[1]),
        camera.R_world_to_cam, camera.center_world_mm, k, rng.normal(0, 5e-4, 2) * float(np.any(k)),
    )  # fmt: skip


#: Standard deviations of a calibration's error of size 1: turned by degrees per axis, moved by mm per axis, zoomed.
TURNED_DEG, MOVED_MM, ZOOMED = 0.25, 12.0, 0.004


def perturbed(rng: np.random.Generator, camera: Camera, size: float) -> Camera:
    """The camera as it really stands, where ``camera`` is its calibration: turned, moved and zoomed by ``size`` times
    TURNED_DEG, MOVED_MM and ZOOMED (standard deviations)."""
    turned = turned_by(camera, np.deg2rad(TURNED_DEG) * size * rng.standard_normal(3))
    zoom = 1 + ZOOMED * size * rng.standard_normal()
    center = camera.center_world_mm + MOVED_MM * size * rng.standard_normal(3)
    return replace(turned, fx=camera.fx * zoom, fy=camera.fy * zoom, center_world_mm=center)


def turned_by(camera: Camera, angle_rad: np.ndarray) -> Camera:
    """The camera turned about its own axes by a rotation vector float64 [3], radians."""
    return replace(camera, R_world_to_cam=cv2.Rodrigues(angle_rad)[0] @ camera.R_world_to_cam)


def load_rigs(path: Path) -> dict[str, tuple[Camera, ...]]:
    """Published rigs from a JSON file: {"image_size": {name: [w, h]}, "rigs": {name: [{R, T, fx, fy, cx, cy, k, p}]}}, in the
    network convention, mm."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: tuple(_published(f"{name}_{i + 1}", content["image_size"][name], entry) for i, entry in enumerate(cameras))
        for name, cameras in content["rigs"].items()
    }


def _published(name: str, size: Sequence[int], entry: dict) -> Camera:
    R, T, k, p = (np.array(entry[key], float) for key in ("R", "T", "k", "p"))
    fx, fy, cx, cy = (float(entry[key]) for key in ("fx", "fy", "cx", "cy"))
    return Camera(name, int(size[0]), int(size[1]), fx, fy, cx, cy, R, T.ravel(), k.ravel(), p.ravel())
