"""Boards: found in drawn pictures, lenses and poses from them, printed to scale and read back."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from modules.core.errors import ExportError, SourceError
from modules.core.geometry import project
from modules.evaluation.rig.boards import BoardPictures, poses_before
from modules.rig.board.board_pdf import INCH_MM, draw, write_board
from modules.rig.board.board_views import Board, Corners, find, lens, place
from modules.SelfPose3d.lib.training.rigs import look_at

BOARDS = (Board("charuco", 7, 5, 34.0, 25.0), Board("apriltag", 5, 4, 40.0, 12.0), Board("chessboard", 9, 6, 30.0, 0.0))
IDS = [board.kind for board in BOARDS]


def camera(focal=600.0, k1=-0.12):
    made = look_at("cam", (640, 480), focal, np.array([0, -1500.0, 0]), np.zeros(3))
    return replace(made, cx=326.0, cy=236.0, k=[k1, 0.03, 0.0])


def corners_of(board, camera, R, t, rng=None, noise_px=0.0):
    """What a camera at the origin sees of the inner corners of a board at (R, t)."""
    grid = np.stack(np.meshgrid(np.arange(1, board.columns), np.arange(1, board.rows)), -1).reshape(-1, 2) * board.square_mm
    points = np.concatenate([grid, np.zeros((len(grid), 1))], 1) @ R.T + t
    pixels = project(points, replace(camera, R_world_to_cam=np.eye(3), center_world_mm=np.zeros(3)))[0]
    return Corners(grid, pixels + (0 if rng is None else noise_px * rng.standard_normal(pixels.shape)))


@pytest.mark.parametrize("board", BOARDS, ids=IDS)
def test_corners_are_found_where_they_were_drawn(board):
    rng = np.random.default_rng(1)
    real = camera()
    R, t = poses_before(rng, board, real, 1)[0]
    t = t * 1.2 - [0, 0, 0.2 * t[2] - 0.2 * t[2]]
    found = find(board, BoardPictures(board, real).draw(R, t, rng))
    points = np.concatenate([found.board_mm, np.zeros((len(found.board_mm), 1))], 1) @ R.T + t
    expected = project(points, replace(real, R_world_to_cam=np.eye(3), center_world_mm=np.zeros(3)))[0]
    assert len(found.pixels) >= 8
    near = 0.6 if board.kind == "apriltag" else 0.2  # tags' outer corners are less sharp than where squares meet
    assert np.median(np.linalg.norm(found.pixels - expected, axis=1)) < near


def test_a_lens_from_noisy_corners_is_right_within_what_it_says():
    rng, board, real = np.random.default_rng(2), BOARDS[0], camera()
    seen = [corners_of(board, real, R, t, rng, 0.08) for R, t in poses_before(rng, board, real, 16)]
    found = lens("cam", (640, 480), seen)
    assert abs(found.camera.fx / real.fx - 1) < 0.003
    assert abs(found.camera.fx / real.fx - 1) < 4 * found.focal_sd
    assert abs(found.camera.k[0] - real.k[0]) < 0.02
    assert 0.05 < found.rms_px < 0.2
    assert found.coverage.sum() == sum(len(c.pixels) for c in seen)


def test_a_view_that_is_plainly_wrong_is_left_out():
    rng, board, real = np.random.default_rng(2), BOARDS[0], camera()
    seen = [corners_of(board, real, R, t, rng, 0.1) for R, t in poses_before(rng, board, real, 14)]
    wrong = Corners(seen[3].board_mm, seen[3].pixels + rng.normal(0, 12, seen[3].pixels.shape))
    found = lens("cam", (640, 480), [*seen[:3], wrong, *seen[4:]])
    assert found.views == 13
    assert abs(found.camera.fx / real.fx - 1) < 0.003


def test_too_few_views_and_empty_corners_of_the_picture_are_told():
    rng, board, real = np.random.default_rng(2), BOARDS[0], camera()
    poses = poses_before(rng, board, real, 8)
    with pytest.raises(SourceError, match="3 images"):
        lens("cam", (640, 480), [corners_of(board, real, *pose) for pose in poses[:3]])
    middle = [corners_of(board, real, R, np.array([-100.0, -80.0, 900.0 + 60 * n])) for n, (R, _) in enumerate(poses)]
    assert "bottom right" in lens("cam", (640, 480), middle).advice


def test_three_cameras_that_never_see_the_board_all_at_once_are_placed():
    rng, board = np.random.default_rng(4), BOARDS[0]
    real = [
        replace(look_at(f"c{n}", (640, 480), 600.0, np.array([1500 * np.sin(a), -1500 * np.cos(a), 100.0 * n]), np.zeros(3)))
        for n, a in enumerate(np.deg2rad([-30, 0, 30]))
    ]
    seen = []
    for n in range(12):
        z = rng.normal(0, 0.4, 3) + np.array([0, 1, 0])
        z = z / np.linalg.norm(z)
        x = np.cross([0, 0, -1.0], z)
        x = x / np.linalg.norm(x)
        R, t = np.stack([x, np.cross(z, x), z], 1), rng.normal(0, 100, 3)
        pair = (0, 1) if n % 2 else (1, 2)
        views = {}
        for v in pair:
            turn = real[v].R_world_to_cam
            views[v] = corners_of(board, real[v], turn @ R, turn @ (t - real[v].center_world_mm), rng, 0.03)
        seen.append(views)
    unplaced = [replace(c, R_world_to_cam=np.eye(3), center_world_mm=np.zeros(3)) for c in real]
    found = place(unplaced, seen)
    for a in range(3):
        for b in range(3):
            mine = found[a].R_world_to_cam @ found[b].R_world_to_cam.T
            true = real[a].R_world_to_cam @ real[b].R_world_to_cam.T
            assert np.rad2deg(np.arccos(np.clip((np.trace(mine @ true.T) - 1) / 2, -1, 1))) < 0.1
            apart = [np.linalg.norm(rig[a].center_world_mm - rig[b].center_world_mm) for rig in (found, real)]
            assert abs(apart[0] - apart[1]) < 5.0
    assert all(c.center_world_mm[2] > 0 for c in found)  # z comes out of the printed side
    with pytest.raises(SourceError, match="c2 never see"):
        place(unplaced, [views for views in seen if 2 not in views])


@pytest.mark.parametrize("board", BOARDS, ids=IDS)
def test_a_print_has_the_right_scale(board, tmp_path):
    path, dpi = tmp_path / "board.png", 80
    draw(board, "A3").savefig(path, dpi=dpi)
    found = find(board, cv2.imread(str(path), cv2.IMREAD_GRAYSCALE))
    a, b = found.board_mm - found.board_mm.mean(0), found.pixels - found.pixels.mean(0)
    px_per_mm = (a * b).sum() / (a * a).sum()
    assert abs(px_per_mm * INCH_MM / dpi - 1) < 0.002
    np.testing.assert_allclose(b, a * px_per_mm, atol=0.5)


def test_the_pdf_s_page_is_the_paper_s_size(tmp_path):
    write_board(BOARDS[0], tmp_path / "board.pdf", "A4")
    content = (tmp_path / "board.pdf").read_bytes()
    box = content.split(b"/MediaBox [")[1].split(b"]")[0].split()
    np.testing.assert_allclose([float(v) for v in box], [0, 0, 297 / 25.4 * 72, 210 / 25.4 * 72], atol=0.1)
    with pytest.raises(ExportError, match="does not fit A4"):
        write_board(Board("charuco", 12, 9, 60.0, 45.0), tmp_path / "b.pdf", "A4")
