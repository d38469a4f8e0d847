"""Where the 2D network sees joints, on heatmaps whose peaks were drawn at known pixels."""

from __future__ import annotations

import numpy as np
import torch

from modules.core.geometry import apply_affine, frame_to_network, visible_px
from modules.core.skeleton import NOSE, NUM_JOINTS
from modules.estimator.seen import seen_off_px
from modules.evaluation.accuracy.voxel import view_meta
from modules.SelfPose3d.lib.models.view_sampler import sampler_of
from tests.take.take_fakes import CAMERAS

SIZE, CELLS = (512, 384), (128, 96)


def heatmaps(places_px):
    """V of float32 [1, J, H, W]: a Gaussian at every pixel of float [V, J, 2]; NaN: none."""
    y, x = np.mgrid[0 : CELLS[1], 0 : CELLS[0]]
    maps = np.zeros((len(CAMERAS), NUM_JOINTS, *y.shape), np.float32)
    for v, camera in enumerate(CAMERAS):
        cells = apply_affine(places_px[v], frame_to_network((camera.width_px, camera.height_px), SIZE)) / 4
        for j, (cx, cy) in enumerate(cells):
            if np.isfinite(cx):
                maps[v, j] = 0.8 * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 2 / 1.5**2)
    return [torch.tensor(m)[None] for m in maps]


def test_offsets_are_those_that_were_drawn():
    rng = np.random.default_rng(0)
    joints = np.array([[0.0, 0.0, 900.0], [700.0, 300.0, 1000.0]])[:, None] + rng.uniform(-250, 250, (2, NUM_JOINTS, 3))
    reprojected = np.stack([visible_px(joints[0], camera) for camera in CAMERAS])
    off = rng.uniform(-14, 14, reprojected.shape)  # px; a cell is 5
    places = reprojected + off
    places[1, NOSE] = np.nan
    views = sampler_of(heatmaps(places), [view_meta(camera, SIZE) for camera in CAMERAS], SIZE)
    found = seen_off_px(views, torch.tensor(joints, dtype=torch.float32)).numpy()
    assert found.shape == (2, len(CAMERAS), NUM_JOINTS, 2)
    assert np.isnan(found[0, 1, NOSE]).all()
    np.testing.assert_allclose(found[0][np.isfinite(places)], off[np.isfinite(places)], atol=0.3)


def test_who_is_behind_a_camera_or_unseen_is_seen_nowhere():
    behind = np.tile([0.0, -9000.0, 900.0], (1, NUM_JOINTS, 1))
    maps = heatmaps(np.full((len(CAMERAS), NUM_JOINTS, 2), 200.0))
    views = sampler_of(maps, [view_meta(camera, SIZE) for camera in CAMERAS], SIZE)
    assert np.isnan(seen_off_px(views, torch.tensor(behind, dtype=torch.float32)).numpy()).all()
    far = np.tile([0.0, 0.0, 100.0], (1, NUM_JOINTS, 1))  # the peak is out of reach
    assert np.isnan(seen_off_px(views, torch.tensor(far, dtype=torch.float32)).numpy()).all()
    assert seen_off_px(views, torch.zeros((0, NUM_JOINTS, 3))).shape == (0, len(CAMERAS), NUM_JOINTS, 2)
