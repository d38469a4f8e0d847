"""Refinement: a pose and the heatmaps around its reprojections → a better pose, and whether it is a person at all.

After MVGFormer (Liao et al., CVPR 2024), whose alternation of appearance and geometry carries over to unseen rigs best: a
small network looks at the heatmaps around every reprojected joint and says, for each view, where the joint is and how sure that
is; a weighted triangulation moves the joint. Here the appearance is the heatmaps' alone, and the network mixes joints like an
MLP-Mixer (Tolstikhin et al., NeurIPS 2021) instead of attending to them: the joints' order is fixed, the views' is not.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn
from yacs.config import CfgNode

from modules.core.skeleton import MID_HIP, MIRROR, NUM_JOINTS
from modules.SelfPose3d.lib.models.verdict import Verdict
from modules.SelfPose3d.lib.models.view_sampler import Gone, Look, ViewSampler, inverse_diagonal3, normal_matrix, step, unpacked

#: Windows around each reprojected joint: samples a side, step in mm at the joint's depth, whether in its mirror's channel
#: (those come last).
WINDOWS: tuple[tuple[int, float, bool], ...] = ((7, 60.0, False), (9, 150.0, False), (5, 110.0, True))
#: Scales of what the network says: a view's offset, a joint's own move, mm.
OFFSET_MM, MOVE_MM = 250.0, 150.0
#: Per token beside the windows: inside the frame, log scale, Jacobian (6), place in the view relative to the root's (2).
TOKEN_EXTRAS = 10
#: Per joint: place relative to the root (3), views that see it.
JOINT_EXTRAS = 4
#: Solving for a joint that no view speaks of leaves it where it is.
DAMPING = 1e-3
#: A view's standard deviation across its ray where its weight is 1, cells; how much the joint's own wish to move counts beside
#: the views' weights. The weights are learned up to a factor. These make two thirds of the errors smaller than one standard
#: deviation on synthetic scenes, in every rig to within 13 %: ``lib/training/README.md``, "How sure it is".
UNIT_CELLS, OWN_SHARE = 0.64, 0.3
#: What a cell is where no view sees the joint, mm.
UNSEEN_MM_PER_CELL = 200.0


class Refined(NamedTuple):
    """What a round makes of N people.

    Attributes:
        joints: float32 [N, J, 3], mm, world. logit: float32 [N], of being a person.
        view_trust: float32 [N, V, J], 1/mm: inverse of each view's standard deviation across its ray; 0: it says nothing.
        sd_mm: float32 [N, J, 3], mm, world axes: the joints' standard deviations, by the covariance of the weighted
            triangulation (inverse of its normal matrix; Hartley and Zisserman, Multiple View Geometry, sec. 5.2).
    """

    joints: torch.Tensor
    logit: torch.Tensor
    view_trust: torch.Tensor | None = None
    sd_mm: torch.Tensor | None = None


class Mixer(nn.Module):
    """One round of exchange between joints and channels: [..., J, C] → the same."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm_joints = nn.LayerNorm(channels)
        self.joints = nn.Sequential(nn.Linear(NUM_JOINTS, 2 * NUM_JOINTS), nn.GELU(), nn.Linear(2 * NUM_JOINTS, NUM_JOINTS))
        self.norm_channels = nn.LayerNorm(channels)
        self.channels = nn.Sequential(nn.Linear(channels, 2 * channels), nn.GELU(), nn.Linear(2 * channels, channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[..., J, C] → [..., J, C]."""
        x = x + self.joints(self.norm_joints(x).transpose(-1, -2)).transpose(-1, -2)
        return x + self.channels(self.norm_channels(x))


class Block(nn.Module):
    """Views → joints (attention pooling), joints among themselves, joints → views."""

    def __init__(self, token: int, joint: int) -> None:
        super().__init__()
        self.heads = 4
        self.attention = nn.Linear(token, self.heads)
        self.gather = nn.Linear(token * 2, joint)
        self.joint_mixer = Mixer(joint)
        self.scatter = nn.Linear(joint, token)
        self.token_mixer = Mixer(token)

    def forward(self, tokens: torch.Tensor, joints: torch.Tensor, hidden: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """tokens [N, V, J, C], joints [N, J, D], hidden bool [N, V, J] (the view can't see the joint) → both, updated."""
        logits = self.attention(tokens).float().masked_fill(hidden[..., None], -30.0)
        weights = torch.softmax(logits, 1).to(tokens.dtype)  # [N, V, J, heads]
        split = tokens.unflatten(-1, (self.heads, -1))
        attended = (split * weights[..., None]).sum(1).flatten(-2)
        highest = tokens.masked_fill(hidden[..., None], -10.0).amax(1)
        joints = self.joint_mixer(joints + self.gather(torch.cat((attended, highest), -1)))
        return self.token_mixer(tokens + self.scatter(joints)[:, None]), joints


class Exchange(nn.Module):
    """All that is learned, as a network of one tensor to one: views and joints tell one another what they see.

    Args:
        token, joint, blocks: as of ``PoseRefineNet``. stages: so many that it is told apart; 0: none. readings: heatmaps that
            every window is read in.
    """

    def __init__(self, token: int, joint: int, blocks: int, stages: int, readings: int = 1) -> None:
        super().__init__()
        #: Columns of the input: windows and TOKEN_EXTRAS, whether the view can see the joint, JOINT_EXTRAS, stage (one-hot).
        self.columns = (readings * sum(side * side for side, _, _ in WINDOWS) + TOKEN_EXTRAS, 1, JOINT_EXTRAS, stages)
        self.look_embed = nn.Sequential(nn.Linear(self.columns[0], 2 * token), nn.GELU(), nn.Linear(2 * token, token))
        self.token_names = nn.Parameter(torch.randn(NUM_JOINTS, token) * 0.1)
        self.joint_embed = nn.Linear(JOINT_EXTRAS, joint)
        self.joint_names = nn.Parameter(torch.randn(NUM_JOINTS, joint) * 0.1)
        if stages:
            self.stage_names = nn.Parameter(torch.randn(stages, joint) * 0.1)
        self.blocks = nn.ModuleList(Block(token, joint) for _ in range(blocks))
        self.view_head = nn.Linear(token, 3)
        self.joint_head = nn.Linear(joint, 4)
        self.score_head = nn.Sequential(nn.Linear(2 * joint, joint), nn.GELU(), nn.Linear(joint, 1))
        nn.init.zeros_(self.joint_head.weight)
        nn.init.zeros_(self.joint_head.bias)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        """float32 [N, V, J, sum of ``columns``] → [N, V, J, 8]: the view's offset (2) and log weight, the joint's own move (3)
        and log weight, the person's logit; what is not a view's stands in every view."""
        look, valid, about, stage = seen.split(self.columns, -1)
        hidden = valid[..., 0] < 0.5
        tokens = self.look_embed(look) + self.token_names
        state = self.joint_embed(about[:, 0]) + self.joint_names
        if self.columns[-1]:
            state = state + stage[:, 0] @ self.stage_names
        for block in self.blocks:
            tokens, state = block(tokens, state, hidden)
        pooled = torch.cat((state.mean(1), state.amax(1)), -1)
        views, joints = tokens.shape[1:3]
        own = self.joint_head(state)[:, None].expand(-1, views, -1, -1)
        logit = self.score_head(pooled)[:, None, None].expand(-1, views, joints, -1)
        return torch.cat((self.view_head(tokens), own, logit), -1)


class Reader(nn.Module):
    """What ``Exchange`` is told of poses."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mirror", torch.tensor(MIRROR), persistent=False)
        grids = []
        for side, spacing, _ in WINDOWS:
            axis = (torch.arange(side) - side // 2) * spacing
            grids.append(torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2))
        self.register_buffer("windows", torch.cat(grids), persistent=False)  # [S, 2], mm
        self.own = sum(side * side for side, _, mirror in WINDOWS if not mirror)

    @torch.no_grad()
    def seen(
        self, views: ViewSampler, joints: torch.Tensor, which: torch.Tensor | None = None, whole: bool = False
    ) -> tuple[torch.Tensor, Look]:
        """Poses float32 [N, J, 3], mm, world → [N, V, J, sum of ``Exchange.columns``], and how the views see them.

        Args:
            which: stage, one-hot [stages]; None: the network knows none. whole: with the whole heatmaps too.
        """
        # geometry needs its 32 bits: in bfloat16 a point 4 m away is known to 16 mm, and its derivatives are noise
        with torch.autocast(joints.device.type, enabled=False):
            look = views.look(joints)
            samples, extras = self._token_input(views, joints, look, whole)
            root = joints[:, MID_HIP : MID_HIP + 1]
            # divided first: OpenVINO 2026 gets a sum wrong that is divided afterwards, for more than one person
            seeing = (look.inside.float() / 4).sum(1)[..., None]
            about = torch.cat(((joints - root) / 500, seeing), -1)
            shape = (*look.valid.shape, -1)
            stage = () if which is None else (which.expand(shape),)
            return torch.cat((samples, extras, look.valid[..., None], about[:, None].expand(shape), *stage), -1), look

    def _token_input(
        self, views: ViewSampler, joints: torch.Tensor, look: Look, whole: bool = False
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Window samples [N, V, J, S], with ``whole`` those of the whole heatmaps behind them, and what else a token is told
        [N, V, J, TOKEN_EXTRAS]."""
        scale = look.mm_per_cell.reciprocal()
        own = views.readings(look.cells, scale, self.windows[: self.own])
        # a joint's place in its mirror's channel is, in the mirror's row, a place in its own channel
        mirrored = views.readings(look.cells[:, :, self.mirror], scale[:, :, self.mirror], self.windows[self.own :])
        kinds = [torch.cat((mine, other[:, :, self.mirror]), -1) for mine, other in zip(own, mirrored, strict=True)]
        samples = torch.cat(kinds if whole else kinds[:1], -1) * look.valid[..., None]
        root = look.cells[:, :, MID_HIP : MID_HIP + 1]
        place = ((look.cells - root) * look.mm_per_cell[..., None] / 500).clamp(-4, 4)
        extras = torch.cat(
            (
                look.inside.float()[..., None], (look.mm_per_cell / 60).log()[..., None], look.jacobian.flatten(-2),
                place,
            ), -1,
        )  # fmt: skip
        return samples, extras


class PoseRefineNet(Reader):
    """The same network in every stage, and in one more for heatmaps that others are gone from.

    Args:
        token, joint: channels of a joint in a view, and of a joint. blocks: rounds of exchange. stages: refinements in a row.
    """

    def __init__(self, token: int = 64, joint: int = 128, blocks: int = 3, stages: int = 3) -> None:
        super().__init__()
        self.stages = stages
        self.exchange = Exchange(token, joint, blocks, stages + 1)
        self.verdict = Verdict()
        # stored with the weights: the pose from which a bare root is refined, mm from the mid-hip
        self.register_buffer("rest_mm", torch.zeros(NUM_JOINTS, 3))

    def forward(
        self, views: ViewSampler, joints: torch.Tensor, rounds: int | None = None, alone: bool = False
    ) -> list[Refined]:
        """Refines poses stage by stage; gradients stay within a stage.

        Args:
            joints: float32 [N, J, 3], mm, world.
            rounds: stages to run; those beyond the trained ones repeat the last. None: the trained ones.
            alone: run the stage for heatmaps without other people in each round (None: one).

        Returns:
            what each stage makes of them; the last is the result.
        """
        results = []
        for which in self.stages_of(rounds, alone):
            results.append(self.refine(views, joints.detach().float(), which))
            joints = results[-1].joints
        return results

    def stages_of(self, rounds: int | None, alone: bool = False) -> list[torch.Tensor]:
        """The stage of each of ``forward``'s rounds, one-hot, float32 [stages + 1]."""
        names = torch.eye(self.stages + 1, device=self.rest_mm.device)
        if alone:
            return [names[-1]] * (rounds or 1)
        return [names[min(number, self.stages - 1)] for number in range(rounds or self.stages)]

    def rest_at(self, roots: torch.Tensor) -> torch.Tensor:
        """Rest poses float32 [N, J, 3], mm, world, at roots [N, 3]: a start where no pose is known."""
        return roots[:, None] + self.rest_mm

    def refine(self, views: ViewSampler, joints: torch.Tensor, which: torch.Tensor) -> Refined:
        """One stage, ``which`` of ``stages_of``; the other arguments as in ``forward``."""
        seen, look = self.seen(views, joints, which)
        said = self.exchange(seen).float()
        with torch.autocast(joints.device.type, enabled=False):
            move, weight, trust = pulled(said, look.jacobian, look.valid)
            with torch.no_grad():
                sure = deviations(look, weight.detach(), trust.detach())
            return Refined(joints + move, said[:, 0, 0, 7], *sure)


def pulled(said: torch.Tensor, jacobian: torch.Tensor, valid: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What ``Exchange`` says [N, V, J, 8] as a move of the joints [N, J, 3], mm; with the weights of the views [N, V, J] and of
    the joints' own wish [N, J]. ``jacobian`` and ``valid`` as of ``Look``."""
    own = said[:, 0, :, 3:7]
    weight = nn.functional.softplus(said[..., 2]) * valid
    trust = nn.functional.softplus(own[..., 3]) + DAMPING
    return step(jacobian, said[..., :2] * OFFSET_MM, weight, trust, own[..., :3] * MOVE_MM), weight, trust


def deviations(look: Look, weight: torch.Tensor, trust: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """``view_trust`` and ``sd_mm`` of ``Refined`` for weights [N, V, J] of the views and the joints' own ``trust`` [N, J]."""
    unit_mm = UNIT_CELLS * look.mm_per_cell
    barely = 1e-3
    squared = (weight * unit_mm.square()).sum(1) + barely * (UNIT_CELLS * UNSEEN_MM_PER_CELL) ** 2
    own = OWN_SHARE * trust * (weight.sum(1) + barely) / squared  # 1/mm²
    view_trust = weight.sqrt() / unit_mm
    # in units of a metre: the determinant of numbers of 1e-3 would be lost in 32 bits
    normal = normal_matrix(look.jacobian, view_trust.square() * 1e6, own * 1e6)
    return view_trust, inverse_diagonal3(normal).sqrt() * 1e3


class Round(nn.Module):
    """One stage for people of one frame as a network of plain tensors, which other engines can run."""

    def __init__(self, net: PoseRefineNet) -> None:
        super().__init__()
        self.net = net

    def forward(
        self,
        joints: torch.Tensor,
        cameras: torch.Tensor,
        whose: torch.Tensor,
        places: torch.Tensor,
        which: torch.Tensor,
        maps: torch.Tensor,
    ) -> torch.Tensor:
        """Joints [N, J, 3], cameras of ``ViewSampler.packed``, ``whose`` [N, K] and ``places`` [K, V, J, 3] of
        ``ViewSampler.gone``, stage [stages], heatmaps [V, J, H, W] → float32 [N, J, 7 + V]: ``Refined`` as ``unpack_round``
        reads it."""
        return _packed(self.net.refine(unpacked(maps, cameras, Gone(places, whose)), joints, which))


class WholeRound(nn.Module):
    """As ``Round``, where nobody is gone from the heatmaps: a third less work."""

    def __init__(self, net: PoseRefineNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, joints: torch.Tensor, cameras: torch.Tensor, which: torch.Tensor, maps: torch.Tensor) -> torch.Tensor:
        """As ``Round.forward`` without ``whose`` and ``places``."""
        return _packed(self.net.refine(unpacked(maps, cameras), joints, which))


def _packed(out: Refined) -> torch.Tensor:
    logit = out.logit[:, None, None].expand(-1, out.joints.shape[1], -1)
    return torch.cat((out.joints, logit, out.sd_mm, out.view_trust.transpose(1, 2)), -1)


def unpack_round(said: torch.Tensor) -> Refined:
    """What ``Round`` puts into one tensor: joints, logit in every row, standard deviations, views' trust."""
    return Refined(said[..., :3], said[:, 0, 3], said[..., 7:].transpose(1, 2), said[..., 4:7])


def refine_net(cfg: CfgNode) -> PoseRefineNet:
    """The refinement as REFINE.* says."""
    token, joint = cfg.REFINE.CHANNELS
    return PoseRefineNet(token, joint, cfg.REFINE.BLOCKS, cfg.REFINE.STAGES)
