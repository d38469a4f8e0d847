"""Calibrations written and read back: by this program's readers, by OpenCV, and by the formats' own formulas."""

from __future__ import annotations

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest
from walkers import ring

from modules.core.errors import CalibrationError, ExportError
from modules.focus.calibration.formats import find_calibrations
from modules.focus.calibration.panoptic import read_panoptic
from modules.focus.calibration.toml import read_toml
from modules.rig.write import WRITERS, write_calibration

POINTS = np.array([[300.0, -200.0, 900.0], [-500.0, 100.0, 1500.0], [0.0, 0.0, 0.0]])


@pytest.fixture
def cameras():
    return tuple(
        replace(c, name=name, k=[-0.1, 0.02, k3], p=[0.001, -0.0005])
        for c, name, k3 in zip(ring(3), ("cam01", "links", "카메라 3"), (0.0, 0.01, 0.0), strict=True)
    )


def as_opencv(camera):
    """px [3, 2] of POINTS (mm), by OpenCV's own projection."""
    R = camera.R_world_to_cam
    return cv2.projectPoints(
        POINTS, cv2.Rodrigues(R)[0], -R @ camera.center_world_mm, camera.K, camera.distortion_opencv
    )[0][:, 0]  # fmt: skip


def read_back(path, kind):
    found = read_toml(path) if kind != "panoptic" else read_panoptic(path)
    return [getattr(camera, "camera", camera) for camera in found]


@pytest.mark.parametrize("kind", ["pose2sim", "aniposelib", "panoptic"])
def test_this_program_reads_back_what_it_wrote(tmp_path, cameras, kind):
    (path,) = write_calibration(cameras, tmp_path, "Calib", kind)
    found = read_back(path, kind)
    assert [c.name for c in found] == [c.name for c in cameras]
    for mine, theirs in zip(cameras, found, strict=True):
        np.testing.assert_allclose(as_opencv(theirs), as_opencv(mine), atol=1e-6)
        assert (theirs.width_px, theirs.height_px) == (mine.width_px, mine.height_px)


def test_pose2sim_s_lengths_are_metres_and_its_rotation_takes_world_to_camera(tmp_path, cameras):
    text = write_calibration(cameras, tmp_path, "c")[0].read_text(encoding="utf-8")
    table = text.split("[cam_1]")[1].split("[cam_2]")[0]
    rotation, translation = (
        np.array(json.loads(table.split(f"{key} = ")[1].split("\n")[0])) for key in ("rotation", "translation")
    )
    camera = cameras[1]
    expected = camera.R_world_to_cam @ (POINTS[0] - camera.center_world_mm) / 1000
    np.testing.assert_allclose(cv2.Rodrigues(rotation)[0] @ (POINTS[0] / 1000) + translation, expected, atol=1e-9)


def test_opencv_reads_its_files(tmp_path, cameras):
    plain = [replace(c, name=f"c{n}") for n, c in enumerate(cameras)]
    intrinsics, extrinsics = write_calibration(plain, tmp_path, "c", "opencv")
    inner, outer = (cv2.FileStorage(str(p), cv2.FILE_STORAGE_READ) for p in (intrinsics, extrinsics))
    for camera in plain:
        K, d = inner.getNode(f"K_{camera.name}").mat(), inner.getNode(f"dist_{camera.name}").mat()
        R, t = outer.getNode(f"R_{camera.name}").mat(), outer.getNode(f"T_{camera.name}").mat()
        pixels = cv2.projectPoints(POINTS / 1000, R, t, K, d)[0][:, 0]
        np.testing.assert_allclose(pixels, as_opencv(camera), atol=1e-6)
        np.testing.assert_allclose(outer.getNode(f"Rot_{camera.name}").mat(), cv2.Rodrigues(R)[0], atol=1e-12)
    assert inner.getNode("names").at(1).string() == "c1"
    inner.release()
    outer.release()


def test_panoptic_s_axes_are_y_down_and_its_lengths_cm(tmp_path, cameras):
    entry = json.loads(write_calibration(cameras, tmp_path, "c", "panoptic")[0].read_text(encoding="utf-8"))["cameras"][0]
    up_100_mm = np.array([0.0, -10.0, 0.0])  # y down, cm
    R, t, K = (np.array(entry[key]) for key in ("R", "t", "K"))
    at = K @ (R @ up_100_mm + t[:, 0])
    camera = replace(cameras[0], k=np.zeros(3), p=np.zeros(2))
    expected = camera.K @ (camera.R_world_to_cam @ (np.array([0, 0, 100.0]) - camera.center_world_mm))
    np.testing.assert_allclose(at[:2] / at[2], expected[:2] / expected[2], atol=1e-6)


@pytest.mark.parametrize("kind", WRITERS)
def test_every_file_says_what_it_was_made_from_where_no_reader_minds(tmp_path, cameras, kind):
    said = 'from people, lengths by the tape of 4000 mm between "left" and 카메라'
    for path in write_calibration(cameras, tmp_path, "Calib", kind, made_from=said):
        text = path.read_text(encoding="utf-8")
        assert said.replace('"', '\\"' if kind != "opencv" else '"') in text
    found = find_calibrations([tmp_path])
    assert [len(each.cameras) for each in found] == [3]
    if kind == "opencv":
        storage = cv2.FileStorage(str(tmp_path / "extri.yml"), cv2.FILE_STORAGE_READ)
        assert storage.getNode("T_1").mat().shape == (3, 1)


def test_nothing_is_overwritten(tmp_path, cameras):
    write_calibration(cameras, tmp_path, "c")
    with pytest.raises(ExportError, match="there already"):
        write_calibration(cameras, tmp_path, "c")


def test_clocks_go_with_the_calibration_and_come_back(tmp_path):
    (path,) = write_calibration(ring(2), tmp_path, "c", own={"delay_ms": {"cam2": -37}, "drift_ppm": {"cam2": 12}})
    first, second = read_toml(path)
    assert first.late == (0.0, 0.0)
    assert second.late == pytest.approx((-0.037, 12e-6))
    path.write_text(path.read_text().replace("delay_ms = -37", 'delay_ms = "soon"'))
    with pytest.raises(CalibrationError, match="delay_ms is not a number"):
        read_toml(path)
