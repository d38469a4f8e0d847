"""A source over a source."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from modules.core.changed_source import ChangedSource
from modules.core.types import Camera, FrameSet, SourceInfo

CAMERA = Camera("c", 8, 6, 50.0, 50.0, 4.0, 3.0, np.eye(3), np.zeros(3))


class Source:
    info = SourceInfo("a", "folder", ("c",), 5, ((8, 6),), 30.0)
    cameras = (CAMERA,)
    closed = False

    def __len__(self):
        return 5

    def read(self, index):
        return FrameSet(index, index / 30, (np.full((6, 8, 3), index, np.uint8),), self.cameras)

    def close(self):
        self.closed = True


class Inverted(ChangedSource):
    def changed(self, frame):
        return replace(frame, images=tuple(255 - image for image in frame.images))


def test_frames_are_changed_and_all_else_is_the_source_s():
    source = Source()
    made = Inverted(source)
    assert (made.info, made.cameras, len(made)) == (source.info, source.cameras, 5)
    frame = made.read(3)
    assert (frame.index, frame.time_s) == (3, 0.1)
    assert (frame.images[0] == 252).all()
    made.close()
    assert source.closed


def test_what_does_not_say_how_it_changes_frames_reads_none():
    with pytest.raises(NotImplementedError):
        ChangedSource(Source()).read(0)
