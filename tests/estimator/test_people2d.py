"""The 2D network alone: places in raw px, turned views, people decoded twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from modules import composition
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.errors import ConfigError
from modules.core.skeleton import BODY_JOINTS, COCO_OF_JOINT
from modules.core.types import SourceInfo
from modules.estimator.people2d import PeopleFinder, turned_back, without_doubles
from modules.focus.small import SmallSource
from modules.SelfPose3d.lib.models.movenet_multipose import CENTER_THRESHOLD

REFERENCE = Path(__file__).resolve().parents[2] / "modules/evaluation/data/pose2sim_multi_reference.npz"


@pytest.fixture(scope="module")
def finder() -> PeopleFinder:
    return composition.make_people_finder(load_config(DEFAULT_CONFIG, {"RUNTIME.THREADS": 1}))


@pytest.fixture(scope="module")
def frame(demo_dir):
    source = composition.open_source(load_config(DEFAULT_CONFIG, {"SOURCE.PATH": str(demo_dir)}))
    yield source.read(20)
    source.close()


@pytest.mark.parametrize("turns", range(4))
def test_pixels_of_a_turned_image_are_carried_back(turns):
    image = np.arange(5 * 7).reshape(5, 7)
    turned = np.rot90(image, -turns)  # clockwise
    ys, xs = np.mgrid[: turned.shape[0], : turned.shape[1]]
    back = turned_back(np.stack((xs, ys), -1), turns, turned.shape[::-1])
    assert (image[back[..., 1], back[..., 0]] == turned).all()


def test_a_person_decoded_twice_is_one_and_the_surer_one_stays():
    def person(score, x, confidence):
        ys = np.linspace(0, 160, 17)
        return np.concatenate([[score], np.stack((np.full(17, x), ys, np.full(17, confidence)), -1).ravel()])

    rows = np.stack([person(0.9, 50, 0.8), person(0.7, 58, 0.3), person(0.6, 80, 0.5), person(CENTER_THRESHOLD, 300, 0.9)])
    kept = without_doubles(rows.astype(np.float32))
    assert kept.shape == (2, 17, 3)
    assert kept[:, 0, 0].tolist() == [50, 80]
    assert without_doubles(rows[:0]).shape == (0, 17, 3)


def test_keypoints_lie_where_the_reference_has_them(finder, frame):
    """Athlete and woman, in raw px of four portrait views, against a heavy single-person network's keypoints."""
    found = finder(frame)
    assert (found.frame_index, len(found.views)) == (20, 4)
    truth = np.load(REFERENCE)["kpts"][20][:, :2, [COCO_OF_JOINT[joint] for joint in BODY_JOINTS]]
    for view, people in enumerate(found.views):
        for person in range(2):
            apart = np.linalg.norm(
                people[:, [COCO_OF_JOINT[joint] for joint in BODY_JOINTS], :2] - truth[view, person, :, :2], axis=-1
            )
            assert np.nanmedian(apart, axis=1).min() < 24  # a heatmap's cell


def test_a_view_on_its_side_gives_the_same_people_when_it_is_turned_back(finder, frame):
    upright = finder(frame)
    on_side = replace(frame, images=tuple(np.ascontiguousarray(np.rot90(image)) for image in frame.images))  # anticlockwise
    found = finder(on_side, (1, 1, 1, 1))
    width = frame.images[0].shape[1]
    for as_is, turned in zip(upright.views, found.views, strict=True):
        moved = np.stack((as_is[..., 1], width - 1 - as_is[..., 0]), -1)  # (x, y) → (y, W - 1 - x)
        np.testing.assert_allclose(turned[..., :2], moved, atol=0.01)
        np.testing.assert_allclose(turned[..., 2], as_is[..., 2], atol=1e-5)
    lying = finder(on_side)
    for as_is, untouched in zip(upright.views, lying.views, strict=True):
        assert untouched[..., 2].sum() < 0.8 * as_is[..., 2].sum()


def test_compiled_and_plain_find_the_same(finder, frame):
    plain = PeopleFinder(load_config(DEFAULT_CONFIG, {"RUNTIME.ENGINE": "torch"}), finder._network_views)
    torch.set_num_threads(1)
    for one, other in zip(finder(frame).views, plain(frame).views, strict=True):
        assert one.shape == other.shape
        sure = (one[..., 2] > 0.3) & (other[..., 2] > 0.3)
        assert sure.sum() > 15
        assert np.abs(one - other)[sure].max() < 0.5


def test_a_network_of_heatmaps_alone_is_refused_by_name():
    config = load_config(DEFAULT_CONFIG, {})
    config.defrost()
    config.BACKBONE_MODEL = "pose_resnet"
    with pytest.raises(ConfigError, match="pose_resnet"):
        PeopleFinder(config, None)


def test_in_small_frames_people_are_where_they_are_in_the_frame(finder, frame):
    class One:
        info = SourceInfo("a", "b", ("c",) * 4, 1, tuple((c.width_px, c.height_px) for c in frame.cameras), 30.0)

        def read(self, _):
            return frame

    small = SmallSource(One()).read(0)
    assert small.shrunk == 2
    moved = []
    for one, other in zip(finder(frame).views, finder(small).views, strict=True):
        for a in (person for person in one if np.median(person[:, 2]) > 0.4):
            apart = [(b - a)[a[:, 2] > 0.3, :2] for b in other]
            moved.append(min(apart, key=lambda d: np.median(np.abs(d))))
            assert np.median(np.abs(moved[-1])) < 9  # of 1920, and of 6 to the network's px: it answers to each shift
    assert np.abs(np.median(np.concatenate(moved), axis=0)).max() < 2.5


def test_in_small_frames_that_were_turned_people_are_where_they_are_in_the_frame(finder, frame):
    """Upside down, and as the network then sees it again upright."""
    images = tuple(np.ascontiguousarray(image[: 640 * 3, : 362 * 3]) for image in frame.images)
    small = [image.reshape(640, 3, 362, 3, 3).mean((1, 3)).astype(np.uint8) for image in images]
    over = replace(frame, images=tuple(np.ascontiguousarray(image[::-1, ::-1]) for image in small), shrunk=3)
    upright = finder(replace(frame, images=tuple(small), shrunk=3)).views
    for one, other in zip(upright, finder(over, (2,) * 4).views, strict=True):
        np.testing.assert_allclose(other[..., 2], one[..., 2], atol=0.02)
        np.testing.assert_allclose(other[..., 0], 362 * 3 - 1 - one[..., 0], atol=1)
        np.testing.assert_allclose(other[..., 1], 640 * 3 - 1 - one[..., 1], atol=1)
