"""Bone lengths: found through noise and foreshortening, kept in every frame, asking nothing of who is unknown."""

from __future__ import annotations

import numpy as np
import pytest
from motion_fakes import walker

from modules.core.skeleton import LEFT_ELBOW, LEFT_SHOULDER, LEFT_WRIST, NOSE
from modules.motion.bones import BONES, bone_lengths_mm, bone_vectors_mm, keep_lengths


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    return walker(4.0)


def noisy(truth: np.ndarray, sd: float) -> np.ndarray:
    return truth + sd * np.random.default_rng(0).standard_normal(truth.shape)


def test_lengths_are_found_through_noise(truth):
    true = np.linalg.norm(bone_vectors_mm(truth), axis=-1)[0]
    found = bone_lengths_mm(noisy(truth, 25), np.full(truth.shape, 25.0))
    np.testing.assert_allclose(found[:8], true[:8], rtol=0.02)


def test_frames_that_are_sure_count_more(truth):
    bad, sd = truth.copy(), np.full(truth.shape, 5.0)
    bad[::2, LEFT_WRIST] += 0.4 * (truth[::2, LEFT_ELBOW] - truth[::2, LEFT_WRIST])  # half the forearms are far too short
    bad[1::20, LEFT_WRIST] += 0.4 * (truth[1::20, LEFT_ELBOW] - truth[1::20, LEFT_WRIST])
    sd[::2, LEFT_WRIST] = 60.0
    bone = BONES.index((LEFT_ELBOW, LEFT_WRIST))
    true = np.linalg.norm(truth[0, LEFT_ELBOW] - truth[0, LEFT_WRIST])
    assert bone_lengths_mm(bad, sd)[bone] == pytest.approx(true, rel=0.02)


def test_lengths_are_kept_and_joints_come_nearer_to_the_truth(truth):
    measured, sd = noisy(truth, 25), np.full(truth.shape, 25.0)
    true = np.linalg.norm(bone_vectors_mm(truth), axis=-1)[0]
    kept, left = keep_lengths(measured, sd, true)
    length = np.linalg.norm(bone_vectors_mm(kept), axis=-1)
    assert (length.std(0) / length.mean(0))[:8].max() < 0.02
    assert np.linalg.norm(kept - truth, axis=-1).mean() < 0.85 * np.linalg.norm(measured - truth, axis=-1).mean()
    z = (kept - truth) / left
    assert (np.abs(z) < 1).mean() == pytest.approx(0.68, abs=0.04)


def test_the_less_sure_end_moves(truth):
    measured, sd = truth[:1].copy(), np.full((1, 15, 3), 20.0)
    measured[0, LEFT_WRIST] += 0.3 * (truth[0, LEFT_WRIST] - truth[0, LEFT_ELBOW])
    sd[0, [LEFT_SHOULDER, LEFT_ELBOW]] = 1.0
    kept, _ = keep_lengths(measured, sd, np.linalg.norm(bone_vectors_mm(truth[:1]), axis=-1)[0])
    assert np.linalg.norm(kept[0, LEFT_WRIST] - truth[0, LEFT_WRIST]) < 4
    assert np.linalg.norm(kept[0, LEFT_ELBOW] - truth[0, LEFT_ELBOW]) < 1


def test_unknown_joints_and_lengths_ask_nothing(truth):
    measured = truth[:20].copy()
    measured[:, NOSE] = np.nan
    sd = np.where(np.isfinite(measured), 10.0, np.nan)
    lengths = bone_lengths_mm(measured, sd)
    assert np.isnan(lengths[-1])
    kept, left = keep_lengths(measured, sd, lengths)
    np.testing.assert_array_equal(np.isnan(kept), np.isnan(measured))
    np.testing.assert_array_equal(np.isnan(left), np.isnan(measured))
    np.testing.assert_allclose(kept[:, 3:], measured[:, 3:], atol=8)
    nothing, _ = keep_lengths(measured, sd, np.full(len(BONES), np.nan))
    np.testing.assert_allclose(nothing[:, 3:], measured[:, 3:])
