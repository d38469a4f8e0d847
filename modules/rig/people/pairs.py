"""How two views may stand to one another: proposals from stretches of people whose identity nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from modules.core.types import Camera
from modules.rig.adjust.tracklets import SAME, Tracklet, essential, sampson, together
from modules.rig.people.essential import relative_pose

#: Pairs of stretches that propose a pose, instants of each that are looked at, and proposals kept.
PROPOSERS, LOOKED_AT, KEPT = 24, 30, 3
#: A stretch of two views together counts from so many instants.
FEWEST_TOGETHER = 6
#: Two proposals are one that differ by less than this in turn and direction, degrees.
ALIKE_DEG = 10.0
#: A proposal needs this share of its own rays to agree.
AGREE = 0.4


@dataclass(frozen=True, eq=False)
class Proposal:
    """The second view's pose in the first one's axes.

    Attributes:
        views: both. R: float64 [3, 3], t: float64 [3], length 1, with ``x_second ~ R x_first + t``.
        score: instants explained, better fits more. links: pairs of tracklets that are one person then.
        angle: rad, between the rays of both views, median.
    """

    views: tuple[int, int]
    R: np.ndarray
    t: np.ndarray
    score: float
    links: tuple[tuple[int, int], ...]
    angle: float


class TwoViews:
    """Everything that two views show at the same time."""

    def __init__(
        self, views: tuple[int, int], lenses: Sequence[Camera], tracklets: Sequence[Tracklet], rays: Sequence[np.ndarray]
    ) -> None:
        self.views, self._lenses, self._tracklets = views, (lenses[views[0]], lenses[views[1]]), tracklets
        ours = [[n for n, t in enumerate(tracklets) if t.view == view] for view in views]
        shared = [(m, n, *together(tracklets[m], tracklets[n])) for m in ours[0] for n in ours[1]]
        shared = sorted((s for s in shared if len(s[2]) >= FEWEST_TOGETHER), key=lambda s: -len(s[2]))
        self.stretches = [(m, n) for m, n, _, _ in shared]
        self._length = [len(in_m) for _, _, in_m, _ in shared]
        a, b, far = [], [], []
        for m, n, in_m, in_n in shared:
            few = np.unique(np.linspace(0, len(in_m) - 1, LOOKED_AT).astype(int))
            a.append(rays[m][in_m[few]])
            b.append(rays[n][in_n[few]])
            near = self._lenses[0].fx / tracklets[m].size_px[in_m[few]], self._lenses[1].fx / tracklets[n].size_px[in_n[few]]
            far.append(np.maximum(*near))
        self._rays = [(p, q) for p, q in zip(a, b, strict=True)]
        self._starts = np.cumsum([0, *(len(p) for p in a)])
        if shared:
            self._a, self._b, self._far = np.concatenate(a), np.concatenate(b), np.concatenate(far)

    def proposals(self) -> list[Proposal]:
        """The poses that explain most, best first."""
        found = [self._judged(*pose) for a, b in self._rays[:PROPOSERS] if (pose := _posed(a, b)) is not None]
        kept: list[Proposal] = []
        for proposal in sorted(found, key=lambda p: -p.score):
            if all(_differs(proposal, other) for other in kept):
                kept.append(self._refitted(proposal))
            if len(kept) == KEPT:
                break
        return sorted((p for p in kept if p.score > 0), key=lambda p: -p.score)

    def _judged(self, R: np.ndarray, t: np.ndarray, angle: float) -> Proposal:
        """A pose with what it explains: stretches of both views matched one to one at any time."""
        off = sampson(essential(*placed(self._lenses, R, t)), self._a, self._b) * self._far[:, None]
        fits = []
        for (m, n), start, end, length in zip(self.stretches, self._starts[:-1], self._starts[1:], self._length, strict=True):
            mine = off[start:end]
            mine = mine[np.isfinite(mine)]
            miss = np.partition(mine, len(mine) // 2)[len(mine) // 2] if len(mine) >= 6 else np.inf
            if miss < SAME:
                fits.append((miss + 0.1 / length, m, n, length * (1 - miss / SAME)))
        links: list[tuple[int, int]] = []
        score = 0.0
        for _, m, n, worth in sorted(fits):
            rivals = [(n, q) for p, q in links if p == m] + [(m, p) for p, q in links if q == n]
            if not any(len(together(self._tracklets[one], self._tracklets[other])[0]) for one, other in rivals):
                links.append((m, n))
                score += worth
        return Proposal(self.views, R, t, score, tuple(links), angle)

    def _refitted(self, proposal: Proposal) -> Proposal:
        """The pose from all stretches that it matched, if that explains more."""
        if not proposal.links:
            return proposal
        chosen = [self._rays[self.stretches.index(link)] for link in proposal.links]
        a, b = (np.concatenate([pair[side] for pair in chosen]) for side in (0, 1))
        few = np.unique(np.linspace(0, len(a) - 1, 3 * LOOKED_AT).astype(int))
        pose = _posed(a[few], b[few])
        better = self._judged(*pose) if pose is not None else proposal
        return better if better.score > proposal.score else proposal


def placed(lenses: Sequence[Camera], R: np.ndarray, t: np.ndarray) -> tuple[Camera, Camera]:
    """Both cameras in the first one's axes."""
    return (
        replace(lenses[0], R_world_to_cam=np.eye(3), center_world_mm=np.zeros(3)),
        replace(lenses[1], R_world_to_cam=R, center_world_mm=-R.T @ t),
    )


def _posed(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray, float] | None:
    """R, t and the median angle between matched rays of joints [T, K, 2] in two views; None: nothing."""
    both = np.isfinite(a).all(-1) & np.isfinite(b).all(-1)
    pose = relative_pose(a[both], b[both])
    if pose is None or pose[2].mean() < AGREE:
        return None
    R, t, agree = pose
    one = np.ones((len(agree), 1))
    da, db = np.concatenate([a[both], one], 1) @ R.T, np.concatenate([b[both], one], 1)
    cosine = (da * db).sum(1) / np.linalg.norm(da, axis=1) / np.linalg.norm(db, axis=1)
    return R, t, float(np.median(np.arccos(np.clip(cosine, -1, 1))))


def _differs(a: Proposal, b: Proposal) -> bool:
    turn = np.arccos(np.clip((np.trace(a.R @ b.R.T) - 1) / 2, -1, 1))
    return bool(np.rad2deg(turn) > ALIKE_DEG or a.t @ b.t < np.cos(np.deg2rad(ALIKE_DEG)))
