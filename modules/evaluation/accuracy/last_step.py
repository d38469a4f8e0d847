"""Trains a pose's last step (``models.last_step``) on what the whole recognition makes of synthetic scenes.

``python -m modules.evaluation.accuracy.last_step --scenes 10000 --out runs/last_step``

The training of the refinement shows it made-up starts, and other people near where they are. In use a pose has been refined
until it stands still, and the others are where they were recognised. Here all of that runs as in use, and a network of its own,
which begins as the refinement, learns to take one step more, by the joints' mean distance. Verdicts and the refinement stay as
they are. What was seen is kept in the folder, a file for every hundred scenes: a run that was stopped goes on with the next.
The averaged weights are written to ``best.safetensors``, and what the step brings on scenes of the training's validation is
printed.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from torch import nn
from yacs.config import CfgNode

from modules.core.config import load_config
from modules.core.skeleton import MIRROR
from modules.evaluation.accuracy.demo import one_to_one
from modules.evaluation.accuracy.judging import BEST
from modules.evaluation.accuracy.voxel import VoxelNets
from modules.evaluation.common.metrics import MATCH_MM
from modules.evaluation.common.options import add_config_options, overrides, positive
from modules.evaluation.common.report import markdown_table
from modules.SelfPose3d.lib.models.last_step import LastStep
from modules.SelfPose3d.lib.models.pose_refine_net import WINDOWS, PoseRefineNet, Reader, pulled
from modules.SelfPose3d.lib.models.view_sampler import ViewSampler
from modules.SelfPose3d.lib.training.batches import any_noise
from modules.SelfPose3d.lib.training.heatmaps import Noise
from modules.SelfPose3d.lib.training.rigs import random_views
from modules.SelfPose3d.lib.training.runs import held_out_rigs, save_state, save_weights
from modules.SelfPose3d.lib.training.scenes import Scene, sample_scene
from modules.SelfPose3d.lib.training.validation import held_out_scenes

#: How often random rigs have 2, 3, … 8 cameras, and how often everybody stands close to somebody.
VIEWS, HUDDLE = np.array([7, 6, 5, 5, 2, 0.6, 0.4]), 0.3
#: Longer sides of the network image, px, and how often each is drawn.
SIDES, SIDE_SHARES = (320, 448, 512), (0.15, 0.2, 0.65)
#: How often the 2D network errs as usual, not less; how often the calibration is wrong by more than usual, and by how much.
USUAL, WORSE, WORSE_BY = 0.8, 0.5, 1.7
#: Validation is in the size that is in use, px.
VALIDATION_SIDE = 512
#: Poses moved from where they stand still: standard deviations of joints (that share of them) and bodies at most, mm.
MOVED_MM, MOVED_SHARE, SHIFTED_MM = 40.0, 0.4, 25.0
#: How often the start of what is moved is the pose by which somebody was recognised, and how often that one is a sample itself.
RECOGNISED = 0.3, 0.5
#: Weight of a joint in the loss that fewer than two frames hold; softening of the distance at zero, mm.
UNSEEN_WEIGHT, SOFT_MM = 0.6, 5.0
#: How often a sample is mirrored.
MIRRORED = 0.5
#: How often poses that stand still are drawn beside the others.
STILL_WEIGHT = 2.0
SCENES_A_FILE, FILES_A_BATCH = 100, 6
PEOPLE, RATE, WARM_UP, DECAY, AVERAGING = 96, 5e-4, 100, 0.05, 0.998
SEED, REPORT = 83, 250
#: The layer that reads the heatmaps; and how the layers of a block begin that are zero where it is to change nothing.
FIRST = "look_embed.0.weight"
ENDS = ("gather", "scatter", "joint_mixer.joints.2", "joint_mixer.channels.2", "token_mixer.joints.2", "token_mixer.channels.2")


@dataclass(frozen=True, eq=False)
class Samples:
    """Poses before their last step, of people whom equally many views look at.

    Attributes:
        seen: float16 [N, V, J, C], of ``Reader.seen`` with the whole heatmaps. jacobian: float32 [N, V, J, 2, 3].
        joints, truth: float32 [N, J, 3], mm, world. frames: int64 [N, J], in how many frames a joint is.
        still: float32 [N], 1: it was refined until it stood still; 0: it was moved, or not refined yet.
    """

    seen: torch.Tensor
    jacobian: torch.Tensor
    joints: torch.Tensor
    truth: torch.Tensor
    frames: torch.Tensor
    still: torch.Tensor


#: Samples by the number of views.
ByViews = dict[int, Samples]


def training_scene(number: int) -> Scene:
    """Scene ``number`` of the training."""
    rng = np.random.default_rng([SEED, number])
    noise = Noise() if rng.random() < USUAL else any_noise(rng)
    if rng.random() < WORSE:
        noise = replace(noise, calibration=noise.calibration * WORSE_BY)
    side = int(rng.choice(SIDES, p=SIDE_SHARES))
    return sample_scene(rng, noise, None, side, views=random_views(rng, VIEWS), huddle=HUDDLE)


@torch.no_grad()
def collect(nets: VoxelNets, scene: Scene, rng: np.random.Generator | None) -> Samples | None:
    """Everybody found in a scene where he stands still; with ``rng`` also moved a little, and some as they were recognised;
    None: nobody is found."""
    nets.enter(scene.network_size, scene.space_center_mm, scene.space_size_mm)
    maps, meta = list(scene.heatmaps[:, None]), nets.meta(scene.cameras)
    roots = nets.network.roots(maps, meta)
    there = roots.grid_centers[0, :, 3] >= 0
    starts, centers = roots.starts[0, there], roots.grid_centers[0, there, :3]
    rows, owners = owned(starts, torch.from_numpy(scene.joints_world_mm))
    truth, frames = torch.from_numpy(scene.joints_world_mm)[owners], torch.from_numpy(scene.views_seen)[owners]
    if not len(rows):
        return None
    views = nets.network.views(maps, meta).without(starts, (1 - torch.eye(len(starts)))[rows])
    final = nets.poses_of(maps, meta, centers, starts).joints[rows]
    recognised = starts[rows]
    kinds = [(final, True)]
    if rng is not None:
        kinds.append((moved(rng, recognised if rng.random() < RECOGNISED[0] else final), False))
        if rng.random() < RECOGNISED[1]:
            kinds.append((recognised, False))
    parts = [samples(nets.network.refine_net, views, joints, truth, frames, still) for joints, still in kinds]
    return joined(parts)


def owned(joints: torch.Tensor, truth: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """int64 [M], [M]: which poses [N, J, 3] are nearest to which people [P, J, 3], each once, the nearest pair first."""
    pairs = sorted(one_to_one((joints[:, None] - truth).norm(dim=-1).mean(-1).numpy(), MATCH_MM))
    rows, owners = torch.tensor(pairs, dtype=torch.long).reshape(-1, 2).unbind(1)
    return rows, owners


def moved(rng: np.random.Generator, joints: torch.Tensor) -> torch.Tensor:
    """Poses [N, J, 3], mm, some joints and every body moved."""
    spread, body = rng.uniform(3, MOVED_MM), rng.uniform(0, SHIFTED_MM)
    some = rng.random((*joints.shape[:2], 1)) < MOVED_SHARE
    by = some * rng.normal(0, spread, joints.shape) + rng.normal(0, body, (len(joints), 1, 3))
    return joints + torch.from_numpy(by.astype(np.float32))


def samples(
    reader: Reader, views: ViewSampler, joints: torch.Tensor, truth: torch.Tensor, frames: torch.Tensor, still: bool
) -> Samples:
    """What the last step sees of poses [N, J, 3]; ``views`` of as many people, without the others."""
    seen, look = reader.seen(views, joints, whole=True)
    return Samples(seen.half(), look.jacobian, joints, truth, frames, torch.full((len(joints),), float(still)))


def joined(parts: Sequence[Samples]) -> Samples:
    """All of them."""
    return Samples(*(torch.cat([getattr(part, field.name) for part in parts]) for field in fields(Samples)))


def by_views(parts: Iterable[Samples | None]) -> ByViews:
    """Samples put together where equally many views look."""
    sorted_: dict[int, list[Samples]] = {}
    for part in parts:
        if part is not None:
            sorted_.setdefault(part.seen.shape[1], []).append(part)
    return {views: joined(some) for views, some in sorted_.items()}


def stored(path: Path, config: CfgNode, numbers: range) -> Path:
    """The samples of the scenes of these numbers, in a file; computed unless it is there."""
    if not path.exists():
        nets = untaught(config)
        rngs = (np.random.default_rng([SEED, number, 1]) for number in numbers)
        parts = [collect(nets, training_scene(number), rng) for number, rng in zip(numbers, rngs, strict=True)]
        save_state(path, {views: vars(some) for views, some in by_views(parts).items()})
        print(f"{path.name}: scenes {numbers.start} to {numbers.stop - 1}", flush=True)
    return path


def collected(folder: Path, config: CfgNode, scenes: int, workers: int) -> list[ByViews]:
    """The samples of so many scenes, made by so many processes."""
    ranges = [range(start, min(start + SCENES_A_FILE, scenes)) for start in range(0, scenes, SCENES_A_FILE)]
    paths = [folder / f"scenes_{some.start:06d}_{some.stop - 1:06d}.pt" for some in ranges]
    # a process of its own has its own number of threads, and what torch has started in this one is not copied
    with ProcessPoolExecutor(workers, get_context("spawn"), torch.set_num_threads, (1,)) as pool:
        made = list(pool.map(stored, paths, [config] * len(paths), ranges))
    return [_read(path) for path in made]


def _read(path: Path) -> ByViews:
    return {views: Samples(**some) for views, some in torch.load(path, weights_only=True).items()}


def untaught(config: CfgNode) -> VoxelNets:
    """The nets without a last step, whatever the configuration says."""
    config = config.clone()
    config.defrost()
    config.REFINE.LAST_STEP = 0
    return VoxelNets(config)


def turned(some: Samples, drawn: np.random.Generator) -> Samples:
    """Each sample in a world turned about the vertical, half of them mirrored: as good as others that were collected.

    In a mirrored world (x → -x) pictures are mirrored too, and left and right joints change places.
    """
    people = len(some.joints)
    angle = torch.from_numpy(drawn.uniform(0, 2 * np.pi, people).astype(np.float32))
    turn = torch.zeros(people, 3, 3)
    turn[:, 0, 0], turn[:, 0, 1], turn[:, 1, 0], turn[:, 1, 1] = angle.cos(), -angle.sin(), angle.sin(), angle.cos()
    turn[:, 2, 2] = 1
    mirrored = torch.from_numpy(drawn.random(people) < MIRRORED)
    across, sideways, sides = torch.tensor([-1.0, 1.0, 1.0]), torch.tensor([-1.0, 1.0]), torch.tensor(MIRROR)

    def either(value: torch.Tensor, other: torch.Tensor, axis: int) -> torch.Tensor:
        return torch.where(mirrored.reshape(-1, *(1,) * (value.dim() - 1)), other.index_select(axis, sides), value)

    windows = sum(side * side for side, _, _ in WINDOWS)
    left, whole, inside, scale, _, place, rest = some.seen.split((windows, windows, 1, 1, 6, 2, 5), -1)
    visible, about, seeing = rest.split((1, 3, 1), -1)
    left, whole = (either(value, _flipped(value), 2) for value in (left, whole))
    inside, scale, visible, seeing = (either(value, value, 2) for value in (inside, scale, visible, seeing))
    place, about = either(place, place * sideways, 2), either(about, about * across, 2).float()
    jacobian = either(some.jacobian, some.jacobian * sideways[:, None] * across, 2) @ turn.mT[:, None, None]
    joints, truth = (either(value, value * across, 1) @ turn.mT for value in (some.joints, some.truth))
    own = (left, whole, inside, scale, jacobian.flatten(-2), place, visible, about @ turn.mT[:, None], seeing)
    return replace(
        some, seen=torch.cat([value.float() for value in own], -1), jacobian=jacobian, joints=joints, truth=truth,
        frames=either(some.frames, some.frames, 1),
    )  # fmt: skip


def _flipped(samples: torch.Tensor) -> torch.Tensor:
    """Windows [..., S], left and right exchanged in each."""
    parts = zip(samples.split([side * side for side, _, _ in WINDOWS], -1), WINDOWS, strict=True)
    return torch.cat([part.unflatten(-1, (side, side)).flip(-1).flatten(-2) for part, (side, _, _) in parts], -1)


def begun(net: PoseRefineNet, blocks: int) -> LastStep:
    """A last step that is the refinement's own: what it reads more is not heeded, further blocks change nothing."""
    known, windows = net.exchange.state_dict(), len(net.windows)
    fresh = LastStep(known["token_names"].shape[1], known["joint_names"].shape[1], blocks)
    state = fresh.exchange.state_dict()
    for name, value in state.items():
        if name == FIRST:
            more = torch.zeros(len(value), windows)
            state[name] = torch.cat((known[name][:, :windows], more, known[name][:, windows:]), 1)
        elif name in known:
            state[name] = known[name]
        elif name.split(".", 2)[2].startswith(ENDS):
            state[name] = torch.zeros_like(value)
    state["joint_names"] = known["joint_names"] + known["stage_names"][-1]  # the stage without the others
    fresh.exchange.load_state_dict(state)
    return fresh


def stepped(net: LastStep, some: Samples) -> torch.Tensor:
    """float32 [N, J, 3], mm, world: where the last step takes them; in bfloat16 while it learns."""
    seen = some.seen.float()
    with torch.autocast("cpu", torch.bfloat16, enabled=torch.is_grad_enabled()):
        said = net.exchange(seen)
    visible = seen[..., net.exchange.columns[0]]
    return some.joints + pulled(said.float(), some.jacobian, visible)[0]


def loss(joints: torch.Tensor, some: Samples) -> torch.Tensor:
    """Mean distance, units of 100 mm, round at zero."""
    weights = torch.where(some.frames >= 2, 1.0, UNSEEN_WEIGHT)
    distance = ((joints - some.truth).square().sum(-1) + SOFT_MM**2).sqrt()
    return (distance * weights).sum() / weights.sum() / 100


def batches(files: Sequence[ByViews], steps: int, drawn: np.random.Generator) -> Iterator[Samples]:
    """PEOPLE people of a few files, equally many views each time."""
    sizes: dict[int, int] = {}
    for content in files:
        for views, some in content.items():
            sizes[views] = sizes.get(views, 0) + len(some.joints)
    known = list(sizes)
    share = np.array([sizes[views] for views in known], np.float64)
    for _ in range(steps):
        views = known[drawn.choice(len(known), p=share / share.sum())]
        holding = [content[views] for content in files if views in content]
        parts = []
        for place in drawn.integers(len(holding), size=FILES_A_BATCH):
            odds = np.where(holding[place].still.numpy() > 0, STILL_WEIGHT, 1.0)
            rows = drawn.choice(len(odds), min(PEOPLE // FILES_A_BATCH, len(odds)), replace=False, p=odds / odds.sum())
            parts.append(chosen(holding[place], torch.from_numpy(rows)))
        yield joined(parts)


def chosen(some: Samples, rows: torch.Tensor) -> Samples:
    """Some of the samples."""
    return Samples(**{name: value[rows] for name, value in vars(some).items()})


def learn(net: PoseRefineNet, blocks: int, files: Sequence[ByViews], steps: int, kept: Path | None = None) -> LastStep:
    """The averaged weights after so many steps. ``kept``: a checkpoint, written every REPORT steps, from which a run that was
    stopped goes on."""
    drawn = np.random.default_rng([SEED, 2])
    with torch.random.fork_rng():
        torch.manual_seed(SEED)
        learning = begun(net, blocks)
    average = copy.deepcopy(learning).requires_grad_(False).eval()
    parameters = list(learning.requires_grad_(True).parameters())
    optimizer = torch.optim.AdamW(parameters, RATE, weight_decay=DECAY)
    done, seen_mm = 0, []
    if kept is not None and kept.exists():
        state = torch.load(kept, weights_only=True)
        for part, name in ((learning, "learning"), (average, "average"), (optimizer, "optimizer")):
            part.load_state_dict(state[name])
        done, drawn.bit_generator.state = state["steps"], state["drawn"]
    for number, some in enumerate(batches(files, steps - done, drawn), done + 1):
        some = turned(some, drawn)
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, number / WARM_UP) * (1 + math.cos(math.pi * (number - 1) / steps)) / 2
        joints = stepped(learning, some)
        optimizer.zero_grad()
        loss(joints, some).backward()
        nn.utils.clip_grad_norm_(parameters, 2.0)
        optimizer.step()
        keep = min(AVERAGING, number / (number + 19))  # a young average forgets faster
        with torch.no_grad():
            for mean, value in zip(average.parameters(), parameters, strict=True):
                mean.lerp_(value, 1 - keep)
        seen_mm.append((joints.detach() - some.truth).norm(dim=-1).mean().item())
        if number % REPORT == 0:
            print(f"{number}/{steps}: {np.mean(seen_mm[-REPORT:]):.1f} mm", flush=True)
            if kept is not None:
                state = {
                    "learning": learning.state_dict(),
                    "average": average.state_dict(),
                    "optimizer": optimizer.state_dict(),
                }
                save_state(kept, state | {"steps": number, "drawn": drawn.bit_generator.state})
    return average


#: Rig, and the joints' mean distance before the last step and after it, mm.
Row = tuple[str, float, float]


@torch.no_grad()
def judged(net: LastStep, rig: str, held_out: ByViews) -> Row:
    """What the step brings to all joints of a rig."""
    before = [(some.joints - some.truth).norm(dim=-1).flatten() for some in held_out.values()]
    after = [(stepped(net, some) - some.truth).norm(dim=-1).flatten() for some in held_out.values()]
    return rig, torch.cat(before).mean().item(), torch.cat(after).mean().item()


def train(config: CfgNode, scenes: int, held_out: int, steps: int, workers: int, out: Path) -> list[Row]:
    """Collects, learns, judges and writes."""
    out.mkdir(parents=True, exist_ok=True)
    files = collected(out, config, scenes, workers)
    nets = untaught(config)
    blocks = config.REFINE.LAST_STEP or config.REFINE.BLOCKS
    learned = learn(nets.network.refine_net, blocks, files, steps, out / "checkpoint.pt")
    rows = []
    for tag, (rig, cameras) in enumerate({"random rigs": None, **held_out_rigs()}.items()):
        known = held_out_scenes(held_out, cameras, Noise(), tag, VALIDATION_SIDE)
        rows.append(judged(learned, rig, by_views(collect(nets, scene, None) for scene in known)))
    figures = {"scenes": scenes, "steps": steps, "seed": SEED, "mm": {rig: [before, after] for rig, before, after in rows}}
    save_weights(out / BEST, learned.state_dict(), {"last_step": json.dumps(figures)})
    return rows


def table_of(figures: Sequence[Row]) -> str:
    """What ``train`` found, as the other commands print figures."""
    rows = [(rig, f"{before:.1f}", f"{after:.1f}", f"{100 * (after / before - 1):+.1f} %") for rig, before, after in figures]
    return markdown_table(["validation", "before the last step, mm", "after it", "change"], rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", type=positive, default=10000, help="training scenes (default 10000)")
    parser.add_argument("--held-out", type=positive, default=60, help="validation scenes per rig (default 60)")
    parser.add_argument("--steps", type=positive, default=8000, help=f"training steps of {PEOPLE} people (default 8000)")
    parser.add_argument("--workers", type=positive, default=2, help="processes that make scenes (default 2)")
    parser.add_argument("--threads", type=positive, default=1)
    add_config_options(parser, "runs/last_step")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    config = load_config(options.config, overrides(options))
    print(table_of(train(config, options.scenes, options.held_out, options.steps, options.workers, options.out)))
    print(f"\nWritten: {options.out / BEST}")


if __name__ == "__main__":
    main()
