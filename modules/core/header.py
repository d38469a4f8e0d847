"""What holds for all results of a recording, as a take and a file of poses keep it: JSON with checked types."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .skeleton import JOINT_NAMES, LIMBS
from .types import Camera, SourceInfo

#: Nothing that is kept of a recording, in mm, px or s, is larger.
MOST = 1e8


@dataclass(frozen=True, eq=False)
class ResultsHeader:
    """What holds for all frames.

    Attributes:
        recording: the recording's name.
        fps: frames per second; NaN where unknown.
        cameras: V cameras, in view order.
        lod_origin_xy_mm: (x, y), mm, world.
        config_digest: equal for equal settings.
        frame_count: frames of the recording; 0: not known.
        source: how the recording was opened: path, format, frame offsets, delays (``SourceInfo.delays``), clock, cameras
            chosen, fingerprint of its files.
        world: JSON text: how the cameras' world came from the calibration's own; empty: it is the same.
        extra_names: names of the joints beyond the skeleton.
    """

    recording: str
    fps: float
    cameras: tuple[Camera, ...]
    lod_origin_xy_mm: tuple[float, float]
    config_digest: str
    frame_count: int = 0
    source: Mapping[str, Any] = field(default_factory=dict)
    world: str = ""
    extra_names: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The header as an object of JSON's types."""
        made = {
            "recording": self.recording,
            "fps": self.fps if math.isfinite(self.fps) else None,
            "units": {"world": "mm", "image": "px"},
            "joints": list(JOINT_NAMES),
            "limbs": [list(limb) for limb in LIMBS],
            "extra_joints": list(self.extra_names),
            "cameras": [camera_to_json(camera) for camera in self.cameras],
            "lod_origin_xy_mm": [float(v) for v in self.lod_origin_xy_mm],
            "config_digest": self.config_digest,
            "frame_count": self.frame_count,
            "world": self.world,
        }
        return made | ({"source": dict(self.source)} if self.source else {})

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> ResultsHeader:
        """The header that ``to_json`` wrote; ValueError, TypeError or KeyError for anything else."""
        if content["joints"] != list(JOINT_NAMES):
            raise ValueError("other joints than this program's")
        fps = content["fps"]
        x, y = numbers(content["lod_origin_xy_mm"], (2,))
        count = content.get("frame_count", 0)
        if type(count) is not int or count < 0:
            raise ValueError(f"frame_count is {count!r}")
        return cls(
            str(content["recording"]),
            math.nan if fps is None else float(numbers(fps, ())),
            tuple(camera_from_json(camera) for camera in content["cameras"]),
            (float(x), float(y)),
            str(content["config_digest"]),
            count,
            dict(content.get("source", {})),
            str(content.get("world", "")),
            tuple(str(name) for name in content.get("extra_joints", ())),
        )

    @property
    def info(self) -> SourceInfo:
        """The recording as panes describe it, as far as the header tells."""
        return SourceInfo(
            str(self.source.get("path", self.recording)),
            str(self.source.get("format", "")),
            tuple(camera.name for camera in self.cameras),
            self.frame_count,
            tuple((camera.width_px, camera.height_px) for camera in self.cameras),
            self.fps,
        )


def camera_to_json(camera: Camera) -> dict[str, Any]:
    """A camera as an object of JSON's types; exact, so that the camera read back is the same."""
    return {
        "name": camera.name,
        "size": [camera.width_px, camera.height_px],
        "K": camera.K.tolist(),
        "dist": camera.distortion_opencv.tolist(),
        "R": camera.R_world_to_cam.tolist(),
        "center_mm": camera.center_world_mm.tolist(),
    }


def camera_from_json(content: Mapping[str, Any]) -> Camera:
    """The camera that ``camera_to_json`` wrote; ValueError, TypeError or KeyError for anything else."""
    K, dist = numbers(content["K"], (3, 3)), numbers(content["dist"], (5,))
    width, height = content["size"]
    return Camera(
        str(content["name"]), int(width), int(height), float(K[0, 0]), float(K[1, 1]), float(K[0, 2]), float(K[1, 2]),
        numbers(content["R"], (3, 3)), numbers(content["center_mm"], (3,)), dist[[0, 1, 4]], dist[2:4],
    )  # fmt: skip


def numbers(values: Any, shape: tuple[int, ...]) -> np.ndarray:
    """float64 of ``shape``; ValueError for anything but numbers in that shape, infinite ones and absurd ones among them."""
    array = np.array(values)
    if array.shape != shape or array.dtype.kind not in "if":
        raise ValueError(f"expected {'x'.join(map(str, shape))} numbers, got {str(values)[:60]}")
    if np.abs(array, where=~np.isnan(array), out=np.zeros(shape)).max(initial=0.0) > MOST:
        raise ValueError(f"a number is too large in {str(values)[:60]}")
    return array.astype(np.float64)
