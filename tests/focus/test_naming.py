"""Videos and calibrated cameras find each other by name, and never by order."""

from __future__ import annotations

import unicodedata

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
    assert pair_names(cameras, videos) == (pairs, 0)


@pytest.mark.parametrize(
    ("cameras", "videos", "pairs", "shift"),
    [
        (["cam_1", "cam_2", "cam_3"], ["cam_0", "cam_1", "cam_2"], [0, 1, 2], 1),
        (["camera0", "camera1"], ["hd_00_02", "hd_00_01"], [1, 0], -1),
    ],
)
def test_counting_from_another_number_is_recognised_where_all_fit(cameras, videos, pairs, shift):
    assert pair_names(cameras, videos) == (pairs, shift)


def test_names_of_every_script_pair_however_they_are_composed():
    composed = ["왼쪽", "오른쪽", "caméra"]
    decomposed = [unicodedata.normalize("NFD", name) for name in ("오른쪽", "caméra", "왼쪽")]
    assert pair_names(composed, decomposed) == ([2, 0, 1], 0)
    assert pair_names(["왼쪽", "오른쪽"], ["가", "나"]) == ([None, None], 0)


def test_a_part_of_a_number_or_of_a_word_is_no_name():
    assert pair_names(["cam1", "cam2"], ["cam10", "cam20"]) == ([None, None], 0)
    assert pair_names(["am1"], ["cam1_x"]) == ([0], 0)  # by its number alone
    assert pair_names(["front"], ["frontal"]) == ([None], 0)
    assert pair_names(["!!", "##"], ["a", "b"]) == ([None, None], 0)


def test_digits_that_are_no_decimal_digits_and_endless_ones_are_letters_and_numbers():
    assert camera_number("cam²") is None
    assert camera_number("cam" + "9" * 5000) == int("9" * 18)
    assert natural_key("a²") < natural_key("b")


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
