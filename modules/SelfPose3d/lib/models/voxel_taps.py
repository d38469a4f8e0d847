"""Heatmaps of all views summed into voxels: the fast ways without gradients, with the arithmetic of ``ProjectLayer``.

``grid_sample`` visits every channel of every view for every voxel. On a CPU each voxel names the 4·V heatmap cells around its
projections and their weights once, and one ``embedding_bag`` adds up those rows, all channels together; only the order of the
sums differs. On a GPU ``grid_sample`` is fast, and ``sampled`` spares it what waits for the processor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from modules.core.geometry import MIN_DEPTH_MM, affine_to_network, camera_to_pixels, valid_radius

#: Rows and columns of zeros around each heatmap (before, after), so that no cell named lies outside.
BORDER = (1, 2)


@dataclass(frozen=True, eq=False)
class Rig:
    """The calibration of one sample's V views, float32, each number as [V, 1] so that it broadcasts with points [V, M].

    Attributes:
        rotation: [V, 3, 3], world to camera. center: [V, 3], mm, world.
        lens: fx, fy, cx, cy, k1, k2, k3, p1, p2, each [V, 1].
        max_r2: [V, 1], squared radius beyond which the lens folds back.
        size: [2, V, 1], raw frame (width, height), px. reach: the longest side of all.
        to_cells: [2, 3, V, 1], raw px → heatmap cells.
        strict: whether points behind a camera or beyond ``max_r2`` count as unseen.
    """

    rotation: torch.Tensor
    center: torch.Tensor
    lens: tuple[torch.Tensor, ...]
    max_r2: torch.Tensor
    size: torch.Tensor
    reach: float
    to_cells: torch.Tensor
    strict: bool

    @classmethod
    def of(
        cls,
        meta: Sequence[Mapping[str, Any]],
        sample: int,
        image_size: tuple[int, int],
        heatmap_size: tuple[int, int],
        strict: bool,
    ) -> Rig:
        """From V of ViewMeta; sizes as (width, height)."""
        views = [_numbers(view, sample) for view in meta]
        cells = np.array([h / i for h, i in zip(heatmap_size, image_size, strict=True)])[:, None]
        affines = [
            affine_to_network(v["center"], v["scale"], float(v["rotation"][0]), image_size) * cells for v in views
        ]  # fmt: skip

        def column(name: str, entry: int) -> torch.Tensor:
            return torch.tensor([[float(v[name][entry])] for v in views])

        return cls(
            rotation=torch.tensor(np.array([v["R"].reshape(3, 3) for v in views]), dtype=torch.float32),
            center=torch.tensor(np.array([v["T"] for v in views]), dtype=torch.float32),
            lens=tuple(
                column(name, n)
                for name, count in (("fx", 1), ("fy", 1), ("cx", 1), ("cy", 1), ("k", 3), ("p", 2))
                for n in range(count)
            ),
            max_r2=torch.tensor([[valid_radius(v["k"].astype(np.float32).tolist()) ** 2] for v in views]),
            size=torch.tensor(np.array([2 * v["center"] for v in views]).T[..., None], dtype=torch.float32),
            reach=float(max(2 * v["center"].max() for v in views)),
            to_cells=torch.tensor(np.stack(affines, -1)[..., None], dtype=torch.float32),
            strict=strict,
        )

    def to(self, device: torch.device) -> Rig:
        """The same on another device."""
        moved = {name: value.to(device) for name, value in vars(self).items() if isinstance(value, torch.Tensor)}
        return replace(self, **moved, lens=tuple(value.to(device) for value in self.lens))

    def turned(self, points: torch.Tensor) -> torch.Tensor:
        """[N, 3], mm, world axes → [3, V, N], mm, along each camera's axes; not moved to the camera's centre."""
        return torch.einsum("vij,nj->ivn", self.rotation, points).contiguous()

    def origins(self, centers: torch.Tensor) -> torch.Tensor:
        """Points float [P, 3], mm, world → [3, V, P], mm, camera."""
        return torch.einsum("vij,pvj->ivp", self.rotation, centers[:, None] - self.center)


@dataclass(frozen=True, eq=False)
class Taps:
    """Which cells make up each voxel.

    Attributes:
        rows: int32 [T], rows of the table of ``as_table``, voxel by voxel. weights: float32 [T]; 0 where a view does not see
            the voxel.
        starts: int32 [M + 1], where each voxel's begin; the last is T.
    """

    rows: torch.Tensor
    weights: torch.Tensor
    starts: torch.Tensor

    def without_zeros(self) -> Taps:
        """The same sums of fewer rows: worth its time for voxels that are read again and again."""
        counts = self.weights != 0
        before = F.pad(counts.cumsum(0, dtype=torch.int32), (1, 0))
        return Taps(self.rows[counts], self.weights[counts], before[self.starts.long()])


def cells_of(
    rig: Rig, camera_mm: torch.Tensor, heatmap_size: tuple[int, int], min_views: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Where each view shows M points, and the view's share in the mean of those that see them.

    Args:
        camera_mm: float32 [3, V, M], in each camera. heatmap_size: (width, height), cells. min_views: see PROJECTION.MIN_VIEWS.

    Returns:
        column, line and share, float32 [V, M]: cells, cut a cell outside the heatmap; 0 where a view does not see the point.
    """
    width, height = heatmap_size
    x, y, r2 = camera_to_pixels(*camera_mm, rig.lens)
    seen = (x >= 0) & (y >= 0) & (x < rig.size[0]) & (y < rig.size[1])
    if rig.strict:
        seen &= (camera_mm[2] > MIN_DEPTH_MM) & (r2 <= rig.max_r2)
    share = seen.float()
    views = share.sum(0)
    share /= views.clamp(min=min_views) if min_views else views + 1e-6
    # far outside nothing is sampled, but numbers must stay small enough to become integers
    x, y = (torch.nan_to_num(v).clamp_(-1.0, rig.reach) for v in (x, y))
    matrix = rig.to_cells
    column = (matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]).clamp_(-BORDER[0], width)
    line = (matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]).clamp_(-BORDER[0], height)
    return column, line, share


def sampled(rig: Rig, camera_mm: torch.Tensor, heatmaps: Sequence[torch.Tensor], min_views: int) -> torch.Tensor:
    """float32 [J, M]: the means of M voxels, by ``grid_sample``; nothing in it waits for a value, as CUDA graphs need it.

    Args:
        camera_mm: float32 [3, V, M], voxel centres in each camera. heatmaps: V of float [J, H, W], on the rig's device.
        min_views: see PROJECTION.MIN_VIEWS.
    """
    height, width = heatmaps[0].shape[1:]
    column, line, share = cells_of(rig, camera_mm, (width, height), min_views)
    position = torch.stack((column * (2 / (width - 1)) - 1, line * (2 / (height - 1)) - 1), -1)  # [V, M, 2]
    total = torch.zeros(len(heatmaps[0]), camera_mm.shape[2], device=camera_mm.device)
    for maps, at, part in zip(heatmaps, position, share, strict=True):
        total.addcmul_(F.grid_sample(maps[None].float(), at[None, None], align_corners=True)[0, :, 0], part)
    return total


def find_taps(rig: Rig, camera_mm: torch.Tensor, heatmap_size: tuple[int, int], min_views: int) -> Taps:
    """Taps of M voxels; arguments as of ``cells_of``."""
    width, height = heatmap_size
    column, line, weight = cells_of(rig, camera_mm, heatmap_size, min_views)
    left, top = column.floor(), line.floor()
    column -= left
    lower = (line - top) * weight
    upper = weight - lower
    stride = width + sum(BORDER)
    count = len(weight)
    first = (top.add_(BORDER[0]).int() * stride).add_(left.add_(BORDER[0]).int())  # [V, M]
    first += torch.arange(count, dtype=torch.int32)[:, None] * (stride * (height + sum(BORDER)))
    rows = torch.empty((weight.shape[1], count, 4), dtype=torch.int32)
    weights = torch.empty(rows.shape)
    for tap, offset in enumerate((0, 1, stride, stride + 1)):
        torch.add(first.T, offset, out=rows[..., tap])
    for tap, part in ((0, upper), (2, lower)):
        right = part * column
        torch.sub(part.T, right.T, out=weights[..., tap])
        weights[..., tap + 1] = right.T
    starts = torch.arange(0, rows.numel() + 1, 4 * count, dtype=torch.int32)
    return Taps(rows.flatten(), weights.flatten(), starts)


def as_table(heatmaps: Sequence[torch.Tensor]) -> torch.Tensor:
    """V of float [J, H, W] → float32 [V·H'·W', J]: one row a cell, with the border of zeros."""
    joints, height, width = heatmaps[0].shape
    before = BORDER[0]
    table = torch.zeros(len(heatmaps), height + sum(BORDER), width + sum(BORDER), joints)
    for view, maps in zip(table, heatmaps, strict=True):
        view[before : before + height, before : before + width] = maps.permute(1, 2, 0)
    return table.view(-1, joints)


def gather(taps: Taps, table: torch.Tensor) -> torch.Tensor:
    """float32 [M, J]: the weighted sums; the table as ``as_table`` makes it."""
    return F.embedding_bag(
        taps.rows, table, taps.starts, mode="sum", per_sample_weights=taps.weights, include_last_offset=True
    )  # fmt: skip


def _numbers(view: Mapping[str, Any], sample: int) -> dict[str, np.ndarray]:
    """One sample's values of a ViewMeta as flat float64 arrays."""
    values = {name: view[name] for name in ("center", "scale", "rotation")} | dict(view["camera"])
    return {name: torch.as_tensor(value)[sample].double().cpu().numpy().reshape(-1) for name, value in values.items()}
