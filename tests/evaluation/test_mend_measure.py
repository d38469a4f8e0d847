"""What mending is measured with: known answers for its yardsticks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from modules.core.geometry import project
from modules.evaluation.rig.mend import _halved, fitted_to, held_out_people, left_px
from modules.evaluation.rig.scenes import watch
from modules.rig.adjust.bundle import Observations
from modules.rig.seen.body import JOINTS
from modules.SelfPose3d.lib.training.heatmaps import Noise
from modules.SelfPose3d.lib.training.rigs import look_at, turned_by


def test_residuals_of_a_stereo_pair_with_vertical_disparity():
    first = look_at("a", (640, 480), 500.0, np.array([0.0, -4000.0, 1000.0]), np.array([0.0, 0.0, 1000.0]))
    pair = (first, replace(first, name="b", center_world_mm=first.center_world_mm + np.array([500.0, 0, 0])))
    joints = np.random.default_rng(0).uniform([-500, -500, 500], [500, 500, 1500], (20, len(JOINTS), 3))
    pixels = np.stack([project(joints.reshape(-1, 3), c)[0].reshape(20, -1, 2) for c in pair], 1)
    pixels[:15, 1, :, 1] += 2.0  # three quarters: each view takes half of it
    seen = Observations(pixels, np.ones(pixels.shape[:3]), np.zeros(20, int), np.arange(20))
    median, rms = left_px(pair, seen)
    assert abs(median - 1.0) < 0.01
    assert abs(rms - np.sqrt(0.75 / 2)) < 0.01


def test_at_best_is_what_cameras_fitted_to_the_very_times_leave():
    places = ((3000, 0, 1500), (0, 3500, 1800), (-3000, 500, 1200), (200, -3200, 1600))
    aim = np.array([0, 0, 900.0])
    real = [look_at(f"c{n}", (640, 480), 500.0, np.array(p, float), aim) for n, p in enumerate(places)]
    watched = watch("x", real, 1, 0, Noise(calibration=0.0, out_of_step=0.0), seconds=8.0, rate_hz=5.0)
    wrong = [*real[:3], turned_by(real[3], np.deg2rad([0, 3.0, 0]))]
    held = held_out_people(watched.seen, wrong)
    assert ((held.frame * 12 // len(watched.seen)) % 3 == 1).all()
    given, right, best = (left_px(rig, held)[0] for rig in (wrong, real, fitted_to(wrong, held)))
    assert best <= 1.02 * right < 0.8 * given


def test_half_is_reached_at_half():
    assert _halved(10.0, 5.0, 0.0) == ("50 %", "75 %", "yes")
    assert _halved(10.0, 6.0, 5.0) == ("60 %", "85 %", "no")
