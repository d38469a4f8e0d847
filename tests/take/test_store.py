"""What is put into a take is there again: at once, after opening it anew, after a death, in whatever order it came."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from modules.core.computed import State
from modules.core.errors import Note, TakeError
from modules.core.types import Lod
from modules.take import database
from modules.take.codec import decode, describe, encode
from modules.take.identity import PeopleRules
from modules.take.store import Take, merge, take_path
from tests.take.take_fakes import CAMERAS, computed, header
from tests.take.walks import Walker, film

NEAR, FAR = (500.0, 0.0), (3000.0, 0.0)


@pytest.fixture
def take(tmp_path):
    made = Take.find(tmp_path, header())
    yield made
    made.close()


def same(a, b):
    for name in ("states", "confidences", "roots_world_mm", "joints_world_mm"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    np.testing.assert_allclose(a.view_trust, b.view_trust, rtol=1e-3)


def test_a_frame_comes_back_bit_by_bit(tmp_path, take):
    frame = computed(3, NEAR, FAR)
    take.put(frame)
    take.close()
    found = Take(take.path).frame(3)
    same(frame, found)
    assert (found.frame_index, found.time_s, dict(found.timings_ms)) == (3, 0.12, {"backbone": 12.5})


def test_where_joints_are_seen_is_kept_and_missing_in_takes_of_before(take):
    off = np.random.default_rng(0).normal(0, 20, (2, 2, 15, 2)).astype(np.float32)
    frame = replace(computed(3, NEAR, FAR), seen_off_px=off)
    take.put(frame)
    take.flush()
    person = take.result(3, 0.0).persons[1]
    np.testing.assert_allclose(
        person.seen_px - person.joints_px, np.where(np.isnan(person.joints_px), np.nan, off[person.index]), atol=0.05
    )
    content = encode(frame)
    before = decode(3, 0.12, content[: -off.size * 2], describe(frame), ())
    same(frame, before)
    assert np.isnan(before.seen_off_px).all()
    np.testing.assert_allclose(decode(3, 0.12, content, describe(frame), ()).seen_off_px, off, atol=0.05)


def test_a_closed_take_is_one_file(take):
    for index in range(5):
        take.put(computed(index, NEAR))
    take.result(0, 0.0)
    take.close()
    assert [path.name for path in take.path.parent.iterdir()] == [take.path.name]


def test_numbers_are_kept_and_taken_up(take, monkeypatch):
    for index in range(8):
        take.put(computed(index, NEAR, FAR, seed=0))
    take.settle()
    take.close()
    monkeypatch.setattr(Take, "_read_frames", lambda self: pytest.fail("everything was read again"))
    again = Take(take.path, writable=False)
    assert [person.track_id for person in again.result(3, 0.0).persons] == [1, 2]
    with pytest.raises(pytest.fail.Exception):  # other rules may give other people
        Take(take.path, rules=PeopleRules(1.0, 2)).result(3, 0.0)


def test_listeners_hear_of_numbers_that_changed(tmp_path):
    heard = []
    take = Take.find(tmp_path, header(), PeopleRules(lost_s=1.0, shortest=1))
    take.listen(lambda change: heard.append(dict(change.renumbered)))
    frames, _ = film([Walker(lambda n: NEAR if n == 0 else None), Walker(lambda n: FAR)], 5, seed=1)
    assert frames[0].roots_world_mm[0, 0] == NEAR[0]
    for index in (2, 3, 4, 0):
        take.put(frames[index])
        take.flush()
    assert not any(heard)
    take.settle()
    # the other one is the surer one in frame 0: who was alone at first is second in the end
    assert heard[-1] == {1: 2, 2: 1}
    assert [person.track_id for person in take.result(4, 0.0).persons] == [2]
    take.close()


def test_notes_and_extra_joints_come_back(take):
    frame = replace(
        computed(0, NEAR),
        extra_names=("left_toe", "right_toe"),
        extra_world_mm=np.array([[[1.0, 2, 3], [np.nan] * 3]]),
        notes=(Note("{count} of {what}", count=2, what="them"),),
    )
    take.put(frame)
    take.flush()
    again = Take(take.path, writable=False)
    found = again.frame(0)
    assert again.header.extra_names == found.extra_names == ("left_toe", "right_toe")
    np.testing.assert_array_equal(found.extra_world_mm, frame.extra_world_mm)
    assert found.notes == ("2 of them",)
    assert found.notes[0].values == {"count": 2, "what": "them"}


def test_moving_the_distance_asks_the_take_first(take):
    take.put(computed(5, NEAR, FAR, within_mm=1000.0))
    take.flush()
    assert take.computed(1000.0).tolist() == take.computed(3000.0).tolist() == [5]
    assert take.computed(3000.1).tolist() == take.computed(0.0).tolist() == []
    assert [p.lod for p in take.result(5, 1000.0).persons] == [Lod.FULL, Lod.ROOT_ONLY]
    assert take.result(5, 3000.1) is None
    assert take.result(6, 1000.0) is None


def test_people_who_come_into_range_are_added_and_the_others_stay(take):
    take.put(computed(5, NEAR, FAR, within_mm=1000.0))
    take.flush()
    before = take.frame(5).joints_world_mm[0]
    take.put(computed(5, NEAR, FAR, seed=99))  # computed again: other noise
    take.flush()
    after = take.frame(5)
    np.testing.assert_array_equal(after.joints_world_mm[0], before)
    np.testing.assert_array_equal(after.joints_world_mm[1], computed(5, NEAR, FAR, seed=99).joints_world_mm[1])
    assert take.computed(0.0).tolist() == [5]
    take.put(computed(5, NEAR, FAR, within_mm=1000.0, seed=7))  # less than what is known
    take.flush()
    assert take.computed(0.0).tolist() == [5]


def test_other_people_replace_the_frame():
    known, new = computed(5, NEAR, FAR), computed(5, (520.0, 0.0), FAR)
    assert merge(known, new) is new
    assert merge(known, computed(5, NEAR)) is not known


def test_a_refused_pose_is_computed_but_not_shown(take):
    frame = computed(0, NEAR, FAR)
    take.put(replace(frame, states=np.array([State.REFUSED, State.POSED])))
    take.flush()
    assert take.computed(0.0).tolist() == [0]
    assert [person.index for person in take.result(0, 0.0).persons] == [1]
    assert [person.index for person in take.result(0, 400.0).persons] == [0, 1]  # beyond the distance nobody looked


def test_reprojections_are_the_cameras(take):
    take.put(computed(0, (0.0, 0.0)))
    person = take.result(0, 0.0).persons[0]
    # 5 m before the camera, at its height: the principal point; the second camera stands 300 mm to the right
    np.testing.assert_allclose(person.root_px, [[319.5, 239.5], [319.5 - 500 * 300 / 5000, 239.5]])


def test_a_result_is_there_before_it_is_on_disk_and_reported_after(take):
    heard, gate = [], threading.Event()
    writing = take._write

    def slow(frame, connection):
        gate.wait(5)
        writing(frame, connection)

    take._write = slow
    take.listen(heard.append)
    take.put(computed(4, NEAR))
    assert take.result(4, 0.0) is not None
    assert (take.computed(0.0).tolist(), heard) == ([], [])
    gate.set()
    take.flush()
    assert take.computed(0.0).tolist() == [4]
    assert [change.frame_index for change in heard] == [4]
    reader = Take(take.path, writable=False)
    assert reader.computed(0.0).tolist() == [4]


def test_other_settings_and_recordings_lie_beside(tmp_path, take):
    others = [
        header(config_digest="other"),
        header(frames=21),
        header(source={"fingerprint": "g", "offsets": {}}),
        header(source={"fingerprint": "f", "offsets": {"cam0": 1}}),
    ]
    assert len({take_path(tmp_path, other) for other in [header(), *others]}) == 5
    moved = header(source={"fingerprint": "f", "offsets": {}, "path": "/elsewhere"})
    assert take_path(tmp_path, moved) == take.path


def test_the_header_comes_back(tmp_path):
    made = Take.find(tmp_path, header(world='{"up": "y"}'))
    found = made.header
    made.close()
    assert (found.recording, found.fps, found.frame_count, found.world) == ("walks", 25.0, 20, '{"up": "y"}')
    for ours, theirs in zip(CAMERAS, found.cameras, strict=True):
        np.testing.assert_array_equal(ours.K, theirs.K)
        np.testing.assert_array_equal(ours.center_world_mm, theirs.center_world_mm)


@pytest.mark.parametrize("links", [True, False])
def test_a_take_that_another_program_made_meanwhile_is_kept(tmp_path, monkeypatch, links):
    if not links:
        monkeypatch.setattr(database.os, "link", lambda a, b: (_ for _ in ()).throw(PermissionError()))
    first = Take.find(tmp_path, header())
    first.put(computed(0, NEAR))
    first.flush()
    database.create(first.path, header())
    assert Take.find(tmp_path, header()).computed(0.0).tolist() == [0]
    first.close()
    assert not list(tmp_path.glob("*.part*"))


def test_readers_in_other_threads_see_whole_frames_while_it_is_filled(take):
    failures, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            for index in take.computed(0.0).tolist():
                if len(take.frame(index)) != index % 3 + 1:
                    failures.append(index)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for index in np.random.default_rng(0).permutation(20).tolist():
        take.put(computed(index, *[NEAR, FAR, (0.0, 1500.0)][: index % 3 + 1]))
    take.flush()
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert take.frames().tolist() == list(range(20))


def test_what_was_reported_survives_a_kill(tmp_path):
    code = f"""
import os, signal
from pathlib import Path
from modules.take.store import Take
from tests.take.take_fakes import computed, header
take = Take.find(Path({str(tmp_path)!r}), header(1000))
def report(change):
    print(change.frame_index, flush=True)
    if change.frame_index == 30:
        os.kill(os.getpid(), signal.SIGKILL)
take.listen(report)
for index in range(1000):
    take.put(computed(index, (500.0, 0.0)))
take.flush()
"""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, check=False
    )
    assert done.returncode == -9, done.stderr.decode()
    reported = [int(line) for line in done.stdout.split()]
    assert reported == list(range(31))
    take = Take.find(tmp_path, header(1000))
    assert set(reported) <= set(take.computed(0.0).tolist())
    for index in reported:
        same(take.frame(index), computed(index, NEAR))
    take.put(computed(999, NEAR))
    take.close()


def test_numbers_that_lack_another_program_s_frames_are_worked_out_anew(tmp_path):
    """Two programs fill one take: the one knows two people of the first half, the other somebody of the second."""
    rules = PeopleRules(lost_s=0.1, shortest=1)
    first, second = Take.find(tmp_path, header(), rules), Take.find(tmp_path, header(), rules)
    for take in (first, second):
        take.settle()  # reads what is there; later it knows of its own frames
    moved = ("states", "confidences", "roots_world_mm", "joints_world_mm", "view_trust")
    for n in range(4):
        pair = computed(n, NEAR, FAR, seed=1)
        order = [n % 2, 1 - n % 2]  # they stand in another order in each frame
        first.put(replace(pair, **{name: getattr(pair, name)[order] for name in moved}))
        second.put(computed(n + 12, NEAR, seed=2))
    for take in (first, second):
        take.settle()
        take.flush()
    first.close()
    second.close()
    again = Take.find(tmp_path, header(), rules)
    results = [again.result(n, 0.0) for n in range(4)]
    near = {p.track_id for result in results for p in result.persons if p.root_world_mm[0] == NEAR[0]}
    far = {p.track_id for result in results for p in result.persons if p.root_world_mm[0] == FAR[0]}
    assert len(near) == len(far) == 1
    assert near != far
    again.close()


def test_a_take_that_another_program_fills_is_shared_and_its_own_is_not(take):
    code = "import sys\nfrom pathlib import Path\nfrom modules.take.store import Take\n"
    code += "with_take = Take(Path(sys.argv[1]))\nprint(with_take.shared, Take(Path(sys.argv[1]), writable=False).shared)"
    again = Take(take.path)
    assert not take.shared
    assert not again.shared
    again.close()

    def from_elsewhere():
        return subprocess.run([sys.executable, "-c", code, take.path], capture_output=True, text=True, check=True).stdout

    assert from_elsewhere() == "True False\n"
    take.close()
    assert not list(take.path.parent.glob("*.lock"))
    assert from_elsewhere() == "False False\n"


def test_damage_is_said(tmp_path, take):
    take.put(computed(0, NEAR))
    take.close()
    connection = sqlite3.connect(take.path)
    connection.execute("UPDATE frames SET people=substr(people, 1, 40)")
    connection.commit()
    connection.close()
    with pytest.raises(TakeError, match="damaged"):
        Take(take.path).frame(0)
    take.path.write_bytes(b"not a database, but long enough to be one" * 100)
    with pytest.raises(TakeError, match="damaged"):
        Take(take.path)
    take.path.write_bytes(b"")
    with pytest.raises(TakeError, match="no take"):
        Take(take.path)
    take.path.unlink()
    with pytest.raises(TakeError, match="missing"):
        Take(take.path)


@pytest.mark.parametrize(("pragma", "reason"), [("application_id=7", "no take"), ("user_version=99", "newer version")])
def test_foreign_and_newer_files_are_refused(take, pragma, reason):
    take.close()
    connection = sqlite3.connect(take.path)
    connection.execute(f"PRAGMA {pragma}")
    connection.commit()
    connection.close()
    with pytest.raises(TakeError, match=reason):
        Take(take.path)


def test_a_take_in_use_is_said(take, monkeypatch):
    monkeypatch.setattr(database, "BUSY_S", 0.05)
    other = Take(take.path)
    blocker = sqlite3.connect(take.path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    other.put(computed(0, NEAR))
    with pytest.raises(TakeError, match="in use"):
        other.flush()
    assert other.result(0, 0.0) is None  # what could not be kept is not pretended to be there
    blocker.execute("ROLLBACK")
    other.put(computed(0, NEAR))
    other.close()
    assert take.frame(0) is not None


def fill_up(take: Take) -> None:
    """No page more for the take: SQLite then says what it says of a full disk."""
    (pages,) = take._writer._connection.execute("PRAGMA page_count").fetchone()
    assert take._writer._connection.execute(f"PRAGMA max_page_count={pages}").fetchone() == (pages,)


def test_a_full_disk_is_said_what_was_written_stays_and_goes_on_with_space(take):
    take.put(computed(0))
    take.flush()
    fill_up(take)

    def put_all() -> None:  # the next to put hears it, or who waits at the end
        for index in range(1, 400):
            take.put(computed(index))
        take.flush()

    with pytest.raises(TakeError, match="the disk is full"):
        put_all()
    with suppress(TakeError):  # of what was in the queue behind
        take.flush()
    there = take.computed(0.0).tolist()
    assert 0 in there
    assert len(there) < 400
    assert all(take.frame(index) is not None for index in there)
    take._writer._connection.execute("PRAGMA max_page_count=100000").fetchone()
    take.put(computed(399))
    take.flush()
    assert take.computed(0.0).tolist() == [*there, 399]


@pytest.mark.parametrize("where", ["frames", "numbers"])
def test_damage_inside_is_said_whatever_a_closing_writer_makes_of_it(tmp_path, where):
    made = Take.find(tmp_path, header())
    made.put(computed(0))
    made.settle()
    path = made.path
    made.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE frames" if where == "frames" else "UPDATE numbers SET stamp='{', content=x'00'")
    with pytest.raises(TakeError) as caught:
        Take.find(tmp_path, header())
    assert str(path) in str(caught.value)


def test_where_no_take_can_be_made_that_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TakeError, match=r"Can't make .*take.*TAKE\.FOLDER"):
        Take.find(tmp_path / "file" / "below", header())


@pytest.fixture
def nobody():
    """What root may do proves nothing: the test's second half runs as somebody who owns no files."""
    root = os.geteuid() == 0

    def become():
        if root:
            os.seteuid(65534)

    yield become
    if root:
        os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="folders that can't be written to are made otherwise there")
def test_a_take_in_a_read_only_folder_can_be_read(nobody):
    with tempfile.TemporaryDirectory() as folder:  # tmp_path lies where others may not look
        Path(folder).chmod(0o755)
        take = Take.find(Path(folder) / "disc", header())
        take.put(computed(0, NEAR))
        take.close()
        take.path.chmod(0o444)
        take.path.parent.chmod(0o555)
        nobody()
        reader = Take(take.path, writable=False)
        assert len(reader.frame(0)) == 1
        reader.close()
        with pytest.raises(TakeError, match="read-only"):
            Take(take.path)
        if os.getuid() == 0:
            os.seteuid(0)
        take.path.parent.chmod(0o755)


def test_codec_refuses_what_it_did_not_write():
    frame = computed(0, NEAR, FAR)
    people, about = encode(frame), describe(frame)
    for wrong in (b"", people[:-1], people + b"x", b"\xff" + people[1:]):
        with pytest.raises(ValueError, match="not a frame"):
            decode(0, 0.0, wrong, about, ())
    with pytest.raises(ValueError, match="not a frame"):
        decode(0, 0.0, people, "{}", ())
    assert len(people) / 2 < 3000
