"""Timing of loops: turns, warm-up, what a pass counts, and the distance between two loops' people."""

from __future__ import annotations

import numpy as np
import pytest
from evaluation_fakes import FakeEstimator, FakeSource, make_person, make_result

from modules.core.skeleton import NUM_JOINTS
from modules.evaluation.speed.lod_speed import choose_distance, lifting_ms, lod_table, measure_lod
from modules.evaluation.speed.timing import (
    PER_PERSON,
    PLAIN,
    PRODUCT,
    WHOLE,
    Loop,
    Spread,
    Timings,
    compare_loops,
    pose_difference,
    ratio,
    speedup,
    stage_rows,
)


def someone(x_mm, root=None):
    return make_person(np.tile([x_mm, 0.0, 900.0], (NUM_JOINTS, 1)), root or (x_mm, 0.0, 900.0))


LAST_ROWS = ("whole frame, reading included", "processor time, all threads")


def test_spread():
    spread = Spread.of(range(101))
    assert (spread.median, spread.low, spread.high, spread.count) == (50, 10, 90, 101)
    assert str(spread) == "50.0 (10.0–90.0)"
    assert str(Spread.of([])) == "–"


def test_loops_take_turns_on_fresh_sources_after_an_uncounted_warm_up():
    log = []

    class Logged(FakeSource):
        def __init__(self, name):
            super().__init__(5)
            self.name = name

        def read(self, index):
            log.append((self.name, index))
            return super().read(index)

        def close(self):
            log.append((self.name, "closed"))

    estimators = {
        name: FakeEstimator(lambda index: [someone(0.0), someone(900.0)], {"pose_net": 10.0}) for name in (PRODUCT, PLAIN)
    }
    loops = {name: Loop(lambda name=name: Logged(name), estimators[name]) for name in (PRODUCT, PLAIN)}
    timings = compare_loops(loops, [1, 3], rounds=2, warm_up=1)
    one = [(PRODUCT, 1), (PRODUCT, "closed"), (PLAIN, 1), (PLAIN, "closed")]
    turn = [(n, step) for n in (PRODUCT, PLAIN) for step in (1, 3, "closed")]
    assert log == one + turn + turn
    product = timings[PRODUCT]
    assert product.stages_ms["pose_net"] == [10.0] * 4
    assert product.stages_ms[PER_PERSON] == [5.0] * 4
    assert len(product.stages_ms["read"]) == 4
    assert len(product.pass_ms) == len(product.core_ms) == 2
    assert sorted(product.results) == [1, 3]


def test_a_whole_recording_goes_through_results_and_tells_no_stages():
    class Overlapping(FakeEstimator):
        def results(self, frames, lod_distance_mm):
            frames = list(frames)
            yield from super().results(frames, lod_distance_mm)

    estimator = Overlapping(lambda index: [someone(0.0)], {"pose_net": 10.0})
    timings = compare_loops({WHOLE: Loop(lambda: FakeSource(4), estimator, overlapped=True)}, [0, 2], rounds=2)
    assert sorted(timings[WHOLE].results) == [0, 2]
    assert timings[WHOLE].stages_ms == {}
    assert len(timings[WHOLE].pass_ms) == 2


def test_a_frame_without_anyone_gives_no_time_per_person():
    timings = Timings()
    timings.add(make_result(timings={"pose_net": 1.0}), 2.0)
    assert PER_PERSON not in timings.stages_ms
    assert timings.stages_ms["read"] == [2.0]


def test_stage_rows_follow_the_stages_order_and_say_how_much_faster():
    product, plain = Timings(), Timings()
    for timing, factor in ((product, 1.0), (plain, 4.0)):
        stages = {"pose_net": 10.0 * factor, "refine": 2.0 * factor, "backbone": 20.0 * factor}
        timing.add(make_result(someone(0.0), timings=stages), 1.0)
        timing.pass_ms.append(31.0 * factor)
        timing.core_ms.append(50.0 * factor)
    rows = stage_rows({PRODUCT: product, PLAIN: plain})
    assert [row[0] for row in rows] == ["read", "backbone", "pose net", "refine", "pose net + refine per person", *LAST_ROWS]
    assert rows[4][1].startswith("12.0")
    assert [row[3] for row in rows] == ["1.00×", *["4.00×"] * 6]
    assert product.as_dict()["frames_per_second"] == pytest.approx(1000 / 31)
    assert ratio(0.0, 1.0) == "–"


def test_speedup_is_paired_pass_by_pass():
    product, plain = Timings(pass_ms=[10.0, 100.0, 10.0]), Timings(pass_ms=[30.0, 300.0, 50.0])
    faster = speedup({WHOLE: product, PLAIN: plain})
    assert faster.median == pytest.approx(3)
    assert str(faster) == "3.00 (3.00–4.60)"


def test_pose_difference_matches_people_not_numbers():
    ours = {0: make_result(someone(0.0), someone(2000.0)), 1: make_result(someone(0.0))}
    theirs = {0: make_result(someone(2003.0), someone(1.0), someone(9000.0)), 2: make_result(someone(50.0))}
    difference = pose_difference(ours, theirs)
    assert (difference.people, difference.unmatched) == (2, 1)
    assert difference.median_mm == pytest.approx(2)  # 1 mm and 3 mm, as many joints each
    assert difference.max_mm == pytest.approx(3)
    assert np.isnan(pose_difference({}, theirs).median_mm)


def test_distance_between_the_nearest_and_the_second_person():
    assert choose_distance(make_result(someone(3000.0), someone(1000.0), someone(2000.0))) == 1500
    assert choose_distance(make_result(someone(1000.0), make_person(None, (500.0, 0, 0)))) is None


class RememberingEstimator(FakeEstimator):
    """Says 10 ms of pose net for each person that has no pose yet and 2 of refinement, 3 for all of them, 7 of root net."""

    def detect(self, frame):
        detection = super().detect(frame)
        detection.known = set()
        return detection

    def refine(self, detection, lod_distance_mm):
        result = super().refine(detection, lod_distance_mm)
        full = {p.track_id for p in result.persons if np.isfinite(p.joints_world_mm).all()}
        new = full - detection.known
        detection.known |= full
        timings = {"root_net": 7.0} | ({"pose_net": 10.0 * len(new), "refine": 3 + 2.0 * len(new)} if new else {})
        return make_result(*result.persons, distance=lod_distance_mm, timings=timings)


def test_level_of_detail_counts_only_new_people_on_a_computed_frame():
    people = [
        make_person(np.full((NUM_JOINTS, 3), x), (x, 0.0, 0.0), track_id=i) for i, x in enumerate((500.0, 1500.0, 2500.0))
    ]
    frame = FakeSource().read(0)
    speed = measure_lod(RememberingEstimator(lambda index: people), frame, repeats=3)
    assert (speed.people, speed.near, speed.distance_mm) == (3, 1, 1000)
    assert speed.all_ms.median == 46
    assert speed.near_ms.median == 22
    assert (speed.all_pose_ms.median, speed.near_pose_ms.median) == (30, 10)
    assert (speed.all_refine_ms.median, speed.near_refine_ms.median) == (9, 5)
    assert speed.change_pose_ms.median == 20
    row = next(line for line in lod_table(speed).splitlines() if line.startswith("| pose net alone, 1 of 3"))
    assert "0.33 ×" in row
    assert speed.back_ms.count == 3
    assert lifting_ms(make_result(timings={"backbone": 9.0})) == 0
    assert measure_lod(RememberingEstimator(lambda index: people[:1]), frame) is None
