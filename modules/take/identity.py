"""Who is who over time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import linear_sum_assignment

from modules.core.computed import ComputedFrame
from modules.core.protocols import TakePerson

MAX_STEP_MM = 500.0


class Identities:
    """The numbers of everyone in a take."""

    def __init__(self) -> None:
        self._roots: dict[int, np.ndarray] = {}
        self._numbers: dict[int, np.ndarray] | None = None

    def add(self, frame: ComputedFrame) -> Mapping[int, int]:
        """A frame that is new or has more people computed; old number → new one."""
        self._roots[frame.frame_index] = frame.roots_world_mm
        self._numbers = None
        return {}

    def forget(self, index: int) -> None:
        """A frame that is no more."""
        self._roots.pop(index, None)
        self._numbers = None

    def numbers(self, frame: ComputedFrame) -> np.ndarray:
        """int [P]: the numbers of a frame's people, from 1."""
        known = self._solved().get(frame.frame_index)
        return known if known is not None and len(known) == len(frame) else np.arange(1, len(frame) + 1)

    def people(self) -> tuple[TakePerson, ...]:
        """Everyone, by rising number."""
        frames: dict[int, list[int]] = {}
        for index, numbers in sorted(self._solved().items()):
            for number in numbers:
                frames.setdefault(int(number), []).append(index)
        return tuple(TakePerson(number, "", np.array(found), False) for number, found in sorted(frames.items()))

    def _solved(self) -> Mapping[int, np.ndarray]:
        if self._numbers is None:
            self._numbers = _numbered(self._roots)
        return self._numbers


def _numbered(roots: Mapping[int, np.ndarray]) -> dict[int, np.ndarray]:
    found: dict[int, np.ndarray] = {}
    before, last, count = np.zeros((0, 3)), np.zeros(0, int), 0
    for index in sorted(roots):
        numbers = np.zeros(len(roots[index]), int)
        distance = np.linalg.norm(roots[index][:, None] - before[None], axis=-1)
        for new, old in zip(*linear_sum_assignment(distance), strict=True):
            numbers[new] = last[old] if distance[new, old] < MAX_STEP_MM else 0
        fresh = numbers == 0
        numbers[fresh] = count + 1 + np.arange(fresh.sum())
        count += int(fresh.sum())
        before, last, found[index] = roots[index], numbers, numbers
    return found
