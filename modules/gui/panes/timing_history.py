"""How long the last results took, stage by stage, and what the LoD saved: pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from modules.core.types import POSE_STAGES, STAGES, Lod, PoseResult

#: Results that are remembered.
LENGTH = 120


@dataclass(frozen=True)
class Entry:
    """One result: milliseconds per stage of ``STAGES`` (0 where it did not run), people in full detail, people in all; and the
    LoD distance, mm, that these are for."""

    stages_ms: tuple[float, ...]
    full: int
    people: int
    lod_distance_mm: float = 0.0

    @property
    def total_ms(self) -> float:
        """Milliseconds of all stages."""
        return sum(self.stages_ms)


class TimingHistory:
    """The last ``LENGTH`` results in the order in which they were shown."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=LENGTH)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def last(self) -> Entry | None:
        """The newest entry, or None."""
        return self._entries[-1] if self._entries else None

    def add(self, result: PoseResult) -> None:
        """Remembers a shown result."""
        full = sum(person.lod is Lod.FULL for person in result.persons)
        stages = tuple(float(result.timings_ms.get(stage, 0.0)) for stage in STAGES)
        self._entries.append(Entry(stages, full, len(result.persons), result.lod_distance_mm))

    def set_last(self, stage: str, ms: float) -> None:
        """Sets a stage of the newest entry, if there is one."""
        if self._entries:
            stages = list(self._entries[-1].stages_ms)
            stages[STAGES.index(stage)] = float(ms)
            self._entries[-1] = replace(self._entries[-1], stages_ms=tuple(stages))

    def clear(self) -> None:
        """Forgets everything."""
        self._entries.clear()

    def stages_ms(self) -> np.ndarray:
        """float64 [stages, entries], ms, oldest first."""
        return np.array([entry.stages_ms for entry in self._entries], np.float64).reshape(-1, len(STAGES)).T

    def full(self) -> np.ndarray:
        """int [entries]: people in full detail."""
        return np.array([entry.full for entry in self._entries], int)

    def people(self) -> np.ndarray:
        """int [entries]: people in all."""
        return np.array([entry.people for entry in self._entries], int)

    def ms_per_pose(self) -> float:
        """Median milliseconds of pose net and refinement per person in full detail; NaN before they ran for anyone."""
        stages = [STAGES.index(stage) for stage in POSE_STAGES]
        took = [(sum(entry.stages_ms[stage] for stage in stages), entry.full) for entry in self._entries]
        each = [ms / full for ms, full in took if full and ms > 0]
        return float(np.median(each)) if each else float("nan")

    def saved_ms(self) -> np.ndarray:
        """float64 [entries], ms: what the LoD saved, about: people without a pose × ``ms_per_pose``; NaN while unknown."""
        skipped = np.array([entry.people - entry.full for entry in self._entries], np.float64)
        return np.where(skipped > 0, skipped * self.ms_per_pose(), 0.0)
