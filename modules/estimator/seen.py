"""Where the 2D network sees a person's joints: the peaks of its heatmaps nearest to their reprojections."""

from __future__ import annotations

import torch

from modules.SelfPose3d.lib.models.view_sampler import OWN_CELLS, OWN_MM, ViewSampler

#: Cells around a reprojection in which a peak is looked for; one lower than LOWEST is none.
REACH, LOWEST = 7, 0.05
_SIDE = 2 * REACH + 1


def seen_off_px(views: ViewSampler, joints: torch.Tensor) -> torch.Tensor:
    """float32 [P, V, J, 2], raw px: from a joint's reprojection to where the 2D network sees it; NaN: it does not.

    The peak is the highest cell around the reprojection, cells farther off weighing less (a Gaussian of OWN_MM at the joint's
    depth, as the refinement has it); then the top of the parabola through the logarithms around it, which is a Gaussian's.

    Args:
        views: of one frame and one person. joints: float32 [P, J, 3], mm, world.
    """
    sampler = views.of(len(joints))
    look = sampler.look(joints, derivative=False)
    middle = look.cells.round()
    steps = torch.arange(-REACH, REACH + 1, dtype=torch.float32, device=joints.device)
    windows = torch.stack(torch.meshgrid(steps, steps, indexing="xy"), -1).flatten(0, 1)  # row by row
    values, _ = sampler.readings(middle, torch.ones_like(look.mm_per_cell), windows)  # [P, V, J, side²]
    off = middle[..., None, :] + windows - look.cells[..., None, :]
    spread = (OWN_MM / look.mm_per_cell).clamp(min=OWN_CELLS)[..., None]
    weighted = values * torch.exp(-0.5 * off.square().sum(-1) / spread.square())
    inner = (windows.abs() < REACH).all(-1)
    best = torch.where(inner, weighted, -1.0).argmax(-1, keepdim=True)
    height = values.gather(-1, best)[..., 0]

    def log_of(dx: int, dy: int) -> torch.Tensor:
        return values.gather(-1, best + _SIDE * dy + dx)[..., 0].clamp(min=1e-6).log()

    middle_log = log_of(0, 0)
    top = torch.stack((_top(log_of(-1, 0), middle_log, log_of(1, 0)), _top(log_of(0, -1), middle_log, log_of(0, 1))), -1)
    cells = off.gather(-2, best[..., None].expand(*best.shape, 2))[..., 0, :] + top
    zoom = sampler.to_cells[..., :2].square().sum((-1, -2)).div(2).sqrt()[..., None, None]  # cells per px
    return torch.where((look.valid & (height > LOWEST))[..., None], cells / zoom, torch.nan)


def _top(left: torch.Tensor, middle: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Steps from the middle to the top of the parabola through three logarithms; 0 where it has none. Also beyond the nearest
    cell: the weight may have pulled the highest one aside."""
    curve = 2 * middle - left - right
    return torch.where(curve > 1e-3, (right - left) / (2 * curve), 0.0).clamp(-1.5, 1.5)
