"""What short clips tell of a delay: by pieces of people's ways, not by who stands still, and no surer than it is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d
from walkers import ring, see, walk

from modules.core.geometry import undistort
from modules.core.people2d import People2D
from modules.rig.adjust.tracklets import follow
from modules.rig.seen.body import JOINTS, PARTS, at
from modules.rig.sync.couple import Couple
from modules.rig.sync.delays import by_motion

HZ = 60.0


def shown(ways, cameras, late_frames, count, lasting_px=0.0, seed=0):
    """What cameras, each late by whole frames, show of ways [T, P, J, 3]; errors last some frames."""
    late_frames = np.asarray(late_frames)
    rng, first = np.random.default_rng(seed), int(late_frames.max())
    whole = see(ways, cameras, noise_px=0.5, seed=seed, hz=HZ)
    out = [[] for _ in range(count)]
    for view, late in enumerate(late_frames):
        of_view = [whole[n + first - late].views[view] for n in range(count)]
        off = gaussian_filter1d(rng.standard_normal((count, *of_view[0].shape[:2], 2)), 6.0, axis=0)
        for n, people in enumerate(of_view):
            moved = people.copy()
            moved[..., :2] += lasting_px * off[n][: len(people)] / off.std()
            out[n].append(moved)
    return [People2D(n, n / HZ, tuple(views)) for n, views in enumerate(out)]


def delays(cameras, people):
    times = np.array([p.time_s for p in people])
    tracks = tuple(follow(people, view) for view in (0, 1))
    rays = tuple([undistort(t.pixels, c) for t in view] for view, c in zip(tracks, cameras, strict=False))
    return Couple(cameras, times, (0, 1), tracks, rays).delays()


def test_parts_of_the_body():
    assert [PARTS[at(name)] for name in ("nose", "left_shoulder", "right_hip")] == [0, 0, 0]
    assert [PARTS[at(name)] for name in ("left_wrist", "right_elbow", "left_ankle", "right_knee")] == [1, 2, 3, 4]
    assert len(PARTS) == len(JOINTS)


def test_who_is_lost_for_a_moment_still_tells_though_nobody_else_moves():
    """Somebody whose way is cut in two pieces of less than a second each, in front of somebody who stands still."""
    cameras = ring(3)
    ways = walk(1, 120, seed=5, hz=HZ)
    still = np.repeat(walk(1, 1, seed=9, hz=HZ) + np.array([1500.0, 900.0, 0.0]), 120, axis=0)
    walker = shown(ways, cameras, [0, 12, 0], 90, lasting_px=0.1)
    bystander = shown(still, cameras, [0, 12, 0], 90, lasting_px=1.0, seed=4)
    both = [
        People2D(n, a.time_s, tuple(
            here[1] if view == 0 and 33 <= n < 57 else np.concatenate(here)
            for view, here in enumerate(zip(a.views, b.views, strict=True))
        ))
        for n, (a, b) in enumerate(zip(walker, bystander, strict=True))
    ]  # fmt: skip
    steps = by_motion(cameras, both)
    found = HZ * np.array([s.offset_s for s in steps])
    np.testing.assert_allclose(found - found[0], [0, 12, 0], atol=0.6)
    assert all(s.certain for s in steps)


def test_who_stands_still_says_nothing_however_much_the_network_trembles():
    cameras = ring(2)
    still = np.repeat(walk(2, 1, seed=9, hz=HZ), 120, axis=0)
    for seed in range(4):
        assert all(d.sd_s > 0.02 for d in delays(cameras, shown(still, cameras, [0, 0], 100, lasting_px=2.0, seed=seed)))


@pytest.mark.parametrize("late", [-19, -9, 5, 9, 19])
def test_a_long_delay_is_not_drawn_towards_zero_in_a_short_clip(late):
    cameras = ring(2)
    found = [
        HZ * delay.delay_s
        for seed in range(30, 36)
        for delay in delays(cameras, shown(walk(1, 140, seed=seed, hz=HZ), cameras, [0, late], 80, seed=seed))
    ]
    assert len(found) >= 5
    assert np.mean(found) == pytest.approx(late, abs=0.35)


def test_stated_deviations_hold():
    """Of clips of 1.5 s, with errors that last, two in three are within one deviation, nearly all within two."""
    cameras = ring(2)
    off = []
    for seed in range(18):
        people = shown(walk(1, 110, seed=20 + seed, hz=HZ), cameras, [0, 7], 90, lasting_px=1.5, seed=seed)
        off += [(HZ * d.delay_s - 7) / (HZ * d.sd_s) for d in delays(cameras, people)]
    off = np.abs(off)
    assert len(off) >= 14
    assert 0.5 <= (off <= 1).mean() <= 0.95
    assert (off <= 2).mean() >= 0.85
