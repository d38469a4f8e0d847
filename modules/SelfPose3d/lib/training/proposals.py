"""Starts of a refinement as they come from the root and pose nets themselves."""

from __future__ import annotations

import numpy as np
import torch
from yacs.config import CfgNode

from modules.core.config import weights_path
from modules.core.skeleton import NUM_JOINTS
from modules.SelfPose3d.lib.models.cuboid_proposal_net_soft import root_v2v
from modules.SelfPose3d.lib.models.pose_regression_net import pose_v2v

from .batches import root_sample
from .objectives import SoftArgmax, find_roots
from .runs import load_weights
from .scenes import Scene
from .starts import matched, rest_pose
from .volumes import sample_volumes

#: Proposals above this root score are taken.
THRESHOLD = 0.05
#: How often the pose net is run for a proposal: seldom, as it costs more than all else and hardly matters.
POSED = 0.05


class Proposer:
    """Root net and pose net of WEIGHTS.ROOT_NET and WEIGHTS.POSE_NET.

    Raises:
        CheckpointError: a file is missing or for another net.
    """

    def __init__(self, config: CfgNode) -> None:
        self.config = config
        self.root = root_v2v(config).eval().requires_grad_(False)
        self.root.load_state_dict(load_weights(weights_path(config.WEIGHTS.ROOT_NET), "v2v_net."))
        self.pose = pose_v2v(config).eval().requires_grad_(False)
        self.pose.load_state_dict(load_weights(weights_path(config.WEIGHTS.POSE_NET), "v2v_net."))
        box = config.PICT_STRUCT
        self.locate = SoftArgmax(box.GRID_SIZE, box.CUBE_SIZE, config.NETWORK.BETA)

    @torch.no_grad()
    def starts(self, rng: np.random.Generator, scene: Scene, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Up to ``most`` proposals of a scene as ``starts.made_up_starts`` gives them: the rest pose at a root, as roots are
        verified, or the pose net's pose there."""
        sample = root_sample(self.config, scene)
        found = find_roots(self.root(sample["volumes"])[0, 0], sample["offsets"], THRESHOLD, most).numpy()
        roots = (found + scene.space_center_mm).astype(np.float32)
        starts = roots[:, None] + rest_pose().astype(np.float32)
        posed = rng.random(len(roots)) < POSED
        if posed.any():
            box = self.config.PICT_STRUCT
            centers = torch.from_numpy(roots[posed])
            volumes = sample_volumes(
                scene.heatmaps, scene.cameras, scene.network_size, centers, box.GRID_SIZE, box.CUBE_SIZE,
                self.config.PROJECTION.MIN_VIEWS,
            )  # fmt: skip
            starts[posed] = (self.locate(self.pose(volumes)) + centers[:, None]).numpy()
        truth = scene.joints_world_mm.astype(np.float64)
        return matched(starts.reshape(-1, NUM_JOINTS, 3), roots, truth, np.full(len(roots), -1))
