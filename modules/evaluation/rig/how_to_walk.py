"""The README's drawing of how to walk for a calibration.

``python -m modules.evaluation.rig.how_to_walk --out img/how_to_walk.png``
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np


def draw(path: Path) -> None:
    """Two rooms from above: the figure of eight that calibrates, and the line that does not."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4))
    FigureCanvasAgg(figure)
    angle = np.linspace(0, 2 * np.pi, 300)
    eight = np.stack([1.9 * np.sin(angle), 1.6 * np.sin(angle) * np.cos(angle)], 1)
    line = np.stack([np.linspace(-1.6, 1.6, 300), np.zeros(300)], 1)
    for place, (way, good, title) in enumerate(
        ((eight, True, "half a minute, through the whole room"), (line, False, "not one line"))
    ):
        axes = figure.add_subplot(1, 2, place + 1)
        axes.plot(*way.T, color="#2a9d5c" if good else "#c0392b", lw=3, ls="-" if good else "--")
        axes.annotate("", way[40], way[30], arrowprops={"arrowstyle": "->", "lw": 2})
        for x, y in ((-2.8, -1.6), (2.8, -1.6), (2.8, 1.6), (-2.8, 1.6)):
            ahead = -np.array([x, y]) / np.hypot(x, y)
            side = np.array([-ahead[1], ahead[0]])
            corner = np.array([x, y])
            axes.fill(
                *np.stack([corner, corner + 0.5 * ahead + 0.25 * side, corner + 0.5 * ahead - 0.25 * side]).T, color="#34495e"
            )
            for sign in (1, -1):
                edge = corner + 5.2 * ahead + sign * 2.2 * side
                axes.plot([x, edge[0]], [y, edge[1]], color="#34495e", lw=0.4, alpha=0.4)
        axes.plot([-3, -2], [-2.15, -2.15], color="black", lw=1)
        axes.text(-2.5, -2.1, "1 m", ha="center", va="bottom", fontsize=8)
        axes.set(xlim=(-3.4, 3.4), ylim=(-2.3, 2.1), aspect="equal", title=title)
        axes.axis("off")
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m modules.evaluation.rig.how_to_walk", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("img") / "how_to_walk.png")
    draw(parser.parse_args(arguments).out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
