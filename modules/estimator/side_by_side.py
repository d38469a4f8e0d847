"""Several items in work at once, results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_END: Any = object()


def side_by_side(compute: Callable[[Item], Result], items: Iterable[Item], workers: int) -> Iterator[Result]:
    """``compute`` of every item, ``workers`` at a time in threads of their own; results come in the items' order.

    Items are taken in the caller's thread, one more than there are workers ahead of the result that is handed out. What taking
    or computing one raises is raised in its place. Closing the iterator waits for what is in work and drops it.
    """
    with ThreadPoolExecutor(workers, thread_name_prefix="frame") as pool:
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
                pending.append(pool.submit(compute, item))
                del item  # a frame's images may go as soon as nobody else needs them
                if len(pending) > workers:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
