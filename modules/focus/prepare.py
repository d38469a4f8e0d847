"""A FrameSet as the network wants it: frames letter-boxed to its image size, normalised for its backbone, with cameras as meta.

The geometry is ``core.geometry.frame_to_network``, applied to pixel coordinates as they are (x_net = zoom · x + shift), as
VoxelPose does it, so heatmap cells can be carried back to the raw frame by the same affine.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
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
        views: V tensors float32 [1, C, H, W], normalised; slices of one tensor.
        meta: V dicts, see ``view_meta``, with a batch axis in front; frames share them, so they are only read.
    """

    frames: FrameSet
    views: list[torch.Tensor]
    meta: list[dict[str, Any]]


def prepare(frame_set: FrameSet, config: Any) -> NetworkInput:
    """Letter-boxes and normalises the views of a FrameSet for the configured network.

    Args:
        config: reads NETWORK.IMAGE_SIZE, DATASET.COLOR_RGB and BACKBONE_MODEL.

    Raises:
        ConfigError: no normalisation is known for the backbone.
    """
    views = network_views(frame_set.images, config)
    size = tuple(config.NETWORK.IMAGE_SIZE)
    meta = [_meta(camera, size, gone) for camera, gone in zip(frame_set.cameras, frame_set.missing, strict=True)]
    return NetworkInput(frame_set, [view[None] for view in views], meta)


def network_views(images: tuple[np.ndarray, ...], config: Any) -> torch.Tensor:
    """float32 [V, C, H, W]: the images letter-boxed to NETWORK.IMAGE_SIZE and normalised.

    Args:
        images: V arrays uint8 [H, W, 3], RGB.

    Raises:
        ConfigError: no normalisation is known for the backbone.
    """
    mean, std = _normalisation(config)
    width, height = config.NETWORK.IMAGE_SIZE
    boxed = np.empty((len(images), height, width, 3), np.uint8)
    for view, image in enumerate(images):
        letterbox(image, (width, height), out=boxed[view])
    # published code normalises by place: with BGR input, blue by the first (red) figures
    tables = ((np.arange(256)[:, None] - mean) / std).astype(np.float32)
    order = range(3) if config.DATASET.COLOR_RGB else range(2, -1, -1)
    views = np.empty((len(images), 3, height, width), np.float32)
    for image, view in zip(boxed, views, strict=True):
        for place, channel in enumerate(order):
            cv2.LUT(cv2.extractChannel(image, channel), tables[:, place], dst=view[place])
    return torch.from_numpy(views)


def letterbox(image: np.ndarray, network_size: tuple[int, int], out: np.ndarray | None = None) -> np.ndarray:
    """uint8 [h, w, 3]: a frame scaled and centred into the network's image, black around it.

    For small zooms the frame is halved first, so that nothing aliases (four pixels' mean is the one reduction for which OpenCV
    has fast code); the geometry stays exactly ``frame_to_network``.

    Args:
        image: uint8 [H, W, 3]. network_size: (width, height), px. out: where to put it.
    """
    height, width = image.shape[:2]
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
