"""The results folder: its three files belong together, and nothing half-written has a final name."""

from __future__ import annotations

import pytest
from job_fakes import JobEstimator, JobSource

from modules.core.errors import ExportError
from modules.export import results
from modules.export.overlay_video import count_frames
from modules.export.poses_jsonl import PosesHeader, read_poses
from modules.export.results import ResultsWriter, saved_poses

NAMES = ["contact_sheet.png", "overlay.mp4", "poses.jsonl"]


@pytest.fixture
def source():
    return JobSource()


@pytest.fixture
def header(source):
    return PosesHeader("walks", 20.0, source.cameras, (0.0, 0.0), "abc")


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


def test_killed_run_is_found_again(tmp_path, source, header):
    writer = ResultsWriter(tmp_path, header)
    assert saved_poses(tmp_path) is None
    fill(writer, source, range(3))
    saved = saved_poses(tmp_path)  # nothing was closed: what a killed run leaves
    assert saved.path.name == "poses.part.jsonl"
    assert len(saved.results) == 3
    writer.close()
    assert saved_poses(tmp_path).path.name == "poses.jsonl"


def test_run_killed_in_its_first_line_counts_as_none(tmp_path):
    (tmp_path / "poses.part.jsonl").write_text('{"schema":"selfpose3d-ui/po')
    assert saved_poses(tmp_path) is None


def test_going_on_redraws_and_appends(tmp_path, source, header):
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    writer = ResultsWriter(whole, header)
    fill(writer, source, range(6))
    writer.close()
    writer = ResultsWriter(halves, header)
    fill(writer, source, range(4))
    writer.close()
    saved = saved_poses(halves)
    writer = ResultsWriter(halves, header, saved)
    for result in saved.results:
        writer.redraw(source.read(result.frame_index), result)
    fill(writer, source, range(4, 6))
    writer.close()
    assert writer.frames == 6
    assert count_frames(halves / "overlay.mp4") == 6
    assert (halves / "contact_sheet.png").exists()
    assert len(read_poses(halves / "poses.jsonl").results) == 6
    assert names(halves) == NAMES


def test_interrupted_redrawing_changes_nothing(tmp_path, source, header):
    writer = ResultsWriter(tmp_path, header)
    fill(writer, source, range(4))
    writer.close()
    before = {name: (tmp_path / name).read_bytes() for name in NAMES}
    saved = saved_poses(tmp_path)
    writer = ResultsWriter(tmp_path, header, saved)
    writer.redraw(source.read(0), saved.results[0])
    writer.close()
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
