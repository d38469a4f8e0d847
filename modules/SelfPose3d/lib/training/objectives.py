"""What the nets are trained for, and the figures by which a run is judged."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn
from yacs.config import CfgNode

from modules.SelfPose3d.lib.models.pose_refine_net import Refined
from modules.SelfPose3d.lib.models.view_sampler import ViewSampler

from .batches import Batch
from .volumes import voxel_offsets

#: Size of the Gaussian that the pose net's voxel term wants, mm.
VOXEL_SIGMA_MM = 60.0
#: Smooth-L1 turns from square to linear here, mm.
ROBUST_MM = 30.0
#: How much more a voxel at a root counts than an empty one.
ROOT_VOXEL_WEIGHT = 4.0
MATCH_MM = 500.0
#: The height of a column is learned where its target is above this, with this weight.
NEAR_ROOT, HEIGHT_WEIGHT = 0.3, 0.2
#: Weight of the refinement's verdict after the last stage.
VERDICT_WEIGHT = 0.3


class SoftArgmax(nn.Module):
    """Volume [B, J, X, Y, Z] → joints [B, J, 3], mm, relative to the box's centre: expectation under softmax(beta · volume)."""

    def __init__(self, size_mm: Sequence[float], counts: Sequence[int], beta: float) -> None:
        super().__init__()
        self.register_buffer("offsets", voxel_offsets(size_mm, counts), persistent=False)
        self.beta = beta

    def forward(self, volumes: torch.Tensor) -> torch.Tensor:
        return F.softmax(self.beta * volumes.flatten(2), 2) @ self.offsets


def pose_loss(volumes: torch.Tensor, batch: Batch, locate: SoftArgmax, sharpen: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Weighted smooth L1 of the joints in units of 100 mm, plus ``sharpen`` times the voxel term; and the mean error, mm."""
    joints, weights = batch["joints"], batch["weights"]
    found = locate(volumes)
    total = weights.sum().clamp(min=1)
    robust = F.smooth_l1_loss(found, joints, reduction="none", beta=ROBUST_MM).sum(-1) / 100
    loss = (robust * weights).sum() / total
    error = ((found.detach() - joints).norm(dim=-1) * (weights == 1)).sum() / (weights == 1).sum().clamp(min=1)
    if sharpen:
        squared = torch.cdist(joints.flatten(0, 1), locate.offsets).square().reshape(*joints.shape[:2], -1)
        target = F.softmax(-squared / (2 * VOXEL_SIGMA_MM**2), 2)
        entropy = -(target * F.log_softmax(locate.beta * volumes.flatten(2), 2)).sum(2)
        loss = loss + sharpen * (entropy * weights).sum() / total
    return loss, error


def root_loss(volumes: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Mean squared error in which voxels near a root count more."""
    target = batch["targets"]
    return ((volumes - target).square() * (1 + ROOT_VOXEL_WEIGHT * target)).mean() * 100


def plane_loss(scores: torch.Tensor, heights: torch.Tensor, batch: Batch) -> torch.Tensor:
    """``root_loss`` of the columns' scores [B, 1, X, Y], plus the cross-entropy of the height, logits [B, Z, X, Y]."""
    target = batch["targets"][:, 0].amax(-1)  # [B, X, Y]
    loss = ((scores[:, 0] - target).square() * (1 + ROOT_VOXEL_WEIGHT * target)).mean() * 100
    near = torch.where(target > NEAR_ROOT, target, 0.0)
    share = batch["targets"][:, 0] / batch["targets"][:, 0].sum(-1, keepdim=True).clamp(min=1e-6)
    entropy = -(share * F.log_softmax(heights, 1).permute(0, 2, 3, 1)).sum(-1)
    return loss + HEIGHT_WEIGHT * (entropy * near).sum() / near.sum().clamp(min=1)


def refine_loss(
    stages: Sequence[Refined], batch: Batch, alone: Sequence[Refined] = ()
) -> tuple[torch.Tensor, dict[str, float]]:
    """Smooth L1 of the joints in units of 100 mm after every stage, plus the verdict's cross-entropy; the last error, mm.

    ``alone``: rounds on what the people found before leave of the heatmaps, the same of each.
    """
    truth, weights, label = batch["joints"], batch["weights"], batch["label"]
    loss = truth.new_zeros(())
    for number, stage in enumerate(stages, 1):
        off, verdict = joints_loss(stage.joints, truth, weights), verdict_loss(stage.logit, label)
        loss = loss + off + (VERDICT_WEIGHT if number == len(stages) else VERDICT_WEIGHT / 4) * verdict
    figures = {"error_mm": mean_error(stages[-1].joints, truth, weights), "verdict": verdict.item()}
    for left in alone:
        off = joints_loss(left.joints, truth, batch["weights_left"])
        verdict = verdict_loss(left.logit, batch["label_left"])
        loss = loss + off + VERDICT_WEIGHT * verdict
        figures |= {"error_left_mm": mean_error(left.joints, truth, batch["weights_left"]), "verdict_left": verdict.item()}
    return loss, figures


def joints_loss(joints: torch.Tensor, truth: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Weighted smooth L1 in units of 100 mm; joints and truth [N, J, 3], mm, weights [N, J]."""
    robust = F.smooth_l1_loss(joints, truth, reduction="none", beta=ROBUST_MM).sum(-1) / 100
    return (robust * weights).sum() / weights.sum().clamp(min=1)


def verdict_loss(logit: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of logits [N] where the label [N] is decided (not NaN)."""
    decided = label.isfinite()
    return F.binary_cross_entropy_with_logits(logit[decided], label[decided])


def mean_error(joints: torch.Tensor, truth: torch.Tensor, weights: torch.Tensor) -> float:
    """Mean distance of the joints of full weight, mm."""
    return (joints.detach() - truth).norm(dim=-1)[weights == 1].mean().item()


def find_roots(volume: torch.Tensor, offsets: torch.Tensor, threshold: float, most: int) -> torch.Tensor:
    """float32 [K, 3], mm, relative to the space's centre: local maxima (3-voxel windows) of [X, Y, Z] above the threshold."""
    peak = F.max_pool3d(volume[None, None], 3, 1, 1)[0, 0] == volume
    score = torch.where(peak, volume, 0.0).flatten()
    best, index = score.topk(min(most, score.numel()))
    return offsets[index[best > threshold]]


@torch.no_grad()
def judge_pose(net: nn.Module, samples: Sequence[Batch], locate: SoftArgmax) -> dict[str, float]:
    """Mean and median error of joints in two frames or more, mm, and the same of the plain soft-argmax of the input volume."""
    errors: dict[str, list[torch.Tensor]] = {"mean": [], "plain": []}
    for batch in samples:
        volumes = batch["volumes"].float()
        counted = batch["weights"] == 1
        for name, output in (("mean", net(volumes).float()), ("plain", volumes)):
            errors[name].append((locate(output) - batch["joints"]).norm(dim=-1)[counted])
    found, plain = torch.cat(errors["mean"]), torch.cat(errors["plain"])
    return {"mpjpe_mm": found.mean().item(), "median_mm": found.median().item(), "plain_mpjpe_mm": plain.mean().item()}


@torch.no_grad()
def judge_root(net: nn.Module, samples: Sequence[Batch], config: CfgNode) -> dict[str, float]:
    """Share of roots found within 500 mm (one proposal each), false proposals per frame, mean error of the found, mm."""
    hits = false = people = 0
    errors: list[float] = []
    for sample in samples:
        volume = net(sample["volumes"].float()).float()[0, 0]
        found = find_roots(volume, sample["offsets"], config.MULTI_PERSON.THRESHOLD, config.MULTI_PERSON.MAX_PEOPLE_NUM)
        distance = torch.cdist(found, sample["roots"])
        people += distance.shape[1]
        matched = 0
        while distance.numel() and distance.min() < MATCH_MM:  # greedy: the closest pair first
            i, j = divmod(int(distance.argmin()), distance.shape[1])
            errors.append(distance[i, j].item())
            distance[i], distance[:, j] = torch.inf, torch.inf
            matched += 1
        hits, false = hits + matched, false + len(found) - matched
    return {
        "recall_500": hits / max(people, 1), "false_per_frame": false / max(len(samples), 1),
        "error_mm": sum(errors) / max(len(errors), 1),
    }  # fmt: skip


@torch.no_grad()
def judge_refine(net: nn.Module, samples: Sequence[tuple[ViewSampler, ViewSampler, Batch]]) -> dict[str, float]:
    """Mean and median error of joints in two frames or more, mm, of starts that are somebody's; the starts' own mean error; the
    share of starts judged wrongly as person or nobody. And mean error and wrong verdicts after one round more on what people
    found before leave of the heatmaps, of starts that are not theirs.

    Args:
        samples: the views with the whole heatmaps and with what is left, and the batch.
    """
    errors: dict[str, list[torch.Tensor]] = {"start": [], "whole": [], "left": []}
    wrong: dict[str, list[torch.Tensor]] = {"whole": [], "left": []}
    for views, left, batch in samples:
        whole = net(views, batch["starts"])[-1]
        alone = net(left, whole.joints, 1, alone=True)[-1]
        for name, joints, weights in (
            ("start", batch["starts"], batch["weights"]), ("whole", whole.joints, batch["weights"]),
            ("left", alone.joints, batch["weights_left"]),
        ):  # fmt: skip
            counted = (batch["seen"] >= 2) & (weights > 0)
            errors[name].append((joints - batch["joints"]).norm(dim=-1)[counted])
        for name, logit, label in (("whole", whole.logit, batch["label"]), ("left", alone.logit, batch["label_left"])):
            decided = label.isfinite()
            wrong[name].append((logit > 0)[decided] != (label > 0.5)[decided])
    found = torch.cat(errors["whole"])
    return {
        "mpjpe_mm": found.mean().item(), "median_mm": found.median().item(),
        "start_mpjpe_mm": torch.cat(errors["start"]).mean().item(), "left_mpjpe_mm": torch.cat(errors["left"]).mean().item(),
        "wrong_verdicts": torch.cat(wrong["whole"]).float().mean().item(),
        "wrong_verdicts_left": torch.cat(wrong["left"]).float().mean().item(),
    }  # fmt: skip
