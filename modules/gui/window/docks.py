"""The panes and where they are: 3D in the middle, the rest as docks that can be moved, stacked and hidden.

The cameras have the right side from top to bottom, as wide as suits the shape and number of the recording's views.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PyQt5.QtCore import QCoreApplication, QSize, Qt, QTimer
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
from ..view3d.choose import make_view3d

#: Shares of the window: the least and the most that the cameras take of its width, the lower docks' height, and how these
#: share the width that the cameras leave.
CAMERAS_WIDTHS, LOWER_HEIGHT = (0.24, 0.5), 0.30
#: The lower docks are at least this high at first.
LOWEST_PX = 210
#: In a window narrower than this the timing is a tab beside the people, who need the width.
COMPACT_PX = 1500
TITLE_PX, GRIP_PX = 30, 5
LOWER_WIDTHS = {"faces": 0.25, "people": 0.49, "timing": 0.26}


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


class Shows(Enum):
    """What a pane is handed."""

    RESULTS = "results"  # every frame with its people; ``show_result(frame, result)`` and ``clear()``
    PICTURES = "pictures"  # also frames whose people are not computed yet
    NOTHING = "nothing"  # it follows the state by itself


@dataclass
class Place:
    """A pane in the window: its dock, what it is handed, and the dock that it is a tab of at first (None: beside others)."""

    dock: QDockWidget
    pane: QWidget
    title: Callable[[], str]
    shows: Shows
    tab_of: str | None


class Docks:
    """Makes all panes and puts them into the window.

    Another pane comes in with ``add``: a widget with ``show_result(frame, result)`` and ``clear()`` (``panes.base.Pane`` has
    both, and draws only while it is seen). View → Panes, the reset of the layout and the language then know it.
    """

    def __init__(self, window: QMainWindow, state: AppState, with_opengl: bool = True) -> None:
        self._window, self._state = window, state
        self._places: dict[str, Place] = {}
        self.view3d = make_view3d(state, window, with_opengl)
        self.cameras = CameraGridPane(state, window)
        self.faces = FaceStripPane(state, window)
        self.people = PeopleTablePane(state, window)
        self.timing = TimingPlotPane(state, window)
        self.recording = RecordingPanel(state, window)
        self.log = LogPane(window)
        translate = QCoreApplication.translate
        self._add("cameras", self.cameras, lambda: translate("Docks", "Cameras"), Shows.PICTURES)
        self._add("faces", self.faces, lambda: translate("Docks", "Faces"), Shows.RESULTS)
        self._add("people", self.people, lambda: translate("Docks", "People"), Shows.RESULTS)
        self._add("recording", self.recording, lambda: translate("Docks", "Recording"), Shows.NOTHING, "people", scrolls=True)
        self._add("timing", self.timing, lambda: translate("Docks", "Timing"), Shows.NOTHING)
        self._add("log", self.log, lambda: translate("Docks", "Log"), Shows.NOTHING, "timing")
        window.setDockNestingEnabled(True)
        window.setTabPosition(Qt.AllDockWidgetAreas, QTabWidget.North)
        window.setCorner(Qt.BottomLeftCorner, Qt.BottomDockWidgetArea)
        window.setCorner(Qt.BottomRightCorner, Qt.RightDockWidgetArea)
        #: The shapes of the views that the cameras' width was fitted to: "" where it never was.
        self.fitted_views = ""
        self._fitted_width = 0
        self._lower = dict(LOWER_WIDTHS)
        state.room_changed.connect(self._on_room)
        self.arrange()

    @property
    def docks(self) -> dict[str, QDockWidget]:
        """The docks by name."""
        return {name: place.dock for name, place in self._places.items()}

    @property
    def result_panes(self) -> tuple[QWidget, ...]:
        """The panes that draw a result, besides the timing plot (which shows how long these took)."""
        return self.view3d, *(place.pane for place in self._places.values() if place.shows is not Shows.NOTHING)

    @property
    def followers(self) -> tuple[QWidget, ...]:
        """The panes that are read rather than looked at: they may come a moment after the picture panes."""
        return tuple(place.pane for place in self._places.values() if place.shows is Shows.RESULTS)

    @property
    def picture_panes(self) -> tuple[QWidget, ...]:
        """The panes that have something to show of a frame before the network ran."""
        return self.view3d, *(place.pane for place in self._places.values() if place.shows is Shows.PICTURES)

    def add(
        self, name: str, pane: QWidget, title: Callable[[], str], shows: Shows = Shows.RESULTS, tab_of: str = "people"
    ) -> None:
        """One more pane, at first a tab of another.

        Args:
            name: by which layouts remember it; never changes.
            title: its title in the language in force.
        """
        dock = self._add(name, pane, title, shows, tab_of)
        self._window.tabifyDockWidget(self._places[tab_of].dock, dock)
        self._places[tab_of].dock.raise_()
        dock.setWindowTitle(title())

    @property
    def seen(self) -> dict[str, QWidget]:
        """Title → pane, of those that are seen now, the space first."""
        others = {place.title(): place.pane for place in self._places.values() if place.pane.isVisible()}
        title = QCoreApplication.translate("Docks", "3D view")
        return {title: self.view3d, **others} if self.view3d.isVisible() else others

    def reset(self) -> None:
        """The first layout again, whatever was moved, hidden or taken out."""
        self.arrange()
        QTimer.singleShot(0, self._share_out)  # a dock that was floating has its place in the window only now

    def arrange(self) -> None:
        """The layout that the window begins with; docks that were taken out come back."""
        window, docks = self._window, self.docks
        for dock in docks.values():
            dock.setFloating(False)
            window.removeDockWidget(dock)
        window.addDockWidget(Qt.RightDockWidgetArea, docks["cameras"])
        window.addDockWidget(Qt.BottomDockWidgetArea, docks["faces"])
        window.splitDockWidget(docks["faces"], docks["people"], Qt.Horizontal)
        compact = window.width() < COMPACT_PX
        if not compact:
            window.splitDockWidget(docks["people"], docks["timing"], Qt.Horizontal)
        self._lower = {name: share for name, share in LOWER_WIDTHS.items() if not (compact and name == "timing")}
        for name, place in self._places.items():
            beside = "people" if compact and (name == "timing" or place.tab_of == "timing") else place.tab_of
            if beside is not None:
                window.tabifyDockWidget(docks[beside], place.dock)
        for dock in docks.values():
            dock.show()
        for dock in docks.values():
            dock.titleBarWidget().follow()
        if not compact:
            docks["timing"].raise_()
        docks["people"].raise_()
        self._share_out()

    def _share_out(self) -> None:
        self._fit_cameras()
        lower = [self.docks[name] for name in self._lower]
        height = max(LOWEST_PX, int(self._window.height() * LOWER_HEIGHT))
        self._window.resizeDocks(lower, [height] * len(lower), Qt.Vertical)

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
        lower, rest = [self.docks[name] for name in self._lower], (window.width() - width) / sum(self._lower.values())
        window.resizeDocks(lower, [int(rest * share) for share in self._lower.values()], Qt.Horizontal)

    def show_log(self) -> None:
        """Brings the log to the front."""
        self.docks["log"].show()
        self.docks["log"].raise_()

    def retranslate(self) -> None:
        """Sets the docks' titles in the language in force."""
        for place in self._places.values():
            place.dock.setWindowTitle(place.title())
            place.dock.titleBarWidget().retranslate()

    def _add(
        self,
        name: str,
        pane: QWidget,
        title: Callable[[], str],
        shows: Shows,
        tab_of: str | None = None,
        scrolls: bool = False,
    ) -> QDockWidget:
        dock = QDockWidget(self._window)
        dock.setObjectName(name)
        dock.setWidget(_scrolling(pane) if scrolls else pane)
        dock.setTitleBarWidget(TitleBar(dock, self._window))
        self._places[name] = Place(dock, pane, title, shows, tab_of)
        return dock


def _scrolling(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.NoFrame)
    area.setWidget(content)
    return area
