"""Who is who: the same frames give the same people whatever the order, and numbers change only where they must."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from modules.core.computed import State
from modules.take.edits import Edit, EditKind
from modules.take.identity import Identities, PeopleRules
from modules.take.linking import GAPS_S
from tests.take.walks import FPS, Walker, film, line

RULES = PeopleRules(lost_s=5.0, shortest=5)
#: Two who pass each other at 0.6 m, one behind them who is hidden for 3.2 s, one who stands.
STREET = (
    Walker(line((-1500, 0), (30, 0))),
    Walker(line((1500, 600), (-30, 0)), 1.08),
    Walker(line((-1500, 1800), (25, 0), away=range(10, 90)), 0.93),
    Walker(line((0, -1500), (0, 0)), 1.02),
)


def identities(rules: PeopleRules = RULES, **given) -> Identities:
    return Identities(rules, FPS, **({"load": list, "numbers": {}, "settled": True} | given))


def numbers_of(known: Identities, frames) -> list[list[int]]:
    return [known.numbers(frame).tolist() for frame in frames]


def assert_one_number_each(numbers, truth):
    """Everyone has one number throughout, and nobody else has it."""
    pairs = {
        (int(who), number) for own, whose in zip(numbers, truth, strict=True) for who, number in zip(whose, own, strict=True)
    }
    assert len(pairs) == len({who for who, _ in pairs}) == len({number for _, number in pairs})


def test_people_keep_their_numbers_through_a_crossing_and_a_gap():
    frames, truth = film(STREET, 100)
    known = identities()
    for frame in frames:
        known.add(frame)
    known.settle()
    assert_one_number_each(numbers_of(known, frames), truth)
    # as they appear, the surest (first in the frame) first
    assert known.numbers(frames[0]).tolist() == [1, 2, 3, 4]
    assert [len(person.frames) for person in known.people()] == [100 if w != 2 else 20 for w in truth[0]]


def test_of_those_who_appear_together_whom_more_views_see_comes_first():
    known = identities()
    frames, truth = film(STREET[:3], 8)
    views = {0: 2, 1: 4, 2: 4}  # by walker
    for frame, whose in zip(frames, truth, strict=True):
        trust = np.zeros((len(frame), 4, frame.joints_world_mm.shape[1]), np.float32)
        for row, who in enumerate(whose):
            trust[row, : views[int(who)]] = 0.05  # 1/mm: surely seen
        known.add(replace(frame, view_trust=trust, seen_off_px=None))
    known.settle()
    order = {int(who): int(number) for who, number in zip(truth[0], known.numbers(frames[0]), strict=True)}
    assert order[0] == 3
    assert sorted(order[who] for who in (1, 2)) == [1, 2]
    first = [int(who) for who in truth[0] if who != 0]
    assert order[first[0]] == 1  # of equal ones, the surest, who is first in the frame


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_the_frames_does_not_matter(seed):
    frames, _ = film(STREET, 100)
    straight, shuffled = identities(), identities()
    for frame in frames:
        straight.add(frame)
    straight.settle()
    rng = np.random.default_rng(seed)
    for n in rng.permutation(100).tolist():
        shuffled.add(frames[n])
        if rng.random() < 0.3:
            shuffled.work_out()  # whoever looks in between
    shuffled.settle()
    assert numbers_of(shuffled, frames) == numbers_of(straight, frames)


def test_a_part_of_the_frames_gives_the_same_people_whatever_the_order():
    frames, _ = film(STREET, 100)
    some = np.random.default_rng(1).permutation(100)[:40].tolist()
    found = []
    for order in (sorted(some), some, some[::-1]):
        known = identities()
        for n in order:
            known.add(frames[n])
        known.settle()
        found.append(numbers_of(known, [frames[n] for n in sorted(some)]))
    assert found[0] == found[1] == found[2]


def test_numbers_stay_while_frames_come_in_and_the_longer_piece_keeps_its_own():
    frames, _ = film([Walker(line((-1000, 0), (60, 0))), Walker(line((0, 2000), (0, 0)), 1.1)], 40)
    known = identities(PeopleRules(lost_s=0.1, shortest=1))
    given: dict[int, list[int]] = {}
    changed = []
    for n in [*range(25, 32), *range(14), *range(32, 40)]:
        known.add(frames[n])
        changed.append(known.work_out())
        given[n] = known.numbers(frames[n]).tolist()
    # frames 0–13 hold other numbers than the piece that was there first; nobody changed
    assert not any(changed)
    assert [known.numbers(frames[n]).tolist() for n in given] == list(given.values())
    late, early = set(given[25]), set(given[0])
    assert not late & early
    for n in range(14, 22):
        known.add(frames[n])
        assert known.work_out() == {}
    known.add(frames[22])  # near enough to frame 25
    joined = known.work_out()
    # frames 0–22 became longer than frames 25–39
    assert set(joined) == late
    assert set(joined.values()) == early
    assert set(known.numbers(frames[30]).tolist()) == early


def test_the_shorter_piece_takes_the_longer_ones_number():
    frames, _ = film([Walker(line((0, 0), (60, 0)))], 30)
    known = identities(PeopleRules(lost_s=0.1, shortest=1))
    for n in [*range(3), *range(10, 30)]:
        known.add(frames[n])
        known.work_out()
    assert (known.numbers(frames[0]).tolist(), known.numbers(frames[20]).tolist()) == ([1], [2])
    for n in range(3, 10):
        known.add(frames[n])
    assert known.work_out() == {1: 2}
    assert known.settle() == {2: 1}  # in the end numbers follow from the frames alone


def test_a_new_frame_has_numbers_at_once_and_they_are_the_neighbours():
    frames, truth = film(STREET[:2], 20)
    known = identities()
    for frame in frames[:10]:
        known.add(frame)
    known.work_out()
    known.add(frames[10])
    assert known.dirty
    assert_one_number_each([known.numbers(frame).tolist() for frame in frames[9:11]], truth[9:11])


@pytest.mark.parametrize("gap_s", [*GAPS_S, 4.0])
def test_lost_people_are_found_again_up_to_the_limit(gap_s):
    away = range(20, 20 + round(gap_s * FPS))
    walkers = [Walker(line((-500, 0), (8, 0), away=away)), Walker(line((0, 1500), (0, 0)), 1.1)]
    frames, truth = film(walkers, away.stop + 20)
    known = identities()
    for frame in frames:
        known.add(frame)
    known.settle()
    assert_one_number_each(numbers_of(known, frames), truth)
    shy = identities(PeopleRules(lost_s=gap_s - 0.1, shortest=5))
    for frame in frames:
        shy.add(frame)
    shy.settle()
    assert len(shy.people()) == 3


def test_bodies_and_clothes_tell_who_comes_back():
    away = range(30, 80)

    def crossing(number):
        side = 400 if number == 0 else -400
        return lambda n: None if n in away else (side if n < 30 else -side, 0.0)

    for walkers in (
        [Walker(crossing(0), 0.9), Walker(crossing(1), 1.1)],
        [Walker(crossing(0), colors=40.0), Walker(crossing(1), colors=200.0)],
    ):
        frames, truth = film(walkers, 110)
        known = identities()
        for frame in frames:
            known.add(frame)
        known.settle()
        assert_one_number_each(numbers_of(known, frames), truth)


def test_ghosts_are_short_and_come_last():
    ghost = Walker(lambda n: (2000.0, 2000.0) if n in (0, 1, 2) else None)
    frames, truth = film([ghost, *STREET[:2]], 30)
    known = identities()
    for frame in frames:
        known.add(frame)
    known.settle()
    assert [person.short for person in known.people()] == [False, False, True]
    place = int(np.flatnonzero(truth[0] == 0)[0])
    assert known.numbers(frames[0])[place] == 3


def test_nobody_is_short_for_want_of_frames():
    frames, _ = film(STREET[:2], 30)
    known = identities()
    for n in (3, 20):
        known.add(frames[n])
    known.settle()
    assert not any(person.short for person in known.people())


def test_people_refused_by_the_ankle_rule_throughout_are_short():
    frames, truth = film(STREET[:2], 20)
    known = identities()
    for frame, whose in zip(frames, truth, strict=True):
        known.add(replace(frame, states=np.where(whose == 0, State.REFUSED, State.POSED)))
    known.settle()
    assert [person.short for person in known.people()] == [False, True]


def test_roots_alone_are_told_apart_too():
    frames, truth = film(STREET, 60)
    known = identities()
    for frame in frames:
        blank = np.full_like(frame.joints_world_mm, np.nan)
        known.add(replace(frame, states=np.full(len(frame), State.ROOT), joints_world_mm=blank))
    known.settle()
    assert_one_number_each(numbers_of(known, frames[:10]), truth[:10])


def test_frames_without_people_and_no_frames_at_all():
    known = identities()
    assert known.settle() == {}
    assert known.people() == ()
    for frame in film([Walker(lambda n: None)], 3)[0]:
        known.add(frame)
    assert known.settle() == {}
    assert known.people() == ()


def test_kept_numbers_are_taken_up_without_reading_the_frames():
    def never():
        raise AssertionError("frames were read")

    frames, _ = film(STREET, 10)
    known = identities()
    for frame in frames:
        known.add(frame)
    known.settle()
    again = identities(load=never, numbers=known.kept())
    assert numbers_of(again, frames) == numbers_of(known, frames)
    stale = identities(load=lambda: frames, settled=False, numbers={0: np.array([7, 8, 9, 5])})
    assert stale.numbers(frames[9]).tolist() == [
        {1: 7, 2: 8, 3: 9, 4: 5}[n] for n in known.numbers(frames[9]).tolist()
    ]  # worked out again, the old numbers staying where they were


def test_edits_count_more():
    frames, _ = film(STREET[:2], 20)
    known = identities()
    for frame in frames:
        known.add(frame)
    known.settle()
    swap = Edit(EditKind.SWAP, (10, 0), (10, 1))
    before = numbers_of(known, frames)
    known.edit((swap, Edit(EditKind.RENAME, (0, 0), name="Ana")))
    after = numbers_of(known, frames)
    assert after[:10] == before[:10]
    assert after[10:] == [[3 - n for n in own] for own in before[10:]]
    assert [person.name for person in known.people()] == ["Ana", ""]
    known.edit((Edit(EditKind.NOT_A_PERSON, (5, 1)),))
    assert all(sorted(own) == [0, 1] for own in numbers_of(known, frames))
    assert len(known.people()) == 1
