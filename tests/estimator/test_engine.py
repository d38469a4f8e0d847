"""The estimator on a network whose heatmaps are given: what is computed once, what again, and what a person holds."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from modules.core.config import load_config
from modules.core.errors import DeviceError
from modules.core.geometry import apply_affine, fit_scale, frame_to_network, project
from modules.core.room import rig_fingerprint
from modules.core.skeleton import NUM_JOINTS
from modules.core.types import Camera, FrameSet, Lod
from modules.estimator import engine
from modules.estimator.device import choose_device
from modules.estimator.engine import PoseEstimator
from modules.SelfPose3d.lib.models.multi_person_posenet_ssv import MultiPersonPoseNetSSV, Roots
from modules.SelfPose3d.lib.models.pose_refine_net import Refined

FRAME, NETWORK = (640, 512), (320, 256)
ROOTS = np.array([[0.0, 0.0, 900.0], [1200.0, 900.0, 900.0]])


def make_camera(number: int) -> Camera:
    angle = 0.3 + number * np.pi / 2
    center = np.array([3500 * np.cos(angle), 3500 * np.sin(angle), 1800.0])
    forward = np.array([0.0, 0.0, 900.0]) - center
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    R = np.stack([right, np.cross(forward, right), forward])
    return Camera(f"c{number}", *FRAME, 400.0, 400.0, 320.0, 256.0, R, center)


CAMERAS = tuple(make_camera(n) for n in range(4))


def prepare(frame: FrameSet, config) -> SimpleNamespace:
    """Views whose first pixel names the view; meta as the dataset gives it."""
    meta = []
    for camera in frame.cameras:
        values = {name: torch.tensor([getattr(camera, name)]) for name in ("fx", "fy", "cx", "cy")}
        values |= {"R": torch.tensor(camera.R_world_to_cam)[None], "T": torch.tensor(camera.center_world_mm).reshape(1, 3, 1)}
        values |= {"k": torch.zeros(1, 3, 1), "p": torch.zeros(1, 2, 1)}
        scale = torch.tensor(fit_scale(FRAME, NETWORK))[None]
        meta.append({"center": torch.tensor([[320.0, 256.0]]), "scale": scale, "rotation": torch.zeros(1), "camera": values})
    return SimpleNamespace(views=[torch.full((1, 3, 32, 32), float(n)) for n in range(len(meta))], meta=meta)


class GivenBackbone(nn.Module):
    """All 15 joints of both people at their roots; counts its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        affine = frame_to_network(FRAME, NETWORK)
        y, x = np.mgrid[: NETWORK[1] // 4, : NETWORK[0] // 4]
        maps = []
        for camera in CAMERAS:
            cells = apply_affine(project(ROOTS, camera)[0], affine) / 4
            maps.append(np.max([np.exp(-((x - u) ** 2 + (y - v) ** 2) / 8) for u, v in cells], 0))
        self.maps = torch.tensor(np.array(maps), dtype=torch.float32)[:, None].expand(-1, NUM_JOINTS, -1, -1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        return torch.cat([self.maps[int(n)][None] for n in images[:, 0, 0, 0]])


class Trusting(nn.Module):
    """A V2V that believes its input; counts the boxes it is given."""

    def __init__(self, single: bool = False) -> None:
        super().__init__()
        self.single, self.boxes = single, 0

    def forward(self, volume: torch.Tensor) -> torch.Tensor:
        self.boxes += len(volume)
        return volume.mean(1, keepdim=True) if self.single else volume


@pytest.fixture
def make_estimator(monkeypatch):
    def make_estimator(**overrides) -> PoseEstimator:
        values = {
            "NETWORK.IMAGE_SIZE": list(NETWORK),
            "NETWORK.HEATMAP_SIZE": [80, 64],
            "MULTI_PERSON.SPACE_SIZE": [4000.0, 4000.0, 2000.0],
            "MULTI_PERSON.SPACE_CENTER": [0.0, 0.0, 1000.0],
            "MULTI_PERSON.INITIAL_CUBE_SIZE": [40, 40, 20],
            "MULTI_PERSON.THRESHOLD": 0.6,
            "MULTI_PERSON.NMS_RADIUS_MM": 500.0,
            "PICT_STRUCT.CUBE_SIZE": [16, 16, 16],
            "FILTER.ANKLE_RANGE_MM": [0.0, 2000.0],
            "RUNTIME.DEVICE": "cpu",
            "RUNTIME.THREADS": 1,
            "RUNTIME.ENGINE": "torch",  # the networks here count their calls, which a compiled one would not
        }
        config = load_config(None, values | {key.replace("__", "."): value for key, value in overrides.items()})
        config = config.clone()
        config.defrost()
        config.MULTI_PERSON.KEEP = []  # the values above describe the room of the rig that RIG names, as a file's would
        config.freeze()

        def given_network(cfg, backbone=None):
            network = MultiPersonPoseNetSSV(GivenBackbone(), cfg).eval().requires_grad_(False)
            network.root_net.v2v_net, network.pose_net.v2v_net = Trusting(single=True), Trusting()
            return network

        monkeypatch.setattr(engine, "load_network", given_network)
        return PoseEstimator(config, prepare)

    return make_estimator


@pytest.fixture
def frame() -> FrameSet:
    rng = np.random.default_rng(0)
    images = tuple(rng.integers(0, 255, (FRAME[1], FRAME[0], 3), np.uint8) for _ in CAMERAS)
    return FrameSet(7, 0.25, images, CAMERAS)


def test_people_are_where_they_were_put(make_estimator, frame):
    estimator = make_estimator()
    result = estimator.refine(estimator.detect(frame), 0.0)
    assert (result.frame_index, result.time_s) == (7, 0.25)
    assert [p.lod for p in result.persons] == [Lod.FULL, Lod.FULL]
    for person in result.persons:
        root = ROOTS[np.linalg.norm(ROOTS - person.root_world_mm, axis=1).argmin()]
        assert np.linalg.norm(person.joints_world_mm - root, axis=1).max() < 100
        for view, camera in enumerate(CAMERAS):
            np.testing.assert_allclose(person.joints_px[view], project(person.joints_world_mm, camera)[0], atol=0.01)
    assert {"prepare", "backbone", "root_net", "pose_net", "reproject"} <= set(result.timings_ms)


def test_heatmaps_can_be_laid_over_the_frame(make_estimator, frame):
    estimator = make_estimator()
    result = estimator.refine(estimator.detect(frame), 0.0)
    cells = apply_affine(project(ROOTS[0], CAMERAS[2])[0], result.frame_to_heatmap[2])
    x, y = cells.round().astype(int)
    assert result.heatmaps[2, 4, y, x] > 0.9
    assert result.heatmaps.dtype == np.float16


def test_changing_the_distance_runs_the_pose_net_for_newcomers_alone(make_estimator, frame):
    estimator = make_estimator()
    backbone, pose = estimator.network.backbone, estimator.network.pose_net.v2v_net
    detection = estimator.detect(frame)
    near = estimator.refine(detection, 700.0)
    assert sorted(p.lod.value for p in near.persons) == ["full", "root_only"]
    assert (backbone.calls, pose.boxes) == (1, 1)
    everyone = estimator.refine(detection, 0.0)
    assert [p.lod for p in everyone.persons] == [Lod.FULL, Lod.FULL]
    assert (backbone.calls, pose.boxes) == (1, 2)
    again = estimator.refine(detection, 700.0)
    assert (backbone.calls, pose.boxes) == (1, 2)
    assert "pose_net" not in again.timings_ms
    assert [p.track_id for p in again.persons] == [p.track_id for p in near.persons]


def test_beyond_the_distance_there_is_a_root_and_nothing_else(make_estimator, frame):
    estimator = make_estimator()
    far = next(p for p in estimator.refine(estimator.detect(frame), 700.0).persons if p.lod is Lod.ROOT_ONLY)
    np.testing.assert_allclose(far.root_world_mm[:2], ROOTS[1, :2], atol=60)
    assert np.isnan(far.joints_world_mm).all()
    assert np.isnan(far.joints_px).all()
    assert np.isfinite(far.root_px).any()
    assert far.face_crops == ()


def test_ankle_rule_removes_a_person_for_good(make_estimator, frame):
    estimator = make_estimator(FILTER__ANKLE_RANGE_MM=[0.0, 120.0])
    assert estimator.refine(estimator.detect(frame), 0.0).persons == ()


def test_crops_are_copies_around_the_nose(make_estimator, frame):
    estimator = make_estimator(FACE__CROP_SIZE_PX=32)
    person = estimator.refine(estimator.detect(frame), 0.0).persons[0]
    x, y = person.joints_px[1, 1].round().astype(int)
    np.testing.assert_array_equal(person.face_crops[1], frame.images[1][y - 16 : y + 16, x - 16 : x + 16])
    assert person.face_crops[1].base is None


def test_results_hold_no_frame(make_estimator, frame):
    estimator = make_estimator()
    result = estimator.refine(estimator.detect(frame), 0.0)
    assert result.nbytes < frame.nbytes


def test_people_are_called_by_their_place_in_the_frame(make_estimator, frame):
    estimator = make_estimator()
    result = estimator.refine(estimator.detect(frame), 700.0)
    assert [(p.track_id, p.index) for p in result.persons] == [(1, 0), (2, 1)]
    assert result.found.states.tolist().count(0) == 1  # a take gets everyone, computed or not


def test_another_rig_gets_a_room_of_its_own(make_estimator, frame):
    estimator = make_estimator(MULTI_PERSON__RIG=rig_fingerprint(CAMERAS))
    estimator._given_config.defrost()
    estimator._given_config.MULTI_PERSON.KEEP = []  # as from a file: what is asked for by name is kept in any rig
    estimator.detect(frame)
    assert estimator.config.MULTI_PERSON.SPACE_SIZE == [4000.0, 4000.0, 2000.0]
    estimator.detect(FrameSet(0, 0.0, frame.images[:3], CAMERAS[:3]))
    assert pytest.approx([7000, 7000, 2400]) == estimator.config.MULTI_PERSON.SPACE_SIZE
    estimator.detect(frame)
    assert estimator.config.MULTI_PERSON.SPACE_SIZE == [4000.0, 4000.0, 2000.0]


def test_out_of_memory_falls_back_to_the_cpu_and_says_so(make_estimator, frame, monkeypatch):
    estimator = make_estimator()
    whole = estimator.network.heatmaps
    calls = []

    def out_of_memory_once(views):
        calls.append(1)
        if len(calls) == 1:
            raise torch.cuda.OutOfMemoryError
        return whole(views)

    monkeypatch.setattr(estimator.network, "heatmaps", out_of_memory_once)
    result = estimator.refine(estimator.detect(frame), 0.0)
    assert estimator.device.type == "cpu"
    assert len(result.persons) == 2
    assert "out of memory" in result.notes[0]


@pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA device is there, so asking for one is no error")
def test_cuda_without_a_device_is_an_error():
    with pytest.raises(DeviceError, match="cpu or auto"):
        choose_device("cuda")
    assert choose_device("auto").type == "cpu"


@pytest.mark.parametrize(("at_once", "distance"), [(1, 0.0), (2, 0.0), (3, 700.0)])
def test_a_whole_recording_gives_what_frame_by_frame_gives(make_estimator, frame, at_once, distance):
    frames = [FrameSet(n, n / 30, frame.images, CAMERAS) for n in range(7)]
    estimator = make_estimator(RUNTIME__PARALLEL_FRAMES=at_once)
    expected = [estimator.refine(estimator.detect(f), distance) for f in frames]
    found = list(estimator.results(iter(frames), distance))
    assert [f.index for f, _ in found] == list(range(7))
    for (given, result), other in zip(found, expected, strict=True):
        assert given is frames[result.frame_index]
        assert [p.track_id for p in result.persons] == [p.track_id for p in other.persons]
        assert [p.lod for p in result.persons] == [p.lod for p in other.persons]
        for ours, theirs in zip(result.persons, other.persons, strict=True):
            np.testing.assert_allclose(ours.joints_world_mm, theirs.joints_world_mm, atol=1e-2)
        assert {"prepare", "backbone", "root_net", "pose_net"} <= set(result.timings_ms)


def test_stopping_early_leaves_nothing_in_work(make_estimator, frame):
    estimator = make_estimator(RUNTIME__PARALLEL_FRAMES=2)
    results = estimator.results((FrameSet(n, 0.0, frame.images, CAMERAS) for n in range(50)), 0.0)
    next(results)
    results.close()
    calls = estimator.network.backbone.calls
    assert calls <= 4
    assert estimator.refine(estimator.detect(frame), 0.0).persons
    assert estimator.network.backbone.calls == calls + 1


def test_the_plain_loop_takes_one_frame_after_the_other(make_estimator):
    assert make_estimator(RUNTIME__PLAIN=True).frames_at_once == 1
    assert make_estimator(RUNTIME__THREADS=2).frames_at_once == 3
    estimator = make_estimator(RUNTIME__THREADS=2)
    estimator.device = torch.device("cuda")
    assert estimator.frames_at_once == engine.GPU_FRAMES


def test_the_float16_heatmaps_are_made_once(make_estimator, frame):
    estimator = make_estimator()
    detection = estimator.detect(frame)
    assert estimator.refine(detection, 700.0).heatmaps is estimator.refine(detection, 0.0).heatmaps


def test_each_pose_starts_from_the_pose_that_recognised_the_person(make_estimator, frame):
    estimator = make_estimator()
    centers = torch.tensor([[[0.0, 0, 900, 0, 1.0], [0.0, 0, 0, -1, 0.0], [1200.0, 900, 900, 0, 0.9]]])
    known = torch.stack([torch.full((NUM_JOINTS, 3), value) for value in (1.0, torch.nan, 3.0)])[None]
    given = []

    def settle(heatmaps, meta, joints, roots, starts, others):
        assert joints.shape == (len(roots), NUM_JOINTS, 3)
        given.append((roots[:, 0].tolist(), starts[:, 0, 0].tolist(), others[:, 0, 0].tolist()))
        joints = roots[:, None, :3].expand(-1, NUM_JOINTS, -1).clone()
        return Refined(joints, roots[:, 4], joints[:, :, :1].expand(-1, -1, 4).transpose(1, 2) + 1, joints + 2)

    recognised_by = torch.arange(3.0)[None, :, None, None].expand(1, 3, len(CAMERAS), NUM_JOINTS)
    estimator.network.roots = lambda heatmaps, meta: Roots(centers, known, recognised_by)
    estimator.network.settle = settle
    estimator.network.refine_net = torch.nn.Identity()
    detection = estimator.detect(frame)
    near = estimator.refine(detection, 500.0)
    everyone = estimator.refine(detection, 0.0)
    assert given == [([0.0], [1.0], [3.0]), ([1200.0], [3.0], [1.0])]  # and is told of everybody else
    assert near.found.view_trust[:, 0, 0].tolist() == [1.0, 2.0]  # of the pose, and of how the other was recognised
    assert everyone.found.view_trust[:, 3, 14].tolist() == [1.0, 1201.0]
    assert everyone.persons[1].joint_sd_mm[4].tolist() == [1202.0, 902.0, 902.0]
