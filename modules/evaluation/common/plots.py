"""The evaluation's pictures, drawn without a display."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from modules.core.errors import ExportError
from modules.core.skeleton import BODY_JOINTS, JOINT_NAMES
from modules.core.types import STAGES
from modules.evaluation.accuracy.demo import DemoScore, median
from modules.evaluation.accuracy.synthetic import SyntheticRow
from modules.evaluation.common.metrics import AP_THRESHOLDS_MM
from modules.evaluation.speed.scaling import ScalingRow
from modules.evaluation.speed.timing import PER_PERSON, Spread, Timings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#334155"
COLORS = ("#2563eb", "#f59e0b", "#10b981", "#db2777", "#7c3aed", "#64748b")


def new_figure(rows: int, columns: int, width: float = 6.0, height: float = 3.8) -> tuple[Figure, list[Axes]]:
    """A figure of rows × columns axes, ``width`` × ``height`` inches each, and the axes in reading order."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width * columns, height * rows), layout="constrained")
    FigureCanvasAgg(figure)
    axes = list(np.atleast_1d(figure.subplots(rows, columns)).ravel())
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(colors=INK)
        axis.grid(axis="y", alpha=0.25)
        axis.set_axisbelow(True)
    return figure, axes


def save_figure(figure: Figure, path: Path) -> None:
    """Writes a PNG; ExportError if it can't."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=110)
    except OSError as error:
        raise ExportError("Can't write {file}: {reason}.", file=path, reason=error.strerror) from error


def grouped_bars(
    axis: Axes,
    groups: Sequence[str],
    series: Mapping[str, Sequence[float]],
    label: str,
    whiskers: Mapping[str, Sequence[tuple[float, float]]] | None = None,
) -> None:
    """One cluster of bars per group, with whiskers (low, high) where they are given; NaN leaves a gap."""
    width = 0.8 / max(len(series), 1)
    places = np.arange(len(groups))
    for i, (name, values) in enumerate(series.items()):
        x = places + (i - (len(series) - 1) / 2) * width
        axis.bar(x, values, width, label=name, color=COLORS[i % len(COLORS)])
        if whiskers:
            low, high = np.array(whiskers[name], np.float64).T
            axis.vlines(x, low, high, color=INK, linewidth=1)
    axis.set_xticks(
        places, groups, rotation=35 if max(map(len, groups), default=0) > 8 else 0, ha="right" if groups else "center"
    )
    axis.set_ylabel(label)
    if len(series) > 1:
        axis.legend(frameon=False, fontsize=8)


def plot_accuracy(demos: Sequence[DemoScore], synthetic: Sequence[SyntheticRow], path: Path) -> None:
    """Demo: median distance per joint; synthetic: MPJPE per set beside the baselines, and AP over the threshold."""
    figure, axes = new_figure(1, len(demos) + (2 if synthetic else 0))
    for axis, demo in zip(axes[: len(demos)], demos, strict=True):
        series = {name: [median(demo.errors_mm([r])[:, j]) for j in BODY_JOINTS] for r, name in enumerate(demo.demo.people)}
        grouped_bars(
            axis, [JOINT_NAMES[j].replace("_", " ") for j in BODY_JOINTS], series, "median distance to the reference, mm"
        )
        axis.set_title(demo.demo.folder)
    if synthetic:
        bars, curves = axes[-2:]
        sets = list(dict.fromkeys((row.rig, row.noise) for row in synthetic))
        found: dict[str, dict[tuple[str, str], float]] = {}
        for row in synthetic:
            found.setdefault(row.method, {})[row.rig, row.noise] = row.scores.mpjpe_mm
        series = {method: [values.get(key, float("nan")) for key in sets] for method, values in found.items()}
        grouped_bars(bars, [f"{rig}, {noise}" for rig, noise in sets], series, "MPJPE, mm")
        bars.set_title("Synthetic scenes")
        _draw_ap(curves, synthetic)
    save_figure(figure, path)


def _draw_ap(axis: Axes, rows: Sequence[SyntheticRow]) -> None:
    first = rows[0].method
    for i, row in enumerate(row for row in rows if row.method == first):
        style: Any = ":" if row.noise == "clean" else "-"
        values = [100 * row.scores.ap[t] for t in AP_THRESHOLDS_MM]
        axis.plot(AP_THRESHOLDS_MM, values, style, marker="o", label=f"{row.rig}, {row.noise}", color=COLORS[i % len(COLORS)])
    axis.set_xlabel("threshold, mm")
    axis.set_ylabel("average precision, %")
    axis.set_ylim(0, 102)
    axis.set_title(f"Synthetic scenes, {first}")
    axis.legend(frameon=False, fontsize=8)


def plot_speed(
    timings: Mapping[str, Timings], scaling: tuple[Sequence[ScalingRow], Sequence[ScalingRow]] | None, path: Path
) -> None:
    """Stages of every loop as bars with their spread; cost over views and over people with a linear line beside it."""
    figure, axes = new_figure(1, 3 if scaling else 1)
    names = [s for s in (*STAGES, PER_PERSON) if any(s in t.stages_ms for t in timings.values())]
    series = {loop: [Spread.of(t.stages_ms.get(n, ())) for n in names] for loop, t in timings.items() if t.stages_ms}
    medians = {loop: [s.median for s in spreads] for loop, spreads in series.items()}
    whiskers = {loop: [(s.low, s.high) for s in spreads] for loop, spreads in series.items()}
    grouped_bars(axes[0], [n.replace("_", " ") for n in names], medians, "ms: median, 10–90 %", whiskers)
    rates = ", ".join(f"{loop} {1000 / Spread.of(t.pass_ms).median:.1f}" for loop, t in timings.items() if t.pass_ms)
    axes[0].set_title(f"Frames per second: {rates}")
    if scaling:
        for axis, rows, what in zip(axes[1:], scaling, ("views", "people"), strict=True):
            _draw_growth(axis, rows, what)
    save_figure(figure, path)


def _draw_growth(axis: Axes, rows: Sequence[ScalingRow], what: str) -> None:
    sizes = [getattr(row, what) for row in rows]
    bottom = np.zeros(len(rows))
    for i, (name, label) in enumerate((("backbone_ms", "backbone"), ("root_ms", "root net"), ("pose_ms", "pose net + refine"))):
        heights = np.array([getattr(row, name).median for row in rows])
        axis.bar(sizes, heights, bottom=bottom, label=label, color=COLORS[i])
        bottom += heights
    axis.plot(sizes, rows[0].total_ms * np.array(sizes) / sizes[0], ":", color=INK, label="linear from the first")
    axis.set_ylim(0, 1.15 * bottom.max())
    axis.set_xlabel(what)
    axis.set_ylabel("ms")
    axis.legend(frameon=False, fontsize=8, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0))
