"""Joint angles, named and signed as the International Society of Biomechanics does, as far as 15 joint centres tell.

Wu et al., "ISB recommendation on definitions of joint coordinate systems … part I: ankle, hip, and spine" (J. Biomechanics
35, 2002) and "part II: shoulder, elbow, wrist and hand" (38, 2005); knee after Grood & Suntay (J. Biomech. Eng. 105, 1983).

Sign convention, both sides alike, anatomical position (upright, arms hanging) zero:

    *_knee_flexion, *_elbow_flexion   0 straight, positive bent. From three centres: never negative.
    *_hip_flexion, *_hip_adduction    thigh against the trunk's axis and the hips' line: positive forward; towards the midline.
    *_shoulder_elevation              angle between the upper arm and the trunk's downward axis: 0 hanging, 180 overhead.
    *_shoulder_plane                  plane of elevation: 0 abduction (sideways), 90 forward flexion, negative backward.
    trunk_flexion, trunk_lateral_flexion
                                      trunk against the vertical: positive forward; to the person's right.
    trunk_rotation                    shoulders' line against the hips', about the trunk's axis: positive turned to the left.
    pelvis_obliquity, pelvis_rotation hips' line against the world: positive right side down; turned to the left from world x.

Fifteen joint centres don't tell the pelvis's tilt (the hip angles are to the trunk instead), a long bone's turn about itself,
or anything of ankle and wrist. The frames' axes are ISB's: X forward, Y up, Z right.
"""

from __future__ import annotations

import numpy as np

from modules.core.skeleton import (
    LEFT_ANKLE,
    LEFT_ELBOW,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    LEFT_WRIST,
    MID_HIP,
    NECK,
    RIGHT_ANKLE,
    RIGHT_ELBOW,
    RIGHT_HIP,
    RIGHT_KNEE,
    RIGHT_SHOULDER,
    RIGHT_WRIST,
)

_SIDES = (
    ("left", LEFT_SHOULDER, LEFT_ELBOW, LEFT_WRIST, LEFT_HIP, LEFT_KNEE, LEFT_ANKLE, -1.0),
    ("right", RIGHT_SHOULDER, RIGHT_ELBOW, RIGHT_WRIST, RIGHT_HIP, RIGHT_KNEE, RIGHT_ANKLE, 1.0),
)
ANGLE_NAMES: tuple[str, ...] = (
    *(f"{side}_{name}" for side in ("left", "right") for name in (
        "hip_flexion", "hip_adduction", "knee_flexion", "shoulder_elevation", "shoulder_plane", "elbow_flexion",
    )),
    "trunk_flexion", "trunk_lateral_flexion", "trunk_rotation", "pelvis_obliquity", "pelvis_rotation",
)  # fmt: skip
#: Columns X, Y, Z of who stands upright facing world x (z up).
_WORLD = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
#: Below this elevation the plane of elevation means nothing, degrees.
PLANE_FROM_DEG = 10.0


def joint_angles(positions_mm: np.ndarray) -> dict[str, np.ndarray]:
    """Every angle of ``ANGLE_NAMES``.

    Args:
        positions_mm: float64 [T, J, 3], mm, world, the skeleton's joints first; NaN: unknown.

    Returns:
        name → float64 [T], degrees, signs as in the module's docstring; NaN where a joint that it needs is unknown.
    """
    x = positions_mm
    pelvis = _frame(x[:, NECK] - x[:, MID_HIP], x[:, RIGHT_HIP] - x[:, LEFT_HIP], first=1)
    thorax = _frame(x[:, NECK] - x[:, MID_HIP], x[:, RIGHT_SHOULDER] - x[:, LEFT_SHOULDER], first=0)
    out: dict[str, np.ndarray] = {}
    for side, shoulder, elbow, wrist, hip, knee, ankle, right in _SIDES:
        thigh = _in_frame(pelvis, x[:, knee] - x[:, hip])
        out[f"{side}_hip_flexion"] = _deg(np.arctan2(thigh[:, 0], -thigh[:, 1]))
        out[f"{side}_hip_adduction"] = _deg(np.arcsin(np.clip(-right * thigh[:, 2], -1, 1)))
        out[f"{side}_knee_flexion"] = _between(x[:, knee] - x[:, hip], x[:, ankle] - x[:, knee])
        arm = _in_frame(thorax, x[:, elbow] - x[:, shoulder])
        elevation = _deg(np.arccos(np.clip(-arm[:, 1], -1, 1)))
        plane = _deg(np.arctan2(arm[:, 0], right * arm[:, 2]))
        out[f"{side}_shoulder_elevation"] = elevation
        out[f"{side}_shoulder_plane"] = np.where(elevation >= PLANE_FROM_DEG, plane, np.nan)
        out[f"{side}_elbow_flexion"] = _between(x[:, elbow] - x[:, shoulder], x[:, wrist] - x[:, elbow])
    extension, out["trunk_lateral_flexion"], _ = _yxz(_WORLD.T @ thorax)
    out["trunk_flexion"] = -extension
    shoulders = _in_frame(pelvis, thorax[..., 2])
    out["trunk_rotation"] = _deg(np.arctan2(shoulders[:, 0], shoulders[:, 2]))
    hips = _WORLD.T @ pelvis[..., 2:]
    out["pelvis_obliquity"] = _deg(np.arcsin(np.clip(-hips[:, 1, 0], -1, 1)))
    out["pelvis_rotation"] = _deg(np.arctan2(hips[:, 0, 0], hips[:, 2, 0]))
    return {name: out[name] for name in ANGLE_NAMES}


def _unit(vectors: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(length > 1e-9, length, np.nan)


def _frame(up: np.ndarray, right: np.ndarray, first: int) -> np.ndarray:
    """float64 [T, 3, 3]: columns X forward, Y up, Z right; ``first`` 0: Y is exactly ``up``, 1: Z is exactly ``right``."""
    if first == 0:
        y = _unit(up)
        z = _unit(right - (right * y).sum(-1, keepdims=True) * y)
    else:
        z = _unit(right)
        y = _unit(up - (up * z).sum(-1, keepdims=True) * z)
    return np.stack([np.cross(y, z), y, z], -1)


def _in_frame(frame: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    return (frame.transpose(0, 2, 1) @ _unit(vectors)[..., None])[..., 0]


def _between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """float64 [T], degrees: angle between two vectors, accurate near 0 too."""
    return _deg(np.arctan2(np.linalg.norm(np.cross(a, b), axis=-1), (a * b).sum(-1)))


def _yxz(R: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Degrees [T] about Z, X and Y of R = Ry Rx Rz: the turn first, then the list, then the tilt."""
    x = np.arcsin(np.clip(-R[:, 1, 2], -1, 1))
    return _deg(np.arctan2(R[:, 1, 0], R[:, 1, 1])), _deg(x), _deg(np.arctan2(R[:, 0, 2], R[:, 2, 2]))


def _deg(radians: np.ndarray) -> np.ndarray:
    return np.rad2deg(radians)
