"""Only the newest answer is drawn; streams of changes never queue."""

from __future__ import annotations

from pathlib import Path

import pytest
from gui_fakes import FakeEstimator, FakeSource, FakeWriter

from modules.core.config import load_config
from modules.core.errors import SourceError
from modules.gui.background.controller import Controller
from modules.gui.background.messages import Composition
from modules.gui.state import AppState


class Rig:
    """State and controller on fakes; ``shown`` lists what was drawn."""

    def __init__(self, source: FakeSource, estimator: FakeEstimator) -> None:
        self.sources = {"fake": source}
        self.state = AppState()
        parts = Composition(self._open, lambda _config: estimator, FakeWriter)
        self.controller = Controller(self.state, lambda _config: parts, load_config(None))
        self.shown, self.failures = [], []
        self.controller.result_shown.connect(lambda frame, result: self.shown.append((frame, result)))
        self.controller.failed.connect(self.failures.append)

    def _open(self, path, _format, _offsets):
        if path.name not in self.sources:
            raise SourceError("The folder {folder} holds no recording.", folder=path)
        return self.sources[path.name]

    def frames(self) -> list[int]:
        return [result.frame_index for _, result in self.shown]


@pytest.fixture
def rig(qtbot, source, estimator):
    made = Rig(source, estimator)
    made.controller.configure(made.controller.config)
    made.controller.open(Path("fake"))
    qtbot.waitUntil(lambda: bool(made.shown) and bool(made.shown[-1][1].persons) and not made.controller.pending)
    made.shown.clear()
    estimator.detects.clear()
    estimator.entered.clear()
    yield made
    estimator.gate.set()
    assert made.controller.stop(5)


def block(rig, estimator, frame):
    """Asks for a frame and returns while it is being computed."""
    estimator.gate.clear()
    rig.state.set_frame_index(frame)
    assert estimator.entered.wait(5)


def test_frame_and_result_are_of_the_frame_asked_for(qtbot, rig):
    rig.state.set_frame_index(7)
    qtbot.waitUntil(lambda: rig.frames() == [7])
    assert rig.shown[0][0].index == 7
    assert rig.controller.shown == rig.shown[0]


def test_a_result_of_an_older_generation_is_not_drawn(qtbot, rig, estimator):
    block(rig, estimator, 3)
    rig.state.set_frame_index(9)
    estimator.gate.set()
    qtbot.waitUntil(lambda: 9 in rig.frames())
    assert rig.frames() == [9]


def test_dragging_never_builds_a_queue_and_ends_at_the_last_value(qtbot, rig, estimator):
    rig.controller.begin_stream()
    block(rig, estimator, 1)
    for index in range(2, 19):
        rig.state.set_frame_index(index)
    estimator.gate.set()
    qtbot.waitUntil(lambda: rig.frames() == [1, 18])  # what was being computed, then the newest
    assert estimator.detects == [1, 18]
    rig.controller.end_stream()
    assert not rig.controller.pending


def test_letting_go_asks_at_once(qtbot, rig, estimator):
    rig.controller.begin_stream()
    block(rig, estimator, 1)
    rig.state.set_frame_index(5)
    rig.controller.end_stream()
    estimator.gate.set()
    qtbot.waitUntil(lambda: 5 in rig.frames())
    assert rig.frames() == [5]


def test_holding_a_step_key_gathers_the_steps(qtbot, rig, estimator):
    estimator.gate.clear()
    rig.controller.step(1)
    assert estimator.entered.wait(5)
    for _ in range(6):
        rig.controller.step(1)
    assert rig.state.frame_index == 7
    estimator.gate.set()
    qtbot.waitUntil(lambda: rig.frames() == [1, 7])


def test_stepping_back_to_a_computed_frame_is_instant(qtbot, rig, estimator):
    for index in (1, 2):
        rig.controller.step(1)
        qtbot.waitUntil(lambda expected=index: expected in rig.frames())
    rig.controller.step(-1)
    assert rig.frames() == [1, 2, 1]  # without the event loop: no thread was asked
    assert estimator.detects == [1, 2]


def test_a_frame_that_fails_is_told_and_others_work(qtbot, rig, source):
    source.failures[4] = SourceError("Frame {index} is damaged.", index=4)
    rig.state.set_frame_index(4)
    qtbot.waitUntil(lambda: len(rig.failures) == 1)
    assert not rig.controller.pending
    assert rig.frames() == []
    rig.controller.step(1)
    qtbot.waitUntil(lambda: rig.frames() == [5])


def test_a_failure_pauses_playing(qtbot, rig, source):
    source.failures[2] = SourceError("Frame {index} is damaged.", index=2)
    rig.state.set_speed(0)
    rig.state.set_playing(True)
    qtbot.waitUntil(lambda: len(rig.failures) == 1)
    assert not rig.state.playing


def test_opening_a_broken_recording_keeps_the_open_one(qtbot, rig):
    room = rig.state.room
    rig.controller.open(Path("nowhere"))
    qtbot.waitUntil(lambda: len(rig.failures) == 1)
    assert rig.state.room is room
    rig.state.set_frame_index(3)
    qtbot.waitUntil(lambda: rig.frames() == [3])


def test_a_request_dropped_for_a_broken_recording_is_asked_again(qtbot, rig, estimator):
    block(rig, estimator, 6)
    rig.controller.open(Path("nowhere"))  # waits in the mailbox while frame 6 is computed, which is then given up
    estimator.gate.set()
    qtbot.waitUntil(lambda: len(rig.failures) == 1 and 6 in rig.frames())


def test_another_recording_begins_at_its_first_frame(qtbot, rig):
    rig.state.set_frame_index(5)
    rig.sources["other"] = FakeSource(frames=8, views=2, path="other")
    cleared = []
    rig.controller.cleared.connect(lambda: cleared.append(len(rig.shown)))
    rig.controller.open(Path("other"))
    qtbot.waitUntil(lambda: rig.state.room.info.path == "other" and bool(rig.shown[-1][1].persons))
    assert len(cleared) == 1
    after = rig.shown[cleared[0] :]
    assert {len(frame.cameras) for frame, _ in after} == {2}
    assert rig.frames()[cleared[0] :] == [0] * len(after)
    assert rig.state.frame_count == 8


def test_every_frame_mode_leaves_none_out(qtbot, rig, estimator):
    rig.state.set_speed(0)
    rig.state.set_loop(False)
    rig.state.set_playing(True)
    qtbot.waitUntil(lambda: not rig.state.playing)
    qtbot.waitUntil(lambda: not rig.controller.pending)
    assert rig.frames() == list(range(1, 20))


def test_lod_distance_reuses_the_detection(qtbot, rig, estimator):
    rig.state.set_frame_index(2)
    qtbot.waitUntil(lambda: rig.frames() == [2])
    rig.state.set_lod_distance_mm(1000)
    qtbot.waitUntil(lambda: len(rig.shown) == 2)
    assert estimator.detects == [2]
    assert [result.lod_distance_mm for _, result in rig.shown] == [0.0, 1000.0]
