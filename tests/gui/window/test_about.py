"""Help's dialogs fit the screen and read well in both languages."""

from __future__ import annotations

import pytest
from PyQt5.QtWidgets import QLabel, QVBoxLayout, QWidget

from modules.gui.window.about import scrolled, without_letter


@pytest.mark.parametrize(
    ("text", "shown"),
    [("&Open recording…", "Open recording…"), ("녹화 열기(&O)…", "녹화 열기…"), ("끝내기(&Q)", "끝내기"), ("A (b)", "A (b)")],
)
def test_the_letter_that_chooses_a_menu_is_left_out(text, shown):
    assert without_letter(text) == shown


@pytest.mark.parametrize(("rows", "most_px", "scrolls"), [(3, 400, False), (60, 400, True)])
def test_what_is_higher_than_the_screen_can_be_scrolled(qtbot, rows, most_px, scrolls):
    content = QWidget()
    column = QVBoxLayout(content)
    for row in range(rows):
        column.addWidget(QLabel(f"row {row}"))
    area = scrolled(content, most_px)
    qtbot.addWidget(area)
    area.resize(area.minimumSize())
    area.show()
    qtbot.waitExposed(area)
    assert area.height() == min(content.sizeHint().height(), most_px)
    assert (area.verticalScrollBar().maximum() > 0) is scrolls
    assert area.horizontalScrollBar().maximum() == 0
