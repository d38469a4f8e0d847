"""Several items in work at once, results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_END: Any = object()


class SideBySide:
    """Threads that compute items side by side.

    They live as long as this object: the memory that a thread frees stays its own, so that new threads for every recording
    would need more and more.

    Args:
        workers: items in work at once.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="frame")

    def __call__(self, compute: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """``compute`` of every item; results come in the items' order.

        Items are taken in the caller's thread, as many as there are workers before a result is handed out: what waits its turn
        only takes memory. What taking or computing one raises is raised in its place. Closing the iterator waits for what is in
        work and drops it.
        """
        pending: deque[Future[Result]] = deque()
        iterator = iter(items)
        try:
            while True:
                try:
                    item = next(iterator, _END)
                except Exception:
                    while pending:  # what came before the failure is not lost
                        yield pending.popleft().result()
                    raise
                if item is _END:
                    break
                pending.append(self._pool.submit(compute, item))
                del item  # a frame's images may go as soon as nobody else needs them
                if len(pending) == self.workers:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
            wait(pending)
