"""What was read and computed lately, bounded in bytes; safe to ask from any thread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, TypeVar

from modules.core.protocols import Detection
from modules.core.types import FrameSet, PoseResult

#: Part of the budget for images and detections; the rest is for results, which cost far more time and far less room.
IMAGE_SHARE = 0.75
T = TypeVar("T")


class SizedLru(Generic[T]):
    """Values by frame index; the least recently used go when the sum of their sizes passes the limit."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.used_bytes = 0
        self._entries: OrderedDict[int, tuple[T, int]] = OrderedDict()

    def get(self, index: int) -> T | None:
        """The value, which is then the most recently used; or None."""
        if index not in self._entries:
            return None
        self._entries.move_to_end(index)
        return self._entries[index][0]

    def put(self, index: int, value: T, nbytes: int) -> None:
        """Keeps a value; one that is larger than the limit is not kept."""
        self._drop(index)
        self._entries[index] = (value, nbytes)
        self.used_bytes += nbytes
        while self.used_bytes > self.limit_bytes:
            self._drop(next(iter(self._entries)))

    def clear(self) -> None:
        """Forgets everything."""
        self._entries.clear()
        self.used_bytes = 0

    def items(self) -> Iterator[tuple[int, T]]:
        """(frame, value) of all, the oldest first."""
        return ((index, value) for index, (value, _) in self._entries.items())

    def keys(self) -> frozenset[int]:
        """The frames that are kept."""
        return frozenset(self._entries)

    def _drop(self, index: int) -> None:
        if index in self._entries:
            self.used_bytes -= self._entries.pop(index)[1]


class FrameCache:
    """Images with their detection, and results, by frame index.

    A detection may hold its frame's images, so the two come and go together and count once. Results are small and stay longer:
    a frame whose images are gone is shown again after reading it, without the network.

    Args:
        limit_mb: bound of everything together, MB.
    """

    def __init__(self, limit_mb: float) -> None:
        self._lock = threading.Lock()
        self.resize(limit_mb)

    @property
    def used_bytes(self) -> int:
        """Bytes held now."""
        with self._lock:
            return self._frames.used_bytes + self._results.used_bytes

    def resize(self, limit_mb: float) -> None:
        """Another bound; forgets everything."""
        total = int(limit_mb * 1e6)
        with self._lock:
            self._frames: SizedLru[tuple[FrameSet, Detection | None]] = SizedLru(int(total * IMAGE_SHARE))
            self._results: SizedLru[PoseResult] = SizedLru(total - int(total * IMAGE_SHARE))

    def frame(self, index: int) -> FrameSet | None:
        """The images of a frame, if they are kept."""
        with self._lock:
            entry = self._frames.get(index)
            return None if entry is None else entry[0]

    def detection(self, index: int) -> Detection | None:
        """The detection of a frame, if it is kept."""
        with self._lock:
            entry = self._frames.get(index)
            return None if entry is None else entry[1]

    def result(self, index: int, lod_distance_mm: float) -> PoseResult | None:
        """The result of a frame for exactly this LoD distance, if it is kept."""
        with self._lock:
            result = self._results.get(index)
            return result if result is not None and result.lod_distance_mm == lod_distance_mm else None

    def put(self, frame: FrameSet, detection: Detection | None = None) -> None:
        """Keeps the images of a frame and what was detected in them."""
        nbytes = frame.nbytes + (0 if detection is None else detection.nbytes)
        with self._lock:
            self._frames.put(frame.index, (frame, detection), nbytes)

    def put_result(self, result: PoseResult) -> None:
        """Keeps the newest result of a frame."""
        with self._lock:
            self._results.put(result.frame_index, result, result.nbytes)

    def computed(self, lod_distance_mm: float) -> frozenset[int]:
        """The frames that are shown without the backbone: they have a result for this LoD distance, or a detection."""
        with self._lock:
            results = {n for n, result in self._results.items() if result.lod_distance_mm == lod_distance_mm}
            return frozenset(results | {n for n, (_, detection) in self._frames.items() if detection is not None})

    def clear(self) -> None:
        """Forgets everything: another recording."""
        with self._lock:
            self._frames.clear()
            self._results.clear()
