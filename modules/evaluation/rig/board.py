"""How exact lenses and poses are that come from a board: synthetic pictures with blur, noise and distortion.

``python -m modules.evaluation.rig.board``
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from modules.core.types import Camera
from modules.evaluation.common.options import PROJECT_DIR, positive
from modules.evaluation.common.report import Report, markdown_table
from modules.evaluation.rig.boards import BoardPictures, poses_before, poses_between
from modules.evaluation.rig.scenes import turned_deg
from modules.rig.board.board_pdf import INCH_MM, draw, write_board
from modules.rig.board.board_views import Board, find, lens, place
from modules.SelfPose3d.lib.training.rigs import look_at

BOARDS = {
    "charuco": Board("charuco", 7, 5, 34.0, 25.0),
    "apriltag": Board("apriltag", 5, 4, 40.0, 12.0),
    "chessboard": Board("chessboard", 9, 6, 30.0, 0.0),
}
COLUMNS = (
    "board", "camera", "pictures with the board", "focal off, %", "said ± %", "centre off, px", "rms, px",
    "turned wrongly, deg", "centre off, mm",
)  # fmt: skip
DPI = 200


def rig() -> tuple[Camera, ...]:
    """Three cameras side by side, one and a half metres from where the board is shown, with different lenses."""
    cameras = []
    for n, (angle, focal, k1) in enumerate(((-28.0, 950.0, -0.18), (0.0, 820.0, 0.06), (30.0, 1100.0, -0.05))):
        a = np.deg2rad(angle)
        center = np.array([1500 * np.sin(a), -1500 * np.cos(a), 200.0 * n])
        camera = look_at(f"cam{n + 1}", (1280, 720), focal, center, np.zeros(3))
        cameras.append(replace(camera, cx=camera.cx + 9 - 6 * n, cy=camera.cy - 5 + 4 * n, k=[k1, -0.3 * k1, 0.0]))
    return tuple(cameras)


def trial(board: Board, pictures: int, seed: int) -> list[list[object]]:
    """Lenses from all pictures, then poses from those taken together: a line a camera."""
    rng = np.random.default_rng([20_261_128, seed])
    real = rig()
    drawers = [BoardPictures(board, camera) for camera in real]
    alone = [
        [find(board, drawer.draw(R, t, rng)) for R, t in poses_before(rng, board, camera, pictures)]
        for camera, drawer in zip(real, drawers, strict=True)
    ]
    together = []
    for R, t in poses_between(rng, board, real, max(8, pictures // 2)):
        views = {}
        for v, (camera, drawer) in enumerate(zip(real, drawers, strict=True)):
            in_camera = camera.R_world_to_cam @ R, camera.R_world_to_cam @ (t - camera.center_world_mm)
            corners = find(board, drawer.draw(*in_camera, rng))
            if corners is not None:
                views[v] = corners
        together.append(views)
    lenses = []  # as ``modules.rig.calibrate board`` does: every picture says something of the lens
    for v, (camera, seen) in enumerate(zip(real, alone, strict=True)):
        shown = [*(c for c in seen if c is not None), *(views[v] for views in together if v in views)]
        lenses.append(lens(camera.name, (camera.width_px, camera.height_px), shown))
    together = [views for views in together if len(views) >= 2]
    placed = place([found.camera for found in lenses], together)
    lines = []
    first = placed[0].R_world_to_cam.T @ real[0].R_world_to_cam  # the real world's axes in the board's
    shift = placed[0].center_world_mm - first @ real[0].center_world_mm
    for camera, found, made in zip(real, lenses, placed, strict=True):
        same = replace(
            made, R_world_to_cam=made.R_world_to_cam @ first, center_world_mm=first.T @ (made.center_world_mm - shift)
        )
        lines.append([
            board.kind, camera.name, found.views, 100 * abs(found.camera.fx / camera.fx - 1), 100 * found.focal_sd,
            float(np.hypot(found.camera.cx - camera.cx, found.camera.cy - camera.cy)), found.rms_px, turned_deg(same, camera),
            float(np.linalg.norm(same.center_world_mm - camera.center_world_mm)),
        ])  # fmt: skip
    return lines


def printed(board: Board, paper: str = "A3") -> list[object]:
    """A board printed (as pixels of DPI an inch) and read back: corners found, and how wrong the distance between them is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "board.png"
        draw(board, paper).savefig(path, dpi=DPI)
        write_board(board, Path(folder) / "board.pdf", paper)
        size = (Path(folder) / "board.pdf").stat().st_size
        found = find(board, cv2.imread(str(path), cv2.IMREAD_GRAYSCALE))
    if found is None:
        return [board.kind, 0, float("nan"), size // 1024]
    a, b = found.board_mm - found.board_mm.mean(0), found.pixels - found.pixels.mean(0)
    scale = float((a * b).sum() / (a * a).sum())  # px in a mm
    return [board.kind, len(found.pixels), 100 * abs(scale * INCH_MM / DPI - 1), size // 1024]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m modules.evaluation.rig.board", description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=positive, default=24, help="pictures of the board for each lens (default 24)")
    parser.add_argument("--out", type=Path, default=PROJECT_DIR / "output" / "board", help="folder for the results")
    options = parser.parse_args(arguments)
    report, lines = Report(), []
    for seed, board in enumerate(BOARDS.values()):
        lines += trial(board, options.pictures, seed)
    report.show(markdown_table(COLUMNS, lines))
    prints = [printed(board) for board in BOARDS.values()]
    heads = ("board", "corners read back from the print", "scale off, %", "PDF, kB")
    report.show(markdown_table(heads, prints))
    report.figures = {"columns": COLUMNS, "rows": lines, "printed": prints}
    report.save(options.out, "board")
    return 0


if __name__ == "__main__":
    sys.exit(main())
