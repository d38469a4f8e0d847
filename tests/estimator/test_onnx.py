"""A 2D network of the user's: what it answers becomes heatmaps, and joints beyond the skeleton are found in 3D."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch

from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.errors import CheckpointError, ConfigError, EngineError
from modules.core.geometry import apply_affine, frame_to_network, project
from modules.core.skeleton import JOINT_NAMES, MID_HIP, NECK, NUM_JOINTS
from modules.core.types import FrameSet
from modules.estimator.engine import PoseEstimator
from modules.estimator.onnx import backbone as onnx_backbone
from modules.estimator.onnx import decode
from modules.estimator.onnx.backbone import OnnxBackbone, boxes_of, crop_of
from modules.estimator.onnx.joint_sets import load_joint_set
from modules.focus.prepare import prepare
from modules.SelfPose3d.lib.core.build import load_backbone
from modules.SelfPose3d.lib.training.bodies import sample_people
from modules.SelfPose3d.lib.training.rigs import look_at

pytest.importorskip("onnx", reason="onnx has no wheel for this Python, and the models here are made with it")
from onnx_models import answering

NETWORK = (320, 256)
CELLS = (80, 64)
CAMERAS = tuple(
    look_at(f"c{n}", (640, 512), 420.0, np.array([3800 * np.cos(a), 3800 * np.sin(a), 1700.0]), np.array([0.0, 0, 900]))
    for n, a in enumerate((0.4, 2.0, 3.6, 5.1))
)
HALPE = load_joint_set("halpe26")


def config_of(path, **settings):
    values = {
        "BACKBONE_MODEL": "onnx", "WEIGHTS.BACKBONE": str(path), "ONNX.STD": [1.0, 1.0, 1.0], "ONNX.JOINTS": "halpe26",
        "NETWORK.IMAGE_SIZE": list(NETWORK), "NETWORK.HEATMAP_SIZE": list(CELLS), "MULTI_PERSON.RIG": "",
        "MULTI_PERSON.SPACE_SIZE": [5000.0, 5000.0, 2000.0], "MULTI_PERSON.SPACE_CENTER": [0.0, 0.0, 800.0],
        "MULTI_PERSON.INITIAL_CUBE_SIZE": [48, 48, 12], "RUNTIME.ENGINE": "torch", "RUNTIME.THREADS": 1,
        "RUNTIME.HALF_PRECISION": [],
    }  # fmt: skip
    return load_config(DEFAULT_CONFIG, values | {key.replace("__", "."): value for key, value in settings.items()})


def halpe_of(joints_mm):
    """[26, 3]: somebody's 26 joints, toes and heels 150 mm from the ankles, the face around the nose."""
    made = np.empty((26, 3))
    for n, name in enumerate(HALPE.names):
        if name in JOINT_NAMES:
            made[n] = joints_mm[JOINT_NAMES.index(name)]
        else:
            parent = joints_mm[HALPE.parents[HALPE.extra_names.index(name)]]
            made[n] = parent + np.array([150.0, 40.0 if "big" in name else -40.0, -60.0]) * (-1 if "heel" in name else 1)
    return made


@pytest.fixture(scope="module")
def person():
    body = sample_people(np.random.default_rng(5), 1).joints_mm[0]
    return halpe_of(body - body[MID_HIP] + np.array([200.0, -150.0, 950.0]))


@pytest.fixture(scope="module")
def cells(person):
    """float [V, 26, 2]: where each view sees the joints."""
    affine = frame_to_network((640, 512), NETWORK)
    return np.stack([apply_affine(project(person, camera)[0], affine) / 4 for camera in CAMERAS])


def frame_of_numbers():
    """View n is filled with n, which the models answer to."""
    return FrameSet(3, 0.1, tuple(np.full((512, 640, 3), n, np.uint8) for n in range(len(CAMERAS))), CAMERAS)


def gaussians(cells, sigma=1.1, peak=0.9, size=CELLS):
    """float [V, 26, h, w]."""
    x, y = np.arange(size[0]), np.arange(size[1])
    gx, gy = (np.exp(-0.5 * ((axis - cells[..., n, None]) / sigma) ** 2) for n, axis in enumerate((x, y)))
    return peak * gy[..., :, None] * gx[..., None, :]


def check_person(result, person):
    """One person, near the truth, with feet."""
    (found,) = result.persons
    truth = np.array([person[HALPE.names.index(name)] for name in JOINT_NAMES])
    assert np.median(np.linalg.norm(found.joints_world_mm - truth, axis=1)) < 40
    assert result.extra_names == HALPE.extra_names
    assert len(result.extra_names) == 11
    extra = person[list(HALPE.extra)]
    off = np.linalg.norm(found.extra_world_mm - extra, axis=1)
    assert np.median(off) < 20
    assert off.max() < 90
    np.testing.assert_allclose(found.extra_px[1], project(found.extra_world_mm, CAMERAS[1])[0], atol=0.05)


def test_heatmaps_of_26_joints_become_a_person_with_feet(tmp_path, person, cells):
    path = answering(tmp_path / "maps.onnx", {"maps": gaussians(cells)}, NETWORK)
    estimator = PoseEstimator(config_of(path), prepare)
    check_person(estimator.refine(estimator.detect(frame_of_numbers()), 0.0), person)


def test_people_of_a_one_pass_network_become_the_same(tmp_path, person, cells):
    keypoints = np.concatenate((cells * 4, np.full((*cells.shape[:2], 1), 0.9)), -1)[:, None]
    nobody = np.zeros_like(keypoints)
    boxes = np.tile([0, 0, 100, 100, 0.95], (len(cells), 2, 1))
    boxes[:, 1, 4] = 0.0
    path = answering(tmp_path / "people.onnx", {"dets": boxes, "keypoints": np.concatenate((keypoints, nobody), 1)})
    estimator = PoseEstimator(config_of(path, ONNX__KIND="people"), prepare)
    check_person(estimator.refine(estimator.detect(frame_of_numbers()), 0.0), person)


@pytest.mark.parametrize("kind", ["crop_simcc", "crop_heatmaps"])
def test_a_crop_network_says_where_joints_are_in_the_frame(tmp_path, monkeypatch, kind):
    """The model always sees joint n at the same place of its crop; the box says where that is in the frame."""
    at = np.stack((np.linspace(20, 170, 17), np.linspace(30, 220, 17)), 1).round()
    if kind == "crop_simcc":
        outputs = {name: np.zeros((1, 17, 2 * side), np.float32) for name, side in (("x", 192), ("y", 256))}
        for n, (x, y) in enumerate(at.astype(int)):
            outputs["x"][0, n, 2 * x], outputs["y"][0, n, 2 * y] = 0.8, 0.9
    else:
        small = at * (np.array([47, 63]) / np.array([191, 255]))
        outputs = {"maps": gaussians(small[None], 2.0, 0.8, (48, 64)).astype(np.float32)}
    path = answering(tmp_path / "crop.onnx", outputs, (192, 256))
    backbone = OnnxBackbone(config_of(path, ONNX__KIND=kind, ONNX__JOINTS="coco17"), 1)
    box = np.array([100.0, 60, 148, 204])  # network px: 48 wide, 144 high; the frame is twice as large
    people = torch.zeros(1, 2, 52)
    people[0, 0, 0] = 0.9
    people[0, 0, 1:] = torch.tensor(np.stack((*np.tile(box.reshape(2, 2), (9, 1))[:17].T, np.full(17, 0.7)), 1).flatten())
    monkeypatch.setattr(backbone._detector[0], "people", lambda images: people)
    maps = backbone.of_frames([np.zeros((512, 640, 3), np.uint8)], torch.zeros(1, 3, *reversed(NETWORK)))[0]
    assert maps.shape == (NUM_JOINTS + 4, *reversed(CELLS))
    # 1.25 times 144 px high, and as wide as its shape asks: the crop's middle pixels are the box's middle
    zoom = 144 * 1.25 / 256
    expected = (np.array([124.0, 132]) + (at - np.array([95.5, 127.5])) * zoom) / 4
    for joint, channel in load_joint_set("coco17").of_joint.items():
        places, values = decode.peaks_of(maps[joint : joint + 1].numpy(), 1)
        np.testing.assert_allclose(places[0, 0], expected[channel], atol=0.35)
        assert values[0, 0] == pytest.approx(0.8, abs=0.15)


def test_the_exported_movenet_gives_the_poses_of_the_built_in_one(tmp_path):
    built_in = load_config(DEFAULT_CONFIG, {"RUNTIME.ENGINE": "torch", "RUNTIME.THREADS": 1, "NETWORK.IMAGE_SIZE": [96, 160],
                                            "NETWORK.HEATMAP_SIZE": [24, 40]})  # fmt: skip
    network = load_backbone(built_in)
    path = tmp_path / "movenet.onnx"
    torch.manual_seed(2)
    image = torch.rand(1, 3, 160, 96) * 2 - 1
    torch.onnx.export(network, (image,), str(path), dynamo=False, opset_version=17, input_names=["image"])
    own = load_config(DEFAULT_CONFIG, {
        "BACKBONE_MODEL": "onnx", "WEIGHTS.BACKBONE": str(path), "ONNX.JOINTS": "skeleton15", "NETWORK.IMAGE_SIZE": [96, 160],
        "NETWORK.HEATMAP_SIZE": [24, 40], "ONNX.MEAN": [127.5] * 3, "ONNX.STD": [127.5] * 3,
    })  # fmt: skip
    with torch.inference_mode():
        expected = network(image)
        assert expected.max() > 0.05
        torch.testing.assert_close(OnnxBackbone(own, 1)(image), expected, atol=1e-3, rtol=0)


def test_a_joint_between_two_others_is_drawn_where_the_set_lacks_it():
    joints = load_joint_set("coco17")
    keypoints = np.zeros((2, 17, 3))
    keypoints[..., 2] = 0.9
    keypoints[0, :, :2], keypoints[1, :, :2] = [80, 100], [200, 100]
    keypoints[0, joints.of_joint[3], 0], keypoints[0, joints.of_joint[9], 0] = 96, 64
    keypoints[0, joints.of_joint[9], 2] = 0.5
    keypoints[0, 0, :2], keypoints[0, 16, :2] = [80, 20], [80, 220]
    maps = decode.drawn(keypoints, joints, (64, 80), 4)
    places, values = decode.peaks_of(maps[[NECK]], 2)
    by_x = np.argsort(places[0, :, 0])
    np.testing.assert_allclose(places[0, by_x], [[20, 25], [50, 25]], atol=0.01)
    np.testing.assert_allclose(values[0, by_x], [0.5, 0.9], atol=0.01)
    # as wide as the nets were trained for: 0.75 cells and 0.015 of the person's size in cells
    sigma = 0.75 + 0.015 * np.hypot(32, 200) / 4
    assert maps[NECK, 27, 20] == pytest.approx(0.5 * np.exp(-0.5 * (2 / sigma) ** 2), rel=1e-3)


def test_middles_of_peaks_without_people_pair_nearest_with_nearest():
    peaks = gaussians(np.array([[[10.0, 30], [14.0, 30]], [[50.0, 31], [45.0, 31]]]))
    out = np.zeros(CELLS[::-1])
    decode.midpoints(peaks[0, 0] + peaks[1, 0], peaks[0, 1] + peaks[1, 1], out)
    places, values = decode.peaks_of(out[None], 3)
    assert sorted(np.round(places[0, :2], 1).tolist()) == [[12.0, 30.0], [47.5, 31.0]]
    assert values[0, 2] < 0.02


def test_boxes_go_around_sure_keypoints_and_each_person_once():
    people = np.zeros((3, 52))
    people[:, 0] = [0.9, 0.8, 0.05]
    for row in people:
        row[1:] = np.stack((np.linspace(10, 50, 17), np.linspace(20, 120, 17), np.full(17, 0.6)), 1).flatten()
    people[0, 3] = 0.01  # its first keypoint is a guess
    boxes = boxes_of(people)
    np.testing.assert_allclose(boxes, [[12.5, 26.25, 50, 120]])


def test_a_crop_at_the_frames_border_is_black_outside():
    frame = np.full((100, 200, 3), 50, np.uint8)
    frame[:, 100:] = 200
    crop, corner, step = crop_of(frame, np.array([0.0, 50.0]), np.array([60.0, 80.0]), (96, 128))
    assert crop.shape == (3, 128, 96)
    np.testing.assert_allclose(step, [0.79, 0.79], atol=0.02)
    assert (crop[:, :, :45] == 0).all()
    assert (crop[:, 20:100, 52:] == 50).all()
    np.testing.assert_allclose(corner, [-38, 0], atol=1)


@pytest.mark.parametrize(("kind", "outputs"), [
    ("heatmaps", {"maps": np.zeros((1, 17, 8, 8))}), ("people", {"maps": np.zeros((1, 26, 8, 8))}),
    ("crop_simcc", {"x": np.zeros((1, 26, 10))}),
])  # fmt: skip
def test_outputs_of_another_kind_are_refused_by_name(tmp_path, kind, outputs):
    path = answering(tmp_path / "wrong.onnx", outputs)
    with pytest.raises(CheckpointError, match=r"ONNX\.KIND"):
        OnnxBackbone(config_of(path, ONNX__KIND=kind), 1)


def test_a_model_of_another_size_and_a_file_that_is_none_are_refused(tmp_path):
    path = answering(tmp_path / "small.onnx", {"maps": np.zeros((1, 26, 8, 8))}, (192, 256))
    with pytest.raises(EngineError, match="192x256, not 320x256"):
        OnnxBackbone(config_of(path), 1)
    path.write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match=r"small\.onnx"):
        OnnxBackbone(config_of(path), 1)
    with pytest.raises(CheckpointError, match=r"WEIGHTS\.BACKBONE"):
        OnnxBackbone(config_of(""), 1)


def test_without_openvino_there_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_backbone, "OnnxModel", onnx_backbone.OnnxModel)
    monkeypatch.setitem(sys.modules, "openvino", None)
    from modules.estimator import compiled

    compiled.openvino_core.cache_clear()
    with pytest.raises(EngineError, match="OpenVINO can't be used"):
        OnnxBackbone(config_of(tmp_path / "any.onnx"), 1)
    compiled.openvino_core.cache_clear()


def test_joint_sets_are_checked(tmp_path):
    assert [len(load_joint_set(name).names) for name in ("coco17", "halpe26", "wholebody133")] == [17, 26, 133]
    whole = load_joint_set("wholebody133")
    hanging = dict(zip(whole.extra_names, (JOINT_NAMES[p] for p in whole.parents), strict=True))
    assert hanging["left_hand_3"] == "left_wrist"
    assert hanging["right_heel"] == "right_ankle"
    assert hanging["face_30"] == "nose"
    with pytest.raises(ConfigError, match="coco17"):
        load_joint_set("nonesuch")
    file = tmp_path / "mine.yaml"
    file.write_text("names: [nose, left_shoulder]")
    with pytest.raises(ConfigError, match="left_elbow"):
        load_joint_set(str(file))
    file.write_text("names: [nose, nose]")
    with pytest.raises(ConfigError, match="once"):
        load_joint_set(str(file))
