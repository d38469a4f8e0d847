"""A pane as a picture, and a dragged range of it as a film, by key and mouse."""

from __future__ import annotations

import av
import numpy as np
import pytest
from pointer import drag
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QImage
from window_fakes import open_computed, settle

from modules.gui.film.recorder import as_picture

FRAMES = 12


@pytest.fixture
def open_window(qtbot, window, parts):
    return open_computed(qtbot, window, parts, FRAMES, "timeline")


def ask(qtbot, window, what, path):
    qtbot.keyClick(window, Qt.Key_S, Qt.ControlModifier | Qt.ShiftModifier)
    dialog = window.motion.film_dialog
    dialog.what.setCurrentText(what)
    dialog.path.setText(str(path))
    return dialog


def pictures(path):
    with av.open(str(path)) as film:
        return [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)], float(film.streams.video[0].average_rate)


def test_pictures_have_even_sides_and_the_colours_of_the_widget():
    image = QImage(7, 5, QImage.Format_RGB32)
    image.fill(QColor(10, 200, 30))
    image.setPixelColor(2, 1, QColor(255, 0, 0))
    picture = as_picture(image)
    assert picture.shape == (4, 6, 3)
    assert picture[1, 2].tolist() == [255, 0, 0]
    assert picture[3, 5].tolist() == [10, 200, 30]
    assert as_picture(image, (8, 6)).shape == (6, 8, 3)


def test_a_dragged_range_of_the_3d_view_becomes_a_film(qtbot, open_window, tmp_path):
    window, view = open_window, open_window.motion.timeline.view
    window.state.set_frame_index(1)
    settle(qtbot, window)
    drag(view.viewport(), (view.x_of(3), view.y_of(1)), (view.x_of(8), view.y_of(1)), keys=Qt.ShiftModifier)
    window.docks.view3d.show_top()
    dialog = ask(qtbot, window, "3D view", tmp_path / "new" / "walk.mp4")
    assert dialog.frames.currentData() == (3, 8)
    qtbot.mouseClick(dialog.save, Qt.LeftButton)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=30000)
    found, rate = pictures(tmp_path / "new" / "walk.mp4")
    assert len(found) == 6
    assert rate == pytest.approx(window.state.room.info.fps)
    assert window.state.frame_index == 1
    assert "walk.mp4" in window.banner.text
    window.banner.dismiss()  # the panes are as large as they were
    qtbot.waitUntil(lambda: window.docks.view3d.height() & ~1 == found[0].shape[0])
    for number, frame in ((0, 3), (5, 8)):  # each picture shows its own frame
        window.state.set_frame_index(frame)
        settle(qtbot, window)
        shown = as_picture(window.docks.view3d.grab().toImage())
        off = [np.abs(shown.astype(int) - other).mean() for other in found]
        assert int(np.argmin(off)) == number


def test_a_cancelled_film_leaves_nothing_and_the_frame_comes_back(qtbot, open_window, tmp_path):
    window = open_window
    window.state.set_frame_index(4)
    settle(qtbot, window)
    dialog = ask(qtbot, window, "The whole window", tmp_path / "walk.mp4")
    qtbot.mouseClick(dialog.save, Qt.LeftButton)
    qtbot.waitUntil(lambda: dialog.bar.value() >= 2, timeout=30000)
    qtbot.mouseClick(dialog.buttons.button(dialog.buttons.Cancel), Qt.LeftButton)
    assert not list(tmp_path.glob("*.mp4"))
    assert window.state.frame_index == 4
    assert dialog.isVisible()  # to choose otherwise; a second Cancel closes it
    qtbot.mouseClick(dialog.buttons.button(dialog.buttons.Cancel), Qt.LeftButton)
    assert not dialog.isVisible()


def test_a_pane_is_saved_as_a_picture(qtbot, open_window, tmp_path):
    dialog = ask(qtbot, open_window, "Cameras", tmp_path / "x.mp4")
    dialog.kind.setCurrentIndex(1)
    assert dialog.path.text() == str(tmp_path / "x.png")
    assert not dialog.frames.isEnabled()
    qtbot.mouseClick(dialog.save, Qt.LeftButton)
    saved = QImage(str(tmp_path / "x.png"))
    assert (saved.width(), saved.height()) == (open_window.docks.cameras.width(), open_window.docks.cameras.height())


def test_what_cant_be_written_is_told_in_the_dialog(qtbot, open_window, tmp_path):
    (tmp_path / "file").write_text("")
    dialog = ask(qtbot, open_window, "3D view", tmp_path / "file" / "x.mp4")
    qtbot.mouseClick(dialog.save, Qt.LeftButton)
    qtbot.waitUntil(lambda: bool(dialog.problem.text()), timeout=30000)
    (tmp_path / "x.mp4").mkdir()
    dialog.path.setText(str(tmp_path / "x.mp4"))
    dialog.problem.clear()
    qtbot.mouseClick(dialog.save, Qt.LeftButton)
    qtbot.waitUntil(lambda: bool(dialog.problem.text()), timeout=30000)
    assert dialog.isVisible()
    assert dialog.save.isEnabled()
    dialog.reject()
