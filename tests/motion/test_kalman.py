"""The smoother against the same model solved as one dense Gaussian, and its tails."""

from __future__ import annotations

import numpy as np
import pytest

from modules.motion import kalman
from modules.motion.kalman import FIRST_MM, FIRST_MM_S, Errors, likelihood, smooth

DT, ERRORS = 1 / 60, Errors(0.6, 0.13)


def dense(y: np.ndarray, sd: np.ndarray, acceleration: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, deviation and deleted residuals [T] of the whole posterior at once."""
    F, Q, fresh = kalman._transition(DT, ERRORS.seconds)
    step = np.zeros((4, 4))
    step[:3, :3], step[3, 3] = Q * acceleration**2, fresh
    count = len(y)
    blocks = [np.diag([FIRST_MM**2, FIRST_MM_S**2, acceleration**2, 1.0])]
    mean = [np.array([y[np.isfinite(y)][0], 0, 0, 0])]
    for _ in range(count - 1):
        blocks.append(F @ blocks[-1] @ F.T + step)
        mean.append(F @ mean[-1])
    prior = np.zeros((4 * count, 4 * count))
    for t in range(count):
        cross = blocks[t]
        for u in range(t, count):
            prior[4 * u : 4 * u + 4, 4 * t : 4 * t + 4] = cross
            prior[4 * t : 4 * t + 4, 4 * u : 4 * u + 4] = cross.T
            cross = F @ cross
    known = np.flatnonzero(np.isfinite(y))
    H = np.zeros((len(known), 4 * count))
    H[np.arange(len(known)), 4 * known] = 1
    H[np.arange(len(known)), 4 * known + 3] = np.sqrt(ERRORS.lasting) * sd[known]
    S = H @ prior @ H.T + np.diag((1 - ERRORS.lasting) * sd[known] ** 2)
    miss = y[known] - H @ np.concatenate(mean)
    gain = prior @ H.T @ np.linalg.inv(S)
    inverse = np.linalg.inv(S)
    deleted = np.full(count, np.nan)
    deleted[known] = inverse @ miss / np.sqrt(np.diag(inverse))
    posterior = prior - gain @ H @ prior
    return (np.concatenate(mean) + gain @ miss)[::4], np.sqrt(np.diag(posterior)[::4]), deleted


def test_it_is_the_posterior_with_gaps_and_unequal_measurements():
    rng = np.random.default_rng(0)
    y = 500 * np.sin(np.arange(60) / 7) + 30 * rng.standard_normal(60)
    y[:2] = y[20:29] = y[50] = np.nan
    sd = rng.uniform(10, 50, 60)
    found = smooth(y[:, None], sd[:, None], np.full((60, 1), 20000.0), DT, ERRORS)
    mean, deviation, deleted = dense(y, sd, 20000.0)
    np.testing.assert_allclose(found.mean[:, 0], mean, atol=1e-4)
    np.testing.assert_allclose(found.sd[:, 0], deviation, atol=1e-3)
    np.testing.assert_allclose(found.deleted[:, 0], deleted, atol=1e-6)
    assert np.all(likelihood(y[:, None], sd[:, None], np.full((60, 1), 20000.0), DT, ERRORS)[np.isnan(y)] == 0)


def test_a_wrong_measurement_stands_out_and_a_gap_is_uncertain():
    y = 300 * np.sin(np.arange(120) / 15)
    y[40] += 200
    y[70:82] = np.nan
    found = smooth(y[:, None], np.full((120, 1), 15.0), np.full((120, 1), 20000.0), DT, Errors(0.2, 0.13))
    far = np.abs(found.deleted[:, 0])
    assert np.nanargmax(far) == 40
    assert far[40] > 5
    assert found.sd[76, 0] > 2 * found.sd[60, 0]
    assert abs(found.mean[76, 0] - 300 * np.sin(76 / 15)) < 2 * found.sd[76, 0]


def test_what_lasts_is_not_smoothed_away():
    """Deviations stay large where errors last, and shrink where each is new."""
    y = np.zeros((200, 1))
    sd = np.full((200, 1), 20.0)
    slow = np.full((200, 1), 2000.0)
    new, lasting = (smooth(y, sd, slow, DT, Errors(share, 0.5)).sd[100, 0] for share in (0.0, 0.95))
    assert new < 7
    assert 12 < lasting < 20


def test_long_takes_in_blocks_are_as_whole_ones(monkeypatch):
    rng = np.random.default_rng(1)
    y = np.cumsum(rng.standard_normal((700, 3)), axis=0) * 5
    y[300:330] = np.nan
    sd, acceleration = np.full((700, 3), 10.0), np.full((700, 3), 10000.0)
    whole = smooth(y, sd, acceleration, DT, ERRORS)
    monkeypatch.setattr(kalman, "BLOCK", 150)
    monkeypatch.setattr(kalman, "OVERLAP", 120)
    parts = smooth(y, sd, acceleration, DT, ERRORS)
    for name in ("mean", "sd", "deleted"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), atol=0.05)


def test_it_is_unbiased_and_honest_on_its_own_model():
    rng = np.random.default_rng(2)
    F, Q, fresh = kalman._transition(DT, ERRORS.seconds)
    root = np.linalg.cholesky(Q + 1e-15 * np.eye(3)) * 15000.0
    count, width = 300, 200
    state = np.zeros((3, width))
    lasting = rng.standard_normal(width)
    truth, measured = np.empty((count, width)), np.empty((count, width))
    for t in range(count):
        state = F[:3, :3] @ state + root @ rng.standard_normal((3, width))
        lasting = F[3, 3] * lasting + np.sqrt(fresh) * rng.standard_normal(width)
        truth[t] = state[0]
        measured[t] = truth[t] + 25 * (np.sqrt(0.6) * lasting + np.sqrt(0.4) * rng.standard_normal(width))
    same = np.full((count, width), 1.0)
    found = smooth(measured, 25 * same, 15000 * same, DT, ERRORS)
    z = ((found.mean - truth) / found.sd)[30:-30]
    assert z.std() == pytest.approx(1, abs=0.06)
    assert (np.abs(z) < 2).mean() == pytest.approx(0.954, abs=0.015)
    assert (found.mean - truth).std() < 0.8 * (measured - truth).std()
