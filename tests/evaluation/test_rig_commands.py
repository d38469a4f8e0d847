"""What the calibration's commands measure with: known answers for their yardsticks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.spatial.transform import Rotation

from modules.core.people2d import People2D
from modules.evaluation.rig import sync
from modules.evaluation.rig.by_reference import distances_mm, judged_by, reference_people, size_mm
from modules.evaluation.rig.from_people import honesty, rate_of, turned_against_first, up_off_deg
from modules.evaluation.rig.how_to_walk import main as draw
from modules.evaluation.rig.scenes import apart, centred, drawn, turned_deg, watch
from modules.evaluation.rig.sync import DEMO_FPS, FINER, FPS, SECONDS, judged, late
from modules.rig.sync.delays import Step
from modules.SelfPose3d.lib.training.heatmaps import Noise
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
    seen, late_s = late(fine, np.array([0.0, 0.5]), np.zeros(2))
    np.testing.assert_allclose(late_s, [0.0, 0.5], atol=1e-6)  # though for half a second there is nothing earlier to show
    _, between = late(fine, np.array([0.0, 0.3 / FPS]), np.zeros(2))
    np.testing.assert_allclose(between, [0.0, 0.25 / FPS], atol=1e-6)  # the nearest of four instants a frame
    assert seen[60].views[0][0, 0, 0] - seen[60].views[1][0, 0, 0] == 0.5 * FPS * FINER
    steps = [Step("a", 0.0, 0.0, 0.001, True), Step("b", 0.5 + 2 / FPS, 0.0, 0.001, True), Step("c", 0.0, 0.0, 0.001, True)]
    off, deviations = judged(steps, np.array([0.0, 0.5, 0.0]), FPS, 0.0)
    np.testing.assert_allclose(off, [0, 2, 0], atol=1e-9)
    np.testing.assert_allclose(deviations, [0, 2000 / FPS, 0], atol=1e-6)


def test_how_often_the_truth_is_within_what_is_told_of_clips(monkeypatch):
    """Steps that are off by three quarters and by one and a half of what is told, of four cameras."""
    off_s = 0.01 * np.array([0.0, 0.0, 0.75, 1.5])

    def found(cameras, people):
        late_s = np.array([people[0].views[v][0, 0, 0] for v in range(4)]) / DEMO_FPS
        return [Step(c.name, o - t, 0.0, 0.01, True) for c, o, t in zip(cameras, off_s, late_s, strict=True)]

    monkeypatch.setattr(sync, "by_motion", found)
    seen = [People2D(n, n / DEMO_FPS, (np.full((1, 17, 3), float(n)),) * 4) for n in range(100)]
    line = sync.short("clips", [(rig(), seen)], 80, 6)
    assert line[1] == 80
    assert line[2] == 4 * int(line[0].split()[0])
    assert line[5:] == ["75 %", "100 %", 0]


def test_points_are_compared_after_a_similarity_and_never_mirrored():
    rng = np.random.default_rng(0)
    points = rng.normal(0, 500, (20, 13, 3))
    R = Rotation.from_euler("z", 50, degrees=True).as_matrix()
    moved = 1.3 * points @ R.T + [100, -50, 20]
    assert max(distances_mm(moved, points)) < 1e-6
    assert min(distances_mm(points * [-1, 1, 1], points)) > 100


def test_joints_that_were_mistaken_do_not_pull_the_others_away():
    rng = np.random.default_rng(1)
    points = rng.normal(0, 500, (40, 13, 3))
    R = Rotation.from_euler("xyz", [10, 20, 50], degrees=True).as_matrix()
    moved = 0.9 * points @ R.T + [100, -50, 20]
    moved[rng.permutation(40)[:6]] += [3000.0, 800.0, 0.0]  # 15 % of all people, metres off
    by_distances, by_squares = distances_mm(moved, points)
    assert by_distances < 5.0 < 100.0 < by_squares


def test_a_rig_is_as_large_as_twice_its_farthest_camera():
    assert (
        abs(size_mm([replace(rig()[0], center_world_mm=np.array(p, float)) for p in ((0, 0, 0), (4000, 0, 0))]) - 4000) < 1e-9
    )


def test_the_reference_s_near_people_are_taken_joint_by_joint():
    people = reference_people("Demo_MultiPerson", 60.0)
    assert [len(people), people[30].time_s] == [100, 0.5]
    assert [view.shape for view in people[0].views] == [(2, 17, 3)] * 4  # athlete and woman, not the bystander
    for view in people[0].views:
        assert ((view[..., 2] == 0) | (view[..., 2] >= 0.3)).all()


def test_calibrations_are_judged_by_joints_that_they_never_saw():
    watched = watch("x", rig(), 1, 0, Noise(calibration=0.0, out_of_step=0.0), seconds=8.0, rate_hz=5.0)
    real = watched.real
    wrong = [*real[:3], turned_by(real[3], np.deg2rad([0, 3.0, 0]))]
    lines = judged_by("x", watched.seen, wrong, {"right": real})
    shipped, right, best = lines
    assert [line[1] for line in lines] == ["shipped", "right", "best: mended by these joints"]
    assert right[2] < 0.8 * shipped[2]  # 3 degrees are 26 px, but three of four cameras still agree
    assert abs(best[2] / right[2] - 1) < 0.1
    assert right[3] < 10 < shipped[3]
    assert max(best[3:5]) < 1e-6


def test_the_drawing_is_made(tmp_path):
    assert draw(["--out", str(tmp_path / "walk.png")]) == 0
    assert (tmp_path / "walk.png").read_bytes().startswith(b"\x89PNG")


def test_how_many_errors_are_within_what_is_said():
    told = [{"unit, %": np.array([[1.0, 2.0]])}, {}, {"unit, %": np.array([[3.0, 2.0], [9.0, 2.0], [0.1, 2.0]])}]
    ((what, clips, middle, worst, said, one, two),) = honesty(told)
    assert (what, clips, middle, worst, said, one, two) == ("unit, %", 2, 2.0, 9.0, 2.0, "50 %", "75 %")


def test_a_clip_is_looked_at_as_calibration_does():
    assert [rate_of(s) for s in (1.0, 5.0, 8.0, 30.0)] == [30.0, 30.0, 15.0, 10.0]


def test_a_camera_s_rotation_is_compared_against_the_first_one_s():
    real = rig()
    R = Rotation.from_euler("xyz", [20, -30, 70], degrees=True).as_matrix()
    as_one = [replace(c, R_world_to_cam=c.R_world_to_cam @ R.T) for c in real]
    np.testing.assert_allclose(turned_against_first(as_one, real), 0.0, atol=1e-5)
    wrong = [turned_by(real[0], np.deg2rad([0, 2.0, 0])), *real[1:]]
    np.testing.assert_allclose(turned_against_first(wrong, real), 2.0, atol=1e-5)
    tilt = Rotation.from_euler("x", 3, degrees=True).as_matrix()
    assert abs(up_off_deg(replace(real[0], R_world_to_cam=real[0].R_world_to_cam @ tilt), real[0]) - 3.0) < 1e-5
