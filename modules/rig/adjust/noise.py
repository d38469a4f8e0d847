"""How far off 2D joints are, measured from what views leave of each other.

Two things add up: what the 2D network can't resolve, which is the same for everybody in a picture, and a share of the person's
size. Who assumes the share alone believes people far away too much, takes what noise adds to their bones for size, and has
focal lengths give way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from modules.core.types import Camera
from modules.rig.adjust.bundle import Freedom, Observations, adjust
from modules.rig.adjust.projections import State, derivatives, information, project_state
from modules.rig.seen.body import BONE_NAMES
from modules.rig.seen.rays import meet

#: Where to start, and to stay within: of the frame's longer side, and times what ``sd_px`` says.
FIRST, WITHIN = ((0.002, 1.0), (0.003, 0.1), (0.0003, 1.0)), ((1e-5, 0.1), (0.1, 10.0))
#: A view's joint with less freedom left (of two coordinates) says nothing; nor do fewer of them than this.
LEFT, FEWEST = 0.3, 200
#: Most joints are better, and a few far worse, than a normal distribution has it: Student's with so many degrees of freedom.
#: (With 4, or with as many as are likeliest, focal lengths are as good, and the demo's held-out residuals 0.5 % larger.)
TAILS = 2.0


def with_measured_noise(cameras: Sequence[Camera], seen: Observations) -> Observations:
    """The same with ``sd_px`` as these cameras find it; as it was where too little is seen to tell.

    Each joint is placed by its views alone; what is left of two coordinates after that is less than the noise by the trace of
    the hat matrix (Hastie, Tibshirani, Friedman, 2nd ed., 7.6).
    """
    start = meet(cameras, seen.pixels, seen.sd_px)
    joints = adjust(cameras, seen, start, [Freedom()] * len(cameras), bones=False, rounds=8).joints_world_mm
    state = State.of(cameras, np.nan_to_num(joints), np.zeros((1, len(BONE_NAMES))))
    pixels, _, parts = project_state(state)
    by_joint, known = derivatives(state, parts)[0], seen.seen
    twice = known.sum(1) >= 2
    says = np.where(twice[..., None, None], information(by_joint, known, seen.sd_px), np.eye(3))
    inverse = np.linalg.inv(says + 1e-9 * np.trace(says, axis1=2, axis2=3)[..., None, None] * np.eye(3))
    taken = np.einsum("nvkai,nkij,nvkaj->nvk", by_joint, inverse, by_joint) / np.where(known, seen.sd_px, 1.0) ** 2
    left = 2 - taken
    used = known & twice[:, None] & (left > LEFT)
    if used.sum() < FEWEST:
        return seen
    longer = np.array([max(c.width_px, c.height_px) for c in cameras], float)[None, :, None]
    miss, left = ((pixels - np.where(known[..., None], seen.pixels, 0.0)) ** 2).sum(-1)[used], left[used]
    resolved, share = (np.broadcast_to(part, known.shape)[used] ** 2 for part in (longer, seen.sd_px))

    def unlikely(logs: np.ndarray) -> float:
        variance = np.exp(2 * logs[0]) * resolved + np.exp(2 * logs[1]) * share
        return float(np.sum(left * np.log(variance) + (TAILS + left) * np.log1p(miss / variance / TAILS)))

    tried = (minimize(unlikely, np.log(first), method="L-BFGS-B", bounds=np.log(WITHIN)) for first in FIRST)
    a, b = np.exp(min(tried, key=lambda found: found.fun).x)
    return replace(seen, sd_px=np.hypot(a * longer, b * seen.sd_px))
