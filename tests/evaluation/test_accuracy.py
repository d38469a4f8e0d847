"""The accuracy command over fakes: files, exit status, a sentence for a mistake."""

from __future__ import annotations

import json

import numpy as np
from evaluation_fakes import FakeEstimator, FakeSource, make_person

from modules.core.skeleton import LEFT_HIP
from modules.evaluation.accuracy import main
from modules.evaluation.demo import DEMO_SETS, load_reference


def run(arguments, opened):
    reference = load_reference(DEMO_SETS[0])

    def people(index):
        return [make_person(np.nan_to_num(p), p[LEFT_HIP]) for p in reference[index, :2]]

    def open_source(config):
        opened.append((config.SOURCE.PATH, FakeSource(2)))
        return opened[-1][1]

    return main(arguments, open_source, lambda config: FakeEstimator(people))


def test_demo_run_leaves_table_figures_and_picture(tmp_path, capsys):
    opened = []
    assert run(["--demo", "--out", str(tmp_path), "--set", "RUNTIME.THREADS=1"], opened) == 0
    assert [path.rsplit("/", 1)[1] for path, _ in opened] == ["Demo_MultiPerson", "Demo_SinglePerson"]
    assert all(source.closed for _, source in opened)
    figures = json.loads((tmp_path / "accuracy.json").read_text())
    assert figures["demo"]["Demo_MultiPerson"]["people"]["athlete"]["found"] == 1
    assert figures["config"]["set"] == {"RUNTIME.THREADS": 1}
    assert figures["machine"]["torch"]
    printed = capsys.readouterr().out
    table = (tmp_path / "accuracy.md").read_text()
    assert "| athlete found" in table
    assert table.strip() in printed
    assert (tmp_path / "accuracy.png").stat().st_size > 10_000


def test_a_mistake_is_a_sentence_and_exit_1(tmp_path, capsys):
    assert run(["--demo", "--out", str(tmp_path), "--set", "NO.KEY=1"], []) == 1
    assert "unknown key NO.KEY" in capsys.readouterr().err
    assert run(["--panoptic", str(tmp_path), "--out", str(tmp_path)], []) == 1
    assert "no ground truth" in capsys.readouterr().err
    assert not (tmp_path / "accuracy.json").exists()
