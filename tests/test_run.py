"""The main job from the command line: files, exit codes, sentences, interruption and resuming."""

from __future__ import annotations

import gc
import logging
import os
import signal
import subprocess
import sys
import threading
import types
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from job_fakes import JobEstimator, JobSource

import run
from modules import composition, headless
from modules.composition import places
from modules.core.config import DEFAULT_CONFIG
from modules.core.errors import DeviceError, Note, SourceError
from modules.core.files import Held
from modules.core.rig import Finding, RigReport, Subject, Verdict
from modules.core.types import Lod
from modules.export.film import count_frames
from modules.export.poses_jsonl import read_poses
from modules.take.store import Take

ROOT = Path(run.__file__).parent
#: A library of each program, imported in its first second, and what is there in its place: somebody presses Ctrl-C.
PRESSES = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nfor _ in range(1000): pass\nraise SystemExit(3)\n"
FRAMES = 12
REAL_OPEN_SOURCE = composition.open_source


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
        self.check_weights, self.weights_checked = composition.check_weights, 0
        monkeypatch.setattr(composition, "check_weights", self._check_weights)

    def _make_estimator(self, config):
        self.estimators.append(JobEstimator(self.before_detect))
        return self.estimators[-1]

    def _check_weights(self, config):
        self.weights_checked += 1

    def settings(self, out):
        # the fake estimator measures the LoD distance from the world's origin, whatever the rig
        values = [f"TAKE.FOLDER={self.folder / 'takes' / out}", "MULTI_PERSON.RIG=", "LOD.ORIGIN_XY_MM=[0, 0]"]
        values += ["TAKE.SHORTEST_TRACK=1", "RIG.CHECK=false"]
        return [part for value in values for part in ("--set", value)]

    def __call__(self, *options, out="out"):
        return run.main(["--headless", "--out", str(self.folder / out), *self.settings(out), *options])

    def files(self, out="out"):
        return {path.name: path.read_bytes() for path in (self.folder / out).iterdir()}

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
    assert "take-" in said
    assert "backbone 3, root_net 2" in said
    assert bench.source.closed


def test_networks_are_loaded_beside_the_rig_check_and_not_where_all_is_computed(bench, monkeypatch):
    asked = threading.Event()
    make = composition.make_estimator

    def tells(config):
        asked.set()
        return make(config)

    def waits(config, source):
        began.append(asked.wait(0 if began else 20))
        return source, None

    began: list[bool] = []
    monkeypatch.setattr(composition, "make_estimator", tells)
    monkeypatch.setattr(composition, "put_right", waits)
    assert bench() == 0
    asked.clear()
    assert bench() == 0
    assert began == [True, False]
    assert len(bench.estimators) == 1
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_what_the_rig_check_proposes_is_said_again_below_the_files(bench, monkeypatch, capsys):
    late = Finding(Subject.TIME, Verdict.PROPOSED, Note("Camera {camera} is late.", camera="cam2"))
    floor = Finding(Subject.FLOOR, Verdict.APPLIED, Note("The floor is lower."))
    report = RigReport((1,), 9, (), (late, floor))
    monkeypatch.setattr(composition, "put_right", lambda config, source: (source, report))
    assert bench() == 0
    said = capsys.readouterr().out
    assert said.rstrip().endswith("Not right yet: Camera cam2 is late.")
    assert said.count("The floor is lower.") == 1


def test_default_folder_is_named_after_the_recording(bench, monkeypatch):
    monkeypatch.setattr(places, "PROJECT_DIR", bench.folder)
    assert run.main(["--headless", "--no-rig-check"]) == 0
    assert (bench.folder / "output" / "walks" / "poses.jsonl").exists()
    assert run.main(["--headless", "--no-rig-check"]) == 0  # again: its own files are replaced


def test_part_of_the_frames_and_distance(bench):
    assert bench("--frames", "6:9", "--distance", "1000") == 0
    assert bench.frames() == [6, 7, 8]
    people = read_poses(bench.folder / "out" / "poses.jsonl").results[2].persons
    # frame 8: walker at x = -500 mm, the others at -1400 and 1300 mm
    assert [person.lod for person in sorted(people, key=lambda p: abs(p.root_world_mm[0]))] == [
        Lod.FULL, Lod.ROOT_ONLY, Lod.ROOT_ONLY,
    ]  # fmt: skip


def test_files_of_more_frames_are_not_replaced_without_a_word(bench, capsys):
    word = "holds the files of frames 0 to 11: this run replaces them by those of frames 2 to 4."
    assert bench() == 0
    assert bench() == 0  # the same frames
    assert "replaces" not in capsys.readouterr().out
    bench.before_detect = lambda index: pytest.fail("the take has it")
    assert bench("--frames", "2:5") == 0
    said = capsys.readouterr().out
    assert f"{bench.folder / 'out'} {word}" in said
    assert said.index(word) < said.index("already computed")
    assert bench() == 0
    assert "replaces" not in capsys.readouterr().out  # more than there was
    assert bench.frames() == list(range(FRAMES))


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (None, (0, 12)),
        ("3:", (3, 12)),
        (":5", (0, 5)),
        (":", (0, 12)),
        ("0:12", (0, 12)),
        ("-3:", (9, 12)),
        ("2:-1", (2, 11)),
        ("-12:-11", (0, 1)),
    ],
)
def test_frames_that_are_there(text, want):
    assert headless.parse_frames(text, 12) == range(*want)


@pytest.mark.parametrize("text", ["-3:5", "-13:", "0:-12", "5:5", "7:3", "0:13", "12:", "3", "1:2:3", "a:b", "1.5:3"])
def test_frames_that_are_not(bench, capsys, text):
    assert bench(f"--frames={text}") == 1
    error = capsys.readouterr().err
    assert error.startswith(f"Error: --frames {text}")
    assert "Traceback" not in error
    assert list(bench.folder.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_goes_on_to_the_same_end(bench, capsys, number):
    assert bench(out="whole") == 0
    handler = signal.getsignal(number)
    bench.before_detect = at_frame(9, lambda: signal.raise_signal(number))
    assert bench() == 130
    assert signal.getsignal(number) is handler
    assert "10 of 12 frames are computed" in capsys.readouterr().out
    assert bench.files() == {}
    bench.before_detect = lambda index: None
    assert bench("--resume") == 0
    assert "10 of 12 frames are already computed" in capsys.readouterr().out
    assert bench.estimators[-1].detects == [10, 11]
    assert bench.files() == bench.files("whole")


def test_files_do_not_depend_on_how_the_frames_were_come_by(bench):
    assert bench(out="whole") == 0
    for part in ("8:", "3:6", "0:1"):
        assert bench("--frames", part, "--distance", "900") == 0
    assert bench() == 0
    # in frames 3 nobody was beyond the distance, in the others somebody came into range
    assert sorted(bench.estimators[-1].detects) == [0, 1, 2, *range(4, 12)]
    assert bench("--frames", ":") == 0
    assert len(bench.estimators) == 5  # nothing was left to do
    assert bench.files() == bench.files("whole")


def test_second_interrupt_stops_in_the_frame(bench, capsys):
    bench.before_detect = at_frame(5, lambda: [signal.raise_signal(signal.SIGINT) for _ in range(2)])
    assert bench() == 130
    assert "5 of 12 frames are computed" in capsys.readouterr().out


def test_interrupt_while_files_are_written_leaves_the_older_ones(bench, capsys):
    assert bench("--frames", ":4") == 0
    before = bench.files()
    assert bench("--frames", ":9") == 0
    assert bench("--frames", ":4") == 0
    bench.source.before_read = at_frame(6, lambda: signal.raise_signal(signal.SIGINT))
    assert bench("--frames", ":9") == 130
    assert "no files were written" in capsys.readouterr().out
    assert bench.files() == before


KILLED = """
import os, signal, sys
import run
from job_fakes import JobEstimator, JobSource
from modules import composition, headless
from modules.composition import places
composition.open_source = lambda config: JobSource(frames=12)
composition.make_estimator = lambda config: JobEstimator(lambda n: os.kill(os.getpid(), signal.SIGKILL) if n == 7 else None)
sys.exit(run.main(["--headless", "--out", sys.argv[1], *sys.argv[2:]]))
"""


def test_killed_run_goes_on_to_the_same_end(bench):
    assert bench(out="whole") == 0
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    command = [sys.executable, "-c", KILLED, str(bench.folder / "out"), *bench.settings("out")]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not (bench.folder / "out" / "poses.jsonl").exists()
    assert bench() == 0
    assert bench.files() == bench.files("whole")


def test_a_finished_run_needs_no_network(bench):
    assert bench() == 0
    before = bench.files()
    (bench.folder / "out" / "contact_sheet.png").unlink()
    assert bench() == 0
    assert len(bench.estimators) == 1
    assert bench.files() == before


@pytest.mark.parametrize("key", ["BACKBONE", "ROOT_NET", "REFINE_NET"])
def test_weights_that_are_none_are_told_before_anything_is_made(bench, monkeypatch, capsys, key):
    monkeypatch.setattr(composition, "check_weights", bench.check_weights)
    weights = bench.folder / "spoiled.safetensors"
    weights.write_bytes(b"these are no weights")
    assert bench("--set", f"WEIGHTS.{key}={weights}") == 1
    assert str(weights) in capsys.readouterr().err
    assert list(bench.folder.iterdir()) == [weights]


def test_weights_are_looked_at_before_only_where_there_is_no_take(bench):
    assert bench("--frames", ":4") == 0
    assert bench.weights_checked == 1
    assert bench() == 0
    assert bench.weights_checked == 1


def test_to_write_what_is_not_computed_makes_nothing(bench, capsys):
    assert run.main(["--export", "trc", *bench.settings("out")]) == 1
    assert "Nothing is computed yet of walks; add --headless." in capsys.readouterr().err
    assert list(bench.folder.iterdir()) == []


def test_a_file_of_poses_without_a_frame_has_nothing_to_export(bench, capsys):
    assert bench("--frames", ":2") == 0
    empty = bench.folder / "empty.jsonl"
    empty.write_bytes(bench.poses().splitlines(keepends=True)[0])
    capsys.readouterr()
    assert run.main(["--source", str(empty), "--export", "trc", "--out", str(bench.folder / "trc")]) == 1
    assert capsys.readouterr().err == f"Error: {empty} holds no frame: there is nothing to export.\n"


def test_what_is_logged_while_a_bar_is_shown_has_a_line_of_its_own(bench, capsys):
    bench.before_detect = at_frame(5, lambda: logging.getLogger("modules.focus.video").warning("cam02: frames 5 to 6"))
    bench.source.before_read = at_frame(7, lambda: logging.getLogger("modules.focus.video").warning("cam02: frames 7 to 8"))
    assert bench() == 0
    said = capsys.readouterr().err
    assert "\rcam02: frames 5 to 6\n" in said
    assert said.count("\rcam02: frames 7 to 8\n") == 2  # while it is computed and while it is written


def test_fresh_computes_again(bench):
    assert bench() == 0
    before = bench.files()
    assert bench("--fresh", "--frames", "2:5") == 0
    assert bench.estimators[-1].detects == [2, 3, 4]
    assert bench() == 0
    assert len(bench.estimators) == 2
    assert bench.files() == before


def kept(bench, out="out"):
    (path,) = (bench.folder / "takes" / out).rglob("take-*.sqlite")
    with closing(Take(path, writable=False)) as take:
        return take.frames().tolist()


def test_fresh_keeps_the_old_frames_until_there_are_new_ones(bench, capsys, monkeypatch):
    assert bench() == 0

    def fail(config):
        raise DeviceError("No such device.")

    with monkeypatch.context() as failing:
        failing.setattr(composition, "make_estimator", fail)
        assert bench("--fresh") == 1
    assert kept(bench) == list(range(FRAMES))
    before = bench.files()
    capsys.readouterr()
    bench.before_detect = at_frame(3, lambda: signal.raise_signal(signal.SIGINT))
    assert bench("--fresh") == 130
    assert "4 of 12 frames are computed anew" in capsys.readouterr().out
    assert kept(bench) == list(range(FRAMES))
    bench.before_detect = lambda index: None
    assert bench("--fresh") == 0
    assert bench.estimators[-1].detects == list(range(FRAMES))
    assert bench.files() == before


def test_a_file_that_is_no_take_is_called_so(capsys):
    assert run.main(["--export", "trc", "--source", run.__file__]) == 1
    assert "run.py is no take of this program" in capsys.readouterr().err


def test_other_settings_are_computed_beside(bench, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text("MULTI_PERSON: {THRESHOLD: 0.5}")
    assert bench() == 0
    before = bench.files()
    assert bench("--config", str(other)) == 0
    assert bench.estimators[-1].detects == list(range(12))
    assert bench() == 0
    assert len(bench.estimators) == 2
    assert bench.files() == before
    assert len(list((bench.folder / "takes" / "out" / "walks").glob("take-*.sqlite"))) == 2


def test_recording_that_breaks_off_keeps_what_was_found(bench, capsys):
    def fail():
        raise SourceError("{file} ends early.", file="cam02.mp4")

    bench.source.before_read = at_frame(7, fail)
    assert bench() == 1
    error = capsys.readouterr().err
    assert "Error: cam02.mp4 ends early." in error
    assert "7 of 12 frames are computed" in error
    assert "Traceback" not in error
    assert bench.source.closed
    assert bench("--frames", ":7") == 0
    assert len(bench.estimators) == 1
    assert bench.frames() == list(range(7))


def test_files_of_others_are_not_touched(bench, capsys):
    (bench.folder / "out").mkdir()
    (bench.folder / "out" / "overlay.mp4").write_text("mine")
    assert bench() == 1
    assert "choose another folder" in capsys.readouterr().err
    assert (bench.folder / "out" / "overlay.mp4").read_text() == "mine"
    assert not any(estimator.detects for estimator in bench.estimators)


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


def test_motion_is_written_with_the_job_and_from_what_is_there(bench, capsys, tmp_path):
    assert bench("--frames", ":6", "--export", "trc,c3d", "--smooth", "raw") == run.DONE
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"walks.c3d", "walks_Person1.trc", "poses.jsonl"} <= names
    loads = len(bench.estimators)
    take = [*bench.settings("out"), "--export", "csv", "--out", str(tmp_path / "later")]
    assert run.main([*take, "--people", "1", "--range", "2:5"]) == run.DONE
    lines = (tmp_path / "later" / "walks.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["frame", "2", "3", "4"]
    assert "p2_" not in lines[0]
    poses = [*bench.settings("none"), "--source", str(tmp_path / "out" / "poses.jsonl"), "--out", str(tmp_path / "poses")]
    assert run.main([*poses, "--export", "csv_tidy", "--smooth", "none"]) == run.DONE
    assert (tmp_path / "poses" / "walks_tidy.csv").exists()
    assert len(bench.estimators) == loads  # nothing was computed for it


def test_motion_that_cant_be_written_is_told(bench, capsys, tmp_path):
    assert run.main([*bench.settings("none"), "--export", "trc"]) == run.USER_ERROR
    assert "add --headless" in capsys.readouterr().err
    assert run.main(["--export", "fbx"]) == run.USER_ERROR
    assert "Unknown format fbx" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run.main(["--export", "trc", "--range", "three"])


def test_results_are_known_by_their_content_not_by_their_name(bench, tmp_path):
    assert bench() == 0
    poses, take = tmp_path / "poses.txt", tmp_path / "take.jsonl"
    poses.write_bytes(bench.poses())
    take.write_bytes(next((bench.folder / "takes").rglob("take-*.sqlite")).read_bytes())
    for path in (poses, take):
        with closing(composition.open_results(path)) as results:
            assert len(results.computed(0.0)) == FRAMES


def test_a_file_of_poses_knows_its_recording_by_its_folder(bench, monkeypatch, capsys):
    monkeypatch.chdir(bench.folder)
    assert bench("--set", "SOURCE.FRAME_OFFSETS={cam02: 1}") == 0
    poses = bench.folder / "out" / "poses.jsonl"
    recording = str(Path("walks").absolute())
    with closing(composition.open_results(poses)) as results:
        assert results.header.source["path"] == recording
        assert results.header.source["offsets"] == {"cam02": 1}
        assert results.info.path == recording
    monkeypatch.setattr(composition, "open_source", REAL_OPEN_SOURCE)
    assert run.main(["--headless", "--source", str(poses)]) == 1
    assert f"Its recording was {recording}, which is gone from there" in capsys.readouterr().err
    Path(recording).mkdir()
    assert run.main(["--headless", "--source", str(poses)]) == 1
    assert f"poses.jsonl holds results. Its recording is {recording}: give that." in capsys.readouterr().err
    (take,) = (bench.folder / "takes").rglob("take-*.sqlite")
    assert run.main(["--headless", "--source", str(take)]) == 1
    assert f"{take.name} holds results. Its recording is {recording}: give that." in capsys.readouterr().err
    alone = bench.folder / "alone.jsonl"
    alone.write_bytes(poses.read_bytes())
    with closing(composition.open_results(alone)) as results:
        assert not results.header.source
    assert run.main(["--check-rig", "--source", str(alone)]) == 1
    assert "does not say where its recording is: give the recording's folder" in capsys.readouterr().err


def test_a_damaged_note_beside_poses_is_named(bench, monkeypatch, capsys):
    assert bench() == 0
    note = bench.folder / "out" / "recording.json"
    note.write_bytes(note.read_bytes()[:-9])
    poses, said = bench.folder / "out" / "poses.jsonl", f"{note} is damaged"
    with closing(composition.open_results(poses)) as results:
        assert [str(said) for said in results.info.notes] == [
            f"{said}: it should say which recording the results beside it are of."
        ]
        assert len(results.computed(0.0)) == FRAMES
    monkeypatch.setattr(composition, "open_source", REAL_OPEN_SOURCE)
    assert run.main(["--headless", "--source", str(poses)]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "Give the recording's folder instead." in told


def test_a_file_that_was_cut_short_is_told_when_it_is_written_from(bench, capsys):
    assert bench() == 0
    cut = bench.folder / "out" / "cut.jsonl"
    cut.write_bytes(bench.poses()[:-30])
    assert run.main(["--source", str(cut), "--export", "csv", "--out", str(bench.folder / "csv")]) == 0
    assert f"{FRAMES - 1} frames are whole" in capsys.readouterr().err


def test_a_reader_that_goes_away_ends_it_without_a_traceback():
    code = (
        "import sys, run\nfrom modules import headless\nheadless.process = lambda *_: [print('x' * 9999) for _ in range(99)]\n"
    )
    code += "sys.exit(run.main(['--headless']))"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        program.stdout.close()
        assert program.stderr.read() == b""
    assert program.returncode == 1


def test_a_folder_of_results_is_called_that(bench, capsys):
    assert bench() == 0
    run_on = ["--source", str(bench.folder / "out"), "--headless"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composition, "open_source", REAL_OPEN_SOURCE)
        assert run.main(run_on) == 1
    assert "holds results, not a recording. To look at them, open poses.jsonl." in capsys.readouterr().err


@pytest.mark.parametrize("program", ["run.py", "poc_ui.py"])
def test_ctrl_c_while_libraries_load_is_a_word_and_no_traceback(tmp_path, program):
    (tmp_path / "yacs").mkdir()
    (tmp_path / "yacs" / "__init__.py").write_text(PRESSES)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    ended = subprocess.run([sys.executable, program], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "Interrupted.\n")


def test_files_among_a_camera_s_images_are_refused_and_beside_videos_are_not(bench, capsys):
    images, videos = bench.folder / "recording" / "cam1", bench.folder / "recording" / "videos"
    images.mkdir(parents=True)
    videos.mkdir()
    (images / "00001.png").write_bytes(b"an image")
    (videos / "cam2.mp4").write_bytes(b"a video")
    bench.source = JobSource(frames=FRAMES, path=str(images.parent))
    assert bench(out="recording/cam1") == 1
    assert "cam1 holds images of the recording; choose another folder" in capsys.readouterr().err
    assert [file.name for file in images.iterdir()] == ["00001.png"]
    for _ in range(2):
        assert bench(out="recording/videos") == 0
        assert "holds the recording's videos; the files are put among them" in capsys.readouterr().out
    assert bench() == 0
    assert "videos" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "looked_at"), [((), None), (("--frames", "3:9"), range(3, 9)), (("--frames", "4:"), range(4, FRAMES))]
)
def test_the_rig_check_looks_at_the_frames_that_are_asked_for(bench, monkeypatch, capsys, given, looked_at):
    asked = []

    def checked(config, source, again, frames):
        asked.append((again, frames))
        return RigReport((), 0, (), ())

    monkeypatch.setattr(composition, "checked", checked)
    path = str(bench.folder)
    assert run.main(["--check-rig", "--source", path, *given, *bench.settings("out")]) == 0
    assert asked == [(True, looked_at)]
    assert run.main(["--check-rig", "--source", path, "--frames", "3:99", *bench.settings("out")]) == 1
    assert "the recording has 12 frames" in capsys.readouterr().err


def test_another_program_at_the_same_recording_is_told(bench, capsys):
    assert bench() == 0
    assert "Another window or run" not in capsys.readouterr().out
    (take,) = (bench.folder / "takes" / "out").rglob("take-*.sqlite")
    other = Held(take.with_name(f"{take.name}.lock"))
    assert other.take()
    assert bench() == 0
    assert "Another window or run has this recording open too" in capsys.readouterr().out
    other.let_go()


def test_who_comes_second_to_a_folder_is_told_before_anything_is_computed(bench, capsys):
    (bench.folder / "out").mkdir()
    other = Held(bench.folder / "out" / "poses.jsonl.lock")
    assert other.take()
    assert bench() == run.USER_ERROR
    assert f"Another window or run writes into {bench.folder / 'out'} at this moment" in capsys.readouterr().err
    assert not any(estimator.detects for estimator in bench.estimators)
    other.let_go()
    assert bench() == 0
    assert not (bench.folder / "out" / "poses.jsonl.lock").exists()


def test_the_folder_is_held_while_a_run_computes(bench):
    seen = []
    bench.before_detect = lambda _index: seen.append(Held(bench.folder / "out" / "poses.jsonl.lock").take())
    assert bench() == 0
    assert seen == [False] * FRAMES


def test_a_folder_that_is_called_like_a_file_is_refused_unless_it_is_there(bench, capsys):
    with pytest.raises(SystemExit):
        bench(out="walk.jsonl")
    assert "walk.jsonl is called like a file; give a folder" in capsys.readouterr().err
    assert list(bench.folder.iterdir()) == []
    (bench.folder / "walk.jsonl").mkdir()
    assert bench("--frames", ":2", out="walk.jsonl") == 0
    (bench.folder / "README.md").touch()
    with pytest.raises(SystemExit):
        bench(out="README.md")
    assert "README.md is a file; give a folder" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--source", "--out"])
def test_an_empty_path_is_refused_by_the_option_s_name(option, capsys):
    with pytest.raises(SystemExit):
        run.main(["--headless", option, ""])
    assert f"argument {option}: the path is empty" in capsys.readouterr().err


@pytest.mark.parametrize("note", [None, b"{bad", b""])
def test_a_second_recording_of_the_name_leaves_the_first_one_s_files_alone(bench, monkeypatch, capsys, note):
    monkeypatch.setattr(places, "PROJECT_DIR", bench.folder)
    assert run.main(["--headless", "--no-rig-check"]) == 0
    first = (bench.folder / "output" / "walks" / "poses.jsonl").read_bytes()
    told = bench.folder / "output" / "walks" / "recording.json"
    if note is None:
        told.unlink()  # results from before folders said whose they are; their takes do
    elif note:
        told.write_bytes(note)
    elsewhere = bench.folder / "elsewhere" / "walks"
    elsewhere.mkdir(parents=True)
    (elsewhere / "cam1.avi").write_bytes(b"another recording")
    bench.source = JobSource(frames=5, path=str(elsewhere))
    assert run.main(["--headless", "--no-rig-check"]) == 0
    assert (bench.folder / "output" / "walks" / "poses.jsonl").read_bytes() == first
    (second,) = (bench.folder / "output").glob("walks-*/poses.jsonl")
    assert len(read_poses(second).results) == 5
    if note != b"":
        return
    assert run.main(["--headless", "--no-rig-check", "--out", str(bench.folder / "output" / "walks")]) == 1
    assert "another recording" in capsys.readouterr().err


def test_frames_counted_from_the_end_need_no_equals_sign(bench, capsys):
    assert bench("--frames", "-3:") == 0
    assert bench.frames() == [9, 10, 11]
    take = [*bench.settings("out"), "--export", "csv"]
    for given, want in ((["--range", "-2:"], ["10", "11"]), (["--range=:-1"], ["9", "10"])):
        out = bench.folder / given[-1].strip("-:")
        assert run.main([*take, *given, "--out", str(out)]) == 0
        assert [line.split(",")[0] for line in (out / "walks.csv").read_text().splitlines()] == ["frame", *want]
    assert run.main([*take, "--people", "-1,2", "--out", str(bench.folder / "none")]) == 1
    assert "There is no person -1" in capsys.readouterr().err


def test_motion_of_a_second_recording_of_the_name_leaves_the_first_one_s_alone(bench, capsys):
    files, poses = bench.folder / "files", bench.folder / "one" / "poses.jsonl"
    export = ["--export", "csv", "--out", str(files)]
    assert bench(out="one") == 0
    assert run.main([*bench.settings("one"), *export]) == 0
    first = (files / "walks.csv").read_bytes()
    assert run.main([*bench.settings("one"), *export]) == 0  # the same one's may be replaced, by its poses as well
    assert run.main(["--source", str(poses), *export]) == 0
    elsewhere = bench.folder / "elsewhere" / "walks"
    elsewhere.mkdir(parents=True)
    (elsewhere / "cam1.avi").write_bytes(b"another recording")
    bench.source = JobSource(frames=5, path=str(elsewhere))
    assert bench(out="two") == 0
    capsys.readouterr()
    copied = bench.folder / "copied.jsonl"
    copied.write_bytes((bench.folder / "two" / "poses.jsonl").read_bytes())
    computed = sum(len(estimator.detects) for estimator in bench.estimators)
    for options in (bench.settings("two"), ["--source", str(copied)], ["--headless", *bench.settings("three")]):
        assert run.main([*options, *export]) == 1
        assert f"{files} holds the results of another recording" in capsys.readouterr().err
        assert (files / "walks.csv").read_bytes() == first
    assert sum(len(estimator.detects) for estimator in bench.estimators) == computed  # and nothing was for it
    assert run.main([*bench.settings("two"), "--export", "csv", "--out", str(files / "two")]) == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--frames", "0:5"], "--frames belongs to --headless or --check-rig; for --export alone there is --range"),
        (["--export", "trc", "--frames", "0:5"], "for --export alone there is --range"),
        (["--headless", "--range", "0:5"], "--range belongs to --export; for --headless there is --frames"),
        (["--fresh"], "--fresh belongs to --headless"),
        (["--resume", "--export", "trc"], "--resume belongs to --headless"),
        (["--out", "somewhere"], "--out belongs to --headless or --export"),
        (["--headless", "--people", "1"], "--people belongs to --export"),
        (["--headless", "--distance", "1,5"], "'1,5' is no number of mm like 2500 or 1500.5"),
        (["--headless", "--smooth", "raw"], "--smooth raw belongs to --export"),
        (["--check-rig", "--headless", "--export", "trc"], "--headless does nothing beside --check-rig"),
        (["--check-rig", "--export", "trc"], "--export does nothing beside --check-rig"),
        (["--check-rig", "--no-rig-check"], "--no-rig-check does nothing beside --check-rig"),
        (["--headless", "--resume", "--fresh"], "--resume does nothing beside --fresh"),
    ],
)
def test_an_option_that_would_do_nothing_is_named(given, said, capsys):
    with pytest.raises(SystemExit) as ended:
        run.main(given)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
