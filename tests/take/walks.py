"""People on given paths, as a take's frames: bodies of their own size, a little noise, nobody's numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from job_fakes import FIGURE

from modules.core.computed import ComputedFrame, State
from modules.core.skeleton import NUM_JOINTS

FPS = 25.0
NOISE_MM = 15.0


@dataclass(frozen=True)
class Walker:
    """``path``: frame → (x, y) in mm, or None where nobody is. ``size``: of the figure. ``colors``: levels of all clothes."""

    path: Callable[[int], tuple[float, float] | None]
    size: float = 1.0
    colors: float = np.nan


def line(start: tuple[float, float], per_frame: tuple[float, float], away: range = range(0)):
    """A straight path; nobody in the frames of ``away``."""
    return lambda n: None if n in away else (start[0] + n * per_frame[0], start[1] + n * per_frame[1])


def film(walkers: Sequence[Walker], frames: int, seed: int = 0) -> tuple[list[ComputedFrame], list[np.ndarray]]:
    """The frames, people in a random order in each; and in each, who is who (places in ``walkers``)."""
    rng = np.random.default_rng(seed)
    found, truth = [], []
    for index in range(frames):
        there = [n for n, walker in enumerate(walkers) if walker.path(index) is not None]
        order = rng.permutation(there) if there else np.zeros(0, int)
        roots = np.array([(*walkers[n].path(index), 900.0 * walkers[n].size) for n in order]).reshape(-1, 3)
        sizes = np.array([walkers[n].size for n in order]).reshape(-1, 1, 1)
        joints = roots[:, None] + FIGURE * sizes + rng.normal(0, NOISE_MM, (len(order), NUM_JOINTS, 3))
        colors = np.array([walkers[n].colors for n in order]).reshape(-1, 1) + rng.normal(0, 8, (len(order), 6))
        count = len(order)
        found.append(
            ComputedFrame(
                index, index / FPS, np.full(count, State.POSED), np.full(count, 0.9), roots, joints,
                np.full((count, 2, NUM_JOINTS), np.nan), colors=colors,
            )
        )  # fmt: skip
        truth.append(order)
    return found, truth
