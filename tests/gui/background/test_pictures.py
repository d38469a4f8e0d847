"""The reader's small copies."""

from __future__ import annotations

import numpy as np
import pytest

from modules.core.types import Camera, FrameSet
from modules.gui.background.pictures import Kept, PictureReader

CAMERA = Camera("cam", 64, 48, 50.0, 50.0, 32.0, 24.0, np.eye(3), np.zeros(3))


def frame(index: int, height: int, width: int = 10) -> FrameSet:
    return FrameSet(index, 0.0, (np.zeros((height, width, 3), np.uint8),), (CAMERA,))


class Copies:
    """Copies of every frame, of the size that is asked for."""

    def __init__(self):
        self.asked = []

    def get(self, index, least_px):
        self.asked.append((index, least_px))
        return frame(index, least_px)


@pytest.fixture
def reader():
    made = PictureReader(lambda request: None, None, Copies(), 64)
    yield made
    made.close()


def test_copies_are_as_large_as_the_views_and_larger_ones_serve_smaller_views(reader):
    reader.set_view_px(300)
    assert reader.copy(3).images[0].shape[0] == 300
    reader.set_view_px(200)
    assert reader.copy(3).images[0].shape[0] == 300
    assert reader.copy(4).images[0].shape[0] == 200
    reader.set_view_px(250)  # an enlarged view
    assert reader.copy(4).images[0].shape[0] == 250
    assert reader._proxies.asked == [(3, 300), (4, 200), (4, 250)]


def test_what_is_kept_is_bounded_in_bytes_and_the_newest_stays():
    kept = Kept(1000)
    for index in range(4):
        kept.put(frame(index, 15))
    assert [index for index in range(4) if kept.get(index) is not None] == [2, 3]
    kept.put(frame(9, 1000))
    assert (kept.get(3), kept.used_bytes) == (None, 30000)
    assert kept.get(9) is not None
