"""The recording's world and the level one: where up and the floor are, however a calibration has its axes.

The networks were trained for rooms with z up and the floor at z = 0. A recording's own coordinates may have y up, the first
camera's axes, or the floor a metre off; ``World`` leads from them to the level world and back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .errors import Note
from .types import ORTHONORMAL_TOLERANCE, Camera, frozen_array


@dataclass(frozen=True, eq=False)
class World:
    """A similarity from the recording's coordinates to level ones: ``x_level = scale · R_to_level (x - origin)``.

    Level: right-handed, mm, z up, floor at z = 0, the origin on the floor under the middle of the space.

    Attributes:
        scale: millimetres in a unit of the recording's coordinates; 1 wherever those are known to be mm.
        R_to_level: float64 [3, 3], rotation, recording to level.
        origin: float64 [3], recording's coordinates: the level world's origin.

    Raises:
        ValueError: a number is not finite, the scale is not positive, or R is not a rotation.
    """

    scale: float = 1.0
    R_to_level: np.ndarray = field(default_factory=lambda: np.eye(3))
    origin: np.ndarray = field(default_factory=lambda: np.zeros(3))

    def __post_init__(self) -> None:
        R = frozen_array(self.R_to_level, np.float64, (3, 3), "R_to_level")
        object.__setattr__(self, "R_to_level", R)
        object.__setattr__(self, "origin", frozen_array(self.origin, np.float64, (3,), "origin"))
        if not (np.isfinite(R).all() and np.isfinite(self.origin).all() and np.isfinite(self.scale) and self.scale > 0):
            raise ValueError(Note("{key} has a number that is not finite", key="world"))
        error = float(np.abs(R @ R.T - np.eye(3)).max())
        if error > ORTHONORMAL_TOLERANCE or np.linalg.det(R) < 0:
            raise ValueError(Note("R is not a rotation (R·Rᵀ differs from the identity by {error:.3g})", error=error))

    def to_json(self) -> dict[str, Any]:
        """As an object of JSON's types; exact."""
        return {"scale": float(self.scale), "R_to_level": self.R_to_level.tolist(), "origin": self.origin.tolist()}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> World:
        """What ``to_json`` wrote; ValueError, TypeError or KeyError for anything else."""
        return cls(float(content["scale"]), np.array(content["R_to_level"], float), np.array(content["origin"], float))

    @property
    def is_identity(self) -> bool:
        """Whether both worlds are the same."""
        return self.scale == 1 and not self.origin.any() and np.array_equal(self.R_to_level, np.eye(3))

    @property
    def up(self) -> np.ndarray:
        """float64 [3]: the level world's z axis in the recording's coordinates."""
        return self.R_to_level[2]

    @property
    def inverse(self) -> World:
        """From level coordinates to the recording's."""
        return World(1 / self.scale, self.R_to_level.T, self.to_level(np.zeros(3)))

    def to_level(self, points: np.ndarray) -> np.ndarray:
        """Points [..., 3] of the recording → float64 [..., 3], mm, level; NaN stays NaN."""
        return self.scale * (np.asarray(points, np.float64) - self.origin) @ self.R_to_level.T

    def to_recording(self, points_level_mm: np.ndarray) -> np.ndarray:
        """Level points [..., 3], mm → float64 [..., 3] in the recording's coordinates; NaN stays NaN."""
        return np.asarray(points_level_mm, np.float64) @ self.R_to_level / self.scale + self.origin

    def level_camera(self, camera: Camera) -> Camera:
        """The same camera in the level world."""
        R = camera.R_world_to_cam @ self.R_to_level.T
        return replace(camera, R_world_to_cam=R, center_world_mm=self.to_level(camera.center_world_mm))

    def level_cameras(self, cameras: Sequence[Camera]) -> tuple[Camera, ...]:
        """All cameras in the level world."""
        return tuple(self.level_camera(camera) for camera in cameras)

    def recording_camera(self, camera: Camera) -> Camera:
        """A camera of the level world in the recording's."""
        R = camera.R_world_to_cam @ self.R_to_level
        return replace(camera, R_world_to_cam=R, center_world_mm=self.to_recording(camera.center_world_mm))

    def deviation_to_recording(self, sd_level_mm: np.ndarray) -> np.ndarray:
        """Standard deviations along the level axes [..., 3] → along the recording's, taken as independent of one another."""
        variance = np.asarray(sd_level_mm, np.float64) ** 2 @ self.R_to_level**2
        return np.sqrt(variance) / self.scale


@dataclass(frozen=True, eq=False)
class Space:
    """The box in which people are looked for.

    Attributes:
        size_mm, center_mm: float64 [3], mm, the cameras' coordinates.
    """

    size_mm: np.ndarray
    center_mm: np.ndarray

    def __post_init__(self) -> None:
        for name in ("size_mm", "center_mm"):
            object.__setattr__(self, name, frozen_array(getattr(self, name), np.float64, (3,), name))

    def to_json(self) -> dict[str, Any]:
        """As an object of JSON's types; exact."""
        return {"size_mm": self.size_mm.tolist(), "center_mm": self.center_mm.tolist()}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Space:
        """What ``to_json`` wrote; ValueError, TypeError or KeyError for anything else."""
        return cls(np.array(content["size_mm"], float), np.array(content["center_mm"], float))


def level_rotation(up: np.ndarray) -> np.ndarray:
    """float64 [3, 3]: a rotation that takes ``up`` [3] to z and leaves the other axes as near as can be to where they were.

    Where z is up already it is the identity; for y up, x stays x.
    """
    z = np.asarray(up, np.float64) / np.linalg.norm(up)
    along = np.eye(3)[0] if abs(z[0]) < 0.9 else np.eye(3)[1 if abs(z[1]) < abs(z[2]) else 2]
    x = along - z * (along @ z)
    x /= np.linalg.norm(x)
    return np.stack((x, np.cross(z, x), z))
