"""A frame is the same however it is reached; damaged videos are said to be damaged."""

from __future__ import annotations

import random
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from modules.core.errors import SourceError
from modules.focus.video import VideoClip, scan_packets

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "video"


def read_through(path) -> list[np.ndarray]:
    """Every frame by plain OpenCV, from the first to the last."""
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    frames = []
    while True:
        there, image = capture.read()
        if not there:
            return frames
        frames.append(image[..., ::-1])


@pytest.mark.parametrize(("name", "code"), [("a.mp4", "mp4v"), ("a.avi", "MJPG"), ("a.avi", "XVID"), ("a.mkv", "mp4v")])
def test_shuffled_access_gives_the_pixels_of_reading_through(maker, tmp_path, name, code):
    path = maker.video(tmp_path / name, 130, code=code)
    expected = read_through(path)
    assert [maker.number(image) for image in expected] == list(range(130))
    clip = VideoClip(path)
    assert (clip.frame_count, clip.size_px, clip.fps) == (130, (64, 48), 25.0)
    order = [*random.Random(5).sample(range(130), 130), 129, 0, 128, 1, 1, 64, 63, 62]
    for index in order:
        np.testing.assert_array_equal(clip.read(index), expected[index], err_msg=f"frame {index}")
    clip.close()


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.webm"])
def test_av1_is_read_as_exactly_as_anything_else(maker, tmp_path, name):
    path = maker.av_video(tmp_path / name, np.arange(40) / 25, code="libsvtav1")
    clip = VideoClip(path)
    assert (clip.frame_count, clip.size_px) == (40, (64, 48))
    np.testing.assert_allclose(clip.times_s, np.arange(40) / 25, atol=1e-3)
    for index in [*random.Random(5).sample(range(40), 40), 39, 0]:
        assert maker.number(clip.read(index)) == index
    clip.close()


def test_a_codec_that_nobody_knows_is_called_that(maker, tmp_path):
    path = maker.video(tmp_path / "a.mp4")
    content = path.read_bytes()
    description = content.index(b"stsd")
    place = content.index(b"mp4v", description)
    path.write_bytes(content[:place] + b"qzx7" + content[place + 4 :].replace(b"esds", b"free"))
    with pytest.raises(SourceError, match=r"a\.mp4 is written with a codec that can't be decoded here \(qzx7\)"):
        VideoClip(path)


AWKWARD = {
    "open_gop.mp4": list(range(130)),
    "gradual_refresh.mp4": list(range(130)),
    "varying_rate.mp4": [n for n in range(130) if n % 7 != 3],
    "cut_without_encoding.mp4": list(range(45, 130)),
}


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_videos_are_exact_in_any_order(maker, name):
    path = FIXTURES / name
    expected = read_through(path)
    assert [maker.number(image) for image in expected] == AWKWARD[name]
    clip = VideoClip(path)
    assert clip.frame_count == len(expected)
    for index in [*random.Random(5).sample(range(len(expected)), 60), len(expected) - 1, 0, 1]:
        np.testing.assert_array_equal(clip.read(index), expected[index], err_msg=f"frame {index}")


def test_a_cut_without_encoding_says_that_some_frames_are_not_shown():
    (note,) = VideoClip(FIXTURES / "cut_without_encoding.mp4").notes
    assert "85 can be shown" in note


def test_a_seek_that_lands_too_far_is_noticed(maker, tmp_path, monkeypatch):
    clip = VideoClip(maker.video(tmp_path / "a.mp4", 130))
    monkeypatch.setattr(clip, "_jump", lambda index, jump=clip._jump: jump(index + 21))
    for index in (100, 60, 99, 30):
        assert maker.number(clip.read(index)) == index


def test_a_damaged_frame_is_named_and_does_not_shift_the_others(maker, tmp_path):
    path = maker.spoil_frame(maker.video(tmp_path / "cam02.avi", 40, code="MJPG"), 20)
    for order in (range(40), (25, 20, 19, 21, 39, 20, 0)):
        clip = VideoClip(path)
        for index in order:
            if index == 20:
                with pytest.raises(SourceError, match=r"cam02\.avi: frame 20 can't be decoded"):
                    clip.read(index)
            else:
                assert maker.number(clip.read(index)) == index


def test_frames_are_rgb(maker, tmp_path):
    image = VideoClip(maker.video(tmp_path / "a.mp4", 3)).read(1)
    light = image[..., 2] > 160
    assert image[light][:, 0].mean() < 140 < image[light][:, 2].mean()


def test_playing_forward_never_seeks_and_a_far_jump_does(maker, tmp_path, monkeypatch):
    clip = VideoClip(maker.video(tmp_path / "a.mp4", 120))
    seeks = []
    monkeypatch.setattr(clip, "_seek", lambda index, seek=clip._seek: (seeks.append(index), seek(index)))
    for index in range(60):
        clip.read(index)
    clip.read(70)  # a few frames on: decoding is cheaper than seeking
    assert seeks == []
    assert maker.number(clip.read(119)) == 119
    assert maker.number(clip.read(20)) == 20
    assert seeks == [119, 20]


def test_a_far_jump_does_not_decode_everything_before_it(maker, tmp_path, monkeypatch):
    path = maker.video(tmp_path / "a.mp4", 250)
    clip = VideoClip(path)
    clip.read(249)
    grabbed = []
    monkeypatch.setattr(clip, "_grab", lambda grab=clip._grab: (grabbed.append(1), grab())[1])
    assert maker.number(clip.read(130)) == 130
    assert len(grabbed) < 60


def test_packets_are_listed_in_the_order_shown(maker, tmp_path):
    with av.open(str(maker.video(tmp_path / "a.mp4", 30))) as container:
        stream = container.streams.video[0]
        index, base = scan_packets(container, stream), float(stream.time_base)
    np.testing.assert_allclose(index.time * base, np.arange(30) * 0.04)
    assert (index.starts_s, index.listed) == (0.0, 30)
    assert index.keyframes[0] == 0
    assert index.keyframe_before(29) == index.keyframes[-1]
    assert index.frame_of(int(index.time[2])) == 2
    assert index.frame_of(int(index.time[2]) + 1) is None


def test_without_timestamps_access_is_exact_all_the_same(maker, tmp_path, monkeypatch):
    monkeypatch.setattr("modules.focus.video.scan_packets", lambda container, stream: None)
    clip = VideoClip(maker.video(tmp_path / "a.mp4", 40))
    for index in (39, 3, 20, 19, 0):
        assert maker.number(clip.read(index)) == index


@pytest.mark.parametrize("content", [b"", b"no video at all" * 100, b"\x00\x00\x00\x18ftypmp42" + bytes(500)])
def test_undecodable_files_name_the_file(tmp_path, content):
    path = tmp_path / "cam02.mp4"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"cam02\.mp4 can't be decoded"):
        VideoClip(path)


def test_a_cut_off_file_says_how_much_of_it_there_is(maker, tmp_path):
    whole = maker.video(tmp_path / "whole.avi", 60, code="MJPG")
    path = tmp_path / "cam02.avi"
    path.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * 0.6)])
    clip = VideoClip(path)
    assert 25 < clip.frame_count < 45
    (note,) = clip.notes
    assert f"cam02.avi ends early: it announces 60 frames and holds {clip.frame_count}" in note
    assert [maker.number(clip.read(index)) for index in range(clip.frame_count)] == list(range(clip.frame_count))
    with pytest.raises(SourceError, match=r"ends early: frame 59 of"):
        clip.read(59)
    assert maker.number(clip.read(3)) == 3


def test_a_closed_video_says_so(maker, tmp_path):
    clip = VideoClip(maker.video(tmp_path / "a.mp4", 3))
    clip.close()
    clip.close()
    with pytest.raises(SourceError, match="is closed"):
        clip.read(0)
