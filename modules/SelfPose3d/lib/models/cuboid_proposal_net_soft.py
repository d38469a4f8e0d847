"""Root net: the space as one volume → people's roots (VoxelPose, sec. 3.2; the soft form of SelfPose3d, sec. 3)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import nn
from yacs.config import CfgNode

from modules.SelfPose3d.lib.core.proposal import largest_around, propose, suppress_near
from modules.SelfPose3d.lib.models.plane_net import PlaneNet
from modules.SelfPose3d.lib.models.project_layer import ProjectLayer, ViewMeta
from modules.SelfPose3d.lib.models.v2v_net import V2VNet


def root_v2v(cfg: CfgNode) -> V2VNet | PlaneNet:
    """The network that turns the space's volume into scores, as ROOT_V2V.* says."""
    v2v = cfg.ROOT_V2V
    channels = 1 if cfg.NETWORK.ROOTNET_ROOTHM else cfg.NETWORK.NUM_JOINTS
    if v2v.PLANE:
        return PlaneNet(channels, cfg.MULTI_PERSON.INITIAL_CUBE_SIZE[2], v2v.CHANNELS)
    return V2VNet(channels, 1, v2v.CHANNELS, v2v.FRONT_KERNEL, v2v.RESIDUAL)


@lru_cache(maxsize=32)
def constant(values: tuple[float, ...], device: torch.device) -> torch.Tensor:
    """float32 numbers, copied to the device once: a CUDA graph takes no copies from the processor."""
    with torch.inference_mode(False):
        return torch.tensor(values, dtype=torch.float32, device=device)


def dilated(heatmaps: torch.Tensor) -> torch.Tensor:
    """Heatmaps float [N, J, H, W] with wider peaks: the mean of each value and the highest of its 3×3 and of its 5×5 cells.

    A voxel of a large space covers several cells of a fine heatmap; between two voxels' centres a narrow peak is lost.
    """
    around = largest_around(largest_around(heatmaps, 2), 3)
    return (heatmaps + around + largest_around(largest_around(around, 2), 3)) / 3


class CuboidProposalNetSoft(nn.Module):
    """Finds roots in the whole space, with the mid-hip heatmap alone or with all of them."""

    def __init__(self, cfg: CfgNode) -> None:
        super().__init__()
        settings = cfg.MULTI_PERSON
        self.space_size = tuple(settings.SPACE_SIZE)
        self.space_center = tuple(settings.SPACE_CENTER)
        self.cube_size = tuple(settings.INITIAL_CUBE_SIZE)
        self.max_people = cfg.REFINE.PROPOSALS if cfg.REFINE.STAGES else settings.MAX_PEOPLE_NUM
        self.threshold = settings.THRESHOLD
        self.nms_radius_mm = settings.NMS_RADIUS_MM
        self.root_index = cfg.DATASET.ROOTIDX
        self.root_only = cfg.NETWORK.ROOTNET_ROOTHM
        self.dilates = cfg.ROOT_V2V.DILATE
        self.project_layer = ProjectLayer(cfg)
        self.v2v_net = root_v2v(cfg)

    def forward(self, heatmaps: Sequence[torch.Tensor], meta: Sequence[ViewMeta]) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores every voxel and proposes the best.

        Args:
            heatmaps: V of float [B, J, H, W]. meta: V of ViewMeta.

        Returns:
            root_cubes float [B, X, Y, Z], scores; grid_centers float [B, P, 5]: root x, y, z (mm, world), 0 for a person or -1
            (score not above the threshold), score; best first.
        """
        if self.root_only:
            heatmaps = [maps[:, self.root_index : self.root_index + 1] for maps in heatmaps]
        if self.dilates:
            heatmaps = [dilated(maps) for maps in heatmaps]
        center = constant(tuple(self.space_center), heatmaps[0].device)[None]
        volume, _ = self.project_layer(heatmaps, meta, self.space_size, center, self.cube_size)
        root_cubes = self.v2v_net(volume)[:, 0]
        return root_cubes, self.grid_centers(root_cubes)

    @property
    def box(self) -> tuple[tuple[float, ...], ...]:
        """Size and centre of the space, mm, world, and its voxels."""
        return tuple(self.space_size), tuple(self.space_center), tuple(self.cube_size)

    def grid_centers(self, root_cubes: torch.Tensor) -> torch.Tensor:
        """float [B, P, 5] from root_cubes float [B, X, Y, Z]; see ``forward``."""
        scores, index = propose(root_cubes, self.max_people)
        places = self.places(index)
        scores = suppress_near(places, scores, self.nms_radius_mm)
        flags = torch.where(scores > self.threshold, 0.0, -1.0)
        return torch.cat((places, flags[..., None], scores[..., None]), -1)

    def places(self, index: torch.Tensor) -> torch.Tensor:
        """float [..., 3], mm, world: centres of voxels int [..., 3]."""
        size, center = (constant(tuple(values), index.device) for values in (self.space_size, self.space_center))
        return index / constant(tuple(n - 1 for n in self.cube_size), index.device) * size + (center - size / 2)
