"""Who is looked for on the floor."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.skeleton import NUM_JOINTS
from modules.SelfPose3d.lib.models.pose_refine_net import Refined
from modules.SelfPose3d.lib.models.recognition import Recognition, on_floor

#: Cameras, mm: the first sees people best.
CENTERS = torch.tensor([[0.0, 0.0, 2480.0], [9000.0, 0.0, 2000.0]])


def _people(lowest_mm: list[float], there: list[float]) -> Refined:
    """People 5 m from the first camera, upright, with their lowest joint so high and so surely people."""
    count = len(lowest_mm)
    joints = torch.zeros(count, NUM_JOINTS, 3)
    joints[..., 0] = 5000.0
    joints[..., 2] = 100.0 * torch.arange(NUM_JOINTS).flip(0) + torch.tensor(lowest_mm)[:, None]
    trust = torch.zeros(count, 2, NUM_JOINTS)
    trust[:, 0], trust[:, 1] = 0.02, 0.01
    return Refined(joints, torch.logit(torch.tensor(there)), trust, torch.ones(count, NUM_JOINTS, 3))


@pytest.mark.parametrize(("lowest_mm", "distance_mm"), [(380.0, 5000 * 2400 / 2100), (-120.0, 5000 * 2400 / 2600)])
def test_who_floats_or_is_sunk_is_moved_along_his_rays_to_the_floor(lowest_mm, distance_mm):
    person = _people([lowest_mm], [0.5])
    (moved,) = on_floor(person, CENTERS)
    assert moved[:, 2].min().item() == pytest.approx(80.0, abs=1e-3)
    assert moved[:, 0].tolist() == pytest.approx([distance_mm] * NUM_JOINTS, rel=1e-5)
    rays, before = moved - CENTERS[0], person.joints[0] - CENTERS[0]
    torch.testing.assert_close(rays / rays.norm(dim=-1, keepdim=True), before / before.norm(dim=-1, keepdim=True))


def test_the_view_that_knows_most_of_him_goes_on_seeing_the_same():
    person = _people([380.0], [0.5])
    person.view_trust[:, 1] = 0.03
    (moved,) = on_floor(person, CENTERS)
    assert moved[0, 0].item() == pytest.approx(9000 - 4000 * 1920 / 1620, rel=1e-5)


def test_who_stands_is_clear_or_is_hardly_anybody_stays_and_so_does_whom_the_floor_says_nothing_of():
    others = _people([120.0, 380.0, 380.0, 1500.0, 380.0], [0.5, 0.99, 0.005, 0.5, 0.5])
    assert len(on_floor(others, CENTERS)) == 1  # the last
    level = torch.tensor([[0.0, 0.0, 380.0], [9000.0, 0.0, 2000.0]])  # a camera as high as his feet
    assert on_floor(_people([380.0], [0.5]), level).shape == (0, NUM_JOINTS, 3)


def test_who_floats_is_verified_where_he_was_proposed_and_on_the_floor():
    people = _people([380.0, 120.0], [0.5, 0.5])
    asked = []

    def refine(_views, starts):
        asked.append(starts)
        return [people._replace(joints=starts) if len(starts) == 2 else Refined(starts, *(part[:1] for part in people[1:]))]

    refine.rest_at = lambda _roots: people.joints
    views = SimpleNamespace(of=lambda count: count, T=CENTERS[None, :, None])
    verified = Recognition(load_config(DEFAULT_CONFIG))._verify(refine, views, torch.ones(2, 5))
    assert [len(starts) for starts in asked] == [2, 1]
    torch.testing.assert_close(verified.joints, torch.cat((people.joints, on_floor(people, CENTERS))))
    assert all(len(part) == 3 for part in verified)
