"""A small network and an analytic rig."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from modules.core.config import load_config
from modules.core.geometry import apply_affine, fit_scale, frame_to_network, project
from modules.core.types import Camera
from modules.evaluation.accuracy.voxel import view_meta
from modules.SelfPose3d.lib.training.runs import published_rigs

FRAME_SIZE = (640, 512)
NETWORK_SIZE = (320, 256)


def look_at(name: str, center: tuple[float, float, float], target=(0.0, 0.0, 900.0), focal: float = 400.0) -> Camera:
    """A camera at ``center`` that looks at ``target``, upright."""
    forward = np.subtract(target, center)
    forward = forward / np.linalg.norm(forward)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    R = np.stack([right, np.cross(forward, right), forward])
    return Camera(name, *FRAME_SIZE, focal, focal, FRAME_SIZE[0] / 2, FRAME_SIZE[1] / 2, R, np.array(center))


def meta_of(camera: Camera, network_size=NETWORK_SIZE) -> dict:
    """A camera's ViewMeta, B = 1."""
    size = (camera.width_px, camera.height_px)
    values = {
        "R": camera.R_world_to_cam[None],
        "T": camera.center_world_mm.reshape(1, 3, 1),
        "k": camera.k.reshape(1, 3, 1),
        "p": camera.p.reshape(1, 2, 1),
        **{name: np.array([getattr(camera, name)]) for name in ("fx", "fy", "cx", "cy")},
    }
    return {
        "center": torch.tensor([[size[0] / 2, size[1] / 2]]),
        "scale": torch.tensor(fit_scale(size, network_size))[None],
        "rotation": torch.zeros(1),
        "camera": {name: torch.tensor(value) for name, value in values.items()},
    }


@pytest.fixture
def cameras() -> list[Camera]:
    return [look_at(f"c{i}", (3500 * np.cos(a), 3500 * np.sin(a), 1800.0)) for i, a in enumerate((0.3, 1.8, 3.4, 5.0))]


@pytest.fixture
def meta(cameras) -> list[dict]:
    return [meta_of(camera) for camera in cameras]


@pytest.fixture
def make_config():
    def make_config(**overrides):
        values = {
            "NETWORK.IMAGE_SIZE": list(NETWORK_SIZE),
            "NETWORK.HEATMAP_SIZE": [n // 4 for n in NETWORK_SIZE],
            "MULTI_PERSON.SPACE_SIZE": [4000.0, 4000.0, 2000.0],
            "MULTI_PERSON.SPACE_CENTER": [0.0, 0.0, 1000.0],
            "MULTI_PERSON.INITIAL_CUBE_SIZE": [20, 20, 8],
            "PICT_STRUCT.CUBE_SIZE": [16, 16, 16],
            "ROOT_V2V.CHANNELS": [4, 4, 4, 4],
            "POSE_V2V.CHANNELS": [4, 4, 4, 4],
            "ROOT_V2V.FRONT_KERNEL": 3,
            "POSE_V2V.FRONT_KERNEL": 3,
        }
        return load_config(None, values | {key.replace("__", "."): value for key, value in overrides.items()})

    return make_config


@pytest.fixture
def gaussian_heatmaps():
    def gaussian_heatmaps(cameras, points_world_mm: np.ndarray, joints: int = 1, sigma: float = 2.0) -> list[torch.Tensor]:
        """V of float32 [1, joints, 64, 80]: a Gaussian at each point's projection, the same in every channel."""
        affine = frame_to_network(FRAME_SIZE, NETWORK_SIZE)
        y, x = np.mgrid[: NETWORK_SIZE[1] // 4, : NETWORK_SIZE[0] // 4]
        views = []
        for camera in cameras:
            cells = apply_affine(project(points_world_mm, camera)[0], affine) / 4
            maps = [np.exp(-((x - u) ** 2 + (y - v) ** 2) / (2 * sigma**2)) for u, v in cells]
            views.append(torch.from_numpy(np.max(maps, 0)).float().expand(1, joints, -1, -1).contiguous())
        return views

    return gaussian_heatmaps


@pytest.fixture
def shelf_meta():
    """Empty heatmaps of three of Shelf's cameras, and their metas."""
    return [torch.zeros(1, 15, 128, 240) for _ in range(3)], [view_meta(c, (960, 512)) for c in published_rigs()["shelf"][:3]]
