"""Ctrl-C once everything is done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ENDING = """
import os, signal, sys, threading
from modules.core.interrupts import pass_over
pass_over()
threading.Thread(target=lambda: [os.kill(os.getpid(), signal.SIGINT) for _ in range(5)]).start()
sys.exit(3)
"""


def test_a_program_that_is_done_ends_as_it_means_to_however_often_it_is_interrupted():
    root = Path(__file__).resolve().parents[2]
    ended = subprocess.run([sys.executable, "-c", ENDING], cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (3, "")
