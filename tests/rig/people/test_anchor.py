"""A grown rig put upright and into millimetres: known answers for up, floor and unit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from walkers import ring, walk

from modules.rig.adjust.bundle import Adjusted, Observations
from modules.rig.people.anchor import anchored, coco
from modules.rig.people.from_people import Grown
from modules.rig.seen.body import BONE_NAMES, FRACTION, JOINTS, SEGMENTS, STATURE_MM
from modules.rig.seen.level import find_unit


@pytest.fixture(scope="module")
def grown():
    """A rig as ``grow`` leaves one: in the first camera's axes, lengths 0.9 of the real ones; who stands is 1.8 m tall."""
    cameras, joints = ring(3), walk(1, 40)[:, 0][:, list(JOINTS)]
    first = cameras[0]

    def into(points):
        return 0.9 * (points - first.center_world_mm) @ first.R_world_to_cam.T

    moved = [
        replace(c, R_world_to_cam=c.R_world_to_cam @ first.R_world_to_cam.T, center_world_mm=into(c.center_world_mm))
        for c in cameras
    ]
    seen = Observations(np.zeros((40, 3, 13, 2)), np.ones((40, 3, 13)), np.zeros(40, int), np.arange(40))
    adjusted = Adjusted(tuple(moved), into(joints), 0.9 * 1800 * FRACTION[None], np.zeros((3, 11)), 0.0, 1.0)
    bones, sd = adjusted.bones_mm, np.full((1, len(FRACTION)), 0.01)
    return Grown(tuple(moved), adjusted, seen, np.zeros(1, int), 1.0, 1.0, bones, sd), cameras, joints


def distances(cameras):
    return [np.linalg.norm(a.center_world_mm - b.center_world_mm) for a in cameras for b in cameras]


def test_a_given_height_sets_the_unit(grown):
    found = anchored(grown[0], height_mm=1800.0)
    np.testing.assert_allclose(distances(found.cameras), distances(grown[1]), rtol=2e-3)
    assert found.scale_sd <= 0.04  # of which the 2D network's joints are 0.03


def test_a_tape_between_two_cameras_sets_it_too(grown):
    a, b = grown[1][:2]
    found = anchored(grown[0], tape=(0, 1, float(np.linalg.norm(a.center_world_mm - b.center_world_mm))))
    np.testing.assert_allclose(distances(found.cameras), distances(grown[1]), rtol=1e-6)
    assert found.scale_sd < 0.01


def test_with_lenses_that_nobody_knows_few_stretches_of_time_say_less_of_the_unit(grown):
    unsure = replace(grown[0], adjusted=replace(grown[0].adjusted, size_sd=0.1), stretches=8.0)
    tape = (0, 1, 4000.0)
    assert anchored(unsure, tape=tape).scale_sd == pytest.approx(0.1, abs=0.001)
    assert anchored(replace(unsure, focal_share=1.1), tape=tape).scale_sd == pytest.approx(0.1 * np.sqrt(2), abs=0.001)
    assert anchored(replace(unsure, focal_share=1.1, stretches=800.0), tape=tape).scale_sd == pytest.approx(0.1, abs=0.001)


def test_without_either_people_are_as_tall_as_people_are(grown):
    found = anchored(grown[0])
    ratio = np.median(np.array(distances(found.cameras))[1:3] / np.array(distances(grown[1]))[1:3])
    assert abs(ratio - STATURE_MM / 1800) < 0.02
    assert 0.04 < found.scale_sd < 0.15


def test_people_stand_upright_on_the_floor(grown):
    found = anchored(grown[0], height_mm=1800.0)
    real = grown[1]
    ups = [f.R_world_to_cam.T @ c.R_world_to_cam @ [0, 0, 1.0] for f, c in zip(found.cameras, real, strict=True)]
    up = np.mean(ups, axis=0)
    assert np.rad2deg(np.arccos(up[2])) < 5.0
    heights = [c.center_world_mm[2] for c in found.cameras]
    np.testing.assert_allclose(heights, [c.center_world_mm[2] for c in real], atol=250)
    assert np.linalg.norm(np.nanmedian(found.joints_world_mm.reshape(-1, 3), axis=0)[:2]) < 1e-6


def test_a_world_upside_down_is_turned_over(grown):
    flip = Rotation.from_euler("x", 180, degrees=True).as_matrix()
    rig = grown[0]
    turned = [
        replace(c, R_world_to_cam=c.R_world_to_cam @ flip.T, center_world_mm=flip @ c.center_world_mm) for c in rig.cameras
    ]
    joints = rig.adjusted.joints_world_mm @ flip.T
    rig = replace(rig, cameras=tuple(turned), adjusted=replace(rig.adjusted, joints_world_mm=joints))
    found = anchored(rig, height_mm=1800.0)
    assert min(c.center_world_mm[2] for c in found.cameras) > 1000


def bones_of(joints: np.ndarray) -> np.ndarray:
    """Bones [N, len(BONES)] of joints [N, K, 3], in their unit: the mean of both sides, or the one that is seen; NaN: none."""
    out = np.full((len(joints), len(BONE_NAMES)), np.nan)
    for bone in range(len(BONE_NAMES)):
        of = np.stack([np.linalg.norm(joints[:, a] - joints[:, b], axis=-1) for a, b, kind in SEGMENTS if kind == bone])
        known = np.isfinite(of)
        some = known.any(0)
        out[some, bone] = np.where(known, of, 0.0).sum(0)[some] / known.sum(0)[some]
    return out


def test_a_given_height_is_the_right_unit_to_the_rig_check(grown):
    """It measures people of true bones 8 % too tall: what it measures by is shorter, as the 2D network shows people."""
    measured = np.median(bones_of(grown[0].adjusted.joints_world_mm), axis=0)[None]
    found = anchored(replace(grown[0], bones_mm=measured), height_mm=1800.0)
    factor, stature = find_unit(coco(found.joints_world_mm))
    assert factor == 1.0
    assert stature == pytest.approx(1800.0 * 0.779 / 0.72, rel=0.03)
