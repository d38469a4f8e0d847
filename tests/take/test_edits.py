"""Edits are applied one after another, on whoever was seen."""

from __future__ import annotations

import numpy as np
import pytest

from modules.take.edits import HIDDEN, Edit, EditKind, apply_edits

#: Frames 0 to 3, two people each, the second missing in frame 3.
FRAMES = np.array([0, 0, 1, 1, 2, 2, 3])
PLACES = np.array([0, 1, 0, 1, 0, 1, 0])
LABELS = np.array([0, 1, 0, 1, 0, 1, 0])
K = EditKind


@pytest.mark.parametrize(
    ("edits", "labels"),
    [
        ([], [0, 1, 0, 1, 0, 1, 0]),
        ([Edit(K.SPLIT, (2, 0))], [0, 1, 0, 1, 2, 1, 2]),
        ([Edit(K.SWAP, (1, 0), (1, 1))], [0, 1, 1, 0, 1, 0, 1]),
        ([Edit(K.SPLIT, (2, 0)), Edit(K.MERGE, (0, 0), (2, 0))], [0, 1, 0, 1, 0, 1, 0]),
        ([Edit(K.MERGE, (0, 0), (0, 1))], [0, 1, 0, 1, 0, 1, 0]),  # both are there: nobody is two
        ([Edit(K.SPLIT, (2, 1)), Edit(K.MERGE, (3, 0), (2, 1))], [0, 1, 0, 1, 0, 2, 0]),
        ([Edit(K.DELETE, (0, 0), span=(1, 2))], [0, 1, HIDDEN, 1, HIDDEN, 1, 0]),
        ([Edit(K.NOT_A_PERSON, (2, 1))], [0, HIDDEN, 0, HIDDEN, 0, HIDDEN, 0]),
        ([Edit(K.NOT_A_PERSON, (2, 1)), Edit(K.SWAP, (0, 0), (0, 1))], [0, HIDDEN, 0, HIDDEN, 0, HIDDEN, 0]),
        ([Edit(K.SPLIT, (9, 0)), Edit(K.SWAP, (0, 0), (9, 9))], [0, 1, 0, 1, 0, 1, 0]),  # frames that are not there
    ],
)
def test_labels(edits, labels):
    assert apply_edits(FRAMES, PLACES, LABELS, edits).labels.tolist() == labels
    assert LABELS.tolist() == [0, 1, 0, 1, 0, 1, 0]


def test_names_go_along_with_people_and_the_last_word_counts():
    rename, again = Edit(K.RENAME, (3, 0), name="Ana"), Edit(K.RENAME, (0, 0), name="Eva")
    assert apply_edits(FRAMES, PLACES, LABELS, [rename]).names == {0: "Ana"}
    assert apply_edits(FRAMES, PLACES, LABELS, [rename, Edit(K.SWAP, (2, 0), (2, 1))]).names == {1: "Ana"}
    assert apply_edits(FRAMES, PLACES, LABELS, [rename, again]).names == {0: "Eva"}
    assert apply_edits(FRAMES, PLACES, LABELS, [rename, Edit(K.RENAME, (0, 0))]).names == {}


@pytest.mark.parametrize(
    "edit",
    [
        Edit(K.SWAP, (1, 0), (1, 1)),
        Edit(K.RENAME, (0, 2), name="김"),
        Edit(K.DELETE, (0, 0), span=(1, 2)),
        Edit(K.DELETE, (0, 0), span=(0, 0)),
    ],
)
def test_edits_come_back(edit):
    assert Edit.from_json(edit.kind.value, edit.to_json()) == edit


def test_what_is_no_edit_is_refused():
    for kind, content in (("swap", "{}"), ("fly", '{"at": [0, 0]}'), ("swap", '{"at": [0]}'), ("swap", "no")):
        with pytest.raises(ValueError):  # noqa: PT011 - several reasons
            Edit.from_json(kind, content)
