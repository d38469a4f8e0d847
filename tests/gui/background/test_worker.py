"""The worker fills the take, what somebody waits for first, keeps the last good state and always ends."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gui_fakes import FakeEstimator, FakeSource, fake_header
from window_fakes import Parts

from modules.core.config import load_config
from modules.core.errors import CheckpointError, SourceError
from modules.core.types import Lod, Opened
from modules.gui.background.messages import Busy, ConfigureRequest, OpenRequest
from modules.gui.background.schedule import Wanted
from modules.gui.background.worker import Worker
from modules.take.store import Take


class Bench:
    """A worker on fakes and what it said."""

    def __init__(self, parts: Parts, ahead: bool = False) -> None:
        self.parts, self.config = parts, load_config(None)
        self.worker = Worker(parts.compose(self.config))
        self.worker.set_ahead(ahead)
        self.computed, self.failures, self.opened, self.busy, self.configured, self.changes = [], [], [], [], [], []
        self.worker.computed.connect(lambda *values: self.computed.append(values))
        self.worker.failed.connect(self.failures.append)
        self.worker.opened.connect(self.opened.append)
        self.worker.configured.connect(self.configured.append)
        self.worker.busy_changed.connect(self.busy.append)
        self.worker.take_changed.connect(self.changes.append)

    def open(self, name: str = "fake") -> None:
        self.worker.submit(OpenRequest(Path(name), "auto", {}))

    def configure(self, config=None, load: bool = True, reopen: bool = False) -> None:
        config = config or self.config
        self.worker.submit(ConfigureRequest(config, self.parts.compose(config), load, reopen))

    def want(self, index: int, heatmaps: bool = False) -> None:
        self.worker.want(Wanted(index, heatmaps), index)

    def frames(self) -> list[int]:
        return [index for index, _, _ in self.computed]


@pytest.fixture
def bench(qtbot, parts, estimator):
    made = Bench(parts)
    made.configure()
    made.open()
    qtbot.waitUntil(lambda: bool(made.opened) and bool(made.configured))
    yield made
    estimator.gate.set()
    made.worker.stop(5)


def test_a_wanted_frame_is_computed_into_the_take(qtbot, bench, estimator):
    bench.want(7)
    qtbot.waitUntil(lambda: bench.frames() == [7])
    take = bench.opened[0].results
    assert [person.lod for person in take.result(7, 0.0).persons] == [Lod.FULL, Lod.FULL]
    assert take.result(8, 0.0) is None
    qtbot.waitUntil(lambda: [change.frame_index for change in bench.changes] == [7])
    assert list(take.computed(0.0)) == [7]
    index, result, frame = bench.computed[0]
    assert frame.index == index == 7
    assert result.timings_ms["backbone"] == 30.0
    assert result.timings_ms["read"] >= 0
    assert list(bench.opened[0].proxies.frames()) == [7]  # read once, for both


def test_it_computes_ahead_from_the_shown_frame(qtbot, bench, estimator):
    bench.worker.want(None, 15)
    bench.worker.set_ahead(True)
    qtbot.waitUntil(lambda: len(bench.frames()) == 20)
    assert bench.frames() == [*range(15, 20), *range(15)]
    qtbot.waitUntil(lambda: bench.busy[-1] is Busy.IDLE)


def test_who_asks_while_it_computes_ahead_comes_first(qtbot, bench, estimator):
    estimator.gate.clear()
    bench.worker.set_ahead(True)
    assert estimator.entered.wait(5)
    bench.want(12)
    bench.want(17)
    estimator.gate.set()
    qtbot.waitUntil(lambda: 17 in bench.frames())
    before = bench.frames()[: bench.frames().index(17)]
    assert before == [0]  # what was in work; frame 12 nobody wanted any more


def test_another_distance_computes_what_is_missing_alone(qtbot, bench, estimator):
    bench.worker.set_distance(1000.0)  # person 1 stands 700 mm from the origin, person 2 1600 mm
    bench.want(3)
    qtbot.waitUntil(lambda: bench.frames() == [3])
    take = bench.opened[0].results
    assert [person.lod for person in take.result(3, 1000.0).persons] == [Lod.FULL, Lod.ROOT_ONLY]
    bench.worker.set_distance(800.0)
    bench.want(3)
    bench.worker.set_distance(2000.0)
    bench.want(3)
    qtbot.waitUntil(lambda: len(bench.frames()) == 2)
    assert [person.lod for person in take.result(3, 2000.0).persons] == [Lod.FULL, Lod.FULL]
    assert estimator.refines == [(3, 1000.0), (3, 2000.0)]


def test_what_an_earlier_window_computed_is_not_computed_again(qtbot, bench, estimator, parts):
    bench.want(7)
    qtbot.waitUntil(lambda: bench.frames() == [7])
    assert bench.worker.stop(5)
    parts.sources["fake"] = FakeSource()
    again = Bench(parts, ahead=True)
    again.configure()
    again.open()
    qtbot.waitUntil(lambda: len(again.frames()) == 19)
    assert 7 not in again.frames()
    assert len(again.opened[0].results.computed(0.0)) >= 1
    assert again.worker.stop(5)


def test_heatmaps_of_a_computed_frame_are_made_when_they_are_wanted(qtbot, bench, estimator):
    bench.want(7)
    qtbot.waitUntil(lambda: bench.frames() == [7])
    assert bench.worker.heatmaps.of(7)[0].shape[:2] == (4, 15)
    bench.worker.heatmaps.clear()
    bench.want(7)
    bench.want(7, heatmaps=True)
    qtbot.waitUntil(lambda: bench.worker.heatmaps.of(7) is not None)
    assert estimator.detects == [7, 7]


def test_a_frame_that_cannot_be_read_is_told_and_the_others_are_computed(qtbot, bench, source):
    source.failures[2] = SourceError("Frame {index} is damaged.", index=2)
    bench.worker.set_ahead(True)
    qtbot.waitUntil(lambda: len(bench.frames()) == 19)
    assert [failure.request for failure in bench.failures] == [Wanted(2)]
    assert source.reads[2] == 1  # not again and again


def test_an_estimator_that_fails_in_a_frame_is_told_and_goes_on(qtbot, bench, estimator):
    estimator.failures[4] = ZeroDivisionError("boom")
    bench.worker.set_ahead(True)
    qtbot.waitUntil(lambda: len(bench.frames()) == 19)
    assert len(bench.failures) == 1
    assert "boom" in bench.failures[0].details
    assert set(bench.frames()) == set(range(20)) - {4}


def test_a_broken_recording_leaves_the_open_one(qtbot, bench):
    bench.open("nowhere")
    qtbot.waitUntil(lambda: len(bench.failures) == 1)
    bench.want(3)
    qtbot.waitUntil(lambda: bench.frames() == [3])


def test_a_recording_that_cannot_be_read_is_closed_again(qtbot, bench, parts):
    parts.sources["other"] = FakeSource(path="other")
    parts.sources["other"].failures[0] = SourceError("damaged")
    bench.open("other")
    qtbot.waitUntil(lambda: len(bench.failures) == 1)
    assert parts.sources["other"].closed


def test_another_recording_replaces_the_first(qtbot, bench, source, parts):
    parts.sources["other"] = FakeSource(frames=3, path="other")
    bench.open("other")
    qtbot.waitUntil(lambda: len(bench.opened) == 2)
    assert source.closed
    bench.worker.set_ahead(True)
    qtbot.waitUntil(lambda: len(bench.frames()) == 3)
    assert bench.opened[1].results.header.recording == "other"


def test_a_network_that_cannot_be_loaded_leaves_the_one_before(qtbot, bench, parts, estimator):
    parts.estimator = CheckpointError("damaged")
    bench.configure()
    qtbot.waitUntil(lambda: len(bench.failures) == 1)
    bench.want(1)
    qtbot.waitUntil(lambda: bench.frames() == [1])


def test_settings_that_change_results_get_a_take_of_their_own(qtbot, bench, parts):
    bench.want(1)
    qtbot.waitUntil(lambda: bench.frames() == [1])
    other = load_config(None, {"REFINE.THRESHOLD": 0.25})
    bench.configure(other, reopen=True)
    qtbot.waitUntil(lambda: len(bench.configured) == 2)
    take = bench.configured[1].results
    assert list(take.frames()) == []
    bench.want(2)
    qtbot.waitUntil(lambda: 2 in bench.frames())
    back = load_config(None)
    bench.configure(back, reopen=True)
    qtbot.waitUntil(lambda: len(bench.configured) == 3)
    assert list(bench.configured[2].results.frames()) == [1]  # kept beside the other


def test_saved_results_open_without_recording_and_network(qtbot, parts, tmp_path):
    source, estimator = FakeSource(path=str(tmp_path / "gone")), FakeEstimator(2)
    take = Take.find(tmp_path, fake_header(source))
    for index in (0, 2):
        take.put(estimator.refine(estimator.detect(source.read(index)), 0.0).found)
    take.close()
    bench = Bench(parts, ahead=True)
    bench.worker.submit(OpenRequest(take.path, "auto", {}))
    qtbot.waitUntil(lambda: bool(bench.opened))
    opened = bench.opened[0]
    assert not opened.can_compute
    assert opened.pictures is None
    assert (opened.info.frame_count, len(opened.cameras)) == (20, 4)
    assert list(opened.results.computed(0.0)) == [0, 2]
    assert f"recording is not where it was ({tmp_path / 'gone'})" in str(opened.notes[0])
    assert parts.loads == 0
    assert bench.worker.stop(5)


@pytest.mark.parametrize(
    ("now", "said", "shown"),
    [
        (FakeSource(), "saved of {path}. To compute more, open", True),
        (FakeSource(views=3), "is opened with other cameras now", False),
        (SourceError("{file} is damaged.", file="cam1.mp4"), "no pictures for it: cam1.mp4 is damaged.", False),
    ],
)
def test_saved_results_find_their_recording_where_it_still_is_the_same(qtbot, parts, tmp_path, monkeypatch, now, said, shown):
    folder = tmp_path / "walks"
    folder.mkdir()
    take = Take.find(tmp_path, fake_header(FakeSource(path=str(folder))))
    take.close()

    def opens(path, _format, _offsets):
        assert path == folder
        if isinstance(now, Exception):
            raise now
        return now

    monkeypatch.setattr(parts, "_open", opens)
    bench = Bench(parts)
    bench.worker.submit(OpenRequest(take.path, "auto", {}))
    qtbot.waitUntil(lambda: bool(bench.opened))
    opened = bench.opened[0]
    assert said.format(path=folder) in str(opened.notes[0])
    assert opened.pictures == (OpenRequest(folder, "folder", {}) if shown else None)
    assert bench.worker.stop(5)


@pytest.mark.parametrize(
    ("then", "late_s", "shown"),
    [
        (0.0, 0.0, True),
        (0.1, 0.1, True),
        (0.1, 0.0, False),
        (0.0, 0.1, False),
        (None, 0.1, True),  # results of before they were kept
    ],
)
def test_saved_results_show_no_pictures_of_a_recording_that_is_paired_otherwise_now(
    qtbot, parts, tmp_path, monkeypatch, then, late_s, shown
):
    folder = tmp_path / "walks"
    folder.mkdir()
    source = FakeSource(path=str(folder))
    names = source.info.camera_names
    source.info = replace(source.info, opened=tuple(Opened(late_s=late_s if name == names[1] else 0.0) for name in names))
    made = fake_header(source)
    told = {} if then is None else {"delays": {names[1]: [then, 0.0]} if then else {}}
    take = Take.find(tmp_path, replace(made, source={**made.source, **told}))
    take.close()
    monkeypatch.setattr(parts, "_open", lambda path, _format, _offsets: source)
    bench = Bench(parts)
    bench.worker.submit(OpenRequest(take.path, "auto", {}))
    qtbot.waitUntil(lambda: bool(bench.opened))
    opened = bench.opened[0]
    assert (opened.pictures is not None) == shown
    words = f"other delays then ({names[1]} +100 ms) than now (–)" if late_s == 0 else f"then (–) than now ({names[1]} +100 ms)"
    assert (words in str(opened.notes[0])) == (not shown)
    assert bench.worker.stop(5)


def test_every_call_happens_on_the_worker_thread(qtbot, bench, source, estimator):
    bench.want(1)
    qtbot.waitUntil(lambda: bool(bench.computed))
    assert source.threads == estimator.threads
    assert threading.get_ident() not in source.threads
    assert len(source.threads) == 1


def test_stop_closes_source_and_take(qtbot, bench, source):
    take = bench.opened[0].results
    assert bench.worker.stop(5)
    assert source.closed
    assert not [thread for thread in threading.enumerate() if thread.name == "take" and thread is take._writer._thread]


def test_stop_during_a_call_that_does_not_return_leaves_a_silent_thread(qtbot, bench, source, estimator):
    estimator.gate.clear()
    bench.want(1)
    assert estimator.entered.wait(5)
    assert not bench.worker.stop(0.05)
    said = len(bench.computed) + len(bench.failures)
    estimator.gate.set()
    assert bench.worker.stop(5)
    assert source.closed
    qtbot.wait(1)  # lets a signal that should not have been sent arrive
    assert len(bench.computed) + len(bench.failures) == said == 0


def test_stop_does_not_wait_for_a_network_that_is_loading(qtbot, parts, estimator):
    bench = Bench(parts)
    begun, gate = threading.Event(), threading.Event()

    def load(_config):
        begun.set()
        assert gate.wait(20)
        return estimator

    slow = replace(parts.compose(bench.config), make_estimator=load)
    bench.worker.submit(ConfigureRequest(bench.config, slow))
    assert begun.wait(5)
    assert not bench.worker.stop(3600)  # an hour: this test would not end
    gate.set()
    qtbot.waitUntil(lambda: bench.worker.stop(0.1))


def test_results_of_all_frames_are_those_of_the_estimator(qtbot, bench, estimator, source):
    bench.worker.set_ahead(True)
    qtbot.waitUntil(lambda: len(bench.frames()) == 20)
    take = bench.opened[0].results
    for index in range(20):
        alone = estimator.refine(estimator.detect(source.read(index)), 0.0)
        for mine, theirs in zip(take.result(index, 0.0).persons, alone.persons, strict=True):
            np.testing.assert_array_equal(mine.joints_world_mm, theirs.joints_world_mm)


def test_a_recording_that_is_taken_away_is_told_once_and_nothing_more_is_tried(qtbot, parts, source, tmp_path):
    folder = tmp_path / "recording"
    folder.mkdir()
    parts.sources["recording"] = source
    bench = Bench(parts)
    bench.configure()
    bench.worker.submit(OpenRequest(folder, "auto", {}))
    qtbot.waitUntil(lambda: bool(bench.opened) and bool(bench.configured))
    folder.rmdir()
    source.failures.update({index: SourceError("Frame {index} is damaged.", index=index) for index in range(20)})
    bench.worker.set_ahead(True)
    qtbot.waitUntil(lambda: bool(bench.failures) and not bench.worker.schedule.has_work())
    assert [(str(failure.values["path"]), failure.ends) for failure in bench.failures] == [(str(folder), True)]
    assert sum(source.reads.values()) <= 3  # the first frame when it was opened, and what was begun by then
    assert bench.worker.stop(5)


def test_a_take_that_is_taken_away_is_told_once_and_nothing_more_is_computed(qtbot, bench, estimator):
    path = bench.opened[0].results.path
    bench.want(0)
    qtbot.waitUntil(lambda: bench.frames() == [0])
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    bench.worker.set_ahead(True)
    qtbot.waitUntil(lambda: bool(bench.failures) and not bench.worker.schedule.has_work())
    assert [(str(failure.values["file"]), failure.ends) for failure in bench.failures] == [(str(path), True)]
    assert "The take {file} is gone" in bench.failures[0].template
    assert bench.worker.stop(5)
    assert not list(path.parent.glob("*.sqlite"))


def test_what_a_full_disk_kept_from_the_take_is_computed_again_when_there_is_space(qtbot, bench, monkeypatch):
    """Also the last frames, after which nothing more is put; the sentence comes once."""
    monkeypatch.setattr("modules.gui.background.worker.RETRY_S", 0.05)
    connection = bench.worker._take._writer._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}").fetchone()
    bench.worker.set_ahead(True)
    qtbot.waitUntil(lambda: bool(bench.failures))
    qtbot.waitUntil(lambda: len(bench.computed) > 40)  # tried more than once
    count = len(bench.parts.sources["fake"])
    assert len(bench.worker._take.computed(0.0)) < count
    assert ["the disk is full" in failure.template for failure in bench.failures] == [True]
    connection.execute("PRAGMA max_page_count=100000").fetchone()
    qtbot.waitUntil(lambda: len(bench.worker._take.computed(0.0)) == count)
    qtbot.waitUntil(lambda: not bench.worker.schedule.has_work())
    assert len(bench.failures) == 1
