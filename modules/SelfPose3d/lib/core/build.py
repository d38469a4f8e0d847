"""From a configuration to a network with its weights."""

from __future__ import annotations

from torch import nn
from yacs.config import CfgNode

from modules.core.config import weights_path
from modules.core.errors import CheckpointError
from modules.SelfPose3d.lib.core.checkpoint import load_weights
from modules.SelfPose3d.lib.models.movenet_multipose import MoveNetMultiPose
from modules.SelfPose3d.lib.models.multi_person_posenet_ssv import MultiPersonPoseNetSSV
from modules.SelfPose3d.lib.models.pose_resnet import PoseResNet

BACKBONES: dict[str, type[nn.Module]] = {"pose_resnet": PoseResNet, "movenet_multipose": MoveNetMultiPose}

#: WEIGHTS.* → attribute of the network.
PARTS = {
    "BACKBONE": "backbone",
    "ROOT_NET": "root_net",
    "POSE_NET": "pose_net",
    "REFINE_NET": "refine_net",
    "LAST_STEP": "last_step",
}


def build_network(cfg: CfgNode, backbone: nn.Module | None = None) -> MultiPersonPoseNetSSV:
    """The network that a configuration describes, in evaluation mode on the CPU, with random weights; ``backbone``: in place of
    a built-in one."""
    return MultiPersonPoseNetSSV(BACKBONES[cfg.BACKBONE_MODEL](cfg) if backbone is None else backbone, cfg).eval()


def load_backbone(cfg: CfgNode) -> nn.Module:
    """The 2D network alone, in evaluation mode on the CPU, with the weights of WEIGHTS.BACKBONE or its part of WEIGHTS.ALL.

    Raises:
        CheckpointError: as ``load_network``.
    """
    backbone = BACKBONES[cfg.BACKBONE_MODEL](cfg).eval()
    name = cfg.WEIGHTS.BACKBONE or cfg.WEIGHTS.ALL
    if not name:
        raise CheckpointError(
            "The configuration names no weights (WEIGHTS.ALL and WEIGHTS.{key} are empty); see the README on checkpoints.",
            key="BACKBONE",
        )
    load_weights(backbone, weights_path(name), "backbone.")
    return backbone.requires_grad_(False)


def load_network(cfg: CfgNode, backbone: nn.Module | None = None) -> MultiPersonPoseNetSSV:
    """The network with the weights of WEIGHTS.*; ``backbone``: as it is, in place of a built-in one.

    Raises:
        CheckpointError: a file is missing, damaged or for another network, or none is named for a part.
    """
    network = build_network(cfg, backbone)
    if cfg.WEIGHTS.ALL:
        load_weights(network, weights_path(cfg.WEIGHTS.ALL))
    for key, part in PARTS.items():
        unused = getattr(network, part) is None or (part == "pose_net" and not network.lifts)
        if unused or (backbone is not None and part == "backbone"):
            continue
        name = cfg.WEIGHTS[key]
        if name:
            load_weights(getattr(network, part), weights_path(name), f"{part}.")
        elif not cfg.WEIGHTS.ALL:
            raise CheckpointError(
                "The configuration names no weights (WEIGHTS.ALL and WEIGHTS.{key} are empty); see the README on checkpoints.",
                key=key,
            )
    return network.requires_grad_(False)
