import logging
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest
import torch
from torch import nn

from modules.estimator import converted
from modules.estimator.compiled import CompiledModule, load_openvino, openvino_core

SHAPE = (64, 5, 7)


class _Scaled(nn.Module):
    """400 000 numbers, and a setting that is none of them."""

    def __init__(self, factor=2.0):
        super().__init__()
        torch.manual_seed(3)
        self.first, self.second = nn.Conv2d(64, 512, 3, padding=1), nn.Conv2d(512, 64, 1)
        self.factor = factor

    def forward(self, x):
        return self.second(torch.relu(self.first(x))) * self.factor


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(converted, "FOLDER", tmp_path / "kept")
    return tmp_path / "kept"


@pytest.fixture
def conversions(monkeypatch):
    """Counts them."""
    openvino, made = load_openvino(), []
    convert = openvino.convert_model
    monkeypatch.setattr(openvino, "convert_model", lambda *args, **kwargs: made.append(1) or convert(*args, **kwargs))
    return made


@torch.inference_mode()
def computed(network, shape=SHAPE):
    batch = torch.rand(2, *shape, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(CompiledModule(network, shape, 1)(batch), network(batch), rtol=1e-3, atol=1e-3)


def test_a_network_is_converted_once(folder, conversions):
    computed(_Scaled().eval())
    computed(_Scaled().eval())
    assert len(conversions) == 1
    assert len(list(folder.iterdir())) == 1


def test_other_numbers_settings_shapes_and_versions_are_other_networks(folder, conversions, monkeypatch):
    computed(_Scaled().eval())
    other = _Scaled().eval()
    other.second.bias.data[0] += 1
    computed(other)
    computed(_Scaled(3.0).eval())
    computed(_Scaled().eval(), (64, 6, 7))
    monkeypatch.setattr(torch, "__version__", "other")
    computed(_Scaled().eval())
    assert len(conversions) == 5


@pytest.mark.parametrize("damage", ["cut", "changed", "no checksum", "a file in place of the folder"])
def test_what_is_damaged_is_made_anew(folder, conversions, damage, caplog):
    computed(_Scaled().eval())
    (made,) = folder.iterdir()
    if damage == "cut":
        os.truncate(made / converted.NUMBERS, 1000)
    elif damage == "changed":
        content = bytearray((made / converted.NUMBERS).read_bytes())
        content[5000] ^= 255
        (made / converted.NUMBERS).write_bytes(content)
    elif damage == "no checksum":
        (made / converted.CHECKSUM).unlink()
    else:
        made.rename(folder.parent / "away")
        made.write_text("")
    with caplog.at_level(logging.WARNING):
        computed(_Scaled().eval())
        assert "is made anew" in caplog.text
        computed(_Scaled().eval())
    assert len(conversions) == 2


def test_a_folder_that_cannot_be_made_costs_time_alone(folder, conversions):
    folder.write_text("in the way")
    computed(_Scaled().eval())
    computed(_Scaled().eval())
    assert len(conversions) == 2


def test_those_that_were_used_last_are_kept(folder, conversions, monkeypatch):
    monkeypatch.setattr(converted, "KEPT", 2)
    for factor in (1.0, 2.0):
        computed(_Scaled(factor).eval())
    for age, path in enumerate(sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)):
        os.utime(path, (1000 + age, 1000 + age))
    computed(_Scaled(1.0).eval())  # used again: now the younger one
    computed(_Scaled(3.0).eval())
    assert len(list(folder.iterdir())) == 2
    computed(_Scaled(1.0).eval())
    assert len(conversions) == 3


def test_small_networks_are_not_kept(folder):
    computed(nn.Conv2d(64, 8, 1).eval())
    assert not folder.exists()


def test_a_kept_network_takes_other_lengths_of_its_free_axes(folder):
    traced = torch.jit.trace(_Scaled().eval(), torch.zeros(2, *SHAPE), check_trace=False)
    model = load_openvino().convert_model(traced, input=[[-1, *SHAPE]])
    for _ in range(2):
        found = converted.kept(load_openvino(), openvino_core(), _Scaled(), [(-1, *SHAPE)], lambda: model)
        found.reshape([3, *SHAPE])
        assert tuple(found.output(0).shape) == (3, *SHAPE)


def test_narrow_convolutions_are_told_which_kernel_to_take(folder):
    """The second one has 64 outputs and a kernel of one px, the first one neither; and what is kept computes the same."""
    computed(_Scaled().eval())
    computed(_Scaled().eval())
    (made,) = folder.iterdir()
    told = [
        (layer.get("type"), layer.findtext("output/port/dim[2]"), attribute.get("value"))
        for layer in ElementTree.parse(made / converted.MODEL).iterfind("layers/layer")
        for attribute in layer.iterfind("rt_info/attribute")
        if attribute.get("name") == "primitives_priority"
    ]
    assert told == [("Convolution", "64", "cpu:jit_avx512_amx_1x1")]


def _processor_has(flag):
    about = Path("/proc/cpuinfo")
    return about.exists() and flag in about.read_text().split()


@pytest.mark.skipif(not _processor_has("amx_bf16"), reason="no AMX here: other processors with bfloat16 lack the kernel")
def test_the_kernel_is_taken_where_there_is_one(folder):
    """OpenVINO passes over an attribute that it doesn't know: another version might."""
    CompiledModule(
        nn.Sequential(nn.Conv2d(64, 512, 3), nn.Conv2d(512, 64, 1), nn.Conv2d(64, 64, 3)).eval(), (64, 32, 32), 1, half=True
    )
    (model,) = folder.iterdir()
    compiled = openvino_core().compile_model(
        openvino_core().read_model(model / converted.MODEL), "CPU", {"INFERENCE_PRECISION_HINT": "bf16"}
    )
    kernels = {op.get_rt_info()["primitiveType"].astype(str) for op in compiled.get_runtime_model().get_ops()}
    assert "jit_avx512_amx_1x1_bf16" in kernels
