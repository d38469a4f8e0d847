"""Who is a person: the root net's proposals, verified by the refinement, looked for again and judged beside one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from yacs.config import CfgNode

from modules.SelfPose3d.lib.core.proposal import best_of_same
from modules.SelfPose3d.lib.models.pose_refine_net import Refined
from modules.SelfPose3d.lib.models.verdict import JUDGINGS, KNOWN, LOWEST_MM, known
from modules.SelfPose3d.lib.models.view_sampler import ViewSampler, unexplained

#: Verdict on the whole heatmaps from which a proposal counts as explaining what it lies on, and from which it is judged at all.
CANDIDATE, DOUBTFUL = 0.15, 0.08
#: Whoever is a person by less than the first or more than the second when judged beside better ones is not judged again.
CLEAR = 0.05, 0.98
#: Whose lowest joint is farther than this from where it is in people who stand on the floor, mm, and who is a person by more
#: than the second but not clearly, is looked for on the floor too: a few views know the direction, not the distance.
OFF_FLOOR_MM, HARDLY = 80.0, 0.01
#: Nobody is taken nearer to a camera or farther from it than by this share of the distance.
ALONG_RAY = 0.4
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
        verified = self._verify(refine_net, views, proposals)
        best = self._candidates(verified)
        for _ in range(self.looks - 1):
            sure = best[torch.sigmoid(verified.logit[best]) > CANDIDATE]
            if not len(sure):
                break
            left = unexplained(views.maps[0], views.of(len(sure)).look(verified.joints[sure], derivative=False))
            if not is_something_left(left):
                break
            more = self._verify(refine_net, views, propose(left))
            if not len(more.joints):
                break  # the next look would see the same
            verified = joined(verified, more)
            best = self._candidates(verified)
        judged, about = self.judge(refine_net, views, Refined(*(part[best] for part in verified)))
        verdicts = torch.sigmoid(refine_net.verdict(about))
        order = verdicts.argsort(descending=True, stable=True)
        order = order[verdicts[order] > self.min_verdict][: self.max_people]
        return Recognised(judged.joints[order], verdicts[order], judged.view_trust[order])

    def _verify(self, refine_net: nn.Module, views: ViewSampler, proposals: torch.Tensor) -> Refined:
        """Poses of one sample's proposals [P, 5] above the root net's threshold, and of those who are set on the floor."""
        starts = refine_net.rest_at(proposals[proposals[:, 3] >= 0, :3])
        if not len(starts):
            return _nobody(starts, len(views.maps[0]))
        verified = refine_net(views.of(len(starts)), starts)[-1]
        starts = on_floor(verified, views.T[0, :, 0])
        if not len(starts):
            return verified
        return joined(verified, refine_net(views.of(len(starts)), starts)[-1])

    def _candidates(self, verified: Refined) -> torch.Tensor:
        """int64 [K], best first: who may be a person, everyone once."""
        best = best_of_same(verified.joints, verified.logit, self.same_mm)
        return best[torch.sigmoid(verified.logit[best]) > DOUBTFUL]

    def judge(self, refine_net: nn.Module, views: ViewSampler, whole: Refined) -> tuple[Refined, torch.Tensor]:
        """Poses of candidates, best first, on what the others leave of the heatmaps, and what is known of them by then,
        float32 [K, KNOWN] (``verdict.known``).

        At first what better candidates leave: people made up of others' joints lose those, and who had taken a single joint
        from a better one lets it go. Then, for those who are still in doubt, what all others leave, everyone by the verdict so
        far (a mean field, as of Ising models): who was taken for a better one, and loses what he lived on, gives back what he
        had taken.
        """
        count = len(whole.joints)
        if not count:
            return whole, whole.logit.new_zeros((0, KNOWN))
        better = whole.logit.new_ones((count, count)).tril(-1)
        judged = refine_net(views.without(whole.joints, better), whole.joints, 1, alone=True)[-1]
        logits = [whole.logit, judged.logit]
        there = torch.sigmoid((whole.logit + judged.logit) / 2)
        doubt = ((there > CLEAR[0]) & (there < CLEAR[1])).nonzero()[:, 0]
        others = 1 - torch.eye(count, device=better.device)[doubt]
        while len(logits) < JUDGINGS:
            if len(doubt):
                left = views.without(judged.joints, others * there)
                again = refine_net(left, judged.joints[doubt], 1, alone=True)[-1]
                judged = Refined(*(old.index_copy(0, doubt, new) for old, new in zip(judged, again, strict=True)))
                there = torch.sigmoid((whole.logit + judged.logit) / 2)
            logits.append(judged.logit)
        return judged, known(whole, logits, judged, views.of(count).look(judged.joints, derivative=False))


def on_floor(verified: Refined, centers: torch.Tensor) -> torch.Tensor:
    """Those of N people who float or are sunk, and are in doubt, moved along their rays until they stand on the floor: float32
    [M, J, 3], mm, world.

    The view that knows most of a person sees the same as before: he is made larger or smaller about its camera.

    Args:
        centers: float32 [V, 3], the cameras', mm, world.
    """
    there, lowest = torch.sigmoid(verified.logit), verified.joints[..., 2].amin(1)
    doubtful = (there > HARDLY) & (there < CLEAR[1]) & ((lowest - LOWEST_MM).abs() > OFF_FLOOR_MM)
    joints, lowest = verified.joints[doubtful], lowest[doubtful]
    camera = centers[verified.view_trust[doubtful].mean(-1).argmax(1)]
    share = (lowest - LOWEST_MM) / (camera[:, 2] - lowest)
    moved = joints + share[:, None, None] * (joints - camera[:, None])
    return moved[share.abs() < ALONG_RAY]


def joined(some: Refined, more: Refined) -> Refined:
    """The people of both."""
    return Refined(*(torch.cat(pair) for pair in zip(some, more, strict=True)))


def _nobody(starts: torch.Tensor, views: int) -> Refined:
    """No people: ``starts`` float32 [0, J, 3]."""
    return Refined(starts, starts.new_zeros(0), starts.new_zeros((0, views, starts.shape[1])), starts)


def is_something_left(left: torch.Tensor) -> bool:
    """Whether heatmaps [V, J, H, W] hold enough for one more person to be seen by two views."""
    joints = (left.flatten(2).amax(2) > LEFT_PEAK).sum(1)
    return bool((joints >= LEFT_JOINTS).sum() >= LEFT_VIEWS)
