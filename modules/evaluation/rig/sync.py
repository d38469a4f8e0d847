"""How exactly late cameras are put in step: by motion on synthetic people, by sound laid under them.

``python -m modules.evaluation.rig.sync``; ``--real``: both demo recordings, cameras shifted by whole frames.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline

from modules.composition import make_people_finder
from modules.core.people2d import People2D
from modules.core.types import Camera
from modules.evaluation.common.options import PROJECT_DIR, positive
from modules.evaluation.common.report import Report, markdown_table
from modules.evaluation.common.sequences import sample_sequence
from modules.evaluation.common.sightings import Sightings
from modules.evaluation.rig.hidden import watched_demo
from modules.evaluation.rig.scenes import published
from modules.rig.sync.delays import Step, by_motion
from modules.rig.sync.sound import by_sound
from modules.SelfPose3d.lib.training.heatmaps import Noise

#: Frames a second of the cameras, and how much finer time is drawn; how late cameras are at most, s; their drift, s per s.
FPS, FINER, LATE_S, DRIFT = 30.0, 4, 1.0, 1e-4
SECONDS, SOUND_HZ = 30.0, 8000
COLUMNS = ("rig", "draw", "late cameras", "by", "frames off, median", "worst", "within two standard deviations")
REAL_COLUMNS = (
    "recording", "frames late", "frames off, median", "worst", "worst, against the recording as it is",
    "within two standard deviations",
)  # fmt: skip
#: Frames a second of the demo recordings.
DEMO_FPS = 60.0


def late(seen: Sequence[People2D], offsets: np.ndarray, drifts: np.ndarray) -> list[People2D]:
    """What cameras that are late show, from finely drawn instants: each frame the nearest one."""
    times, count = np.array([p.time_s for p in seen]), int(SECONDS * FPS)
    out = []
    for n in range(count):
        at = [np.abs(times - (n / FPS - o - d * n / FPS)).argmin() for o, d in zip(offsets, drifts, strict=True)]
        out.append(People2D(n, n / FPS, tuple(seen[i].views[v] for v, i in enumerate(at))))
    return out


def sounds(rng: np.random.Generator, offsets: np.ndarray, drifts: np.ndarray) -> list[np.ndarray]:
    """The same steps and voices as each camera hears them: noise that swells, with noise of its own."""
    real = rng.standard_normal(int((SECONDS + 6) * SOUND_HZ))
    real *= CubicSpline(np.linspace(0, 1, 60), rng.random(60))(np.linspace(0, 1, len(real))).clip(0.05)
    times = np.arange(int(SECONDS * SOUND_HZ)) / SOUND_HZ
    heard = [
        np.interp((times - o - d * times + 3) * SOUND_HZ, np.arange(len(real)), real)
        for o, d in zip(offsets, drifts, strict=True)
    ]
    return [h + 0.2 * h.std() * rng.standard_normal(len(h)) for h in heard]


def judged(steps: Sequence[Step], offsets: np.ndarray, drifts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Frames off [V] in the middle of the recording, the rig's own common offset taken out; and whether two standard
    deviations cover each."""
    middle = SECONDS / 2
    off = np.array([s.offset_s + s.drift * middle for s in steps]) - offsets - drifts * middle
    off = off - np.median(off)
    return np.abs(off) * FPS, np.abs(off) <= 2 * np.array([s.sd_s for s in steps]) + 0.25 / FPS / FINER


def shifted(name: str, cameras: Sequence[Camera], seen: Sequence[People2D], draws: int) -> list[list[object]]:
    """A line for a demo recording as it is, and for each draw of one or two late cameras: how far off their delays are, by
    themselves and against what was found of it as it is (its own cameras may be off by parts of a frame)."""
    rng, views = np.random.default_rng([20_261_130, len(seen)]), len(cameras)
    lines, own = [], np.zeros(views)
    for draw in range(draws + 1):
        late_by = np.zeros(views, int)
        if draw:
            chosen = rng.permutation(views)[: 1 + (draw - 1) % 2]
            late_by[chosen] = rng.integers(3, 13, len(chosen)) * rng.choice([-1, 1], len(chosen))
        first, last = max(0, late_by.max()), len(seen) + min(0, late_by.min())
        cut = [
            People2D(n, n / DEMO_FPS, tuple(seen[n + first - late_by[v]].views[v] for v in range(views)))
            for n in range(last - first)
        ]
        steps = by_motion(cameras, cut)
        off = np.array([s.offset_s + s.drift * (last - first) / 2 / DEMO_FPS for s in steps]) * DEMO_FPS - late_by
        off = off - np.median(off)
        own = own if draw else off
        covered = np.abs(off) <= 2 * DEMO_FPS * np.array([s.sd_s for s in steps])
        lines.append([name, str(late_by.tolist()), float(np.median(np.abs(off))), float(np.abs(off).max()),
                      float(np.abs(off - own - np.median(off - own)).max()), f"{covered.sum()} of {views}"])  # fmt: skip
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m modules.evaluation.rig.sync", description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=positive, default=3, help="sequences of each rig (default 3)")
    parser.add_argument("--real", action="store_true", help="the demo recordings, shifted, instead of synthetic people")
    parser.add_argument("--out", type=Path, default=PROJECT_DIR / "output" / "sync", help="folder for the results")
    options = parser.parse_args(arguments)
    report, lines = Report(), []
    if options.real:
        for demo in watched_demo(make=make_people_finder):
            lines += shifted(*demo, options.draws)
        report.show(markdown_table(REAL_COLUMNS, lines))
        report.figures = {"columns": REAL_COLUMNS, "rows": lines}
        report.save(options.out, "real")
        return 0
    for name, rig in published().items():
        for draw in range(options.draws):
            rng = np.random.default_rng([20_261_129, draw, len(rig)])
            motion = sample_sequence("walking", 900 + draw, 2, SECONDS + 0.1, FPS * FINER, 2500.0)
            watched = Sightings(motion, rig, Noise(out_of_step=0.0), draw, draw=False)
            seen = [sighting.people_2d for sighting in watched]
            count = min(1 + draw, len(rig) // 2)
            chosen = rng.permutation(len(rig))[:count]
            offsets, drifts = np.zeros(len(rig)), np.zeros(len(rig))
            offsets[chosen], drifts[chosen] = rng.uniform(-LATE_S, LATE_S, count), rng.uniform(-DRIFT, DRIFT, count)
            for by, steps in (
                ("motion", by_motion(rig, late(seen, offsets, drifts))),
                ("sound", by_sound([c.name for c in rig], sounds(rng, offsets, drifts), SOUND_HZ)),
            ):
                off, covered = judged(steps, offsets, drifts)
                lines.append([name, str(draw), count, by, float(np.median(off)), float(off.max()),
                              f"{covered.sum()} of {len(covered)}"])  # fmt: skip
                print(lines[-1], file=sys.stderr, flush=True)
    report.show(markdown_table(COLUMNS, lines))
    report.figures = {"columns": COLUMNS, "rows": lines}
    report.save(options.out, "sync")
    return 0


if __name__ == "__main__":
    sys.exit(main())
