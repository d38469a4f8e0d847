"""Synthetic scenes: people in a rig and the heatmaps of one instant, everything drawn from one seeded generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from modules.core.geometry import MIN_DEPTH_MM, apply_affine, frame_to_network, inside_frame, project_points, valid_radius
from modules.core.skeleton import MID_HIP
from modules.core.types import Camera

from .bodies import sample_people
from .heatmaps import LIMB_RADIUS, Noise, noisy_blobs, render
from .rigs import perturbed, random_rig

#: Network px per heatmap cell.
STRIDE = 4
#: How often the network image's longest side is 256, 320, … px; 320 is the CPU default.
LONGEST_SIDES = (256, 320, 384, 512)
LONGEST_WEIGHTS = (0.1, 0.4, 0.15, 0.35)
#: How often a scene has 1, 2, … 10 people.
PEOPLE_WEIGHTS = np.array([10, 14, 16, 15, 13, 10, 8, 6, 4, 4], np.float64)
#: Share of the scenes in which everybody stands close to somebody.
HUDDLE = 0.2


@dataclass(frozen=True, eq=False)
class Scene:
    """One instant.

    Attributes:
        cameras: the calibration, which is a little wrong where the noise says so.
        network_size: (width, height), px; heatmaps are a quarter of it.
        heatmaps: float32 [V, J, H, W].
        joints_world_mm: float32 [P, J, 3], mm, world.
        views_seen: int [P, J]: how many of the cameras as they really stand have the joint inside their frame.
        own_cells, own_amplitude: float32 [V, P, J, 2], [V, P, J]: the peak that the 2D network drew for each joint, whatever
            else there is in its channel; amplitude 0: none.
        own_spread: float32 [V, P, J], how far off that peak was drawn, standard deviation per axis, cells.
        space_center_mm, space_size_mm: float [3], the observed space; every root is inside.
    """

    cameras: tuple[Camera, ...]
    network_size: tuple[int, int]
    heatmaps: torch.Tensor
    joints_world_mm: np.ndarray
    views_seen: np.ndarray
    own_cells: np.ndarray
    own_amplitude: np.ndarray
    own_spread: np.ndarray
    space_center_mm: np.ndarray
    space_size_mm: np.ndarray


@dataclass(frozen=True, eq=False)
class View:
    """Points in one camera: ``cells`` [..., 2], heatmap cells; ``depth_mm`` [...]; ``seen`` bool [...], inside the frame."""

    cells: np.ndarray
    depth_mm: np.ndarray
    seen: np.ndarray


def network_size_for(frame_px: tuple[int, int], longest: int) -> tuple[int, int]:
    """(width, height) of the network image for frames of this shape: multiples of 32, ``longest`` px on the longer side."""
    zoom = longest / max(frame_px)
    return tuple(max(32, int(np.ceil(side * zoom / 32 - 1e-6)) * 32) for side in frame_px)


def look(points_mm: np.ndarray, camera: Camera, network_size: tuple[int, int]) -> View:
    """Projects points float [..., 3], mm, world, to heatmap cells as the project layer does."""
    f, c = np.array([camera.fx, camera.fy]), np.array([camera.cx, camera.cy])
    pixels, depth, r2 = project_points(points_mm, camera.R_world_to_cam, camera.center_world_mm, f, c, camera.k, camera.p)
    seen = inside_frame(pixels, camera.width_px, camera.height_px)
    seen &= (depth > MIN_DEPTH_MM) & (r2 <= valid_radius(camera.k) ** 2)
    affine = frame_to_network((camera.width_px, camera.height_px), network_size)
    return View(apply_affine(pixels, affine) / STRIDE, depth, seen)


def sample_scene(
    rng: np.random.Generator,
    noise: Noise,
    cameras: Sequence[Camera] | None = None,
    longest: int | None = None,
    people: int | None = None,
    views: int | None = None,
    huddle: float = HUDDLE,
) -> Scene:
    """A scene of 1 to 10 people.

    Args:
        cameras: the rig; None: a random one.
        longest: longest side of the network image, px; None: random.
        people: how many to try for; None: random. There may be fewer where the rig sees little ground twice.
        views: cameras of a random rig; None: random.
        huddle: how often everybody stands close to somebody else.
    """
    while True:
        rig = tuple(cameras) if cameras is not None else random_rig(rng, views)
        side = longest or int(rng.choice(LONGEST_SIDES, p=LONGEST_WEIGHTS))
        size = network_size_for((rig[0].width_px, rig[0].height_px), side)
        wanted = people or 1 + int(rng.choice(len(PEOPLE_WEIGHTS), p=PEOPLE_WEIGHTS / PEOPLE_WEIGHTS.sum()))
        joints, stature = place_people(rng, rig, wanted, size, huddle)
        if len(joints):
            break
    real = tuple(perturbed(rng, camera, noise.calibration * rng.random()) for camera in rig) if noise.calibration else rig
    moved = _motion(rng, noise, len(rig), joints)
    views = [look(joints + moved[v], camera, size) for v, camera in enumerate(real)]
    zoom = np.array([c.fx * frame_to_network((c.width_px, c.height_px), size)[0, 0] / STRIDE for c in real], np.float32)
    depth = np.stack([view.depth_mm for view in views]).astype(np.float32)
    radius = LIMB_RADIUS * stature[:, None] * (zoom[:, None] / np.maximum(depth[:, :, MID_HIP], 300))[..., None]
    seen = np.stack([view.seen for view in views])
    width, height = size[0] // STRIDE, size[1] // STRIDE
    # behind a camera or far beyond its lens's valid radius the formula gives numbers of any size
    cells = np.nan_to_num(np.stack([view.cells for view in views])).clip(-1e4, 1e4).astype(np.float32)
    blobs, cross = noisy_blobs(rng, noise, cells, depth, seen, radius.astype(np.float32), height, width)
    center, space = _space(rng, joints[:, MID_HIP])
    own = slice(0, len(joints))
    return Scene(
        rig, size, render(blobs, height, width, cross), joints.astype(np.float32), seen.sum(0), blobs.cells[:, own],
        blobs.amplitude[:, own], blobs.spread[:, own], center, space,
    )  # fmt: skip


def place_people(
    rng: np.random.Generator, rig: Sequence[Camera], wanted: int, size: tuple[int, int], huddle: float = HUDDLE
) -> tuple[np.ndarray, np.ndarray]:
    """Up to ``wanted`` people where at least two views see them: joints float64 [P, J, 3], mm, world, and statures [P], mm.

    Mid-hip and 10 of the 15 joints are inside two frames at least. Roots are 450 mm apart or more; in a share ``huddle`` of the
    scenes everybody stands close to somebody else.
    """
    bodies = sample_people(rng, wanted)
    floor = rng.normal(0, 60)
    spots = _spots(rng, rig, size)
    huddled = rng.random() < huddle
    placed: list[np.ndarray] = []
    kept: list[float] = []
    for body, stature in zip(bodies.joints_mm, bodies.stature_mm, strict=True):
        for _ in range(8):
            if not len(spots):
                break
            xy = spots[rng.integers(len(spots))]
            if placed and (huddled or rng.random() < 0.12):
                neighbour = placed[rng.integers(len(placed))][MID_HIP, :2]
                away = rng.uniform(450, 900)
                turn = rng.uniform(0, 2 * np.pi)
                xy = neighbour + away * np.array([np.cos(turn), np.sin(turn)])
            joints = body + np.array([*xy, floor])
            apart = all(np.linalg.norm(other[MID_HIP, :2] - xy) >= 450 for other in placed)
            if apart and _is_seen(joints, rig, size):
                placed.append(joints)
                kept.append(stature)
                break
    return np.array(placed).reshape(-1, *bodies.joints_mm.shape[1:]), np.array(kept)


def _spots(rng: np.random.Generator, rig: Sequence[Camera], size: tuple[int, int]) -> np.ndarray:
    """float64 [N, 2], mm: places on the floor that at least two cameras see from the knees to the chest, none nearer than 1.2 m
    to a camera. Candidates lie around the point that the optical axes come closest to."""
    centers = np.array([camera.center_world_mm for camera in rig])
    axes = np.array([camera.R_world_to_cam[2] for camera in rig])
    across = np.eye(3) - axes[:, :, None] * axes[:, None, :]
    middle = np.linalg.solve(across.sum(0) + 1e-6 * np.eye(3), (across @ centers[..., None]).sum(0)[..., 0])
    reach = np.median(np.linalg.norm(centers[:, :2] - middle[:2], axis=1)) * rng.uniform(0.4, 1.1)
    spots = middle[:2] + np.clip(reach, 500, 5000) * rng.uniform(-1, 1, (160, 2))
    column = np.concatenate([np.repeat(spots[:, None], 2, 1), np.broadcast_to([[[400.0], [1300.0]]], (len(spots), 2, 1))], -1)
    views = sum(look(column, camera, size).seen.all(1).astype(int) for camera in rig)
    clear = (np.linalg.norm(spots[:, None] - centers[None, :, :2], axis=-1) > 1200).all(1)
    return spots[(views >= 2) & clear]


def _is_seen(joints: np.ndarray, rig: Sequence[Camera], size: tuple[int, int]) -> bool:
    views = sum(look(joints, camera, size).seen.astype(int) for camera in rig)
    return bool(views[MID_HIP] >= 2 and (views >= 2).sum() >= 10)


def _motion(rng: np.random.Generator, noise: Noise, views: int, joints: np.ndarray) -> np.ndarray:
    """float64 [V, P, J, 3], mm: how far people moved between the others' instant and that of a camera out of step."""
    moved = np.zeros((views, *joints.shape))
    if rng.random() < noise.out_of_step:
        view = rng.integers(views)
        frame_s = rng.choice([1 / 60, 1 / 30, 1 / 25])
        body = rng.normal(0, 700, (len(joints), 1, 3)) * [1, 1, 0.2]
        moved[view] = frame_s * (body + rng.normal(0, 500, joints.shape))
    return moved


def _space(rng: np.random.Generator, roots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centre and size [3], mm, of a space that holds every root with room to spare; square on the floor, 4 to 12 m."""
    low, high = roots[:, :2].min(0), roots[:, :2].max(0)
    side = float(np.clip((high - low).max() + rng.uniform(600, 4000), 4000, 12000))
    slack = np.maximum(side - (high - low) - 500, 0) / 2
    center = (low + high) / 2 + rng.uniform(-1, 1, 2) * slack
    height = rng.uniform(1900, 2500)
    return np.array([*center, rng.uniform(700, 950)]), np.array([side, side, height])
