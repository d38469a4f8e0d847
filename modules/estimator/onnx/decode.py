"""What 2D networks answer, as keypoints; and keypoints as heatmaps whose peaks are as wide as the nets were trained for."""

from __future__ import annotations

from typing import Any

import numpy as np

from modules.core.errors import CheckpointError
from modules.core.skeleton import MIDPOINT_OF_JOINT, NUM_JOINTS
from modules.estimator.onnx.joint_sets import JointSet
from modules.SelfPose3d.lib.models.peaks import SIGMA_CELLS, SIGMA_PER_SIZE

#: Peaks lower than this are not drawn.
LOWEST = 0.02
#: Peaks of one channel that are paired with another channel's, for joints between two others.
PAIRED = 8


def keypoints_of_people(outputs: list[np.ndarray], joints: int) -> np.ndarray:
    """float32 [P, K, 3], (x, y, confidence), px of the image: of a network that finds people with their keypoints in one pass.

    That is RTMO's export (Lu et al., CVPR 2024): ``dets`` [1, P, 5], corners and score, and ``keypoints`` [1, P, K, 3]. A
    keypoint's confidence is no higher than its person's.

    Raises:
        CheckpointError: the outputs have other shapes.
    """
    people = next((out[0] for out in outputs if out.ndim == 4 and out.shape[2:] == (joints, 3)), None)
    scores = next((out[0, :, 4] for out in outputs if out.ndim == 3 and out.shape[2] == 5), None)
    if people is None or scores is None or len(scores) != len(people):
        raise _unexpected("people [1, P, 5] and keypoints [1, P, K, 3]", outputs, joints)
    found = people.copy()
    found[..., 2] = np.clip(found[..., 2], 0, 1) * np.clip(scores, 0, 1)[:, None]
    return found


def keypoints_of_simcc(outputs: list[np.ndarray], joints: int, size: tuple[int, int]) -> np.ndarray:
    """float32 [K, 3], (x, y, confidence), px of the crop: of one person's crop, by coordinates classified per axis.

    SimCC (Li et al., ECCV 2022) as RTMPose exports it: ``simcc_x`` [1, K, width · split], ``simcc_y`` [1, K, height · split].
    """
    if len(outputs) != 2 or any(out.ndim != 3 or out.shape[1] != joints for out in outputs):
        raise _unexpected("x [1, K, bins] and y [1, K, bins]", outputs, joints)
    columns = [out[0].argmax(1) / (out.shape[2] / side) for out, side in zip(outputs, size, strict=True)]
    confidence = np.minimum(outputs[0][0].max(1), outputs[1][0].max(1)).clip(0, 1)
    return np.stack((*columns, confidence), 1).astype(np.float32)


def keypoints_of_heatmaps(outputs: list[np.ndarray], joints: int, size: tuple[int, int]) -> np.ndarray:
    """float32 [K, 3], (x, y, confidence), px of the crop: the highest place of each of a crop's heatmaps [1, K, h, w].

    Cell i stands for px i · (side - 1) / (cells - 1) (Huang et al., CVPR 2020, unbiased data processing).
    """
    maps = heatmap_output(outputs, joints)
    places, values = peaks_of(maps, 1)
    step = (np.array(size) - 1) / (np.array(maps.shape[:0:-1]) - 1)
    return np.concatenate((places[:, 0] * step, values.clip(0, 1)), 1).astype(np.float32)


def heatmap_output(outputs: list[np.ndarray], joints: int) -> np.ndarray:
    """float32 [K, h, w]: the output that is heatmaps; CheckpointError if none is."""
    maps = next((out[0] for out in outputs if out.ndim == 4 and out.shape[1] == joints), None)
    if maps is None:
        raise _unexpected("heatmaps [1, K, h, w]", outputs, joints)
    return maps


def _unexpected(wanted: str, outputs: list[np.ndarray], joints: int) -> CheckpointError:
    shapes = ", ".join(str(list(out.shape)) for out in outputs)
    return CheckpointError(
        "The ONNX model's outputs {shapes} are not {wanted} with K = {joints}; check ONNX.KIND and ONNX.JOINTS.",
        shapes=shapes, wanted=wanted, joints=joints,
    )  # fmt: skip


def peaks_of(maps: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The ``count`` highest local maxima of each map [K, h, w]: places float [K, count, 2], (x, y), cells, exact between cells
    for a Gaussian, and values [K, count]; 0 where there are fewer."""
    joints, _, width = maps.shape
    around = _neighbours(maps, mode="edge")
    others = _neighbours(maps, mode="constant", constant_values=-np.inf)
    # of equal neighbours the first one is the maximum
    highest = (maps > others[:4].max(0)) & (maps >= others[5:].max(0))
    score = np.where(highest, maps, -np.inf).reshape(joints, -1)
    best = np.argsort(-score, 1, kind="stable")[:, :count]
    values = np.take_along_axis(score, best, 1)
    ys, xs = np.divmod(best, width)
    logs = np.log(np.maximum(around[:, np.arange(joints)[:, None], ys, xs], 1e-6))  # [9, K, count]
    moved = [parabola_top(*logs[list(line)]) for line in ((3, 4, 5), (1, 4, 7))]
    return np.stack((xs + moved[0], ys + moved[1]), -1), np.where(np.isfinite(values), values, 0.0)


def _neighbours(maps: np.ndarray, **padding: Any) -> np.ndarray:
    """[9, K, h, w]: each cell's 3×3, row by row; the cell itself is number 4."""
    height, width = maps.shape[1:]
    padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)), **padding)
    return np.stack([padded[:, y : y + height, x : x + width] for y in range(3) for x in range(3)])


def parabola_top(left: Any, middle: Any, right: Any) -> Any:
    """Where, in steps from the middle, the parabola through three values has its top; of a Gaussian's logarithms its centre."""
    curve = 2 * middle - left - right
    return ((right - left) / (2 * curve + 1e-9)).clip(-0.5, 0.5)


def drawn(keypoints: np.ndarray, joint_set: JointSet, shape: tuple[int, int], stride: float) -> np.ndarray:
    """float32 [J + E, h, w]: the skeleton's joints and the extra ones as Gaussians, for people's keypoints.

    Args:
        keypoints: float [P, K, 3], (x, y, confidence), px of the network's image. shape: (h, w), cells. stride: px a cell.
    """
    maps = np.zeros((NUM_JOINTS + len(joint_set.extra), *shape), np.float32)
    for person in keypoints:
        sure = person[:, 2] > LOWEST
        if sure.sum() < 2:
            continue
        size = np.linalg.norm(np.ptp(person[sure, :2], axis=0)) / stride
        sigma = SIGMA_CELLS + SIGMA_PER_SIZE * size
        for channel, (x, y, peak) in enumerate(_ordered(person, joint_set)):
            if peak > LOWEST:
                draw(maps[channel], x / stride, y / stride, sigma, peak)
    return maps


def _ordered(person: np.ndarray, joint_set: JointSet) -> np.ndarray:
    """[J + E, 3]: a person's keypoints [K, 3] in the skeleton's order, midpoints where the set lacks a joint, then the rest."""
    of_joint = joint_set.of_joint
    rows = []
    for joint in range(NUM_JOINTS):
        if joint in of_joint:
            rows.append(person[of_joint[joint]])
        else:
            ends = person[[of_joint[end] for end in MIDPOINT_OF_JOINT[joint]]]
            rows.append(np.array([*ends[:, :2].mean(0), ends[:, 2].min()]))
    return np.stack([*rows, *person[list(joint_set.extra)]])


def draw(image: np.ndarray, x: float, y: float, sigma: float, peak: float) -> None:
    """Adds a Gaussian to a heatmap [h, w] in place; where others are drawn the higher value stays."""
    height, width = image.shape
    gx = np.exp(-0.5 * ((np.arange(width) - x) / sigma) ** 2)
    gy = np.exp(-0.5 * ((np.arange(height) - y) / sigma) ** 2) * peak
    np.maximum(image, gy[:, None] * gx, out=image)


def midpoints(first: np.ndarray, second: np.ndarray, out: np.ndarray) -> None:
    """Draws into ``out`` [h, w] the middles of two joints' peaks [h, w] where nobody says whose they are: of each peak and the
    other joint's nearest one, if it is nearest there too."""
    (places, others), (values, other_values) = peaks_of(np.stack((first, second)), PAIRED)
    distance = np.linalg.norm(places[:, None] - others[None], axis=-1)
    distance[np.minimum(values[:, None], other_values[None]) <= LOWEST] = np.inf
    for i, j in enumerate(distance.argmin(1)):
        if np.isfinite(distance[i, j]) and distance[:, j].argmin() == i:
            x, y = (places[i] + others[j]) / 2
            draw(out, x, y, 2 * SIGMA_CELLS, min(values[i], other_values[j]))
