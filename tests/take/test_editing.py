"""What a user says about people of a take: in the take's own numbers, kept, taken back, said again."""

from __future__ import annotations

import numpy as np
import pytest
from take_fakes import header
from walks import Walker, film, line

from modules.core.edits import EditKind, Editor
from modules.core.errors import TakeError
from modules.take.store import Take

FRAMES = 20
FOLDER = "takes"


@pytest.fixture
def take(tmp_path):
    frames, _ = film([Walker(line((-2000, 0), (20, 0))), Walker(line((2000, 1500), (-20, 0)), 0.8)], FRAMES)
    made = Take.find(tmp_path / FOLDER, header(FRAMES))
    for frame in frames:
        made.put(frame)
    made.settle()
    yield made
    made.close()


def where(take, track_id):
    """x of somebody's root in all frames; NaN where they are not."""
    found = np.full(FRAMES, np.nan)
    for index in range(FRAMES):
        for person in take.result(index, 0.0).persons:
            if person.track_id == track_id:
                found[index] = person.root_world_mm[0]
    return found


def test_two_people_are_swapped_from_a_frame_on_and_back(take):
    one, two = where(take, 1), where(take, 2)
    told = []
    take.listen(told.append)
    number = take.edit(EditKind.SWAP, 1, 12, other=2)
    np.testing.assert_array_equal(where(take, 1), np.concatenate([one[:12], two[12:]]))
    np.testing.assert_array_equal(where(take, 2), np.concatenate([two[:12], one[12:]]))
    take.take_back(number)
    np.testing.assert_array_equal(where(take, 1), one)
    take.take_back(number, back=False)
    np.testing.assert_array_equal(where(take, 2)[12:], one[12:])
    assert len(told) >= 3


@pytest.mark.parametrize("frame", [1, 3, 17, 19])
def test_nothing_changes_before_the_frame_of_a_swap_or_a_split(take, frame):
    one, two = where(take, 1), where(take, 2)
    swap = take.edit(EditKind.SWAP, 1, frame, other=2)
    np.testing.assert_array_equal(where(take, 1), np.concatenate([one[:frame], two[frame:]]))
    np.testing.assert_array_equal(where(take, 2), np.concatenate([two[:frame], one[frame:]]))
    take.take_back(swap)
    np.testing.assert_array_equal(where(take, 1), one)
    split = take.edit(EditKind.SPLIT, 1, frame)
    later = np.arange(FRAMES) >= frame
    np.testing.assert_array_equal(where(take, 1), np.where(later, np.nan, one))
    np.testing.assert_array_equal(where(take, 3), np.where(later, one, np.nan))
    np.testing.assert_array_equal(where(take, 2), two)
    take.take_back(split)
    np.testing.assert_array_equal(where(take, 1), one)


def test_who_comes_in_at_the_frame_of_a_swap_gives_and_gets_a_number(take):
    one, two = where(take, 1), where(take, 2)
    take.edit(EditKind.SPLIT, 2, 8)
    take.edit(EditKind.NOT_A_PERSON, 2, 0)  # 1 and 3 are left, 3 from frame 8 on
    take.edit(EditKind.SWAP, 1, 8, other=3)
    later = np.arange(FRAMES) >= 8
    np.testing.assert_array_equal(where(take, 1), np.where(later, two, one))
    np.testing.assert_array_equal(where(take, 3), np.where(later, one, np.nan))


def test_edits_stay_in_the_take_and_what_was_computed_does_too(take, tmp_path):
    before = [frame.joints_world_mm for frame in map(take.frame, range(FRAMES))]
    take.edit(EditKind.RENAME, 2, 0, name="Ana")
    undone = take.edit(EditKind.DELETE, 1, 5, span=(5, 9))
    take.edit(EditKind.NOT_A_PERSON, 1, 0)
    take.take_back(undone)
    path = take.path
    take.close()
    again = Take(path)
    assert [(person.track_id, person.name) for person in again.people()] == [(2, "Ana")]
    for index, joints in enumerate(before):
        np.testing.assert_array_equal(again.frame(index).joints_world_mm, joints)
    again.close()


def test_deleting_and_splitting(take):
    one = where(take, 1)
    take.edit(EditKind.DELETE, 1, 5, span=(5, 9))
    assert np.isnan(where(take, 1)[5:10]).all()
    take.edit(EditKind.SPLIT, 1, 7)  # who is not there in the frame: from the next one on
    (new,) = {person.track_id for person in take.people()} - {1, 2}
    parts = {1: where(take, 1), new: where(take, new)}
    early, late = sorted(parts, key=lambda number: np.flatnonzero(np.isfinite(parts[number]))[0])
    np.testing.assert_array_equal(parts[early], np.where(np.arange(FRAMES) < 5, one, np.nan))
    np.testing.assert_array_equal(parts[late], np.where(np.arange(FRAMES) > 9, one, np.nan))
    take.edit(EditKind.MERGE, 1, 0, other=new)
    np.testing.assert_array_equal(where(take, 1)[10:], one[10:])
    np.testing.assert_array_equal(where(take, 1)[:5], one[:5])


def test_who_is_not_there_is_told(take):
    assert isinstance(take, Editor)
    with pytest.raises(TakeError, match="no person 9"):
        take.edit(EditKind.RENAME, 9, 0, name="x")


@pytest.mark.parametrize(
    ("kind", "track_id", "frame", "other"),
    [
        (EditKind.SWAP, 1, 0, 2), (EditKind.SWAP, 1, FRAMES, 2), (EditKind.SPLIT, 1, 0, None),
        (EditKind.SPLIT, 2, FRAMES, None), (EditKind.SWAP, 1, 5, 1), (EditKind.MERGE, 2, 5, 2),
    ],
)  # fmt: skip
def test_what_would_change_nothing_is_refused_and_not_kept(take, kind, track_id, frame, other):
    one = where(take, 1)
    with pytest.raises(TakeError, match="change nothing"):
        take.edit(kind, track_id, frame, other=other)
    assert take._read_edits() == ()
    np.testing.assert_array_equal(where(take, 1), one)


def said(take):
    return [(edit.kind, edit.taken_back) for edit in take.edits()]


def test_what_was_said_is_told_when_the_take_is_opened_again(take):
    swap, rename, delete = EditKind.SWAP, EditKind.RENAME, EditKind.DELETE
    take.edit(swap, 1, 12, other=2)
    number = take.edit(rename, 1, 0, name="Ana")
    last = take.edit(delete, 2, 3, span=(3, 4))
    for edit in (last, number):
        take.take_back(edit)
    take.close()
    again = Take(take.path)
    assert said(again) == [(swap, False), (rename, True), (delete, True)]
    assert [edit.number for edit in again.edits()][1:] == [number, last]
    again.edit(EditKind.SPLIT, 2, 8)  # who says something else does not say those any more
    assert said(again) == [(swap, False), (EditKind.SPLIT, False)]
    again.take_back(again.edits()[1].number)
    assert said(again) == [(swap, False), (EditKind.SPLIT, True)]
    again.close()


def test_an_edit_taken_back_before_one_that_holds_is_not_told(take):
    """As another window does."""
    early, late = take.edit(EditKind.RENAME, 1, 0, name="Ana"), take.edit(EditKind.RENAME, 2, 0, name="Bo")
    take.take_back(early)
    assert [edit.number for edit in take.edits()] == [late]


def test_who_is_nobody_keeps_their_number_for_being_somebody_again(take):
    one, two = where(take, 1), where(take, 2)
    nobody = take.edit(EditKind.NOT_A_PERSON, 1, 0)
    assert [person.track_id for person in take.people()] == [2]
    take.edit(EditKind.SPLIT, 2, 10)
    later = np.arange(FRAMES) >= 10
    np.testing.assert_array_equal(where(take, 3), np.where(later, two, np.nan))
    assert np.isnan(where(take, 1)).all()
    take.take_back(nobody)
    assert [person.track_id for person in take.people()] == [1, 2, 3]
    np.testing.assert_array_equal(where(take, 1), one)
    np.testing.assert_array_equal(where(take, 2), np.where(later, np.nan, two))


def test_that_holds_when_the_take_is_opened_again_and_frames_were_deleted(take):
    one = where(take, 1)
    take.edit(EditKind.SPLIT, 1, 10)
    nobody = take.edit(EditKind.DELETE, 3, 10, span=(10, 19))
    take.close()
    again = Take(take.path)
    again.edit(EditKind.SPLIT, 2, 5)
    assert [person.track_id for person in again.people()] == [1, 2, 4]
    again.take_back(nobody)
    np.testing.assert_array_equal(where(again, 3), np.where(np.arange(FRAMES) >= 10, one, np.nan))
    assert np.isfinite(where(again, 4)[5:]).all()
    again.close()


def test_what_another_program_said_is_taken_over(take):
    one, two = where(take, 1), where(take, 2)
    other = Take(take.path)
    assert not other.follow_edits()
    number = take.edit(EditKind.SWAP, 1, 12, other=2)
    told = []
    other.listen(told.append)
    assert other.follow_edits()
    assert len(told) == 1
    np.testing.assert_array_equal(where(other, 1), np.concatenate([one[:12], two[12:]]))
    assert not other.follow_edits()
    assert [edit.number for edit in other.edits()] == [number]
    other.take_back(number)
    assert take.follow_edits()
    np.testing.assert_array_equal(where(take, 1), one)
    other.close()
