"""``python -m modules.evaluation.export``: every format written and read back by somebody else's reader; time and memory.

The people are made up (``people.py``): their bones are constant, so that animated skeletons can be exact as well; they have
gaps, filled joints and rejected ones. Positions are compared in the world's frame, mm, where both sides have one.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from modules.core.trajectory import Sample, TrajectorySet
from modules.core.types import Camera
from modules.evaluation.common.options import PROJECT_DIR, positive
from modules.evaluation.common.report import Report, markdown_table
from modules.evaluation.export.people import moving_people
from modules.evaluation.export.readers import READERS, Found
from modules.export.trajectories.formats import FORMATS, Format, export

COLUMNS = ("format", "read by", "people × frames × joints", "farthest off, mm", "gaps", "measured or not", "fps")
TIMES = ("format", "s", "of it computing, s", "MB written", "memory grew by, MB")
PAGE_BYTES = 4096


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; 1 if a reader found something else than was written."""
    options = parser().parse_args(arguments)
    report, wrong = Report(), 0
    with tempfile.TemporaryDirectory() as folder:
        wrong = compare(moving_people(options.frames), Path(folder) / "read", report)
        for count in (options.frames, *([options.long] if options.long else [])):
            measure(moving_people(count), Path(folder) / str(count), report)
    if options.out:
        report.save(options.out, "export")
    return 1 if wrong else 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="modules.evaluation.export", description=__doc__)
    made.add_argument("--frames", type=positive, default=100, metavar="N", help="frames that are read back (default: 100)")
    made.add_argument("--long", type=positive, metavar="N", help="also time the writing of this many frames, e.g. 100000")
    made.add_argument("--out", type=Path, default=PROJECT_DIR / "output" / "export", help="folder for the results")
    return made


def cameras() -> tuple[Camera, ...]:
    """Four cameras around the people, for the projections."""
    made = []
    for number, angle in enumerate(np.radians([45, 135, 225, 315])):
        z = -np.array([np.cos(angle), np.sin(angle), 0.15])
        z /= np.linalg.norm(z)
        x = np.cross(z, [0.0, 0.0, 1.0])
        x /= np.linalg.norm(x)
        center = np.array([1500.0, 0.0, 1000.0]) - 7000.0 * z
        made.append(Camera(f"cam{number + 1}", 1920, 1080, 1400.0, 1400.0, 959.5, 539.5, [x, np.cross(z, x), z], center))
    return tuple(made)


def kinds() -> list[Format]:
    """The formats that are read back."""
    return [FORMATS[name] for name in READERS]


def compare(trajectories: TrajectorySet, folder: Path, report: Report) -> int:
    """Writes all formats, reads them back, shows a table; how many readers found something else."""
    rows, wrong = [], 0
    for kind in kinds():
        paths = export(trajectories, [kind], folder, cameras())
        for name, read in READERS[kind.name]:
            row, fine = judge(trajectories, read(paths))
            rows.append((kind.name, name, *row))
            wrong += not fine
            report.figures[f"{kind.name} by {name}"] = row
    unread = [kind for kind in FORMATS.values() if kind.name not in READERS]
    for kind in unread:  # no reader besides its own viewer
        if kind.installed:
            (path,) = export(trajectories, [kind], folder, cameras())
            rows.append((kind.name, "nobody: written alone", f"{path.stat().st_size} bytes", "–", "–", "–", "–"))
        else:
            rows.append((kind.name, f"nobody: {kind.needs} is not installed", "–", "–", "–", "–", "–"))
    report.show(markdown_table(COLUMNS, rows))
    return wrong


def judge(truth: TrajectorySet, found: Found) -> tuple[tuple[object, ...], bool]:
    """The table's cells for one reader, and whether all is as written."""
    positions = np.stack([person.positions_world_mm for person in truth.people])
    samples = np.stack([person.samples for person in truth.people])
    got = found.positions_world_mm
    shape = "×".join(map(str, got.shape[:3]))
    if got.shape != positions.shape:
        return (shape, "–", "other shape", "–", found.fps), False
    gone, lost = np.isnan(positions[..., 0]), np.isnan(got).any(axis=-1)
    farthest = float(np.linalg.norm(got - positions, axis=-1)[~gone & ~lost].max())
    gaps = "all" if (gone == lost).all() else f"{(gone != lost).sum()} of {gone.sum()} wrong"
    states = "–"
    if found.measured is not None:
        states = "all" if (found.measured == (samples == Sample.MEASURED)).all() else "wrong"
    fine = farthest <= 0.1 and gaps == "all" and states != "wrong"
    return (shape, round(farthest, 4), gaps, states, float(found.fps)), fine


def measure(trajectories: TrajectorySet, folder: Path, report: Report) -> None:
    """Times every format; memory is the process' largest growth while it writes."""
    rows, total, computing = [], 0.0, 0.0
    for kind in kinds():
        kind.writer()  # libraries are loaded once, not per file
    for kind in kinds():
        with Memory() as memory:
            start, busy = time.perf_counter(), time.process_time()
            paths = export(trajectories, [kind], folder, cameras())
            seconds, busy = time.perf_counter() - start, time.process_time() - busy
        total, computing = total + seconds, computing + busy
        size = sum(file.stat().st_size for path in paths for file in (path.iterdir() if path.is_dir() else [path]))
        rows.append((kind.name, seconds, busy, size / 1e6, memory.grown_bytes / 1e6))
    count = len(trajectories.frames)
    rows.append((f"all, {count} frames, {len(trajectories.people)} people", total, computing, "", ""))
    report.figures[f"{count} frames, s"] = total
    report.show(markdown_table(TIMES, rows))


class Memory:
    """How much the process' resident memory grows inside the block, looked at every 20 ms (Linux; 0 elsewhere)."""

    def __enter__(self) -> Memory:
        self.grown_bytes, self._done = 0, threading.Event()
        self._before = self._now()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self.grown_bytes = max(self.grown_bytes, self._now() - self._before)

    def _now(self) -> int:
        status = Path("/proc/self/statm")
        return int(status.read_text().split()[1]) * PAGE_BYTES if status.exists() else 0
