"""Heatmaps of V views → one volume: each voxel is the mean of what the views that see it show there (VoxelPose, sec. 3.2)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from yacs.config import CfgNode

from modules.core.geometry import (
    MIN_DEPTH_MM,
    affine_to_network,
    apply_affine,
    inside_frame,
    project_points,
    valid_radius,
)
from modules.SelfPose3d.lib.models.voxel_taps import Rig, Taps, as_table, find_taps, gather, sampled

#: One view's calibration for a batch, as ``FocusDataset`` gives it: center [B, 2], scale [B, 2], rotation [B] and camera, a
#: mapping of R [B, 3, 3], T [B, 3, 1] (camera centre, mm, world), fx, fy, cx, cy [B], k [B, 3, 1], p [B, 2, 1].
ViewMeta = Mapping[str, Any]
#: Values kept of each kind: calibrations, and boxes and taps per calibration, space and device.
CACHE_SIZE = 8
#: Sampling positions are cut here, in units of half a heatmap: what lies farther out samples zeros all the same.
SAMPLE_LIMIT = 1.1


def box_grid(size_mm: Sequence[float], count: Sequence[int], device: torch.device | None = None) -> torch.Tensor:
    """float32 [X·Y·Z, 3], mm: voxel centres of a box around the origin, its faces included, z fastest."""
    axes = [torch.linspace(-s / 2, s / 2, int(n), device=device) for s, n in zip(size_mm, count, strict=True)]
    return torch.stack(torch.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)


def moved_to(rig: Rig, turned: torch.Tensor, boxes: torch.Tensor) -> torch.Tensor:
    """float32 [3, V, P·N], mm, camera: voxels ``turned`` [3, V, N] of boxes with centres float [P, 3], mm, world."""
    return (turned[:, :, None] + rig.origins(boxes)[..., None]).flatten(2)


def camera_values(meta: ViewMeta, sample: int, device: torch.device) -> tuple[torch.Tensor, ...]:
    """R, T, f, c, k, p of one sample's view as ``project_points`` wants them, float32."""
    camera = {name: torch.as_tensor(value)[sample].to(device, torch.float32) for name, value in meta["camera"].items()}
    f = torch.stack((camera["fx"], camera["fy"])).reshape(2)
    c = torch.stack((camera["cx"], camera["cy"])).reshape(2)
    return camera["R"].reshape(3, 3), camera["T"].reshape(3), f, c, camera["k"].reshape(3), camera["p"].reshape(2)


def project_to_frame(points: torch.Tensor, meta: ViewMeta, sample: int, strict: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Projects world points into one view's raw frame.

    Args:
        points: float32 [..., 3], mm, world.
        strict: whether points behind the camera or beyond the lens's valid radius count as unseen; the published code does
            not check.

    Returns:
        float32 [..., 2], px, raw frame; bool [...]: may be seen (not yet: inside the frame).
    """
    values = camera_values(meta, sample, points.device)
    pixels, depth, r2 = project_points(points, *values)
    if not strict:
        return pixels, torch.ones_like(depth, dtype=torch.bool)
    return pixels, (depth > MIN_DEPTH_MM) & (r2 <= valid_radius(values[4].tolist()) ** 2)


class Kept:
    """The last few values that were worth keeping; several threads may ask."""

    def __init__(self, most: int = CACHE_SIZE) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: OrderedDict[tuple, Any] = OrderedDict()

    def get(self, key: tuple, make: Callable[[], Any]) -> Any:
        """The value of this key, made now if it is not there."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


#: Ids of a view's values, and sample → (these values, so that their ids stay their own, their numbers).
_known_views = Kept(64)


def calibration_key(meta: Sequence[ViewMeta], sample: int) -> tuple:
    """Equal for equal calibrations of one sample's views. A number that is changed within its tensor is not seen."""
    return tuple(_view_key((v["center"], v["scale"], v["rotation"], *v["camera"].values()), sample) for v in meta)


def _view_key(values: tuple[Any, ...], sample: int) -> bytes:
    def numbers() -> tuple[tuple[Any, ...], bytes]:
        return values, b"".join(torch.as_tensor(value)[sample].cpu().numpy().tobytes() for value in values)

    return _known_views.get((*map(id, values), sample), numbers)[1]


class ProjectLayer(nn.Module):
    """Samples heatmaps at the projections of voxels.

    Without gradients it does so by ``voxel_taps``, else, and with RUNTIME.PLAIN, view by view the published way.

    Args:
        cfg: reads NETWORK.IMAGE_SIZE, NETWORK.HEATMAP_SIZE, PROJECTION.* and RUNTIME.PLAIN (no cache).
    """

    def __init__(self, cfg: CfgNode) -> None:
        super().__init__()
        self.image_size = tuple(cfg.NETWORK.IMAGE_SIZE)
        self.heatmap_size = tuple(cfg.NETWORK.HEATMAP_SIZE)
        self.strict = cfg.PROJECTION.STRICT_VISIBILITY
        self.min_views = cfg.PROJECTION.MIN_VIEWS
        self.plain = cfg.RUNTIME.PLAIN
        self.caching = not self.plain
        self._rigs, self._turned, self._taps, self._boxes = Kept(), Kept(), Kept(), Kept()

    def forward(
        self,
        heatmaps: Sequence[torch.Tensor],
        meta: Sequence[ViewMeta],
        grid_size: Sequence[float],
        grid_center: torch.Tensor,
        cube_size: Sequence[int],
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """One volume per sample, or per box.

        Args:
            heatmaps: V of float [B, J, H, W].
            meta: V of ViewMeta.
            grid_size: (x, y, z), mm. cube_size: voxels (X, Y, Z).
            grid_center: float [B, 3+] or [1, 3+] (shared): box centres, mm, world; or [B, P, 3+]: P boxes in each sample.

        Returns:
            cubes float32 [B, J, X, Y, Z] in [0, 1] (0 where no view sees a voxel; channels last in memory where no gradients
            are wanted) and grids float32 [B, N, 3], mm, world; for P boxes [B·P, …], sample by sample.
        """
        batch, joints = heatmaps[0].shape[:2]
        device = heatmaps[0].device
        centers = grid_center[..., :3].to(device, torch.float32)
        centers = centers if centers.ndim == 3 else centers[:, None]  # [B or 1, P, 3]
        cubes, grids = [], []
        fast = not self.plain and not torch.is_grad_enabled()
        sparse = fast and device.type == "cpu"
        box = (tuple(grid_size), tuple(int(n) for n in cube_size), device)
        offsets = self._boxes.get(box, lambda: box_grid(*box)) if sparse else box_grid(*box)  # [N, 3]
        if sparse:
            table = [as_table([maps[b] for maps in heatmaps]) for b in range(batch)]
        for b in range(batch):
            boxes = centers[b if len(centers) > 1 else 0]
            grid = boxes[:, None] + offsets  # [P, N, 3]
            placed = self._placed(meta, b, boxes, grid_size, cube_size) if fast else None
            if sparse:
                cubes.append(gather(self._find_taps(placed, boxes, in_place=grid_center.ndim == 2), table[b]))  # [P·N, J]
            elif fast:
                _, rig, turned = placed
                mean = sampled(rig, moved_to(rig, turned, boxes), [maps[b] for maps in heatmaps], self.min_views)
                cubes.append(mean.unflatten(1, (len(boxes), -1)).transpose(0, 1))  # [P, J, N]
            else:
                cubes.append(self._volume(heatmaps, meta, b, grid))  # [P, J, N]
            grids.append(grid)
        count = [int(n) for n in cube_size]
        if sparse:
            rows = cubes[0] if batch == 1 else torch.cat(cubes)
            volume = torch.nan_to_num_(rows, nan=0.0).clamp_(0.0, 1.0).reshape(-1, *count, joints).permute(0, 4, 1, 2, 3)
        else:
            rows = cubes[0] if batch == 1 else torch.cat(cubes)
            volume = torch.nan_to_num(rows, nan=0.0).clamp_(0.0, 1.0).reshape(-1, joints, *count)
        return volume, torch.cat(grids)

    def _placed(
        self, meta: Sequence[ViewMeta], sample: int, boxes: torch.Tensor, grid_size: Sequence[float], cube_size: Sequence[int]
    ) -> tuple[tuple, Rig, torch.Tensor]:
        """What stays the same while boxes float [P, 3] move: a key, the rig, a box's voxels [3, V, N], mm, in its cameras."""
        device = boxes.device
        calibration = (*calibration_key(meta, sample), self.image_size, self.heatmap_size, str(device))
        shape = (tuple(grid_size), tuple(int(n) for n in cube_size))
        rig = self._rigs.get(
            calibration, lambda: Rig.of(meta, sample, self.image_size, self.heatmap_size, self.strict).to(device)
        )  # fmt: skip
        # the same box everywhere: it is turned into the cameras once, each place is then an addition
        turned = self._turned.get((calibration, shape), lambda: rig.turned(box_grid(*shape, device)))  # [3, V, N]
        return (calibration, shape), rig, turned

    def _find_taps(self, placed: tuple[tuple, Rig, torch.Tensor], boxes: torch.Tensor, in_place: bool) -> Taps:
        """Taps of the voxels of boxes float [P, 3]; kept, and for that made short where the boxes stay in place."""
        key, rig, turned = placed

        def find() -> Taps:
            taps = find_taps(rig, moved_to(rig, turned, boxes), self.heatmap_size, self.min_views)
            return taps.without_zeros() if in_place and self.caching else taps

        if not self.caching or self.training:
            return find()
        return self._taps.get((key, tuple(boxes.flatten().tolist())), find)

    def _volume(
        self, heatmaps: Sequence[torch.Tensor], meta: Sequence[ViewMeta], sample: int, grid: torch.Tensor
    ) -> torch.Tensor:
        boxes, voxels = grid.shape[:2]
        position, seen = self._sampling(meta, sample, grid.reshape(-1, 3))  # [V, P·N, 2], [V, P·N]
        total: torch.Tensor | float = 0.0
        for v, maps in enumerate(heatmaps):
            shown = F.grid_sample(maps[sample : sample + 1].float(), position[v][None, None], align_corners=True)
            total = total + shown[0, :, 0] * seen[v]  # [J, P·N]
        views = seen.sum(0)
        mean = total / views.clamp(min=self.min_views) if self.min_views else total / (views + 1e-6)
        return mean.reshape(-1, boxes, voxels).transpose(0, 1)

    def _sampling(self, meta: Sequence[ViewMeta], sample: int, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Where each point falls in each view's heatmap, for grid_sample, and whether the view sees it (1 or 0)."""
        views = [self._sampling_of_view(view, sample, points) for view in meta]
        return torch.stack([v[0] for v in views]), torch.stack([v[1] for v in views])

    def _sampling_of_view(self, view: ViewMeta, sample: int, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        center = torch.as_tensor(view["center"])[sample].double().cpu().numpy()
        scale = torch.as_tensor(view["scale"])[sample].double().cpu().numpy()
        rotation = float(torch.as_tensor(view["rotation"])[sample])
        width, height = float(center[0] * 2), float(center[1] * 2)
        pixels, seen = project_to_frame(points, view, sample, self.strict)
        seen = seen & inside_frame(pixels, width, height)
        pixels = torch.nan_to_num(pixels).clamp(-1.0, max(width, height))
        affine = torch.as_tensor(affine_to_network(center, scale, rotation, self.image_size), dtype=torch.float32)
        network_px = apply_affine(pixels, affine.to(points.device))
        cells = network_px * network_px.new_tensor([h / i for h, i in zip(self.heatmap_size, self.image_size, strict=True)])
        position = cells / cells.new_tensor([n - 1 for n in self.heatmap_size]) * 2 - 1
        return position.clamp(-SAMPLE_LIMIT, SAMPLE_LIMIT), seen.float()
