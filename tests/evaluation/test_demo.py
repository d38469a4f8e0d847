"""Agreement with the demo's reference, on people made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from evaluation_fakes import FakeEstimator, FakeSource, make_person, make_result

from modules.core.skeleton import BODY_JOINTS, LEFT_ANKLE, LEFT_HIP, NECK, NOSE, NUM_JOINTS, RIGHT_HIP, RIGHT_WRIST
from modules.evaluation.accuracy.demo import (
    DATA_DIR,
    DEMO_SETS,
    DemoScore,
    evaluate_demo,
    figure_table,
    joint_table,
    load_reference,
    one_to_one,
    score_frame,
)

CENTER = (0.0, 0.0, 900.0)


def body(x_mm):
    """The 12 compared joints at (x, 0, 900), the rest unknown."""
    joints = np.full((NUM_JOINTS, 3), np.nan)
    joints[list(BODY_JOINTS)] = [x_mm, 0.0, 900.0]
    return joints


def whole(x_mm):
    """A predicted person: every joint there, head joints far off since they are not compared."""
    joints = np.nan_to_num(body(x_mm), nan=9999.0)
    return make_person(joints, root_mm=(x_mm, 0.0, 900.0))


def test_references_have_the_recordings_people():
    multi, single = (load_reference(demo) for demo in DEMO_SETS)
    assert multi.shape == (100, 3, NUM_JOINTS, 3)
    assert single.shape == (100, 2, NUM_JOINTS, 3)
    assert np.isnan(multi[:, :, [NECK, NOSE]]).all()
    assert np.isfinite(multi[:, :2, list(BODY_JOINTS)]).all()
    # the athlete stands on the treadmill, head up, feet near its top (z = 0)
    assert 800 < np.median(multi[:, 0, [LEFT_HIP, RIGHT_HIP], 2]) < 1100
    assert 100 < np.median(multi[:, 0, LEFT_ANKLE, 2].min()) < 250
    # left wrists are COCO's 9, right wrists its 10
    archive = np.load(DATA_DIR / "pose2sim_multi_reference.npz", allow_pickle=False)
    np.testing.assert_allclose(multi[7, 1, RIGHT_WRIST], archive["X3d_mm"][7, 1, 10])


def test_found_within_500_mm_with_the_errors_of_the_compared_joints():
    reference = np.stack([body(0.0), body(2000.0)])
    frame = score_frame(make_result(whole(30.0), whole(2501.0)), reference, CENTER)
    assert frame.found.tolist() == [True, False]
    assert frame.errors_mm[0, list(BODY_JOINTS)] == pytest.approx(np.full(12, 30.0))
    assert np.isnan(frame.errors_mm[0, NECK])
    assert np.isnan(frame.errors_mm[1]).all()


def test_one_person_serves_one_reference_only():
    frame = score_frame(make_result(whole(200.0)), np.stack([body(0.0), body(300.0)]), CENTER)
    assert frame.found.tolist() == [False, True]
    assert one_to_one(np.array([[1.0, 400.0], [2.0, 300.0]]), 500.0) == [(0, 0), (1, 1)]
    assert one_to_one(np.array([[1.0], [2.0]]), 500.0) == [(0, 0)]
    assert one_to_one(np.array([[5.0, 4.0], [1.0, 2.0]]), 4.5) == [(1, 0), (0, 1)]


def test_ghosts_are_far_from_everyone_and_near_the_centre():
    reference = np.stack([body(0.0)])
    assert score_frame(make_result(whole(501.0)), reference, CENTER).ghosts == 1
    assert score_frame(make_result(whole(499.0)), reference, CENTER).ghosts == 0
    assert score_frame(make_result(whole(2100.0)), reference, CENTER).ghosts == 0  # beyond 2 m
    assert score_frame(make_result(whole(2100.0)), reference, (500.0, 0.0, 0.0)).ghosts == 1
    assert score_frame(make_result(make_person(None, (900.0, 0, 0))), reference, CENTER).ghosts == 0  # a root is no ghost
    # a second claim on the same person is near someone: no ghost
    assert score_frame(make_result(whole(10.0), whole(20.0)), reference, CENTER).ghosts == 0


def test_a_root_alone_counts_as_root_found_but_not_as_found():
    reference = np.stack([body(0.0)])
    frame = score_frame(make_result(make_person(None, (300.0, 300.0, 900.0))), reference, CENTER)  # 424 mm off
    assert frame.root_found.tolist() == [True]
    assert frame.found.tolist() == [False]
    assert score_frame(make_result(make_person(None, (400.0, 400.0, 900.0))), reference, CENTER).root_found.tolist() == [False]


def test_unknown_reference_is_left_out_of_the_shares_and_counted():
    hips = body(0.0)
    hips[LEFT_HIP] = np.nan
    frames = [
        score_frame(make_result(whole(0.0)), np.stack([reference]), CENTER)
        for reference in (body(0.0), np.full((NUM_JOINTS, 3), np.nan), hips)
    ]
    single = DemoScore(DEMO_SETS[1], tuple(frames))
    assert single.share_found(0) == 1
    assert single.share_root_found(0) == 1
    assert [bool(f.root_known[0]) for f in frames] == [True, False, False]
    assert [bool(f.present[0]) for f in frames] == [True, False, True]
    # with nobody in the reference a person near the centre is a ghost
    assert single.share_ghosts == pytest.approx(1 / 3)


def test_a_whole_run_over_the_reference_itself():
    demo = DEMO_SETS[0]
    reference = load_reference(demo)

    def people(index):
        athlete, woman, bystander = np.nan_to_num(reference[index], nan=0.0)
        hips = (bystander[LEFT_HIP] + bystander[RIGHT_HIP]) / 2
        athlete = athlete + np.array([0.0, 0.0, 30.0])
        found = [make_person(athlete, athlete[LEFT_HIP]), make_person(woman, woman[LEFT_HIP])]
        return found if index == 1 else [*found, make_person(None, hips)]

    seen = []
    estimator = FakeEstimator(people)
    score = evaluate_demo(demo, FakeSource(4), estimator, CENTER, range(0, 90), lambda done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    figures = score.as_dict()
    assert figures["people"]["athlete"]["median_mm"] == pytest.approx(30, abs=1e-3)
    assert figures["people"]["woman"]["median_mm"] == pytest.approx(0, abs=1e-3)
    assert figures["mean_mm"] == pytest.approx(15, abs=1e-3)
    assert figures["people"]["bystander"]["root_found"] == 0.75
    assert figures["people"]["bystander"]["found"] == 0
    assert figures["ghost_frames"] == 0
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in figure_table(score).splitlines()]
    assert ["athlete found", "100.0 %", "≥ 98 %"] in rows
    assert ["bystander root found", "75.0 %", "≥ 50 %"] in rows
    assert "| left_wrist " in joint_table(score)
