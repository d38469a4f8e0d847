"""The refinement: views in any order, blind joints stay, and it can learn; the network around it drops doubles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from modules.core.config import load_config
from modules.core.skeleton import MID_HIP, MIRROR
from modules.SelfPose3d.lib.models.multi_person_posenet_ssv import MultiPersonPoseNetSSV
from modules.SelfPose3d.lib.models.pose_refine_net import WINDOWS, PoseRefineNet, Refined, Round, unpack_round
from modules.SelfPose3d.lib.models.verdict import Verdict
from modules.SelfPose3d.lib.models.view_sampler import FIELDS, sampler_of, unexplained
from modules.SelfPose3d.lib.training.heatmaps import CLEAN
from modules.SelfPose3d.lib.training.objectives import refine_loss
from modules.SelfPose3d.lib.training.refine_batches import as_samples, joined, sampler
from modules.SelfPose3d.lib.training.runs import published_rigs
from modules.SelfPose3d.lib.training.scenes import sample_scene
from modules.SelfPose3d.lib.training.starts import made_up_starts


@pytest.fixture(scope="module")
def batch():
    rng = np.random.default_rng(8)
    scenes = [sample_scene(rng, CLEAN, published_rigs()["shelf"], 320, people=3) for _ in range(2)]
    return joined([(scene, as_samples(scene, *made_up_starts(rng, scene, 6))) for scene in scenes])


@pytest.fixture
def net():
    torch.manual_seed(1)
    made = PoseRefineNet(16, 16, 2, 3)
    nn.init.normal_(made.exchange.joint_head.weight, std=0.1)
    return made.eval()


def test_the_order_of_views_does_not_matter(net, batch):
    views = sampler(batch)
    order = [3, 0, 4, 1, 2]
    shuffled = replace(
        views, maps=[maps[order] for maps in views.maps], **{name: getattr(views, name)[:, order] for name in FIELDS}
    )
    with torch.no_grad():
        here, there = net(views, batch["starts"]), net(shuffled, batch["starts"])
    assert len(here) == 3
    for mine, other in zip(here, there, strict=True):
        torch.testing.assert_close(mine.joints, other.joints, atol=0.05, rtol=0)
        torch.testing.assert_close(mine.logit, other.logit, atol=1e-4, rtol=0)
        torch.testing.assert_close(mine.view_trust[:, order], other.view_trust, atol=1e-4, rtol=1e-3)
        torch.testing.assert_close(mine.sd_mm, other.sd_mm, atol=1e-2, rtol=1e-2)
    assert (here[-1][0] - batch["starts"]).norm(dim=-1).max() > 1  # it did something


def test_a_view_more_changes_what_is_found(net, batch):
    views = sampler(batch)
    fewer = replace(views, maps=[maps[:4] for maps in views.maps], **{name: getattr(views, name)[:, :4] for name in FIELDS})
    with torch.no_grad():
        assert (net(views, batch["starts"])[0][0] - net(fewer, batch["starts"])[0][0]).abs().max() > 0.1


def test_a_person_whom_no_view_sees_stays(batch):
    untrained = PoseRefineNet(16, 16, 1, 2)  # its joints want to stay
    far = batch["starts"] + torch.tensor([0.0, 0.0, 1e6])
    with torch.no_grad():
        found = untrained(sampler(batch), far)[-1]
    torch.testing.assert_close(found.joints, far)
    assert found.logit.isfinite().all()
    assert not found.view_trust.any()


def test_it_learns_from_a_batch(batch):
    torch.manual_seed(0)
    net = PoseRefineNet(32, 32, 1, 2)
    optimizer = torch.optim.AdamW(net.parameters(), 3e-3)
    views = sampler(batch)
    first = None
    for _ in range(60):
        loss, figures = refine_loss(net(views, batch["starts"]), batch)
        first = first or figures
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert figures["error_mm"] < 0.6 * first["error_mm"]
    assert figures["verdict"] < 0.6 * first["verdict"]


def test_rounds_beyond_the_trained_ones_repeat_the_last(net, batch):
    views = sampler(batch)
    with torch.no_grad():
        results = net(views, batch["starts"], 5)
        assert len(results) == 5
        torch.testing.assert_close(results[3][0], net.refine(views, results[2][0], net.stages_of(3)[2])[0])
        torch.testing.assert_close(results[2][0], net(views, batch["starts"])[2][0])


class _WantsToMove(nn.Module):
    """Every view wants every joint a little to the right and down."""

    def forward(self, seen):
        return torch.tensor([0.3, 0.1, 2.0, 0, 0, 0, 0, 0]).expand(*seen.shape[:-1], 8)


def test_geometry_keeps_its_32_bits_where_the_network_trains_in_16(batch):
    net = PoseRefineNet(16, 16, 1, 2)
    net.exchange = _WantsToMove()
    views = sampler(batch)
    plain = net(views, batch["starts"])[-1][0]
    assert (plain - batch["starts"]).norm(dim=-1).median() > 10
    with torch.autocast("cpu", torch.bfloat16):
        trained = net(views, batch["starts"])[-1][0]
    torch.testing.assert_close(trained, plain, atol=1e-2, rtol=0)


def test_plain_tensors_give_the_same_round(net, batch):
    views = sampler(batch)
    first = views.people[0]
    which = net.stages_of(2)[1]
    with torch.no_grad():
        whole = net.refine(views, batch["starts"], which)
        nobody = torch.zeros(first, 1), torch.zeros(1, *views.maps[0].shape[:2], 3)
        packed = unpack_round(Round(net)(batch["starts"][:first], views.packed()[:first], *nobody, which, views.maps[0]))
    for part, other in zip(packed, whole, strict=True):
        torch.testing.assert_close(part, other[:first])


def test_windows_read_the_joint_and_its_mirror_at_the_joint(net, batch):
    views = sampler(batch)
    height, width = views.maps[0].shape[2:]
    ramp = 1000.0 * torch.arange(15)[:, None, None] + torch.arange(width) + torch.zeros(height, 1)
    views = replace(views, maps=[ramp.expand(len(maps), -1, -1, -1) for maps in views.maps])
    look = views.look(batch["starts"])
    samples, _ = net._token_input(views, batch["starts"], look)
    first = 0
    for side, spacing, mirror in WINDOWS:
        apart = (torch.arange(side) - side // 2) * spacing / look.mm_per_cell[..., None]  # [N, V, J, side], cells
        right, down = look.cells[..., :1] + apart, look.cells[..., 1:] + apart
        within = (right > 0) & (right < width - 1) & (down > 0) & (down < height - 1)
        whole = within.all(-1) & look.valid
        channel = torch.tensor(MIRROR if mirror else range(15))
        expected = (1000.0 * channel[:, None] + right)[..., None, :].expand(*right.shape[:-1], side, side).flatten(-2)
        got = samples[..., first : first + side * side]
        assert whole.sum() > 100
        torch.testing.assert_close(got[whole], expected[whole], atol=0.05, rtol=0)
        first += side * side
    assert first == samples.shape[-1]


def _said(views, joints, logit):
    """What a refinement says that trusts every view as much as the next."""
    return Refined(joints, logit, torch.full((len(joints), views.maps[0].shape[0], 15), 0.02), torch.full_like(joints, 30.0))


def _mean_seen(views):
    """float32 [N]: the mean of what each person sees of the heatmaps."""
    maps = views.maps[0]
    people, (height, width) = views.people[0], maps.shape[2:]
    cells = torch.stack(torch.meshgrid(torch.arange(width), torch.arange(height), indexing="xy"), -1).reshape(-1, 2).float()
    left = views.gone.left(torch.zeros(people, *maps.shape[:2], 2), torch.ones(people, *maps.shape[:2]), cells)
    return (maps.flatten(2) * left).mean((1, 2, 3))


class _Says(nn.Module):
    """A refinement that moves everybody by a metre along x and judges by height."""

    def __init__(self):
        super().__init__()
        self.verdict = Verdict()  # that has learned nothing

    def rest_at(self, roots):
        return roots[:, None].expand(-1, 15, -1)

    def forward(self, views, joints, rounds=None, alone=False):
        if alone:  # keeps people where they are, a little higher the more it sees
            joints = joints + _mean_seen(views)[:, None, None]
            return [_said(views, joints, joints[:, MID_HIP, 2] / 100)]
        logit = torch.where(joints[:, MID_HIP, 2] > 500, joints[:, MID_HIP, 2] / 100, -3.0)
        return [_said(views, joints, logit), _said(views, joints + torch.tensor([1000.0, 0, 0]), logit)]


@pytest.fixture
def network():
    config = load_config(overrides={
        "REFINE.STAGES": 2, "REFINE.CHANNELS": [8, 8], "MULTI_PERSON.INITIAL_CUBE_SIZE": [8, 8, 4],
        "PICT_STRUCT.CUBE_SIZE": [8, 8, 8], "ROOT_V2V.CHANNELS": [4, 4, 4, 4], "POSE_V2V.CHANNELS": [4, 4, 4, 4],
        "MULTI_PERSON.MAX_PEOPLE_NUM": 3, "REFINE.SAME_MM": 200.0,
    })  # fmt: skip
    network = MultiPersonPoseNetSSV(nn.Identity(), config).eval()
    network.refine_net = _Says()
    return network


def test_roots_are_verified_moved_and_counted_once(network, shelf_meta):
    proposals = torch.tensor([
        [0.0, 0, 900, 0, 0.8], [2000.0, 0, 950, 0, 0.7],
        [2100.0, 0, 980, 0, 0.6],  # the same person, judged better
        [0.0, 3000, 100, 0, 0.5],  # nobody by the verdict
        [0.0, -3000, 990, -1, 0.1],  # below the root net's threshold
    ])  # fmt: skip
    network.root_net.forward = lambda heatmaps, meta: (None, proposals[None])
    heatmaps, meta = shelf_meta
    roots = network.roots(heatmaps, meta)
    (found,), (poses,) = roots.grid_centers, roots.starts
    assert found.shape == (3, 5)
    assert poses.shape == (3, 15, 3)
    torch.testing.assert_close(found[:2, :3], torch.tensor([[3100.0, 0, 980], [1000.0, 0, 900]]))
    torch.testing.assert_close(found[:2, 4], torch.sigmoid(torch.tensor([9.8, 9.0])))
    assert found[:, 3].tolist() == [0.0, 0.0, -1.0]
    torch.testing.assert_close(poses[:2], found[:2, None, :3].expand(-1, 15, -1))
    assert poses[2].isnan().all()


def test_a_second_look_finds_who_was_hidden_and_verifies_them_on_the_whole_heatmaps(network, shelf_meta):
    heatmaps, meta = [maps + 1.0 for maps in shelf_meta[0]], shelf_meta[1]
    seen, judged = [], []

    def root_net(maps, _):
        seen.append(torch.cat(list(maps)))
        x = 0.0 if len(seen) == 1 else 2000.0
        return None, torch.tensor([[[x, 0, 900, 0, 0.8], [0.0, 0, 0, -1, 0.0]]])

    refine = network.refine_net.forward

    def forward(views, joints, rounds=None, alone=False):
        judged.append((rounds, views))
        return refine(views, joints, rounds, alone)

    network.root_net.forward, network.refine_net.forward = root_net, forward
    centers = network.roots(heatmaps, meta).grid_centers
    # a millimetre by the mean of what they were judged on: the second a little less, without the first
    assert sorted(centers[0, :2, 0].tolist()) == pytest.approx([1001.0, 3000.991], abs=5e-3)
    assert len(seen) == 2
    assert (seen[0] == 1).all()
    assert 0 < (seen[1] < 0.5).float().mean() < 0.05  # around the joints of the first alone
    assert [rounds for rounds, _ in judged] == [None, None, 1]  # nobody is in doubt
    assert all((views.maps[0] == 1).all() and views.gone is None for _, views in judged[:2])
    # at last each is judged without those who are better
    assert judged[-1][1].gone.whose.tolist() == [[0.0, 0.0], [1.0, 0.0]]
    network.recognition.looks = 1
    assert network.roots(heatmaps, meta).grid_centers[0, 1, 3] == -1  # nobody else


def test_poses_pass_through_the_refinement(network, shelf_meta):
    heatmaps, meta = shelf_meta
    roots = torch.tensor([[0.0, 0, 900], [500.0, 0, 900]])
    with torch.no_grad():
        plain = network.pose_net(heatmaps, meta, roots[None])[0]
        # the start: halfway between the pose net's pose and the refined rest pose, which is a metre beside the root
        start = (plain + roots[:, None] + torch.tensor([1000.0, 0, 0])) / 2
        torch.testing.assert_close(network.regress(heatmaps, meta, roots), start + torch.tensor([1000.0, 0, 0]))
        network.plain = True  # one after the other
        torch.testing.assert_close(network.regress(heatmaps, meta, roots), start + torch.tensor([1000.0, 0, 0]))


def test_who_is_in_doubt_without_better_people_is_judged_again_without_all_others(network, shelf_meta):
    judgings = []

    class Doubts(_Says):
        def forward(self, views, joints, rounds=None, alone=False):
            if not alone:
                return super().forward(views, joints)
            assert views.people == (len(joints),)
            judgings.append((joints[:, MID_HIP, 0].tolist(), views.gone.whose))
            said = ((-20.0, 9.0, -7.0), (-3.0,), (2.0,))[len(judgings) - 1]
            return [_said(views, joints, torch.tensor(said))]

    network.refine_net = Doubts()
    proposals = torch.tensor([[0.0, 0, 900, 0, 0.8], [2000.0, 0, 800, 0, 0.7], [0.0, 3000, 600, 0, 0.6]])
    network.root_net.forward = lambda heatmaps, meta: (None, proposals[None])
    (found,) = network.roots(*shelf_meta).grid_centers
    assert found[:, 3].tolist() == [0.0, 0.0, -1.0]
    torch.testing.assert_close(found[:2, 4], torch.sigmoid(torch.tensor([8.5, 4.0])))  # (8, 9), (6, 2); (9, -20) is nobody
    torch.testing.assert_close(found[:2, 0], torch.tensor([3000.0, 1000.0]))
    (all_of_them, better), (first, others), (second, then) = judgings
    assert (all_of_them, first, second) == ([1000.0, 3000.0, 1000.0], [1000.0], [1000.0])
    assert better.tolist() == torch.ones(3, 3).tril(-1).tolist()
    there = torch.sigmoid(torch.tensor([[-5.5, 8.5]]))  # (9, -20), (8, 9); the third, (6, -7), is in doubt
    torch.testing.assert_close(others, torch.cat((there, torch.zeros(1, 1)), 1))
    torch.testing.assert_close(then, others)


def test_poses_that_are_known_from_the_roots_are_started_from(network, shelf_meta):
    heatmaps, meta = shelf_meta
    roots = torch.tensor([[0.0, 0, 900, 0, 1.0], [500.0, 0, 900, 0, 1.0], [0.0, 0, 0, -1, 0.0]])
    known = torch.arange(90.0).reshape(2, 15, 3)
    with torch.no_grad():
        expected = (network.pose_net(heatmaps, meta, roots[None, :2, :3])[0] + known) / 2 + torch.tensor([1000.0, 0, 0])
        torch.testing.assert_close(network.regress(heatmaps, meta, roots[:2], known), expected)
        starts = torch.cat((known, torch.full((1, 15, 3), torch.nan)))[None]
        torch.testing.assert_close(network.poses(heatmaps, meta, roots[None], starts=starts)[0, :2, :, :3], expected)


def test_without_the_pose_net_poses_start_where_people_were_recognised(network, shelf_meta):
    heatmaps, meta = shelf_meta
    network.lifts = False
    network.lift = None  # is not called
    known = torch.arange(90.0).reshape(2, 15, 3)
    roots = torch.tensor([[0.0, 0, 900, 0, 1.0], [500.0, 0, 900, 0, 1.0]])
    with torch.no_grad():
        torch.testing.assert_close(network.regress(heatmaps, meta, roots, known), known + torch.tensor([1000.0, 0, 0]))
        network.plain = True
        torch.testing.assert_close(network.regress(heatmaps, meta, roots, known), known + torch.tensor([1000.0, 0, 0]))


def test_nobody_proposed_is_nobody_found(network, shelf_meta):
    network.root_net.forward = lambda heatmaps, meta: (None, torch.tensor([[[0.0, 0, 0, -1, 0.0]]]))
    roots = network.roots(*shelf_meta)
    assert (roots.grid_centers[0, :, 3] == -1).all()
    assert roots.starts.isnan().all()
    assert roots.view_trust.isnan().all()


def test_cameras_are_kept_but_neither_heatmaps_nor_another_calibration(network, shelf_meta):
    heatmaps, meta = shelf_meta
    size = network.pose_net.project_layer.image_size
    moved = [{**view, "camera": {**view["camera"], "T": view["camera"]["T"] + 100.0}} for view in meta]
    brighter = [maps + 0.5 for maps in heatmaps]
    for maps, rig in ((heatmaps, meta), (brighter, meta), (brighter, moved), (heatmaps, meta)):
        views, fresh = network.views(maps, rig), sampler_of(maps, rig, size)
        assert (views.packed() == fresh.packed()).all()
        torch.testing.assert_close(views.maps[0], torch.cat(maps))
    assert not torch.equal(network.views(heatmaps, moved).packed(), network.views(heatmaps, meta).packed())


def test_at_last_everybody_is_refined_without_the_others(network, shelf_meta):
    """Who is asked for at once, or one by one in the plain loop, makes no difference."""
    heatmaps, meta = [torch.ones_like(maps) for maps in shelf_meta[0]], shelf_meta[1]
    roots = torch.tensor([[0.0, 0, 900], [500.0, 0, 900], [-1200.0, 400, 900]])
    spread = torch.linspace(-400, 400, 15)[None, :, None]
    starts = roots[:, None] + spread
    views = network.views(heatmaps, meta)
    with torch.no_grad():
        plain = network.pose_net(heatmaps, meta, roots[None])[0]
        expected = []
        for n in range(3):
            others = torch.cat((starts[:n], starts[n + 1 :]))
            left = unexplained(views.maps[0], views.of(2).look(others)).mean()
            assert left < 0.99
            expected.append((plain[n] + starts[n]) / 2 + torch.tensor([1000.0, 0, 0]) + 2 * left)  # ROUNDS_ALONE: 2
        expected = torch.stack(expected)
        torch.testing.assert_close(network.regress(heatmaps, meta, roots, starts), expected, atol=0.01, rtol=0)
        torch.testing.assert_close(
            network.regress(heatmaps, meta, roots[[2]], starts[[2]], starts[:2]), expected[[2]], atol=0.01, rtol=0
        )
        centers = torch.cat((roots, torch.tensor([[0.0, 1.0]]).expand(3, -1)), 1)[None]
        near = network.poses(heatmaps, meta, centers, 600.0, starts[None])[0]  # within 600 mm: the first two
        torch.testing.assert_close(near[:2, :, :3], expected[:2], atol=0.01, rtol=0)
        assert near[2, :, 0].isnan().all()
        network.plain = True  # its pose net sums in another order
        torch.testing.assert_close(network.regress(heatmaps, meta, roots, starts), expected, atol=0.05, rtol=0)


class _Halves(nn.Module):
    """A refinement that halves everybody's x; ``asked``: x of those whom each round is for."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def forward(self, views, joints, rounds=None, alone=False):
        assert alone
        assert rounds == 1
        self.asked.append(joints[:, 0, 0].tolist())
        return [_said(views, joints * torch.tensor([0.5, 1, 1]), joints[:, 0, 0])]


@pytest.mark.parametrize(
    ("most", "still_mm", "asked", "ends"),
    [
        (8, 30.0, [[80, 400, 8], [40, 200], [100], [50]], [20, 25, 4]),
        (3, 30.0, [[80, 400, 8], [40, 200], [100]], [20, 50, 4]),
        (2, 0.0, [[80, 400, 8], [40, 200, 4]], [20, 100, 2]),
        (8, 300.0, [[80, 400, 8]], [40, 200, 4]),
    ],
)
def test_who_stands_still_is_not_refined_again(network, shelf_meta, most, still_mm, asked, ends):
    heatmaps, meta = shelf_meta
    network.refine_net = _Halves()
    network.rounds, network.rounds_alone, network.still_mm, network.lifts = 0, most, still_mm, False
    starts = torch.tensor([80.0, 400, 8])[:, None, None] * torch.tensor([1.0, 0, 0]) + torch.zeros(3, 15, 3)
    refined = network.settle(heatmaps, meta, None, starts[:, 0], starts)
    assert network.refine_net.asked == asked
    assert refined.joints[:, 3, 0].tolist() == ends
    assert refined.logit.tolist() == [2 * x for x in ends]  # each of their own last round
    assert refined.sd_mm.shape == (3, 15, 3)
    one = network.settle(heatmaps, meta, None, starts[[1], 0], starts[[1]], starts[[0, 2]])
    assert one.joints[0].equal(refined.joints[1])  # whoever else is asked for
    assert network.settle(heatmaps, meta, None, starts[:0, 0], starts[:0], starts).joints.shape == (0, 15, 3)


@pytest.mark.parametrize(
    ("views", "joints", "peak", "again"), [(2, 4, 0.3, True), (1, 15, 0.9, False), (3, 3, 0.9, False), (3, 15, 0.1, False)]
)
def test_the_root_net_looks_again_only_where_two_views_hold_a_person(network, shelf_meta, views, joints, peak, again):
    """The first person's own joints are where nothing is; what is left stands in a corner."""
    heatmaps, meta = [torch.zeros_like(maps) for maps in shelf_meta[0]], shelf_meta[1]
    for maps in heatmaps[:views]:
        maps[0, :joints, 2, 3] = peak
    looks = []

    def root_net(maps, _):
        looks.append(maps)
        return None, torch.tensor([[[0.0, 0, 900, 0, 0.8]]])

    network.root_net.forward = root_net
    network.roots(heatmaps, meta)
    assert len(looks) == (2 if again else 1)
