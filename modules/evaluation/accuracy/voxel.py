"""The voxel nets and the refinement by themselves: heatmaps in, people out. What the synthetic figures are made with."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from yacs.config import CfgNode

from modules.core.config import weights_path
from modules.core.errors import CheckpointError
from modules.core.geometry import fit_scale
from modules.core.types import Camera
from modules.SelfPose3d.lib.core.checkpoint import load_weights
from modules.SelfPose3d.lib.models.multi_person_posenet_ssv import MultiPersonPoseNetSSV, Roots
from modules.SelfPose3d.lib.models.pose_refine_net import Refined
from modules.SelfPose3d.lib.models.project_layer import ViewMeta

#: Network px per heatmap cell.
STRIDE = 4


@dataclass(frozen=True, eq=False)
class Found:
    """What the nets found in one frame, best score first.

    Attributes:
        joints_mm: float32 [P, J, 3], mm, world. roots_mm: float32 [P, 3]. scores: float32 [P].
        root_ms, pose_ms: milliseconds of the root net and of all pose nets, projection included.
        sd_mm: float32 [P, J, 3], mm, world axes, the refinement's standard deviations; NaN without a refinement.
        view_trust: float32 [P, V, J], 1/mm, see ``core.types.Person``; NaN likewise.
    """

    joints_mm: np.ndarray
    roots_mm: np.ndarray
    scores: np.ndarray
    root_ms: float
    pose_ms: float
    sd_mm: np.ndarray
    view_trust: np.ndarray


class VoxelNets:
    """Root net, pose net and refinement of one configuration, on the CPU, in any room.

    Args:
        config: reads MULTI_PERSON.*, PICT_STRUCT.*, PROJECTION.*, *_V2V.*, REFINE.*, NETWORK.BETA and WEIGHTS.*.
        learned: the nets to use, of "root", "pose" and "refine". In place of another its raw volume is taken as it is: roots
            are the maxima of the mid-hip's volume, joints the soft-argmax of the pose volume. That is what the nets have to
            beat. Where the refinement verifies roots it counts to the root net; without "refine" poses stay unrefined.
        beta: sharpness of the soft-argmax; None: the configuration's.

    Raises:
        CheckpointError: no weights named, or not the nets' own.
    """

    def __init__(
        self, config: CfgNode, learned: Collection[str] = ("root", "pose", "refine"), beta: float | None = None
    ) -> None:
        self.network = MultiPersonPoseNetSSV(nn.Identity(), config).eval().requires_grad_(False)
        self.root_net, self.pose_net = self.network.root_net, self.network.pose_net
        self.cube_size = self.root_net.cube_size
        self.refines = "refine" in learned and self.network.refine_net is not None
        if not self.refines:
            self.network.last_step = None
        if beta is not None:
            self.pose_net.soft_argmax_layer.beta = beta
        if "root" in learned:
            _load(self.root_net, config, "ROOT_NET")
            if self.network.refine_net is not None:
                _load(self.network.refine_net, config, "REFINE_NET")
            if self.network.last_step is not None:
                _load(self.network.last_step, config, "LAST_STEP")
        else:
            self.root_net.root_only = True  # the roots' own heatmap, whatever the net sees
            self.root_net.v2v_net = nn.Identity()
            self.root_net.max_people = config.MULTI_PERSON.MAX_PEOPLE_NUM
            self.network.refine_net = None
        self.lifts = not self.refines or self.network.lifts
        if "pose" in learned:
            if self.lifts:
                _load(self.pose_net, config, "POSE_NET")
        else:
            self.pose_net.v2v_net = nn.Identity()

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Parameters of the root net, of the pose net and of the refinement with its last step, as far as they are used."""
        refines = [net for net in (self.network.refine_net, self.network.last_step) if net is not None]
        pose = parameters(self.pose_net) if self.lifts else 0
        return parameters(self.root_net), pose, sum(parameters(net) for net in refines)

    def enter(self, network_size: tuple[int, int], space_center_mm: Sequence[float], space_size_mm: Sequence[float]) -> None:
        """From now on heatmaps are a quarter of ``network_size`` (width, height), px, and this is the space, mm, world."""
        self.root_net.space_center = tuple(float(v) for v in space_center_mm)
        self.root_net.space_size = tuple(float(v) for v in space_size_mm)
        self.root_net.cube_size = spread_voxels(self.cube_size, space_size_mm)
        for layer in (self.root_net.project_layer, self.pose_net.project_layer):
            layer.image_size = tuple(network_size)
            layer.heatmap_size = tuple(side // STRIDE for side in network_size)

    @torch.no_grad()
    def roots_of(self, heatmaps: torch.Tensor, cameras: Sequence[Camera]) -> Roots:
        """Who is found in the heatmaps float32 [V, J, H, W] of these cameras, before poses are computed."""
        return self.network.roots(list(heatmaps[:, None]), self.meta(cameras))

    @torch.inference_mode()
    def find(self, heatmaps: torch.Tensor, cameras: Sequence[Camera]) -> Found:
        """People in the heatmaps float32 [V, J, H, W] of these cameras, everyone in full detail."""
        maps, meta = list(heatmaps[:, None]), self.meta(cameras)
        start = time.perf_counter()
        roots = self.network.roots(maps, meta)
        there = roots.grid_centers[0, :, 3] >= 0
        people, starts = roots.grid_centers[0, there], None if roots.starts is None else roots.starts[0, there]
        middle = time.perf_counter()
        nobody = Refined(people.new_zeros((0, heatmaps.shape[1], 3)), people[:, 4])
        poses = self.poses_of(maps, meta, people[:, :3], starts) if len(people) else nobody
        end = time.perf_counter()
        ms = 1000 * (middle - start), 1000 * (end - middle)
        sd = torch.full_like(poses.joints, torch.nan) if poses.sd_mm is None else poses.sd_mm
        unknown = sd.new_full((len(people), len(maps), heatmaps.shape[1]), torch.nan)
        trust = unknown if poses.view_trust is None else poses.view_trust
        return Found(poses.joints.numpy(), people[:, :3].numpy(), people[:, 4].numpy(), *ms, sd.numpy(), trust.numpy())

    @torch.inference_mode()
    def pose(self, heatmaps: torch.Tensor, cameras: Sequence[Camera], roots_mm: np.ndarray) -> tuple[np.ndarray, float]:
        """Joints float32 [P, J, 3], mm, world, around given roots float [P, 3], and the milliseconds it took."""
        start = time.perf_counter()
        joints = self.poses_of(
            list(heatmaps[:, None]), self.meta(cameras), torch.as_tensor(roots_mm, dtype=torch.float32)
        ).joints
        return joints.numpy(), 1000 * (time.perf_counter() - start)

    def meta(self, cameras: Sequence[Camera]) -> list[ViewMeta]:
        """What the network wants to know of these cameras, for the network image of now."""
        return [view_meta(camera, self.root_net.project_layer.image_size) for camera in cameras]

    def poses_of(
        self, maps: Sequence[torch.Tensor], meta: Sequence[ViewMeta], roots: torch.Tensor, starts: torch.Tensor | None = None
    ) -> Refined:
        """Poses around roots float32 [P, 3], mm, world; ``starts`` as of ``MultiPersonPoseNetSSV.settle``."""
        joints = self.network.lift(maps, meta, roots) if self.lifts else None
        if self.refines:
            return self.network.settle(maps, meta, joints, roots, starts)
        return Refined(joints, roots.new_zeros(len(roots)))


def spread_voxels(count: Sequence[int], space_size_mm: Sequence[float]) -> tuple[int, int, int]:
    """Voxels (x, y, z) for a space of another shape: as many on the floor as ``count``, about square, multiples of 4."""
    x, y, z = count
    along = np.sqrt(space_size_mm[0] / space_size_mm[1])
    side = np.sqrt(x * y)
    return max(4, 4 * round(side * along / 4)), max(4, 4 * round(side / along / 4)), z


def view_meta(camera: Camera, network_size: tuple[int, int]) -> ViewMeta:
    """What the network wants to know of one view whose whole frame is letter-boxed into the network image; B = 1."""
    size = (camera.width_px, camera.height_px)
    return {
        "center": torch.tensor([[size[0] / 2, size[1] / 2]], dtype=torch.float64),
        "scale": torch.as_tensor(fit_scale(size, network_size))[None],
        "rotation": torch.zeros(1),
        "camera": {
            "R": torch.tensor(camera.R_world_to_cam)[None],
            "T": torch.tensor(camera.center_world_mm).reshape(1, 3, 1),
            **{name: torch.tensor([getattr(camera, name)], dtype=torch.float64) for name in ("fx", "fy", "cx", "cy")},
            "k": torch.tensor(camera.k).reshape(1, 3, 1),
            "p": torch.tensor(camera.p).reshape(1, 2, 1),
        },
    }


def parameters(module: nn.Module) -> int:
    """Learned numbers of a module."""
    return sum(p.numel() for p in module.parameters())


def _load(net: nn.Module, config: CfgNode, key: str) -> None:
    name = config.WEIGHTS[key] or config.WEIGHTS.ALL
    if not name:
        raise CheckpointError("The configuration names no weights for {key} (WEIGHTS.{key}, WEIGHTS.ALL).", key=key)
    load_weights(net, weights_path(name), f"{key.lower()}.")
