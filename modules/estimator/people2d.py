"""The 2D network alone: everyone in each view of a frame, before any room is assumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from yacs.config import CfgNode

from modules.core.errors import ConfigError, EngineError
from modules.core.geometry import apply_affine, frame_to_network, invert_affine
from modules.core.people2d import People2D
from modules.core.room import network_image_size
from modules.core.skeleton import COCO_NAMES
from modules.core.types import FrameSet
from modules.estimator.acceleration import core_count
from modules.estimator.compiled import CompiledModule
from modules.estimator.device import choose_device
from modules.SelfPose3d.lib.core.build import BACKBONES, load_backbone
from modules.SelfPose3d.lib.models.movenet_multipose import CENTER_THRESHOLD

#: (images uint8 [H, W, 3] RGB, config) → float32 [V, 3, h, w]; the composition root passes ``focus.prepare.network_views``.
NetworkViews = Callable[[tuple[np.ndarray, ...], CfgNode], torch.Tensor]
#: Longest side of the network image at most, px: for telling what is wrong with a rig no more is needed, and it takes longer.
LONGEST_PX = 320
#: A person whose keypoints lie within this share of a surer one's size of them (median) is the same one, decoded twice.
SAME_PERSON = 0.1


class _Decoded(nn.Module):
    """A 2D network's people as a network of one tensor to one tensor, which is what the engine compiles."""

    def __init__(self, backbone: nn.Module) -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """float32 [B, 3, H, W] → float32 [B, K, 1 + 17 · 3]."""
        return self.backbone.people(image)


class PeopleFinder:
    """Implements ``modules.core.people2d.FindPeople2D`` without building a voxel net. One thread at a time.

    Args:
        config: frozen configuration; BACKBONE_MODEL, WEIGHTS.*, RUNTIME.*, and the longest side of NETWORK.IMAGE_SIZE are read.
        network_views: makes the network's input from images.
        quick: in 16 bits where RUNTIME.HALF_PRECISION names the backbone: places differ by a pixel of the frame or two.
        longest_px: the network image's longest side at most.

    Raises:
        ConfigError: the 2D network gives heatmaps alone and can't tell whose a keypoint is.
        CheckpointError, DeviceError, EngineError.
    """

    def __init__(
        self, config: CfgNode, network_views: NetworkViews, quick: bool = False, longest_px: int = LONGEST_PX
    ) -> None:  # fmt: skip
        self._config, self._network_views = config, network_views
        self._longest = min(max(config.NETWORK.IMAGE_SIZE), longest_px)
        self._device = choose_device(config.RUNTIME.DEVICE)
        if not hasattr(BACKBONES.get(config.BACKBONE_MODEL), "people"):
            raise ConfigError(
                "The 2D network {name} can't tell people apart, so it can't check a rig.", name=config.BACKBONE_MODEL
            )
        self._network = _Decoded(load_backbone(config)).to(self._device)
        if self._device.type == "cpu" and config.RUNTIME.ENGINE != "torch" and not config.RUNTIME.PLAIN:
            width, height = network_image_size(config.NETWORK.IMAGE_SIZE[0] / config.NETWORK.IMAGE_SIZE[1], self._longest)
            try:
                threads = config.RUNTIME.THREADS or core_count()
                half = quick and "backbone" in config.RUNTIME.HALF_PRECISION
                self._network = CompiledModule(self._network, (3, height, width), threads, half)
            except EngineError:
                if config.RUNTIME.ENGINE == "openvino":
                    raise  # else torch goes on alone: the estimator says so

    @torch.inference_mode()
    def __call__(self, frame: FrameSet, quarter_turns: tuple[int, ...] | None = None) -> People2D:
        """Everyone in every view.

        Args:
            quarter_turns: V numbers, quarter turns clockwise by which each view's image is turned for the network.
        """
        if isinstance(self._network, CompiledModule):
            torch.set_num_threads(1)  # the little that is left to torch waits longer than it computes
        turns = quarter_turns or (0,) * len(frame.images)
        turned = [np.ascontiguousarray(np.rot90(image, -turn)) for image, turn in zip(frame.images, turns, strict=True)]
        sizes = [tuple(network_image_size(image.shape[1] / image.shape[0], self._longest)) for image in turned]
        found: list[np.ndarray] = [np.zeros((0, len(COCO_NAMES), 3), np.float32)] * len(turned)
        for size in dict.fromkeys(sizes):
            which = [view for view, own in enumerate(sizes) if own == size]
            decoded = self.decode([turned[view] for view in which], size)
            for view, people in zip(which, decoded, strict=True):
                height, width = turned[view].shape[:2]
                raw = invert_affine(frame_to_network((width, height), size))
                places = turned_back(apply_affine(people[..., :2], raw), turns[view], (width, height))
                people[..., :2] = frame.shrunk * places + (frame.shrunk - 1) / 2  # a px is the mean of a block of the frame's
                found[view] = people
        return People2D(frame.index, frame.time_s, tuple(found))

    @torch.inference_mode()
    def decode(self, images: Sequence[np.ndarray], size: tuple[int, int]) -> list[np.ndarray]:
        """The people in images, each letter-boxed to a network image of this size: float64 [P, 17, 3], its px, confidence."""
        config = self._config.clone()
        config.defrost()
        config.NETWORK.IMAGE_SIZE = list(size)
        people = self._network(self._network_views(tuple(images), config).to(self._device)).float().cpu().numpy()
        return [without_doubles(of_image) for of_image in people]


def turned_back(points: Any, turns: int, turned_size: tuple[int, int]) -> np.ndarray:
    """Pixels of an image that was turned by quarter turns clockwise, in the image as it was.

    Args:
        points: float [..., 2], px, turned image. turned_size: (width, height), px, of the turned image.
    """
    width, height = turned_size
    for _ in range(turns % 4):  # one quarter turn anticlockwise: (x, y) → (y, W - 1 - x)
        points = np.stack((points[..., 1], width - 1 - points[..., 0]), -1)
        width, height = height, width
    return points


def without_doubles(decoded: np.ndarray) -> np.ndarray:
    """float64 [P, 17, 3]: the people among a view's decoded ones, each once.

    Args:
        decoded: float32 [K, 1 + 17 · 3], surest first.
    """
    people: list[np.ndarray] = []
    for row in decoded[decoded[:, 0] > CENTER_THRESHOLD].astype(np.float64):
        keypoints = row[1:].reshape(-1, 3)
        size = np.linalg.norm(np.ptp(keypoints[:, :2], axis=0))
        apart = [np.median(np.linalg.norm((keypoints - other)[:, :2], axis=-1)) for other in people]
        if not apart or min(apart) > SAME_PERSON * size:
            people.append(keypoints)
    return np.array(people).reshape(-1, decoded.shape[1] // 3, 3)
