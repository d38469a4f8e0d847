"""The panes and where they are: 3D in the middle, the rest as docks that can be moved, stacked and hidden.

The cameras have the right side from top to bottom, as wide as suits the shape and number of the recording's views.
"""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication, QSize, Qt
from PyQt5.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QLabel, QMainWindow, QScrollArea, QTabWidget, QToolButton, QWidget

from .. import theme
from ..icons import icon
from ..panes.arrange import column_width
from ..panes.camera_grid import CameraGridPane
from ..panes.face_strip import FaceStripPane
from ..panes.log_pane import LogPane
from ..panes.people_table import PeopleTablePane
from ..panes.recording_panel import RecordingPanel
from ..panes.timing_plot import TimingPlotPane
from ..state import AppState, Room
from ..view3d.pane import View3DPane

#: Shares of the window: the least and the most that the cameras take of its width, the lower docks' height, and how these
#: share the width that the cameras leave.
CAMERAS_WIDTHS, LOWER_HEIGHT = (0.24, 0.5), 0.30
TITLE_PX, GRIP_PX = 30, 5
LOWER_WIDTHS = {"faces": 0.28, "people": 0.42, "timing": 0.30}


class TitleBar(QWidget):
    """A dock's title with its buttons; only a grip where the dock is a tab, whose tab has the title already."""

    def __init__(self, dock: QDockWidget, window: QMainWindow) -> None:
        super().__init__(dock)
        self._dock, self._window = dock, window
        self._height = TITLE_PX
        self._label = QLabel(self)
        self._float, self._close = QToolButton(self), QToolButton(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.MARGIN, 0, 2, 0)
        row.setSpacing(0)
        row.addWidget(self._label, 1)
        for button, name in ((self._float, "float"), (self._close, "close")):
            button.setProperty("flat", True)
            button.setIcon(icon(name))
            button.setIconSize(QSize(11, 11))
            button.setFixedSize(22, 22)
            row.addWidget(button)
        self._float.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        self._close.clicked.connect(dock.close)
        dock.windowTitleChanged.connect(self._label.setText)
        for signal in (dock.dockLocationChanged, dock.topLevelChanged, dock.visibilityChanged):
            signal.connect(self.follow)

    def follow(self, *_: object) -> None:
        """Shows as much as the dock's place asks for."""
        tabbed = not self._dock.isFloating() and bool(self._window.tabifiedDockWidgets(self._dock))
        for part in (self._label, self._float, self._close):
            part.setVisible(not tabbed)
        self._height = GRIP_PX if tabbed else TITLE_PX
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(80, self._height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def retranslate(self) -> None:
        """Sets the buttons' tips in the language in force."""
        self._float.setToolTip(self.tr("Take out of the window, or put back"))
        self._close.setToolTip(self.tr("Hide (View → Panes shows it again)"))


class Docks:
    """Makes all panes and puts them into the window."""

    def __init__(self, window: QMainWindow, state: AppState) -> None:
        self._window, self._state = window, state
        self.view3d = View3DPane(state, window)
        self.cameras = CameraGridPane(state, window)
        self.faces = FaceStripPane(state, window)
        self.people = PeopleTablePane(state, window)
        self.timing = TimingPlotPane(state, window)
        self.recording = RecordingPanel(state, window)
        self.log = LogPane(window)
        self.docks: dict[str, QDockWidget] = {
            "cameras": self._dock("cameras", self.cameras),
            "faces": self._dock("faces", self.faces),
            "people": self._dock("people", self.people),
            "recording": self._dock("recording", _scrolling(self.recording)),
            "timing": self._dock("timing", self.timing),
            "log": self._dock("log", self.log),
        }
        window.setDockNestingEnabled(True)
        window.setTabPosition(Qt.AllDockWidgetAreas, QTabWidget.North)
        window.setCorner(Qt.BottomLeftCorner, Qt.BottomDockWidgetArea)
        window.setCorner(Qt.BottomRightCorner, Qt.RightDockWidgetArea)
        #: The shapes of the views that the cameras' width was fitted to: "" where it never was.
        self.fitted_views = ""
        self._fitted_width = 0
        state.room_changed.connect(self._on_room)
        self.arrange()

    @property
    def result_panes(self) -> tuple[QWidget, ...]:
        """The panes that draw a result, besides the timing plot (which shows how long these took)."""
        return self.view3d, self.cameras, self.faces, self.people

    @property
    def picture_panes(self) -> tuple[QWidget, ...]:
        """The panes that have something to show of a frame before the network ran."""
        return self.view3d, self.cameras

    def arrange(self) -> None:
        """The layout that the window begins with."""
        window, docks = self._window, self.docks
        for dock in docks.values():
            window.removeDockWidget(dock)
            dock.setFloating(False)
        window.addDockWidget(Qt.RightDockWidgetArea, docks["cameras"])
        window.addDockWidget(Qt.BottomDockWidgetArea, docks["faces"])
        window.splitDockWidget(docks["faces"], docks["people"], Qt.Horizontal)
        window.splitDockWidget(docks["people"], docks["timing"], Qt.Horizontal)
        window.tabifyDockWidget(docks["people"], docks["recording"])
        window.tabifyDockWidget(docks["timing"], docks["log"])
        for dock in docks.values():
            dock.show()
        for dock in docks.values():
            dock.titleBarWidget().follow()
        docks["people"].raise_()
        docks["timing"].raise_()
        self._fit_cameras()
        lower = [docks[name] for name in LOWER_WIDTHS]
        window.resizeDocks(lower, [int(window.height() * LOWER_HEIGHT)] * len(lower), Qt.Vertical)

    def follow_window(self) -> None:
        """The window has another size: the cameras' width follows, unless somebody set it by hand."""
        if self._fitted_width and abs(self.docks["cameras"].width() - self._fitted_width) <= 2:
            self._fit_cameras()

    def _on_room(self, room: Room | None) -> None:
        if room is not None and self.fitted_views != str(room.info.sizes_px):
            self._fit_cameras()

    def _fit_cameras(self) -> None:
        """Gives the cameras, where they are at the window's side, the width that suits their views; the rest is shared out."""
        window, dock = self._window, self.docks["cameras"]
        room = self._state.room
        if dock.isFloating() or window.dockWidgetArea(dock) not in (Qt.LeftDockWidgetArea, Qt.RightDockWidgetArea):
            return
        least, most = (int(window.width() * share) for share in CAMERAS_WIDTHS)
        width = least
        if room is not None:
            inside = (self.cameras.height() if self.cameras.isVisible() else window.height() * 3 // 4) - 2 * theme.GAP
            width = column_width(room.info.sizes_px, inside, theme.GAP, least, most - 2 * theme.GAP) + 2 * theme.GAP
            self.fitted_views = str(room.info.sizes_px)
        self._fitted_width = width
        window.resizeDocks([dock], [width], Qt.Horizontal)
        lower = [self.docks[name] for name in LOWER_WIDTHS]
        rest = window.width() - width
        window.resizeDocks(lower, [int(rest * share) for share in LOWER_WIDTHS.values()], Qt.Horizontal)

    def show_log(self) -> None:
        """Brings the log to the front."""
        self.docks["log"].show()
        self.docks["log"].raise_()

    def retranslate(self) -> None:
        """Sets the docks' titles in the language in force."""
        translate = QCoreApplication.translate
        for name, title in (
            ("cameras", translate("Docks", "Cameras")),
            ("faces", translate("Docks", "Faces")),
            ("people", translate("Docks", "People")),
            ("recording", translate("Docks", "Recording")),
            ("timing", translate("Docks", "Timing")),
            ("log", translate("Docks", "Log")),
        ):
            self.docks[name].setWindowTitle(title)
            self.docks[name].titleBarWidget().retranslate()

    def _dock(self, name: str, content: QWidget) -> QDockWidget:
        dock = QDockWidget(self._window)
        dock.setObjectName(name)
        dock.setWidget(content)
        dock.setTitleBarWidget(TitleBar(dock, self._window))
        return dock


def _scrolling(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.NoFrame)
    area.setWidget(content)
    return area
