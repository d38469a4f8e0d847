"""The published model at its full size, with synthetic frames: ``python -m modules.evaluation.speed.full_size``.

Five 960×512 views of four people, whole recording, beside the plain loop on the same device. Nobody has to be found for that,
as time does not depend on what weights say: they are drawn at random where WEIGHTS.ALL is not there, all networks run on random
pictures, and in place of what they find the scene's own heatmaps and people go on. Nothing is decoded. It is meant for a GPU; a
CPU takes half a minute a frame.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from yacs.config import CfgNode

from modules.core.config import load_config, weights_path
from modules.core.protocols import Estimator
from modules.core.skeleton import MID_HIP
from modules.core.types import Camera, FrameSet, SourceInfo
from modules.evaluation.accuracy.command import progress_line
from modules.evaluation.common.options import PROJECT_DIR, add_config_options, overrides, positive
from modules.evaluation.common.report import MakeEstimator, OpenRoom, Report, markdown_table, run_command
from modules.evaluation.speed.command import PLAIN_SETTINGS
from modules.evaluation.speed.scaling import ring, scene_with
from modules.evaluation.speed.timing import (
    PLAIN,
    PRODUCT,
    WHOLE,
    Loop,
    Spread,
    Timings,
    compare_loops,
    pose_difference,
    speedup,
    stage_rows,
)
from modules.SelfPose3d.lib.core.build import build_network
from modules.SelfPose3d.lib.models.multi_person_posenet_ssv import Roots
from modules.SelfPose3d.lib.training.scenes import Scene

CONFIG = PROJECT_DIR / "configs" / "selfpose3d_panoptic.yaml"
VIEWS, PEOPLE = 5, 4
#: Different frames in memory; a pass goes through them again and again.
PICTURES = 6
WARM_UP = 3
#: Frames a second, and times the plain loop's.
AIMS = (60, 5)


class Pictures:
    """A recording of random pictures in memory; implements ``modules.core.protocols.FrameSource``."""

    def __init__(self, cameras: tuple[Camera, ...], count: int) -> None:
        rng = np.random.default_rng(0)
        self.cameras = cameras
        sizes = tuple((camera.width_px, camera.height_px) for camera in cameras)
        self.info = SourceInfo("random pictures", "memory", tuple(camera.name for camera in cameras), count, sizes, 30.0)
        shapes = [(camera.height_px, camera.width_px, 3) for camera in cameras]
        self._images = [tuple(rng.integers(0, 256, shape, np.uint8) for shape in shapes) for _ in range(PICTURES)]

    def __len__(self) -> int:
        return self.info.frame_count

    def read(self, index: int) -> FrameSet:
        """The frame."""
        return FrameSet(index, index / self.info.fps, self._images[index % PICTURES], self.cameras)

    def close(self) -> None:
        """Nothing to release."""


def told(estimator: Estimator, scene: Scene) -> Estimator:
    """The estimator; its networks run as ever, and it goes on with a scene's heatmaps and people instead of what they find."""
    network, device = estimator.network, estimator.device
    find_heatmaps, find_roots = network.heatmaps, network.roots
    heatmaps = list(scene.heatmaps[:, None].to(device))
    centers = torch.zeros(1, len(scene.joints_world_mm), 5)
    centers[0, :, :3], centers[0, :, 4] = torch.from_numpy(scene.joints_world_mm[:, MID_HIP]), 1
    roots = Roots(centers.to(device))

    def tell_heatmaps(views: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        find_heatmaps(views)
        return heatmaps

    def tell_roots(maps: Sequence[torch.Tensor], meta: Sequence[object]) -> Roots:
        find_roots(maps, meta)
        return roots

    network.heatmaps, network.roots = tell_heatmaps, tell_roots
    return estimator


def drawn_weights(config: CfgNode, folder: Path) -> Path:
    """A file of random weights for a configuration's networks."""
    torch.manual_seed(0)
    path = folder / "random.safetensors"
    save_file(build_network(config).state_dict(), path)
    return path


def main(
    arguments: Sequence[str] | None = None, open_source: OpenRoom | None = None, make_estimator: MakeEstimator | None = None
) -> int:
    """Runs the command; arguments and exit status as of ``report.run_command``."""
    options = parser().parse_args(arguments)

    def work(open_source: OpenRoom, make_estimator: MakeEstimator) -> None:
        report = Report()
        with tempfile.TemporaryDirectory() as folder:
            measure(options, Path(folder), report, make_estimator)
        report.save(options.out, "full_size")
        print(f"written: {options.out}/full_size.json, full_size.md")

    return run_command(work, open_source, make_estimator)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m modules.evaluation.speed.full_size", description="Times the published model at its full size."
    )
    made.add_argument("--frames", type=positive, default=60, metavar="N", help="of a pass (default 60)")
    made.add_argument("--rounds", type=positive, default=5, help="passes of each loop, taking turns (default 5)")
    add_config_options(made, "output/speed")
    made.set_defaults(config=CONFIG)
    return made


def measure(options: argparse.Namespace, folder: Path, report: Report, make_estimator: MakeEstimator) -> None:
    """Loops, table and figures."""
    values = overrides(options)
    config = load_config(options.config, values)
    if not (config.WEIGHTS.ALL and weights_path(config.WEIGHTS.ALL).exists()):
        values["WEIGHTS.ALL"] = str(drawn_weights(config, folder))
        config = load_config(options.config, values)
    plain = load_config(options.config, {**values, **PLAIN_SETTINGS})
    size = tuple(config.NETWORK.IMAGE_SIZE)
    cameras = ring(VIEWS, size, 1)
    scene = scene_with(PEOPLE, cameras, size)
    product, slow = (told(make_estimator(each), scene) for each in (config, plain))
    if product.device.type == "cpu":
        each = min(WARM_UP, options.frames) + options.frames * options.rounds
        print(
            f"No GPU: three loops of {each} frames on the CPU, up to half a minute a frame. The aims are a GPU's.",
            file=sys.stderr,
        )
    loops = {
        WHOLE: Loop(lambda: Pictures(cameras, options.frames), product, overlapped=True),
        PLAIN: Loop(lambda: Pictures(cameras, options.frames), slow),
        PRODUCT: Loop(lambda: Pictures(cameras, options.frames), product),
    }
    timings = compare_loops(loops, range(options.frames), options.rounds, WARM_UP, progress=progress_line("rounds"))
    show(report, timings, options.frames)
    report.figures["config"] = {"file": str(options.config), "set": values}


def show(report: Report, timings: dict[str, Timings], frames: int) -> None:
    """Tables and figures."""
    report.show(
        markdown_table([f"ms per frame, {frames} frames a pass", PRODUCT, PLAIN, "plain / product"], stage_rows(timings))
    )
    rates = {name: 1000 / Spread.of(timing.pass_ms).median for name, timing in timings.items()}
    faster = {name: speedup(timings, name) for name in (WHOLE, PRODUCT)}
    rows = [
        ["frames/s, whole recording", rates[WHOLE], f"≥ {AIMS[0]}"],
        ["… times the plain loop", str(faster[WHOLE]), f"≥ {AIMS[1]}"],
        ["frames/s, frame by frame", rates[PRODUCT], "–"],
        ["… times the plain loop", str(faster[PRODUCT]), "–"],
        ["frames/s, plain loop", rates[PLAIN], "–"],
    ]
    report.show(markdown_table([f"{VIEWS} views, {PEOPLE} people", "", "aim"], rows))
    difference = pose_difference(timings[WHOLE].results, timings[PLAIN].results)
    report.figures["full_size"] = {
        **{name: timing.as_dict() for name, timing in timings.items()},
        "speedup": {name: vars(spread) for name, spread in faster.items()},
        "pose_difference": vars(difference),
    }


if __name__ == "__main__":
    raise SystemExit(main())
