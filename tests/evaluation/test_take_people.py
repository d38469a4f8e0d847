"""The command that measures numbers: what it counts on people whose numbers are known, and that it goes on where it stopped."""

from __future__ import annotations

import json
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from modules.core.skeleton import MID_HIP
from modules.evaluation.common.sequences import sample_sequence
from modules.evaluation.take import films, people
from modules.evaluation.take.films import Film


class TrueNets:
    """Find exactly who is to be seen, the farthest first."""

    def __init__(self, config) -> None:
        self.finds = 0

    def enter(self, size, center, space):
        """Any room will do."""

    def find(self, heatmaps, cameras):
        self.finds += 1
        joints = self.truth[self.finds - 1]
        order = np.argsort(-np.linalg.norm(joints[:, MID_HIP], axis=-1))
        joints = joints[order].astype(np.float32)
        return SimpleNamespace(joints_mm=joints, roots_mm=joints[:, MID_HIP], scores=np.full(len(joints), 0.9))


@pytest.fixture
def nets(monkeypatch):
    made = TrueNets(None)
    film = Film("leaving", 0, 3, 2, 12.0, 10.0)
    truth = film.moving()
    made.truth = [joints[there] for joints, there in zip(truth.joints_world_mm, truth.present & ~truth.hidden, strict=True)]
    # heatmaps are not looked at, and take most of the time
    monkeypatch.setattr(films, "Sightings", partial(films.Sightings, draw=False))
    return made


OPTIONS = ["--kinds", "leaving", "--people", "3", "--views", "2", "--seconds", "12", "--fps", "10"]


def test_perfect_people_score_one_and_are_found_again(tmp_path, nets, capsys):
    assert people.main([*OPTIONS, "--out", str(tmp_path)], lambda config: nets) == 0
    content = json.loads((tmp_path / "people.json").read_text())
    take = next(row for row in content["rows"] if row["numbers_by"] == "take")
    assert (take["hota"], take["idf1"], take["switches"]) == (1.0, 1.0, 0)
    again, times = take["found_again"]
    assert again == times > 0
    nearest = next(row for row in content["rows"] if row["numbers_by"] == "nearest root")
    assert nearest["switches"] == nearest["found_again"][1] - nearest["found_again"][0] > 0
    assert "nearest root" in capsys.readouterr().out
    before = nets.finds
    assert people.main([*OPTIONS, "--out", str(tmp_path)], lambda config: nets) == 0
    assert nets.finds == before  # everything was kept


def test_found_again_counts_long_absences_alone():
    truth = sample_sequence("occluded", 0, people=2, seconds=12.0, fps=10.0)
    visible = truth.present & ~truth.hidden
    perfect = [(np.flatnonzero(there) + 1, joints[there]) for there, joints in zip(visible, truth.joints_world_mm, strict=True)]
    away = int((np.diff(visible.astype(int), axis=0) == 1).sum())
    assert away > 0
    assert people.found_again(truth, perfect) == (away, away)
    # a new number after each absence
    first = [np.flatnonzero(~visible[:, n])[0] if not visible[:, n].all() else 999 for n in range(2)]
    renumbered = [
        (np.array([n + 1 + 10 * (index > first[n]) for n in np.flatnonzero(there)]), joints)
        for index, (there, (_, joints)) in enumerate(zip(visible, perfect, strict=True))
    ]
    assert people.found_again(truth, renumbered) == (0, away)
