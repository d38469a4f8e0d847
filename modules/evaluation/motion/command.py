"""The motion command: ``python -m modules.evaluation.motion``.

Synthetic people in motion, with the network in the loop, and the demo recording: raw trajectories beside cleaned ones. A
table on the screen and in ``motion.md``, every figure in ``motion.json``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import ExitStack, closing

import numpy as np
from tqdm import tqdm
from yacs.config import CfgNode

from modules import composition
from modules.core.config import load_config
from modules.core.trajectory import TrajectorySet
from modules.evaluation.common.options import add_config_options, demo_root, overrides, positive
from modules.evaluation.common.report import MakeEstimator, OpenRoom, Report, markdown_table, run_command
from modules.evaluation.motion import calibrate, demo, persistence, synthetic
from modules.evaluation.motion.courses import CALIBRATION, KINDS, RATES_FPS, TEST, Course, courses


def main(
    arguments: Sequence[str] | None = None,
    open_source: OpenRoom | None = None,
    make_estimator: MakeEstimator | None = None,
) -> int:
    """Runs the command; arguments and exit status as of ``report.run_command``."""
    options = parser().parse_args(arguments)

    def work(open_source: OpenRoom, make_estimator: MakeEstimator) -> None:
        report = Report()
        chosen = [name for name in ("synthetic", "demo", "calibrate", "persistence") if getattr(options, name)]
        for name in chosen or ["synthetic", "demo"]:
            WORK[name](options, report, open_source, make_estimator)
        report.save(options.out, "motion")
        print(f"written: {options.out}/motion.json, motion.md")

    return run_command(work, open_source, make_estimator)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m modules.evaluation.motion", description=__doc__.splitlines()[0])
    made.add_argument("--synthetic", action="store_true", help="people in motion with truth, the network in the loop (minutes)")
    made.add_argument("--demo", action="store_true", help="the demo recording against the reference poses")
    made.add_argument("--calibrate", action="store_true", help="what the constants of modules/motion/deviations.py should be")
    made.add_argument("--persistence", action="store_true", help="how long the 2D network's errors last, on the demo")
    made.add_argument("--courses", type=positive, metavar="N", help="the first N of the six synthetic courses alone")
    made.add_argument("--fresh", action="store_true", help="compute the courses anew; else those of an earlier run are used")
    add_config_options(made, "output/motion")
    return made


def measure_synthetic(
    options: argparse.Namespace, report: Report, open_source: OpenRoom, make_estimator: MakeEstimator
) -> None:
    """Courses of the TEST seed."""
    config = load_config(options.config, overrides(options))
    everyone, by_course, report.figures["synthetic"] = synthetic.tables(_courses(options, config, TEST))
    report.show(everyone)
    report.show(by_course)


def _courses(options: argparse.Namespace, config: CfgNode, seed: int) -> list[Course]:
    """The chosen courses, one after another: minutes where they are made for the first time."""
    made = courses(config, seed, options.out / "courses", options.courses, options.fresh)
    return list(tqdm(made, total=options.courses or len(KINDS) * len(RATES_FPS), unit="course", disable=None))


def measure_calibration(
    options: argparse.Namespace, report: Report, open_source: OpenRoom, make_estimator: MakeEstimator
) -> None:
    """Courses of the CALIBRATION seed."""
    config = load_config(options.config, overrides(options))
    report.show(calibrate.table(_courses(options, config, CALIBRATION)))


def measure_demo(options: argparse.Namespace, report: Report, open_source: OpenRoom, make_estimator: MakeEstimator) -> None:
    """The demo recording: computed into a take beside the figures, unless it is there."""
    table, report.figures["demo"] = demo.table(_demo_trajectories(options, open_source, make_estimator))
    report.show(table)


def _demo_trajectories(options: argparse.Namespace, open_source: OpenRoom, make_estimator: MakeEstimator) -> TrajectorySet:
    values = {"SOURCE.PATH": str(demo_root() / demo.DEMO.folder), "TAKE.FOLDER": str(options.out.absolute())}
    config = load_config(options.config, {**values, **overrides(options)})
    with ExitStack() as stack:
        source = open_source(config)
        stack.callback(source.close)
        take = composition.open_take(config, source)
        stack.callback(take.close)
        missing = np.setdiff1d(range(len(source)), take.computed(0.0)).tolist()
        if missing:
            frames = (source.read(index) for index in missing)
            with closing(composition.compute(make_estimator(config), frames, 0.0, take)) as done:
                for _ in done:
                    pass
        take.flush()
        return composition.measured(config, take)


def measure_persistence(
    options: argparse.Namespace, report: Report, open_source: OpenRoom, make_estimator: MakeEstimator
) -> None:
    """Errors of the 2D network's peaks on the demo."""
    values = {"SOURCE.PATH": str(demo_root() / demo.DEMO.folder), **overrides(options)}
    config = load_config(options.config, values)
    with (
        closing(open_source(config)) as source,
        closing(make_estimator(config).results((source.read(index) for index in range(len(source))), 0.0)) as results,
    ):
        off = persistence.peaks_off((result for _, result in results), source.cameras)
        share, seconds, found = persistence.fit(off, source.info.fps)
    model = persistence.expected(share, seconds * source.info.fps, len(off))
    rows = [[f"{lag / source.info.fps:.3f}", a, b] for lag, a, b in zip(persistence.LAGS, found, model, strict=True)]
    report.show(
        f"{share:.2f} of an error's variance lasts, over {seconds:.2f} s\n\n"
        + markdown_table(["lag s", "autocorrelation", "fitted"], rows)
    )
    report.figures["persistence"] = {"share": share, "seconds": seconds}


WORK = {
    "synthetic": measure_synthetic,
    "demo": measure_demo,
    "calibrate": measure_calibration,
    "persistence": measure_persistence,
}
