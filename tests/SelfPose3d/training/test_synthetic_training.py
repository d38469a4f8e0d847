import json

import numpy as np
import pytest
import torch
from safetensors import safe_open

from modules.core.errors import CheckpointError, ConfigError, UserError
from modules.core.geometry import fit_scale
from modules.core.skeleton import MID_HIP
from modules.evaluation.accuracy.voxel import VoxelNets
from modules.SelfPose3d.lib.models.pose_regression_net import PoseRegressionNet
from modules.SelfPose3d.lib.models.project_layer import ProjectLayer
from modules.SelfPose3d.lib.training import tasks
from modules.SelfPose3d.lib.training import train as training
from modules.SelfPose3d.lib.training.batches import Batches, any_noise, pose_samples, root_sample
from modules.SelfPose3d.lib.training.heatmaps import CLEAN, Noise
from modules.SelfPose3d.lib.training.objectives import SoftArgmax, find_roots, judge_root, pose_loss
from modules.SelfPose3d.lib.training.runs import Run, load_weights, parse_setting, published_rigs
from modules.SelfPose3d.lib.training.scenes import sample_scene
from modules.SelfPose3d.lib.training.settings import load_training_config
from modules.SelfPose3d.lib.training.show_scene import main as show_scene
from modules.SelfPose3d.lib.training.tasks import TASKS
from modules.SelfPose3d.lib.training.volumes import sample_volumes

TINY = {
    "PICT_STRUCT.CUBE_SIZE": [8, 8, 8],
    "POSE_V2V.CHANNELS": [8, 8, 8, 8],
    "POSE_V2V.FRONT_KERNEL": 3,
    "POSE_V2V.RESIDUAL": True,
    "POSE_V2V.CENTER": 0.4,
    "ROOT_V2V.CHANNELS": [4, 4, 4, 4],
    "ROOT_V2V.FRONT_KERNEL": 3,
    "MULTI_PERSON.INITIAL_CUBE_SIZE": [16, 16, 8],
    "NETWORK.BETA": 50.0,
    "PROJECTION.MIN_VIEWS": 2,
    "FIT.POSE.BATCH": 2,
    "FIT.ROOT.BATCH": 1,
    "FIT.VALIDATE_STEPS": 2,
    "FIT.VALIDATION_SCENES": 1,
    "FIT.WARM_UP": 1,
    "FIT.POSE.STEPS": 4,
    "FIT.ROOT.STEPS": 2,
    "FIT.REFINE.STEPS": 2,
    "FIT.REFINE.BATCH": 2,
    "FIT.REFINE.STARTS": 3,
    "REFINE.CHANNELS": [8, 8],
    "REFINE.BLOCKS": 1,
    "REFINE.STAGES": 2,
}


def tiny(**changes):
    return load_training_config(None, {**TINY, **{name.replace("__", "."): value for name, value in changes.items()}})


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def task(net, config):
    return TASKS[net](config, torch.device("cpu"))


def view_meta(camera, network_size):
    def column(values):
        return torch.tensor(np.asarray(values), dtype=torch.float32)[None]

    size = (camera.width_px, camera.height_px)
    numbers = {name: column(getattr(camera, name)) for name in ("fx", "fy", "cx", "cy")}
    arrays = {"R": camera.R_world_to_cam, "T": camera.center_world_mm[:, None], "k": camera.k[:, None], "p": camera.p[:, None]}
    return {
        "center": column([size[0] / 2, size[1] / 2]), "scale": column(fit_scale(size, network_size)),
        "rotation": torch.zeros(1),
        "camera": {**numbers, **{name: column(value) for name, value in arrays.items()}},
    }  # fmt: skip


@pytest.mark.parametrize("rig", ["campus", "panoptic_5hd"])
def test_volume_sampler_agrees_with_the_project_layer(rig):
    scene = sample_scene(np.random.default_rng(5), Noise(), published_rigs()[rig], 320, people=3)
    width, height = scene.network_size
    config = tiny(NETWORK__IMAGE_SIZE=[width, height], NETWORK__HEATMAP_SIZE=[width // 4, height // 4])
    centers = torch.from_numpy(scene.joints_world_mm[:, MID_HIP] + np.float32(37))
    size, counts = [2000.0, 1800.0, 2200.0], [12, 8, 16]
    ours = sample_volumes(scene.heatmaps, scene.cameras, scene.network_size, centers, size, counts, 2)
    metas = [view_meta(camera, scene.network_size) for camera in scene.cameras]
    with torch.inference_mode():
        for center, volume in zip(centers, ours, strict=True):
            theirs, _ = ProjectLayer(config)([h[None] for h in scene.heatmaps], metas, size, center[None], counts)
            assert volume.max() > 0.2
            torch.testing.assert_close(volume, theirs[0], atol=2e-4, rtol=0)


def test_the_trained_net_is_the_networks_own(tmp_path):
    """Exported weights load strictly into PoseRegressionNet, and its joints are what the training's loss saw."""
    config = tiny(FIT__POSE__STEPS=2)
    training.train("pose", config, tmp_path)
    with safe_open(tmp_path / "best.safetensors", "pt") as file:
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
        metadata = file.metadata()
    assert metadata["steps"] == "2"
    assert json.loads(metadata["config"])["POSE_V2V.CHANNELS"] == [8, 8, 8, 8]
    scene = sample_scene(np.random.default_rng(5), CLEAN, published_rigs()["shelf"], 320, people=2)
    width, height = scene.network_size
    sized = tiny(NETWORK__IMAGE_SIZE=[width, height], NETWORK__HEATMAP_SIZE=[width // 4, height // 4])
    net = PoseRegressionNet(sized).eval()
    net.load_state_dict(weights)
    v2v = task("pose", config).build().eval()
    v2v.load_state_dict(load_weights(tmp_path / "best.safetensors", "v2v_net."))
    centers = torch.from_numpy(scene.joints_world_mm[:, MID_HIP])
    box = config.PICT_STRUCT
    with torch.inference_mode():
        volumes = sample_volumes(scene.heatmaps, scene.cameras, scene.network_size, centers, box.GRID_SIZE, box.CUBE_SIZE, 2)
        ours = SoftArgmax(box.GRID_SIZE, box.CUBE_SIZE, 50.0)(v2v(volumes)) + centers[:, None]
        metas = [view_meta(camera, scene.network_size) for camera in scene.cameras]
        theirs = net([h[None] for h in scene.heatmaps], metas, centers[None])[0]
    torch.testing.assert_close(ours, theirs, atol=1.0, rtol=0)


def test_a_resumed_run_is_the_uninterrupted_run(tmp_path):
    training.train("pose", tiny(), tmp_path / "whole")
    # the schedule looks at the configured steps, so the interruption is a stop, not a shorter run
    halted = training.Trainer("pose", tiny(), "cpu")
    run = Run(tmp_path / "parts", "pose", tiny())
    batches = Batches(task("pose", tiny()), tiny().FIT.SEED)
    for index in range(2):
        halted.train_step(batches[index])
    run.save(halted.state())
    training.train("pose", tiny(), tmp_path / "parts", resume=True)
    whole, parts = (torch.load(tmp_path / name / "checkpoint.pt", weights_only=True) for name in ("whole", "parts"))
    assert whole["step"] == parts["step"] == 4
    for part in ("model", "averaged"):
        for name, value in whole[part].items():
            torch.testing.assert_close(value, parts[part][name], atol=1e-6, rtol=1e-5, msg=name)


def test_a_second_run_does_not_overwrite_the_first(tmp_path):
    training.train("root", tiny(), tmp_path)
    with pytest.raises(UserError, match="--resume"):
        training.train("root", tiny(), tmp_path)
    with pytest.raises(CheckpointError, match="root net"):
        training.train("pose", tiny(), tmp_path, resume=True)


def test_a_damaged_checkpoint_is_refused(tmp_path):
    (tmp_path / "checkpoint.pt").write_bytes(b"not a checkpoint")
    with pytest.raises(CheckpointError, match="Can't resume"):
        training.train("root", tiny(), tmp_path, resume=True)


def test_a_short_training_reduces_the_loss():
    config = tiny(FIT__POSE__STEPS=40, FIT__POSE__LEARNING_RATE=5e-3)
    trainer = training.Trainer("pose", config, "cpu")
    batch = Batches(task("pose", config), 3)[0]
    losses = [trainer.train_step(batch)["loss"] for _ in range(25)]
    assert losses[-1] < 0.7 * losses[0]


@pytest.mark.parametrize("net", sorted(TASKS))
def test_fine_tuning_draws_scenes_in_the_given_rig_alone(net, monkeypatch):
    cameras = published_rigs()["shelf"]
    seen = []

    def draw(rng, noise, rig=None, **rest):
        seen.append(rig)
        return sample_scene(rng, noise, rig, **rest)

    monkeypatch.setattr(tasks, "sample_scene", draw)
    batches = Batches(task(net, tiny()), 1, cameras)
    for index in range(2):
        batches[index]
    assert seen
    assert all(rig == cameras for rig in seen)


def test_batches_depend_on_seed_and_number_alone():
    config = tiny()
    first = Batches(task("pose", config), 1)
    later = first[5]["volumes"]
    assert torch.equal(Batches(task("pose", config), 1)[5]["volumes"], later)
    assert not torch.equal(Batches(task("pose", config), 2)[5]["volumes"], later)


def test_training_sees_good_heatmaps_too():
    drawn = [any_noise(np.random.default_rng(seed)) for seed in range(60)]
    usual = sum(noise == Noise() for noise in drawn)
    assert 30 <= usual <= 50
    assert min(noise.offset for noise in drawn) < 0.2
    assert all(noise.occlusion and noise.miss <= Noise().miss for noise in drawn)


def test_soft_argmax_and_loss_of_a_perfect_volume():
    locate = SoftArgmax([2000.0] * 3, [9, 9, 9], 100.0)  # 250 mm pitch
    volume = torch.zeros(1, 1, 9, 9, 9)
    volume[0, 0, 6, 4, 1] = 1.0
    found = locate(volume)
    torch.testing.assert_close(found[0, 0], torch.tensor([500.0, 0.0, -750.0]), atol=0.01, rtol=0)
    batch = {"joints": torch.tensor([[[500.0, 0.0, -730.0]]]), "weights": torch.ones(1, 1)}
    loss, error = pose_loss(volume, batch, locate, 0.0)
    assert error.item() == pytest.approx(20, abs=0.01)
    assert loss.item() == pytest.approx(0.5 * 20**2 / 30 / 100, abs=1e-3)  # the square part of smooth L1


def test_root_target_peaks_at_the_roots_and_their_peaks_are_found():
    scene = sample_scene(np.random.default_rng(21), CLEAN, published_rigs()["panoptic_5hd"], 320, people=3)
    sample = root_sample(tiny(MULTI_PERSON__INITIAL_CUBE_SIZE=[48, 48, 16]), scene)
    found = find_roots(sample["targets"][0, 0], sample["offsets"], 0.3, 10)
    distance = torch.cdist(found, sample["roots"])
    assert len(found) == len(scene.joints_world_mm) == 3
    assert distance.amin(0).max() < 150


def test_a_dilated_root_volume_is_the_products_and_keeps_peaks_between_voxels():
    """Cells of 30 mm, voxels of 200 to 550: most peaks lie between voxels' centres."""
    scene = sample_scene(np.random.default_rng(8), CLEAN, published_rigs()["panoptic_5hd"], 512, people=4)
    keys = {"MULTI_PERSON__INITIAL_CUBE_SIZE": [20, 20, 8], "NETWORK__ROOTNET_ROOTHM": True}
    wide = root_sample(tiny(ROOT_V2V__DILATE=True, **keys), scene)
    narrow = root_sample(tiny(**keys), scene)
    nearest = torch.cdist(wide["offsets"], wide["roots"]).argmin(0)
    at_roots = [sample["volumes"].flatten()[nearest].mean() for sample in (wide, narrow)]
    assert at_roots[0] > 1.2 * at_roots[1]

    nets = VoxelNets(tiny(ROOT_V2V__DILATE=True, **keys), learned=())
    nets.enter(scene.network_size, scene.space_center_mm, scene.space_size_mm)
    meta = [view_meta(camera, scene.network_size) for camera in scene.cameras]
    cubes, _ = nets.root_net(list(scene.heatmaps[:, None]), meta)
    torch.testing.assert_close(cubes[0], wide["volumes"][0, 0], atol=2e-3, rtol=0)


def test_judging_roots_counts_misses_and_ghosts():
    """A net that returns a prepared volume: one root found 100 mm off, one missed, one ghost."""
    offsets = torch.stack(torch.meshgrid(*[torch.arange(8.0) * 1000] * 3, indexing="ij"), -1).reshape(-1, 3)
    volume = torch.zeros(1, 1, 8, 8, 8)
    volume[0, 0, 1, 1, 1] = volume[0, 0, 6, 6, 6] = 0.9
    sample = {"volumes": volume, "offsets": offsets, "roots": torch.tensor([[1100.0, 1000, 1000], [4000.0, 4000, 1000]])}
    figures = judge_root(torch.nn.Identity(), [sample], tiny())
    assert figures == {"recall_500": 0.5, "false_per_frame": 1.0, "error_mm": pytest.approx(100, abs=0.1)}


def test_boxes_are_as_wrong_as_proposals_and_joints_outside_do_not_count():
    scene = sample_scene(np.random.default_rng(2), CLEAN, published_rigs()["shelf"], 320, people=4)
    config = tiny(PICT_STRUCT__GRID_SIZE=[900.0, 900.0, 900.0])
    sample = pose_samples(np.random.default_rng(3), config, scene, 4)
    outside = (sample["joints"].abs() > 450).any(-1)
    assert outside.any()
    assert (sample["weights"][outside] == 0).all()
    off = sample["joints"][:, MID_HIP].norm(dim=1)
    assert 20 < off.mean() < 300


def test_settings_are_checked():
    with pytest.raises(ConfigError, match=r"FIT\.NONSENSE"):
        tiny(FIT__NONSENSE=1)
    with pytest.raises(ConfigError, match=r"FIT\.PRECISION"):
        tiny(FIT__PRECISION="int3")
    with pytest.raises(ConfigError, match=r"POSE_V2V\.COLOUR"):
        tiny(POSE_V2V__COLOUR=1)
    assert parse_setting("NETWORK.BETA=30.0") == ("NETWORK.BETA", 30.0)


def test_the_command_trains_and_says_what_is_wrong(tmp_path, capsys):
    config = tmp_path / "tiny.yaml"
    tree = {}
    for name, value in TINY.items():
        *parents, leaf = name.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[leaf] = value
    config.write_text(json.dumps(tree), encoding="utf-8")
    words = ["--config", str(config), "--net", "root", "--out", str(tmp_path / "run"), "--threads", "1", "--steps", "2"]
    assert training.main(words) == 0
    assert (tmp_path / "run" / "best.safetensors").is_file()
    assert list((tmp_path / "run").glob("events.out.tfevents.*"))
    assert training.main(words) == 2
    assert "--resume" in capsys.readouterr().out
    assert training.main([*words, "--resume", "--set", "FIT.NONE=1"]) == 2
    assert "FIT.NONE" in capsys.readouterr().out


def test_a_scene_can_be_drawn(tmp_path):
    out = tmp_path / "scene.png"
    show_scene(["--seed", "1", "--out", str(out)])
    assert out.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
