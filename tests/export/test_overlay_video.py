"""The video: whole and readable, or not there."""

from __future__ import annotations

import errno
import os

import cv2
import numpy as np
import pytest
from job_fakes import JobEstimator, JobSource

from modules.core.errors import ExportError
from modules.core.palette import limb_color
from modules.core.skeleton import LEFT_SHOULDER, LEFT_WRIST, Side
from modules.export import film
from modules.export.film import count_frames
from modules.export.finish import part_path
from modules.export.mosaic import Fit, plan_layout
from modules.export.overlay_video import OverlayVideoWriter


def make(tmp_path, source, fps=20.0):
    return OverlayVideoWriter(tmp_path / "overlay.mp4", source.cameras, fps, "walks")


def write(writer, source, count):
    estimator = JobEstimator()
    for index in range(count):
        frame = source.read(index)
        writer.write(frame, estimator.refine(estimator.detect(frame), 0.0))


def read_all(path):
    video = cv2.VideoCapture(str(path))
    frames = []
    while True:
        ok, frame = video.read()
        if not ok:
            break
        frames.append(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
    fps = video.get(cv2.CAP_PROP_FPS)
    video.release()
    return frames, fps


def test_video_has_every_frame_at_the_recordings_rate_with_the_people_in_place(tmp_path):
    source = JobSource()
    writer = make(tmp_path, source)
    write(writer, source, 5)
    assert not writer.path.exists()
    writer.close()
    frames, fps = read_all(writer.path)
    assert len(frames) == 5
    assert fps == pytest.approx(20.0)
    layout = plan_layout(source.info.sizes_px)
    assert frames[0].shape[1::-1] == layout.size_px
    # frame 4's walker, its left forearm in view 1: a colour survives the codec within a few grey levels
    estimator = JobEstimator()
    person = [estimator.refine(source.read(n), 0.0) for n in range(5)][-1].persons[0]
    x, y = Fit.of((320, 240), layout.tile_px).apply((person.joints_px[1, LEFT_SHOULDER] + person.joints_px[1, LEFT_WRIST]) / 2)
    left, top = layout.corner_px(1)
    got = frames[4][top + round(float(y)), left + round(float(x))].astype(int)
    assert np.abs(got - limb_color(1, Side.LEFT)).max() < 30
    assert not part_path(writer.path).exists()


def test_unknown_rate_plays_at_thirty(tmp_path):
    source = JobSource()
    writer = make(tmp_path, source, fps=float("nan"))
    write(writer, source, 2)
    writer.close()
    assert read_all(writer.path)[1] == pytest.approx(30.0)


def test_abandoned_video_leaves_the_older_one(tmp_path):
    source = JobSource()
    (tmp_path / "overlay.mp4").write_bytes(b"older")
    writer = make(tmp_path, source)
    write(writer, source, 2)
    writer.abandon()
    assert [path.name for path in tmp_path.iterdir()] == ["overlay.mp4"]
    assert writer.path.read_bytes() == b"older"


def test_without_frames_there_is_no_file(tmp_path):
    make(tmp_path, JobSource()).close()
    assert list(tmp_path.iterdir()) == []


def test_video_with_missing_frames_is_refused(tmp_path):
    source = JobSource()
    writer = make(tmp_path, source)
    write(writer, source, 3)
    writer._film.frames += 1  # as if the encoder had lost one without a word
    with pytest.raises(ExportError, match="3 of 4 frames"):
        writer.close()
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_not_there_is_a_sentence(tmp_path):
    source = JobSource()
    with pytest.raises(ExportError, match=r"Can't write .*overlay"):
        write(OverlayVideoWriter(tmp_path / "none" / "overlay.mp4", source.cameras, 20.0, ""), source, 1)


def test_counting_a_file_that_is_no_video(tmp_path):
    (tmp_path / "x.mp4").write_bytes(b"no video")
    assert count_frames(tmp_path / "x.mp4") == 0


class Full:
    """A file on a disk that is full after some bytes."""

    def __init__(self, file, room):
        self._file, self._room = file, room

    def write(self, content):
        self._room -= len(content)
        if self._room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._file.write(content)

    def __getattr__(self, name):
        return getattr(self._file, name)


@pytest.mark.parametrize("room", [0, 3000])
def test_a_full_disk_is_said_and_nothing_is_left_on_it(tmp_path, monkeypatch, room):
    real = film.open_new
    monkeypatch.setattr(film, "open_new", lambda path: Full(real(path), room))
    writer = make(tmp_path, JobSource(frames=12))

    def fill():
        write(writer, JobSource(frames=12), 12)
        writer.close()

    with pytest.raises(ExportError, match=r"overlay.part.mp4: No space left on device"):
        fill()
    writer.abandon()
    assert list(tmp_path.iterdir()) == []
