"""HOTA, IDF1 and switches: worked out by hand, and as TrackEval 1.3 counts the same sequences."""

from __future__ import annotations

import numpy as np
import pytest

from modules.core.skeleton import NUM_JOINTS
from modules.evaluation.common.tracks import ZERO_MM, TrackedFrame, score_tracks


def frames(found, similarity=1.0, true=2):
    """Frames in which ``true`` people are found exactly; ``found``: the numbers that they have in each."""
    return [TrackedFrame(np.arange(true), np.array(numbers), np.eye(true, len(numbers)) * similarity) for numbers in found]


def test_everyone_found_under_one_number_scores_one():
    scores = score_tracks(frames([(7, 3)] * 10))
    assert (scores.hota, scores.idf1, scores.switches) == (1.0, 1.0, 0)
    assert (scores.true_poses, scores.found_poses) == (20, 20)


def test_numbers_exchanged_half_way():
    scores = score_tracks(frames([(1, 2)] * 5 + [(2, 1)] * 5))
    assert scores.det_a == 1.0
    # each match's tracks share 5 frames of 10 + 10 − 5; half of all poses agree with the best assignment
    assert scores.ass_a == pytest.approx(5 / 15)
    assert scores.hota == pytest.approx((5 / 15) ** 0.5)
    assert (scores.idf1, scores.switches) == (0.5, 2)


def test_a_new_number_after_half_the_time():
    scores = score_tracks(frames([(1,)] * 6 + [(2,)] * 6, true=1))
    assert scores.ass_a == pytest.approx(0.5)
    assert scores.idf1 == pytest.approx(2 * 6 / 24)
    assert scores.switches == 1


def test_missed_and_false_people():
    scores = score_tracks(frames([(1,)] * 10))  # the second of two is never found
    assert scores.det_a == pytest.approx(0.5)
    assert scores.idf1 == pytest.approx(2 * 10 / 30)
    ghosts = [TrackedFrame(np.array([0]), np.array([1, 9]), np.array([[1.0, 0.0]]))] * 10
    assert score_tracks(ghosts).det_a == pytest.approx(0.5)


def test_similarity_counts_up_to_its_threshold():
    # 0.7 passes the thresholds 0.05 to 0.7: 14 of 19
    assert score_tracks(frames([(1, 2)] * 4, similarity=0.7)).hota == pytest.approx(14 / 19)
    assert score_tracks(frames([(1, 2)] * 4, similarity=0.49)).idf1 == 0.0


def test_a_switch_is_counted_after_a_gap_too():
    empty = TrackedFrame(np.array([0]), np.zeros(0, int), np.zeros((1, 0)))
    scores = score_tracks([*frames([(1,)] * 3, true=1), empty, *frames([(2,)] * 3, true=1)])
    assert scores.switches == 1


def test_nobody_there_and_nobody_found():
    nobody = TrackedFrame(np.zeros(0, int), np.zeros(0, int), np.zeros((0, 0)))
    scores = score_tracks([nobody])
    assert (scores.hota, scores.idf1, scores.switches, scores.true_poses) == (0.0, 0.0, 0, 0)
    missed = TrackedFrame(np.array([4]), np.zeros(0, int), np.zeros((1, 0)))
    assert score_tracks([missed]).hota == 0.0


def test_similarity_falls_with_the_distance_of_the_joints():
    truth = np.zeros((1, NUM_JOINTS, 3))
    found = np.zeros((3, NUM_JOINTS, 3))
    found[1, :, 0] = 250.0
    found[2, :, 1] = 5 * ZERO_MM
    np.testing.assert_allclose(TrackedFrame.of([0], truth, [1, 2, 3], found).similarity, [[1.0, 0.75, 0.0]])


def confusing(seed: int) -> list[TrackedFrame]:
    """People who come and go among false ones, similarities all over the place, numbers shifted half way."""
    rng = np.random.default_rng(seed)
    made = []
    for t in range(60):
        true = np.flatnonzero(rng.random(5) < 0.9)
        found = rng.permutation(7)[: rng.integers(0, 7)]
        similarity = rng.random((len(true), len(found))) * 0.5
        for a, x in enumerate(true):
            for b, y in enumerate(found):
                if (x + (t > 30) * (seed % 3)) % 7 == y:
                    similarity[a, b] = rng.uniform(0.5, 1)
        made.append(TrackedFrame(true, found, similarity))
    return made


@pytest.mark.parametrize(
    ("seed", "hota", "det_a", "ass_a", "idf1", "switches"),
    [
        (0, 0.282502047284638, 0.3195527537955977, 0.25771009978339565, 0.4835164835164835, 0),
        (1, 0.21102877332232262, 0.3336095283259257, 0.13576731800643824, 0.289532293986637, 5),
        (2, 0.19282982258003342, 0.3000783555335179, 0.12630594154545016, 0.26280623608017817, 5),
    ],
)
def test_the_same_figures_as_trackeval(seed, hota, det_a, ass_a, idf1, switches):
    scores = score_tracks(confusing(seed))
    assert (scores.hota, scores.det_a, scores.ass_a) == pytest.approx((hota, det_a, ass_a), abs=1e-12)
    assert scores.idf1 == pytest.approx(idf1, abs=1e-12)
    assert scores.switches == switches
