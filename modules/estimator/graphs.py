"""Stages of the network on a CUDA device, recorded once and replayed.

A stage is hundreds of small kernels, and naming them one by one takes the processor longer than they take the GPU. A CUDA graph
(https://docs.pytorch.org/docs/stable/notes/cuda.html#cuda-graphs) names them all at once. It reads and writes the same memory
each time, so inputs are copied in and outputs copied out.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from modules.SelfPose3d.lib.core.slices import joined
from modules.SelfPose3d.lib.models.multi_person_posenet_ssv import MultiPersonPoseNetSSV
from modules.SelfPose3d.lib.models.project_layer import ProjectLayer, ViewMeta, calibration_key

#: Graphs kept of one stage: as many as there are numbers of people, and a few rigs.
KEPT = 32
#: Calls before one is recorded: caches are filled and cuDNN chooses its kernels.
WARM_UP = 2

Stage = Callable[..., torch.Tensor | tuple[torch.Tensor, ...]]


@dataclass(frozen=True, eq=False)
class Recording:
    """One recorded call: its graph, and the memory that the graph reads and writes."""

    graph: torch.cuda.CUDAGraph
    inputs: tuple[torch.Tensor, ...]
    outputs: tuple[torch.Tensor, ...]

    def replay(self, inputs: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
        """The outputs for other inputs of the same shapes, as copies."""
        for ours, theirs in zip(self.inputs, inputs, strict=True):
            ours.copy_(theirs)
        self.graph.replay()
        return tuple(output.clone() for output in self.outputs)


class Recorder:
    """Records calls of a stage, one for each key and shape of its inputs, and replays them.

    All graphs work in one pool of memory, so only one of them may run at a time: calls come from one stream, and from one
    thread at a time.
    """

    def __init__(self) -> None:
        self._recordings: OrderedDict[Hashable, Recording] = OrderedDict()
        self._pool: object = None

    def __call__(self, key: Hashable, stage: Stage, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """``stage(*inputs)``, always as a tuple.

        Args:
            key: equal keys mean that the stage does the same. inputs: on one CUDA device.
        """
        known = (key, *((tuple(value.shape), value.dtype) for value in inputs))
        recording = self._recordings.get(known)
        if recording is None:
            recording = self._record(stage, inputs)
            self._recordings[known] = recording
            while len(self._recordings) > KEPT:
                self._recordings.popitem(last=False)
        else:
            self._recordings.move_to_end(known)
        return recording.replay(inputs)

    def _record(self, stage: Stage, inputs: Sequence[torch.Tensor]) -> Recording:
        device = inputs[0].device
        if self._pool is None:
            self._pool = torch.cuda.graph_pool_handle()
        own = tuple(value.clone(memory_format=torch.preserve_format) for value in inputs)
        beside, here = torch.cuda.Stream(device), torch.cuda.current_stream(device)
        beside.wait_stream(here)
        with torch.cuda.stream(beside):
            for _ in range(WARM_UP):
                stage(*own)
        here.wait_stream(beside)
        graph = torch.cuda.CUDAGraph()
        # other threads may go on with what is no kernel of ours
        with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
            outputs = stage(*own)
        return Recording(graph, own, outputs if isinstance(outputs, tuple) else (outputs,))


def _recordable(batch: torch.Tensor) -> bool:
    return batch.device.type == "cuda" and not torch.is_grad_enabled()


class RecordedNet(nn.Module):
    """A network of one tensor to one tensor."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net
        self._recorder = Recorder()

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        """As ``net``."""
        return self._recorder(None, self.net, batch)[0] if _recordable(batch) else self.net(batch)


class RecordedVoxelNet(nn.Module):
    """Root net or pose net, from the heatmaps on; the calibration is part of what is recorded."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net
        self._recorder = Recorder()

    @property
    def project_layer(self) -> ProjectLayer:
        """The net's."""
        return self.net.project_layer

    def forward(
        self, heatmaps: Sequence[torch.Tensor], meta: Sequence[ViewMeta], *more: torch.Tensor
    ) -> torch.Tensor | tuple[torch.Tensor, ...]:
        """As ``net``."""
        if not _recordable(heatmaps[0]) or len(heatmaps[0]) != 1:
            return self.net(heatmaps, meta, *more)

        def stage(maps: torch.Tensor, *more: torch.Tensor) -> torch.Tensor | tuple[torch.Tensor, ...]:
            return self.net(maps.split(1), meta, *more)

        key = (calibration_key(meta, 0), self.net.box, self.net.project_layer.image_size)
        outputs = self._recorder(key, stage, joined(heatmaps), *more)
        return outputs if len(outputs) > 1 else outputs[0]


def record_stages(network: MultiPersonPoseNetSSV, backbone: bool) -> None:
    """Has root net, pose net and, if asked, the backbone recorded, in place."""
    if backbone:
        network.backbone = RecordedNet(network.backbone)
    network.root_net = RecordedVoxelNet(network.root_net)
    network.pose_net = RecordedVoxelNet(network.pose_net)
