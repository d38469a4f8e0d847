"""Frames pair by time where the files hold times: rates, gaps, late starts."""

from __future__ import annotations

import numpy as np
import pytest

from modules.core.errors import SourceError
from modules.focus.recordings import open_recording


@pytest.fixture
def rig(maker, tmp_path):
    def make(**times):
        """Videos with frames at these times, s; each carries its time in frames of 60 a second as its number."""
        maker.toml(tmp_path / "rig.toml", {name: maker.camera(seed) for seed, name in enumerate(times)})
        for name, taken in times.items():
            maker.av_video(tmp_path / f"{name}.mp4", list(taken), numbers=[round(60 * t) for t in taken])
        return tmp_path

    return make


def numbers(maker, recording):
    rows = []
    for index in range(len(recording)):
        frame = recording.read(index)
        rows.append([-1 if gone else maker.number(im) for im, gone in zip(frame.images, frame.missing, strict=True)])
    return np.array(rows)


def test_thirty_and_sixty_frames_a_second(maker, rig):
    folder = rig(slow=np.arange(20) / 30, fast=np.arange(40) / 60)
    with open_recording(folder) as recording:
        found = numbers(maker, recording)
        assert recording.info.fps == pytest.approx(60)
        assert recording.read(10).time_s == pytest.approx(10 / 60)
        assert any("differ in frames per second (slow 30, fast 60)" in note for note in recording.info.notes)
        assert any("The clock is fast's" in note for note in recording.info.notes)
        assert recording.info.clock == "fast"
    assert len(found) >= 39
    assert np.abs(found[:, 0] - found[:, 1]).max() <= 1  # never more than half a slow frame apart
    assert found[20].tolist() == [20, 20]
    with open_recording(folder, clock="slow") as recording:
        found = numbers(maker, recording)
        assert recording.info.fps == pytest.approx(30)
        assert found.tolist() == [[2 * n, 2 * n] for n in range(20)]
        assert recording.info.clock == "slow"


def test_dropped_frames_do_not_shift_those_that_follow(maker, rig):
    whole = np.arange(40) / 30
    lacking = np.delete(whole, [10, 11, 12, 25])
    with open_recording(rig(whole=whole, lacking=lacking)) as recording:
        found = numbers(maker, recording)
        assert any("lacking lacks 4 frames" in note for note in recording.info.notes)
    assert len(found) == 40
    assert found[39].tolist() == [78, 78]
    assert found[9].tolist() == [18, 18]
    assert found[11].tolist() == [22, -1]  # farther than a frame from any that it has: it sees nothing there
    there = found[:, 1] >= 0
    assert np.abs(found[there, 0] - found[there, 1]).max() <= 2


def test_a_rate_that_no_camera_has_is_told(maker, rig):
    folder = rig(one=np.arange(12) / 2000, other=np.arange(12) / 2000)
    with open_recording(folder) as recording:
        assert recording.info.fps > 1500
        assert any(f"The files say {recording.info.fps:.0f} frames a second." in note for note in recording.info.notes)
    with open_recording(rig(one=np.arange(12) / 240, other=np.arange(12) / 240)) as recording:
        assert not any("frames a second." in note for note in recording.info.notes)


def test_frames_and_milliseconds_of_one_camera_add_up_and_that_is_told(maker, rig):
    folder = rig(one=np.arange(40) / 50, other=np.arange(40) / 50)
    with open_recording(folder, frame_offsets={"other": 2}, delay_ms={"other": 100, "one": 20}) as recording:
        assert "other is put in step by 2 frames and by 100 ms, which add up." in recording.info.notes
        assert not any("one is put in step" in note for note in recording.info.notes)
        row = numbers(maker, recording)[0]
        assert row[1] - row[0] == pytest.approx(60 * (0.04 + 0.1 - 0.02), abs=1)
    with open_recording(folder, frame_offsets={"other": 2}) as recording:
        assert not any("add up" in note for note in recording.info.notes)


def test_a_varying_rate_follows_its_own_times(maker, rig):
    steps = np.random.default_rng(3).choice([1, 2, 3], 25)
    varying = np.concatenate([[0], np.cumsum(steps)]) / 60
    even = np.arange(int(60 * varying[-1]) + 1) / 60
    with open_recording(rig(even=even, varying=varying)) as recording:
        found = numbers(maker, recording)
    there = found[:, 1] >= 0
    assert there.mean() > 0.9
    assert np.abs(found[there, 0] - found[there, 1]).max() <= 2


def test_a_file_that_starts_late_by_its_own_clock(maker, rig):
    with open_recording(rig(early=np.arange(30) / 30, late=np.arange(10, 30) / 30)) as recording:
        found = numbers(maker, recording)
        assert any("late's file begins 0.333 s after the others" in note for note in recording.info.notes)
    assert found[0].tolist() == [20, 20]
    assert len(found) == 20
    assert (found[:, 0] == found[:, 1]).all()


def test_cameras_of_one_rate_go_frame_by_frame_and_offsets_are_frames(maker, rig):
    folder = rig(a=np.arange(20) / 30, b=np.arange(20) / 29.97)
    with open_recording(folder) as recording:
        assert numbers(maker, recording)[7].tolist() == [14, 14]
        assert not any("clock" in note for note in recording.info.notes)
    with open_recording(folder, frame_offsets={"b": 3}) as recording:
        assert numbers(maker, recording)[5].tolist() == [10, 16]


def test_offsets_count_in_frames_of_the_clock_where_rates_differ(maker, rig):
    folder = rig(slow=np.arange(20) / 30, fast=np.arange(40) / 60)
    with open_recording(folder, frame_offsets={"slow": 6}) as recording:
        found = numbers(maker, recording)
    assert np.abs(found[:, 0] - found[:, 1] - 6).max() <= 1


def test_a_clock_that_is_no_camera_is_told(rig):
    folder = rig(a=np.arange(5) / 30, b=np.arange(5) / 30)
    with pytest.raises(SourceError, match=r"SOURCE\.CLOCK names c; the cameras are a, b"):
        open_recording(folder, clock="c")


def test_gaps_in_image_numbers_are_time(maker, tmp_path):
    maker.panoptic_json(tmp_path / "calibration_seq.json", {f"00_{i:02d}": maker.camera(i) for i in (3, 6)})
    there = [0, 1, 2, 5, 6]
    for name in ("00_03", "00_06"):
        maker.images(tmp_path / "hdImgs" / name, [f"{name}_{n:08d}.jpg" for n in there], there)
    with open_recording(tmp_path) as recording:
        assert recording.read(3).time_s == pytest.approx(5 / 29.97)
    maker.toml(tmp_path / "mixed" / "rig.toml", {"left": maker.camera(1), "right": maker.camera(2)})
    maker.av_video(tmp_path / "mixed" / "left.mp4", [n / 25 for n in range(12)])
    kept = [0, 1, 2, 3, 7, 8, 9, 10, 11]
    maker.images(tmp_path / "mixed" / "right", [f"f{n}.png" for n in kept], kept)
    with open_recording(tmp_path / "mixed") as recording:
        assert numbers(maker, recording)[8].tolist() == [8, 8]
        assert numbers(maker, recording)[5].tolist() == [5, -1]


def test_times_rounded_to_milliseconds_are_an_even_rate(maker, tmp_path):
    # Matroska holds whole milliseconds: 60 frames a second are 0, 17, 33, 50 … ms, of which 17 ms is the usual step
    maker.toml(tmp_path / "rig.toml", {name: maker.camera(seed) for seed, name in enumerate(("a", "b"))})
    for name in ("a.mkv", "b.mkv"):
        maker.av_video(tmp_path / name, np.arange(100) / 60, rate=60)
    with open_recording(tmp_path) as recording:
        assert recording.info.fps == pytest.approx(60, rel=2e-3)
        assert not any("lacks" in note or "rate" in note or "differ" in note for note in recording.info.notes)
        assert len(recording) == 100
