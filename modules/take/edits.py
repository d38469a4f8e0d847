"""What a user says about who is who, on top of what was worked out: applied in the order in which it was said.

An edit names people by somebody who was seen: the place among a frame's people. So it holds whatever numbers people have and
however many more frames are computed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from modules.core.edits import EditKind

#: (frame, place among its people)
Sight = tuple[int, int]
HIDDEN = -1


@dataclass(frozen=True)
class Edit:
    """One of them.

    Attributes:
        kind: what is said.
        at: of whom.
        other: the second one, for MERGE and SWAP.
        name: for RENAME; "": the number again.
        span: first and last frame, for DELETE.
    """

    kind: EditKind
    at: Sight
    other: Sight | None = None
    name: str = ""
    span: tuple[int, int] | None = None

    def to_json(self) -> str:
        """What is kept besides the kind."""
        values = {"at": self.at, "other": self.other, "name": self.name, "span": self.span}
        return json.dumps({key: value for key, value in values.items() if value}, ensure_ascii=False)

    @classmethod
    def from_json(cls, kind: str, content: str) -> Edit:
        """ValueError, TypeError or KeyError for anything that ``to_json`` did not write."""
        values: Mapping[str, Any] = json.loads(content)

        def pair(key: str) -> tuple[int, int] | None:
            if values.get(key) is None:
                return None
            first, second = values[key]
            return int(first), int(second)

        at = pair("at")
        if at is None:
            raise ValueError("an edit of nobody")
        return cls(EditKind(kind), at, pair("other"), str(values.get("name", "")), pair("span"))


@dataclass(frozen=True, eq=False)
class Edited:
    """What the edits make of the labels.

    Attributes:
        labels: int64 [N]; HIDDEN where nobody is.
        names: label → name.
    """

    labels: np.ndarray
    names: Mapping[int, str] = field(default_factory=dict)


def apply_edits(frames: np.ndarray, places: np.ndarray, labels: np.ndarray, edits: Sequence[Edit]) -> Edited:
    """The labels after all edits; those of people who are not there (frames not computed any more) are passed over.

    Args:
        frames, places, labels: int64 [N], as in ``Pieces``.
    """
    labels = labels.copy()
    row_of = {sight: row for row, sight in enumerate(zip(frames.tolist(), places.tolist(), strict=True))} if edits else {}
    named: dict[int, str] = {}
    for edit in edits:
        row, other = row_of.get(edit.at), row_of.get(edit.other) if edit.other else None
        if row is None or labels[row] == HIDDEN:
            continue
        if edit.kind is EditKind.RENAME:
            named.pop(row, None)  # the last word counts
            named[row] = edit.name
        elif edit.kind is EditKind.NOT_A_PERSON:
            labels[labels == labels[row]] = HIDDEN
        elif edit.kind is EditKind.DELETE and edit.span:
            within = (frames >= edit.span[0]) & (frames <= edit.span[1])
            labels[(labels == labels[row]) & within] = HIDDEN
        elif edit.kind is EditKind.SPLIT:
            labels[(labels == labels[row]) & (frames >= edit.at[0])] = labels.max() + 1
        elif other is not None and labels[other] != HIDDEN:
            _merge_or_swap(edit, frames, labels, int(labels[row]), int(labels[other]))
    names = {int(labels[row]): name for row, name in named.items() if labels[row] != HIDDEN}
    return Edited(labels, {label: name for label, name in names.items() if name})


def _merge_or_swap(edit: Edit, frames: np.ndarray, labels: np.ndarray, one: int, two: int) -> None:
    is_one, is_two = labels == one, labels == two
    if edit.kind is EditKind.MERGE:
        # where both are in a frame, the second can't be the first as well
        labels[is_two & ~np.isin(frames, frames[is_one])] = one
    elif edit.kind is EditKind.SWAP:
        later = frames >= edit.at[0]
        labels[is_one & later], labels[is_two & later] = two, one
