"""Mending: a knocked camera is found and put right, a right one is left, and no more is claimed than held-out times show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from walkers import ring, see, walk

from modules.core.errors import SourceError
from modules.rig.mend.mending import Mend, mend
from modules.rig.mend_session import notes_of
from modules.rig.tables import table_of_mend
from modules.SelfPose3d.lib.training.rigs import turned_by


def turned_deg(a, b):
    return float(np.rad2deg(np.arccos(np.clip((np.trace(a.R_world_to_cam @ b.R_world_to_cam.T) - 1) / 2, -1, 1))))


def test_a_knocked_camera_is_put_right_and_named():
    real = ring(4)
    people = see(walk(2, 60), real, noise_px=1.0)
    given = [*real]
    moved = real[1].center_world_mm + np.array([20, 30, -20])
    given[1] = replace(turned_by(real[1], np.deg2rad([0.6, 1.2, -0.5])), center_world_mm=moved)
    found = mend(given, people)
    assert found.better
    assert found.after_px < 0.6 * found.before_px
    assert turned_deg(found.cameras[1], real[1]) < 0.25
    assert turned_deg(given[1], real[1]) > 1.0
    turns = [change.turned_deg for change in found.changes]
    assert int(np.argmax(turns)) == 1
    assert max(turned_deg(found.cameras[v], real[v]) for v in (0, 2, 3)) < 0.25
    assert found.changes[1].told
    assert abs(found.changes[1].turned_deg - turned_deg(found.cameras[1], given[1])) < 1e-6
    assert found.steadiness[1] < found.steadiness[0]
    assert found.people == 2


def test_a_right_calibration_stays_what_it_is():
    real = ring(3)
    found = mend(real, see(walk(2, 60), real, noise_px=2.0))
    assert max(turned_deg(a, b) for a, b in zip(found.cameras, real, strict=True)) < 0.1
    if not found.better:
        assert found.cameras == found.given


def test_of_a_short_clip_it_is_said_that_residuals_fell_though_nothing_is_changed():
    real = ring(4)
    given = [turned_by(real[0], np.deg2rad([0.6, 1.2, -0.5])), *real[1:]]
    found = mend(given, see(walk(2, 9), real, noise_px=1.0))
    assert found.after_px < 0.9 * found.before_px
    assert not found.better
    assert found.unsure
    assert any("may be chance" in line for line in table_of_mend(found))
    assert "may be chance" in str(notes_of(found)[0])
    assert not mend(given, see(walk(2, 60), real, noise_px=1.0)).unsure  # it is better
    assert not mend(real, see(walk(2, 9), real, noise_px=1.0)).unsure  # there is nothing to mend


def test_a_room_without_people_is_refused_with_what_to_film():
    cameras = ring(3)
    people = [replace(p, views=(np.zeros((0, 17, 3)),) * 3) for p in see(walk(1, 20), cameras)]
    with pytest.raises(SourceError, match="Film one or more people"):
        mend(cameras, people)


def test_of_a_camera_that_is_late_nothing_is_mended_and_it_is_named():
    real = ring(4)
    late = 3
    people = see(walk(2, 60 + late), real, noise_px=1.0)
    shown = [replace(now, views=(*now.views[:3], before.views[3])) for before, now in zip(people, people[late:], strict=False)]
    given = [turned_by(real[0], np.deg2rad([0.6, 0.6, 0.0])), turned_by(real[1], np.deg2rad([-0.6, 0.6, 0.0])), *real[2:]]
    found = mend(given, shown)
    assert found.after_px < found.before_px  # of all cameras together
    assert not found.better
    assert found.worse == ("cam4",)
    assert found.cameras == tuple(given)


@pytest.mark.parametrize(
    ("steadiness", "seconds", "better", "said"),
    [
        ((0.013, 0.021), 30.0, True, "bones are less steady with it (2.1 % instead of 1.3 %)"),
        ((0.023, 0.026), 30.0, True, None),  # so much the demo's clips do without being any worse
        ((0.020, 0.010), 0.5, True, "rests on 0.5 s of people"),
        ((0.013, 0.021), 0.5, False, None),  # nothing was changed
    ],
)
def test_what_speaks_against_a_mended_calibration_is_said(steadiness, seconds, better, said):
    found = Mend((), (), (), 9.0, 4.0, steadiness, 1, 50, better, (), seconds)
    assert (found.caution is None) if said is None else (said in str(found.caution))
    assert [n for n in notes_of(found) if "Better" in n] == ([] if said is None else [str(found.caution)])
    if said is not None:
        assert list(table_of_mend(found))[-1] == str(found.caution)
