"""The last word on a candidate: what it is made from, and that it says what it was told to."""

from __future__ import annotations

import torch

from modules.core.skeleton import LIMBS, NUM_JOINTS
from modules.SelfPose3d.lib.models.pose_refine_net import Refined
from modules.SelfPose3d.lib.models.verdict import ABOUT_POSE, JUDGINGS, KNOWN, VIEWS, Verdict, known

LEFT_ARM = LIMBS.index((3, 4))


def _candidate(views: int, x_mm: float = 0.0) -> Refined:
    """One person, every bone along z and 100 mm long times the number of its joint's order."""
    joints = torch.zeros(1, NUM_JOINTS, 3)
    joints[0, :, 2] = 100.0 * torch.arange(NUM_JOINTS)
    joints[..., 0] += x_mm
    trust = torch.zeros(1, views, NUM_JOINTS)
    trust[0, 0], trust[0, 1, :5] = 0.02, 0.03  # 1/mm
    sd = torch.zeros(1, NUM_JOINTS, 3)
    sd[..., 0], sd[0, 3] = 10.0, torch.tensor([300.0, 0.0, 400.0])
    return Refined(joints, torch.tensor([1.0]), trust, sd)


def test_what_is_known_of_a_candidate():
    mm_per_cell = torch.full((1, 3, NUM_JOINTS), 50.0)
    whole, last = _candidate(3), _candidate(3, 100.0)
    odds = [torch.tensor([value]) for value in (1.0, -2.0, 0.5, 3.0)]
    (about,) = known(whole, odds, last, mm_per_cell)
    assert about.shape == (KNOWN,)
    assert about[:JUDGINGS].tolist() == [1.0, -2.0, 0.5, 3.0]
    pose = about[JUDGINGS : JUDGINGS + ABOUT_POSE]
    torch.testing.assert_close(
        pose[:VIEWS], torch.tensor([1.0, 0.5, 0, 0, 0])
    )  # 0.02 · 50; a third of 0.03 · 50; no more views
    torch.testing.assert_close(pose[VIEWS : VIEWS + 2], torch.tensor([1.0, 5 / 15]))  # of all one view speaks, of five two
    logs = torch.tensor([10.0, 500.0]).log()
    torch.testing.assert_close(pose[VIEWS + 2 : VIEWS + 5], torch.stack(((14 * logs[0] + logs[1]) / 15, logs[1], logs[0])))
    bones = torch.tensor([100.0 * abs(a - b) for a, b in LIMBS]).log()
    torch.testing.assert_close(pose[-1], bones.mean())
    torch.testing.assert_close(pose[VIEWS + 5 + LEFT_ARM], bones[LEFT_ARM] - bones.mean())
    torch.testing.assert_close(about[-2:], torch.tensor([0.5, 0.6]))  # moved by half of 200 mm; three of five views


def test_it_does_not_matter_where_a_candidate_stands_and_more_views_than_told_are_no_harm():
    odds = [torch.tensor([1.0])] * JUDGINGS
    here, there = (_candidate(7, x) for x in (0.0, 4000.0))
    mm_per_cell = torch.full((1, 7, NUM_JOINTS), 50.0)
    torch.testing.assert_close(known(here, odds, here, mm_per_cell), known(there, odds, there, mm_per_cell))


def test_a_verdict_that_learned_nothing_is_the_mean_of_the_first_and_the_last_odds():
    about = torch.randn(5, KNOWN)
    with torch.no_grad():
        said = Verdict().eval()(about)
    torch.testing.assert_close(said, (about[:, 0] + about[:, JUDGINGS - 1]) / 2)


def test_what_is_learned_never_overrules_clear_odds():
    verdict = Verdict().eval()
    about = torch.zeros(2, KNOWN)
    about[:, 0] = about[:, JUDGINGS - 1] = torch.tensor([-3.0, 0.5])
    with torch.no_grad():
        verdict.layers[-1].bias.fill_(50.0)
        torch.testing.assert_close(verdict(about), torch.tensor([-1.0, 2.5]))
        verdict.layers[-1].bias.fill_(0.1)  # little is added as it is
        torch.testing.assert_close(verdict(about), torch.tensor([-2.9, 0.6]), atol=1e-3, rtol=0)
