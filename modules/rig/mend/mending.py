"""A given calibration put right from the people of the whole recording, as far as they tell.

Bundle adjustment with a prior on every camera. How wrong calibrations of this rig's kind are is itself found from the data
(empirical Bayes: MacKay, "Bayesian Interpolation", 1992): the prior widens where many joints ask for it and narrows where they
don't, so that silent data change nothing. What was gained is measured on times that the fit never saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from modules.core.errors import Note, SourceError
from modules.core.geometry import project
from modules.core.people2d import People2D
from modules.core.types import Camera
from modules.rig.adjust.bundle import NEAR_ROBUST_SD, ROBUST_SD, Adjusted, Freedom, Observations, adjust, residuals_px
from modules.rig.adjust.one_thread import on_one_thread
from modules.rig.adjust.tracklets import Tracklet, follow, identify, observations
from modules.rig.seen.body import SEGMENTS
from modules.rig.seen.rays import meet

#: How wrong a calibration is thought to be before anything was seen: standard deviations per axis, as careful people get it.
CAREFUL = Freedom(turn_deg=0.25, center_mm=12.0, focal=0.004, point=0.002, k1=0.004, k2=0.004)
#: The prior may widen and narrow by these factors; PSEUDO observations speak for its first size.
NARROWEST, PSEUDO, ROUNDS = 0.2, 4.0, 5
#: Cameras are knocked more often than lenses change.
WIDEST = np.array([8.0, 8.0, 3.0, 3.0, 3.0])
#: The recording is cut into BLOCKS; every third is kept for judging.
BLOCKS = 12
#: Instants that a fit uses at most, and needs.
MOST, FEWEST = 500, 12
#: A camera is told if what is left of its uncertainty is below this share of the prior's.
TOLD = 0.6
#: A mended calibration is one if held-out residuals fell by so many standard errors, neighbouring instants (so many) counting
#: as one.
SURELY, ALIKE = 3.0, 3.0
#: … and if no camera's residuals grew by more than this share, and px: one that is late or else wrong stays as wrong, and its
#: neighbours are bent to it (the demo, one camera ten frames late: by a sixth to a quarter; in step: by a twelfth at most).
WORSE, WORSE_PX = 0.1, 0.5
#: People's bones that spread by this many times as much as before say that cameras were bent to one walk; from less than this
#: long a recording, s, that is to be feared anyway.
SHAKIER, BRIEF_S = 1.25, 1.0
_GROUPS = (slice(0, 3), slice(3, 6), slice(6, 7), slice(7, 9), slice(9, 11))


@dataclass(frozen=True)
class CameraChange:
    """What mending did to one camera.

    Attributes:
        name: the camera's. turned_deg, moved_mm, zoomed: how far, and ``…_sd`` how surely. pictured_px: how far the people's
            pictures moved, root mean square per axis.
        before_px, after_px: median distance of 2D joints from their projections at held-out times.
        told: whether the people say enough of this camera to change it.
    """

    name: str
    turned_deg: float
    turned_sd_deg: float
    moved_mm: float
    moved_sd_mm: float
    zoomed: float
    zoomed_sd: float
    pictured_px: float
    before_px: float
    after_px: float
    told: bool


@dataclass(frozen=True, eq=False)
class Mend:
    """A calibration before and after.

    Attributes:
        cameras: mended; those given where ``better`` is false. given: before. changes: a line for each camera.
        before_px, after_px: of all cameras together, as in ``CameraChange``.
        steadiness: relative spread of bone lengths over held-out times, before and after (median of all bones).
        people, instants: what it was found from. better: whether held-out times say that it is, of all cameras.
        worse: names of the cameras that held-out times say it is worse for. seconds: that the recording lasts.
    """

    cameras: tuple[Camera, ...]
    given: tuple[Camera, ...]
    changes: tuple[CameraChange, ...]
    before_px: float
    after_px: float
    steadiness: tuple[float, float]
    people: int
    instants: int
    better: bool
    worse: tuple[str, ...] = ()
    seconds: float = float("nan")

    @property
    def caution(self) -> Note | None:
        """Why what is better by its residuals should not be used all the same; None: nothing speaks against it."""
        before, after = self.steadiness
        if self.better and after > SHAKIER * before:
            return Note(
                "People's bones are less steady with it ({after:.1f} % instead of {before:.1f} %): it fits this walk, not the "
                "room. Better not use it; mend a recording in which people walk through the whole room for half a minute.",
                before=100 * before, after=100 * after,
            )  # fmt: skip
        if self.better and self.seconds < BRIEF_S:
            return Note(
                "All this rests on {seconds:.1f} s of people, who were in one place then. Better mend a longer recording.",
                seconds=self.seconds,
            )  # fmt: skip
        return None

    @property
    def unsure(self) -> bool:
        """Whether held-out times say that it is clearly better, but too few of them to rely on that."""
        return not self.better and not self.worse and self.after_px < (1 - WORSE) * self.before_px


@on_one_thread
def mend(cameras: Sequence[Camera], people: Sequence[People2D], prior: Freedom = CAREFUL) -> Mend:
    """Mends a calibration from 2D people over time.

    Args:
        people: what the 2D network sees at instants in order of time, all cameras together.

    Raises:
        SourceError: too few people whom two cameras see together.
    """
    tracklets = [t for view in range(len(cameras)) for t in follow(people, view)]
    seen = everyone(tracklets, cameras)
    held = held_out(seen.frame, len(people))
    fitted, adjusted = fit(cameras, seen.take(~held), prior)
    found = judge(cameras, adjusted, seen.take(held), fitted, int(seen.person.max()) + 1)
    return replace(found, seconds=people[-1].time_s - people[0].time_s)


def everyone(tracklets: Sequence[Tracklet], cameras: Sequence[Camera], at_most: int = MOST) -> Observations:
    """Who is who under these cameras, and what all views saw of them; SourceError if that is next to nothing."""
    seen = observations(tracklets, identify(tracklets, cameras), len(cameras), at_most)
    if len(seen.frame) < FEWEST:
        raise SourceError(
            "The cameras don't see enough people together to calibrate by them ({count} sightings by two cameras at once, of "
            "{fewest} needed). Film one or more people who walk through the whole room for half a minute.",
            count=len(seen.frame), fewest=FEWEST,
        )  # fmt: skip
    return seen


def fit(cameras: Sequence[Camera], seen: Observations, prior: Freedom) -> tuple[tuple[Freedom, ...], Adjusted]:
    """The adjustment under a prior whose size is found from the data too, for each camera: that prior, and the outcome."""
    cameras = tuple(cameras)
    start = meet(cameras, seen.pixels, seen.sd_px)
    now: tuple[Freedom, ...] = (prior,) * len(cameras)
    for round_ in range(ROUNDS):
        settled = 1e-3 if round_ < ROUNDS - 1 else 1e-5
        found = adjust(cameras, seen, start, now, settled=settled, robust_sd=NEAR_ROBUST_SD)
        start = np.where(np.isfinite(found.joints_world_mm), found.joints_world_mm, start)
        if round_ == 0:  # how well joints are known in general, measured
            seen = replace(seen, sd_px=seen.sd_px * float(np.clip(found.spread, 0.3, 5.0)))
        elif round_ < ROUNDS - 1:
            now = _prior_of(cameras, found, prior)
    return now, found


def _prior_of(cameras: Sequence[Camera], found: Adjusted, prior: Freedom) -> tuple[Freedom, ...]:
    """The prior under which what was found is most likely: one size for all cameras' lenses, and for where each stands and
    looks one that is drawn towards all cameras' (one of them may have been knocked)."""
    base = np.array([prior.sd(camera) for camera in cameras])
    off = (_parameters_moved(cameras, found.cameras) ** 2 + found.sd**2) / np.where(base > 0, base, np.inf) ** 2
    sizes = [off[:, group] for group in _GROUPS]
    common = [(s.sum() + PSEUDO) / (s.size + PSEUDO) for s in sizes]
    out = []
    for view in range(len(cameras)):
        own = [(s[view].sum() + PSEUDO * c) / (s[view].size + PSEUDO) for s, c in zip(sizes[:2], common[:2], strict=True)]
        out.append(scaled(prior, np.sqrt([*own, *common[2:]]).clip(NARROWEST, WIDEST)))
    return tuple(out)


def scaled(prior: Freedom, factors: Sequence[float]) -> Freedom:
    """A prior with turn, centre, focal length, principal point and distortion wider by these factors."""
    turn, center, focal, point, lens = (float(f) for f in factors)
    return Freedom(
        prior.turn_deg * turn,
        prior.center_mm * center,
        prior.focal * focal,
        prior.point * point,
        prior.k1 * lens,
        prior.k2 * lens,
    )


def judge(given: Sequence[Camera], adjusted: Adjusted, held: Observations, prior: Sequence[Freedom], people: int) -> Mend:
    """What an adjustment changed, and what that is worth at times that it never saw."""
    given = tuple(given)
    joints = [best_joints(cameras, held) for cameras in (given, adjusted.cameras)]
    off = [
        np.linalg.norm(residuals_px(cameras, held, points), axis=-1)
        for cameras, points in zip((given, adjusted.cameras), joints, strict=True)
    ]
    twice = (held.seen.sum(1) >= 2)[:, None]
    off = [np.where(twice, o, np.nan) for o in off]
    with np.errstate(invalid="ignore"):
        before, after = (np.array([_median(o[:, v]) for v in range(len(given))]) for o in off)
    totals = [_median(o) for o in off]
    worse = tuple(c.name for c, b, a in zip(given, before, after, strict=True) if a > b + max(WORSE * b, WORSE_PX))
    better = totals[1] < totals[0] and _surely_less(*off, held) and not worse
    changes = []
    moved = _parameters_moved(given, adjusted.cameras)
    for v, (old, new) in enumerate(zip(given, adjusted.cameras, strict=True)):
        sd, assumed = adjusted.sd[v], prior[v].sd(old)
        points = adjusted.joints_world_mm.reshape(-1, 3)
        points = points[np.isfinite(points).all(1)]
        shift = project(points, new)[0] - project(points, old)[0]
        changes.append(
            CameraChange(
                old.name, float(np.rad2deg(np.linalg.norm(moved[v, :3]))), float(np.rad2deg(np.linalg.norm(sd[:3]))),
                float(np.linalg.norm(moved[v, 3:6])), float(np.linalg.norm(sd[3:6])), float(moved[v, 6]), float(sd[6]),
                float(np.sqrt(np.median(shift**2))), float(before[v]), float(after[v]),
                bool(np.min(sd[:3] / assumed[:3]) < TOLD),
            )
        )  # fmt: skip
    cameras = adjusted.cameras if better else given
    steady = tuple(steadiness(points, held) for points in joints)
    return Mend(
        cameras, given, tuple(changes), totals[0], totals[1], steady, people, len(adjusted.joints_world_mm), better, worse
    )


def _surely_less(before_px: np.ndarray, after_px: np.ndarray, held: Observations) -> bool:
    """Whether residuals [N, V, K] fell at held-out times: robust costs compared instant by instant (paired t-test)."""
    c2 = ROBUST_SD**2
    gained = c2 * (np.log1p((before_px / held.sd_px) ** 2 / c2) - np.log1p((after_px / held.sd_px) ** 2 / c2))
    known = np.isfinite(gained)
    # of everybody at one time together: one person may tell far more than another, which says nothing of how sure it is
    each = np.bincount(held.frame, np.where(known, gained, 0.0).sum((1, 2)))[np.unique(held.frame[known.any((1, 2))])]
    if len(each) < ALIKE + 1:
        return False
    return bool(each.mean() > SURELY * each.std(ddof=1) / np.sqrt(len(each) / ALIKE))


def best_joints(cameras: Sequence[Camera], seen: Observations) -> np.ndarray:
    """float64 [N, K, 3], mm, world: the joints that the views agree on best, each by itself; NaN: not seen twice."""
    start = meet(cameras, seen.pixels, seen.sd_px)
    found = adjust(cameras, seen, start, [Freedom()] * len(cameras), bones=False, rounds=8).joints_world_mm
    return np.where((seen.seen.sum(1) >= 2)[..., None], found, np.nan)


def steadiness(joints: np.ndarray, seen: Observations) -> float:
    """Relative spread of each person's bones over time, the median of all; NaN: nobody is seen often enough."""
    return _median(spreads(joints, seen.person))


def spreads(joints: np.ndarray, person: np.ndarray) -> np.ndarray:
    """float64 [people * bones]: relative spread of each person's bones over time (robust); NaN: seen less than five times.

    Args:
        joints: float [N, K, 3], mm. person: int [N], whose.
    """
    found = []
    for one in range(int(person.max(initial=-1)) + 1):
        of = joints[person == one]
        for a, b, _ in SEGMENTS:
            length = np.linalg.norm(of[:, a] - of[:, b], axis=-1)
            length = length[np.isfinite(length)]
            middle = np.median(length) if len(length) >= 5 else np.nan
            found.append(1.4826 * np.median(np.abs(length - middle)) / middle if middle > 0 else np.nan)
    return np.array(found)


def held_out(instants: np.ndarray, count: int, third: int = 1) -> np.ndarray:
    """bool, of instants out of ``count``: in a block of time that is kept for judging."""
    return (instants * BLOCKS // max(count, 1)) % 3 == third


def _parameters_moved(before: Sequence[Camera], after: Sequence[Camera]) -> np.ndarray:
    """float64 [V, PARAMETERS]: from one set of cameras to another, in the parameters of ``bundle``."""
    rows = []
    for a, b in zip(before, after, strict=True):
        turn = Rotation.from_matrix(b.R_world_to_cam @ a.R_world_to_cam.T).as_rotvec()
        rows.append([*turn, *(b.center_world_mm - a.center_world_mm), np.log(b.fx / a.fx), b.cx - a.cx, b.cy - a.cy,
                     b.k[0] - a.k[0], b.k[1] - a.k[1]])  # fmt: skip
    return np.array(rows)


def _median(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")
