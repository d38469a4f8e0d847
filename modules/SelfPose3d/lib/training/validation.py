"""Held-out scenes: the same in every run, whatever its seed, and never drawn by the training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from yacs.config import CfgNode

from modules.core.types import Camera

from .batches import Batch, pose_samples, root_sample
from .heatmaps import Noise
from .scenes import Scene, sample_scene

#: Streams of training are [seed, step]; these have three numbers.
HELD_OUT = (987654321, 1)
#: Longest side of the network image in validation, px.
LONGEST = 320


def held_out_scenes(count: int, cameras: Sequence[Camera] | None, noise: Noise, tag: int = 0) -> list[Scene]:
    """``count`` scenes in a rig (None: random rigs), 1 to 9 people, 5 on average."""
    generators = [np.random.default_rng([*HELD_OUT, tag, i]) for i in range(count)]
    return [sample_scene(rng, noise, cameras, LONGEST, people=int(rng.integers(1, 10))) for rng in generators]


def validation_sets(
    net: str, config: CfgNode, rigs: Mapping[str, Sequence[Camera]], random: bool = True
) -> dict[str, list[Batch]]:
    """Noisy samples of every rig and, if ``random``, of random rigs, for ``objectives.judge_*``; volumes in half precision."""
    named: dict[str, Sequence[Camera] | None] = {"random": None} if random else {}
    named.update(rigs)
    sets = {}
    for tag, (name, cameras) in enumerate(named.items()):
        scenes = held_out_scenes(config.FIT.VALIDATION_SCENES, cameras, Noise(), tag)
        samples = []
        for i, scene in enumerate(scenes):
            rng = np.random.default_rng([*HELD_OUT, tag, i, 1])
            sample = pose_samples(rng, config, scene, 4) if net == "pose" else root_sample(config, scene)
            sample["volumes"] = sample["volumes"].to(torch.float16)
            samples.append(sample)
        sets[name] = samples
    return sets
