"""Order, how much is in work, and what becomes of failures."""

from __future__ import annotations

import threading

import pytest

from modules.estimator.side_by_side import SideBySide


def test_results_come_in_order_though_later_ones_are_ready_first():
    second_is_done = threading.Event()

    def compute(n):
        if n == 0:
            assert second_is_done.wait(10)
        if n == 1:
            second_is_done.set()
        return 10 * n

    assert list(SideBySide(2)(compute, range(5))) == [0, 10, 20, 30, 40]


def test_no_more_are_taken_than_there_are_workers():
    taken = []

    def items():
        for n in range(10):
            taken.append(n)
            yield n

    results = SideBySide(2)(lambda n: n, items())
    assert next(results) == 0
    assert taken == [0, 1]
    results.close()
    assert taken == [0, 1]


def test_what_fails_fails_in_its_place():
    def compute(n):
        if n == 2:
            raise ValueError("two")
        return n

    results = SideBySide(3)(compute, range(6))
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ValueError, match="two"):
        next(results)


def test_what_was_taken_before_a_source_fails_is_handed_out_first():
    def items():
        yield from range(3)
        raise OSError("the disk is gone")

    results = SideBySide(4)(lambda n: n, items())
    assert [next(results), next(results), next(results)] == [0, 1, 2]
    with pytest.raises(OSError, match="disk"):
        next(results)


def test_nothing_in_nothing_out():
    assert list(SideBySide(2)(lambda n: n, ())) == []


def test_closing_waits_for_what_is_in_work_and_the_threads_stay():
    started, finish, ended = threading.Event(), threading.Event(), []

    def compute(n):
        if n == 0:
            assert started.wait(10)
        if n == 1:
            started.set()
            assert finish.wait(10)
        ended.append((n, threading.current_thread()))
        return n

    together = SideBySide(2)
    results = together(compute, range(5))
    assert next(results) == 0
    threading.Timer(0.05, finish.set).start()
    results.close()
    assert [n for n, _ in ended] == [0, 1]
    threads = {thread for _, thread in ended}
    assert len(threads) == 2
    assert list(together(compute, [7, 8])) == [7, 8]
    assert {thread for _, thread in ended} == threads
