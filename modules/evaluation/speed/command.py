"""The speed command: ``python -m modules.evaluation.speed``.

Times every stage on the demo recording beside the plain loop on the same weights, the level of detail, and the growth with
views and people; with ``--memory`` and ``--startup`` also those. Tables on the screen and in ``speed.md``, every figure in
``speed.json``, bars in ``speed.png``. Machines are noisy: compare the ratios.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from yacs.config import CfgNode

from modules.core.config import load_config
from modules.core.errors import SourceError
from modules.evaluation.accuracy.command import progress_line
from modules.evaluation.common.options import add_config_options, overrides, parse_frames
from modules.evaluation.common.plots import plot_speed
from modules.evaluation.common.report import MakeEstimator, OpenRoom, Report, markdown_table, number, run_command
from modules.evaluation.speed import scaling
from modules.evaluation.speed.drawing import mosaic_drawer
from modules.evaluation.speed.lod_speed import lod_table, measure_lod
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
    time_drawing,
)

DRAWN_FRAMES = 8
WARM_UP = 5
#: Moment of the window's start → aim.
WINDOW_AIMS = {"visible": "≤ 3", "first pose": "≤ 8"}
#: How the plain loop differs from the product.
PLAIN_SETTINGS: dict[str, object] = {"RUNTIME.PLAIN": True, "RUNTIME.READ_AHEAD": 0}


@dataclass
class SpeedReport(Report):
    """Tables to read, figures to store, loops to draw."""

    timings: dict[str, Timings] = field(default_factory=dict)
    scaling: tuple[list[scaling.ScalingRow], list[scaling.ScalingRow]] | None = None


def main(
    arguments: Sequence[str] | None = None,
    open_source: OpenRoom | None = None,
    make_estimator: MakeEstimator | None = None,
) -> int:
    """Runs the command; arguments and exit status as of ``report.run_command``."""
    options = parser().parse_args(arguments)

    def work(open_source: OpenRoom, make_estimator: MakeEstimator) -> None:
        report = SpeedReport()
        measure(options, report, open_source, make_estimator)
        report.save(options.out, "speed")
        if report.timings:
            plot_speed(report.timings, report.scaling, options.out / "speed.png")
        print(f"written: {options.out}/speed.json, speed.md, speed.png")

    return run_command(work, open_source, make_estimator)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m modules.evaluation.speed", description=__doc__.splitlines()[0])
    made.add_argument(
        "--frames", type=parse_frames, default=slice(0, 12), metavar="A:B[:STEP]", help="of a pass (default 0:12)"
    )
    made.add_argument("--rounds", type=int, default=6, help="passes of each loop, taking turns (default 6)")
    made.add_argument("--memory", type=int, default=0, metavar="N", help="also watch the memory over N frames, the demo looped")
    made.add_argument("--startup", action="store_true", help="also time the start of the program and a whole headless run")
    made.add_argument("--no-loops", action="store_true", help="leave out the stages, the plain loop and the level of detail")
    made.add_argument("--no-scaling", action="store_true", help="leave out the growth with views and people")
    add_config_options(made, "output/speed")
    return made


def measure(options: argparse.Namespace, report: SpeedReport, open_source: OpenRoom, make_estimator: MakeEstimator) -> None:
    """Everything that was asked for."""
    config = load_config(options.config, overrides(options))
    report.figures["config"] = {"file": str(options.config), "set": overrides(options)}
    if not options.no_loops:
        measure_loops(options, config, report, open_source, make_estimator)
    if not options.no_scaling:
        measure_growth(config, report)
    if options.memory or options.startup:
        measure_children(options, report)


def measure_loops(
    options: argparse.Namespace, config: CfgNode, report: SpeedReport, open_source: OpenRoom, make_estimator: MakeEstimator
) -> None:
    """Stages of product and plain loop, pose difference, drawing, level of detail."""
    plain = load_config(options.config, {**overrides(options), **PLAIN_SETTINGS})
    product = make_estimator(config)
    loops = {
        WHOLE: Loop(lambda: open_source(config), product, overlapped=True),
        PLAIN: Loop(lambda: open_source(plain), make_estimator(plain)),
        PRODUCT: Loop(lambda: open_source(config), product),
    }
    source = open_source(config)
    try:
        indices = list(range(len(source))[options.frames])
        if not indices:
            raise SourceError("--frames names none of the recording's {count} frames.", count=len(source))
        timings = compare_loops(loops, indices, options.rounds, WARM_UP, progress=progress_line("rounds"))
        results = list(timings[PRODUCT].results.values())
        drawn = time_drawing(mosaic_drawer(source), source, results[: DRAWN_FRAMES + 1])
        timings[PRODUCT].stages_ms["draw"] = drawn
        report.timings = timings
        show_loops(report, timings, len(indices), options.rounds)
        lod = measure_lod(product, source.read(most_people(results)))
    finally:
        source.close()
    report.figures["lod"] = None if lod is None else lod.as_dict()
    report.show("Level of detail: not measured, no frame has two people in full detail." if lod is None else lod_table(lod))


def most_people(results: Sequence[Any]) -> int:
    """Index of the frame with the most people."""
    return max(results, key=lambda result: len(result.persons)).frame_index


def show_loops(report: SpeedReport, timings: dict[str, Timings], frames: int, rounds: int) -> None:
    """The stage table, frames per second, and how far the poses are apart."""
    heads = [f"ms per frame, {frames} frames × {rounds}: median (p10–p90)", PRODUCT, PLAIN, "plain / product"]
    faster = {name: speedup(timings, name) for name in (WHOLE, PRODUCT)}
    difference = pose_difference(timings[WHOLE].results, timings[PLAIN].results)
    figures = {name: timing.as_dict() for name, timing in timings.items()}
    speedups = {name: asdict(spread) for name, spread in faster.items()}
    report.figures["loops"] = {**figures, "speedup": speedups, "pose_difference": asdict(difference)}
    report.show(markdown_table(heads, stage_rows(timings)))
    rates = {name: figure["frames_per_second"] for name, figure in figures.items()}
    core = Spread.of(timings[WHOLE].core_ms)
    rows = [
        ["frames per second, whole recording", rates[WHOLE], "≥ 5"],
        ["frames per second, frame by frame / plain loop", f"{number(rates[PRODUCT])} / {number(rates[PLAIN])}", ""],
        ["whole recording, times as fast as the plain loop, pass by pass", str(faster[WHOLE]), "≥ 3"],
        ["frame by frame, times as fast", str(faster[PRODUCT]), ""],
        ["whole recording: processor time a frame, all threads, ms", str(core), ""],
        ["pose difference to the plain loop, median mm", difference.median_mm, "≤ 1"],
        ["pose difference, 95 % of joints, mm", difference.p95_mm, ""],
        ["people compared / only in one of the two", f"{difference.people} / {difference.unmatched}", ""],
    ]
    report.show(markdown_table(["whole loop", "measured", "aim"], rows))


def measure_growth(config: CfgNode, report: SpeedReport) -> None:
    """Cost over views and people, from synthetic input."""
    from modules import composition

    estimator = composition.make_estimator(config)
    report.scaling = scaling.measure_scaling(
        estimator.network, config, estimator.device, before=estimator.set_threads, progress=progress_line("sizes")
    )
    report.figures["scaling"] = scaling.as_dict(*report.scaling)
    report.show(scaling.scaling_tables(*report.scaling))
    share = scaling.share_of_rate(estimator.network, config, estimator.device, before=estimator.set_threads)
    report.figures["share_of_rate"] = asdict(share)
    what = f"rate with {scaling.MANY_VIEWS} views of {scaling.MANY_PEOPLE} people over that with {scaling.FIXED_VIEWS}"
    report.show(markdown_table(["networks alone", "measured", "aim"], [[what, str(share), "≥ 0.6"]]))


def measure_children(options: argparse.Namespace, report: SpeedReport) -> None:
    """Start-up and memory, each in a process of its own."""
    from modules.evaluation.speed.children import ask_footprint, has_display, watch_headless

    shared = ["--config", str(Path(options.config).resolve()), *(word for entry in options.set for word in ("--set", entry))]
    shared += ["--device", options.device] if options.device else []
    rows: list[list[object]] = []
    if options.startup:
        steps = ask_footprint("startup", shared)
        window = ask_footprint("window", shared) if has_display() else {}
        short = ["--config", shared[1]]
        first, whole = watch_headless(short, "0:1"), watch_headless(short, "0:")
        report.figures["startup"] = {
            "steps_s": steps,
            "window_s": window,
            "headless_first_frame": first,
            "headless_whole": whole,
        }
        rows += [[f"start-up: {name}, s", seconds, ""] for name, seconds in steps.items()]
        rows += [[f"window: {name}, s after the start", seconds, WINDOW_AIMS.get(name, "")] for name, seconds in window.items()]
        rows += [["first pose on disk after run.py --headless, s", first["first_pose_s"], "≤ 8"]]
        rows += [["whole headless run: seconds", whole["total_s"], ""], ["… peak memory, MB", whole["peak_mb"], "≤ 1500"]]
    if options.memory:
        memory = ask_footprint("memory", [*shared, "--frames", str(options.memory)])
        report.figures["memory"] = memory
        rows += [
            [f"peak memory over {options.memory} frames, MB", memory["peak_mb"], "≤ 1500"],
            ["after the warm-up → at the end, MB", f"{memory['start_mb']:.0f} → {memory['end_mb']:.0f}", "flat"],
            ["growth, MB per 1000 frames", memory["growth_mb_per_1000"], "0"],
        ]
    report.show(markdown_table(["start-up and memory", "measured", "aim"], rows))
