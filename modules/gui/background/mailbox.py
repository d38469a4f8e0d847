"""What the worker is asked for besides frames: the newest job of each kind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Job = TypeVar("Job")


class Mailbox(Generic[Job]):
    """Holds the newest job of each kind.

    Args:
        urgency: the kinds, the most urgent first.
    """

    def __init__(self, urgency: tuple[type, ...]) -> None:
        self._urgency = urgency
        self._condition = threading.Condition()
        self._jobs: dict[type, Job] = {}
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether no more jobs are handed out."""
        return self._closed

    def put(self, job: Job) -> None:
        """Replaces a waiting job of the same kind."""
        with self._condition:
            self._jobs[type(job)] = job
            self._condition.notify_all()

    def wake(self) -> None:
        """Lets ``wait`` look again whether there is other work."""
        with self._condition:
            self._condition.notify_all()

    def wait(self, other_work: Callable[[], bool]) -> Job | None:
        """The most urgent job; None where there is other work, or once closed. Waits for one of these."""
        with self._condition:
            self._condition.wait_for(lambda: self._jobs or self._closed or other_work())
            if self._closed or not self._jobs:
                return None
            return self._jobs.pop(next(kind for kind in self._urgency if kind in self._jobs))

    def holds(self, *kinds: type) -> bool:
        """Whether a job of one of these kinds (of any, if none is named) waits."""
        with self._condition:
            return any(kind in self._jobs for kind in kinds) if kinds else bool(self._jobs)

    def close(self) -> None:
        """Ends ``wait``."""
        with self._condition:
            self._jobs.clear()
            self._closed = True
            self._condition.notify_all()
