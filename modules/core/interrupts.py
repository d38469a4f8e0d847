"""Ctrl-C while a program still loads its libraries: it ends with a word in place of some import's traceback."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

INTERRUPTED = 130


def end_in_a_word() -> None:
    """From now on Ctrl-C ends the program at once, with status 130: for as long as there is nothing to save.

    Where something else listens, or nobody shall (``nohup``), that stays.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def raise_again() -> None:
    """Ctrl-C is a KeyboardInterrupt again."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pass_over() -> None:
    """From now on Ctrl-C does nothing: all is done, and an exception while Python ends its threads would be an abort."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end(number: int, frame: FrameType | None) -> None:
    sys.stderr.write("Interrupted.\n")
    sys.stderr.flush()
    os._exit(INTERRUPTED)  # an exception here would be that of a half-made import
