"""The one projection against OpenCV, and the affine against hand-worked values."""

from __future__ import annotations

import sys
import types

import cv2
import numpy as np
import pytest
import torch

from modules.core.geometry import (
    affine_to_network,
    apply_affine,
    array_library,
    camera_from_opencv,
    fit_scale,
    frame_to_network,
    inside_frame,
    invert_affine,
    project,
    project_points,
    undistort,
    valid_radius,
    visible_px,
    world_rays,
)
from modules.core.types import Camera


@pytest.fixture
def camera() -> Camera:
    R, _ = cv2.Rodrigues(np.array([0.3, -0.8, 1.1]))
    return Camera(
        "a", 1920, 1080, 1100.0, 1090.0, 950.0, 530.0, R, np.array([500.0, -200.0, 1500.0]),
        k=np.array([-0.2, 0.05, 0.01]), p=np.array([0.002, -0.001]),
    )  # fmt: skip


@pytest.fixture
def points(camera) -> np.ndarray:
    in_camera = np.random.default_rng(0).uniform([-1500, -900, 2000], [1500, 900, 6000], (200, 3))
    return in_camera @ camera.R_world_to_cam + camera.center_world_mm


def test_projection_agrees_with_opencv(camera, points):
    rvec, _ = cv2.Rodrigues(camera.R_world_to_cam)
    t = -camera.R_world_to_cam @ camera.center_world_mm
    expected, _ = cv2.projectPoints(points, rvec, t, camera.K, camera.distortion_opencv)
    found, seen = project(points, camera)
    np.testing.assert_allclose(found, expected[:, 0], atol=1e-6)
    assert seen.all()


def test_torch_gives_what_numpy_gives(camera, points):
    arguments = (
        camera.R_world_to_cam, camera.center_world_mm, np.array([camera.fx, camera.fy]), np.array([camera.cx, camera.cy]),
        camera.k, camera.p,
    )  # fmt: skip
    expected = project_points(points, *arguments)
    found = project_points(torch.from_numpy(points), *(torch.from_numpy(np.array(a)) for a in arguments))
    for have, want in zip(found, expected, strict=True):
        np.testing.assert_allclose(have.numpy(), want, rtol=1e-12)


def test_a_point_on_the_optical_axis_falls_on_the_principal_point(camera):
    ahead = camera.center_world_mm + 3000 * camera.R_world_to_cam[2]
    pixels, seen = project(ahead, camera)
    np.testing.assert_allclose(pixels, [camera.cx, camera.cy], atol=1e-9)
    assert seen


def test_behind_the_camera_is_not_seen_though_the_formula_lands_in_the_frame(camera):
    behind = camera.center_world_mm - 3000 * camera.R_world_to_cam[2]
    pixels, seen = project(behind, camera)
    assert inside_frame(pixels, camera.width_px, camera.height_px)
    assert not seen
    assert np.isnan(visible_px(behind, camera)).all()


def test_nan_stays_nan(camera):
    pixels, seen = project(np.full(3, np.nan), camera)
    assert np.isnan(pixels).all()
    assert not seen


def test_valid_radius_of_one_negative_coefficient():
    # r (1 + k1 r²) grows until 1 + 3 k1 r² = 0
    assert valid_radius([-0.25, 0, 0]) == pytest.approx(np.sqrt(1 / 0.75))
    assert valid_radius([0.1, 0, 0]) == np.inf
    assert valid_radius([0, 0, 0]) == np.inf


def test_beyond_the_valid_radius_is_not_seen_though_the_formula_lands_in_the_frame():
    camera = Camera("wide", 1000, 1000, 500.0, 500.0, 500.0, 500.0, np.eye(3), np.zeros(3), k=np.array([-0.25, 0, 0]))
    point = np.array([1700.0, 0.0, 1000.0])  # r = 1.7, folded back to 1.7 · (1 - 0.25 · 2.89) = 0.472
    pixels, seen = project(point, camera)
    assert pixels[0] == pytest.approx(500 + 500 * 1.7 * (1 - 0.25 * 1.7**2))
    assert inside_frame(pixels, 1000, 1000)
    assert not seen


def test_frame_is_letterboxed_by_width_or_by_height():
    # 1920x1080 → 960x512: limited by the height, 512/1080; padded at the sides
    zoom = 512 / 1080
    wide = frame_to_network((1920, 1080), (960, 512))
    np.testing.assert_allclose(wide, [[zoom, 0, (960 - 1920 * zoom) / 2], [0, zoom, 0]], atol=1e-9)
    # 1088x1920 → 192x320: limited by the height, 1/6
    tall = frame_to_network((1088, 1920), (192, 320))
    np.testing.assert_allclose(tall, [[1 / 6, 0, (192 - 1088 / 6) / 2], [0, 1 / 6, 0]], atol=1e-9)
    np.testing.assert_allclose(fit_scale((1088, 1920), (192, 320)), [1152 / 200, 1920 / 200])


def test_rotation_turns_about_the_centre():
    affine = affine_to_network((100, 50), (1.0, 1.0), 90.0, (200, 200))
    np.testing.assert_allclose(apply_affine(np.array([100.0, 50.0]), affine), [100, 100], atol=1e-9)
    # at 90° what was to the right of the centre comes to lie above it
    np.testing.assert_allclose(apply_affine(np.array([110.0, 50.0]), affine), [100, 90], atol=1e-9)


def test_inverse_affine_returns():
    affine = affine_to_network((321, 123), (5.0, 3.0), 33.0, (960, 512))
    points = np.random.default_rng(1).uniform(0, 1000, (20, 2))
    np.testing.assert_allclose(apply_affine(apply_affine(points, affine), invert_affine(affine)), points, atol=1e-9)


def test_opencv_translation_becomes_a_centre():
    R, _ = cv2.Rodrigues(np.array([0.1, 0.2, 0.3]))
    camera = camera_from_opencv(
        "c", (640, 480), np.diag([500.0, 500, 1]), [0.1, 0, 0, 0], R, np.array([1.0, 2.0, 3.0]), unit_mm=1000
    )
    # the centre is the point that the camera sees at its origin
    np.testing.assert_allclose(R @ camera.center_world_mm + 1000 * np.array([1.0, 2.0, 3.0]), 0, atol=1e-9)
    assert camera.k[2] == 0


@pytest.mark.parametrize("change", [{"K": np.array([[500.0, 9, 0], [0, 500, 0], [0, 0, 1]])}, {"distortion": [0.1] * 3}])
def test_what_the_model_does_not_know_is_refused(change):
    arguments = {"K": np.diag([500.0, 500, 1]), "distortion": [0.0] * 4, "R": np.eye(3), "t": np.zeros(3)} | change
    with pytest.raises(ValueError, match=r"skew|numbers"):
        camera_from_opencv("c", (640, 480), **arguments)


def test_undoing_the_lens_agrees_with_opencv_and_leads_back_to_the_point(camera, points):
    pixels, _ = project(points, camera)
    criteria = (cv2.TERM_CRITERIA_COUNT, 100, 0)
    expected = cv2.undistortPoints(pixels[:, None], camera.K, camera.distortion_opencv, criteria=criteria)
    np.testing.assert_allclose(undistort(pixels, camera), expected[:, 0], atol=1e-7)
    to_point = points - camera.center_world_mm
    to_point /= np.linalg.norm(to_point, axis=-1, keepdims=True)
    np.testing.assert_allclose(world_rays(pixels, camera), to_point, atol=1e-9)


def test_pixels_that_no_ray_reaches_are_unknown():
    camera = Camera("a", 1000, 1000, 500.0, 500.0, 500.0, 500.0, np.eye(3), np.zeros(3), k=np.array([-0.3, 0.0, 0.0]))
    edge = 500 + 500 * valid_radius(camera.k) * (1 - 0.3 * valid_radius(camera.k) ** 2)
    found = undistort(np.array([[edge - 1, 500.0], [edge + 1, 500.0], [np.nan, 500.0]]), camera)
    assert np.isfinite(found).all(1).tolist() == [True, False, False]


def test_without_distortion_the_ray_is_exact():
    camera = Camera("a", 1000, 800, 500.0, 400.0, 510.0, 390.0, np.eye(3), np.zeros(3))
    np.testing.assert_array_equal(undistort(np.array([1010.0, 190.0]), camera), [1.0, -0.5])


def test_arrays_are_projected_while_another_thread_imports_torch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", types.ModuleType("torch"))  # begun, and nothing in it yet
    assert array_library(np.zeros(3)) is np
