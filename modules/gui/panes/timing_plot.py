"""Milliseconds per stage over the last results, how many people were in full detail, and what the LoD saved."""

from __future__ import annotations

import html
import math

import numpy as np
import pyqtgraph as pg
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget

from modules.core.types import STAGES, FrameSet, PoseResult

from .. import theme
from ..state import AppState, Room
from .base import Pane
from .names import stage_name
from .timing_history import LENGTH, TimingHistory

#: Colours of the stages, in the order of ``STAGES``: the networks' stand out, the rest is quiet.
STAGE_COLORS = ("#5c6b80", "#7d8ca3", "#4e79a7", "#59a89c", "#e0a44a", "#9a7fb5", "#c76d7e")
SAVED_COLOR = "#8fd18a"
COUNT_COLOR = theme.TEXT


class TimingPlotPane(Pane):
    """Stacked areas; the green band on top is the time that the LoD saved (an estimate), the white steps count people."""

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.history = TimingHistory()
        self._summary = QLabel(self)
        self._summary.setTextFormat(Qt.RichText)
        self._legend = QLabel(self)
        self._legend.setTextFormat(Qt.RichText)
        self._legend.setWordWrap(True)
        self._empty = QLabel(self)
        self._empty.setAlignment(Qt.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setStyleSheet(f"color: {theme.TEXT_DIM};")
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

    def show_result(self, frame: FrameSet, result: PoseResult) -> None:
        self.history.add(result)
        super().show_result(frame, result)

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
        full = self.history.full()
        self._count.setData(x, full)
        self._fit_ranges(float((top[-1] + saved).max()), int(full.max()))
        self._set_summary()

    def retranslate(self) -> None:
        self._empty.setText(self.tr("The time of each stage appears here once a frame is computed."))
        self.plot.getAxis("left").setLabel(self.tr("ms"))
        self.plot.getAxis("right").setLabel(self.tr("people in full detail"))
        entries = [(color, stage_name(stage)) for color, stage in zip(STAGE_COLORS, STAGES, strict=True)]
        entries.append((SAVED_COLOR, self.tr("saved by the LoD (estimate)")))
        chips = [f'<span style="color:{color}">■</span>&nbsp;{html.escape(text)}' for color, text in entries]
        chips.append(f'<span style="color:{COUNT_COLOR}">━</span>&nbsp;{html.escape(self.tr("people in full detail"))}')
        small = f"color:{theme.TEXT_DIM};font-size:{theme.FONT_SMALL_PX}px"
        self._legend.setText(f'<div style="{small}">' + " &nbsp;".join(chips) + "</div>")

    def _build_plot(self) -> None:
        self.plot = pg.PlotWidget(self, background=theme.PANEL)
        self.plot.setMouseEnabled(False, False)
        self.plot.hideButtons()
        self.plot.setMenuEnabled(False)
        item = self.plot.getPlotItem()
        item.showAxis("right")
        item.getAxis("bottom").setStyle(showValues=False, tickLength=0)
        for name in ("left", "right", "bottom"):
            item.getAxis(name).setPen(QColor(theme.BORDER))
            item.getAxis(name).setTextPen(QColor(theme.TEXT_DIM))
            item.getAxis(name).setStyle(tickFont=theme.font(theme.FONT_SMALL_PX))
        item.showGrid(y=True, alpha=0.12)
        green = QColor(SAVED_COLOR)
        green.setAlpha(90)
        self._saved = _area(green, QColor(SAVED_COLOR))
        item.addItem(self._saved)
        self._areas = [_area(QColor(color), QColor(color)) for color in STAGE_COLORS]
        for curve in reversed(self._areas):  # the highest first: each covers what lies below it
            item.addItem(curve)
        self._counts = pg.ViewBox(enableMouse=False, enableMenu=False)
        item.scene().addItem(self._counts)
        item.getAxis("right").linkToView(self._counts)
        self._count = pg.PlotCurveItem([0, 1], [0], stepMode="center", pen=pg.mkPen(COUNT_COLOR, width=1.6))
        self._counts.addItem(self._count)
        self._counts.setZValue(10)
        item.vb.sigResized.connect(lambda: self._counts.setGeometry(item.vb.sceneBoundingRect()))

    def _fit_ranges(self, highest_ms: float, most_people: int) -> None:
        # steps of a round size, so that the axis does not jump with each frame
        step = 10 ** math.floor(math.log10(max(highest_ms, 1.0))) / 2
        ceiling = max(math.ceil(highest_ms * 1.05 / step) * step, 1.0)
        self.plot.setXRange(0.5 - LENGTH, 0.5, padding=0)
        self.plot.setYRange(0, ceiling, padding=0)
        self._counts.setXRange(0.5 - LENGTH, 0.5, padding=0)
        people = max(most_people + 1, 4)
        self._counts.setYRange(0, people, padding=0)
        ticks = range(0, people + 1, max(1, people // 4))
        self.plot.getAxis("right").setTicks([[(value, str(value)) for value in ticks]])

    def _set_summary(self) -> None:
        entry, saved = self.history.last, self.history.saved_ms()[-1]
        parts = [
            self.tr("<b>{ms:.0f} ms</b> per frame").format(ms=entry.total_ms),
            self.tr("<b>{full}</b> of {people} people in full detail").format(full=entry.full, people=entry.people),
        ]
        if entry.people > entry.full:
            parts.append(
                self.tr("LoD saved ≈ <b>{ms:.0f} ms</b>").format(ms=saved)
                if math.isfinite(saved)
                else self.tr("LoD saved: not known yet")
            )
        self._summary.setText(f'<span style="color:{theme.TEXT}">' + " &nbsp;·&nbsp; ".join(parts) + "</span>")


def _area(fill: QColor, edge: QColor) -> pg.PlotCurveItem:
    """A filled step curve from 0 upwards."""
    return pg.PlotCurveItem(
        [0, 1], [0], stepMode="center", fillLevel=0, brush=fill, pen=pg.mkPen(edge, width=0.8), antialias=False
    )
