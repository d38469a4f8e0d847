"""The demo's athlete and woman are 1 and 2 in every frame, in whatever order the frames are visited."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from modules.take.store import Take

STORED = Path(__file__).resolve().parents[1] / "fixtures" / "take" / "Demo_MultiPerson.sqlite"
FRAMES = 100


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    path = tmp_path_factory.mktemp("stored") / STORED.name
    shutil.copy(STORED, path)
    take = Take(path, writable=False)
    yield take
    take.close()


def athlete_and_woman(take, index):
    """Their numbers: the athlete is on the left of x = -400 mm, the woman near (200, -400) mm."""
    persons = take.result(index, 0.0).persons
    by_place = {
        "athlete": [p.track_id for p in persons if -1900 < p.root_world_mm[0] < -400],
        "woman": [p.track_id for p in persons if -100 < p.root_world_mm[0] < 600],
    }
    return by_place["athlete"], by_place["woman"]


@pytest.mark.parametrize("seed", range(10))
def test_athlete_and_woman_are_1_and_2_however_frames_are_visited(stored, tmp_path, seed):
    take = Take.find(tmp_path, stored.header)
    order = np.random.default_rng(seed).permutation(FRAMES).tolist()
    for n, index in enumerate(order):
        take.put(stored.frame(index))
        if n % 7 == seed % 7:  # somebody looks at what is there
            take.flush()
            take.result(order[n // 2], 0.0)
    take.flush()
    found = [athlete_and_woman(take, index) for index in range(FRAMES)]
    assert found == [([1], [2])] * FRAMES
    changes = []
    take.listen(changes.append)
    take.settle()
    for index in range(FRAMES):  # everything is computed: nothing changes any more
        take.put(stored.frame(index))
    take.flush()
    take.settle()
    assert not any(change.renumbered for change in changes)
    assert [athlete_and_woman(take, index) for index in range(FRAMES)] == found
    assert [person.track_id for person in take.people() if not person.short] == [1, 2, 3]
    take.close()
