"""The network's input: exact geometry, normalisation by hand, meta as the network reads it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from modules.core.config import load_config
from modules.core.geometry import apply_affine, frame_to_network
from modules.core.types import Camera, FrameSet
from modules.focus.dataset import FocusDataset
from modules.focus.prepare import letterbox, normalised_between, prepare
from modules.focus.recordings import open_recording


def config(**over):
    values = {"NETWORK.IMAGE_SIZE": [96, 64], "NETWORK.HEATMAP_SIZE": [24, 16]} | over
    return load_config(None, values)


def camera(width: int, height: int, name: str = "cam") -> Camera:
    R = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
    return Camera(
        name, width, height, 70.0, 71.0, 32.0, 24.0, R, np.array([10.0, -3000, 900]), np.array([0.1, 0.2, 0.3]), [0.4, 0.5]
    )


def frame_set(*images: np.ndarray) -> FrameSet:
    return FrameSet(0, 0.0, images, tuple(camera(image.shape[1], image.shape[0]) for image in images))


def blob(size: tuple[int, int], center: tuple[float, float], sigma: float) -> np.ndarray:
    """A Gaussian at (x, y), px, integer coordinates at pixel centres."""
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    value = 250 * np.exp(-((x - center[0]) ** 2 + (y - center[1]) ** 2) / (2 * sigma**2))
    return np.repeat(np.round(value).astype(np.uint8)[..., None], 3, axis=2)


def centroid(image: np.ndarray) -> np.ndarray:
    weight = image[..., 0].astype(float)
    y, x = np.mgrid[: weight.shape[0], : weight.shape[1]]
    return np.array([(weight * x).sum(), (weight * y).sum()]) / weight.sum()


@pytest.mark.parametrize(
    ("frame", "network"),
    [
        ((1088, 1920), (192, 320)),  # 1/6
        ((1920, 1080), (960, 512)),  # just under a half
        ((1080, 1920), (192, 320)),
        ((641, 479), (96, 64)),  # halves that leave a rest
        ((300, 200), (192, 128)),  # no averaging
        ((64, 48), (256, 256)),  # enlarged
    ],
)
def test_a_blob_lands_where_the_affine_says(frame, network):
    matrix = frame_to_network(frame, network)
    sigma = max(3.0, 3.0 / matrix[0, 0])
    for share in ((0.5, 0.5), (0.31, 0.68), (0.7, 0.27)):
        center = (share[0] * frame[0], share[1] * frame[1])
        found = centroid(letterbox(blob(frame, center, sigma), network))
        np.testing.assert_allclose(found, apply_affine(np.array(center), matrix), atol=0.1)


def test_fine_stripes_do_not_alias():
    stripes = np.zeros((960, 960, 3), np.uint8)
    stripes[:, ::2] = 200
    inside = letterbox(stripes, (96, 96))[4:-4, 4:-4]
    assert np.abs(inside.astype(int) - 100).max() <= 2


def test_the_frame_is_padded_with_black_and_not_stretched():
    boxed = letterbox(np.full((200, 100, 3), 255, np.uint8), (96, 64))
    # 100 x 200 → 32 x 64 in the middle of 96 x 64
    assert (boxed[:, :30] == 0).all()
    assert (boxed[:, 66:] == 0).all()
    assert (boxed[2:-2, 34:62] == 255).all()


def test_normalisation_is_the_backbones():
    colour = np.zeros((64, 96, 3), np.uint8)
    colour[:] = (255, 51, 0)
    views = prepare(frame_set(colour), config(BACKBONE_MODEL="pose_resnet")).views
    # (1 - 0.485) / 0.229, (0.2 - 0.456) / 0.224, (0 - 0.406) / 0.225
    np.testing.assert_allclose(views[0][0, :, 32, 48], [2.248908, -1.142857, -1.804444], atol=1e-5)
    bgr = prepare(frame_set(colour), config(BACKBONE_MODEL="pose_resnet", **{"DATASET.COLOR_RGB": False})).views
    # blue first, with the first figures: (0 - 0.485) / 0.229, …, (1 - 0.406) / 0.225
    np.testing.assert_allclose(bgr[0][0, :, 32, 48], [-2.117904, -1.142857, 2.64], atol=1e-5)
    movenet = prepare(frame_set(colour), config(BACKBONE_MODEL="movenet_multipose")).views
    np.testing.assert_allclose(movenet[0][0, :, 32, 48], [1.0, -0.6, -1.0], atol=1e-6)


@pytest.mark.parametrize("values", [{}, {"BACKBONE_MODEL": "pose_resnet", "DATASET.COLOR_RGB": False}])
def test_what_a_gpu_computes_of_the_bytes_is_the_same(values):
    rng = np.random.default_rng(4)
    images = tuple(rng.integers(0, 256, (64, 96, 3), np.uint8) for _ in range(2))
    cameras = tuple(Camera(f"c{n}", 96, 64, 80.0, 80.0, 48.0, 32.0, np.eye(3), np.zeros(3)) for n in range(2))
    made = prepare(FrameSet(0, 0.0, images, cameras), config(**values))
    table, order = made.tables
    found = normalised_between(torch.from_numpy(made.boxed), torch.from_numpy(table[[0, 255]]), order)
    torch.testing.assert_close(found, torch.cat(made.views), rtol=1e-5, atol=1e-5)
    channel = 0 if order[0] == 0 else 2
    assert found[1, 0, 5, 7].item() == pytest.approx(table[images[1][5, 7, channel], 0], abs=1e-5)


def test_views_are_slices_of_one_tensor_and_frames_may_differ_in_size():
    given = frame_set(np.zeros((48, 64, 3), np.uint8), np.full((100, 60, 3), 9, np.uint8))
    made = prepare(given, config())
    assert [view.shape for view in made.views] == [(1, 3, 64, 96)] * 2
    assert {view.dtype for view in made.views} == {torch.float32}
    assert made.views[0].untyped_storage().data_ptr() == made.views[1].untyped_storage().data_ptr()
    assert made.frames is given


def test_meta_has_centre_scale_and_camera():
    meta = prepare(frame_set(np.zeros((200, 100, 3), np.uint8)), config()).meta[0]
    assert meta["center"].tolist() == [[50.0, 100.0]]
    # padded to 96:64, so 300 x 200 px
    assert meta["scale"].tolist() == [[1.5, 1.0]]
    assert meta["rotation"].tolist() == [0.0]
    assert meta["frame_size"].tolist() == [[100.0, 200.0]]
    own = meta["camera"]
    assert {name: tuple(value.shape) for name, value in own.items()} == {
        "R": (1, 3, 3), "T": (1, 3, 1), "fx": (1,), "fy": (1,), "cx": (1,), "cy": (1,), "k": (1, 3, 1), "p": (1, 2, 1),
    }  # fmt: skip
    assert {value.dtype for value in own.values()} == {torch.float64}
    assert own["T"][0, :, 0].tolist() == [10.0, -3000.0, 900.0]  # the centre, not -R·centre
    assert own["k"][0, :, 0].tolist() == [0.1, 0.2, 0.3]
    assert own["p"][0, :, 0].tolist() == [0.4, 0.5]
    assert own["R"][0, 1].tolist() == [0.0, 0.0, -1.0]


def test_frames_of_the_same_cameras_share_their_meta_and_others_do_not():
    first = frame_set(np.zeros((64, 96, 3), np.uint8))
    shared = prepare(first, config()).meta[0]
    assert prepare(replace(first, index=7), config()).meta[0] is shared
    smaller = prepare(first, config(**{"NETWORK.IMAGE_SIZE": [64, 32], "NETWORK.HEATMAP_SIZE": [16, 8]})).meta[0]
    assert not torch.equal(smaller["scale"], shared["scale"])
    gone = prepare(replace(first, missing=(True,)), config()).meta[0]
    assert gone["frame_size"].tolist() == [[0, 0]]
    assert shared["frame_size"].tolist() == [[96, 64]]


def test_dataset_batches_what_prepare_gives_one_by_one(maker, tmp_path):
    maker.pose2sim(tmp_path, (6, 6))
    with open_recording(tmp_path) as recording:
        dataset = FocusDataset(recording, config())
        assert len(dataset) == 6
        batches = list(DataLoader(dataset, batch_size=2))
        assert len(batches) == 3
        frames, views, meta = batches[1]
        assert [frame.shape for frame in frames] == [(2, 48, 64, 3)] * 2
        assert [maker.number(frame.numpy()) for frame in frames[1]] == [2, 3]
        single = prepare(recording.read(3), config())
        for view in range(2):
            torch.testing.assert_close(views[view][1:], single.views[view])
            for name in ("center", "scale", "rotation", "frame_size"):
                torch.testing.assert_close(meta[view][name][1:], single.meta[view][name])
            for name, value in single.meta[view]["camera"].items():
                torch.testing.assert_close(meta[view]["camera"][name][1:], value)
        assert maker.number(dataset[-1][0][0]) == 5
        with pytest.raises(IndexError):
            dataset[6]
