"""Verdicts learned from the whole recognition: who counts as a person, and that the better layers are kept."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.errors import UserError
from modules.evaluation.accuracy import judging
from modules.evaluation.accuracy.judging import Judged, collect, labels, learn, loss, raised, training_scene
from modules.evaluation.accuracy.synthetic import evaluate_synthetic
from modules.evaluation.accuracy.voxel import VoxelNets
from modules.SelfPose3d.lib.models.verdict import JUDGINGS, KNOWN, Verdict
from modules.SelfPose3d.lib.training.scenes import look


def test_the_best_candidate_of_each_person_is_one_and_the_rest_are_nobody():
    truth = np.zeros((2, 15, 3), np.float32)
    truth[1, :, 0] = 3000.0
    away = torch.tensor([3100.0, 50.0, -399.0, 450.0, 1500.0])  # mm along x: the second person, the first, again, open, nobody
    joints = torch.zeros(5, 15, 3)
    joints[..., 0] = away[:, None]
    found = labels(joints, SimpleNamespace(joints_world_mm=truth))
    assert found[[0, 1, 2, 4]].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert found[3].isnan()


def test_learning_keeps_the_verdict_with_the_least_loss_on_the_validation():
    drawn = torch.Generator().manual_seed(0)

    def candidates(count):
        label = (torch.rand(count, generator=drawn) > 0.5).float()
        about = torch.randn(count, KNOWN, generator=drawn)
        about[:, JUDGINGS] += 3 * label  # what the odds don't know
        return Judged(about, torch.where(torch.rand(count, generator=drawn) < 0.1, torch.nan, label))

    training, validation = candidates(600), candidates(200)
    best, after, before = learn(training, validation, 200)
    untaught = Verdict().eval()
    assert before == pytest.approx(loss(untaught, validation).item())
    assert after == pytest.approx(loss(best, validation).item())
    assert after < 0.5 * before
    assert learn(training, validation, 200)[1] == after  # nothing else is drawn


def test_the_command_prints_a_table_and_where_the_weights_are(tmp_path, monkeypatch, capsys):
    figures = {"scenes": 7, "candidates": 1234, "loss_before": 0.69312, "loss": 0.1}
    monkeypatch.setattr(judging, "train", lambda config, scenes, held_out, out: figures)
    judging.main(["--scenes", "7", "--out", str(tmp_path)])
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in capsys.readouterr().out.splitlines()]
    assert ["candidates in them", "1234"] in rows
    assert ["validation loss, untaught", "0.6931"] in rows
    assert ["validation loss, learned", "0.1000"] in rows
    assert rows[-1] == [f"Written: {tmp_path / 'best.safetensors'}"]


def test_candidates_of_a_scene_come_with_what_their_verdicts_are_made_of():
    nets = VoxelNets(load_config(DEFAULT_CONFIG, {"REFINE.THRESHOLD": 0.0}))
    scene = training_scene(3)
    found = collect(nets, scene)
    assert len(found.about) == len(found.label) > 0
    usual = found.about[:, 0] + found.about[:, JUDGINGS - 1]
    assert (usual.diff() <= 0).all()  # best first
    with torch.no_grad():
        verdicts = torch.sigmoid(nets.network.refine_net.verdict(found.about))
        roots = nets.roots_of(scene.heatmaps, scene.cameras)
    shown = roots.grid_centers[0, roots.grid_centers[0, :, 3] >= 0, 4]
    torch.testing.assert_close(verdicts.sort(descending=True).values[: len(shown)], shown, atol=1e-4, rtol=0)


def test_a_raised_scene_looks_the_same_and_its_floor_is_elsewhere():
    scene = training_scene(5)
    higher = raised(scene, 250.0)
    assert (higher.joints_world_mm - scene.joints_world_mm)[..., 2] == pytest.approx(250.0, abs=1e-2)
    assert higher.space_center_mm - scene.space_center_mm == pytest.approx([0, 0, 250])
    for before, after in zip(scene.cameras, higher.cameras, strict=True):
        seen = [look(s.joints_world_mm, c, scene.network_size).cells for s, c in ((scene, before), (higher, after))]
        assert seen[1] == pytest.approx(seen[0], abs=1e-3)
    lowest = np.array([training_scene(n).joints_world_mm[..., 2].min() for n in range(24)])
    assert 1 <= (lowest < -150).sum() <= 8  # a floor that is not raised is as low as that once in ten thousand scenes


def test_a_method_that_there_is_not_is_refused_by_name():
    with pytest.raises(UserError, match="told every error"):
        evaluate_synthetic(load_config(DEFAULT_CONFIG), 1, chosen=["nets", "guessing"])
