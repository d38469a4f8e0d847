"""Every text of the window has a finished Korean translation, and the compiled file is that of the .ts file."""

from __future__ import annotations

import ast
import logging
import re
import string
from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QCoreApplication, QTranslator

from modules.core.config import load_config
from modules.core.errors import ConfigError, Note
from modules.core.files import cant_write
from modules.core.trajectory import TrajectorySet
from modules.export.trajectories.formats import FORMATS
from modules.gui.i18n import sentence, set_language
from modules.gui.motion.export_dialog import ExportDialog
from modules.gui.motion.parts import FileFormat
from modules.gui.panes.log_pane import LogPane
from modules.gui.panes.recording_panel import RecordingPanel
from modules.gui.timeline.tracks import Track
from modules.gui.translations.sources import _error_templates, _log_templates, _window_texts, messages
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


#: Korean words that have been said another way: one term for one thing. A kind of file is 동영상 파일, what it shows 영상.
OTHER_WORDS = re.compile("보정|비디오|동영상(?! 파일)|십시오|배치 확인(?<!카메라 배치 확인)|단추|네트워크|정제")


def test_one_korean_term_for_one_thing(korean):
    readme = (HERE.parents[2] / "README.ko.md").read_text(encoding="utf-8")
    assert [line for line in (*korean.values(), *readme.splitlines()) if OTHER_WORDS.search(line)] == []


def test_translations_are_korean(korean):
    same = {text for (_, text), translation in korean.items() if text == translation}
    assert all(not any("가" <= letter <= "힣" for letter in text) for text in same)
    assert len(same) < 16  # units and bare patterns


def test_the_compiled_file_is_up_to_date(qapp, korean):
    translator = QTranslator()
    assert translator.load(str(TS.with_suffix(".qm")))
    QCoreApplication.installTranslator(translator)
    translate = QCoreApplication.translate
    stale = [text for (context, text), translation in korean.items() if translate(context, text) != translation]
    QCoreApplication.removeTranslator(translator)
    assert not stale, HINT


@pytest.fixture
def in_korean(qapp):
    set_language("ko")
    yield
    set_language("en")


def test_values_that_are_notes_are_translated_too(in_korean):
    with pytest.raises(ConfigError) as caught:
        load_config(None, {"NETWORK.IMAGE_SIZE": [192]})
    error = caught.value
    assert str(error) == "command line: NETWORK.IMAGE_SIZE: expected 2 entries, got 1."
    assert sentence(error.template, error.values) == "command line: NETWORK.IMAGE_SIZE: 항목이 2개여야 하는데 1개입니다."


def test_a_recording_s_notes_are_shown_in_korean(qtbot, in_korean, state, room):
    note = Note("The cameras differ in length ({listed} frames); all stop at frame {last}.", listed="a 9, b 8", last=8)
    panel = RecordingPanel(state)
    qtbot.addWidget(panel)
    state.set_room(replace(room, info=replace(room.info, notes=(note,))))
    assert panel.rows()[-1] == ("참고", "카메라마다 길이가 다릅니다(a 9, b 8프레임). 모두 8번 프레임에서 끝납니다.")


def test_a_logger_s_message_is_shown_in_korean(qtbot, in_korean):
    pane = LogPane()
    qtbot.addWidget(pane)
    logging.getLogger("modules.estimator").error("Rig %s: space %s mm around %s mm, network image %s px", "a1", 1, 2, 3)
    logging.getLogger("modules.estimator").warning(
        Note("{problem} Going on with torch, which is slower.", problem=Note("{key} is missing", key="x"))
    )
    pane.detach()
    assert "x 항목이 없습니다 torch로 계속하므로 더 느립니다." in pane.toPlainText()
    assert "카메라 배치 a1: 공간 1 mm, 중심 2 mm" in pane.toPlainText()


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
        "Note('a note')\n"
        "log.info('%d left', 1)\n"
    )
    assert set(_window_texts(tree, "")) == {("Pane", "one two"), ("help", "three"), ("joints", "knee")}
    assert set(_error_templates(tree)) == {("errors", "{file} is bad."), ("errors", "a note")}
    assert set(_log_templates(tree)) == {("log", "%d left")}


def test_updating_keeps_translations_and_marks_what_is_missing(tmp_path):
    path = tmp_path / "x_ko.ts"
    write_ts(path, "ko", {("A", "old"), ("A", "new <&>")}, {("A", "old"): "옛", ("A", "gone"): "없음"})
    assert read_ts(path) == {("A", "old"): "옛"}
    assert 'type="unfinished"' in path.read_text(encoding="utf-8")
    assert "gone" not in path.read_text(encoding="utf-8")
    assert "new &lt;&amp;&gt;" in path.read_text(encoding="utf-8")


#: Sentences that only a command line can cause.
OF_COMMANDS = (
    "--set",
    "--frames",
    "--resume",
    "--height",
    "--tape",
    "--mark",
    "--out",
    "--square",
    "--marker",
    "run.py",
    "The rig can't be right: see above",
)


def test_the_window_never_speaks_of_command_line_options():
    named = sorted(text for _, text in messages() if re.search(r"(^|[ (])--[a-z]", text))
    assert all(text.startswith(OF_COMMANDS) for text in named), named


def test_the_export_dialog_s_formats_and_problems_are_in_korean(qtbot, in_korean, tmp_path):
    def write(*_):
        raise cant_write(tmp_path, "full")

    kinds = [FileFormat(kind.name, kind.title) for kind in FORMATS.values()]
    motion = TrajectorySet("walk", 25.0, np.arange(0), np.zeros(0), (), (), "rts")
    track = Track(1, "Person 1", 0, np.zeros(1, np.uint8))
    dialog = ExportDialog(kinds, write, None, (motion, motion), [track], {}, None, tmp_path)
    qtbot.addWidget(dialog)
    assert dialog.formats["csv"].text() == "CSV, 프레임마다 한 줄 (Excel)"
    dialog.buttons.accepted.emit()
    qtbot.waitUntil(lambda: bool(dialog.problem.text()))
    assert "쓸 수 없습니다" in dialog.problem.text()
