"""A FrameSet as the network wants it: frames letter-boxed to its image size, normalised for its backbone, with cameras as meta.

The geometry is ``core.geometry.frame_to_network``, applied to pixel coordinates as they are (x_net = zoom · x + shift), as
VoxelPose does it, so heatmap cells can be carried back to the raw frame by the same affine.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import cv2
import numpy as np
import torch

from modules.core.errors import ConfigError
from modules.core.geometry import fit_scale, frame_to_network
from modules.core.types import Camera, FrameSet

from .small import halved

#: ImageNet's mean and standard deviation, RGB in [0, 1].
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
#: Backbone → (mean, standard deviation) per channel, RGB in 0…255, as (value - mean) / std.
NORMALISATION: dict[str, tuple[np.ndarray, np.ndarray]] = {
    "pose_resnet": (255.0 * np.array(IMAGENET_MEAN), 255.0 * np.array(IMAGENET_STD)),
    "movenet_multipose": (np.full(3, 127.5), np.full(3, 127.5)),
}
#: Below this zoom bilinear sampling would skip pixels: the frame is halved first, as often as needed.
MIN_BILINEAR_ZOOM = 0.5
#: Pixels of a halved frame → of the whole one: the mean of pixels 2j and 2j + 1 lies at 2j + 1/2.
HALF_TO_WHOLE = np.array([[2.0, 0.0, 0.5], [0.0, 2.0, 0.5], [0.0, 0.0, 1.0]])


@dataclass(frozen=True, eq=False)
class NetworkInput:
    """One FrameSet, ready for the network; batch size 1.

    Attributes:
        frames: the FrameSet it was made from.
        boxed: uint8 [V, H, W, 3], RGB, letter-boxed.
        tables: float32 [256, C], what each channel's values become, and the RGB channel of each.
        meta: V dicts, see ``view_meta``, with a batch axis in front; frames share them, so they are only read.
    """

    frames: FrameSet
    boxed: np.ndarray
    tables: tuple[np.ndarray, tuple[int, ...]]
    meta: list[dict[str, Any]]

    @cached_property
    def views(self) -> list[torch.Tensor]:
        """V tensors float32 [1, C, H, W], normalised; slices of one tensor."""
        return list(_normalised(self.boxed, *self.tables).split(1))

    def on(self, device: torch.device) -> list[torch.Tensor]:
        """The same on a GPU, which normalises faster, and to which bytes travel four times as fast; nobody waits for it."""
        values, order = self.tables
        sent, ends = (
            torch.from_numpy(part).pin_memory().to(device, non_blocking=True) for part in (self.boxed, values[[0, 255]])
        )  # fmt: skip
        return list(normalised_between(sent, ends, order).split(1))


def prepare(frame_set: FrameSet, config: Any) -> NetworkInput:
    """Letter-boxes and normalises the views of a FrameSet for the configured network.

    Args:
        config: reads NETWORK.IMAGE_SIZE, DATASET.COLOR_RGB and BACKBONE_MODEL.

    Raises:
        ConfigError: no normalisation is known for the backbone.
    """
    size = tuple(config.NETWORK.IMAGE_SIZE)
    meta = [_meta(camera, size, gone) for camera, gone in zip(frame_set.cameras, frame_set.missing, strict=True)]
    return NetworkInput(frame_set, _boxed(frame_set.images, config), _tables(config), meta)


def network_views(images: tuple[np.ndarray, ...], config: Any) -> torch.Tensor:
    """float32 [V, C, H, W]: the images letter-boxed to NETWORK.IMAGE_SIZE and normalised.

    Args:
        images: V arrays uint8 [H, W, 3], RGB.

    Raises:
        ConfigError: no normalisation is known for the backbone.
    """
    return _normalised(_boxed(images, config), *_tables(config))


def _boxed(images: tuple[np.ndarray, ...], config: Any) -> np.ndarray:
    """uint8 [V, H, W, 3]."""
    width, height = config.NETWORK.IMAGE_SIZE
    boxed = np.empty((len(images), height, width, 3), np.uint8)
    for view, image in enumerate(images):
        letterbox(image, (width, height), out=boxed[view])
    return boxed


def _tables(config: Any) -> tuple[np.ndarray, tuple[int, ...]]:
    """As of ``NetworkInput``; ConfigError."""
    mean, std = _normalisation(config)
    # published code normalises by place: with BGR input, blue by the first (red) figures
    values = ((np.arange(256)[:, None] - mean) / std).astype(np.float32)
    return values, (0, 1, 2) if config.DATASET.COLOR_RGB else (2, 1, 0)


def normalised_between(boxed: torch.Tensor, ends: torch.Tensor, order: tuple[int, ...]) -> torch.Tensor:
    """float32 [V, C, H, W] of boxed uint8 [V, H, W, 3]; ``ends`` float32 [2, C]: what 0 and 255 become."""
    low, high = ends
    step = (high - low) / 255
    return torch.stack([low[n] + step[n] * boxed[..., channel] for n, channel in enumerate(order)], 1)


def _normalised(boxed: np.ndarray, values: np.ndarray, order: tuple[int, ...]) -> torch.Tensor:
    """float32 [V, C, H, W]."""
    views = np.empty((len(boxed), len(order), *boxed.shape[1:3]), np.float32)
    for image, view in zip(boxed, views, strict=True):
        for place, channel in enumerate(order):
            cv2.LUT(cv2.extractChannel(image, channel), values[:, place], dst=view[place])
    return torch.from_numpy(views)


def letterbox(image: np.ndarray, network_size: tuple[int, int], out: np.ndarray | None = None) -> np.ndarray:
    """uint8 [h, w, 3]: a frame scaled and centred into the network's image, black around it.

    For small zooms the frame is halved first, so that nothing aliases (four pixels' mean is the one reduction for which OpenCV
    has fast code); the geometry stays exactly ``frame_to_network``.

    Args:
        image: uint8 [H, W, 3]. network_size: (width, height), px. out: where to put it.
    """
    height, width = image.shape[:2]
    if (width, height) == tuple(network_size):
        out = np.empty_like(image) if out is None else out
        out[:] = image
        return out
    matrix = frame_to_network((width, height), network_size)
    while matrix[0, 0] < MIN_BILINEAR_ZOOM * (1 - 1e-6):
        image, matrix = halved(image), matrix @ HALF_TO_WHOLE
    out = np.empty((network_size[1], network_size[0], 3), np.uint8) if out is None else out
    return cv2.warpAffine(image, matrix, network_size, dst=out, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)


@lru_cache(maxsize=64)
def _meta(camera: Camera, image_size: tuple[int, int], missing: bool) -> dict[str, Any]:
    """``view_meta`` of a batch of one, made once for a camera: frames of the same cameras are then known by their dicts."""
    return batched(_view_meta(camera, image_size, missing))


def view_meta(camera: Camera, config: Any, missing: bool = False) -> dict[str, Any]:
    """What the network knows of one view besides its image, without a batch axis.

    A missing view's frame has no width and no height: every point is outside it, so that it counts as not seeing.

    Returns:
        center float32 [2], px, raw frame; scale float32 [2], units of 200 px; rotation float32 [], degrees; frame_size float32
        [2], (width, height), px; camera: float64 tensors R [3, 3] world to camera, T [3, 1] camera centre in mm, world (not
        OpenCV's translation), fx, fy, cx, cy [], px, k [3, 1], p [2, 1].
    """
    return _view_meta(camera, tuple(config.NETWORK.IMAGE_SIZE), missing)


def _view_meta(camera: Camera, image_size: tuple[int, int], missing: bool) -> dict[str, Any]:
    size = (camera.width_px, camera.height_px)
    center = (0.0, 0.0) if missing else (size[0] / 2, size[1] / 2)  # the network takes the frame for twice its centre
    return {
        "center": torch.tensor(center, dtype=torch.float32),
        "scale": torch.tensor(fit_scale(size, image_size), dtype=torch.float32),
        "rotation": torch.tensor(0.0, dtype=torch.float32),
        "frame_size": torch.tensor((0, 0) if missing else size, dtype=torch.float32),
        "camera": {
            "R": torch.tensor(camera.R_world_to_cam, dtype=torch.float64),
            "T": torch.tensor(camera.center_world_mm, dtype=torch.float64)[:, None],
            **{name: torch.tensor(getattr(camera, name), dtype=torch.float64) for name in ("fx", "fy", "cx", "cy")},
            "k": torch.tensor(camera.k, dtype=torch.float64)[:, None],
            "p": torch.tensor(camera.p, dtype=torch.float64)[:, None],
        },
    }


def batched(meta: dict[str, Any]) -> dict[str, Any]:
    """The same dict with a batch axis of 1 in front of every tensor."""
    return {key: batched(value) if isinstance(value, dict) else value[None] for key, value in meta.items()}


def _normalisation(config: Any) -> tuple[np.ndarray, np.ndarray]:
    if config.BACKBONE_MODEL == "onnx":
        return np.array(config.ONNX.MEAN), np.array(config.ONNX.STD)
    if config.BACKBONE_MODEL not in NORMALISATION:
        raise ConfigError("BACKBONE_MODEL: no normalisation is known for {name}.", name=config.BACKBONE_MODEL)
    return NORMALISATION[config.BACKBONE_MODEL]
