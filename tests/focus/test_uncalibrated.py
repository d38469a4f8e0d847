"""Videos without a calibration, cameras that are late, and their sound."""

from __future__ import annotations

from contextlib import closing
from fractions import Fraction

import av
import numpy as np
import pytest

from modules import composition
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.errors import SourceError
from modules.focus.recordings import open_recording
from modules.focus.sound import RATE_HZ, read_sound
from modules.focus.uncalibrated import open_uncalibrated
from modules.rig.write import write_calibration
from modules.SelfPose3d.lib.training.rigs import look_at


def video(path, frames=30, fps=10, sound=None, rate=16000):
    """A video whose frame n has the grey value 5 n, with a sound track of samples [N] in [-1, 1] where there is one."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.bit_rate = 4_000_000
        audio = container.add_stream("aac", rate=rate) if sound is not None else None
        for n in range(frames):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 5 * n, np.uint8), format="rgb24")
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
        if audio is not None:
            for start in range(0, len(sound) - 1023, 1024):
                block = av.AudioFrame.from_ndarray(sound[None, start : start + 1024].astype(np.float32), "fltp", "mono")
                block.sample_rate, block.pts, block.time_base = rate, start, Fraction(1, rate)
                for packet in audio.encode(block):
                    container.mux(packet)
            for packet in audio.encode():
                container.mux(packet)
    return path


def numbers(source):
    """Which of its own frames each camera shows, [T, V]."""
    return np.array([[round(image.mean() / 5) for image in source.read(n).images] for n in range(len(source))])


def test_a_folder_of_videos_is_a_recording_with_guessed_lenses(tmp_path):
    (tmp_path / "videos").mkdir()
    for name in ("cam10", "cam2"):
        video(tmp_path / "videos" / f"{name}.mp4")
    with open_uncalibrated([tmp_path]) as source:
        assert source.info.camera_names == ("cam2", "cam10")
        assert [(c.width_px, c.height_px) for c in source.cameras] == [(64, 48)] * 2
        assert (numbers(source)[:, 0] == numbers(source)[:, 1]).all()
        assert len(source) == 30


def test_a_late_camera_is_paired_by_time(tmp_path):
    files = [video(tmp_path / f"{name}.mp4") for name in ("a", "b")]
    with open_uncalibrated(files, delay_ms={"b": 420}) as source:
        found = numbers(source)
    # b's frame at 0.42 s later shows what a showed: 4.2 frames, the nearest is 4
    assert set(found[:, 1] - found[:, 0]) == {4}
    given = load_config(DEFAULT_CONFIG, {"SOURCE.FRAME_OFFSETS": {"b": 3}})
    with closing(composition.open_uncalibrated(given, files)) as source:
        assert set((found := numbers(source))[:, 1] - found[:, 0]) == {3}
        assert [opened.late_frames for opened in source.info.opened] == [0, 3]
        assert source.info.clock == "a"
    with open_uncalibrated(files, drift_ppm={"b": 100_000}) as source:
        found = numbers(source)
    assert found[0, 1] == found[0, 0]
    assert found[20, 1] - found[20, 0] == 2  # after 2 s a tenth of them


def test_a_late_camera_of_a_calibrated_recording_is_paired_by_time(tmp_path):
    for name in ("a", "b"):
        video(tmp_path / f"{name}.mp4")
    cameras = [look_at(name, (64, 48), 60.0, np.array([x, -2000.0, 900.0]), np.zeros(3)) for name, x in (("a", 0), ("b", 900))]
    write_calibration(cameras, tmp_path, "calib")
    with open_recording(tmp_path, delay_ms={"b": 420}) as source:
        found = numbers(source)
        # 20 ms less than asked for are made up for: frames are whole
        assert source.info.rounded_s == pytest.approx((0.0, -0.02), abs=1e-6)
    assert set(found[:, 1] - found[:, 0]) == {4}


def test_the_calibrations_own_file_may_say_who_is_late_and_the_configuration_overrules_it(tmp_path):
    for name in ("a", "b"):
        video(tmp_path / f"{name}.mp4")
    cameras = [look_at(name, (64, 48), 60.0, np.array([x, -2000.0, 900.0]), np.zeros(3)) for name, x in (("a", 0), ("b", 900))]
    write_calibration(cameras, tmp_path, "calib", own={"delay_ms": {"b": 420}})
    with open_recording(tmp_path) as source:
        assert set(np.diff(numbers(source), axis=1).ravel()) == {4}
    with open_recording(tmp_path, delay_ms={"b": 210}) as source:
        assert set(np.diff(numbers(source), axis=1).ravel()) == {2}
    with open_recording(tmp_path, delay_ms={"b": 0}) as source:  # not late after all
        assert set(np.diff(numbers(source), axis=1).ravel()) == {0}


def test_one_video_or_a_stranger_is_refused(tmp_path):
    one = video(tmp_path / "a.mp4")
    with pytest.raises(SourceError, match="two cameras at least"):
        open_uncalibrated([one])
    with pytest.raises(SourceError, match=r"more than one video of a camera, a\.avi, a\.mp4"):
        open_uncalibrated([one.with_suffix(".avi"), one])
    two = video(tmp_path / "b.mp4")
    with pytest.raises(SourceError, match="c is none of the cameras a, b"):
        open_uncalibrated([one, two], delay_ms={"c": 3})


def test_sound_comes_mono_from_the_first_frame_on(tmp_path):
    rate = 16000
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(2 * rate) / rate)
    tone[: rate // 2] = 0
    found = read_sound(video(tmp_path / "a.mp4", 20, sound=tone, rate=rate))
    assert abs(len(found) / RATE_HZ - 2.0) < 0.15
    loud = np.flatnonzero(np.abs(found) > 0.2)[0] / RATE_HZ
    assert abs(loud - 0.5) < 0.03
    second = found[int(0.8 * RATE_HZ) : int(1.8 * RATE_HZ)]
    spectrum = np.abs(np.fft.rfft(second))
    assert abs(spectrum.argmax() * RATE_HZ / len(second) - 440) < 2


def test_a_silent_video_has_no_sound(tmp_path):
    assert read_sound(video(tmp_path / "a.mp4")) is None
    (tmp_path / "broken.mp4").write_bytes(b"nothing")
    with pytest.raises(SourceError, match=r"broken\.mp4"):
        read_sound(tmp_path / "broken.mp4")


def test_all_videos_that_are_missing_are_named(tmp_path):
    one = video(tmp_path / "a.mp4")
    with pytest.raises(SourceError) as caught:
        open_uncalibrated([tmp_path / "b.mp4", one, tmp_path / "c.mp4"])
    assert str(caught.value) == f"These files are missing: {tmp_path / 'b.mp4'}, {tmp_path / 'c.mp4'}."


def test_a_video_that_is_named_twice_is_told_as_that(tmp_path):
    one = video(tmp_path / "a.mp4")
    with pytest.raises(SourceError, match=r"a\.mp4 was named twice"):
        open_uncalibrated([one, tmp_path / "." / "a.mp4"])


def test_videos_of_one_name_in_several_folders_are_both_told_with_their_folders(tmp_path):
    files = [tmp_path / folder / "cam.mp4" for folder in ("left", "right")]
    for file in files:
        file.parent.mkdir()
        file.touch()
    with pytest.raises(SourceError) as told:
        open_uncalibrated(files)
    assert f"called like their videos: {files[0]}, {files[1]}. Give each" in str(told.value)


def test_videos_of_different_lengths_are_told(tmp_path):
    opened = open_uncalibrated([video(tmp_path / "a.mp4"), video(tmp_path / "b.mp4", frames=20)])
    opened.close()
    assert [str(note) for note in opened.info.notes] == [
        "The cameras differ in length (a 30, b 20 frames); all stop at frame 20."
    ]
