"""Names of people in the state: those of what is open, at the numbers of now, read beside the window."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from modules.core.errors import TakeError
from modules.core.protocols import TakeChange, TakePerson
from modules.gui.background.names import NamesReader
from modules.gui.state import AppState

WAIT_S = 20.0


class Results:
    """People by number; ``gate`` holds a reading up."""

    def __init__(self, names: dict[int, str]) -> None:
        self.names, self.error = names, None
        self.gate = threading.Event()
        self.gate.set()
        self.reads = 0

    def people(self) -> tuple[TakePerson, ...]:
        self.reads += 1
        names = dict(self.names)
        assert self.gate.wait(WAIT_S)
        if self.error is not None:
            raise self.error
        return tuple(TakePerson(number, name, np.arange(3), False) for number, name in names.items())


@pytest.fixture
def state(qapp):
    return AppState()


@pytest.fixture
def reader(state):
    made = NamesReader(state)
    yield made
    made.stop()


def test_names_of_the_results_that_are_open(qtbot, state, reader):
    first, second = Results({1: "Ann", 2: ""}), Results({4: "Bo"})
    reader.set_results(first)
    qtbot.waitUntil(lambda: state.names == {1: "Ann"})
    first.gate.clear()
    reader.on_change(TakeChange(None, {}))
    qtbot.waitUntil(lambda: first.reads == 2)
    reader.set_results(second)  # while the others are read
    assert state.names == {}
    seen = []
    state.names_changed.connect(seen.append)
    first.gate.set()
    qtbot.waitUntil(lambda: state.names == {4: "Bo"})
    assert seen == [{4: "Bo"}]


def test_a_name_given_while_names_are_read_is_not_lost(qtbot, state, reader):
    results = Results({1: ""})
    results.gate.clear()
    reader.set_results(results)
    qtbot.waitUntil(lambda: results.reads == 1)
    results.names = {1: "Ann"}
    reader.on_change(TakeChange(None, {}))
    results.gate.set()
    qtbot.waitUntil(lambda: state.names == {1: "Ann"})


def test_names_go_along_with_numbers_and_frames_alone_read_nothing(qtbot, state, reader):
    results = Results({1: "Ann", 2: "Bo"})
    reader.set_results(results)
    qtbot.waitUntil(lambda: len(state.names) == 2)
    results.gate.clear()
    reader.on_change(TakeChange(7, {}))
    assert results.reads == 1
    reader.on_change(TakeChange(8, {1: 2, 2: 5}))
    assert state.names == {2: "Ann", 5: "Bo"}
    results.names = {2: "Ann", 5: "Bo"}
    results.gate.set()


def test_what_cant_be_read_is_told(qtbot, state, reader):
    results = Results({})
    results.error = TakeError("The take {file} is missing.", file="x")
    with qtbot.waitSignal(reader.failed, timeout=5000) as told:
        reader.set_results(results)
    assert told.args == [results.error]
    assert state.names == {}
