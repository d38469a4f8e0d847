"""Settings: wrong values can't be saved, the file's comments survive, a failed write leaves the file."""

from __future__ import annotations

import stat

import pytest
import yaml
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtWidgets import QApplication, QDialogButtonBox

from modules.core.config import load_config
from modules.core.config_keys import KEYS
from modules.core.errors import ConfigError
from modules.gui.settings.config_file import edit_text, save_values
from modules.gui.settings.dialog import SettingsDialog
from modules.gui.settings.editors import expectation

TEXT = """\
# The room of the demo.
SOURCE:
  PATH: data/demo   # where it is
BACKBONE_MODEL: movenet_multipose
NETWORK:            # small
  IMAGE_SIZE: [192, 320]  # portrait
  HEATMAP_SIZE:
    - 48   # width
    - 80
  # last words on the network

# about the rest
LOD: {DISTANCE_MM: 1000.0}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "room.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def dialog(qtbot, file):
    made = SettingsDialog(load_config(file), file)
    qtbot.addWidget(made)
    return made


def test_a_value_is_changed_where_it_stands_and_nothing_else(file):
    save_values(file, {"SOURCE.PATH": "data/other"})
    assert file.read_text(encoding="utf-8") == TEXT.replace("data/demo", "data/other")


def test_flow_lists_and_tables(file):
    save_values(file, {"NETWORK.IMAGE_SIZE": [256, 512], "LOD.DISTANCE_MM": 2500.0})
    expected = TEXT.replace("[192, 320]", "[256, 512]").replace("1000.0", "2500.0")
    assert file.read_text(encoding="utf-8") == expected


def test_a_key_of_a_known_section_goes_to_its_end(file):
    save_values(file, {"SOURCE.FORMAT": "pose2sim"})
    assert file.read_text(encoding="utf-8") == TEXT.replace("# where it is\n", "# where it is\n  FORMAT: pose2sim\n")


def test_a_key_of_a_section_in_braces(file):
    save_values(file, {"LOD.ORIGIN_XY_MM": [1.0, 2.0]})
    assert "LOD: {DISTANCE_MM: 1000.0, ORIGIN_XY_MM: [1.0, 2.0]}" in file.read_text(encoding="utf-8")


def test_a_new_section_goes_to_the_end(file):
    save_values(file, {"RUNTIME.THREADS": 2, "RUNTIME.DEVICE": "cpu"})
    text = file.read_text(encoding="utf-8")
    assert text.startswith(TEXT)
    assert text.removeprefix(TEXT) == "RUNTIME:\n  THREADS: 2\n  DEVICE: cpu\n"


def test_a_list_over_several_lines_becomes_one_line(file):
    save_values(file, {"NETWORK.HEATMAP_SIZE": [64, 128]})
    text = file.read_text(encoding="utf-8")
    assert yaml.safe_load(text)["NETWORK"]["HEATMAP_SIZE"] == [64, 128]
    assert "# last words on the network" in text
    assert "# about the rest" in text


@pytest.mark.parametrize("text", ["", "# only a comment", "# a comment\n"])
def test_an_empty_file(text, tmp_path):
    path = tmp_path / "empty.yaml"
    path.write_text(text, encoding="utf-8")
    save_values(path, {"LOD.DISTANCE_MM": 5.0})
    assert load_config(path).LOD.DISTANCE_MM == 5.0
    assert path.read_text(encoding="utf-8").startswith(text)


def test_odd_strings_and_tables_come_back(file):
    values = {"SOURCE.PATH": "C:\\data: #1 'é'", "SOURCE.FRAME_OFFSETS": {"cam 1": 3}, "SOURCE.CAMERAS": ["a", "1"]}
    save_values(file, values)
    found = load_config(file)
    assert values["SOURCE.PATH"] == found.SOURCE.PATH
    assert found.SOURCE.FRAME_OFFSETS == {"cam 1": 3}
    assert found.SOURCE.CAMERAS == ["a", "1"]


def test_windows_line_ends_and_rights_stay(file):
    file.write_bytes(TEXT.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    save_values(file, {"SOURCE.PATH": "x"})
    assert file.read_bytes() == TEXT.replace("data/demo", "x").replace("\n", "\r\n").encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_layout_that_cant_be_changed_safely_is_refused(tmp_path):
    text = "LOD: &shared {DISTANCE_MM: 1.0}\nRUNTIME: *shared\n"
    with pytest.raises(ConfigError, match="text editor"):
        edit_text(text, {"LOD.DISTANCE_MM": 2.0}, tmp_path / "x.yaml")


def test_a_write_that_fails_leaves_the_file(file, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("modules.gui.settings.config_file.os.replace", refuse)
    with pytest.raises(ConfigError, match="Permission denied"):
        save_values(file, {"SOURCE.PATH": "x"})
    assert file.read_text(encoding="utf-8") == TEXT
    assert [path.name for path in file.parent.iterdir()] == ["room.yaml"]


def test_every_key_has_an_editor_with_its_value(dialog):
    assert set(dialog.editors) == set(KEYS)
    assert dialog.editors["NETWORK.IMAGE_SIZE"].field.text() == "[192, 320]"
    assert dialog.changes() == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("LOD.DISTANCE_MM", "-5"), ("LOD.DISTANCE_MM", "far"), ("LOD.DISTANCE_MM", ""), ("NETWORK.IMAGE_SIZE", "[192]"),
        ("RUNTIME.THREADS", "2.5"), ("SOURCE.FRAME_OFFSETS", "[1]"), ("MULTI_PERSON.SPACE_SIZE", "[1, 2"),
        ("NETWORK.IMAGE_SIZE", "[200, 320]"),  # admitted alone, not together with the heatmap's size
    ],
)  # fmt: skip
def test_a_wrong_value_cant_be_saved(dialog, file, name, text):
    dialog.editors[name].field.setText(text)
    dialog.editors[name].edited.emit()
    assert not dialog.buttons.button(QDialogButtonBox.Save).isEnabled()
    assert dialog.problem.text()
    dialog.save()
    assert file.read_text(encoding="utf-8") == TEXT
    assert dialog.result() == 0


def test_a_good_value_is_saved_and_handed_on(qtbot, dialog, file):
    saved = []
    dialog.saved.connect(saved.append)
    dialog.editors["LOD.DISTANCE_MM"].field.setText("1500")
    dialog.editors["LOD.DISTANCE_MM"].edited.emit()
    dialog.buttons.button(QDialogButtonBox.Save).click()
    assert saved[0].LOD.DISTANCE_MM == 1500.0
    assert file.read_text(encoding="utf-8") == TEXT.replace("1000.0", "1500.0")


def test_a_wrong_value_that_is_put_right_can_be_saved(dialog):
    editor = dialog.editors["RUNTIME.THREADS"]
    for text, good in (("many", False), ("3", True)):
        editor.field.setText(text)
        editor.edited.emit()
        assert dialog.buttons.button(QDialogButtonBox.Save).isEnabled() is good
    assert dialog.changes() == {"RUNTIME.THREADS": 3}


def test_the_filter_finds_by_name_and_meaning(dialog):
    dialog.filter.setText("heatmap (width")
    shown = [name for name, item in dialog._items.items() if not item.isHidden()]
    assert shown == ["NETWORK.HEATMAP_SIZE"]


def test_expectations_name_kind_count_and_bounds():
    assert expectation(KEYS["NETWORK.IMAGE_SIZE"]) == "Expected: a list of 2 in brackets, each entry: whole number (32 – 4096)."
    assert expectation(KEYS["RUNTIME.DEVICE"]) == "One of: auto, cpu, cuda."
    assert expectation(KEYS["LOD.DISTANCE_MM"]) == "Expected: number (≥ 0)."


def test_the_wheel_over_the_tree_changes_nothing(dialog):
    dialog.show()
    editor = dialog.editors["SOURCE.FORMAT"]
    at = editor.field.rect().center()
    turn = QWheelEvent(
        at, editor.field.mapToGlobal(at), QPoint(), QPoint(0, -120), Qt.NoButton, Qt.NoModifier, Qt.NoScrollPhase, False
    )
    QApplication.sendEvent(editor.field, turn)
    assert editor.value() == "auto"


def test_what_the_program_was_started_with_survives_a_save(qtbot, tmp_path):
    path = tmp_path / "room.yaml"
    path.write_text("LOD:\n  DISTANCE_MM: 100.0\n", encoding="utf-8")
    started = load_config(path, {"RUNTIME.THREADS": 3, "LOD.DISTANCE_MM": 500.0})
    dialog = SettingsDialog(started, path)
    qtbot.addWidget(dialog)
    saved = []
    dialog.saved.connect(saved.append)
    dialog.editors["TAKE.SHORTEST_TRACK"].field.setText("7")
    dialog.save()
    assert (saved[0].RUNTIME.THREADS, saved[0].LOD.DISTANCE_MM, saved[0].TAKE.SHORTEST_TRACK) == (3, 500.0, 7)
    assert "THREADS" not in path.read_text(encoding="utf-8")
