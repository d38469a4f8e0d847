"""The refinement's training: exported weights, starts that the nets propose, batches of one rig size."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from modules.core.errors import CheckpointError
from modules.core.skeleton import MID_HIP
from modules.SelfPose3d.lib.core.checkpoint import load_weights
from modules.SelfPose3d.lib.models.pose_refine_net import PoseRefineNet, Refined
from modules.SelfPose3d.lib.training import proposals
from modules.SelfPose3d.lib.training import train as training
from modules.SelfPose3d.lib.training.batches import Batches
from modules.SelfPose3d.lib.training.heatmaps import CLEAN
from modules.SelfPose3d.lib.training.objectives import plane_loss, refine_loss
from modules.SelfPose3d.lib.training.proposals import Proposer
from modules.SelfPose3d.lib.training.refine_batches import as_samples, found_before, joined, sampler
from modules.SelfPose3d.lib.training.runs import Run, published_rigs, save_weights
from modules.SelfPose3d.lib.training.scenes import sample_scene
from modules.SelfPose3d.lib.training.settings import load_training_config
from modules.SelfPose3d.lib.training.starts import rest_pose
from modules.SelfPose3d.lib.training.tasks import TASKS

TINY = {
    "REFINE.CHANNELS": [8, 8], "REFINE.BLOCKS": 1, "REFINE.STAGES": 2, "FIT.REFINE.BATCH": 2, "FIT.REFINE.STARTS": 3,
    "FIT.REFINE.STEPS": 2, "FIT.VALIDATE_STEPS": 2, "FIT.VALIDATION_SCENES": 1, "FIT.WARM_UP": 1,
    "PICT_STRUCT.CUBE_SIZE": [8, 8, 8], "POSE_V2V.CHANNELS": [8, 8, 8, 8], "POSE_V2V.FRONT_KERNEL": 3,
    "ROOT_V2V.PLANE": True, "ROOT_V2V.CHANNELS": [4, 4, 4, 4], "MULTI_PERSON.INITIAL_CUBE_SIZE": [16, 16, 8],
    "NETWORK.ROOTNET_ROOTHM": False, "PROJECTION.MIN_VIEWS": 2,
}  # fmt: skip


def tiny(**changes):
    return load_training_config(None, {**TINY, **{name.replace("__", "."): value for name, value in changes.items()}})


@pytest.fixture
def proposing(tmp_path):
    """A configuration with weights of root and pose net to propose with."""
    torch.manual_seed(0)
    files = {}
    for net in ("root", "pose"):
        task = TASKS[net](tiny(), torch.device("cpu"))
        model = task.build()
        if net == "root":
            torch.nn.init.constant_(model.score_head.bias, 1.0)  # sees people everywhere
        files[f"WEIGHTS__{net.upper()}_NET"] = str(tmp_path / f"{net}.safetensors")
        weights = {task.prefix + name: value for name, value in model.state_dict().items()}
        save_weights(tmp_path / f"{net}.safetensors", weights, {})
    return tiny(FIT__REFINE__PROPOSED=1.0, **files)


def test_exported_weights_are_the_networks_own(tmp_path):
    training.train("refine", tiny(), tmp_path)
    net = PoseRefineNet(8, 8, 1, 2)
    load_weights(net, tmp_path / "best.safetensors", "refine_net.")
    np.testing.assert_allclose(net.rest_mm.numpy(), rest_pose(), atol=1e-3)
    with safe_open(tmp_path / "best.safetensors", "pt") as file:
        assert json.loads(file.metadata()["config"]) == {"REFINE.CHANNELS": [8, 8], "REFINE.BLOCKS": 1, "REFINE.STAGES": 2}


def test_a_resumed_run_is_the_uninterrupted_run(tmp_path):
    training.train("refine", tiny(), tmp_path / "whole")
    halted = training.Trainer("refine", tiny(), "cpu")
    run = training.Run(tmp_path / "parts", "refine", tiny())
    halted.train_step(Batches(halted.task, tiny().FIT.SEED)[0])
    run.save(halted.state())
    training.train("refine", tiny(), tmp_path / "parts", resume=True)
    whole, parts = (torch.load(tmp_path / name / "checkpoint.pt", weights_only=True) for name in ("whole", "parts"))
    for name, value in whole["model"].items():
        torch.testing.assert_close(value, parts["model"][name], atol=1e-6, rtol=1e-5, msg=name)


def test_a_validation_without_a_number_is_no_reason_to_lose_the_weights(tmp_path):
    run = Run(tmp_path, "refine", tiny())
    for step, score in ((1, float("nan")), (2, 5.0), (3, float("nan")), (4, 7.0)):
        run.record(step, score, {"random": {"mpjpe_mm": score}}, {"w": torch.full((1,), float(step))})
        assert load_file(run.best)["w"].item() == min(step, 2)
    assert run.best_score == 5.0


def test_where_nobody_is_left_the_score_is_of_the_whole_heatmaps():
    figures = {"mpjpe_mm": 40.0, "left_mpjpe_mm": float("nan"), "wrong_verdicts": 0.1, "wrong_verdicts_left": 0.0}
    task = TASKS["refine"](tiny(), torch.device("cpu"))
    assert task.score(figures) == pytest.approx(50)
    assert task.score(figures | {"left_mpjpe_mm": 60.0}) == pytest.approx(60)


def test_a_batch_holds_scenes_of_one_rig_size():
    batches = Batches(TASKS["refine"](tiny(FIT__REFINE__BATCH=4), torch.device("cpu")), 5)
    sizes = set()
    for index in range(6):
        batch = batches[index]
        assert batch["starts"].shape == (12, 15, 3)
        assert batch["scene"].bincount().tolist() == [3, 3, 3, 3]
        views = sampler(batch)
        assert {len(maps) for maps in views.maps} == {views.R.shape[1]}
        sizes.add(views.R.shape[1])
    assert len(sizes) > 1


def test_the_nets_propose_starts_at_rest_and_posed(proposing, monkeypatch):
    monkeypatch.setattr(proposals, "POSED", 0.5)
    scene = sample_scene(np.random.default_rng(1), CLEAN, published_rigs()["shelf"], 320, people=3)
    starts, owner, label = Proposer(proposing).starts(np.random.default_rng(2), scene, 12)
    assert len(starts) == len(owner) == len(label) == 12
    at_rest = [np.allclose(start - start[MID_HIP], rest_pose(), atol=0.5) for start in starts]
    assert 0 < sum(at_rest) < 12
    half = scene.space_size_mm / 2 + 1
    roots = starts[at_rest][:, MID_HIP]
    assert (np.abs(roots - scene.space_center_mm) <= half).all()
    near = np.linalg.norm(roots[:, None] - scene.joints_world_mm[None, :, MID_HIP], axis=-1).min(1)
    np.testing.assert_array_equal(owner[at_rest] >= 0, near < 300)


def test_proposals_reach_the_batches(proposing):
    task = TASKS["refine"](proposing, torch.device("cpu"))
    assert task.proposer is not None
    batch = Batches(task, 1)[0]
    assert len(batch["starts"]) <= 6
    assert TASKS["refine"](tiny(), torch.device("cpu")).proposer is None


def test_a_proposer_needs_its_weights(tmp_path):
    with pytest.raises(CheckpointError, match=r"none\.safetensors"):
        Proposer(tiny(WEIGHTS__ROOT_NET=str(tmp_path / "none.safetensors"), WEIGHTS__POSE_NET="pose_small.safetensors"))


def test_loss_of_the_refinement_by_hand():
    """One person 20 mm off and judged 50:50, one start that is nobody's, one undecided."""
    truth = torch.zeros(3, 15, 3)
    found = truth.clone()
    found[0, :, 0] = 20.0
    found[1:] += 500.0
    batch = {
        "joints": truth, "weights": torch.tensor([1.0, 0.0, 0.0])[:, None].expand(-1, 15),
        "label": torch.tensor([1.0, 0.0, float("nan")]),
    }  # fmt: skip
    loss, figures = refine_loss([Refined(found, torch.zeros(3))], batch)
    assert figures["error_mm"] == pytest.approx(20)
    assert figures["verdict"] == pytest.approx(np.log(2), abs=1e-6)
    assert loss.item() == pytest.approx(0.5 * 20**2 / 30 / 100 + 0.3 * np.log(2), abs=1e-5)


def test_loss_of_the_plane_net_is_least_at_its_target():
    target = torch.zeros(1, 1, 4, 4, 3)
    target[0, 0, 1, 2] = torch.tensor([0.2, 1.0, 0.2])
    batch = {"targets": target}
    scores = target.amax(-1)
    heights = torch.where(target > 0, target, 1e-9).log()[:, 0].permute(0, 3, 1, 2)
    best = plane_loss(scores, heights, batch)
    assert plane_loss(scores + 0.1, heights, batch) > best
    assert plane_loss(scores, heights.flip(1).roll(1, 1), batch) > best


def test_people_found_before_leave_heatmaps_without_them():
    """Two people far apart, one of them found: her peaks are gone, his stay, and only she is nobody the second time."""
    scene = sample_scene(np.random.default_rng(3), CLEAN, published_rigs()["panoptic_5hd"], 320, people=2)
    for seed in range(20):
        found, left = found_before(np.random.default_rng(seed), scene)
        if found.tolist() == [True, False]:
            break
    for person, (least, most) in enumerate([(0.0, 0.6), (0.4, 1.0)]):
        cells = scene.own_cells[:, person].round().astype(int)
        shares = []
        for view, joint in zip(*np.nonzero(scene.own_amplitude[:, person]), strict=True):
            x, y = cells[view, joint]
            shares.append(float(left[view, joint, y, x] / scene.heatmaps[view, joint, y, x]))
        assert least <= np.median(shares) <= most, shares
    starts, owner = scene.joints_world_mm[[0, 1, 1]], np.array([0, 1, -1])
    samples = as_samples(scene, starts, owner, np.array([1, 1, 0], np.float32))
    batch = joined([(scene, samples)], [(found, left)])
    assert batch["label"].tolist() == [1, 1, 0]
    assert batch["label_left"].tolist() == [0, 1, 0]
    assert (batch["weights_left"] > 0).any(1).tolist() == [False, True, False]
    torch.testing.assert_close(sampler(batch, "left").maps[0].float(), left, atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(sampler(batch).maps[0].float(), scene.heatmaps, atol=1e-3, rtol=1e-3)


def test_nobody_found_leaves_the_heatmaps_as_they_are():
    scene = sample_scene(np.random.default_rng(3), CLEAN, published_rigs()["shelf"], 320, people=1)
    for seed in range(20):
        found, left = found_before(np.random.default_rng(seed), scene)
        if not found.any():
            break
    torch.testing.assert_close(left, scene.heatmaps)


def test_the_second_verdict_counts_in_the_loss():
    truth = torch.zeros(2, 15, 3)
    batch = {
        "joints": truth, "weights": torch.ones(2, 15), "label": torch.ones(2), "label_left": torch.tensor([0.0, float("nan")]),
        "weights_left": torch.tensor([0.0, 1.0])[:, None].expand(-1, 15),
    }  # fmt: skip
    sure = torch.full((2,), 50.0)
    off = torch.tensor([[500.0, 0, 0], [0, 40.0, 0]])[:, None].expand(-1, 15, -1)  # the first is gone: hers don't count
    loss, figures = refine_loss([Refined(truth, sure)], batch, [Refined(off, torch.tensor([0.0, 9.0]))])
    assert figures["verdict_left"] == pytest.approx(np.log(2), abs=1e-6)
    assert figures["error_left_mm"] == pytest.approx(40)
    assert loss.item() == pytest.approx(0.3 * np.log(2) + (40 - 15) / 100, abs=1e-5)
    left = Refined(off, torch.tensor([0.0, 9.0]))
    again, _ = refine_loss([Refined(truth, sure)], batch, [left, left])
    assert again.item() == pytest.approx(2 * loss.item(), abs=1e-5)


def test_joints_keep_their_32_bits_in_the_pose_nets_loss():
    """Volumes pass through; what is located in them does not depend on the precision of the net."""
    config = tiny(FIT__POSE__BATCH=2)
    task = TASKS["pose"](config, torch.device("cpu"))
    batch = task.batch(np.random.default_rng(0), CLEAN, None)
    plain = task.loss(torch.nn.Identity(), batch)[1]["error_mm"]
    with torch.autocast("cpu", torch.bfloat16):
        half = task.loss(torch.nn.Identity(), batch)[1]["error_mm"]
    assert half == plain
