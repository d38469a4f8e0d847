"""Recordings in the four layouts, in step, by index; and everything that can be wrong with a folder."""

from __future__ import annotations

import math
import re
import shutil
import threading

import numpy as np
import pytest

from modules.core import memory
from modules.core.errors import CalibrationError, SourceError
from modules.core.geometry import project
from modules.focus.readahead import KEEP_BEHIND, ReadAhead
from modules.focus.recordings import open_recording


def numbers(maker, recording, index: int) -> list[int]:
    return [maker.number(image) for image in recording.read(index).images]


def test_pose2sim(maker, tmp_path):
    with open_recording(maker.pose2sim(tmp_path, (30, 30))) as recording:
        info = recording.info
        assert (info.format, info.camera_names, info.frame_count) == ("pose2sim", ("cam01", "cam02"), 30)
        assert (info.sizes_px, info.fps) == (((64, 48), (64, 48)), 25.0)
        assert info.notes == ("The calibration is calibration/Calib.qca.txt.",)
        frame = recording.read(7)
        assert (frame.index, frame.time_s) == (7, 7 / 25)
        assert [camera.name for camera in frame.cameras] == ["cam01", "cam02"]
        assert numbers(maker, recording, 7) == [7, 7]
        assert not frame.images[0].flags.writeable
        assert len(recording) == 30


def test_pose2sim_with_toml_beside_settings(maker, tmp_path):
    maker.video(tmp_path / "videos" / "cam01.mp4", 5)
    own = maker.camera(1)
    maker.toml(tmp_path / "calibration" / "Calib.toml", {"cam01": own})
    (tmp_path / "Config.toml").write_text("[project]\nframe_rate = 25\n")
    with open_recording(tmp_path) as recording:
        assert recording.info.format == "pose2sim"
        pixels = project(maker.points_m() * 1000, recording.cameras[0])[0]
    np.testing.assert_allclose(pixels, own.project(maker.points_m()), atol=1e-6)


def test_panoptic_images_start_late_and_lack_a_frame(maker, tmp_path):
    maker.panoptic_json(tmp_path / "calibration_seq.json", {f"00_{i:02d}": maker.camera(i) for i in (3, 6, 12)})
    for name, there in (("00_03", range(100, 110)), ("00_12", [n for n in range(98, 112) if n != 104])):
        maker.images(tmp_path / "hdImgs" / name, [f"{name}_{n:08d}.jpg" for n in there], there)
    with open_recording(tmp_path) as recording:
        assert (recording.info.format, recording.info.camera_names) == ("panoptic", ("00_03", "00_12"))
        assert [numbers(maker, recording, i) for i in range(len(recording))] == [[n, n] for n in range(100, 110) if n != 104]
        assert recording.info.fps == 29.97
        assert any("2 of 3" in note for note in recording.info.notes)
        assert any("1 images are left out" in note for note in recording.info.notes)
        assert any("number 100" in note for note in recording.info.notes)
    with open_recording(tmp_path, frame_offsets={"00_12": 2}) as recording:
        assert numbers(maker, recording, 0) == [100, 102]
        assert numbers(maker, recording, 2) == [103, 105]  # 102 would need the missing 104
        assert len(recording) == 9
    for names in (("00_12",), ("hd_00_12",)):
        with open_recording(tmp_path, cameras=names) as recording:
            assert recording.info.camera_names == ("00_12",)
    with pytest.raises(SourceError, match=r"Camera 00_06 of .*calibration_seq\.json has no frames"):
        open_recording(tmp_path, cameras=["00_06"])


def test_panoptic_videos(maker, tmp_path):
    maker.panoptic_json(tmp_path / "calibration_seq.json", {"00_03": maker.camera(3), "00_13": maker.camera(4)})
    for name in ("hd_00_03", "hd_00_13"):
        maker.video(tmp_path / "hdVideos" / f"{name}.mp4", 6)
    with open_recording(tmp_path) as recording:
        assert (recording.info.format, recording.info.camera_names) == ("panoptic", ("00_03", "00_13"))
        assert numbers(maker, recording, 5) == [5, 5]


@pytest.mark.parametrize(("first_video", "first_pickle", "said"), [(1, 1, 0), (0, 0, 0), (0, 1, 1), (1, 0, 1)])
def test_focus_counts_from_0_or_1(maker, tmp_path, first_video, first_pickle, said):
    rig = [maker.camera(seed) for seed in (5, 6)]
    for place, own in enumerate(rig):
        maker.video(tmp_path / "hdVideos" / f"hd_00_{place + first_video:02d}.mp4", 4)
        maker.focus_pickle(tmp_path / "calibration" / f"camera{place + first_pickle}.pkl", own)
    with open_recording(tmp_path) as recording:
        assert recording.info.format == "focus"
        assert recording.info.camera_names == tuple(f"hd_00_{place + first_video:02d}" for place in (0, 1))
        assert len(recording.info.notes) == 1 + said
        for camera, own in zip(recording.cameras, rig, strict=True):
            pixels = project(maker.points_m() * 1000, camera)[0]
            np.testing.assert_allclose(pixels, own.project(maker.points_m()), atol=1e-6)


def test_plain_folder_of_a_video_and_an_image_folder(maker, tmp_path):
    maker.toml(tmp_path / "rig.toml", {"left": maker.camera(1), "right": maker.camera(2)})
    maker.video(tmp_path / "left.mp4", 8)
    maker.images(tmp_path / "right", [f"{n}.png" for n in range(8)], range(8))
    with open_recording(tmp_path) as recording:
        assert (recording.info.format, recording.info.fps) == ("folder", 25.0)
        assert numbers(maker, recording, 6) == [6, 6]


def test_images_without_a_rate_have_no_time(maker, tmp_path):
    maker.toml(tmp_path / "rig.toml", {"left": maker.camera(1)})
    maker.images(tmp_path / "left", ["0.png", "1.png"], range(2))
    with open_recording(tmp_path, format="folder") as recording:
        assert math.isnan(recording.info.fps)
        assert math.isnan(recording.read(1).time_s)


def test_random_order_backwards_and_forwards(maker, tmp_path):
    with open_recording(maker.pose2sim(tmp_path, (60, 60)), read_ahead=2) as recording:
        order = [*np.random.default_rng(3).permutation(60).tolist(), *range(59, -1, -1), *range(60), 5, 5, 4, 50, 49]
        for index in order:
            assert numbers(maker, recording, index) == [index, index]


def test_offsets(maker, tmp_path):
    maker.pose2sim(tmp_path, (30, 30))
    with open_recording(tmp_path, frame_offsets={"cam02": 4}) as recording:
        assert numbers(maker, recording, 0) == [0, 4]
        assert numbers(maker, recording, 25) == [25, 29]
        assert len(recording) == 26
        assert [opened.late_frames for opened in recording.info.opened] == [0, 4]
        assert "With these offsets the cameras have 26 frames in common." in recording.info.notes  # not: they differ in length
    with open_recording(tmp_path, frame_offsets={"cam02": -3}) as recording:
        assert numbers(maker, recording, 0) == [3, 0]
        assert len(recording) == 27
        assert "With these offsets frame 0 is frame 3 of the cameras that have none." in recording.info.notes
    with pytest.raises(SourceError, match="no camera cam09; its cameras are cam01, cam02"):
        open_recording(tmp_path, frame_offsets={"cam09": 1})
    with pytest.raises(SourceError, match=r"cam02\.mp4: no frame is left after its offset of 30"):
        open_recording(tmp_path, frame_offsets={"cam02": 30})


def test_different_lengths_stop_at_the_shortest_in_one_line(maker, tmp_path):
    with open_recording(maker.pose2sim(tmp_path, (30, 22))) as recording:
        assert len(recording) == 22
        _, note = recording.info.notes
        assert "cam01 30, cam02 22" in note
        assert "\n" not in note
        assert numbers(maker, recording, 21) == [21, 21]
        for index in (-1, 22):
            with pytest.raises(IndexError):
                recording.read(index)


def test_cameras_can_be_chosen_and_ordered(maker, tmp_path):
    maker.pose2sim(tmp_path, (9, 9, 9))
    with open_recording(tmp_path, cameras=["cam03", "cam01"]) as recording:
        assert recording.info.camera_names == ("cam03", "cam01")
        assert [camera.name for camera in recording.cameras] == ["cam03", "cam01"]
    with pytest.raises(SourceError, match="cam01 is named twice"):
        open_recording(tmp_path, cameras=["cam01", "cam01"])
    (tmp_path / "videos" / "cam02.mp4").unlink()
    with open_recording(tmp_path, cameras=["cam03", "cam01"]) as recording:
        assert len(recording) == 9


def test_frame_size_near_the_calibrated_one_is_said(maker, tmp_path):
    maker.pose2sim(tmp_path, (4,), size=(130, 96))
    maker.video(tmp_path / "videos" / "cam01.mp4", 4, size=(128, 96))
    with open_recording(tmp_path) as recording:
        assert (recording.cameras[0].width_px, recording.cameras[0].cx) == (128, 32.0)
        assert ["130x96" in note for note in recording.info.notes] == [False, True]
    maker.video(tmp_path / "videos" / "cam01.mp4", 4, size=(64, 96))
    with pytest.raises(SourceError, match=r"cam01\.mp4: the frames are 64x96 px.*130x96"):
        open_recording(tmp_path)


def remove(*parts):
    def change(folder):
        target = folder.joinpath(*parts)
        shutil.rmtree(target) if target.is_dir() else target.unlink()

    return change


FAULTS = {
    r"Calib\.qca\.txt.* no video in .*videos": remove("videos", "cam02.mp4"),
    r"calibration file; expected .*\*\.qca\.txt.* or ": remove("calibration"),
    r"The folder .*videos holds neither videos nor image folders": lambda f: [v.unlink() for v in f.glob("videos/*")],
    r"Calib\.qca\.txt has no camera for .*cam03\.mp4": lambda f: shutil.copy(f / "videos/cam01.mp4", f / "videos/cam03.mp4"),
    r"cam02\.mp4 can't be decoded": lambda f: (f / "videos/cam02.mp4").write_bytes(b"x" * 999),
    r"b\.qca\.txt is not a Qualisys calibration": lambda f: (f / "calibration/b.qca.txt").write_text("<a/>"),
    r"Calib\.qca\.txt is not a Qualisys calibration": lambda f: (f / "calibration/Calib.qca.txt").write_text("<a/>"),
    r"is not a recording that is known\. Known layouts – .*hdVideos": remove("videos"),
}


@pytest.mark.parametrize("reason", FAULTS)
def test_faulty_folders_say_what_is_wrong(maker, tmp_path, reason):
    FAULTS[reason](maker.pose2sim(tmp_path, (3, 3)))
    before = threading.active_count()
    with pytest.raises(SourceError, match=reason):
        open_recording(tmp_path)
    assert threading.active_count() == before


def test_a_folder_of_recordings_names_them(maker, tmp_path):
    for name in ("walk 10", "walk 9"):
        maker.pose2sim(tmp_path / name, (3, 3))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "today.txt").write_text("two walks")
    named = f"{tmp_path} is no recording itself, it holds {tmp_path / 'walk 9'}, {tmp_path / 'walk 10'}: open one"
    with pytest.raises(SourceError, match=re.escape(named)):
        open_recording(tmp_path)


@pytest.mark.parametrize(
    ("make", "format", "reason"),
    [
        (lambda f: None, "auto", "is empty"),
        (lambda f: f.rmdir(), "auto", r"take is not there"),
        (lambda f: None, "betacam", "Unknown recording format betacam; known are panoptic, focus"),
        (lambda f: (f / "hdVideos").mkdir(), "auto", r"has no calibration: expected calibration_\*\.json"),
        (lambda f: None, "focus", r"The folder .*hdVideos is missing"),
        (lambda f: None, "panoptic", r"must have one calibration_\*\.json, it has 0"),
        (lambda f: None, "pose2sim", r"The folder .*videos is missing"),
        (lambda f: None, "folder", "neither videos nor image folders"),
    ],
)
def test_wrong_folders_say_what_is_wrong(tmp_path, make, format, reason):
    folder = tmp_path / "take"
    folder.mkdir()
    make(folder)
    with pytest.raises(SourceError, match=reason):
        open_recording(folder, format)


def test_focus_without_one_of_its_files(maker, tmp_path):
    for number in (1, 2):
        maker.video(tmp_path / "hdVideos" / f"hd_00_0{number}.mp4", 3)
        maker.focus_pickle(tmp_path / "calibration" / f"camera{number}.pkl", maker.camera(number))
    spare = (tmp_path / "calibration" / "camera2.pkl").rename(tmp_path / "spare")
    with pytest.raises(CalibrationError, match=r"calibration of .*hd_00_02\.mp4 is missing: .* no camera2\.pkl"):
        open_recording(tmp_path)
    spare.rename(tmp_path / "calibration" / "camera2.pkl")
    (tmp_path / "hdVideos" / "hd_00_02.mp4").unlink()
    with pytest.raises(SourceError, match=r"Camera camera2 of .*calibration has no video"):
        open_recording(tmp_path)


def test_a_video_that_ends_early_ends_the_recording_there_and_says_so(maker, tmp_path):
    maker.qualisys(tmp_path / "calibration" / "Calib.qca.txt", ["cam01", "cam02"])
    whole = maker.video(tmp_path / "videos" / "cam01.avi", 60, code="MJPG")
    (tmp_path / "videos" / "cam02.avi").write_bytes(whole.read_bytes()[: int(whole.stat().st_size * 0.6)])
    with open_recording(tmp_path) as recording:
        count = len(recording)
        assert 25 < count < 45
        assert any(f"cam02.avi ends early: it announces 60 frames and holds {count}" in note for note in recording.info.notes)
        assert numbers(maker, recording, count - 1) == [count - 1, count - 1]


def test_a_damaged_frame_leaves_its_view_out_and_all_damaged_are_an_error(maker, tmp_path):
    maker.qualisys(tmp_path / "calibration" / "Calib.qca.txt", ["cam01", "cam02"])
    maker.video(tmp_path / "videos" / "cam01.avi", 20, code="MJPG")
    maker.spoil_frame(maker.video(tmp_path / "videos" / "cam02.avi", 20, code="MJPG"), 7)
    with open_recording(tmp_path) as recording:
        for index in (6, 7, 8, 7):
            frame = recording.read(index)
            assert maker.number(frame.images[0]) == index
            assert frame.missing == (False, index == 7)
            assert maker.number(frame.images[1]) == index or not frame.images[1].any()
    maker.spoil_frame(tmp_path / "videos" / "cam01.avi", 7)
    with open_recording(tmp_path) as recording, pytest.raises(SourceError, match=r"cam01\.avi: frame 7 can't be decoded"):
        recording.read(7)


def test_close_ends_the_threads_gives_memory_back_and_may_come_twice(maker, tmp_path, monkeypatch):
    before = threading.active_count()
    recording = open_recording(maker.pose2sim(tmp_path, (30, 30)), read_ahead=8)
    recording.read(3)
    assert threading.active_count() == before + 2
    threads = []  # left when memory is given back
    monkeypatch.setattr(memory, "give_back", lambda: threads.append(threading.active_count()))
    recording.close()
    recording.close()
    assert threads == [before]
    with pytest.raises(SourceError, match="is closed"):
        recording.read(4)


class SlowClip:
    """Frames that are given out one by one, and a record of what was asked for."""

    def __init__(self, path, count=50):
        self.path, self.frame_count, self.size_px, self.fps, self.notes = path, count, (2, 2), 25.0, ()
        self.asked: list[int] = []
        self.allowed = threading.Semaphore(0)
        self.entered = threading.Event()
        self.closed = threading.Event()

    def read(self, index):
        self.asked.append(index)
        self.entered.set()
        self.allowed.acquire()
        return np.full((2, 2, 3), index, np.uint8)

    def close(self):
        self.closed.set()


def test_decoding_runs_ahead_as_far_as_told(tmp_path):
    clip = SlowClip(tmp_path / "a.mp4")
    for _ in range(100):
        clip.allowed.release()
    reader = ReadAhead(clip, 3)
    reader.request(10)
    assert reader.get(10)[0, 0, 0] == 10
    reader.request(11)  # already decoded, or about to be
    assert reader.get(11)[0, 0, 0] == 11
    reader.request(14)
    reader.get(14)
    reader.stop()
    assert reader.join(2)
    assert clip.asked == list(range(10, 10 + len(clip.asked)))
    assert max(clip.asked) <= 17
    assert clip.closed.is_set()


def test_frames_at_equal_distances_are_decoded_ahead_without_those_between(tmp_path):
    clip = SlowClip(tmp_path / "a.mp4", 100)
    for _ in range(200):
        clip.allowed.release()
    reader = ReadAhead(clip, 2)
    for index in range(0, 60, 6):
        reader.request(index)
        assert reader.get(index)[0, 0, 0] == index
    reader.stop()
    assert reader.join(2)
    assert {0, 6, 12} <= set(clip.asked)
    assert [index for index in clip.asked if index > 12 + 2] == [i for i in range(18, 100, 6) if i in clip.asked]
    assert {18, 24, 30, 36, 42, 48, 54} <= set(clip.asked)


def test_going_forwards_keeps_nothing_behind_and_going_back_reads_several_frames_in_one_go(tmp_path):
    clip = SlowClip(tmp_path / "a.mp4")
    for _ in range(200):
        clip.allowed.release()
    reader = ReadAhead(clip, 0)
    for index in range(20, 31):
        reader.request(index)
        reader.get(index)
    assert list(reader._done) == [30]
    del clip.asked[:]
    last = 29
    for _ in range(2):
        for index in range(last, last - KEEP_BEHIND - 1, -1):
            reader.request(index)
            reader.get(index)
            assert clip.asked == list(range(last - KEEP_BEHIND, last + 1))
        del clip.asked[:]
        last -= KEEP_BEHIND + 1
    reader.stop()
    assert reader.join(2)


def test_closing_while_a_frame_is_being_decoded_does_not_hang(tmp_path):
    clip = SlowClip(tmp_path / "a.mp4")
    reader = ReadAhead(clip, 3)
    reader.request(5)
    failures: list[str] = []

    def wait() -> None:
        try:
            reader.get(5)
        except SourceError as error:
            failures.append(str(error))

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert clip.entered.wait(30)  # a thread told to stop before it began would just end
    reader.stop()
    assert not reader.join(0.1)  # stuck in the decoder
    waiting.join(30)
    assert not waiting.is_alive()
    assert "is closed" in failures[0]
    clip.allowed.release()
    assert reader.join(2)
    assert clip.closed.is_set()
