"""Which recording a folder holds."""

from __future__ import annotations

import shutil

import pytest

from modules.focus.fingerprint import fingerprint


def images(folder, suffix, pictures):
    """A recording of two cameras with these pictures, bytes, each."""
    for camera in ("cam01", "cam02"):
        (folder / camera).mkdir(parents=True)
        for number, picture in enumerate(pictures):
            (folder / camera / f"{number:03d}{suffix}").write_bytes(picture)
    return folder


def picture(value, size=30000):
    """An uncompressed picture with something different in the middle."""
    return bytes(size // 2) + bytes([value]) * 10 + bytes(size // 2)


def test_uncompressed_images_of_one_size_are_told_apart_by_their_content(tmp_path):
    one = images(tmp_path / "one", ".bmp", [picture(1), picture(2)])
    other = images(tmp_path / "other", ".bmp", [picture(1), picture(3)])
    assert fingerprint(one) != fingerprint(other)
    assert fingerprint(one) == fingerprint(shutil.copytree(one, tmp_path / "copy"))


def test_of_many_images_a_few_are_read(tmp_path, monkeypatch):
    folder = images(tmp_path / "one", ".bmp", [picture(1)] * 60)
    read = []
    monkeypatch.setattr("modules.focus.fingerprint._pieces", lambda path, size: read.append(path) or b"")
    fingerprint(folder)
    assert 12 < len(read) <= 24
    assert {path.parent.name for path in read} == {"cam01", "cam02"}


@pytest.mark.parametrize(("suffix", "sizes"), [(".jpg", (100, 101, 102)), (".mp4", (500, 600, 700))])
def test_of_compressed_files_sizes_are_enough(tmp_path, monkeypatch, suffix, sizes):
    """As it always was: their takes are found again."""
    (tmp_path / "one").mkdir()
    for number, size in enumerate(sizes):
        (tmp_path / "one" / f"{number}{suffix}").write_bytes(bytes(size))
    monkeypatch.setattr("modules.focus.fingerprint._pieces", lambda path, size: pytest.fail("was read"))
    assert fingerprint(tmp_path / "one") == fingerprint(shutil.copytree(tmp_path / "one", tmp_path / "copy"))
    (tmp_path / "copy" / f"0{suffix}").write_bytes(bytes(sizes[0] + 1))
    assert fingerprint(tmp_path / "one") != fingerprint(tmp_path / "copy")
