"""Drawing: people's colours lie where their reprojected joints say."""

from __future__ import annotations

import numpy as np
import pytest
from job_fakes import GREY, JobSource, facing_camera, figure

from modules.core.palette import limb_color, person_color
from modules.core.skeleton import LEFT_ELBOW, LEFT_SHOULDER, LEFT_WRIST, RIGHT_ELBOW, RIGHT_WRIST, Side
from modules.core.types import Lod, PoseResult
from modules.export.mosaic import BACKGROUND, Fit, blank, draw_tile, plan_layout, shrink, text, text_width
from modules.export.overlay_video import draw_mosaic

TILE = (640, 480)


@pytest.fixture
def camera():
    return facing_camera("cam01", (1280, 960))


def grey(width=1280, height=960):
    return np.full((height, width, 3), GREY, np.uint8)


def middle(person, a, b, view=0):
    """Tile pixel halfway between two joints: the tile is half the frame."""
    x, y = (person.joints_px[view, a] + person.joints_px[view, b]) / 2 / 2
    return round(float(y)), round(float(x))


def test_limbs_have_the_palettes_colours_at_the_joints(camera):
    person = figure((camera,), 1, 0.0)
    tile = draw_tile(grey(), [person], 0, TILE)
    assert tuple(tile[middle(person, LEFT_ELBOW, LEFT_WRIST)]) == limb_color(1, Side.LEFT)
    assert tuple(tile[middle(person, RIGHT_ELBOW, RIGHT_WRIST)]) == limb_color(1, Side.RIGHT)
    assert tuple(tile[middle(person, 0, 2)]) == person_color(1)
    assert tuple(tile[470, 20]) == (GREY,) * 3


def test_unseen_joints_take_their_limbs_along(camera):
    person = figure((camera,), 0, 0.0)
    hidden = person.joints_px.copy()
    hidden[0, LEFT_ELBOW] = np.nan
    other = type(person)(0, Lod.FULL, 0.9, person.root_world_mm, person.joints_world_mm, person.root_px, hidden)
    tile = draw_tile(grey(), [other], 0, TILE)
    for a, b in ((LEFT_SHOULDER, LEFT_ELBOW), (LEFT_ELBOW, LEFT_WRIST)):
        assert tuple(tile[middle(person, a, b)]) == (GREY,) * 3
    assert tuple(tile[middle(person, LEFT_WRIST, LEFT_WRIST)]) == limb_color(0, Side.LEFT)


def test_root_only_people_are_a_marked_root_without_limbs(camera):
    person = figure((camera,), 2, 300.0, Lod.ROOT_ONLY)
    tile = draw_tile(grey(), [person], 0, TILE)
    x, y = person.root_px[0] / 2
    assert tuple(tile[round(float(y)), round(float(x))]) == person_color(2)
    full = figure((camera,), 2, 300.0)
    assert tuple(tile[middle(full, LEFT_ELBOW, LEFT_WRIST)]) == (GREY,) * 3


def test_people_outside_the_view_leave_it_untouched(camera):
    for lod in Lod:
        assert (draw_tile(grey(), [figure((camera,), 0, 0.0, lod, y_mm=-9000.0)], 0, TILE) == GREY).all()


def test_portrait_frame_is_centred_and_points_with_it():
    camera = facing_camera("tall", (480, 960))
    person = figure((camera,), 0, 0.0)
    tile = draw_tile(grey(480, 960), [person], 0, TILE)  # zoom 0.5: 240 px wide, 200 px left free on both sides
    assert tuple(tile[100, 199]) == BACKGROUND
    assert tuple(tile[100, 440]) == BACKGROUND
    assert tuple(tile[5, 201]) == (GREY,) * 3
    x, y = person.joints_px[0, 0] / 2 + (200, 0)
    assert tuple(tile[round(float(y)), round(float(x))]) == person_color(0)


def test_pixel_centres_stay_pixel_centres():
    # two raw pixels become one: its centre lies between theirs
    np.testing.assert_allclose(Fit.of((100, 100), (50, 50)).apply(np.array([[0.5, 0.5], [98.5, 98.5]])), [[0, 0], [49, 49]])


def test_shrinking_averages():
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 200
    assert (shrink(stripes, (16, 16)) == 100).all()


@pytest.mark.parametrize(
    ("count", "size", "columns", "rows"),
    [(4, (1088, 1920), 4, 1), (4, (1920, 1080), 2, 2), (5, (1920, 1080), 3, 2), (1, (640, 480), 1, 1), (8, (1080, 1920), 4, 2)],
)
def test_layout_fits_the_screen(count, size, columns, rows):
    layout = plan_layout([size] * count)
    assert (layout.columns, layout.rows) == (columns, rows)
    width, height = layout.size_px
    assert width <= 1920
    assert height <= 1080
    assert width % 2 == height % 2 == 0
    tile_width, tile_height = layout.tile_px
    assert tile_width / tile_height == pytest.approx(size[0] / size[1], rel=0.02)
    corners = {layout.corner_px(view) for view in range(count)}
    assert len(corners) == count
    assert all(x + tile_width <= width and y + tile_height <= height for x, y in corners)


def test_mosaic_shows_each_view_in_its_place():
    source = JobSource(views=3)
    frame = source.read(0)
    people = (figure(source.cameras, 0, 0.0),)
    layout = plan_layout(source.info.sizes_px)
    mosaic = draw_mosaic(frame, PoseResult(0, 0.0, 0.0, (0.0, 0.0), people), layout, source.info.camera_names, "walks")
    assert mosaic.shape == (layout.size_px[1], layout.size_px[0], 3)
    for view in range(3):
        fit = Fit.of((320, 240), layout.tile_px)
        x, y = fit.apply((people[0].joints_px[view, LEFT_ELBOW] + people[0].joints_px[view, LEFT_WRIST]) / 2)
        left, top = layout.corner_px(view)
        assert tuple(mosaic[top + round(float(y)), left + round(float(x))]) == limb_color(0, Side.LEFT)


def test_korean_text_has_a_width():
    assert text_width("카메라", 20) > text_width("카", 20) > 10


def test_names_in_no_encoding_and_endless_ones_are_drawn_all_the_same():
    picture = blank((300, 60))
    assert text(picture, "ab\udcb3\udce8", (10, 30), 20) > 30  # OpenCV alone crashes on these
    assert text_width("9" * 5000, 20) < 5000
