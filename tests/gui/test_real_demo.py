"""The window on the real demo with the shipped networks, from opening to closing."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, QSettings, Qt
from PyQt5.QtWidgets import QApplication

import poc_ui
from modules.core.config import DEFAULT_CONFIG, WEIGHTS_DIR, load_config
from modules.core.skeleton import MID_HIP
from modules.core.types import Lod
from modules.evaluation.window.closing import MOMENTS, time_to_close
from modules.gui.background.messages import OpenRequest
from modules.gui.i18n import set_language
from modules.gui.window.main_window import MainWindow

WAIT_MS = 180_000  # a guard: loading takes a minute on a machine that is busy with other things


@pytest.fixture
def weights():
    if not (WEIGHTS_DIR / "pose_small.safetensors").is_file():
        pytest.skip("the small nets' weights are not in this checkout")


@pytest.fixture
def window(qtbot, weights, demo_dir, tmp_path):
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.IniFormat)
    settings.setValue("language", "en")
    config = load_config(DEFAULT_CONFIG, {"TAKE.FOLDER": str(tmp_path / "takes")})
    window = MainWindow(poc_ui.compose, config, DEFAULT_CONFIG, settings)
    window.state.set_computing_ahead(False)
    window.results, window.computed = [], []
    window.controller.frame_computed.connect(lambda result: window.computed.append(result.frame_index))
    window.controller.result_shown.connect(lambda _frame, result: window.results.append(result))
    qtbot.addWidget(window)
    window.show()
    QApplication.setActiveWindow(window)  # no window manager does it here, and keys go to the active window
    window.start(OpenRequest(demo_dir, "auto", {}))
    yield window
    window.close()
    set_language("en")


def people_of(window, frame: int, distance_mm: float) -> dict:
    """Level of detail by person, once the wanted result is shown; None until then."""
    result = window.results[-1] if window.results else None
    if result is None or (result.frame_index, result.lod_distance_mm) != (frame, distance_mm):
        return {}
    return {person.track_id: person.lod for person in result.persons}


def test_open_step_lod_select_close(qtbot, window):
    """With the athlete and the woman; the bystander far behind may be found or not."""
    qtbot.waitUntil(lambda: len(people_of(window, 0, 0.0)) >= 2, timeout=WAIT_MS)
    assert set(people_of(window, 0, 0.0).values()) == {Lod.FULL}

    qtbot.keyClick(window, Qt.Key_Right)
    qtbot.waitUntil(lambda: len(people_of(window, 1, 0.0)) >= 2, timeout=WAIT_MS)
    roots = {person.track_id: person.root_world_mm for person in window.results[-1].persons}
    # the athlete stands 1.4 m from the origin, the woman 0.5 m (the reference's mid-hips)
    athlete = min(roots, key=lambda track: np.linalg.norm(roots[track][:2] - (-1441, -100)))
    woman = min(roots, key=lambda track: np.linalg.norm(roots[track][:2] - (200, -450)))
    assert athlete != woman

    window.state.set_lod_distance_mm(1000.0)
    qtbot.waitUntil(lambda: len(people_of(window, 1, 1000.0)) >= 2, timeout=WAIT_MS)
    assert people_of(window, 1, 1000.0) == {track: Lod.FULL if track == woman else Lod.ROOT_ONLY for track in roots}
    # no network ran for that: the take has everyone
    assert [index for index in window.computed if index == 1] == [1]

    window.state.set_lod_distance_mm(0.0)
    qtbot.waitUntil(lambda: set(people_of(window, 1, 0.0).values()) == {Lod.FULL}, timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key_Left)
    qtbot.waitUntil(lambda: len(people_of(window, 0, 0.0)) >= 2, timeout=WAIT_MS)
    assert window.state.frame_index == 0


def test_a_click_on_a_skeleton_in_a_view_chooses_that_person(qtbot, window):
    qtbot.waitUntil(lambda: len(people_of(window, 0, 0.0)) >= 2, timeout=WAIT_MS)
    view = window.docks.cameras.views[0]
    person = window.results[-1].persons[0]
    place = view.to_widget(person.joints_px[0, MID_HIP])
    qtbot.mouseClick(view, Qt.LeftButton, pos=QPoint(int(place[0]), int(place[1])))
    assert window.state.selection == person.track_id


@pytest.mark.parametrize("moment", MOMENTS)
def test_closing_at_an_awkward_moment_ends_cleanly_and_leaves_nothing_half_written(qapp, weights, demo_dir, moment):
    """On the real network, in a process of its own; how long it takes is measured by ``modules.evaluation.window``."""
    assert time_to_close(moment).problem == ""
