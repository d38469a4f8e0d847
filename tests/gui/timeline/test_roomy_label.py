"""A label says all that it has room for, then less, and its tool tip says all."""

from __future__ import annotations

import pytest

from modules.gui.timeline.roomy_label import RoomyLabel


@pytest.mark.parametrize(("letters", "shown"), [(40, "Frames 20 to 70 are chosen"), (12, "20–70"), (2, "")])
def test_it_says_what_it_has_room_for(qtbot, letters, shown):
    label = RoomyLabel()
    qtbot.addWidget(label)
    label.setText("Frames 20 to 70 are chosen", "20–70")
    label.resize(letters * label.fontMetrics().averageCharWidth(), 20)
    label.show()
    assert label.shown == shown
    assert label.toolTip() == "Frames 20 to 70 are chosen"


def test_without_a_shorter_text_it_ends_in_dots(qtbot):
    label = RoomyLabel()
    qtbot.addWidget(label)
    label.setText("Shift and drag: a range")
    label.resize(10 * label.fontMetrics().averageCharWidth(), 20)
    assert label.shown.startswith("Sh")
    assert label.shown.endswith("…")
