"""The last step's training: whose a pose is, what it begins from, that mirrored worlds are worlds, and that it learns."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.skeleton import MIRROR
from modules.evaluation.accuracy import last_step
from modules.evaluation.accuracy.last_step import (
    Samples,
    batches,
    begun,
    by_views,
    collect,
    collected,
    joined,
    judged,
    learn,
    loss,
    owned,
    stepped,
    training_scene,
    turned,
    untaught,
)
from modules.SelfPose3d.lib.models.last_step import LastStep
from modules.SelfPose3d.lib.models.pose_refine_net import Reader
from modules.SelfPose3d.lib.models.view_sampler import FIELDS
from modules.SelfPose3d.lib.training.refine_batches import sampler, views_of

#: Column of what is seen that tells whether the view can see the joint.
VISIBLE = LastStep(16, 16, 1).exchange.columns[0]


@pytest.fixture(scope="module")
def nets():
    return untaught(load_config(DEFAULT_CONFIG))


@pytest.fixture(scope="module")
def crowd(nets):
    """Samples of the first of the training's scenes that has two people or more found and less than six views."""
    for number in range(20):
        some = collect(nets, training_scene(number), np.random.default_rng(number))
        if len(some.joints) > 5:
            return some
    raise AssertionError("nobody was found")


def test_a_pose_is_whose_it_is_nearest_to_and_everybody_has_one():
    truth = torch.zeros(3, 15, 3)
    truth[1, :, 0], truth[2, :, 0] = 1000.0, 5000.0
    joints = torch.zeros(4, 15, 3)
    joints[:, :, 0] = torch.tensor([980.0, 30.0, 700.0, 5600.0])[:, None]  # mm: the second's, the first's, a double, nobody
    rows, owners = owned(joints, truth)
    assert dict(zip(rows.tolist(), owners.tolist(), strict=True)) == {0: 1, 1: 0}
    assert len(owned(joints[:0], truth)[0]) == 0


def test_it_begins_as_the_refinements_own_step(nets, crowd):
    """More windows and more blocks change nothing before anything is learned."""
    net = nets.network.refine_net
    which = net.stages_of(1, alone=True)[0]
    windows = len(net.windows)
    seen = crowd.seen.float()
    plain = torch.cat((seen[..., :windows], seen[..., 2 * windows :], which.expand(*seen.shape[:3], -1)), -1)
    with torch.no_grad():
        said = net.exchange(plain)
        for blocks in (3, 5):
            torch.testing.assert_close(begun(net, blocks).exchange(seen), said, atol=2e-5, rtol=1e-4)


def test_the_refinement_itself_reads_what_is_collected(nets):
    """A sample is the pose that ``settle`` gives, and reads what the others leave, and the whole heatmaps."""
    scene = training_scene(4)
    some = collect(nets, scene, None)
    found = nets.find(scene.heatmaps, scene.cameras)
    away = np.linalg.norm(found.joints_mm[:, None] - some.joints.numpy(), axis=-1).mean(-1)
    assert len(some.joints) > 1
    assert away.min(0) == pytest.approx(0, abs=1e-3)
    views = sampler(views_of([scene]) | {"scene": torch.zeros(len(some.joints), dtype=torch.long)})
    seen, look = Reader().seen(views, some.joints, whole=True)
    windows = len(Reader().windows)
    torch.testing.assert_close(some.jacobian, look.jacobian, atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(some.seen[..., windows:].float(), seen[..., windows:], atol=2e-2, rtol=2e-3)
    assert (some.seen[..., :windows].float() <= seen[..., :windows] + 2e-3).all()
    assert some.still.tolist() == [1.0] * len(some.joints)


def test_turned_and_mirrored_worlds_are_seen_as_they_would_be():
    """The same people looked at in a scene whose cameras, people and pictures are turned and mirrored."""
    scene = training_scene(4)
    truth = torch.from_numpy(scene.joints_world_mm)
    people, reader = len(truth), Reader()
    views = sampler(views_of([scene]) | {"scene": torch.zeros(people, dtype=torch.long)})
    joints = truth + 20 * torch.randn(truth.shape, generator=torch.Generator().manual_seed(1))

    def samples_of(views, joints, truth, frames):
        seen, look = reader.seen(views, joints, whole=True)
        return Samples(seen, look.jacobian, joints, truth, frames, torch.ones(people))

    frames = torch.from_numpy(scene.views_seen)
    plain = samples_of(views, joints, truth, frames)
    angle, sides = 0.7, torch.tensor(MIRROR)
    turn = torch.tensor([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]).float()
    for mirrored in (False, True):
        drawn = SimpleNamespace(
            uniform=lambda low, high, size: np.full(size, angle),
            random=lambda size, m=mirrored: np.full(size, 0.0 if m else 1.0),
        )
        found = turned(plain, drawn)
        flip = torch.diag(torch.tensor([-1.0 if mirrored else 1.0, 1.0, 1.0]))
        world = turn @ flip  # of the old world
        theirs = {name: getattr(views, name) for name in FIELDS}
        camera = flip  # a mirrored picture is a camera whose x points the other way
        theirs["R"] = camera @ views.R @ world.T
        theirs["T"] = views.T @ world.T
        maps, order = views.maps[0], torch.arange(15)
        if mirrored:
            # x of a pixel counted from the other side, about the frame's middle: principal point and tangential p with it
            theirs["c"] = torch.stack((views.frame[..., 0] - 1 - views.c[..., 0], views.c[..., 1]), -1)
            theirs["p"] = views.p * torch.tensor([1.0, -1.0])
            # cells = a px + b: of the mirrored px the mirrored cell
            width = maps.shape[-1]
            a, b = views.to_cells[..., 0, 0], views.to_cells[..., 0, 2]
            theirs["to_cells"] = views.to_cells.clone()
            theirs["to_cells"][..., 0, 2] = width - 1 - b - a * (views.frame[..., 0, 0] - 1)
            maps, order = maps.flip(-1)[:, sides], sides
        expected = samples_of(
            replace(views, maps=(maps,), **theirs), (joints @ world.T)[:, order], (truth @ world.T)[:, order], frames[:, order]
        )
        for name in ("joints", "truth", "jacobian", "frames"):
            torch.testing.assert_close(getattr(found, name), getattr(expected, name), atol=2e-2, rtol=2e-3, msg=name)
        visible = expected.seen[..., VISIBLE] > 0  # what can't be seen is nowhere, mirrored or not
        assert torch.equal(found.seen[..., VISIBLE] > 0, visible)
        torch.testing.assert_close(found.seen[visible], expected.seen[visible], atol=2e-2, rtol=2e-2)


def test_batches_hold_people_of_equally_many_views(crowd):
    fewer = replace(crowd, seen=crowd.seen[:, :2], jacobian=crowd.jacobian[:, :2])
    files = [by_views([crowd, fewer]), by_views([crowd, crowd]), {}]
    assert {len(some.joints) for some in files[1].values()} == {2 * len(crowd.joints)}
    sizes = [some.seen.shape[1] for some in batches(files, 30, np.random.default_rng(0))]
    assert set(sizes) == {2, crowd.seen.shape[1]}


def test_the_loss_is_the_mean_distance_and_unseen_joints_count_less(crowd):
    truth = crowd.truth
    off = torch.zeros_like(truth)
    off[:, 0, 1] = 200.0
    frames = torch.full(truth.shape[:2], 2)
    some = replace(crowd, frames=frames)
    near = 5.0 * 14 / 15  # SOFT_MM where nothing is off
    assert 100 * loss(truth + off, some).item() == pytest.approx(200.0625 / 15 + near, rel=1e-4)
    frames[:, 0] = 1
    weights = 14 + 0.6
    assert 100 * loss(truth + off, some).item() == pytest.approx((0.6 * 200.0625 + 14 * 5.0) / weights, rel=1e-4)


def test_it_learns_what_the_refinement_gets_wrong(nets, crowd):
    """Truth shifted by 30 mm: a few steps bring the joints nearer, and what is averaged is what is judged."""
    shifted = replace(crowd, truth=crowd.joints + torch.tensor([0.0, 0.0, 30.0]))
    content = by_views([shifted])
    before = judged(begun(nets.network.refine_net, 3), "shifted", content)
    after = judged(learn(nets.network.refine_net, 3, [content], 60), "shifted", content)
    assert before[1] == pytest.approx(30.0, abs=0.01) == after[1]
    assert after[2] < 0.6 * before[2]


def test_what_was_collected_is_kept(tmp_path, monkeypatch, crowd):
    made = []

    def collecting(nets, scene, rng):
        made.append(scene)
        return crowd

    monkeypatch.setattr(last_step, "collect", collecting)
    monkeypatch.setattr(last_step, "untaught", lambda config: None)
    monkeypatch.setattr(last_step, "training_scene", lambda number: number)
    monkeypatch.setattr(last_step, "SCENES_A_FILE", 3)
    monkeypatch.setattr(last_step, "ProcessPoolExecutor", InThisProcess)
    first = collected(tmp_path, None, 5, 2)
    assert made == [0, 1, 2, 3, 4]
    again = collected(tmp_path, None, 5, 2)
    assert len(made) == 5
    views = crowd.seen.shape[1]
    assert [len(content[views].joints) for content in first] == [3 * len(crowd.joints), 2 * len(crowd.joints)]
    for one, other in zip(first, again, strict=True):
        torch.testing.assert_close(one[views].seen, other[views].seen)
    torch.testing.assert_close(first[1][views].joints, joined([crowd, crowd]).joints)


class InThisProcess:
    """A pool that does the work itself."""

    def __init__(self, *_):
        self.map = map

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


def test_the_command_prints_what_the_step_brings(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(last_step, "train", lambda *_: [("shelf", 40.0, 38.0)])
    last_step.main(["--scenes", "7", "--out", str(tmp_path)])
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in capsys.readouterr().out.splitlines()]
    assert ["shelf", "40.0", "38.0", "-5.0 %"] in rows
    assert rows[-1] == [f"Written: {tmp_path / 'best.safetensors'}"]


def test_stepping_is_the_networks_own_step(nets, crowd):
    """From what was stored as from the heatmaps."""
    net = begun(nets.network.refine_net, 3)
    torch.nn.init.normal_(net.exchange.joint_head.bias, std=0.1, generator=torch.Generator().manual_seed(1))
    scene = training_scene(4)
    truth = torch.from_numpy(scene.joints_world_mm)
    views = sampler(views_of([scene]) | {"scene": torch.zeros(len(truth), dtype=torch.long)})
    seen, look = net.seen(views, truth, whole=True)
    some = Samples(seen, look.jacobian, truth, truth, torch.from_numpy(scene.views_seen), torch.ones(len(truth)))
    with torch.no_grad():
        torch.testing.assert_close(stepped(net, some), net(views, truth), atol=1e-2, rtol=0)
        assert (net(views, truth) - truth).norm(dim=-1).mean() > 1


def test_a_run_that_was_stopped_goes_on_where_it_was(nets, crowd, tmp_path, monkeypatch):
    monkeypatch.setattr(last_step, "REPORT", 4)
    net, content = nets.network.refine_net, by_views([crowd])
    whole = learn(net, 3, [content], 10)
    calls = []

    def until_stopped(*given):
        calls.append(1)
        if len(calls) == 7:
            raise KeyboardInterrupt
        return stepped(*given)

    monkeypatch.setattr(last_step, "stepped", until_stopped)
    with pytest.raises(KeyboardInterrupt):
        learn(net, 3, [content], 10, tmp_path / "checkpoint.pt")
    calls[:] = [1] * 100
    resumed = learn(net, 3, [content], 10, tmp_path / "checkpoint.pt")
    assert len(calls) == 106  # steps 5 to 10
    for name, value in whole.state_dict().items():
        torch.testing.assert_close(resumed.state_dict()[name], value, msg=name)
