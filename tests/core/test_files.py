"""Files from outside are read up to a limit and without waiting; new ones are never written through a link."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from modules.core.errors import CalibrationError, ExportError, SourceError
from modules.core.files import WRITING, exists, expanded, open_existing, open_new, open_regular, read_small, write_whole

posix = pytest.mark.skipif(sys.platform == "win32", reason="named pipes, devices and links of POSIX")


def test_a_small_file_is_read_whole_and_a_larger_one_refused(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b"x" * 100)
    assert read_small(path, limit_bytes=100) == b"x" * 100
    with pytest.raises(CalibrationError, match=r"a\.toml is larger than"):
        read_small(path, CalibrationError, limit_bytes=99)


def test_missing_files_folders_and_impossible_names_are_told(tmp_path):
    with pytest.raises(SourceError, match=r"nowhere\.toml is missing"):
        read_small(tmp_path / "nowhere.toml")
    with pytest.raises(SourceError, match="Can't read"):
        read_small(tmp_path)
    for name in ("n" * 5000, "a\0b"):
        with pytest.raises(SourceError, match="Can't read"):
            read_small(tmp_path / name)


@posix
def test_pipes_and_devices_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    for path in (tmp_path / "pipe.toml", Path("/dev/zero")):
        with pytest.raises(SourceError, match="not a regular file"):
            read_small(path)
    (tmp_path / "link").symlink_to("/dev/zero")
    with pytest.raises(SourceError, match="not a regular file"):
        open_regular(tmp_path / "link")


@posix
def test_a_new_file_replaces_a_planted_link_and_spares_its_target(tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("keep")
    (tmp_path / "soft.part").symlink_to(precious)
    os.link(precious, tmp_path / "hard.part")
    for name in ("soft.part", "hard.part", "plain.part"):
        with open_new(tmp_path / name) as file:
            file.write(b"new")
        assert (tmp_path / name).read_bytes() == b"new"
        assert not (tmp_path / name).is_symlink()
    assert precious.read_text() == "keep"


@posix
def test_going_on_in_a_file_refuses_links_pipes_and_second_names(tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("keep")
    (tmp_path / "soft").symlink_to(precious)
    os.mkfifo(tmp_path / "pipe")
    for name in ("soft", "pipe"):
        with pytest.raises(ExportError, match=f"Can't write .*{name}"):
            open_existing(tmp_path / name)
    os.link(precious, tmp_path / "hard")
    with pytest.raises(ExportError, match="second name"):
        open_existing(tmp_path / "hard")
    (tmp_path / "mine").write_text("line\n")
    with open_existing(tmp_path / "mine") as file:
        file.seek(0, 2)
        file.write(b"more\n")
        assert (tmp_path / "mine").read_text() == "line\nmore\n"  # unbuffered: there before it is closed


def test_a_folder_in_the_place_of_a_new_file_is_told(tmp_path):
    (tmp_path / "a.part").mkdir()
    with pytest.raises(ExportError, match=r"Can't write .*a\.part"):
        open_new(tmp_path / "a.part")


def test_unknown_users_and_overlong_paths_are_told():
    with pytest.raises(SourceError, match="~nobody_of_this_name/x; give the full path"):
        expanded("~nobody_of_this_name/x")
    with pytest.raises(SourceError, match="Can't read"):
        exists(Path("n" * 5000))


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "new" / "kept.json"
    write_whole(path, b"one")
    assert path.read_bytes() == b"one"

    def fail(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ExportError, match=r"kept\.json: No space left"):
        write_whole(path, b"two")
    assert path.read_bytes() == b"one"


def test_nothing_is_begun_while_the_process_ends(tmp_path):
    """Whoever ends the process at once holds ``WRITING``."""
    path = tmp_path / "kept.json"
    writer = threading.Thread(target=write_whole, args=(path, b"one"), daemon=True)
    with WRITING:
        writer.start()
        writer.join(0.2)
        assert list(tmp_path.iterdir()) == []
    writer.join(10)
    assert path.read_bytes() == b"one"
