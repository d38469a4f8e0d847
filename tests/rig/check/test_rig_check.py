"""The whole check on people whose rig is known: what is said, of whom, with which option."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rig_fakes import FPS, Recording, ring, seen_by, walker

from modules.core.geometry import turned_camera
from modules.core.people2d import People2D
from modules.core.rig import RigReport, Subject, Verdict
from modules.core.rig_text import option_text, report_lines
from modules.rig.check import rig_check
from modules.rig.check.apply import scaled
from modules.rig.check.hypotheses import COCO_MIRROR, inverted, zoomed
from modules.rig.check.kept import keep_report, kept_report
from modules.rig.check.rig_check import check_rig, spread, too_dark


def recording(count=4, frames=75, change=lambda cameras: cameras, seen=lambda frames: frames) -> Recording:
    true = ring(count)
    times = np.arange(frames) / FPS
    people = seen_by(true, [walker(times, 900.0), walker(times, 600.0, 2.5)], FPS, noise_px=2.0)
    return Recording(change(list(true)), seen(people))


def said(report: RigReport) -> dict[Subject, Verdict]:
    return {finding.subject: finding.verdict for finding in report.findings}


def of_view(view, change):
    def changed(frames):
        return [
            People2D(f.frame_index, f.time_s, tuple(change(np.array(p)) if v == view else p for v, p in enumerate(f.views)))
            for f in frames
        ]

    return changed


@pytest.mark.parametrize("count", [2, 3, 4])
def test_nothing_is_said_of_a_sound_rig(count):
    made = recording(count)
    report = check_rig(made, made.find)
    assert report.findings == ()
    assert report.unit_factor == 1
    np.testing.assert_array_equal(report.up, [0, 0, 1])
    assert report.floor_mm == 0
    assert report.people > 15
    assert all(camera.explained > 0.9 and camera.miss_share < 0.03 for camera in report.cameras)
    assert len(set(made.read_frames)) == len(made.read_frames)  # no frame is decoded twice


@pytest.mark.parametrize("count", [3, 4])
def test_exchanged_cameras_are_named_with_the_option_that_swaps_them(count):
    def swap(cameras):
        a, b = cameras[0], cameras[2]
        cameras[0], cameras[2] = replace(b, name=a.name), replace(a, name=b.name)
        return cameras

    made = recording(count, change=swap)
    (finding,) = check_rig(made, made.find).of(Subject.EXCHANGED)
    assert finding.verdict is Verdict.PROPOSED
    assert set(finding.cameras) == {"cam1", "cam3"}
    assert finding.options == (("RIG.EXCHANGED", ["cam1", "cam3"]),)
    # nor is it put down to people who stand still that the time of cameras which disagree is not known
    assert not any("nobody moves" in finding.sentence for finding in check_rig(made, made.find).findings)


def test_of_two_cameras_no_exchange_is_claimed():
    made = recording(2, change=lambda c: [replace(c[1], name="cam1"), replace(c[0], name="cam2")])
    report = check_rig(made, made.find)
    assert not report.of(Subject.EXCHANGED)
    assert not report.refused


@pytest.mark.parametrize("count", [3, 4])
def test_a_mirrored_view_is_named(count):
    def mirror(people):
        people[..., 0] = 1279 - people[..., 0]
        return people[:, COCO_MIRROR]

    made = recording(count, seen=of_view(1, mirror))
    (finding,) = check_rig(made, made.find).of(Subject.MIRRORED)
    assert finding.cameras == ("cam2",)
    assert finding.options == (("RIG.MIRRORED", ["cam2"]),)


@pytest.mark.parametrize("which", [[1], [0, 1, 2, 3]])
def test_inverted_poses_are_refused_by_name(which):
    made = recording(change=lambda cameras: [inverted(c) if n in which else c for n, c in enumerate(cameras)])
    (finding,) = check_rig(made, made.find).refused
    assert finding.subject is Subject.INVERTED
    assert len(finding.cameras) == len(which)


def test_a_transposed_matrix_is_refused_by_name():
    made = recording(change=lambda cameras: [*cameras[:2], replace(cameras[2], cx=0.0, cy=0.0), cameras[3]])
    (finding,) = check_rig(made, made.find).refused
    assert (finding.subject, finding.cameras) == (Subject.INTRINSICS, ("cam3",))


def test_a_matrix_for_half_the_size_is_refused_with_its_factor():
    made = recording(change=lambda cameras: [*cameras[:3], zoomed(cameras[3], 0.25)])
    (finding,) = check_rig(made, made.find).refused
    assert finding.cameras == ("cam4",)
    assert finding.sentence.values["factor"] == pytest.approx(4, rel=0.01)


def posed(camera, R, t):
    return replace(camera, R_world_to_cam=R, center_world_mm=-R.T @ t)


#: A rotation and a translation as they should be → as they stand in the file; what is said of them.
MISREAD = {
    "rotation transposed": (lambda R, t: (R.T, t), Subject.INVERTED, "rotation is transposed", "rotations are transposed"),
    "rotation transposed, place kept": (
        lambda R, t: (R.T, R.T @ R.T @ t), Subject.INVERTED, "rotation is transposed", "rotations are transposed"
    ),
    "place for translation": (lambda R, t: (R, -R.T @ t), Subject.POSE, "its place in the world", "their places in the world"),
    "Blender's axes": (lambda R, t: (FLIP @ R, FLIP @ t), Subject.POSE, "its axes are OpenGL's", "axes are OpenGL's"),
    "Blender's matrix_world": (lambda R, t: (R.T @ FLIP, -R.T @ t), Subject.POSE, "its axes are OpenGL's", "axes are OpenGL's"),
}  # fmt: skip
FLIP = np.diag([1.0, -1, -1])


@pytest.mark.parametrize("everyone", [False, True])
@pytest.mark.parametrize("name", MISREAD)
def test_what_was_written_for_a_pose_is_named(name, everyone):
    misread, subject, of_one, of_all = MISREAD[name]

    def change(cameras):
        wrong = [posed(c, *misread(c.R_world_to_cam, -c.R_world_to_cam @ c.center_world_mm)) for c in cameras]
        return wrong if everyone else [*cameras[:2], wrong[2], *cameras[3:]]

    made = recording(change=change)
    (finding,) = check_rig(made, made.find).refused
    assert finding.subject is subject
    assert (of_all if everyone else of_one) in finding.sentence
    assert len(finding.cameras) == (4 if everyone else 1)
    assert finding.options == (() if everyone else (("SOURCE.CAMERAS", ["cam1", "cam2", "cam4"]),))


@pytest.mark.parametrize(("written", "factor"), [(0.5, 2.0), (0.75, 4 / 3), (1.5, 2 / 3)])
def test_a_matrix_for_another_size_whose_middle_is_still_inside_is_refused_with_its_factor(written, factor):
    made = recording(change=lambda cameras: [*cameras[:3], zoomed(cameras[3], written)])
    (finding,) = check_rig(made, made.find).refused
    assert (finding.subject, finding.cameras) == (Subject.INTRINSICS, ("cam4",))
    assert finding.sentence.values["factor"] == pytest.approx(factor, rel=0.02)


def test_all_matrices_transposed_are_refused():
    made = recording(change=lambda cameras: [replace(c, cx=0.0, cy=0.0) for c in cameras])
    (finding,) = check_rig(made, made.find).refused
    assert "All cameras' principal points" in finding.sentence


def test_a_moved_camera_is_called_moved():
    made = recording(
        change=lambda c: [c[0], replace(c[1], center_world_mm=c[1].center_world_mm + np.array([900.0, 700, -300])), *c[2:]]
    )
    (finding,) = check_rig(made, made.find).refused
    assert (finding.subject, finding.cameras) == (Subject.POSE, ("cam2",))
    assert "was moved" in finding.sentence


def test_a_wrong_pose_does_not_make_an_upright_picture_lie_on_its_side():
    """Its calibration says that it is held on its side, but that calibration is what is wrong."""
    R = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    made = recording(change=lambda c: [c[0], replace(c[1], R_world_to_cam=R @ c[1].R_world_to_cam), *c[2:]])
    report = check_rig(made, made.find)
    assert [finding.cameras for finding in report.refused] == [("cam2",)]
    assert not report.of(Subject.TURNED)
    assert not any(report.quarter_turns)


def test_a_moved_camera_is_named():
    turn = np.deg2rad(25)
    R = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    made = recording(change=lambda c: [c[0], replace(c[1], R_world_to_cam=R @ c[1].R_world_to_cam), *c[2:]])
    (finding,) = check_rig(made, made.find).refused
    assert (finding.subject, finding.cameras) == (Subject.POSE, ("cam2",))
    assert finding.options == (("SOURCE.CAMERAS", ["cam1", "cam3", "cam4"]),)


def test_two_cameras_with_one_pose_and_a_single_camera_need_no_frame():
    made = recording(3, change=lambda c: [c[0], replace(c[0], name="cam2"), c[2]])
    (finding,) = check_rig(made, made.find).refused
    assert finding.cameras == ("cam1", "cam2")
    assert made.read_frames == []
    alone = recording(1)
    assert "two are needed" in check_rig(alone, alone.find).refused[0].sentence


def late_by(late):
    """The second camera shows everything so many frames later."""

    def delayed(frames):
        last = len(frames) - 1
        return [
            People2D(t, f.time_s, (*f.views[:1], frames[min(max(t - late, 0), last)].views[1], *f.views[2:]))
            for t, f in enumerate(frames)
        ]

    return delayed


@pytest.mark.parametrize(("late", "count"), [(7, 3), (-12, 4), (20, 4)])
def test_a_late_camera_is_told_within_a_frame(late, count):
    made = recording(count, frames=120, seen=late_by(late))
    report = check_rig(made, made.find)
    (finding,) = report.of(Subject.TIME)
    assert (finding.verdict, finding.cameras) == (Verdict.PROPOSED, ("cam2",))
    assert report.cameras[1].offset_s * FPS == pytest.approx(late, abs=1)
    assert finding.options == (("SOURCE.FRAME_OFFSETS", {"cam2": round(report.cameras[1].offset_s * FPS)}),)
    assert not report.of(Subject.POSE)


def test_motion_has_the_last_word_on_how_late_a_camera_is(monkeypatch):
    """How it is read off is asked in ``test_offsets``."""
    made = recording(3, frames=120, seen=late_by(7))

    def read(offsets, cameras, _frames, step_s):
        assert [camera.name for camera in cameras] == ["cam1", "cam2", "cam3"]
        assert 1 / FPS <= step_s <= 5 / FPS
        return [offsets[0], replace(offsets[1], late_s=9.0 / FPS), offsets[2]]

    monkeypatch.setattr(rig_check, "read_exactly", read)
    report = check_rig(made, made.find)
    assert report.cameras[1].offset_s * FPS == pytest.approx(9)
    assert report.of(Subject.TIME)[0].options == (("SOURCE.FRAME_OFFSETS", {"cam2": 9}),)


def test_where_nobody_moves_time_is_unknown():
    def still(frames):
        return [People2D(t, f.time_s, frames[0].views) for t, f in enumerate(frames)]

    made = recording(seen=still)
    (finding,) = check_rig(made, made.find).of(Subject.TIME)
    assert finding.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(("factor", "found"), [(0.1, 10.0), (1e-3, 1e3), (100.0, 0.01)])
def test_another_unit_and_another_floor_are_applied(factor, found):
    down = np.array([0.0, 0.0, 1300.0])
    made = recording(
        change=lambda cameras: scaled([replace(c, center_world_mm=c.center_world_mm - down) for c in cameras], factor)
    )
    report = check_rig(made, made.find)
    assert report.unit_factor == pytest.approx(found)
    assert report.floor_mm == pytest.approx(-1300, abs=40)
    assert said(report) == {Subject.UNIT: Verdict.APPLIED, Subject.FLOOR: Verdict.APPLIED}
    np.testing.assert_allclose(report.world.to_level([0, 0, -1300.0])[2], 0, atol=40)


def test_people_whose_legs_are_hidden_are_looked_for_where_they_are():
    """The origin is on a table's top, 0.8 m above what would be the floor."""

    def hidden(frames):
        views = [[np.array(people) for people in frame.views] for frame in frames]
        for people in (people for frame in views for people in frame):
            people[:, 13:, 2] = 0.0  # knees and ankles
        return [People2D(f.frame_index, f.time_s, tuple(v)) for f, v in zip(frames, views, strict=True)]

    down = np.array([0.0, 0.0, 1600.0])
    made = recording(
        change=lambda cameras: [replace(c, center_world_mm=c.center_world_mm - down) for c in cameras], seen=hidden
    )
    report = check_rig(made, made.find)
    assert np.isnan(report.floor_mm)
    assert report.of(Subject.FLOOR)[0].verdict is Verdict.UNKNOWN
    floor = report.world.to_level(-down)[2]
    assert abs(floor) < 450  # people's roots lie in the space then
    top = report.space.center_mm[2] + report.space.size_mm[2] / 2
    assert floor + 1700 < top


def test_a_camera_held_on_its_side_is_turned():
    made = recording()
    turned = [turned_camera(c, 1) if n == 1 else c for n, c in enumerate(made.cameras)]

    def turn(people):
        return np.stack((719 - people[..., 1], people[..., 0], people[..., 2]), -1)

    made = Recording(turned, of_view(1, turn)(made.frames))
    report = check_rig(made, made.find)
    assert report.quarter_turns == (0, 3, 0, 0)
    assert said(report) == {Subject.TURNED: Verdict.APPLIED}


def test_too_few_people_are_no_proof_and_it_is_said_why():
    def nobody(frames):
        return [People2D(f.frame_index, f.time_s, (np.zeros((0, 17, 3)),) * len(f.views)) for f in frames]

    made = recording(seen=nobody)
    (finding,) = check_rig(made, made.find).findings
    assert (finding.subject, finding.verdict) == (Subject.PEOPLE, Verdict.UNKNOWN)
    assert "No camera sees anybody" in finding.sentence
    made.light = 20
    assert check_rig(made, made.find).findings[0].subject is Subject.EXPOSURE
    lit = recording()
    lit.light = 20  # dark, and yet people are seen
    report = check_rig(lit, lit.find)
    assert said(report) == {Subject.EXPOSURE: Verdict.UNKNOWN}
    assert report.floor_mm == 0
    one = recording(seen=of_view(1, lambda people: people[:0]))
    report = check_rig(
        Recording(one.cameras[:2], [People2D(f.frame_index, f.time_s, f.views[:2]) for f in one.frames]), one.find
    )
    assert report.world is None


def test_the_report_is_kept_for_the_same_files_alone(tmp_path):
    made = recording(change=lambda cameras: scaled(cameras, 0.1))
    report = check_rig(made, made.find)
    path = tmp_path / "new" / "rig.json"
    keep_report(path, "a key", report)
    again = kept_report(path, "a key")
    assert again.findings == report.findings or [f.sentence for f in again.findings] == [f.sentence for f in report.findings]
    assert again.to_json() == report.to_json()
    assert kept_report(path, "another key") is None
    for broken in ("", "[]", '{"version": 1, "key": "a key", "report": {"frames": 3}}'):
        path.write_text(broken)
        assert kept_report(path, "a key") is None


def test_the_text_has_every_finding_and_options_that_can_be_typed():
    made = recording(change=lambda cameras: scaled(cameras, 0.1))
    text = "\n".join(report_lines(check_rig(made, made.find), made.info))
    assert '--set "RIG.UNIT_FACTOR=10.0"' in text
    assert "cam4" in text
    assert option_text("SOURCE.FRAME_OFFSETS", {"cam 2": -3}) == '--set "SOURCE.FRAME_OFFSETS={cam 2: -3}"'
    assert option_text("RIG.MIRRORED", ["캠1"]) == '--set "RIG.MIRRORED=[캠1]"'


def test_frames_are_spread_without_the_very_ends():
    assert spread(3, 10) == [0, 1, 2]
    assert spread(100, 4) == [12, 37, 62, 87]


@pytest.mark.parametrize(("frames", "long_s", "told"), [(24, 1.5, False), (40, 1.5, True), (40, 6.0, False)])
def test_clips_shorter_than_a_second_say_nothing_of_time_and_short_ones_less_than_long_ones(monkeypatch, frames, long_s, told):
    """At 30 fps, the second camera five frames late."""
    monkeypatch.setattr(rig_check, "LONG_S", long_s)
    cameras, late = ring(4), 5
    walkers = [walker(np.arange(frames + late) / FPS), walker(np.arange(frames + late) / FPS, 500.0, 2.0)]
    ahead = seen_by(cameras, walkers, noise_px=1.0)
    seen = [
        People2D(t, t / FPS, (ahead[t + late].views[0], ahead[t].views[1], *ahead[t + late].views[2:])) for t in range(frames)
    ]
    made = Recording(cameras, seen)
    said = [str(finding.sentence) for finding in check_rig(made, made.find).of(Subject.TIME)]
    if told:
        assert len(said) == 1
        assert said[0].startswith("Camera cam2 is late by ")
    elif frames == 40:
        assert said == []
    else:
        assert said == ["Whether the cameras are in step could not be told: there are too few frames."]


def test_a_picture_that_is_not_there_is_not_dark():
    dark, bright, gone = 8.0, 200.0, np.nan
    brightness = np.array(
        [[dark, bright, gone, gone], [dark, gone, gone, bright], [dark, bright, gone, gone], [bright, gone, gone, gone]]
    )
    assert too_dark(brightness).tolist() == [True, False, False, False]
