"""Trajectories beside a reference: brought to the same instants, if asked onto the same place, people matched, distances."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.transform import Rotation

from modules.core.comparison import Comparison, Pair
from modules.core.skeleton import NUM_JOINTS
from modules.core.trajectory import TrajectorySet
from modules.motion.clean import frame_s

#: Nobody farther away than this on average, mm, stands for a person.
MATCH_MM = 1000.0
#: Two of the reference's instants this many of its steps apart have nothing known between them.
LONGEST_STEPS = 1.5
#: Rounds in which the fit of the places forgets its outliers, and how many medians off those are.
ROUNDS, OUTLIER = 4, 3.0
#: Joints that both know, over all frames, below which there is no fit.
ENOUGH = 12


def compared(motion: TrajectorySet, reference: TrajectorySet, shift_s: float = 0.0, move: bool = False) -> Comparison:
    """How far people are from a reference.

    Args:
        motion: the people; its frames are compared. reference: as ``references.read`` gives it, or another take's trajectories;
            without times its frame numbers are those of the recording.
        shift_s: seconds by which the reference is moved later.
        move: moves and turns the reference as a whole onto the people first (no scale), where it was measured in coordinates of
            its own; what is compared then is how people move, not where they are.
    """
    places = [at_instants(reference, person.positions_world_mm, motion, shift_s) for person in reference.people]
    theirs = np.stack(places) if places else np.empty((0, len(motion.frames), NUM_JOINTS, 3))
    mine = np.array([person.positions_world_mm[:, :NUM_JOINTS] for person in motion.people]).reshape(-1, *theirs.shape[1:])
    if move:
        theirs = _moved(mine, theirs)
    pairs = []
    for one, other in _matched(mine, theirs, MATCH_MM):
        person, stands = motion.people[one], reference.people[other]
        distances = np.linalg.norm(mine[one] - theirs[other], axis=-1)
        pairs.append(Pair(person.track_id, stands.track_id, stands.name, theirs[other], distances))
    names = motion.joint_names[:NUM_JOINTS]
    return Comparison(reference.recording, motion.frames, names, tuple(sorted(pairs, key=lambda p: p.track_id)), shift_s, move)


def at_instants(reference: TrajectorySet, positions_mm: np.ndarray, motion: TrajectorySet, shift_s: float) -> np.ndarray:
    """float64 [T, NUM_JOINTS, 3]: a reference person's positions [R, J, 3] at the motion's instants, between two known ones by
    straight lines; NaN: not known then."""
    step = frame_s(motion)
    times = np.where(np.isfinite(reference.times_s), reference.times_s, reference.frames * step) + shift_s
    wanted = np.where(np.isfinite(motion.times_s), motion.times_s, motion.frames * step)
    positions = positions_mm[:, :NUM_JOINTS]
    if len(times) < 2:
        out = np.full((len(wanted), *positions.shape[1:]), np.nan)
        out[np.abs(wanted - times) < step / 2] = positions[0] if len(times) else np.nan
        return out
    after = np.clip(np.searchsorted(times, wanted), 1, len(times) - 1)
    before, span = after - 1, np.diff(times)
    length = span[before]
    share = (wanted - times[before]) / np.maximum(length, 1e-9)
    whole = np.round(share)
    share = np.where(np.abs(share - whole) < 1e-3, whole, share)  # an instant of the reference's own asks no neighbour
    low = np.where((share < 1)[:, None, None], positions[before], 0.0)
    high = np.where((share > 0)[:, None, None], positions[after], 0.0)
    alone = (share == 0) | (share == 1)
    inside = (share >= 0) & (share <= 1) & (alone | (length <= LONGEST_STEPS * np.median(span)))
    found = (1 - share)[:, None, None] * low + share[:, None, None] * high
    return np.where(inside[:, None, None], found, np.nan)


def _mean_distance(a: np.ndarray, b: np.ndarray) -> float:
    distance = np.linalg.norm(a - b, axis=-1)
    return float(np.nanmean(distance)) if np.isfinite(distance).any() else np.inf


def _matched(mine: np.ndarray, theirs: np.ndarray, within_mm: float) -> list[tuple[int, int]]:
    """Pairs of indices, one to one, of the least mean distances."""
    cost = np.array([[_mean_distance(a, b) for b in theirs] for a in mine]).reshape(len(mine), len(theirs))
    rows, columns = linear_sum_assignment(np.minimum(cost, 10 * within_mm))
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if cost[r, c] <= within_mm]


def _moved(mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """``theirs`` moved and turned onto ``mine`` [P, T, J, 3]: by the two people who fit best, then by all who match so."""
    best: tuple[float, np.ndarray] | None = None
    for a in mine:
        for b in theirs:
            fit = _rigid(a, b)
            if fit is not None:
                whole = _apply(theirs, *fit)
                pairs = _matched(mine, whole, MATCH_MM)
                # many people explained well: each who is left out counts as far as a match may be
                off = sum(_mean_distance(mine[i], whole[j]) for i, j in pairs)
                off += MATCH_MM * (min(len(mine), len(theirs)) - len(pairs))
                if best is None or off < best[0]:
                    best = (off, whole)
    if best is None:
        return theirs
    whole = best[1]
    pairs = _matched(mine, whole, MATCH_MM)
    if pairs:
        one, other = (np.concatenate([x[pair[side]] for pair in pairs]) for side, x in enumerate((mine, whole)))
        fit = _rigid(one, other)
        if fit is not None:
            whole = _apply(whole, *fit)
    return whole


def _apply(points: np.ndarray, turn: Rotation, move: np.ndarray) -> np.ndarray:
    return points @ turn.as_matrix().T + move


def _rigid(to: np.ndarray, points: np.ndarray) -> tuple[Rotation, np.ndarray] | None:
    """The turn and then the shift that bring ``points`` [..., 3] onto ``to``; None: too few are known in both.

    After Kabsch (Acta Cryst. A 32, 1976), with outliers left out.
    """
    known = np.isfinite(to).all(-1) & np.isfinite(points).all(-1)
    if known.sum() < ENOUGH:
        return None
    to, points = to[known], points[known]
    kept = np.ones(len(to), bool)
    for _ in range(ROUNDS):
        middle_to, middle = to[kept].mean(0), points[kept].mean(0)
        turn, _ = Rotation.align_vectors(to[kept] - middle_to, points[kept] - middle)
        move = middle_to - turn.apply(middle)
        off = np.linalg.norm(turn.apply(points) + move - to, axis=-1)
        kept = off <= OUTLIER * max(np.median(off), 1.0)
    return turn, move
