"""The shipped backbone: its weights, its geometry, its drawn joints."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest
import torch

from modules.core.config import WEIGHTS_DIR
from modules.core.skeleton import COCO_OF_JOINT, MID_HIP, MIDPOINT_OF_JOINT, NECK, NUM_JOINTS
from modules.SelfPose3d.lib.core.checkpoint import load_weights
from modules.SelfPose3d.lib.models.movenet_multipose import DRAWN_SIGMA, MoveNetMultiPose

WEIGHTS = WEIGHTS_DIR / "movenet_multipose.safetensors"


@pytest.fixture(scope="module")
def movenet() -> MoveNetMultiPose:
    network = MoveNetMultiPose().eval().requires_grad_(False)
    load_weights(network, WEIGHTS)
    return network


def test_shipped_file_is_the_one_on_its_card():
    card = (WEIGHTS_DIR / "movenet_multipose.md").read_text(encoding="utf-8")
    assert hashlib.sha256(WEIGHTS.read_bytes()).hexdigest() in card


def test_heatmaps_are_a_quarter_and_within_0_and_1(movenet):
    found = movenet(torch.rand(2, 3, 64, 96) * 2 - 1)
    assert found.shape == (2, NUM_JOINTS, 16, 24)
    assert found.min() >= 0
    assert found.max() <= 1


def test_images_of_a_batch_do_not_touch(movenet):
    images = torch.rand(3, 3, 64, 64) * 2 - 1
    together = movenet(images)
    for n in range(3):
        torch.testing.assert_close(together[n : n + 1], movenet(images[n : n + 1]), rtol=1e-3, atol=1e-4)


def test_midpoints_are_drawn_between_the_decoded_joints(monkeypatch):
    """One person whose centre regresses exactly onto two keypoint peaks: the Gaussian stands between them."""
    keypoints = torch.zeros(1, 17, 32, 40)
    ends = {5: (10, 8), 6: (20, 8), 11: (12, 20), 12: (18, 22)}  # COCO shoulders and hips: (x, y)
    for joint, (x, y) in ends.items():
        keypoints[0, joint, y, x] = 0.8
    keypoints[0, 12, 22, 18] = 0.5
    center = torch.full((1, 1, 32, 40), -10.0)
    center[0, 0, 15, 15] = 5.0
    regress = torch.zeros(1, 17, 2, 32, 40)
    for joint, (x, y) in ends.items():
        regress[0, joint, :, 15, 15] = torch.tensor([y - 15.0, x - 15.0])
    drawn = MoveNetMultiPose().drawn_midpoints(center, regress[:, list(ends)].flatten(1, 2), keypoints[:, list(ends)])
    neck, hip = drawn[0]
    assert divmod(int(neck.argmax()), 40) == (8, 15)
    assert neck.max() == pytest.approx(0.8, abs=1e-4)
    assert divmod(int(hip.argmax()), 40) == (21, 15)
    assert hip.max() == pytest.approx(0.5, abs=1e-4)  # as high as the weaker hip
    assert neck[8, 17] / neck[8, 15] == pytest.approx(float(torch.exp(torch.tensor(-4 / (2 * DRAWN_SIGMA**2)))), abs=1e-3)


def test_nobody_means_no_drawn_joint(movenet):
    found = movenet(torch.zeros(1, 3, 128, 128))
    assert found[0, [NECK, MID_HIP]].max() < 0.05


def test_cell_i_stands_for_pixel_4i(movenet):
    """The published head's cell i stands for px 4 i + 2: ours is the published one on an image moved by 2 px."""
    torch.manual_seed(0)
    image = torch.rand(1, 3, 64, 96) * 2 - 1
    moved = torch.full_like(image, -1.0)
    moved[..., 2:, 2:] = image[..., :-2, :-2]
    published = movenet.raw_heads(moved)
    expected, found = torch.sigmoid(published["kpt_heatmap"]), movenet(image)
    for joint in set(range(NUM_JOINTS)) - set(MIDPOINT_OF_JOINT):
        torch.testing.assert_close(found[:, joint], expected[:, COCO_OF_JOINT[joint]])
    ends = [COCO_OF_JOINT[end] for pair in MIDPOINT_OF_JOINT.values() for end in pair]
    regress = published["kpt_regress"].unflatten(1, (17, 2))[:, ends].flatten(1, 2)
    drawn = movenet.drawn_midpoints(published["center"], regress, expected[:, ends])
    torch.testing.assert_close(found[:, list(MIDPOINT_OF_JOINT)], drawn)


REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "tools" / "tfjs2torch.py"
PACKAGE = Path(__file__).resolve().parents[2] / "data" / "movenet" / "movenet-multipose.json"


@pytest.mark.skipif(
    not (REFERENCE.is_file() and PACKAGE.is_file()),
    reason="needs ../shared/tools/tfjs2torch.py and the npm package's model unpacked in data/movenet",
)
def test_agrees_with_the_graph_of_the_package(movenet, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(REFERENCE.parent)])
    from tfjs2torch import TFJS

    root = "StatefulPartitionedCall/"
    heads = {"center": "center_0/conv2d_4", "kpt_heatmap": "kpt_heatmap_0/conv2d_7", "kpt_regress": "kpt_regress_0/conv2d_8"}
    reference = TFJS(str(PACKAGE), root + "sub_1", [f"{root}{name}/BiasAdd" for name in heads.values()])
    image = torch.rand(1, 3, 192, 320) * 2 - 1
    for expected, found in zip(reference(image), movenet.raw_heads(image).values(), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-3)
