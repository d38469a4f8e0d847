"""What mending a calibration by its people is worth to the poses.

``python -m modules.evaluation.rig.mend``: rigs calibrated as badly as the training's generator draws; people walk for half
a minute, the calibration is mended from what is seen of them, and the networks find other people with the calibration as
given, as mended and as it really is. ``--real``: both demo recordings, residuals at times that the fit never saw, in five
measures (``MEASURES``), each with what is left at best and whether half of it went.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from modules.core.config import load_config
from modules.core.errors import UserError
from modules.core.people2d import People2D
from modules.core.types import Camera
from modules.evaluation.accuracy.synthetic import found_by, judge
from modules.evaluation.accuracy.voxel import VoxelNets
from modules.evaluation.common.metrics import Scores
from modules.evaluation.common.options import add_config_options, demo_root, overrides, positive
from modules.evaluation.common.report import Report, markdown_table
from modules.evaluation.rig import bones
from modules.evaluation.rig.scenes import Watched, drawn, published, turned_deg, watch
from modules.rig.adjust.bundle import Freedom, Observations, adjust, residuals_px
from modules.rig.adjust.tracklets import follow
from modules.rig.mend.mending import Mend, best_joints, everyone, held_out, mend, steadiness
from modules.rig.seen.rays import meet
from modules.SelfPose3d.lib.training.heatmaps import Noise
from modules.SelfPose3d.lib.training.scenes import Scene
from modules.SelfPose3d.lib.training.validation import LONGEST, held_out_scenes

#: Seed tag of the scenes that the networks are tried on.
TAG = 7000
#: Cameras that may stand and be as they like.
ANYTHING = Freedom(turn_deg=5.0, center_mm=500.0, focal=0.05, point=0.02, k1=0.1, k2=0.1)
COLUMNS = (
    "rig", "views", "draw", "residual px before", "after", "turned wrongly, deg", "left", "MPJPE mm given", "mended", "exact",
    "gained of what there is", "s",
)  # fmt: skip
#: What --real prints of all cameras together. A median hardly sees joints that were mistaken, a mean square is made of them;
#: what the 2D network is off by is left in both.
MEASURES = (
    "recording", "measure", "2D joints", "mended by", "shipped", "mended", "at best: fitted to these very times", "left",
    "of the squares that can go, gone", "half reached",
)  # fmt: skip


def with_cameras(scenes: Sequence[Scene], cameras: Sequence[Camera]) -> list[Scene]:
    """The same images with another calibration."""
    return [replace(scene, cameras=tuple(cameras)) for scene in scenes]


def trial(
    watched: Watched, nets: VoxelNets, scenes: int, tag: int, longest: int = LONGEST
) -> tuple[Mend, dict[str, Scores], float]:
    """Mends one rig and lets the networks find people with each calibration, ``longest`` px the longer side of what they see;
    and seconds that mending took."""
    began = time.monotonic()
    mended = mend(watched.calibration, watched.seen)
    seconds = time.monotonic() - began
    shown = held_out_scenes(scenes, watched.real, Noise(calibration=0.0), tag, longest)
    find = found_by(nets)
    calibrations = {"given": watched.calibration, "mended": mended.cameras, "exact": watched.real}
    return mended, {name: judge(find, with_cameras(shown, c))[0] for name, c in calibrations.items()}, seconds


def synthetic(options: argparse.Namespace, report: Report) -> None:
    """All rigs, all draws."""
    config = load_config(options.config, overrides(options))
    nets, longest = VoxelNets(config), options.longest or max(config.NETWORK.IMAGE_SIZE)
    few = {name: rig for name, rig in drawn(8).items() if len(rig) <= 3}
    lines, sums, rigs = [], {}, {**published(), **few}
    unknown = set(options.rigs or ()) - set(rigs)
    if unknown:
        raise UserError("There is no rig {name}. Known: {known}.", name=", ".join(sorted(unknown)), known=", ".join(rigs))
    for place, (name, rig) in enumerate(rigs.items()):
        if options.rigs and name not in options.rigs:
            continue
        for draw in range(options.draws):
            watched = watch(name, rig, 3, 50 * place + draw, Noise(out_of_step=0.0))
            try:
                mended, scores, seconds = trial(watched, nets, options.scenes, TAG + place, longest)
            except UserError as error:
                print(f"{name}: {error}", file=sys.stderr)
                continue
            given, after, exact = (scores[key].mpjpe_mm for key in ("given", "mended", "exact"))
            sums.setdefault((name, len(rig)), []).append((given, after, exact))
            turned = [
                float(np.mean([turned_deg(a, b) for a, b in zip(c, watched.real, strict=True)]))
                for c in (watched.calibration, mended.cameras)
            ]
            lines.append([name, len(rig), str(draw), mended.before_px, mended.after_px, *turned, given, after, exact,
                          _gained(given, after, exact), seconds])  # fmt: skip
            print(f"{name} {draw}: {given:.1f} → {after:.1f} (exact {exact:.1f})", file=sys.stderr, flush=True)
    report.show(markdown_table(COLUMNS, lines))
    means = [[name, views, *np.mean(values, 0), _gained(*np.mean(values, 0))] for (name, views), values in sums.items()]
    report.show(markdown_table(("rig", "views", "given", "mended", "exact", "gained of what there is"), means))
    report.figures["synthetic"] = {"columns": COLUMNS, "rows": lines, "means": means}


def _gained(given: float, after: float, exact: float) -> str:
    return f"{100 * (given - after) / (given - exact):.0f} %" if abs(given - exact) > 0.01 else "–"


def real(options: argparse.Namespace, report: Report) -> None:
    """Both demo recordings, with what the program's own 2D network sees and with what the reference's saw."""
    from modules.composition import make_sharp_finder, open_source
    from modules.evaluation.rig.by_reference import reference_people
    from modules.evaluation.rig.hidden import FPS

    lines, totals, steadier = [], [], []
    for folder in ("Demo_MultiPerson", "Demo_SinglePerson"):
        config = load_config(options.config, {"SOURCE.PATH": str(demo_root() / folder), **overrides(options)})
        source = open_source(config)
        try:
            find = make_sharp_finder(config)
            seen = [find(source.read(index), None) for index in range(0, len(source), options.step)]
            mended = mend(source.cameras, seen)
        finally:
            source.close()
        for change in mended.changes:
            lines.append([folder, change.name, change.before_px, change.after_px, change.turned_deg, change.moved_mm,
                          100 * change.zoomed, "yes" if change.told else "no"])  # fmt: skip
        steady = " → ".join(f"{100 * s:.1f} %" for s in mended.steadiness)
        lines.append([folder, f"all; bones ± {steady}", mended.before_px, mended.after_px, *[""] * 4])
        totals += [[folder, *line] for line in totals_of(folder, source.cameras, mended, seen, reference_people(folder, FPS))]
        steadier += bones.by_turns(folder, source.cameras, seen)
    heads = ("recording", "camera", "held-out residual px", "mended", "turned, deg", "moved, mm", "zoomed, %", "told")
    report.show(markdown_table(heads, lines))
    report.show(markdown_table(MEASURES, totals))
    report.show("Bones, each third of the time with the calibration mended by the other two.\n\n"
                + markdown_table(bones.COLUMNS, steadier))  # fmt: skip
    report.figures["real"] = {
        "columns": heads, "rows": lines, "measures": MEASURES, "totals": totals, "bones": bones.COLUMNS, "steadier": steadier,
    }  # fmt: skip


def totals_of(
    folder: str, cameras: Sequence[Camera], mended: Mend, seen: Sequence[People2D], stronger: Sequence[People2D]
) -> list[list[object]]:
    """Lines of ``MEASURES`` but for the recording."""
    from modules.evaluation.accuracy.demo import DEMO_SETS
    from modules.evaluation.rig.calibration import fit, joints_of

    by_stronger = mend(cameras, stronger)
    lines: list[list[object]] = []
    for joints, people, by, after in (
        ("own", seen, "own joints", mended), ("the reference's", stronger, "own joints", mended),
        ("the reference's", stronger, "the reference's joints", by_stronger),
    ):  # fmt: skip
        held = held_out_people(people, cameras)
        best = fitted_to(cameras, held)
        each = zip(*(left_px(rig, held) for rig in (cameras, after.cameras, best)), strict=True)
        for what, (given, then, could) in zip(("median distance, px", "rms per axis, px"), each, strict=True):
            lines.append([f"{what}, held-out times", joints, by, given, then, could, *_halved(given, then, could)])
        whole = {"": held}
        if people is seen:  # who stands still has steady bones whatever the cameras are
            of_each = ((person, held.take(held.identity == person)) for person in np.unique(held.identity))
            whole |= {f", person {n}": replace(own, identity=own.identity * 0) for n, (_, own) in enumerate(of_each, start=1)}
        for whose, of in whole.items():
            steady = [100 * steadiness(best_joints(rig, of), of) for rig in (cameras, after.cameras, best)]
            lines.append([f"bones' spread, %, held-out times{whose}", joints, by, *steady, *_halved(*steady)])
    (demo,) = (demo for demo in DEMO_SETS if demo.folder == folder)
    pixels, points_mm = joints_of(demo, 10)
    best = fit(cameras, pixels, points_mm, True, float(np.sqrt(np.mean(fit(cameras, pixels, points_mm, False).missed_px ** 2))))
    given, then, could = (
        float(np.sqrt(np.mean(found.missed_px**2)))
        for found in (fit(cameras, pixels, points_mm, False), fit(mended.cameras, pixels, points_mm, False), best)
    )
    measure = "rms per axis, px, as evaluation.rig.calibration measures (at best: cameras turned alone)"
    lines.append([measure, "the reference's", "own joints", given, then, could, *_halved(given, then, could)])
    return lines


def _halved(given: float, then: float, could: float) -> tuple[str, str, str]:
    """Left of what there was; of the squares that can go, how many went; whether half is reached."""
    gone = (given**2 - then**2) / (given**2 - could**2)
    return f"{100 * then / given:.0f} %", f"{100 * gone:.0f} %", "yes" if then <= given / 2 else "no"


def held_out_people(people: Sequence[People2D], cameras: Sequence[Camera]) -> Observations:
    """What was seen at the times that mending keeps for judging."""
    observed = everyone([t for view in range(len(cameras)) for t in follow(people, view)], cameras)
    return observed.take(held_out(observed.frame, len(people)))


def fitted_to(cameras: Sequence[Camera], held: Observations) -> tuple[Camera, ...]:
    """Cameras fitted to these very times, and to nothing else: no calibration can do better, the rest is the 2D network's."""
    start = meet(cameras, held.pixels, held.sd_px)
    return adjust(cameras, held, start, [ANYTHING] * len(cameras), bones=False, rounds=60).cameras


def left_px(cameras: Sequence[Camera], held: Observations) -> tuple[float, float]:
    """Median distance, and root mean square per axis, px, of joints that two views or more saw from their projections."""
    off = np.linalg.norm(residuals_px(cameras, held, best_joints(cameras, held)), axis=-1)
    off = off[np.isfinite(off) & (held.seen.sum(1) >= 2)[:, None]]
    return float(np.median(off)), float(np.sqrt(np.mean(off**2) / 2))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; 1 with a sentence on stderr for what a user can mend."""
    parser = argparse.ArgumentParser(prog="python -m modules.evaluation.rig.mend", description=__doc__.splitlines()[0])
    parser.add_argument("--real", action="store_true", help="the demo recordings instead of synthetic rigs")
    parser.add_argument("--draws", type=positive, default=3, help="wrong calibrations of each rig (default 3)")
    parser.add_argument("--scenes", type=positive, default=15, help="scenes for the networks, each (default 15)")
    parser.add_argument("--rigs", nargs="+", metavar="NAME", help="these of the synthetic rigs alone, e.g. shelf panoptic_5hd")
    parser.add_argument("--longest", type=positive, help="synthetic image's longer side, px (default: the configuration's)")
    parser.add_argument("--step", type=positive, default=1, help="every n-th frame of a recording (default 1)")
    add_config_options(parser, "output/mend")
    options = parser.parse_args(arguments)
    report = Report()
    try:
        (real if options.real else synthetic)(options, report)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    report.save(Path(options.out), "real" if options.real else "synthetic")
    return 0


if __name__ == "__main__":
    sys.exit(main())
