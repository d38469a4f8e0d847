"""Videos and calibrated cameras find each other by name, and never by order."""

from __future__ import annotations

import pytest

from modules.focus.naming import camera_number, natural_key, pair_names, shared_numbers


@pytest.mark.parametrize(
    ("cameras", "videos", "pairs"),
    [
        (["cam01", "cam02"], ["cam02", "cam01"], [1, 0]),
        (["Cam_1", "cam-2"], ["cam2", "cam1"], [1, 0]),
        (["int_cam01_img", "int_cam02_img"], ["cam01", "cam02"], [0, 1]),
        (["21375", "21376"], ["Miqus_1_21376", "Miqus_2_21375"], [1, 0]),
        (["cam_0", "cam_10", "cam_1"], ["port_1", "port_10", "port_0"], [2, 1, 0]),
        (["cam_1", "cam_10"], ["cam_10.take", "cam_1.take"], [1, 0]),
        (["left", "right"], ["a", "b"], [None, None]),
        (["cam01", "cam02"], ["cam01"], [0, None]),
        (["cam1", "cam01"], ["video1"], [None, None]),
        (["cam"], ["cam_a", "cam_b"], [None]),
    ],
)
def test_pairs(cameras, videos, pairs):
    assert pair_names(cameras, videos) == pairs


def test_numbers_and_order():
    assert camera_number("hd_00_07") == 7
    assert camera_number("left") is None
    assert sorted(["cam10", "cam2", "Cam1"], key=natural_key) == ["Cam1", "cam2", "cam10"]


@pytest.mark.parametrize(
    ("videos", "calibrations", "shift"),
    [({1, 2}, {1, 2}, 0), ({0, 1}, {1, 2}, 1), ({1, 2}, {0, 1}, -1), ({1, 2}, {2, 3}, 0), ({0, 1, 2}, {1, 2}, 0)],
)
def test_counting_from_0_and_from_1(videos, calibrations, shift):
    assert shared_numbers(videos, calibrations) == shift
