"""The refinement with each of its rounds run by OpenVINO as a whole: projection, reading, network and triangulation."""

from __future__ import annotations

import torch
from torch import nn

from modules.core.skeleton import NUM_JOINTS
from modules.estimator.compiled import CompiledTogether
from modules.SelfPose3d.lib.models.pose_refine_net import PoseRefineNet, Refined, Round, unpack_round
from modules.SelfPose3d.lib.models.view_sampler import CAMERA_VALUES, Gone, ViewSampler

#: Rigs of so many cameras need not wait at their first frame.
USUAL_VIEWS = 4


class CompiledRefinement(nn.Module):
    """Stands for a ``PoseRefineNet``, in evaluation.

    Args:
        net: is kept, and runs where gradients are wanted. height, width: the heatmaps' size, cells.

    Raises:
        EngineError: as ``CompiledTogether``.
    """

    def __init__(self, net: PoseRefineNet, height: int, width: int) -> None:
        super().__init__()
        self.net = net
        # people, and those who are gone
        self.round = CompiledTogether(Round(net), ((0,), (0,), (0, 1), (0,), (), ()))
        views = USUAL_VIEWS
        self.round.prepare(
            (NUM_JOINTS, 3), (views, CAMERA_VALUES), (), (views, NUM_JOINTS, 3), (net.stages + 1,),
            (views, NUM_JOINTS, height, width),
        )  # fmt: skip

    def rest_at(self, roots: torch.Tensor) -> torch.Tensor:
        """As ``PoseRefineNet.rest_at``."""
        return self.net.rest_at(roots)

    def forward(
        self, views: ViewSampler, joints: torch.Tensor, rounds: int | None = None, alone: bool = False
    ) -> list[Refined]:
        """As ``PoseRefineNet.forward``, for people of one frame."""
        cameras, (maps,) = views.packed(), views.maps
        gone = views.gone
        if gone is None:  # one who hides nothing from anybody
            gone = Gone(joints.new_zeros((1, len(maps), NUM_JOINTS, 3)), joints.new_zeros((len(joints), 1)))
        results = []
        for which in self.net.stages_of(rounds, alone):
            results.append(unpack_round(self.round(joints, cameras, gone.whose, gone.places, which, maps)))
            joints = results[-1].joints
        return results
