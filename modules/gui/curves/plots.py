"""The plots themselves: one above another with one time axis, raw under smoothed with its band, a cursor through all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QWidget

from modules.core.palette import person_color

from .. import theme
from .quantities import Series

RAW_ALPHA, BAND_ALPHA, RANGE_ALPHA = 105, 45, 30
AXIS_PX = 58


@dataclass(frozen=True, eq=False)
class Drawn:
    """One plot's content: smoothed and raw curves of the same people."""

    label: str
    smooth: Sequence[Series]
    raw: Sequence[Series]


class Plots(pg.GraphicsLayoutWidget):
    """Plots over frame numbers."""

    frame_chosen = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackground(theme.PANEL)
        self.ci.setContentsMargins(2, 4, 8, 2)
        self.ci.setSpacing(2)
        self.plots: list[pg.PlotItem] = []
        self.cursors: list[pg.InfiniteLine] = []
        self._regions: list[pg.LinearRegionItem] = []
        self._labels: tuple[str, ...] = ()
        self._frame = 0
        self._range: tuple[int, int] | None = None
        self.scene().sigMouseClicked.connect(self._on_click)

    def draw(self, frames: np.ndarray, content: Sequence[Drawn], unit: str) -> None:
        """Other curves; the part of the time axis that is looked at stays where the plots are as many."""
        if len(content) != len(self.plots):
            self._build(len(content))
        for plot, drawn in zip(self.plots, content, strict=True):
            for item in list(plot.listDataItems()):
                plot.removeItem(item)
            for item in [item for item in plot.items if isinstance(item, pg.FillBetweenItem)]:
                plot.removeItem(item)
            title = f"{drawn.label} ({unit})" if drawn.label else unit
            plot.getAxis("left").setLabel(title)
            for raw in drawn.raw:
                plot.plot(frames, raw.values, pen=pg.mkPen(_color(raw.track_id, RAW_ALPHA), width=1), connect="finite")
            for smooth in drawn.smooth:
                self._draw_band(plot, frames, smooth)
                plot.plot(frames, smooth.values, pen=pg.mkPen(_color(smooth.track_id), width=2), connect="finite")
        labels = tuple(drawn.label for drawn in content)
        if labels != self._labels:
            self._labels = labels
            for plot in self.plots:
                plot.enableAutoRange()
        self.set_frame(self._frame)
        self.set_range(self._range)

    def set_frame(self, frame: int) -> None:
        """Moves the cursor."""
        self._frame = frame
        for cursor in self.cursors:
            cursor.blockSignals(True)
            cursor.setValue(frame)
            cursor.blockSignals(False)

    def set_range(self, frames: tuple[int, int] | None) -> None:
        """Tints the chosen frames."""
        self._range = frames
        for region in self._regions:
            region.setVisible(frames is not None)
            if frames is not None:
                region.setRegion(frames)

    def x_of(self, frame: int) -> float:
        """Pixel of a frame in this widget."""
        return self.mapFromScene(self.plots[0].vb.mapViewToScene(pg.Point(frame, 0))).x()

    def _build(self, count: int) -> None:
        self.clear()
        self.plots, self.cursors, self._regions, self._labels = [], [], [], ()
        for row in range(count):
            plot = self.addPlot(row=row, col=0)
            plot.showGrid(x=True, y=True, alpha=0.15)
            plot.setMenuEnabled(False)
            plot.hideButtons()
            plot.setDownsampling(auto=True, mode="peak")
            plot.setClipToView(True)
            plot.getAxis("left").setWidth(AXIS_PX)
            plot.getAxis("bottom").setStyle(showValues=row == count - 1)
            if row:
                plot.setXLink(self.plots[0])
            region = pg.LinearRegionItem(movable=False, brush=_clear(theme.ACCENT, RANGE_ALPHA), pen=pg.mkPen(theme.ACCENT))
            cursor = pg.InfiniteLine(
                movable=True, pen=pg.mkPen(theme.SELECTED, width=1), hoverPen=pg.mkPen(theme.ACCENT, width=2)
            )
            cursor.sigDragged.connect(lambda line: self.frame_chosen.emit(round(line.value())))
            for item in (region, cursor):
                plot.addItem(item, ignoreBounds=True)
            self.plots.append(plot)
            self.cursors.append(cursor)
            self._regions.append(region)

    def _draw_band(self, plot: pg.PlotItem, frames: np.ndarray, curve: Series) -> None:
        """One standard deviation on either side."""
        if curve.sd is None or not np.isfinite(curve.sd).any():
            return
        edges = []
        for sign in (-1, 1):
            edge = pg.PlotDataItem(frames, curve.values + sign * curve.sd, pen=None, connect="finite")
            plot.addItem(edge, ignoreBounds=True)
            edges.append(edge)
        plot.addItem(pg.FillBetweenItem(*edges, brush=_color(curve.track_id, BAND_ALPHA)), ignoreBounds=True)

    def _on_click(self, event) -> None:
        if event.button() != Qt.LeftButton:
            return
        if event.double():
            for plot in self.plots:
                plot.enableAutoRange()
            return
        for plot in self.plots:
            if plot.vb.sceneBoundingRect().contains(event.scenePos()):
                self.frame_chosen.emit(round(plot.vb.mapSceneToView(event.scenePos()).x()))


def _color(track_id: int, alpha: int = 255) -> QColor:
    return QColor(*person_color(track_id), alpha)


def _clear(color: str, alpha: int) -> QColor:
    made = QColor(color)
    made.setAlpha(alpha)
    return made
