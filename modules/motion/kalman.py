"""A Rauch–Tung–Striebel smoother for many coordinates at once, for measurements whose errors last a while.

Model of one coordinate, after Singer, "Estimating optimal tracking filter performance for manned maneuvering targets" (IEEE
Trans. AES 6, 1970): an acceleration that wanders about zero with a deviation and over a time that are a person's. A measurement
is the position plus an error of which a share lasts (a first-order process, part of the state) and the rest is new each time;
what lasts can't be smoothed away, and the deviations say so.

Solved by the filter and, backwards, in the form of Bierman, "Fixed interval smoothing with discrete measurements" (Int. J.
Control 18, 1973), which gives what Rauch, Tung and Striebel's recursion gives without inverting a matrix; its by-products
tell how far each measurement is from what all the others say (de Jong, "Smoothing and interpolation with the state-space
model", JASA 84, 1989).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.linalg import expm

#: For how long an acceleration goes on (e-folding), s.
MANOEUVRE_S = 0.10
#: What is known of position (mm), speed (mm/s) before the first measurement; standard deviations.
FIRST_MM, FIRST_MM_S = 500.0, 2000.0
#: Frames smoothed at once, and how many of both neighbours' are seen from inside: memory stays flat however long the take.
BLOCK, OVERLAP = 4096, 256


@dataclass(frozen=True)
class Errors:
    """How measurement errors go on: ``lasting`` share of their variance, and over how long, s (e-folding)."""

    lasting: float
    seconds: float


@dataclass(frozen=True, eq=False)
class Smoothed:
    """Of T instants and N coordinates: float64 [T, N] each.

    Attributes:
        mean, sd: position and its standard deviation.
        deleted: each measurement against what all others say, in standard deviations of that difference; NaN: not measured.
    """

    mean: np.ndarray
    sd: np.ndarray
    deleted: np.ndarray


def smooth(measured: np.ndarray, sd: np.ndarray, acceleration: np.ndarray, dt_s: float, errors: Errors) -> Smoothed:
    """Smooths N coordinates independently.

    Args:
        measured: float64 [T, N], NaN: not measured. sd: [T, N], the measurements' standard deviations, same unit.
        acceleration: [T, N], standard deviation of the acceleration at each instant, unit/s².
        dt_s: seconds between instants. errors: of the measurements.
    """
    parts = []
    for seen, inner in _blocks(len(measured)):
        part = _smooth(measured[seen], sd[seen], acceleration[seen], dt_s, errors)
        parts.append([a[inner] for a in (part.mean, part.sd, part.deleted)])
    return Smoothed(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def likelihood(measured: np.ndarray, sd: np.ndarray, acceleration: np.ndarray, dt_s: float, errors: Errors) -> np.ndarray:
    """float64 [T, N]: log-likelihood of each measurement given those before it; 0: not measured. Arguments as of ``smooth``."""
    every = _blocks(len(measured))
    parts = (_forwards(measured[s], sd[s], acceleration[s], dt_s, errors).likelihood[inner] for s, inner in every)
    return np.concatenate(list(parts))


def _blocks(count: int) -> Iterator[tuple[slice, slice]]:
    """Stretches of BLOCK instants with OVERLAP at both ends, and where in each the stretch itself lies."""
    for start in range(0, max(count, 1), BLOCK):
        low, stop = max(start - OVERLAP, 0), min(start + BLOCK, count)
        yield slice(low, min(stop + OVERLAP, count)), slice(start - low, stop - low)


@lru_cache(64)
def _transition(dt_s: float, seconds: float) -> tuple[np.ndarray, np.ndarray, float]:
    """F [4, 4], the motion's Q [3, 3] for an acceleration of deviation 1, and the lasting error's new variance per step."""
    A = np.zeros((3, 3))
    A[0, 1] = A[1, 2] = 1.0
    A[2, 2] = -1 / MANOEUVRE_S
    noise = np.diag([0.0, 0.0, 2 / MANOEUVRE_S])
    both = expm(np.block([[-A, noise], [np.zeros((3, 3)), A.T]]) * dt_s)  # Van Loan, IEEE Trans. Automatic Control 23, 1978
    motion = both[3:, 3:].T
    keep = np.exp(-dt_s / seconds)
    F = np.zeros((4, 4))
    F[:3, :3], F[3, 3] = motion, keep
    return F, motion @ both[:3, 3:], 1 - keep**2


@dataclass(frozen=True, eq=False)
class _Filtered:
    """What the filter leaves at each instant: position [T, N], its row of P [T, 4, N], gains [T, 4, N], each measurement's
    surprise and the variance that it was expected with, the lasting error's deviation and whether there is one [T, N]."""

    middle: np.ndarray
    row: np.ndarray
    gains: np.ndarray
    surprise: np.ndarray
    spread: np.ndarray
    lasting: np.ndarray
    known: np.ndarray

    @property
    def likelihood(self) -> np.ndarray:
        return np.where(self.known, -0.5 * (np.log(2 * np.pi * self.spread) + self.surprise**2 / self.spread), 0.0)


def _smooth(y: np.ndarray, sd: np.ndarray, acceleration: np.ndarray, dt_s: float, errors: Errors) -> Smoothed:
    filtered = _forwards(y, sd, acceleration, dt_s, errors)
    mean, variance, deleted = _backwards(_transition(dt_s, errors.seconds)[0], filtered)
    return Smoothed(mean, np.sqrt(np.maximum(variance, 0)), deleted)


def _forwards(y: np.ndarray, sd: np.ndarray, acceleration: np.ndarray, dt_s: float, errors: Errors) -> _Filtered:
    count, width = y.shape
    F, Q, fresh = _transition(dt_s, errors.seconds)
    known = np.isfinite(y)
    sd = np.where(known, sd, 1.0)
    lasting = np.sqrt(errors.lasting) * sd  # what the state's last entry, of deviation 1, adds to a measurement
    noise = (1 - errors.lasting) * sd**2
    first = np.where(known.any(0), np.take_along_axis(y, known.argmax(0)[None], 0)[0], 0.0)
    x = np.zeros((4, width))
    x[0] = first
    P = np.zeros((4, 4, width))
    for entry, value in enumerate((FIRST_MM**2, FIRST_MM_S**2, acceleration[0] ** 2, 1.0)):
        P[entry, entry] = value
    middle, row = np.empty((count, width)), np.empty((count, 4, width))
    gains, spread, surprise = np.zeros((count, 4, width)), np.ones((count, width)), np.zeros((count, width))
    for t in range(count):
        if t:
            x = F @ x
            P = np.matmul(F, np.tensordot(F, P, 1))
            P[:3, :3] += Q[:, :, None] * acceleration[t] ** 2
            P[3, 3] += fresh
        PH = P[:, 0] + P[:, 3] * lasting[t]
        spread[t] = PH[0] + PH[3] * lasting[t] + noise[t]
        surprise[t] = np.where(known[t], y[t] - x[0] - lasting[t] * x[3], 0.0)
        K = np.where(known[t], PH / spread[t], 0.0)
        gains[t] = K
        x = x + K * surprise[t]
        P = P - K[:, None] * PH[None]
        middle[t], row[t] = x[0], P[0]
    return _Filtered(middle, row, gains, surprise, spread, lasting, known)


def _backwards(F: np.ndarray, left: _Filtered) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, variance and deleted residuals from what the filter left."""
    count, width = left.middle.shape
    middle, row, lasting, known = left.middle, left.row, left.lasting, left.known
    r, N = np.zeros((4, width)), np.zeros((4, 4, width))
    mean, variance, deleted = np.empty((count, width)), np.empty((count, width)), np.full((count, width), np.nan)
    for t in range(count - 1, -1, -1):
        mean[t] = middle[t] - (row[t] * r).sum(0)
        variance[t] = row[t, 0] - np.einsum("in,ijn,jn->n", row[t], N, row[t])
        K, inverse = left.gains[t], np.where(known[t], 1 / left.spread[t], 0.0)
        NK = (N * K).sum(1)
        u = left.surprise[t] * inverse + (K * r).sum(0)
        D = inverse + (K * NK).sum(0)
        deleted[t] = np.where(known[t], u / np.sqrt(np.maximum(D, 1e-300)), np.nan)
        # r ← r − H u, N ← N − H (NK)ᵀ − NK Hᵀ + H D Hᵀ with H = (1, 0, 0, lasting)
        h = lasting[t]
        r = r - np.stack([u, np.zeros_like(u), np.zeros_like(u), h * u])
        for entry, weight in ((0, 1.0), (3, h)):
            N[entry] -= weight * NK
            N[:, entry] -= weight * NK
        N[0, 0] += D
        N[0, 3] += h * D
        N[3, 0] += h * D
        N[3, 3] += h**2 * D
        r = F.T @ r
        N = np.matmul(F.T, np.tensordot(F.T, N, 1))
    return mean, variance, deleted
