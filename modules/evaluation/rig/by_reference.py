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
    "recording", "calibration", "residual by the reference's 2D joints, px", "joints apart from the best, mm (median)",
    "rotation, deg, each camera", "centres, mm, each camera",
)  # fmt: skip


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
            name, label, left_px, distance_mm(mine, points), " ".join(f"{a:.2f}" for a in off.turned_deg),
            " ".join(f"{m * size_mm(best):.0f}" for m in off.moved),
        ])  # fmt: skip
    return lines


def judged(cameras: Sequence[Camera], held: Observations) -> tuple[np.ndarray, float]:
    """Joints [N, K, 3] and the median residual, px, of joints that two views or more saw."""
    joints = best_joints(cameras, held)
    off = np.linalg.norm(residuals_px(cameras, held, joints), axis=-1)
    return joints, float(np.nanmedian(off))


def distance_mm(joints: np.ndarray, others: np.ndarray) -> float:
    """Median distance of joints [N, K, 3] from others after the best similarity (Umeyama, PAMI 1991)."""
    known = np.isfinite(joints).all(-1) & np.isfinite(others).all(-1)
    a, b = joints[known], others[known]
    U, S, Vt = np.linalg.svd((b - b.mean(0)).T @ (a - a.mean(0)))
    flip = np.array([1.0, 1.0, np.sign(np.linalg.det(U @ Vt))])
    R = U @ np.diag(flip) @ Vt
    scale = (S * flip).sum() / ((a - a.mean(0)) ** 2).sum()
    return float(np.median(np.linalg.norm(scale * (a - a.mean(0)) @ R.T + b.mean(0) - b, axis=1)))


def size_mm(cameras: Sequence[Camera]) -> float:
    """The rig's size: twice the farthest camera's distance from the cameras' middle."""
    centers = np.array([camera.center_world_mm for camera in cameras])
    return float(2 * np.linalg.norm(centers - centers.mean(0), axis=1).max())
