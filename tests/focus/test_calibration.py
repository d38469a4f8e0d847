"""Calibration readers against cv2.projectPoints in each format's own convention, and files that are not calibrations."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from modules.core.errors import CalibrationError, SourceError
from modules.core.geometry import project
from modules.focus.calibration.focus_pickle import read_focus_pickle
from modules.focus.calibration.panoptic import read_panoptic
from modules.focus.calibration.place import fit_to_frame
from modules.focus.calibration.qualisys import read_qualisys
from modules.focus.calibration.toml import holds_cameras, read_toml

TOLERANCE_PX = 1e-6


def cameras_of(read):
    """A reader whose cameras are all that a ``Camera`` can hold."""

    def cameras(path):
        found = read(path)
        assert all(camera.lens is None for camera in found)
        return tuple(camera.camera for camera in found)

    return cameras


def test_qualisys_camera_sees_points_where_worked_out_by_hand(maker, tmp_path):
    (camera,) = cameras_of(read_qualisys)(maker.qualisys(tmp_path / "c.qca.txt", ["cam01"]))
    # f = 6400 / 64 = 100 px, centre (32, 24); 3 m ahead: 300 mm to the right → 10 px right, 150 mm higher → 5 px up
    pixels, valid = project(np.array([[0.0, 0.0, 1000.0], [300.0, 0.0, 1000.0], [0.0, 0.0, 1150.0], [0, -4000, 1000]]), camera)
    np.testing.assert_allclose(pixels[:3], [[32, 24], [42, 24], [32, 19]], atol=TOLERANCE_PX)
    assert valid.tolist() == [True, True, True, False]
    np.testing.assert_array_equal(camera.center_world_mm, [0, -3000, 1000])
    assert (camera.name, camera.width_px, camera.height_px) == ("cam01", 64, 48)


def test_qualisys_crop_moves_the_principal_point_and_keeps_distortion_undivided(maker, tmp_path):
    path = maker.qualisys(tmp_path / "c.qca.txt", ["cam01"])
    text = path.read_text().replace('left="0" top="0"', 'left="4" top="6"').replace('tion1="0" radial', 'tion1="-0.05" radial')
    path.write_text(text.replace('tangentalDistortion2="0"', 'tangentalDistortion2="0.002"'))
    (camera,) = cameras_of(read_qualisys)(path)
    assert (camera.cx, camera.cy) == (28.0, 18.0)
    assert (camera.width_px, camera.height_px) == (60, 42)
    np.testing.assert_allclose(camera.distortion_opencv, [-0.05, 0, 0, 0.002, 0])


def test_panoptic_projects_the_same_point_in_cm_y_down_and_mm_z_up(maker, tmp_path):
    own = maker.camera(1)
    (camera,) = cameras_of(read_panoptic)(maker.panoptic_json(tmp_path / "calibration_a.json", {"00_03": own}))
    points_m = maker.points_m()
    # y down, z towards the viewer → z up: ours is (x, z, -y)
    ours_mm = np.stack([points_m[:, 0], points_m[:, 2], -points_m[:, 1]], axis=1) * 1000
    np.testing.assert_allclose(project(ours_mm, camera)[0], own.project(points_m), atol=TOLERANCE_PX)
    assert camera.name == "00_03"


def test_focus_pickle_projects_as_opencv_does_in_metres(maker, tmp_path):
    own = maker.camera(2)
    for protocol in range(6):
        (camera,) = cameras_of(read_focus_pickle)(maker.focus_pickle(tmp_path / "camera1.pkl", own, protocol))
        np.testing.assert_allclose(
            project(maker.points_m() * 1000, camera)[0], own.project(maker.points_m()), atol=TOLERANCE_PX
        )


def as_pose2sim(name: str, own) -> str:
    return f'[{name}]\nname = "{name}"\nrotation = {own.rvec.tolist()}\ntranslation = {own.t_m.tolist()}\nfisheye = false\n'


def as_caliscope(name: str, own) -> str:
    return f"[cameras.{name[-1]}]\nport = {name[-1]}\nrotation = {own.R.tolist()}\ntranslation = {own.t_m.tolist()}\n"


def as_aniposelib(name: str, own) -> str:
    return f'[{name}]\nname = "{name}"\nrotation = {own.rvec.tolist()}\ntranslation = {(own.t_m * 1000).tolist()}\n'


@pytest.mark.parametrize(
    ("dialect", "tail"),
    [
        (as_pose2sim, "[metadata]\nadjusted = false\nerror = 0.0\n"),
        (as_caliscope, "[cameras.9]\nport = 9\nignore = true\nsize = [64, 48]\n"),
        (as_aniposelib, "[metadata]\nadjusted = false\nerror = 0.0\nunit_mm = 1\n"),
    ],
)
def test_toml_dialects_project_as_opencv_does(maker, tmp_path, dialect, tail):
    rig = {"cam_0": maker.camera(3), "cam_1": maker.camera(4)}
    lens = "size = [64, 48]\nmatrix = {}\ndistortions = {}\n"
    path = tmp_path / "rig.toml"
    path.write_text(
        "".join(dialect(name, own) + lens.format(own.K.tolist(), own.distortion.tolist()) for name, own in rig.items()) + tail
    )
    cameras = cameras_of(read_toml)(path)
    assert [camera.name for camera in cameras] == ["cam_0", "cam_1"]
    for camera, own in zip(cameras, rig.values(), strict=True):
        np.testing.assert_allclose(
            project(maker.points_m() * 1000, camera)[0], own.project(maker.points_m()), atol=TOLERANCE_PX
        )


def scaled_toml(maker, path, factor):
    whole = maker.toml(path.with_name("metres.toml"), {"cam_0": maker.camera(3), "cam_1": maker.camera(4)})
    lines = [
        f"translation = {[factor * float(v) for v in line[15:-1].split(',')]}" if line.startswith("translation") else line
        for line in whole.read_text().splitlines()
    ]
    path.write_text("\n".join(lines))
    return path


def test_toml_in_millimetres_is_taken_for_that_where_metres_make_no_rig(maker, tmp_path):
    cameras = cameras_of(read_toml)(scaled_toml(maker, tmp_path / "mm.toml", 1000.0))
    for camera, own in zip(cameras, (maker.camera(3), maker.camera(4)), strict=True):
        np.testing.assert_allclose(project(maker.points_m() * 1000, camera)[0], own.project(maker.points_m()), atol=1e-6)


def test_toml_in_no_likely_unit_is_refused_with_what_to_write(maker, tmp_path):
    with pytest.raises(CalibrationError, match=r"other.toml.*unit_mm = 1"):
        read_toml(scaled_toml(maker, tmp_path / "other.toml", 0.001))


def test_toml_of_settings_is_no_calibration(maker, tmp_path):
    settings = tmp_path / "Config.toml"
    settings.write_text('[project]\nframe_rate = "auto"\n[pose]\nmodel = "body"\n')
    assert not holds_cameras(settings)
    assert holds_cameras(maker.toml(tmp_path / "Calib.toml", {"a": maker.camera()}))


TOML_FAULTS = {
    "is not valid TOML": ("[cam01]", "[cam01"),
    "fisheye lens": ("fisheye = false", "fisheye = true"),
    "rotation has a number that is not finite": ("rotation = [", "rotation = [nan, 0, 0]\nold = ["),
    "translation is missing": ("translation", "shift"),
    "matrix has 3 numbers": ("matrix = ", "matrix = [1, 2, 3]\nold_matrix = "),
    "distortions is not an array of numbers": ("distortions = ", "distortions = ['a', 1, 2, 3, 4]\nold_distortions = "),
    "R is not a rotation": ("rotation = ", "rotation = [[1, 0, 0], [0, 2, 0], [0, 0, 1]]\nold_rotation = "),
    "skew": ("matrix = ", "matrix = [[50, 3, 32], [0, 50, 24], [0, 0, 1]]\nold_matrix = "),
    "focal lengths must be positive": ("matrix = ", "matrix = [[-50, 0, 32], [0, 50, 24], [0, 0, 1]]\nold_matrix = "),
    "unit_mm must be a positive number": ("[metadata]", "[metadata]\nunit_mm = -1"),
}


@pytest.mark.parametrize("reason", TOML_FAULTS)
def test_toml_faults_name_file_and_reason(maker, tmp_path, reason):
    path = maker.toml(tmp_path / "rig.toml", {"cam01": maker.camera()})
    before, after = TOML_FAULTS[reason]
    path.write_text(path.read_text().replace(before, after, 1))
    with pytest.raises(CalibrationError, match=rf"rig\.toml.*{reason}"):
        read_toml(path)


QUALISYS_FAULTS = {
    "not valid XML": ("</cameras>", ""),
    "no <calibration>": ("calibration>", "settings>"),
    "<intrinsic> is missing": ("intrinsic", "lens"),
    "r11 is not a number": ('r11="1"', 'r11="one"'),
    "x has a number that is not finite": (' x="0"', ' x="inf"'),
    "z is missing in <transform>": (' z="1000"', ""),
    "R is not a rotation": ('r11="1"', 'r11="0.9"'),
    "describes no camera": ("<camera ", "<projector "),
}


@pytest.mark.parametrize("reason", QUALISYS_FAULTS)
def test_qualisys_faults_name_file_and_reason(maker, tmp_path, reason):
    path = maker.qualisys(tmp_path / "c.qca.txt", ["cam01"])
    before, after = QUALISYS_FAULTS[reason]
    path.write_text(
        path.read_text().replace(before, after).replace("</camera>", "</projector>" if "no camera" in reason else "</camera>")
    )
    with pytest.raises(CalibrationError, match=rf"c\.qca\.txt.*{reason}"):
        read_qualisys(path)


def test_mirrored_rotation_is_refused(maker, tmp_path):
    path = maker.qualisys(tmp_path / "c.qca.txt", ["cam01"])
    path.write_text(path.read_text().replace('r11="1"', 'r11="-1"'))
    with pytest.raises(CalibrationError, match="R is not a rotation"):
        read_qualisys(path)


def test_a_camera_that_comes_twice_is_refused(maker, tmp_path):
    with pytest.raises(CalibrationError, match="camera cam01 more than once"):
        read_qualisys(maker.qualisys(tmp_path / "c.qca.txt", ["cam01", "cam01"]))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "not valid JSON"),
        ("[1, 2]", "no list of cameras"),
        ('{"cameras": [3]}', "a camera is not a table"),
        ('{"cameras": [{"type": "vga"}]}', "describes no camera"),
        ('{"cameras": [{"type": "hd", "name": "00_01"}]}', "00_01: resolution is missing"),
    ],
)
def test_panoptic_faults_name_file_and_reason(tmp_path, content, reason):
    path = tmp_path / "calibration_a.json"
    path.write_text(content)
    with pytest.raises(CalibrationError, match=rf"calibration_a\.json.*{reason}"):
        read_panoptic(path)


def test_panoptic_with_infinity_is_refused(maker, tmp_path):
    path = maker.panoptic_json(tmp_path / "calibration_a.json", {"00_03": maker.camera()})
    content = json.loads(path.read_text())
    content["cameras"][1]["t"][0] = [float("inf")]
    path.write_text(json.dumps(content))
    with pytest.raises(CalibrationError, match="00_03: t has a number that is not finite"):
        read_panoptic(path)


def test_missing_file_and_folder_in_its_place(tmp_path):
    with pytest.raises(CalibrationError, match=r"nowhere\.toml is missing"):
        read_toml(tmp_path / "nowhere.toml")
    with pytest.raises(CalibrationError, match="Can't read"):
        read_qualisys(tmp_path)


def test_frame_size_within_two_percent_is_said_and_taken(maker, tmp_path):
    (found,) = read_qualisys(maker.qualisys(tmp_path / "c.qca.txt", ["cam01"], (1088, 1920)))
    camera = found.camera
    fitted, note = fit_to_frame(found, (1080, 1920), Path("cam01.mp4"))
    assert (fitted.width_px, fitted.height_px) == (1080, 1920)
    assert (fitted.cx, fitted.fx) == (camera.cx, camera.fx)
    assert "1080x1920" in note
    assert "1088x1920" in note
    assert fit_to_frame(found, (1087, 1919), Path("cam01.mp4"))[1] is None


def test_frame_size_beyond_two_percent_is_refused(maker, tmp_path):
    (found,) = read_qualisys(maker.qualisys(tmp_path / "c.qca.txt", ["cam01"], (1088, 1920)))
    for size, advice in (((1060, 1920), "Use the videos"), ((1920, 1088), "lies on its side"), ((544, 900), "Use the videos")):
        with pytest.raises(SourceError, match=rf"cam01\.mp4.*{size[0]}x{size[1]}.*1088x1920.*{advice}"):
            fit_to_frame(found, size, Path("cam01.mp4"))
