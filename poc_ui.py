"""The window: composition root. It brings the rooms together and shows them; it decides nothing."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PyQt5.QtCore import QCoreApplication, QSettings, Qt, QTimer
from PyQt5.QtWidgets import QApplication
from yacs.config import CfgNode

from modules import composition
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.errors import UserError
from modules.gui import theme
from modules.gui.background.messages import Composition, OpenRequest
from modules.gui.window.main_window import MainWindow

#: How long a Ctrl-C may wait while nothing else happens.
WAKE_MS = 200


def compose(config: CfgNode) -> Composition:
    """The parts of the window's background work, from one configuration."""
    open_source, make_writer = composition.window_parts(config)
    return Composition(open_source, composition.make_estimator, make_writer)


def make_application(arguments: Sequence[str]) -> QApplication:
    """The QApplication with its look; attributes that must come before it included."""
    QCoreApplication.setAttribute(Qt.AA_ShareOpenGLContexts)  # or 3D items vanish when a dock floats
    QCoreApplication.setAttribute(Qt.AA_EnableHighDpiScaling)
    QCoreApplication.setAttribute(Qt.AA_UseHighDpiPixmaps)
    app = QApplication(list(arguments))
    app.setOrganizationName("SelfPose3d")
    app.setApplicationName("SelfPose3d UI")
    theme.apply(app)
    return app


def display_is_missing() -> bool:
    """Whether Qt would abort for want of a display."""
    return sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )


def main(config: CfgNode | None = None, config_file: Path = DEFAULT_CONFIG, recording: Path | None = None) -> int:
    """Shows the window until it is closed; the exit code.

    Args:
        config: the configuration; None: ``config_file`` alone.
        config_file: what Settings writes to.
        recording: opens at start; None: the configured one, or none where it is not there.
    """
    if display_is_missing():
        print("Error: no display was found to open the window on; for files only: python run.py --headless", file=sys.stderr)
        return 1
    config = load_config(config_file) if config is None else config
    problem: UserError | None = None
    if recording is None:
        try:
            recording = composition.recording_path(config)
        except UserError as error:
            problem = error
    app = make_application(sys.argv[:1])
    window = MainWindow(compose, config, config_file, QSettings())
    offsets = dict(config.SOURCE.FRAME_OFFSETS)
    window.start(None if recording is None else OpenRequest(Path(recording), config.SOURCE.FORMAT, offsets))
    if problem is not None:
        window.say("warning", problem.template, problem.values)
    return run(app, window)


def run(app: QApplication, window: MainWindow) -> int:
    """Shows the window until it is closed, or until Ctrl-C or a termination request closes it; the exit code."""
    stopped_by: list[int] = []

    def close(number: int, _frame: object) -> None:
        stopped_by.append(number)
        window.close()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, close)
    wake = QTimer()  # Python looks for signals only when it runs
    wake.timeout.connect(lambda: None)
    wake.start(WAKE_MS)
    print_error = sys.excepthook

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        print_error(kind, error, trace)
        window.tell_unexpected(error)

    sys.excepthook = tell

    def leave() -> None:
        if not window.all_stopped:
            # a call into the network is still running in a thread that nothing can end; leaving the interpreter the usual way
            # would tear the libraries down under it. At once, for that thread may hold Python's lock the next moment.
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
