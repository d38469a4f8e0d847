"""The configured room for its rig, a fitted one for any other."""

from __future__ import annotations

import numpy as np
import pytest

from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.room import config_for_rig, fit_image_size, fit_space, rig_fingerprint
from modules.core.types import Camera
from modules.core.world import Space


def looking(name: str, center, target, size=(1920, 1080)) -> Camera:
    forward = np.subtract(target, center) / np.linalg.norm(np.subtract(target, center))
    right = np.cross(forward, [0, 0, 1.0])
    right /= np.linalg.norm(right)
    R = np.stack([right, np.cross(forward, right), forward])
    return Camera(name, *size, 1000.0, 1000.0, size[0] / 2, size[1] / 2, R, np.array(center, float))


def ring(target, radius=4000.0, count=4, size=(1920, 1080)) -> list[Camera]:
    angles = np.arange(count) * 2 * np.pi / count + 0.2
    places = [np.add(target, [radius * np.cos(a), radius * np.sin(a), 1500]) for a in angles]
    return [looking(f"c{n}", place, target, size) for n, place in enumerate(places)]


def test_space_is_where_the_cameras_look():
    size, center = fit_space(ring((7000.0, -3000.0, 900.0)))
    np.testing.assert_allclose(center, [7000, -3000, 1000], atol=1e-6)
    np.testing.assert_allclose(size, [8000, 8000, 2400])


def test_parallel_cameras_get_their_own_middle():
    cameras = [looking(f"c{x}", (x, 0.0, 1500.0), (x, 5000.0, 1500.0)) for x in (-1000.0, 3000.0)]
    _, center = fit_space(cameras)
    np.testing.assert_allclose(center[:2], [1000, 0])


def test_size_stays_within_what_the_nets_know():
    assert fit_space(ring((0, 0, 0), radius=500))[0][0] == 3000
    assert fit_space(ring((0, 0, 0), radius=50000))[0][0] == 12000


@pytest.mark.parametrize(
    ("frame", "expected"),
    [((1920, 1080), [320, 192]), ((1088, 1920), [192, 320]), ((1032, 776), [320, 256]), ((500, 500), [320, 320])],
)
def test_image_size_suits_the_frames(frame, expected):
    assert fit_image_size(ring((0, 0, 0), size=frame), 320) == expected


def test_fingerprint_knows_places_not_order_or_names():
    cameras = ring((0, 0, 0))
    assert rig_fingerprint(cameras) == rig_fingerprint(cameras[::-1])
    assert rig_fingerprint(cameras) != rig_fingerprint(ring((100, 0, 0)))
    assert rig_fingerprint(cameras) != rig_fingerprint(cameras[:3])


def test_configured_room_is_kept_for_its_rig_and_fitted_for_another():
    own, other = ring((0, 0, 900.0)), ring((7000.0, -3000.0, 900.0), radius=3000.0)
    config = load_config(
        None, {"MULTI_PERSON.RIG": rig_fingerprint(own), "NETWORK.IMAGE_SIZE": [192, 320], "NETWORK.HEATMAP_SIZE": [48, 80]}
    )
    assert config_for_rig(config, own) is config
    fitted = config_for_rig(config, other)
    np.testing.assert_allclose(fitted.MULTI_PERSON.SPACE_CENTER, [7000, -3000, 1000], atol=1e-6)
    assert fitted.MULTI_PERSON.INITIAL_CUBE_SIZE == [60, 60, 24]
    assert fitted.NETWORK.IMAGE_SIZE == [320, 192]
    assert fitted.NETWORK.HEATMAP_SIZE == [80, 48]
    np.testing.assert_allclose(fitted.LOD.ORIGIN_XY_MM, [7000, -3000], atol=1e-6)
    assert config.MULTI_PERSON.SPACE_CENTER == [0.0, -500.0, 800.0]


def test_without_a_fingerprint_the_configured_room_holds_everywhere():
    config = load_config(None)
    assert config_for_rig(config, ring((7000.0, 0, 0))) is config


def test_one_value_can_be_kept_while_the_others_are_fitted():
    other = ring((7000.0, -3000.0, 900.0), radius=3000.0)
    values = {"MULTI_PERSON.SPACE_SIZE": [5000.0, 4000.0, 2500.0]}
    config = load_config(DEFAULT_CONFIG, values)
    fitted = config_for_rig(config, other)
    assert fitted.MULTI_PERSON.SPACE_SIZE == [5000.0, 4000.0, 2500.0]
    assert fitted.MULTI_PERSON.INITIAL_CUBE_SIZE[:2] == [48, 40]  # 100 mm a voxel, in fours
    np.testing.assert_allclose(fitted.MULTI_PERSON.SPACE_CENTER, [7000, -3000, 1000], atol=1e-6)
    described = load_config(DEFAULT_CONFIG, {**values, "MULTI_PERSON.RIG": "0123456789ab"})  # values of that rig
    assert pytest.approx([6000, 6000, 2400]) == config_for_rig(described, other).MULTI_PERSON.SPACE_SIZE


def test_the_space_that_the_rig_check_found_is_used():
    other = ring((7000.0, -3000.0, 900.0))
    space = Space(np.array([4000.0, 6000.0, 2400.0]), np.array([1.0, 2.0, 1000.0]))
    fitted = config_for_rig(load_config(DEFAULT_CONFIG), other, space)
    assert fitted.MULTI_PERSON.SPACE_SIZE == [4000.0, 6000.0, 2400.0]
    assert fitted.LOD.ORIGIN_XY_MM == [1.0, 2.0]
