"""The command that kills: what it says when nothing is lost, and that it notices when something is."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from modules.evaluation.take import kill
from modules.take.store import Take
from tests.take.take_fakes import computed, header

#: Stands in for run.py: computes 12 frames into TAKE.FOLDER, goes on where it was, and writes which there are.
PROGRAM = """
import sys, time
from pathlib import Path
from modules.take.store import Take
from tests.take.take_fakes import computed, header
options = sys.argv[1:]
folder = Path(next(o for o in options if o.startswith("TAKE.FOLDER=")).removeprefix("TAKE.FOLDER="))
take = Take.find(folder / "walks", header(12))
for index in range(12):
    if index not in take.computed(0.0):
        take.put(computed(index, (500.0, 0.0)))
        time.sleep(0.05)
take.flush()
if "--out" in options:
    out = Path(options[options.index("--out") + 1])
    (out / "poses.jsonl").write_text(str(take.computed(0.0).tolist()) + EXTRA)
take.close()
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", ":".join(["tests", "."]))
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.replace("EXTRA", "''"))
    return path


def run(program, tmp_path, *options):
    return kill.main(["--program", str(program), "--out", str(tmp_path / "out"), "--kills", "3", "--count", "12", *options])


def test_nothing_is_lost(program, tmp_path, capsys):
    assert run(program, tmp_path, "--window") == 0
    content = json.loads((tmp_path / "out" / "kill.json").read_text())
    assert content["same_files"] == ["poses.jsonl"]
    assert [row[:2] + row[3:] for row in content["rows"]] == [["run.py", 2, 0, 0], ["window", 1, 0, 0]]
    assert "poses.jsonl (1 of 1)" in capsys.readouterr().out


def test_other_files_are_noticed(program, tmp_path):
    program.write_text(PROGRAM.replace("EXTRA", "str(folder)"))
    assert run(program, tmp_path) == 1


def test_lost_frames_are_noticed(tmp_path, monkeypatch):
    take = Take.find(tmp_path / "walks", header(12))
    for index in range(6):
        take.put(computed(index, (500.0, 0.0)))
    take.close()

    def forgetful(command, log):
        made = kill.subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
        again = Take(take.path)
        again.forget([2, 3])
        again.close()
        return made

    target = kill.Target(tmp_path, 0.0)
    monkeypatch.setattr(kill, "start", forgetful)
    monkeypatch.setattr(target, "_wait", lambda *_: None)
    target.kill("run.py", [], np.random.default_rng(0), 0)
    assert target.counts["run.py"].lost == 2


def test_a_program_that_ends_by_itself_is_no_kill(program, tmp_path, capsys):
    program.write_text(
        PROGRAM.replace("EXTRA", "''").replace("take.flush()", "if '--out' not in options: raise SystemExit('oh')")
    )
    assert run(program, tmp_path, "--window", "--count", "99") == 1
    assert "window failed by itself: oh" in capsys.readouterr().err


def test_a_program_that_fails_is_a_sentence(tmp_path, capsys):
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit('no such camera')")
    assert run(broken, tmp_path) == 1
    assert "no such camera" in capsys.readouterr().err
