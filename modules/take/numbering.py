"""Numbers of people: those that were given out stay as long as they can; in the end they follow from the recording alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Pieces:
    """Everyone seen, one row each, by rising frame, and which rows are one person.

    Attributes:
        frames: int64 [N].
        places: int64 [N], place of the row among its frame's people.
        views: int64 [N], how many views bear the row's person out there.
        labels: int64 [N], from 0, one for each person.
        shown: bool [N], not refused by the ankle rule.
    """

    frames: np.ndarray
    places: np.ndarray
    views: np.ndarray
    labels: np.ndarray
    shown: np.ndarray

    def short(self, shortest: int) -> np.ndarray:
        """bool [K]: people found in fewer than ``shortest`` frames, and in no more than half of those computed around them.

        The second makes nobody short for want of computed frames.
        """
        count = self.labels.max(initial=-1) + 1
        found = np.bincount(self.labels, self.shown, count)
        first, last = np.full(count, np.iinfo(int).max), np.full(count, -1)
        np.minimum.at(first, self.labels, self.frames)
        np.maximum.at(last, self.labels, self.frames)
        computed = np.unique(self.frames)
        around = np.searchsorted(computed, last + shortest, "right") - np.searchsorted(computed, first - shortest)
        return (found < shortest) & (found <= around / 2)

    def final(self, shortest: int) -> np.ndarray:
        """int64 [K]: numbers that depend on nothing but the rows: people as they appear; short ones last.

        Of those who appear together, whom more views see comes first (over all frames), then the surest.
        """
        count = self.labels.max(initial=-1) + 1
        _, row = np.unique(self.labels, return_index=True)  # rows are by rising frame: the first of each
        seen = np.bincount(self.labels, self.views, count) / np.maximum(np.bincount(self.labels, minlength=count), 1)
        order = np.lexsort((self.places[row], -np.round(seen), self.frames[row], self.short(shortest)))
        numbers = np.zeros(count, np.int64)
        numbers[order] = np.arange(1, count + 1)
        return numbers

    def kept(self, given: np.ndarray, edited: bool = False, away: Collection[int] = ()) -> np.ndarray:
        """int64 [K]: everyone's number from those given out before.

        Of pieces that were joined, the longer one's number stays; of one that was divided, the longer part keeps it. Where that
        was edited, the earlier one and the earlier part: nothing changes before the frame of which a user spoke. Others get
        numbers that nobody has any more, then the lowest that are free.

        Args:
            given: int64 [N], the number of each row so far; 0: none.
            edited: whether people are others than before because a user said so.
            away: numbers of those who are nobody, by an edit: nobody else gets them, and they get them back with it.
        """
        count = self.labels.max(initial=-1) + 1
        numbers = np.zeros(count, np.int64)
        old = given > 0
        pairs, first, rows = np.unique(
            np.stack([self.labels[old], given[old]], 1), axis=0, return_index=True, return_counts=True
        )
        taken: set[int] = set()
        for n in np.lexsort((pairs[:, 1], pairs[:, 0], first if edited else -rows)):
            label, number = pairs[n].tolist()
            if not numbers[label] and number not in taken:
                numbers[label] = number
                taken.add(number)
        left = sorted(set(given[old].tolist()) - taken - set(away)) if edited else []
        free = 1
        for label in np.flatnonzero(numbers == 0):  # labels rise as people appear
            while free in taken or free in away:
                free += 1
            numbers[label] = left.pop(0) if left else free
            taken.add(int(numbers[label]))
        return numbers


def renamed(given: np.ndarray, numbers: np.ndarray) -> dict[int, int]:
    """Old number → the number that most of its rows have now, where that is another.

    Args:
        given, numbers: int64 [N], the number of each row before (0: none) and now.
    """
    old = given > 0
    pairs, rows = np.unique(np.stack([given[old], numbers[old]], 1), axis=0, return_counts=True)
    best: dict[int, int] = {}
    for n in np.lexsort((pairs[:, 1], -rows)):
        best.setdefault(int(pairs[n, 0]), int(pairs[n, 1]))
    return {before: now for before, now in best.items() if before != now}
