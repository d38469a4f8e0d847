"""Where two cameras stand to one another, and where a camera stands to known points, from matched rays alone.

The one use of OpenCV in this room beside boards: five-point RANSAC with MAGSAC (Nistér, PAMI 2004; Barath et al., CVPR
2020) and SQPnP (Terzakis, Lourakis, ECCV 2020) are well kept there, and nothing is gained by writing them again.
"""

from __future__ import annotations

import cv2
import numpy as np

#: Matched rays this far apart (normalised coordinates) may still belong together, and how sure RANSAC is to be.
NEAR, CONFIDENCE, TRIES = 0.01, 0.999, 2000
#: Fewer matched rays than this tell nothing.
FEWEST = 12


def relative_pose(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """R [3, 3], t [3] (length 1) with ``x_b ~ R x_a + t``, and which rays agree, bool [M].

    Args:
        a, b: float [M, 2], normalised coordinates of the same points in both cameras; no NaN.

    Returns:
        None where too few agree.
    """
    if len(a) < FEWEST:
        return None
    E, agree = cv2.findEssentialMat(a, b, np.eye(3), cv2.USAC_MAGSAC, CONFIDENCE, NEAR, TRIES)
    if E is None or E.shape != (3, 3):
        return None
    count, R, t, agree = cv2.recoverPose(E, a, b, np.eye(3), mask=agree.copy())
    if count < FEWEST:
        return None
    return R, t.ravel(), agree.ravel() > 0


def absolute_pose(points: np.ndarray, rays: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """R [3, 3], centre [3] of a camera that sees points [M, 3] along rays [M, 2] (normalised), and which agree.

    Returns:
        None where too few agree.
    """
    if len(points) < FEWEST:
        return None
    found, turn, t, agree = cv2.solvePnPRansac(
        points, rays, np.eye(3), None, iterationsCount=300, reprojectionError=2 * NEAR, confidence=CONFIDENCE,
        flags=cv2.SOLVEPNP_SQPNP,
    )  # fmt: skip
    if not found or agree is None or len(agree) < FEWEST:
        return None
    keep = np.zeros(len(points), bool)
    keep[agree.ravel()] = True
    turn, t = cv2.solvePnPRefineLM(points[keep], rays[keep], np.eye(3), None, turn, t)
    R = cv2.Rodrigues(turn)[0]
    return R, -R.T @ t.ravel(), keep
