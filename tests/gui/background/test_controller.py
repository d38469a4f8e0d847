"""What is there is shown at once, what is missing is asked for once, and only what the state asks for is shown."""

from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path

import pytest
from gui_fakes import FakeSource
from PyQt5.QtCore import QCoreApplication, QTimer
from window_fakes import Parts

from modules.core.config import load_config
from modules.core.errors import SourceError
from modules.core.protocols import TakeChange
from modules.gui.background.controller import Controller
from modules.gui.background.messages import Configured
from modules.gui.state import HEATMAP_ALL, AppState

BIG = (1280, 960)  # copies of it are half as large


class Rig:
    """State and controller on fakes; ``shown`` lists what was drawn."""

    def __init__(self, parts: Parts, ahead: bool = False) -> None:
        self.parts = parts
        self.state = AppState()
        self.state.set_computing_ahead(ahead)
        config = load_config(None)
        self.controller = Controller(self.state, parts.compose, config)
        self.shown, self.failures = [], []
        self.controller.result_shown.connect(lambda frame, result: self.shown.append((frame, result)))
        self.controller.result_shown.connect(lambda *_: QTimer.singleShot(0, self.controller.drawn))
        self.controller.failed.connect(self.failures.append)

    def frames(self) -> list[int]:
        """Indexes of what was drawn with its people, repetitions (a sharper picture) left out."""
        found = [frame.index for frame, result in self.shown if result is not None]
        return [index for n, index in enumerate(found) if n == 0 or found[n - 1] != index]


def start(qtbot, parts: Parts, ahead: bool = False) -> Rig:
    made = Rig(parts, ahead)
    made.controller.load()
    made.controller.open(Path("fake"))
    qtbot.waitUntil(lambda: bool(made.shown) and made.shown[-1][1] is not None and not made.controller.pending)
    return made


@pytest.fixture
def rig(qtbot, parts, estimator):
    made = start(qtbot, parts)
    made.shown.clear()
    estimator.detects.clear()
    estimator.entered.clear()
    yield made
    estimator.gate.set()
    assert made.controller.stop(5)


@pytest.fixture
def computed(qtbot, parts, estimator):
    """All frames are computed, the small copies are on disk, and the recording is opened anew."""
    parts.sources["fake"] = FakeSource(size=BIG)
    first = start(qtbot, parts, ahead=True)
    qtbot.waitUntil(lambda: first.controller.pace.frames_left == 0)
    assert first.controller.stop(5)
    parts.sources["fake"] = FakeSource(size=BIG)
    made = start(qtbot, parts)
    qtbot.waitUntil(lambda: made.shown[-1][0].shrunk == 1)
    made.shown.clear()
    estimator.detects.clear()
    yield made
    assert made.controller.stop(5)


def block(rig, estimator, frame):
    """Asks for a frame and returns while it is being computed."""
    estimator.gate.clear()
    rig.state.set_frame_index(frame)
    assert estimator.entered.wait(5)


def test_frame_and_result_are_of_the_frame_asked_for(qtbot, rig):
    rig.state.set_frame_index(7)
    qtbot.waitUntil(lambda: rig.frames()[-1:] == [7])
    assert rig.shown[-1][0].index == rig.shown[-1][1].frame_index == 7
    assert rig.controller.shown == rig.shown[-1]


def test_pictures_come_before_the_people(qtbot, rig, estimator):
    block(rig, estimator, 3)
    qtbot.waitUntil(lambda: bool(rig.shown))
    assert [(frame.index, result) for frame, result in rig.shown] == [(3, None)]
    estimator.gate.set()
    qtbot.waitUntil(lambda: rig.frames() == [3])


def test_a_frame_that_nobody_looks_at_any_more_is_not_drawn(qtbot, rig, estimator):
    block(rig, estimator, 3)
    rig.state.set_frame_index(9)
    estimator.gate.set()
    qtbot.waitUntil(lambda: 9 in rig.frames())
    assert rig.frames() == [9]


def test_dragging_never_builds_a_queue_and_ends_at_the_last_value(qtbot, rig, estimator):
    block(rig, estimator, 1)
    for index in range(2, 19):
        rig.state.set_frame_index(index)
    estimator.gate.set()
    qtbot.waitUntil(lambda: rig.frames() == [18])
    assert estimator.detects == [1, 18]


def test_computed_frames_are_shown_without_the_event_loop(rig, computed, estimator):
    for index in (5, 12, 11, 19):
        computed.state.set_frame_index(index)
        frame, result = computed.shown[-1]
        assert frame.index == result.frame_index == index
        assert frame.shrunk == 2
    assert estimator.detects == []


def test_the_whole_picture_follows_when_the_playhead_rests(qtbot, computed, parts):
    reads = parts.sources["fake"].reads
    reads.clear()
    for index in range(3, 9):
        computed.state.set_frame_index(index)
    qtbot.waitUntil(lambda: computed.shown[-1][0].shrunk == 1)
    assert computed.shown[-1][0].index == 8
    assert computed.shown[-1][1] is not None
    assert set(reads) <= {8}  # none of those that were passed


def test_a_held_key_shows_the_frames_that_it_passes(computed):
    for _ in range(8):
        computed.controller.step(1)
        for _ in range(3):
            QCoreApplication.processEvents()
    assert computed.frames() == list(range(1, 9))


def test_steps_faster_than_the_drawing_are_gathered(computed):
    computed.shown.clear()  # the first frame's picture may be handed on once more between the fixture and the test
    for _ in range(8):
        computed.controller.step(1)
    for _ in range(3):
        QCoreApplication.processEvents()
    assert computed.frames() == [1, 8]


def test_lod_distance_asks_the_take_first(computed, estimator):
    for distance in (1000.0, 2000.0, 500.0, 0.0):
        computed.state.set_lod_distance_mm(distance)
        assert computed.shown[-1][1].lod_distance_mm == distance
    assert estimator.detects == []
    assert [len(result.persons) for _, result in computed.shown] == [2, 2, 2, 2]


def test_the_people_of_before_stay_until_those_who_came_into_range_are_computed(qtbot, rig, estimator):
    rig.state.set_lod_distance_mm(1000.0)
    rig.state.set_frame_index(4)
    qtbot.waitUntil(lambda: rig.frames()[-1:] == [4])
    estimator.gate.clear()
    rig.state.set_lod_distance_mm(2000.0)
    assert rig.controller.pending
    assert rig.controller.shown[1].lod_distance_mm == 1000.0
    estimator.gate.set()
    qtbot.waitUntil(lambda: rig.controller.shown[1].lod_distance_mm == 2000.0)


def test_a_frame_that_fails_is_told_and_others_work(qtbot, rig, parts):
    parts.sources["fake"].failures[4] = SourceError("Frame {index} is damaged.", index=4)
    rig.state.set_frame_index(4)
    qtbot.waitUntil(lambda: len(rig.failures) >= 1)
    assert not rig.controller.pending or rig.state.frame_index != 4
    assert 4 not in rig.frames()
    rig.state.set_frame_index(5)
    qtbot.waitUntil(lambda: rig.frames()[-1:] == [5])


def test_a_recording_that_is_deleted_while_it_plays_stops_where_it_is_shown(qtbot, rig, parts, tmp_path):
    source = parts.sources["fake"]
    for index in range(4, 20):
        source.failures[index] = OSError("no such file")
    rig.state.set_speed(0)
    rig.state.set_playing(True)
    qtbot.waitUntil(lambda: not rig.state.playing)
    qtbot.waitUntil(lambda: any("is gone" in failure.template for failure in rig.failures))
    qtbot.waitUntil(lambda: rig.controller.shown[0].index == rig.state.frame_index)
    assert rig.state.frame_index <= 4


def test_what_was_on_its_way_when_it_was_stopped_begins_nothing(qtbot, rig):
    told = []
    rig.controller.recording_opened.connect(told.append)
    rig.controller.configured.connect(told.append)
    reader, opened = rig.controller.reader, rig.controller.opened
    assert rig.controller.stop(5)
    rig.controller.worker.opened.emit(opened)
    rig.controller.worker.configured.emit(Configured(rig.controller.config, opened.results))
    assert told == []
    assert rig.controller.reader is reader


def test_opening_a_broken_recording_keeps_the_open_one(qtbot, rig):
    room = rig.state.room
    rig.controller.open(Path("nowhere"))
    qtbot.waitUntil(lambda: len(rig.failures) == 1)
    assert rig.state.room is room
    rig.state.set_frame_index(3)
    qtbot.waitUntil(lambda: rig.frames() == [3])


def test_another_recording_begins_at_its_first_frame(qtbot, rig):
    rig.state.set_frame_index(5)
    rig.parts.sources["other"] = FakeSource(frames=8, views=2, path="other")
    cleared = []
    rig.controller.cleared.connect(lambda: cleared.append(len(rig.shown)))
    rig.controller.open(Path("other"))
    qtbot.waitUntil(lambda: rig.state.room.info.path == "other" and rig.shown[-1][1] is not None)
    assert len(cleared) == 1
    after = rig.shown[cleared[0] :]
    assert {len(frame.cameras) for frame, _ in after} == {2}
    assert {frame.index for frame, _ in after} == {0}
    assert rig.state.frame_count == 8


def test_the_pictures_of_the_recording_before_are_let_go_of(qtbot, rig):
    before = weakref.ref(rig.controller.reader)
    rig.parts.sources["other"] = FakeSource(frames=8, views=2, path="other")
    rig.controller.open(Path("other"))
    qtbot.waitUntil(lambda: rig.state.room.info.path == "other")

    def gone():
        gc.collect()
        return before() is None

    qtbot.waitUntil(gone)


def test_every_frame_mode_leaves_none_out_and_waits_for_the_people(qtbot, rig):
    rig.state.set_speed(0)
    rig.state.set_loop(False)
    rig.state.set_playing(True)
    qtbot.waitUntil(lambda: not rig.state.playing, timeout=20000)
    qtbot.waitUntil(lambda: not rig.controller.pending)
    assert rig.frames() in (list(range(1, 20)), list(range(20)))  # frame 0 again, where its whole picture came late


def test_playing_by_the_clock_waits_for_no_network(qtbot, rig, estimator):
    estimator.gate.clear()
    rig.state.set_loop(False)
    rig.state.set_playing(True)
    qtbot.waitUntil(lambda: not rig.state.playing)
    assert rig.state.frame_index == 19
    drawn = [frame.index for frame, _ in rig.shown]
    assert drawn == sorted(drawn)
    assert len(drawn) > 3
    assert set(estimator.detects) <= {19}  # where it came to rest
    estimator.gate.set()
    qtbot.waitUntil(lambda: rig.frames()[-1:] == [19])  # now somebody waits for it


def test_the_chosen_person_is_followed_when_numbers_change(rig):
    rig.state.set_selection(2)
    rig.controller._on_take_changed(TakeChange(3, {2: 7, 1: 5}))
    assert rig.state.selection == 7
    rig.controller._on_take_changed(TakeChange(4, {3: 1}))
    assert rig.state.selection == 7


def test_heatmaps_are_shown_where_the_overlay_wants_them(qtbot, computed, estimator):
    assert computed.controller.shown[1].heatmaps is None
    computed.state.set_heatmap_joint(HEATMAP_ALL)
    qtbot.waitUntil(lambda: computed.controller.shown[1].heatmaps is not None)
    assert estimator.detects == [0]


def test_only_what_depends_on_a_setting_is_done_anew(qtbot, computed, parts):
    configured, opened = [], []
    computed.controller.configured.connect(configured.append)
    computed.controller.recording_opened.connect(opened.append)
    results, loads = computed.controller.results, parts.loads
    computed.controller.configure(load_config(None, {"LOD.DISTANCE_MM": 1000.0, "CACHE.MEMORY_MB": 64}))
    qtbot.waitUntil(lambda: len(configured) == 1)
    assert computed.state.lod_distance_mm == 1000.0
    assert (computed.controller.results, parts.loads) == (results, loads)
    computed.controller.configure(load_config(None, {"LOD.DISTANCE_MM": 1000.0, "RUNTIME.THREADS": 1}))
    qtbot.waitUntil(lambda: len(configured) == 2)
    assert (computed.controller.results, parts.loads) == (results, loads + 1)
    assert len(results.computed(0.0)) == 20
    computed.controller.configure(load_config(None, {"LOD.DISTANCE_MM": 1000.0, "REFINE.THRESHOLD": 0.25}))
    qtbot.waitUntil(lambda: len(configured) == 3)
    assert parts.loads == loads + 2
    assert len(computed.controller.results.computed(0.0)) == 0
    assert opened == []


def test_coordinates_change_while_the_network_loads_and_it_is_loaded_all_the_same(qtbot, parts, estimator):
    go, loading = threading.Event(), threading.Event()
    make = parts._make

    def slow():
        loading.set()
        assert go.wait(5)
        return make()

    parts._make = slow
    made = Rig(parts)
    made.controller.load()
    made.controller.open(Path("fake"))
    qtbot.waitUntil(lambda: made.state.room is not None and loading.is_set())
    made.controller.tell_in("level")
    assert made.state.room.coordinates == "level"
    made.controller.configure(load_config(None, {"CACHE.MEMORY_MB": 64, "RIG.WORLD": "level"}))
    go.set()
    qtbot.waitUntil(lambda: bool(made.shown) and made.shown[-1][1] is not None and not made.controller.pending)
    assert (made.controller.config.RIG.WORLD, made.controller.config.CACHE.MEMORY_MB) == ("level", 64)
    assert made.state.room.coordinates == "level"
    assert made.controller.stop(5)


def test_saved_results_show_without_pictures(qtbot, computed, parts, estimator):
    path = computed.controller.results.path
    computed.controller.open(path)
    qtbot.waitUntil(lambda: not computed.controller.opened.can_compute)
    computed.state.set_frame_index(6)
    frame, result = computed.shown[-1]
    assert (frame.index, result.frame_index, len(result.persons)) == (6, 6, 2)
    assert frame.shrunk > 1
    assert estimator.detects == []


def test_while_it_is_held_only_what_somebody_waits_for_is_computed(qtbot, rig, estimator):
    rig.controller.hold_ahead(True)
    rig.state.set_computing_ahead(True)
    rig.state.set_frame_index(9)
    qtbot.waitUntil(lambda: rig.frames()[-1:] == [9])
    assert set(estimator.detects) <= {9}
    rig.controller.hold_ahead(False)
    qtbot.waitUntil(lambda: rig.controller.pace.frames_left == 0)


def test_while_steps_follow_one_another_copies_are_shown_and_then_the_whole_picture(qtbot, computed):
    for index in (4, 5):
        computed.state.set_frame_index(index)
        qtbot.waitUntil(lambda wanted=index: computed.shown[-1][0].index == wanted and computed.shown[-1][0].shrunk == 1)
    computed.shown.clear()
    computed.state.set_frame_index(4)  # read a moment ago: both are there
    computed.state.set_frame_index(5)
    assert computed.shown[-1][0].shrunk > 1
    qtbot.waitUntil(lambda: computed.shown[-1][0].shrunk == 1)
    assert computed.shown[-1][0].index == 5
