"""The reader's small copies."""

from __future__ import annotations

import numpy as np
import pytest

from modules.core.types import FrameSet
from modules.gui.background.pictures import Kept, PictureReader


class Copies:
    """Copies of every frame, of the size that is asked for."""

    def __init__(self):
        self.asked = []

    def get(self, index, least_px):
        self.asked.append((index, least_px))
        return FrameSet(index, 0.0, (np.zeros((least_px, 4, 3), np.uint8),), (), shrunk=2)


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
        kept.put(FrameSet(index, 0.0, (np.zeros((10, 10, 4), np.uint8),), ()))
    assert [index for index in range(4) if kept.get(index) is not None] == [2, 3]
    kept.put(FrameSet(9, 0.0, (np.zeros((100, 100, 3), np.uint8),), ()))
    assert (kept.get(3), kept.used_bytes) == (None, 30000)
    assert kept.get(9) is not None
