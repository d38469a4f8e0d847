"""Folders of images: order, numbers, damage."""

from __future__ import annotations

import math

import numpy as np
import pytest

from modules.core.errors import SourceError
from modules.focus.images import ImageClip


def test_order_is_by_number_not_by_text(maker, tmp_path):
    folder = maker.images(tmp_path / "cam", ["f9.png", "f10.png", "f100.png"], [9, 10, 100])
    clip = ImageClip(folder)
    assert [maker.number(clip.read(i)) for i in range(3)] == [9, 10, 100]
    assert (clip.frame_count, clip.size_px, list(clip.numbers)) == (3, (64, 48), [9, 10, 100])
    assert math.isnan(clip.fps)
    np.testing.assert_array_equal(clip.read(1), maker.frame(10))  # RGB


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["a_1.png", "b_1.png"], r"a_1\.png and b_1\.png have the same frame number 1"),
        (["a.png"], r"a\.png: an image's name must"),
    ],
)
def test_names_that_give_no_order_are_refused(maker, tmp_path, names, reason):
    with pytest.raises(SourceError, match=reason):
        ImageClip(maker.images(tmp_path / "cam", names, range(len(names))))


def test_damaged_images_are_named(maker, tmp_path):
    folder = maker.images(tmp_path / "cam", ["1.png", "2.png", "3.png", "4.png"], range(4))
    (folder / "2.png").write_bytes(b"no image")
    (folder / "3.png").write_bytes(b"")
    clip = ImageClip(folder)
    for index, name in ((1, "2"), (2, "3")):
        with pytest.raises(SourceError, match=rf"{name}\.png can't be decoded"):
            clip.read(index)
    assert maker.number(clip.read(3)) == 3


def test_an_image_of_another_size_and_an_empty_folder_are_refused(maker, tmp_path):
    folder = maker.images(tmp_path / "cam", ["1.png"], [1])
    maker.images(folder, ["2.png"], [2], size=(32, 24))
    with pytest.raises(SourceError, match=r"2\.png: the image is 32x24"):
        ImageClip(folder).read(1)
    (tmp_path / "none").mkdir()
    with pytest.raises(SourceError, match="none holds no images"):
        ImageClip(tmp_path / "none")
