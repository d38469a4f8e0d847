"""The published network, number by number: the reference's state dict and its outputs for deterministic weights and inputs."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from modules.core.config import load_config
from modules.SelfPose3d.lib.core.build import build_network

PARITY = Path(__file__).resolve().parents[3] / "shared" / "parity"
pytestmark = pytest.mark.skipif(not PARITY.is_dir(), reason="the parity figures (../shared/parity) are not on this machine")
TOLERANCE = 1e-4


def relative_error(found: torch.Tensor, expected: np.ndarray) -> float:
    """Largest difference over the largest expected magnitude."""
    return float(np.abs(found.numpy() - expected).max() / np.abs(expected).max())


@pytest.fixture(scope="module")
def rule():
    spec = importlib.util.spec_from_file_location("weights_rule", PARITY / "weights_rule.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def expected():
    return np.load(PARITY / "expected.npz")


@pytest.fixture(scope="module")
def network(rule):
    overrides = {
        "MULTI_PERSON.SPACE_SIZE": [4000.0, 5000.0, 2000.0],
        "MULTI_PERSON.SPACE_CENTER": [0.0, 0.0, 900.0],
        "PROJECTION.STRICT_VISIBILITY": False,
    }
    network = build_network(load_config(None, overrides))
    state = {key: torch.as_tensor(rule.tensor_for(key, tuple(value.shape))) for key, value in network.state_dict().items()}
    network.load_state_dict(state, strict=True)
    return network.requires_grad_(False)


@pytest.fixture(scope="module")
def meta(rule):
    width, height = rule.FRAME_SIZE
    views = []
    for camera in rule.cameras():
        values = {name: torch.as_tensor(np.asarray(value, np.float64))[None] for name, value in camera.items()}
        scale = max(width / rule.IMAGE_SIZE[0], height / rule.IMAGE_SIZE[1])
        padded = torch.tensor([[rule.IMAGE_SIZE[0] * scale, rule.IMAGE_SIZE[1] * scale]]) / 200
        view = {"center": torch.tensor([[width / 2, height / 2]]), "scale": padded, "rotation": torch.zeros(1)}
        views.append(view | {"camera": values})
    return views


@pytest.fixture(scope="module")
def heatmaps(rule):
    return [torch.from_numpy(view)[None] for view in rule.heatmaps()]


def test_state_dict_has_exactly_the_published_keys_and_shapes(network):
    published = json.loads((PARITY / "state_dict.json").read_text())
    assert {key: list(value.shape) for key, value in network.state_dict().items()} == published


def test_backbone(network, rule, expected):
    views = [torch.from_numpy(image)[None] for image in rule.images()]
    found = torch.cat(network.heatmaps(views))
    assert relative_error(found[:, :, ::8, ::8], expected["backbone"]) <= TOLERANCE


def test_roots(network, meta, heatmaps, expected):
    root_cubes, grid_centers = network.root_net(heatmaps, meta)
    assert relative_error(root_cubes[0, ::4, ::4, ::2], expected["root_cubes"]) <= TOLERANCE
    assert relative_error(grid_centers[0], expected["grid_centers"]) <= TOLERANCE


def test_poses_and_their_reprojections(network, meta, heatmaps, expected):
    roots = torch.from_numpy(expected["grid_centers"])[None, :3]
    poses = network.pose_net(heatmaps, meta, roots)
    assert relative_error(poses[0], expected["poses"]) <= TOLERANCE
    found = network.reproject(torch.from_numpy(expected["poses"])[None], meta)
    assert relative_error(found[0], expected["poses_2d"]) <= TOLERANCE


def test_one_box_at_a_time_gives_the_same_poses(network, meta, heatmaps, expected):
    roots = torch.from_numpy(expected["grid_centers"])[:1]
    assert relative_error(network.pose_net(heatmaps, meta, roots)[0], expected["poses"][0]) <= TOLERANCE
