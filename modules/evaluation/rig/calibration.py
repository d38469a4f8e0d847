"""How wrong a recording's calibration is, and how wrong the training's generator makes one for the same rig and people.

``python -m modules.evaluation.rig.calibration`` for the demo, with its reference's 2D joints;
``python -m modules.evaluation.rig.calibration --recording DIR`` for any recording, with those that the program itself finds.

2D joints that no points in space agree with are wrong themselves, or the cameras are. Turning each camera a little so that
points and joints agree best (bundle adjustment; Triggs et al., "Bundle Adjustment – A Modern Synthesis", 2000) tells the two
apart: what goes away was the calibration's. Angles depend on what else is free (place, zoom), pixels hardly do, so pixels are
compared.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from modules.core.config import load_config
from modules.core.errors import SourceError
from modules.core.geometry import apply_affine, invert_affine, project
from modules.core.protocols import Estimator, FrameSource
from modules.core.skeleton import BODY_JOINTS, COCO_OF_JOINT
from modules.core.types import Camera, Lod, PoseResult
from modules.evaluation.accuracy.demo import DATA_DIR, DEMO_SETS, DemoSet
from modules.evaluation.common.options import add_config_options, demo_root, overrides, positive
from modules.evaluation.common.report import MakeEstimator, OpenRoom, Report, markdown_table, run_command
from modules.evaluation.rig.backbone import measure_peak
from modules.evaluation.rig.finetune import rig_of
from modules.rig.adjust.bundle import Freedom, Observations, adjust, residuals_px
from modules.rig.seen.body import JOINTS
from modules.SelfPose3d.lib.training.heatmaps import Noise
from modules.SelfPose3d.lib.training.rigs import perturbed

#: A 2D joint is used from this confidence (of a heatmap: this value) on; one farther off than CAUCHY_PX counts less and less.
SURE, CAUCHY_PX = 0.5, 10.0
#: With fewer joints that two cameras show, nothing is said of a calibration.
FEWEST = 30
#: Assumed beforehand of a camera's turn (standard deviation per axis). No 2D joint is surer than LEAST_PX.
TURN_DEG, LEAST_PX = 0.5, 0.5
ROUNDS = 30
COLUMNS = (
    "recording", "camera", "2D joints off, px", "with the cameras turned", "the calibration's share",
    "the turn moves its picture by",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Fit:
    """Cameras and points that agree best with what the cameras show.

    Attributes:
        cameras: as given, or turned. points_mm: float64 [M, 3], mm, world.
        missed_px: float64 [V], px, root mean square per axis of what is left between 2D joints and projections.
    """

    cameras: tuple[Camera, ...]
    points_mm: np.ndarray
    missed_px: np.ndarray


def fit(cameras: Sequence[Camera], pixels: np.ndarray, points_mm: np.ndarray, turn: bool, noise_px: float = 1.0) -> Fit:
    """Moves points and, if ``turn``, turns cameras until projections and 2D joints agree best.

    Cauchy weights (``rig.bundle``, with nothing assumed of bodies).

    Args:
        pixels: float [V, M, 2], px, raw frame; NaN: not seen. points_mm: float [M, 3], mm, world, where to start.
        noise_px: error of a 2D joint, px per axis (standard deviation). With noisy joints a camera turns only as far as they
            ask for beyond doubt.
    """
    cameras, count, group = tuple(cameras), len(points_mm), len(JOINTS)
    gaps = -count % group  # the bundle takes points in groups as large as a body
    shown = np.concatenate([pixels, np.full((len(cameras), gaps, 2), np.nan)], 1).reshape(len(cameras), -1, group, 2)
    start = np.concatenate([np.asarray(points_mm, np.float64), np.full((gaps, 3), np.nan)]).reshape(-1, group, 3)
    places = np.arange(len(start))
    seen = Observations(shown.swapaxes(0, 1), np.full((len(start), len(cameras), group), noise_px), places * 0, places)
    freedom = [Freedom(turn_deg=TURN_DEG if turn else 0.0)] * len(cameras)
    found = adjust(cameras, seen, start, freedom, bones=False, rounds=ROUNDS, settled=1e-9, robust_sd=CAUCHY_PX / noise_px)
    joints = np.where(np.isfinite(found.joints_world_mm), found.joints_world_mm, start)
    missed = residuals_px(found.cameras, seen, joints).swapaxes(0, 1).reshape(len(cameras), -1, 2)[:, :count]
    return Fit(found.cameras, joints.reshape(-1, 3)[:count], np.sqrt(np.nanmean(missed**2, (1, 2))))


def share_of_calibration(cameras: Sequence[Camera], pixels: np.ndarray, points_mm: np.ndarray) -> tuple[Fit, Fit, np.ndarray]:
    """The fit with the cameras as they are, the one with turned cameras, and px [V] that turning took away (of the squares)."""
    given = fit(cameras, pixels, points_mm, turn=False)
    noise_px = max(LEAST_PX, float(np.sqrt(np.mean(given.missed_px**2))))  # too much where the calibration is off: cautious
    better = fit(cameras, pixels, points_mm, True, noise_px)
    return given, better, np.sqrt(np.maximum(given.missed_px**2 - better.missed_px**2, 0))


def shift(cameras: Sequence[Camera], better: Fit) -> np.ndarray:
    """px [V], root mean square per axis: how far the turns of a fit move the pictures of its points.

    Points give way to a camera that is off, and its error shows in the others' pictures too; the turn is that camera's own, as
    far as few cameras can tell: the demo's two recordings name different ones.
    """
    moved = [
        project(better.points_mm, turned)[0] - project(better.points_mm, camera)[0]
        for camera, turned in zip(cameras, better.cameras, strict=True)
    ]
    return np.sqrt(np.mean(np.square(moved), (1, 2)))


def joints_of(demo: DemoSet, step: int) -> tuple[np.ndarray, np.ndarray]:
    """2D joints float64 [V, M, 2], px, of the near people in every ``step``-th frame (NaN: unsure), and points [M, 3], mm."""
    with np.load(DATA_DIR / demo.reference, allow_pickle=False) as archive:
        near, joints = slice(len(demo.near)), [COCO_OF_JOINT[joint] for joint in BODY_JOINTS]
        found = archive["kpts"][::step, :, near][:, :, :, joints].astype(np.float64)
        points = archive["X3d_mm"][::step, near][:, :, joints].astype(np.float64).reshape(-1, 3)
    found = found.swapaxes(0, 1).reshape(found.shape[1], -1, 3)
    known = np.isfinite(points).all(-1)
    return np.where(found[..., 2:] > SURE, found[..., :2], np.nan)[:, known], points[known]


def joints_found(source: FrameSource, estimator: Estimator, step: int) -> tuple[np.ndarray, np.ndarray]:
    """2D joints float64 [V, M, 2], px, of everybody in every ``step``-th frame: the heatmaps' peaks beside the reprojected
    joints (NaN: none that is sure), and the poses' joints [M, 3], mm; two cameras at least show each.

    Raises:
        SourceError: hardly anybody was found.
    """
    shown, points = [], []
    for index in range(0, len(source), step):
        result = estimator.refine(estimator.detect(source.read(index)), 0.0)
        for person in result.persons:
            if person.lod is Lod.FULL:
                shown.append(peaks_of(result, person.joints_px))
                points.append(person.joints_world_mm[list(BODY_JOINTS)])
    pixels = np.concatenate(shown, 1) if shown else np.empty((len(source.cameras), 0, 2))
    seen = np.isfinite(pixels).all(-1).sum(0) >= 2
    if seen.sum() < FEWEST:
        raise SourceError(
            "Too few people were found in {path} to say anything of its calibration: {count} joints that two cameras show, of "
            "{fewest} needed. Look at more frames (--step 1), or choose a recording with people in it.",
            path=source.info.path, count=int(seen.sum()), fewest=FEWEST,
        )  # fmt: skip
    return pixels[:, seen], np.concatenate(points)[seen].astype(np.float64)


def peaks_of(result: PoseResult, joints_px: np.ndarray) -> np.ndarray:
    """float64 [V, 12, 2], px, raw frame: each body joint's heatmap peak beside its reprojection [V, J, 2]; NaN: no sure one."""
    peaks = np.full((len(joints_px), len(BODY_JOINTS), 2), np.nan)
    for view, (maps, affine) in enumerate(zip(result.heatmaps, result.frame_to_heatmap, strict=True)):
        to_frame = invert_affine(affine)
        for place, joint in enumerate(BODY_JOINTS):
            at = apply_affine(joints_px[view, joint].astype(np.float64), affine)
            if not np.isfinite(at).all():
                continue
            height, *offset = measure_peak(maps[joint].astype(np.float64), at)[:3]
            if height > SURE:
                peaks[view, place] = apply_affine(at + offset, to_frame)
    return peaks


def generated(rng: np.random.Generator, cameras: Sequence[Camera], points_mm: np.ndarray) -> np.ndarray:
    """px [V]: what turning the cameras takes away where the generator made the calibration wrong and nothing else is."""
    real = [perturbed(rng, camera, Noise().calibration * rng.random()) for camera in cameras]
    pixels = np.stack([project(points_mm, camera)[0] for camera in real])
    return share_of_calibration(cameras, pixels, points_mm)[2]


def lines_of(name: str, cameras: Sequence[Camera], pixels: np.ndarray, points_mm: np.ndarray, draws: int) -> list[list[str]]:
    """The table's lines for one recording: each camera, all of them, and what the generator makes of this rig and people."""
    given, better, share = share_of_calibration(cameras, pixels, points_mm)
    columns = (given.missed_px, better.missed_px, share, shift(cameras, better))
    lines = [
        [name, camera.name, *(f"{v:.1f}" for v in values)] for camera, values in zip(cameras, np.stack(columns, 1), strict=True)
    ]
    lines.append([name, "all", *(f"{np.sqrt(np.mean(values**2)):.1f}" for values in columns)])
    rng = np.random.default_rng(0)
    made = np.stack([generated(rng, cameras, given.points_mm) for _ in range(draws)])
    for what, values in (("all", np.sqrt(np.mean(made**2, 1))), ("worst camera", made.max(1))):
        spread = " / ".join(f"{v:.1f}" for v in np.quantile(values, [0.1, 0.5, 0.9]))
        lines.append([name, f"drawn in training, {what}, 10 / 50 / 90 %", "", "", spread, ""])
    return lines


def main(
    arguments: Sequence[str] | None = None,
    open_source: OpenRoom | None = None,
    make_estimator: MakeEstimator | None = None,
) -> int:
    """Runs the command; arguments and exit status as of ``report.run_command``."""
    options = parser().parse_args(arguments)

    def work(open_source: OpenRoom, make_estimator: MakeEstimator) -> None:
        lines = lines_of_recording(options, open_source, make_estimator) if options.recording else lines_of_demo(options)
        report = Report(figures={"columns": COLUMNS, "rows": lines})
        report.show("Root mean square per axis, px of the raw frames.\n\n" + markdown_table(COLUMNS, lines))
        report.save(options.out, "calibration")

    return run_command(work, open_source, make_estimator)


def lines_of_demo(options: argparse.Namespace) -> list[list[str]]:
    """Both demo recordings, by their reference's 2D joints."""
    lines = []
    for demo in DEMO_SETS:
        lines += lines_of(demo.folder, rig_of(demo_root() / demo.folder), *joints_of(demo, options.step), options.draws)
    return lines


def lines_of_recording(options: argparse.Namespace, open_source: OpenRoom, make_estimator: MakeEstimator) -> list[list[str]]:
    """The recording that was named, by the joints that the program finds; UserError."""
    folder = options.recording.resolve()
    config = load_config(options.config, {"SOURCE.PATH": str(folder), **overrides(options)})
    source = open_source(config)
    try:
        found = joints_found(source, make_estimator(config), options.step)
    finally:
        source.close()
    return lines_of(folder.name, source.cameras, *found, options.draws)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m modules.evaluation.rig.calibration", description=__doc__.splitlines()[0])
    made.add_argument("--recording", type=Path, metavar="DIR", help="any recording (default: the demo with its reference)")
    made.add_argument("--step", type=positive, default=10, help="every n-th frame (default 10)")
    made.add_argument("--draws", type=positive, default=40, help="calibrations drawn as in training (default 40)")
    add_config_options(made, "output/calibration")
    return made


if __name__ == "__main__":
    sys.exit(main())
