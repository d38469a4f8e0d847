"""How exactly late cameras are put in step: by motion on synthetic people, by sound laid under them.

``python -m modules.evaluation.rig.sync``; ``--short``: clips of 80 and 150 frames, and how often the truth is within one and
two of the deviations that are told; ``--real``: both demo recordings, cameras shifted by whole frames, whole and cut to
80 frames.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline

from modules.composition import make_sharp_finder
from modules.core.errors import SourceError
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
#: So many cameras are late at once, at most.
MOST_CAMERAS = 3
COLUMNS = ("rig", "draw", "late cameras", "by", "frames off, median", "worst", "within two standard deviations")
REAL_COLUMNS = (
    "recording", "frames late", "frames off, median", "worst", "worst, against the recording as it is",
    "within two standard deviations",
)  # fmt: skip
SHORT_COLUMNS = (
    "clips",
    "frames",
    "cameras in all",
    "frames off, median",
    "95 %",
    "within one deviation",
    "within two",
    "unknown",
)
#: Clips that are cut short: frames of each, at DEMO_FPS; late by up to so many frames; drawn of each demo recording.
SHORT, MOST_LATE, CUTS = (80, 150), 19, 24
#: Frames a second of the demo recordings.
DEMO_FPS = 60.0


def late(seen: Sequence[People2D], offsets: np.ndarray, drifts: np.ndarray) -> tuple[list[People2D], np.ndarray]:
    """What cameras that are late show, from finely drawn instants: each frame the nearest one; and how late that makes them in
    the middle, s."""
    times, count = np.array([p.time_s for p in seen]), int(SECONDS * FPS)
    out, by = [], np.full((count, len(offsets)), np.nan)
    for n in range(count):
        at = [np.abs(times - (n / FPS - o - d * n / FPS)).argmin() for o, d in zip(offsets, drifts, strict=True)]
        out.append(People2D(n, n / FPS, tuple(seen[i].views[v] for v, i in enumerate(at))))
        by[n] = n / FPS - times[at]
        by[n, (np.array(at) == 0) | (np.array(at) == len(times) - 1)] = np.nan  # nothing was drawn so early or late
    return out, np.nanmean(by, axis=0)


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


def judged(steps: Sequence[Step], late_s: np.ndarray, fps: float, middle_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Frames off [V] in the middle of the recording, where cameras are late by ``late_s``, the rig's own common offset taken
    out; and how many of the told standard deviations that is, NaN: nothing is told."""
    off = np.array([s.offset_s + s.drift * middle_s for s in steps]) - late_s
    off = np.abs(off - np.median(off))
    sd = np.array([s.sd_s for s in steps])
    return off * fps, np.where(np.isfinite(sd), off / sd, np.nan)


def drawn_late(rng: np.random.Generator, views: int, most: int) -> np.ndarray:
    """int [V]: frames by which one or two cameras (of two views one) are late or early, at least 3."""
    late_by = np.zeros(views, int)
    chosen = rng.permutation(views)[: 1 + rng.integers(2 if views > 2 else 1)]
    late_by[chosen] = rng.integers(3, most + 1, len(chosen)) * rng.choice([-1, 1], len(chosen))
    return late_by


def cut_to(seen: Sequence[People2D], late_by: np.ndarray, first: int, count: int) -> list[People2D]:
    """So many frames from one on, each camera's late by whole frames."""
    return [
        People2D(n, n / DEMO_FPS, tuple(seen[n + first - late].views[v] for v, late in enumerate(late_by)))
        for n in range(count)
    ]


def short(
    name: str, recordings: Sequence[tuple[Sequence[Camera], Sequence[People2D]]], frames: int, cuts: int
) -> list[object]:  # fmt: skip
    """A line of ``SHORT_COLUMNS``: clips cut out of recordings of DEMO_FPS, cameras shifted."""
    rng = np.random.default_rng([20_261_131, frames, len(recordings)])
    off, deviations, clips = [], [], 0
    for cameras, seen in recordings:
        for _ in range(cuts):
            late_by = drawn_late(rng, len(cameras), MOST_LATE)
            low, high = max(0, late_by.max()), len(seen) + min(0, late_by.min()) - frames
            if high < low:
                continue
            people = cut_to(seen, late_by, int(rng.integers(low, high + 1)), frames)
            try:
                steps = by_motion(cameras, people)
            except SourceError:  # nobody moves
                steps = [Step(c.name, 0.0, 0.0, np.inf, False) for c in cameras]
            mine, sds = judged(steps, late_by / DEMO_FPS, DEMO_FPS, 0.0)
            off, deviations, clips = [*off, *mine], [*deviations, *sds], clips + 1
    off_, told = np.array(off), np.isfinite(deviations)
    known = np.array(deviations)[told]
    shares = [f"{100 * np.mean(known <= within):.0f} %" for within in (1, 2)]
    low, high = np.quantile(off_[told], (0.5, 0.95))
    return [f"{clips} of {name}", frames, len(off_), float(low), float(high), *shares, int((~told).sum())]


def synthetic_clips(draws: int) -> list[tuple[Sequence[Camera], list[People2D]]]:
    """People who walk for four seconds before published rigs, the generator's errors at DEMO_FPS."""
    found: list[tuple[Sequence[Camera], list[People2D]]] = []
    for rig in published().values():
        for draw in range(draws):
            motion = sample_sequence("walking", 1900 + draw, 1 + draw % 2, 4.0, DEMO_FPS, 2500.0)
            watched = Sightings(motion, rig, Noise(out_of_step=0.0), 300 + draw, draw=False)
            found.append((rig, [sighting.people_2d for sighting in watched]))
    return found


def shifted(name: str, cameras: Sequence[Camera], seen: Sequence[People2D], draws: int) -> list[list[object]]:
    """A line for a demo recording as it is, and for each draw of one to three late cameras: how far off their delays are, by
    themselves and against what was found of it as it is (its own cameras may be off by parts of a frame). Drift is not drawn:
    in less than two seconds the worst clock loses a hundredth of a frame."""
    rng, views = np.random.default_rng([20_261_130, len(seen)]), len(cameras)
    lines, own = [], np.zeros(views)
    for draw in range(draws + 1):
        late_by = np.zeros(views, int)
        if draw:
            chosen = rng.permutation(views)[: min(1 + (draw - 1) % MOST_CAMERAS, views - 1)]
            late_by[chosen] = rng.integers(3, 13, len(chosen)) * rng.choice([-1, 1], len(chosen))
        first, last = max(0, late_by.max()), len(seen) + min(0, late_by.min())
        steps = by_motion(cameras, cut_to(seen, late_by, first, last - first))
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
    parser.add_argument("--short", action="store_true", help="clips of 80 and 150 frames; --draws: of each rig")
    parser.add_argument("--out", type=Path, default=PROJECT_DIR / "output" / "sync", help="folder for the results")
    options = parser.parse_args(arguments)
    report, lines = Report(), []
    if options.real:
        clips = []
        for demo in watched_demo(make=make_sharp_finder):  # as the command has it look at recordings that are short
            lines += shifted(*demo, options.draws)
            clips.append(short(demo[0], [demo[1:]], SHORT[0], CUTS))
        report.show(markdown_table(REAL_COLUMNS, lines))
        report.show(markdown_table(SHORT_COLUMNS, clips))
        report.figures = {"columns": REAL_COLUMNS, "rows": lines, "short": clips}
        report.save(options.out, "real")
        return 0
    if options.short:
        recordings = synthetic_clips(options.draws)
        lines = [short("synthetic people", recordings, frames, 1) for frames in SHORT]
        report.show(markdown_table(SHORT_COLUMNS, lines))
        report.figures = {"columns": SHORT_COLUMNS, "rows": lines}
        report.save(options.out, "short")
        return 0
    for name, rig in published().items():
        for draw in range(options.draws):
            rng = np.random.default_rng([20_261_129, draw, len(rig)])
            motion = sample_sequence("walking", 900 + draw, 2, SECONDS + 0.1, FPS * FINER, 2500.0)
            watched = Sightings(motion, rig, Noise(out_of_step=0.0), draw, draw=False)
            seen = [sighting.people_2d for sighting in watched]
            count = min(1 + draw % MOST_CAMERAS, len(rig) - 1)
            chosen = rng.permutation(len(rig))[:count]
            offsets, drifts = np.zeros(len(rig)), np.zeros(len(rig))
            offsets[chosen], drifts[chosen] = rng.uniform(-LATE_S, LATE_S, count), rng.uniform(-DRIFT, DRIFT, count)
            people, by_frames = late(seen, offsets, drifts)
            middle = SECONDS / 2
            for by, steps, late_s in (
                ("motion", by_motion(rig, people), by_frames),
                ("sound", by_sound([c.name for c in rig], sounds(rng, offsets, drifts), SOUND_HZ), offsets + drifts * middle),
            ):
                off, deviations = judged(steps, late_s, FPS, middle)
                covered = deviations <= 2
                lines.append([name, str(draw), count, by, float(np.median(off)), float(off.max()),
                              f"{covered.sum()} of {len(covered)}"])  # fmt: skip
                print(lines[-1], file=sys.stderr, flush=True)
    report.show(markdown_table(COLUMNS, lines))
    report.figures = {"columns": COLUMNS, "rows": lines}
    report.save(options.out, "sync")
    return 0


if __name__ == "__main__":
    sys.exit(main())
