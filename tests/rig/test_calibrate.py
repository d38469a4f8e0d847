"""The command: its commands' answers, files and refusals, with the other rooms' parts played by fakes."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from walkers import ring, see, walk

from modules.composition import calibration_output, claim_calibrations
from modules.core.errors import CalibrationError, Note, SourceError
from modules.core.geometry import guessed_camera
from modules.core.people2d import People2D
from modules.core.rig import CameraCheck, Finding, RigReport, Subject, Verdict
from modules.core.types import Opened, SourceInfo
from modules.focus.calibration.toml import read_toml
from modules.focus.uncalibrated import open_uncalibrated
from modules.rig import calibrate
from modules.rig.calibrate import main
from modules.rig.people.judgement import judged
from modules.rig.seen.body import COCO_JOINTS
from modules.rig.settings import applied
from modules.rig.sync.delays import Step, exact
from modules.rig.tables import table_of, table_of_steps
from modules.rig.to_mend import ToMend


class FakeSource:
    """A recording of blank pictures; ``pictures``: of each camera one of its own."""

    def __init__(self, cameras, count, fps=10.0, pictures=None):
        self.pictures = pictures or (np.zeros((64, 64, 3), np.uint8),) * len(cameras)
        self.cameras, self.count = tuple(cameras), count
        sizes = tuple((c.width_px, c.height_px) for c in cameras)
        self.info = SourceInfo("rec", "fake", tuple(c.name for c in cameras), count, sizes, fps)
        self.closed = False

    def __len__(self):
        return self.count

    def read(self, index):
        return SimpleNamespace(index=index, images=self.pictures, missing=(False,) * len(self.pictures), shrunk=1)

    def close(self):
        self.closed = True


@pytest.fixture(scope="module")
def real():
    return ring(3)


@pytest.fixture(scope="module")
def seen(real):
    return see(walk(2, 60), real, noise_px=1.0)


def parts_for(source, seen, tracks=None):
    return SimpleNamespace(
        open_source=lambda config: source,
        open_uncalibrated=lambda config, paths: source,
        make_people_finder=lambda config: lambda frame, turns: seen[frame.index],
        make_sharp_finder=lambda config: lambda frame, turns: seen[frame.index],
        read_sounds=lambda paths: (tracks or {}, 8000),
        to_mend=lambda config, source: ToMend(source),
        calibration_of=lambda folder: Note("The calibration is {file}.", file="own.toml") if folder.name == "rec" else None,
        calibration_output=calibration_output,
        claim_calibrations=claim_calibrations,
    )


def written(folder, name):
    return [getattr(c, "camera", c) for c in read_toml(folder / name)]


def test_people_alone_make_a_file_that_this_program_reads(tmp_path, capsys, real, seen):
    source = FakeSource(real, len(seen))
    assert main(["people", "rec", "--height", "1800", "--out", str(tmp_path)], parts_for(source, seen)) == 0
    found = written(tmp_path, "from_people.toml")
    gaps = [
        np.linalg.norm(found[a].center_world_mm - found[b].center_world_mm)
        / np.linalg.norm(real[a].center_world_mm - real[b].center_world_mm)
        for a, b in ((0, 1), (1, 2), (0, 2))
    ]
    assert max(gaps) / min(gaps) < 1.02
    out = capsys.readouterr().out
    path = (tmp_path / "from_people.toml").resolve()
    assert f'To use it: "{sys.executable}" run.py --source "{Path("rec").resolve()}" --set "SOURCE.CALIBRATION={path}"' in out
    assert "cam2" in out
    assert out.splitlines()[-2] == "Until it is asked for: The calibration is own.toml."
    assert source.closed


def test_videos_that_lie_beside_the_named_ones_are_left_out_of_the_command(tmp_path, capsys, real, seen):
    named = [tmp_path / f"cam{n}.mp4" for n in (1, 2, 3)]
    for path in named:
        path.touch()
    for others in (False, True):
        if others:
            (tmp_path / "cam4.mp4").touch()
        out = ["--height", "1800", "--out", str(tmp_path / str(others))]
        assert main(["people", *map(str, named), *out], parts_for(FakeSource(real, len(seen)), seen)) == 0
        assert ('--set "SOURCE.CAMERAS=[cam1, cam2, cam3]"' in capsys.readouterr().out) == others


def test_the_file_and_the_table_say_what_lengths_are_by(tmp_path, capsys, real, seen):
    apart = float(np.linalg.norm(real[0].center_world_mm - real[1].center_world_mm))
    for number, (options, told) in enumerate(
        (
            ([], "how tall people are"),
            (["--height", "1800"], "the tallest person's height of 1800 mm"),
            (["--tape", "cam1", "cam2", f"{apart:.0f}"], f"the tape of {apart:.0f} mm between cam1 and cam2"),
        )
    ):
        folder = tmp_path / str(number)
        assert main(["people", "rec", *options, "--out", str(folder)], parts_for(FakeSource(real, len(seen)), seen)) == 0
        assert f" % (by {told})" in capsys.readouterr().out
        assert f"lengths by {told} (± " in (folder / "from_people.toml").read_text(encoding="utf-8")
    both = ["--height", "1650", "--tape", "cam1", "cam2", f"{apart:.0f}"]
    assert main(["people", "rec", *both, "--out", str(tmp_path / "both")], parts_for(FakeSource(real, len(seen)), seen)) == 0
    said = capsys.readouterr().out
    assert f" % (by the tape of {apart:.0f} mm between cam1 and cam2)" in said
    (tallest,) = re.findall(
        r"The tape counts, not the height: by it the tallest person is (\d+) mm tall, by --height 1650", said
    )
    assert int(tallest) == pytest.approx(1800, rel=0.05)


def test_an_option_of_another_command_is_said_to_be_that(capsys):
    for line, said in (
        (["mend", "rec", "--height", "1800"], "--height belongs to people, not to mend"),
        (["people", "rec", "--square=30"], "--square belongs to board and print, not to people"),
        (["sync", "rec", "--heigth", "1800"], "there is no --heigth here"),
    ):
        with pytest.raises(SystemExit, match="2"):
            main(line, SimpleNamespace())
        err = capsys.readouterr().err
        assert said in err
        assert f"calibrate {line[0]}" in err.splitlines()[0]


def test_one_person_is_not_people(real):
    people = see(walk(1, 40), real, noise_px=1.0)
    rig, found = calibrate.from_people(real, people, True)
    assert next(table_of(rig, found)).startswith("1 person, 40 sightings; ")
    notes, _ = judged(rig, found, None)
    assert any(note.startswith("One person was followed; ") for note in notes)


def test_a_second_run_does_not_overwrite_the_first(tmp_path, capsys, real, seen):
    (tmp_path / "from_people.toml").write_text("mine", encoding="utf-8")
    assert main(["people", "rec", "--out", str(tmp_path)], parts_for(FakeSource(real, len(seen)), seen)) == 1
    assert "there already" in capsys.readouterr().err
    assert (tmp_path / "from_people.toml").read_text(encoding="utf-8") == "mine"


def test_mending_writes_a_new_file_only_if_it_is_better(tmp_path, capsys, real, seen):
    knocked = [real[0], replace(real[1], center_world_mm=real[1].center_world_mm + np.array([0, 40.0, 60.0])), real[2]]
    assert main(["mend", "rec", "--out", str(tmp_path)], parts_for(FakeSource(knocked, len(seen)), seen)) == 0
    assert (tmp_path / "mended.toml").exists()
    assert "residual" in capsys.readouterr().out


def test_mending_asks_the_rig_check_first_and_looks_at_nothing_where_a_camera_is_late(tmp_path, capsys, real, seen):
    source = FakeSource(real, len(seen))
    late = Finding(Subject.TIME, Verdict.PROPOSED, Note("Camera cam2 is late."), ("cam2",))
    parts = parts_for(source, None)  # there is nothing to look at
    checks = tuple(CameraCheck(c.name, 9, *(float("nan"),) * 3) for c in real)
    parts.to_mend = lambda config, source: ToMend(source, RigReport((), 9, checks, (late,)))
    assert main(["mend", "rec", "--out", str(tmp_path)], parts) == 1
    assert capsys.readouterr().err.startswith("Camera cam2 is late. Mending would bend")
    assert source.closed
    assert not list(tmp_path.iterdir())


def test_a_tape_between_cameras_that_there_are_not_is_told(tmp_path, capsys, real, seen):
    (tmp_path / "from_people.toml").write_text("in the way, which is told later")
    line = ["people", "rec", "--tape", "cam1", "cam9", "4000", "--out", str(tmp_path)]
    assert main(line, parts_for(FakeSource(real, len(seen)), seen)) == 1
    assert "cam1, cam2, cam3" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["0", "-1700", "nan", "inf", "1e30", "499", "2501"])
def test_a_height_that_nobody_has_is_refused_before_the_work(tmp_path, capsys, text):
    assert main(["people", "rec", "--height", text, "--out", str(tmp_path)], SimpleNamespace()) == 1
    assert capsys.readouterr().err.startswith("--height ")


@pytest.mark.parametrize("text", ["0", "nan", "-5", "inf", "100001", "long"])
def test_a_tape_that_measures_nothing_is_refused_before_the_work(tmp_path, capsys, text):
    assert main(["people", "rec", "--tape", "cam1", "cam2", text, "--out", str(tmp_path)], SimpleNamespace()) == 1
    assert capsys.readouterr().err.startswith(f"--tape cam1 cam2 {text}: {text} is no distance. ")


def test_a_tape_from_a_camera_to_itself_is_refused(tmp_path, capsys):
    assert main(["people", "rec", "--tape", "cam1", "cam1", "900", "--out", str(tmp_path)], SimpleNamespace()) == 1
    assert "two different cameras" in capsys.readouterr().err


def _missing(*_):
    raise SourceError("rec is no recording.")


def test_an_unknown_camera_and_a_file_that_is_there_are_told_before_the_video_is_looked_at(tmp_path, capsys, real, seen):
    source = FakeSource(real, len(seen))
    parts = parts_for(source, None)  # there is nothing to look at

    def refuse(config):
        raise AssertionError("looked")

    parts.make_sharp_finder = refuse
    assert main(["people", "rec", "--tape", "cam1", "cam9", "4000", "--out", str(tmp_path)], parts) == 1
    assert capsys.readouterr().err == "--tape cam9: there is no such camera; there are cam1, cam2, cam3.\n"
    assert source.closed
    for command, name in (("people", "from_people.toml"), ("mend", "mended.toml"), ("board", "board.toml")):
        (tmp_path / name).write_text("mine", encoding="utf-8")
        assert main([command, "rec", "--out", str(tmp_path)], parts) == 1
        assert "there already" in capsys.readouterr().err
        missing = SimpleNamespace(open_source=_missing, open_uncalibrated=_missing)
        assert main([command, "rec", "--out", str(tmp_path)], missing) == 1  # what is wrong with the recording comes first
        assert capsys.readouterr().err == "rec is no recording.\n"


def test_sound_says_who_is_late_and_how_to_apply_it(capsys, real, seen):
    noise = np.random.default_rng(0).standard_normal(8000 * 12)
    tracks = {"a": noise[4000:], "b": noise[:-4000], "c": noise[4000:]}
    assert main(["sync", "rec", "--sound"], parts_for(FakeSource(real, len(seen)), seen, tracks)) == 0
    out = capsys.readouterr().out
    assert "b: 500 ms late" in out
    assert "a: the others are counted from it\n" in out
    assert "What a shows 0.000 s after its beginning, b shows 0.500 s after its own." in out
    assert '--set "SOURCE.DELAY_MS={b: 500}"' in out


def test_a_clap_marked_by_hand_says_who_is_late(capsys, real, seen):
    source = FakeSource(real, len(seen), fps=25.0)
    line = ["sync", "rec", "--mark", "cam1=10", "cam2=20", "--mark", "cam3=10"]
    assert main(line, parts_for(source, seen)) == 0
    out = capsys.readouterr().out
    assert "cam1: the others are counted from it\n" in out
    assert "cam2: 400 ms late, ± 16 ms" in out  # two frames of 40 ms, each anywhere in its own: 40 / sqrt(12) * sqrt(2)
    source.info = replace(source.info, rounded_s=(0.0, -0.018, 0.0))  # and these were asked for 18 ms later
    assert main(line, parts_for(source, seen)) == 0
    assert "cam2: 382 ms late" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("cam9=3", "--mark cam9=3: there is no camera cam9; there are cam1, cam2, cam3."),
        ("cam1", "--mark cam1: expected CAMERA=FRAME, "),
        ("cam1=3.5", "--mark cam1=3.5: expected CAMERA=FRAME, "),
        ("cam1=3", "--mark cam1=3: one camera's frame says nothing of the others. "),
    ],
)
def test_what_is_wrong_with_a_mark_is_said(capsys, real, seen, mark, said):
    assert main(["sync", "rec", "--mark", mark], parts_for(FakeSource(real, len(seen)), seen)) == 1
    assert capsys.readouterr().err.startswith(said)


def test_settings_name_only_those_who_are_late():
    steps = [Step("a", 0.0, 0.0, 0.001, True), Step("b", -0.04, 2e-4, 0.001, True), Step("c", 0.3, 0.0, np.inf, False)]
    assert applied(steps) == ["SOURCE.DELAY_MS={b: -40}", "SOURCE.DRIFT_PPM={b: 200}"]


def test_what_a_user_can_mend_ends_with_a_sentence(capsys, real, seen):
    def refuse(config):
        raise SourceError("No video is here.")

    parts = parts_for(FakeSource(real, len(seen)), seen)
    parts.open_source = refuse
    assert main(["mend", "rec"], parts) == 1
    assert capsys.readouterr().err.strip().endswith("No video is here.")


def test_a_printed_board_lies_where_it_was_asked_for(tmp_path, capsys):
    assert main(["print", "--out", str(tmp_path)], SimpleNamespace()) == 0
    assert (tmp_path / "board.pdf").read_bytes().startswith(b"%PDF")
    assert str(tmp_path) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--square", "-3"], "--square -3: expected millimetres, from 5 to 1000."),
        (["--square", "nan"], "--square nan: expected millimetres"),
        (["--squares", "-1", "5"], "--squares -1 5: expected two columns and two rows at least, and 200 squares at most."),
        (["--squares", "30", "30"], "--squares 30 30: expected"),
        (["--marker", "40", "--square", "30"], "--marker 40: expected millimetres, more than 0 and less than --square (30)."),
    ],
)
def test_a_board_that_cannot_be_is_refused_by_its_option(tmp_path, capsys, options, said):
    assert main(["print", "--out", str(tmp_path), *options], SimpleNamespace()) == 1
    assert said in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def test_a_board_that_is_there_is_not_printed_over(tmp_path, capsys):
    assert main(["print", "--out", str(tmp_path)], SimpleNamespace()) == 0
    before = (tmp_path / "board.pdf").read_bytes()
    assert main(["print", "--out", str(tmp_path), "--board", "chessboard"], SimpleNamespace()) == 1
    assert "board.pdf is there already" in capsys.readouterr().err
    assert (tmp_path / "board.pdf").read_bytes() == before


def test_a_file_in_place_of_the_folder_is_told_before_the_work(tmp_path, capsys, real):
    (tmp_path / "in the way").write_text("")
    line = ["people", "a.mp4", "b.mp4", "--out", str(tmp_path / "in the way" / "new")]
    assert main(line, parts_for(FakeSource(real, 60), None)) == 1
    assert f"{tmp_path / 'in the way'} is no folder" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["people", "mend", "board", "print"])
def test_a_name_of_a_file_is_no_folder_for_it(tmp_path, capsys, command):
    line = [command, *([] if command == "print" else ["rec"]), "--out", str(tmp_path / "c.toml")]
    assert main(line, SimpleNamespace()) == 1
    assert capsys.readouterr().err.startswith(f"--out {tmp_path / 'c.toml'}: expected a folder")
    assert list(tmp_path.iterdir()) == []


def test_one_video_under_two_names_is_no_two_cameras(tmp_path, capsys, real, seen):
    one, other = np.random.default_rng(2).integers(0, 255, (2, 64, 64, 3)).astype(np.uint8)
    parts = parts_for(FakeSource(real, 60, pictures=(one, other, one)), seen)
    assert main(["people", "a.mp4", "b.mp4", "c.mp4", "--out", str(tmp_path / "out")], parts) == 1
    said = capsys.readouterr().err
    assert f"The videos of cameras {real[0].name}, {real[2].name} show the same pictures" in said
    assert not (tmp_path / "out").exists()


def test_a_guessed_camera_sees_about_as_wide_as_most_do():
    camera = guessed_camera("c", (1920, 1080))
    assert 45 < 2 * np.rad2deg(np.arctan(960 / camera.fx)) < 60
    assert camera.cx == 959.5


def test_a_video_alone_is_no_recording(tmp_path, capsys, real, seen):
    (tmp_path / "a.mp4").write_bytes(b"")
    line = ["mend", str(tmp_path / "a.mp4"), "--out", str(tmp_path)]
    assert main(line, parts_for(FakeSource(real, len(seen)), seen)) == 1
    assert "a.mp4 is a video: only a recording's folder" in capsys.readouterr().err
    parts = parts_for(FakeSource(real, len(seen)), seen)

    def one(config, paths):
        raise SourceError("Calibration needs the videos of two cameras at least, each with a name of its own.")

    parts.open_uncalibrated = one
    assert main(["people", str(tmp_path / "a.mp4"), "--out", str(tmp_path)], parts) == 1
    assert "two cameras at least" in capsys.readouterr().err


def test_people_who_stand_still_make_it_doubtful_and_are_told_to_walk(tmp_path, capsys, real):
    joints = walk(1, 40)
    still = joints - (joints[..., 2:3, :] - joints[:1, :, 2:3, :]) * [1, 1, 0]
    people = see(still, real, noise_px=1.0)
    assert main(["people", "rec", "--out", str(tmp_path)], parts_for(FakeSource(real, len(people)), people)) == 0
    assert "doubtful. People hardly left one place" in capsys.readouterr().out


def test_a_good_calibration_is_not_called_doubtful_and_progress_ends_its_line(tmp_path, capsys, real, seen):
    assert main(["people", "rec", "--out", str(tmp_path)], parts_for(FakeSource(real, len(seen)), seen)) == 0
    printed = capsys.readouterr()
    assert "doubtful" not in printed.out
    # no terminal: nothing that is written over
    assert printed.err == "looking at frames: 60 / 60\nwho is late: 4 / 4\nwhere the cameras stand: 7 / 7\n"


def test_the_cameras_in_which_nobody_is_seen_are_named(tmp_path, capsys, real, seen):
    blind = [replace(p, views=(p.views[0], np.zeros((0, 17, 3)), p.views[2])) for p in seen]
    assert main(["people", "rec", "--out", str(tmp_path)], parts_for(FakeSource(real, len(seen)), blind)) == 1
    told = capsys.readouterr().err
    assert "in the pictures of cam2. " in told
    assert "Film one or more people" in told


def test_a_camera_that_ran_at_another_time_is_named(tmp_path, capsys, real, seen):
    none = np.zeros((0, 17, 3))
    apart = [
        replace(p, views=(p.views[0], p.views[1], none) if n < 30 else (none, none, p.views[2])) for n, p in enumerate(seen)
    ]
    assert main(["people", "rec", "--out", str(tmp_path)], parts_for(FakeSource(real, len(seen)), apart)) == 1
    assert "cam3: hardly anybody" in capsys.readouterr().err


def test_a_folder_without_a_calibration_says_how_to_go_on(tmp_path, capsys):
    def missing(config):
        raise CalibrationError("{path} has no calibration.", path="rec")

    assert main(["people", "rec", "--out", str(tmp_path)], SimpleNamespace(open_source=missing)) == 1
    assert (
        capsys.readouterr().err
        == "rec has no calibration. To do without a calibration, name the videos themselves, one by one.\n"
    )
    assert main(["mend", str(tmp_path), "--out", str(tmp_path)], SimpleNamespace(open_source=missing)) == 1
    assert capsys.readouterr().err == "rec has no calibration.\n"


def test_a_mark_after_the_last_frame_is_refused(capsys, real):
    source = FakeSource(real, 60)
    assert main(["sync", "a.mp4", "b.mp4", "--mark", "cam1=3", "cam2=60"], parts_for(source, None)) == 1
    assert capsys.readouterr().err == "--mark cam2=60: the recording's last frame is 59.\n"


def test_ctrl_c_ends_it_without_a_traceback_or_a_file(tmp_path, capsys, real):
    source = FakeSource(real, 60)

    def interrupted(frame, turns):
        raise KeyboardInterrupt

    parts = parts_for(source, None)
    parts.make_sharp_finder = lambda config: interrupted
    assert main(["people", "rec", "--out", str(tmp_path)], parts) == 130
    assert "Interrupted" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert source.closed


def test_in_a_terminal_progress_counts_up_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    calibrate._progress(30, 60)
    calibrate._progress(66, 60)
    assert capsys.readouterr().err == "\r30 / 60  \r60 / 60  \n"


def test_an_option_that_cannot_be_is_told_before_a_file_that_is_there(tmp_path, capsys):
    for name in ("from_people.toml", "board.toml", "mended.toml"):
        (tmp_path / name).write_text("mine", encoding="utf-8")
    (tmp_path / "a.mp4").write_bytes(b"")
    for line, said in (
        (["people", "rec", "--height", "1"], "--height 1:"), (["board", "rec", "--square", "-3"], "--square -3:"),
        (["mend", str(tmp_path / "a.mp4")], "is a video: only"),
    ):  # fmt: skip
        assert main([*line, "--out", str(tmp_path)], SimpleNamespace()) == 1
        assert said in capsys.readouterr().err


def test_each_recording_has_a_folder_of_its_own(tmp_path, monkeypatch, capsys, real, seen):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "monday").mkdir()
    (tmp_path / "monday" / "a.mp4").write_bytes(b"")
    source = FakeSource(real, len(seen))
    assert main(["people", "monday/a.mp4", "monday/b.mp4"], parts_for(source, seen)) == 0
    assert (tmp_path / "output" / "calibration" / "monday" / "from_people.toml").exists()
    assert f'--source "{tmp_path / "monday"}"' in capsys.readouterr().out


@pytest.mark.parametrize(("folder", "name"), [("a/videos", "a_videos"), ("b/videos", "b_videos"), ("walk", "walk")])
def test_folders_that_are_called_like_many_get_the_name_above_too(tmp_path, monkeypatch, real, seen, folder, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / folder).mkdir(parents=True)
    assert main(["people", folder], parts_for(FakeSource(real, len(seen)), seen)) == 0
    assert (tmp_path / "output" / "calibration" / name / "from_people.toml").exists()


def test_recordings_of_one_name_do_not_share_a_folder(tmp_path, monkeypatch, capsys, real, seen):
    monkeypatch.chdir(tmp_path)
    made = tmp_path / "output" / "calibration"
    for day in ("monday", "tuesday"):
        (tmp_path / day / "walk").mkdir(parents=True)
        (tmp_path / day / "walk" / "a.mp4").write_bytes(day.encode())
        assert main(["people", f"{day}/walk"], parts_for(FakeSource(real, len(seen)), seen)) == 0
    first, second = sorted(folder.name for folder in made.iterdir())
    assert first == "walk"
    assert second.startswith("walk-")
    assert f"SOURCE.CALIBRATION={made / second}" in capsys.readouterr().out
    for day in ("monday", "tuesday"):  # each one's own is in its way, nobody else's
        assert main(["people", f"{day}/walk"], parts_for(FakeSource(real, len(seen)), seen)) == 1
        folder = first if day == "monday" else second
        assert f"{folder}/from_people.toml" in capsys.readouterr().err
    assert len(list(made.iterdir())) == 2


def late_by(people, view, instants):
    """As seen where one camera shows everything so many instants later."""
    return [
        replace(p, views=tuple(people[max(n - instants, 0)].views[v] if v == view else own for v, own in enumerate(p.views)))
        for n, p in enumerate(people)
    ]


@pytest.mark.parametrize("timed", [True, False])
def test_with_known_lenses_too_it_is_asked_who_is_late(tmp_path, capsys, real, timed):
    people = late_by(see(walk(2, 100, hz=30.0), real, noise_px=1.0, hz=30.0), 1, 6)
    source = FakeSource(real, len(people), fps=30.0)
    opened = (Opened(), Opened(late_frames=4), Opened())
    source.info = replace(source.info, timed=timed, opened=opened)
    given = ["--set", "SOURCE.FRAME_OFFSETS={cam2: 4}", "--set", "RUNTIME.READ_AHEAD=2"]
    assert main(["people", "rec", *given, "--out", str(tmp_path)], parts_for(source, people)) == 0
    out = capsys.readouterr().out
    assert "To apply" not in out  # the last line says all
    (late,) = re.findall(r"^cam2: given 133 ms late; left (\d+) ms late", out, re.MULTILINE)
    assert int(late) == pytest.approx(200, abs=12)
    command = out.splitlines()[-1]
    assert '--set "RUNTIME.READ_AHEAD=2"' in command  # what the recording was opened with holds for its calibration too
    delay_s = read_toml(tmp_path / "from_people.toml")[1].late[0]
    if timed:
        assert delay_s == pytest.approx(0.2, abs=0.012)
        assert '--set "SOURCE.FRAME_OFFSETS={cam2: 4}"' in command
    else:  # the file can't say it
        assert delay_s == 0
        assert '--set "SOURCE.FRAME_OFFSETS={cam2: 10}"' in command


def test_what_there_is_to_say_of_the_videos_is_said(tmp_path, capsys, real, seen):
    source = FakeSource(real, len(seen))
    source.info = replace(source.info, notes=(Note("The cameras differ in length."),))
    assert main(["people", "rec", "--out", str(tmp_path)], parts_for(source, seen)) == 0
    assert capsys.readouterr().err.startswith("The cameras differ in length.\n")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            SourceError("No recording that is known. Known: {layouts}.", layouts="a long list"),
            "The folder {path} holds neither",
        ),
        (SourceError("No recording itself, it holds {names}.", names="walk"), "No recording itself, it holds walk."),
    ],
)
def test_a_folder_that_is_no_recording_says_what_it_is_and_lists_no_layouts(tmp_path, capsys, reason, said):
    def refuse(_config):
        raise reason

    parts = SimpleNamespace(open_source=refuse, open_uncalibrated=lambda config, paths: open_uncalibrated(paths))
    assert main(["people", str(tmp_path), "--out", str(tmp_path / "out")], parts) == 1
    assert capsys.readouterr().err.startswith(said.format(path=tmp_path))


def test_who_is_early_and_of_whom_nothing_is_known_is_told_in_words():
    steps = [Step("a", 0.02, 0.0, 0.001, True), Step("b", -0.3, 1e-4, 0.01, True), Step("c", 0.0, 0.0, np.inf, False)]
    steps += [Step("d", -0.0003, 0.0, 0.005, True), Step("e", 0.0, 0.0, 0.0, True)]
    assert list(table_of_steps(steps))[:6] == [
        "a: 20 ms late, ± 1 ms, drift +0 ppm",
        "b: 300 ms early, ± 10 ms, drift +100 ppm",
        "c: not known",
        "d: in step, ± 5 ms, drift +0 ppm",
        "e: the others are counted from it",
        "What e shows 0.300 s after its beginning, b shows 0.000 s after its own.",
    ]


def test_what_was_given_and_what_is_left_are_both_told_and_added(real):
    info = replace(FakeSource(real, 40, fps=50.0).info, opened=(Opened(late_s=0.3), Opened(), Opened(late_s=-0.1, drift=1e-4)))
    steps = [Step("cam1", -0.006, 0.0, 0.001, True), Step("cam2", 0.0, 0.0, 0.001, True), Step("cam3", 0.1, 0.0, 0.002, True)]
    first, second, third, last = table_of_steps(steps, info)
    assert first == "cam1: given 300 ms late; left 6 ms early, ± 1 ms, drift +0 ppm; in all 294 ms late"
    assert second == "cam2: given in step; left in step, ± 1 ms, drift +0 ppm; in all in step"
    assert third == "cam3: given 100 ms early; left 100 ms late, ± 2 ms, drift +0 ppm; in all in step"
    assert last == (
        'To apply (instead of what was given): --set "SOURCE.DELAY_MS={cam1: 294}" --set "SOURCE.DRIFT_PPM={cam3: 100}"'
    )
    still = [replace(step, offset_s=0.0) for step in steps]
    assert list(table_of_steps(still, info))[-1] == "Nothing more has to be applied."
    unknown = [replace(steps[0], sd_s=0.0), *steps[1:], Step("cam4", 0.0, 0.0, np.inf, False)]
    more = replace(info, camera_names=(*info.camera_names, "cam4"), opened=(*info.opened, Opened(late_s=0.04)))
    lines = list(table_of_steps(unknown, more))
    assert lines[0] == "cam1: given 300 ms late; the others are counted from it"
    assert lines[3] == "cam4: given 40 ms late; not known"


@pytest.mark.parametrize(
    ("left_s", "drift", "proposed"),
    [
        (0.003, 0.0, False),  # 0.15 frame, 1.5 deviations
        (0.0045, 0.0, True),  # more than two deviations
        (0.003, 1e-3, True),  # 4.2 ms more at its end
        (-0.003, 0.0, False),
    ],
)
def test_what_may_be_chance_and_is_less_than_frames_tell_is_not_proposed(real, left_s, drift, proposed):
    info = replace(FakeSource(real, 210, fps=50.0).info, opened=(Opened(), Opened(late_s=0.3), Opened()))
    steps = [Step("cam1", 0.0, 0.0, 0.0, True), Step("cam2", left_s, drift, 0.002, True), Step("cam3", 0.0, 0.0, 0.002, True)]
    last = list(table_of_steps(steps, info))[-1]
    assert last.startswith("To apply") == proposed
    said = "Nothing more has to be applied: what is left may be chance, and frames are whole."
    assert (last == said) == (not proposed)
    last = list(table_of_steps(steps, replace(info, opened=())))[-1]
    assert last.startswith("Nothing has to be applied: the cameras run in step, as far as") == (not proposed)
    far = [steps[0], replace(steps[1], offset_s=0.007, drift=0.0, sd_s=0.004), steps[2]]  # 0.35 frame, within two deviations
    assert list(table_of_steps(far, info))[-1].startswith("To apply")


def test_what_whole_frames_can_not_make_up_for_is_no_new_delay(real):
    info = replace(
        FakeSource(real, 40, fps=50.0).info,
        opened=(Opened(), Opened(late_s=-0.158), Opened(late_s=0.42)), rounded_s=(0.0, 0.008, -0.02),
    )  # fmt: skip
    steps = [Step("cam1", 0.0, 0.0, 0.001, True), Step("cam2", -0.008, 0.0, 0.001, True), Step("cam3", 0.02, 0.0, 0.001, True)]
    found = exact(steps, info.rounded_s)
    assert [step.offset_s for step in found] == pytest.approx([0.0, 0.0, 0.0])
    assert list(table_of_steps(found, info))[-1] == "Nothing more has to be applied."
    assert exact(steps, ()) == tuple(steps)


def test_frames_that_were_given_are_counted_in():
    given = (Opened(late_frames=-1), Opened(late_frames=5))
    info = SourceInfo("rec", "fake", ("a", "b"), 40, ((64, 64),) * 2, 50.0, timed=False, opened=given)
    steps = [Step("a", 0.0, 0.0, 0.001, True), Step("b", 0.04, 0.0, 0.001, True)]
    lines = list(table_of_steps(steps, info))
    assert lines[1] == "b: given 100 ms late; left 40 ms late, ± 1 ms, drift +0 ppm; in all 140 ms late"
    assert lines[-1] == 'To apply (instead of what was given): --set "SOURCE.FRAME_OFFSETS={a: -1, b: 7}"'
    by_time = list(table_of_steps(steps, replace(info, timed=True)))  # -1, 5 frames of 20 ms and the 40 ms, in one
    assert by_time[-1] == (
        'To apply (instead of what was given): --set "SOURCE.DELAY_MS={a: -20, b: 140}" --set "SOURCE.FRAME_OFFSETS={}"'
    )


@pytest.mark.parametrize(("count", "sharp"), [(100, True), (130, False)])
def test_a_short_recording_is_looked_at_sharply_and_with_a_word_of_caution(capsys, real, count, sharp):
    seen = see(walk(1, count, seed=2, hz=25.0), real, noise_px=1.0, hz=25.0)
    source = FakeSource(real, count, fps=25.0)
    source.info = replace(source.info, rounded_s=(0.0, 0.2, 0.0))  # as if whole frames left so much
    parts = parts_for(source, seen)
    unused = "make_people_finder" if sharp else "make_sharp_finder"
    setattr(parts, unused, lambda config: pytest.fail(unused))
    assert main(["sync", "rec"], parts) == 0
    out = capsys.readouterr().out
    assert ("The recording lasts 4.0 s: who is late is told surely from 5 s on." in out) == sharp
    (late,) = re.findall(r"^cam2: (\d+) ms late", out, re.MULTILINE)
    assert int(late) == pytest.approx(200, abs=12)


def test_a_clip_of_a_second_is_refused_before_anybody_is_looked_for(capsys, real, seen):
    parts = parts_for(FakeSource(real, 25, fps=25.0), seen)
    parts.make_people_finder = lambda config: pytest.fail("looked for")
    assert main(["sync", "rec"], parts) == 1
    assert "lasts 1.00 s, too short" in capsys.readouterr().err


def test_what_is_not_sure_is_not_offered_to_be_applied():
    sure, unsure = Step("a", -0.04, 0.0, 0.001, True), Step("b", 0.3, 0.0, 0.05, False)
    both = list(table_of_steps([sure, unsure]))
    assert both[-1] == 'To apply: --set "SOURCE.DELAY_MS={a: -40}"'
    assert "Not known well enough to be applied: b. Mark one clap" in both[-2]
    assert not any("To apply" in line for line in table_of_steps([unsure]))
    assert list(table_of_steps([Step("a", 0.0, 0.0, 0.001, True)]))[-1].startswith("Nothing has to be applied")


@pytest.mark.parametrize("command", ["people", "mend"])
def test_what_is_calibrated_was_seen_at_the_same_times_though_frames_are_whole(monkeypatch, tmp_path, real, command):
    fine = see(walk(1, 480, seed=2, hz=60.0), real, noise_px=0.0, hz=60.0)
    # every sixth frame of 60 a second, of cam2 the one two later than that
    people = [People2D(n, n / 10, (fine[6 * n].views[0], fine[6 * n + 2].views[1], fine[6 * n].views[2])) for n in range(1, 79)]
    source = FakeSource(real, len(people))
    source.info = replace(source.info, rounded_s=(0.0, 2 / 60, 0.0))
    given = []

    def enough(_cameras, seen, *_others):
        given.extend(seen)
        raise SourceError("That is enough.")

    monkeypatch.setattr(calibrate, "from_people" if command == "people" else "mend", enough)
    assert main([command, "rec", "--out", str(tmp_path)], parts_for(source, people)) == 1

    def off(seen):
        places = [(p.views[1][0], fine[6 * p.frame_index].views[1][0]) for p in seen[2:-2]]
        return np.median([np.linalg.norm((place - true)[COCO_JOINTS, :2], axis=-1) for place, true in places])

    assert off(given) < 0.2 * off(people)
