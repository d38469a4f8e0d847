"""A rig's calibration from nothing but people: where every camera stands, whoever walks there.

Pairs of views first: which stretch of a person in one view is which in the other is not known, so each pair of stretches
proposes a relative pose, and the one that explains most of all people's time is believed. From the best pairs the rig grows,
view by view (pose from points), everyone's identity decided anew each time, and bundle adjustment with constant bones settles
it. What a rig from people can't have by itself is a place, a direction and a unit: see ``anchor.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from modules.core.errors import SourceError
from modules.core.geometry import undistort
from modules.core.people2d import People2D
from modules.core.types import Camera
from modules.rig.adjust.bundle import NEAR_ROBUST_SD, ROBUST_SD, Adjusted, Freedom, Observations, adjust
from modules.rig.adjust.lengths import bone_lengths
from modules.rig.adjust.noise import with_measured_noise
from modules.rig.adjust.one_thread import on_one_thread
from modules.rig.adjust.stretches import alike, joined, with_identity
from modules.rig.adjust.tracklets import Tracklet, follow, identify, observations
from modules.rig.people.essential import absolute_pose
from modules.rig.people.pairs import FEWEST_TOGETHER, Proposal, TwoViews
from modules.rig.people.pairs import placed as placed_by
from modules.rig.seen.body import BONE_NAMES, SEGMENTS, STATURE_MM, handedness, statures
from modules.rig.seen.rays import meet

#: Seeds that a rig is grown from, and instants of a fit while it grows, while focal lengths are tried, and at the end; and
#: instants that bones are measured at.
SEEDS, GROWING, TRYING, FINAL, MEASURED = 2, 100, 50, 320, 1000
#: Fits after the rig has grown: two of all cameras, one of the bones.
FINISHING = 3
#: What intrinsics that are said to be known may still be off by, those guessed from the frame's size, and those of which one
#: focal length is all that is missing.
KNOWN = Freedom(focal=0.004, point=0.003)
GUESSED = Freedom(focal=0.25, point=0.01, k1=0.05)
FOCAL_UNKNOWN = Freedom(focal=0.25, point=0.003)
#: A guessed focal length: these shares of the frame's longer side are tried.
FOCAL_SHARES = (0.65, 0.85, 1.1, 1.5, 2.1)
#: People who are seen by two cameras together for less than this, s (to a frame), say nothing that can be relied on.
BRIEF_S, FRAME_S = 1.0, 0.05
_FREE = Freedom(turn_deg=np.inf, center_mm=np.inf)


@dataclass(frozen=True, eq=False)
class Grown:
    """A rig in a world of its own: the first view's axes, lengths as if people were of mean stature.

    Attributes:
        cameras: V. adjusted: the last fit. seen: what it was fitted to. whose: int [tracklets].
        explained: share of people's time in views (of those who could be seen elsewhere) that the rig explains.
        handed: share of people whose front is in front (``body.handedness``).
        bones_mm, bones_sd: float64 [people, len(BONES)]: lengths freed of what noise adds to them (``lengths``; those of
            ``adjusted`` are too long) and their standard deviations, relative; NaN: not known.
        explained_in: float64 [V]: ``explained`` of each view by itself; NaN: nobody there could be seen elsewhere.
        stretches: how many stretches of people's time err by themselves (``stretches.ALIKE_S``); the standard deviations of
            ``adjusted`` and of bones are by these, not by frames.
        focal_share: the guess of a focal length that it was grown from, share of the frame's longer side; NaN: they were known.
        borne_out: ``explained`` less one view for each person and instant: somebody whom views 1 and 2, and views 3 and 4, see
            as one is explained as well as if all four did, but less of it is borne out.
    """

    cameras: tuple[Camera, ...]
    adjusted: Adjusted
    seen: Observations
    whose: np.ndarray
    explained: float
    handed: float
    bones_mm: np.ndarray = field(default_factory=lambda: np.zeros((0, len(BONE_NAMES))))
    bones_sd: np.ndarray = field(default_factory=lambda: np.zeros((0, len(BONE_NAMES))))
    explained_in: np.ndarray = field(default_factory=lambda: np.zeros(0))
    stretches: float = float("inf")
    focal_share: float = float("nan")
    borne_out: float = float("nan")


@on_one_thread
def grow(
    lenses: Sequence[Camera], people: Sequence[People2D], lens: Freedom = KNOWN, rough: bool = False,
    shares: Sequence[float] = (), say: Callable[[int, int], None] = lambda _done, _total: None,
) -> Grown:  # fmt: skip
    """The rig that people in V synchronised views speak for.

    Args:
        lenses: V cameras whose intrinsics count (their poses don't). people: at instants in order of time.
        lens: how far the intrinsics may be from what is right (``KNOWN``, ``GUESSED``, ``FOCAL_UNKNOWN``): so far they are
            refined. rough: as good as it needs to be to see who is late. shares: those of ``FOCAL_SHARES`` that are tried where
            focal lengths are not known; none: all. say: told how many of how many steps are done.

    Raises:
        SourceError: too few people are seen by two cameras at once, or no arrangement explains what was seen.
    """
    tracklets = [t for view in range(len(lenses)) for t in follow(people, view)]
    _refuse_lonely(lenses, tracklets)
    _refuse_brief(tracklets, np.array([p.time_s for p in people]))
    known = lens.focal < FOCAL_UNKNOWN.focal
    best: Grown | None = None
    tried, (seeds, at_most) = (float("nan"),) if known else shares or FOCAL_SHARES, (SEEDS, GROWING) if known else (1, TRYING)
    steps = _Steps(len(tried) * seeds * (len(lenses) - 1), FINISHING * (not rough), say)
    for share in tried:
        choice = tuple(lenses) if known else tuple(_with_focal(c, share) for c in lenses)
        found = _grow(choice, tracklets, lens, seeds, at_most, steps)
        if found is not None and (best is None or _merit(found) > _merit(best)):
            best = replace(found, focal_share=share)
    if best is None:
        raise SourceError(
            "How the cameras stand to one another can't be told from the people in this recording: too few of them are seen "
            "by two cameras at once. Film one or more people who walk through the whole room for half a minute, seen from head "
            "to foot."
        )
    steps.grown()
    if rough:
        return _in_first_axes(best)
    # what was guessed is only where to start: a lens is likely to be like the rig's others
    lenses_then = lenses if known else [_with_focal(c, _usual_focal(best.cameras)) for c in lenses]
    rig = _finished(best, lenses_then, tracklets, np.array([p.time_s for p in people]), lens, steps)
    return replace(rig, focal_share=best.focal_share)


class _Steps:
    """Counts a calibration's fits, those of rigs that lead nowhere too."""

    def __init__(self, growing: int, finishing: int, say: Callable[[int, int], None]) -> None:
        self._done, self._growing, self._total, self._say = 0, growing, growing + finishing, say

    def one(self) -> None:
        """One more is done."""
        self._done += 1
        self._say(self._done, self._total)

    def grown(self) -> None:
        """All rigs are grown, also those that led nowhere before their last fit."""
        if self._done < self._growing:
            self._done = self._growing - 1
            self.one()


def _refuse_lonely(lenses: Sequence[Camera], tracklets: Sequence[Tracklet]) -> None:
    """SourceError that names the cameras in which nobody is seen, or never while another camera sees someone."""
    there = [set[int]().union(*(t.instants.tolist() for t in tracklets if t.view == view)) for view in range(len(lenses))]
    empty = [camera.name for camera, own in zip(lenses, there, strict=True) if not own]
    if empty:
        raise SourceError(
            "Nobody could be followed in the pictures of {cameras}. Turn every camera to where people walk, with light on "
            "them. Film one or more people who walk through the whole room for half a minute, seen from head to foot.",
            cameras=", ".join(empty),
        )  # fmt: skip
    shared = [len(own & set[int]().union(*there[:view], *there[view + 1 :])) for view, own in enumerate(there)]
    alone = [camera.name for camera, count in zip(lenses, shared, strict=True) if count < FEWEST_TOGETHER]
    if alone:
        raise SourceError(
            "{cameras}: hardly anybody is seen there while another camera sees someone too. Start all cameras before people "
            "come in. Film one or more people who walk through the whole room for half a minute, seen from head to foot.",
            cameras=", ".join(alone),
        )  # fmt: skip


def _refuse_brief(tracklets: Sequence[Tracklet], times_s: np.ndarray) -> None:
    """SourceError where people are seen by two cameras at once for so short a time that any figure would be a guess."""
    views = np.zeros(len(times_s), int)
    for view in {t.view for t in tracklets}:
        views[np.unique(np.concatenate([t.instants for t in tracklets if t.view == view]))] += 1
    gaps = np.diff(times_s)[(views[:-1] >= 2) & (views[1:] >= 2)]
    seconds = float(np.minimum(gaps, BRIEF_S).sum())
    if seconds < BRIEF_S - FRAME_S:
        raise SourceError(
            "People are seen by two cameras at once for {seconds:.1f} s only: how the cameras stand can't be told from less "
            "than {least:.0f} s. Film one or more people who walk through the whole room for half a minute, seen from head to "
            "foot.",
            seconds=seconds, least=BRIEF_S,
        )  # fmt: skip


def _with_focal(camera: Camera, share: float) -> Camera:
    """The camera with another focal length; how much higher than wide a pixel is stays."""
    focal = share * max(camera.width_px, camera.height_px)
    return replace(camera, fx=focal, fy=focal * camera.fy / camera.fx)


def _usual_focal(cameras: Sequence[Camera]) -> float:
    """Median focal length, share of the frame's longer side."""
    return float(np.median([c.fx / max(c.width_px, c.height_px) for c in cameras]))


def _merit(rig: Grown) -> float:
    """More borne out is better; of two that have as much, the one with the smaller misfit."""
    return rig.borne_out - 0.05 * rig.adjusted.spread - (1.0 if rig.handed < 0.4 else 0.0)


def _grow(
    lenses: Sequence[Camera], tracklets: Sequence[Tracklet], lens: Freedom, seeds: int, at_most: int, steps: _Steps
) -> Grown | None:
    rays = [undistort(t.pixels, lenses[t.view]) for t in tracklets]
    pairs = {views: TwoViews(views, lenses, tracklets, rays).proposals() for views in combinations(range(len(lenses)), 2)}
    starts = sorted((p for found in pairs.values() for p in found), key=lambda p: -p.score * np.sin(p.angle))[:seeds]
    grown = [
        rig for start in starts if (rig := _grow_from(start, lenses, tracklets, rays, pairs, lens, at_most, steps)) is not None
    ]
    return max(grown, key=_merit) if grown else None


def _grow_from(
    start: Proposal, lenses: Sequence[Camera], tracklets: Sequence[Tracklet], rays: Sequence[np.ndarray],
    pairs: dict[tuple[int, int], list[Proposal]], lens: Freedom, at_most: int, steps: _Steps,
) -> Grown | None:  # fmt: skip
    """All views from one pair; None where that leads nowhere."""
    placed: dict[int, Camera] = dict(
        zip(start.views, placed_by([lenses[v] for v in start.views], start.R, start.t), strict=True)
    )
    fitted = _fitted(placed, lenses, tracklets, lens, at_most)
    steps.one()
    while fitted is not None and len(placed) < len(lenses):
        rig, adjusted, seen, whose = fitted
        placed = {v: rig[v] for v in placed}
        added = _next_view(placed, lenses, tracklets, rays, pairs, adjusted, seen, whose)
        if added is None:
            return None
        placed[added[0]] = added[1]
        fitted = _fitted(placed, lenses, tracklets, lens, at_most)
        steps.one()
    return None if fitted is None else _as_grown(*fitted, tracklets)


def _fitted(
    placed: dict[int, Camera], lenses: Sequence[Camera], tracklets: Sequence[Tracklet], lens: Freedom, at_most: int
) -> tuple[tuple[Camera, ...], Adjusted, Observations, np.ndarray] | None:
    """Identities, and an adjustment of the views placed so far (the first of them stays)."""
    views = sorted(placed)
    rig = tuple(placed.get(v, lens_) for v, lens_ in enumerate(lenses))
    whose = identify(tracklets, rig, views)
    seen = observations(tracklets, whose, len(rig), at_most)
    if len(seen.frame) < FEWEST_TOGETHER:
        return None
    joints = meet(rig, seen.pixels, seen.sd_px)
    factor = _to_mean_stature(joints)
    if not np.isfinite(factor):
        return None
    rig = tuple(replace(c, center_world_mm=c.center_world_mm * factor) for c in rig)
    free = replace(lens, turn_deg=_FREE.turn_deg, center_mm=_FREE.center_mm)
    freedom = [lens if v == views[0] else free if v in placed else Freedom() for v in range(len(rig))]
    adjusted = adjust(rig, seen, joints * factor, freedom, settled=2e-3, given=_with_lenses(rig, lenses))
    return adjusted.cameras, adjusted, seen, whose


def _to_mean_stature(joints: np.ndarray) -> float:
    """What to multiply lengths by so that these people (joints [N, K, 3]) are of mean stature; NaN: none can be measured."""
    lengths = np.full((1, len(BONE_NAMES)), np.nan)
    for bone in range(len(BONE_NAMES)):
        of = np.concatenate([np.linalg.norm(joints[:, a] - joints[:, b], axis=-1) for a, b, kind in SEGMENTS if kind == bone])
        of = of[np.isfinite(of)]
        if len(of):
            lengths[0, bone] = max(np.median(of), 1e-9)
    return float(STATURE_MM / statures(lengths)[0])


def _next_view(
    placed: dict[int, Camera], lenses: Sequence[Camera], tracklets: Sequence[Tracklet], rays: Sequence[np.ndarray],
    pairs: dict[tuple[int, int], list[Proposal]], adjusted: Adjusted, seen: Observations, whose: np.ndarray,
) -> tuple[int, Camera] | None:  # fmt: skip
    """The view that the people in space say most of, with its pose."""
    row_of = {(int(p), int(f)): row for row, (p, f) in enumerate(zip(seen.identity, seen.frame, strict=True))}
    best: tuple[int, int, Camera] | None = None
    for views, found in pairs.items():
        new = [v for v in views if v not in placed]
        if len(new) != 1:
            continue
        side = views.index(new[0])
        for pair in found:
            points, lines = [], []
            for link in pair.links:
                known, other = link[1 - side], link[side]
                if whose[known] < 0:
                    continue
                rows = [
                    (row_of[whose[known], f], k) for k, f in enumerate(tracklets[other].instants) if (whose[known], f) in row_of
                ]
                points += [adjusted.joints_world_mm[row] for row, _ in rows]
                lines += [rays[other][k] for _, k in rows]
            if not points:
                continue
            at, along = np.concatenate(points), np.concatenate(lines)
            both = np.isfinite(at).all(1) & np.isfinite(along).all(1)
            pose = absolute_pose(at[both], along[both])
            if pose is not None and (best is None or pose[2].sum() > best[0]):
                camera = replace(lenses[new[0]], R_world_to_cam=pose[0], center_world_mm=pose[1])
                best = (int(pose[2].sum()), new[0], camera)
    return None if best is None else best[1:]


def _as_grown(
    rig: tuple[Camera, ...], adjusted: Adjusted, seen: Observations, whose: np.ndarray, tracklets: Sequence[Tracklet]
) -> Grown:
    time = np.array([len(t.instants) for t in tracklets], float)
    others: dict[int, set[int]] = {}
    for t in tracklets:
        for instant in t.instants:
            others.setdefault(int(instant), set()).add(t.view)
    could = np.array([np.mean([len(others[int(i)]) > 1 for i in t.instants]) for t in tracklets])
    views, shared = np.array([t.view for t in tracklets]), time * could
    of_view = [(shared[(views == view) & (whose >= 0)].sum(), shared[views == view].sum()) for view in range(len(rig))]
    explained = float(shared[whose >= 0].sum() / max(shared.sum(), 1e-9))
    there = {(int(p), int(i), t.view) for t, p in zip(tracklets, whose, strict=True) if p >= 0 for i in t.instants}
    borne_out = (len(there) - len({(p, i) for p, i, _ in there})) / max(shared.sum(), 1e-9)
    each = np.array([part / total if total else np.nan for part, total in of_view])
    handed = handedness(adjusted.joints_world_mm)
    return Grown(rig, adjusted, seen, whose, explained, handed, explained_in=each, borne_out=borne_out)


def _with_lenses(cameras: Sequence[Camera], lenses: Sequence[Camera]) -> tuple[Camera, ...]:
    """Cameras with the lenses of others."""
    return tuple(
        replace(one, R_world_to_cam=c.R_world_to_cam, center_world_mm=c.center_world_mm)
        for c, one in zip(cameras, lenses, strict=True)
    )


def _finished(
    rig: Grown, lenses: Sequence[Camera], tracklets: Sequence[Tracklet], times_s: np.ndarray, lens: Freedom, steps: _Steps
) -> Grown:
    """The last fits, with more instants and identities as the better cameras see them."""
    for settled, robust_sd in ((1e-3, ROBUST_SD), (1e-5, NEAR_ROBUST_SD)):
        whose = identify(tracklets, rig.cameras)
        seen = with_measured_noise(rig.cameras, observations(tracklets, whose, len(rig.cameras), FINAL))
        joints = meet(rig.cameras, seen.pixels, seen.sd_px)
        same = joined(seen, joints, times_s, *bone_lengths(rig.cameras, seen))
        whose, seen = with_identity(whose, same, seen), replace(seen, identity=with_identity(seen.identity, same, seen))
        free = replace(lens, turn_deg=np.inf, center_mm=np.inf)
        freedom = [lens] + [free] * (len(rig.cameras) - 1)
        given = _with_lenses(rig.cameras, lenses)
        adjusted = adjust(
            rig.cameras, seen, joints, freedom, settled=settled, rounds=60, robust_sd=robust_sd, given=given,
            alike=alike(seen, times_s), guessed=lens.focal >= FOCAL_UNKNOWN.focal,
        )  # fmt: skip
        rig = _as_grown(adjusted.cameras, adjusted, seen, whose, tracklets)
        steps.one()
    every = observations(tracklets, rig.whose, len(rig.cameras), MEASURED)
    bones, sd = bone_lengths(rig.cameras, every, alike=alike(every, times_s))
    stretches = len(rig.seen.frame) / alike(rig.seen, times_s)
    steps.one()
    return _in_first_axes(replace(rig, bones_mm=bones, bones_sd=sd, stretches=stretches))


def _in_first_axes(rig: Grown) -> Grown:
    """The same rig in the axes of its first camera, which then stands at the origin."""
    R, center = rig.cameras[0].R_world_to_cam, rig.cameras[0].center_world_mm
    cameras = tuple(
        replace(c, R_world_to_cam=c.R_world_to_cam @ R.T, center_world_mm=R @ (c.center_world_mm - center)) for c in rig.cameras
    )
    joints = (rig.adjusted.joints_world_mm - center) @ R.T
    return replace(rig, cameras=cameras, adjusted=replace(rig.adjusted, cameras=cameras, joints_world_mm=joints))
