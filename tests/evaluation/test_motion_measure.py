"""The figures of the motion command, on courses whose errors are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.skeleton import JOINT_NAMES
from modules.core.trajectory import Sample, Trajectory, TrajectorySet
from modules.evaluation.accuracy.demo import DEMO_SETS, load_reference
from modules.evaluation.common.sequences import sample_sequence
from modules.evaluation.motion import calibrate, command, demo, persistence, synthetic
from modules.evaluation.motion import courses as courses_module
from modules.evaluation.motion.courses import GAP_S, Course, with_gaps
from modules.motion import deviations
from modules.motion.clean import Cleaning


@pytest.fixture(scope="module")
def course() -> Course:
    """Two walkers, each coordinate off by 10 mm, as stated."""
    people = sample_sequence("walking", 3, people=2, seconds=2.0, fps=30.0)
    rng = np.random.default_rng(0)
    found = []
    for person in range(2):
        truth = people.joints_world_mm[:, person]
        x = truth + 10 * rng.standard_normal(truth.shape)
        found.append(Trajectory(person + 1, "", x, np.full(x.shape, 10.0), np.full(x.shape[:2], Sample.MEASURED)))
    raw = TrajectorySet("walk", 30.0, np.arange(60), np.arange(60) / 30, JOINT_NAMES, tuple(found), "raw")
    return Course("shelf", people, raw)


def test_errors_are_those_that_were_made(course):
    found = synthetic.errors_of([course], [course.raw])
    assert len(found.distance_mm) == 2 * 60 * 15
    assert found.distance_mm.mean() == pytest.approx(10 * np.sqrt(8 / np.pi), rel=0.03)  # mean of a 3D normal's length
    one, two = found.within
    assert one == pytest.approx(0.683, abs=0.02)
    assert two == pytest.approx(0.954, abs=0.01)
    assert found.withheld == 0
    # second differences of white noise: √6 times its deviation
    assert found.acceleration_m_s2.mean() == pytest.approx(10 * np.sqrt(6) * 0.9 * np.sqrt(8 / np.pi), rel=0.05)


def test_what_is_withheld_is_counted_and_not_hidden(course):
    first = course.raw.people[0]
    x = np.array(first.positions_world_mm)
    x[:30] = np.nan
    fewer = replace(course.raw, people=(replace(first, positions_world_mm=x), course.raw.people[1]))
    found = synthetic.errors_of([course], [fewer])
    assert found.withheld == pytest.approx(0.25)
    assert len(found.distance_mm) == 90 * 15


def test_what_the_networks_found_is_kept_until_they_are_others(tmp_path, monkeypatch):
    found = []

    def finds(_config, sightings):
        found.append(sightings.people.kind)
        truth = sightings.people.joints_world_mm
        return truth.astype(np.float32) + 3, np.full(truth.shape, 12.0, np.float32)

    monkeypatch.setattr(courses_module, "_found", finds)
    config = load_config(DEFAULT_CONFIG)
    for times, (fresh, changed) in enumerate(((False, False), (False, False), (True, False), (False, True)), 1):
        if changed:
            config = load_config(DEFAULT_CONFIG, {"MULTI_PERSON.THRESHOLD": 0.5})
        (course,) = courses_module.courses(config, 1, tmp_path, 1, fresh)
        assert len(found) == (1, 1, 2, 3)[times - 1]
        person = course.raw.people[1]
        np.testing.assert_allclose(person.positions_world_mm, course.truth_mm(2) + 3, atol=1e-3)
        np.testing.assert_allclose(person.sd_mm[0, :, 0], 12 * deviations.SCALE)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"damaged")
    list(courses_module.courses(config, 1, tmp_path, 1))
    assert len(found) == 4


def test_gaps_are_cut_as_stated_and_judged_by_their_worst_frame(course):
    gappy, cut = with_gaps(course)
    assert len(cut) >= 4
    for track_id, joint, gap in cut:
        person = gappy.people[track_id - 1]
        assert 1 <= gap.stop - gap.start <= GAP_S * 30
        assert (person.samples[gap, joint] == Sample.MISSING).all()
        assert np.isnan(person.positions_world_mm[gap, joint]).all()
        assert person.samples[gap.start - 1, joint] == person.samples[gap.stop, joint] == Sample.MEASURED
    count, share = synthetic.gaps_filled([course], Cleaning())
    assert count == len(cut)
    assert share > 0.8
    assert synthetic.gaps_filled([course], Cleaning(max_gap_s=0.0)) == (count, 0.0)


def test_tables_name_the_aims_and_the_figures_agree(course):
    everyone, by_course, figures = synthetic.tables([course])
    assert "aim (rts)" in everyone
    assert "walking, 30 fps, shelf" in by_course
    assert figures["raw"]["mpjpe_mm_of_raw"] == 1
    assert figures["rts"]["mpjpe_mm_of_raw"] < 0.8  # errors new in every frame are easy


def test_the_demo_s_figures_on_its_own_reference():
    reference = load_reference(DEMO_SETS[0])[:, :2]
    moved = np.nan_to_num(reference, nan=0.0) + np.array([3.0, 0.0, 4.0])
    count = len(reference)
    people = tuple(Trajectory(n + 1, "", moved[:, n], np.ones(moved[:, n].shape), np.ones((count, 15))) for n in (1, 0))
    motion = TrajectorySet("demo", 60.0, np.arange(count), np.arange(count) / 60, JOINT_NAMES, people, "raw")
    assert demo.figures(motion, reference).median_mm == pytest.approx(5.0)
    athlete, woman = demo.same_people(motion, reference)
    np.testing.assert_allclose(athlete[:, 5], moved[:, 0, 5])
    np.testing.assert_allclose(woman[:, 5], moved[:, 1, 5])


def test_constants_come_out_as_the_errors_were_made(course, monkeypatch):
    monkeypatch.setattr(calibrate, "TRIED", calibrate.TRIED[:1])
    said = calibrate.table([course])
    assert "SCALE neck" in said
    found = [float(part.split()[-1]) for part in said.split("(now")[0].removeprefix("SCALE ").split(",")]
    np.testing.assert_allclose(found, deviations.SCALE[:9], rtol=0.12)  # the course's deviations are right: nothing to scale
    assert "neck 10" in said or "neck 11" in said or "neck 9" in said
    assert "CONSTANT 0.0" in said


def test_how_long_errors_last_is_found_through_the_short_recording():
    rng = np.random.default_rng(0)
    share, frames, count = 0.9, 15.0, 100
    lasting = rng.standard_normal(3000)
    off = np.empty((count, 3000))
    keep = np.exp(-1 / frames)
    for t in range(count):
        off[t] = np.sqrt(share) * lasting + np.sqrt(1 - share) * rng.standard_normal(3000)
        lasting = keep * lasting + np.sqrt(1 - keep**2) * rng.standard_normal(3000)
    found_share, found_s, found = persistence.fit(off, 60.0)
    assert found_share == pytest.approx(share, abs=0.02)
    assert found_s == pytest.approx(frames / 60, rel=0.1)
    np.testing.assert_allclose(found, persistence.expected(share, frames, count), atol=0.03)


def test_a_peak_is_found_between_cells():
    y, x = np.mgrid[0:40, 0:30]
    heatmap = 0.8 * np.exp(-((x - 11.3) ** 2 + (y - 20.6) ** 2) / 2 / 1.5**2)
    np.testing.assert_allclose(persistence._peak(heatmap, np.array([12.0, 19.0])), [-0.7, 1.6], atol=1e-6)
    assert np.isnan(persistence._peak(0.3 * heatmap, np.array([12.0, 19.0]))).all()


def test_the_command_asks_for_what_it_knows(capsys):
    with pytest.raises(SystemExit):
        command.parser().parse_args(["--courses", "0"])
    assert "less than 1" in capsys.readouterr().err
