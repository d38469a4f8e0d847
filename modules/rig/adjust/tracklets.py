"""One view's 2D people followed over time, and told apart across views by the cameras.

Who is who is decided for whole stretches of time: in one instant two people may lie on one epipolar line, over seconds of
walking they don't.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from modules.core.geometry import undistort
from modules.core.people2d import People2D
from modules.core.types import Camera
from modules.rig.adjust.bundle import Observations
from modules.rig.seen.body import COCO_JOINTS
from modules.rig.seen.sightings import FEWEST_JOINTS, SURE

#: The same person moves by less than this share of their size between two instants, and is nearer by this factor than anyone
#: else: where two come close a tracklet ends rather than jump over.
STEP, CLEARER = 0.35, 1.6
#: A tracklet goes on after a gap of this long at most, s, and needs this many instants.
GAP_S, FEWEST_INSTANTS = 0.35, 4
#: Two tracklets show one person where the median distance from the epipolar lines is below ``SAME`` of the person's size, and
#: surely not above ``OTHER``.
SAME, OTHER = 0.05, 0.09
#: Instants of two tracklets that are compared at most.
LOOKED_AT = 40
#: What a joint's place in a view is known to: this share of the person's size (a first guess: fits measure it), px at least.
SD_SHARE, SD_PX = 0.012, 0.5


@dataclass(frozen=True, eq=False)
class Tracklet:
    """A stretch of one person in one view.

    Attributes:
        view: its index. instants: int [T], indices into the sequence of instants, rising.
        pixels: float64 [T, K, 2], px, raw frame, ``body.JOINTS``; NaN: unsure. confidence: float64 [T, K].
        size_px: float64 [T], the longer side of the box around the person.
    """

    view: int
    instants: np.ndarray
    pixels: np.ndarray
    confidence: np.ndarray
    size_px: np.ndarray


def follow(people: Sequence[People2D], view: int) -> list[Tracklet]:
    """The tracklets of one view, over instants in order of time."""
    open_now: list[list[tuple[int, np.ndarray]]] = []
    done: list[list[tuple[int, np.ndarray]]] = []
    for instant, seen in enumerate(people):
        time = seen.time_s
        late = [t for t in open_now if time - people[t[-1][0]].time_s > GAP_S]
        done += late
        open_now = [t for t in open_now if time - people[t[-1][0]].time_s <= GAP_S]
        found = [k for k in seen.views[view][:, COCO_JOINTS].astype(np.float64) if (k[:, 2] >= SURE).sum() >= FEWEST_JOINTS]
        matched = _links([t[-1][1] for t in open_now], found)
        for old, new in matched:
            open_now[old].append((instant, found[new]))
        open_now += [[(instant, found[n])] for n in range(len(found)) if n not in {new for _, new in matched}]
    return [_tracklet(view, track) for track in done + open_now if len(track) >= FEWEST_INSTANTS]


def _links(last: Sequence[np.ndarray], found: Sequence[np.ndarray]) -> list[tuple[int, int]]:
    """Pairs (index in ``last``, index in ``found``) that are clearly the same person."""
    if not last or not found:
        return []
    cost = np.array([[_step(a, b) for b in found] for a in last])
    pairs = []
    for old, new in zip(*linear_sum_assignment(np.minimum(cost, 10.0)), strict=True):
        rivals = np.concatenate([np.delete(cost[old], new), np.delete(cost[:, new], old), [np.inf]])
        if cost[old, new] < STEP and rivals.min() > CLEARER * cost[old, new]:
            pairs.append((int(old), int(new)))
    return pairs


def _step(a: np.ndarray, b: np.ndarray) -> float:
    """How far keypoints [K, 3] moved, share of the size: the median of joints that are sure in both."""
    both = (a[:, 2] >= SURE) & (b[:, 2] >= SURE)
    if both.sum() < 4:
        return np.inf
    return float(np.median(np.linalg.norm(a[both, :2] - b[both, :2], axis=1)) / max(_size(a), _size(b), 1.0))


def _size(keypoints: np.ndarray) -> float:
    sure = keypoints[keypoints[:, 2] >= SURE, :2]
    return float(np.ptp(sure, axis=0).max()) if len(sure) else 0.0


def _tracklet(view: int, track: Sequence[tuple[int, np.ndarray]]) -> Tracklet:
    keypoints = np.stack([k for _, k in track])
    size = np.array([_size(k) for k in keypoints])
    pixels = np.where(keypoints[..., 2:] >= SURE, keypoints[..., :2], np.nan)
    return Tracklet(view, np.array([i for i, _ in track]), pixels, keypoints[..., 2], np.maximum(size, np.median(size)))


def together(a: Tracklet, b: Tracklet) -> tuple[np.ndarray, np.ndarray]:
    """Places in both tracklets of the instants that they share."""
    _, in_a, in_b = np.intersect1d(a.instants, b.instants, assume_unique=True, return_indices=True)
    return in_a, in_b


def sampson(E: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """First-order distance from the epipolar constraint, normalised coordinates (Hartley & Zisserman, 2nd ed., 11.4.3).

    Args:
        E: float [3, 3] with bᵀ E a = 0. a, b: float [..., 2], normalised; NaN stays NaN.
    """
    one = np.ones((*a.shape[:-1], 1))
    ha, hb = np.concatenate([a, one], -1), np.concatenate([b, one], -1)
    line_b, line_a = ha @ E.T, hb @ E
    off = (hb * line_b).sum(-1)
    return np.abs(off) / np.sqrt((line_b[..., :2] ** 2).sum(-1) + (line_a[..., :2] ** 2).sum(-1))


def essential(first: Camera, second: Camera) -> np.ndarray:
    """float64 [3, 3]: E with b̂ᵀ E â = 0 for rays of one point in both cameras."""
    R = second.R_world_to_cam @ first.R_world_to_cam.T
    x, y, z = second.R_world_to_cam @ (first.center_world_mm - second.center_world_mm)
    return np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]]) @ R


def misfit(
    a: Tracklet, b: Tracklet, rays: tuple[np.ndarray, np.ndarray], E: np.ndarray, focal_px: tuple[float, float]
) -> tuple[float, int]:
    """How far two tracklets are from showing one person, share of the person's size (median), and how many instants say so."""
    in_a, in_b = together(a, b)
    if not len(in_a):
        return np.nan, 0
    few = np.unique(np.linspace(0, len(in_a) - 1, LOOKED_AT).astype(int))
    in_a, in_b = in_a[few], in_b[few]
    off = sampson(E, rays[0][in_a], rays[1][in_b])
    scale = np.maximum(focal_px[0] / a.size_px[in_a], focal_px[1] / b.size_px[in_b])
    off = off * scale[:, None]
    known = np.isfinite(off)
    return (float(np.median(off[known])), int(known.any(1).sum())) if known.sum() >= 6 else (np.nan, 0)


def identify(tracklets: Sequence[Tracklet], cameras: Sequence[Camera], views: Sequence[int] | None = None) -> np.ndarray:
    """int [tracklets]: whom each shows, from 0; -1: seen by one view alone, or a view that is not among ``views``.

    Greedy merging, the surest pairs first; nobody is in two places of one view, and no pair that surely differs is merged.
    """
    used = [n for n, t in enumerate(tracklets) if views is None or t.view in views]
    rays = {n: undistort(tracklets[n].pixels, cameras[tracklets[n].view]) for n in used}
    lines = {(i, j): essential(cameras[i], cameras[j]) for i in range(len(cameras)) for j in range(len(cameras)) if i != j}
    edges, differs = [], set()
    for place, m in enumerate(used):
        for n in used[place + 1 :]:
            a, b = tracklets[m], tracklets[n]
            if a.view == b.view:
                if len(together(a, b)[0]):
                    differs.add((m, n))
                continue
            focal = (cameras[a.view].fx, cameras[b.view].fx)
            off, count = misfit(a, b, (rays[m], rays[n]), lines[a.view, b.view], focal)
            if off > OTHER:
                differs.add((m, n))
            elif off < SAME:
                edges.append((off + 0.1 / count, m, n))
    group = {n: {n} for n in used}
    for _, m, n in sorted(edges):
        one, other = group[m], group[n]
        if one is other or any((min(p, q), max(p, q)) in differs for p in one for q in other):
            continue
        one |= other
        for q in other:
            group[q] = one
    out, known = np.full(len(tracklets), -1), 0
    for members in {id(g): g for g in group.values()}.values():
        if len({tracklets[n].view for n in members}) >= 2:
            out[list(members)] = known
            known += 1
    return out


def observations(
    tracklets: Sequence[Tracklet], whose: np.ndarray, views: int, at_most: int, fewest_views: int = 2
) -> Observations:
    """What all views saw of everyone who is known, at instants spread evenly over each person's time.

    Args:
        whose: int [tracklets] of ``identify``. at_most: instants of all people together.
    """
    rows: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for n, (tracklet, person) in enumerate(zip(tracklets, whose, strict=True)):
        if person >= 0:
            for place, instant in enumerate(tracklet.instants):
                rows.setdefault((int(person), int(instant)), []).append((n, place))
    keys = sorted(k for k, parts in rows.items() if len({tracklets[n].view for n, _ in parts}) >= fewest_views)
    if len(keys) > at_most:
        keys = [keys[i] for i in np.unique(np.linspace(0, len(keys) - 1, at_most).round().astype(int))]
    joints = len(COCO_JOINTS)
    pixels = np.full((len(keys), views, joints, 2), np.nan)
    sd = np.ones((len(keys), views, joints))
    for row, key in enumerate(keys):
        for n, place in rows[key]:
            t = tracklets[n]
            pixels[row, t.view] = t.pixels[place]
            share = SD_SHARE * 0.75 / np.clip(t.confidence[place], SURE, 1.0)
            sd[row, t.view] = np.maximum(SD_PX, share * t.size_px[place])
    return Observations(pixels, sd, np.array([k[0] for k in keys], int), np.array([k[1] for k in keys], int))
