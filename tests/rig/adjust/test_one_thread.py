"""Small matrices are multiplied on one thread, whatever BLAS has otherwise."""

from __future__ import annotations

import pytest
from threadpoolctl import threadpool_info, threadpool_limits
from walkers import ring, see, walk

from modules.rig.adjust import bundle
from modules.rig.adjust.one_thread import on_one_thread
from modules.rig.mend.mending import mend
from modules.rig.people.from_people import grow


def blas_threads():
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_blas_has_one_thread_during_the_work_and_as_many_as_before_after_it():
    @on_one_thread
    def work(a, *, b):
        """What it does."""
        return a + b, blas_threads()

    with threadpool_limits(limits=2, user_api="blas"):
        assert work(1, b=2) == (3, {1})
        assert blas_threads() == {2}

        @on_one_thread
        def fails():
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            fails()
        assert blas_threads() == {2}
    assert work.__doc__ == "What it does."


@pytest.mark.parametrize("work", [grow, mend])
def test_calibrations_fit_on_one_thread(monkeypatch, work):
    cameras, threads = ring(2), []
    linearise = bundle._Problem.linearise

    def watched(self, **options):
        threads.append(blas_threads())
        return linearise(self, **options)

    monkeypatch.setattr(bundle._Problem, "linearise", watched)
    with threadpool_limits(limits=2, user_api="blas"):
        work(cameras, see(walk(1, 40), cameras, noise_px=1.0))
    assert threads
    assert all(each == {1} for each in threads)
