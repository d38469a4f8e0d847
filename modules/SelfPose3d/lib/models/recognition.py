"""Who is a person: the root net's proposals, verified by the refinement, looked for again and judged beside one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from yacs.config import CfgNode

from modules.SelfPose3d.lib.core.proposal import best_of_same
from modules.SelfPose3d.lib.models.pose_refine_net import Refined
from modules.SelfPose3d.lib.models.view_sampler import ViewSampler, unexplained

#: Verdict of the refinement from which a proposal is considered at all.
CANDIDATE = 0.15
#: The root net looks again where so many views or more hold so many joints' peaks or more of this height that nobody explains.
LEFT_VIEWS, LEFT_JOINTS, LEFT_PEAK = 2, 4, 0.2

#: Heatmaps [V, J, H, W] → proposals [P, 5] of the root net.
Propose = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True, eq=False)
class Recognised:
    """The people in one sample, best first.

    Attributes:
        joints: float32 [K, J, 3], mm, world. verdicts: float32 [K], 0 to 1.
        view_trust: float32 [K, V, J], 1/mm, of ``pose_refine_net.Refined``: which views bear each of them out.
    """

    joints: torch.Tensor
    verdicts: torch.Tensor
    view_trust: torch.Tensor


class Recognition:
    """Looks, candidates and verdicts of one sample.

    Args:
        cfg: reads REFINE.* and MULTI_PERSON.MAX_PEOPLE_NUM.
    """

    def __init__(self, cfg: CfgNode) -> None:
        self.looks, self.max_people = cfg.REFINE.LOOKS, cfg.MULTI_PERSON.MAX_PEOPLE_NUM
        self.min_verdict, self.same_mm = cfg.REFINE.THRESHOLD, cfg.REFINE.SAME_MM

    def __call__(self, refine_net: nn.Module, views: ViewSampler, proposals: torch.Tensor, propose: Propose) -> Recognised:
        """The people among the proposals [P, 5] for ``views``, and among those for what the first ones leave.

        People who stand close to others, or whom few views show, are often no maximum of the root volume. So the root net looks
        again at what those who were found leave of the heatmaps; who is proposed then is verified on the whole heatmaps.
        """
        joints, logits = self._verify(refine_net, views, proposals)
        best = self._candidates(joints, logits)
        for _ in range(self.looks - 1 if len(best) else 0):
            left = unexplained(views.maps[0], views.of(len(best)).look(joints[best], derivative=False))
            if not is_something_left(left):
                break
            more = self._verify(refine_net, views, propose(left))
            if not len(more[0]):
                break  # the next look would see the same
            joints, logits = torch.cat((joints, more[0])), torch.cat((logits, more[1]))
            best = self._candidates(joints, logits)
        judged, verdicts = self._judge(refine_net, views, joints[best], logits[best])
        order = verdicts.argsort(descending=True, stable=True)
        order = order[verdicts[order] > self.min_verdict][: self.max_people]
        return Recognised(judged.joints[order], verdicts[order], judged.view_trust[order])

    def _verify(self, refine_net: nn.Module, views: ViewSampler, proposals: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Poses [K, J, 3] of one sample's proposals [P, 5] above the root net's threshold, and logits [K] of being a person."""
        roots = proposals[proposals[:, 3] >= 0, :3]
        starts = refine_net.rest_at(roots)
        if not len(starts):
            return starts, starts.new_zeros(0)
        found = refine_net(views.of(len(starts)), starts)[-1]
        return found.joints, found.logit

    def _candidates(self, joints: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
        """int64 [K], best first: who may be a person, everyone once."""
        best = best_of_same(joints, logits, self.same_mm)
        return best[torch.sigmoid(logits[best]) > CANDIDATE]

    def _judge(
        self, refine_net: nn.Module, views: ViewSampler, joints: torch.Tensor, logits: torch.Tensor
    ) -> tuple[Refined, torch.Tensor]:
        """Poses [K, J, 3] and verdicts [K], 0 to 1, of candidates, best first, on what better ones leave of the heatmaps. The
        verdict is the mean of the log-odds so far and of those there, which people made up of others'
        joints lose; who had taken a single joint from a better one lets it go."""
        if not len(joints):
            nothing = joints.new_zeros((0, len(views.maps[0]), joints.shape[1]))
            return Refined(joints, logits, nothing, joints), logits
        better = logits.new_ones((len(joints), len(joints))).tril(-1)
        judged = refine_net(views.without(joints, better), joints, 1, alone=True)[-1]
        return judged, torch.sigmoid((logits + judged.logit) / 2)


def is_something_left(left: torch.Tensor) -> bool:
    """Whether heatmaps [V, J, H, W] hold enough for one more person to be seen by two views."""
    joints = (left.flatten(2).amax(2) > LEFT_PEAK).sum(1)
    return bool((joints >= LEFT_JOINTS).sum() >= LEFT_VIEWS)
