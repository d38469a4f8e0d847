"""What differs between the trainings of the root net, the pose net and the refinement: network, samples, loss, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import torch
from torch import nn
from yacs.config import CfgNode

from modules.core.types import Camera
from modules.SelfPose3d.lib.models.cuboid_proposal_net_soft import root_v2v
from modules.SelfPose3d.lib.models.plane_net import PlaneNet
from modules.SelfPose3d.lib.models.pose_refine_net import PoseRefineNet, refine_net
from modules.SelfPose3d.lib.models.pose_regression_net import pose_v2v

from .batches import Batch, any_noise, pose_batch, pose_samples, root_batch, root_sample
from .heatmaps import Noise
from .objectives import SoftArgmax, judge_pose, judge_refine, judge_root, plane_loss, pose_loss, refine_loss, root_loss
from .proposals import Proposer
from .refine_batches import as_samples, found_before, joined, refine_batch, sampler
from .rigs import random_views
from .scenes import Scene, sample_scene
from .starts import made_up_starts, rest_pose

_ROOT_KEYS = ("NETWORK.ROOTNET_ROOTHM", "MULTI_PERSON.INITIAL_CUBE_SIZE", "MULTI_PERSON.THRESHOLD")
_POSE_KEYS = ("POSE_V2V.CENTER", "PICT_STRUCT.GRID_SIZE", "PICT_STRUCT.CUBE_SIZE", "NETWORK.BETA")
_V2V_KEYS = ("CHANNELS", "FRONT_KERNEL", "RESIDUAL")


class Task(Protocol):
    """One net's training.

    Attributes:
        prefix: what the network's keys begin with in the exported file. keys: configuration keys that the weights depend on.
    """

    prefix: str
    keys: tuple[str, ...]

    def build(self) -> nn.Module:
        """The net with fresh weights."""

    def batch(self, rng: np.random.Generator, noise: Noise | None, cameras: Sequence[Camera] | None) -> Batch:
        """A training batch; ``noise`` None: any."""

    def loss(self, model: nn.Module, batch: Batch) -> tuple[torch.Tensor, dict[str, float]]:
        """Loss and figures of a batch; called under autocast."""

    def held_out(self, rng: np.random.Generator, scene: Scene) -> Batch:
        """Validation samples of one scene."""

    def judge(self, model: nn.Module, samples: Sequence[Batch]) -> dict[str, float]:
        """Validation figures."""

    def score(self, figures: Mapping[str, float]) -> float:
        """One number to choose the best weights by, smaller is better."""


class PoseTask:
    """The pose net's V2V."""

    prefix = "v2v_net."
    keys = (*(f"POSE_V2V.{key}" for key in _V2V_KEYS), "PROJECTION.MIN_VIEWS", *_POSE_KEYS)

    def __init__(self, config: CfgNode, device: torch.device) -> None:
        self.config = config
        self.locate = SoftArgmax(config.PICT_STRUCT.GRID_SIZE, config.PICT_STRUCT.CUBE_SIZE, config.NETWORK.BETA).to(device)

    def build(self) -> nn.Module:
        """V2V of POSE_V2V.*."""
        return pose_v2v(self.config)

    def batch(self, rng: np.random.Generator, noise: Noise | None, cameras: Sequence[Camera] | None) -> Batch:
        """FIT.POSE.BATCH people."""
        size = self.config.FIT.POSE.BATCH
        return pose_batch(rng, self.config, size, lambda: _scene(rng, self.config, noise, cameras))

    def loss(self, model: nn.Module, batch: Batch) -> tuple[torch.Tensor, dict[str, float]]:
        """``pose_loss``."""
        volumes = model(batch["volumes"]).float()
        with torch.autocast(volumes.device.type, enabled=False):  # positions in bfloat16 are known to 4 mm at a metre
            loss, error = pose_loss(volumes, batch, self.locate, self.config.FIT.SHARPEN)
        return loss, {"error_mm": error.item()}

    def held_out(self, rng: np.random.Generator, scene: Scene) -> Batch:
        """Up to four people."""
        return _halved(pose_samples(rng, self.config, scene, 4))

    def judge(self, model: nn.Module, samples: Sequence[Batch]) -> dict[str, float]:
        """``judge_pose``."""
        return judge_pose(model, samples, self.locate)

    def score(self, figures: Mapping[str, float]) -> float:
        """Mean error."""
        return figures["mpjpe_mm"]


class RootTask:
    """The root net's volume-to-volume network."""

    prefix = "v2v_net."
    keys = ("ROOT_V2V.PLANE", *(f"ROOT_V2V.{key}" for key in _V2V_KEYS), "PROJECTION.MIN_VIEWS", *_ROOT_KEYS)

    def __init__(self, config: CfgNode, device: torch.device) -> None:
        self.config = config

    def build(self) -> nn.Module:
        """V2V or plane network of ROOT_V2V.*."""
        return root_v2v(self.config)

    def batch(self, rng: np.random.Generator, noise: Noise | None, cameras: Sequence[Camera] | None) -> Batch:
        """FIT.ROOT.BATCH scenes."""
        size = self.config.FIT.ROOT.BATCH
        return root_batch(rng, self.config, size, lambda: _scene(rng, self.config, noise, cameras))

    def loss(self, model: nn.Module, batch: Batch) -> tuple[torch.Tensor, dict[str, float]]:
        """``plane_loss`` or ``root_loss``."""
        if isinstance(model, PlaneNet):
            return plane_loss(*(part.float() for part in model.columns(batch["volumes"])), batch), {}
        return root_loss(model(batch["volumes"]).float(), batch), {}

    def held_out(self, rng: np.random.Generator, scene: Scene) -> Batch:
        """The scene's volume."""
        return _halved(root_sample(self.config, scene))

    def judge(self, model: nn.Module, samples: Sequence[Batch]) -> dict[str, float]:
        """``judge_root``."""
        return judge_root(model, samples, self.config)

    def score(self, figures: Mapping[str, float]) -> float:
        """Missed and false people, and how far roots are off."""
        return (1 - figures["recall_500"]) + figures["false_per_frame"] / 5 + figures["error_mm"] / 5000


class RefineTask:
    """The refinement."""

    prefix = ""
    keys = ("REFINE.CHANNELS", "REFINE.BLOCKS", "REFINE.STAGES")

    def __init__(self, config: CfgNode, device: torch.device) -> None:
        self.config = config
        self.proposer = Proposer(config) if config.FIT.REFINE.PROPOSED else None

    def build(self) -> PoseRefineNet:
        """As REFINE.* says."""
        net = refine_net(self.config)
        net.rest_mm.copy_(torch.from_numpy(rest_pose()))
        return net

    def batch(self, rng: np.random.Generator, noise: Noise | None, cameras: Sequence[Camera] | None) -> Batch:
        """FIT.REFINE.BATCH scenes of one rig size, FIT.REFINE.STARTS starts in each."""
        return refine_batch(rng, self.config, lambda views: _scene(rng, self.config, noise, cameras, views), self.proposer)

    def loss(self, model: nn.Module, batch: Batch) -> tuple[torch.Tensor, dict[str, float]]:
        """``refine_loss``; FIT.REFINE.ALONE rounds more on what people found before leave of the heatmaps."""
        stages = model(sampler(batch), batch["starts"])
        rounds = self.config.FIT.REFINE.ALONE
        return refine_loss(stages, batch, model(sampler(batch, "left"), stages[-1].joints, rounds, alone=True))

    def held_out(self, rng: np.random.Generator, scene: Scene) -> Batch:
        """Two starts for each person."""
        samples = as_samples(scene, *made_up_starts(rng, scene, 2 * len(scene.joints_world_mm)))
        return joined([(scene, samples)], [found_before(rng, scene)])

    def judge(self, model: nn.Module, samples: Sequence[Batch]) -> dict[str, float]:
        """``judge_refine``."""
        return judge_refine(model, [(sampler(sample), sampler(sample, "left"), sample) for sample in samples])

    def score(self, figures: Mapping[str, float]) -> float:
        """Mean errors and wrong verdicts; the error of those who are left counts only where somebody is."""
        errors = [figures["mpjpe_mm"], figures["left_mpjpe_mm"]]
        error = errors[0] if np.isnan(errors[1]) else sum(errors) / 2
        return error + 100 * (figures["wrong_verdicts"] + figures["wrong_verdicts_left"])


TASKS: Mapping[str, type[Task]] = {"pose": PoseTask, "root": RootTask, "refine": RefineTask}


def _scene(
    rng: np.random.Generator, config: CfgNode, noise: Noise | None, cameras: Sequence[Camera] | None, views: int | None = None
) -> Scene:
    """A training scene as FIT.* says; a rig of ``views`` cameras unless one is given."""
    count = views or random_views(rng, config.FIT.VIEWS)
    noise = noise or any_noise(rng)
    noise = replace(noise, calibration=config.FIT.CALIBRATION * noise.calibration)
    return sample_scene(rng, noise, cameras, views=count, huddle=config.FIT.HUDDLE)


def _halved(sample: Batch) -> Batch:
    return {**sample, "volumes": sample["volumes"].to(torch.float16)}
