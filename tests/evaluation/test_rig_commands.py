"""What the calibration's commands measure with: known answers for their yardsticks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.spatial.transform import Rotation

from modules.core.people2d import People2D
from modules.evaluation.rig.hidden import _aligned
from modules.evaluation.rig.how_to_walk import main as draw
from modules.evaluation.rig.scenes import apart, centred, drawn, turned_deg
from modules.evaluation.rig.sync import FINER, FPS, SECONDS, judged, late
from modules.rig.sync import Step
from modules.SelfPose3d.lib.training.rigs import look_at, turned_by


def rig():
    places = ((3000, 0, 1500), (0, 3500, 1800), (-3000, 500, 1200), (200, -3200, 1600))
    return tuple(look_at(f"c{n}", (640, 480), 500.0, np.array(p, float), np.array([0, 0, 900.0])) for n, p in enumerate(places))


def test_a_rig_turned_moved_and_scaled_as_a_whole_is_the_same_rig():
    R = Rotation.from_euler("xyz", [20, -30, 70], degrees=True).as_matrix()
    moved = [
        replace(c, R_world_to_cam=c.R_world_to_cam @ R.T, center_world_mm=0.8 * R @ c.center_world_mm + 500) for c in rig()
    ]
    found = apart(moved, rig())
    assert found.turned_deg.max() < 1e-4
    assert found.moved.max() < 1e-9
    assert abs(found.scale - 1 / 0.8) < 1e-9


def test_one_camera_turned_is_seen_and_mostly_its_own():
    real = rig()
    wrong = [*real[:3], turned_by(real[3], np.deg2rad([0, 4.0, 0]))]
    found = apart(wrong, real)
    assert found.turned_deg.argmax() == 3
    assert abs(found.turned_deg[3] - 3.0) < 0.05  # the rest of the four degrees turns the whole rig by one
    assert abs(turned_deg(wrong[3], real[3]) - 4.0) < 1e-6


def test_centred_rigs_look_at_the_origin_and_random_ones_have_two_to_eight_views():
    shifted = tuple(replace(c, center_world_mm=c.center_world_mm + np.array([4000, -900, 0])) for c in rig())
    back = centred(shifted)
    for a, b in zip(back, centred(rig()), strict=True):
        np.testing.assert_allclose(a.center_world_mm, b.center_world_mm, atol=1e-6)
    assert [len(r) for r in drawn(3).values()] == [2, 3, 4]


def test_late_cameras_show_what_others_showed_before():
    fine = [
        People2D(n, n / (FPS * FINER), tuple(np.full((1, 17, 3), n, np.float32) for _ in range(2)))
        for n in range(int((SECONDS + 0.1) * FPS * FINER))
    ]
    seen = late(fine, np.array([0.0, 0.5]), np.zeros(2))
    assert seen[60].views[0][0, 0, 0] - seen[60].views[1][0, 0, 0] == 0.5 * FPS * FINER
    steps = [Step("a", 0.0, 0.0, 0.001, True), Step("b", 0.5 + 2 / FPS, 0.0, 0.001, True), Step("c", 0.0, 0.0, 0.001, True)]
    off, covered = judged(steps, np.array([0.0, 0.5, 0.0]), np.zeros(3))
    np.testing.assert_allclose(off, [0, 2, 0], atol=1e-9)
    assert covered.tolist() == [True, False, True]


def test_points_are_aligned_by_a_similarity_and_never_mirrored():
    rng = np.random.default_rng(0)
    points = rng.normal(0, 500, (20, 13, 3))
    R = Rotation.from_euler("z", 50, degrees=True).as_matrix()
    moved = 1.3 * points @ R.T + [100, -50, 20]
    np.testing.assert_allclose(_aligned(moved, points), points, atol=1e-6)
    assert np.abs(_aligned(points * [-1, 1, 1], points) - points).max() > 100


def test_the_drawing_is_made(tmp_path):
    assert draw(["--out", str(tmp_path / "walk.png")]) == 0
    assert (tmp_path / "walk.png").read_bytes().startswith(b"\x89PNG")
