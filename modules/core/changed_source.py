"""A recording seen through something that changes its frames."""

from __future__ import annotations

from .protocols import FrameSource
from .types import Camera, FrameSet, SourceInfo


class ChangedSource:
    """A ``FrameSource`` over another one; closes it. Subclasses say in ``changed`` what becomes of a frame."""

    def __init__(self, source: FrameSource) -> None:
        self.source = source

    @property
    def info(self) -> SourceInfo:
        """As of the source."""
        return self.source.info

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """As of the source."""
        return self.source.cameras

    def __len__(self) -> int:
        return len(self.source)

    def read(self, index: int) -> FrameSet:
        """As of the source, changed."""
        return self.changed(self.source.read(index))

    def changed(self, frame: FrameSet) -> FrameSet:
        """A frame of the source as this one gives it."""
        raise NotImplementedError

    def close(self) -> None:
        """Closes the source."""
        self.source.close()
