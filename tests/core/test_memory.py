"""Freed memory goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

from modules.core import memory

#: Frees 240 MB of small pieces of a thread's arena between pieces that stay, which keep it from shrinking by itself.
FREED = """
import threading
from modules.core.memory import give_back

def pages():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6

def use():
    pieces = [bytes(60_000) for _ in range(4000)]
    kept.extend(pieces[::50])

kept = []
thread = threading.Thread(target=use)
thread.start()
thread.join()
before = pages()
give_back()
print(before - pages())
"""


@pytest.mark.skipif(memory._trim() is None, reason="glibc alone keeps what was freed")
def test_what_was_freed_between_pieces_that_stay_is_given_back():
    ended = subprocess.run([sys.executable, "-c", FREED], capture_output=True, text=True, timeout=60, check=True)
    assert float(ended.stdout) > 15


@pytest.mark.parametrize("system", ["darwin", "win32", "linux"])
def test_without_glibc_nothing_is_done(monkeypatch, system):
    monkeypatch.setattr(memory.sys, "platform", system)
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _name: object())  # a C library without it
    memory._trim.cache_clear()
    try:
        memory.give_back()
        assert memory._trim() is None
    finally:
        memory._trim.cache_clear()
