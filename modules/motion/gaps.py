"""What the rest of a body tells of a joint that is unknown for a while: people move as a whole, and much as they did before.

A linear prediction of the joint from the other joints, in the body's own frame, learned from the frames around the gap in
which all are known (as marker-based motion capture does: Gløersen & Federolf, "Predicting missing marker trajectories in
human motion data using marker intercorrelations", PLoS ONE 11, 2016); moved so that it meets what is known on both sides. It
goes to the smoother as a measurement, with the deviation that such predictions have where the joint is known.
"""

from __future__ import annotations

import numpy as np

from modules.core.skeleton import LEFT_HIP, MID_HIP, RIGHT_HIP
from modules.motion.filters import runs

#: Frames that are learned from lie within this of the gap, s; with fewer than so many nothing is learned.
WINDOW_S, ENOUGH = 10.0, 40
#: A joint must be known in this share of those frames to be learned from; weight of small coefficients.
KNOWN, RIDGE = 0.9, 0.02
#: Gaps of other joints that are bridged by straight lines to learn from, s.
BRIDGED_S = 0.3
#: Frames on either side that a prediction has to meet.
EDGE = 3


def predicted(x: np.ndarray, sd: np.ndarray, gaps: np.ndarray, dt_s: float) -> tuple[np.ndarray, np.ndarray]:
    """``x`` and ``sd`` with predictions in the gaps, where the rest of the body tells.

    Args:
        x, sd: float64 [T, J, 3], mm, world; NaN: unknown. gaps: bool [T, J], what may be predicted.
    """
    out, out_sd = x.copy(), sd.copy()
    body = _in_body(x)
    others = _bridged(body[0], round(BRIDGED_S / dt_s))
    half = round(WINDOW_S / dt_s)
    for joint in np.flatnonzero(gaps.any(0)):
        for run in runs(gaps[:, joint]):
            window = slice(max(run.start - half, 0), run.stop + half)
            gap = slice(run.start - window.start, run.stop - window.start)
            found = _predict(body[0][window], others[window], joint, gap)
            if found is not None:
                turned, spread = found
                out[run, joint] = np.einsum("tij,tj->ti", body[1][run], turned) + x[run, MID_HIP]
                out_sd[run, joint] = spread
    return out, out_sd


def _in_body(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions [T, J, 3] seen from the mid-hip, x along the hips' line, z up; and rotations [T, 3, 3] back to the world."""
    across = x[:, LEFT_HIP, :2] - x[:, RIGHT_HIP, :2]
    across = across / np.maximum(np.linalg.norm(across, axis=-1, keepdims=True), 1e-9)
    R = np.zeros((len(x), 3, 3))
    R[:, :2, 0], R[:, :2, 1], R[:, 2, 2] = across, np.stack([-across[:, 1], across[:, 0]], -1), 1.0
    return np.einsum("tij,tkj->tki", R.transpose(0, 2, 1), x - x[:, MID_HIP : MID_HIP + 1]), R


def _bridged(body: np.ndarray, longest: int) -> np.ndarray:
    """Gaps of at most ``longest`` frames filled by straight lines: good enough to learn from."""
    out = body.copy()
    frames = np.arange(len(body))
    for joint in range(body.shape[1]):
        known = np.isfinite(body[:, joint]).all(-1)
        for run in runs(~known):
            if run.start > 0 and run.stop < len(known) and run.stop - run.start <= longest:
                for axis in range(3):
                    out[run, joint, axis] = np.interp(frames[run], frames[known], body[known, joint, axis])
    return out


def _predict(body: np.ndarray, others: np.ndarray, joint: int, gap: slice) -> tuple[np.ndarray, float] | None:
    """Positions [gap, 3] in the body's frame and their deviation, mm; None where too little is known. ``others``: ``body``
    with short gaps bridged."""
    known, told = np.isfinite(body).all(-1), np.isfinite(others).all(-1)
    usable = [j for j in range(body.shape[1]) if j not in (joint, MID_HIP) and told[gap, j].all() and told[:, j].mean() > KNOWN]
    if len(usable) < 4:
        return None
    frames = np.flatnonzero(known[:, joint] & told[:, usable].all(1))
    before, after = frames[frames < gap.start][-EDGE:], frames[frames >= gap.stop][:EDGE]
    if len(frames) < ENOUGH or not len(before) or not len(after):
        return None
    features = others[:, usable].reshape(len(body), -1)
    middle, target = features[frames].mean(0), body[frames, joint].mean(0)
    A, y = features[frames] - middle, body[frames, joint] - target
    gram = A.T @ A
    weights = np.linalg.solve(gram + RIDGE * np.trace(gram) / len(gram) * np.eye(len(gram)), A.T @ y)
    guess = (features - middle) @ weights + target
    rest = body[:, joint] - guess
    low, high = rest[before].mean(0), rest[after].mean(0)
    share = (np.arange(gap.start, gap.stop) - gap.start + 1)[:, None] / (gap.stop - gap.start + 1)
    # how far what is left moves over half a gap, where it is known: the deviation in the gap's middle
    step = max((gap.stop - gap.start + 1) // 2, 1)
    moved = rest[step:] - rest[:-step]
    spread = 1.4826 * float(np.nanmedian(np.abs(moved))) if np.isfinite(moved).any() else 100.0
    return guess[gap] + (1 - share) * low + share * high, max(spread, 8.0)
