"""Whose results a folder holds."""

from __future__ import annotations

import json

import pytest

from modules.core.errors import ExportError
from modules.export.owner import OWNER, check_motion, check_same, claim, claim_motion, folder_of, owner, source_of_poses
from modules.export.results import POSES


class Recording:
    """A recording's path and content; counts how often the content is asked for."""

    def __init__(self, path, content):
        self.path, self.content, self.asked = path, content, 0
        self.before = lambda folder: None

    def fingerprint(self):
        self.asked += 1
        return self.content

    def folder(self, parent):
        return folder_of(parent, self.path.name, self.path, self.fingerprint, self.before)

    def claimed(self, parent):
        folder = self.folder(parent)
        claim(folder, str(self.path), self.content)
        return folder


def test_recordings_of_one_name_have_folders_of_their_own(tmp_path):
    monday, tuesday = Recording(tmp_path / "monday/videos", "aa"), Recording(tmp_path / "tuesday/videos", "bb")
    out = tmp_path / "output"
    first = monday.claimed(out)
    assert first == out / "videos"
    second = tuesday.claimed(out)
    assert second.parent == out
    assert second.name.startswith("videos-")
    third = Recording(tmp_path / "wednesday/videos", "cc").claimed(out)
    assert len({first, second, third}) == 3
    assert (monday.folder(out), tuesday.folder(out)) == (first, second)


def test_a_folder_says_how_the_recording_of_its_poses_was_opened(tmp_path):
    assert source_of_poses(tmp_path) == {}
    claim(tmp_path, "/walks", "aa")
    plain = {"path": "/walks", "fingerprint": "aa", "format": "auto", "offsets": {}}
    assert source_of_poses(tmp_path) == plain
    claim(tmp_path, "/walks", "aa", {"format": "pose2sim", "offsets": {"cam2": -3}})
    claim(tmp_path, "/walks", "aa")  # whose it is, once more
    assert source_of_poses(tmp_path) == {**plain, "format": "pose2sim", "offsets": {"cam2": -3}}
    said = json.loads((tmp_path / OWNER).read_text())
    (tmp_path / OWNER).write_text(json.dumps({**said, "opened": {"offsets": {"cam1": "three", "cam2": 1}}}))
    assert source_of_poses(tmp_path)["offsets"] == {"cam2": 1}
    claim(tmp_path, "/walks", "aa", {"delays": {"cam2": [0.1, 0.0]}})
    assert source_of_poses(tmp_path)["delays"] == {"cam2": [0.1, 0.0]}
    (tmp_path / OWNER).write_text(json.dumps({**said, "opened": {"delays": {"cam1": "late", "cam2": [0.2, 0]}}}))
    assert source_of_poses(tmp_path)["delays"] == {"cam2": [0.2, 0]}
    (tmp_path / OWNER).write_text(json.dumps({**said, "opened": 5}))
    assert source_of_poses(tmp_path) == plain


def test_asking_makes_nothing_and_looks_at_the_content_only_where_the_path_does_not_tell(tmp_path):
    monday = Recording(tmp_path / "monday/videos", "aa")
    out = tmp_path / "output"
    assert monday.folder(out) == out / "videos"
    assert not out.exists()
    monday.claimed(out)
    before = monday.asked
    monday.folder(out)
    assert monday.asked == before


def test_a_recording_that_changed_or_moved_keeps_its_folder(tmp_path):
    out = tmp_path / "output"
    Recording(tmp_path / "monday/videos", "aa").claimed(out)
    second = Recording(tmp_path / "tuesday/videos", "bb").claimed(out)
    assert Recording(tmp_path / "monday/videos", "aa with one video more").folder(out) == out / "videos"
    assert Recording(tmp_path / "archive/videos", "aa").folder(out) == out / "videos"
    assert Recording(tmp_path / "archive/2/videos", "bb").folder(out) == second


def test_a_copy_beside_the_first_gets_a_folder_of_its_own(tmp_path):
    out, first = tmp_path / "output", tmp_path / "monday/videos"
    first.mkdir(parents=True)
    Recording(first, "aa").claimed(out)
    copy = Recording(tmp_path / "recalibrated/videos", "aa")
    assert copy.claimed(out) != out / "videos"
    (out / "videos" / POSES).write_text("")
    with pytest.raises(ExportError, match="another recording"):
        check_same(out / "videos", copy.path, copy.fingerprint, "videos")


def test_a_folder_that_does_not_say_whose_it_is_may_be_known_otherwise(tmp_path):
    """Results from before folders said so, and those whose note was damaged."""
    out, monday = tmp_path / "output", Recording(tmp_path / "monday/videos", "aa")
    tuesday = Recording(tmp_path / "tuesday/videos", "bb")
    monday.before = tuesday.before = {out / "videos": (str(monday.path), "aa")}.get
    assert monday.folder(out) == out / "videos"
    assert tuesday.folder(out) != out / "videos"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"path": 1}', b"\xff\xfe", b"null"])
def test_a_damaged_note_is_written_anew(tmp_path, content):
    out = tmp_path / "output"
    (out / "videos").mkdir(parents=True)
    (out / "videos" / OWNER).write_bytes(content)
    monday = Recording(tmp_path / "monday/videos", "aa")
    assert monday.claimed(out) == out / "videos"
    assert json.loads((out / "videos" / OWNER).read_text()) == {"path": str(monday.path), "fingerprint": "aa"}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"path": 1}', b"null", None])
def test_poses_of_whom_a_damaged_note_does_not_tell_are_not_replaced(tmp_path, content):
    if content is None:
        (tmp_path / OWNER).mkdir()
    else:
        (tmp_path / OWNER).write_bytes(content)
    check_same(tmp_path, tmp_path / "monday/videos", lambda: "aa", "videos")  # nothing is there that could be lost
    (tmp_path / POSES).write_text("")
    with pytest.raises(ExportError, match=rf"{OWNER} is damaged"):
        check_same(tmp_path, tmp_path / "monday/videos", lambda: "aa", "videos")
    if content is not None:
        (tmp_path / OWNER).unlink()
        check_same(tmp_path, tmp_path / "monday/videos", lambda: "aa", "videos")


def test_a_folder_that_cant_be_made_is_named(tmp_path):
    (tmp_path / "output").write_text("a file")
    with pytest.raises(ExportError, match="output"):
        Recording(tmp_path / "monday/videos", "aa").claimed(tmp_path / "output")


def test_poses_of_another_recording_are_not_replaced(tmp_path):
    Recording(tmp_path / "monday/videos", "aa").claimed(tmp_path / "out")
    folder = tmp_path / "out/videos"

    def check(path, content):
        check_same(folder, tmp_path / path, lambda: content, "videos")

    check("tuesday/videos", "bb")  # nothing is there that could be lost
    (folder / POSES).write_text("")
    check("monday/videos", "changed")
    check("moved/videos", "aa")
    with pytest.raises(ExportError, match=r"another recording .*monday/videos"):
        check("tuesday/videos", "bb")


def test_poses_that_do_not_say_whose_they_are_may_be_replaced(tmp_path):
    (tmp_path / POSES).write_text("")
    check_same(tmp_path, tmp_path / "tuesday/videos", lambda: "bb", "videos")


def test_motion_of_another_recording_of_the_name_is_not_replaced(tmp_path):
    folder = tmp_path / "exports"
    monday, tuesday = Recording(tmp_path / "monday/videos", "aa"), Recording(tmp_path / "tuesday/videos", "bb")
    walk = Recording(tmp_path / "walk", "cc")

    def check(recording):
        check_motion(folder, recording.path, recording.fingerprint, recording.path.name)

    for recording in (monday, walk):  # of different names: their files have different names too
        check(recording)
        claim_motion(folder, recording.path.name, (str(recording.path), recording.content))
    for recording in (monday, walk, Recording(tmp_path / "moved/videos", "aa")):
        check(recording)
    with pytest.raises(ExportError, match=r"another recording .*monday/videos"):
        check(tuesday)
    assert owner(folder) is None  # the folder itself is nobody's: poses of any recording with another name may come
    check_same(folder, tmp_path / "run", lambda: "dd", "run")
    with pytest.raises(ExportError, match=r"another recording .*monday/videos"):
        check_same(folder, tuesday.path, tuesday.fingerprint, "videos")
    claim(folder, str(monday.path), "aa changed")  # keeps what it says of motion
    with pytest.raises(ExportError, match="walk"):
        check_motion(folder, tmp_path / "other/walk", lambda: "ee", "walk")


def test_motion_does_not_go_into_the_folder_of_another_recording_of_the_name(tmp_path):
    """Written by a program that did not say yet whose the motion is."""
    Recording(tmp_path / "monday/videos", "aa").claimed(tmp_path)
    with pytest.raises(ExportError, match=r"another recording .*monday/videos"):
        check_motion(tmp_path / "videos", tmp_path / "tuesday/videos", lambda: "bb", "videos")
    check_motion(tmp_path / "videos", tmp_path / "tuesday/walk", lambda: "bb", "walk")


@pytest.mark.parametrize("motion", ["[]", '{"videos": 3}', '{"videos": {"path": "x"}}', "null"])
def test_damaged_words_on_motion_are_written_anew(tmp_path, motion):
    (tmp_path / OWNER).write_text(f'{{"path": "{tmp_path}", "fingerprint": "aa", "motion": {motion}}}')
    check_motion(tmp_path, tmp_path / "tuesday/videos", lambda: "bb", "videos")
    claim_motion(tmp_path, "videos", ("/tuesday/videos", "bb"))
    note = json.loads((tmp_path / OWNER).read_text())
    assert note["motion"]["videos"] == {"path": "/tuesday/videos", "fingerprint": "bb"}
    assert owner(tmp_path) == (str(tmp_path), "aa")
