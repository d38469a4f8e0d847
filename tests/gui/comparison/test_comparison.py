"""A reference laid over what is open, by key and mouse: the table, the curve, the lines in space."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QFileDialog
from window_fakes import open_computed, settle

from modules.core.skeleton import LEFT_WRIST, LIMBS
from modules.export.trajectories.formats import FORMATS, export
from modules.gui.curves.quantities import ALL_JOINTS, Kind, Quantity

FRAMES = 12


@pytest.fixture
def open_window(qtbot, window, parts):
    return open_computed(qtbot, window, parts, FRAMES, "curves", "comparison")


@pytest.fixture
def reference(open_window, tmp_path):
    """The window's own people as C3D, 40 mm to the side: how far everybody is from it is known."""
    (path,) = export(open_window.motion.model.smooth, [FORMATS["c3d"]], tmp_path, open_window.state.room.cameras)
    content = bytearray(path.read_bytes())
    start = (int.from_bytes(content[16:18], "little") - 1) * 512
    points = np.frombuffer(content, "<f4", FRAMES * 30 * 4, start).reshape(-1, 4).copy()
    points[:, 0] += 40.0
    content[start : start + points.nbytes] = points.tobytes()
    path.write_bytes(content)
    return path


def lay_over(qtbot, window, monkeypatch, path):
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args, **_values: ([str(path)], ""))
    qtbot.keyClick(window, Qt.Key_C, Qt.ControlModifier | Qt.ShiftModifier)
    qtbot.waitUntil(lambda: window.motion.compared.comparison is not None, timeout=15000)


def shown_lines(window):
    item = window.docks.view3d._reference
    return item.pos if item.visible() else None


def test_a_reference_is_laid_over_by_key_and_mouse(qtbot, open_window, reference, monkeypatch):
    window, pane = open_window, open_window.motion.comparison
    assert shown_lines(window) is None
    lay_over(qtbot, window, monkeypatch, reference)
    assert pane.name.text() == reference.name
    assert [pane.table.item(0, column).text() for column in range(1, 7)] == ["40"] * 6
    lines = shown_lines(window)
    here = {p.track_id: p.joints_world_mm for p in window.controller.shown[1].persons}
    assert lines.shape == (2 * 2 * len(LIMBS), 3)
    np.testing.assert_allclose(lines[0] * 1000, here[1][LIMBS[0][0]] + np.array([40, 0, 0]), atol=25)
    # a click on a joint's row shows its curve
    item = pane.table.item(1 + LEFT_WRIST, 1)
    qtbot.mouseClick(pane.table.viewport(), Qt.LeftButton, pos=pane.table.visualItemRect(item).center())
    curves = window.motion.curves
    assert curves.quantity == Quantity(Kind.DISTANCE, LEFT_WRIST)
    np.testing.assert_allclose(curves.drawn[0].smooth[0].values, 40, atol=0.1)
    raw = window.motion.model.raw.people[0].positions_world_mm[:, LEFT_WRIST]
    theirs = window.motion.compared.comparison.of(1).positions_world_mm[:, LEFT_WRIST]
    np.testing.assert_allclose(curves.drawn[0].raw[0].values, np.linalg.norm(raw - theirs, axis=1))
    # hidden people's references are hidden too, and nothing is left once it is removed
    window.docks.view3d.extras.set_hidden(1, True)
    assert len(shown_lines(window)) == 2 * len(LIMBS)
    qtbot.mouseClick(pane.close_button, Qt.LeftButton)
    assert shown_lines(window) is None
    assert not pane.table.isVisible()
    assert np.isnan(curves.drawn[0].smooth[0].values).all()


def test_a_reference_that_starts_later_is_moved_in_time(qtbot, open_window, reference, monkeypatch):
    window, pane = open_window, open_window.motion.comparison
    lay_over(qtbot, window, monkeypatch, reference)
    pane.shift.setValue(5)
    qtbot.waitUntil(lambda: window.motion.compared.comparison.shift_s > 0, timeout=15000)
    far = window.motion.compared.comparison.of(1).distances_mm
    assert np.isnan(far[:5]).all()
    assert np.isfinite(far[5:]).all()
    window.state.set_frame_index(2)
    settle(qtbot, window)
    assert pane.table.item(0, 1).text() == "–"
    assert shown_lines(window) is None
    pane.shift.setValue(0)
    pane.move_box.click()
    qtbot.waitUntil(lambda: window.motion.compared.comparison.moved, timeout=15000)
    np.testing.assert_allclose(window.motion.compared.comparison.of(1).distances_mm, 0, atol=0.5)
    assert pane.table.item(0, 2).text() in ("0.0", "0.1")


def test_edits_are_compared_anew_and_another_recording_is_compared_with_nothing(qtbot, open_window, reference, monkeypatch):
    window = open_window
    lay_over(qtbot, window, monkeypatch, reference)
    window.motion.editing.mark_as_nobody(2, 0)
    qtbot.waitUntil(lambda: len(window.motion.compared.comparison.pairs) == 1, timeout=15000)
    assert window.motion.comparison.table.columnCount() == 4
    window.motion.curves.show_quantity(Quantity(Kind.DISTANCE, ALL_JOINTS))
    np.testing.assert_allclose(window.motion.curves.drawn[0].smooth[0].values, 40, atol=0.1)
    window.open_folder("fake")
    qtbot.waitUntil(lambda: window.motion.compared.reference is None, timeout=15000)


def test_what_is_no_reference_is_told_and_what_was_open_stays(qtbot, open_window, reference, monkeypatch, tmp_path):
    window = open_window
    lay_over(qtbot, window, monkeypatch, reference)
    (tmp_path / "bad.trc").write_text("nothing", encoding="utf-8")
    window.motion.compared.open([tmp_path / "bad.trc"])
    qtbot.waitUntil(lambda: window.banner.isVisible(), timeout=15000)
    assert window.motion.compared.comparison.name == reference.name


def test_a_take_is_a_reference_too(qtbot, open_window):
    window = open_window
    window.controller.results.flush()
    window.motion.compared.open([window.controller.results.path])
    qtbot.waitUntil(lambda: window.motion.compared.comparison is not None, timeout=15000)
    np.testing.assert_allclose(window.motion.compared.comparison.of(2).distances_mm, 0, atol=1e-6)


def test_a_reference_with_nobody_near_is_said_where_it_can_be_read(qtbot, open_window, reference, monkeypatch):
    content = bytearray(reference.read_bytes())
    start = (int.from_bytes(content[16:18], "little") - 1) * 512
    points = np.frombuffer(content, "<f4", FRAMES * 30 * 4, start).reshape(-1, 4).copy()
    points[:, 0] += 40_000.0
    content[start : start + points.nbytes] = points.tobytes()
    reference.write_bytes(content)
    pane = open_window.motion.comparison
    lay_over(qtbot, open_window, monkeypatch, reference)
    assert "nobody of it is near" in pane.name.text()
    qtbot.waitUntil(lambda: not pane.table.isVisible())
    qtbot.waitUntil(lambda: pane.name.width() > 0.9 * pane.width())
    qtbot.waitUntil(lambda: pane.name.geometry().bottom() < pane.height() / 2)
