"""Colours of clothes are read where the clothes are."""

from __future__ import annotations

import numpy as np

from modules.core import appearance
from modules.core.appearance import clothes_colors
from modules.core.skeleton import LEFT_HIP, LEFT_KNEE, LEFT_SHOULDER, NUM_JOINTS

#: A figure in a 100x200 picture: torso from (35, 40) to (65, 100), legs straight down to y = 180.
JOINTS = np.full((NUM_JOINTS, 2), 5.0)
for _side, _x in ((3, 65.0), (9, 35.0)):
    JOINTS[[_side, _side + 3, _side + 4, _side + 5]] = [(_x, 40.0), (_x, 100.0), (_x, 140.0), (_x, 180.0)]


def picture(torso, legs):
    image = np.zeros((200, 100, 3), np.uint8)
    image[40:101, 35:66] = torso
    image[102:181, 30:71] = legs
    return image


def test_torso_and_legs_are_averaged_over_views():
    images = [picture((200, 10, 30), (0, 50, 250)), picture((100, 20, 40), (20, 70, 150))]
    found = clothes_colors(images, np.stack([JOINTS, JOINTS])[:, None])[0]
    np.testing.assert_allclose(found, [150, 15, 35, 10, 60, 200])


def test_something_small_in_front_does_not_count():
    image = picture((200, 10, 30), (0, 50, 250))
    image[40:55] = 255
    np.testing.assert_allclose(clothes_colors([image], JOINTS[None, None])[0, :3], [200, 10, 30])


def test_a_view_that_does_not_see_a_part_whole_says_nothing_of_it():
    half = JOINTS.copy()
    half[LEFT_KNEE] = np.nan
    images = [picture((200, 10, 30), (0, 50, 250)), picture((100, 20, 40), (20, 70, 150))]
    np.testing.assert_allclose(clothes_colors(images, np.stack([JOINTS, half])[:, None])[0], [150, 15, 35, 0, 50, 250])
    nobody = half.copy()
    nobody[[LEFT_SHOULDER, LEFT_HIP]] = np.nan
    assert np.isnan(clothes_colors(images, np.stack([nobody, nobody])[:, None])).all()


def test_joints_at_the_very_border_stay_inside_the_picture():
    shifted = JOINTS + np.array([34.9, 0.0])  # to 99.9: rounds beyond the last column
    assert np.isfinite(clothes_colors([picture((1, 2, 3), (4, 5, 6))], shifted[None, None])).all()


def test_people_of_a_frame_are_told_apart():
    image = picture((200, 10, 30), (0, 50, 250))
    nobody = np.full_like(JOINTS, np.nan)
    together = clothes_colors([image, image], np.stack([[JOINTS, nobody, JOINTS + 3]] * 2))
    assert np.isnan(together[1]).all()
    for found, joints in zip(together[[0, 2]], (JOINTS, JOINTS + 3), strict=True):
        np.testing.assert_array_equal(found, clothes_colors([image], joints[None, None])[0])


def test_the_colour_of_a_part_is_the_median_of_its_points():
    image = np.random.default_rng(4).integers(0, 256, picture((0, 0, 0), (0, 0, 0)).shape, np.uint8)
    points = appearance._torso(JOINTS[None])[0].round().astype(int)
    expected = np.median(image[points[:, 1], points[:, 0]], axis=0)  # of 20: between two
    np.testing.assert_allclose(clothes_colors([image], JOINTS[None, None])[0, :3], expected)
