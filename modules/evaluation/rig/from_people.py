"""How near a rig comes that is calibrated from nothing but the people who walk in it.

``python -m modules.evaluation.rig.from_people`` for synthetic people in Shelf's, Campus's, Panoptic's and ten random rigs;
``--unknown`` without one focal length per camera, ``--unknown all`` without anything known of the lenses; ``--real`` for both
demo recordings with their extrinsics hidden; ``--mirrored 50`` for short sequences that only tell whether a world is mirrored.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from modules.core.errors import UserError
from modules.core.geometry import guessed_camera
from modules.core.types import Camera
from modules.evaluation.common.options import PROJECT_DIR, positive
from modules.evaluation.common.report import Report, markdown_table
from modules.evaluation.rig.scenes import apart, drawn, published, watch
from modules.rig.people.anchor import anchored
from modules.rig.people.from_people import FOCAL_UNKNOWN, GUESSED, KNOWN, grow
from modules.SelfPose3d.lib.training.heatmaps import Noise

#: Calibration and clocks are exact here: what the cameras are is what is looked for.
NOISE = Noise(calibration=0.0, out_of_step=0.0)
#: Sequences that only tell whether a world is mirrored: seconds, instants a second.
SHORT_S, SHORT_HZ = 12.0, 5.0
#: What --unknown leaves unknown.
LENSES = {None: KNOWN, "focal": FOCAL_UNKNOWN, "all": GUESSED}
COLUMNS = (
    "rig", "views", "people", "rotation, deg (median)", "worst", "centres, % of the rig (median)",
    "scale off, %, height given", "scale off, %", "said ± %", "focal off, % (median)", "handed", "s",
)  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """One rig, one sequence; angles in degrees, shares in percent; NaN where it failed."""

    rig: str
    views: int
    people: int
    turned: float
    turned_worst: float
    moved: float
    scale_height: float
    scale: float
    scale_said: float
    focal: float
    handed: float
    seconds: float


def trial(name: str, rig: Sequence[Camera], people: int, seed: int, unknown: str | None) -> Trial:
    """One calibration from people, compared with the truth."""
    watched = watch(name, rig, people, seed, NOISE)
    began = time.monotonic()
    nothing = (np.nan,) * 9
    try:
        grown = grow(_hidden(rig, unknown), watched.seen, LENSES[unknown])
        plain = anchored(grown)
        tall = anchored(grown, height_mm=float(watched.people.stature_mm.max()))
    except UserError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return Trial(name, len(rig), people, *nothing)
    off = apart(plain.cameras, watched.real)
    moved = 100 * float(np.median(off.moved))
    focal = [abs(found.fx / real.fx - 1) for found, real in zip(plain.cameras, watched.real, strict=True)]
    return Trial(
        name, len(rig), people, float(np.median(off.turned_deg)), float(off.turned_deg.max()), moved,
        100 * abs(apart(tall.cameras, watched.real).scale - 1), 100 * abs(off.scale - 1), 100 * plain.scale_sd,
        100 * float(np.median(focal)), grown.handed, time.monotonic() - began,
    )  # fmt: skip


def _hidden(rig: Sequence[Camera], unknown: str | None) -> tuple[Camera, ...]:
    """The cameras without their poses, and without what is unknown of their lenses."""
    guessed = [guessed_camera(c.name, (c.width_px, c.height_px)) for c in rig]
    if unknown == "all":
        return tuple(guessed)
    lenses = rig if unknown is None else [replace(c, fx=g.fx, fy=g.fy) for c, g in zip(rig, guessed, strict=True)]
    return tuple(replace(camera, R_world_to_cam=np.eye(3), center_world_mm=np.zeros(3)) for camera in lenses)


def summary(trials: Sequence[Trial]) -> str:
    """The medians by number of views, with what was aimed at."""
    rows = []
    for label, chosen in (("4 and more", [t for t in trials if t.views >= 4]), ("2 and 3", [t for t in trials if t.views < 4])):
        if chosen:
            done = [t for t in chosen if np.isfinite(t.turned)]
            of = [float(np.median([getattr(t, key) for t in done])) if done else np.nan
                  for key in ("turned", "moved", "scale_height", "scale", "focal")]  # fmt: skip
            mirrored = sum(t.handed < 0.5 for t in done)
            rows.append([label, f"{len(done)} of {len(chosen)}", *of, f"{mirrored} of {len(done)}"])
    heads = ("views", "calibrated", "rotation, deg", "centres, %", "scale, height given, %", "scale, %", "focal, %", "mirrored")
    return markdown_table(heads, rows)


def mirrored(count: int) -> list[list[object]]:
    """A line for each kind of rig: how many of ``count`` short sequences gave a world, and how many of those a mirrored one."""
    tried: dict[str, list[float]] = {}
    rigs = list({**published(), **drawn(10)}.items())
    for number in range(count):
        name, rig = rigs[number % len(rigs)]
        watched = watch(name, rig, 1 + number % 4, 5000 + number, NOISE, seconds=SHORT_S, rate_hz=SHORT_HZ)
        try:
            handed = grow(_hidden(rig, None), watched.seen).handed
        except UserError as error:
            print(f"{name}: {error}", file=sys.stderr)
            handed = np.nan
        tried.setdefault("2 and 3 views" if len(rig) < 4 else "4 and more views", []).append(handed)
        print(f"{number + 1} / {count} {name}: {handed:.2f}", file=sys.stderr, flush=True)
    return [[key, len(v), int(np.isfinite(v).sum()), int((np.array(v) < 0.5).sum()), float(np.nanmin(v))]
            for key, v in tried.items()]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m modules.evaluation.rig.from_people", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--unknown", nargs="?", const="focal", choices=("focal", "all"),
        help="intrinsics unknown, guessed from the frame's size and refined: the focal lengths (default), or all",
    )  # fmt: skip
    parser.add_argument("--real", action="store_true", help="the demo recordings with their extrinsics hidden")
    parser.add_argument("--mirrored", type=positive, metavar="N", help="N short sequences: is any world mirrored?")
    parser.add_argument("--random", type=int, default=10, help="random rigs (default 10)")
    parser.add_argument("--views", nargs=2, type=int, default=(2, 8), metavar=("LEAST", "MOST"), help="rigs of so many cameras")
    parser.add_argument("--draws", type=positive, default=1, help="sequences of each rig (default 1)")
    parser.add_argument("--out", default=PROJECT_DIR / "output" / "from_people", type=type(PROJECT_DIR), help="folder")
    options = parser.parse_args(arguments)
    if options.real:
        from modules.evaluation.rig.hidden import real_demo

        return real_demo(options.out)
    report, trials = Report(), []
    if options.mirrored:
        lines = mirrored(options.mirrored)
        report.show(markdown_table(("rigs", "sequences", "calibrated", "mirrored", "least share of fronts in front"), lines))
        report.figures = {"mirrored": lines}
        report.save(options.out, "mirrored")
        return 0
    for draw in range(options.draws):
        for place, (name, rig) in enumerate({**published(), **drawn(options.random)}.items()):
            if not options.views[0] <= len(rig) <= options.views[1]:
                continue
            trials.append(trial(name, rig, 1 + (place + draw) % 4, place + 100 * draw, options.unknown))
            print(f"{name}: {trials[-1].turned:.2f}°, {trials[-1].seconds:.0f} s", file=sys.stderr, flush=True)
    report.show(markdown_table(COLUMNS, [list(vars(t).values()) for t in trials]))
    report.show(summary(trials))
    report.figures = {"trials": [vars(t) for t in trials]}
    report.save(options.out, f"unknown_{options.unknown}" if options.unknown else "known")
    return 0


if __name__ == "__main__":
    sys.exit(main())
