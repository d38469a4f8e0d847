"""What the rig check's command measures with: known answers for its yardsticks."""

from __future__ import annotations

import numpy as np
import pytest
from evaluation_fakes import make_person, make_result

from modules.core.errors import Note
from modules.core.rig import Finding, RigReport, Subject, Verdict
from modules.core.skeleton import NUM_JOINTS
from modules.core.world import World
from modules.evaluation.rig.check import compared, level_errors, said_right
from modules.evaluation.rig.made_up import made_up, mixed_up
from modules.evaluation.rig.worlds import Case

TILTED = World(0.01, np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]), np.array([3.0, -2.0, 5.0]))


def body(x_mm: float) -> np.ndarray:
    return np.random.default_rng(1).normal(0, 300, (NUM_JOINTS, 3)) + np.array([x_mm, 0, 900])


def rewritten(joints_mm: np.ndarray, larger: float) -> np.ndarray:
    """Joints in the case's own axes, in millimetres that are ``larger`` than they should be."""
    return TILTED.to_recording(joints_mm) * TILTED.scale * larger


@pytest.mark.parametrize("larger", [1.0, 1.055])
def test_people_are_compared_where_the_recording_was_rewritten_from_but_for_the_unit(larger):
    case = Case("x", world=TILTED)
    as_is = [make_result(make_person(body(0)), make_person(body(3000)))]
    moved = body(0) + np.array([0, 0, 7.0])
    other = [make_result(make_person(rewritten(moved, larger)))]
    people, distance = compared(as_is, other, case, larger)
    assert people == "1/2"
    assert distance == pytest.approx(7.0, abs=1e-3)


def test_what_was_said_is_right_only_of_the_right_cameras_and_without_other_alarms():
    def finding(subject, verdict, *cameras):
        return Finding(subject, verdict, Note("x"), cameras)

    case = Case("x", subject=Subject.EXCHANGED, named=("a", "b"))
    right = finding(Subject.EXCHANGED, Verdict.PROPOSED, "b", "a")
    assert said_right(case, RigReport((), 9, (), (right,)))
    assert not said_right(case, RigReport((), 9, (), ()))
    assert not said_right(case, RigReport((), 9, (), (finding(Subject.EXCHANGED, Verdict.PROPOSED, "a", "c"),)))
    assert not said_right(case, RigReport((), 9, (), (right, finding(Subject.TIME, Verdict.PROPOSED, "c"))))
    assert not said_right(case, RigReport((), 9, (), (right, finding(Subject.POSE, Verdict.CONTRADICTED, "c"))))


def test_up_and_floor_are_measured_against_what_was_drawn():
    made, _ = made_up(5, seconds=0.2)
    truth = made.world
    up, origin_mm = truth.up, truth.origin * truth.scale
    exact = World(1.0, truth.R_to_level, origin_mm)
    report = RigReport((), 9, (), (), truth.scale, up=up, world=exact)
    np.testing.assert_allclose(level_errors(report, truth)[:2], [0, 0], atol=1e-3)
    lower = World(1.0, truth.R_to_level, origin_mm - 30 * up)
    assert level_errors(RigReport((), 9, (), (), truth.scale, up=up, world=lower), truth)[1] == pytest.approx(-30)
    assert level_errors(RigReport((), 9, (), (), truth.scale * 10, up=up, world=lower), truth)[2] is False


def test_an_inverted_camera_is_never_one_that_is_its_own_inverse():
    """In the first camera's own axes inverting that one changes nothing."""
    for seed in (12, 14):
        made, (view,) = made_up(seed, Subject.INVERTED, seconds=0.1)
        sound, _ = made_up(seed, seconds=0.1)
        assert not np.allclose(made.cameras[view].center_world_mm, sound.cameras[view].center_world_mm, atol=1.0 / 1000)


def test_videos_in_each_other_s_place_keep_their_people_and_not_their_cameras():
    made, _ = made_up(1, seconds=1.0)
    wrong = mixed_up(made, (2, 0, 1))
    assert wrong.cameras == made.cameras
    for view, shown in enumerate((2, 0, 1)):
        np.testing.assert_array_equal(wrong.frames[5].views[view], made.frames[5].views[shown])
