"""Growth with the input's size: exact people, exact exponents, rows for every size."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from modules.core.config import load_config
from modules.core.skeleton import MID_HIP
from modules.evaluation.accuracy.voxel import spread_voxels
from modules.evaluation.speed import scaling
from modules.evaluation.speed.scaling import (
    ScalingRow,
    growth,
    growth_exponents,
    measure_scaling,
    ring,
    scaling_tables,
    scene_with,
)
from modules.evaluation.speed.timing import Spread
from modules.SelfPose3d.lib.models.multi_person_posenet_ssv import MultiPersonPoseNetSSV

TINY = {
    "NETWORK.IMAGE_SIZE": [64, 96],
    "NETWORK.HEATMAP_SIZE": [16, 24],
    "MULTI_PERSON.INITIAL_CUBE_SIZE": [16, 16, 4],
    "PICT_STRUCT.CUBE_SIZE": [8, 8, 8],
    "ROOT_V2V.CHANNELS": [2, 2, 2, 2],
    "POSE_V2V.CHANNELS": [2, 2, 2, 2],
    "ROOT_V2V.FRONT_KERNEL": 3,
    "POSE_V2V.FRONT_KERNEL": 3,
}


def test_growth_is_the_exponent():
    sizes = [2, 3, 4, 8]
    assert growth(sizes, [5 * s for s in sizes]) == pytest.approx(1)
    assert growth(sizes, [5 * s**2 for s in sizes]) == pytest.approx(2)
    assert growth(sizes, [7.0] * 4) == pytest.approx(0)


def test_exponents_take_the_stage_that_grows():
    def row(views, people):
        return ScalingRow(views, people, Spread.of([10.0 * views]), Spread.of([20.0]), Spread.of([5.0 * people**2]))

    exponents = growth_exponents([row(v, 3) for v in (2, 4, 8)], [row(4, p) for p in (1, 2, 5)])
    assert exponents["backbone over views"] == pytest.approx(1)
    assert exponents["pose net + refine over people"] == pytest.approx(2)
    assert 0 < exponents["frame over views"] < 1


def test_scenes_have_exactly_the_people_asked_for():
    scene = scene_with(7, ring(4, (64, 96)), (64, 96))
    assert scene.heatmaps.shape == (4, 15, 24, 16)
    roots = scene.joints_world_mm[:, MID_HIP]
    assert roots.shape == (7, 3)
    assert np.linalg.norm(roots[:, :2], axis=1).max() < 5000


def test_every_size_is_measured(monkeypatch):
    monkeypatch.setattr(scaling, "VIEWS", (2, 3))
    monkeypatch.setattr(scaling, "PEOPLE", (1, 4))
    config = load_config(overrides=TINY)
    network = MultiPersonPoseNetSSV(torch.nn.Conv2d(3, 15, 4, stride=4), config).eval()
    over_views, over_people = measure_scaling(network, config, torch.device("cpu"), repeats=1)
    assert [(r.views, r.people) for r in over_views] == [(2, 3), (3, 3)]
    assert [(r.views, r.people) for r in over_people] == [(4, 1), (4, 4)]
    assert all(s.median > 0 and s.count == 1 for r in over_people for s in (r.backbone_ms, r.root_ms, r.pose_ms))
    assert "pose net + refine over people" in scaling_tables(over_views, over_people)


def test_voxels_are_spread_over_another_space():
    assert spread_voxels((72, 48, 20), (6000.0, 6000.0, 2000.0)) == (60, 60, 20)
    assert spread_voxels((80, 80, 20), (8000.0, 8000.0, 2000.0)) == (80, 80, 20)
    assert spread_voxels((60, 60, 20), (9000.0, 4000.0, 2000.0)) == (88, 40, 20)
