"""Names of files that are not UTF-8."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from modules.core.errors import Note, SourceError
from modules.core.names import readable

pytestmark = pytest.mark.skipif(os.fsencode("é") != b"\xc3\xa9", reason="names are no bytes here")


def unpacked(name: str, encoding: str = "cp949") -> str:
    return name.encode(encoding).decode("utf-8", "surrogateescape")


def test_korean_names_are_read_part_by_part():
    assert readable(unpacked("왼쪽.mp4")) == "왼쪽.mp4"
    assert readable(f"/집/{unpacked('한국 녹화')}/cam01.mp4") == "/집/한국 녹화/cam01.mp4"
    assert readable(unpacked("뷁")) == "뷁"  # CP949 has it, EUC-KR has not


def test_what_is_utf_8_stays_and_so_does_what_is_nothing():
    decomposed = unicodedata.normalize("NFD", "왼쪽")
    assert readable(decomposed) == decomposed
    assert readable("caméra") == "caméra"
    assert readable("a\udcff") == "a\udcff"  # a byte that begins nothing in CP949


def test_sentences_show_letters_and_keep_the_path():
    path = Path("/녹화") / unpacked("왼쪽.mp4")
    error = SourceError("{file} is closed: {reason}.", file=path, reason=Note("{name} went", name=unpacked("앞")))
    assert str(error) == "/녹화/왼쪽.mp4 is closed: 앞 went."
    assert error.values["file"] == path
