"""The command that says what a long take costs, on a short one."""

from __future__ import annotations

import json

from modules.evaluation.take import cost


def test_the_table_says_what_was_measured(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cost, "LAST", 5)
    monkeypatch.setattr(cost, "_elsewhere", lambda part, path: getattr(cost, part)(path))
    assert cost.main(["--frames", "40", "--people", "3", "--out", str(tmp_path)]) == 0
    rows = json.loads((tmp_path / "cost.json").read_text())["rows"]
    assert rows["people found"] == 3
    # 15 joints and 10 more at 12 bytes, deviations and five views' trust at 2: some 700 bytes and the file's own
    assert 500 < rows["bytes per person and frame"] < 3000
    assert rows["open and show a frame, s"] >= rows["open, s"] > 0
    assert "bytes per person and frame" in capsys.readouterr().out
