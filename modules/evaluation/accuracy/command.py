"""The accuracy command: ``python -m modules.evaluation.accuracy``.

Demo recordings against their reference, fixed synthetic scenes, or a Panoptic recording with ground truth; a table on the
screen and in ``accuracy.md``, every figure in ``accuracy.json``, a picture in ``accuracy.png``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from modules.core.config import load_config
from modules.core.protocols import Estimator
from modules.core.room import config_for_rig
from modules.evaluation.accuracy.demo import DEMO_SETS, DemoScore, evaluate_demo, figure_table, joint_table
from modules.evaluation.accuracy.panoptic import as_dict, evaluate_panoptic, frame_numbers, scores_table, truth_files
from modules.evaluation.accuracy.synthetic import (
    EXACT_CAMERAS,
    NOISE,
    SyntheticRow,
    as_dicts,
    evaluate_synthetic,
    synthetic_tables,
)
from modules.evaluation.common.options import add_config_options, demo_root, overrides, parse_frames, positive
from modules.evaluation.common.plots import plot_accuracy
from modules.evaluation.common.report import MakeEstimator, OpenRoom, Report, run_command


@dataclass
class Findings(Report):
    """What a run of the command has measured so far: tables to read, figures to store, values to draw."""

    demos: list[DemoScore] = field(default_factory=list)
    synthetic: list[SyntheticRow] = field(default_factory=list)


def main(
    arguments: Sequence[str] | None = None,
    open_source: OpenRoom | None = None,
    make_estimator: MakeEstimator | None = None,
) -> int:
    """Runs the command; arguments and exit status as of ``report.run_command``."""
    options = parser().parse_args(arguments)

    def work(open_source: OpenRoom, make_estimator: MakeEstimator) -> None:
        findings = measure(options, open_source, make_estimator)
        findings.save(options.out, "accuracy")
        if findings.demos or findings.synthetic:
            plot_accuracy(findings.demos, findings.synthetic, options.out / "accuracy.png")
        print(f"written: {options.out}/accuracy.json, accuracy.md, accuracy.png")

    return run_command(work, open_source, make_estimator)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m modules.evaluation.accuracy", description=__doc__.splitlines()[0])
    made.add_argument("--demo", action="store_true", help="the demo recordings against the reference poses")
    made.add_argument("--synthetic", action="store_true", help="held-out synthetic scenes in three real rigs")
    made.add_argument("--panoptic", type=Path, metavar="DIR", help="a Panoptic recording with hdPose3d_stage1_coco19/")
    made.add_argument(
        "--frames", type=parse_frames, default=slice(None), metavar="A:B[:STEP]", help="frames of the demo or recording"
    )
    made.add_argument("--scenes", type=positive, default=60, help="synthetic scenes per rig (default 60)")
    made.add_argument("--longest", type=positive, help="synthetic image's longer side, px (default: the configuration's)")
    made.add_argument(
        "--methods",
        type=lambda text: text.split(","),
        metavar="NAME[,NAME…]",
        help="synthetic rows, as nets (default: all)",
    )
    made.add_argument("--noise", choices=tuple(NOISE), help="one of the usual synthetic sets (default: all)")
    made.add_argument(
        "--exact-cameras",
        action="store_true",
        help="noisy synthetic scenes whose calibration is right, in place of the usual sets",
    )
    add_config_options(made, "output/accuracy")
    return made


def measure(options: argparse.Namespace, open_source: OpenRoom, make_estimator: MakeEstimator) -> Findings:
    """Everything that was asked for; without a choice: demo and synthetic."""
    findings = Findings()
    neither = not (options.demo or options.synthetic or options.panoptic)
    config = load_config(options.config, overrides(options))
    findings.figures["config"] = {"file": str(options.config), "set": overrides(options)}
    if options.demo or neither:
        measure_demo(options, findings, open_source, make_estimator)
    if options.synthetic or neither:
        progress = progress_line("synthetic sets")
        noise = EXACT_CAMERAS if options.exact_cameras else NOISE
        if options.noise and not options.exact_cameras:
            noise = {options.noise: NOISE[options.noise]}
        longest = options.longest or max(config.NETWORK.IMAGE_SIZE)
        findings.synthetic = evaluate_synthetic(
            config, options.scenes, progress=progress, longest=longest, noise=noise, chosen=options.methods
        )
        findings.figures["synthetic"] = as_dicts(findings.synthetic)
        findings.figures["synthetic_longest_px"] = longest
        findings.show(synthetic_tables(findings.synthetic))
    if options.panoptic:
        chosen = {"SOURCE.PATH": str(options.panoptic.resolve()), "SOURCE.FORMAT": "panoptic", **overrides(options)}
        config = load_config(options.config, chosen)
        truth = truth_files(options.panoptic)
        source = open_source(config)
        try:
            numbers = frame_numbers(source, options.panoptic)
            estimator = make_estimator(config)
            scores = evaluate_panoptic(source, estimator, truth, numbers, options.frames, progress_line("frames"))
        finally:
            source.close()
        findings.figures["panoptic"] = as_dict(scores)
        findings.show(scores_table(options.panoptic.name, scores))
    return findings


def measure_demo(options: argparse.Namespace, findings: Findings, open_source: OpenRoom, make_estimator: MakeEstimator) -> None:
    """Both demo recordings, one estimator for both."""
    estimator: Estimator | None = None
    for demo in DEMO_SETS:
        config = load_config(options.config, {"SOURCE.PATH": str(demo_root() / demo.folder), **overrides(options)})
        source = open_source(config)
        try:
            estimator = estimator or make_estimator(config)
            indices = range(len(source))[options.frames]
            center = config_for_rig(config, source.cameras).MULTI_PERSON.SPACE_CENTER
            score = evaluate_demo(demo, source, estimator, center, indices, progress_line(demo.folder))
        finally:
            source.close()
        findings.demos.append(score)
        findings.figures.setdefault("demo", {})[demo.folder] = score.as_dict()
        findings.show(figure_table(score) + "\n\n" + joint_table(score))


def progress_line(what: str) -> Callable[[int, int], None]:
    """Counts on one line of stderr where that is a terminal; silent elsewhere."""

    def tell(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{what}: {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return tell
