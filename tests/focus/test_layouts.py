"""Folders as the programs leave them, opened as they are; what lies beside the recording does no harm."""

from __future__ import annotations

import json
import os
import pickle
import re
import shutil
import sys
import unicodedata

import numpy as np
import pytest

from modules.core.errors import CalibrationError, SourceError
from modules.core.formats import RECORDING_FORMATS
from modules.core.geometry import project
from modules.export.results import OVERLAY, POSES, SHEET
from modules.focus.calibration.formats import FORMATS
from modules.focus.fingerprint import fingerprint
from modules.focus.layouts.registry import LAYOUTS
from modules.focus.own_results import RESULT_MARKS, RESULT_STEMS
from modules.focus.recordings import open_recording

NAMES = ("cam_0", "cam_1")


def rig(maker):
    return {name: maker.camera(seed) for seed, name in enumerate(NAMES)}


def check(maker, folder, format, order=NAMES, **options):
    """Opens the folder; both cameras have their own frames and see the points where OpenCV does."""
    with open_recording(folder, **options) as recording:
        assert recording.info.format == format
        for image, name, place in zip(recording.read(3).images, recording.info.camera_names, range(9), strict=False):
            assert maker.number(image) == 3 + 100 * place, name
        for camera, name in zip(recording.cameras, order, strict=True):
            pixels = project(maker.points_m() * 1000, camera)[0]
            np.testing.assert_allclose(pixels, rig(maker)[name].project(maker.points_m()), atol=0.01)
        return recording.info


def videos(maker, folder, names, code="mp4v", suffix=".mp4"):
    for place, name in enumerate(names):
        maker.video(folder / f"{name}{suffix}", 6, code=code, first=100 * place)


def unpacked(name):
    return os.fsdecode(name.encode("cp949"))


def test_the_list_for_people_and_the_list_of_readers_are_the_same():
    assert list(LAYOUTS) == list(RECORDING_FORMATS)


def test_what_is_expected_of_a_calibration_is_all_that_is_read(maker, tmp_path):
    videos(maker, tmp_path / "videos", NAMES)
    (tmp_path / "calibration").mkdir()
    with pytest.raises(CalibrationError) as refused:
        open_recording(tmp_path)
    listed = str(refused.value).partition("expected ")[2]
    for pattern in ("*.qca.txt", "*.toml", "*.xcp", "*.json", "extri.yml", "*.pickle", "*.mat", "*.calib"):
        assert pattern in listed
    assert len(listed.replace(" or ", ", ").split(", ")) == len({p for f in FORMATS.values() for p in f.patterns})


def test_pose2sim_session_with_capitals_and_one_trial(maker, tmp_path):
    maker.toml(tmp_path / "Calibration" / "Calib_board.toml", rig(maker))
    videos(maker, tmp_path / "Trial_1" / "Videos", NAMES)
    info = check(maker, tmp_path, "pose2sim")
    assert "The calibration is Calibration/Calib_board.toml." in info.notes
    check(maker, tmp_path / "Trial_1", "pose2sim")


def test_pose2sim_session_of_several_trials_lists_them_and_each_opens(maker, tmp_path):
    maker.toml(tmp_path / "calibration" / "Calib.toml", rig(maker))
    for name in ("walk", "run/second"):
        videos(maker, tmp_path / name / "videos", NAMES)
    with pytest.raises(SourceError, match=r"holds several recordings \(run/second, walk\); open one"):
        open_recording(tmp_path)
    check(maker, tmp_path / "walk", "pose2sim")
    check(maker, tmp_path / "run" / "second", "pose2sim")


def freemocap_toml(maker, path):
    """mm, tables cam_0 …, the video's stem as name."""
    text = maker.toml(path, {f"{name}_synced": own for name, own in rig(maker).items()}).read_text()
    lines = []
    for line in text.splitlines():
        if line.startswith("translation"):
            line = f"translation = {[1000 * float(v) for v in line[15:-1].split(',')]}"
        lines.append(line)
    path.write_text("\n".join([*lines, "charuco_square_size = 39", ""]))
    return path


def test_freemocap_recording_and_session(maker, tmp_path):
    recording = tmp_path / "session" / "recording_1"
    videos(maker, recording / "synchronized_videos", [f"{name}_synced" for name in NAMES])
    freemocap_toml(maker, recording / "recording_1_camera_calibration.toml")
    check(maker, recording, "freemocap")
    check(maker, tmp_path / "session", "freemocap")
    shutil.copytree(recording, tmp_path / "session" / "recording_2")
    with pytest.raises(SourceError, match=r"several recordings \(recording_1, recording_2\)"):
        open_recording(tmp_path / "session")


def caliscope_toml(maker, path):
    text = maker.toml(path, rig(maker)).read_text()
    for place, name in enumerate(NAMES):
        text = text.replace(f'[{name}]\nname = "{name}"', f"[cameras.{place}]\nport = {place}\nrotation_count = 0")
    path.write_text(text)
    return path


@pytest.mark.parametrize("place", ["camera_array.toml", "calibration/extrinsic/capture_volume/camera_array.toml"])
@pytest.mark.parametrize("stem", ["port", "cam"])
def test_caliscope_project_and_its_recordings(maker, tmp_path, place, stem):
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    caliscope_toml(maker, tmp_path / place)
    videos(maker, tmp_path / "recordings" / "walk", [f"{stem}_{n}" for n in range(2)])
    check(maker, tmp_path, "caliscope")
    check(maker, tmp_path / "recordings" / "walk", "caliscope")
    shutil.copytree(tmp_path / "recordings" / "walk", tmp_path / "recordings" / "sit")
    with pytest.raises(SourceError, match=r"several recordings \(recordings/sit, recordings/walk\)"):
        open_recording(tmp_path)


def test_opencap_session_and_one_of_its_trials(maker, tmp_path):
    for place, name in enumerate(NAMES):
        folder = tmp_path / "Videos" / f"Cam{place}"
        own = rig(maker)[name]
        for trial in ("squats", "neutral"):
            maker.video(folder / "InputMedia" / trial / f"{trial}.mov", 6, first=100 * place)
        content = {
            "intrinsicMat": own.K, "distortion": own.distortion[None], "imageSize": np.array([[48.0], [64.0]]),
            "rotation": own.R, "translation": own.t_m[:, None] * 1000,
        }  # fmt: skip
        (folder / "cameraIntrinsicsExtrinsics.pickle").write_bytes(pickle.dumps(content))
    check(maker, tmp_path, "opencap")
    for place in range(2):
        media = tmp_path / "Videos" / f"Cam{place}" / "InputMedia"
        shutil.copytree(media / "squats", media / "jump")
    with pytest.raises(SourceError, match=r"several recordings \(.*InputMedia/jump, .*InputMedia/squats\)"):
        open_recording(tmp_path)
    check(maker, tmp_path / "Videos" / "Cam0" / "InputMedia" / "squats", "opencap")


def test_easymocap_folder_of_images(maker, tmp_path):
    def mat(key, value):
        shape = np.atleast_2d(value).shape
        data = ", ".join(map(repr, np.ravel(value).tolist()))
        return f"{key}: !!opencv-matrix\n  rows: {shape[0]}\n  cols: {shape[1]}\n  dt: d\n  data: [{data}]\n"

    head = '%YAML:1.0\n---\nnames:\n  - "1"\n  - "2"\n'
    own = list(rig(maker).values())
    (tmp_path / "intri.yml").write_text(
        head + "".join(mat(f"K_{n}", camera.K) + mat(f"dist_{n}", camera.distortion) for n, camera in enumerate(own, 1))
    )
    (tmp_path / "extri.yml").write_text(
        head + "".join(mat(f"R_{n}", camera.rvec) + mat(f"T_{n}", camera.t_m) for n, camera in enumerate(own, 1))
    )
    for place in range(2):
        maker.images(
            tmp_path / "images" / str(place + 1), [f"{n:06d}.jpg" for n in range(6)], [n + 100 * place for n in range(6)]
        )
    check(maker, tmp_path, "folder")


def test_campus_folder(maker, tmp_path):
    content = {
        str(place): {
            "R": own.R.tolist(), "T": (-own.R.T @ own.t_m * 1000)[:, None].tolist(), "fx": own.K[0, 0], "fy": own.K[1, 1],
            "cx": own.K[0, 2], "cy": own.K[1, 2], "k": own.distortion[[0, 1, 4]][:, None].tolist(),
            "p": own.distortion[2:4][:, None].tolist(),
        }
        for place, own in enumerate(rig(maker).values())
    }  # fmt: skip
    (tmp_path / "calibration_campus.json").write_text(json.dumps(content))
    for place in range(2):
        names = [f"campus4-c{place}-{n:05d}.png" for n in range(6)]
        maker.images(tmp_path / f"Camera{place}", names, [n + 100 * place for n in range(6)])
    check(maker, tmp_path, "folder")


def test_what_macos_and_this_program_leave_in_a_folder_is_passed_over(maker, tmp_path):
    maker.toml(tmp_path / "rig.toml", rig(maker))
    videos(maker, tmp_path, NAMES)
    for name in ("._cam_0.mp4", "._rig.toml", ".DS_Store"):
        (tmp_path / name).write_bytes(b"\0\5\x16\7" * 20)
    results = tmp_path / "results"
    for folder in (tmp_path, results):  # --out is the recording itself, and a folder inside it
        folder.mkdir(exist_ok=True)
        (folder / POSES).write_text("{}\n")
        maker.video(folder / OVERLAY, 3)
        maker.images(folder, [SHEET], [0])
    check(maker, tmp_path, "folder")
    assert {OVERLAY.split(".")[0], SHEET.split(".")[0]} <= set(RESULT_STEMS)
    assert POSES in RESULT_MARKS


def test_a_recording_that_results_were_written_into_is_the_same_one(maker, tmp_path):
    """--out among the videos, or among images of a camera: what was computed before is found again, and all opens as before."""
    maker.toml(tmp_path / "rig.toml", rig(maker))
    videos(maker, tmp_path / "videos", NAMES)
    before = fingerprint(tmp_path)
    for folder in (tmp_path / "videos", tmp_path / "videos" / "results"):
        folder.mkdir(exist_ok=True)
        maker.video(folder / OVERLAY, 3)
        maker.images(folder, [SHEET], [0])
        assert fingerprint(tmp_path) != before  # an overlay of somebody else's
        (folder / POSES).write_text("{}\n")
        assert fingerprint(tmp_path) == before
        check(maker, tmp_path, "pose2sim")
    maker.video(tmp_path / "videos" / "more.mp4", 3)
    assert fingerprint(tmp_path) != before


def test_an_old_calibration_beside_the_right_one_is_refused_with_their_difference(maker, tmp_path):
    videos(maker, tmp_path / "videos", NAMES)
    maker.toml(tmp_path / "calibration" / "Calib.toml", rig(maker))
    old = {name: maker.camera(seed + 20) for seed, name in enumerate(NAMES)}
    maker.toml(tmp_path / "calibration" / "Old.toml", old)
    with pytest.raises(
        CalibrationError, match=r"Calib\.toml and .*Old\.toml disagree: camera cam_\d stands \d+ mm apart"
    ) as caught:
        open_recording(tmp_path)
    assert "SOURCE.CALIBRATION" in str(caught.value)
    info = check(maker, tmp_path, "pose2sim", calibration="calibration/Calib.toml")
    assert "The calibration is calibration/Calib.toml." in info.notes
    maker.toml(tmp_path / "calibration" / "Old.toml", rig(maker))  # the same once more does no harm
    check(maker, tmp_path, "pose2sim")
    with pytest.raises(CalibrationError, match=r"nowhere\.toml"):
        open_recording(tmp_path, calibration="nowhere.toml")


def test_one_camera_s_numbers_given_to_two_are_refused_by_name(maker, tmp_path):
    videos(maker, tmp_path / "videos", NAMES)
    own = maker.camera(0)
    maker.toml(tmp_path / "calibration" / "Calib.toml", dict.fromkeys(NAMES, own))
    with pytest.raises(CalibrationError, match="cam_0 and cam_1 stand at the same place"):
        open_recording(tmp_path)


def test_names_in_korean_however_composed(maker, tmp_path):
    own = dict(zip(("왼쪽", "오른쪽"), rig(maker).values(), strict=True))
    maker.toml(tmp_path / "rig.toml", own)
    videos(maker, tmp_path, [unicodedata.normalize("NFD", name) for name in own])
    check(maker, tmp_path, "folder")


def test_a_folder_and_videos_whose_names_are_not_utf_8(maker, tmp_path):
    if sys.platform in ("win32", "darwin"):
        pytest.skip("these systems have no such names")
    folder = tmp_path / os.fsdecode("녹화".encode("cp949"))
    maker.toml(folder / "rig.toml", rig(maker))
    for place, name in enumerate(NAMES):
        plain = maker.video(tmp_path / f"{name}.mp4", 6, first=100 * place)
        plain.rename(folder / (name + os.fsdecode("_앞".encode("cp949")) + ".mp4"))
    check(maker, folder, "folder")


@pytest.mark.skipif(os.fsencode("é") != b"\xc3\xa9" or sys.platform == "darwin", reason="names are no bytes here")
@pytest.mark.parametrize("inside", ["", "videos"])
def test_videos_named_in_cp949_and_a_calibration_in_euc_kr(maker, tmp_path, inside):
    """A Korean archive unpacked on Linux: the names' bytes are CP949, the calibration says that it is EUC-KR."""
    korean = {"왼쪽": 1, "오른쪽": 0}  # neither the order of the files' names nor of the calibration pairs them
    written = maker.qualisys(tmp_path / "plain.qca.txt", list(korean)).read_text("utf-8")
    written = "<?xml version='1.0' encoding='EUC-KR'?>" + re.sub(r"^<\?xml.*?\?>", "", written)
    folder = tmp_path / unpacked("녹화")
    (folder / inside).mkdir(parents=True)
    (folder / unpacked("보정.qca.txt")).write_bytes(written.encode("euc-kr"))
    (tmp_path / "plain.qca.txt").unlink()
    for name, place in korean.items():
        maker.video(tmp_path / "a.mp4", 6, first=100 * place).rename(folder / inside / (unpacked(name) + ".mp4"))
    with open_recording(folder) as recording:
        assert recording.info.camera_names == tuple(korean)
        assert [maker.number(image) for image in recording.read(3).images] == [103, 3]
    with open_recording(folder, cameras=["오른쪽"]) as recording:
        assert maker.number(recording.read(3).images[0]) == 3


@pytest.mark.parametrize(("suffix", "code"), [(".mts", "h264"), (".ts", "h264"), (".wmv", "wmv2"), (".webm", "vp8")])
def test_videos_of_other_endings(maker, tmp_path, suffix, code):
    maker.toml(tmp_path / "rig.toml", rig(maker))
    for place, name in enumerate(NAMES):
        maker.av_video(tmp_path / f"{name}{suffix}", [n / 25 for n in range(6)], code, first=100 * place)
    check(maker, tmp_path, "folder")


def test_a_renamed_video_is_named_beside_the_camera_that_has_none(maker, tmp_path):
    maker.toml(tmp_path / "calibration" / "Calib.toml", rig(maker))
    videos(maker, tmp_path / "videos", ["cam_0", "left"])
    with pytest.raises(SourceError, match=r"No video in .*videos fits camera cam_1 of .*, and left\.mp4 fits no camera"):
        open_recording(tmp_path)
    (tmp_path / "videos" / "left.mp4").unlink()
    with pytest.raises(SourceError, match=r"Camera cam_1 of .* has no video in .*videos; add it"):
        open_recording(tmp_path)


def test_all_cameras_without_a_video_are_named_and_all_videos_without_a_camera(maker, tmp_path):
    calibration = tmp_path / "calibration" / "Calib.toml"
    maker.toml(calibration, {name: maker.camera(seed) for seed, name in enumerate(("front", "left", "back", "door"))})
    videos(maker, tmp_path / "videos", ["front", "back"])
    with pytest.raises(SourceError, match=r"Cameras left, door of .* have no video in .*videos; add them"):
        open_recording(tmp_path)
    videos(maker, tmp_path / "videos", ["one", "two"])
    with pytest.raises(
        SourceError, match=r"No video in .*videos fits camera left, door of .*, and one\.mp4, two\.mp4 fits no camera"
    ):
        open_recording(tmp_path)
    maker.toml(calibration, {name: maker.camera(seed) for seed, name in enumerate(("front", "back"))})
    with pytest.raises(CalibrationError, match=r"Calib\.toml has no camera for one\.mp4, two\.mp4: give"):
        open_recording(tmp_path)


def test_numbering_from_0_and_from_1(maker, tmp_path):
    own = dict(zip(("cam1", "cam2"), rig(maker).values(), strict=True))
    maker.toml(tmp_path / "calibration" / "Calib.toml", own)
    videos(maker, tmp_path / "videos", ["cam0", "cam1"])
    info = check(maker, tmp_path, "pose2sim")
    assert "Videos are numbered from 0, calibrations from 1; paired in order." in info.notes


def test_a_camera_is_turned_where_the_configuration_says_so(maker, tmp_path):
    maker.toml(tmp_path / "rig.toml", rig(maker))
    videos(maker, tmp_path, NAMES)
    with open_recording(tmp_path, quarter_turns={"cam_1": 1}) as recording:
        plain, turned = recording.cameras
        assert (plain.width_px, turned.width_px, turned.height_px) == (64, 48, 64)
        image = recording.read(3).images[1]
        assert image.shape == (64, 48, 3)
        assert maker.number(np.rot90(image)) == 103
        own = rig(maker)["cam_1"].project(maker.points_m())
        expected = np.stack([47 - own[:, 1], own[:, 0]], 1)
        np.testing.assert_allclose(project(maker.points_m() * 1000, turned)[0], expected, atol=1e-6)


def test_two_videos_of_one_camera_are_named_and_do_no_harm_to_the_others(maker, tmp_path):
    own = dict(zip(("Cam_1", "cam2", "cam3"), (maker.camera(seed) for seed in range(3)), strict=True))
    maker.toml(tmp_path / "calibration" / "Calib.toml", own)
    videos(maker, tmp_path / "videos", ["cam1", "cam2", "cam3"])
    videos(maker, tmp_path / "videos", ["cam1"], "MJPG", ".avi")
    with pytest.raises(SourceError, match=r"videos has more than one video of a camera, cam1\.avi, cam1\.mp4: leave the one"):
        open_recording(tmp_path)
    with open_recording(tmp_path, cameras=["cam2", "cam3"]) as recording:
        assert recording.info.camera_names == ("cam2", "cam3")
    with pytest.raises(SourceError, match=r"cam1\.avi, cam1\.mp4"):
        open_recording(tmp_path, cameras=["Cam_1", "cam3"])


def test_the_folder_of_a_recording_s_videos_names_the_one_above(maker, tmp_path):
    maker.toml(tmp_path / "calibration" / "Calib.toml", rig(maker))
    videos(maker, tmp_path / "videos", NAMES)
    with pytest.raises(CalibrationError, match=r"videos without their calibration.*open .*" + re.escape(tmp_path.name)):
        open_recording(tmp_path / "videos")
    (tmp_path / "calibration" / "Calib.toml").write_text("[broken")  # of a folder that nobody asked for
    with pytest.raises(CalibrationError, match="no calibration file that is known"):
        open_recording(tmp_path / "videos")
