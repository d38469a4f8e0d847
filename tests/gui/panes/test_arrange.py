"""Layout of pictures and of faces, and pictures from arrays."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PyQt5.QtCore import QSize

from modules.gui.panes import pixels
from modules.gui.panes.arrange import arrange, column_width
from modules.gui.panes.face_strip import PAD, SMALLEST, SMALLEST_BEFORE_SCROLLING, group_height, group_width, plan

PORTRAIT, LANDSCAPE = (1088, 1920), (1920, 1080)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 13])
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("room", [(1200, 500), (500, 1200), (700, 700)])
def test_pictures_keep_their_shape_stay_inside_and_apart(count, size, room):
    rects = arrange([size] * count, *room, 6)
    for x, y, w, h in rects:
        assert x >= 0
        assert y >= 0
        assert x + w <= room[0] + 1
        assert y + h <= room[1] + 1
        assert w / h == pytest.approx(size[0] / size[1], rel=0.02)
    for (ax, ay, aw, ah), (bx, by, bw, bh) in itertools.combinations(rects, 2):
        assert ax + aw < bx or bx + bw < ax or ay + ah < by or by + bh < ay


def test_shape_of_the_grid_fits_shape_of_the_pictures():
    def columns(size, room):
        return len({rect[0] for rect in arrange([size] * 4, *room, 0)})

    assert columns(PORTRAIT, (1200, 500)) == 4
    assert columns(PORTRAIT, (800, 1300)) == 2
    assert columns(LANDSCAPE, (800, 500)) == 2
    assert columns(LANDSCAPE, (400, 1000)) == 1


def test_a_single_picture_fills_one_side_and_is_centred():
    assert arrange([(100, 50)], 400, 400, 6) == [(0, 100, 400, 200)]


def test_mixed_shapes_and_no_room():
    rects = arrange([PORTRAIT, LANDSCAPE], 600, 300, 6)
    assert rects[0][2] < rects[0][3]
    assert rects[1][2] > rects[1][3]
    assert arrange([PORTRAIT] * 3, 0, 10, 6) == [(0, 0, 0, 0)] * 3
    assert arrange([], 100, 100, 6) == []


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 12])
def test_a_column_is_as_wide_as_its_pictures(count, size):
    height, least, most = 840, 380, 800
    width = column_width([size] * count, height, 6, least, most)
    rects = arrange([size] * count, width, height, 6)
    assert least <= width <= most
    reach = max(x + w for x, _, w, _ in rects) - min(x for x, _, _, _ in rects)
    assert width == least or reach >= width - count - 2  # no band beside them


def test_a_column_of_four_portrait_views_is_two_wide_and_filled():
    width = column_width([PORTRAIT] * 4, 840, 6, 380, 800)
    rects = arrange([PORTRAIT] * 4, width, 840, 6)
    assert len({x for x, _, _, _ in rects}) == 2
    assert sum(w * h for _, _, w, h in rects) > 0.97 * width * 840
    assert column_width([], 840, 6, 380, 800) == 380


@pytest.mark.parametrize(("people", "views", "room"), [(2, 4, (900, 200)), (2, 4, (480, 320)), (1, 8, (1000, 160))])
def test_faces_of_everyone_fit_where_there_is_room(people, views, room):
    made = plan(people, views, *room)
    rows = -(-people // made.columns)
    assert made.tile >= SMALLEST
    assert made.columns * group_width(made.tile, made.across) + 2 * PAD <= room[0]
    assert rows * (group_height(made, views) + PAD) <= room[1]


def test_faces_scroll_where_they_would_get_too_small():
    made = plan(10, 8, 600, 140)
    assert (made.columns, made.across) == (1, 8)
    assert made.tile == SMALLEST_BEFORE_SCROLLING
    assert group_width(made.tile, made.across) <= 600  # nothing beyond the side: it scrolls downwards alone
    narrow = plan(10, 8, 300, 140)
    assert group_width(narrow.tile, narrow.across) <= 300
    assert plan(0, 4, 600, 140).columns == 1


def test_the_views_of_one_person_take_rows_where_the_pane_is_nearly_square():
    assert plan(1, 4, 300, 260).across == 2
    assert plan(1, 4, 300, 260).tile > plan(1, 4, 300, 120).tile
    assert plan(2, 4, 900, 140) == plan(2, 4, 900, 140)._replace(columns=2, across=4)


def test_scaled_picture_has_the_size_and_the_colours():
    image = np.zeros((400, 200, 3), np.uint8)
    image[:200] = (250, 10, 20)
    image[200:] = (10, 20, 250)
    for size in (QSize(50, 100), QSize(180, 390), QSize(300, 600)):
        picture = pixels.scaled(image, size)
        assert picture.size() == size
        top, low = (picture.pixelColor(size.width() // 2, round(size.height() * part)) for part in (0.25, 0.75))
        assert (top.red(), top.green(), top.blue()) == (250, 10, 20)
        assert (low.red(), low.green(), low.blue()) == (10, 20, 250)


def test_a_cut_out_of_a_frame_is_not_sheared():
    frame = np.zeros((60, 101, 3), np.uint8)
    frame[:, 50:] = 200
    picture = pixels.scaled(frame[10:50, 30:71], QSize(41, 40))
    assert picture.pixelColor(5, 35).red() == 0
    assert picture.pixelColor(35, 35).red() == 200


def test_heat_is_clear_where_cold_and_dense_where_hot():
    heat = np.zeros((3, 4), np.float16)
    heat[1, 2], heat[2, 3], heat[0, 0] = 1.0, 0.5, np.nan
    picture = pixels.heat_picture(heat)
    assert (picture.width(), picture.height()) == (4, 3)
    assert picture.pixelColor(0, 0).alpha() == 0
    assert picture.pixelColor(2, 1).alpha() > picture.pixelColor(3, 2).alpha() > 100
    hot = picture.pixelColor(2, 1)
    assert hot.red() > hot.blue()
