"""Small matrices on one thread.

BLAS splits a product of even small matrices over all cores, and its threads wait for each other by spinning: where there are
thousands of small products, that takes longer than computing does, five times as long where the cores are busy with something
else (the window, the 2D network).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

P = ParamSpec("P")
R = TypeVar("R")


def on_one_thread(work: Callable[P, R]) -> Callable[P, R]:
    """A function during which BLAS has one thread; after it as many as before."""

    @wraps(work)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with threadpool_limits(limits=1, user_api="blas"):
            return work(*args, **kwargs)

    return alone
