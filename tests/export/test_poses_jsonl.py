"""poses.jsonl: what is written is what the schema says, and what is read is what was written."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from job_fakes import JobEstimator, JobSource, facing_camera, figure

from modules.core.errors import ExportError
from modules.core.header import ResultsHeader
from modules.core.skeleton import JOINT_NAMES, LEFT_WRIST, MID_HIP
from modules.core.types import Camera, Lod, PoseResult
from modules.export.poses_jsonl import PosesWriter, read_poses
from modules.export.saved import SavedPoses

CAMERAS = (facing_camera("cam01"), facing_camera("카메라 2", x_mm=150.0))


@pytest.fixture
def header():
    return ResultsHeader("room", 25.0, CAMERAS, (100.0, -50.0), "abc")


def results(frames=3):
    people = (figure(CAMERAS, 0, 0.0), figure(CAMERAS, 5, 1000.0, Lod.ROOT_ONLY))
    return [PoseResult(n, n / 25.0, 800.0, (100.0, -50.0), people) for n in range(frames)]


@pytest.fixture
def written(tmp_path, header):
    path = tmp_path / "poses.jsonl"
    writer = PosesWriter(path, header)
    for result in results():
        writer.write(result)
    writer.close()
    return path


def test_lines_follow_the_schema(written):
    lines = [json.loads(line) for line in written.read_text(encoding="utf-8").splitlines()]
    head, frame = lines[0], lines[2]
    assert (head["schema"], head["version"], head["fps"]) == ("selfpose3d-ui/poses", 2, 25.0)
    assert head["joints"] == list(JOINT_NAMES)
    assert [camera["name"] for camera in head["cameras"]] == ["cam01", "카메라 2"]
    assert head["cameras"][1]["center_mm"] == [150.0, -5000.0, 900.0]
    assert head["cameras"][0]["K"][0] == [216.0, 0.0, 159.5]
    assert (frame["frame"], frame["time_s"], frame["lod_distance_mm"]) == (1, 0.04, 800.0)
    full, root_only = frame["persons"]
    assert (full["id"], full["lod"], full["confidence"]) == (0, "full", 0.8765)
    assert full["root_mm"] == [0.0, 0.0, 900.0]
    assert full["joints_mm"][LEFT_WRIST] == [680.0, 0.0, 1400.0]
    # 680 mm right and 500 mm up, 5 m away, focal length 216: 159.5 + 29.376 and 119.5 - 21.6
    assert full["joints_px"]["cam01"][LEFT_WRIST] == [188.9, 97.9]
    assert full["joints_px"]["카메라 2"][MID_HIP] == [153.0, 119.5]
    assert (root_only["id"], root_only["lod"], root_only["joints_mm"], root_only["joints_px"]) == (5, "root_only", None, None)
    assert root_only["root_px"]["cam01"] == [202.7, 119.5]


def test_what_is_read_is_what_was_written(written, header):
    poses = read_poses(written)
    assert poses.notes == ()
    assert poses.header.to_json() == header.to_json()
    for got, want in zip(poses.results, results(), strict=True):
        assert (got.frame_index, got.time_s, got.lod_distance_mm) == (want.frame_index, want.time_s, want.lod_distance_mm)
        for person, original in zip(got.persons, want.persons, strict=True):
            assert (person.track_id, person.lod) == (original.track_id, original.lod)
            for name in ("root_world_mm", "joints_world_mm", "root_px", "joints_px"):
                np.testing.assert_allclose(getattr(person, name), getattr(original, name), atol=0.051, err_msg=name)


def test_camera_survives_with_its_lens(tmp_path, header):
    turn = np.array([[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, 1.0]])
    camera = Camera("lens", 640, 480, 500.5, 501.25, 320.1, 239.9, turn, [1, 2, 3.125], k=[0.1, -0.2, 0.3], p=[0.01, -0.02])
    PosesWriter(tmp_path / "p.jsonl", replace(header, cameras=(camera,))).close()
    (got,) = read_poses(tmp_path / "p.jsonl").header.cameras
    np.testing.assert_array_equal(got.k, [0.1, -0.2, 0.3])
    np.testing.assert_array_equal(got.p, [0.01, -0.02])
    np.testing.assert_array_equal(got.R_world_to_cam, turn)
    assert (got.width_px, got.height_px, got.fx, got.fy, got.cx, got.cy) == (640, 480, 500.5, 501.25, 320.1, 239.9)


def test_what_is_not_seen_is_null(tmp_path, header):
    person = figure(CAMERAS, 0, 0.0)
    joints_px, root_px = person.joints_px.copy(), person.root_px.copy()
    joints_px[1, LEFT_WRIST] = np.nan
    root_px[0] = np.nan
    person = replace(person, joints_px=joints_px, root_px=root_px)
    writer = PosesWriter(tmp_path / "p.jsonl", replace(header, fps=math.nan))
    writer.write(PoseResult(0, math.nan, 0.0, (0.0, 0.0), (person,)))
    writer.close()
    text = (tmp_path / "p.jsonl").read_text(encoding="utf-8")
    assert "NaN" not in text
    line = json.loads(text.splitlines()[1])
    assert line["time_s"] is None
    assert line["persons"][0]["joints_px"]["카메라 2"][LEFT_WRIST] is None
    assert line["persons"][0]["root_px"]["cam01"] is None
    poses = read_poses(tmp_path / "p.jsonl")
    assert math.isnan(poses.header.fps)
    got = poses.results[0].persons[0]
    assert np.isnan(got.joints_px[1, LEFT_WRIST]).all()
    assert np.isnan(got.joints_px).sum() == 2
    assert np.isnan(got.root_px[0]).all()
    assert np.isfinite(got.root_px[1]).all()


@pytest.mark.parametrize("cut", [1, 20, 500])
def test_broken_last_line_is_dropped_and_said(written, cut):
    whole = written.read_bytes()
    written.write_bytes(whole[:-cut])
    poses = read_poses(written)
    assert [result.frame_index for result in poses.results] == [0, 1]
    assert "2 frames are whole" in poses.notes[0]


def test_a_file_that_was_cut_short_opens_as_results_and_says_so(written):
    written.write_bytes(written.read_bytes()[:-40])
    saved = SavedPoses(written)
    assert saved.computed(0.0).tolist() == [0, 1]
    assert [str(note) for note in saved.info.notes] == [
        f"{written}: the last line is incomplete and was dropped; 2 frames are whole."
    ]
    assert saved.info.path == saved.header.recording  # nothing in the file says where the recording is
    assert not saved.header.source


def test_deviations_and_extra_joints_are_kept(tmp_path, header):
    person = replace(
        figure(CAMERAS, 1, 0.0),
        joint_sd_mm=np.tile([[1.25, 2.0, np.nan]] + [[7.0, 8.0, 9.0]] * 14, 1),
        extra_world_mm=np.array([[0.0, 0.0, 900.0], [np.nan] * 3]),
        extra_px=np.zeros((2, 2, 2)),
    )
    names = ("left_toe", "right_toe")
    writer = PosesWriter(tmp_path / "p.jsonl", replace(header, extra_names=names, world='{"up": "y"}', frame_count=9))
    writer.write(PoseResult(0, 0.0, 0.0, (0.0, 0.0), (person, figure(CAMERAS, 2, 0.0)), extra_names=names))
    writer.close()
    poses = read_poses(tmp_path / "p.jsonl")
    assert (poses.header.extra_names, poses.header.world, poses.header.frame_count) == (names, '{"up": "y"}', 9)
    got, other = poses.results[0].persons
    assert np.isnan(got.joint_sd_mm[0]).all()  # one axis unknown: nothing to go by
    np.testing.assert_array_equal(got.joint_sd_mm[1], [7, 8, 9])
    np.testing.assert_array_equal(got.extra_world_mm, person.extra_world_mm)
    np.testing.assert_allclose(got.extra_px[0, 0], [159.5, 119.5], atol=0.05)  # the root's own place
    assert np.isnan(other.joint_sd_mm).all()
    assert other.extra_world_mm.shape == (2, 3)


def test_version_1_is_read(tmp_path, header):
    new = header.to_json()
    old = {name: new[name] for name in new if name not in ("extra_joints", "frame_count", "world", "source")}
    nobody = {camera.name: None for camera in CAMERAS}
    person = {"id": 0, "lod": "root_only", "confidence": 0.5, "root_mm": [1.0, 2.0, 3.0], "joints_mm": None}
    person |= {"root_px": nobody, "joints_px": None}
    lines = [{"schema": "selfpose3d-ui/poses", "version": 1, **old}]
    lines.append({"frame": 4, "time_s": None, "lod_distance_mm": 10.0, "persons": [person]})
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    poses = read_poses(tmp_path / "p.jsonl")
    assert (poses.header.frame_count, poses.header.extra_names) == (0, ())
    assert poses.results[0].persons[0].root_world_mm.tolist() == [1, 2, 3]


def test_every_line_is_on_disk_when_write_returns(tmp_path, header):
    writer = PosesWriter(tmp_path / "p.jsonl", header)
    for n, result in enumerate(results()):
        writer.write(result)
        assert len(read_poses(tmp_path / "p.jsonl").results) == n + 1
    writer.close()


def edit(line, **changes):
    return json.dumps({**json.loads(line), **changes}).encode()


@pytest.mark.parametrize(
    ("number", "change", "reason"),
    [
        (1, lambda line: b"{}", "no header"),
        (1, lambda line: b"not json", "no header"),
        (1, lambda line: edit(line, version=3), "version 3"),
        (1, lambda line: edit(line, schema="other"), "other version 2"),
        (1, lambda line: edit(line, joints=["nose"]), "line 1.*other joints"),
        (1, lambda line: edit(line, frame_count=-1), "line 1.*frame_count"),
        (3, lambda line: line.replace(b'"extra_mm":null', b'"extra_mm":[[1,2,3]]'), "line 3.*extra joints"),
        (1, lambda line: edit(line, cameras=[{"name": "x"}]), "line 1"),
        (3, lambda line: b"{broken", "line 3"),
        (3, lambda line: b"[]", "line 3"),
        (3, lambda line: edit(line, frame=-1), "line 3.*frame is -1"),
        (3, lambda line: edit(line, frame=0), "line 3.*frame 0 is out of order"),
        (3, lambda line: edit(line, lod_distance_mm="far"), "line 3.*numbers"),
        (3, lambda line: line.replace(b'"full"', b'"half"'), "line 3.*half"),
        (3, lambda line: line.replace(b'"full"', b'"root_only"'), "line 3.*joints say otherwise"),
        (3, lambda line: line.replace(b'"cam01"', b'"cam09"'), "line 3.*other cameras"),
        (3, lambda line: line.replace(b'"root_mm":[0.0,', b'"root_mm":['), "line 3.*expected 3 numbers"),
    ],
)  # fmt: skip
def test_damage_is_named_by_line(written, number, change, reason):
    lines = written.read_bytes().splitlines()
    lines[number - 1] = change(lines[number - 1])
    written.write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(ExportError, match=reason) as caught:
        read_poses(written)
    assert str(written) in str(caught.value)


def test_cameras_of_one_name_are_refused(tmp_path, header):
    with pytest.raises(ExportError, match="same name"):
        PosesWriter(tmp_path / "p.jsonl", replace(header, cameras=(CAMERAS[0], CAMERAS[0])))


def test_missing_file_and_folder_are_sentences(tmp_path, header):
    with pytest.raises(ExportError, match=r"none\.jsonl is missing"):
        read_poses(tmp_path / "none.jsonl")
    with pytest.raises(ExportError, match="Can't write"):
        PosesWriter(tmp_path / "none" / "p.jsonl", header)


class FullDisk:
    """A file on which only 40 more bytes fit."""

    def __init__(self, file):
        self._file = file

    def write(self, data):
        return self._file.write(data[:40])

    def __getattr__(self, name):
        return getattr(self._file, name)


def test_a_full_disk_takes_the_line_back(tmp_path, header):
    writer = PosesWriter(tmp_path / "p.jsonl", header)
    writer.write(results()[0])
    before = (tmp_path / "p.jsonl").read_bytes()
    writer._file = FullDisk(writer._file)
    with pytest.raises(ExportError, match="disk is full"):
        writer.write(results()[1])
    writer.close()
    assert (tmp_path / "p.jsonl").read_bytes() == before


def test_fake_people_are_where_they_are_said_to_be():
    source = JobSource(frames=2)
    result = JobEstimator().refine(source.read(1), 0.0)
    np.testing.assert_array_equal(result.persons[0].root_world_mm, [-850.0, 0.0, 900.0])
