"""What a user accepted of a recording's rig check stays with the recording, and with nothing else."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from modules import composition
from modules.core.config import load_config, set_key
from modules.core.errors import ExportError, Note
from modules.core.rig import Finding, RigReport, Subject, Verdict
from modules.headless import say_accepted
from modules.rig.check import rig_check


@pytest.fixture
def config(demo_dir, tmp_path):
    return load_config(None, {"SOURCE.PATH": str(demo_dir), "TAKE.FOLDER": str(tmp_path / "takes"), "RIG.CHECK": False})


def opened(config):
    return closing(composition.put_right(config, composition.open_source(config))[0])


def test_what_was_accepted_is_done_at_every_opening_until_it_is_taken_back(config, demo_dir):
    with opened(config) as source:
        plain = source.read(10)
        folder = composition.output_folder(config, source)
    composition.accept(config, demo_dir, {"RIG.MIRRORED": ["cam02"], "SOURCE.FRAME_OFFSETS": {"cam03": 2}})
    with opened(config) as source:
        changed = source.read(10)
        with closing(composition.open_take(config, source)) as take:
            assert take.header.source["offsets"] == {"cam03": 2}
            assert json.loads(take.header.world)["mirrored"] == ["cam02"]
    np.testing.assert_array_equal(changed.images[1], plain.images[1][:, ::-1])
    assert (changed.images[2] != plain.images[2]).any()
    window = composition.open_known(config, demo_dir, "auto", {})
    np.testing.assert_array_equal(window.read(10).images[1], changed.images[1])
    window.close()
    composition.accept(config, demo_dir, {})
    with opened(config) as source:
        np.testing.assert_array_equal(source.read(10).images[1], plain.images[1])
    assert json.loads((folder / composition.ACCEPTED_FILE).read_text())["options"] == {}


def test_what_the_configuration_says_goes_before_what_was_accepted(config, demo_dir):
    composition.accept(config, demo_dir, {"RIG.MIRRORED": ["cam02"], "SOURCE.FRAME_OFFSETS": {"cam03": 2, "cam01": 1}})
    given = load_config(None, {"TAKE.FOLDER": config.TAKE.FOLDER, "RIG.MIRRORED": ["cam01"]})
    found = composition.for_recording(given, demo_dir, {"cam03": -4})
    assert found.RIG.MIRRORED == ["cam01"]
    assert found.SOURCE.FRAME_OFFSETS == {"cam03": -4, "cam01": 1}


def test_what_the_command_line_gives_stands_also_where_it_gives_nothing(config, demo_dir, capsys):
    composition.accept(config, demo_dir, {"RIG.MIRRORED": ["cam02"], "SOURCE.FRAME_OFFSETS": {"cam03": 2}})
    given = load_config(None, {"TAKE.FOLDER": config.TAKE.FOLDER, "SOURCE.PATH": str(demo_dir), "RIG.MIRRORED": []})
    found = composition.for_recording(given, demo_dir)
    assert found.RIG.MIRRORED == []
    assert found.SOURCE.FRAME_OFFSETS == {"cam03": 2}
    with closing(composition.open_source(given)) as source:
        say_accepted(given, source)
    assert "Put in step (frames; +: late, -: early): cam03 +2." in (said := capsys.readouterr().out)
    assert "mirrored" not in said
    given = load_config(None, {"TAKE.FOLDER": config.TAKE.FOLDER, "SOURCE.FRAME_OFFSETS": {}})
    assert composition.for_recording(given, demo_dir, {}).SOURCE.FRAME_OFFSETS == {}
    assert composition.accepted(given, demo_dir) == {"RIG.MIRRORED": ["cam02"], "SOURCE.FRAME_OFFSETS": {"cam03": 2}}


def test_what_is_taken_back_is_not_checked_again(config, demo_dir, monkeypatch):
    looked = []
    monkeypatch.setattr(rig_check, "check_rig", lambda *_: looked.append(1) or RigReport((1,), 3, (), (), floor_mm=-7.0))
    on = config.clone()
    on.defrost()
    on.RIG.CHECK = True
    on.freeze()

    def check():
        return composition.check_folder(on, demo_dir, "auto", {}, lambda share: None)

    check()
    for again in range(3):
        composition.accept(config, demo_dir, {"RIG.MIRRORED": ["cam02"]})
        check()
        assert len(looked) == 2
        composition.accept(config, demo_dir, {})
        check()
        assert len(looked) == 2, again


def test_another_recording_of_that_name_has_nothing_of_it(config, demo_dir, tmp_path):
    composition.accept(config, demo_dir, {"RIG.MIRRORED": ["cam02"]})
    other = tmp_path / "elsewhere" / demo_dir.name
    other.mkdir(parents=True)
    (other / "cam1.mp4").write_bytes(b"other")
    assert composition.accepted(config, other) == {}
    assert composition.accepted(config, demo_dir) == {"RIG.MIRRORED": ["cam02"]}


@pytest.mark.parametrize("text", ["", "[]", '{"key": 1}', '{"key": "KEY", "options": {"WEIGHTS.ALL": "x", "NO.KEY": 1}}'])
def test_a_file_with_something_else_is_passed_over(config, demo_dir, text):
    composition.accept(config, demo_dir, {})
    path = composition.recording_output(config, demo_dir) / composition.ACCEPTED_FILE
    path.write_text(text.replace("KEY", json.loads(path.read_text())["key"]))
    assert composition.accepted(config, demo_dir) == {}


def test_where_it_cannot_be_kept_is_said(config, demo_dir):
    Path(config.TAKE.FOLDER).write_text("a file")
    with pytest.raises(ExportError, match="Can't write"):
        composition.accept(config, demo_dir, {"RIG.MIRRORED": ["cam02"]})


def test_the_same_files_are_not_checked_twice_and_others_are(config, demo_dir, monkeypatch):
    looked = []

    def check(source, find_people, progress, frames):
        looked.append([camera.name for camera in source.cameras])
        return RigReport((1,), 3, (), (), floor_mm=-7.0 if frames is None else 3.0)

    monkeypatch.setattr(rig_check, "check_rig", check)
    on = config.clone()
    on.defrost()
    on.RIG.CHECK = True
    on.freeze()
    with closing(composition.open_source(on)) as source:
        assert composition.known_report(on, source) is None
        for _ in range(2):
            assert composition.checked(on, source).floor_mm == -7.0
        assert composition.known_report(on, source).floor_mm == -7.0
        assert len(looked) == 1
        composition.checked(on, source, again=True)
        assert len(looked) == 2
        assert composition.checked(on, source, frames=range(3, 9)).floor_mm == 3.0
        assert composition.checked(on, source).floor_mm == -7.0  # what was kept is of the whole recording
    report, changed = composition.check_folder(on, demo_dir, "auto", {}, lambda share: None)  # the window's way
    assert (report.floor_mm, changed, len(looked)) == (-7.0, False, 3)
    composition.check_folder(on, demo_dir, "auto", {"cam02": 3}, lambda share: None)  # opened otherwise
    assert len(looked) == 4


def test_proposals_are_told_in_full_beside_what_is_done_already(config):
    def finding(name, value):
        return Finding(Subject.TIME, Verdict.PROPOSED, Note("x"), (), ((name, value),))

    found = [
        finding("SOURCE.FRAME_OFFSETS", {"a": 10, "b": 2}), finding("SOURCE.FRAME_OFFSETS", {"b": 2}),
        finding("SOURCE.QUARTER_TURNS", {"a": 3}), finding("SOURCE.QUARTER_TURNS", {"b": 1}),
        finding("RIG.MIRRORED", ["a"]), finding("RIG.MIRRORED", ["b"]), finding("RIG.EXCHANGED", ["b", "a"]),
        finding("RIG.EXCHANGED", ["b", "c"]), finding("SOURCE.CAMERAS", ["a", "b"]),
    ]  # fmt: skip
    given = load_config(
        None,
        {
            "SOURCE.FRAME_OFFSETS": {"a": -4}, "SOURCE.QUARTER_TURNS": {"a": 2}, "RIG.MIRRORED": ["a"],
            "RIG.EXCHANGED": ["a", "b"],
        },
    )  # fmt: skip
    report = composition.with_options_in_full(given, RigReport((1,), 3, (), tuple(found)))
    assert [value for f in report.findings for _, value in f.options] == [
        {"a": 6, "b": 2}, {"a": -4, "b": 2}, {"a": 1}, {"a": 2, "b": 1}, [], ["a", "b"], [], ["a", "b", "c"], ["a", "b"],
    ]  # fmt: skip


def test_what_was_found_holds_for_the_delays_that_it_was_found_with(config, demo_dir, monkeypatch):
    looked = []

    def check(source, find_people, progress, frames):
        looked.append(source.info.opened[2].late_s)
        return RigReport((1,), 3, (), ())

    monkeypatch.setattr(rig_check, "check_rig", check)
    for delays in ({"cam03": 317}, {}, {"cam03": 317}):
        on = config.clone()
        on.defrost()
        on.RIG.CHECK = True
        set_key(on, "SOURCE.DELAY_MS", delays, "command line")
        on.freeze()
        with closing(composition.open_source(on)) as source:
            composition.checked(on, source)
    assert looked[:2] == [0.317, 0.0]
