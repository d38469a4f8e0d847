"""The program as it is started: without a display, and closed while the network computes."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

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


def test_a_wrong_configuration_is_one_sentence(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("LOD:\n  DISTANCE: 3\n", encoding="utf-8")
    ended = run(f"import sys, poc_ui; sys.exit(poc_ui.command_line(['--config', {str(path)!r}]))")
    assert ended.returncode == 1
    assert "unknown key LOD.DISTANCE" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_closing_while_a_call_does_not_return_ends_cleanly(qapp, tmp_path):
    code = """
        import sys, time
        from pathlib import Path
        from PyQt5.QtCore import QTimer
        import poc_ui
        from gui_fakes import FakeEstimator, FakeSource, FakeWriter
        from modules.core.config import load_config
        from modules.gui.background.messages import Composition

        estimator = FakeEstimator()
        estimator.gate.clear()  # the network's call never returns
        poc_ui.compose = lambda config: Composition(lambda *_: FakeSource(), lambda _: estimator, FakeWriter)
        shown = poc_ui.MainWindow.show

        def show(window):
            shown(window)
            timer = QTimer(window)

            def close_when_computing():
                if estimator.entered.is_set():
                    timer.stop()
                    print("closing", time.time(), flush=True)
                    window.close()

            timer.timeout.connect(close_when_computing)
            timer.start(10)

        poc_ui.MainWindow.show = show
        sys.exit(poc_ui.main(load_config(None), recording=Path("fake")))
    """
    ended = run(code, XDG_CONFIG_HOME=str(tmp_path), HOME=str(tmp_path))
    after = time.time()
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    assert after - float(ended.stdout.split()[1]) < 10  # it did not wait for the call, which takes 20 s
