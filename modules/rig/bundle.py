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

from modules.core.geometry import MIN_DEPTH_MM
from modules.core.types import Camera

from .body import BONE_NAMES, FRACTION, SEGMENT_SD, SEGMENTS, STATURE_MM

#: A camera's parameters: turn (3, rad, about its own axes), centre (3, mm), log focal length, principal point (2, px), k1, k2.
PARAMETERS = 11
_TURN, _CENTER, _FOCAL, _POINT, _K = slice(0, 3), slice(3, 6), 6, slice(7, 9), slice(9, 11)
_A, _B = (np.array([segment[end] for segment in SEGMENTS]) for end in (0, 1))
_BONE = np.array([segment[2] for segment in SEGMENTS])
#: Hardly anything is assumed of a joint's place (mm) and of a bone's length (relative); it keeps what nobody saw from
#: wandering off and the unit from being nothing at all.
PLACE_SD_MM, LENGTH_SD = 20_000.0, 1.0
#: Residuals from this many standard deviations on count less and less.
ROBUST_SD = 2.5


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
    """

    cameras: tuple[Camera, ...]
    joints_world_mm: np.ndarray
    bones_mm: np.ndarray
    sd: np.ndarray
    cost: float
    spread: float


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
) -> Adjusted:
    """Moves cameras, joints and bone lengths until views and bodies agree best.

    Args:
        joints_mm: float [N, K, 3], mm, world, where to start; NaN: not known (found from the person's other joints).
        freedom: V, what is known of each camera.
        bones: whether lengths stay over time and are alike left and right.
        rounds, settled: when to stop: after so many rounds, or where one lowers the cost by less than this share.
    """
    problem = _Problem(cameras, seen, joints_mm, freedom, bones, robust_sd)
    cost, damping = problem.cost(problem.state), 1e-3
    for _ in range(rounds):
        system = problem.linearise()
        gained = 0.0
        for _ in range(6):
            step = problem.solve(system, damping)
            trial = problem.moved(step)
            then = problem.cost(trial)
            if then < cost:
                gained, cost, problem.state, damping = cost - then, then, trial, max(damping / 5, 1e-9)
                break
            damping *= 8
        if gained <= settled * cost:
            break
    return problem.outcome(cost)


def residuals_px(cameras: Sequence[Camera], seen: Observations, joints_mm: np.ndarray) -> np.ndarray:
    """float64 [N, V, K, 2], px: from projections of joints [N, K, 3] to what was seen; NaN where nothing was."""
    state = _State.of(cameras, joints_mm, np.zeros((1, len(BONE_NAMES))))
    at, depth, _ = _project(state)
    return np.where((depth > MIN_DEPTH_MM)[..., None], seen.pixels - at, np.nan)


@dataclass(frozen=True, eq=False)
class _State:
    """R [V, 3, 3], center [V, 3], lens [V, 9] (fx fy cx cy k1 k2 k3 p1 p2), joints [N, K, 3], log bone lengths [people, B]."""

    R: np.ndarray
    center: np.ndarray
    lens: np.ndarray
    joints: np.ndarray
    logs: np.ndarray

    @staticmethod
    def of(cameras: Sequence[Camera], joints: np.ndarray, logs: np.ndarray) -> _State:
        lens = np.array([[c.fx, c.fy, c.cx, c.cy, *c.k, *c.p] for c in cameras])
        R = np.array([c.R_world_to_cam for c in cameras])
        return _State(R, np.array([c.center_world_mm for c in cameras]), lens, np.asarray(joints, np.float64), logs)


def _project(state: _State) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, ...]]:
    """px [N, V, K, 2], depth [N, V, K], and what the derivatives need."""
    off = state.joints[:, None] - state.center[:, None]  # [N, V, K, 3]
    at = off @ state.R.swapaxes(1, 2)
    depth = np.where(np.abs(at[..., 2]) < MIN_DEPTH_MM, MIN_DEPTH_MM, at[..., 2])
    x, y = at[..., 0] / depth, at[..., 1] / depth
    fx, fy, cx, cy, k1, k2, k3, p1, p2 = state.lens.T[:, :, None]
    r2 = np.minimum(x * x + y * y, 1e6)
    grown = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
    xd = x * grown + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
    yd = y * grown + 2 * p2 * x * y + p1 * (r2 + 2 * y * y)
    return np.stack([fx * xd + cx, fy * yd + cy], -1), at[..., 2], (at, depth, x, y, r2, grown, xd, yd)


def _derivatives(state: _State, parts: tuple[np.ndarray, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Of the projections: by the joint [N, V, K, 2, 3], by the camera's parameters [N, V, K, 2, PARAMETERS]."""
    at, depth, x, y, r2, grown, xd, yd = parts
    fx, fy, _, _, k1, k2, k3, p1, p2 = state.lens.T[:, :, None]
    slope = k1 + r2 * (2 * k2 + 3 * r2 * k3)
    xx = fx * (grown + 2 * x * x * slope + 2 * p1 * y + 6 * p2 * x)
    xy = 2 * x * y * slope + 2 * p1 * x + 2 * p2 * y
    yy = fy * (grown + 2 * y * y * slope + 6 * p1 * y + 2 * p2 * x)
    by_flat = np.stack([np.stack([xx, fx * xy], -1), np.stack([fy * xy, yy], -1)], -2)  # by (x, y)
    zero = np.zeros_like(x)
    flat = np.stack([np.stack([1 / depth, zero, -x / depth], -1), np.stack([zero, 1 / depth, -y / depth], -1)], -2)
    by_camera_frame = by_flat @ flat  # [N, V, K, 2, 3]
    by_joint = by_camera_frame @ state.R[:, None]
    out = np.zeros((*x.shape, 2, PARAMETERS))
    a, b, c = at[..., 0, None], at[..., 1, None], at[..., 2, None]
    rows = by_camera_frame
    out[..., 0] = rows[..., 2] * b - rows[..., 1] * c  # turned by w: x → x + w × x
    out[..., 1] = rows[..., 0] * c - rows[..., 2] * a
    out[..., 2] = rows[..., 1] * a - rows[..., 0] * b
    out[..., _CENTER] = -by_joint
    out[..., 0, _FOCAL], out[..., 1, _FOCAL] = fx * xd, fy * yd
    out[..., 0, 7] = out[..., 1, 8] = 1.0
    out[..., 0, 9], out[..., 1, 9] = fx * x * r2, fy * y * r2
    out[..., 0, 10], out[..., 1, 10] = fx * x * r2 * r2, fy * y * r2 * r2
    return by_joint, out


class _Problem:
    """State, residuals and normal equations of one adjustment."""

    def __init__(
        self, cameras: Sequence[Camera], seen: Observations, joints_mm: np.ndarray, freedom: Sequence[Freedom],
        bones: bool, robust_sd: float,
    ) -> None:  # fmt: skip
        self.given, self.seen, self.robust = tuple(cameras), seen, robust_sd
        self.person = seen.person
        self.known = seen.seen
        self.use_bones = bones
        people = int(self.person.max(initial=-1)) + 1
        start = _filled(np.asarray(joints_mm, np.float64))
        self.state = self.start = _State.of(cameras, start, _first_logs(start, self.known, self.person, people))
        sd = np.array([f.sd(camera) for f, camera in zip(freedom, cameras, strict=True)])
        self.free_camera = sd > 0
        with np.errstate(divide="ignore"):
            self.camera_weight = np.where(self.free_camera, 1 / sd**2, 0.0)
        self.both = self.known.any(1)[:, _A] & self.known.any(1)[:, _B]  # [N, S]

    def residuals(self, state: _State) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[np.ndarray, ...]]:
        """Whitened: of the projections [N, V, K, 2], of the bones [N, S], of the cameras [V, PARAMETERS]; parts."""
        at, depth, parts = _project(state)
        behind = depth <= MIN_DEPTH_MM
        off = (
            np.where(self.known[..., None], self.seen.pixels - at, 0.0) / np.where(self.known, self.seen.sd_px, 1.0)[..., None]
        )
        off = np.where((behind & self.known)[..., None], 1e3, np.clip(off, -1e4, 1e4))
        length = np.linalg.norm(state.joints[:, _A] - state.joints[:, _B], axis=-1)
        bone = (np.log(np.maximum(length, 1e-3)) - state.logs[self.person][:, _BONE]) / SEGMENT_SD
        bone = np.where(self.both, bone, 0.0) if self.use_bones else np.zeros_like(length)
        return off, bone, self.moved_by(state), parts

    def moved_by(self, state: _State) -> np.ndarray:
        """[V, PARAMETERS]: how far cameras are from what was given, in the parameters' units."""
        first = self.start
        turn = Rotation.from_matrix(state.R @ first.R.transpose(0, 2, 1)).as_rotvec()
        focal = np.log(state.lens[:, :1] / first.lens[:, :1])
        rest = state.lens[:, [2, 3, 4, 5]] - first.lens[:, [2, 3, 4, 5]]
        return np.concatenate([turn, state.center - first.center, focal, rest], 1)

    def cost(self, state: _State) -> float:
        """Half the robust sum of squares (Cauchy for what was seen and for bones)."""
        off, bone, moved, _ = self.residuals(state)
        c2 = self.robust**2
        total = (c2 * np.log1p((off**2).sum(-1) / c2)).sum() + (c2 * np.log1p(bone**2 / c2)).sum()
        total += (self.camera_weight * moved**2).sum()
        total += ((state.joints - self.start.joints) ** 2).sum() / PLACE_SD_MM**2
        total += ((state.logs - np.log(FRACTION * STATURE_MM)) ** 2).sum() / LENGTH_SD**2
        return float(total / 2)

    def linearise(self) -> tuple[np.ndarray, ...]:
        """Normal equations: of the blocks [N, 3K, 3K], [N, 3K]; between blocks and the rest [N, 3K, G]; of the rest."""
        state, seen = self.state, self.seen
        off, bone, moved, parts = self.residuals(state)
        by_joint, by_camera = _derivatives(state, parts)
        instants, views, joints = self.known.shape
        c2 = self.robust**2
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
            self._add_bones(state, bone, block, right, cross[..., cameras:], rest, rest_right)
        logs = slice(cameras, None)
        rest[logs, logs] += np.eye(people * bones) / LENGTH_SD**2
        rest_right[logs] -= ((state.logs - np.log(FRACTION * STATURE_MM)) / LENGTH_SD**2).ravel()
        size = joints * 3
        return (
            block.reshape(instants, size, size), right.reshape(instants, size), cross.reshape(instants, size, -1),
            rest, rest_right,
        )  # fmt: skip

    def _add_bones(
        self, state: _State, bone: np.ndarray, block: np.ndarray, right: np.ndarray, cross: np.ndarray, rest: np.ndarray,
        rest_right: np.ndarray,
    ) -> None:  # fmt: skip
        weight = self.both / (1 + bone**2 / self.robust**2) / SEGMENT_SD**2
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

    def _reduced(self, system: tuple[np.ndarray, ...], damping: float) -> tuple[np.ndarray, ...]:
        """The rest alone (Schur's complement), its right side, and what gives the blocks back."""
        block, right, cross, rest, rest_right = system
        size = block.shape[1]
        grown = block.copy()
        diagonal = np.diagonal(block, axis1=1, axis2=2)
        grown[:, np.arange(size), np.arange(size)] += damping * diagonal + 1e-9 * diagonal.max(1, keepdims=True)
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

    def solve(self, system: tuple[np.ndarray, ...], damping: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """One step: cameras [V, PARAMETERS], joints [N, K, 3], logs [people, B]."""
        out, out_right, solved = self._reduced(system, damping)
        free = self._free()
        step = np.zeros(len(out))
        scale, scaled = _evened(out[np.ix_(free, free)])
        step[free] = scale * np.linalg.solve(scaled, scale * out_right[free])
        cameras = len(self.given) * PARAMETERS
        logs = step[cameras:].reshape(self.state.logs.shape)
        mine = np.concatenate([np.broadcast_to(step[:cameras], (len(solved), cameras)), logs[self.person]], 1)
        joints = solved[..., -1] - (solved[..., :-1] @ mine[..., None])[..., 0]
        return step[:cameras].reshape(-1, PARAMETERS), joints.reshape(self.state.joints.shape), logs

    def moved(self, step: tuple[np.ndarray, np.ndarray, np.ndarray]) -> _State:
        """The state after a step."""
        camera, joints, logs = step
        lens = self.state.lens.copy()
        lens[:, :2] *= np.exp(np.clip(camera[:, _FOCAL, None], -0.5, 0.5))
        lens[:, 2:4] += camera[:, _POINT]
        lens[:, 4:6] += camera[:, _K]
        R = Rotation.from_rotvec(camera[:, _TURN]).as_matrix() @ self.state.R
        return _State(R, self.state.center + camera[:, _CENTER], lens, self.state.joints + joints, self.state.logs + logs)

    def outcome(self, cost: float) -> Adjusted:
        """What is handed out."""
        state = self.state
        off = self.residuals(state)[0]
        known = off[self.known]
        # the median of a squared 2D normal error is 2 ln 2
        spread = float(np.sqrt(np.median((known**2).sum(-1)) / (2 * np.log(2)))) if len(known) else float("nan")
        free = self._free()
        out = self._reduced(self.linearise(), 0.0)[0]
        variance = np.zeros(len(out))
        scale, scaled = _evened(out[np.ix_(free, free)])
        variance[free] = scale**2 * np.diag(np.linalg.pinv(scaled, rcond=1e-11, hermitian=True))
        count = len(self.given) * PARAMETERS
        sd = np.sqrt(np.maximum(variance[:count], 0)).reshape(-1, PARAMETERS) * max(spread, 1.0)
        joints = np.where(self.known.any(1)[..., None], state.joints, np.nan)
        return Adjusted(self._cameras(state), joints, np.exp(state.logs), sd, cost, spread)

    def _cameras(self, state: _State) -> tuple[Camera, ...]:
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


def _evened(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A symmetric matrix scaled to a diagonal of ones (and a trifle more, so that it can be inverted), after the scale [n]:
    parameters have units from radians to millimetres."""
    scale = 1 / np.sqrt(np.maximum(np.diag(matrix), 1e-30))
    return scale, matrix * scale[:, None] * scale + 1e-12 * np.eye(len(matrix))


def _filled(joints: np.ndarray) -> np.ndarray:
    """Joints [N, K, 3] that are not known put in the middle of the person's others, spread so that no bone is nothing."""
    with np.errstate(invalid="ignore"):
        count = np.isfinite(joints).all(-1).sum(1)
        middle = np.nansum(joints, 1) / np.maximum(count, 1)[:, None]
    apart = 50.0 * np.stack(
        [np.cos(np.arange(joints.shape[1])), np.sin(np.arange(joints.shape[1])), np.zeros(joints.shape[1])], 1
    )
    return np.where(np.isfinite(joints), joints, middle[:, None] + apart)


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
