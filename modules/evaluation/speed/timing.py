"""Timing of the product beside the plain loop, in one run, turn by turn, so that a noisy machine disturbs all alike.

The plain loop works the way published code does, on the same weights (RUNTIME.PLAIN): every view through the backbone by
itself, projection grids computed for every frame, one pose-net call per root, float32, nothing read ahead. The product is timed
in both of its ways: frame by frame, as the window asks for frames, and over a whole recording, with several frames in work.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from modules.core.protocols import Estimator, FrameSource
from modules.core.types import POSE_STAGES, STAGES, FrameSet, Lod, PoseResult
from modules.evaluation.accuracy.demo import one_to_one
from modules.evaluation.common.metrics import MATCH_MM, joint_distances_mm, mean_distances_mm

WHOLE, PRODUCT, PLAIN = "whole recording", "frame by frame", "plain loop"
#: Row of the table: pose-net time divided by the people it found a pose for.
PER_PERSON = "pose_net + refine per person"
#: Opens the recording anew and is closed after each pass, so that nothing is read ahead while the clock stands.
OpenSource = Callable[[], FrameSource]


@dataclass(frozen=True, eq=False)
class Loop:
    """One way to be timed; ``overlapped``: by ``Estimator.results``, as a whole recording is processed."""

    open_source: OpenSource
    estimator: Estimator
    overlapped: bool = False


@dataclass(frozen=True)
class Spread:
    """Median and spread of some timings, ms (10th and 90th percentile)."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, samples: Iterable[float]) -> Spread:
        """From samples; NaN without any."""
        values = np.asarray(list(samples), np.float64)
        if not values.size:
            return cls(float("nan"), float("nan"), float("nan"), 0)
        low, median, high = np.percentile(values, [10, 50, 90])
        return cls(float(median), float(low), float(high), values.size)

    def __str__(self) -> str:
        if not self.count:
            return "–"
        digits = 2 if self.median < 10 else 1
        return f"{self.median:.{digits}f} ({self.low:.{digits}f}–{self.high:.{digits}f})"


@dataclass(eq=False)
class Timings:
    """What was measured of one loop.

    Attributes:
        stages_ms: stage, or ``PER_PERSON`` → one sample a frame.
        pass_ms: milliseconds per frame, one sample a pass, all included.
        core_ms: processor time per frame, all threads together, one sample a pass: other programs hardly disturb it.
        results: frame index → the last result.
    """

    stages_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    pass_ms: list[float] = field(default_factory=list)
    core_ms: list[float] = field(default_factory=list)
    results: dict[int, PoseResult] = field(default_factory=dict)

    def add(self, result: PoseResult, read_ms: float) -> None:
        """Takes the stages of one frame."""
        for stage, ms in {"read": read_ms, **result.timings_ms}.items():
            self.stages_ms[stage].append(ms)
        full = sum(p.lod is Lod.FULL for p in result.persons)
        if full and any(stage in result.timings_ms for stage in POSE_STAGES):
            self.stages_ms[PER_PERSON].append(sum(result.timings_ms.get(stage, 0.0) for stage in POSE_STAGES) / full)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "stages_ms": {name: vars(Spread.of(samples)) for name, samples in self.stages_ms.items()},
            "frame_ms": vars(Spread.of(self.pass_ms)),
            "core_ms": vars(Spread.of(self.core_ms)),
            "frames_per_second": 1000 / Spread.of(self.pass_ms).median if self.pass_ms else None,
        }


def run_pass(source: FrameSource, loop: Loop, indices: Sequence[int], lod_distance_mm: float, into: Timings) -> None:
    """One pass over the frames: read, detect, refine; drawing is measured apart.

    Stages are taken where frames don't overlap: side by side they wait for one another.
    """
    read_ms: dict[int, float] = {}

    def frames() -> Iterator[FrameSet]:
        for index in indices:
            before = time.perf_counter()
            frame = source.read(index)
            read_ms[index] = 1000 * (time.perf_counter() - before)
            yield frame

    estimator = loop.estimator
    start, start_core = time.perf_counter(), time.process_time()
    if loop.overlapped:
        for frame, result in estimator.results(frames(), lod_distance_mm):
            into.results[frame.index] = result
    else:
        for frame in frames():
            result = estimator.refine(estimator.detect(frame), lod_distance_mm)
            into.add(result, read_ms[frame.index])
            into.results[frame.index] = result
    count = max(len(indices), 1)
    into.pass_ms.append(1000 * (time.perf_counter() - start) / count)
    into.core_ms.append(1000 * (time.process_time() - start_core) / count)


def compare_loops(
    loops: Mapping[str, Loop],
    indices: Sequence[int],
    rounds: int,
    warm_up: int = 3,
    lod_distance_mm: float = 0.0,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Timings]:
    """Runs every loop ``rounds`` times over the frames, taking turns, after a warm-up that is not counted."""
    timings = {name: Timings() for name in loops}
    for turn in range(rounds + 1):
        for name, loop in loops.items():
            source = loop.open_source()
            try:
                if turn == 0:
                    run_pass(source, loop, indices[:warm_up], lod_distance_mm, Timings())
                else:
                    run_pass(source, loop, indices, lod_distance_mm, timings[name])
            finally:
                source.close()
        if progress is not None and turn:
            progress(turn, rounds)
    return timings


def time_drawing(
    draw: Callable[[FrameSet, PoseResult], object], source: FrameSource, results: Sequence[PoseResult]
) -> list[float]:
    """Milliseconds per frame of drawing some results; the first one is a warm-up and not counted."""
    samples = []
    for result in results:
        frame = source.read(result.frame_index)
        start = time.perf_counter()
        draw(frame, result)
        samples.append(1000 * (time.perf_counter() - start))
    return samples[1:]


@dataclass(frozen=True)
class Difference:
    """How far two loops' people are apart on the same frames.

    Attributes:
        median_mm, p95_mm, max_mm: over all joints of people that both have. people: such people.
        unmatched: people that only one of the two has.
    """

    median_mm: float
    p95_mm: float
    max_mm: float
    people: int
    unmatched: int


def pose_difference(ours: Mapping[int, PoseResult], theirs: Mapping[int, PoseResult]) -> Difference:
    """Compares people in full detail, frame by frame, nearest with nearest."""
    distances: list[np.ndarray] = []
    unmatched = 0
    for index in sorted(ours.keys() & theirs.keys()):
        a, b = (
            np.array([p.joints_world_mm for p in r.persons if p.lod is Lod.FULL], np.float64).reshape(-1, 15, 3)
            for r in (ours[index], theirs[index])
        )
        pairs = one_to_one(mean_distances_mm(a, b), MATCH_MM)
        unmatched += len(a) + len(b) - 2 * len(pairs)
        distances += [joint_distances_mm(a[i : i + 1], b[j : j + 1])[0, 0] for i, j in pairs]
    if not distances:
        return Difference(float("nan"), float("nan"), float("nan"), 0, unmatched)
    median, p95, most = np.percentile(np.concatenate(distances), [50, 95, 100])
    return Difference(float(median), float(p95), float(most), len(distances), unmatched)


def stage_rows(timings: Mapping[str, Timings]) -> list[list[object]]:
    """Rows of the table: stage, median and spread of product and plain loop, and how many times faster the product is."""
    product, plain = timings[PRODUCT], timings[PLAIN]
    names = [s for s in STAGES if s in product.stages_ms or s in plain.stages_ms]
    last = max((names.index(stage) for stage in POSE_STAGES if stage in names), default=None)
    if last is not None:
        names.insert(last + 1, PER_PERSON)
    pairs = [(name.replace("_", " "), product.stages_ms.get(name, []), plain.stages_ms.get(name, [])) for name in names]
    pairs.append(("whole frame, reading included", product.pass_ms, plain.pass_ms))
    pairs.append(("processor time, all threads", product.core_ms, plain.core_ms))
    return [
        [name, str(a), str(b), ratio(a.median, b.median)]
        for name, a, b in ((n, Spread.of(x), Spread.of(y)) for n, x, y in pairs)
    ]


def speedup(timings: Mapping[str, Timings], ours: str = WHOLE) -> Spread:
    """How many times faster one of the product's ways is than the plain loop, pass by pass: passes in a row share the machine's
    mood."""
    return Spread.of(b / a for a, b in zip(timings[ours].pass_ms, timings[PLAIN].pass_ms, strict=True))


def ratio(ours: float, theirs: float) -> str:
    """How many times as long theirs takes as ours, as text."""
    return f"{theirs / ours:.2f}×" if ours > 0 and np.isfinite(theirs) else "–"
