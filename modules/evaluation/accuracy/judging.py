"""Trains what says who is a person (the refinement's last layers) on what the whole recognition makes of synthetic scenes.

``python -m modules.evaluation.accuracy.judging --scenes 500 --out runs/judging``

The training of the refinement shows it single starts. In use a verdict is the mean of two, the second of them on what better
candidates leave of the heatmaps, and nobody is judged who was not proposed. Here all of that runs as in use, and the layers
behind the pooled features learn from it; joints stay as they are. Features are kept in the folder: a run that was stopped goes
on. The best weights by scenes of the training's validation are written with the refinement's others to ``best.safetensors``.
"""

from __future__ import annotations

import argparse
import copy
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

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
#: Scenes behind which the features are stored.
STORED_EVERY = 25
STEPS, RATE, STAY = 1500, 1e-3, 1e-3
SEED = 31


@dataclass(frozen=True, eq=False)
class Judged:
    """Candidates of some scenes: pooled features float32 [N, C] at both verdicts, and whether each is a person, float32 [N]
    (NaN: open)."""

    first: torch.Tensor
    second: torch.Tensor
    label: torch.Tensor


def collect(nets: VoxelNets, scene: Scene) -> Judged:
    """The candidates of one scene as ``Recognition`` judges them."""
    refine, seen = nets.network.refine_net, []
    pooled: list[torch.Tensor] = []
    hook = refine.exchange.score_head.register_forward_pre_hook(lambda _, inputs: pooled.append(inputs[0].clone()))
    forward = refine.forward

    def watched(views, joints, rounds=None, alone=False):
        rounds_of = forward(views, joints, rounds, alone)
        seen.append((alone, joints, rounds_of[-1].joints, pooled[-1]))
        return rounds_of

    refine.forward = watched
    try:
        nets.enter(scene.network_size, scene.space_center_mm, scene.space_size_mm)
        nets.roots_of(scene.heatmaps, scene.cameras)
    finally:
        refine.forward = forward
        hook.remove()
    first = [(joints, features) for alone, _, joints, features in seen if not alone]
    last = [(start, joints, features) for alone, start, joints, features in seen if alone]
    if not last:
        return Judged(torch.zeros(0, 1), torch.zeros(0, 1), torch.zeros(0))
    (start, joints, second), verified = last[-1], torch.cat([joints for joints, _ in first])
    same = torch.cdist(start.flatten(1), verified.flatten(1)).argmin(1)
    return Judged(torch.cat([features for _, features in first])[same], second, labels(joints, scene))


def labels(joints: torch.Tensor, scene: Scene) -> torch.Tensor:
    """float32 [K]: 1 for the best candidate of each person, 0 for nobody and for doubles, NaN in between; best first."""
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
    return sample_scene(rng, any_noise(rng), None, side, views=views, huddle=HUDDLE)


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
            parts, done = [{name: kept[name] for name in ("first", "second", "label")}], int(kept["scenes"])

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


def loss(head: nn.Module, judged: Judged) -> torch.Tensor:
    """Cross-entropy of both verdicts and, twice, of their mean, which is what counts."""
    known = ~judged.label.isnan()
    first, second = (head(features[known])[:, 0] for features in (judged.first, judged.second))
    label = judged.label[known]
    terms = ((first, 1.0), (second, 1.0), ((first + second) / 2, 2.0))
    return sum(weight * F.binary_cross_entropy_with_logits(logit, label) for logit, weight in terms)


def learn(head: nn.Module, training: Judged, validation: Judged, steps: int = STEPS) -> tuple[nn.Module, float, float]:
    """The layers with the least loss on the validation, that loss, and the one before."""
    before = [value.detach().clone() for value in head.parameters()]
    optimizer = torch.optim.Adam(head.parameters(), RATE)
    with torch.no_grad():
        best, first = copy.deepcopy(head), loss(head, validation).item()
    least = first
    for step in range(steps):
        optimizer.zero_grad()
        away = sum((value - old).square().sum() for value, old in zip(head.parameters(), before, strict=True))
        (loss(head, training) + STAY * away).backward()
        optimizer.step()
        if step % 10 == 9:
            with torch.no_grad():
                now = loss(head, validation).item()
            if now < least:
                best, least = copy.deepcopy(head), now
    return best, least, first


def train(config: CfgNode, scenes: int, held_out: int, out: Path) -> dict[str, float]:
    """Collects, learns and writes; the validation's loss before and after."""
    out.mkdir(parents=True, exist_ok=True)
    nets = VoxelNets(config)
    training = stored(out / "training.npz", [lambda n=n: training_scene(n) for n in range(scenes)], nets)
    validation = stored(out / "validation.npz", [lambda s=s: s for s in validation_scenes(held_out)], nets)
    head = nets.network.refine_net.exchange.score_head.requires_grad_(True)
    best, after, before = learn(head, training, validation)
    path = weights_path(config.WEIGHTS.REFINE_NET)
    weights = load_file(path)
    weights.update({f"exchange.score_head.{name}": value for name, value in best.state_dict().items()})
    with safe_open(path, "pt") as opened:
        metadata = opened.metadata() or {}
    figures = {"scenes": scenes, "candidates": len(training.label), "loss_before": before, "loss": after}
    save_weights(out / "best.safetensors", weights, {**metadata, "judging": json.dumps(figures)})
    return figures


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", type=positive, default=500, help="training scenes (default 500)")
    parser.add_argument("--held-out", type=positive, default=24, help="validation scenes per rig (default 24)")
    parser.add_argument("--threads", type=positive, default=1)
    add_config_options(parser, "runs/judging")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    print(train(load_config(options.config, overrides(options)), options.scenes, options.held_out, options.out))


if __name__ == "__main__":
    main()
