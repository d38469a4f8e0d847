"""How the 2D network's heatmaps look on the demo recording: the figures that the synthetic heatmaps of the training imitate.

``python -m modules.evaluation.rig.backbone --longest 320``
"""

from __future__ import annotations

import argparse

import cv2
import numpy as np
import torch
from torch import nn

from modules.core.config import weights_path
from modules.core.geometry import apply_affine, frame_to_network
from modules.core.skeleton import COCO_OF_JOINT, JOINT_NAMES, MIRROR
from modules.evaluation.accuracy.demo import DATA_DIR
from modules.evaluation.common.options import demo_root, positive
from modules.focus.recordings import open_recording
from modules.SelfPose3d.lib.core.checkpoint import load_weights
from modules.SelfPose3d.lib.models.movenet_multipose import MoveNetMultiPose
from modules.SelfPose3d.lib.training.scenes import STRIDE, network_size_for

#: A joint's peak is looked for within this many cells of the reference; a false peak is farther than ``FAR`` from every joint.
REACH, FAR = 4, 5.0
FALSE_PEAK = 0.1


def heatmaps_of(net: nn.Module, image: np.ndarray, longest: int) -> tuple[np.ndarray, np.ndarray]:
    """Heatmaps float32 [J, H, W] of a frame uint8 [H, W, 3], RGB, and the affine [2, 3] from raw px to network px."""
    frame = (image.shape[1], image.shape[0])
    size = network_size_for(frame, longest)
    affine = frame_to_network(frame, size)
    network = cv2.warpAffine(image, affine, size, flags=cv2.INTER_LINEAR).astype(np.float32) / 127.5 - 1
    with torch.inference_mode():
        return net(torch.from_numpy(network).permute(2, 0, 1)[None])[0].numpy(), affine


def measure_peak(heatmap: np.ndarray, at: np.ndarray) -> tuple[float, ...]:
    """Peak value near ``at`` (x, y), cells, its offset (x, y) from it and its width (x, y), cells; NaN without a clear one.

    Offset and width from a parabola through the logarithms of the peak and its neighbours, exact for a Gaussian.
    """
    height, width = heatmap.shape
    x, y = np.round(at).astype(int)
    left, top = max(0, x - REACH), max(0, y - REACH)
    window = heatmap[top : y + REACH + 1, left : x + REACH + 1]
    if not window.size:
        return (np.nan,) * 5
    row, column = np.add(np.unravel_index(window.argmax(), window.shape), (top, left))
    peak = float(heatmap[row, column])
    if peak < 0.2 or not (0 < row < height - 1 and 0 < column < width - 1):
        return peak, *(np.nan,) * 4
    logs = np.log(np.maximum(heatmap[row - 1 : row + 2, column - 1 : column + 2], 1e-6))
    found = []
    for (before, here, after), start in ((logs[1], column - at[0]), (logs[:, 1], row - at[1])):
        curvature = before - 2 * here + after
        found.append(
            (start + (before - after) / (2 * curvature), np.sqrt(-1 / curvature)) if curvature < -1e-3 else (np.nan, np.nan)
        )
    return peak, found[0][0], found[1][0], found[0][1], found[1][1]


def count_false_peaks(heatmap: np.ndarray, joints: np.ndarray) -> int:
    """Local maxima above ``FALSE_PEAK`` that are far from every joint [N, 2], cells (NaN: unknown)."""
    padded = np.pad(heatmap, 1)
    height, width = heatmap.shape
    largest = np.max([padded[a : a + height, b : b + width] for a in range(3) for b in range(3)], axis=0)
    rows, columns = np.nonzero((heatmap == largest) & (heatmap > FALSE_PEAK))
    known = joints[np.isfinite(joints).all(1)]
    distance = np.linalg.norm(np.stack([columns, rows], 1)[:, None] - known, axis=-1)
    return int((distance.min(1, initial=np.inf) > FAR).sum())


def main(arguments: list[str] | None = None) -> None:
    """The command: a table with one line per joint."""
    parser = argparse.ArgumentParser(description="Measures the 2D network's heatmaps on the demo recording.")
    parser.add_argument("--longest", type=positive, default=320, help="longest side of the network image, px")
    parser.add_argument("--step", type=positive, default=5, help="every n-th frame")
    options = parser.parse_args(arguments)
    net = MoveNetMultiPose().eval()
    load_weights(net, weights_path("movenet_multipose.safetensors"), "backbone.")
    with np.load(DATA_DIR / "pose2sim_multi_reference.npz", allow_pickle=False) as archive:
        keypoints = archive["kpts"][:, :, :2]  # the athlete and the woman; the bystander is too small at 320
    joints = list(COCO_OF_JOINT)
    rows: dict[int, list[tuple[float, ...]]] = {joint: [] for joint in joints}
    false = dict.fromkeys(joints, 0)
    images = 0
    recording = open_recording(demo_root() / "Demo_MultiPerson")
    try:
        for index in range(0, len(recording), options.step):
            for view, image in enumerate(recording.read(index).images):
                heatmaps, affine = heatmaps_of(net, image, options.longest)
                images += 1
                cells = apply_affine(keypoints[index, view, :, :, :2].astype(float), affine) / STRIDE
                for joint in joints:
                    places = cells[:, COCO_OF_JOINT[joint]]
                    mirrors = cells[:, COCO_OF_JOINT[MIRROR[joint]]]
                    false[joint] += count_false_peaks(heatmaps[joint], np.concatenate([places, mirrors]))
                    rows[joint] += [measure_peak(heatmaps[joint], at) for at in places if np.isfinite(at).all()]
    finally:
        recording.close()
    print("joint             peak: 10 %  50 %  90 %   <0.3 |  offset x     y | spread x     y | sigma x     y | false/image")
    for joint in joints:
        peak, dx, dy, sx, sy = np.array(rows[joint]).T
        spread = [1.48 * np.nanmedian(np.abs(d - np.nanmedian(d))) for d in (dx, dy)]
        print(
            f"{JOINT_NAMES[joint]:16s}" + "".join(f"{v:6.2f}" for v in np.nanquantile(peak, [0.1, 0.5, 0.9]))
            + f"{np.nanmean(peak < 0.3):10.2f} | {np.nanmedian(dx):7.2f} {np.nanmedian(dy):6.2f}"
            + f" | {spread[0]:6.2f} {spread[1]:6.2f} | {np.nanmedian(sx):5.2f} {np.nanmedian(sy):5.2f}"
            + f" | {false[joint] / images:5.2f}"
        )  # fmt: skip


if __name__ == "__main__":
    main()
