"""The people table: values, order, and choosing in both directions."""

from __future__ import annotations

import math

import pytest
from gui_fakes import HIP_HEIGHT_MM, walk
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication

from modules.gui.panes.people_table import CONFIDENCE, DETAIL, DISTANCE, PERSON, PeopleTablePane, X, Z


@pytest.fixture
def pane(qtbot, state) -> PeopleTablePane:
    made = PeopleTablePane(state)
    qtbot.addWidget(made)
    made.resize(620, 260)
    made.show()
    qtbot.waitExposed(made)
    return made


def texts(pane: PeopleTablePane, column: int) -> list[str]:
    model = pane.table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def click_row(qtbot, pane: PeopleTablePane, row: int) -> None:
    at = pane.table.visualRect(pane.table.model().index(row, DETAIL)).center()
    qtbot.mouseClick(pane.table.viewport(), Qt.LeftButton, pos=at)


def lit(pane: PeopleTablePane) -> list[str]:
    return [index.data() for index in pane.table.selectionModel().selectedRows(PERSON)]


def test_rows_say_who_where_and_how_sure(pane, shown):
    pane.show_result(shown.frame, shown.result)
    x, y = walk(1, 0)
    assert texts(pane, PERSON) == ["Person 0", "Person 1", "Person 2"]
    assert texts(pane, DETAIL) == ["Full", "Full", "Root only"]
    assert texts(pane, DISTANCE) == ["0.70 m", "1.60 m", "2.50 m"]
    assert texts(pane, CONFIDENCE) == ["0.90", "0.80", "0.70"]
    assert texts(pane, X)[1] == str(round(x))
    assert texts(pane, Z)[1] == str(round(HIP_HEIGHT_MM))
    assert math.hypot(x, y) == pytest.approx(1600)


def test_a_name_stands_before_the_number_and_a_long_one_is_cut(pane, state, shown):
    pane.show_result(shown.frame, shown.result)
    state.set_names({1: "Ann", 2: "Bartholomew of the second camera"})
    assert texts(pane, PERSON) == ["Person 0", "Ann (1)", "Bartholomew of … (2)"]
    model = pane.table.model()
    assert model.index(2, PERSON).data(Qt.ToolTipRole) == "Bartholomew of the second camera"
    wide = pane.table.columnWidth(PERSON)
    assert wide >= pane.table.fontMetrics().horizontalAdvance("Bartholomew of … (2)")


def test_a_click_chooses_and_the_state_lights_the_row(pane, state, shown, qtbot):
    pane.show_result(shown.frame, shown.result)
    click_row(qtbot, pane, 1)
    assert state.selection == 1
    state.set_selection(2)
    assert lit(pane) == ["Person 2"]
    state.set_selection(None)
    assert lit(pane) == []


def test_sorted_by_any_column_and_the_choice_stays_with_the_person(pane, state, shown, compute, qtbot):
    pane.show_result(shown.frame, shown.result)
    state.set_selection(0)
    pane.table.sortByColumn(DISTANCE, Qt.DescendingOrder)
    assert texts(pane, PERSON) == ["Person 2", "Person 1", "Person 0"]
    assert lit(pane) == ["Person 0"]
    click_row(qtbot, pane, 0)
    assert state.selection == 2
    later = compute(5)
    pane.show_result(later.frame, later.result)
    assert lit(pane) == ["Person 2"]
    assert state.selection == 2


def test_someone_who_leaves_and_comes_back_is_still_chosen(pane, state, shown):
    pane.show_result(shown.frame, shown.result)
    state.set_selection(1)
    result = shown.result
    pane.show_result(shown.frame, type(result)(1, 0.0, 0.0, (0, 0), result.persons[:1]))
    assert lit(pane) == []
    assert state.selection == 1
    pane.show_result(shown.frame, result)
    assert lit(pane) == ["Person 1"]


def test_distance_is_from_the_lod_origin(pane, shown):
    person = shown.result.persons[0]
    origin = (float(person.root_world_mm[0]), float(person.root_world_mm[1]) - 3000.0)
    pane.show_result(shown.frame, type(shown.result)(0, 0.0, 0.0, origin, (person,)))
    assert texts(pane, DISTANCE) == ["3.00 m"]


def test_empty_says_why_and_clear_leaves_no_rows(pane, shown):
    assert "appear here" in pane.table.hint
    pane.show_result(shown.frame, type(shown.result)(0, 0.0, 0.0, (0, 0), ()))
    assert "Nobody" in pane.table.hint
    pane.show_result(shown.frame, shown.result)
    pane.clear()
    assert texts(pane, PERSON) == []
    assert "appear here" in pane.table.hint


def test_titles_are_readable_at_this_width(pane, shown):
    pane.show_result(shown.frame, shown.result)
    header, metrics = pane.table.horizontalHeader(), pane.table.fontMetrics()
    for column in range(Z + 1):
        title = pane.table.model().headerData(column, Qt.Horizontal)
        assert header.sectionSize(column) >= metrics.horizontalAdvance(title) + 8
    assert header.length() <= pane.table.viewport().width()


def test_a_hidden_table_catches_up(qtbot, state, shown):
    pane = PeopleTablePane(state)
    qtbot.addWidget(pane)
    pane.show_result(shown.frame, shown.result)
    state.set_selection(1)
    assert texts(pane, PERSON) == []
    pane.show()
    assert texts(pane, PERSON) == ["Person 0", "Person 1", "Person 2"]
    assert lit(pane) == ["Person 1"]


def test_copying_gives_titles_and_plain_numbers(pane, state, shown, qtbot):
    pane.show_result(shown.frame, shown.result)
    state.set_selection(1)
    pane.table.setFocus()
    qtbot.keyClick(pane.table, Qt.Key_C, Qt.ControlModifier)
    titles, row = (line.split("\t") for line in QApplication.clipboard().text().splitlines())
    assert titles[0] == "Person"
    x, y = walk(1, 0)
    assert row == ["1", "Full", "1.600", "0.80", str(round(x)), str(round(y)), str(round(HIP_HEIGHT_MM))]
    pane.table.copy(everyone=True)
    assert len(QApplication.clipboard().text().splitlines()) == 4


def test_rows_are_chosen_by_keys(pane, state, shown, qtbot):
    pane.show_result(shown.frame, shown.result)
    assert pane.table.focusPolicy() & Qt.TabFocus
    pane.table.setFocus()
    for expected in (0, 1, 2):
        qtbot.keyClick(pane.table, Qt.Key_Down)
        assert state.selection == expected


def test_every_value_can_be_read_where_the_titles_have_no_room(qtbot, pane, shown):
    pane.show_result(shown.frame, shown.result)
    pane.resize(430, 200)
    widths = [pane.table.columnWidth(column) for column in range(Z + 1)]
    assert sum(widths) <= 430
    metrics = pane.table.fontMetrics()
    assert all(widths[column] > metrics.horizontalAdvance(text) for column in range(Z + 1) for text in texts(pane, column))
