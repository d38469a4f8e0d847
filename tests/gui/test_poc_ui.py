"""The program as it is started: without a display, and closed while the network computes."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from PyQt5.QtCore import QSettings

import poc_ui
from modules.core.config import load_config
from modules.gui.window.session import Session

PROJECT_DIR = Path(__file__).resolve().parents[2]


def run(code: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    values = {**os.environ, "PYTHONPATH": os.pathsep.join((str(PROJECT_DIR), str(Path(__file__).parent))), **environment}
    values = {name: value for name, value in values.items() if value is not None}
    command = [sys.executable, "-c", textwrap.dedent(code)]
    return subprocess.run(command, cwd=PROJECT_DIR, env=values, capture_output=True, text=True, timeout=60)


def test_without_a_display_one_sentence_names_headless():
    code = "import sys, poc_ui; sys.exit(poc_ui.command_line([]))"
    ended = run(code, DISPLAY=None, WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)
    assert ended.returncode == 1
    assert "--headless" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_display_that_does_not_answer_is_one_sentence_and_no_abort():
    code = "import sys, poc_ui; sys.exit(poc_ui.command_line([]))"
    ended = run(code, DISPLAY=":4711", WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)
    assert ended.returncode == 1, ended.stderr
    assert ":4711" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_it_opens_what_was_open_last_and_the_configured_recording_before_that(qtbot, tmp_path):
    session = Session(QSettings(str(tmp_path / "window.ini"), QSettings.IniFormat))
    assert poc_ui.last_recording(session) is None
    for name in ("first", "last"):
        (tmp_path / name).mkdir()
        session.add_recent(tmp_path / name)
    assert poc_ui.last_recording(session) == tmp_path / "last"
    (tmp_path / "last").rmdir()
    assert poc_ui.last_recording(session) is None
    there = load_config(None, {"SOURCE.PATH": str(tmp_path / "first")})
    assert poc_ui.configured_recording(there) == (tmp_path / "first", None)
    path, note = poc_ui.configured_recording(load_config(None, {"SOURCE.PATH": str(tmp_path / "gone")}))
    assert path is None
    assert str(note) == f"The recording {tmp_path / 'gone'} is not there."


def test_what_libraries_print_goes_to_the_log_and_not_to_the_terminal():
    code = r"""
        import logging, os, sys
        from modules.gui.window.chatter import Chatter

        class Keep(logging.Handler):
            lines = []
            def emit(self, record):
                self.lines.append(record.getMessage())

        logging.getLogger("modules").addHandler(Keep())
        logging.getLogger("modules").setLevel(logging.INFO)
        chatter = Chatter()
        os.write(2, b"[mp4 @ 0x1] a decoder's warning\n")
        print("ours", file=sys.stderr)
        chatter.restore()
        os.write(2, b"after\n")
        print(Keep.lines)
    """
    ended = run(code)
    assert ended.stderr.split() == ["ours", "after"]
    assert "a decoder's warning" in ended.stdout


def test_what_qt_guesses_when_it_starts_is_not_told_but_what_ends_it_is():
    code = """
        import sys, poc_ui
        from PyQt5.QtCore import QtFatalMsg, QtWarningMsg, qWarning
        poc_ui.make_application(["poc_ui.py"])
        qWarning("as before")
        poc_ui.tell_grave(QtWarningMsg, None, "a guess")
        poc_ui.tell_grave(QtFatalMsg, None, "no platform plugin")
        """
    ended = run(code, XDG_RUNTIME_DIR=None)
    assert ended.stderr.splitlines() == ["as before", "no platform plugin"]


def test_a_wrong_configuration_is_one_sentence(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("LOD:\n  DISTANCE: 3\n", encoding="utf-8")
    ended = run(f"import sys, poc_ui; sys.exit(poc_ui.command_line(['--config', {str(path)!r}]))")
    assert ended.returncode == 1
    assert "unknown key LOD.DISTANCE" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_ctrl_c_closes_only_when_nothing_else_is_being_done():
    """Closing ends pools of threads, whose locks may be held where the signal comes: then nothing would ever go on."""
    code = """
        import os, signal, sys, threading, poc_ui
        from PyQt5.QtCore import QTimer, pyqtSignal
        from PyQt5.QtWidgets import QWidget

        lock, free = threading.Lock(), []

        class Window(QWidget):
            ended = pyqtSignal()

            def close_unasked(self):
                free.append(lock.acquire(blocking=False))
                self.close()
                app.quit()

        def busy():
            with lock:
                os.kill(os.getpid(), signal.SIGINT)
                for _ in range(10000):
                    pass

        app, window = poc_ui.make_application(["poc_ui.py"]), Window()
        QTimer.singleShot(0, busy)
        code = poc_ui.run(app, window)
        print(free, code)
        """
    ended = run(code)
    assert ended.stdout == "[True] 130\n", ended.stderr


def test_closing_while_a_call_does_not_return_ends_cleanly(qapp, tmp_path):
    code = """
        import sys
        from pathlib import Path
        from PyQt5.QtCore import QTimer
        import gui_fakes, poc_ui
        from gui_fakes import FakeEstimator, FakeSource
        from modules.core.config import load_config
        from window_fakes import Parts

        gui_fakes.WAIT_S = None
        estimator = FakeEstimator()
        estimator.gate.clear()  # the network's call never returns: a program that waited for it would not end
        poc_ui.compose = Parts(FakeSource(), estimator, Path.home()).compose
        shown = poc_ui.MainWindow.show

        def show(window):
            shown(window)
            timer = QTimer(window)

            def close_when_computing():
                if estimator.entered.is_set():
                    timer.stop()
                    print("closing", flush=True)
                    window.close()

            timer.timeout.connect(close_when_computing)
            timer.start(10)

        poc_ui.MainWindow.show = show
        sys.exit(poc_ui.main(load_config(None), recording=Path("fake")))
    """
    ended = run(code, XDG_CONFIG_HOME=str(tmp_path), HOME=str(tmp_path))
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout.split() == ["closing"]
    assert not [path.name for path in (tmp_path / "takes").iterdir() if path.suffix not in (".sqlite", ".proxies")]
