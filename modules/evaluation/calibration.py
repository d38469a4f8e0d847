"""How wrong the demo's calibration is, and how wrong the training's generator makes one in the same rig with the same people.

``python -m modules.evaluation.calibration``

2D joints that no points in space agree with are wrong themselves, or the cameras are. Turning each camera a little so that
points and joints agree best (bundle adjustment; Triggs et al., "Bundle Adjustment – A Modern Synthesis", 2000) tells the two
apart: what goes away was the calibration's. Angles depend on what else is free (place, zoom), pixels hardly do, so pixels are
compared.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from modules.core.geometry import project
from modules.core.skeleton import BODY_JOINTS, COCO_OF_JOINT
from modules.core.types import Camera
from modules.evaluation.demo import DATA_DIR, DEMO_SETS, DemoSet
from modules.evaluation.options import demo_root
from modules.evaluation.report import markdown_table
from modules.focus.recordings import open_recording
from modules.SelfPose3d.lib.training.heatmaps import Noise
from modules.SelfPose3d.lib.training.rigs import perturbed

#: A 2D joint is used from this confidence on; one farther off than CAUCHY_PX counts less and less.
SURE, CAUCHY_PX = 0.5, 10.0
#: What is assumed of a camera's turn beforehand (standard deviation per axis), and of a point.
TURN_DEG, POINT_MM = 1.0, 1000.0
ROUNDS = 10
#: Steps of the numeric derivatives.
STEP_MM, STEP_RAD = 1.0, 1e-4


@dataclass(frozen=True, eq=False)
class Fit:
    """Cameras and points that agree best with what the cameras show.

    Attributes:
        cameras: as given, or turned. points_mm: float64 [M, 3], mm, world.
        missed_px: float64 [V], px, root mean square per axis of what is left between 2D joints and projections.
    """

    cameras: tuple[Camera, ...]
    points_mm: np.ndarray
    missed_px: np.ndarray


def fit(cameras: Sequence[Camera], pixels: np.ndarray, points_mm: np.ndarray, turn: bool) -> Fit:
    """Moves points and, if ``turn``, turns cameras until projections and 2D joints agree best.

    Gauss-Newton with Cauchy weights, the points eliminated (Schur's complement).

    Args:
        pixels: float [V, M, 2], px, raw frame; NaN: not seen. points_mm: float [M, 3], mm, world, where to start.
    """
    cameras, start = tuple(cameras), np.asarray(points_mm, np.float64)
    points, turned = start, np.zeros((len(cameras), 3))
    tight = np.deg2rad(TURN_DEG)
    for _ in range(ROUNDS):
        now = tuple(turned_by(camera, angle) for camera, angle in zip(cameras, turned, strict=True))
        missed = _missed(now, pixels, points)
        seen = np.isfinite(missed).all(-1)
        missed = np.where(seen[..., None], missed, 0)
        weight = seen / (1 + (missed**2).sum(-1) / CAUCHY_PX**2)
        by_point = np.stack([_missed(now, pixels, points + step) for step in STEP_MM * np.eye(3)], -1)
        by_point = np.where(seen[..., None, None], missed[..., None] - by_point, 0) / STEP_MM  # [V, M, 2, 3], px per mm
        normal = np.einsum("vm,vmki,vmkj->mij", weight, by_point, by_point) + np.eye(3) / POINT_MM**2
        right = np.einsum("vm,vmki,vmk->mi", weight, by_point, missed) + (start - points) / POINT_MM**2
        if turn:
            steps = [tuple(turned_by(camera, step) for camera in now) for step in STEP_RAD * np.eye(3)]
            by_turn = np.stack([_missed(other, pixels, points) for other in steps], -1)
            by_turn = np.where(seen[..., None, None], missed[..., None] - by_turn, 0) / STEP_RAD
            cross = np.einsum("vm,vmki,vmkj->mivj", weight, by_point, by_turn).reshape(len(points), 3, -1)
            solved = np.linalg.solve(normal, np.concatenate([cross, right[..., None]], -1))
            own = np.einsum("vm,vmki,vmkj->vij", weight, by_turn, by_turn) + np.eye(3) / tight**2
            reduced = -np.einsum("mia,mib->ab", cross, solved[..., :-1])
            for view, block in enumerate(own):
                reduced[3 * view : 3 * view + 3, 3 * view : 3 * view + 3] += block
            wanted = np.einsum("vm,vmki,vmk->vi", weight, by_turn, missed) - turned / tight**2
            step = np.linalg.solve(reduced, wanted.ravel() - np.einsum("mia,mi->a", cross, solved[..., -1]))
            turned = turned + step.reshape(-1, 3)
            points = points + solved[..., -1] - solved[..., :-1] @ step
        else:
            points = points + np.linalg.solve(normal, right[..., None])[..., 0]
    now = tuple(turned_by(camera, angle) for camera, angle in zip(cameras, turned, strict=True))
    return Fit(now, points, np.sqrt(np.nanmean(_missed(now, pixels, points) ** 2, (1, 2))))


def turned_by(camera: Camera, angle_rad: np.ndarray) -> Camera:
    """The camera turned about its own axes by a rotation vector [3], radians."""
    return replace(camera, R_world_to_cam=cv2.Rodrigues(np.asarray(angle_rad, np.float64))[0] @ camera.R_world_to_cam)


def share_of_calibration(cameras: Sequence[Camera], pixels: np.ndarray, points_mm: np.ndarray) -> tuple[Fit, Fit, np.ndarray]:
    """The fit with the cameras as they are, the one with turned cameras, and px [V] that turning took away (of the squares)."""
    given, better = fit(cameras, pixels, points_mm, turn=False), fit(cameras, pixels, points_mm, turn=True)
    return given, better, np.sqrt(np.maximum(given.missed_px**2 - better.missed_px**2, 0))


def joints_of(demo: DemoSet, step: int) -> tuple[np.ndarray, np.ndarray]:
    """2D joints float64 [V, M, 2], px, of the near people in every ``step``-th frame (NaN: unsure), and points [M, 3], mm."""
    with np.load(DATA_DIR / demo.reference, allow_pickle=False) as archive:
        near, joints = slice(len(demo.near)), [COCO_OF_JOINT[joint] for joint in BODY_JOINTS]
        found = archive["kpts"][::step, :, near][:, :, :, joints].astype(np.float64)
        points = archive["X3d_mm"][::step, near][:, :, joints].astype(np.float64).reshape(-1, 3)
    found = found.swapaxes(0, 1).reshape(found.shape[1], -1, 3)
    known = np.isfinite(points).all(-1)
    return np.where(found[..., 2:] > SURE, found[..., :2], np.nan)[:, known], points[known]


def generated(rng: np.random.Generator, cameras: Sequence[Camera], points_mm: np.ndarray) -> np.ndarray:
    """px [V]: what turning the cameras takes away where the generator made the calibration wrong and nothing else is."""
    real = [perturbed(rng, camera, Noise().calibration * rng.random()) for camera in cameras]
    pixels = np.stack([project(points_mm, camera)[0] for camera in real])
    return share_of_calibration(cameras, pixels, points_mm)[2]


def _missed(cameras: Sequence[Camera], pixels: np.ndarray, points: np.ndarray) -> np.ndarray:
    """float64 [V, M, 2], px: from projections to 2D joints; NaN where there is none or the camera can't see the point."""
    views = []
    for camera, shown in zip(cameras, pixels, strict=True):
        at, valid = project(points, camera)
        views.append(np.where(valid[:, None], shown - at, np.nan))
    return np.stack(views)


def main(arguments: list[str] | None = None) -> None:
    """The command: a line per recording, and one for the generator in its rig."""
    parser = argparse.ArgumentParser(description="Measures how wrong the demo's calibration is, and the training's.")
    parser.add_argument("--step", type=int, default=10, help="every n-th frame")
    parser.add_argument("--draws", type=int, default=40, help="calibrations that the generator makes wrong")
    options = parser.parse_args(arguments)
    rng, lines = np.random.default_rng(0), []
    for demo in DEMO_SETS:
        recording = open_recording(demo_root() / demo.folder)
        cameras = recording.cameras
        recording.close()
        pixels, points = joints_of(demo, options.step)
        given, better, share = share_of_calibration(cameras, pixels, points)
        made = np.stack([generated(rng, cameras, given.points_mm) for _ in range(options.draws)])
        quantiles = [np.sqrt(np.mean(made**2, 1)), made.max(1)]
        for name, values in (
            ("2D joints off their projections", given.missed_px),
            ("… with the cameras turned", better.missed_px),
            ("the calibration's share", share),
        ):
            lines.append([demo.folder, name, " ".join(f"{v:.1f}" for v in values), f"{np.sqrt(np.mean(values**2)):.1f}"])
        all_views, worst = (" / ".join(f"{v:.1f}" for v in np.quantile(values, [0.1, 0.5, 0.9])) for values in quantiles)
        lines.append([demo.folder, "the generator's, 10 / 50 / 90 %", f"worst camera {worst}", all_views])
    print(markdown_table(["recording", "px, root mean square per axis", "each camera", "all"], lines))


if __name__ == "__main__":
    main()
