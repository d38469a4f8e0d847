"""An uncaught exception in a Qt slot fails the test it happened in, also with pyqtgraph's own hook in place."""

from __future__ import annotations

import pytest

pytest.importorskip("PyQt5", reason="PyQt5 is not installed: run `python quick_setup.py`")

INNER = """
import pytest
from PyQt5.QtCore import QThread, QTimer


def boom():
    raise RuntimeError("boom")


class Thread(QThread):
    def run(self):
        boom()


@pytest.mark.parametrize("with_pyqtgraph", [False, True])
def test_slot(qtbot, with_pyqtgraph):
    if with_pyqtgraph:
        import pyqtgraph
    timer = QTimer(singleShot=True, interval=0)
    timer.timeout.connect(boom)
    with qtbot.waitSignal(timer.timeout):
        timer.start()


def test_thread(qtbot):
    thread = Thread()
    with qtbot.waitSignal(thread.finished):
        thread.start()
    thread.wait()


def test_quiet(qtbot):
    timer = QTimer(singleShot=True, interval=0)
    with qtbot.waitSignal(timer.timeout):
        timer.start()
"""


def test_uncaught_exceptions_in_slots_fail_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(INNER)
    result = pytester.runpytest_subprocess("-o", "qt_api=pyqt5", timeout=60)
    result.assert_outcomes(failed=3, passed=1)
    result.stdout.fnmatch_lines(["*RuntimeError: boom*"])
