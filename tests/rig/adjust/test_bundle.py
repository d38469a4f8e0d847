"""Bundle adjustment: derivatives against differences, exact data, what stays as given, how sure it says it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from walkers import ring, walk

from modules.core.geometry import project
from modules.rig.adjust import bundle
from modules.rig.adjust.bundle import Freedom, Observations, adjust, residuals_px
from modules.rig.adjust.projections import derivatives, project_state
from modules.rig.seen.body import JOINTS, at
from modules.SelfPose3d.lib.training.rigs import turned_by

ANY = Freedom(1.0, 50.0, 0.05, 0.01, 0.05, 0.05)


def seen_by(cameras, joints, noise_px=0.0, seed=0):
    """Observations of joints [N, K, 3] of one person."""
    rng = np.random.default_rng(seed)
    pixels = np.stack([project(joints, c)[0] for c in cameras], 1)
    pixels = pixels + noise_px * rng.standard_normal(pixels.shape)
    count = len(joints)
    return Observations(pixels, np.full(pixels.shape[:-1], max(noise_px, 0.5)), np.zeros(count, int), np.arange(count))


@pytest.fixture(scope="module")
def joints():
    return walk(1, 24, seed=3)[:, 0][:, list(JOINTS)]


def test_derivatives_are_those_of_the_projection(joints):
    cameras = [replace(c, k=[-0.12, 0.05, 0.01], p=[0.002, -0.001]) for c in ring(3)]
    problem = bundle._Problem(cameras, seen_by(cameras, joints), joints, [ANY] * 3, True, 2.5)
    at, _, parts = project_state(problem.state)
    expected = np.stack([project(joints, c)[0] for c in cameras], 1)
    np.testing.assert_allclose(at, expected, atol=1e-6)
    by_joint, by_camera = derivatives(problem.state, parts)
    steps = [1e-6] * 3 + [1e-2] * 3 + [1e-6, 1e-2, 1e-2, 1e-6, 1e-6]
    for parameter, size in enumerate(steps):
        step = np.zeros((3, bundle.PARAMETERS))
        step[:, parameter] = size
        moved = [project_state(problem.moved((sign * step, 0.0, 0.0)))[0] for sign in (1, -1)]
        slope = (moved[0] - moved[1]) / (2 * size)
        np.testing.assert_allclose(by_camera[..., parameter], slope, rtol=1e-4, atol=1e-3 * np.abs(slope).max())
    for axis in range(3):
        step = np.zeros_like(joints)
        step[..., axis] = 1e-2
        moved = [project_state(problem.moved((np.zeros((3, bundle.PARAMETERS)), sign * step, 0.0)))[0] for sign in (1, -1)]
        np.testing.assert_allclose(by_joint[..., axis], (moved[0] - moved[1]) / 2e-2, rtol=1e-4, atol=1e-4)


def test_exact_data_bring_a_turned_and_moved_camera_back(joints):
    real = ring(4)
    given = [*real]
    given[2] = replace(
        turned_by(given[2], np.deg2rad([0.8, -1.0, 0.5])), center_world_mm=real[2].center_world_mm + np.array([60, -40, 30])
    )
    free = Freedom(turn_deg=np.inf, center_mm=np.inf)
    found = adjust(given, seen_by(real, joints), joints + 30.0, [Freedom(), Freedom(), free, Freedom()], bones=False)
    np.testing.assert_allclose(found.cameras[2].center_world_mm, real[2].center_world_mm, atol=0.5)
    np.testing.assert_allclose(found.cameras[2].R_world_to_cam, real[2].R_world_to_cam, atol=1e-4)
    np.testing.assert_allclose(found.joints_world_mm, joints, atol=1.0)
    for view in (0, 1, 3):
        assert found.cameras[view].center_world_mm.tolist() == real[view].center_world_mm.tolist()
        assert (found.sd[view] == 0).all()


def test_standard_deviations_are_those_of_repeated_trials(joints):
    real = ring(4)
    free = Freedom(turn_deg=np.inf, center_mm=np.inf)
    freedom = [Freedom(), Freedom(), Freedom(), free]
    centers, said = [], []
    for seed in range(12):
        found = adjust(real, seen_by(real, joints, 3.0, seed), joints, freedom, bones=False)
        centers.append(found.cameras[3].center_world_mm - real[3].center_world_mm)
        said.append(found.sd[3, 3:6])
    ratio = np.sqrt(np.mean(np.square(centers)) / np.mean(np.square(said)))
    assert 0.6 < ratio < 1.6


def test_a_prior_keeps_what_the_data_are_silent_about(joints):
    real = ring(3)
    seen = seen_by(real, joints)
    seen.pixels[:, 2] = np.nan  # the third camera saw nobody
    found = adjust(real, seen, joints, [ANY] * 3)
    np.testing.assert_allclose(found.cameras[2].center_world_mm, real[2].center_world_mm, atol=1e-6)
    np.testing.assert_allclose(found.sd[2, 3:6], ANY.center_mm, rtol=0.01)


def test_wrong_joints_hardly_count(joints):
    real = ring(4)
    seen = seen_by(real, joints, 1.0)
    rng = np.random.default_rng(5)
    wrong = rng.random(seen.pixels.shape[:-1]) < 0.05
    seen.pixels[wrong] += rng.normal(0, 150, (int(wrong.sum()), 2))
    found = adjust(real, seen, joints, [Freedom(0.5, 20.0)] * 4)
    off = np.linalg.norm(found.joints_world_mm - joints, axis=-1)
    assert np.median(off) < 5.0
    assert 0.5 < found.spread < 2.5


def test_a_joint_that_one_view_alone_sees_is_found_by_its_bone(joints):
    cameras, wrist, elbow = ring(3), at("left_wrist"), at("left_elbow")
    seen = seen_by(cameras, joints)
    seen.pixels[::2, 1:, wrist] = np.nan
    start = joints.copy()
    start[::2, wrist] = np.nan
    found = adjust(cameras, seen, start, [Freedom()] * 3)
    forearm = np.linalg.norm(found.joints_world_mm[:, wrist] - found.joints_world_mm[:, elbow], axis=-1)
    real = np.linalg.norm(joints[:, wrist] - joints[:, elbow], axis=-1)
    np.testing.assert_allclose(forearm, real, rtol=0.05)  # on its ray there are two places of that length
    off = np.linalg.norm(residuals_px(cameras, seen, found.joints_world_mm), axis=-1)
    assert np.nanmax(off[:, 0, wrist]) < 1.0


def test_where_most_joints_are_good_and_a_few_far_off_a_near_fit_places_cameras_better(joints):
    real, free = ring(4), Freedom(turn_deg=np.inf, center_mm=np.inf)
    off = {bundle.ROBUST_SD: [], bundle.NEAR_ROBUST_SD: []}
    for seed in range(6):
        seen = seen_by(real, joints)
        seen.pixels[:] += 3.0 * np.random.default_rng(seed).standard_t(1.5, seen.pixels.shape)
        seen = replace(seen, sd_px=np.full(seen.sd_px.shape, 4.0))
        for robust_sd, centers in off.items():
            found = adjust(real, seen, joints, [Freedom()] * 3 + [free], bones=False, robust_sd=robust_sd)
            centers.append(found.cameras[3].center_world_mm - real[3].center_world_mm)
    assert np.std(off[bundle.NEAR_ROBUST_SD]) < 0.9 * np.std(off[bundle.ROBUST_SD])


def test_bones_tell_the_depth_that_two_near_cameras_do_not(joints):
    real = ring(2)
    near = (real[0], replace(real[0], name="b", center_world_mm=real[0].center_world_mm + np.array([0, 250.0, 0])))
    seen = seen_by(near, joints, 2.0)
    start = joints + np.random.default_rng(1).normal(0, 40, joints.shape)
    off = [
        np.median(np.linalg.norm(adjust(near, seen, start, [Freedom()] * 2, bones=bones).joints_world_mm - joints, axis=-1))
        for bones in (False, True)
    ]
    assert off[1] < 0.8 * off[0]


def test_residuals_are_what_was_seen_less_the_projection(joints):
    cameras = ring(2)
    seen = seen_by(cameras, joints)
    seen.pixels[0, 0, 0] = np.nan
    off = residuals_px(cameras, seen, joints + np.array([0, 0, 10.0]))
    expected = project(joints, cameras[1])[0] - project(joints + np.array([0, 0, 10.0]), cameras[1])[0]
    np.testing.assert_allclose(off[:, 1], expected, atol=1e-9)
    assert np.isnan(off[0, 0, 0]).all()


@pytest.mark.parametrize("bones", [True, False])
@pytest.mark.parametrize("views", [2, 3, 6])
def test_spread_is_how_far_off_joints_are_however_few_views_see_them(joints, views, bones):
    seen = seen_by(ring(views), joints, noise_px=6.0, seed=4)
    claimed = replace(seen, sd_px=np.full(seen.sd_px.shape, 2.0))
    found = adjust(ring(views), claimed, joints, [Freedom()] * views, bones=bones)
    assert found.spread == pytest.approx(3.0, rel=0.12)


def test_the_rig_s_size_against_bones_changes_as_its_derivative_says(joints):
    problem = bundle._Problem(ring(3), seen_by(ring(3), joints), joints, [ANY] * 3, True, 2.5)

    def log_size(state):
        return 0.5 * np.log(((state.center - state.center.mean(0)) ** 2).sum()) - state.logs.mean()

    rng = np.random.default_rng(0)
    camera = np.zeros((3, bundle.PARAMETERS))
    camera[:, 3:6] = rng.normal(0, 1.0, (3, 3))
    logs = rng.normal(0, 1e-3, problem.state.logs.shape)
    moved = [log_size(problem.moved((sign * camera, 0.0, sign * logs))) for sign in (1, -1)]
    expected = problem._by_size(problem.state) @ np.concatenate([camera.ravel(), logs.ravel()])
    assert (moved[0] - moved[1]) / 2 == pytest.approx(expected, rel=1e-4)


def test_lenses_that_nobody_knows_make_the_size_unsure(joints):
    cameras = ring(3)
    seen = seen_by(cameras, joints, 2.0)
    place = Freedom(turn_deg=np.inf, center_mm=np.inf)
    sds = []
    for focal in (0.0, 0.25):
        free = [Freedom(focal=focal), *[replace(place, focal=focal)] * 2]
        sds.append(adjust(cameras, seen, joints, free).size_sd)
    assert 0 < sds[0] < 0.5 * sds[1] < 0.2
    assert np.isnan(adjust(cameras, seen, joints, [place] * 3, bones=False, rounds=2).size_sd)


def test_focal_lengths_that_nobody_knows_are_told_less_surely_where_no_third_view_checks_joints(joints):
    free = [Freedom(focal=0.2), *[replace(ANY, focal=0.2)] * 2]

    def sds(views, hidden=0):
        cameras = ring(3)[:views]
        seen = seen_by(cameras, joints, noise_px=1.0)
        seen.pixels[:hidden, 2:] = np.nan
        known, guessed = (adjust(cameras, seen, joints, free[:views], guessed=guess).sd for guess in (False, True))
        others = [n for n in range(bundle.PARAMETERS) if n != bundle.FOCAL]
        np.testing.assert_array_equal(known[:, others], guessed[:, others])
        return guessed[:, bundle.FOCAL] / known[:, bundle.FOCAL]

    assert sds(2) == pytest.approx([bundle.UNCHECKED] * 2)
    assert sds(3) == pytest.approx([1.0] * 3)
    a_third = 1 + (bundle.UNCHECKED - 1) / 3  # of 24 instants 8 are seen by the first two alone
    assert sds(3, hidden=8) == pytest.approx([a_third, a_third, 1.0])
