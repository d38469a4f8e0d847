"""Milliseconds per stage over the last results, how many people were in full detail, and what the LoD saved."""

from __future__ import annotations

import html
import math

import numpy as np
import pyqtgraph as pg
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtGui import QColor, QResizeEvent
from PyQt5.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget

from modules.core.types import STAGES, PoseResult

from .. import theme
from ..state import AppState, Room
from .base import Pane
from .names import stage_name
from .timing_history import TimingHistory

#: Colours of the stages, in the order of ``STAGES``: the networks' stand out, the rest is quiet.
STAGE_COLORS = ("#6d7f99", "#a9b4c4", "#4e79a7", "#59a89c", "#e0a44a", "#c96f4a", "#9a7fb5", "#9c6474")
SAVED_COLOR = "#8fd18a"
COUNT_COLOR = theme.LOD
#: Height of the upper plot, px; and the fewest results that the plots are wide, so that the first are no thick blocks.
COUNT_HEIGHT, SHORTEST = 46, 40
#: The stages' plot keeps at least this height: the legend goes (it is the plot's tooltip then), after it the upper plot.
LEAST_PLOT_PX = 90
#: At most so often it is drawn anew: each repaint costs, so it is not done after every result.
QUIET_MS = 500


class TimingPlotPane(Pane):
    """Above: people, and how many of them in full detail. Below: stages stacked; on top, what the LoD saved (an estimate)."""

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.history = TimingHistory()
        self._summary = QLabel(self)
        self._summary.setTextFormat(Qt.RichText)
        self._summary.setWordWrap(True)
        self._legend = QLabel(self)
        self._legend.setTextFormat(Qt.RichText)
        self._legend.setWordWrap(True)
        self._empty = QLabel(self)
        self._empty.setAlignment(Qt.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setStyleSheet(f"color: {theme.TEXT_DIM};")
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(QUIET_MS)
        self._later.timeout.connect(self.request_refresh)
        state.lod_distance_changed.connect(self.request_refresh)
        self._build_plot()
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        column.setSpacing(2)
        for widget, stretch in ((self._summary, 0), (self.plot, 1), (self._legend, 0)):
            column.addWidget(widget, stretch)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(content)
        self.retranslate()

    def add(self, result: PoseResult) -> None:
        """One more computed frame; drawn a little later, with those that come meanwhile."""
        self.history.add(result)
        if not self._later.isActive():
            self._later.start()

    def set_draw_ms(self, draw_ms: float) -> None:
        """How long the last result took to be drawn; shown with the next one, or when nothing follows."""
        self.history.set_last("draw", draw_ms)
        if not self._later.isActive():
            self._later.start()

    def clear(self) -> None:
        self.history.clear()
        super().clear()

    def room_opened(self, room: Room | None) -> None:
        self.history.clear()

    def refresh(self) -> None:
        self._stack.setCurrentIndex(1 if len(self.history) else 0)
        if not len(self.history):
            return
        stages = self.history.stages_ms()
        x = np.arange(stages.shape[1] + 1) - stages.shape[1] + 0.5  # each result is one step wide, the newest ends at 0.5
        top = np.cumsum(stages, 0)
        for curve, level in zip(self._areas, top, strict=True):
            curve.setData(x, level)
        saved = np.nan_to_num(self.history.saved_ms())
        self._saved.setData(x, top[-1] + saved)
        self._full.setData(x, self.history.full())
        self._everyone.setData(x, self.history.people())
        self._fit_ranges(float((top[-1] + saved).max()), int(self.history.people().max()))
        self._set_summary()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        """Leaves out what the stages' plot needs the room of."""
        width = max(1, self.width() - 2 * theme.MARGIN)
        room = self.height() - 2 * theme.GAP - self._summary.heightForWidth(width)
        legend = room - self._legend.heightForWidth(width) - COUNT_HEIGHT >= LEAST_PLOT_PX
        self._legend.setVisible(legend)
        self.plot.setToolTip("" if legend else self._legend.text())
        shown = room - COUNT_HEIGHT >= LEAST_PLOT_PX
        self.people.setVisible(shown)
        self.people.setFixedHeight(COUNT_HEIGHT if shown else 0)

    def retranslate(self) -> None:
        self._empty.setText(self.tr("The time of each stage appears here once a frame is computed."))
        self.stages.getAxis("left").setLabel(self.tr("ms"))
        stages = [(color, stage_name(stage)) for color, stage in zip(STAGE_COLORS, STAGES, strict=True)]
        others = [
            (SAVED_COLOR, self.tr("saved by the LoD (estimate)")),
            (COUNT_COLOR, self.tr("people: full detail")),
            (theme.TEXT_OFF, self.tr("people: root only")),
        ]
        lines = " &nbsp; ".join(map(_chip, stages)), " &nbsp; ".join(map(_chip, others))
        self._legend.setText(
            f'<div style="color:{theme.TEXT_DIM};font-size:{theme.FONT_SMALL_PX}px">{"<br>".join(lines)}</div>'
        )
        self._fit_height()

    def _build_plot(self) -> None:
        self.plot = pg.GraphicsLayoutWidget(self)
        self.plot.setBackground(theme.PANEL)
        self.plot.ci.setContentsMargins(0, 2, 4, 2)
        self.plot.ci.setSpacing(4)
        self.people = self._add_plot(0)
        self.people.setFixedHeight(COUNT_HEIGHT)
        self.stages = self._add_plot(1)
        self.stages.showGrid(y=True, alpha=0.15)
        self.stages.setXLink(self.people)
        self._everyone = _area(_clear(theme.TEXT_OFF, 90), _clear(theme.TEXT_OFF, 160))
        self._full = _area(_clear(COUNT_COLOR, 130), QColor(COUNT_COLOR))
        for curve in (self._everyone, self._full):
            self.people.addItem(curve)
        self._saved = _area(_clear(SAVED_COLOR, 90), QColor(SAVED_COLOR))
        self.stages.addItem(self._saved)
        self._areas = [_area(QColor(color), QColor(color)) for color in STAGE_COLORS]
        for curve in reversed(self._areas):  # the highest first: each covers what lies below it
            self.stages.addItem(curve)

    def _add_plot(self, row: int) -> pg.PlotItem:
        plot = self.plot.addPlot(row=row, col=0, enableMenu=False)
        plot.setMouseEnabled(False, False)
        plot.hideButtons()
        plot.hideAxis("bottom")
        axis = plot.getAxis("left")
        axis.setWidth(58)
        axis.setPen(QColor(theme.BORDER))
        axis.setTextPen(QColor(theme.TEXT_DIM))
        axis.setStyle(tickFont=theme.font(theme.FONT_SMALL_PX), tickLength=-3)
        return plot

    def _fit_ranges(self, highest_ms: float, most_people: int) -> None:
        # steps of a round size, so that the axis does not jump with each frame
        step = 10 ** math.floor(math.log10(max(highest_ms, 1.0))) / 2
        self.stages.setYRange(0, math.ceil(max(highest_ms, 1.0) * 1.03 / step) * step, padding=0)
        self.people.setXRange(0.5 - max(SHORTEST, len(self.history)), 0.5, padding=0)
        self.people.setYRange(0, most_people * 1.15 + 0.1, padding=0)
        self.people.getAxis("left").setTicks([[(n, str(n)) for n in {0, most_people}]])

    def _set_summary(self) -> None:
        entry, saved = self.history.last, self.history.saved_ms()[-1]
        parts = [self.tr("<b>{ms:.0f} ms</b> per frame").format(ms=entry.total_ms)]
        same = entry.lod_distance_mm == self.state.lod_distance_mm
        if same:
            full = self.tr("<b>{full}</b> of {people} people in full detail")
            parts.append(full.format(full=entry.full, people=entry.people))
        else:  # who is in full detail now came from the take, and cost nothing
            parts.append(self.tr("computed for another LoD distance"))
        if same and entry.people > entry.full:
            parts.append(
                self.tr("LoD saved ≈ <b>{ms:.0f} ms</b>").format(ms=saved)
                if math.isfinite(saved)
                else self.tr("LoD saved: not known yet")
            )
        whole = "&nbsp;· ".join(part.replace(" ", "&nbsp;") for part in parts)  # lines break between the parts alone
        self._summary.setText(f'<span style="color:{theme.TEXT}">{whole}</span>')
        self._fit_height()


def _chip(entry: tuple[str, str]) -> str:
    """One entry of the legend, which does not break: a square in a colour, and its name."""
    color, name = entry
    return f'<span style="color:{color}">■</span>&nbsp;{html.escape(name).replace(" ", "&nbsp;")}'


def _clear(color: str, alpha: int) -> QColor:
    made = QColor(color)
    made.setAlpha(alpha)
    return made


def _area(fill: QColor, edge: QColor) -> pg.PlotCurveItem:
    """A filled step curve from 0 upwards."""
    return pg.PlotCurveItem(
        [0, 1], [0], stepMode="center", fillLevel=0, brush=fill, pen=pg.mkPen(edge, width=0.8), antialias=False
    )
