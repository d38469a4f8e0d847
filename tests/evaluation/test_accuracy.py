"""The accuracy command over fakes: files, exit status, a sentence for a mistake."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
from evaluation_fakes import FakeEstimator, FakeSource, make_person

from modules.core.skeleton import LEFT_HIP
from modules.evaluation.accuracy import command as accuracy
from modules.evaluation.accuracy.command import main
from modules.evaluation.accuracy.demo import DEMO_SETS, load_reference
from modules.SelfPose3d.lib.training.runs import published_rigs
from modules.SelfPose3d.lib.training.scenes import look
from modules.SelfPose3d.lib.training.validation import held_out_scenes


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


def test_with_exact_cameras_the_noise_stays_and_the_calibration_is_right(tmp_path, monkeypatch):
    asked = []

    def evaluate(config, count, noise, **_):
        asked.append((count, noise))
        return []

    monkeypatch.setattr(accuracy, "evaluate_synthetic", evaluate)
    for more in ([], ["--exact-cameras"]):
        assert run(["--synthetic", "--scenes", "3", "--out", str(tmp_path), *more], []) == 0
    (_, usual), (count, exact) = asked
    assert count == 3
    assert usual["noisy"].calibration == 1
    (errors,) = exact.values()
    assert errors == replace(usual["noisy"], calibration=0)
    rig = published_rigs()["campus"]
    (scene,) = held_out_scenes(1, rig, replace(errors, offset=0, swap=0, out_of_step=0), 0)
    for view, camera in enumerate(scene.cameras):
        drawn = scene.own_amplitude[view] > 0
        at = look(scene.joints_world_mm, camera, scene.network_size).cells
        np.testing.assert_allclose(scene.own_cells[view][drawn], at[drawn], atol=1e-3)
