"""The last word on a candidate: what it is made from, and that it says what it was told to."""

from __future__ import annotations

import torch

from modules.core.skeleton import LIMBS, NUM_JOINTS
from modules.SelfPose3d.lib.models.pose_refine_net import Refined
from modules.SelfPose3d.lib.models.verdict import ABOUT_OTHERS, ABOUT_POSE, JUDGINGS, KNOWN, VIEWS, Verdict, known
from modules.SelfPose3d.lib.models.view_sampler import Look

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


def _look(views: int, people: int = 1) -> Look:
    """Everybody at cell (0, 0) of every view, a cell 50 mm."""
    seen = torch.ones(people, views, NUM_JOINTS, dtype=torch.bool)
    return Look(torch.zeros(*seen.shape, 2), seen, seen, torch.full(seen.shape, 50.0), None)


def test_what_is_known_of_a_candidate():
    whole, last = _candidate(3), _candidate(3, 100.0)
    odds = [torch.tensor([value]) for value in (1.0, -2.0, 0.5, 3.0)]
    (about,) = known(whole, odds, last, _look(3))
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
    # moved by half of 200 mm; three of five views; the lowest joint is 80 mm under where it is in people who stand
    rest = torch.tensor([0.5, 0.6, -80 / 300, 80 / 300])
    torch.testing.assert_close(about[-ABOUT_OTHERS - 4 : -ABOUT_OTHERS], rest)
    assert about[-ABOUT_OTHERS:].tolist() == [0] * ABOUT_OTHERS  # there is nobody else


def test_what_others_have_of_a_candidate():
    alone = _candidate(2)
    everybody = Refined(*(torch.cat([part] * 3) for part in alone))
    everybody.joints[1, :, 0], everybody.joints[2, :, 0] = 250.0, 10_000.0
    odds = torch.tensor([2.0, 0.0, 5.0])
    look = _look(2, 3)
    look.cells[1, 1], look.cells[2] = 500.0, 900.0  # the first view has the first two in one place
    there = torch.sigmoid(odds)
    first, second, far = known(everybody, [odds] * JUDGINGS, everybody, look)[:, -ABOUT_OTHERS:]
    # fifteen joints known to one cell in that view, and five to 1.5 in the other, where nobody lies on them
    share = 15 / 22.5
    torch.testing.assert_close(second, (there[0] * torch.tensor([0.5, share, share])).repeat(2))
    anyone, better = torch.tensor([0.5, share, share]) * there[1], torch.tensor([there[2] / 41, 0, 0])
    torch.testing.assert_close(first, torch.cat((anyone, better)))
    torch.testing.assert_close(far, torch.tensor([there[0] / 41, 0, 0, 0, 0, 0]))
    look.valid[0, 0] = False  # who is not seen there takes nothing there
    unseen = known(everybody, [odds] * JUDGINGS, everybody, look)[1, -ABOUT_OTHERS:]
    torch.testing.assert_close(unseen, (there[0] * torch.tensor([0.5, 0, 0])).repeat(2))


def test_it_does_not_matter_where_on_the_floor_a_candidate_stands_and_more_views_than_told_are_no_harm():
    odds = [torch.tensor([1.0])] * JUDGINGS
    here, there = (_candidate(7, x) for x in (0.0, 4000.0))
    torch.testing.assert_close(known(here, odds, here, _look(7)), known(there, odds, there, _look(7)))


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
