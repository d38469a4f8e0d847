"""All camera views at once, or one of them large."""

from __future__ import annotations

import math

from PyQt5.QtCore import QPoint, QRect, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt5.QtWidgets import QMenu, QWidget

from .. import theme
from ..state import HEATMAP_ALL, HEATMAP_OFF, AppState, Room
from .arrange import arrange
from .base import Pane
from .camera_view import CameraView
from .clipboard import add_picture_actions
from .names import joint_names


class CameraGridPane(Pane):
    """Lays the views out so that they fill the pane best; a double click enlarges one and another brings all back."""

    views_sized = pyqtSignal(int)  # device px of the longest side of a view

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.views: list[CameraView] = []
        self._enlarged: int | None = None
        self.setMinimumSize(160, 120)
        for signal in (state.selection_changed, state.hover_changed):
            signal.connect(self._repaint_views)
        state.heatmap_joint_changed.connect(self._heatmap_changed)
        self.room_opened(state.room)

    @property
    def enlarged(self) -> int | None:
        """The view that is shown alone, or None."""
        return self._enlarged

    def enlarge(self, index: int | None) -> None:
        """Shows one view alone, or all (None)."""
        self._enlarged = index
        self._arrange()

    def room_opened(self, room: Room | None) -> None:
        for view in self.views:
            view.setParent(None)
            view.deleteLater()
        cameras = () if room is None else room.cameras
        self.views = [CameraView(self.state, n, camera, self) for n, camera in enumerate(cameras)]
        self._enlarged = None
        self._arrange()

    def refresh(self) -> None:
        for view in self.views:
            view.set_data(self.frame, self.result)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.GROUND))
        if not self.views:
            painter.setPen(QColor(theme.TEXT_DIM))
            area = self.rect().adjusted(30, 20, -30, -20)
            painter.drawText(area, Qt.AlignCenter | Qt.TextWordWrap, self.tr("The camera views appear here."))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.LeftButton:
            self.state.set_selection(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._enlarged is not None:
            self.enlarge(None)
            return
        self.enlarge(self._view_at(event.pos()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        hit = self._view_at(event.pos())
        if hit is not None:
            self._menu(hit).popup(event.globalPos())

    def _menu(self, index: int) -> QMenu:
        view, menu, state = self.views[index], QMenu(self), self.state
        one = len(self.views) == 1
        text = self.tr("Show all views") if self._enlarged is not None else self.tr("Enlarge {camera}")
        menu.addAction(
            text.format(camera=view.camera.name), lambda: self.enlarge(None if self._enlarged is not None else index)
        ).setEnabled(not one)
        menu.addAction(self.tr("Look through it in 3D"), lambda: state.look_through_requested.emit(index))
        overlay = menu.addMenu(self.tr("Heatmap"))
        choices = [(HEATMAP_OFF, self.tr("Off")), (HEATMAP_ALL, self.tr("All joints")), *enumerate(joint_names())]
        for joint, name in choices:
            action = overlay.addAction(name, lambda joint=joint: state.set_heatmap_joint(joint))
            action.setCheckable(True)
            action.setChecked(state.heatmap_joint == joint)
        menu.addSeparator()
        add_picture_actions(menu, self, lambda: view.grab().toImage(), f"{view.camera.name}_{state.frame_index:06d}")
        return menu

    def _view_at(self, at: QPoint) -> int | None:
        return next((view.index for view in self.views if view.isVisible() and view.geometry().contains(at)), None)

    def _arrange(self) -> None:
        shown = [view for view in self.views if self._enlarged in (None, view.index)]
        sizes = [(view.camera.width_px, view.camera.height_px) for view in shown]
        gap = theme.GAP
        rects = arrange(sizes, self.width() - 2 * gap, self.height() - 2 * gap, gap)
        for view in self.views:
            view.setVisible(view in shown)
        for view, rect in zip(shown, rects, strict=True):
            view.setGeometry(QRect(*rect).translated(gap, gap))
        if shown:
            longest = max(max(view.width(), view.height()) for view in shown)
            self.views_sized.emit(math.ceil(longest * self.devicePixelRatioF()))

    def _repaint_views(self, _: object) -> None:
        for view in self.views:
            view.update()

    def _heatmap_changed(self, _: int) -> None:
        for view in self.views:
            view.heatmap_changed()
