"""Everyone looked at again in a crop: nearer to the reference, in the same px, nobody taken for somebody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from modules import composition
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.geometry import apply_affine, frame_to_network
from modules.core.people2d import People2D
from modules.core.skeleton import BODY_JOINTS, COCO_OF_JOINT
from modules.core.types import FrameSet
from modules.estimator.second_look import CROP_PX, SecondLook, box_of

REFERENCE = Path(__file__).resolve().parents[2] / "modules/evaluation/data/pose2sim_multi_reference.npz"
BODY = [COCO_OF_JOINT[joint] for joint in BODY_JOINTS]


@pytest.fixture(scope="module")
def config():
    return load_config(DEFAULT_CONFIG, {"RUNTIME.THREADS": 1})


@pytest.fixture(scope="module")
def sharp(config):
    return composition.make_sharp_finder(config)


@pytest.fixture(scope="module")
def frame(demo_dir):
    source = composition.open_source(load_config(DEFAULT_CONFIG, {"SOURCE.PATH": str(demo_dir)}))
    yield source.read(20)
    source.close()


def off_px(found):
    """Median distance from the reference's keypoints, of the athlete and the woman in all views."""
    truth = np.load(REFERENCE)["kpts"][20][:, :2, BODY]
    off = []
    for view, people in enumerate(found.views):
        for person in range(2):
            apart = np.linalg.norm(people[:, BODY, :2] - truth[view, person, :, :2], axis=-1)
            off.append(apart[np.nanmedian(apart, axis=1).argmin()])
    return float(np.nanmedian(np.concatenate(off)))


def test_the_second_look_is_nearer_to_the_reference_than_the_first(config, sharp, frame):
    assert off_px(sharp(frame)) < 0.9 * off_px(composition.make_people_finder(config)(frame))


def test_a_view_on_its_side_gives_the_same_people(sharp, frame):
    on_side = replace(frame, images=tuple(np.ascontiguousarray(np.rot90(image)) for image in frame.images))  # anticlockwise
    width = frame.images[0].shape[1]
    for as_is, turned in zip(sharp(frame).views, sharp(on_side, (1, 1, 1, 1)).views, strict=True):
        moved = np.stack((as_is[..., 1], width - 1 - as_is[..., 0]), -1)  # (x, y) → (y, W - 1 - x)
        sure = as_is[..., 2] > 0.3
        off = np.abs(turned[..., :2] - moved)[sure]  # not 0: a crop's corner is a whole px
        assert np.percentile(off, 90) < 8.0  # and a heatmap's cell is a dozen
        assert np.median(off) < 1.0


class Played:
    """A finder whose first look is given, and what it sees in each crop, in the crop's px."""

    def __init__(self, first, in_crops):
        self.first, self.in_crops, self.crops = first, in_crops, []

    def __call__(self, frame, turns=None):
        return People2D(frame.index, frame.time_s, tuple(self.first))

    def decode(self, images, size):
        self.crops += images
        assert size == (CROP_PX, CROP_PX)
        return [np.array(people, float).reshape(-1, 17, 3) for people in self.in_crops]


def person(x, y, tall, confidence=0.9):
    ys = np.linspace(y, y + tall, 17)
    return np.stack((np.full(17, float(x)), ys, np.full(17, confidence)), -1)


def look(first, in_crops, shrunk=1):
    images = (np.full((400, 300, 3), 7, np.uint8),)
    frame = FrameSet(0, 0.0, images, (SimpleNamespace(name="a", width_px=300 * shrunk, height_px=400 * shrunk),), shrunk=shrunk)
    played = Played([np.array(first, np.float32).reshape(-1, 17, 3)], in_crops)
    return SecondLook(played)(frame).views[0], played


def in_crop_of(keypoints, box):
    """Keypoints of a frame as a network's image of the crop has them."""
    corner, side = box
    affine = frame_to_network((side, side), (CROP_PX, CROP_PX))
    return np.concatenate([apply_affine(keypoints[:, :2] - corner, affine), keypoints[:, 2:]], 1)


@pytest.mark.parametrize("shrunk", [1, 2])
def test_what_is_seen_in_the_crop_is_carried_back_into_the_frame(shrunk):
    in_image, better = person(150, 100, 200), person(153, 104, 200, confidence=0.5)
    first = np.concatenate([in_image[:, :2] * shrunk + (shrunk - 1) / 2, in_image[:, 2:]], 1)  # a px is a block's middle
    found, played = look([first], [[in_crop_of(better, box_of(in_image))]], shrunk)
    np.testing.assert_allclose(found[0, :, :2], better[:, :2] * shrunk + (shrunk - 1) / 2, atol=1e-3)
    np.testing.assert_allclose(found[0, :, 2], 0.5)
    assert played.crops[0].shape == (266, 266, 3)  # a third larger than 200


def test_who_is_not_found_again_stays_as_first_seen():
    first = person(150, 100, 200)
    for in_crop in ([], [person(20, 10, 100)]):
        found, _ = look([first], [in_crop])
        np.testing.assert_allclose(found[0], first, atol=1e-4)


def test_two_people_don_t_become_one():
    """The second person's crop shows nobody nearer than the first person, who is there already."""
    one, other = person(150, 100, 200), person(165, 100, 200)
    found, _ = look([one, other], [[], [in_crop_of(one, box_of(other))]])
    np.testing.assert_allclose(found[1], other, atol=1e-4)


def test_a_person_of_whom_hardly_anything_is_sure_has_no_box():
    assert box_of(person(0, 0, 90, confidence=0.05)) is None
