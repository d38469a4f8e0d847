"""A pose that the refinement leaves alone takes one step more, by a network that was trained for that alone.

The refinement learns from made-up starts, and other people near where they are; this one from poses that stand still, as the
whole recognition leaves them (``modules.evaluation.accuracy.last_step``), and by the joints' mean distance. It reads both: what
the others leave of the heatmaps, and the whole ones, which hold a joint that lies on another's.
"""

from __future__ import annotations

import torch
from yacs.config import CfgNode

from modules.SelfPose3d.lib.models.pose_refine_net import Exchange, Reader, Refined, pulled
from modules.SelfPose3d.lib.models.view_sampler import Gone, ViewSampler, unpacked

#: A joint whose standard deviation (the length of its three axes') is this, mm, takes half of the step.
HALF_MM = 40.0


class LastStep(Reader):
    """The step.

    Args:
        token, joint, blocks: as of ``PoseRefineNet``.
    """

    def __init__(self, token: int = 64, joint: int = 128, blocks: int = 3) -> None:
        super().__init__()
        self.exchange = Exchange(token, joint, blocks, stages=0, readings=2)

    def forward(self, views: ViewSampler, joints: torch.Tensor) -> torch.Tensor:
        """Poses float32 [N, J, 3], mm, world → the same, a step on; ``views`` without the others."""
        seen, look = self.seen(views, joints, whole=True)
        return joints + pulled(self.exchange(seen).float(), look.jacobian, look.valid)[0]


class Step(torch.nn.Module):
    """It as a network of plain tensors, which other engines can run."""

    def __init__(self, net: LastStep) -> None:
        super().__init__()
        self.net = net

    def forward(
        self, joints: torch.Tensor, cameras: torch.Tensor, whose: torch.Tensor, places: torch.Tensor, maps: torch.Tensor
    ) -> torch.Tensor:
        """As ``pose_refine_net.Round.forward`` without a stage → float32 [N, J, 3]."""
        return self.net(unpacked(maps, cameras, Gone(places, whose)), joints)


def taken(refined: Refined, stepped: torch.Tensor) -> torch.Tensor:
    """Joints float32 [N, J, 3], mm, world, between the refinement's and those that the last step leads to, the farther on the
    way the less sure the refinement is: what was learned from drawn people is to count where little is seen.
    """
    variance = refined.sd_mm.square().sum(-1, keepdim=True)
    return refined.joints + variance / (variance + HALF_MM**2) * (stepped - refined.joints)


def last_step(cfg: CfgNode) -> LastStep:
    """As REFINE.* says."""
    token, joint = cfg.REFINE.CHANNELS
    return LastStep(token, joint, cfg.REFINE.LAST_STEP)
