"""A rectangle of an image, wherever it lies."""

from __future__ import annotations

import numpy as np

from modules.estimator.region import region_of


def test_crops_reach_over_the_edge_in_black():
    image = np.full((10, 20, 3), 5, np.uint8)
    crop = region_of(image, np.array([-2, -3]), (8, 8))
    assert crop.shape == (8, 8, 3)
    assert (crop[3:, 2:] == 5).all()
    assert crop[:3].max() == crop[:, :2].max() == 0
    assert not region_of(image, np.array([50, 50]), (8, 8)).any()
