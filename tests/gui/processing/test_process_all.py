"""A whole recording in the background: all frames once, cancel and errors leave a closed writer."""

from __future__ import annotations

from pathlib import Path

import pytest
from gui_fakes import FakeEstimator, FakeSource, FakeWriter

from modules.core.config import load_config
from modules.core.errors import ExportError, SourceError
from modules.gui.background.messages import Composition, OpenRequest
from modules.gui.processing.process_all import ProcessAll
from modules.gui.processing.process_bar import ProcessBar, duration_text


class Run:
    """One run on fakes and what it said."""

    def __init__(self, source, estimator, tmp_path, lod=0.0) -> None:
        self.writers: list[FakeWriter] = []
        parts = Composition(lambda *_: source, lambda _config: estimator, self._make_writer)
        self.job = ProcessAll(parts, load_config(None), OpenRequest(Path("fake"), "auto", {}), lod, tmp_path)
        self.progress, self.finished, self.failures = [], [], []
        self.job.progressed.connect(self.progress.append)
        self.job.finished.connect(self.finished.append)
        self.job.failed.connect(self.failures.append)

    def _make_writer(self, folder, source):
        self.writers.append(FakeWriter(folder, source))
        return self.writers[-1]


@pytest.fixture
def run(qapp, source, estimator, tmp_path):
    made = Run(source, estimator, tmp_path)
    yield made
    estimator.gate.set()
    assert made.job.stop(5)


def test_every_frame_is_written_once_and_in_order(qtbot, run, source):
    run.job.start()
    qtbot.waitUntil(lambda: bool(run.finished))
    assert run.writers[0].written == list(range(20))
    assert run.writers[0].closed
    assert source.closed
    assert (run.finished[0].frames, run.finished[0].cancelled) == (20, False)
    assert [p.done for p in run.progress] == list(range(21))
    assert run.progress[-1].seconds_left == 0


def test_cancel_leaves_a_closed_writer_with_what_was_finished(qtbot, run, source, estimator):
    estimator.gate.clear()
    run.job.start()
    assert estimator.entered.wait(5)
    run.job.cancel()
    estimator.gate.set()
    qtbot.waitUntil(lambda: bool(run.finished))
    assert run.finished[0].cancelled
    assert run.finished[0].frames == 0
    assert run.writers[0].written == []
    assert run.writers[0].closed
    assert source.closed


def test_an_error_closes_the_writer_and_is_told(qtbot, run, source):
    source.failures[3] = SourceError("Frame {index} is damaged.", index=3)
    run.job.start()
    qtbot.waitUntil(lambda: bool(run.failures))
    assert run.writers[0].written == [0, 1, 2]
    assert run.writers[0].closed
    assert run.failures[0].template == "Frame {index} is damaged."


def test_a_folder_that_cant_be_written_is_told(qtbot, run, source, monkeypatch):
    def refuse(*_):
        raise ExportError("Can't write into {folder}.", folder="x")

    monkeypatch.setattr(run.job, "_composition", Composition(lambda *_: source, lambda _: FakeEstimator(), refuse))
    run.job.start()
    qtbot.waitUntil(lambda: bool(run.failures))
    assert source.closed


def test_stop_closes_the_writer_though_the_network_does_not_return(run, estimator):
    estimator.gate.clear()
    run.job.start()
    assert estimator.entered.wait(5)
    assert not run.job.stop(0.05)
    assert run.writers[0].closed
    estimator.gate.set()
    assert run.job.stop(5)
    assert run.writers[0].written == []  # nothing is written after the end


def test_a_recording_without_a_frame_rate_works(qtbot, estimator, tmp_path):
    source = FakeSource(frames=3, fps=float("nan"))
    run = Run(source, estimator, tmp_path)
    run.job.start()
    qtbot.waitUntil(lambda: bool(run.finished))
    assert run.finished[0].frames == 3


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (61.4, "1:01"), (3725, "1:02:05"), (float("nan"), "–")])
def test_durations_are_written_as_clocks(seconds, text):
    assert duration_text(seconds) == text


def test_cancel_can_be_asked_once(qtbot):
    bar = ProcessBar()
    qtbot.addWidget(bar)
    bar.begin()
    with qtbot.waitSignal(bar.cancel_requested):
        bar.cancel.click()
    assert not bar.cancel.isEnabled()


def test_nothing_is_animated_while_the_network_loads(qtbot):
    """An animation repaints the whole window each time, 3D included, which takes the processor from the network."""
    bar = ProcessBar()
    qtbot.addWidget(bar)
    bar.begin()
    assert bar.isVisible()
    assert bar.bar.maximum() > bar.bar.minimum()
