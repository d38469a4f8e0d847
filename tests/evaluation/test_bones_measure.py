"""How steady bones are: spreads that are known, and calibrations judged at times that they were not fitted to."""

from __future__ import annotations

import numpy as np
import pytest
from walkers import ring, see, walk

from modules.evaluation.rig import bones
from modules.rig.adjust.bundle import Observations
from modules.rig.mend.mending import spreads
from modules.rig.seen.body import JOINTS, SEGMENTS
from modules.SelfPose3d.lib.training.rigs import turned_by


def test_the_spread_of_a_bone_is_its_median_deviation_as_a_normal_distribution_has_it():
    a, b, _ = SEGMENTS[0]
    joints = np.full((9, len(JOINTS), 3), np.nan)
    joints[:, a] = 0.0
    joints[:, b] = np.array([[1, 0, 0]]) * np.array([90.0, 95, 100, 105, 1000, 40, 40, 40, 40])[:, None]
    found = spreads(joints, np.array([0] * 5 + [1] * 4))
    assert found[0] == pytest.approx(1.4826 * 0.05)  # 10, 5, 0, 5 and 900 of 100
    assert np.isnan(found[1:]).all()  # not seen, or four times


def test_each_third_is_judged_by_the_other_two(monkeypatch):
    fitted = []

    def fit(cameras, seen, prior):
        fitted.append(seen.frame)
        return prior, type("Found", (), {"cameras": cameras})

    monkeypatch.setattr(bones, "fit", fit)
    monkeypatch.setattr(bones, "best_joints", lambda cameras, seen: np.tile(seen.frame[:, None, None], (1, 2, 3)).astype(float))
    frame = np.arange(24)
    seen = Observations(np.zeros((24, 2, 2, 2)), np.ones((24, 2, 2)), np.zeros(24, int), frame)
    _, mended = bones.joints_by_turns([None, None], seen, 24)
    assert (mended[:, 0, 0] == frame).all()
    assert [len(frames) for frames in fitted] == [16, 16, 16]
    assert all(sum(n in frames for frames in fitted) == 2 for n in frame)


def test_bones_of_everybody_are_steadier_by_a_mended_calibration():
    real = ring(3)
    people = see(walk(2, 60, seed=1), real, noise_px=1.0)
    wrong = (turned_by(real[0], np.deg2rad([0.0, 2.0, 0.0])), turned_by(real[1], np.deg2rad([2.0, 0.0, 0.0])), real[2])
    everybody, *each = bones.by_turns("walk", wrong, people)
    assert [line[1] for line in each] == ["person 1", "person 2"]
    assert everybody[2] == sum(line[2] for line in each) <= 120
    for _, _, _, median, median_after, rms, rms_after, change, _ in (everybody, *each):
        assert median_after < 0.7 * median
        assert rms_after < 0.7 * rms
        told, chance = (float(text) for text in change.split(" ± "))
        assert told == pytest.approx(rms_after - rms, abs=0.006)
        assert 0 < chance < -told
    by_the_truth = bones.by_turns("walk", real, people)[0]
    assert by_the_truth[5] == pytest.approx(everybody[6], rel=0.3)
