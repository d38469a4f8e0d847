"""The room of a recording: the configured one for the rig it describes, one fitted to the cameras for any other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from yacs.config import CfgNode

from .config import set_key
from .types import Camera
from .world import Space

#: Camera centres are compared to this, mm.
FINGERPRINT_STEP_MM = 10.0
#: A fitted space is at least and at most this wide, mm; the voxel nets were trained for sides of this order.
MIN_SIDE_MM, MAX_SIDE_MM = 3000.0, 12000.0
#: Height of a fitted space and how far it reaches below the floor, mm.
HEIGHT_MM, BELOW_FLOOR_MM = 2400.0, 200.0
#: Voxel pitch of a fitted space, mm, and the voxels on a side at most.
PITCH_MM, MAX_VOXELS = 100.0, 96
#: Any pose stands on the floor of a room whose floor is not known.
ANY_ANKLE_MM = [-100000.0, 100000.0]
#: The network image's sides are multiples of this, px.
SIDE_STEP_PX = 32


def rig_fingerprint(cameras: Sequence[Camera]) -> str:
    """12 hexadecimal digits that two rigs share only if their cameras stand at the same places, to the centimetre."""
    places = sorted(tuple((c.center_world_mm / FINGERPRINT_STEP_MM).round().astype(int).tolist()) for c in cameras)
    return hashlib.sha256(repr(places).encode()).hexdigest()[:12]


def config_for_rig(config: CfgNode, cameras: Sequence[Camera], space: Space | None = None) -> CfgNode:
    """The configuration to use with these cameras.

    Where MULTI_PERSON.RIG is empty or names this rig, ``config`` itself; else a frozen copy with the space that the rig check
    found or, without one, around the point that the cameras look at, an image size that suits the frames' shape, and no ankle
    rule. A key that MULTI_PERSON.KEEP names keeps its value in any rig.
    """
    if not config.MULTI_PERSON.RIG or rig_fingerprint(cameras) == config.MULTI_PERSON.RIG:
        return config
    if space is None:
        space = Space(*fit_space(cameras))
    kept, fitted = set(config.MULTI_PERSON.KEEP), config.clone()
    fitted.defrost()
    size = config.MULTI_PERSON.SPACE_SIZE if "MULTI_PERSON.SPACE_SIZE" in kept else space.size_mm.tolist()
    counts = [min(MAX_VOXELS, 4 * round(side / PITCH_MM / 4)) for side in size]
    if config.ROOT_V2V.PLANE:  # its weights are for one number of heights
        counts[2] = config.MULTI_PERSON.INITIAL_CUBE_SIZE[2]
    image = (
        config.NETWORK.IMAGE_SIZE if "NETWORK.IMAGE_SIZE" in kept else fit_image_size(cameras, max(config.NETWORK.IMAGE_SIZE))
    )
    values = {
        "MULTI_PERSON.SPACE_SIZE": list(size),
        "MULTI_PERSON.SPACE_CENTER": space.center_mm.tolist(),
        "MULTI_PERSON.INITIAL_CUBE_SIZE": counts,
        "NETWORK.IMAGE_SIZE": list(image),
        "NETWORK.HEATMAP_SIZE": [side // 4 for side in image],
        "FILTER.ANKLE_RANGE_MM": list(ANY_ANKLE_MM),
        "LOD.ORIGIN_XY_MM": space.center_mm[:2].tolist(),
    }
    for name, value in values.items():
        if name not in kept:
            set_key(fitted, name, value, "rig")
    fitted.freeze()
    return fitted


def fit_space(cameras: Sequence[Camera]) -> tuple[np.ndarray, np.ndarray]:
    """Size and centre of the space that cameras look at.

    The centre is the point nearest to all optical axes (least squares), in the floor plane; each side is twice the median
    distance of the cameras from it. The floor is taken to be z = 0.

    Returns:
        two float64 [3], mm, world: size (x, y, z), centre.
    """
    normal, offset = np.zeros((2, 2)), np.zeros(2)
    for camera in cameras:
        axis = camera.R_world_to_cam[2, :2]
        length = np.linalg.norm(axis)
        if length > 1e-3:  # a camera that looks straight down says nothing about where it looks from the side
            axis = axis / length
            across = np.eye(2) - np.outer(axis, axis)
            normal += across
            offset += across @ camera.center_world_mm[:2]
    places = np.array([camera.center_world_mm[:2] for camera in cameras])
    # parallel axes meet nowhere: fall back to the middle of the cameras
    center = np.linalg.solve(normal, offset) if np.linalg.cond(normal) < 1e3 else places.mean(0)
    side = float(np.clip(2 * np.median(np.linalg.norm(places - center, axis=1)), MIN_SIDE_MM, MAX_SIDE_MM))
    return np.array([side, side, HEIGHT_MM]), np.array([*center, HEIGHT_MM / 2 - BELOW_FLOOR_MM])


def fit_image_size(cameras: Sequence[Camera], longest_side_px: int) -> list[int]:
    """[width, height], px: the frames' median shape with the given longest side, in steps of 32."""
    return network_image_size(float(np.median([camera.width_px / camera.height_px for camera in cameras])), longest_side_px)


def network_image_size(ratio: float, longest_side_px: int) -> list[int]:
    """[width, height], px, in steps of 32: the network image for frames of width / height ``ratio``."""
    shape = np.array([ratio, 1.0]) / max(ratio, 1.0) * longest_side_px
    return [max(SIDE_STEP_PX, SIDE_STEP_PX * int(np.ceil(side / SIDE_STEP_PX - 0.25))) for side in shape]
