"""The level world and the recording's own: there and back."""

from __future__ import annotations

import numpy as np
import pytest

from modules.core.geometry import project
from modules.core.types import Camera
from modules.core.world import Space, World

R = np.array([[0.36, 0.48, -0.8], [-0.8, 0.6, 0.0], [0.48, 0.64, 0.6]])
WORLD = World(10.0, R, np.array([3.0, -2.0, 7.0]))
POINTS = np.random.default_rng(0).uniform(-100, 100, (5, 4, 3))


def test_there_and_back():
    np.testing.assert_allclose(WORLD.to_recording(WORLD.to_level(POINTS)), POINTS, atol=1e-9)
    np.testing.assert_allclose(WORLD.inverse.to_level(POINTS), WORLD.to_recording(POINTS), atol=1e-9)
    np.testing.assert_allclose(WORLD.to_level(WORLD.origin), 0)
    np.testing.assert_allclose(WORLD.to_level(WORLD.origin + WORLD.up), [0, 0, 10], atol=1e-12)
    assert np.isnan(WORLD.to_level(np.full(3, np.nan))).all()


def test_a_camera_sees_the_same_in_both_worlds():
    camera = Camera("a", 640, 480, 500.0, 510.0, 320.0, 240.0, R.T, np.array([1.0, 2.0, -300.0]), k=np.array([0.1, 0, 0]))
    level = WORLD.level_camera(camera)
    np.testing.assert_allclose(project(WORLD.to_level(POINTS), level)[0], project(POINTS, camera)[0], atol=1e-6)
    back = WORLD.recording_camera(level)
    np.testing.assert_allclose(back.center_world_mm, camera.center_world_mm, atol=1e-9)
    np.testing.assert_allclose(back.R_world_to_cam, camera.R_world_to_cam, atol=1e-12)


def test_deviations_turn_with_the_axes():
    y_up = World(1.0, np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]))
    np.testing.assert_allclose(y_up.deviation_to_recording([1.0, 2.0, 3.0]), [1, 3, 2])


@pytest.mark.parametrize("wrong", [{"scale": 0.0}, {"scale": np.nan}, {"R_to_level": -np.eye(3)}, {"origin": [np.inf, 0, 0]}])
def test_what_is_no_similarity_is_refused(wrong):
    with pytest.raises(ValueError, match=r"finite|rotation"):
        World(**wrong)


def test_json_is_exact():
    again = World.from_json(WORLD.to_json())
    assert again.scale == WORLD.scale
    np.testing.assert_array_equal(again.R_to_level, WORLD.R_to_level)
    np.testing.assert_array_equal(again.origin, WORLD.origin)
    space = Space(np.array([1.0, 2, 3]), np.array([4.0, 5, 6]))
    np.testing.assert_array_equal(Space.from_json(space.to_json()).center_mm, space.center_mm)
    assert World().is_identity
    assert not WORLD.is_identity
