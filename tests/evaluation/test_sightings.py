"""What cameras see of people in motion: where it should be, with the errors that were asked for, lasting as stated."""

from __future__ import annotations

import numpy as np
import pytest

from modules.core.geometry import project
from modules.evaluation.common.sequences import coco_keypoints, sample_sequence
from modules.evaluation.common.sightings import LastingDraws, Sightings
from modules.SelfPose3d.lib.training.heatmaps import CLEAN, Noise
from modules.SelfPose3d.lib.training.rigs import look_at


def ring(count: int = 3):
    angles = 2 * np.pi * np.arange(count) / count
    return tuple(
        look_at(f"cam{i}", (1280, 720), 700, np.array([5000 * np.cos(a), 5000 * np.sin(a), 2000]), np.array([0, 0, 900.0]))
        for i, a in enumerate(angles)
    )


def test_without_errors_every_keypoint_is_where_the_camera_sees_it():
    people, cameras = sample_sequence("standing", 0, people=2, seconds=0.2, radius_mm=1000), ring()
    for sighting in Sightings(people, cameras, CLEAN):
        truth = coco_keypoints(people.joints_world_mm[sighting.people_2d.frame_index])
        for camera, view in zip(cameras, sighting.people_2d.views, strict=True):
            assert len(view) == 2
            pixels = project(truth, camera)[0]
            distance = np.linalg.norm(view[:, None, :, :2] - pixels[None], axis=-1).max(-1)
            np.testing.assert_allclose(distance.min(1), 0, atol=0.05)
        peak = sighting.scene.heatmaps[0, 0].argmax().item()
        width = sighting.scene.heatmaps.shape[-1]
        nearest = np.abs(sighting.scene.own_cells[0, :, 0] - [peak % width, peak // width]).max(-1).min()
        assert nearest <= 0.5 + 1e-3


def test_who_is_hidden_is_seen_by_nobody():
    people = sample_sequence("occluded", 0, people=1, seconds=6, fps=10, radius_mm=1500)
    assert people.hidden.any()
    for sighting in Sightings(people, ring(), CLEAN, draw=False):
        hidden = people.hidden[sighting.people_2d.frame_index, 0]
        assert all(len(view) == 0 for view in sighting.people_2d.views) == hidden


def test_frames_are_the_same_each_time_and_errors_are_as_large_as_the_generator_s():
    people = sample_sequence("standing", 1, people=3, seconds=8, fps=10, radius_mm=1200)
    noise = Noise(calibration=0, out_of_step=0, swap=0, drop=0, miss=0, ghosts=0, occlusion=False)
    sightings = Sightings(people, ring(), noise, draw=False)
    off, spread = [], []
    for once, again in zip(sightings, sightings, strict=True):
        np.testing.assert_array_equal(once.scene.own_cells, again.scene.own_cells)
        clean = once.scene.own_spread[..., 3:] > 0
        off.append(once.scene.own_cells[..., 3:, :])
        spread.append(np.where(clean, once.scene.own_spread[..., 3:], np.nan))
    clean = np.array([s.scene.own_cells[..., 3:, :] for s in Sightings(people, ring(), CLEAN, draw=False)])
    ratio = (np.array(off) - clean) / np.array(spread)[..., None]
    assert np.nanstd(ratio) == pytest.approx(1.0, abs=0.05)


def test_draws_last_as_long_as_stated():
    draws = LastingDraws([1], fps=20, persistent=0.6, seconds=0.25)
    values, coins = [], []
    for _ in range(400):
        draws.next_frame()
        values.append(draws.standard_normal((200,)))
        coins.append(draws.random((200,)) < 0.1)
        assert draws.integers(3) in (0, 1, 2)
    values = np.array(values)
    assert values.std() == pytest.approx(1, abs=0.03)
    for lag in (1, 4, 10):
        correlation = (values[lag:] * values[:-lag]).mean()
        assert correlation == pytest.approx(0.6 * np.exp(-lag / 5), abs=0.03)
    coins = np.array(coins)
    assert coins.mean() == pytest.approx(0.1, abs=0.01)
    assert (coins[1:] & coins[:-1]).mean() > 2 * coins.mean() ** 2  # what is missed tends to stay missed


def test_a_camera_out_of_step_sees_a_neighbouring_frame():
    people = sample_sequence("running", 0, people=1, seconds=0.5, fps=30, radius_mm=1500)
    noise = Noise(0, 0, 0, 0, 0, 0, 0, 0, False, 0, out_of_step=1.0)
    sightings = Sightings(people, ring(), noise, draw=False)
    (view,) = np.flatnonzero(sightings.late_frames)
    shift = sightings.late_frames[view]
    own = np.array([s.scene.own_cells[:, 0] for s in sightings])
    still = np.array([s.scene.own_cells[:, 0] for s in Sightings(people, ring(), CLEAN, draw=False)])
    frames = np.arange(3, 10)
    np.testing.assert_allclose(own[frames, view], still[frames + shift, view], atol=1e-3)
    others = [v for v in range(3) if v != view]
    np.testing.assert_allclose(own[:, others], still[:, others], atol=1e-3)
