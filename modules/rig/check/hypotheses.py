"""Faults of a rig, told by comparison: as it is against one thing undone at a time.

What is compared is how many people the views explain together. A camera that is wrong explains nobody; the hypothesis that
undoes its fault explains them all again. No absolute residual is asked for: a calibration may be poor and still be right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from modules.core.people2d import People2D
from modules.core.rig import Subject
from modules.core.skeleton import COCO_NAMES
from modules.core.types import Camera
from modules.rig.check.matching import Matched, match
from modules.rig.seen.sightings import Sightings, joined, of_view, side_by_side

#: COCO keypoint → its mirror image.
COCO_MIRROR = [
    COCO_NAMES.index(name.replace("left", "*").replace("right", "left").replace("*", "right")) for name in COCO_NAMES
]
#: A camera is at fault as it is if it explains at most this share of what it explains with the fault undone …
FALLEN = 0.4
#: … or at most this share, if what is left of it misses more than twice as far: opposite cameras may be exchanged.
HALF_FALLEN, HALF_MISS = 0.75, 0.5
#: … which must be this share of its people, and so many over all frames.
EXPLAINED, FEWEST_PEOPLE = 0.6, 5
#: The best hypothesis must gain so much more than the next one (share of its gain).
CLEARLY = 0.75
#: A principal point outside this share of the frame, from either edge, is no principal point.
MIDDLE = 0.2
#: A lens whose principal point is so far off the middle (share of the frame) may be for frames of another size, of which these
#: are the usual ratios, if it is off by nearly the same factor in x and y (difference of logarithms); else it is transposed.
OFF_MIDDLE, UNLIKE = 0.08, 0.35
RATIOS = (1 / 3, 1 / 2, 2 / 3, 3 / 4, 4 / 3, 3 / 2, 2.0, 3.0)


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """The rig with one fault undone.

    Attributes:
        subject: the fault; None: the rig as it is. views: whose; empty: none.
        cameras: with the fault undone. flipped: views whose image is mirrored. turned: views whose image is upside down.
        factor: what focal lengths were multiplied by (INTRINSICS).
        kind: which of ``KINDS`` a pose was read as (INVERTED, POSE); "": the whole pose the wrong way round.
    """

    subject: Subject | None
    views: tuple[int, ...]
    cameras: tuple[Camera, ...]
    flipped: tuple[int, ...] = ()
    turned: tuple[int, ...] = ()
    factor: float = 1.0
    kind: str = ""

    @property
    def diagnosis(self) -> tuple[object, ...]:
        """What is the same for two ways to undo one fault."""
        return self.subject, self.views, self.kind


@dataclass(frozen=True, eq=False)
class Explained:
    """How well a hypothesis explains what is seen.

    Attributes:
        hypothesis: which. seen: int [V], people in each view. frames: int [V], frames in which there is anybody.
        together: int [V], people found together with enough other views.
        miss: float, median miss of those as a share of the person's size; infinite: none.
        pairs: int [V, V], people found by both of two views.
        matched: the people in space.
    """

    hypothesis: Hypothesis
    seen: np.ndarray
    frames: np.ndarray
    together: np.ndarray
    miss: float
    pairs: np.ndarray
    matched: Matched

    @property
    def shares(self) -> np.ndarray:
        """float64 [V]: share of each view's people who are explained; NaN without people."""
        return np.where(self.seen > 0, self.together / np.maximum(self.seen, 1), np.nan)


def as_it_is(cameras: Sequence[Camera]) -> Hypothesis:
    """The rig as the files have it."""
    return Hypothesis(None, (), tuple(cameras))


def hypotheses(cameras: Sequence[Camera]) -> Iterator[Hypothesis]:
    """One fault undone at a time. Of two cameras no exchange: it can't be told from others."""
    cameras, everyone = tuple(cameras), tuple(range(len(cameras)))

    def changed(views: Sequence[int], change) -> tuple[Camera, ...]:
        return tuple(change(camera) if view in views else camera for view, camera in enumerate(cameras))

    groups = [(view,) for view in everyone] + [everyone]
    for views in groups:
        yield Hypothesis(Subject.MIRRORED, views, cameras, flipped=views)
        yield Hypothesis(Subject.INVERTED, views, changed(views, inverted))
    for view in everyone:
        yield Hypothesis(Subject.TURNED, (view,), cameras, turned=(view,))
    for views, factor in _odd_intrinsics(cameras):
        yield Hypothesis(Subject.INTRINSICS, views, changed(views, lambda c, f=factor: zoomed(c, f)), factor=factor)
    for a, b in combinations(everyone, 2) if len(cameras) > 2 else ():
        swapped = list(cameras)
        swapped[a], swapped[b] = cameras[b], cameras[a]
        yield Hypothesis(Subject.EXCHANGED, (a, b), tuple(swapped))


def rarer_hypotheses(cameras: Sequence[Camera], views: Sequence[int]) -> Iterator[Hypothesis]:
    """What else is written into a calibration by mistake: its poses read as one of ``KINDS``, its lens for another size.

    Args:
        views: whose, all at once: those that nothing else explains.
    """
    cameras, views = tuple(cameras), tuple(views)
    tried = [cameras]

    def changed(change: Callable[[Camera], Camera]) -> tuple[Camera, ...]:
        return tuple(change(camera) if view in views else camera for view, camera in enumerate(cameras))

    for kind, meant in KINDS:
        made = changed(meant)
        # of a camera at the origin, or one whose axes are the world's, several kinds are one
        if not any(_same_poses(made, others) for others in tried):
            tried.append(made)
            yield Hypothesis(Subject.INVERTED if kind == TRANSPOSED else Subject.POSE, views, made, kind=kind)
    if len(views) == 1:
        for factor in _likely_factors(cameras[views[0]]):
            yield Hypothesis(Subject.INTRINSICS, views, changed(lambda c, f=factor: zoomed(c, f)), factor=factor)


def _likely_factors(camera: Camera) -> list[float]:
    """What the intrinsics may have to be multiplied by so that the principal point comes to the middle; 0: only that is put."""
    x, y = camera.cx / camera.width_px, camera.cy / camera.height_px
    if max(abs(x - 0.5), abs(y - 0.5)) < OFF_MIDDLE:
        return []
    if abs(np.log(x / y)) > UNLIKE:
        return [0.0]
    guess = 0.5 / np.sqrt(x * y)
    return [guess, *(ratio for ratio in RATIOS if abs(np.log(ratio / guess)) < UNLIKE)]


def _same_poses(one: Sequence[Camera], other: Sequence[Camera]) -> bool:
    return all(
        np.allclose(a.R_world_to_cam, b.R_world_to_cam, atol=1e-6)
        and np.allclose(a.center_world_mm, b.center_world_mm, rtol=1e-6, atol=1e-6)
        for a, b in zip(one, other, strict=True)
    )


def _posed(camera: Camera, R: np.ndarray, t: np.ndarray) -> Camera:
    """The camera with x_cam = R x_world + t."""
    return replace(camera, R_world_to_cam=R, center_world_mm=-R.T @ t)


def _t(camera: Camera) -> np.ndarray:
    return -camera.R_world_to_cam @ camera.center_world_mm


#: y and z of a camera's axes turned round: OpenGL's and Blender's cameras look along -z, with y up.
OPENGL = np.diag([1.0, -1.0, -1.0])
TRANSPOSED, PLACE, AXES = "transposed", "place", "axes"
#: What stands in a file by mistake, and the camera that is meant by it.
KINDS: tuple[tuple[str, Callable[[Camera], Camera]], ...] = (
    (TRANSPOSED, lambda camera: _posed(camera, camera.R_world_to_cam.T, _t(camera))),
    (TRANSPOSED, lambda camera: replace(camera, R_world_to_cam=camera.R_world_to_cam.T)),
    (PLACE, lambda camera: replace(camera, center_world_mm=_t(camera))),
    (AXES, lambda camera: replace(camera, R_world_to_cam=OPENGL @ camera.R_world_to_cam)),
    (AXES, lambda camera: replace(inverted(camera), R_world_to_cam=OPENGL @ camera.R_world_to_cam.T)),
)


def inverted(camera: Camera) -> Camera:
    """The camera if its file has camera-to-world where world-to-camera was read."""
    R = camera.R_world_to_cam
    return replace(camera, R_world_to_cam=R.T, center_world_mm=-R @ camera.center_world_mm)


def zoomed(camera: Camera, factor: float) -> Camera:
    """The camera if its intrinsics are for frames of another size; 0: with the principal point put into the middle."""
    if factor == 0:
        return replace(camera, cx=(camera.width_px - 1) / 2, cy=(camera.height_px - 1) / 2)
    return replace(camera, fx=camera.fx * factor, fy=camera.fy * factor, cx=camera.cx * factor, cy=camera.cy * factor)


def no_principal_point(camera: Camera) -> bool:
    """Whether the principal point lies at the frame's edge or outside, where no camera has it."""
    x, y = camera.cx / camera.width_px, camera.cy / camera.height_px
    return not (MIDDLE < x < 1 - MIDDLE and MIDDLE < y < 1 - MIDDLE)


def _odd_intrinsics(cameras: Sequence[Camera]) -> Iterator[tuple[tuple[int, ...], float]]:
    if all(map(no_principal_point, cameras)):
        yield tuple(range(len(cameras))), 0.0
    for view, camera in enumerate(cameras):
        if no_principal_point(camera):
            yield (view,), 0.0
            factor = camera.width_px / max(2 * camera.cx, 1.0)
            if 0.05 < factor < 20 and abs(factor * 2 * camera.cy / camera.height_px - 1) < MIDDLE:
                yield (view,), factor


class Comparison:
    """Hypotheses about the same frames; what a view shows under a changed camera is worked out once."""

    def __init__(self, frames: Sequence[People2D], cameras: Sequence[Camera]) -> None:
        self._frames, self._cameras = frames, tuple(cameras)
        self._parts: dict[tuple[int, int, bool, bool], Sightings] = {}
        self._kept: list[Camera] = []  # keeps the ids in the keys above valid

    def explain(self, asked: Sequence[Hypothesis]) -> list[Explained]:
        """How well each hypothesis explains the frames; all in one go."""
        cases = [self._seen(hypothesis) for hypothesis in asked]
        matched = match(side_by_side(cases))
        views, frames = len(self._cameras), len(self._frames)
        enough = min(3, views)
        found = []
        for n, (hypothesis, case) in enumerate(zip(asked, cases, strict=True)):
            own = matched.of(matched.frame // max(frames, 1) == n)
            there = own.members >= 0
            together = there[there.sum(1) >= enough].sum(0)
            kept = there.sum(1) >= enough
            share = own.miss_rad[kept] / own.size_rad[kept][..., None]
            miss = float(np.nanmedian(share)) if np.isfinite(share).any() else float("inf")
            pairs = there.T.astype(int) @ there.astype(int)
            seen = np.bincount(case.view, minlength=views)
            with_people = np.array([len(np.unique(case.frame[case.view == view])) for view in range(views)])
            found.append(Explained(hypothesis, seen, with_people, together, miss, pairs, own))
        return found

    def part(self, view: int, camera: Camera, flipped: bool = False, turned: bool = False) -> Sightings:
        """What one view shows if this is its camera, its image mirrored or upside down."""
        key = (view, id(camera), flipped, turned)
        if key not in self._parts:
            self._kept.append(camera)
            people = [_undone(frame.views[view], camera, flipped, turned) for frame in self._frames]
            self._parts[key] = of_view(people, view, camera)
        return self._parts[key]

    def _seen(self, hypothesis: Hypothesis) -> Sightings:
        return joined(
            [
                self.part(view, camera, view in hypothesis.flipped, view in hypothesis.turned)
                for view, camera in enumerate(hypothesis.cameras)
            ]
        )


def _undone(people: np.ndarray, camera: Camera, flipped: bool, upside_down: bool) -> np.ndarray:
    people = np.array(people, np.float64)
    if flipped:
        people[..., 0] = camera.width_px - 1 - people[..., 0]
        people = people[:, COCO_MIRROR]
    if upside_down:
        people[..., :2] = np.array([camera.width_px, camera.height_px]) - 1 - people[..., :2]
    return people


def beyond_doubt(as_is: Explained) -> bool:
    """Whether every view explains so much as it is that ``best_of`` could find no fault, whatever a hypothesis explains."""
    return bool((as_is.together > HALF_FALLEN * as_is.seen).all())


def best_of(found: Sequence[Explained]) -> Explained | None:
    """The one hypothesis that clearly undoes a fault, or None. The first of ``found`` is the rig as it is."""
    as_is, others = found[0], found[1:]
    if not others:
        return None
    gains = np.array([int(other.together.sum() - as_is.together.sum()) for other in others])
    order = sorted(range(len(others)), key=lambda n: (-gains[n], others[n].miss))
    best, gain = others[order[0]], gains[order[0]]
    views = list(best.hypothesis.views)
    before, after, seen = (int(values[views].sum()) for values in (as_is.together, best.together, best.seen))
    fallen = before <= FALLEN * after or (before <= HALF_FALLEN * after and best.miss < HALF_MISS * as_is.miss)
    if after < FEWEST_PEOPLE or not fallen or after < EXPLAINED * seen:
        return None
    rivals = [
        n for n in order[1:]
        if gains[n] > CLEARLY * gain and not set(others[n].hypothesis.views) > set(views)
        and others[n].hypothesis.diagnosis != best.hypothesis.diagnosis
    ]  # fmt: skip
    if any(others[n].miss < 1.5 * best.miss for n in rivals):
        return None
    return best


def unexplained(as_is: Explained) -> tuple[int, ...]:
    """The views that are worth a rarer hypothesis: the odd one out, or all where nearly nobody is found together."""
    odd = odd_one_out(as_is)
    if odd is not None:
        return (odd,)
    nobody = len(as_is.seen) > 2 and (as_is.seen >= FEWEST_PEOPLE).all() and (as_is.together <= FALLEN * as_is.seen).all()
    return tuple(range(len(as_is.seen))) if nobody else ()


def agreement(as_is: Explained) -> np.ndarray:
    """float64 [V, V]: of the people that two views could show together the share that they do; NaN on the diagonal."""
    agree = as_is.pairs / np.maximum(np.minimum(as_is.seen[:, None], as_is.seen[None]), 1)
    np.fill_diagonal(agree, np.nan)
    return agree


def odd_one_out(as_is: Explained) -> int | None:
    """The view that agrees with no other one while the others agree among themselves; None: there is none, or not just one."""
    views = len(as_is.seen)
    if views < 3:
        return None
    best = np.nanmax(agreement(as_is), axis=1)
    odd = [v for v in range(views) if as_is.seen[v] >= FEWEST_PEOPLE and best[v] <= FALLEN]
    others = [v for v in range(views) if v not in odd and as_is.seen[v] >= FEWEST_PEOPLE]
    return odd[0] if len(odd) == 1 and len(others) >= 2 and min(best[others]) >= EXPLAINED else None
