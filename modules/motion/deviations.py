"""How sure a measured joint is: the one place where the networks' own standard deviations are put to scale.

The figures are what ``python -m modules.evaluation.motion --calibrate`` prints: errors of the networks on held-out synthetic
sequences, against the deviations that they came with. LASTING and NEW_OF_LIKELY are those of the least error in its table.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from modules.core.skeleton import NUM_JOINTS
from modules.core.trajectory import TrajectorySet
from modules.motion.kalman import Errors

#: What the refinement's deviations are multiplied with: neck, nose, mid-hip, then shoulder … ankle of either side.
SCALE = np.array([1.06, 1.39, 1.16, *(2 * (1.28, 1.52, 2.08, 1.35, 1.33, 1.69))])
#: What the deviations are multiplied with after all: the bones' arithmetic takes joints' errors for unlike each other, and
#: neighbours' are not.
ALIKE = 1.54
#: Standard deviation per axis of a joint that comes without one, mm: neck, nose, mid-hip, then shoulder … ankle of either side.
UNKNOWN_MM = np.array([8.0, 11.0, 9.0, *(2 * (11.0, 12.0, 16.0, 11.0, 12.0, 18.0))])
#: The same for joints beyond the skeleton, and for a root that no pose was computed for, mm.
EXTRA_MM, ROOT_SD_MM = 45.0, 80.0
#: Of an error's variance: the share that stays with a joint throughout, and of the rest the share that lasts, and how long, s.
CONSTANT = 0.24
LASTING = Errors(lasting=0.6, seconds=0.24)
#: Where a recording's own errors are calmer more of them lasts: what is new in each frame, of its most likely share (which is
#: too small, for what is left of a motion by the smoother's model of it is taken for errors that last).
NEW_OF_LIKELY = 12.0


def with_calibration(trajectories: TrajectorySet, calibration_mm: float) -> TrajectorySet:
    """The same trajectories, less sure by what the calibration adds: a standard deviation per axis, mm.

    After cleaning: that error is the same from frame to frame, and no reason to follow the measurements less.
    """
    people = tuple(replace(person, sd_mm=np.hypot(person.sd_mm, calibration_mm)) for person in trajectories.people)
    return replace(trajectories, people=people)


def deviations_mm(positions_mm: np.ndarray, sd_mm: np.ndarray) -> np.ndarray:
    """Honest standard deviations of measured joints.

    Args:
        positions_mm: float64 [T, J, 3], mm, world; NaN: not measured.
        sd_mm: float64 [T, J, 3], mm, world axes, as the estimator gives them; NaN: not known.

    Returns:
        float64 [T, J, 3], mm; NaN where nothing was measured.
    """
    usual = np.full(positions_mm.shape[1], EXTRA_MM)
    usual[:NUM_JOINTS] = UNKNOWN_MM
    scale = np.ones(positions_mm.shape[1])
    scale[:NUM_JOINTS] = SCALE
    found = np.where(np.isfinite(sd_mm), scale[:, None] * np.nan_to_num(sd_mm), usual[:, None])
    return np.where(np.isfinite(positions_mm), found, np.nan)
