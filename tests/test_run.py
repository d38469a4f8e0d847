"""The main job from the command line: files, exit codes, sentences, interruption and resuming."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import types
from dataclasses import replace
from pathlib import Path

import pytest
from job_fakes import JobEstimator, JobSource

import run
from modules import composition
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.errors import SourceError
from modules.core.types import Lod
from modules.export.overlay_video import count_frames
from modules.export.poses_jsonl import read_poses

ROOT = Path(run.__file__).parent
FRAMES = 12


class Bench:
    """Runs the command on fakes; ``source`` and ``estimator`` are those of the last or next run."""

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        self.source = JobSource(frames=FRAMES)
        self.make_source = lambda: self.source
        self.estimators = []
        self.before_detect = lambda index: None
        monkeypatch.setattr(composition, "open_source", lambda config: self.source)
        monkeypatch.setattr(composition, "make_estimator", self._make_estimator)

    def _make_estimator(self, config):
        self.estimators.append(JobEstimator(self.before_detect))
        return self.estimators[-1]

    def __call__(self, *options, out="out"):
        return run.main(["--headless", "--out", str(self.folder / out), *options])

    def poses(self, out="out"):
        return (self.folder / out / "poses.jsonl").read_bytes()

    def frames(self, out="out"):
        """Frame numbers in poses.jsonl; the overlay must hold as many."""
        numbers = [result.frame_index for result in read_poses(self.folder / out / "poses.jsonl").results]
        assert count_frames(self.folder / out / "overlay.mp4") == len(numbers)
        return numbers


@pytest.fixture
def bench(tmp_path, monkeypatch):
    return Bench(tmp_path, monkeypatch)


def at_frame(wanted, act):
    def before(index):
        if index == wanted:
            act()

    return before


def test_whole_recording(bench, capsys):
    assert bench() == 0
    assert bench.frames() == list(range(FRAMES))
    assert (bench.folder / "out" / "contact_sheet.png").exists()
    said = capsys.readouterr().out
    assert "2 cameras (320x240), 12 frames at 20 fps" in said
    assert "12 frames computed" in said
    assert "3 people, 2.0 in a frame on average, 3 at most" in said  # 4 frames each of 1, 2 and 3 people
    assert "backbone 3, root_net 2" in said
    assert bench.source.closed


def test_default_folder_is_named_after_the_recording(bench, monkeypatch):
    monkeypatch.setattr(composition, "PROJECT_DIR", bench.folder)
    assert run.main(["--headless"]) == 0
    assert (bench.folder / "output" / "walks" / "poses.jsonl").exists()
    assert run.main(["--headless"]) == 0  # again: its own files are replaced


def test_part_of_the_frames_and_distance(bench):
    assert bench("--frames", "6:9", "--distance", "1000") == 0
    assert bench.frames() == [6, 7, 8]
    people = read_poses(bench.folder / "out" / "poses.jsonl").results[2].persons
    # frame 8: walker at x = -500 mm, the others at -1400 and 1300 mm
    assert [person.lod for person in sorted(people, key=lambda p: abs(p.root_world_mm[0]))] == [
        Lod.FULL, Lod.ROOT_ONLY, Lod.ROOT_ONLY,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "want"), [(None, (0, 12)), ("3:", (3, 12)), (":5", (0, 5)), (":", (0, 12)), ("0:12", (0, 12))]
)
def test_frames_that_are_there(text, want):
    assert run.parse_frames(text, 12) == range(*want)


@pytest.mark.parametrize("text", ["-3:5", "0:-1", "5:5", "7:3", "0:13", "12:", "3", "1:2:3", "a:b", "1.5:3"])
def test_frames_that_are_not(bench, capsys, text):
    assert bench(f"--frames={text}") == 1
    error = capsys.readouterr().err
    assert error.startswith(f"Error: --frames {text}")
    assert "Traceback" not in error
    assert list(bench.folder.iterdir()) == []


def test_people_keep_their_numbers_when_only_a_few_frames_are_computed_again(bench, tmp_path):
    config = tmp_path / "gap.yaml"
    config.write_text("TRACKING: {MAX_GAP_FRAMES: 2}")
    assert bench("--config", str(config), out="whole") == 0
    assert bench("--config", str(config), "--frames", ":9") == 0
    assert bench("--config", str(config), "--resume") == 0
    assert bench.estimators[-1].detects == list(range(6, 12))
    assert bench.estimators[-1].ids != bench.estimators[0].ids  # the estimator alone would have numbered otherwise
    assert bench.poses() == bench.poses("whole")


def test_interrupt_before_the_first_new_frame_keeps_the_old_ones(bench, tmp_path):
    assert bench("--frames", ":9") == 0
    before = bench.poses()
    bench.before_detect = at_frame(7, lambda: signal.raise_signal(signal.SIGINT))
    assert bench("--resume") == 130
    assert bench.estimators[-1].detects == list(range(8))
    assert bench.poses() == before
    assert bench.frames() == list(range(9))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_leaves_readable_files_and_resumes_to_the_same_end(bench, capsys, number):
    assert bench(out="whole") == 0
    handler = signal.getsignal(number)
    bench.before_detect = at_frame(9, lambda: signal.raise_signal(number))
    assert bench() == 130
    assert signal.getsignal(number) is handler
    assert "10 of 12 frames are in" in capsys.readouterr().out
    assert bench.frames() == list(range(10))
    bench.before_detect = lambda index: None
    assert bench("--resume") == 0
    assert "10 of 12 frames are already computed" in capsys.readouterr().out
    assert bench.poses() == bench.poses("whole")
    assert bench.frames() == list(range(FRAMES))


def test_second_interrupt_stops_in_the_frame(bench):
    bench.before_detect = at_frame(5, lambda: [signal.raise_signal(signal.SIGINT) for _ in range(2)])
    assert bench() == 130
    assert bench.frames() == list(range(5))


@pytest.mark.parametrize("frame", [0, 4])
def test_interrupt_inside_a_frame_loses_only_that_frame(bench, frame):
    def interrupt():
        raise KeyboardInterrupt

    bench.source.before_read = at_frame(frame, interrupt)
    assert bench() == 130
    if frame:
        assert bench.frames() == list(range(4))
    else:
        assert list((bench.folder / "out").iterdir()) == []


KILLED = """
import os, signal, sys
import run
from job_fakes import JobEstimator, JobSource
from modules import composition
composition.open_source = lambda config: JobSource(frames=12)
composition.make_estimator = lambda config: JobEstimator(lambda n: os.kill(os.getpid(), signal.SIGKILL) if n == 7 else None)
sys.exit(run.main(["--headless", "--out", sys.argv[1]]))
"""


def test_killed_run_resumes_to_the_same_end(bench):
    assert bench(out="whole") == 0
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    command = [sys.executable, "-c", KILLED, str(bench.folder / "out")]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not (bench.folder / "out" / "poses.jsonl").exists()
    assert bench("--resume") == 0
    assert bench.poses() == bench.poses("whole")
    assert bench.frames() == list(range(FRAMES))
    assert sorted(p.name for p in (bench.folder / "out").iterdir()) == ["contact_sheet.png", "overlay.mp4", "poses.jsonl"]


def test_resuming_a_finished_run_needs_no_network(bench):
    assert bench() == 0
    before = bench.poses()
    (bench.folder / "out" / "contact_sheet.png").unlink()
    assert bench("--resume") == 0
    assert len(bench.estimators) == 1
    assert bench.poses() == before
    assert (bench.folder / "out" / "contact_sheet.png").exists()


def test_resuming_without_an_earlier_run_starts_one(bench):
    assert bench("--resume") == 0
    assert bench.frames() == list(range(FRAMES))


def test_resuming_with_more_frames_goes_on(bench):
    assert bench(out="whole") == 0
    assert bench("--frames", ":5") == 0
    assert bench("--resume") == 0
    assert bench.poses() == bench.poses("whole")


@pytest.mark.parametrize("options", [["--distance", "900"], ["--frames", "2:12"], ["--config", "other.yaml"]])
def test_resuming_something_else_is_refused(bench, capsys, tmp_path, monkeypatch, options):
    monkeypatch.chdir(tmp_path)
    Path("other.yaml").write_text("MULTI_PERSON: {THRESHOLD: 0.5}")
    assert bench("--frames", ":4") == 0
    before = bench.poses()
    assert bench("--resume", *options) == 1
    assert "Can't resume" in capsys.readouterr().err
    assert bench.poses() == before


def test_recording_that_breaks_off_leaves_what_was_found(bench, capsys):
    def fail():
        raise SourceError("{file} ends early.", file="cam02.mp4")

    bench.source.before_read = at_frame(7, fail)
    assert bench() == 1
    error = capsys.readouterr().err
    assert "Error: cam02.mp4 ends early." in error
    assert "7 frames are in" in error
    assert "Traceback" not in error
    assert bench.frames() == list(range(7))
    assert bench.source.closed


def test_files_of_others_are_not_touched(bench, capsys):
    (bench.folder / "out").mkdir()
    (bench.folder / "out" / "overlay.mp4").write_text("mine")
    assert bench() == 1
    assert "choose another folder" in capsys.readouterr().err
    assert (bench.folder / "out" / "overlay.mp4").read_text() == "mine"


def test_notes_about_frames_are_said(bench, capsys, monkeypatch):
    refine = JobEstimator.refine

    def noting(self, detection, distance):
        result = refine(self, detection, distance)
        return replace(result, notes=("CUDA ran out of memory.",)) if result.frame_index == 3 else result

    monkeypatch.setattr(JobEstimator, "refine", noting)
    assert bench() == 0
    assert capsys.readouterr().err.count("CUDA ran out of memory.") == 1


def test_missing_demo_names_the_set_up(capsys, tmp_path):
    config = tmp_path / "c.yaml"
    config.write_text("SOURCE: {PATH: data/no_such_demo}")
    assert run.main(["--headless", "--config", str(config)]) == 1
    assert "quick_setup.py" in capsys.readouterr().err


def test_wrong_source_and_wrong_values_are_sentences(capsys, tmp_path):
    for options, words in (
        (["--source", str(tmp_path / "none")], str(tmp_path / "none")),
        (["--source", str(tmp_path)], str(tmp_path)),
        (["--config", str(tmp_path / "none.yaml")], "none.yaml"),
        (["--distance", "-5"], "LOD.DISTANCE_MM"),
        (["--set", "NETWORK.IMAGE_SISE=[288, 512]"], "NETWORK.IMAGE_SISE"),
        (["--set", "NETWORK.IMAGE_SIZE=[288, wide]"], "NETWORK.IMAGE_SIZE"),
        (["--set", "NETWORK.IMAGE_SIZE=[288"], "NETWORK.IMAGE_SIZE"),
    ):
        assert run.main(["--headless", *options]) == 1
        error = capsys.readouterr().err
        assert error.startswith("Error: ")
        assert words in error
        assert "Traceback" not in error


def test_without_a_display_the_window_says_how_to_go_on(capsys, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert run.main([]) == 1
    assert "--headless" in capsys.readouterr().err


def test_window_gets_configuration_and_recording(monkeypatch, tmp_path):
    seen = {}
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setitem(sys.modules, "poc_ui", types.SimpleNamespace(main=lambda **given: seen.update(given) or 0))
    changes = ["--set", "CACHE.MEMORY_MB=64", "--set", "LOD.DISTANCE_MM=7"]
    assert run.main(["--source", str(tmp_path), "--distance", "1500", *changes]) == 0
    assert seen["recording"] == tmp_path
    assert seen["config"].LOD.DISTANCE_MM == 1500.0  # an option of its own counts more
    assert seen["config"].CACHE.MEMORY_MB == 64
    assert seen["config_file"] == DEFAULT_CONFIG


def test_digest_knows_what_changes_results():
    base = load_config(None)
    same = load_config(None, {"RUNTIME.DEVICE": "cpu", "CACHE.MEMORY_MB": 64, "SOURCE.PATH": "/x", "LOD.DISTANCE_MM": 5.0})
    other = load_config(None, {"MULTI_PERSON.THRESHOLD": 0.31})
    offsets = load_config(None, {"SOURCE.FRAME_OFFSETS": {"cam01": 3}})
    digests = [composition.results_digest(config) for config in (base, same, other, offsets)]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3
