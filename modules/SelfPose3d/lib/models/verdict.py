"""The last word on a candidate: from all that its judgings said and how the views bear it out, whether it is a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import nn

from modules.core.skeleton import LIMBS, NUM_JOINTS
from modules.SelfPose3d.lib.models.view_sampler import Look, own_cells

if TYPE_CHECKING:
    from modules.SelfPose3d.lib.models.pose_refine_net import Refined

#: How often a candidate is judged: on the whole heatmaps, on what better ones leave, and on what all others leave by their
#: verdicts so far, twice.
JUDGINGS = 4
#: Views whose trust is told, the surest first.
VIEWS = 5
#: A view speaks of a joint that it knows to two cells or better, 1/cells.
SPEAKS = 0.5
#: Numbers about a pose: views' trust, joints of which one and two views speak, deviations (3), bones and their mean.
ABOUT_POSE = VIEWS + 2 + 3 + len(LIMBS) + 1
#: Numbers about the others: how near one is, what share of the pose lies on his joints, and what share in a single view; of
#: anyone and of those with better odds.
ABOUT_OTHERS = 2 * 3
#: Whoever stands on the floor (z = 0) has his lowest joint about so high, mm.
LOWEST_MM = 80.0
#: Joints that are so far apart on average are half as near as can be, mm.
NEAR_MM = 250.0
#: A view that knows a joint better than this, 1/cells, counts for no more.
SURE = 2.0
KNOWN = JUDGINGS + 2 * ABOUT_POSE + 4 + ABOUT_OTHERS
#: Log-odds that can be added or taken at most: who is nobody by 8 to 1 stays so.
LIMIT = 2.0
#: Share of what is known that is left out in training, so that nothing is leant on alone.
DROPPED = 0.2
_FROM, _TO = [a for a, _ in LIMBS], [b for _, b in LIMBS]


class Verdict(nn.Module):
    """Log-odds from ``known``: the mean of the first judging's and the last's, and what is learned to be added, LIMIT at most.

    Untrained it adds nothing. Without the limit candidates unlike any of the training were taken for people against all odds:
    on the demo one whom every judging refused, in 13 of 100 frames.
    """

    def __init__(self, hidden: int = 64) -> None:
        super().__init__()
        # of the training's candidates, stored with the weights
        self.register_buffer("mean", torch.zeros(KNOWN))
        self.register_buffer("spread", torch.ones(KNOWN))
        dropped = nn.Dropout(DROPPED)
        self.layers = nn.Sequential(dropped, nn.Linear(KNOWN, hidden), nn.GELU(), dropped, nn.Linear(hidden, 1))
        nn.init.zeros_(self.layers[-1].weight)
        nn.init.zeros_(self.layers[-1].bias)

    def forward(self, about: torch.Tensor) -> torch.Tensor:
        """float32 [K, KNOWN] of ``known`` → log-odds [K]."""
        learned = self.layers((about - self.mean) / self.spread)[:, 0]
        return (about[:, 0] + about[:, JUDGINGS - 1]) / 2 + LIMIT * torch.tanh(learned / LIMIT)


def known(whole: Refined, logits: Sequence[torch.Tensor], last: Refined, look: Look) -> torch.Tensor:
    """What a verdict is made from.

    Args:
        whole: K candidates as they were refined on the whole heatmaps. last: after the last judging.
        logits: JUDGINGS of float32 [K], log-odds of every judging, in order. look: how the views see ``last``.

    Returns:
        float32 [K, KNOWN]: the log-odds first; nothing in it depends on where on the floor a candidate stands.
    """
    moved = (whole.joints - last.joints).norm(dim=-1).mean(-1) / 200
    views = torch.full_like(moved, look.cells.shape[1] / VIEWS)
    floats = ((last.joints[..., 2].amin(1) - LOWEST_MM) / 300).clamp(-2, 2)
    poses = (_about_pose(whole, look.mm_per_cell), _about_pose(last, look.mm_per_cell))
    others = _about_others(last, look, (logits[0] + logits[-1]) / 2)
    about = torch.stack((moved.clamp(max=5), views, floats, floats.abs()), -1)
    return torch.cat((torch.stack(tuple(logits), -1), *poses, about, others), -1)


def _about_pose(refined: Refined, mm_per_cell: torch.Tensor) -> torch.Tensor:
    """float32 [K, ABOUT_POSE]."""
    trust = refined.view_trust * mm_per_cell  # 1/cells
    surest = trust.mean(-1).sort(-1, descending=True)[0][:, :VIEWS]
    speaking = (trust > SPEAKS).sum(1)  # views per joint
    seen = torch.stack([(speaking >= least).sum(-1) / NUM_JOINTS for least in (1, 2)], -1)
    deviation = refined.sd_mm.norm(dim=-1).clamp(1, 3000).log()
    unsure = torch.stack((deviation.mean(-1), deviation.amax(-1), deviation.median(-1)[0]), -1)
    bones = (refined.joints[:, _FROM] - refined.joints[:, _TO]).norm(dim=-1).clamp(20, 2000).log()
    size = bones.mean(-1, keepdim=True)
    return torch.cat((F.pad(surest, (0, VIEWS - surest.shape[1])).clamp(max=5), seen, unsure, bones - size, size), -1)


def _about_others(last: Refined, look: Look, odds: torch.Tensor) -> torch.Tensor:
    """float32 [K, ABOUT_OTHERS], each the largest over the others, who count by their odds [K]: whoever is found twice, or made
    up of others' joints, lies on somebody better."""
    apart = (last.joints[:, None] - last.joints).norm(dim=-1).mean(-1)  # [K, K]: a candidate's row, another's column
    trust = (last.view_trust * look.mm_per_cell).clamp(max=SURE) * look.valid  # [K, V, J], 1/cells
    away = (look.cells[:, None] - look.cells).norm(dim=-1) / own_cells(look)[..., 0]
    taken = (torch.exp(-0.5 * away.square()) * look.valid * trust[:, None]).sum(-1)  # [K, K, V]
    share = taken / trust.sum((1, 2)).clamp(min=1e-3)[:, None, None]
    about = torch.stack((1 / (1 + apart / NEAR_MM), share.sum(-1), share.amax(-1)), -1)
    there = torch.sigmoid(odds) * (1 - torch.eye(len(odds), device=odds.device))
    better = there * (odds > odds[:, None])
    return torch.cat([(about * whose[..., None]).amax(1) for whose in (there, better)], -1)
