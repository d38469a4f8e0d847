"""What a long take costs: made-up people over many frames, written in random order; bytes, opening, reading, memory.

No network runs: how people were found does not matter to the store. Each row is measured in a process of its own where memory
or opening is meant, so that nothing is warm but the disk.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from modules.core.computed import ComputedFrame, State
from modules.core.header import ResultsHeader
from modules.core.skeleton import NUM_JOINTS
from modules.evaluation.common.options import PROJECT_DIR, positive
from modules.evaluation.common.report import Report, markdown_table, run_command
from modules.evaluation.take.films import RIG
from modules.SelfPose3d.lib.training.runs import published_rigs
from modules.take.store import Take

FPS, VIEWS = 30.0, 5
#: Joints beyond the skeleton, as many as COCO-WholeBody's feet and what is left of COCO's head.
EXTRA = tuple(f"extra_{n}" for n in range(10))
#: Frames put one after another at the end, each with everybody's number wanted at once.
LAST = 200
TARGETS = {"bytes per person and frame": 3000, "open, s": 1.0}
COLUMNS = ("what", "figure", "aim")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; arguments and exit status as of ``report.run_command``."""
    options = parser().parse_args(arguments)
    return run_command(lambda *_: measure(options), None, None)


def measure(options: argparse.Namespace) -> None:
    """Writes the take, then opens and reads it in other processes; TakeError."""
    figures: dict[str, Any] = {}
    path = write(options.out, options.frames, options.people, figures)
    size = sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
    figures["bytes per person and frame"] = size / (options.frames * options.people)
    for part in ("opened", "read"):
        figures |= _elsewhere(part, path)
    report = Report(figures={"columns": COLUMNS, "rows": figures})
    rows = [[what, f"{figure:.4g}", f"≤ {TARGETS[what]:g}" if what in TARGETS else ""] for what, figure in figures.items()]
    report.show(f"{options.frames} frames, {options.people} people, {VIEWS} views.\n\n" + markdown_table(COLUMNS, rows))
    report.save(options.out, "cost")


def write(folder: Path, count: int, people: int, figures: dict[str, Any]) -> Path:
    """A take of ``count`` frames; its file. The last frames come one by one, as in the window."""
    header = ResultsHeader("cost", FPS, published_rigs()[RIG][:VIEWS], (0.0, 0.0), "cost", count)
    for old in folder.glob("take-*.sqlite*"):
        old.unlink()
    take = Take.find(folder, header)
    frames = walk(count, people)
    order = np.random.default_rng(0).permutation(count).tolist()
    start = time.perf_counter()
    for index in order[:-LAST]:
        take.put(frames(index))
    take.flush()
    figures["written, frames/s"] = (count - LAST) / (time.perf_counter() - start)
    start = time.perf_counter()
    take.settle()
    figures["everybody told apart anew, s"] = time.perf_counter() - start
    waits = []
    for index in order[-LAST:]:
        frame = frames(index)
        start = time.perf_counter()
        take.put(frame)
        take.result(index, 0.0)
        waits.append(time.perf_counter() - start)
    figures["put and shown, ms, 95 %"] = float(np.quantile(waits, 0.95)) * 1e3
    take.settle()
    figures["people found"] = len(take.people())
    take.close()
    return take.path


def walk(count: int, people: int) -> Callable[[int], ComputedFrame]:
    """Frames by index: everyone on a circle of their own, limbs swinging, 10 mm of noise."""
    rng = np.random.default_rng(1)
    bodies = rng.normal(0, 250, (people, NUM_JOINTS, 3)) * [0.4, 0.4, 1.0]
    centers = np.stack([np.arange(people) * 1500.0, np.zeros(people)], 1)

    def frame(index: int) -> ComputedFrame:
        own = np.random.default_rng([2, index])
        angle = index / FPS + np.arange(people)
        floor = centers + 500 * np.stack([np.cos(angle), np.sin(angle)], 1)
        roots = np.concatenate([floor, np.full((people, 1), 900.0)], 1)
        joints = roots[:, None] + bodies + own.normal(0, 10, (people, NUM_JOINTS, 3))
        return ComputedFrame(
            index, index / FPS, np.full(people, State.POSED), own.uniform(0.5, 1, people), roots, joints,
            own.uniform(0, 0.1, (people, VIEWS, NUM_JOINTS)), own.uniform(5, 50, (people, NUM_JOINTS, 3)),
            own.normal(0, 5, (people, VIEWS, NUM_JOINTS, 2)), roots[:, None] + own.normal(0, 300, (people, len(EXTRA), 3)),
            own.uniform(0, 255, (people, 6)), EXTRA,
            {"backbone": 50.0, "root_net": 20.0, "pose_net": 20.0},
        )  # fmt: skip

    return frame


def opened(path: Path) -> dict[str, float]:
    """How long opening takes, and the first frame with everybody's numbers."""
    start = time.perf_counter()
    take = Take(path, writable=False)
    done = take.computed(0.0)
    opening = time.perf_counter() - start
    take.result(int(done[len(done) // 2]), 0.0)
    return {"open, s": opening, "open and show a frame, s": time.perf_counter() - start}


def read(path: Path) -> dict[str, float]:
    """How long a frame takes to read, and how memory grows while all are read."""
    take = Take(path, writable=False)
    indices = np.random.default_rng(3).permutation(take.computed(0.0)).tolist()
    for index in indices[:100]:
        take.result(index, 0.0)
    before, waits = _rss_mb(), []
    for index in indices:
        start = time.perf_counter()
        take.result(index, 0.0)
        waits.append(time.perf_counter() - start)
    start = time.perf_counter()
    for _ in range(100):
        take.computed(4000.0)
    return {
        "read a frame, ms": float(np.median(waits)) * 1e3,
        "read a frame, ms, 95 %": float(np.quantile(waits, 0.95)) * 1e3,
        "which frames are computed, ms": (time.perf_counter() - start) * 10,
        "memory before, MB": before,
        "memory after reading all, MB": _rss_mb(),
    }


def _rss_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def _elsewhere(part: str, path: Path) -> dict[str, float]:
    """What a function of this file says in a process of its own."""
    call = f"cost.{part}(pathlib.Path({str(path)!r}))"
    code = f"import json, pathlib; from modules.evaluation.take import cost; print(json.dumps({call}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_DIR, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m modules.evaluation.take.cost", description=__doc__.splitlines()[0])
    made.add_argument("--frames", type=positive, default=10_000, help="default 10000")
    made.add_argument("--people", type=positive, default=5, help="default 5")
    made.add_argument(
        "--out", type=Path, default=PROJECT_DIR / "output/evaluation/take/cost", help="folder for take and results"
    )
    return made


if __name__ == "__main__":
    sys.exit(main())
