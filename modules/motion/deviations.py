"""How sure a measured joint is: the one place where the networks' own standard deviations are put to scale.

The figures are what ``python -m modules.evaluation.motion --calibrate`` prints: errors of the networks on held-out synthetic
sequences, against the deviations that they came with. What LASTING says lasts is rounded down, to the least error of its
table.
"""

from __future__ import annotations

import numpy as np

from modules.core.skeleton import NUM_JOINTS
from modules.motion.kalman import Errors

#: What the refinement's deviations are multiplied with: neck, nose, mid-hip, then shoulder … ankle of either side.
SCALE = np.array([1.22, 1.59, 1.34, *(2 * (1.48, 1.72, 2.37, 1.53, 1.46, 1.94))])
#: What the deviations are multiplied with after all: the bones' arithmetic takes joints' errors for unlike each other, and
#: neighbours' are not.
ALIKE = 1.33
#: Standard deviation per axis of a joint that comes without one, mm: neck, nose, mid-hip, then shoulder … ankle of either side.
UNKNOWN_MM = np.array([9.0, 11.0, 9.0, *(2 * (11.0, 13.0, 17.0, 12.0, 14.0, 19.0))])
#: The same for joints beyond the skeleton, and for a root that no pose was computed for, mm.
EXTRA_MM, ROOT_SD_MM = 45.0, 80.0
#: Of an error's variance: the share that stays with a joint throughout, and of the rest the share that lasts, and how long, s.
CONSTANT = 0.3
LASTING = Errors(lasting=0.6, seconds=0.24)


def deviations_mm(positions_mm: np.ndarray, sd_mm: np.ndarray, calibration_mm: float = 0.0) -> np.ndarray:
    """Honest standard deviations of measured joints.

    Args:
        positions_mm: float64 [T, J, 3], mm, world; NaN: not measured.
        sd_mm: float64 [T, J, 3], mm, world axes, as the estimator gives them; NaN: not known.
        calibration_mm: how far off the calibration alone puts a joint, standard deviation per axis, mm.

    Returns:
        float64 [T, J, 3], mm; NaN where nothing was measured.
    """
    usual = np.full(positions_mm.shape[1], EXTRA_MM)
    usual[:NUM_JOINTS] = UNKNOWN_MM
    scale = np.ones(positions_mm.shape[1])
    scale[:NUM_JOINTS] = SCALE
    found = np.where(np.isfinite(sd_mm), np.hypot(scale[:, None] * np.nan_to_num(sd_mm), calibration_mm), usual[:, None])
    return np.where(np.isfinite(positions_mm), found, np.nan)
