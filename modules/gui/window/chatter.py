"""What libraries in C print to the error stream goes to the log instead of the terminal."""

from __future__ import annotations

import faulthandler
import io
import logging
import os
import sys
import threading

log = logging.getLogger(__name__)


class Chatter:
    """Catches the process's error stream while it lives: decoders, Qt and image libraries warn there about harmless things.

    Python's own errors and a crash's traceback still reach the terminal. Lines arrive as records of this module's logger.
    """

    def __init__(self) -> None:
        self._kept = os.dup(2)
        reading, writing = os.pipe()
        os.dup2(writing, 2)
        os.close(writing)
        self._python, sys.stderr = sys.stderr, io.TextIOWrapper(os.fdopen(os.dup(self._kept), "wb"), line_buffering=True)
        faulthandler.enable(self._kept)
        logging.captureWarnings(True)
        self._reader = threading.Thread(target=self._read, args=(reading,), name="chatter", daemon=True)
        self._reader.start()

    def restore(self) -> None:
        """Gives the stream back; what was printed until now is logged."""
        faulthandler.disable()
        logging.captureWarnings(False)
        sys.stderr.flush()
        sys.stderr = self._python
        os.dup2(self._kept, 2)  # the pipe's last writing end: the reader sees its end
        self._reader.join(1.0)

    def _read(self, reading: int) -> None:
        with os.fdopen(reading, "r", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.strip():
                    log.log(logging.INFO, "%s", line.rstrip())
