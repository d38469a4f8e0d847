"""Which engine runs the network's heavy parts, as RUNTIME.* says: OpenVINO or torch, in 32 or 16 bits."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import torch
from torch import nn
from yacs.config import CfgNode

from modules.core.errors import EngineError
from modules.estimator.compiled import CompiledModule
from modules.SelfPose3d.lib.core.fusion import fold_batch_norms, optimise
from modules.SelfPose3d.lib.models.multi_person_posenet_ssv import MultiPersonPoseNetSSV

log = logging.getLogger(__name__)

#: 16-bit type of torch's own kernels: a GPU computes float16 fast, a CPU (if any) bfloat16.
HALF_TYPES = {"cuda": torch.float16, "cpu": torch.bfloat16}


class HalfModule(nn.Module):
    """A network whose convolutions and products run in 16 bits; input and output stay float32."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        """float32 [B, …] → float32 [B, …]."""
        kind = batch.device.type
        with torch.autocast(kind, HALF_TYPES[kind]):
            return self.module(batch).float()


def core_count() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def heavy_parts(network: MultiPersonPoseNetSSV, config: CfgNode) -> Iterator[tuple[nn.Module, str, tuple[int, ...]]]:
    """Where nearly all arithmetic is: (owner, attribute, shape of one sample) of networks of one tensor to one tensor."""
    width, height = config.NETWORK.IMAGE_SIZE
    joints = config.NETWORK.NUM_JOINTS
    yield network, "backbone", (3, height, width)
    channels = 1 if config.NETWORK.ROOTNET_ROOTHM else joints
    yield network.root_net, "v2v_net", (channels, *config.MULTI_PERSON.INITIAL_CUBE_SIZE)
    yield network.pose_net, "v2v_net", (joints, *config.PICT_STRUCT.CUBE_SIZE)


def accelerate(network: MultiPersonPoseNetSSV, config: CfgNode, device: torch.device, threads: int) -> tuple[str, list[str]]:
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
            notes.append(f"{error} Going on without it, which is slower.")
            log.warning(notes[-1])
        else:
            return "openvino", notes
    elif runtime.ENGINE == "openvino":
        raise EngineError("OpenVINO runs on the CPU here; choose the device cpu, or the engine torch.")
    optimise(network)
    if runtime.HALF_PRECISION:
        for owner, name, _ in heavy_parts(network, config):
            setattr(owner, name, HalfModule(getattr(owner, name)))
    return "torch", notes


def _compile(network: MultiPersonPoseNetSSV, config: CfgNode, threads: int) -> None:
    compiled = []
    for owner, name, shape in heavy_parts(network, config):
        module = getattr(owner, name)
        fold_batch_norms(module)
        compiled.append((owner, name, CompiledModule(module, shape, threads, config.RUNTIME.HALF_PRECISION)))
    for owner, name, module in compiled:  # all or none
        setattr(owner, name, module)
