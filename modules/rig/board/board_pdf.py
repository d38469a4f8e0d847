"""A board to print: a PDF of the right size, with a ruler to check the printer by."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from modules.core.errors import ExportError
from modules.rig.board.board_views import Board
from modules.rig.write import there_already

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Paper, mm: (width, height), landscape.
PAPER_MM = {"A4": (297.0, 210.0), "A3": (420.0, 297.0), "A2": (594.0, 420.0), "A1": (841.0, 594.0), "A0": (1189.0, 841.0)}
INCH_MM = 25.4
#: Printers leave a margin; the ruler is this long, mm.
MARGIN_MM, RULER_MM = 8.0, 100.0
#: Pixels of the pattern in a mm: squares and marker cells of whole tenths of a mm stay sharp.
PX_PER_MM = 10.0


def draw(board: Board, paper: str = "A4") -> Figure:
    """The page as a matplotlib figure whose inches are the paper's.

    Raises:
        ExportError: the board does not fit the paper.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    width, height = PAPER_MM[paper]
    wide, high = board.size_mm
    if wide > width - 2 * MARGIN_MM or high > height - 2 * MARGIN_MM - 16:
        raise ExportError(
            "The board is {wide:.0f} × {high:.0f} mm and does not fit {paper}; choose smaller squares or larger paper.",
            wide=wide, high=high, paper=paper,
        )  # fmt: skip
    figure = Figure(figsize=(width / INCH_MM, height / INCH_MM))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.axis("off")
    left, bottom = (width - wide) / 2, MARGIN_MM + 14 + (height - 2 * MARGIN_MM - 14 - high) / 2
    axes.imshow(
        board.image(PX_PER_MM), cmap="gray", vmin=0, vmax=255, interpolation="nearest", aspect="auto",
        extent=(left, left + wide, bottom, bottom + high),
    )  # fmt: skip
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    start = MARGIN_MM + 2
    axes.plot([start, start + RULER_MM], [MARGIN_MM + 4] * 2, color="black", lw=0.8)
    for mm in range(0, int(RULER_MM) + 1):
        tall = 4 if mm % 10 == 0 else 2.5 if mm % 5 == 0 else 1.5
        axes.plot([start + mm] * 2, [MARGIN_MM + 4, MARGIN_MM + 4 + tall], color="black", lw=0.4)
    what = f"{board.kind} {board.columns} × {board.rows}, {board.square_mm:g} mm"
    axes.text(start + RULER_MM + 5, MARGIN_MM + 4, f"{what}. Print at 100 %: this ruler is {RULER_MM:.0f} mm long.", size=9)
    return figure


def write_board(board: Board, path: Path, paper: str = "A4") -> None:
    """Writes the page as a PDF (or PNG, by the path's ending); ExportError, also where a file of that name is there already."""
    if os.path.lexists(path):
        raise there_already(path)
    figure = draw(board, paper)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=300)
    except OSError as error:
        raise ExportError("Can't write {file}: {reason}.", file=path, reason=error.strerror) from error
