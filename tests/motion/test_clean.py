"""Cleaning: what was measured stays near, what is wrong goes, short gaps are filled and long ones are not."""

from __future__ import annotations

import numpy as np
import pytest
from motion_fakes import FPS, as_set, walker

from modules.core.config import load_config
from modules.core.skeleton import LEFT_ANKLE, LEFT_KNEE, LEFT_WRIST, MIRROR, RIGHT_ANKLE, RIGHT_WRIST
from modules.core.trajectory import Sample
from modules.motion import clean
from modules.motion.bones import bone_vectors_mm
from modules.motion.clean import Cleaning, cleaned, cleaning_from, frame_s
from modules.motion.deviations import LASTING
from modules.motion.swaps import exchanged, undone


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    return walker(2.5)


@pytest.fixture(scope="module")
def measured(truth) -> np.ndarray:
    return truth + 10 * np.random.default_rng(0).standard_normal(truth.shape)


def errors(found, truth: np.ndarray, person: int = 0) -> np.ndarray:
    return np.linalg.norm(found.people[person].positions_world_mm - truth, axis=-1)


@pytest.mark.parametrize(("smoother", "share"), [("rts", 0.75), ("butterworth", 0.8), ("one_euro", 1.6)])
def test_smoothing_brings_joints_nearer_to_the_truth(truth, measured, smoother, share):
    raw = as_set(measured)
    found = cleaned(raw, Cleaning(smoother))
    assert found.method == smoother
    assert errors(found, truth).mean() < share * errors(raw, truth).mean()
    jerk = [np.abs(np.diff(s.people[0].positions_world_mm, 3, axis=0)).mean() for s in (raw, found)]
    assert jerk[1] < 0.4 * jerk[0]
    np.testing.assert_array_equal(raw.people[0].positions_world_mm, measured)


def test_nothing_is_changed_where_nothing_is_asked_for(measured):
    found = cleaned(as_set(measured), Cleaning("none", 0.0, outliers=False, swaps=False, bones=False))
    np.testing.assert_array_equal(found.people[0].positions_world_mm, measured)
    assert (found.people[0].samples == Sample.MEASURED).all()


def test_short_gaps_are_filled_by_motion_and_long_ones_stay(truth, measured):
    x = measured.copy()
    x[40:52, LEFT_WRIST] = np.nan  # 0.2 s
    x[60:90, LEFT_ANKLE] = np.nan  # 0.5 s
    x[:6, RIGHT_WRIST] = np.nan  # before anything is known
    found = cleaned(as_set(x), Cleaning(max_gap_s=0.3))
    samples = found.people[0].samples
    assert (samples[40:52, LEFT_WRIST] == Sample.FILLED).all()
    assert (samples[60:90, LEFT_ANKLE] == Sample.MISSING).all()
    assert (samples[:6, RIGHT_WRIST] == Sample.MISSING).all()
    assert np.isnan(found.people[0].positions_world_mm[60:90, LEFT_ANKLE]).all()
    off = errors(found, truth)
    assert off[40:52, LEFT_WRIST].max() < 50
    held = np.linalg.norm(truth[40:52, LEFT_WRIST] - truth[39, LEFT_WRIST], axis=-1).max()
    assert held > 80  # repeating the last value would be this far off
    assert found.people[0].sd_mm[46, LEFT_WRIST].mean() > found.people[0].sd_mm[20, LEFT_WRIST].mean()


def test_an_outlier_is_rejected_and_its_place_filled(truth, measured):
    x = measured.copy()
    x[50, LEFT_WRIST] += [0, 250, 100]
    x[80:83, RIGHT_ANKLE] += [300, 0, 0]
    found = cleaned(as_set(x))
    samples = found.people[0].samples
    assert samples[50, LEFT_WRIST] == Sample.REJECTED
    assert (samples[80:83, RIGHT_ANKLE] == Sample.REJECTED).all()
    off = errors(found, truth)
    assert off[50, LEFT_WRIST] < 40
    assert off[80:83, RIGHT_ANKLE].max() < 60
    assert (samples == Sample.REJECTED).mean() < 0.01  # good ones are believed
    kept = cleaned(as_set(x), Cleaning(outliers=False))
    assert (kept.people[0].samples == Sample.MEASURED).all()


def test_a_long_run_of_outliers_becomes_a_gap(measured):
    x = measured.copy()
    x[60:100, LEFT_KNEE] += np.array([0, 0, 700])  # no leg bends like that
    found = cleaned(as_set(x))
    rejected = found.people[0].samples[60:100, LEFT_KNEE] == Sample.REJECTED
    assert rejected.mean() >= 0.85
    assert np.isnan(found.people[0].positions_world_mm[70:90, LEFT_KNEE]).all()


def test_exchanged_sides_are_put_back(truth, measured):
    x = measured.copy()
    legs = [6, 7, 8, 12, 13, 14]
    x[50:56, legs] = measured[50:56][:, [MIRROR[j] for j in legs]]
    flags = exchanged(x, 1 / FPS)
    assert flags[50:56, legs].all()
    assert flags.sum() == 36
    np.testing.assert_array_equal(undone(x, flags), measured)
    assert errors(cleaned(as_set(x)), truth)[50:56, legs].mean() < 25
    assert not exchanged(measured, 1 / FPS).any()


@pytest.mark.parametrize("kind", ["walking", "running", "sports", "turning"])
def test_legs_that_pass_each_other_are_not_exchanged(kind):
    x = walker(4.0, kind)
    assert not exchanged(x + 15 * np.random.default_rng(1).standard_normal(x.shape), 1 / FPS).any()


def test_bones_are_constant_afterwards(measured):
    found = cleaned(as_set(measured)).people[0].positions_world_mm
    length = np.linalg.norm(bone_vectors_mm(found), axis=-1)[:, :8]
    assert (length.std(0) / length.mean(0)).max() < 0.01


def test_deviations_tell_how_far_off_the_result_is(truth):
    rng = np.random.default_rng(3)
    sd = rng.uniform(6, 25, (len(truth), 15, 1))
    raw = as_set(truth + sd * rng.standard_normal(truth.shape))
    person = raw.people[0]
    object.__setattr__(person, "sd_mm", sd * np.ones(3))
    z = (cleaned(raw).people[0].positions_world_mm - truth) / cleaned(raw).people[0].sd_mm
    assert 0.6 < (np.abs(z) < 1).mean() < 0.95  # errors new in every frame: better than what it expects of a network's
    assert (np.abs(z) < 2).mean() > 0.9


def test_takes_of_a_few_frames_and_of_nobody_come_through(measured):
    for count in (1, 2, 3, 12):
        found = cleaned(as_set(measured[:count]))
        assert np.isfinite(found.people[0].positions_world_mm).all()
    nobody = as_set(np.full((10, 15, 3), np.nan))
    assert (cleaned(nobody).people[0].samples == Sample.MISSING).all()


def test_the_configuration_says_how(tmp_path):
    assert cleaning_from(load_config()) == Cleaning()
    changed = load_config(overrides={"MOTION.SMOOTHER": "butterworth", "MOTION.CUTOFF_HZ": 9.0, "MOTION.SWAPS": False})
    assert cleaning_from(changed) == Cleaning("butterworth", cutoff_hz=9.0, swaps=False)
    with pytest.raises(ValueError, match="kalman"):
        Cleaning("kalman")


def test_without_a_frame_rate_times_say_how_long_a_frame_is():
    unknown = as_set(np.zeros((4, 15, 3)), fps=25.0)
    object.__setattr__(unknown, "fps", float("nan"))
    assert frame_s(unknown) == pytest.approx(0.04)


def going_on(truth: np.ndarray, share: float, seconds: float = 0.24, sd_mm: float = 15.0) -> np.ndarray:
    """``truth`` with errors of ``sd_mm`` of whose variance ``share`` lasts for ``seconds``."""
    rng = np.random.default_rng(3)
    keep = np.exp(-1 / (FPS * seconds))
    lasting = rng.standard_normal(truth.shape)
    for t in range(1, len(truth)):
        lasting[t] = keep * lasting[t - 1] + np.sqrt(1 - keep**2) * lasting[t]
    return truth + sd_mm * (np.sqrt(share) * lasting + np.sqrt(1 - share) * rng.standard_normal(truth.shape))


@pytest.mark.parametrize(("share", "least", "most"), [(0.998, 0.95, 1.0), (0.97, 0.6, 0.75), (0.5, 0.6, 0.6)])
def test_how_errors_go_on_is_told_by_the_measurements(share, least, most):
    x = going_on(walker(2.5), share)
    found = clean._errors(x.reshape(len(x), -1), np.full((len(x), x[0].size), 15.0), 1 / FPS)
    assert least <= found.lasting <= most
    assert found.seconds == LASTING.seconds


def test_too_little_to_tell_how_errors_go_on():
    x = going_on(walker(2.5), 0.998)[:9]
    assert clean._errors(x.reshape(9, -1), np.full((9, 45), 15.0), 1 / FPS) == LASTING


def test_how_errors_go_on_is_told_where_most_is_known(monkeypatch):
    """The frames before anybody was seen say nothing."""
    monkeypatch.setattr(clean, "TOLD_BY", 100)
    x = going_on(walker(2.5), 0.998)
    y = np.full((250, 45), np.nan)
    y[100:] = x.reshape(150, -1)
    y[:20] = 100 * np.random.default_rng(0).standard_normal((20, 45))
    assert clean._errors(y, np.full(y.shape, 15.0), 1 / FPS).lasting > 0.95
