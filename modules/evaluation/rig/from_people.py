"""How near a rig comes that is calibrated from nothing but the people who walk in it.

``python -m modules.evaluation.rig.from_people`` for synthetic people in Shelf's, Campus's, Panoptic's and ten random rigs;
``--unknown`` without one focal length per camera, ``--unknown all`` without anything known of the lenses; ``--real`` for both
demo recordings with their extrinsics hidden; ``--mirrored 50`` for short sequences that only tell whether a world is mirrored.
``--seconds 1`` for short clips: how many of the errors are within one and two of the standard deviations that are told.
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
from modules.evaluation.rig.scenes import SECONDS, apart, drawn, published, turned_deg, watch
from modules.rig.adjust.projections import FOCAL
from modules.rig.looking import FEWEST_LOOKS, RATE_HZ
from modules.rig.people.anchor import anchored
from modules.rig.people.from_people import FOCAL_UNKNOWN, GUESSED, KNOWN, grow
from modules.rig.people.judgement import refuse_mirrored
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
#: A video's frames a second: how many of them calibration looks at depends on its length.
VIDEO_HZ = 30.0
#: What is told with its uncertainty.
TOLD = ("camera's rotation against the first, deg", "unit, %", "unit, height given, %", "up, deg", "focal, %")
HONESTY = ("what is told", "clips", "error (median)", "worst", "said (median)", "within one", "within two")


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


def trial(
    name: str, rig: Sequence[Camera], people: int, seed: int, unknown: str | None, seconds: float = SECONDS
) -> tuple[Trial, dict[str, np.ndarray]]:
    """One calibration from people, compared with the truth; and of what is told (``TOLD``) errors and standard deviations
    [n, 2]."""
    watched = watch(name, rig, people, seed, NOISE, seconds=seconds, rate_hz=rate_of(seconds))
    began = time.monotonic()
    nothing = (np.nan,) * 9
    try:
        grown = grow(_hidden(rig, unknown), watched.seen, LENSES[unknown])
        refuse_mirrored(grown)
        plain = anchored(grown)
        tall = anchored(grown, height_mm=float(watched.people.stature_mm.max()))
    except UserError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return Trial(name, len(rig), people, *nothing), {}
    off = apart(plain.cameras, watched.real)
    moved = 100 * float(np.median(off.moved))
    focal = [abs(found.fx / real.fx - 1) for found, real in zip(plain.cameras, watched.real, strict=True)]
    made = Trial(
        name, len(rig), people, float(np.median(off.turned_deg)), float(off.turned_deg.max()), moved,
        100 * abs(apart(tall.cameras, watched.real).scale - 1), 100 * abs(off.scale - 1), 100 * plain.scale_sd,
        100 * float(np.median(focal)), grown.handed, time.monotonic() - began,
    )  # fmt: skip
    lens_sd = grown.adjusted.sd[:, FOCAL]
    said = (
        np.stack([turned_against_first(plain.cameras, watched.real), plain.turned_sd_deg[1:]], 1),
        np.array([[100 * abs(np.log(off.scale)), 100 * plain.scale_sd]]),
        np.array([[100 * abs(np.log(apart(tall.cameras, watched.real).scale)), 100 * tall.scale_sd]]),
        np.array([[up_off_deg(plain.cameras[0], watched.real[0]), plain.up_sd_deg]]),
        100 * np.stack([focal, lens_sd], 1) if unknown else np.zeros((0, 2)),
    )
    return made, dict(zip(TOLD, said, strict=True))


def rate_of(seconds: float) -> float:
    """Instants a second that calibration looks at in a clip of this length (``calibrate.step_of``)."""
    return VIDEO_HZ / max(1, min(round(VIDEO_HZ / RATE_HZ), int(VIDEO_HZ * seconds) // FEWEST_LOOKS))


def turned_against_first(cameras: Sequence[Camera], real: Sequence[Camera]) -> np.ndarray:
    """float64 [V - 1], deg: how far each camera's rotation against the first one's is from the real one."""
    first, true = cameras[0].R_world_to_cam, real[0].R_world_to_cam
    back = [replace(c, R_world_to_cam=c.R_world_to_cam @ first.T @ true) for c in cameras[1:]]
    return np.array([turned_deg(a, b) for a, b in zip(back, real[1:], strict=True)])


def up_off_deg(camera: Camera, real: Camera) -> float:
    """Angle between z as a camera has it and as it is, degrees."""
    return float(np.rad2deg(np.arccos(np.clip(camera.R_world_to_cam[:, 2] @ real.R_world_to_cam[:, 2], -1, 1))))


def honesty(told: Sequence[dict[str, np.ndarray]]) -> list[list[object]]:
    """Lines of ``HONESTY``."""
    lines: list[list[object]] = []
    for what in TOLD:
        of = [each[what] for each in told if what in each]
        error, sd = np.concatenate(of).T if of else np.zeros((2, 0))
        if len(error):
            within = (f"{100 * np.mean(error <= times * sd):.0f} %" for times in (1, 2))
            lines.append([what, len(of), float(np.median(error)), float(error.max()), float(np.median(sd)), *within])
    return lines


def _hidden(rig: Sequence[Camera], unknown: str | None) -> tuple[Camera, ...]:
    """The cameras without their poses, and without what is unknown of their lenses."""
    guessed = [guessed_camera(c.name, (c.width_px, c.height_px)) for c in rig]
    if unknown == "all":
        return tuple(guessed)
    # one focal length is unknown, how much higher than wide a pixel is isn't
    lenses = rig if unknown is None else [replace(c, fx=g.fx, fy=g.fx * c.fy / c.fx) for c, g in zip(rig, guessed, strict=True)]
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
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"that people walk (default {SECONDS:.0f})")
    parser.add_argument("--out", default=PROJECT_DIR / "output" / "from_people", type=type(PROJECT_DIR), help="folder")
    options = parser.parse_args(arguments)
    if options.real:
        from modules.evaluation.rig.hidden import real_demo

        return real_demo(options.out)
    report, trials, told = Report(), [], []
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
            made, said = trial(name, rig, 1 + (place + draw) % 4, place + 100 * draw, options.unknown, options.seconds)
            trials.append(made)
            told.append(said)
            print(f"{name}: {trials[-1].turned:.2f}°, {trials[-1].seconds:.0f} s", file=sys.stderr, flush=True)
    report.show(markdown_table(COLUMNS, [list(vars(t).values()) for t in trials]))
    report.show(summary(trials))
    report.show(markdown_table(HONESTY, honesty(told)))
    report.figures = {"trials": [vars(t) for t in trials], "honesty": honesty(told), "seconds": options.seconds}
    name = f"unknown_{options.unknown}" if options.unknown else "known"
    report.save(options.out, name if options.seconds == SECONDS else f"{name}_{options.seconds:g}_s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
