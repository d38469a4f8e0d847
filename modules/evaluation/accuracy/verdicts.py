"""Which verdict of the refinement should make a proposal a person: people missed and people invented at every threshold.

``python -m modules.evaluation.accuracy.verdicts --scenes 60``

The scenes are the training's validation (random rigs, the published ones, and two cameras of two of them; network images of the
size configured), not those of the accuracy command: a threshold chosen here is not chosen on the figures that are reported.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from yacs.config import CfgNode

from modules.core.config import load_config
from modules.evaluation.accuracy.synthetic import found_by
from modules.evaluation.accuracy.voxel import VoxelNets
from modules.evaluation.common.metrics import FramePoses, score
from modules.evaluation.common.options import add_config_options, overrides, positive
from modules.evaluation.common.report import markdown_table, percent
from modules.SelfPose3d.lib.training.heatmaps import Noise
from modules.SelfPose3d.lib.training.runs import held_out_rigs
from modules.SelfPose3d.lib.training.validation import held_out_scenes

THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


@dataclass(frozen=True)
class VerdictRow:
    """One set of scenes at one threshold; ``wrong_per_frame``: people missed and people invented."""

    rig: str
    threshold: float
    recall_500: float
    false_per_frame: float
    wrong_per_frame: float


def sweep(config: CfgNode, count: int) -> list[VerdictRow]:
    """Every threshold on ``count`` noisy scenes of every rig and of random ones."""
    free = config.clone()
    free.defrost()
    free.REFINE.THRESHOLD = 0.0
    free.freeze()
    find = found_by(VoxelNets(free))
    rows, longest = [], max(config.NETWORK.IMAGE_SIZE)
    for tag, (rig, cameras) in enumerate({"random": None, **held_out_rigs()}.items()):
        frames = []
        for scene in held_out_scenes(count, cameras, Noise(), tag, longest):
            joints, scores = find(scene)
            frames.append(FramePoses(joints, scores, scene.joints_world_mm))
        for threshold in THRESHOLDS:
            scores = score([above(frame, threshold) for frame in frames])
            missed = (1 - scores.recall_500) * np.mean([len(frame.truth_mm) for frame in frames])
            false = scores.false_per_frame
            rows.append(VerdictRow(rig, threshold, scores.recall_500, false, float(missed + false)))
    return rows


def above(frame: FramePoses, threshold: float) -> FramePoses:
    """The frame without the people whose score is not above the threshold."""
    kept = np.asarray(frame.scores) > threshold
    return FramePoses(frame.predicted_mm[kept], frame.scores[kept], frame.truth_mm)


def table(rows: Sequence[VerdictRow]) -> str:
    """A line per threshold: a pair of figures per rig, and the people missed and invented in a frame, mean of the rigs."""
    rigs = list(dict.fromkeys(row.rig for row in rows))
    head = ["verdict above", *(f"{rig}: recall, false/frame" for rig in rigs), "missed + invented a frame"]
    lines = []
    for threshold in THRESHOLDS:
        at = {row.rig: row for row in rows if row.threshold == threshold}
        pairs = (f"{percent(at[r].recall_500)}, {at[r].false_per_frame:.2f}" for r in rigs)
        lines.append([f"{threshold:g}", *pairs, f"{np.mean([at[r].wrong_per_frame for r in rigs]):.3f}"])
    return markdown_table(head, lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", type=positive, default=24, help="scenes per rig (default 24)")
    add_config_options(parser, "output/verdicts")
    options = parser.parse_args(arguments)
    print(table(sweep(load_config(options.config, overrides(options)), options.scenes)))


if __name__ == "__main__":
    main()
