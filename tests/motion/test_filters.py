"""Butterworth and one-euro: what they leave of waves, and where they stop."""

from __future__ import annotations

import numpy as np
import pytest

from modules.motion.filters import OneEuro, butterworth, one_euro, runs


@pytest.mark.parametrize("cutoff", [4.0, 6.0, 10.0])
def test_butterworth_loses_3_db_at_its_cutoff_and_lags_nowhere(cutoff):
    fps = 120.0
    times = np.arange(2400) / fps
    wave = np.sin(2 * np.pi * cutoff * times)[:, None]
    out = butterworth(wave, fps, cutoff)[600:-600, 0]
    assert 20 * np.log10(out.std() / wave[600:-600].std()) == pytest.approx(-3.01, abs=0.15)
    assert np.corrcoef(out, wave[600:-600, 0])[0, 1] > 0.9999
    above = butterworth(np.sin(2 * np.pi * 3 * cutoff * times)[:, None], fps, cutoff)[600:-600]
    assert 20 * np.log10(above.std() / np.sqrt(0.5)) < -28  # 24 dB an octave


def test_butterworth_keeps_gaps_and_short_runs_and_filters_each_run_by_itself():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((200, 2))
    x[50:55, 0] = np.nan
    x[60:, 0] += 1000
    x[55:60, 0] = 7.0
    x[60:62, 0] = np.nan
    out = butterworth(x, 60, 6)
    np.testing.assert_array_equal(np.isnan(out), np.isnan(x))
    np.testing.assert_array_equal(out[55:60, 0], 7.0)
    assert np.abs(out[:50, 0]).max() < 5
    assert out[:, 1].std() < 0.6 * x[:, 1].std()


def test_butterworth_beyond_half_the_frame_rate_changes_nothing():
    x = np.random.default_rng(0).standard_normal((50, 1))
    np.testing.assert_array_equal(butterworth(x, 10, 6), x)


def test_one_euro_calms_who_stands_and_follows_who_moves():
    rng = np.random.default_rng(0)
    still = 5 * rng.standard_normal((300, 1))
    assert one_euro(still, 60, 1.0, 0.0)[60:].std() < 0.4 * still.std()
    ramp = (3000 * np.arange(300) / 60)[:, None]
    lag = (ramp - one_euro(ramp, 60, 1.0, 0.0))[-1, 0], (ramp - one_euro(ramp, 60, 1.0, 0.01))[-1, 0]
    assert lag[1] < 0.1 * lag[0]


def test_one_euro_begins_anew_after_a_gap():
    keep = OneEuro(1.0, 0.0)
    keep(np.array([0.0]), 1 / 60)
    assert np.isnan(keep(np.array([np.nan]), 1 / 60))[0]
    assert keep(np.array([900.0]), 1 / 60)[0] == 900.0


def test_runs_are_the_stretches_of_true():
    assert list(runs(np.array([True, True, False, True, False]))) == [slice(0, 2), slice(3, 4)]
    assert list(runs(np.zeros(3, bool))) == []
