"""The functions for scripts, on a recording of fakes: compute, read, tables, files; and the example that the README shows."""

from __future__ import annotations

import runpy
import sys

import numpy as np
import pytest
from job_fakes import FIGURE, JobEstimator, JobSource

from modules import api, composition
from modules.core.errors import CheckpointError, ConfigError, ExportError, SourceError, UserError
from modules.core.skeleton import MID_HIP, RIGHT_WRIST
from modules.export.owner import OWNER

FRAMES = 12


@pytest.fixture
def recording(tmp_path, monkeypatch):
    """A recording of fakes whose take lies in the test's folder; ``opened`` opens it again."""
    estimators = []

    def make_estimator(config):
        estimators.append(JobEstimator(lambda index: None))
        return estimators[-1]

    monkeypatch.setattr(composition, "open_source", lambda config: JobSource(frames=FRAMES))
    monkeypatch.setattr(composition, "make_estimator", make_estimator)
    monkeypatch.setattr(composition, "check_weights", lambda config: None)  # the fake has none
    settings = {"TAKE__FOLDER": str(tmp_path / "takes"), "TAKE__SHORTEST_TRACK": 1, "MULTI_PERSON__RIG": ""}
    with api.open_recording(tmp_path, **settings) as opened:
        opened.estimators = estimators
        yield opened


def test_a_recording_is_computed_once_and_read_again(recording):
    seen = []
    assert len(recording) == FRAMES
    assert recording.compute(range(0, 6), lambda done, total: seen.append((done, total))) == 6
    assert seen[-1] == (6, 6)
    assert recording.compute() == 6
    assert recording.compute() == 0
    assert len(recording.estimators) == 2
    assert recording.computed.tolist() == list(range(FRAMES))
    assert [r.frame_index for r in recording.poses()] == list(range(FRAMES))
    path, raw = recording.results.path, api.positions_mm(recording.trajectories(raw=True))
    recording.close()
    with api.open_recording(path) as take:
        assert take.source is None
        assert take.name == recording.name
        assert len(take) == FRAMES
        np.testing.assert_array_equal(api.positions_mm(take.trajectories(raw=True)), raw)
        assert take.compute() == take.compute(range(3, 5)) == 0  # the same lines serve a recording and its take
        with pytest.raises(SourceError, match="results alone"):
            take.compute(range(FRAMES + 1))


def test_trajectories_hold_the_people_who_were_found(recording):
    recording.compute()
    raw = recording.trajectories(raw=True)
    positions = api.positions_mm(raw)
    assert positions.shape == (len(raw.people), FRAMES, 15, 3)
    first = positions[0]
    np.testing.assert_allclose(first - first[:, MID_HIP : MID_HIP + 1], np.broadcast_to(FIGURE, first.shape), atol=0.05)
    smooth = recording.trajectories(smoother="butterworth", cutoff_hz=5.0)
    assert (raw.method, smooth.method) == ("raw", "butterworth")
    with pytest.raises(ConfigError, match=r"MOTION\.SPLINES"):
        recording.trajectories(splines=3)


def test_tables_say_the_same_as_the_arrays(recording):
    recording.compute()
    motion = recording.trajectories()
    rows = api.table(motion)
    person = motion.people[0]
    assert len(rows) == len(motion.people) * FRAMES * 15
    one = rows[(rows.track_id == person.track_id) & (rows.joint == "right_wrist") & (rows.frame == 7)].iloc[0]
    np.testing.assert_allclose(one[["x_mm", "y_mm", "z_mm"]].astype(float), person.positions_world_mm[7, RIGHT_WRIST])
    assert one.state == "measured"
    assert one.time_s == pytest.approx(7 / 20)
    bent = api.angles(motion)
    assert len(bent) == len(motion.people) * FRAMES
    assert bent[bent.track_id == person.track_id].left_shoulder_elevation.iloc[3] == pytest.approx(90, abs=2)  # a T


def test_files_are_written_and_an_unknown_format_is_named(recording, tmp_path):
    recording.compute()
    files = recording.export(tmp_path / "files", ["csv", "c3d"], people=[1], frames=range(2, 9))
    assert sorted(file.suffix for file in files) == [".c3d", ".csv"]
    assert all(file.stat().st_size > 100 for file in files)
    with pytest.raises(ExportError, match="docx"):
        recording.export(tmp_path / "files", "docx")


def test_what_cannot_be_opened_is_said(tmp_path):
    with pytest.raises(UserError, match="nowhere"):
        api.open_recording(tmp_path / "nowhere.jsonl")
    with pytest.raises(ConfigError, match=r"NO\.SUCH"):
        api.open_recording(tmp_path, NO__SUCH=1)


def test_wrong_weights_are_told_before_a_take_is_made(tmp_path, monkeypatch):
    source = JobSource(frames=FRAMES)
    monkeypatch.setattr(composition, "open_source", lambda config: source)
    settings = {"TAKE__FOLDER": str(tmp_path / "takes"), "WEIGHTS__ROOT_NET": str(tmp_path / "gone.safetensors")}
    with pytest.raises(CheckpointError, match=r"gone\.safetensors"):
        api.open_recording(tmp_path, **settings)
    assert not (tmp_path / "takes").exists()
    assert source.closed


def test_nobody_is_an_empty_array_and_table(recording):
    nobody = recording.trajectories()
    assert api.positions_mm(nobody).shape == (0, 0, 15, 3)
    assert len(api.table(nobody)) == len(api.angles(nobody)) == 0


def test_the_example_of_the_readme_runs(recording, tmp_path, monkeypatch, capsys):
    recording.compute()
    monkeypatch.setattr(sys, "argv", ["walk", str(recording.results.path), str(tmp_path / "out")])
    runpy.run_module("modules.examples.walk", run_name="__main__")
    said = capsys.readouterr().out
    assert "wrist_m_s" in said
    assert "Person 1" in said
    assert {path.suffix for path in (tmp_path / "out").iterdir() if path.name != OWNER} == {".trc", ".c3d", ".csv"}


def test_motion_is_compared_with_files_of_other_programs(recording, tmp_path):
    recording.compute()
    motion = recording.trajectories(raw=True)
    for kind in ("trc", "c3d", "panoptic"):
        files = recording.export(tmp_path / kind, kind, raw=True)
        reference = api.read_reference(*files)
        table = api.distances(api.compare(motion, reference))
        assert set(table.columns) == {"track_id", "reference", "joint", "frames", "median_mm", "mean_mm", "p95_mm"}
        assert len(table) == 16 * len(motion.people)
        assert table.query("joint == 'all'").p95_mm.max() < 0.1
    with pytest.raises(ExportError, match="no TRC"):
        api.read_reference(tmp_path / "x.txt")
