"""Compiled networks against the ones that they were made from."""

from __future__ import annotations

import builtins
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from modules.core.config import WEIGHTS_DIR, load_config
from modules.core.errors import EngineError
from modules.estimator import acceleration, compiled
from modules.estimator.acceleration import HalfModule, accelerate, heavy_parts
from modules.estimator.compiled import CompiledModule, CompiledTogether, on_one_stream
from modules.estimator.compiled_refinement import CompiledLastStep, CompiledRefinement, company
from modules.SelfPose3d.lib.core.build import load_network
from modules.SelfPose3d.lib.core.checkpoint import load_weights
from modules.SelfPose3d.lib.core.eight_bits import EightBitConv
from modules.SelfPose3d.lib.core.fusion import fold_batch_norms
from modules.SelfPose3d.lib.models.movenet_multipose import MoveNetMultiPose
from modules.SelfPose3d.lib.models.v2v_net import V2VNet
from modules.SelfPose3d.lib.models.view_sampler import FIELDS
from modules.SelfPose3d.lib.training.heatmaps import Noise
from modules.SelfPose3d.lib.training.refine_batches import as_samples, joined, sampler
from modules.SelfPose3d.lib.training.runs import published_rigs
from modules.SelfPose3d.lib.training.scenes import sample_scene
from modules.SelfPose3d.lib.training.starts import made_up_starts

pytest.importorskip("openvino", reason="OpenVINO has no wheel for this system")
ROOT = Path(__file__).resolve().parents[2]
SHAPE = (3, 8, 12, 4)
CPU = torch.device("cpu")


@pytest.fixture
def network() -> nn.Module:
    torch.manual_seed(0)
    return V2VNet(3, 5, (4, 4, 6, 8), 3, center=0.4).eval().requires_grad_(False)


@torch.inference_mode()
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_any_number_of_samples_on_any_number_of_threads(network, threads, count):
    batch = torch.rand(count, *SHAPE)
    made = CompiledModule(network, SHAPE, threads)
    expected = network(batch)
    torch.testing.assert_close(made(batch), expected, rtol=1e-4, atol=1e-5)
    with on_one_stream():
        torch.testing.assert_close(made(batch), expected, rtol=1e-4, atol=1e-5)


@torch.inference_mode()
def test_a_sample_of_another_shape_and_none_at_all(network):
    made = CompiledModule(network, SHAPE, 1)
    other = torch.rand(2, 3, 4, 4, 8)
    torch.testing.assert_close(made(other), network(other), rtol=1e-4, atol=1e-5)
    assert made(torch.rand(0, *SHAPE)).shape == (0, 5, *SHAPE[1:])


def test_results_are_not_overwritten_by_the_next_call(network):
    made = CompiledModule(network, SHAPE, 1)
    first, second = torch.rand(2, 1, *SHAPE).unbind()
    with torch.inference_mode():
        kept = made(first)
        made(second)
        torch.testing.assert_close(kept, network(first), rtol=1e-4, atol=1e-5)


def test_several_threads_may_call(network):
    made = CompiledModule(network, SHAPE, 2)
    batches = torch.rand(4, 3, *SHAPE)
    found = [None] * 4

    def call(n):
        with torch.inference_mode(), on_one_stream():
            for _ in range(5):
                found[n] = made(batches[n])

    threads = [threading.Thread(target=call, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for batch, result in zip(batches, found, strict=True):
        torch.testing.assert_close(result, network(batch), rtol=1e-4, atol=1e-5)


def test_gradients_go_through_the_network_itself(network):
    batch = torch.rand(1, *SHAPE, requires_grad=True)
    CompiledModule(network, SHAPE, 1)(batch).sum().backward()
    assert batch.grad.abs().sum() > 0


@torch.inference_mode()
@pytest.mark.parametrize("part", [0, 1, 2], ids=["backbone", "root_net", "pose_net"])
def test_the_shipped_networks_compute_the_same(part):
    config = load_config(ROOT / "configs" / "demo.yaml", {"REFINE.POSE_NET": True})
    place = heavy_parts(load_network(config), config)[part]
    fold_batch_norms(place.module)
    batch = torch.rand(2, *place.sample, generator=torch.Generator().manual_seed(1))
    expected = place.module(batch)
    found = CompiledModule(place.module, place.sample, 2)(batch)
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-4 * float(expected.abs().max()))


@torch.inference_mode()
@pytest.mark.parametrize("rig", ["campus", "shelf"])  # three and five views
def test_the_refinement_computes_the_same_with_any_number_of_views_and_people(rig):
    config = load_config(ROOT / "configs" / "demo.yaml")
    own = load_network(config)
    own, last_step = own.refine_net, own.last_step
    network = load_network(config)
    accelerate(network, config, CPU, 2)
    made = network.refine_net
    assert isinstance(made, CompiledRefinement)
    assert isinstance(network.last_step, CompiledLastStep)
    rng = np.random.default_rng(4)
    scenes = [sample_scene(rng, Noise(), published_rigs()[rig], 320, people=count) for count in (1, 3, 5, 9)]
    for scene in scenes:
        starts = made_up_starts(rng, scene, len(scene.joints_world_mm))
        batch = joined([(scene, as_samples(scene, *starts))])
        torch.testing.assert_close(made.rest_at(batch["joints"][:, 2]), own.rest_at(batch["joints"][:, 2]))
        views = sampler(batch)
        alone = replace(views, people=(1,), **{name: getattr(views, name)[:1] for name in FIELDS})
        others = alone.without(batch["joints"], 1 - torch.eye(len(starts[0])))
        for rounds, seen in ((1, views), (3, views), (2, others)):
            for got, wanted in zip(made(seen, batch["starts"], rounds), own(seen, batch["starts"], rounds), strict=True):
                torch.testing.assert_close(got.joints, wanted.joints, rtol=0, atol=0.2)
                torch.testing.assert_close(got.logit, wanted.logit, rtol=0, atol=5e-3)
                torch.testing.assert_close(got.view_trust, wanted.view_trust, rtol=1e-2, atol=1e-4)
                torch.testing.assert_close(got.sd_mm, wanted.sd_mm, rtol=1e-2, atol=0.1)
        first = alone.without(batch["joints"], torch.ones(1, len(batch["joints"])))  # fewer people than those who are gone
        got, wanted = (net(first, batch["starts"][:1], 1)[-1].joints for net in (made, own))
        torch.testing.assert_close(got, wanted, rtol=0, atol=0.2)
        got, wanted = network.last_step(others, batch["starts"]), last_step(others, batch["starts"])
        torch.testing.assert_close(got, wanted, rtol=0, atol=0.2)
        assert (wanted - batch["starts"]).norm(dim=-1).mean() > 5


def test_those_who_are_gone_are_of_few_numbers():
    assert [company(people) for people in (1, 4, 5, 8, 9, 17)] == [4, 4, 8, 8, 16, 32]


class _Shifted(nn.Module):
    def forward(self, values, each, shared):
        return values * each + shared


@torch.inference_mode()
def test_several_inputs_any_number_of_samples_together():
    made = CompiledTogether(_Shifted(), ((0,), (0,), ()))
    made.prepare((3, 4, 2), (3, 1, 2), (2,))
    results = []
    for count in (3, 1, 5, 0, 3):
        values, each, shared = torch.rand(count, 4, 2), torch.rand(count, 1, 2), torch.rand(2)
        results.append((made(values, each, shared), values * each + shared))
    wide = torch.rand(2, 6, 2), torch.rand(2, 1, 2), torch.rand(2)
    results.append((made(*wide), wide[0] * wide[1] + wide[2]))  # not prepared for
    for got, wanted in results:  # kept: a later call does not overwrite an earlier one's
        torch.testing.assert_close(got, wanted)


def test_gradients_go_through_a_network_of_several_inputs_itself():
    values = torch.rand(2, 4, 2, requires_grad=True)
    CompiledTogether(_Shifted(), ((0,), (0,), ()))(values, torch.full((2, 1, 2), 3.0), torch.zeros(2)).sum().backward()
    assert (values.grad == 3).all()


@torch.inference_mode()
def test_half_precision_is_near(network):
    batch = torch.rand(2, *SHAPE)
    expected = network(batch)
    for module in (CompiledModule(network, SHAPE, 1, half=True), HalfModule(network)):
        found = module(batch)
        assert found.dtype == torch.float32
        assert (found - expected).abs().max() < 0.05 * expected.abs().max()


def movenet() -> MoveNetMultiPose:
    network = MoveNetMultiPose().eval().requires_grad_(False)
    load_weights(network, WEIGHTS_DIR / "movenet_multipose.safetensors")
    return network


@torch.inference_mode()
@pytest.mark.parametrize("number", [1, 13], ids=["few channels", "stride 2"])
def test_eight_bits_are_computed_in_integers_and_give_what_torch_does(number):
    network = movenet()
    block, rounded = network.blocks[number], network.in_eight_bits().blocks[number]
    channels = block.expand.in_channels
    values = 3 * torch.randn(1, channels, 16, 12, generator=torch.Generator().manual_seed(1))
    made = CompiledModule(rounded, (channels, 16, 12), 1)
    found, right = made(values), rounded(values)
    # a value that lies between two steps may go either way: that is far less than what rounding moves
    assert (found - right).norm() < 0.2 * (block(values) - right).norm()
    (requests,) = made._compiled.of((channels, 16, 12))._on.of(1)
    kernels = [str(op.get_rt_info()["primitiveType"].value) for op in requests._compiled.get_runtime_model().get_ops()]
    assert sum("I8" in kernel for kernel in kernels) >= 3


@pytest.mark.parametrize(
    ("wanted", "half", "has", "rounded"),
    [
        (True, ["backbone"], ["FP32", "BF16"], True),
        (True, ["backbone"], ["FP32"], False),
        (True, [], ["BF16"], False),
        (False, ["backbone"], ["BF16"], False),
    ],
)
def test_eight_bits_are_for_who_asks_on_processors_with_bfloat16(tiny, monkeypatch, wanted, half, has, rounded):
    network, config = tiny(EIGHT_BITS=wanted, HALF_PRECISION=half)
    network.backbone = MoveNetMultiPose()
    monkeypatch.setattr(acceleration, "openvino_core", lambda: SimpleNamespace(get_property=lambda *_: has))
    accelerate(network, config, CPU, 1)
    assert any(isinstance(module, EightBitConv) for module in network.backbone.module.modules()) == rounded


@pytest.fixture
def tiny():
    def tiny(**overrides):
        config = load_config(
            None,
            {
                "NETWORK.IMAGE_SIZE": [64, 32],
                "NETWORK.HEATMAP_SIZE": [16, 8],
                "MULTI_PERSON.INITIAL_CUBE_SIZE": [8, 8, 4],
                "PICT_STRUCT.CUBE_SIZE": [8, 8, 8],
                "ROOT_V2V.CHANNELS": [2, 2, 2, 2],
                "POSE_V2V.CHANNELS": [2, 2, 2, 2],
            }
            | {f"RUNTIME.{key}": value for key, value in overrides.items()},
        )
        from modules.SelfPose3d.lib.models.multi_person_posenet_ssv import MultiPersonPoseNetSSV

        network = MultiPersonPoseNetSSV(nn.Conv2d(3, 15, 4, 4), config).eval().requires_grad_(False)
        return network, config

    return tiny


def kinds(network, config):
    return [type(part.module) for part in heavy_parts(network, config)]


def test_the_engine_is_the_configured_one(tiny):
    network, config = tiny()
    assert accelerate(network, config, CPU, 1) == ("openvino", [])
    assert kinds(network, config) == [CompiledModule] * 3
    for settings in ({"ENGINE": "torch"}, {"PLAIN": True}):
        network, config = tiny(**settings)
        assert accelerate(network, config, CPU, 1) == ("torch", [])
        assert CompiledModule not in kinds(network, config)
    network, config = tiny(ENGINE="torch", HALF_PRECISION=["pose_net"])
    accelerate(network, config, CPU, 1)
    assert [kind is HalfModule for kind in kinds(network, config)] == [False, False, True]


def test_openvino_off_the_cpu_is_an_error_only_where_it_was_asked_for(tiny):
    network, config = tiny(ENGINE="openvino")
    with pytest.raises(EngineError, match="device cpu"):
        accelerate(network, config, torch.device("cuda"), 1)
    assert accelerate(*tiny(), torch.device("cuda"), 1)[0] == "torch"


def test_without_openvino_torch_goes_on_and_says_so(tiny, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    network, config = tiny()
    engine, notes = accelerate(network, config, CPU, 1)
    assert engine == "torch"
    assert "OpenVINO can't be used here" in notes[0]
    assert CompiledModule not in kinds(network, config)
    with pytest.raises(EngineError, match="can't be used here"):
        accelerate(*tiny(ENGINE="openvino"), CPU, 1)


def test_a_network_that_does_not_compile_leaves_all_as_they_were(tiny, monkeypatch):
    convert = compiled._convert

    def refusing(module, examples, shapes):
        if shapes == [(1, 8, 8, 8, 15)]:
            raise EngineError("no kernel for this")
        return convert(module, examples, shapes)

    monkeypatch.setattr(compiled, "_convert", refusing)
    network, config = tiny()
    engine, notes = accelerate(network, config, CPU, 1)
    assert engine == "torch"
    assert "no kernel for this" in notes[0]
    assert CompiledModule not in kinds(network, config)


def test_openvino_is_loaded_without_its_telemetry():
    code = (
        "import sys; from modules.estimator.compiled import load_openvino; load_openvino();"
        f"assert {compiled.TELEMETRY!r} not in sys.modules, 'telemetry'"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


LET_GO_ELSEWHERE = """
import signal, threading
import torch
from modules.estimator.compiled import CompiledModule
networks = [CompiledModule(torch.nn.Conv2d(1, 1, 1), (1, 4, 4), 1)]
thread = threading.Thread(target=lambda: networks.pop() and None)
thread.start()
thread.join()
signal.signal(signal.SIGINT, lambda number, frame: print("caught"))
signal.raise_signal(signal.SIGINT)
"""


def test_signals_still_arrive_after_another_thread_let_the_last_network_go():
    done = subprocess.run([sys.executable, "-c", LET_GO_ELSEWHERE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "caught\n"), done.stderr


def test_two_threads_may_load_openvino_at_once(monkeypatch):
    """Each leaves the package that reports out of reach while it imports, and puts things back as they were."""
    monkeypatch.delitem(sys.modules, compiled.TELEMETRY, raising=False)
    inside, real = threading.Event(), builtins.__import__

    def slow(name, *rest):
        if name == "openvino":
            inside.wait(0.05)  # so that both would be in here
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", slow)
    with ThreadPoolExecutor(2) as pool:
        modules = [job.result() for job in [pool.submit(compiled.load_openvino) for _ in range(2)]]
    assert modules[0] is modules[1]
    assert compiled.TELEMETRY not in sys.modules
