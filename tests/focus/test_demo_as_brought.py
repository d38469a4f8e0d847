"""The demo recording as people bring theirs, through the networks: the poses stay, or a sentence says what is wrong."""

from __future__ import annotations

import random
import shutil
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest

from modules import composition
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.errors import CalibrationError
from modules.focus.recordings import open_recording

FRAME = 40
#: Median distance from the unchanged recording's joints, mm.
NEAR_MM = 5.0


@pytest.fixture(scope="module")
def find(demo_dir):
    """FrameSet → joints of each person, mm; and the unchanged recording's."""
    estimator = composition.make_estimator(load_config(DEFAULT_CONFIG))

    def poses(frame):
        return [person.joints_world_mm for person in estimator.refine(estimator.detect(frame), 0.0).persons]

    with open_recording(demo_dir) as recording:
        return poses, poses(recording.read(FRAME))


@pytest.fixture
def copy(demo_dir, tmp_path):
    """A copy of the demo whose videos are links."""
    shutil.copytree(demo_dir / "calibration", tmp_path / "calibration")
    (tmp_path / "videos").mkdir()
    for video in (demo_dir / "videos").iterdir():
        (tmp_path / "videos" / video.name).symlink_to(video.absolute())
    return tmp_path


def keep_frames(copy, name, keep):
    """Encodes a video again with some of its first frames, each at its own time."""
    path = copy / "videos" / f"{name}.mp4"
    source = path.resolve()
    path.unlink()
    with av.open(str(source)) as read, av.open(str(path), "w") as written:
        stream = written.add_stream("libx264", rate=60, options={"crf": "10", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 1088, 1920, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 15360)
        for number, frame in enumerate(read.decode(video=0)):
            if number > max(keep):
                break
            if number in keep:
                frame.pts, frame.time_base, frame.pict_type = 256 * number, Fraction(1, 15360), 0
                written.mux(stream.encode(frame))
        written.mux(stream.encode(None))


def far_mm(expected, found):
    """For each person expected the median joint distance from who is found nearest."""
    return [min(float(np.median(np.linalg.norm(p - q, axis=1))) for q in found) for p in expected]


def test_one_camera_at_half_the_rate(find, copy):
    keep_frames(copy, "cam02", range(0, 46, 2))
    poses, expected = find
    with open_recording(copy) as recording:
        assert any("differ in frames per second" in note for note in recording.info.notes)
        frame = recording.read(FRAME)
        assert frame.time_s == pytest.approx(FRAME / 60)
        assert len(expected) >= 2
        assert max(far_mm(expected[:2], poses(frame))) < NEAR_MM


def test_a_camera_that_dropped_frames(find, copy):
    keep_frames(copy, "cam03", [n for n in range(46) if not 20 <= n < 27])
    poses, expected = find
    with open_recording(copy) as recording:
        assert any("cam03 lacks 7 frames" in note for note in recording.info.notes)
        assert recording.read(23).missing == (False, False, True, False)
        assert max(far_mm(expected[:2], poses(recording.read(FRAME)))) < NEAR_MM


def test_images_of_twelve_bits(find, demo_dir, tmp_path):
    shutil.copytree(demo_dir / "calibration", tmp_path / "calibration")
    with open_recording(demo_dir) as recording:
        for name, image in zip(recording.info.camera_names, recording.read(FRAME).images, strict=True):
            (tmp_path / "videos" / name).mkdir(parents=True)
            deep = (image[..., ::-1].astype(np.uint32) * 4095 // 255).astype(np.uint16)
            cv2.imwrite(str(tmp_path / "videos" / name / f"{FRAME:04d}.tiff"), deep)
    poses, expected = find
    with open_recording(tmp_path) as recording:
        assert sum("use 12 of 16 bits" in note for note in recording.info.notes) == 4
        assert max(far_mm(expected[:2], poses(recording.read(0)))) < NEAR_MM


def test_noise_over_a_video_s_first_frames_is_named_and_both_people_are_found_without_it(find, copy):
    path = copy / "videos" / "cam02.mp4"
    spoilt = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size][:5]
    rng = random.Random(1)
    for position, size in packets:
        for _ in range(60):
            spoilt[position + rng.randrange(40, size)] = rng.randrange(256)
    path.unlink()
    path.write_bytes(spoilt)
    poses, expected = find
    with open_recording(copy) as recording:
        assert any("cam02.mp4: frames 0 to 99 are damaged" in note for note in recording.info.notes)
        frame = recording.read(FRAME)
        assert frame.missing == (False, True, False, False)
        assert max(far_mm(expected[:2], poses(frame))) < 40  # with three cameras for four


def toml_of(recording, path, turn=None):
    """The demo's cameras as Pose2Sim would write them, one of them turned."""
    lines = []
    for camera in recording.cameras:
        R = camera.R_world_to_cam if turn is None or camera.name != "cam01" else turn @ camera.R_world_to_cam
        t = -R @ camera.center_world_mm / 1000
        lines += [
            f"[{camera.name}]", f'name = "{camera.name}"', f"size = [{camera.width_px}, {camera.height_px}]",
            f"matrix = {camera.K.tolist()}", f"distortions = {camera.distortion_opencv.tolist()}",
            f"rotation = {cv2.Rodrigues(R)[0][:, 0].tolist()}", f"translation = {t.tolist()}", "fisheye = false", "",
        ]  # fmt: skip
    path.write_text("\n".join(lines))


def test_a_toml_beside_the_qualisys_file_agrees_or_is_refused_by_name(demo_dir, copy):
    with open_recording(demo_dir) as recording:
        toml_of(recording, copy / "calibration" / "Calib.toml")
        with open_recording(copy) as both:
            for mine, other in zip(both.cameras, recording.cameras, strict=True):
                np.testing.assert_allclose(mine.R_world_to_cam, other.R_world_to_cam, atol=1e-9)
        toml_of(recording, copy / "calibration" / "Calib.toml", cv2.Rodrigues(np.array([0, 0.03, 0]))[0])
    with pytest.raises(CalibrationError, match=r"Calib\.qca\.txt and .*Calib\.toml disagree: camera cam01"):
        open_recording(copy)
    with open_recording(copy, calibration="calibration/Calib.qca.txt") as chosen:
        assert "The calibration is calibration/Calib.qca.txt." in chosen.info.notes
