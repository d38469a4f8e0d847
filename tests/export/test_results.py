"""The results folder: its three files belong together, and nothing half-written has a final name."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager

import numpy as np
import pytest
from job_fakes import JobEstimator, JobSource

from modules.core.errors import ExportError
from modules.core.header import ResultsHeader
from modules.core.protocols import TakePerson
from modules.export import results
from modules.export.film import count_frames
from modules.export.poses_jsonl import read_poses
from modules.export.results import ResultsWriter, export_frames

NAMES = ["contact_sheet.png", "overlay.mp4", "poses.jsonl"]


@pytest.fixture
def source():
    return JobSource()


@pytest.fixture
def header(source):
    return ResultsHeader("walks", 20.0, source.cameras, (0.0, 0.0), "abc")


def fill(writer, source, frames):
    estimator = JobEstimator()
    for index in frames:
        frame = source.read(index)
        writer.write(frame, estimator.refine(frame, 0.0))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_files_get_their_names_together_when_closed(tmp_path, source, header):
    writer = ResultsWriter(tmp_path / "new" / "deeper", header)
    fill(writer, source, range(4))
    assert not set(names(writer.folder)) & set(NAMES)
    writer.close()
    writer.close()
    assert names(writer.folder) == NAMES
    assert writer.frames == 4
    assert len(read_poses(writer.folder / "poses.jsonl").results) == count_frames(writer.folder / "overlay.mp4") == 4
    assert len(writer.draw_ms) == 4


def test_rerun_replaces_its_own_files_only_at_the_end(tmp_path, source, header):
    for count in (4, 2):
        writer = ResultsWriter(tmp_path, header)
        (tmp_path / "notes.txt").write_text("mine")
        fill(writer, source, range(count))
        if count == 2:
            assert len(read_poses(tmp_path / "poses.jsonl").results) == 4
        writer.close()
    assert names(tmp_path) == sorted([*NAMES, "notes.txt"])
    assert len(read_poses(tmp_path / "poses.jsonl").results) == count_frames(tmp_path / "overlay.mp4") == 2


HOLDS = """
import sys
from pathlib import Path
from modules.core.files import Held
held = Held(Path(sys.argv[1]))
print(held.take(), flush=True)
sys.stdin.readline()
held.let_go()
"""


@contextmanager
def another_program_holds(path):
    """A lock file, from a process of its own."""
    program = [sys.executable, "-c", HOLDS, str(path)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "True\n"
        yield other
        other.kill()


def test_two_programs_do_not_write_into_one_folder_at_a_time(tmp_path, source, header):
    begun = dict.fromkeys(("poses.part.jsonl", "overlay.part.mp4", "contact_sheet.part.png"), b"of the other program")
    for name, content in begun.items():
        (tmp_path / name).write_bytes(content)
    with another_program_holds(tmp_path / results.WRITING):
        writer = ResultsWriter(tmp_path, header)
        with pytest.raises(ExportError, match=r"Another window or run writes into .* try again"):
            fill(writer, source, range(2))
        writer.abandon()
        assert {name: (tmp_path / name).read_bytes() for name in begun} == begun
    writer = ResultsWriter(tmp_path, header)  # the other one was killed
    fill(writer, source, range(2))
    with pytest.raises(ExportError, match="Another window or run"):
        fill(ResultsWriter(tmp_path, header), source, range(1))
    writer.close()
    assert names(tmp_path) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_files_of_others_are_never_overwritten(tmp_path, header, name):
    (tmp_path / name).write_text("somebody else's")
    with pytest.raises(ExportError, match=f"{name}, which this program did not write"):
        ResultsWriter(tmp_path, header)
    assert (tmp_path / name).read_text() == "somebody else's"


def test_folder_that_is_a_file_is_a_sentence(tmp_path, header):
    (tmp_path / "out").write_text("")
    with pytest.raises(ExportError, match="Can't make the folder"):
        ResultsWriter(tmp_path / "out", header)


def test_run_without_a_frame_leaves_the_older_results(tmp_path, source, header):
    writer = ResultsWriter(tmp_path, header)
    fill(writer, source, range(3))
    writer.close()
    before = {name: (tmp_path / name).read_bytes() for name in NAMES}
    ResultsWriter(tmp_path, header).close()
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before


def test_abandoned_files_leave_the_older_results(tmp_path, source, header):
    writer = ResultsWriter(tmp_path, header)
    fill(writer, source, range(4))
    writer.close()
    before = {name: (tmp_path / name).read_bytes() for name in NAMES}
    writer = ResultsWriter(tmp_path, header)
    fill(writer, source, range(2))
    writer.abandon()
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before


class Found:
    """Results of the fake estimator, frame 2 not among them; person 1 is said to be short."""

    def __init__(self, source):
        self.source, self.estimator = source, JobEstimator()

    def settle(self):
        """Nothing to settle."""

    def people(self):
        return (TakePerson(1, "", np.arange(2), True), TakePerson(2, "", np.arange(9), False))

    def result(self, index, lod_distance_mm):
        return None if index == 2 else self.estimator.refine(self.source.read(index), lod_distance_mm)


def test_export_leaves_out_short_people_and_frames_that_are_not_there(tmp_path, source, header):
    written = list(export_frames(Found(source), source, range(1, 6), 1000.0, ResultsWriter(tmp_path, header)))
    assert [result.frame_index for result in written] == [1, 3, 4, 5]
    again = read_poses(tmp_path / "poses.jsonl").results
    assert [[person.track_id for person in result.persons] for result in again] == [[], [], [2], [2]]
    assert {result.lod_distance_mm for result in again} == {1000.0}
    assert count_frames(tmp_path / "overlay.mp4") == 4


@pytest.mark.parametrize("stop", ["closed", "raised"])
def test_an_export_that_ends_early_changes_nothing(tmp_path, source, header, stop):
    list(export_frames(Found(source), source, range(5), 0.0, ResultsWriter(tmp_path, header)))
    before = {name: (tmp_path / name).read_bytes() for name in NAMES}
    exported = export_frames(Found(source), source, range(9), 0.0, ResultsWriter(tmp_path, header))
    next(exported)
    if stop == "closed":
        exported.close()
    else:
        with pytest.raises(IndexError):
            exported.throw(IndexError)
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before


def test_error_while_drawing_surfaces_and_the_poses_survive(tmp_path, source, header, monkeypatch):
    writer = ResultsWriter(tmp_path, header)

    def fail(frame, result):
        raise ExportError("no ink")

    monkeypatch.setattr(writer._sheet, "write", fail)
    with pytest.raises(ExportError, match="no ink"):
        fill(writer, source, range(10))
    written = writer.frames
    assert written <= 1 + results.DRAW_QUEUE
    with pytest.raises(ExportError, match="no ink"):
        writer.close()
    assert len(read_poses(tmp_path / "poses.jsonl").results) == written
