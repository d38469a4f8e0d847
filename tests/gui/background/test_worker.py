"""The worker serves the newest request, keeps the last good state and always ends."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from gui_fakes import FakeEstimator, FakeSource

from modules.core.config import load_config
from modules.core.errors import CheckpointError, SourceError
from modules.core.types import Lod
from modules.gui.background.messages import Busy, Composition, ConfigureRequest, OpenRequest, Request
from modules.gui.background.worker import Mailbox, Worker


class Bench:
    """A worker on fakes and what it said."""

    def __init__(self, source: FakeSource, estimator: FakeEstimator) -> None:
        self.sources: dict[str, FakeSource | Exception] = {"fake": source}
        self.made: FakeEstimator | Exception = estimator
        self.parts = Composition(self._open, self._make, None)
        self.worker = Worker(self.parts, 64)
        self.results, self.failures, self.opened, self.busy = [], [], [], []
        self.worker.result_ready.connect(lambda *values: self.results.append(values))
        self.worker.failed.connect(self.failures.append)
        self.worker.opened.connect(self.opened.append)
        self.worker.busy_changed.connect(self.busy.append)

    def _open(self, path, _format, _offsets):
        found = self.sources[path.name]
        if isinstance(found, Exception):
            raise found
        return found

    def _make(self, _config):
        if isinstance(self.made, Exception):
            raise self.made
        return self.made

    def open(self, name: str = "fake") -> None:
        self.worker.submit(OpenRequest(Path(name), "auto", {}))

    def configure(self) -> None:
        self.worker.submit(ConfigureRequest(load_config(None), self.parts))

    def ask(self, generation: int, frame: int, lod: float = 0.0) -> None:
        self.worker.submit(Request(generation, frame, lod))

    def generations(self) -> list[int]:
        return [generation for generation, _, _ in self.results]


@pytest.fixture
def bench(qtbot, source, estimator):
    made = Bench(source, estimator)
    made.configure()
    made.open()
    qtbot.waitUntil(lambda: bool(made.opened) and made.busy[-1:] == [Busy.IDLE] and Busy.LOADING in made.busy)
    yield made
    estimator.gate.set()
    assert made.worker.stop(5)


def test_mailbox_keeps_the_newest_of_a_kind_and_the_most_urgent_kind_first():
    box = Mailbox()
    for generation in range(5):
        box.put(Request(generation, 0, 0.0))
    box.put(OpenRequest(Path("a"), "auto", {}))
    assert isinstance(box.take(), OpenRequest)
    assert box.take().generation == 4
    box.close()
    assert box.take() is None


def test_answers_with_frame_result_and_the_time_of_reading(qtbot, bench):
    bench.ask(7, 3)
    qtbot.waitUntil(lambda: bool(bench.results))
    generation, frame, result = bench.results[0]
    assert (generation, frame.index, result.frame_index) == (7, 3, 3)
    assert [person.lod for person in result.persons] == [Lod.FULL, Lod.FULL]
    assert result.timings_ms["read"] >= 0
    assert result.timings_ms["backbone"] == 30.0


def test_newest_request_wins(qtbot, bench, estimator):
    estimator.gate.clear()
    bench.ask(1, 1)
    assert estimator.entered.wait(5)
    for generation in range(2, 12):  # while frame 1 is being computed
        bench.ask(generation, generation)
    estimator.gate.set()
    qtbot.waitUntil(lambda: 11 in bench.generations())
    assert estimator.detects == [1, 11]
    assert bench.generations() == [11]  # frame 1 was given up between its two steps


def test_moving_the_lod_distance_keeps_the_detection(qtbot, bench, estimator):
    for generation, lod in enumerate((1000.0, 2000.0, 1000.0, 0.0)):
        bench.ask(generation, 5, lod)
        qtbot.waitUntil(lambda expected=generation: expected in bench.generations())
    assert estimator.detects == [5]
    assert estimator.pose_runs == 2  # person 0 at once, person 1 when it came into range
    assert [[person.lod for person in result.persons] for _, _, result in bench.results] == [
        [Lod.FULL, Lod.ROOT_ONLY], [Lod.FULL, Lod.FULL], [Lod.FULL, Lod.ROOT_ONLY], [Lod.FULL, Lod.FULL],
    ]  # fmt: skip
    assert "backbone" not in bench.results[1][2].timings_ms  # it did not run again


def test_a_computed_frame_needs_no_work(qtbot, bench, estimator, source):
    bench.ask(1, 4)
    qtbot.waitUntil(lambda: bool(bench.results))
    assert bench.worker.cached(Request(2, 4, 0.0))[1].frame_index == 4
    assert bench.worker.cached(Request(2, 4, 500.0)) is None
    assert bench.worker.cached(Request(2, 5, 0.0)) is None
    bench.ask(2, 4)
    qtbot.waitUntil(lambda: len(bench.results) == 2)
    assert (estimator.detects, source.reads[4]) == ([4], 1)
    assert set(bench.results[1][2].timings_ms) == {"read"}


@pytest.mark.parametrize("error", [SourceError("Frame {index} is damaged.", index=2), ZeroDivisionError("oops")])
def test_an_error_is_told_and_the_next_request_works(qtbot, bench, source, estimator, error):
    (source if isinstance(error, SourceError) else estimator).failures[2] = error
    bench.ask(1, 2)
    qtbot.waitUntil(lambda: bool(bench.failures))
    failure = bench.failures[0]
    assert failure.request.generation == 1
    if isinstance(error, SourceError):
        assert failure.template.format(**failure.values) == "Frame 2 is damaged."
        assert failure.details == ""
    else:
        assert "ZeroDivisionError: oops" in failure.template.format(**failure.values)
        assert "gui_fakes.py" in failure.details
    qtbot.waitUntil(lambda: bench.busy[-1] is Busy.IDLE)
    bench.ask(2, 3)
    qtbot.waitUntil(lambda: bench.generations() == [2])


def test_a_broken_recording_leaves_the_open_one(qtbot, bench, source):
    damaged = FakeSource(path="damaged")
    damaged.failures[0] = SourceError("no frames")
    bench.sources |= {"missing": SourceError("The folder {file} is empty.", file="x"), "damaged": damaged}
    for count, name in enumerate(("missing", "damaged"), start=1):
        bench.open(name)
        qtbot.waitUntil(lambda expected=count: len(bench.failures) == expected)
    assert damaged.closed
    assert not source.closed
    bench.ask(1, 6)
    qtbot.waitUntil(lambda: bench.generations() == [1])


def test_another_recording_closes_the_first_and_forgets_its_frames(qtbot, bench, source, estimator):
    bench.ask(1, 4)
    qtbot.waitUntil(lambda: bench.generations() == [1])
    bench.sources["other"] = other = FakeSource(path="other")
    bench.open("other")
    qtbot.waitUntil(lambda: len(bench.opened) == 2)
    assert source.closed
    assert not other.closed
    assert bench.opened[1].first.index == 0
    assert bench.worker.cached(Request(2, 4, 0.0)) is None
    qtbot.waitUntil(lambda: estimator.resets >= 1)


def test_a_failed_network_leaves_the_one_before(qtbot, bench):
    bench.made = CheckpointError("The checkpoint {file} is missing.", file="w.pth")
    bench.configure()
    qtbot.waitUntil(lambda: bool(bench.failures))
    bench.ask(1, 2)
    qtbot.waitUntil(lambda: bench.generations() == [1])
    assert len(bench.results[0][2].persons) == 2


def test_without_a_network_the_frame_is_shown_without_people(qtbot, source):
    bench = Bench(source, FakeEstimator())
    bench.open()
    qtbot.waitUntil(lambda: bool(bench.opened))
    bench.ask(1, 2)
    qtbot.waitUntil(lambda: bench.generations() == [1])
    assert bench.results[0][1].index == 2
    assert bench.results[0][2].persons == ()
    assert bench.worker.stop(5)


def test_everything_runs_on_the_worker_thread(qtbot, bench, source, estimator):
    bench.ask(1, 1)
    qtbot.waitUntil(lambda: bool(bench.results))
    assert source.threads == estimator.threads
    assert threading.get_ident() not in source.threads
    assert len(source.threads) == 1


def test_stop_closes_the_source(qtbot, source, estimator):
    bench = Bench(source, estimator)
    bench.open()
    qtbot.waitUntil(lambda: bool(bench.opened))
    assert bench.worker.stop(5)
    assert source.closed


def test_stop_during_a_call_that_does_not_return_leaves_a_silent_thread(qtbot, source, estimator):
    bench = Bench(source, estimator)
    bench.configure()
    bench.open()
    qtbot.waitUntil(lambda: bool(bench.opened))
    estimator.gate.clear()
    bench.ask(1, 1)
    assert estimator.entered.wait(5)
    assert not bench.worker.stop(0.05)
    said = len(bench.results) + len(bench.failures) + len(bench.busy)
    estimator.gate.set()
    assert bench.worker.stop(5)
    assert source.closed
    qtbot.wait(1)  # lets a signal that should not have been sent arrive
    assert len(bench.results) + len(bench.failures) == 0
    assert len(bench.busy) <= said + 3


def test_stop_does_not_wait_for_a_network_that_is_loading(qtbot, source, estimator):
    bench = Bench(source, estimator)
    begun, gate = threading.Event(), threading.Event()

    def load(_config):
        begun.set()
        assert gate.wait(20)
        return estimator

    bench.parts = Composition(bench._open, load, None)
    bench.configure()
    assert begun.wait(5)
    assert not bench.worker.stop(3600)  # an hour: this test would not end
    gate.set()
    qtbot.waitUntil(lambda: bench.worker.stop(0.1))
