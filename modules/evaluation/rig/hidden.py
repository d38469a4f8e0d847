"""Both demo recordings with their extrinsics hidden: calibrated from people, against the shipped calibration, mended.

The shipped calibration is a soft truth: bundle adjustment moves its cameras by degrees and decimetres.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from modules.composition import make_people_finder, open_source
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.people2d import People2D
from modules.core.types import Camera
from modules.evaluation.common.options import demo_root
from modules.evaluation.common.report import Report, markdown_table
from modules.evaluation.rig.scenes import apart
from modules.rig.bundle import residuals_px
from modules.rig.from_people import grow
from modules.rig.mend import best_joints, everyone, mend
from modules.rig.tracklets import follow

COLUMNS = (
    "recording", "against", "rotation, deg, each camera", "centres, mm, each camera", "joints apart, mm (median)",
    "residual on unused frames, px", "its own", "people told apart",
)  # fmt: skip


def real_demo(out: Path, config_path: Path | None = None) -> int:
    """Prints the table and saves it."""
    report, lines = Report(), []
    for folder, cameras, seen in watched_demo(config_path):
        lines += compared(folder, cameras, seen)
    report.show(markdown_table(COLUMNS, lines))
    report.figures = {"columns": COLUMNS, "rows": lines}
    report.save(out, "real")
    return 0


def watched_demo(config_path: Path | None = None) -> Iterator[tuple[str, tuple[Camera, ...], list[People2D]]]:
    """Both demo recordings: name, cameras, and what the 2D network sees in every frame."""
    for folder in ("Demo_MultiPerson", "Demo_SinglePerson"):
        config = load_config(config_path or DEFAULT_CONFIG, {"SOURCE.PATH": str(demo_root() / folder)})
        source = open_source(config)
        try:
            find = make_people_finder(config)
            yield folder, tuple(source.cameras), [find(source.read(index), None) for index in range(len(source))]
        finally:
            source.close()


def compared(name: str, cameras: Sequence[Camera], seen: Sequence[People2D]) -> list[list[object]]:
    """A line for the shipped calibration and one for it mended; fitted to even frames, judged on odd ones."""
    even, odd = seen[::2], seen[1::2]
    rig = grow(cameras, even)
    mended = mend(cameras, even).cameras
    tracklets = [t for view in range(len(cameras)) for t in follow(odd, view)]
    held = everyone(tracklets, cameras)
    mine, mine_px = _judged(rig.cameras, held)
    lines = []
    for against, others in (("shipped", tuple(cameras)), ("shipped, mended", mended)):
        off = apart(rig.cameras, others)
        true, true_px = _judged(others, held)
        size = 2 * np.linalg.norm([c.center_world_mm - _middle(others) for c in others], axis=1).max()
        lines.append([
            name, against, " ".join(f"{a:.2f}" for a in off.turned_deg), " ".join(f"{m * size:.0f}" for m in off.moved),
            float(np.nanmedian(np.linalg.norm(_aligned(mine, true) - true, axis=-1))), mine_px, true_px,
            str(len(set(rig.seen.identity))),
        ])  # fmt: skip
    # how far the shipped calibration is from itself when it is mended: nearer to it nobody comes who fits what the views show
    off = apart(mended, cameras)
    size = 2 * np.linalg.norm([c.center_world_mm - _middle(cameras) for c in cameras], axis=1).max()
    true, true_px = _judged(tuple(cameras), held)
    mine, mine_px = _judged(mended, held)
    lines.append([
        name, "the mended one against the shipped", " ".join(f"{a:.2f}" for a in off.turned_deg),
        " ".join(f"{m * size:.0f}" for m in off.moved),
        float(np.nanmedian(np.linalg.norm(_aligned(mine, true) - true, axis=-1))), mine_px, true_px, "",
    ])  # fmt: skip
    return lines


def _middle(cameras: Sequence[Camera]) -> np.ndarray:
    return np.mean([camera.center_world_mm for camera in cameras], axis=0)


def _judged(cameras: Sequence[Camera], held) -> tuple[np.ndarray, float]:
    """Joints [N, K, 3] and the median residual, px, of joints that two views or more saw."""
    joints = best_joints(cameras, held)
    off = np.linalg.norm(residuals_px(cameras, held, joints), axis=-1)
    return joints, float(np.nanmedian(off))


def _aligned(points: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Points [N, K, 3] after the best similarity (Umeyama, PAMI 1991) to others; NaN stays NaN."""
    known = np.isfinite(points).all(-1) & np.isfinite(to).all(-1)
    a, b = points[known], to[known]
    U, S, Vt = np.linalg.svd((b - b.mean(0)).T @ (a - a.mean(0)))
    flip = np.array([1.0, 1.0, np.sign(np.linalg.det(U @ Vt))])
    R = U @ np.diag(flip) @ Vt
    scale = (S * flip).sum() / ((a - a.mean(0)) ** 2).sum()
    return scale * (points - a.mean(0)) @ R.T + b.mean(0)
