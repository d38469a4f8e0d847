"""Recorded stages give what the stages give; on a CPU they are the stages themselves."""

from __future__ import annotations

import copy

import pytest
import torch
from SelfPose3d.conftest import NETWORK_SIZE, look_at, meta_of

from modules.core.config import load_config
from modules.estimator.graphs import KEPT, RecordedNet, Recorder, record_stages
from modules.SelfPose3d.lib.core.build import build_network

needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="CUDA graphs need a CUDA device, and none is here")
ROOTS = torch.tensor([[0.0, 0, 900], [700, -300, 950], [-600, 400, 1000]])


@pytest.fixture
def network():
    values = {
        "BACKBONE_MODEL": "pose_resnet", "NETWORK.IMAGE_SIZE": list(NETWORK_SIZE),
        "NETWORK.HEATMAP_SIZE": [n // 4 for n in NETWORK_SIZE], "MULTI_PERSON.SPACE_SIZE": [4000.0, 4000.0, 2000.0],
        "MULTI_PERSON.INITIAL_CUBE_SIZE": [20, 20, 8], "PICT_STRUCT.CUBE_SIZE": [16, 16, 16],
        "ROOT_V2V.CHANNELS": [4, 4, 4, 4], "POSE_V2V.CHANNELS": [4, 4, 4, 4], "REFINE.STAGES": 0, "MULTI_PERSON.RIG": "",
    }  # fmt: skip
    torch.manual_seed(3)
    return build_network(load_config(None, values)).requires_grad_(False)


def rig(views: int, height_mm: float = 1800.0) -> list[dict]:
    return [meta_of(look_at(f"c{n}", (3500.0 - 900 * n, 2500.0 - 1500 * n, height_mm))) for n in range(views)]


def stages(network, seed: int, meta: list[dict], people: int, device: str) -> list[torch.Tensor]:
    """Heatmaps of random images; roots and poses from random heatmaps."""
    generator = torch.Generator().manual_seed(seed)
    images = torch.rand(len(meta), 1, 3, *NETWORK_SIZE[::-1], generator=generator).to(device)
    maps = torch.rand(len(meta), 1, 15, NETWORK_SIZE[1] // 4, NETWORK_SIZE[0] // 4, generator=generator).to(device)
    with torch.inference_mode():
        found = [torch.cat(network.heatmaps(list(images))), network.roots(list(maps), meta).grid_centers]
        found.append(network.lift(list(maps), meta, ROOTS[:people].to(device)))
    return [value.cpu() for value in found]


def test_on_a_cpu_nothing_is_recorded(network):
    expected = stages(network, 1, rig(3), 2, "cpu")
    record_stages(network, backbone=True)
    for found, value in zip(stages(network, 1, rig(3), 2, "cpu"), expected, strict=True):
        assert torch.equal(found, value)
    assert network.pose_net.project_layer is network.pose_net.net.project_layer


def test_a_backbone_is_recorded_only_if_asked(network):
    record_stages(network, backbone=False)
    assert not isinstance(network.backbone, RecordedNet)
    record_stages(network, backbone=True)
    assert isinstance(network.backbone, RecordedNet)


@needs_cuda
def test_replayed_stages_follow_images_people_and_calibration(network):
    eager = network.cuda()
    recorded = copy.copy(network)  # the same nets under another roof
    recorded._modules = dict(network._modules)
    record_stages(recorded, backbone=True)
    calls = [(1, rig(3), 2), (2, rig(3), 2), (3, rig(3), 1), (4, rig(3, 2300.0), 2), (5, rig(2), 3), (6, rig(3), 2)]
    for seed, meta, people in calls:
        expected = stages(eager, seed, meta, people, "cuda")
        for found, value in zip(stages(recorded, seed, meta, people, "cuda"), expected, strict=True):
            torch.testing.assert_close(found, value, atol=2e-2, rtol=2e-3)
    other = stages(recorded, 2, rig(3), 2, "cuda")
    assert not torch.allclose(other[0], stages(recorded, 1, rig(3), 2, "cuda")[0])


@needs_cuda
def test_what_was_given_out_is_not_written_over():
    double = Recorder()
    first = double("x2", lambda value: 2 * value, torch.ones(3, device="cuda"))[0]
    second = double("x2", lambda value: 2 * value, torch.full((3,), 5.0, device="cuda"))[0]
    assert first.tolist() == [2, 2, 2]
    assert second.tolist() == [10, 10, 10]


@needs_cuda
def test_only_the_last_few_are_kept_and_others_are_recorded_anew():
    recorder = Recorder()
    for n in [*range(KEPT + 3), 0]:
        value = torch.ones(n + 1, device="cuda")
        assert recorder("sum", lambda value: value.sum(), value)[0].item() == n + 1
    assert len(recorder._recordings) == KEPT
