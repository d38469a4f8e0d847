"""Calibrations of the demo judged by another, stronger 2D network: the one whose joints the demo's reference was made from.

It took no part in any calibration from the program's own 2D network, and what it leaves of a calibration that was fitted to its
own joints is what no calibration takes away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from modules.core.people2d import People2D
from modules.core.skeleton import COCO_NAMES
from modules.core.types import Camera
from modules.evaluation.accuracy.demo import DATA_DIR, DEMO_SETS
from modules.evaluation.rig.scenes import apart
from modules.rig.adjust.bundle import Observations, residuals_px
from modules.rig.adjust.tracklets import follow
from modules.rig.mend.mending import best_joints, everyone, mend
from modules.rig.seen.sightings import FEWEST_JOINTS, SURE

COLUMNS = (
    "recording", "calibration", "residual by the reference's 2D joints, px",
    "joints apart from the best, mm (median; aligned by least distances)", "aligned by least squares",
    "rotation, deg, each camera", "centres, mm, each camera",
)  # fmt: skip
#: Rounds of finding the least sum of distances; joints nearer than this, mm, all count alike.
REWEIGHTED, LEAST_MM = 30, 3.0


def reference_people(folder: str, fps: float) -> list[People2D]:
    """The reference's 2D joints of the near people of a demo recording, frame by frame."""
    (demo,) = (demo for demo in DEMO_SETS if demo.folder == folder)
    with np.load(DATA_DIR / demo.reference, allow_pickle=False) as archive:
        found = archive["kpts"][:, :, : len(demo.near)].astype(np.float64)
    sure = np.isfinite(found).all(-1) & (found[..., 2] >= SURE)
    found = np.where(sure[..., None], found, 0.0)
    there = sure.sum(-1) >= FEWEST_JOINTS
    return [
        People2D(n, n / fps, tuple(view[kept].reshape(-1, len(COCO_NAMES), 3) for view, kept in zip(frame, here, strict=True)))
        for n, (frame, here) in enumerate(zip(found, there, strict=True))
    ]


def judged_by(
    name: str, seen: Sequence[People2D], shipped: Sequence[Camera], others: Mapping[str, Sequence[Camera]]
) -> list[list[object]]:
    """A line for the shipped calibration, for others, and for the shipped one mended by these very joints (the best)."""
    held = everyone([t for view in range(len(shipped)) for t in follow(seen, view)], shipped)
    best = mend(shipped, seen).cameras
    points = best_joints(best, held)
    lines = []
    for label, rig in {"shipped": shipped, **others, "best: mended by these joints": best}.items():
        off = apart(rig, best)
        mine, left_px = judged(rig, held)
        lines.append([
            name, label, left_px, *distances_mm(mine, points), " ".join(f"{a:.2f}" for a in off.turned_deg),
            " ".join(f"{m * size_mm(best):.0f}" for m in off.moved),
        ])  # fmt: skip
    return lines


def judged(cameras: Sequence[Camera], held: Observations) -> tuple[np.ndarray, float]:
    """Joints [N, K, 3] and the median residual, px, of joints that two views or more saw."""
    joints = best_joints(cameras, held)
    off = np.linalg.norm(residuals_px(cameras, held, joints), axis=-1)
    return joints, float(np.nanmedian(off))


def distances_mm(joints: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """Median distance of joints [N, K, 3] from others after a similarity: the one of least sum of distances, and the one of
    least squares.

    The figure is a median, and a 2D joint that was mistaken for another is metres off: squared, a few of those outweigh all the
    rest (the root mean square is three times the median here), and pull away from joints that agree. The sum of distances, of
    which the median is the natural figure, they hardly change. Found by reweighting (Weiszfeld, Tôhoku Math. J. 1937), from
    the least squares.
    """
    known = np.isfinite(joints).all(-1) & np.isfinite(others).all(-1)
    a, b = joints[known], others[known]
    squares = np.linalg.norm(similar(a, b, np.ones(len(a))) - b, axis=1)
    off = np.linalg.norm(aligned(joints, others)[known] - b, axis=1)
    return float(np.median(off)), float(np.median(squares))


def aligned(joints: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Joints [N, K, 3] after the similarity of least sum of distances from others; NaN where either is not known."""
    known = np.isfinite(joints).all(-1) & np.isfinite(others).all(-1)
    a, b = joints[known], others[known]
    out, moved = np.full(joints.shape, np.nan), similar(a, b, np.ones(len(a)))
    for _ in range(REWEIGHTED):
        moved = similar(a, b, 1 / np.maximum(np.linalg.norm(moved - b, axis=1), LEAST_MM))
    out[known] = moved
    return out


def similar(a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Points a [M, 3] after the rotation, scale and shift of least weighted squares to b [M, 3] (Umeyama, PAMI 1991)."""
    weights = weights / weights.sum()
    mine, true = a - weights @ a, b - weights @ b
    U, S, Vt = np.linalg.svd((weights[:, None] * true).T @ mine)
    flip = np.array([1.0, 1.0, np.sign(np.linalg.det(U @ Vt))])
    scale = (S * flip).sum() / (weights @ (mine**2).sum(1))
    return scale * mine @ (U @ np.diag(flip) @ Vt).T + weights @ b


def size_mm(cameras: Sequence[Camera]) -> float:
    """The rig's size: twice the farthest camera's distance from the cameras' middle."""
    centers = np.array([camera.center_world_mm for camera in cameras])
    return float(2 * np.linalg.norm(centers - centers.mean(0), axis=1).max())
