"""What a set of 3D poses is worth against the truth: AP, recall, MPJPE, PCP, false people, errors per joint. NumPy alone.

Matching, AP, recall and MPJPE follow VoxelPose (Tu, Wang, Zeng, ECCV 2020, sec. 4, and the evaluation published with it):
each predicted person is a claim on its *nearest* true person by mean joint distance; claims are taken in order of score over
the whole set, the first one within the threshold wins the person, every later one is false. PCP follows Belagiannis et al.,
"3D Pictorial Structures for Multiple Human Pose Estimation", CVPR 2014.

A truth joint that is NaN is unknown and takes no part; a true person without a known joint does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from modules.core.skeleton import JOINT_NAMES, LIMBS, NUM_JOINTS

#: Thresholds of the average precision, mm.
AP_THRESHOLDS_MM: tuple[int, ...] = (25, 50, 75, 100, 125, 150)
#: Mean joint distance up to which a predicted person stands for a true one, mm (recall@500 mm, MPJPE, false people).
MATCH_MM = 500.0
#: A limb counts as found if its ends are off by at most this share of its length, on average.
PCP_ALPHA = 0.5

#: The limb groups that PCP is published for, as limbs of the skeleton; shoulder and hip girdle are not among them.
PCP_GROUPS: Mapping[str, tuple[tuple[int, int], ...]] = {
    "head": (LIMBS[0],),
    "torso": (LIMBS[1],),
    "upper arms": (LIMBS[3], LIMBS[6]),
    "lower arms": (LIMBS[4], LIMBS[7]),
    "upper legs": (LIMBS[10], LIMBS[12]),
    "lower legs": (LIMBS[11], LIMBS[13]),
}


@dataclass(frozen=True, eq=False)
class FramePoses:
    """Predicted and true people of one frame.

    Attributes:
        predicted_mm: float [P, J, 3], mm, world.
        scores: float [P], the predictions' confidence.
        truth_mm: float [G, J, 3], mm, world; NaN: unknown.

    Raises:
        ValueError: shapes that don't fit.
    """

    predicted_mm: np.ndarray
    scores: np.ndarray
    truth_mm: np.ndarray

    def __post_init__(self) -> None:
        for name in ("predicted_mm", "truth_mm"):
            value = np.asarray(getattr(self, name), np.float64).reshape(-1, NUM_JOINTS, 3)
            object.__setattr__(self, name, value)
        scores = np.asarray(self.scores, np.float64).reshape(-1)
        if len(scores) != len(self.predicted_mm):
            raise ValueError(f"{len(scores)} scores for {len(self.predicted_mm)} predicted people")
        object.__setattr__(self, "scores", scores)


@dataclass(frozen=True, eq=False)
class Claims:
    """All predicted people of a set, best score first (equal scores: in frame order), each with its nearest true person.

    Attributes:
        frame, prediction, truth: int [N]; the person's indices; truth -1 where the frame has nobody.
        distance_mm: float [N], mean joint distance to that person; infinite where there is none.
    """

    frame: np.ndarray
    prediction: np.ndarray
    truth: np.ndarray
    distance_mm: np.ndarray

    def winners(self, threshold_mm: float) -> np.ndarray:
        """bool [N]: the claim lies within the threshold and is the first one so for its person."""
        taken: set[tuple[int, int]] = set()
        wins = np.zeros(len(self.frame), bool)
        for n in np.flatnonzero(self.distance_mm < threshold_mm):
            person = (int(self.frame[n]), int(self.truth[n]))
            wins[n] = person not in taken
            taken.add(person)
        return wins


def joint_distances_mm(predicted_mm: np.ndarray, truth_mm: np.ndarray) -> np.ndarray:
    """float [P, G, J], mm: distance of every predicted to every true person's joint; NaN where either is unknown."""
    return np.linalg.norm(np.asarray(predicted_mm)[:, None] - np.asarray(truth_mm)[None], axis=-1)


def mean_distances_mm(predicted_mm: np.ndarray, truth_mm: np.ndarray) -> np.ndarray:
    """float [P, G], mm: mean over the joints that both know; infinite where there is none."""
    distances = joint_distances_mm(predicted_mm, truth_mm)
    known = np.isfinite(distances)
    count = known.sum(-1)
    total = np.where(known, distances, 0.0).sum(-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.inf)


def count_truth(frames: Sequence[FramePoses]) -> int:
    """True people with at least one known joint, over all frames."""
    return sum(int(np.isfinite(f.truth_mm).all(-1).any(-1).sum()) for f in frames)


def make_claims(frames: Sequence[FramePoses]) -> Claims:
    """Claims of all frames' predictions on their nearest true people, best score first."""
    rows: list[tuple[int, int, int, float]] = []
    scores: list[float] = []
    for index, frame in enumerate(frames):
        distances = mean_distances_mm(frame.predicted_mm, frame.truth_mm)
        for p, row in enumerate(distances):
            nearest = int(row.argmin()) if row.size and np.isfinite(row).any() else -1
            rows.append((index, p, nearest, float(row[nearest]) if nearest >= 0 else np.inf))
        scores.extend(frame.scores)
    order = np.argsort(-np.asarray(scores, np.float64), kind="stable")
    columns = np.asarray(rows, np.float64).reshape(-1, 4)[order]
    whole = columns[:, :3].astype(int)
    return Claims(whole[:, 0], whole[:, 1], whole[:, 2], columns[:, 3])


def average_precision(claims: Claims, total: int, threshold_mm: float) -> float:
    """Area under the precision-recall curve, precision made non-increasing (VoxelPose); NaN without true people."""
    if total == 0:
        return float("nan")
    wins = claims.winners(threshold_mm)
    if not wins.any():
        return 0.0
    hits = np.cumsum(wins)
    precision = hits / np.arange(1, len(wins) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(envelope[wins].sum() / total)  # every winner raises the recall by 1 / total


def recall(claims: Claims, total: int, threshold_mm: float = MATCH_MM) -> float:
    """Share of true people that some claim wins; NaN without true people."""
    return float(claims.winners(threshold_mm).sum() / total) if total else float("nan")


def false_per_frame(claims: Claims, num_frames: int, threshold_mm: float = MATCH_MM) -> float:
    """Predicted people that win nobody (too far from everyone, or a second claim on one person), per frame."""
    return float((~claims.winners(threshold_mm)).sum() / num_frames) if num_frames else float("nan")


def matched_errors_mm(frames: Sequence[FramePoses], claims: Claims, threshold_mm: float = MATCH_MM) -> np.ndarray:
    """float [M, J], mm: joint distances of the claims that win; NaN where a joint is unknown."""
    rows = [
        np.linalg.norm(
            frames[claims.frame[n]].predicted_mm[claims.prediction[n]] - frames[claims.frame[n]].truth_mm[g], axis=-1
        )
        for n, g in zip(np.flatnonzero(claims.winners(threshold_mm)), claims.truth[claims.winners(threshold_mm)], strict=True)
    ]
    return np.stack(rows) if rows else np.empty((0, NUM_JOINTS))


def pcp(frames: Sequence[FramePoses], alpha: float = PCP_ALPHA) -> dict[str, float]:
    """Percentage of correct parts per limb group, 0–1, and ``mean`` over all limbs; NaN where no limb is known.

    Each true person is compared with the nearest predicted one, however far and whether or not it serves another person too
    (as the published evaluations do). A limb is correct if the mean error of its two ends is at most ``alpha`` times its true
    length; with nobody predicted it is wrong.
    """
    found = dict.fromkeys(PCP_GROUPS, 0)
    known = dict.fromkeys(PCP_GROUPS, 0)
    for frame in frames:
        nearest = mean_distances_mm(frame.predicted_mm, frame.truth_mm)
        for g, truth in enumerate(frame.truth_mm):
            candidate = frame.predicted_mm[nearest[:, g].argmin()] if len(nearest) else np.full_like(truth, np.nan)
            errors = np.linalg.norm(candidate - truth, axis=-1)
            for group, limbs in PCP_GROUPS.items():
                for a, b in limbs:
                    length = np.linalg.norm(truth[a] - truth[b])
                    known[group] += bool(np.isfinite(length))
                    found[group] += bool((errors[a] + errors[b]) / 2 <= alpha * length)  # NaN: no
    values = {group: found[group] / known[group] if known[group] else float("nan") for group in PCP_GROUPS}
    total = sum(known.values())
    return {**values, "mean": sum(found.values()) / total if total else float("nan")}


@dataclass(frozen=True)
class Scores:
    """Every figure of one set.

    Attributes:
        frames, people, predicted: counts.
        ap: threshold in mm -> average precision, 0–1.
        recall_500: share of true people matched within 500 mm, 0–1.
        mpjpe_mm, median_mm: mean over matched people of their mean joint error, and median over all their joints.
        false_per_frame: predicted people who match nobody.
        pcp: limb group -> 0–1; "mean": all limbs.
        joint_mm: joint name -> mean error of matched people.
    """

    frames: int
    people: int
    predicted: int
    ap: dict[int, float]
    recall_500: float
    mpjpe_mm: float
    median_mm: float
    false_per_frame: float
    pcp: dict[str, float] = field(default_factory=dict)
    joint_mm: dict[str, float] = field(default_factory=dict)


def score(frames: Sequence[FramePoses]) -> Scores:
    """All figures of a set of frames."""
    claims, total = make_claims(frames), count_truth(frames)
    errors = matched_errors_mm(frames, claims)
    wins = claims.winners(MATCH_MM)
    return Scores(
        frames=len(frames),
        people=total,
        predicted=len(wins),
        ap={t: average_precision(claims, total, t) for t in AP_THRESHOLDS_MM},
        recall_500=recall(claims, total),
        mpjpe_mm=float(claims.distance_mm[wins].mean()) if wins.any() else float("nan"),
        median_mm=float(np.nanmedian(errors)) if np.isfinite(errors).any() else float("nan"),
        false_per_frame=false_per_frame(claims, len(frames)),
        pcp=pcp(frames),
        joint_mm={
            name: float(np.nanmean(column)) if np.isfinite(column).any() else float("nan")
            for name, column in zip(JOINT_NAMES, errors.T, strict=True)
        },
    )
