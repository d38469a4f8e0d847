"""Synthetic pictures of calibration boards: a board somewhere before a camera with a lens, blurred and noisy."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from scipy.spatial.transform import Rotation

from modules.core.geometry import undistort
from modules.core.types import Camera
from modules.rig.board.board_views import Board

#: Of the board's texture; the white margin around it, mm.
PX_PER_MM, MARGIN_MM = 4.0, 25.0


class BoardPictures:
    """Draws boards in one camera; the lens is taken off once.

    Args:
        blur_px: standard deviation of the blur, px. noise: of the grey values, 0–255.
    """

    def __init__(self, board: Board, camera: Camera, blur_px: float = 0.8, noise: float = 4.0) -> None:
        self.board, self.camera, self.blur_px, self.noise = board, camera, blur_px, noise
        y, x = np.mgrid[0 : camera.height_px, 0 : camera.width_px]
        flat = undistort(np.stack([x, y], -1).astype(np.float64), camera)
        self._rays = np.concatenate([flat, np.ones((*flat.shape[:2], 1))], -1)
        margin = round(MARGIN_MM * PX_PER_MM)
        pattern = cv2.copyMakeBorder(board.image(PX_PER_MM), *(margin,) * 4, cv2.BORDER_CONSTANT, value=255)
        self._texture = pattern

    def draw(self, R: np.ndarray, t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """uint8 [H, W]: the board with ``x_cam = R x_board + t``, mm."""
        normal = R[:, 2]
        with np.errstate(divide="ignore", invalid="ignore"):
            depth = (normal @ t) / (self._rays @ normal)
        at = (self._rays * depth[..., None] - t) @ R  # board coordinates, mm
        # the texture's first pixel's corner is (-MARGIN, -MARGIN); its centre half a pixel further
        u = ((at[..., 0] + MARGIN_MM) * PX_PER_MM - 0.5).astype(np.float32)
        v = ((at[..., 1] + MARGIN_MM) * PX_PER_MM - 0.5).astype(np.float32)
        u[~(depth > 0)] = -1e4
        near = float(np.abs(np.linalg.norm(t)) / self.camera.fx * PX_PER_MM)  # texture px in an image px
        texture = cv2.GaussianBlur(self._texture, (0, 0), 0.4 * near) if near > 1.2 else self._texture
        image = cv2.remap(texture, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=110).astype(np.float64)
        image = cv2.GaussianBlur(image, (0, 0), self.blur_px)
        image = 20 + 0.8 * image + self.noise * rng.standard_normal(image.shape)
        return np.clip(image, 0, 255).astype(np.uint8)


def poses_before(rng: np.random.Generator, board: Board, camera: Camera, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Board poses (R, t) that a person shows to one camera: all over the frame, near and far, tilted by 15 to 45°."""
    wide, high = board.size_mm
    made = []
    for _ in range(count):
        share = rng.uniform(0.35, 0.8)
        distance = camera.fx * wide / (share * camera.width_px)
        tilt = np.deg2rad(rng.uniform(15, 45))
        axis = rng.uniform(0, 2 * np.pi)
        R = Rotation.from_rotvec(tilt * np.array([np.cos(axis), np.sin(axis), 0])).as_matrix()
        R = R @ Rotation.from_euler("z", rng.uniform(-25, 25), degrees=True).as_matrix()
        slack = (1 - share) * 0.5
        aim = rng.uniform(-slack, slack, 2) * [camera.width_px, camera.height_px]
        middle = distance * np.array([aim[0] / camera.fx, aim[1] / camera.fy, 1.0])
        made.append((R, middle - R @ np.array([wide / 2, high / 2, 0.0])))
    return made


def poses_between(
    rng: np.random.Generator, board: Board, cameras: Sequence[Camera], count: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Board poses (R, t) in the world, near the origin, facing the middle of the cameras, tilted here and there."""
    middle = np.mean([c.center_world_mm for c in cameras], axis=0)
    made = []
    for _ in range(count):
        z = rng.normal(0, 150, 3) - middle  # away from who looks at it
        z = z / np.linalg.norm(z)
        x = np.cross([0.0, 0.0, -1.0], z)
        x = x / np.linalg.norm(x)
        R = np.stack([x, np.cross(z, x), z], 1) @ Rotation.from_rotvec(rng.normal(0, 0.3, 3)).as_matrix()
        made.append((R, rng.normal(0, 200, 3) - R @ np.array([*np.divide(board.size_mm, 2), 0.0])))
    return made
