"""The full-size model's timing: all networks run, and the scene's people go on."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from evaluation.evaluation_fakes import make_result

from modules.core.protocols import Estimator
from modules.core.skeleton import MID_HIP
from modules.evaluation.speed.full_size import PICTURES, Pictures, main, told
from modules.evaluation.speed.scaling import ring, scene_with

SIZE = (192, 128)


class CountingEstimator(Estimator):
    """A network that finds nothing; notes what it was asked and what it hands on."""

    def __init__(self) -> None:
        self.device, self.asked, self.went_on = torch.device("cpu"), [], []
        self.network = SimpleNamespace(
            heatmaps=lambda views: self.asked.append("heatmaps"), roots=lambda maps, meta: self.asked.append("roots")
        )

    def detect(self, frame):
        maps = self.network.heatmaps(frame.images)
        self.went_on.append((maps, self.network.roots(maps, None)))
        return frame

    def refine(self, detection, lod_distance_mm):
        return make_result(index=detection.index)


def test_networks_run_and_the_scene_goes_on():
    cameras = ring(5, SIZE, 1)
    scene = scene_with(4, cameras, SIZE)
    estimator = told(CountingEstimator(), scene)
    estimator.detect(Pictures(cameras, 3).read(0))
    assert estimator.asked == ["heatmaps", "roots"]
    maps, roots = estimator.went_on[0]
    assert [tuple(view.shape) for view in maps] == [(1, 15, 32, 48)] * 5
    np.testing.assert_array_equal(roots.grid_centers[0, :, :3], scene.joints_world_mm[:, MID_HIP])
    assert (roots.grid_centers[0, :, 3] == 0).all()


def test_pictures_come_again_and_have_the_networks_size():
    pictures = Pictures(ring(5, SIZE, 1), 20)
    assert len(pictures) == 20
    assert pictures.info.sizes_px == (SIZE,) * 5
    assert pictures.read(1).images[0].shape == (128, 192, 3)
    assert not np.array_equal(pictures.read(0).images[0], pictures.read(1).images[0])
    assert pictures.read(PICTURES).images[0] is pictures.read(0).images[0]


def test_the_command_writes_what_it_prints(tmp_path, capsys):
    weights = tmp_path / "any.safetensors"
    weights.write_bytes(b"")  # named, so that none are drawn
    made = []

    def make_estimator(config):
        made.append(CountingEstimator())
        return made[-1]

    size = ["--set", f"NETWORK.IMAGE_SIZE={list(SIZE)}", "--set", "NETWORK.HEATMAP_SIZE=[48,32]"]
    rounds = ["--frames", "4", "--rounds", "2", "--out", str(tmp_path), "--set", f"WEIGHTS.ALL={weights}"]
    assert main([*rounds, *size], None, make_estimator) == 0
    shown, told_too = capsys.readouterr()
    assert "three loops of 11 frames on the CPU" in told_too
    figures = json.loads((tmp_path / "full_size.json").read_text())["full_size"]
    rate = figures["whole recording"]["frames_per_second"]
    assert rate == pytest.approx(1000 / figures["whole recording"]["frame_ms"]["median"])
    assert "| ≥ 60 |" in shown
    assert [len(estimator.went_on) for estimator in made] == [2 * (3 + 2 * 4), 3 + 2 * 4]  # two ways of the product, one plain
