"""The caches stay within their bound and forget the oldest first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gui_fakes import FakeEstimator, FakeSource

from modules.gui.background.cache import FrameCache, SizedLru


def test_least_recently_used_goes_first():
    cache: SizedLru[str] = SizedLru(10)
    cache.put(1, "a", 4)
    cache.put(2, "b", 4)
    assert cache.get(1) == "a"  # now 2 is the oldest
    cache.put(3, "c", 4)
    assert cache.keys() == {1, 3}
    assert cache.used_bytes == 8


def test_replacing_a_value_counts_it_once():
    cache: SizedLru[str] = SizedLru(10)
    cache.put(1, "a", 6)
    cache.put(1, "b", 7)
    assert cache.used_bytes == 7
    assert cache.get(1) == "b"


def test_what_is_larger_than_the_bound_is_not_kept():
    cache: SizedLru[str] = SizedLru(10)
    cache.put(1, "a", 11)
    assert cache.get(1) is None
    assert cache.used_bytes == 0


def test_a_frame_takes_its_detection_with_it_but_leaves_its_result():
    source, estimator = FakeSource(frames=40), FakeEstimator()
    cache = FrameCache(4)  # MB; a frame is 4 × 320 × 240 × 3 = 0.92 MB: three of them fit into 3 MB
    for index in range(6):
        frame = source.read(index)
        detection = estimator.detect(frame)
        cache.put(frame, detection)
        cache.put_result(replace(estimator.refine(detection, 0.0), heatmaps=None))
    assert [index for index in range(6) if cache.frame(index) is not None] == [3, 4, 5]
    assert [index for index in range(6) if cache.detection(index) is not None] == [3, 4, 5]
    assert cache.result(5, 0.0) is not None
    assert cache.result(5, 1000.0) is None
    assert cache.used_bytes <= 4e6
    assert cache.computed(0.0) == {0, 1, 2, 3, 4, 5}
    assert cache.computed(1000.0) == {3, 4, 5}  # of these the detections are kept: the pose net alone has to run


@pytest.mark.parametrize("limit_mb", [1, 16])
def test_many_steps_stay_within_the_bound(limit_mb):
    source, estimator = FakeSource(frames=50, views=2, size=(160, 120)), FakeEstimator(1)
    cache = FrameCache(limit_mb)
    most = 0
    for step in range(300):
        frame = source.read(step % 50)
        detection = estimator.detect(frame)
        cache.put(frame, detection)
        cache.put_result(estimator.refine(detection, 0.0))
        most = max(most, cache.used_bytes)
    assert 0.2e6 < most <= limit_mb * 1e6
