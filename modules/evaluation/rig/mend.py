"""What mending a calibration by its people is worth to the poses.

``python -m modules.evaluation.rig.mend``: rigs calibrated as badly as the training's generator draws; people walk for half
a minute, the calibration is mended from what is seen of them, and the networks find other people with the calibration as
given, as mended and as it really is. ``--real``: both demo recordings, residuals at times that the fit never saw;
mended by the joints of a stronger 2D network, the reference's, too.
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
from modules.evaluation.rig.scenes import Watched, drawn, published, turned_deg, watch
from modules.rig.adjust.bundle import Freedom, adjust, residuals_px
from modules.rig.adjust.tracklets import follow
from modules.rig.mend.mending import Mend, best_joints, everyone, held_out, mend
from modules.rig.seen.rays import meet
from modules.SelfPose3d.lib.training.heatmaps import Noise
from modules.SelfPose3d.lib.training.scenes import Scene
from modules.SelfPose3d.lib.training.validation import held_out_scenes

#: Seed tag of the scenes that the networks are tried on.
TAG = 7000
#: Cameras that may stand and be as they like.
ANYTHING = Freedom(turn_deg=5.0, center_mm=500.0, focal=0.05, point=0.02, k1=0.1, k2=0.1)
COLUMNS = (
    "rig", "views", "draw", "residual px before", "after", "turned wrongly, deg", "left", "MPJPE mm given", "mended", "exact",
    "gained of what there is", "s",
)  # fmt: skip


def with_cameras(scenes: Sequence[Scene], cameras: Sequence[Camera]) -> list[Scene]:
    """The same images with another calibration."""
    return [replace(scene, cameras=tuple(cameras)) for scene in scenes]


def trial(watched: Watched, nets: VoxelNets, scenes: int, tag: int) -> tuple[Mend, dict[str, Scores], float]:
    """Mends one rig and lets the networks find people with each calibration; and seconds that mending took."""
    began = time.monotonic()
    mended = mend(watched.calibration, watched.seen)
    seconds = time.monotonic() - began
    shown = held_out_scenes(scenes, watched.real, Noise(calibration=0.0), tag)
    find = found_by(nets)
    calibrations = {"given": watched.calibration, "mended": mended.cameras, "exact": watched.real}
    return mended, {name: judge(find, with_cameras(shown, c))[0] for name, c in calibrations.items()}, seconds


def synthetic(options: argparse.Namespace, report: Report) -> None:
    """All rigs, all draws."""
    nets = VoxelNets(load_config(options.config, overrides(options)))
    few = {name: rig for name, rig in drawn(8).items() if len(rig) <= 3}
    lines, sums = [], {}
    for place, (name, rig) in enumerate({**published(), **few}.items()):
        for draw in range(options.draws):
            watched = watch(name, rig, 3, 50 * place + draw, Noise(out_of_step=0.0))
            try:
                mended, scores, seconds = trial(watched, nets, options.scenes, TAG + place)
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
    """Both demo recordings, with what the program's own 2D network sees."""
    from modules.composition import make_people_finder, open_source
    from modules.evaluation.rig.by_reference import reference_people
    from modules.evaluation.rig.hidden import FPS

    lines = []
    for folder in ("Demo_MultiPerson", "Demo_SinglePerson"):
        config = load_config(options.config, {"SOURCE.PATH": str(demo_root() / folder), **overrides(options)})
        source = open_source(config)
        try:
            find = make_people_finder(config)
            seen = [find(source.read(index), None) for index in range(0, len(source), options.step)]
            mended = mend(source.cameras, seen)
        finally:
            source.close()
        for change in mended.changes:
            lines.append([folder, change.name, change.before_px, change.after_px, change.turned_deg, change.moved_mm,
                          100 * change.zoomed, "yes" if change.told else "no"])  # fmt: skip
        stronger = reference_people(folder, FPS)
        for label, people, result in (
            ("all", seen, mended), ("all, by the reference's 2D joints", stronger, mend(source.cameras, stronger))
        ):  # fmt: skip
            lines.append(_total(folder, label, result, ideal_px(source.cameras, people)))
    heads = (
        "recording",
        "camera",
        "held-out residual px",
        "mended",
        "turned, deg",
        "moved, mm",
        "zoomed, %",
        "told; all: ideal px",
    )
    report.show(markdown_table(heads, lines))
    report.figures["real"] = {"columns": heads, "rows": lines}


def _total(folder: str, label: str, mended: Mend, ideal: float) -> list[object]:
    """The line of all cameras together."""
    steady = " → ".join(f"{100 * s:.1f} %" for s in mended.steadiness)
    could = (mended.before_px**2 - mended.after_px**2) / (mended.before_px**2 - ideal**2)
    return [
        folder, f"{label}; bones ± {steady}; {100 * could:.0f} % of the squares that any calibration can take away",
        mended.before_px, mended.after_px, "", "", "", f"{ideal:.2f}",
    ]  # fmt: skip


def ideal_px(cameras: Sequence[Camera], seen: Sequence[People2D]) -> float:
    """What is left at held-out times of cameras that were fitted to these very times, and to nothing else: no calibration can
    do better, the rest is the 2D network's."""
    tracklets = [t for view in range(len(cameras)) for t in follow(seen, view)]
    observed = everyone(tracklets, cameras)
    held = observed.take(held_out(observed.frame, len(seen)))
    found = adjust(cameras, held, meet(cameras, held.pixels, held.sd_px), [ANYTHING] * len(cameras), bones=False, rounds=60)
    off = np.linalg.norm(residuals_px(found.cameras, held, best_joints(found.cameras, held)), axis=-1)
    return float(np.nanmedian(np.where((held.seen.sum(1) >= 2)[:, None], off, np.nan)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; 1 with a sentence on stderr for what a user can mend."""
    parser = argparse.ArgumentParser(prog="python -m modules.evaluation.rig.mend", description=__doc__.splitlines()[0])
    parser.add_argument("--real", action="store_true", help="the demo recordings instead of synthetic rigs")
    parser.add_argument("--draws", type=positive, default=3, help="wrong calibrations of each rig (default 3)")
    parser.add_argument("--scenes", type=positive, default=15, help="scenes for the networks, each (default 15)")
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
