"""A pose's last step: a network of its own, behind the refinement, once for everybody whose pose is asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.errors import CheckpointError
from modules.SelfPose3d.lib.core.build import load_network
from modules.SelfPose3d.lib.models.last_step import LastStep, Step, taken
from modules.SelfPose3d.lib.models.multi_person_posenet_ssv import MultiPersonPoseNetSSV
from modules.SelfPose3d.lib.models.pose_refine_net import WINDOWS, Refined
from modules.SelfPose3d.lib.models.view_sampler import FIELDS
from modules.SelfPose3d.lib.training.heatmaps import CLEAN
from modules.SelfPose3d.lib.training.refine_batches import as_samples, joined, sampler
from modules.SelfPose3d.lib.training.runs import published_rigs
from modules.SelfPose3d.lib.training.scenes import sample_scene


@pytest.fixture(scope="module")
def people():
    """The views of one person, and everybody's joints, of a scene with three people."""
    scene = sample_scene(np.random.default_rng(8), CLEAN, published_rigs()["shelf"], 320, people=3)
    count = len(scene.joints_world_mm)
    samples = as_samples(scene, scene.joints_world_mm, np.arange(count), np.ones(count, np.float32))
    views = sampler(joined([(scene, samples)]))
    one = replace(views, people=(1,), **{name: getattr(views, name)[:1] for name in FIELDS})
    return one, torch.from_numpy(scene.joints_world_mm)


@pytest.fixture
def net():
    torch.manual_seed(1)
    made = LastStep(16, 16, 2).eval()
    nn.init.normal_(made.exchange.joint_head.weight, std=0.1)
    return made


def test_it_reads_what_others_leave_and_the_whole_heatmaps(people):
    views, joints = people
    count, windows = len(joints), sum(side * side for side, _, _ in WINDOWS)
    all_gone = views.without(joints, torch.ones(count, count))
    seen, look = LastStep(16, 16, 1).seen(all_gone, joints, whole=True)
    plain, _ = LastStep(16, 16, 1).seen(views.of(count), joints)
    torch.testing.assert_close(seen[..., windows:], plain)
    middle = 24  # of the first window, the joint itself: everybody, so he too, is gone from what is left
    inside = look.inside & (plain[..., middle] > 0.3)
    assert inside.sum() > 20
    assert (seen[..., middle][inside] < 0.05).all()


def test_plain_tensors_give_the_same_step(net, people):
    views, joints = people
    others = views.without(joints, 1 - torch.eye(len(joints)))
    with torch.no_grad():
        own = net(others, joints)
        packed = Step(net)(joints, others.packed(), others.gone.whose, others.gone.places, views.maps[0])
    torch.testing.assert_close(packed, own)
    assert (own - joints).norm(dim=-1).mean() > 1  # it did something


def test_a_joint_that_the_views_hold_stays_and_one_that_they_do_not_goes_all_the_way():
    joints = torch.zeros(1, 4, 3)
    sd = torch.tensor([[[0.0, 0, 0], [24, 32, 0], [0, 0, 120], [3000, 0, 0]]])  # 0, 40, 120 and 3000 mm
    there = torch.tensor([100.0, -200.0, 0.0])
    found = taken(Refined(joints, torch.zeros(1), None, sd), joints + there)
    shares = torch.tensor([0.0, 0.5, 0.9, 9e6 / (9e6 + 1600)])
    torch.testing.assert_close(found[0], shares[:, None] * there)


class _Halves(nn.Module):
    """A refinement that halves everybody's x and is as sure as that x."""

    def forward(self, views, joints, rounds=None, alone=False):
        moved = joints * torch.tensor([0.5, 1, 1])
        trust = moved[:, None, :, 0].expand(-1, len(views.maps[0]), -1)
        return [Refined(moved, joints[:, 0, 0], trust, moved)]


class _Steps(nn.Module):
    """A last step that adds to x how many people are gone and to y a metre; ``asked``: x of those whom it is for."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def forward(self, views, joints):
        self.asked.append(joints[:, 0, 0].tolist())
        gone = views.gone.whose.sum(1)
        return joints + torch.stack((gone, torch.full_like(gone, 1000.0), torch.zeros_like(gone)), -1)[:, None]


def test_everybody_takes_it_once_where_he_stands_still(shelf_meta):
    heatmaps, meta = shelf_meta
    small = {"MULTI_PERSON.INITIAL_CUBE_SIZE": [8, 8, 4], "PICT_STRUCT.CUBE_SIZE": [8, 8, 8]}
    steps = {"REFINE.STAGES": 2, "REFINE.LAST_STEP": 1, "REFINE.ROUNDS": 0, "REFINE.ROUNDS_ALONE": 8, "REFINE.STILL_MM": 30.0}
    network = MultiPersonPoseNetSSV(nn.Identity(), load_config(overrides={**small, **steps, "REFINE.POSE_NET": False})).eval()
    assert isinstance(network.last_step, LastStep)
    network.refine_net, network.last_step = _Halves(), _Steps()
    starts = torch.tensor([80.0, 400, 8])[:, None, None] * torch.tensor([1.0, 0, 0]) + torch.zeros(3, 15, 3)
    refined = network.settle(heatmaps, meta, None, starts[:, 0], starts)
    assert network.last_step.asked == [[20, 25, 4]]
    # two others are gone for each; who is as sure as x mm goes x² / (x² + 40²) of the way
    expected = [[20.4, 200, 0], [25 + 2 * 625 / 2225, 1000 * 625 / 2225, 0], [4 + 2 * 16 / 1616, 1000 * 16 / 1616, 0]]
    torch.testing.assert_close(refined.joints[:, 3], torch.tensor(expected))
    assert refined.sd_mm[:, 3, 0].tolist() == refined.view_trust[:, 0, 3].tolist() == [20, 25, 4]  # the refinement's
    one = network.settle(heatmaps, meta, None, starts[[1], 0], starts[[1]], starts[[0, 2]])
    assert one.joints[0].equal(refined.joints[1])  # whoever else is asked for
    network.plain = True
    assert network.settle(heatmaps, meta, None, starts[:, 0], starts).joints.equal(refined.joints)


def test_without_a_file_it_is_refused_and_without_rounds_there_is_none():
    assert load_network(load_config(DEFAULT_CONFIG, {"REFINE.LAST_STEP": 0})).last_step is None
    assert isinstance(load_network(load_config(DEFAULT_CONFIG)).last_step, LastStep)
    with pytest.raises(CheckpointError, match=r"WEIGHTS\.LAST_STEP"):
        load_network(load_config(DEFAULT_CONFIG, {"WEIGHTS.LAST_STEP": ""}))
    with pytest.raises(CheckpointError, match="refine_small"):
        load_network(load_config(DEFAULT_CONFIG, {"WEIGHTS.LAST_STEP": "refine_small.safetensors"}))
