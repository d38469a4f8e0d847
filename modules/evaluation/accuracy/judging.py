"""Trains the last word on who is a person (``models.verdict``) on what the whole recognition makes of synthetic scenes.

``python -m modules.evaluation.accuracy.judging --scenes 2000 --out runs/judging``

The training of the refinement shows it single starts. In use a candidate is judged several times, beside the others, and nobody
is judged who was not proposed. Here all of that runs as in use, and the verdict learns from what is known then; poses stay as
they are. What is known is kept in the folder: a run that was stopped goes on. The best weights by scenes of the training's
validation are written with the refinement's others to ``best.safetensors``, and how much they learned is printed.
"""

from __future__ import annotations

import argparse
import copy
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file
from torch import nn
from yacs.config import CfgNode

from modules.core.config import load_config, weights_path
from modules.evaluation.accuracy.voxel import VoxelNets
from modules.evaluation.common.options import add_config_options, overrides, positive
from modules.evaluation.common.report import markdown_table
from modules.SelfPose3d.lib.models.pose_refine_net import Refined
from modules.SelfPose3d.lib.models.verdict import JUDGINGS, Verdict
from modules.SelfPose3d.lib.training.batches import any_noise
from modules.SelfPose3d.lib.training.heatmaps import Noise
from modules.SelfPose3d.lib.training.rigs import random_views
from modules.SelfPose3d.lib.training.runs import held_out_rigs, save_weights
from modules.SelfPose3d.lib.training.scenes import Scene, sample_scene
from modules.SelfPose3d.lib.training.validation import held_out_scenes

#: Somebody whose joints are nearer than this on average is found, farther than that nobody; in between it is left open, mm.
SOMEBODY_MM, NOBODY_MM = 400.0, 500.0
#: How often random rigs have 2, 3, … cameras, and how often everybody stands close to somebody.
VIEWS, HUDDLE = np.array([8, 6, 4, 3, 1, 0.3, 0.2]), 0.35
#: Longer sides of the network image, px: those that are in use.
SIDES = (320, 448, 512)
#: How often the floor of a training scene is not where the room's is, as a treadmill's or a pit's, and by how much (standard
#: deviation), mm: it should say something of who is a person, but not too much.
ELSEWHERE, ELSEWHERE_MM = 0.35, 200.0
#: Scenes behind which the features are stored.
STORED_EVERY = 25
#: The file with the weights.
BEST = "best.safetensors"
STEPS, CANDIDATES, RATE, DECAY = 1200, 512, 2e-3, 0.1
SEED = 31


@dataclass(frozen=True, eq=False)
class Judged:
    """Candidates of some scenes: what is known of them, float32 [N, KNOWN], and whether each is a person, float32 [N] (NaN:
    open)."""

    about: torch.Tensor
    label: torch.Tensor


def collect(nets: VoxelNets, scene: Scene) -> Judged:
    """The candidates of one scene as ``Recognition`` judges them, best first by the mean of the first and the last odds."""
    recognition, seen = nets.network.recognition, []

    def judge(*what: Any) -> tuple[Refined, torch.Tensor]:
        seen.append(type(recognition).judge(recognition, *what))
        return seen[-1]

    recognition.judge = judge
    try:
        nets.enter(scene.network_size, scene.space_center_mm, scene.space_size_mm)
        nets.roots_of(scene.heatmaps, scene.cameras)
    finally:
        del recognition.judge  # the class's again
    ((judged, about),) = seen
    best = (about[:, 0] + about[:, JUDGINGS - 1]).argsort(descending=True, stable=True)
    return Judged(about[best], labels(judged.joints[best], scene))


def labels(joints: torch.Tensor, scene: Scene) -> torch.Tensor:
    """float32 [K]: 1 for the best candidate of each person, 0 for nobody and for doubles, NaN in between; best first."""
    if not len(joints):
        return torch.zeros(0)
    truth = torch.from_numpy(scene.joints_world_mm)
    away, who = (joints[:, None] - truth[None]).norm(dim=-1).mean(-1).min(1)
    label = torch.where(away < SOMEBODY_MM, 1.0, torch.where(away > NOBODY_MM, 0.0, torch.nan))
    taken: set[int] = set()
    for n in range(len(label)):
        if label[n] == 1:
            if int(who[n]) in taken:
                label[n] = 0.0
            taken.add(int(who[n]))
    return label


def training_scene(number: int) -> Scene:
    """Scene ``number`` of the training."""
    rng = np.random.default_rng([SEED, number])
    views, side = random_views(rng, VIEWS), int(rng.choice(SIDES))
    scene = sample_scene(rng, any_noise(rng), None, side, views=views, huddle=HUDDLE)
    return raised(scene, rng.normal(0, ELSEWHERE_MM)) if rng.random() < ELSEWHERE else scene


def raised(scene: Scene, by_mm: float) -> Scene:
    """The scene with people and cameras ``by_mm`` higher over z = 0."""
    up = np.array([0.0, 0.0, by_mm])
    cameras = tuple(replace(camera, center_world_mm=camera.center_world_mm + up) for camera in scene.cameras)
    return replace(
        scene, cameras=cameras, joints_world_mm=(scene.joints_world_mm + up).astype(np.float32),
        space_center_mm=scene.space_center_mm + up,
    )  # fmt: skip


def validation_scenes(count: int) -> Iterable[Scene]:
    """``count`` scenes of random rigs and of each published one, a third of each size."""
    for tag, cameras in enumerate((None, *held_out_rigs().values())):
        for n, side in enumerate(SIDES):
            yield from held_out_scenes(count, cameras, Noise(), tag, side)[n :: len(SIDES)]


def stored(path: Path, scenes: Iterable[Callable[[], Scene]], nets: VoxelNets) -> Judged:
    """The candidates of all scenes; those that the file has already are not computed again."""
    parts: list[dict[str, np.ndarray]] = []
    done = 0
    if path.exists():
        with np.load(path) as kept:
            parts, done = [{name: kept[name] for name in ("about", "label")}], int(kept["scenes"])

    def joined() -> dict[str, np.ndarray]:
        filled = [part for part in parts if len(part["label"])]
        return {name: np.concatenate([part[name] for part in filled]) for name in filled[0]}

    for number, make in enumerate(scenes):
        if number < done:
            continue
        found = collect(nets, make())
        parts.append({name: value.numpy() for name, value in vars(found).items()})
        if (number + 1) % STORED_EVERY == 0:
            np.savez(path, **joined(), scenes=number + 1)
            print(f"{path.name}: {number + 1} scenes", flush=True)
    return Judged(*(torch.from_numpy(value) for value in joined().values()))


def loss(verdict: nn.Module, judged: Judged) -> torch.Tensor:
    """Cross-entropy of the verdicts."""
    decided = ~judged.label.isnan()
    return F.binary_cross_entropy_with_logits(verdict(judged.about[decided]), judged.label[decided])


def learn(training: Judged, validation: Judged, steps: int = STEPS) -> tuple[Verdict, float, float]:
    """The verdict with the least loss on the validation, that loss, and the one of a verdict that has learned nothing."""
    decided = ~training.label.isnan()
    about, label = training.about[decided], training.label[decided]
    drawn = torch.Generator().manual_seed(SEED)
    with torch.random.fork_rng():
        torch.manual_seed(SEED)
        verdict = Verdict().eval()
        verdict.mean.copy_(about.mean(0))
        verdict.spread.copy_(about.std(0).clamp(min=1e-3))
        with torch.no_grad():
            least = first = loss(verdict, validation).item()
        best = copy.deepcopy(verdict)
        optimizer = torch.optim.AdamW(verdict.layers.parameters(), RATE, weight_decay=DECAY)
        for step in range(1, steps + 1):
            some = torch.randint(len(about), (CANDIDATES,), generator=drawn)
            optimizer.zero_grad()
            F.binary_cross_entropy_with_logits(verdict.train()(about[some]), label[some]).backward()
            optimizer.step()
            if step % 10 == 0:
                with torch.no_grad():
                    now = loss(verdict.eval(), validation).item()
                if now < least:
                    best, least = copy.deepcopy(verdict), now
    return best, least, first


def train(config: CfgNode, scenes: int, held_out: int, out: Path) -> dict[str, float]:
    """Collects, learns and writes; the validation's loss before and after."""
    out.mkdir(parents=True, exist_ok=True)
    nets = VoxelNets(config)
    training = stored(out / "training.npz", [lambda n=n: training_scene(n) for n in range(scenes)], nets)
    validation = stored(out / "validation.npz", [lambda s=s: s for s in validation_scenes(held_out)], nets)
    best, after, before = learn(training, validation)
    path = weights_path(config.WEIGHTS.REFINE_NET)
    weights = load_file(path)
    weights.update({f"verdict.{name}": value for name, value in best.state_dict().items()})
    with safe_open(path, "pt") as opened:
        metadata = opened.metadata() or {}
    figures = {"scenes": scenes, "candidates": len(training.label), "loss_before": before, "loss": after}
    save_weights(out / BEST, weights, {**metadata, "judging": json.dumps(figures)})
    return figures


def table_of(figures: dict[str, float]) -> str:
    """What ``train`` found, as the other commands print figures."""
    rows = [
        ("training scenes", f"{figures['scenes']}"),
        ("candidates in them", f"{figures['candidates']}"),
        ("validation loss, untaught", f"{figures['loss_before']:.4f}"),
        ("validation loss, learned", f"{figures['loss']:.4f}"),
    ]
    return markdown_table(["verdict", "value"], rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", type=positive, default=2000, help="training scenes (default 2000)")
    parser.add_argument("--held-out", type=positive, default=24, help="validation scenes per rig (default 24)")
    parser.add_argument("--threads", type=positive, default=1)
    add_config_options(parser, "runs/judging")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    figures = train(load_config(options.config, overrides(options)), options.scenes, options.held_out, options.out)
    print(table_of(figures))
    print(f"\nWritten: {options.out / BEST}")


if __name__ == "__main__":
    main()
