"""Accuracy on fixed held-out synthetic scenes in real rigs, with and without the 2D network's errors.

The scenes are drawn from seeds that the training never uses (``training/validation.py``): 1–9 people, 5 on average, each seen
by two views at least. The observed space is the scene's own, a square of 4–12 m that holds everybody. The root threshold is the
configuration's; the ankle rule is not applied: people may lie or jump.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from yacs.config import CfgNode

from modules.core.errors import UserError
from modules.core.types import Camera
from modules.evaluation.accuracy.voxel import VoxelNets
from modules.evaluation.common.metrics import AP_THRESHOLDS_MM, FramePoses, Scores, score
from modules.evaluation.common.report import markdown_table, percent
from modules.SelfPose3d.lib.models.view_sampler import ViewSampler, step, triangulate
from modules.SelfPose3d.lib.training.heatmaps import CLEAN, Noise
from modules.SelfPose3d.lib.training.refine_batches import as_samples, joined, sampler
from modules.SelfPose3d.lib.training.rigs import TURNED_DEG
from modules.SelfPose3d.lib.training.runs import held_out_rigs
from modules.SelfPose3d.lib.training.scenes import Scene
from modules.SelfPose3d.lib.training.validation import HELD_OUT, LONGEST, held_out_scenes

#: Seed tag of the evaluation's scenes; the training's validation counts its own up from 0.
TAG = 1000
#: A joint in fewer frames than this can't be measured, only guessed.
MEASURABLE_VIEWS = 2
#: A view shows a person with so many own peaks or more.
SHOWN_JOINTS = 6
NOISE: Mapping[str, Noise] = {"noisy": Noise(), "clean": CLEAN}
#: The same 2D network, its cameras exactly where the calibration says: what a better calibration would bring.
EXACT_CAMERAS: Mapping[str, Noise] = {"noisy, cameras exact": Noise(calibration=0.0)}
#: Sharpness of the published soft-argmax; the baseline is shown with it too, so that it is not a straw man.
PUBLISHED_BETA = 100.0
NETS = "nets"
#: ``told_every_error``: what is known of a joint beforehand, mm per axis; an own peak lower than SHOWN is none; one farther off
#: than TRUST standard deviations and SLACK_CELLS is wrong; no peak is surer than SURE_CELLS.
GUESS_MM, SHOWN, TRUST, SLACK_CELLS, SURE_CELLS = 70.0, 0.1, 4.0, 0.5, 0.1
#: Rig (its name's beginning) -> MPJPE aimed at in the noisy set, mm.
TARGETS_MM: Mapping[str, float] = {"shelf": 30, "campus": 45, "panoptic": 30}


@dataclass(frozen=True)
class SyntheticRow:
    """One method on one set.

    Attributes:
        rig, noise, method: what was measured. scores: all joints; seen: only joints in two frames or more; shown: only people
            of whom two views hold enough peaks to tell where they are.
        parameters: sizes of root net, pose net and refinement; 0 where a baseline takes its place.
    """

    rig: str
    noise: str
    method: str
    scores: Scores
    seen: Scores
    shown: Scores
    parameters: tuple[int, int, int]


def methods(config: CfgNode) -> dict[str, VoxelNets]:
    """The nets; the nets without refinement of the poses; and what they have to beat: the plain soft-argmax of the same volume
    around the same roots, and no net at all. Around the same roots the same people are compared; without a root net few are
    found, and their mean says little.
    """
    named = {NETS: VoxelNets(config)}
    if config.REFINE.STAGES:
        named["not refined"] = VoxelNets(config, learned=("root", "pose"))
    for beta in dict.fromkeys((config.NETWORK.BETA, PUBLISHED_BETA)):
        named[f"no pose net, beta {beta:g}"] = VoxelNets(config, learned=("root",), beta=beta)
    named["no nets"] = VoxelNets(config, learned=())
    return named


#: Poses float32 [P, J, 3], mm, world, and scores [P] of the people in a scene.
Method = Callable[[Scene], tuple[np.ndarray, np.ndarray]]


def found_by(nets: VoxelNets) -> Method:
    """What the nets find in a scene's own space."""

    def find(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
        nets.enter(scene.network_size, scene.space_center_mm, scene.space_size_mm)
        found = nets.find(scene.heatmaps, scene.cameras)
        return found.joints_mm, found.scores

    return find


def told_who_is_who(scene: Scene, errors: Noise) -> tuple[np.ndarray, np.ndarray]:
    """No method, but a yardstick: the peaks that were drawn for a person's joint, triangulated with the given calibration.

    It knows what everything else has to find out (how many people there are and whose a peak is) and lacks what a net may
    learn (how bodies are built). Joints with fewer than two peaks stay NaN.
    """
    peaks, views = _own_peaks(scene)
    strength = torch.from_numpy(scene.own_amplitude).transpose(0, 1).square()
    poses = triangulate(views, peaks, strength, torch.from_numpy(scene.joints_world_mm)).numpy()
    poses[(scene.own_amplitude > 0).sum(0) < MEASURABLE_VIEWS] = np.nan
    return poses, np.ones(len(poses))


def told_every_error(scene: Scene, errors: Noise) -> tuple[np.ndarray, np.ndarray]:
    """A yardstick that knows what no method can: whose each peak is, how large an error it was drawn with, which are not to be
    trusted at all (exchanged sides, a camera out of step), and every joint beforehand to GUESS_MM.

    Least squares with those weights (the posterior mean, as far as projection is linear): what the noise alone leaves.
    """
    peaks, views = _own_peaks(scene)
    truth = torch.from_numpy(scene.joints_world_mm)
    rng = np.random.default_rng([*HELD_OUT, len(truth)])
    guess = truth + torch.from_numpy(rng.normal(0, GUESS_MM, truth.shape).astype(np.float32))
    real = views.look(truth)
    # of the calibration's errors the turn counts most; its size is drawn evenly between none and all of it
    calibration = errors.calibration * np.deg2rad(TURNED_DEG) / np.sqrt(3) * views.focal_cells  # [P, V, 1], cells
    spread = (torch.from_numpy(scene.own_spread).transpose(0, 1).square() + calibration.square() + SURE_CELLS**2).sqrt()
    off = (peaks - real.cells).norm(dim=-1)
    trusted = (torch.from_numpy(scene.own_amplitude).transpose(0, 1) > SHOWN) & (off < TRUST * spread + SLACK_CELLS)
    points = guess
    for _ in range(6):
        look = views.look(points)
        weight = trusted * look.valid / (spread * look.mm_per_cell).square()
        sure = torch.full_like(points[..., 0], GUESS_MM**-2)
        wanted = (peaks - look.cells) * look.mm_per_cell[..., None]
        points = points + step(look.jacobian, wanted, weight, sure, guess - points)
    return points.numpy(), np.ones(len(points))


def _own_peaks(scene: Scene) -> tuple[torch.Tensor, ViewSampler]:
    """Each joint's own peak in every view, float32 [P, V, J, 2], cells, and the views of everybody."""
    people = len(scene.joints_world_mm)
    views = sampler(joined([(scene, as_samples(scene, scene.joints_world_mm, np.arange(people), np.ones(people, np.float32)))]))
    return torch.from_numpy(scene.own_cells).transpose(0, 1), views


#: Yardsticks know more than a method can; what is left to them is what the heatmaps' noise allows.
YARDSTICKS: Mapping[str, Callable[[Scene, Noise], tuple[np.ndarray, np.ndarray]]] = {
    "told who is who": told_who_is_who,
    "told every error": told_every_error,
}


def judge(find: Method, scenes: Sequence[Scene]) -> tuple[Scores, Scores, Scores]:
    """Figures of one method on some scenes: over all joints, over the joints that two frames or more hold, and over the people
    whom two views show."""
    everything, measurable, shown = [], [], []
    for scene in scenes:
        joints, scores = find(scene)
        seen = (scene.views_seen >= MEASURABLE_VIEWS)[..., None]
        everything.append(FramePoses(joints, scores, scene.joints_world_mm))
        measurable.append(FramePoses(joints, scores, np.where(seen, scene.joints_world_mm, np.nan)))
        known = held_by_two(scene)[:, None, None]
        shown.append(FramePoses(joints, scores, np.where(known, scene.joints_world_mm, np.nan)))
    return score(everything), score(measurable), score(shown)


def held_by_two(scene: Scene) -> np.ndarray:
    """bool [P]: two views or more hold SHOWN_JOINTS of the person's own peaks. Who is missed by the 2D network in all views but
    one can't be told from somebody whom a single view invents."""
    return ((scene.own_amplitude > SHOWN).sum(-1) >= SHOWN_JOINTS).sum(0) >= MEASURABLE_VIEWS


def evaluate_synthetic(
    config: CfgNode,
    count: int,
    rigs: Mapping[str, Sequence[Camera]] | None = None,
    progress: Callable[[int, int], None] | None = None,
    longest: int = LONGEST,
    noise: Mapping[str, Noise] = NOISE,
    chosen: Sequence[str] | None = None,
) -> list[SyntheticRow]:
    """Every method on ``count`` scenes of every rig with every kind of ``noise``.

    ``rigs``: None: the published ones, and two cameras of two of them. ``longest``: side of the network image, px; a person's
    heatmap grows with it. ``chosen``: names of the methods and yardsticks; None: all. UserError if one of them is none.
    """
    rigs = held_out_rigs() if rigs is None else rigs
    named, yardsticks = methods(config), dict(YARDSTICKS)
    if chosen is not None:
        unknown = [name for name in chosen if name not in named and name not in yardsticks]
        if unknown:
            known = ", ".join((*named, *yardsticks))
            raise UserError("There is no method {name}. Known: {known}.", name=unknown[0], known=known)
        named, yardsticks = ({name: made[name] for name in made if name in chosen} for made in (named, yardsticks))
    rows: list[SyntheticRow] = []
    total = len(noise) * len(rigs) * (len(named) + len(yardsticks))
    for kind, errors in noise.items():
        for tag, (rig, cameras) in enumerate(rigs.items()):
            scenes = held_out_scenes(count, cameras, errors, TAG + tag, longest)
            finders = {method: (found_by(nets), nets.sizes) for method, nets in named.items()}
            told = {name: (partial(tell, errors=errors), (0, 0, 0)) for name, tell in yardsticks.items()}
            for method, (find, sizes) in {**finders, **told}.items():
                rows.append(SyntheticRow(rig, kind, method, *judge(find, scenes), sizes))
                if progress is not None:
                    progress(len(rows), total)
    return rows


def synthetic_tables(rows: Sequence[SyntheticRow]) -> str:
    """Headline figures, then AP and PCP, one line per set and method."""
    head = [
        "set",
        "people",
        "method",
        "parameters root + pose + refinement",
        "MPJPE mm",
        "aim",
        "in ≥ 2 frames",
        "median",
        "recall@500",
        "… of those whom two views show",
        "false/frame",
    ]
    lines, detail = [], []
    for row in rows:
        s, name = row.scores, f"{row.rig}, {row.noise}"
        size = " + ".join(f"{n / 1e6:.2f} M" if n else "0" for n in row.parameters)
        aims = [mm for rig, mm in TARGETS_MM.items() if row.rig.startswith(rig) and row.noise == "noisy" and row.method == NETS]
        aim = f"≤ {aims[0]:g}" if aims else ""
        there = f"{percent(row.shown.recall_500)} ({row.shown.people})"
        fits = [s.mpjpe_mm, aim, row.seen.mpjpe_mm, s.median_mm, percent(s.recall_500), there, s.false_per_frame]
        lines.append([name, s.people, row.method, size, *fits])
        detail.append([name, row.method, *(percent(s.ap[t]) for t in AP_THRESHOLDS_MM), *(percent(v) for v in s.pcp.values())])
    groups = list(rows[0].scores.pcp) if rows else []
    heads = ["set", "method", *(f"AP{t}" for t in AP_THRESHOLDS_MM), *(f"PCP {g}" for g in groups)]
    return markdown_table(head, lines) + "\n\n" + markdown_table(heads, detail)


def as_dicts(rows: Sequence[SyntheticRow]) -> list[dict[str, Any]]:
    """For JSON."""
    return [asdict(row) for row in rows]
