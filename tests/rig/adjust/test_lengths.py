"""Bone lengths free of what noise adds, and stretches of one person joined."""

from __future__ import annotations

import numpy as np
import pytest
from test_bundle import seen_by
from walkers import ring, walk

from modules.rig.adjust.bundle import Observations
from modules.rig.adjust.excess import excess
from modules.rig.adjust.lengths import bone_lengths, joints_with_covariance
from modules.rig.adjust.stretches import joined, with_identity
from modules.rig.seen.body import BONE_NAMES, JOINTS, SEGMENTS


def real_lengths(joints):
    return [
        np.median([np.linalg.norm(joints[:, a] - joints[:, b], axis=-1) for a, b, kind in SEGMENTS if kind == bone])
        for bone in range(len(BONE_NAMES))
    ]


@pytest.fixture(scope="module")
def joints():
    return walk(1, 300, seed=3)[:, 0][:, list(JOINTS)]


def test_two_cameras_noise_does_not_lengthen_bones(joints):
    seen = seen_by(ring(2), joints, noise_px=8.0, seed=1)
    raw = real_lengths(joints_with_covariance(ring(2), seen)[0])
    found, sd = bone_lengths(ring(2), seen)
    real = np.array(real_lengths(joints))
    limbs = [BONE_NAMES.index(name) for name in ("upper_arm", "forearm", "thigh", "shank")]
    assert (np.array(raw) / real - 1)[limbs].max() > 0.04  # what is taken off
    assert np.abs(found[0] / real - 1)[limbs].max() < 0.02
    assert (sd[0] > 0).all()
    assert (sd[0][limbs] < 0.05).all()


def test_covariances_are_those_of_repeated_trials(joints):
    trials = [joints_with_covariance(ring(3), seen_by(ring(3), joints[:6], noise_px=3.0, seed=s)) for s in range(60)]
    spread = np.var([t[0] for t in trials], axis=0).sum(-1)
    said = np.mean([np.trace(t[1], axis1=2, axis2=3) for t in trials], axis=0)
    assert np.median(said / spread) == pytest.approx(1.0, abs=0.2)


def test_what_noise_adds_to_a_log_length():
    rng = np.random.default_rng(0)
    bone, covariance = np.array([250.0, 0, 0]), np.diag([100.0, 900.0, 1600.0])
    noisy = bone + rng.standard_normal((400_000, 3)) * np.sqrt(np.diag(covariance))
    mean = np.log(np.linalg.norm(noisy, axis=1)).mean() - np.log(250.0)
    assert excess(bone, covariance, np.array(250.0)) == pytest.approx(mean, abs=1e-3)
    assert excess(bone, np.full((3, 3), np.nan), np.array(250.0)) == 0


def stretches(parts, hz=5.0):
    """One stretch for each (joints [T, K, 3], first instant), as ``joined`` takes them."""
    identity = np.concatenate([np.full(len(j), n) for n, (j, _) in enumerate(parts)])
    frame = np.concatenate([first + np.arange(len(j)) for j, first in parts])
    count = len(identity)
    seen = Observations(np.zeros((count, 1, 13, 2)), np.ones((count, 1, 13)), identity, frame)
    return seen, np.concatenate([j for j, _ in parts]), np.arange(frame.max() + 1) / hz


def test_a_walk_that_was_cut_is_one_person_and_another_one_is_not():
    walks = walk(2, 60, seed=1)[:, :, list(JOINTS)]
    first, second = walks[:, 0], walks[:, 1]
    seen, joints, times = stretches([(first[:28], 0), (first[31:], 31), (second[:50], 0)])
    bones, sd = np.ones((3, 7)), np.full((3, 7), 0.02)
    assert joined(seen, joints, times, bones, sd).tolist() == [0, 0, 2]


def test_bones_that_differ_are_two_people_and_long_gaps_join_nobody():
    first = walk(1, 60, seed=1)[:, 0][:, list(JOINTS)]
    seen, joints, times = stretches([(first[:28], 0), (first[31:], 31)])
    bones, sd = np.stack([np.ones(7), np.full(7, 1.2)]), np.full((2, 7), 0.02)
    assert joined(seen, joints, times, bones, sd).tolist() == [0, 1]
    seen, joints, times = stretches([(first[:20], 0), (first[40:], 40)])
    assert joined(seen, joints, times, np.ones((2, 7)), sd).tolist() == [0, 1]


def test_identities_follow_their_first_stretch():
    seen = Observations(np.zeros((3, 1, 13, 2)), np.ones((3, 1, 13)), np.array([2, 5, 9]), np.arange(3))
    assert with_identity(np.array([5, 2, -1, 7, 9]), np.array([0, 0, 2]), seen).tolist() == [2, 2, -1, 7, 9]
