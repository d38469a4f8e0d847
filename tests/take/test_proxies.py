"""Small copies: the same picture, smaller; by themselves, within their bound, and never an error."""

from __future__ import annotations

import sqlite3
import threading

import numpy as np
import pytest
from job_fakes import JobSource

from modules.core.types import FrameSet
from modules.take.proxies import Proxies, shrink_by, shrunk


def picture(index: int, size=(1280, 960)) -> np.ndarray:
    """A smooth picture of its own for every frame."""
    y, x = np.mgrid[: size[1], : size[0]]
    return np.stack([x * 200 // size[0], y * 200 // size[1], np.full_like(x, 20 * index)], 2).astype(np.uint8)


@pytest.fixture
def source() -> JobSource:
    return JobSource(frames=8, views=2, size=(1280, 960))


def frame(source: JobSource, index: int) -> FrameSet:
    return FrameSet(index, index / 20, (picture(index), picture(index)[:, ::-1].copy()), source.cameras)


def put_all(proxies: Proxies, source: JobSource, indexes) -> None:
    for index in indexes:
        proxies.put(frame(source, index))
    proxies.close()


def test_a_copy_is_the_frame_made_smaller(tmp_path, source):
    put_all(Proxies(tmp_path / "p.sqlite", source, 100), source, [5, 1])
    again = Proxies(tmp_path / "p.sqlite", source, 100)
    assert list(again.frames()) == [1, 5]
    found = again.get(5)
    assert (found.index, found.time_s, found.shrunk) == (5, 0.25, 2)
    assert [image.shape for image in found.images] == [(480, 640, 3)] * 2
    expected = picture(5).reshape(480, 2, 640, 2, 3).mean((1, 3))
    assert np.abs(found.images[0].astype(float) - expected).mean() < 3
    assert np.abs(found.images[1].astype(float) - expected[:, ::-1]).mean() < 3
    assert again.get(0) is None
    again.close()


def test_copies_are_read_at_half_their_size_where_that_is_enough(tmp_path, source):
    put_all(Proxies(tmp_path / "p.sqlite", source, 100), source, [5])
    again = Proxies(tmp_path / "p.sqlite", source, 100)
    for least_px, by in ((1000, 2), (640, 2), (430, 2), (426, 4), (320, 4), (1, 4)):  # the copies are 640 px wide
        found = again.get(5, least_px)
        assert found.shrunk == by, least_px
    assert [image.shape for image in found.images] == [(240, 320, 3)] * 2
    expected = picture(5).reshape(240, 4, 320, 4, 3).mean((1, 3))
    assert np.abs(found.images[0].astype(float) - expected).mean() < 3  # and red is red
    again.close()


def test_shrinking_is_by_whole_numbers_and_odd_edges_are_left_out():
    assert shrink_by(((1088, 1920), (640, 480))) == 3
    assert shrink_by(((320, 240),)) == 1
    assert shrunk(picture(0, (1088, 1919)), 3).shape == (639, 362, 3)


@pytest.mark.parametrize(
    ("size", "by"), [((1088, 1920), 3), ((1087, 1919), 3), ((720, 960), 4), ((722, 963), 2), ((300, 200), 1)]
)
def test_a_copy_s_px_lie_where_the_frame_s_do(size, by):
    """On a ramp the mean of a block is its centre's value, whatever the blocks are made of."""
    ramp = np.linspace(0, 250, size[1])[:, None, None] + np.zeros((1, size[0], 3))
    height, width = size[1] // by, size[0] // by
    found = shrunk(np.round(ramp).astype(np.uint8), by)
    assert found.shape == (height, width, 3)
    centres = (np.arange(height) + 0.5) * by - 0.5
    assert np.abs(found[:, width // 2, 0] - 250 * centres / (size[1] - 1)).max() < 1.6
    across = shrunk(np.ascontiguousarray(np.round(ramp).astype(np.uint8).swapaxes(0, 1)), by)
    assert np.abs(across[width // 2, :, 0] - 250 * centres / (size[1] - 1)).max() < 1.6


def test_the_disk_is_bounded(tmp_path, source):
    one = Proxies(tmp_path / "one.sqlite", source, 100)
    put_all(one, source, [0])
    with sqlite3.connect(tmp_path / "one.sqlite") as connection:
        (size,) = connection.execute("SELECT bytes FROM frames").fetchone()
    bounded = Proxies(tmp_path / "p.sqlite", source, 2.5 * size / 1e6)
    put_all(bounded, source, range(8))
    with sqlite3.connect(tmp_path / "p.sqlite") as connection:
        frames, used = connection.execute("SELECT count(*), sum(bytes) FROM frames").fetchone()
    assert frames == 3  # the one that passes the bound is the last
    assert used < 3.5 * size
    none = Proxies(tmp_path / "none.sqlite", source, 0)
    put_all(none, source, [0])
    assert not (tmp_path / "none.sqlite").exists()


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be looked at" * 40, b""])
def test_what_is_no_file_of_copies_is_made_anew_or_left(tmp_path, source, content):
    path = tmp_path / "p.sqlite"
    path.write_bytes(content)
    proxies = Proxies(path, source, 100)
    put_all(proxies, source, [3])
    assert proxies.get(3) is None  # closed; and nothing was raised
    again = Proxies(path, source, 100)
    assert list(again.frames()) in ([3], [])
    again.close()


def test_copies_of_other_cameras_are_thrown_away(tmp_path, source):
    put_all(Proxies(tmp_path / "p.sqlite", source, 100), source, [3])
    other = Proxies(tmp_path / "p.sqlite", JobSource(frames=8, views=3, size=(1280, 960)), 100)
    assert list(other.frames()) == []
    other.close()


def test_copies_are_read_while_they_are_written(tmp_path, source):
    proxies = Proxies(tmp_path / "p.sqlite", source, 100)
    for index in range(8):
        proxies.put(frame(source, index))
    found = {index: proxies.get(index) for index in range(8)}
    assert all(copy is None or copy.index == index for index, copy in found.items())
    proxies.close()


def test_nothing_stays_beside_the_file_though_another_thread_has_read_it(tmp_path, source):
    put_all(Proxies(tmp_path / "p.sqlite", source, 100), source, range(4))
    proxies = Proxies(tmp_path / "p.sqlite", source, 100)
    closing, found = threading.Event(), []

    def read():
        while proxies.get(2) is not None:
            closing.set()
        found.extend(proxies.get(index) for index in range(4))

    reader = threading.Thread(target=read)
    reader.start()
    assert closing.wait(10)
    proxies.close()
    reader.join()
    assert found == [None] * 4
    assert [path.name for path in tmp_path.iterdir()] == ["p.sqlite"]


def test_who_asks_while_it_is_closed_opens_nothing_that_stays_open(tmp_path, source, monkeypatch):
    put_all(Proxies(tmp_path / "p.sqlite", source, 100), source, [2])
    proxies = Proxies(tmp_path / "p.sqlite", source, 100)
    read = proxies._read
    monkeypatch.setattr(proxies, "_read", lambda index: (proxies.close(), read(index))[1])  # between asking and reading
    assert proxies.get(2) is None
    assert [path.name for path in tmp_path.iterdir()] == ["p.sqlite"]
