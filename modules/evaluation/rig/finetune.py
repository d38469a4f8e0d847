"""Trains a voxel net for one calibrated room: the training's command with the rig of a recording.

``python -m modules.evaluation.rig.finetune --rig data/Demo_MultiPerson --config configs/train_small.yaml --net pose
--start modules/SelfPose3d/weights/pose_small.safetensors --steps 1000 --out runs/room``
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from modules.core.types import Camera
from modules.focus.recordings import open_recording
from modules.SelfPose3d.lib.training.train import make_parser, run_command


def rig_of(folder: Path, layout: str = "auto") -> Sequence[Camera]:
    """The cameras of a recording; SourceError as ``open_recording``."""
    recording = open_recording(folder, layout, {})
    try:
        return recording.cameras
    finally:
        recording.close()


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = make_parser()
    parser.add_argument("--rig", type=Path, required=True, help="folder of a recording with its calibration")
    parser.add_argument("--format", default="auto", help="layout of that folder (default: recognised)")
    options = parser.parse_args(arguments)
    return run_command(options, lambda: rig_of(options.rig, options.format))


if __name__ == "__main__":
    raise SystemExit(main())
