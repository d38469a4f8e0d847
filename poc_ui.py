"""The window: composition root. It brings the rooms together and shows them; it decides nothing."""

from __future__ import annotations

if __name__ == "__main__":
    from modules.core.interrupts import end_in_a_word

    end_in_a_word()  # the libraries below take a second; the window listens itself

import argparse
import ctypes
import ctypes.util
import logging
import os
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

from PyQt5.QtCore import (
    QCoreApplication,
    QMessageLogContext,
    QSettings,
    Qt,
    QtCriticalMsg,
    QtFatalMsg,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PyQt5.QtWidgets import QApplication
from yacs.config import CfgNode

from modules import composition
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.errors import Note, UserError
from modules.core.files import WRITING
from modules.export.trajectories.formats import FORMATS
from modules.gui import theme
from modules.gui.background.messages import Composition
from modules.gui.motion.parts import FileFormat, MotionParts
from modules.gui.window.chatter import Chatter
from modules.gui.window.main_window import MainWindow
from modules.gui.window.session import Session

#: How long a Ctrl-C may wait while nothing else happens.
WAKE_MS = 200
#: How long the end of the program waits for a file that is being made, s.
LEAVE_S = 1.0


def compose(config: CfgNode) -> Composition:
    """The parts of the window's background work, from one configuration."""
    return Composition(
        open_source=partial(composition.open_known, config),
        make_estimator=composition.make_estimator,
        open_take=partial(composition.open_take, config),
        open_proxies=partial(composition.open_proxies, config),
        open_results=composition.open_results,
        export=partial(composition.export_all, config),
        motion=motion_parts(config, motion_formats()),
        check_rig=partial(composition.check_folder, config),
        make_calibrating=partial(composition.make_calibrating, config),
        make_mending=partial(composition.make_mending, config),
        accepted=partial(composition.accepted, config),
        accept=partial(composition.accept, config),
        check_files=composition.check_files,
    )


def motion_parts(config: CfgNode, formats: tuple[FileFormat, ...]) -> MotionParts:
    """What the window makes, compares and writes people's motion with."""
    return MotionParts(
        make=partial(composition.motion, config),
        angles=composition.angles,
        formats=formats,
        write=partial(composition.write_motion, config),
        read_reference=partial(composition.read_reference, config),
        compare=composition.compare,
        open_film=composition.open_film,
    )


def motion_formats() -> tuple[FileFormat, ...]:
    """What people's motion can be written as."""
    return tuple(FileFormat(kind.name, kind.title) for kind in FORMATS.values())


def make_application(arguments: Sequence[str]) -> QApplication:
    """The QApplication with its look; attributes that must come before it included."""
    QCoreApplication.setAttribute(Qt.AA_ShareOpenGLContexts)  # or 3D items vanish when a dock floats
    QCoreApplication.setAttribute(Qt.AA_EnableHighDpiScaling)
    QCoreApplication.setAttribute(Qt.AA_UseHighDpiPixmaps)
    before = qInstallMessageHandler(tell_grave)
    app = QApplication(list(arguments))
    qInstallMessageHandler(before)
    app.setOrganizationName("SelfPose3d")
    app.setApplicationName("SelfPose3d UI")
    theme.apply(app)
    return app


def tell_grave(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Of what Qt says while it starts, what ends it; the rest (a folder that it had to guess) is nothing to a user."""
    if kind in (QtCriticalMsg, QtFatalMsg):
        print(text, file=sys.stderr)


def display_problem() -> str | None:
    """Why Qt would abort for want of a display, as a sentence, or None; asked before there is a QApplication."""
    if not sys.platform.startswith("linux"):
        return None
    display, platform = os.environ.get("DISPLAY"), os.environ.get("QT_QPA_PLATFORM", "")
    if not (display or platform or os.environ.get("WAYLAND_DISPLAY")):
        return "no display was found to open the window on; for files only: python run.py --headless"
    if display and platform.split(";")[0].split(":")[0] in ("", "xcb") and not x_display_answers(display):
        return f"the display DISPLAY={display} does not answer; for files only: python run.py --headless"
    return None


def x_display_answers(display: str) -> bool:
    """Whether an X server takes a connection, by the very library that Qt uses; True where that can't be asked."""
    name = ctypes.util.find_library("xcb") or "libxcb.so.1"
    try:
        xcb = ctypes.CDLL(name)
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = (ctypes.c_void_p,)
    connection = xcb.xcb_connect(display.encode(), None)
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed


def main(config: CfgNode | None = None, config_file: Path = DEFAULT_CONFIG, recording: Path | None = None) -> int:
    """Shows the window until it is closed; the exit code.

    Args:
        config: the configuration; None: ``config_file`` alone.
        config_file: what Settings writes to.
        recording: opens at start; None: the one that was open last (unless another configuration was asked for), else the
            configured one, else none.
    """
    problem = display_problem()
    if problem is not None:
        print(f"Error: {problem}", file=sys.stderr)
        return 1
    config = load_config(config_file) if config is None else config
    app = make_application(sys.argv[:1])
    chatter = Chatter()
    try:
        window = MainWindow(compose, config, config_file, QSettings())
        if recording is None and config_file == DEFAULT_CONFIG:
            recording = last_recording(window.session)
        missing: Note | None = None
        if recording is None:
            recording, missing = configured_recording(config)
        window.start(None if recording is None else window.request_for(recording))
        if missing is not None:
            window.tell("warning", missing)
        return run(app, window)
    finally:
        chatter.restore()


def last_recording(session: Session) -> Path | None:
    """The recording that was open last, if it is still there."""
    return next((Path(path) for path in session.recent[:1] if Path(path).exists()), None)


def configured_recording(config: CfgNode) -> tuple[Path | None, Note | None]:
    """The configured recording's folder; else why there is none, where that is worth a sentence."""
    if not config.SOURCE.PATH:
        return None, None
    path = composition.PROJECT_DIR / Path(config.SOURCE.PATH).expanduser()
    return (path, None) if path.exists() else (None, Note("The recording {path} is not there.", path=path))


def run(app: QApplication, window: MainWindow) -> int:
    """Shows the window until it is closed, or until Ctrl-C or a termination request closes it; the exit code."""
    stopped_by: list[int] = []

    def close_if_asked() -> None:
        if stopped_by:
            wake.stop()
            window.close_unasked()

    for number in (signal.SIGINT, signal.SIGTERM):
        # no more than noted: it may come where this thread holds a lock that closing waits for
        signal.signal(number, lambda number, _frame: stopped_by.append(number))
    wake = QTimer()  # Python looks for signals only when it runs
    wake.timeout.connect(close_if_asked)
    wake.start(WAKE_MS)
    print_error = sys.excepthook

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        print_error(kind, error, trace)
        window.tell_unexpected(error)

    sys.excepthook = tell

    def leave() -> None:
        # At once: everything is saved, and taking the network's libraries down the usual way costs seconds on a busy machine.
        # Where a call into them is still running it would also take them down under that call.
        WRITING.acquire(timeout=LEAVE_S)  # a file that is being made gets its name first; no other is begun
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(exit_code(0))

    def exit_code(code: int) -> int:
        return 128 + stopped_by[0] if stopped_by else code

    window.ended.connect(leave)
    window.show()
    code = app.exec_()
    sys.excepthook = print_error
    return exit_code(code)


def command_line(arguments: Sequence[str] | None = None) -> int:
    """``python poc_ui.py [--config FILE] [RECORDING]``."""
    parser = argparse.ArgumentParser(prog="poc_ui.py", description="3D poses of several people, in a window.")
    parser.add_argument("recording", nargs="?", type=Path, help="folder of a recording (default: the configured one)")
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help="configuration file (default: configs/demo.yaml)")
    options = parser.parse_args(arguments)
    try:
        return main(config_file=options.config, recording=options.recording)
    except UserError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(command_line())
