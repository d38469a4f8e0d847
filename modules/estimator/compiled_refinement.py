"""The refinement with each of its rounds run by OpenVINO as a whole: projection, reading, network and triangulation."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from modules.core.skeleton import NUM_JOINTS
from modules.estimator.compiled import CompiledTogether
from modules.SelfPose3d.lib.models.pose_refine_net import PoseRefineNet, Refined, Round, unpack_round
from modules.SelfPose3d.lib.models.view_sampler import CAMERA_VALUES, Gone, ViewSampler

#: Rigs of so many cameras, and so many people, need not wait at their first frame.
USUAL_VIEWS, USUAL_PEOPLE = 4, 4


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
        people, views, joints = USUAL_PEOPLE, USUAL_VIEWS, NUM_JOINTS
        self.round.prepare(
            (people, joints, 3), (people, views, CAMERA_VALUES), (people, people), (people, views, joints, 3),
            (net.stages + 1,), (views, joints, height, width),
        )  # fmt: skip

    def rest_at(self, roots: torch.Tensor) -> torch.Tensor:
        """As ``PoseRefineNet.rest_at``."""
        return self.net.rest_at(roots)

    def forward(
        self, views: ViewSampler, joints: torch.Tensor, rounds: int | None = None, alone: bool = False
    ) -> list[Refined]:
        """As ``PoseRefineNet.forward``, for people of one frame."""
        people, gone, (maps,) = len(joints), views.gone, views.maps
        if gone is None:  # those who hide nothing from anybody
            places = joints.new_zeros((company(people), *maps.shape[:2], 3))
            gone = Gone(places, joints.new_zeros((people, len(places))))
        else:
            gone = Gone(_filled(gone.places), F.pad(gone.whose, (0, company(len(gone.places)) - len(gone.places))))
        cameras, whose, joints = _filled(views.packed()), _filled(gone.whose), _filled(joints)
        results = []
        for which in self.net.stages_of(rounds, alone):
            refined = unpack_round(self.round(joints, cameras, whose, gone.places, which, maps))
            joints = refined.joints
            results.append(Refined(*(part[:people] for part in refined)))
        return results


def company(people: int) -> int:
    """In how large a company so many people are computed: few sizes, as each has its own compiled network."""
    return max(USUAL_PEOPLE, 1 << (people - 1).bit_length())


def _filled(rows: torch.Tensor) -> torch.Tensor:
    """[N, …] → [``company``, …]: the last one stands in for those who are not there."""
    missing = company(len(rows)) - len(rows)
    return torch.cat((rows, rows[-1:].expand(missing, *rows.shape[1:]))) if missing else rows
