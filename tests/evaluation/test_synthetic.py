"""Held-out scenes through tiny nets: the baseline is the raw volume, and the tables say what was measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.errors import CheckpointError
from modules.evaluation.accuracy.synthetic import (
    GUESS_MM,
    as_dicts,
    evaluate_synthetic,
    found_by,
    held_by_two,
    judge,
    synthetic_tables,
    told_every_error,
)
from modules.evaluation.accuracy.voxel import VoxelNets, parameters
from modules.evaluation.common.plots import plot_accuracy
from modules.SelfPose3d.lib.models.cuboid_proposal_net_soft import CuboidProposalNetSoft
from modules.SelfPose3d.lib.models.pose_regression_net import PoseRegressionNet
from modules.SelfPose3d.lib.training.heatmaps import CLEAN, Noise
from modules.SelfPose3d.lib.training.runs import published_rigs
from modules.SelfPose3d.lib.training.validation import held_out_scenes

SMALL = {
    "PROJECTION.MIN_VIEWS": 2,
    "MULTI_PERSON.INITIAL_CUBE_SIZE": [48, 48, 20],  # coarser ones miss the blobs of clean heatmaps
    "PICT_STRUCT.CUBE_SIZE": [24, 24, 24],
    "ROOT_V2V.CHANNELS": [2, 2, 2, 2],
    "ROOT_V2V.FRONT_KERNEL": 3,
    "POSE_V2V.CHANNELS": [2, 2, 2, 2],
    "POSE_V2V.FRONT_KERNEL": 3,
    "POSE_V2V.RESIDUAL": True,
}


@pytest.fixture(scope="module")
def scenes():
    return held_out_scenes(2, published_rigs()["shelf"], CLEAN, tag=7)


def test_clean_heatmaps_give_people_without_a_net(scenes):
    # the baseline looks at the mid-hip alone even where the root net sees every joint
    nets = VoxelNets(load_config(overrides={**SMALL, "NETWORK.ROOTNET_ROOTHM": False}), learned=(), beta=100.0)
    assert nets.sizes == (0, 0, 0)
    scores, seen, _ = judge(found_by(nets), scenes)
    assert scores.people == sum(len(s.joints_world_mm) for s in scenes)
    assert scores.recall_500 > 0.6
    assert 10 < seen.median_mm < 150  # voxels are 87 mm apart
    assert seen.mpjpe_mm <= scores.mpjpe_mm + 1e-6


def off_mm(scene, poses) -> np.ndarray:
    return np.linalg.norm(poses - scene.joints_world_mm, axis=-1)


def test_told_every_error_nothing_is_left_of_perfect_peaks_and_the_guess_where_there_are_none(scenes):
    for scene in scenes:
        poses, _ = told_every_error(scene, CLEAN)
        assert np.median(off_mm(scene, poses)[scene.views_seen >= 3]) < 1
    blind = [replace(scene, own_amplitude=np.zeros_like(scene.own_amplitude)) for scene in scenes]
    off = np.concatenate([off_mm(scene, told_every_error(scene, CLEAN)[0]).ravel() for scene in blind])
    assert off.mean() == pytest.approx(GUESS_MM * np.sqrt(8 / np.pi), rel=0.1)  # mean length of a 3D Gaussian


def test_told_every_error_weighs_peaks_by_it_and_ignores_wrong_ones(scenes):
    """View 0's peaks lie 6 cells off: trusted as sure they are wrong, told as unsure they count for little."""
    scene = max(scenes, key=lambda s: s.views_seen.min())
    cells, spread = scene.own_cells.copy(), scene.own_spread.copy()
    cells[0] += 6
    seen = scene.views_seen >= 4
    wrong = off_mm(scene, told_every_error(replace(scene, own_cells=cells), CLEAN)[0])[seen]
    spread[0] = 6
    unsure = off_mm(scene, told_every_error(replace(scene, own_cells=cells, own_spread=spread), CLEAN)[0])[seen]
    spread[:] = 6
    equal = off_mm(scene, told_every_error(replace(scene, own_cells=cells, own_spread=spread), CLEAN)[0])[seen]
    assert wrong.max() < 20
    assert np.median(unsure) < 5
    assert np.median(equal) > 30


def test_roots_are_looked_for_in_the_scenes_own_space(scenes):
    nets = VoxelNets(load_config(overrides={**SMALL, "NETWORK.ROOTNET_ROOTHM": False}), learned=())
    scene = max(scenes, key=lambda s: abs(s.space_center_mm[0]))
    nets.enter(scene.network_size, scene.space_center_mm, scene.space_size_mm)
    roots = nets.find(scene.heatmaps, scene.cameras).roots_mm
    offsets = roots - scene.space_center_mm
    assert (np.abs(offsets) <= scene.space_size_mm / 2 + 1).all()
    nearest = np.linalg.norm(roots[:, None] - scene.joints_world_mm[None, :, 2], axis=-1).min(0)
    assert (nearest < 200).all()


def test_a_pose_around_the_true_root_is_near_the_truth(scenes):
    """Also proves that space, network size and cameras reach the projection: a wrong one puts joints a metre away."""
    nets = VoxelNets(load_config(overrides=SMALL), learned=(), beta=100.0)
    scene = min(scenes, key=lambda s: len(s.joints_world_mm))
    nets.enter(scene.network_size, scene.space_center_mm, scene.space_size_mm)
    joints, milliseconds = nets.pose(scene.heatmaps, scene.cameras, scene.joints_world_mm[:, 2])
    assert milliseconds > 0
    error = np.linalg.norm(joints - scene.joints_world_mm, axis=-1)
    assert np.median(error[scene.views_seen >= 3]) < 60


def test_a_larger_image_shows_the_same_people_in_more_cells():
    rig = published_rigs()["shelf"]
    (small,), (large,) = (held_out_scenes(1, rig, Noise(), 3, longest) for longest in (320, 512))
    np.testing.assert_array_equal(large.joints_world_mm, small.joints_world_mm)
    assert (max(small.network_size), max(large.network_size)) == (320, 512)
    assert large.heatmaps.shape[-1] == 512 // 4


def test_weights_come_from_the_configuration(tmp_path, scenes):
    config = load_config(overrides=SMALL)
    with pytest.raises(CheckpointError, match="ROOT_NET"):
        VoxelNets(config)
    files = {}
    for key, net in (("ROOT_NET", CuboidProposalNetSoft(config)), ("POSE_NET", PoseRegressionNet(config))):
        files[f"WEIGHTS.{key}"] = str(tmp_path / f"{key}.pt")
        torch.save(net.state_dict(), files[f"WEIGHTS.{key}"])
    nets = VoxelNets(load_config(overrides={**SMALL, **files}))
    assert nets.sizes == (parameters(nets.root_net.v2v_net), parameters(nets.pose_net.v2v_net), 0)
    assert nets.sizes[1] > nets.sizes[0] > 0  # 15 channels in and out against one
    rows = evaluate_synthetic(load_config(overrides={**SMALL, **files}), 1, {"shelf": published_rigs()["shelf"]})
    assert [(r.noise, r.method) for r in rows] == [
        (noise, method)
        for noise in ("noisy", "clean")
        for method in ("nets", "no pose net, beta 100", "no nets", "told who is who", "told every error")
    ]
    assert [row.parameters for row in rows[:3]] == [nets.sizes, (nets.sizes[0], 0, 0), (0, 0, 0)]
    assert rows[1].scores.predicted == rows[0].scores.predicted  # the same roots
    table = synthetic_tables(rows)
    assert "≤ 30" in table
    assert "AP25" in table
    assert as_dicts(rows)[0]["scores"]["people"] == rows[0].scores.people
    plot_accuracy([], rows, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_who_is_shown_by_one_view_alone_is_no_miss_among_those_whom_two_views_show(scenes):
    (scene, *_) = scenes
    amplitude = np.zeros_like(scene.own_amplitude)
    amplitude[:2, :, :6] = 0.5  # two views hold six peaks of everybody …
    amplitude[1, 0, 5] = 0.1  # … but the second only five of the first person, the sixth is none
    partly = replace(scene, own_amplitude=amplitude)
    assert held_by_two(partly).tolist() == [False] + [True] * (len(scene.joints_world_mm) - 1)

    def finds_all_but_the_first(scene):
        return scene.joints_world_mm[1:], np.ones(len(scene.joints_world_mm) - 1)

    everybody, _, shown = judge(finds_all_but_the_first, [partly])
    assert everybody.recall_500 == pytest.approx(1 - 1 / len(scene.joints_world_mm))
    assert (shown.people, shown.recall_500) == (len(scene.joints_world_mm) - 1, 1.0)


def test_the_last_step_counts_where_poses_are_refined():
    whole, plain = (VoxelNets(load_config(DEFAULT_CONFIG, {"REFINE.LAST_STEP": blocks})) for blocks in (3, 0))
    assert whole.sizes[2] - plain.sizes[2] == parameters(whole.network.last_step) > 400_000
    roots = VoxelNets(load_config(DEFAULT_CONFIG), learned=("root", "pose"))
    assert roots.network.last_step is None
    assert roots.sizes[2] == plain.sizes[2]
