"""The 2D network looks again at everyone whom it saw, in a crop: for calibrations, where pixels count more than time.

In a crop a person is larger than in the network's image of a whole frame, and keypoints are that much more exact (CenterNet's
heatmaps have a cell of four px whatever the size of a person).
"""

from __future__ import annotations

import numpy as np

from modules.core.geometry import apply_affine, frame_to_network, invert_affine
from modules.core.people2d import People2D
from modules.core.skeleton import COCO_NAMES
from modules.core.types import FrameSet
from modules.estimator.people2d import SAME_PERSON, PeopleFinder, turned_back
from modules.estimator.region import region_of

#: The first look's longest side, px (by 320 px far people are missed); side of a crop, px; a crop is so many times as large as
#: the person.
FIRST_PX, CROP_PX, ROOM = 512, 256, 1.33
#: Whose keypoints reach from here to there: with this confidence, so many at least.
CONFIDENT, FEWEST = 0.1, 4


class SecondLook:
    """Implements ``modules.core.people2d.FindPeople2D``.

    Args:
        first: finds people in whole frames. One thread at a time.
    """

    def __init__(self, first: PeopleFinder) -> None:
        self._first = first

    def __call__(self, frame: FrameSet, quarter_turns: tuple[int, ...] | None = None) -> People2D:
        """Everyone in every view; who isn't found again in the crop stays as first seen. As of ``PeopleFinder``."""
        found = self._first(frame, quarter_turns)
        turns = quarter_turns or (0,) * len(frame.images)
        boxes = [
            (view, person, *box)
            for view, people in enumerate(found.views)
            for person, keypoints in enumerate(people)
            if (box := box_of(_in_image(keypoints, frame.shrunk))) is not None
        ]
        crops = [
            np.ascontiguousarray(np.rot90(region_of(frame.images[view], corner, (side, side)), -turns[view]))
            for view, _, corner, side in boxes
        ]
        decoded = self._first.decode(crops, (CROP_PX, CROP_PX)) if crops else []
        views = [people.astype(np.float64) for people in found.views]
        for (view, person, corner, side), again in zip(boxes, decoded, strict=True):
            raw = invert_affine(frame_to_network((side, side), (CROP_PX, CROP_PX)))
            again[..., :2] = turned_back(apply_affine(again[..., :2], raw), turns[view], (side, side)) + corner
            again[..., :2] = frame.shrunk * again[..., :2] + (frame.shrunk - 1) / 2
            views[view][person] = _same(views[view], person, again)
        return People2D(found.frame_index, found.time_s, tuple(views))


def box_of(keypoints: np.ndarray) -> tuple[np.ndarray, int] | None:
    """Upper left corner (int [2]) and side, px, of a square crop around a person [17, 3]; None: hardly anything is sure."""
    sure = keypoints[keypoints[:, 2] >= CONFIDENT, :2]
    if len(sure) < FEWEST:
        return None
    low, high = sure.min(0), sure.max(0)
    side = max(8, 2 * int(np.ceil(ROOM * (high - low).max() / 2)))
    return np.floor((low + high - side) / 2).astype(int), side


def _in_image(keypoints: np.ndarray, shrunk: int) -> np.ndarray:
    """Keypoints [17, 3] of a frame in the px of its smaller image."""
    return np.concatenate([(keypoints[:, :2] - (shrunk - 1) / 2) / shrunk, keypoints[:, 2:]], 1)


def _same(people: np.ndarray, person: int, again: np.ndarray) -> np.ndarray:
    """One of a view's people [P, 17, 3] as seen again among those in the crop [Q, 17, 3]; as first seen if there is none, or
    only somebody else a second time."""
    first = people[person]
    sure = first[:, 2] >= CONFIDENT
    size = float(np.ptp(first[sure, :2], axis=0).max())
    if not len(again):
        return first
    apart = np.median(np.linalg.norm((again - first)[:, sure, :2], axis=-1), axis=1)
    best = int(np.argmin(apart))
    others = np.delete(people, person, axis=0).reshape(-1, len(COCO_NAMES), 3)
    to_others = np.median(np.linalg.norm((others - again[best])[..., :2], axis=-1), axis=1)
    if apart[best] > SAME_PERSON * size or (to_others < SAME_PERSON * size / 2).any():
        return first
    return again[best]
