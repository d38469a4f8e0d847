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
        likelihood: log-likelihood of each measurement given those before it; 0: not measured.
    """

    mean: np.ndarray
    sd: np.ndarray
    deleted: np.ndarray
    likelihood: np.ndarray


def smooth(measured: np.ndarray, sd: np.ndarray, acceleration: np.ndarray, dt_s: float, errors: Errors) -> Smoothed:
    """Smooths N coordinates independently.

    Args:
        measured: float64 [T, N], NaN: not measured. sd: [T, N], the measurements' standard deviations, same unit.
        acceleration: [T, N], standard deviation of the acceleration at each instant, unit/s².
        dt_s: seconds between instants. errors: of the measurements.
    """
    count = len(measured)
    if count <= BLOCK:
        return _smooth(measured, sd, acceleration, dt_s, errors)
    parts = []
    for start in range(0, count, BLOCK):
        low, high = max(start - OVERLAP, 0), min(start + BLOCK + OVERLAP, count)
        part = _smooth(measured[low:high], sd[low:high], acceleration[low:high], dt_s, errors)
        inner = slice(start - low, min(start + BLOCK, count) - low)
        parts.append([getattr(part, name)[inner] for name in ("mean", "sd", "deleted", "likelihood")])
    return Smoothed(*(np.concatenate(column) for column in zip(*parts, strict=True)))


@lru_cache(64)
def _transition(dt_s: float, errors: Errors) -> tuple[np.ndarray, np.ndarray, float]:
    """F [4, 4], the motion's Q [3, 3] for an acceleration of deviation 1, and the lasting error's new variance per step."""
    A = np.zeros((3, 3))
    A[0, 1] = A[1, 2] = 1.0
    A[2, 2] = -1 / MANOEUVRE_S
    noise = np.diag([0.0, 0.0, 2 / MANOEUVRE_S])
    both = expm(np.block([[-A, noise], [np.zeros((3, 3)), A.T]]) * dt_s)  # Van Loan, IEEE Trans. Automatic Control 23, 1978
    motion = both[3:, 3:].T
    keep = np.exp(-dt_s / errors.seconds)
    F = np.zeros((4, 4))
    F[:3, :3], F[3, 3] = motion, keep
    return F, motion @ both[:3, 3:], 1 - keep**2


def _smooth(y: np.ndarray, sd: np.ndarray, acceleration: np.ndarray, dt_s: float, errors: Errors) -> Smoothed:
    count, width = y.shape
    F, Q, fresh = _transition(dt_s, errors)
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
    likelihood = np.where(known, -0.5 * (np.log(2 * np.pi * spread) + surprise**2 / spread), 0.0)
    mean, variance, deleted = _backwards(F, middle, row, gains, spread, surprise, lasting, known)
    return Smoothed(mean, np.sqrt(np.maximum(variance, 0)), deleted, likelihood)


def _backwards(
    F: np.ndarray, middle: np.ndarray, row: np.ndarray, gains: np.ndarray, spread: np.ndarray, surprise: np.ndarray,
    lasting: np.ndarray, known: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Mean, variance and deleted residuals from what the filter left (``middle`` and ``row``: position, and its row of P)."""
    count, width = middle.shape
    r, N = np.zeros((4, width)), np.zeros((4, 4, width))
    mean, variance, deleted = np.empty((count, width)), np.empty((count, width)), np.full((count, width), np.nan)
    for t in range(count - 1, -1, -1):
        mean[t] = middle[t] - (row[t] * r).sum(0)
        variance[t] = row[t, 0] - np.einsum("in,ijn,jn->n", row[t], N, row[t])
        K, inverse = gains[t], np.where(known[t], 1 / spread[t], 0.0)
        NK = (N * K).sum(1)
        u = surprise[t] * inverse + (K * r).sum(0)
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
