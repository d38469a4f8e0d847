"""Writing files in the background: all frames in order, its own decoders, cancelled at once."""

from __future__ import annotations

import pytest
from gui_fakes import FakeExport, FakeSource, fake_header

from modules.core.errors import SourceError
from modules.gui.processing.export_job import ExportJob
from modules.take.store import Take


class Bench:
    """A job on a take with every second frame, and what it said."""

    def __init__(self, source, estimator, tmp_path) -> None:
        self.source, self.export = source, FakeExport()
        self.take = Take.find(tmp_path, fake_header(source))
        for index in range(0, 20, 2):
            self.take.put(estimator.refine(estimator.detect(FakeSource().read(index)), 0.0).found)
        self.take.flush()
        self.job = ExportJob(lambda: source, self.export, self.take, 0.0, tmp_path / "out")
        self.progress, self.finished, self.failures = [], [], []
        self.job.progressed.connect(self.progress.append)
        self.job.finished.connect(self.finished.append)
        self.job.failed.connect(self.failures.append)


@pytest.fixture
def bench(qtbot, source, estimator, tmp_path):
    made = Bench(source, estimator, tmp_path)
    yield made
    made.export.gate.set()
    assert made.job.stop(5)
    made.take.close()


def test_all_that_is_computed_is_written(qtbot, bench, tmp_path):
    bench.job.start()
    qtbot.waitUntil(lambda: bool(bench.finished))
    assert bench.export.written == list(range(0, 20, 2))
    assert bench.export.finished
    assert bench.export.folder == tmp_path / "out"
    assert bench.source.closed
    assert (bench.finished[0].frames, bench.finished[0].cancelled) == (10, False)
    assert [(step.done, step.total, step.writing) for step in bench.progress] == [(n, 10, True) for n in range(1, 11)]
    assert bench.progress[-1].seconds_left == 0


def test_cancelling_drops_the_files(qtbot, bench):
    bench.export.gate.clear()
    bench.job.start()
    assert bench.export.entered.wait(5)
    bench.job.cancel()
    bench.export.gate.set()
    qtbot.waitUntil(lambda: bool(bench.finished))
    assert bench.finished[0].cancelled
    assert not bench.export.finished
    assert bench.source.closed


def test_a_failure_is_a_sentence(qtbot, bench):
    bench.source.failures[4] = SourceError("Frame {index} is damaged.", index=4)
    bench.job.start()
    qtbot.waitUntil(lambda: bool(bench.failures))
    assert bench.failures[0].template == "Frame {index} is damaged."
    assert not bench.finished
    assert bench.source.closed


def test_stopping_while_a_call_does_not_return_says_so_and_stays_silent(qtbot, bench):
    bench.export.gate.clear()
    bench.job.start()
    assert bench.export.entered.wait(5)
    assert not bench.job.stop(0.05)
    bench.export.gate.set()
    assert bench.job.stop(5)
    qtbot.wait(1)
    assert bench.finished == bench.failures == []
