"""The speed command over fakes: what it leaves behind, and how it calls the plain loop."""

from __future__ import annotations

import json

import numpy as np
from evaluation_fakes import FakeEstimator, FakeSource, make_person

from modules.core.skeleton import NUM_JOINTS
from modules.evaluation.speed.command import main


def run(arguments, configs):
    def people(index):
        return [
            make_person(np.tile([x, 0.0, 900.0], (NUM_JOINTS, 1)), (x, 0.0, 900.0), track_id=i)
            for i, x in enumerate((0.0, 2000.0))
        ]

    def open_source(config):
        configs.append(config)
        return FakeSource(6)

    return main(arguments, open_source, lambda config: FakeEstimator(people, {"backbone": 3.0, "pose_net": 8.0}))


def test_a_run_leaves_tables_figures_and_bars(tmp_path, capsys):
    configs = []
    assert run(["--no-scaling", "--frames", "0:4", "--rounds", "2", "--out", str(tmp_path)], configs) == 0
    assert {c.RUNTIME.PLAIN: c.RUNTIME.READ_AHEAD for c in configs} == {False: 2, True: 0}
    figures = json.loads((tmp_path / "speed.json").read_text())
    assert figures["loops"]["frame by frame"]["stages_ms"]["backbone"]["count"] == 8
    assert figures["loops"]["frame by frame"]["stages_ms"]["draw"]["count"] == 3
    assert figures["loops"]["pose_difference"]["median_mm"] == 0
    assert figures["lod"]["near"] == 1
    printed = capsys.readouterr().out
    assert (tmp_path / "speed.md").read_text().strip() in printed
    assert "step back to a computed frame" in printed
    assert (tmp_path / "speed.png").read_bytes().startswith(b"\x89PNG")


def test_mistakes_are_sentences(tmp_path, capsys):
    assert run(["--no-scaling", "--frames", "9:", "--out", str(tmp_path)], []) == 1
    assert "6 frames" in capsys.readouterr().err
