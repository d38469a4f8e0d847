"""Small copies of frames, and places found in them."""

from __future__ import annotations

import numpy as np

from modules.core.types import Camera, FrameSet, SourceInfo
from modules.focus.small import SmallSource


class Source:
    def __init__(self, *sizes):
        self.cameras = tuple(
            Camera(f"c{n}", w, h, 500.0, 500.0, 1.0, 1.0, np.eye(3), np.zeros(3)) for n, (w, h) in enumerate(sizes)
        )
        self.info = SourceInfo("a", "folder", tuple(c.name for c in self.cameras), 3, sizes, 30.0)
        self.closed = False

    def __len__(self):
        return 3

    def read(self, index):
        rng = np.random.default_rng(index)
        images = tuple(rng.integers(0, 256, (c.height_px, c.width_px, 3), np.uint8) for c in self.cameras)
        return FrameSet(index, 0.5, images, self.cameras, missing=(True, False))

    def close(self):
        self.closed = True


def test_frames_of_2160_lines_are_halved_twice_and_other_factors_are_rounded_down_to_halves():
    for size, by in (((3840, 2160), 4), ((1920, 1080), 2), ((1088, 1920), 2), ((640, 480), 1)):
        source = Source(size)
        source.read = lambda index, source=source: FrameSet(
            index, 0.5, tuple(np.full((c.height_px, c.width_px, 3), 7, np.uint8) for c in source.cameras), source.cameras
        )
        frame = SmallSource(source).read(0)
        assert (frame.shrunk, frame.images[0].shape) == (by, (size[1] // by, size[0] // by, 3))


def test_each_pixel_is_the_mean_of_a_block():
    source = Source((2000, 1301), (1290, 1000))
    small = SmallSource(source)
    frame, whole = small.read(1), source.read(1)
    assert frame.shrunk == 2
    assert [image.shape for image in frame.images] == [(650, 1000, 3), (500, 645, 3)]
    mean = whole.images[0][:1300].reshape(650, 2, 1000, 2, 3).mean((1, 3))
    assert np.abs(frame.images[0] - mean).max() <= 0.5
    assert (frame.index, frame.time_s, frame.missing) == (1, 0.5, (True, False))
    assert (len(small), small.info, small.cameras) == (3, source.info, source.cameras)
    small.close()
    assert source.closed


def test_what_is_small_stays_as_it_is():
    source = Source((1000, 700), (3000, 2000))
    frame = SmallSource(source).read(0)
    assert frame.shrunk == 1
    assert frame.images[1].shape == (2000, 3000, 3)
