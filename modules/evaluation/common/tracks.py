"""How well people are kept apart over time: HOTA, IDF1 and identity switches, counted as TrackEval counts them.

HOTA: Luiten et al., "HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking", IJCV 2021. IDF1: Ristani et al.,
"Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking", ECCV workshops 2016. Switches: Bernardin and
Stiefelhagen, "Evaluating Multiple Object Tracking Performance: The CLEAR MOT Metrics", 2008. All three match true and found
people frame by frame by a similarity in [0, 1]; here it falls linearly with the mean distance of the joints, to 0 at
``ZERO_MM`` (TrackEval's measure for points in space, with half its 2 m: the threshold 0.5 is then the field's 500 mm).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

#: Mean joint distance at which two poses have nothing in common any more, mm.
ZERO_MM = 1000.0
#: Similarity from which two are the same for IDF1 and switches; those over which HOTA is averaged.
SAME = 0.5
ALPHAS = np.arange(1, 20) * 0.05
EPSILON = np.finfo(float).eps


@dataclass(frozen=True, eq=False)
class TrackedFrame:
    """One frame: who is truly there and who was found.

    Attributes:
        true_ids: int [G]. found_ids: int [P]; both all different.
        similarity: float [G, P], in [0, 1].
    """

    true_ids: np.ndarray
    found_ids: np.ndarray
    similarity: np.ndarray

    @classmethod
    def of(cls, true_ids: Sequence[int], truth_mm: np.ndarray, found_ids: Sequence[int], found_mm: np.ndarray) -> TrackedFrame:
        """From poses float [G or P, J, 3], mm."""
        distance = np.linalg.norm(truth_mm[:, None] - found_mm[None], axis=-1).mean(-1)
        return cls(np.array(true_ids, int), np.array(found_ids, int), (1 - distance / ZERO_MM).clip(0))


@dataclass(frozen=True)
class TrackScores:
    """What came out.

    Attributes:
        hota, det_a, ass_a: means over ``ALPHAS``: of the whole, of finding people, of keeping them apart.
        idf1: share of all true and found poses that the best one-to-one assignment of tracks explains.
        switches: how often a true person's number changed.
        true_poses, found_poses: counted over all frames.
    """

    hota: float
    det_a: float
    ass_a: float
    idf1: float
    switches: int
    true_poses: int
    found_poses: int


def score_tracks(frames: Sequence[TrackedFrame]) -> TrackScores:
    """Scores of one sequence."""
    compact = _compact(frames)
    true_count, found_count = _counts(compact)
    hota, det_a, ass_a = _hota(compact, true_count, found_count)
    return TrackScores(
        hota,
        det_a,
        ass_a,
        _idf1(compact, true_count, found_count),
        _switches(compact),
        int(true_count.sum()),
        int(found_count.sum()),
    )


def _compact(frames: Sequence[TrackedFrame]) -> list[TrackedFrame]:
    """The same with ids from 0."""
    true = np.unique(np.concatenate([np.zeros(0, int), *(frame.true_ids for frame in frames)]))
    found = np.unique(np.concatenate([np.zeros(0, int), *(frame.found_ids for frame in frames)]))
    return [TrackedFrame(np.searchsorted(true, f.true_ids), np.searchsorted(found, f.found_ids), f.similarity) for f in frames]


def _counts(frames: Sequence[TrackedFrame]) -> tuple[np.ndarray, np.ndarray]:
    """float64 [T], [F]: frames of each true and each found track."""
    true = np.concatenate([np.zeros(0, int), *(frame.true_ids for frame in frames)])
    found = np.concatenate([np.zeros(0, int), *(frame.found_ids for frame in frames)])
    return np.bincount(true).astype(float), np.bincount(found).astype(float)


def _hota(frames: Sequence[TrackedFrame], true_count: np.ndarray, found_count: np.ndarray) -> tuple[float, float, float]:
    # how well each pair of tracks could agree, before anybody is matched: decides ties between near people for good
    agreement = np.zeros((len(true_count), len(found_count)))
    for frame in frames:
        similarity = frame.similarity
        either = similarity.sum(0)[None] + similarity.sum(1)[:, None] - similarity
        np.add.at(agreement, np.ix_(frame.true_ids, frame.found_ids), np.where(
            either > EPSILON, similarity / np.maximum(either, EPSILON), 0.0
        ))  # fmt: skip
    alignment = agreement / (true_count[:, None] + found_count[None] - agreement)
    matches = np.zeros((len(ALPHAS), *alignment.shape))
    for frame in frames:
        pairs = np.ix_(frame.true_ids, frame.found_ids)
        rows, columns = linear_sum_assignment(-alignment[pairs] * frame.similarity)
        similar = frame.similarity[rows, columns]
        for n, alpha in enumerate(ALPHAS):
            good = similar >= alpha - EPSILON
            matches[n, frame.true_ids[rows[good]], frame.found_ids[columns[good]]] += 1
    hits = matches.sum((1, 2))
    det_a = hits / np.maximum(true_count.sum() + found_count.sum() - hits, 1)
    union = np.maximum(true_count[:, None] + found_count[None] - matches, 1)
    ass_a = (matches * matches / union).sum((1, 2)) / np.maximum(hits, 1)
    return float(np.sqrt(det_a * ass_a).mean()), float(det_a.mean()), float(ass_a.mean())


def _idf1(frames: Sequence[TrackedFrame], true_count: np.ndarray, found_count: np.ndarray) -> float:
    together = np.zeros((len(true_count), len(found_count)))
    for frame in frames:
        together[np.ix_(frame.true_ids, frame.found_ids)] += frame.similarity >= SAME
    rows, columns = linear_sum_assignment(-together)
    return float(2 * together[rows, columns].sum() / max(true_count.sum() + found_count.sum(), 1))


def _switches(frames: Sequence[TrackedFrame]) -> int:
    ever: dict[int, int] = {}
    just: dict[int, int] = {}
    switches = 0
    for frame in frames:
        if not len(frame.true_ids) or not len(frame.found_ids):
            continue
        goes_on = frame.found_ids[None] == np.array([just.get(int(n), -1) for n in frame.true_ids])[:, None]
        allowed = frame.similarity >= SAME - EPSILON
        rows, columns = linear_sum_assignment(-np.where(allowed, 1000.0 * goes_on + frame.similarity, 0.0))
        just = {
            int(frame.true_ids[row]): int(frame.found_ids[column])
            for row, column in zip(rows, columns, strict=True)
            if allowed[row, column]
        }
        switches += sum(ever.get(true, found) != found for true, found in just.items())
        ever |= just
    return switches
