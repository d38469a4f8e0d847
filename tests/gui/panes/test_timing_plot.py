"""The timing plot: sums, the estimate of what the LoD saved, and what is drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, QPointF
from PyQt5.QtWidgets import QApplication

from modules.core.types import STAGES, PoseResult
from modules.gui.panes.names import joint_name, joint_names, stage_name
from modules.gui.panes.timing_history import LENGTH, TimingHistory
from modules.gui.panes.timing_plot import STAGE_COLORS, TimingPlotPane


@pytest.fixture
def pane(qtbot, state) -> TimingPlotPane:
    made = TimingPlotPane(state)
    qtbot.addWidget(made)
    made.resize(520, 300)
    made.show()
    qtbot.waitExposed(made)
    return made


def summary_of(pane: TimingPlotPane) -> str:
    return pane._summary.text().replace("&nbsp;", " ")


def test_history_keeps_the_newest_and_fills_missing_stages_with_nothing(shown):
    history = TimingHistory()
    for n in range(LENGTH + 7):
        history.add(PoseResult(n, 0.0, 0.0, (0, 0), shown.result.persons, timings_ms={"backbone": float(n)}))
    assert len(history) == LENGTH
    stages = history.stages_ms()
    assert stages.shape == (len(STAGES), LENGTH)
    assert stages[STAGES.index("backbone")].tolist() == [float(n) for n in range(7, LENGTH + 7)]
    assert stages.sum() == stages[STAGES.index("backbone")].sum()
    assert history.full()[-1] == 2
    assert history.people()[-1] == 3


def test_saved_is_the_people_skipped_times_the_usual_time_of_one(compute):
    history = TimingHistory()
    assert math.isnan(history.ms_per_pose())
    history.add(compute(0, 100.0).result)  # nobody in range: the pose net's time is not known yet
    assert np.isnan(history.saved_ms()).all()
    history.add(compute(1, 1000.0).result)  # one pose at 15 ms, two people skipped
    history.add(compute(2, 0.0).result)
    assert history.ms_per_pose() == pytest.approx(15)
    assert history.saved_ms() == pytest.approx([45, 30, 0])


def test_areas_are_stacked_in_the_order_of_the_stages(pane, state, compute):
    state.set_lod_distance_mm(1000.0)
    for n in range(3):
        made = compute(n, 1000.0)
        pane.add(made.result)
        pane.request_refresh()
    x, top = pane._areas[-1].getData()
    assert top == pytest.approx([2 + 30 + 20 + 15 + 1] * 3)
    assert x[-1] == 0.5
    assert pane._areas[STAGES.index("backbone")].getData()[1] == pytest.approx([32] * 3)
    assert pane._saved.getData()[1] == pytest.approx([68 + 30] * 3)
    summary = summary_of(pane)
    assert "68 ms" in summary
    assert "<b>1</b> of 3 people" in summary
    assert "≈ <b>30 ms</b>" in summary


def test_the_backbone_s_area_is_seen_in_its_colour(pane, compute, tools):
    for n in range(60):
        made = compute(n % 20, 0.0)
        pane.add(made.result)
        pane.request_refresh()
    scene_point = pane.stages.vb.mapViewToScene(QPointF(-10, 15))
    at = pane.plot.mapTo(pane, pane.plot.mapFromScene(scene_point))
    expected = tuple(int(STAGE_COLORS[STAGES.index("backbone")][i : i + 2], 16) for i in (1, 3, 5))
    assert tools.pixel(pane.grab().toImage(), (at.x(), at.y())) == pytest.approx(expected, abs=12)


def test_no_saving_is_claimed_while_it_is_not_known_or_not_there(pane, state, compute):
    state.set_lod_distance_mm(100.0)
    made = compute(0, 100.0)
    pane.add(made.result)
    pane.request_refresh()
    assert "not known yet" in summary_of(pane)
    state.set_lod_distance_mm(0.0)
    made = compute(1, 0.0)
    pane.add(made.result)
    pane.request_refresh()
    assert "saved" not in summary_of(pane)


def test_another_lod_distance_takes_back_what_was_said_of_people(pane, state, compute):
    """Who is in full detail then may come from the take: nothing is computed that would put it right."""
    state.set_lod_distance_mm(1000.0)
    pane.add(compute(0, 1000.0).result)
    pane.request_refresh()
    assert "<b>1</b> of 3 people in full detail" in summary_of(pane)
    state.set_lod_distance_mm(0.0)
    summary = summary_of(pane)
    assert "people" not in summary
    assert "saved" not in summary
    assert "68 ms" in summary
    assert "computed for another LoD distance" in summary
    state.set_lod_distance_mm(1000.0)
    assert "<b>1</b> of 3 people in full detail" in summary_of(pane)


def test_clear_and_another_recording_forget_the_history(pane, state, compute):
    made = compute(0, 0.0)
    pane.add(made.result)
    pane.request_refresh()
    assert pane._stack.currentIndex() == 1
    pane.clear()
    assert len(pane.history) == 0
    assert pane._stack.currentIndex() == 0
    pane.add(made.result)
    pane.request_refresh()
    state.set_room(None)
    assert len(pane.history) == 0


def test_hidden_it_remembers_but_does_not_draw(qtbot, state, compute):
    pane = TimingPlotPane(state)
    qtbot.addWidget(pane)
    for n in range(4):
        made = compute(n, 0.0)
        pane.add(made.result)
        pane.request_refresh()
    assert len(pane._areas[0].getData()[1]) == 1
    pane.show()
    assert len(pane._areas[0].getData()[1]) == 4


def test_names_are_words_and_texts_follow_the_language(pane, monkeypatch):
    assert len(set(joint_names())) == 15
    assert joint_name(4) == "left elbow"
    assert stage_name("pose_net") == "pose net"
    assert {stage_name(stage) for stage in STAGES}.isdisjoint({"pose_net", "root_net"})
    monkeypatch.setattr(pane, "tr", lambda text: text.upper())
    QApplication.sendEvent(pane, QEvent(QEvent.LanguageChange))
    assert pane._empty.text().isupper()
