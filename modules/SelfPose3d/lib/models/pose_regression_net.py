"""Pose net: the volume around one root → its joints, by soft-argmax (VoxelPose, sec. 3.3; Sun et al., ECCV 2018)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn
from yacs.config import CfgNode

from modules.SelfPose3d.lib.models.project_layer import ProjectLayer, ViewMeta
from modules.SelfPose3d.lib.models.v2v_net import V2VNet


class SoftArgmaxLayer(nn.Module):
    """Mean voxel position under softmax(beta · volume).

    Args:
        published: keep the published order of operations. Its float32 sums over 64³ voxels are off by up to 2e-4 of a
            position (measured against float64), which a comparison with published figures has to repeat.
        plain: on a GPU too, where its 64³ products of every joint take as long as half of the network.
    """

    def __init__(self, beta: float, published: bool = False, plain: bool = False) -> None:
        super().__init__()
        self.beta = beta
        self.published, self.plain = published, plain

    def forward(self, volume: torch.Tensor, grids: torch.Tensor) -> torch.Tensor:
        """volume float [B, J, X, Y, Z], grids float [B, N, 3] (mm, world) → float [B, J, 3], mm, world."""
        scores = self.beta * volume.flatten(2)  # [B, J, N]
        if self.published and (self.plain or volume.device.type == "cpu"):
            return (torch.softmax(scores[..., None], dim=2) * grids[:, None]).sum(2)
        center = grids.mean(1, keepdim=True)  # small numbers around the box's centre keep float32's digits
        shares, away = torch.softmax(scores, dim=2), grids - center
        if volume.device.type == "cpu":
            return shares @ away + center
        # a GPU's product of so long and few rows takes longer than the rest of the network
        return torch.stack([(shares * away[:, None, :, axis]).sum(2) for axis in range(3)], -1) + center


def pose_v2v(cfg: CfgNode) -> V2VNet:
    """The network that cleans the volume around a root, as POSE_V2V.* says."""
    v2v, joints = cfg.POSE_V2V, cfg.NETWORK.NUM_JOINTS
    return V2VNet(joints, joints, v2v.CHANNELS, v2v.FRONT_KERNEL, v2v.RESIDUAL, v2v.CENTER)


class PoseRegressionNet(nn.Module):
    """Joints within a box around each root."""

    def __init__(self, cfg: CfgNode) -> None:
        super().__init__()
        self.grid_size = tuple(cfg.PICT_STRUCT.GRID_SIZE)
        self.cube_size = tuple(cfg.PICT_STRUCT.CUBE_SIZE)
        self.project_layer = ProjectLayer(cfg)
        # boxes move with people: nothing comes back from a cache
        self.project_layer.caching = False
        self.v2v_net = pose_v2v(cfg)
        self.soft_argmax_layer = SoftArgmaxLayer(cfg.NETWORK.BETA, not cfg.PROJECTION.STRICT_VISIBILITY, cfg.RUNTIME.PLAIN)

    @property
    def box(self) -> tuple[tuple[float, ...], ...]:
        """Size of the box around a root, mm, and its voxels."""
        return self.grid_size, self.cube_size

    def forward(self, heatmaps: Sequence[torch.Tensor], meta: Sequence[ViewMeta], grid_centers: torch.Tensor) -> torch.Tensor:
        """Joints for every given root.

        Args:
            heatmaps: V of float [B, J, H, W]. meta: V of ViewMeta.
            grid_centers: float [B, 3+], mm, world: one root a sample; or [B, P, 3+].

        Returns:
            float [B, J, 3] or [B, P, J, 3], mm, world.
        """
        cubes, grids = self.project_layer(heatmaps, meta, self.grid_size, grid_centers, self.cube_size)
        joints = self.soft_argmax_layer(self.v2v_net(cubes), grids)
        return joints.reshape(*grid_centers.shape[:-1], *joints.shape[1:])
