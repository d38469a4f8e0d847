"""Which engine runs the network's heavy parts, as RUNTIME.* says: OpenVINO or torch, in 32 or 16 bits."""

from __future__ import annotations

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import torch
from torch import nn
from yacs.config import CfgNode

from modules.core.config_keys import HEAVY_PARTS
from modules.core.errors import EngineError, Note
from modules.core.memory import give_back
from modules.estimator.compiled import CompiledModule, one_thread, openvino_core
from modules.estimator.compiled_refinement import CompiledLastStep, CompiledRefinement
from modules.estimator.graphs import record_stages
from modules.estimator.onnx.backbone import OnnxBackbone
from modules.SelfPose3d.lib.core.fusion import fold_batch_norms, optimise, pad_channels
from modules.SelfPose3d.lib.models.movenet_multipose import MoveNetMultiPose
from modules.SelfPose3d.lib.models.multi_person_posenet_ssv import MultiPersonPoseNetSSV

log = logging.getLogger(__name__)

#: 16-bit type of torch's own kernels: a GPU computes float16 fast, a CPU (if any) bfloat16.
HALF_TYPES = {"cuda": torch.float16, "cpu": torch.bfloat16}


class HalfModule(nn.Module):
    """A network that computes in 16 bits; input and output stay float32.

    On a GPU its weights and all between its layers have 16 bits too, which halves what travels; on a CPU products alone.
    """

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module
        self._halved = False

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        """float32 [B, …] → float32 [B, …]."""
        kind = batch.device.type
        self._fit_to(kind)
        if self._halved:
            return self.module(batch.to(HALF_TYPES[kind], memory_format=channels_last(batch))).float()
        with torch.autocast(kind, HALF_TYPES[kind]):
            return self.module(batch).float()

    def _fit_to(self, kind: str) -> None:
        if self._halved != (kind == "cuda"):
            self._halved = kind == "cuda"
            # back on the CPU, after the GPU ran out of memory, the rounded weights have to do
            self.module.to(HALF_TYPES[kind] if self._halved else torch.float32)


def channels_last(batch: torch.Tensor) -> torch.memory_format:
    """The format in which convolutions of such a batch are fastest on a GPU."""
    return torch.channels_last_3d if batch.ndim == 5 else torch.channels_last


def core_count() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, eq=False)
class Part:
    """A network of one tensor to one tensor that is an attribute of another; ``sample`` is the shape of its input, no batch.

    Attributes:
        half: whether it computes in 16 bits. several: whether several samples usually come at once.
    """

    owner: nn.Module
    attribute: str
    sample: tuple[int, ...]
    several: bool
    half: bool

    @property
    def module(self) -> nn.Module:
        """The network as it is now."""
        return getattr(self.owner, self.attribute)

    def put(self, module: nn.Module) -> None:
        """Puts another in its place."""
        setattr(self.owner, self.attribute, module)


def heavy_parts(network: MultiPersonPoseNetSSV, config: CfgNode) -> list[Part]:
    """Where nearly all arithmetic is, in the order of HEAVY_PARTS."""
    width, height = config.NETWORK.IMAGE_SIZE
    joints = config.NETWORK.NUM_JOINTS
    channels = 1 if config.NETWORK.ROOTNET_ROOTHM else joints
    places = (
        (network, "backbone", (3, height, width), True),
        (network.root_net, "v2v_net", (channels, *config.MULTI_PERSON.INITIAL_CUBE_SIZE), False),
        (network.pose_net, "v2v_net", (joints, *config.PICT_STRUCT.CUBE_SIZE), True),
    )
    half = config.RUNTIME.HALF_PRECISION
    parts = [Part(*place, half=name in half) for name, place in zip(HEAVY_PARTS, places, strict=True)]
    used = parts if network.lifts else parts[:-1]
    return [part for part in used if not isinstance(part.module, OnnxBackbone)]  # that one has an engine of its own


def accelerate(network: MultiPersonPoseNetSSV, config: CfgNode, device: torch.device, threads: int) -> tuple[str, list[Note]]:
    """Puts the configured engine under the network, in place.

    Returns:
        "openvino" or "torch"; sentences for the user.

    Raises:
        EngineError: RUNTIME.ENGINE asks for OpenVINO and it is not to be had.
    """
    runtime, notes = config.RUNTIME, []
    if runtime.PLAIN:
        return "torch", notes
    if runtime.ENGINE != "torch" and device.type == "cpu":
        try:
            _compile(network, config, threads)
        except EngineError as error:
            if runtime.ENGINE == "openvino":
                raise
            notes.append(Note("{problem} Going on with torch, which is slower.", problem=Note(error.template, **error.values)))
            log.warning(notes[-1])
        else:
            return "openvino", notes
    elif runtime.ENGINE == "openvino":
        raise EngineError("OpenVINO runs on the CPU here; choose the device cpu, or the engine torch.")
    optimise(network)
    for part in heavy_parts(network, config):
        if part.half:
            part.put(HalfModule(part.module))
    if device.type == "cuda":
        pad_channels(network)
        if runtime.ENGINE == "auto":
            # an ONNX file has an engine of its own, and no graph of MoveNet was ever tried on a card
            record_stages(network, backbone=config.BACKBONE_MODEL == "pose_resnet")
    return "torch", notes


def _compile(network: MultiPersonPoseNetSSV, config: CfgNode, threads: int) -> None:
    parts = heavy_parts(network, config)
    for part in parts:
        fold_batch_norms(part.module)
    width, height = config.NETWORK.HEATMAP_SIZE
    core = openvino_core()  # loads OpenVINO, once
    modules = [part.module for part in parts]
    # processors with bfloat16 have fast products of integers too; on others 8 bits may overflow
    if config.RUNTIME.EIGHT_BITS and "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        modules = [
            part.module.in_eight_bits() if part.half and isinstance(part.module, MoveNetMultiPose) else part.module
            for part in parts
        ]
    refinement = None if network.refine_net is None else CompiledRefinement(network.refine_net)
    last_step = None if network.last_step is None else CompiledLastStep(network.last_step)
    # two at a time, each one thread's work for most of its time; what takes longest comes first
    with one_thread(), ThreadPoolExecutor(2, thread_name_prefix="compile") as pool:
        ready = [] if refinement is None else [pool.submit(refinement.prepare_whole, height, width)]
        jobs = [
            pool.submit(CompiledModule, module, part.sample, threads, part.half, part.several)
            for part, module in zip(parts, modules, strict=True)
        ]
        ready += [] if refinement is None else [pool.submit(refinement.prepare_round, height, width)]
        ready += [] if last_step is None else [pool.submit(last_step.prepare, height, width)]
    compiled = [job.result() for job in jobs]
    for job in ready:
        job.result()  # raises what it raised
    for part, module in zip(parts, compiled, strict=True):  # all or none
        part.put(module)
    if refinement is not None:
        network.refine_net = refinement
    if last_step is not None:
        network.last_step = last_step
    give_back()  # compiling frees some 20 MB
