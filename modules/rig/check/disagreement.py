"""Cameras that do not agree on where people are, for whatever reason.

Two views find somebody together by chance easily, three hardly. So a frame speaks for a view if it finds anybody there together
with two others, and against it if it only finds people together with one other whom a third should see and doesn't, or if it
should see somebody whom three others find. People whom only one or two cameras can see say nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modules.core.geometry import visible_px
from modules.rig.check.hypotheses import EXPLAINED, FALLEN, FEWEST_PEOPLE, HALF_FALLEN, Explained, agreement
from modules.rig.seen.sightings import FEWEST_JOINTS

#: A view disagrees if at most this share of the frames that say anything speak for it, and so many speak against it.
SPEAK_FOR, FEWEST_AGAINST = 0.25, 5
#: A view has its own video and its own pose if this share of the frames speaks for it and people miss by less than this share
#: of their size (median): exchanged cameras opposite each other explain people too, but miss twice as far.
BORNE_OUT, CLOSE_MISS = 0.9, 0.025
#: A view should see somebody of whose joints this share lies in its frame.
IN_FRAME = 0.9


@dataclass(frozen=True)
class Disagreement:
    """Views that do not agree.

    Attributes:
        views: whose. with_the_rest: whether three others or more agree among themselves; else it may be anybody's fault.
        is_sure: whether it contradicts the rig; else most people are just not borne out.
    """

    views: tuple[int, ...]
    with_the_rest: bool
    is_sure: bool


def disagreement(as_is: Explained, usable: np.ndarray) -> Disagreement | None:
    """Who does not agree; None: nobody, or it can't be told. Of two views nothing can be told.

    Args:
        usable: bool [V], views whose people can be believed.
    """
    judged = usable & (as_is.seen >= FEWEST_PEOPLE)
    if judged.sum() < 3:
        return None
    speaks_for, against = votes(as_is)
    share = speaks_for / np.maximum(speaks_for + against, 1)
    bad = judged & (((against >= FEWEST_AGAINST) & (share <= SPEAK_FOR)) | _alone(as_is))
    good = judged & ~bad & (speaks_for >= FEWEST_AGAINST) & (share > 1 - FALLEN)
    if bad.any():
        with_the_rest = bool(good.sum() >= 3)
        return Disagreement(_places(bad if with_the_rest else judged), with_the_rest, True)
    told = judged & (speaks_for + against >= FEWEST_AGAINST)
    if told.sum() >= 3 and (share[told] <= FALLEN).all():
        return Disagreement(_places(told), False, False)
    return None


def all_agree(as_is: Explained) -> bool:
    """Whether every view finds people together with two others in nearly every frame, and closely, whoever else is there."""
    speaks_for, against = votes(as_is)
    enough = (speaks_for >= FEWEST_AGAINST) & (speaks_for > BORNE_OUT * (speaks_for + against))
    return as_is.miss < CLOSE_MISS and bool((enough & (as_is.together > FALLEN * as_is.seen)).all())


def whose_own(as_is: Explained, views: Sequence[int]) -> int | None:
    """Of views that show the same pictures the one that agrees with the other views; None: none of them clearly does."""
    others = [view for view in range(len(as_is.seen)) if view not in views and as_is.seen[view] >= FEWEST_PEOPLE]
    if not others:
        return None
    agree = agreement(as_is)[np.ix_(views, others)].mean(1)
    order = np.argsort(-agree)
    clear = agree[order[0]] >= EXPLAINED and agree[order[1]] <= HALF_FALLEN * agree[order[0]]
    return int(views[order[0]]) if clear else None


def _places(views: np.ndarray) -> tuple[int, ...]:
    return tuple(int(view) for view in np.flatnonzero(views))


def _alone(as_is: Explained) -> np.ndarray:
    """bool [V]: views that hardly ever find anybody together with any other one."""
    there = as_is.matched.members >= 0
    found = np.zeros((int(as_is.matched.frame.max(initial=-1)) + 1, there.shape[1]), bool)
    np.logical_or.at(found, as_is.matched.frame, there)
    return found.sum(0) <= FALLEN * as_is.frames


def votes(as_is: Explained) -> tuple[np.ndarray, np.ndarray]:
    """int [V] each: frames that speak for each view, and those that speak against it and not for it."""
    matched = as_is.matched
    there = matched.members >= 0
    missing = should_see(as_is) & ~there
    many = there.sum(1) >= 3
    in_favour = there & many[:, None]
    against = (there & (~many & missing.any(1))[:, None]) | (missing & many[:, None])
    cast = np.zeros((2, int(matched.frame.max(initial=-1)) + 1, there.shape[1]), bool)
    np.logical_or.at(cast, (0, matched.frame), in_favour)
    np.logical_or.at(cast, (1, matched.frame), against)
    return cast[0].sum(0), (cast[1] & ~cast[0]).sum(0)


def should_see(as_is: Explained) -> np.ndarray:
    """bool [P, V]: whether each of the people in space lies in each view's frame."""
    points = as_is.matched.points
    known = np.isfinite(points).all(-1)
    inside = [np.isfinite(visible_px(points, camera)).all(-1) & known for camera in as_is.hypothesis.cameras]
    share = np.stack(inside, 1).sum(2) / np.maximum(known.sum(1), 1)[:, None]
    return (share >= IN_FRAME) & (known.sum(1) >= FEWEST_JOINTS)[:, None]
