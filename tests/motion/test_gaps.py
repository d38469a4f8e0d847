"""Predictions from the rest of the body: near where a body moves as a whole, none where there is nothing to learn from."""

from __future__ import annotations

import numpy as np
import pytest
from motion_fakes import FPS, walker

from modules.core.skeleton import LEFT_ANKLE, LEFT_WRIST, NOSE
from modules.motion.gaps import predicted


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    return walker(6.0)


def with_gap(truth: np.ndarray, joint: int, gap: slice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x = truth + 3 * np.random.default_rng(0).standard_normal(truth.shape)
    gaps = np.zeros(x.shape[:2], bool)
    gaps[gap, joint] = True
    x[gap, joint] = np.nan
    return x, np.where(np.isfinite(x), 5.0, np.nan), gaps


@pytest.mark.parametrize("joint", [LEFT_WRIST, LEFT_ANKLE])
def test_a_swinging_limb_is_found_from_the_others(truth, joint):
    gap = slice(150, 168)  # 0.3 s of a stride
    x, sd, gaps = with_gap(truth, joint, gap)
    filled, spread = predicted(x, sd, gaps, 1 / FPS)
    off = np.linalg.norm(filled[gap, joint] - truth[gap, joint], axis=-1)
    edges = truth[[gap.start - 1, gap.stop], joint]
    share = np.linspace(0, 1, 20)[1:-1, None]
    straight = np.linalg.norm((1 - share) * edges[0] + share * edges[1] - truth[gap, joint], axis=-1)
    assert off.max() < 65  # the smoother, which knows both sides, comes nearer
    assert off.max() < 0.8 * straight.max()
    assert (spread[gap, joint] >= 8).all()
    untouched = ~gaps
    np.testing.assert_array_equal(filled[untouched], x[untouched])
    np.testing.assert_array_equal(spread[untouched], sd[untouched])


def test_too_little_to_learn_from_predicts_nothing(truth):
    x, sd, gaps = with_gap(truth[:30], NOSE, slice(10, 15))
    assert np.isnan(predicted(x, sd, gaps, 1 / FPS)[0][10:15, NOSE]).all()
    x, sd, gaps = with_gap(truth, NOSE, slice(100, 110))
    x[90:120, 3:] = np.nan  # hardly anything else is known either
    assert np.isnan(predicted(x, sd, gaps, 1 / FPS)[0][100:110, NOSE]).all()
