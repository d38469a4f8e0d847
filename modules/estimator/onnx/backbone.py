"""The user's 2D network in the backbone's place: frames or network images → heatmaps of the skeleton's and the extra joints."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from yacs.config import CfgNode

from modules.core.config import weights_path
from modules.core.errors import CheckpointError
from modules.core.geometry import apply_affine, frame_to_network
from modules.core.skeleton import MIDPOINT_OF_JOINT, NUM_JOINTS
from modules.estimator.onnx import decode
from modules.estimator.onnx.joint_sets import load_joint_set
from modules.estimator.onnx.model import OnnxModel
from modules.estimator.region import region_of
from modules.SelfPose3d.lib.core.checkpoint import load_weights
from modules.SelfPose3d.lib.models.movenet_multipose import CENTER_THRESHOLD, MoveNetMultiPose

STRIDE = 4
#: A crop is this many times as large as the person's keypoints reach, as top-down networks are trained.
CROP_ROOM = 1.25
#: The built-in network's person must have this many keypoints above its score to be cropped.
DETECTED_KEYPOINTS, DETECTED_SCORE = 4, 0.1
#: Boxes that overlap this much (intersection over union) are one person's.
SAME_BOX = 0.7


class OnnxBackbone(nn.Module):
    """Implements the backbone's part of ``MultiPersonPoseNetSSV`` for BACKBONE_MODEL: onnx.

    Args:
        cfg: reads ONNX.*, NETWORK.*, WEIGHTS.BACKBONE, DATASET.COLOR_RGB. threads: cores to use.

    Raises:
        CheckpointError, ConfigError, EngineError: as of ``OnnxModel`` and ``load_joint_set``.
    """

    def __init__(self, cfg: CfgNode, threads: int) -> None:
        super().__init__()
        self.kind, self.rgb = cfg.ONNX.KIND, cfg.DATASET.COLOR_RGB
        self.joint_set = load_joint_set(cfg.ONNX.JOINTS)
        self.image_size = tuple(cfg.NETWORK.IMAGE_SIZE)
        self.shape = tuple(reversed(cfg.NETWORK.HEATMAP_SIZE))
        self.mean, self.std = (np.array(v, np.float32)[:, None, None] for v in (cfg.ONNX.MEAN, cfg.ONNX.STD))
        size = tuple(cfg.ONNX.CROP_SIZE) if self.crops else self.image_size
        if not cfg.WEIGHTS.BACKBONE:
            raise CheckpointError("BACKBONE_MODEL: onnx needs a model: name its file in WEIGHTS.BACKBONE.")
        self.model = OnnxModel(weights_path(cfg.WEIGHTS.BACKBONE), size, threads)
        self._detector = (_detector(cfg),) if self.crops else ()  # a tuple: it stays on the CPU
        blank = np.zeros((3, *reversed(size)), np.float32)
        _ = self._of_crop(self.model(blank[None])) if self.crops else self._whole(blank)  # raises here what is wrong with it

    @property
    def crops(self) -> bool:
        """Whether the model looks at one person's crop at a time, so that frames are wanted (``of_frames``)."""
        return self.kind.startswith("crop_")

    @property
    def channels(self) -> int:
        """Heatmaps a view: the skeleton's joints, and the extra ones behind them."""
        return NUM_JOINTS + len(self.joint_set.extra)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """float32 [B, 3, H, W], normalised by ONNX.MEAN and ONNX.STD → float32 [B, J + E, H/4, W/4]."""
        arrays = images.detach().cpu().float().numpy()
        return torch.from_numpy(np.stack([self._whole(image) for image in arrays]))

    def of_frames(self, frames: Sequence[np.ndarray], images: torch.Tensor) -> torch.Tensor:
        """The same of crops of the frames, where people are by the built-in network.

        Args:
            frames: V of uint8 [H, W, 3], RGB. images: float32 [V, 3, h, w], the network's, normalised by ONNX.*.
        """
        raw = images.cpu() * torch.from_numpy(self.std) + torch.from_numpy(self.mean)
        people = self._detector[0].people((raw if self.rgb else raw.flip(1)) / 127.5 - 1).numpy()
        return torch.from_numpy(
            np.stack([self._cropped(frame, boxes_of(found)) for frame, found in zip(frames, people, strict=True)])
        )

    def _whole(self, image: np.ndarray) -> np.ndarray:
        outputs = self.model(image[None])
        if self.kind == "people":
            keypoints = decode.keypoints_of_people(outputs, len(self.joint_set.names))
            return decode.drawn(keypoints, self.joint_set, self.shape, STRIDE)
        maps = decode.heatmap_output(outputs, len(self.joint_set.names))
        if maps.shape[1:] != self.shape:
            sized = F.interpolate(torch.from_numpy(maps[None]), self.shape, mode="bilinear", align_corners=False)
            maps = sized[0].numpy()
        made = np.zeros((self.channels, *self.shape), np.float32)
        for joint, channel in self.joint_set.of_joint.items():
            made[joint] = maps[channel].clip(0, 1)
        for joint, (first, second) in MIDPOINT_OF_JOINT.items():
            if joint not in self.joint_set.of_joint:
                decode.midpoints(made[first], made[second], made[joint])
        made[NUM_JOINTS:] = maps[list(self.joint_set.extra)].clip(0, 1)
        return made

    def _cropped(self, frame: np.ndarray, boxes: np.ndarray) -> np.ndarray:
        affine = frame_to_network((frame.shape[1], frame.shape[0]), self.image_size)
        zoom, shift = affine[0, 0], affine[:, 2]
        keypoints = []
        for box in boxes:
            middle, side = ((box[:2] + box[2:]) / 2 - shift) / zoom, (box[2:] - box[:2]) / zoom
            crop, corner, step = crop_of(frame, middle, side, self.model.size)
            image = (crop if self.rgb else crop[::-1]) - self.mean
            found = self._of_crop(self.model((image / self.std)[None]))
            found[:, :2] = apply_affine((found[:, :2] + 0.5) * step - 0.5 + corner, affine)
            keypoints.append(found)
        people = np.array(keypoints).reshape(-1, len(self.joint_set.names), 3)
        return decode.drawn(people, self.joint_set, self.shape, STRIDE)

    def _of_crop(self, outputs: list[np.ndarray]) -> np.ndarray:
        read = decode.keypoints_of_simcc if self.kind == "crop_simcc" else decode.keypoints_of_heatmaps
        return read(outputs, len(self.joint_set.names), self.model.size)


def _detector(cfg: CfgNode) -> MoveNetMultiPose:
    detector = MoveNetMultiPose().eval().requires_grad_(False)
    load_weights(detector, weights_path(cfg.ONNX.DETECTOR), "backbone.")
    return detector


def boxes_of(people: np.ndarray) -> np.ndarray:
    """float [P, 4], (left, top, right, bottom), px: around the sure keypoints of people [K, 1 + 17 · 3], each person once."""
    boxes: list[np.ndarray] = []
    for row in people[people[:, 0] > CENTER_THRESHOLD]:
        keypoints = row[1:].reshape(-1, 3)
        sure = keypoints[keypoints[:, 2] > DETECTED_SCORE, :2]
        if len(sure) < DETECTED_KEYPOINTS:
            continue
        box = np.concatenate((sure.min(0), sure.max(0)))
        if all(_overlap(box, other) < SAME_BOX for other in boxes):
            boxes.append(box)
    return np.array(boxes).reshape(-1, 4)


def _overlap(a: np.ndarray, b: np.ndarray) -> float:
    shared = np.prod((np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])).clip(0))
    return float(shared / max(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - shared, 1e-9))


def crop_of(
    frame: np.ndarray, middle: np.ndarray, side: np.ndarray, size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A box of a frame, with room around it and in the crop's shape, at the crop's size; black outside the frame.

    Args:
        frame: uint8 [H, W, 3]. middle, side: float [2], px, of the box. size: (width, height), px, of the crop.

    Returns:
        float32 [3, height, width]; where its corner pixel's edge lies in the frame, float [2], px; px of the frame a crop's px.
    """
    shape = np.array(size, float)
    wanted = shape * max(*(side * CROP_ROOM / shape), 8 / shape.min())
    corner = np.floor(middle - wanted / 2).astype(int)
    whole = np.ceil(wanted).astype(int)
    region = region_of(frame, corner, (whole[0], whole[1]))
    image = torch.from_numpy(region).permute(2, 0, 1)[None].float()
    scaled = F.interpolate(image, (size[1], size[0]), mode="bilinear", align_corners=False, antialias=True)
    return scaled[0].numpy(), corner.astype(float), whole / shape
