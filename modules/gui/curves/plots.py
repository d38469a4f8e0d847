"""The plots themselves: one above another with one time axis, raw under smoothed with its band, a cursor through all.

Nothing is ever taken out of a plot: what isn't needed is hidden and used again. Qt's scenes don't take it well when items go
while a repaint is due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QWidget

from modules.core.palette import person_color

from .. import theme
from .quantities import Series

RAW_ALPHA, BAND_ALPHA, RANGE_ALPHA, LABEL_ALPHA = 105, 45, 30, 205
AXIS_PX, MOST_PLOTS, WHOLE_PX = 44, 3, 16_777_215


@dataclass(frozen=True, eq=False)
class Drawn:
    """One plot's content: smoothed and raw curves of the same people."""

    label: str
    smooth: Sequence[Series]
    raw: Sequence[Series]


@dataclass
class _Slot:
    """One person's items in a plot."""

    raw: pg.PlotDataItem
    low: pg.PlotDataItem
    high: pg.PlotDataItem
    band: pg.FillBetweenItem
    smooth: pg.PlotDataItem

    def draw(self, frames: np.ndarray, smooth: Series, raw: Series) -> None:
        color = QColor(*person_color(smooth.track_id))
        self.raw.setPen(pg.mkPen(_clear(color, RAW_ALPHA), width=1))
        self.smooth.setPen(pg.mkPen(color, width=2))
        self.band.setBrush(_clear(color, BAND_ALPHA))
        self.raw.setData(frames, raw.values)
        self.smooth.setData(frames, smooth.values)
        with_band = smooth.sd is not None and bool(np.isfinite(smooth.sd).any())
        if with_band:
            self.low.setData(frames, smooth.values - smooth.sd)
            self.high.setData(frames, smooth.values + smooth.sd)
        self.show(True, with_band)

    def show(self, shown: bool, with_band: bool = False) -> None:
        self.raw.setVisible(shown)
        self.smooth.setVisible(shown)
        self.band.setVisible(shown and with_band)


@dataclass
class _Plot:
    """One plot with what is always in it."""

    item: pg.PlotItem
    cursor: pg.InfiniteLine
    region: pg.LinearRegionItem
    label: pg.TextItem
    slots: list[_Slot] = field(default_factory=list)

    def slot(self, number: int) -> _Slot:
        """A person's items, made when they are needed for the first time."""
        while len(self.slots) <= number:
            raw, low, high, smooth = (pg.PlotDataItem(connect="finite") for _ in range(4))
            for edge in (low, high):
                edge.setPen(None)
            band = pg.FillBetweenItem(low, high)
            for item in (raw, band, smooth):
                self.item.addItem(item, ignoreBounds=item is band)
            self.slots.append(_Slot(raw, low, high, band, smooth))
        return self.slots[number]


class Plots(pg.GraphicsLayoutWidget):
    """Plots over frame numbers."""

    frame_chosen = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackground(theme.PANEL)
        self.ci.setContentsMargins(2, 4, 8, 2)
        self.ci.setSpacing(2)
        self._labels: tuple[str, ...] = ()
        self._all = [self._make(row) for row in range(MOST_PLOTS)]
        self._show(0)
        self.scene().sigMouseClicked.connect(self._on_click)

    @property
    def plots(self) -> list[pg.PlotItem]:
        """The plots that are seen, from above."""
        return [plot.item for plot in self._all[: len(self._labels)]]

    @property
    def cursors(self) -> list[pg.InfiniteLine]:
        """Their cursors."""
        return [plot.cursor for plot in self._all[: len(self._labels)]]

    def draw(self, frames: np.ndarray, content: Sequence[Drawn], unit: str) -> None:
        """Other curves; the part of the axes that is looked at stays as long as the same thing is drawn."""
        labels = tuple(drawn.label for drawn in content)
        changed, self._labels = labels != self._labels, labels
        self._show(len(content))
        for plot, drawn in zip(self._all[: len(content)], content, strict=True):
            plot.label.setText(f"{drawn.label} ({unit})")
            for number, (smooth, raw) in enumerate(zip(drawn.smooth, drawn.raw, strict=True)):
                plot.slot(number).draw(frames, smooth, raw)
            for slot in plot.slots[len(drawn.smooth) :]:
                slot.show(False)
            if changed:
                plot.item.enableAutoRange()

    def empty(self) -> None:
        """Draws nothing."""
        self._labels = ()
        self._show(0)

    def set_frame(self, frame: int) -> None:
        """Moves the cursors."""
        for plot in self._all:
            plot.cursor.setValue(frame)

    def set_range(self, frames: tuple[int, int] | None) -> None:
        """Tints the chosen frames."""
        for plot in self._all:
            plot.region.setVisible(frames is not None)
            if frames is not None:
                plot.region.setRegion(frames)

    def _make(self, row: int) -> _Plot:
        item = self.addPlot(row=row, col=0)
        item.showGrid(x=True, y=True, alpha=0.15)
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setDownsampling(auto=True, mode="peak")
        item.setClipToView(True)
        item.getAxis("left").setWidth(AXIS_PX)
        if row:
            item.setXLink(self.getItem(0, 0))
        color = QColor(theme.ACCENT)
        region = pg.LinearRegionItem(movable=False, brush=_clear(color, RANGE_ALPHA), pen=pg.mkPen(color))
        region.setVisible(False)
        cursor = pg.InfiniteLine(movable=True, pen=pg.mkPen(theme.SELECTED), hoverPen=pg.mkPen(theme.ACCENT, width=2))
        cursor.sigDragged.connect(lambda line: self.frame_chosen.emit(round(line.value())))
        for part in (region, cursor):
            item.addItem(part, ignoreBounds=True)
        # within the plot: beside the numbers there is no room for it in a low window
        label = pg.TextItem(color=theme.TEXT_DIM, anchor=(0, 0), fill=_clear(QColor(theme.PANEL), LABEL_ALPHA))
        label.setFont(theme.font(theme.FONT_SMALL_PX))
        label.setZValue(cursor.zValue() + 1)  # a curve that starts behind it is no line through its letters
        item.addItem(label, ignoreBounds=True)
        item.vb.sigRangeChanged.connect(lambda _box, seen: label.setPos(seen[0][0], seen[1][1]))
        return _Plot(item, cursor, region, label)

    def _show(self, count: int) -> None:
        for row, plot in enumerate(self._all):
            plot.item.setVisible(row < count)
            plot.item.setMaximumHeight(WHOLE_PX if row < count else 0)
            plot.item.getAxis("bottom").setStyle(showValues=row == count - 1)

    def _on_click(self, event) -> None:
        if event.button() != Qt.LeftButton:
            return
        for plot in self.plots:
            if event.double():
                plot.enableAutoRange()
            elif plot.vb.sceneBoundingRect().contains(event.scenePos()):
                self.frame_chosen.emit(round(plot.vb.mapSceneToView(event.scenePos()).x()))


def _clear(color: QColor, alpha: int) -> QColor:
    made = QColor(color)
    made.setAlpha(alpha)
    return made
