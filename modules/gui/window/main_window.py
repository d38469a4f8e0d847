"""The window: brings panes, transport, menus and messages together. What they do is theirs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QEvent, QRect, QSettings, Qt, pyqtSignal
from PyQt5.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QResizeEvent
from PyQt5.QtWidgets import QFileDialog, QMainWindow, QStackedWidget, QToolBar, QVBoxLayout, QWidget

from modules.core.config import CONFIG_DIR, DEFAULT_CONFIG, changes_between, load_config
from modules.core.config_keys import Changes
from modules.core.errors import Note
from modules.core.types import FrameSet, PoseResult

from ..background.battery import on_battery
from ..background.collector import Collector
from ..background.controller import Controller
from ..background.messages import Compose, Failure, Opened, OpenRequest
from ..i18n import sentence, set_language
from ..motion.panes import MotionPanes
from ..processing.process_bar import ProcessBar
from ..processing.processing import Processing
from ..settings.dialog import SettingsDialog
from ..state import AppState
from ..transport.bar import JUMP, SPEEDS, Transport
from ..view3d.opengl import opengl_is_there
from .about import about_dialog, shortcuts_dialog
from .banner import Banner
from .calibration import CalibrationLine
from .docks import Docks
from .focus_ring import FocusRing
from .menus import Menus
from .rig_line import RigLine
from .session import LAYOUT_VERSION, Session
from .start_page import StartPage
from .status import StatusLine

#: How long the window's end waits for a call into network or decoder to return; importing or computing can outlast it.
CLOSE_S = 0.7
SMALLEST_PX = (960, 560)
#: Files of results, which open too.
RESULT_SUFFIXES = (".sqlite", ".jsonl")
NO_OPENGL = Note(
    "This display has no OpenGL, which the 3D view needs; the space is shown from above instead. "
    "On Debian and Ubuntu this installs it: sudo apt install libgl1 libgl1-mesa-dri libglx-mesa0"
)

#: Of a large screen the first start takes this share; of a small one nearly all, less what a frame around the window takes.
LARGE_SHARE, COMFORTABLE_PX, FRAME_PX = 0.8, (1600, 1000), (16, 40)


def first_geometry(available: QRect) -> QRect:
    """Where the window is on its first start: all of it on the screen, also with a frame around it."""
    width, height = (
        max(least, min(room - frame, max(comfortable, int(room * LARGE_SHARE))))
        for room, comfortable, frame, least in zip(
            (available.width(), available.height()), COMFORTABLE_PX, FRAME_PX, SMALLEST_PX, strict=True
        )
    )
    left = available.left() + max(0, (available.width() - width) // 2)
    top = available.top() + max(0, min(available.height() - height, FRAME_PX[1]))
    return QRect(left, top, width, height)


def may_compute_ahead(config: Any) -> bool:
    """Whether the window begins to compute frames that nobody asked for."""
    return config.BACKGROUND.ENABLED and (config.BACKGROUND.ON_BATTERY or not on_battery())


def demo_folder() -> Path | None:
    """The demo recording, if it was fetched."""
    configured = load_config(DEFAULT_CONFIG).SOURCE.PATH
    folder = CONFIG_DIR.parent / configured
    return folder if configured and folder.is_dir() else None


class MainWindow(QMainWindow):
    """The whole window.

    Args:
        compose: makes source, estimator and writer from a configuration.
        config: the configuration in force (a frozen CfgNode).
        config_path: the file that Settings writes to.
        settings: where layout, recent recordings and language are remembered.
    """

    #: The window is closed; files and settings are too.
    ended = pyqtSignal()
    #: How long the panes took to take the result that is not painted yet; None: all is painted.
    _handed_ms: float | None = None
    _unasked = False

    def __init__(self, compose: Compose, config: Any, config_path: Path, settings: QSettings) -> None:
        super().__init__()
        self.session = Session(settings)
        set_language(self.session.language)
        self._collector = Collector(self)
        self.state = AppState(self)
        self.controller = Controller(self.state, compose, config, self)
        self.state.set_computing_ahead(may_compute_ahead(config))
        self.all_stopped = True
        self._config_path, self._compose = Path(config_path), compose
        self._config_before = config
        self._notes: set[Note] = set()
        self.setMinimumSize(*SMALLEST_PX)
        self.setGeometry(first_geometry(QGuiApplication.primaryScreen().availableGeometry()))
        self.setAcceptDrops(True)
        self.setWindowTitle("SelfPose3d")
        with_opengl = opengl_is_there()
        self.docks = Docks(self, self.state, with_opengl)
        self.banner, self.process_bar = Banner(self), ProcessBar(self)
        self.transport = Transport(self.state, self.controller, self)
        self.status = StatusLine(self.state, self.controller, self)
        self.processing = Processing(self.state, self.controller, compose, self.process_bar, self)
        self.motion = MotionPanes(self, self.state, self.controller, self.docks, compose)
        self.rig_line = RigLine(self.controller, compose, self)
        self.calibration = CalibrationLine(self.controller, compose, self.open_folder, self.rig_line.take_over, self)
        self.menus = Menus(self, self.state, self._slots())
        self.menus.set_world(config.RIG.WORLD)
        self.menus.add_edits(self.motion.editing.undo_action, self.motion.editing.redo_action)
        self.focus_ring = FocusRing(self)
        self._lay_out()
        self._connect()
        self.retranslate()
        self._restore()
        if not with_opengl:
            self.tell("warning", NO_OPENGL)

    def start(self, recording: OpenRequest | None) -> None:
        """Loads the network and opens a recording, both in the background."""
        if recording is None:
            self.middle.setCurrentWidget(self.start_page)
        else:
            self.controller.open(recording.path, recording.format, recording.offsets)
        self.controller.load()

    def open_folder(self, path: str | Path) -> None:
        """Opens a recording; what is open stays open if that fails."""
        self.banner.dismiss()
        request = self.request_for(path)
        self.controller.open(request.path, request.format, request.offsets)

    def request_for(self, path: str | Path) -> OpenRequest:
        """How a recording is opened: the configuration's format and offsets are the configured recording's alone."""
        source, path = self.controller.config.SOURCE, Path(path)
        named = CONFIG_DIR.parent / Path(source.PATH).expanduser()
        configured = bool(source.PATH) and path.resolve() == named.resolve()
        offsets = dict(source.FRAME_OFFSETS) if configured else {}
        return OpenRequest(path, source.FORMAT if configured else "auto", offsets)

    def retranslate(self) -> None:
        """Sets every text in the language in force."""
        self.menus.retranslate()
        self.docks.retranslate()
        self.menus.set_language(self.session.language)

    def event(self, event: QEvent) -> bool:
        if event.type() != QEvent.UpdateRequest:
            return super().event(event)
        start = time.perf_counter()
        handled = super().event(event)  # paints all panes that are not taken out of the window
        self.controller.drawn()
        if self._handed_ms is None:
            return handled
        self.docks.timing.set_draw_ms(self._handed_ms + (time.perf_counter() - start) * 1e3)
        self._handed_ms = None
        return handled

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.docks.follow_window()

    def close_unasked(self) -> None:
        """Closes whatever is being done; ``close`` asks where files would be lost."""
        self._unasked = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks where files would be lost, else ends the threads; ``all_stopped`` says whether every call returned in time."""
        if self.processing.running and not self._unasked:
            event.ignore()
            self.processing.ask_to_close(self.close_unasked)
            return
        self.session.save_layout(self.saveGeometry(), self.saveState(LAYOUT_VERSION), self.docks.fitted_views)
        self.hide()
        deadline = time.monotonic() + CLOSE_S
        self.processing.cancel()
        self.motion.stop()
        self.rig_line.close()
        worker_ended = self.controller.stop(max(0.1, deadline - time.monotonic()))
        self.all_stopped = self.processing.stop(max(0.1, deadline - time.monotonic())) and worker_ended
        self.docks.log.detach()
        self._collector.stop()
        event.accept()
        self.ended.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = next(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
        event.acceptProposedAction()
        self.open_folder(path if path.is_dir() or path.suffix in RESULT_SUFFIXES else path.parent)

    def _lay_out(self) -> None:
        centre, lower = QWidget(self), QWidget(self)
        self.start_page = StartPage(self._ask_open, self.open_folder, demo_folder(), self)
        self.middle = QStackedWidget(self)
        self.middle.addWidget(self.docks.view3d)
        self.middle.addWidget(self.start_page)
        for holder, parts in ((centre, (self.banner, self.middle)), (lower, (self.process_bar, self.transport))):
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            for part in parts:
                column.addWidget(part, 1 if part is self.middle else 0)
        self.setCentralWidget(centre)
        bar = QToolBar(self)  # the one place that spans the window below every dock
        bar.setObjectName("transport")
        bar.setMovable(False)
        bar.toggleViewAction().setVisible(False)
        bar.addWidget(lower)
        self.addToolBar(Qt.BottomToolBarArea, bar)
        self.setStatusBar(self.status)
        for dock in self.docks.docks.values():
            self.menus.panes.addAction(dock.toggleViewAction())

    def _connect(self) -> None:
        controller = self.controller
        controller.result_shown.connect(self._show_result)
        controller.result_followed.connect(self._follow_result)
        self.docks.cameras.views_sized.connect(controller.set_view_px)
        controller.cleared.connect(self._clear)
        controller.failed.connect(self._on_failed)
        controller.recording_opened.connect(self._on_opened)
        controller.configured.connect(self._on_configured)
        controller.frame_computed.connect(self._on_computed)
        self.processing.message.connect(self.tell)
        self.rig_line.message.connect(self.tell)
        self.rig_line.found.connect(lambda level, note: self.say(level, note.template, note.values, rig=True))
        self.calibration.message.connect(self.tell)
        self.rig_line.progressed.connect(self.status.set_rig_share)
        self.rig_line.refused_changed.connect(self._on_refused)
        self.rig_line.ended.connect(self._collector.collect_all)
        self.processing.failed.connect(self._on_failed)
        self.motion.message.connect(self.tell)
        self.motion.failed.connect(self._on_failed)
        self.banner.details_requested.connect(self.docks.show_log)
        self.banner.rig_requested.connect(self.rig_line.show)
        self.transport.frame.out_of_range.connect(self._say_last_frame)

    def _slots(self) -> dict[str, Any]:
        state, transport, view3d = self.state, self.transport, self.docks.view3d
        return {
            "open": self._ask_open,
            "open_results": self._ask_open_results,
            "clear_recent": self._clear_recent,
            "calibrate": self.calibration.calibrate,
            "mend": self.calibration.mend,
            "process_all": lambda: self.rig_line.may_go_on() and self.processing.ask(),
            "export_motion": self.motion.ask,
            "compare": self.motion.ask_reference,
            "save_view": self.motion.ask_film,
            "settings": self._open_settings,
            "quit": self.close,
            "overview": view3d.show_overview,
            "top": view3d.show_top,
            "view_back": view3d.view_back,
            "view_forward": view3d.view_forward,
            "measure": view3d.toggle_measure,
            "look_through": view3d.look_through,
            "reset_layout": self.docks.reset,
            "full_screen": lambda: self.setWindowState(self.windowState() ^ Qt.WindowFullScreen),
            "toggle": transport.toggle,
            "back": lambda: transport.step(-1),
            "forward": lambda: transport.step(1),
            "back10": lambda: transport.step(-JUMP),
            "forward10": lambda: transport.step(JUMP),
            "first": transport.go_first,
            "last": transport.go_last,
            "go_to": lambda: (transport.frame.setFocus(), transport.frame.selectAll()),
            "slower": lambda: self._change_speed(-1),
            "faster": lambda: self._change_speed(1),
            "loop": lambda: state.set_loop(not state.loop),
            "loop_from": lambda: self._bound_loop(first=state.frame_index),
            "loop_to": lambda: self._bound_loop(last=state.frame_index),
            "loop_all": lambda: state.set_loop_range(None),
            "compute_ahead": lambda: state.set_computing_ahead(not state.computing_ahead),
            "next_person": lambda: self._choose_next(1),
            "previous_person": lambda: self._choose_next(-1),
            "lod_less": lambda: transport.lod.longer(-1),
            "lod_more": lambda: transport.lod.longer(1),
            "lod_everyone": lambda: state.set_lod_distance_mm(0),
            "deselect": lambda: state.set_selection(None),
            "language": self._set_language,
            "world": self._set_world,
            "rig_check": self.rig_line.show,
            "shortcuts": lambda: shortcuts_dialog(self, self.menus.actions.values()).open(),
            "about": lambda: about_dialog(self).open(),
        }

    def _restore(self) -> None:
        self._show_recent()
        if self.session.geometry is not None:
            self.restoreGeometry(self.session.geometry)
        if self.session.layout is not None and self.restoreState(self.session.layout, LAYOUT_VERSION):
            self.docks.fitted_views = self.session.fitted_views

    def _show_result(self, frame: FrameSet, result: PoseResult | None) -> None:
        start = time.perf_counter()
        for pane in self.docks.picture_panes:
            pane.show_result(frame, result)
        if result is not None:
            self._handed_ms = (time.perf_counter() - start) * 1e3

    def _follow_result(self, frame: FrameSet, result: PoseResult | None) -> None:
        for pane in self.docks.followers:
            pane.show_result(frame, result)

    def _on_computed(self, result: PoseResult) -> None:
        self.docks.timing.add(result)
        for note in result.notes:
            if note not in self._notes:  # said once per recording
                self._notes.add(note)
                self.tell("warning", note)

    def _clear(self) -> None:
        self._handed_ms = None
        self._notes.clear()
        for pane in (*self.docks.result_panes, self.docks.timing):
            pane.clear()

    def _on_opened(self, opened: Opened) -> None:
        self.middle.setCurrentWidget(self.docks.view3d)
        path = opened.request.path
        self.setWindowTitle(f"{path.name} – SelfPose3d")
        self.session.add_recent(path)
        self._show_recent()
        self.docks.log.add("info", self.tr("Opened {path}.").format(path=path))
        if opened.can_compute:
            said = [("info", note) for note in (*opened.info.notes, *opened.notes)]
        else:  # what is wrong with a file of results stays in the banner
            said = [("info", note) for note in opened.notes] + [("warning", note) for note in opened.info.notes]
        for level, note in said:
            self.tell(level, note)

    def _on_configured(self, config: Any) -> None:
        self.docks.log.add("info", self.tr("The network is ready."))
        self.menus.set_world(config.RIG.WORLD)
        before, self._config_before = self._config_before, config
        if before.BACKGROUND != config.BACKGROUND:
            self.state.set_computing_ahead(may_compute_ahead(config))
        if before.SOURCE.PATH != config.SOURCE.PATH and config.SOURCE.PATH:
            self.open_folder(CONFIG_DIR.parent / Path(config.SOURCE.PATH).expanduser())
        elif Changes.RECORDING in changes_between(before, config) and self.controller.opened is not None:
            self.open_folder(self.controller.opened.request.path)  # other cameras or offsets

    def _on_failed(self, failure: Failure) -> None:
        if isinstance(failure.request, OpenRequest) and self.state.room is None:
            self.middle.setCurrentWidget(self.start_page)
        self.docks.log.add("error", sentence(failure.template, failure.values), failure.details)
        self.banner.show_message("error", failure.template, failure.values, details=bool(failure.details))

    def _on_refused(self, refused: bool) -> None:
        self.status.set_refused(refused)
        if refused:  # it would wait for ever
            self.processing.cancel()

    def tell_unexpected(self, error: BaseException) -> None:
        """Says that something went wrong in the window itself, which goes on."""
        self._on_failed(Failure.of(None, error))

    def say(self, level: str, template: str, values: dict[str, object], rig: bool = False) -> None:
        """A sentence in banner and log; level is error, warning or info; ``rig``: the rig check says more."""
        self.docks.log.add(level, sentence(template, values))
        self.banner.show_message(level, template, values, rig=rig)

    def _say_last_frame(self, typed: int) -> None:
        last = self.state.frame_count - 1
        self.tell("info", Note("There is no frame {frame}; this is the last one, {last}.", frame=typed, last=last))

    def tell(self, level: str, note: Note) -> None:
        """A note in banner and log; level is error, warning or info."""
        self.say(level, note.template, note.values)

    def _ask_open(self) -> None:
        start = self.session.recent[0] if self.session.recent else ""
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Open a recording's folder"), start)
        if chosen:
            self.open_folder(chosen)

    def _ask_open_results(self) -> None:
        opened = self.controller.opened
        start = str(CONFIG_DIR.parent / "output" if opened is None else opened.results.path.parent)
        kinds = self.tr("Results") + " (" + " ".join(f"*{suffix}" for suffix in RESULT_SUFFIXES) + ")"
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Open saved results"), start, kinds)
        if chosen:
            self.open_folder(chosen)

    def _clear_recent(self) -> None:
        self.session.clear_recent()
        self._show_recent()

    def _show_recent(self) -> None:
        self.menus.set_recent(self.session.recent, self.open_folder)
        self.start_page.set_recent(self.session.recent)

    def _open_settings(self) -> None:
        dialog = SettingsDialog(self.controller.config, self._config_path, self)
        dialog.setAttribute(Qt.WA_DeleteOnClose)
        dialog.saved.connect(self.controller.configure)
        dialog.open()

    def _set_language(self, code: str) -> None:
        self.session.language = code
        set_language(code)

    def _set_world(self, coordinates: str) -> None:
        """In which coordinates positions are told and files written, from now on."""
        self.controller.tell_in(coordinates)

    def _bound_loop(self, first: int | None = None, last: int | None = None) -> None:
        low, high = self.state.loop_range or (0, self.state.frame_count - 1)
        self.state.set_loop_range((low if first is None else first, high if last is None else last))

    def _choose_next(self, step: int) -> None:
        """The next person of the shown frame, by number."""
        shown = self.controller.shown
        ids = [] if shown is None or shown[1] is None else sorted({person.track_id for person in shown[1].persons})
        if ids:
            here = ids.index(self.state.selection) + step if self.state.selection in ids else (0 if step > 0 else -1)
            self.state.set_selection(ids[here % len(ids)])

    def _change_speed(self, rows: int) -> None:
        row = SPEEDS.index(self.state.speed) if self.state.speed in SPEEDS else SPEEDS.index(1.0)
        self.state.set_speed(SPEEDS[max(0, min(len(SPEEDS) - 1, row + rows))])
