"""Checkpoints load whole or not at all."""

from __future__ import annotations

import logging
import os
import pickle

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from modules.core.errors import CheckpointError
from modules.SelfPose3d.lib.core.build import load_network
from modules.SelfPose3d.lib.core.checkpoint import load_weights, read_state_dict


def make_module(width: int = 3) -> nn.Module:
    return nn.Sequential(nn.Linear(2, width), nn.BatchNorm1d(width))


@pytest.fixture
def trained() -> nn.Module:
    torch.manual_seed(3)
    module = make_module()
    module[0].weight.data.normal_()
    return module


def test_both_formats_load(trained, tmp_path):
    torch.save(trained.state_dict(), tmp_path / "a.pth.tar")
    save_file(trained.state_dict(), tmp_path / "a.safetensors")
    for name in ("a.pth.tar", "a.safetensors"):
        module = make_module()
        load_weights(module, tmp_path / name)
        assert torch.equal(module[0].weight, trained[0].weight)


def test_training_wrappers_are_dropped_and_said(trained, tmp_path, caplog):
    state = {f"module.{key}": value for key, value in trained.state_dict().items()}
    state["module.attn.conv.weight"] = torch.zeros(1)
    torch.save({"state_dict": state, "epoch": 3}, tmp_path / "a.pth")
    module = make_module()
    with caplog.at_level(logging.INFO):
        load_weights(module, tmp_path / "a.pth")
    assert torch.equal(module[0].weight, trained[0].weight)
    assert "attn.conv.weight" in caplog.text


def test_a_part_is_taken_from_a_whole_network(trained, tmp_path):
    whole = {f"root_net.{key}": value for key, value in trained.state_dict().items()} | {"pose_net.x": torch.zeros(1)}
    torch.save(whole, tmp_path / "a.pth")
    module = make_module()
    load_weights(module, tmp_path / "a.pth", "root_net.")
    assert torch.equal(module[0].weight, trained[0].weight)


@pytest.mark.parametrize("number", [float("nan"), float("-inf"), 3e38, -2e9])
def test_a_file_with_numbers_that_no_trained_network_has_is_named(trained, tmp_path, number):
    state = trained.state_dict()
    state["0.weight"] = state["0.weight"].clone()
    state["0.weight"][1, 0] = number
    save_file(state, tmp_path / "a.safetensors")
    with pytest.raises(CheckpointError, match=r"a\.safetensors is spoilt: 0\.weight has numbers that no trained network has"):
        load_weights(make_module(), tmp_path / "a.safetensors")


def test_half_precision_is_computed_in_float32(trained, tmp_path):
    state = trained.state_dict()
    save_file({k: v.half() if v.is_floating_point() else v for k, v in state.items()}, tmp_path / "h.safetensors")
    module = make_module()
    load_weights(module, tmp_path / "h.safetensors")
    assert module[0].weight.dtype == torch.float32
    torch.testing.assert_close(module[0].weight, trained[0].weight, rtol=1e-3, atol=1e-3)


def test_differences_are_named_and_nothing_is_loaded(trained, tmp_path):
    state = dict(trained.state_dict())
    del state["1.bias"]
    state["2.weight"] = torch.zeros(1)
    torch.save(state, tmp_path / "a.pth")
    module = make_module()
    before = module[0].weight.clone()
    with pytest.raises(CheckpointError, match=r"2 differences: 1\.bias is missing; 2\.weight is unknown"):
        load_weights(module, tmp_path / "a.pth")
    assert torch.equal(module[0].weight, before)
    torch.save(trained.state_dict(), tmp_path / "b.pth")
    with pytest.raises(CheckpointError, match=r"0\.weight is \[3, 2\], expected \[5, 2\]"):
        load_weights(make_module(5), tmp_path / "b.pth")


class Harmful:
    """Leaves a mark if a reader executes it."""

    def __init__(self, mark: str) -> None:
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (self.mark,)


@pytest.mark.parametrize("kind", ["missing", "truncated", "foreign", "list", "numbers", "harmful", "bad safetensors"])
def test_bad_files_are_refused_by_name(trained, tmp_path, kind):
    path = tmp_path / ("w.safetensors" if kind == "bad safetensors" else "w.pth")
    mark = tmp_path / "mark"
    if kind == "truncated":
        torch.save(trained.state_dict(), path)
        path.write_bytes(path.read_bytes()[:-200])
    elif kind in ("foreign", "bad safetensors"):
        path.write_bytes(b"not weights at all")
    elif kind == "list":
        torch.save([1, 2], path)
    elif kind == "numbers":
        torch.save({"a": 1}, path)
    elif kind == "harmful":
        path.write_bytes(pickle.dumps({"a": Harmful(str(mark))}, protocol=2))
    with pytest.raises(CheckpointError) as caught:
        read_state_dict(path)
    assert str(path) in str(caught.value)
    assert "Error)" not in str(caught.value)  # Python's name for it says nothing to anybody
    assert not mark.exists()


def test_a_text_is_no_checkpoint(tmp_path):
    path = tmp_path / "w.pth"
    path.write_text("hello, these are no weights\n")
    with pytest.raises(CheckpointError, match="it is damaged, or no checkpoint"):
        read_state_dict(path)


def test_a_configuration_without_weights_is_refused(make_config):
    with pytest.raises(CheckpointError, match=r"WEIGHTS\.BACKBONE"):
        load_network(make_config())
