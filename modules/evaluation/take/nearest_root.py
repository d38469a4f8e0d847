"""Numbers that stay with people from frame to frame: nearest roots, matched greedily.

Results do not depend on how a frame was reached: a frame that was numbered once keeps its numbers, and a new one takes them
from the nearest numbered frame in time.
"""

from __future__ import annotations

import numpy as np


class Tracker:
    """Numbers the roots of frames in any order.

    Args:
        max_distance_mm: a root keeps its number if it moved less than this between two frames; over a gap of n frames, less
            than √n times this.
        max_gap_frames: a number is looked up in frames at most this far away.
    """

    def __init__(self, max_distance_mm: float, max_gap_frames: int) -> None:
        self.max_distance_mm = max_distance_mm
        self.max_gap_frames = max_gap_frames
        self.reset()

    def reset(self) -> None:
        """Forgets all frames; the next person is number 0."""
        self._frames: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._next_id = 0

    def assign(self, frame_index: int, roots_world_mm: np.ndarray) -> np.ndarray:
        """Numbers for the roots of a frame.

        Args:
            roots_world_mm: float [P, 3], mm, world; the better proposal first.

        Returns:
            int64 [P], all different.
        """
        if frame_index in self._frames:
            known, ids = self._frames[frame_index]
            if known.shape == roots_world_mm.shape and np.array_equal(known, roots_world_mm):
                return ids
        ids = np.full(len(roots_world_mm), -1, np.int64)
        # nearest frames first, so that a person missed once is found again a frame earlier
        for gap in range(1, self.max_gap_frames + 1):
            for other in (frame_index - gap, frame_index + gap):
                if other in self._frames and (ids < 0).any():
                    self._match(roots_world_mm, ids, *self._frames[other], self.max_distance_mm * gap**0.5)
        for n in np.flatnonzero(ids < 0):
            ids[n] = self._next_id
            self._next_id += 1
        self._frames[frame_index] = (roots_world_mm.copy(), ids)
        return ids

    @staticmethod
    def _match(roots: np.ndarray, ids: np.ndarray, old_roots: np.ndarray, old_ids: np.ndarray, limit_mm: float) -> None:
        free_new = np.flatnonzero(ids < 0)
        free_old = np.flatnonzero(~np.isin(old_ids, ids))
        if not len(free_new) or not len(free_old):
            return
        distance = np.linalg.norm(roots[free_new, None, :2] - old_roots[None, free_old, :2], axis=-1)
        for flat in np.argsort(distance, axis=None):
            n, o = np.unravel_index(flat, distance.shape)
            if distance[n, o] >= limit_mm:
                break
            if ids[free_new[n]] < 0 and old_ids[free_old[o]] not in ids:
                ids[free_new[n]] = old_ids[free_old[o]]
