"""Every text of the window has a finished Korean translation, and the compiled file is that of the .ts file."""

from __future__ import annotations

import ast
import string

import pytest
from PyQt5.QtCore import QCoreApplication, QTranslator

from modules.gui.translations.sources import _error_templates, _window_texts, messages
from modules.gui.translations.update import HERE, read_ts, write_ts

TS = HERE / "selfpose3d_ko.ts"
HINT = "run: python -m modules.gui.translations.update, translate what it names, and run it again"


@pytest.fixture(scope="module")
def korean():
    return read_ts(TS)


def fields(text: str) -> set[str]:
    return {f"{name}!{conversion}:{spec}" for _, name, spec, conversion in string.Formatter().parse(text) if name is not None}


def test_every_text_is_translated(korean):
    missing = sorted(messages() - korean.keys())
    assert not missing, HINT
    assert len(korean) > 250


def test_translations_keep_every_field(korean):
    wrong = [
        text for (context, text), translation in korean.items() if "{cam01" not in text and fields(text) != fields(translation)
    ]
    assert wrong == []


def test_translations_are_korean(korean):
    same = {text for (_, text), translation in korean.items() if text == translation}
    assert all(not any("가" <= letter <= "힣" for letter in text) for text in same)
    assert len(same) < 12  # units and bare patterns


def test_the_compiled_file_is_up_to_date(qapp, korean):
    translator = QTranslator()
    assert translator.load(str(TS.with_suffix(".qm")))
    QCoreApplication.installTranslator(translator)
    translate = QCoreApplication.translate
    stale = [text for (context, text), translation in korean.items() if translate(context, text) != translation]
    QCoreApplication.removeTranslator(translator)
    assert not stale, HINT


def test_texts_are_found_in_sources():
    tree = ast.parse(
        "class Pane:\n"
        "    def f(self):\n"
        "        self.tr('one' ' two')\n"
        "        QCoreApplication.translate('help', 'three')\n"
        "        QCoreApplication.translate('errors', name)\n"
        "NAMES = (QT_TRANSLATE_NOOP('joints', 'knee'),)\n"
        "raise SourceError('{file} is bad.', file=1)\n"
        "raise ValueError('not for users')\n"
    )
    assert set(_window_texts(tree, "")) == {("Pane", "one two"), ("help", "three"), ("joints", "knee")}
    assert set(_error_templates(tree)) == {("errors", "{file} is bad.")}


def test_updating_keeps_translations_and_marks_what_is_missing(tmp_path):
    path = tmp_path / "x_ko.ts"
    write_ts(path, "ko", {("A", "old"), ("A", "new <&>")}, {("A", "old"): "옛", ("A", "gone"): "없음"})
    assert read_ts(path) == {("A", "old"): "옛"}
    assert 'type="unfinished"' in path.read_text(encoding="utf-8")
    assert "gone" not in path.read_text(encoding="utf-8")
    assert "new &lt;&amp;&gt;" in path.read_text(encoding="utf-8")
