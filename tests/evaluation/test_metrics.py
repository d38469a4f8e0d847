"""Every metric against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from modules.core.skeleton import LEFT_ANKLE, LEFT_ELBOW, LEFT_KNEE, LEFT_SHOULDER, LEFT_WRIST, MID_HIP, NECK, NOSE, NUM_JOINTS
from modules.evaluation.common.metrics import (
    FramePoses,
    average_precision,
    count_truth,
    false_per_frame,
    make_claims,
    matched_errors_mm,
    mean_distances_mm,
    pcp,
    recall,
    score,
)


def person(x_mm):
    """All joints at (x, 0, 0)."""
    return np.tile([x_mm, 0.0, 0.0], (NUM_JOINTS, 1))


def frame(truth_x, predicted):
    """True people at these x; predicted: (x, score)."""
    return FramePoses(
        np.array([person(x) for x, _ in predicted]).reshape(-1, NUM_JOINTS, 3),
        np.array([s for _, s in predicted]),
        np.array([person(x) for x in truth_x]).reshape(-1, NUM_JOINTS, 3),
    )


def test_mean_distance_leaves_out_unknown_joints():
    truth = person(0.0)
    truth[3:] = np.nan
    predicted = person(0.0)
    predicted[0] = [30.0, 0, 40.0]  # 50 mm off
    predicted[5] = [9000.0, 0, 0]  # unknown in the truth
    assert mean_distances_mm(predicted[None], truth[None])[0, 0] == pytest.approx(50 / 3)


def test_a_person_without_a_known_joint_is_infinitely_far_and_does_not_count():
    frames = [FramePoses(person(0.0)[None], [0.5], np.full((1, NUM_JOINTS, 3), np.nan))]
    assert np.isinf(mean_distances_mm(frames[0].predicted_mm, frames[0].truth_mm)).all()
    assert count_truth(frames) == 0
    assert np.isnan(recall(make_claims(frames), 0))
    assert false_per_frame(make_claims(frames), 1) == 1


def test_the_better_score_wins_a_person_even_from_farther_away():
    frames = [frame([0.0], [(10.0, 0.4), (60.0, 0.9)])]
    claims = make_claims(frames)
    assert claims.prediction.tolist() == [1, 0]
    assert claims.winners(500).tolist() == [True, False]
    assert matched_errors_mm(frames, claims)[0] == pytest.approx(np.full(NUM_JOINTS, 60.0))
    # under 50 mm the first claim is out of reach and no longer in the way
    assert claims.winners(50).tolist() == [False, True]


def test_a_claim_is_on_the_nearest_person_only():
    # both are nearest to the first person: the second person stays unmatched though it is within 500 mm
    claims = make_claims([frame([0.0, 300.0], [(0.0, 0.9), (100.0, 0.8)])])
    assert claims.truth.tolist() == [0, 0]
    assert recall(claims, 2) == 0.5
    assert false_per_frame(claims, 1) == 1


def test_average_precision_by_hand():
    # by score: hit, false, hit; 3 people in all: precision 1, 1/2, 2/3 at recall 1/3, 1/3, 2/3
    frames = [frame([0.0], [(5.0, 0.9), (4000.0, 0.8)]), frame([0.0, 3000.0], [(10.0, 0.7)])]
    claims = make_claims(frames)
    assert average_precision(claims, 3, 25) == pytest.approx((1 + 2 / 3) / 3)
    assert average_precision(claims, 3, 8) == pytest.approx(1 / 3)
    assert average_precision(claims, 3, 2) == 0


def test_precision_is_made_non_increasing():
    # false first, then two hits: precision 0, 1/2, 2/3 becomes 2/3 for both hits
    frames = [frame([0.0, 5000.0], [(0.0, 0.8), (5000.0, 0.7), (2000.0, 0.9)])]
    assert average_precision(make_claims(frames), 2, 100) == pytest.approx(2 / 3)


def test_equal_scores_keep_frame_order_and_the_order_of_frames_does_not_matter_otherwise():
    frames = [frame([0.0], [(20.0, 0.5)]), frame([0.0], [(40.0, 0.6)])]
    assert make_claims(frames).frame.tolist() == [1, 0]
    assert score(frames).mpjpe_mm == pytest.approx(30)


def test_score_of_a_set():
    frames = [frame([0.0, 2000.0], [(30.0, 0.9), (2090.0, 0.8)]), frame([0.0], [(700.0, 0.7)]), frame([], [])]
    found = score(frames)
    assert (found.frames, found.people, found.predicted) == (3, 3, 3)
    assert found.mpjpe_mm == pytest.approx(60)
    assert found.recall_500 == pytest.approx(2 / 3)
    assert found.false_per_frame == pytest.approx(1 / 3)
    assert found.ap[25] == 0
    assert found.ap[50] == pytest.approx(1 / 3)
    assert found.ap[100] == pytest.approx(2 / 3)
    assert found.joint_mm["left_wrist"] == pytest.approx(60)


def test_nothing_predicted():
    found = score([frame([0.0], [])])
    assert found.recall_500 == 0
    assert found.false_per_frame == 0
    assert np.isnan(found.mpjpe_mm)
    assert found.ap[150] == 0
    assert found.pcp["mean"] == 0


def limbs():
    """A person of whom an arm (300 mm, 250 mm), a shank (400 mm), trunk and head are known."""
    joints = np.full((NUM_JOINTS, 3), np.nan)
    joints[NECK], joints[MID_HIP], joints[NOSE] = [0, 0, 1500], [0, 0, 1000], [0, 0, 1700]
    joints[LEFT_SHOULDER], joints[LEFT_ELBOW], joints[LEFT_WRIST] = [200, 0, 1500], [200, 0, 1200], [200, 0, 950]
    joints[LEFT_KNEE], joints[LEFT_ANKLE] = [100, 0, 500], [100, 0, 100]
    return joints


def test_pcp_by_hand():
    truth = limbs()
    predicted = np.where(np.isnan(truth), 0.0, truth)
    predicted[LEFT_WRIST] += [250.0, 0, 0]  # lower arm: (0 + 250) / 2 = 125 = half of 250: still right
    predicted[LEFT_ANKLE] += [401.0, 0, 0]  # lower leg: 200.5 > 200: wrong
    found = pcp([FramePoses(predicted[None], [1.0], truth[None])])
    assert found["lower arms"] == 1
    assert found["lower legs"] == 0
    assert found["upper arms"] == 1
    assert np.isnan(found["upper legs"])  # hip unknown
    assert found["mean"] == pytest.approx(4 / 5)


def test_pcp_wants_every_true_person_and_lets_one_prediction_serve_two():
    truth = limbs()
    full = np.where(np.isnan(truth), 0.0, truth)
    both = FramePoses(full[None], [1.0], np.stack([truth, truth + np.array([10.0, 0, 0])]))
    assert pcp([both])["mean"] == 1
    nobody = FramePoses(np.empty((0, NUM_JOINTS, 3)), [], truth[None])
    assert pcp([both, nobody])["mean"] == pytest.approx(10 / 15)


def test_pcp_compares_with_the_nearest_prediction():
    truth = limbs()
    near = np.where(np.isnan(truth), 0.0, truth)
    assert pcp([FramePoses(np.stack([near + 3000.0, near]), [0.9, 0.1], truth[None])])["mean"] == 1


def test_scores_must_match_the_people():
    with pytest.raises(ValueError, match="2 scores for 1 predicted"):
        FramePoses(person(0.0)[None], [0.1, 0.2], person(0.0)[None])
