"""The one thread that writes to a take."""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from modules.core.errors import TakeError

from .database import connect, said

#: Frames that may wait to be written; who computes faster than the disk takes them waits.
WAITING = 64
#: Frames in one commit at most.
TOGETHER = 32
IDLE_S = 0.2

#: Something to do with the connection inside a transaction; what to do then, told whether it was committed.
Change = Callable[[sqlite3.Connection], None]
Done = Callable[[bool], None]


class Writer:
    """Applies changes in the order in which they are put, several to a commit.

    Args:
        path: the take.
        on_idle: called in the writer's thread, with its connection, when nothing has come for IDLE_S after commits, and at
            the end; whether it wants to be called again.
    """

    def __init__(self, path: Path, on_idle: Callable[[sqlite3.Connection], bool]) -> None:
        self._path, self._on_idle = path, on_idle
        self._connection = connect(path, writable=True)
        self._queue: queue.Queue[tuple[Change, Done] | None] = queue.Queue(WAITING)
        self._error: Exception | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="take", daemon=True)
        self._thread.start()

    def put(self, change: Change, done: Done) -> None:
        """Queues a change; raises what an earlier one failed with, once."""
        self._raise_error()
        self._queue.put((change, done))

    def flush(self) -> None:
        """Waits until everything that was put is committed; TakeError if something could not be."""
        self._queue.join()
        self._raise_error()

    def close(self) -> None:
        """Writes what waits and ends the thread; idempotent. TakeError as ``flush``."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()
        self._raise_error()

    def _raise_error(self) -> None:
        error, self._error = self._error, None
        if error is not None:
            raise error

    def _run(self) -> None:
        ended = work = False
        while not ended:
            try:
                batch = [self._queue.get(timeout=IDLE_S if work else None)]
            except queue.Empty:
                work = self._idle()
                continue
            while len(batch) < TOGETHER and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            ended, work = None in batch, True
            jobs = [job for job in batch if job is not None]
            committed = self._try(self._commit, [change for change, _ in jobs])
            for _, done in jobs:
                self._try(done, committed)
            for _ in batch:
                self._queue.task_done()
        if work:
            self._idle()
        # everything into the one file, so that it can be copied; where somebody still reads, what can't wait is left
        self._try(self._checkpoint)
        self._connection.close()

    def _checkpoint(self) -> None:
        with said(self._path):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _idle(self) -> bool:
        again: list[bool] = []
        self._try(lambda: again.append(self._on_idle(self._connection)))
        return any(again)

    def _try(self, work: Callable[..., object], *values: object) -> bool:
        """Whether it went well; if not, who puts or waits next is told."""
        try:
            work(*values)
        except Exception as error:  # noqa: BLE001 - the thread's border
            self._error = error
            return False
        return True

    def _commit(self, changes: Sequence[Change]) -> None:
        if not changes:
            return
        with said(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for change in changes:
                    change(self._connection)
                self._connection.execute("COMMIT")
                if not self._path.exists():  # SQLite goes on with a file that nobody can open any more
                    raise TakeError("The take {file} was taken away while it was filled.", file=self._path)
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
