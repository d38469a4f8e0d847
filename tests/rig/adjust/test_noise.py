"""What 2D joints are off by, measured: the part that is alike for everybody in a picture, and the part that goes with size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_bundle import seen_by
from walkers import ring, walk

from modules.rig.adjust.noise import with_measured_noise
from modules.rig.seen.body import JOINTS


@pytest.mark.parametrize("views", [2, 4])
@pytest.mark.parametrize(("same_px", "share"), [(4.0, 0.0), (0.0, 0.02), (3.0, 0.01)])
def test_both_parts_are_found(views, same_px, share):
    """Every second instant is believed to be of a person ten times as large."""
    joints = walk(1, 200, seed=3)[:, 0][:, list(JOINTS)]
    size = np.where(np.arange(200) % 2 == 0, 60.0, 600.0)[:, None, None]
    exact = seen_by(ring(views), joints, noise_px=0.0)
    real = np.broadcast_to(np.hypot(same_px, share * size), exact.sd_px.shape)
    off = real[..., None] * np.random.default_rng(5).standard_normal(exact.pixels.shape)
    thought = np.broadcast_to(0.012 * size, exact.sd_px.shape)
    found = with_measured_noise(ring(views), replace(exact, pixels=exact.pixels + off, sd_px=thought)).sd_px
    # Student's width is less than a normal distribution's standard deviation, by a fifth to a third
    for one in (found[::2] / real[::2], found[1::2] / real[1::2]):
        assert 0.6 < np.median(one) < 0.95


def test_of_a_few_joints_it_stays_what_was_thought():
    seen = seen_by(ring(3), walk(1, 3, seed=3)[:, 0][:, list(JOINTS)], noise_px=2.0)
    np.testing.assert_array_equal(with_measured_noise(ring(3), seen).sd_px, seen.sd_px)
