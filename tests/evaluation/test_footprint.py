"""Memory over a looped recording, and watching a process from outside."""

from __future__ import annotations

import sys

import pytest
from evaluation_fakes import FakeEstimator, FakeSource

from modules.evaluation.speed.children import ChildError, _has_poses, watch
from modules.evaluation.speed.footprint import current_mb, peak_mb, seconds_since_start, watch_memory


def test_memory_of_a_looped_recording():
    readings = iter(100.0 + (5.0 if n < 10 else 0.0) + 0.02 * n for n in range(100))
    drawn = []
    estimator = FakeEstimator(lambda index: [])
    memory = watch_memory(
        FakeSource(40), estimator, 100, lambda frame, result: drawn.append(result.frame_index), lambda: next(readings)
    )
    assert drawn == [*range(40), *range(40), *range(20)]
    assert memory.growth_mb_per_1000 == pytest.approx(20)  # the warm-up's 5 MB are left out
    assert memory.start_mb == pytest.approx(100.28)  # frames 10 to 18
    assert memory.end_mb == pytest.approx(101.9)  # frames 91 to 99
    assert memory.peak_mb >= 0.9 * current_mb() > 10


def test_this_process_is_some_seconds_old_and_some_megabytes_large():
    assert 0 < seconds_since_start() < 24 * 3600
    assert 10 < peak_mb() < 100_000


def test_watching_a_process(tmp_path):
    mark = tmp_path / "poses.part.jsonl"
    code = f"import time; a = bytearray(80_000_000); open({str(mark)!r}, 'w').write('header\\n{{}}\\n'); time.sleep(0.3)"
    seen = watch([sys.executable, "-c", code], lambda: _has_poses(tmp_path))
    assert 0 < seen["first_pose_s"] < seen["total_s"] - 0.1
    assert 80 < seen["peak_mb"] < 2000


def test_the_memory_of_who_watches_is_not_the_watched_one_s(tmp_path):
    ballast = bytearray(400_000_000)
    seen = watch([sys.executable, "-c", "import time; a = bytearray(80_000_000); time.sleep(0.3)"], lambda: False)
    assert 80 < seen["peak_mb"] < len(ballast) / 1e6


def test_a_file_with_a_header_alone_has_no_poses(tmp_path):
    assert not _has_poses(tmp_path)
    (tmp_path / "poses.jsonl").write_text("header\n")
    assert not _has_poses(tmp_path)


def test_a_failing_process_is_told_with_its_last_words():
    with pytest.raises(ChildError, match=r"exit code 3: no camera"):
        watch([sys.executable, "-c", "import sys; print('no camera', file=sys.stderr); sys.exit(3)"], lambda: False)
