"""Tables, JSON and the shared options."""

from __future__ import annotations

import argparse
import json

import numpy as np
import pytest

from modules.core.errors import ConfigError, ExportError
from modules.evaluation.common.options import overrides, parse_frames
from modules.evaluation.common.report import markdown_table, number, percent, plain, write_json


def test_table_is_padded():
    assert markdown_table(["a", "much wider"], [["long cell", 1.234], ["x", float("nan")]]) == (
        "| a         | much wider |\n| --------- | ---------- |\n| long cell | 1.23       |\n| x         | –          |"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.04567, "0.0457"), (12.345, "12.3"), (1234.5, "1234"), (7, "7"), (None, "–"), (0.0, "0"), (99.96, "100")],
)
def test_numbers(value, text):
    assert number(value) == text


def test_percent():
    assert percent(0.985) == "98.5 %"
    assert percent(float("nan")) == "–"


def test_json_holds_no_nan(tmp_path):
    path = tmp_path / "deep" / "figures.json"
    write_json(path, {25: np.float32(0.5), "nan": float("nan"), "array": np.array([1.0, np.inf]), "count": np.int64(3)})
    assert json.loads(path.read_text()) == {"25": 0.5, "nan": None, "array": [1.0, None], "count": 3}
    assert [p.name for p in path.parent.iterdir()] == ["figures.json"]
    assert plain((True, "x")) == [True, "x"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match=r"file/figures\.json"):
        write_json(tmp_path / "file" / "figures.json", {})


def test_frames_option():
    assert parse_frames("3:9") == slice(3, 9)
    assert parse_frames("::10") == slice(None, None, 10)
    with pytest.raises(argparse.ArgumentTypeError):
        parse_frames("7")
    with pytest.raises(argparse.ArgumentTypeError):
        parse_frames("a:b")


def test_overrides():
    options = argparse.Namespace(set=["RUNTIME.THREADS=2", "WEIGHTS.POSE_NET=a=b"], device="cpu")
    assert overrides(options) == {"RUNTIME.THREADS": 2, "WEIGHTS.POSE_NET": "a=b", "RUNTIME.DEVICE": "cpu"}
    for entry, word in (("NO.KEY=1", "NO.KEY"), ("RUNTIME.THREADS=many", "RUNTIME.THREADS")):
        with pytest.raises(ConfigError, match=word):
            overrides(argparse.Namespace(set=[entry], device=None))
