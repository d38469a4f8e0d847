"""The threshold sweep: figures at a threshold count only the people above it."""

from __future__ import annotations

import numpy as np
import pytest

from modules.evaluation.accuracy import verdicts
from modules.evaluation.common.metrics import FramePoses


def frame():
    """Two true people; the first found with 0.8, the second with 0.35, and somebody invented with 0.55."""
    truth = np.zeros((2, 15, 3))
    truth[1] += 3000.0
    predicted = np.stack([truth[0] + 10, truth[1] + 10, truth[0] - 4000])
    return FramePoses(predicted, np.array([0.8, 0.35, 0.55]), truth)


@pytest.mark.parametrize(("threshold", "kept"), [(0.1, 3), (0.5, 2), (0.55, 1), (0.9, 0)])
def test_only_people_above_the_threshold_stay(threshold, kept):
    assert len(verdicts.above(frame(), threshold).scores) == kept


def test_the_table_has_a_line_per_threshold(monkeypatch):
    monkeypatch.setattr(verdicts, "THRESHOLDS", (0.3, 0.6))
    rows = [
        verdicts.VerdictRow(rig, threshold, recall, false, wrong + extra)
        for rig, extra in (("random", 0.0), ("shelf", 0.5))
        for threshold, recall, false, wrong in ((0.3, 1.0, 1.0, 1.0), (0.6, 0.5, 0.0, 2.0))
    ]
    lines = verdicts.table(rows).splitlines()
    assert len(lines) == 4
    assert "100.0 %, 1.00" in lines[2]
    assert "50.0 %, 0.00" in lines[3]
    assert [line.split("|")[-2].strip() for line in lines[2:]] == ["1.250", "2.250"]


def test_the_sweep_looks_at_every_rig_and_at_validation_scenes_alone(monkeypatch):
    asked = []

    def scenes(count, cameras, noise, tag, longest):
        asked.append((cameras and len(cameras), tag, longest))
        return [frame()] * count

    monkeypatch.setattr(verdicts, "held_out_scenes", scenes)
    monkeypatch.setattr(verdicts, "VoxelNets", lambda config: config)
    monkeypatch.setattr(verdicts, "found_by", lambda nets: lambda scene: (scene.predicted_mm, scene.scores))
    monkeypatch.setattr(FramePoses, "joints_world_mm", property(lambda self: self.truth_mm), raising=False)
    from modules.core.config import DEFAULT_CONFIG, load_config

    rows = verdicts.sweep(load_config(DEFAULT_CONFIG), 2)
    views = (None, 5, 3, 5, 2, 2)
    assert asked == [(count, tag, 512) for tag, count in enumerate(views)]  # the accuracy command's tags begin at 1000
    at = {row.threshold: (row.recall_500, row.false_per_frame, row.wrong_per_frame) for row in rows if row.rig == "random"}
    assert at[0.3] == (1.0, 1.0, 1.0)
    assert at[0.4] == (0.5, 1.0, 2.0)
    assert at[0.6] == (0.5, 0.0, 1.0)
