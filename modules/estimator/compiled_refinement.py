"""The refinement with each of its rounds run by OpenVINO as a whole: projection, reading, network and triangulation."""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import nn

from modules.core.skeleton import NUM_JOINTS
from modules.estimator.compiled import CompiledTogether
from modules.SelfPose3d.lib.models.last_step import LastStep, Step
from modules.SelfPose3d.lib.models.pose_refine_net import PoseRefineNet, Refined, Round, WholeRound, unpack_round
from modules.SelfPose3d.lib.models.verdict import Verdict
from modules.SelfPose3d.lib.models.view_sampler import CAMERA_VALUES, Gone, ViewSampler

#: People are computed in runs of so many: a run takes as long as its people, also those who are only there to fill it up, and
#: each size would need its own compiled network (0.25 s, 30 MB).
TOGETHER = 3
#: So few are as many as this, where people are gone from one another's heatmaps.
FEW = 4
#: Rigs of so many cameras need not wait at their first frame.
USUAL_VIEWS = 4


class CompiledRefinement(nn.Module):
    """Stands for a ``PoseRefineNet``, in evaluation.

    Args:
        net: is kept, and runs where gradients are wanted.

    Raises:
        EngineError: as ``CompiledTogether``.
    """

    def __init__(self, net: PoseRefineNet) -> None:
        super().__init__()
        self.net = net
        # root net's proposals on whole heatmaps, as many as usually come, and people without those who are gone
        self.whole = CompiledTogether(WholeRound(net), ((0,), (0,), (), ()))
        self.round = CompiledTogether(Round(net), ((0,), (0,), (0, 1), (0,), (), ()))

    def prepare_whole(self, height: int, width: int) -> None:
        """Compiles what verifies proposals in usual rigs, for heatmaps of this size, cells."""
        self.whole.prepare(
            (TOGETHER, NUM_JOINTS, 3), (TOGETHER, USUAL_VIEWS, CAMERA_VALUES),
            (self.net.stages + 1,), (USUAL_VIEWS, NUM_JOINTS, height, width),
        )  # fmt: skip

    def prepare_round(self, height: int, width: int) -> None:
        """Likewise what refines few people."""
        *few, maps = few_people(height, width)
        self.round.prepare(*few, (self.net.stages + 1,), maps)

    @property
    def verdict(self) -> Verdict:
        """As of ``PoseRefineNet``: a handful of small products, which torch does as fast."""
        return self.net.verdict

    def rest_at(self, roots: torch.Tensor) -> torch.Tensor:
        """As ``PoseRefineNet.rest_at``."""
        return self.net.rest_at(roots)

    def forward(
        self, views: ViewSampler, joints: torch.Tensor, rounds: int | None = None, alone: bool = False
    ) -> list[Refined]:
        """As ``PoseRefineNet.forward``, for people of one frame."""
        stages, parts = self.net.stages_of(rounds, alone), []
        for people, here, cameras, gone in in_runs(views, joints):
            results = []
            for which in stages:
                if gone is None:
                    refined = unpack_round(self.whole(here, cameras, which, views.maps[0]))
                else:
                    refined = unpack_round(self.round(here, cameras, gone.whose, gone.places, which, views.maps[0]))
                here = refined.joints
                results.append(Refined(*(part[:people] for part in refined)))
            parts.append(results)
        return [Refined(*(torch.cat(values) for values in zip(*results, strict=True))) for results in zip(*parts, strict=True)]


class CompiledLastStep(nn.Module):
    """Stands for a ``LastStep``, as ``CompiledRefinement`` for the refinement.

    Args:
        net: as there.

    Raises:
        EngineError: as ``CompiledTogether``.
    """

    def __init__(self, net: LastStep) -> None:
        super().__init__()
        self.step = CompiledTogether(Step(net), ((0,), (0,), (0, 1), (0,), ()))

    def prepare(self, height: int, width: int) -> None:
        """As ``CompiledRefinement.prepare_round``."""
        self.step.prepare(*few_people(height, width))

    def forward(self, views: ViewSampler, joints: torch.Tensor) -> torch.Tensor:
        """As ``LastStep.forward``, for people of one frame."""
        runs = in_runs(views, joints)
        return torch.cat([self.step(here, cams, gone.whose, gone.places, views.maps[0])[:n] for n, here, cams, gone in runs])


def in_runs(views: ViewSampler, joints: torch.Tensor) -> Iterator[tuple[int, torch.Tensor, torch.Tensor, Gone | None]]:
    """People of one frame in runs: how many they are; and their poses, cameras and who is gone for ``TOGETHER`` people, filled
    up."""
    gone, cameras = views.gone, views.packed()
    if gone is not None:
        many = company(len(gone.places))
        gone = Gone(_filled(gone.places, many), F.pad(gone.whose, (0, many - len(gone.places))))
    for start in range(0, len(joints), TOGETHER):
        some = slice(start, start + TOGETHER)
        theirs = None if gone is None else Gone(gone.places, _filled(gone.whose[some]))
        yield len(joints[some]), _filled(joints[some]), _filled(cameras[some]), theirs


def few_people(height: int, width: int) -> tuple[tuple[int, ...], ...]:
    """Shapes of a run's poses, cameras, who is gone and where, and heatmaps, in usual rigs."""
    return (
        (TOGETHER, NUM_JOINTS, 3), (TOGETHER, USUAL_VIEWS, CAMERA_VALUES), (TOGETHER, FEW), (FEW, USUAL_VIEWS, NUM_JOINTS, 3),
        (USUAL_VIEWS, NUM_JOINTS, height, width),
    )  # fmt: skip


def company(people: int) -> int:
    """As how many people so many are gone from the others' heatmaps: few sizes, as each has its own compiled networks."""
    return max(FEW, 1 << (people - 1).bit_length())


def _filled(rows: torch.Tensor, size: int = TOGETHER) -> torch.Tensor:
    """[N, …] → [size, …]: the last one stands in for those who are not there."""
    missing = size - len(rows)
    return torch.cat((rows, rows[-1:].expand(missing, *rows.shape[1:]))) if missing else rows
