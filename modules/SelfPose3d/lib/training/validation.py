"""Held-out scenes: the same in every run, whatever its seed, and never drawn by the training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from modules.core.types import Camera

from .batches import Batch
from .heatmaps import Noise
from .scenes import Scene, sample_scene
from .tasks import Task

#: Streams of training are [seed, step]; these have three numbers.
HELD_OUT = (987654321, 1)
#: Longest side of the network image in validation and, unless asked otherwise, in evaluation, px.
LONGEST = 320


def held_out_scenes(
    count: int, cameras: Sequence[Camera] | None, noise: Noise, tag: int = 0, longest: int = LONGEST
) -> list[Scene]:
    """``count`` scenes in a rig (None: random rigs), 1 to 9 people, 5 on average; the same people for every ``longest`` side of
    the network image, px."""
    generators = [np.random.default_rng([*HELD_OUT, tag, i]) for i in range(count)]
    return [sample_scene(rng, noise, cameras, longest, people=int(rng.integers(1, 10))) for rng in generators]


def validation_sets(
    task: Task, count: int, rigs: Mapping[str, Sequence[Camera]], random: bool = True
) -> dict[str, list[Batch]]:
    """Noisy samples of ``count`` scenes of every rig and, if ``random``, of random rigs."""
    named: dict[str, Sequence[Camera] | None] = {"random": None} if random else {}
    named.update(rigs)
    sets = {}
    for tag, (name, cameras) in enumerate(named.items()):
        scenes = held_out_scenes(count, cameras, Noise(), tag)
        sets[name] = [task.held_out(np.random.default_rng([*HELD_OUT, tag, i, 1]), scene) for i, scene in enumerate(scenes)]
    return sets
