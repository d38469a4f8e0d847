"""The window on its first start, on screens of all sizes: everything that is needed can be reached and read."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QPoint, QRect, Qt
from PyQt5.QtWidgets import QAbstractButton, QLabel, QTabBar
from window_fakes import settle

from modules.gui.i18n import set_language
from modules.gui.panes.people_table import Z
from modules.gui.panes.timing_plot import LEAST_PLOT_PX
from modules.gui.window import main_window
from modules.gui.window.main_window import FRAME_PX, SMALLEST_PX, first_geometry

SCREENS = [(1280, 720), (1366, 768), (1920, 1080), (3840, 2160)]


@pytest.mark.parametrize("size", SCREENS)
def test_the_first_window_is_all_on_the_screen(size):
    screen = QRect(0, 24, size[0], size[1] - 24)  # under a desktop's bar
    made = first_geometry(screen)
    assert screen.contains(made)
    assert made.width() <= screen.width() - FRAME_PX[0]
    assert made.height() <= screen.height() - FRAME_PX[1]
    assert made.width() * made.height() > 0.6 * screen.width() * screen.height()


@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.parametrize("language", [0, 1])
def test_everything_can_be_reached_and_read(qtbot, window, size, language):
    window.menus.language.actions()[language].trigger()
    box = first_geometry(QRect(0, 0, *size))
    window.resize(box.size())
    qtbot.waitUntil(lambda: window.size() == box.size())
    window.docks.reset()
    settle(qtbot, window)
    qtbot.wait(20)  # the layout is made when the events of the resizing are through
    inside = window.rect()
    transport = window.transport
    for part in (*transport.findChildren(QAbstractButton), transport.frame, transport.seek, transport.lod.box, transport.speed):
        if part.isVisible():
            corner = part.mapTo(window, QPoint(0, 0))
            assert inside.contains(QRect(corner, part.size())), part.objectName()
    for view in window.docks.cameras.views:
        assert inside.contains(QRect(view.mapTo(window, QPoint(0, 0)), view.size()))
        assert view.width() > 60
    table = window.docks.people.table
    assert sum(table.columnWidth(column) for column in range(Z + 1)) <= table.viewport().width() + 1
    window.docks.docks["timing"].raise_()
    qtbot.waitUntil(lambda: window.docks.timing.isVisible())
    # the plot takes its place when it is drawn, which is a little after the result
    qtbot.waitUntil(lambda: window.docks.timing.plot.height() >= LEAST_PLOT_PX - 12)
    assert window.docks.view3d.height() > 150


def names_whole(window) -> list[str]:
    """The tabs of docks whose names are seen whole, or are once the bar is scrolled there."""
    found = []
    for bar in window.findChildren(QTabBar, options=Qt.FindDirectChildrenOnly):
        for n in range(bar.count() if bar.isVisible() else 0):
            if bar.tabRect(n).width() >= bar.fontMetrics().horizontalAdvance(bar.tabText(n)) + 8:
                found.append(bar.tabText(n))
    return sorted(found)


@pytest.mark.parametrize("language", [0, 1])
def test_the_names_of_tabs_are_seen_whole_in_the_smallest_window(qtbot, window, language):
    window.menus.language.actions()[language].trigger()
    window.resize(*SMALLEST_PX)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == SMALLEST_PX)
    window.docks.reset()
    docks = window.docks.docks
    tabs = [docks[name] for name in ("people", "recording", "timing", "log", "timeline", "curves", "comparison")]
    qtbot.waitUntil(lambda: names_whole(window) == sorted(dock.windowTitle() for dock in tabs))
    window.tabifyDockWidget(docks["cameras"], docks["faces"])  # as somebody does by hand
    both = [docks["cameras"], docks["faces"]]
    qtbot.waitUntil(lambda: names_whole(window) == sorted(dock.windowTitle() for dock in (*tabs, *both)))


def test_without_opengl_a_sentence_and_the_space_from_above(qtbot, parts, monkeypatch, tools):
    monkeypatch.setattr(main_window, "opengl_is_there", lambda: False)
    made = parts.window()
    qtbot.addWidget(made)
    made.show()
    made.start(made.request_for("fake"))
    settle(qtbot, made)
    assert "OpenGL" in made.banner.text
    assert "libgl1-mesa-dri" in made.banner.text
    top = made.docks.view3d
    person = made.controller.shown[1].persons[0]
    at = top.to_widget(person.root_world_mm / 1000)
    qtbot.mouseClick(top, Qt.LeftButton, pos=QPoint(*(round(v) for v in at)))
    assert made.state.selection == person.track_id
    made.menus.actions["top"].trigger()
    made.close()


def test_a_start_page_where_nothing_is_open(qtbot, parts, tmp_path):
    (tmp_path / "fake").mkdir()
    first = parts.window()
    qtbot.addWidget(first)
    first.session.add_recent(tmp_path / "gone")
    first.session.add_recent(tmp_path / "fake")
    first._restore()
    first.show()
    first.start(None)
    assert first.start_page.isVisible()
    assert not first.docks.view3d.isVisible()
    assert [link.text() for link in first.start_page.links] == ["fake"]
    first.start_page.links[0].click()
    settle(qtbot, first)
    assert not first.start_page.isVisible()
    assert first.docks.view3d.isVisible()
    first.close()


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("size", [SMALLEST_PX, (1350, 728)])
def test_the_start_page_s_words_are_seen_whole(qtbot, parts, language, size):
    made = parts.window()
    qtbot.addWidget(made)
    set_language(language)
    made.resize(*size)
    made.show()
    made.start(None)
    shown = [label for label in made.start_page.findChildren(QLabel) if label.isVisible()]
    assert len(shown) > 1
    qtbot.waitUntil(lambda: all(label.height() >= label.heightForWidth(label.width()) for label in shown))
    assert all(label.width() >= label.minimumSizeHint().width() for label in shown)
    made.close()


def test_a_recording_that_fails_first_leads_to_the_start_page(qtbot, parts):
    made = parts.window()
    qtbot.addWidget(made)
    made.show()
    made.start(made.request_for("nowhere"))
    qtbot.waitUntil(lambda: made.start_page.isVisible())
    made.close()


def test_reset_brings_floating_panes_back_and_gives_all_their_sizes(qtbot, window):
    window.docks.reset()
    qtbot.wait(50)
    docks = window.docks.docks
    before = {name: dock.size() for name, dock in docks.items()}
    for name in ("faces", "cameras", "timing"):
        docks[name].setFloating(True)
    docks["faces"].resize(300, 500)
    docks["people"].hide()
    qtbot.wait(20)
    window.menus.actions["reset_layout"].trigger()
    qtbot.wait(50)
    for name, dock in docks.items():
        assert not dock.isFloating(), name
        assert not dock.isHidden(), name
    for name in ("cameras", "faces", "people", "timing"):
        dock = docks[name]
        assert abs(dock.width() - before[name].width()) <= 8, name
        assert abs(dock.height() - before[name].height()) <= 8, name


def test_a_frame_number_too_large_is_clamped_and_said(qtbot, window):
    window.menus.actions["go_to"].trigger()
    qtbot.keyClicks(window.transport.frame, "500")
    qtbot.keyClick(window.transport.frame, Qt.Key_Return)
    assert window.state.frame_index == 19
    assert window.banner.text == "There is no frame 500; this is the last one, 19."
    settle(qtbot, window)


def test_the_keyboard_focus_is_seen(qtbot, window):
    for widget in (window.transport.speed, window.docks.people.table, window.transport.play):
        widget.setFocus(Qt.TabFocusReason)
        qtbot.waitUntil(lambda widget=widget: window.focus_ring.around is widget)
        corner = widget.mapTo(window, QPoint(0, 0))
        assert window.focus_ring.isVisible()
        assert window.focus_ring.geometry().contains(QRect(corner, widget.size()).intersected(window.rect()))
    window.setFocus()


def test_menus_under_the_mouse(qtbot, window):
    docks = window.docks
    titles = [action.text() for action in docks.cameras._menu(1).actions() if action.text()]
    assert titles[0] == "Enlarge cam02"
    assert {"Look through it in 3D", "Copy picture", "Save picture…"} <= set(titles)
    docks.cameras._menu(1).actions()[1].trigger()
    assert docks.view3d.view.camera.name == "cam02"
    docks.cameras._menu(1).actions()[0].trigger()
    assert docks.cameras.enlarged == 1
    docks.cameras.enlarge(None)
    window.state.set_selection(1)
    docks.view3d.show_overview()
    far = docks.view3d.view.opts["distance"]
    look = next(a for a in docks.view3d._menu_at(docks.view3d.rect().bottomRight()).actions() if "Look at" in a.text())
    assert look.text() == "Look at Person 1"
    look.trigger()
    assert docks.view3d.view.opts["distance"] < far
