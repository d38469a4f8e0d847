"""Joints beyond the skeleton (feet, hands, face) in 3D: their heatmaps' peaks near a person, triangulated."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from modules.estimator.onnx.decode import parabola_top
from modules.SelfPose3d.lib.models.view_sampler import ViewSampler, triangulate

#: How far from the joint that it hangs on an extra one is looked for (standard deviation), mm, and at least so many cells.
REACH_MM, REACH_CELLS = 150.0, 1.5
#: A peak lower than this is none; with fewer views than this there is no place.
LOWEST, MIN_VIEWS = 0.05, 2
#: A triangulated point must lie nearer to its parent than this, mm.
FARTHEST_MM = 450.0


def extra_joints(
    views: ViewSampler, maps: torch.Tensor, joints: torch.Tensor, view_trust: torch.Tensor, parents: Sequence[int]
) -> torch.Tensor:
    """float32 [P, E, 3], mm, world; NaN: fewer than two views show it, or it is too far from the joint that it hangs on.

    Args:
        views: of one sample and one person. maps: float32 [V, E, H, W], the extra joints' heatmaps. joints: float32 [P, J, 3],
            mm, world. view_trust: float32 [P, V, J], 1/mm, by which views count. parents: E joints of the skeleton.
    """
    people, parents = len(joints), list(parents)
    if not people or not parents:
        return joints.new_full((people, len(parents), 3), torch.nan)
    sampler = views.of(people)
    start = joints[:, parents]
    look = sampler.look(start)  # [P, V, E]
    cells, peak = _peaks_near(maps, look.cells, (REACH_MM / look.mm_per_cell).clamp(min=REACH_CELLS))
    strength = torch.where(look.valid & (peak > LOWEST), peak * view_trust[:, :, parents], 0.0)
    strength = strength / strength.amax(1, keepdim=True).clamp(min=1e-9)  # the robust triangulation wants weights around 1
    found = triangulate(sampler, cells, strength, start)
    shown = (strength > 0).sum(1) >= MIN_VIEWS
    near = (found - start).norm(dim=-1) < FARTHEST_MM
    return torch.where((shown & near)[..., None], found, torch.nan)


def _peaks_near(maps: torch.Tensor, cells: torch.Tensor, reach: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Places [P, V, E, 2], (x, y), cells, and values [P, V, E] of the best peak around cells [P, V, E, 2]: the maximum of the
    heatmap times a Gaussian of ``reach`` [P, V, E]."""
    height, width = maps.shape[2:]
    x, y = torch.arange(width, device=maps.device), torch.arange(height, device=maps.device)
    around = torch.nn.functional.pad(maps, (1, 1, 1, 1), mode="replicate")
    view, joint = (torch.arange(count, device=maps.device) for count in maps.shape[:2])
    view = view[:, None]
    places, values = [], []
    for center, spread in zip(cells, reach, strict=True):  # a person at a time: all at once would be much memory
        near_x = torch.exp(-0.5 * ((x - center[..., :1]) / spread[..., None]).square())  # [V, E, W]
        near_y = torch.exp(-0.5 * ((y - center[..., 1:]) / spread[..., None]).square())
        flat = (maps * near_y[..., None] * near_x[..., None, :]).flatten(2).argmax(2)  # [V, E]
        row, column = flat.div(width, rounding_mode="floor"), flat % width
        patch = [[around[view, joint, row + dy, column + dx] for dx in range(3)] for dy in range(3)]
        logs = [[value.clamp(min=1e-6).log() for value in line] for line in patch]
        dx = parabola_top(*logs[1])
        dy = parabola_top(*(line[1] for line in logs))
        places.append(torch.stack((column + dx, row + dy), -1))
        values.append(patch[1][1])
    return torch.stack(places), torch.stack(values)
