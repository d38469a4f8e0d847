"""The last word on a candidate: from all that its judgings said and how the views bear it out, whether it is a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import nn

from modules.core.skeleton import LIMBS, NUM_JOINTS

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
KNOWN = JUDGINGS + 2 * ABOUT_POSE + 2
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


def known(whole: Refined, logits: Sequence[torch.Tensor], last: Refined, mm_per_cell: torch.Tensor) -> torch.Tensor:
    """What a verdict is made from.

    Args:
        whole: K candidates as they were refined on the whole heatmaps. last: after the last judging.
        logits: JUDGINGS of float32 [K], log-odds of every judging, in order.
        mm_per_cell: float32 [K, V, J], of ``whole``, see ``view_sampler.Look``.

    Returns:
        float32 [K, KNOWN]: the log-odds first; nothing in it depends on where in the world a candidate stands.
    """
    moved = (whole.joints - last.joints).norm(dim=-1).mean(-1) / 200
    views = torch.full_like(moved, mm_per_cell.shape[1] / VIEWS)
    poses = (_about_pose(whole, mm_per_cell), _about_pose(last, mm_per_cell))
    return torch.cat((torch.stack(tuple(logits), -1), *poses, torch.stack((moved.clamp(max=5), views), -1)), -1)


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
