"""Playing follows the clock."""

from __future__ import annotations

from itertools import pairwise

import pytest

from modules.gui.transport.playback import Playback


class Clock:
    """A clock that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def playback(state):
    clock, waiting = Clock(), [False]
    made = Playback(state, lambda: waiting[0], clock=clock)
    made.clock, made.waiting = clock, waiting
    yield made
    state.set_playing(False)


@pytest.mark.parametrize(("speed", "seconds", "index"), [(1.0, 0.41, 10), (2.0, 0.31, 15), (0.25, 1.0, 6), (1.0, 0.03, 0)])
def test_playing_follows_the_wall_clock(state, playback, speed, seconds, index):
    state.set_speed(speed)  # 25 frames per second
    state.set_playing(True)
    playback.clock.now += seconds
    playback.tick()
    assert state.frame_index == index


def test_ticks_shorter_than_a_frame_add_up(state, playback):
    state.set_playing(True)
    for _ in range(41):
        playback.clock.now += 0.01
        playback.tick()
    assert state.frame_index == 10


def test_playing_asks_for_nothing_while_an_answer_is_awaited(state, playback):
    state.set_playing(True)
    playback.waiting[0] = True
    playback.clock.now += 0.21
    playback.tick()
    assert state.frame_index == 0
    playback.waiting[0] = False
    playback.clock.now += 0.21
    playback.tick()
    assert state.frame_index == 10  # the frames that could not be reached are left out


def test_the_end_loops_or_pauses(state, playback):
    state.set_frame_index(18)
    state.set_playing(True)
    playback.clock.now += 1.0
    playback.tick()
    assert state.frame_index == 0
    state.set_loop(False)
    playback.clock.now += 5.0
    playback.tick()
    assert (state.frame_index, state.playing) == (19, False)


def test_a_jump_while_playing_goes_on_from_there(state, playback):
    state.set_playing(True)
    playback.clock.now += 0.2
    state.set_frame_index(10)
    playback.clock.now += 0.09
    playback.tick()
    assert state.frame_index == 12


def test_playing_at_the_end_begins_again(state, playback):
    state.set_frame_index(19)
    state.set_playing(True)
    assert state.frame_index == 0


def test_frames_are_left_out_evenly_where_drawing_is_slow(state, playback):
    state.set_loop(False)
    shown, drawn = [], []
    state.frame_index_changed.connect(shown.append)
    state.set_playing(True)  # 25 frames a second: one every 40 ms
    while state.playing:
        playback.clock.now += 0.004
        if len(drawn) < len(shown):
            playback.clock.now += 0.07  # drawing takes longer than a frame lasts
            drawn.append(shown[len(drawn)])
            playback.drawn()
        else:
            playback.tick()
    assert shown == sorted(shown)
    steps = [b - a for a, b in pairwise(shown[4:-1])]  # at first it does not know yet how slow it is; the last is the last
    assert set(steps) == {2}


def test_playing_loops_within_the_chosen_range(state, playback):
    state.set_loop_range((5, 9))
    state.set_playing(True)
    assert state.frame_index == 5
    seen = set()
    for _ in range(60):
        playback.clock.now += 0.02
        playback.tick()
        seen.add(state.frame_index)
    assert seen == {5, 6, 7, 8, 9}


def test_the_loop_range_is_kept_within_the_recording(state):
    state.set_loop_range((30, 4))
    assert state.loop_range == (4, 19)
    state.set_loop_range((7, 7))
    assert state.loop_range is None
    state.set_loop_range((2, 5))
    state.set_room(state.room)
    assert state.loop_range is None


def test_pictures_that_must_be_read_come_in_the_files_order_however_long_each_takes(state):
    clock, reads = Clock(), []
    playback = Playback(state, lambda: False, has_picture=lambda index: index in reads, clock=clock)
    state.set_loop(False)
    state.set_playing(True)  # 25 frames a second
    while state.playing:
        clock.now += 0.5  # each reading lasts as long as 12 frames, and longer the more of them it passes
        playback.tick()
        reads.append(state.frame_index)
        playback.drawn()
    assert reads == [*range(1, 20), 19]
