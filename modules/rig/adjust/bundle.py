"""Bundle adjustment: cameras, joints and bone lengths that agree best with what the views saw.

Triggs, McLauchlan, Hartley, Fitzgibbon, "Bundle Adjustment – A Modern Synthesis" (2000). Levenberg–Marquardt with analytic
derivatives and robust weights. All joints of one person in one frame are one block (bones tie them together), and the blocks
are eliminated by Schur's complement, so that only cameras and bone lengths are solved for at once: a recording's 600 poses in
8 views take a fraction of a second a round, and the complement's inverse is the cameras' covariance. (``scipy``'s
``least_squares`` knows no such elimination: its sparse solver takes many times as long and gives no covariance.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation
from scipy.special import chdtri

from modules.core.geometry import MIN_DEPTH_MM, world_rays
from modules.core.types import Camera
from modules.rig.adjust.excess import excess, joint_covariance
from modules.rig.adjust.one_thread import on_one_thread
from modules.rig.adjust.projections import (
    CENTER,
    FOCAL,
    PARAMETERS,
    POINT,
    TURN,
    K,
    State,
    derivatives,
    information,
    project_state,
)
from modules.rig.seen.body import BONE_NAMES, FRACTION, SEGMENT_SD, SEGMENTS, STATURE_MM

_A, _B = (np.array([segment[end] for segment in SEGMENTS]) for end in (0, 1))
_BONE = np.array([segment[2] for segment in SEGMENTS])
#: Hardly anything is assumed of a joint's place (mm) and of a bone's length (relative); it keeps what nobody saw from
#: wandering off and the unit from being nothing at all.
PLACE_SD_MM, LENGTH_SD = 20_000.0, 1.0
#: Residuals from this many standard deviations on count less and less.
ROBUST_SD = 2.5
#: … and in a fit that starts near where it ends: most 2D joints are better, and a few far worse, than their standard deviation
#: says. Of 4, 2.5, 1.6, 1 and 0.6 this one placed cameras best (synthetic rigs of six seconds: angles a fifth smaller than with
#: 2.5 from people alone, joints nearer by as much after mending; below it mending begins to miss what could be mended).
NEAR_ROBUST_SD = 1.0
#: A joint with fewer degrees of freedom left says nothing of how far off joints are.
LEFT = 0.5
#: An instant whose joints can't follow is damped so many times as much as the rest, at most.
MOST_HELD = 1e12
#: Of a mistaken joint that two views alone see, three coordinates of four follow the mistake: it is no outlier, and bends what
#: holds the focal lengths of lenses that nobody knows. So many times as far off as by what is left they are then (28 of two
#: synthetic rigs of two cameras, half a minute, root mean square of errors by their standard deviations).
UNCHECKED = 2.6
#: Rounds at which it is found out anew what noise adds to bones.
WEIGHED = (2, 5)


@dataclass(frozen=True, eq=False)
class Observations:
    """What V views saw of people at N instants (one person in one frame is one instant).

    Attributes:
        pixels: float64 [N, V, K, 2], px, raw frames, joints in the order of ``body.JOINTS``; NaN: not seen.
        sd_px: float64 [N, V, K], px: standard deviation per axis of each.
        identity: int [N], whose bones. frame: int [N].
    """

    pixels: np.ndarray
    sd_px: np.ndarray
    identity: np.ndarray
    frame: np.ndarray

    def take(self, chosen: np.ndarray) -> Observations:
        """Some instants (bool or int [n])."""
        return Observations(self.pixels[chosen], self.sd_px[chosen], self.identity[chosen], self.frame[chosen])

    @property
    def person(self) -> np.ndarray:
        """int [N]: the identities, numbered from 0 without gaps."""
        return np.unique(self.identity, return_inverse=True)[1].reshape(len(self.identity))

    @property
    def seen(self) -> np.ndarray:
        """bool [N, V, K]."""
        return np.isfinite(self.pixels).all(-1)


@dataclass(frozen=True)
class Freedom:
    """How far a camera may be from what is given: standard deviations. 0: not at all; inf: nothing is known beforehand.

    Attributes:
        turn_deg, center_mm: per axis. focal: relative. point: principal point, relative to the frame's longer side, per axis.
        k1, k2: radial distortion.
    """

    turn_deg: float = 0.0
    center_mm: float = 0.0
    focal: float = 0.0
    point: float = 0.0
    k1: float = 0.0
    k2: float = 0.0

    def sd(self, camera: Camera) -> np.ndarray:
        """float64 [PARAMETERS]."""
        point = self.point * max(camera.width_px, camera.height_px)
        turn = np.deg2rad(self.turn_deg)
        return np.array([turn] * 3 + [self.center_mm] * 3 + [self.focal, point, point, self.k1, self.k2])


@dataclass(frozen=True, eq=False)
class Adjusted:
    """The outcome.

    Attributes:
        cameras: as adjusted. joints_world_mm: float64 [N, K, 3], mm, world; NaN: no view saw the joint.
        bones_mm: float64 [people, len(BONES)], mm.
        sd: float64 [V, PARAMETERS]: standard deviations of the cameras' parameters, rad, mm, relative, px; 0 where kept.
        cost: half the robust sum of squares. spread: how many times as far off as ``sd_px`` says joints are (median of all).
        size_sd: standard deviation of the rig's size against people's bones, relative; NaN: bones were not asked.
    """

    cameras: tuple[Camera, ...]
    joints_world_mm: np.ndarray
    bones_mm: np.ndarray
    sd: np.ndarray
    cost: float
    spread: float
    size_sd: float = float("nan")


@on_one_thread
def adjust(
    cameras: Sequence[Camera],
    seen: Observations,
    joints_mm: np.ndarray,
    freedom: Sequence[Freedom],
    *,
    bones: bool = True,
    rounds: int = 30,
    settled: float = 1e-5,
    robust_sd: float = ROBUST_SD,
    given: Sequence[Camera] | None = None,
    alike: float = 1.0,
    guessed: bool = False,
) -> Adjusted:
    """Moves cameras, joints and bone lengths until views and bodies agree best.

    Args:
        joints_mm: float [N, K, 3], mm, world, where to start; NaN: not known (found from the person's other joints).
        freedom: V, what is known of each camera.
        bones: whether lengths stay over time and are alike left and right.
        given: what ``freedom`` is about; None: the cameras that it starts from.
        alike: so many instants err alike (``stretches.alike``): standard deviations are what fewer would leave.
        guessed: ``freedom`` is a guess itself (lenses that nobody knows, some of which have a distortion that has no place in
            it): standard deviations are as if it said as much less as the instants do, and those of focal lengths count
            that no third view says which joints were mistaken (``UNCHECKED``).
        rounds, settled: when to stop: after so many rounds, or where one lowers the cost by less than this share.
    """
    problem = _Problem(cameras, seen, joints_mm, freedom, bones, robust_sd, given)
    cost, damping, held = sum(problem.costs(problem.state)), 1e-3, np.ones(len(seen.frame))
    for round_ in range(rounds):
        if bones and round_ in WEIGHED:
            problem.weigh_noise()
            cost = sum(problem.costs(problem.state))
        system = problem.linearise()
        gained = 0.0
        for _ in range(6):
            trial, then, stayed = problem.tried(problem.solve(system, damping, held))
            held = np.clip(np.where(stayed, held * 10, held / 3), 1.0, MOST_HELD)
            if then < cost:
                gained, cost, problem.state, damping = cost - then, then, trial, max(damping / 5, 1e-9)
                break
            damping *= 8
        if gained <= settled * cost:
            break
    return problem.outcome(cost, alike, guessed)


def residuals_px(cameras: Sequence[Camera], seen: Observations, joints_mm: np.ndarray) -> np.ndarray:
    """float64 [N, V, K, 2], px: from projections of joints [N, K, 3] to what was seen; NaN where nothing was."""
    state = State.of(cameras, joints_mm, np.zeros((1, len(BONE_NAMES))))
    at, depth, _ = project_state(state)
    return np.where((depth > MIN_DEPTH_MM)[..., None], seen.pixels - at, np.nan)


class _Problem:
    """State, residuals and normal equations of one adjustment."""

    def __init__(
        self, cameras: Sequence[Camera], seen: Observations, joints_mm: np.ndarray, freedom: Sequence[Freedom],
        bones: bool, robust_sd: float, given: Sequence[Camera] | None = None,
    ) -> None:  # fmt: skip
        self.given, self.seen, self.robust = tuple(cameras), seen, robust_sd
        self.person = seen.person
        self.known = seen.seen
        self.use_bones = bones
        people = int(self.person.max(initial=-1)) + 1
        start = _filled(np.asarray(joints_mm, np.float64), cameras, seen.pixels)
        self.state = self.start = State.of(cameras, start, _first_logs(start, self.known, self.person, people))
        self.prior = self.start if given is None else State.of(given, start, self.start.logs)
        sd = np.array([f.sd(camera) for f, camera in zip(freedom, cameras, strict=True)])
        self.free_camera = sd > 0
        with np.errstate(divide="ignore"):
            self.camera_weight = np.where(self.free_camera, 1 / sd**2, 0.0)
        self.excess = np.zeros((len(start), len(SEGMENTS)))
        self.both = self.known.any(1)[:, _A] & self.known.any(1)[:, _B]  # [N, S]

    def weigh_noise(self) -> None:
        """Finds out how much longer bones look than they are: without that, whoever is farther away seems to be larger, and
        focal lengths give way."""
        covariance = joint_covariance(self.state, self.known, self.seen.sd_px)
        apart = self.state.joints[:, _A] - self.state.joints[:, _B]
        length = np.exp(self.state.logs)[self.person][:, _BONE]
        self.excess = excess(apart, covariance[:, _A] + covariance[:, _B], length)

    def residuals(self, state: State) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[np.ndarray, ...]]:
        """Whitened: of the projections [N, V, K, 2], of the bones [N, S], of the cameras [V, PARAMETERS]; parts."""
        at, depth, parts = project_state(state)
        behind = depth <= MIN_DEPTH_MM
        off = (
            np.where(self.known[..., None], self.seen.pixels - at, 0.0) / np.where(self.known, self.seen.sd_px, 1.0)[..., None]
        )
        off = np.where((behind & self.known)[..., None], 1e3, np.clip(off, -1e4, 1e4))
        length = np.linalg.norm(state.joints[:, _A] - state.joints[:, _B], axis=-1)
        bone = (np.log(np.maximum(length, 1e-3)) - self.excess - state.logs[self.person][:, _BONE]) / SEGMENT_SD
        bone = np.where(self.both, bone, 0.0) if self.use_bones else np.zeros_like(length)
        return off, bone, self.moved_by(state), parts

    def moved_by(self, state: State) -> np.ndarray:
        """[V, PARAMETERS]: how far cameras are from what was given, in the parameters' units."""
        first = self.prior
        turn = Rotation.from_matrix(state.R @ first.R.transpose(0, 2, 1)).as_rotvec()
        focal = np.log(state.lens[:, :1] / first.lens[:, :1])
        rest = state.lens[:, [2, 3, 4, 5]] - first.lens[:, [2, 3, 4, 5]]
        return np.concatenate([turn, state.center - first.center, focal, rest], 1)

    def costs(self, state: State) -> tuple[float, float]:
        """Half the robust sum of squares (Cauchy for what was seen and for bones): of all instants, and of the rest."""
        own, rest = self.costs_apart(state)
        return float(own.sum()), rest

    def costs_apart(self, state: State) -> tuple[np.ndarray, float]:
        """The same, of each instant [N] and of the rest."""
        off, bone, moved, _ = self.residuals(state)
        c2 = self.robust**2
        own = (c2 * np.log1p((off**2).sum(-1) / c2)).sum((1, 2)) + (c2 * np.log1p(bone**2 / c2)).sum(1)
        own += ((state.joints - self.start.joints) ** 2).sum((1, 2)) / PLACE_SD_MM**2
        rest = (self.camera_weight * moved**2).sum()
        rest += ((state.logs - np.log(FRACTION * STATURE_MM)) ** 2).sum() / LENGTH_SD**2
        return own / 2, float(rest / 2)

    def tried(self, step: tuple[np.ndarray, np.ndarray, np.ndarray]) -> tuple[State, float, np.ndarray]:
        """The state after a step, its cost, and which instants' joints stayed, bool [N]: where a step would make things worse
        for them. Else one instant in which someone was mistaken for another would hold up all cameras."""
        moved = self.moved(step)
        still = replace(moved, joints=self.state.joints)
        (new, rest), (old, _) = self.costs_apart(moved), self.costs_apart(still)
        stayed = ~(new <= old)  # NaN stays too
        joints = np.where(stayed[:, None, None], still.joints, moved.joints)
        return replace(moved, joints=joints), float(np.where(stayed, old, new).sum()) + rest, stayed

    def linearise(self, robust_sd: float | None = None) -> tuple[np.ndarray, ...]:
        """Normal equations: of the blocks [N, 3K, 3K], [N, 3K]; between blocks and the rest [N, 3K, G]; of the rest."""
        state, seen = self.state, self.seen
        off, bone, moved, parts = self.residuals(state)
        by_joint, by_camera = derivatives(state, parts)
        instants, views, joints = self.known.shape
        robust = self.robust if robust_sd is None else robust_sd
        c2 = robust**2
        weight = self.known / (1 + (off**2).sum(-1) / c2)
        weight = np.where(parts[0][..., 2] > MIN_DEPTH_MM, weight, 0.0)
        root = np.sqrt(weight) / np.where(self.known, seen.sd_px, 1.0)
        by_joint, by_camera = by_joint * root[..., None, None], by_camera * root[..., None, None]
        by_camera = by_camera * self.free_camera[:, None, None]
        left = off * np.sqrt(weight)[..., None]
        cameras, bones = views * PARAMETERS, len(BONE_NAMES)
        people = len(state.logs)
        block = np.zeros((instants, joints, 3, joints, 3))
        own = (by_joint[..., :, None] * by_joint[..., None, :]).sum((1, 3)) + np.eye(3) / PLACE_SD_MM**2
        block[:, np.arange(joints), :, np.arange(joints)] = own.swapaxes(0, 1)
        right = np.einsum("nvkai,nvka->nki", by_joint, left) - (state.joints - self.start.joints) / PLACE_SD_MM**2
        cross = np.zeros((instants, joints, 3, cameras + bones))
        both = sum(
            by_joint[..., axis, :, None] * by_camera[..., axis, None, :] for axis in range(2)
        )  # [N, V, K, 3, PARAMETERS]
        cross[..., :cameras] = both.transpose(0, 2, 3, 1, 4).reshape(instants, joints, 3, cameras)
        rest = np.zeros((cameras + people * bones,) * 2)
        rows = by_camera.transpose(1, 0, 2, 3, 4).reshape(views, -1, PARAMETERS)
        for view, part in enumerate(rows.swapaxes(1, 2) @ rows):
            at = slice(view * PARAMETERS, (view + 1) * PARAMETERS)
            rest[at, at] = part + np.diag(self.camera_weight[view])
        rest_right = np.zeros(len(rest))
        rest_right[:cameras] = (np.einsum("nvkac,nvka->vc", by_camera, left) - self.camera_weight * moved).ravel()
        if self.use_bones:
            self._add_bones(state, bone, robust, block, right, cross[..., cameras:], rest, rest_right)
        logs = slice(cameras, None)
        rest[logs, logs] += np.eye(people * bones) / LENGTH_SD**2
        rest_right[logs] -= ((state.logs - np.log(FRACTION * STATURE_MM)) / LENGTH_SD**2).ravel()
        size = joints * 3
        return (
            block.reshape(instants, size, size), right.reshape(instants, size), cross.reshape(instants, size, -1),
            rest, rest_right,
        )  # fmt: skip

    def _add_bones(
        self, state: State, bone: np.ndarray, robust_sd: float, block: np.ndarray, right: np.ndarray, cross: np.ndarray,
        rest: np.ndarray, rest_right: np.ndarray,
    ) -> None:  # fmt: skip
        weight = self.both / (1 + bone**2 / robust_sd**2) / SEGMENT_SD**2
        apart = state.joints[:, _A] - state.joints[:, _B]
        slope = apart / np.maximum((apart**2).sum(-1), 1.0)[..., None]  # of the log length
        left = bone * SEGMENT_SD
        cameras = len(self.given) * PARAMETERS
        count = len(BONE_NAMES)
        for s, (a, b, kind) in enumerate(SEGMENTS):
            w, g = weight[:, s, None, None], slope[:, s]
            outer = w * g[:, :, None] * g[:, None, :]
            block[:, a, :, a] += outer
            block[:, b, :, b] += outer
            block[:, a, :, b] -= outer
            block[:, b, :, a] -= outer
            pull = weight[:, s, None] * g
            right[:, a] -= pull * left[:, s, None]
            right[:, b] += pull * left[:, s, None]
            cross[:, a, :, kind] -= pull
            cross[:, b, :, kind] += pull
            at = cameras + self.person * count + kind
            np.add.at(rest, (at, at), weight[:, s])
            np.add.at(rest_right, at, weight[:, s] * left[:, s])

    def _reduced(
        self, system: tuple[np.ndarray, ...], damping: float, held: np.ndarray | float = 1.0
    ) -> tuple[np.ndarray, ...]:
        """The rest alone (Schur's complement), its right side, and what gives the blocks back."""
        block, right, cross, rest, rest_right = system
        grown = _damped(block, damping * np.broadcast_to(held, len(block))[:, None])
        cameras, count = len(self.given) * PARAMETERS, len(BONE_NAMES)
        keep = np.r_[np.flatnonzero(self.free_camera.ravel()), cameras : cameras + (count if self.use_bones else 0)]
        solved = np.zeros((*cross.shape[:2], cross.shape[2] + 1))
        solved[..., [*keep, -1]] = np.linalg.solve(grown, np.concatenate([cross[..., keep], right[..., None]], -1))
        out, out_right = rest.copy(), rest_right.copy()
        out[np.diag_indices(len(out))] *= 1 + damping
        for person in range(len(self.state.logs)):
            mine = self.person == person
            taken = cross[mine].reshape(-1, cross.shape[-1]).T @ solved[mine].reshape(-1, solved.shape[-1])
            at = np.r_[0:cameras, cameras + person * count : cameras + (person + 1) * count]
            out[np.ix_(at, at)] -= taken[:, :-1]
            out_right[at] -= taken[:, -1]
        return out, out_right, solved

    def _free(self) -> np.ndarray:
        """bool: which of the rest are not kept as given."""
        return np.concatenate([self.free_camera.ravel(), np.full(self.state.logs.size, self.use_bones)])

    def solve(
        self, system: tuple[np.ndarray, ...], damping: float, held: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """One step: cameras [V, PARAMETERS], joints [N, K, 3], logs [people, B]; instants' damping times ``held`` [N]."""
        out, out_right, solved = self._reduced(system, damping, held)
        free = self._free()
        step = np.zeros(len(out))
        scale, scaled = _evened(out[np.ix_(free, free)])
        step[free] = scale * np.linalg.solve(scaled, scale * out_right[free])
        cameras = len(self.given) * PARAMETERS
        logs = step[cameras:].reshape(self.state.logs.shape)
        mine = np.concatenate([np.broadcast_to(step[:cameras], (len(solved), cameras)), logs[self.person]], 1)
        joints = solved[..., -1] - (solved[..., :-1] @ mine[..., None])[..., 0]
        return step[:cameras].reshape(-1, PARAMETERS), joints.reshape(self.state.joints.shape), logs

    def moved(self, step: tuple[np.ndarray, np.ndarray, np.ndarray]) -> State:
        """The state after a step."""
        camera, joints, logs = step
        lens = self.state.lens.copy()
        lens[:, :2] *= np.exp(np.clip(camera[:, FOCAL, None], -0.5, 0.5))
        lens[:, 2:4] += camera[:, POINT]
        lens[:, 4:6] += camera[:, K]
        R = Rotation.from_rotvec(camera[:, TURN]).as_matrix() @ self.state.R
        return State(R, self.state.center + camera[:, CENTER], lens, self.state.joints + joints, self.state.logs + logs)

    def outcome(self, cost: float, alike: float, guessed: bool) -> Adjusted:
        """What is handed out."""
        state = self.state
        off = self.residuals(state)[0]
        # weights of a near fit leave out so much of what good joints say that it would seem half as sure again
        system, spread = self.linearise(robust_sd=max(self.robust, ROBUST_SD)), self._spread(off)
        free = self._free()
        out = self._reduced(system, 0.0)[0]
        # as if what was seen (all but the priors) said so many times less
        prior = np.concatenate([self.camera_weight.ravel(), np.full(state.logs.size, 1 / LENGTH_SD**2)])
        out = (out + (0 if guessed else alike - 1) * np.diag(prior)) / alike
        covariance = np.zeros_like(out)
        scale, scaled = _evened(out[np.ix_(free, free)])
        covariance[np.ix_(free, free)] = scale[:, None] * scale * np.linalg.pinv(scaled, rcond=1e-11, hermitian=True)
        count, worse = len(self.given) * PARAMETERS, max(spread, 1.0)
        sd = np.sqrt(np.maximum(np.diag(covariance)[:count], 0)).reshape(-1, PARAMETERS) * worse
        if guessed:
            sd[:, FOCAL] *= 1 + (UNCHECKED - 1) * self._unchecked()
        size = self._by_size(state)
        size_sd = float(np.sqrt(max(size @ covariance @ size, 0.0)) * worse) if self.use_bones else float("nan")
        joints = np.where(self.known.any(1)[..., None], state.joints, np.nan)
        return Adjusted(self._cameras(state), joints, np.exp(state.logs), sd, cost, spread, size_sd)

    def _unchecked(self) -> np.ndarray:
        """float64 [V]: of the joints that a view and others see, the share that one other view sees alone."""
        views = self.known.sum(1)[:, None]
        by_two, by_more = ((self.known & of).sum((0, 2)) for of in (views == 2, views > 2))
        return by_two / np.maximum(by_two + by_more, 1)

    def _by_size(self, state: State) -> np.ndarray:
        """Derivative of log(rig's size / people's bones) by the rest (cameras and logs): what no choice of a unit changes."""
        camera = np.zeros((len(state.center), PARAMETERS))
        out = state.center - state.center.mean(0)
        camera[:, CENTER] = out / max((out**2).sum(), 1e-9)
        return np.concatenate([camera.ravel(), np.full(state.logs.size, -1.0 / max(state.logs.size, 1))])

    def _spread(self, off: np.ndarray) -> float:
        """How many times as far off as ``sd_px`` joints are, from what is left [N, V, K, 2] of a fit.

        A point that two views see follows them: of four coordinates one is left. So each joint's squared sum is measured by
        its own degrees of freedom (trace of the hat matrix; Hastie, Tibshirani, Friedman, 2nd ed., 7.6).
        """
        instants, _, joints = self.known.shape
        says = information(derivatives(self.state, project_state(self.state)[2])[0], self.known, self.seen.sd_px)
        inverse = np.linalg.inv(_damped(self.linearise(robust_sd=np.inf)[0], 0.0)).reshape(instants, joints, 3, joints, 3)
        inverse = inverse[:, range(joints), :, range(joints)]
        freedom = 2 * self.known.sum(1) - np.einsum("knij,nkij->nk", inverse, says)
        total = np.where(self.known[..., None], off**2, 0.0).sum((1, 3))
        told = freedom > LEFT
        if not told.any():
            return float("nan")
        return float(np.sqrt(np.median(total[told] / chdtri(freedom[told], 0.5))))

    def _cameras(self, state: State) -> tuple[Camera, ...]:
        made = []
        for camera, R, center, lens in zip(self.given, state.R, state.center, state.lens, strict=True):
            U, _, Vt = np.linalg.svd(R)
            made.append(
                replace(
                    camera, fx=float(lens[0]), fy=float(lens[1]), cx=float(lens[2]), cy=float(lens[3]), k=lens[4:7],
                    R_world_to_cam=U @ Vt, center_world_mm=center,
                )
            )  # fmt: skip
        return tuple(made)


def _damped(block: np.ndarray, damping: np.ndarray | float) -> np.ndarray:
    """Blocks [N, n, n] with more on their diagonals, a trifle at least, so that they can be inverted."""
    grown, size = block.copy(), block.shape[1]
    diagonal = np.diagonal(block, axis1=1, axis2=2)
    grown[:, np.arange(size), np.arange(size)] += damping * diagonal + 1e-9 * diagonal.max(1, keepdims=True)
    return grown


def _evened(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A symmetric matrix scaled to a diagonal of ones (and a trifle more, so that it can be inverted), after the scale [n]:
    parameters have units from radians to millimetres."""
    scale = 1 / np.sqrt(np.maximum(np.diag(matrix), 1e-30))
    return scale, matrix * scale[:, None] * scale + 1e-12 * np.eye(len(matrix))


def _filled(joints: np.ndarray, cameras: Sequence[Camera], pixels: np.ndarray) -> np.ndarray:
    """Joints [N, K, 3] that are not known put where a view sees them (pixels [N, V, K, 2]), as near to the middle of the
    person's others as its ray goes: from where a bone is many times too short no step leads back. Those that no view sees go
    to the middle, spread so that no bone is nothing."""
    with np.errstate(invalid="ignore"):
        count = np.isfinite(joints).all(-1).sum(1)
        middle = np.nansum(joints, 1) / np.maximum(count, 1)[:, None]
    apart = 50.0 * np.stack(
        [np.cos(np.arange(joints.shape[1])), np.sin(np.arange(joints.shape[1])), np.zeros(joints.shape[1])], 1
    )
    filled = np.where(np.isfinite(joints), joints, middle[:, None] + apart)
    for view, camera in enumerate(cameras):
        rays = world_rays(pixels[:, view], camera)
        depth = ((middle - camera.center_world_mm)[:, None] * rays).sum(-1)
        here = np.isfinite(depth) & (depth > MIN_DEPTH_MM) & (count > 0)[:, None] & ~np.isfinite(joints).all(-1)
        filled[here] = (camera.center_world_mm + depth[..., None] * rays)[here]
    return filled


def _first_logs(joints: np.ndarray, known: np.ndarray, person: np.ndarray, people: int) -> np.ndarray:
    """Log bone lengths [people, B] to start with: medians of what two views or more saw."""
    twice = known.sum(1) >= 2
    both = twice[:, _A] & twice[:, _B]
    length = np.linalg.norm(joints[:, _A] - joints[:, _B], axis=-1)
    logs = np.tile(np.log(FRACTION * STATURE_MM), (people, 1))
    for p in range(people):
        for bone in range(len(BONE_NAMES)):
            kind = np.flatnonzero(bone == _BONE)
            of = length[person == p][:, kind][both[person == p][:, kind]]
            if len(of):
                logs[p, bone] = np.log(max(float(np.median(of)), 1.0))
    return logs
