"""How long the 2D network's errors last, on the demo: what ``evaluation/common/sightings.py`` assumes.

Peaks of the heatmaps near the reference's reprojection, less the reprojection and each joint's mean in each view. In a
recording this short the mean takes a part of what lasts with it; the fitted process is put through the same, so that the two
compare.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.optimize import least_squares

from modules.core.geometry import apply_affine, project
from modules.core.skeleton import BODY_JOINTS, NUM_JOINTS
from modules.core.types import Camera, PoseResult
from modules.evaluation.accuracy.demo import DEMO_SETS, load_reference

#: A peak counts within this of the reprojection, cells, and from this height on; errors are cut at this many deviations.
NEAR_CELLS, PEAK, CUT = 6, 0.3, 3.0
LAGS = (1, 2, 3, 5, 8, 12, 16, 20, 30, 40)


def peaks_off(results: Iterable[PoseResult], cameras: tuple[Camera, ...]) -> np.ndarray:
    """float64 [T, V, R, J, 2], cells: each peak less the reference's reprojection; NaN: none."""
    reference = load_reference(DEMO_SETS[0])[:, : len(DEMO_SETS[0].near)]
    out = np.full((len(reference), len(cameras), reference.shape[1], NUM_JOINTS, 2), np.nan)
    for result in results:
        assert result.heatmaps is not None
        assert result.frame_to_heatmap is not None
        for v, camera in enumerate(cameras):
            pixels, seen = project(reference[result.frame_index], camera)
            cells = apply_affine(pixels, result.frame_to_heatmap[v])
            for r, j in zip(*np.nonzero(seen), strict=True):
                if j in BODY_JOINTS and np.isfinite(cells[r, j]).all():
                    out[result.frame_index, v, r, j] = _peak(result.heatmaps[v, j].astype(np.float64), cells[r, j])
    return out


def _peak(heatmap: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Place of the highest cell around ``near``, by a parabola through its neighbours' logarithms, less ``near``."""
    x, y = (round(float(v)) for v in near)
    rows = slice(max(y - NEAR_CELLS, 1), min(y + NEAR_CELLS + 1, heatmap.shape[0] - 1))
    columns = slice(max(x - NEAR_CELLS, 1), min(x + NEAR_CELLS + 1, heatmap.shape[1] - 1))
    window = heatmap[rows, columns]
    if window.size < 9 or window.max() < PEAK:
        return np.full(2, np.nan)
    row, column = (int(i) for i in np.unravel_index(window.argmax(), window.shape))
    row, column = row + rows.start, column + columns.start
    log = np.log(np.maximum(heatmap[row - 1 : row + 2, column - 1 : column + 2], 1e-4))
    shift = [0.5 * (b - a) / max(2 * m - a - b, 1e-3) for a, m, b in ((log[1, 0], log[1, 1], log[1, 2]),
                                                                      (log[0, 1], log[1, 1], log[2, 1]))]  # fmt: skip
    return np.array([column, row]) + np.clip(shift, -0.7, 0.7) - near


def autocorrelation(off: np.ndarray) -> np.ndarray:
    """float64 [len(LAGS)]: of the errors [T, …], each series less its mean, all series together."""
    rest = off - np.nanmean(off, axis=0)
    spread = 1.4826 * np.nanmedian(np.abs(rest))
    rest = np.clip(rest, -CUT * spread, CUT * spread)
    return np.array([np.nanmean(rest[lag:] * rest[:-lag]) for lag in LAGS]) / np.nanmean(rest**2)


def expected(share: float, frames: float, count: int) -> np.ndarray:
    """What ``autocorrelation`` gives of ``count`` frames of a process of which ``share`` lasts over ``frames`` (e-folding)."""
    apart = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    covariance = share * np.exp(-apart / frames) + (1 - share) * (apart == 0)
    less_mean = np.eye(count) - 1 / count
    covariance = less_mean @ covariance @ less_mean
    return np.array([np.diagonal(covariance, lag).mean() for lag in LAGS]) / np.diagonal(covariance).mean()


def fit(off: np.ndarray, fps: float) -> tuple[float, float, np.ndarray]:
    """Share that lasts, for how long (s), and the autocorrelation that was fitted."""
    found = autocorrelation(off)
    solved = least_squares(lambda p: expected(p[0], np.exp(p[1]), len(off)) - found, (0.8, np.log(10)), bounds=((0, 0), (1, 5)))
    return float(solved.x[0]), float(np.exp(solved.x[1]) / fps), found
