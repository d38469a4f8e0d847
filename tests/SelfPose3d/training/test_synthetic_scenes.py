from dataclasses import replace

import numpy as np
import pytest
import torch

from modules.core.skeleton import LEFT_WRIST, MID_HIP, MIRROR, NECK, NUM_JOINTS, RIGHT_WRIST
from modules.SelfPose3d.lib.training.heatmaps import CLEAN, Blobs, Noise, noisy_blobs, occluded, render
from modules.SelfPose3d.lib.training.rigs import look_at, perturbed, random_rig
from modules.SelfPose3d.lib.training.runs import published_rigs
from modules.SelfPose3d.lib.training.scenes import look, network_size_for, sample_scene


def scenes(count, noise=None, **options):
    return [sample_scene(np.random.default_rng([7, i]), noise or Noise(), **options) for i in range(count)]


def test_same_seed_same_scene_other_seed_other_scene():
    first, again, other = (sample_scene(np.random.default_rng(seed), Noise()) for seed in (1, 1, 2))
    assert torch.equal(first.heatmaps, again.heatmaps)
    np.testing.assert_array_equal(first.joints_world_mm, again.joints_world_mm)
    assert first.heatmaps.shape != other.heatmaps.shape or not torch.equal(first.heatmaps, other.heatmaps)


def test_every_person_is_seen_by_two_views_and_inside_the_space():
    for scene in scenes(25, CLEAN):  # noisy ones count in the real cameras, which differ a little from their calibration
        views = sum(look(scene.joints_world_mm, c, scene.network_size).seen.astype(int) for c in scene.cameras)
        np.testing.assert_array_equal(views, scene.views_seen)
        assert (views[:, MID_HIP] >= 2).all()
        assert ((views >= 2).sum(1) >= 10).all()
        offset = np.abs(scene.joints_world_mm[:, MID_HIP, :2] - scene.space_center_mm[:2])
        assert (offset <= scene.space_size_mm[:2] / 2).all()
        roots = scene.joints_world_mm[:, MID_HIP, :2]
        apart = np.linalg.norm(roots[:, None] - roots, axis=-1)[~np.eye(len(roots), dtype=bool)]
        assert (apart >= 449).all()


def test_scenes_vary_in_people_views_and_image_size():
    drawn = scenes(60)
    assert {len(s.cameras) for s in drawn} >= {3, 4, 5, 6}
    assert min(len(s.joints_world_mm) for s in drawn) == 1
    assert max(len(s.joints_world_mm) for s in drawn) >= 7
    assert {max(s.network_size) for s in drawn} >= {256, 320, 512}
    assert {s.network_size[0] > s.network_size[1] for s in drawn} == {True, False}
    for scene in drawn:
        assert scene.heatmaps.shape == (
            len(scene.cameras), NUM_JOINTS, scene.network_size[1] // 4, scene.network_size[0] // 4,
        )  # fmt: skip
        assert torch.isfinite(scene.heatmaps).all()
        assert scene.heatmaps.min() >= 0
        assert scene.heatmaps.max() <= 1


def test_a_clean_scene_peaks_where_the_joint_is():
    scene = sample_scene(np.random.default_rng(11), CLEAN, people=1)
    for camera, heatmaps in zip(scene.cameras, scene.heatmaps, strict=True):
        view = look(scene.joints_world_mm[0], camera, scene.network_size)
        for joint in np.flatnonzero(view.seen):
            peak = np.unravel_index(int(heatmaps[joint].argmax()), heatmaps[joint].shape)[::-1]
            inner = np.clip(view.cells[joint], 0, np.array(heatmaps.shape[:0:-1]) - 1)
            assert np.abs(inner - peak).max() <= 0.5 + 1e-4


def test_render_places_cell_i_at_pixel_4i_and_takes_the_maximum():
    cells = np.array([[[[3.0, 5.0]], [[4.0, 5.0]]]], np.float32)  # V1, N2, J1
    blobs = Blobs(cells, np.array([[[0.8], [0.5]]], np.float32), np.ones((1, 2, 1, 2), np.float32), np.zeros((1, 2, 1)))
    drawn = render(blobs, 10, 8)[0, 0]
    assert drawn[5, 3] == pytest.approx(0.8)
    assert drawn[5, 4] == pytest.approx(0.5)  # the second's own peak, above the first's 0.8·exp(-1/2) = 0.485
    assert drawn[5, 2] == pytest.approx(0.8 * np.exp(-0.5))


def test_cross_talk_shows_in_the_mirror_channel():
    cells = np.full((1, 1, NUM_JOINTS, 2), 5.0, np.float32)
    amplitude = np.zeros((1, 1, NUM_JOINTS), np.float32)
    amplitude[0, 0, LEFT_WRIST] = 1.0
    blobs = Blobs(cells, amplitude, np.ones((1, 1, NUM_JOINTS, 2), np.float32), np.zeros_like(amplitude))
    drawn = render(blobs, 10, 10, np.full((1, NUM_JOINTS), 0.2, "f4"))
    assert drawn[0, RIGHT_WRIST, 5, 5] == pytest.approx(0.2)
    assert drawn[0, LEFT_WRIST, 5, 5] == pytest.approx(1.0)
    assert MIRROR[LEFT_WRIST] == RIGHT_WRIST


def test_a_body_in_front_hides_joints_behind_it_and_not_the_other_way_round():
    front, back = np.zeros((NUM_JOINTS, 2)), np.zeros((NUM_JOINTS, 2))
    front[:] = [50, 50]
    front[NECK], front[MID_HIP] = [10, 5], [10, 15]
    back[:] = [90, 90]
    back[LEFT_WRIST] = [10.5, 10]  # behind the other's trunk
    depth = np.stack([np.full(NUM_JOINTS, 2000.0), np.full(NUM_JOINTS, 3000.0)])
    hidden = occluded(np.stack([front, back]), depth, np.ones((2, 14)))
    assert np.argwhere(hidden).tolist() == [[1, LEFT_WRIST]]
    assert not occluded(np.stack([front, back]), depth[::-1], np.ones((2, 14)))[1].any()


def test_drop_outs_and_misses_take_the_amplitude_away():
    rng = np.random.default_rng(0)
    cells = np.full((1, 200, NUM_JOINTS, 2), 20.0, np.float32) + rng.uniform(-8, 8, (1, 200, NUM_JOINTS, 2)).astype("f4")
    args = (cells, np.full((1, 200, NUM_JOINTS), 3000.0), np.ones((1, 200, NUM_JOINTS), bool), np.zeros((1, 200, 14)), 40, 40)
    only = replace(CLEAN, drop=0.3)
    amplitude = noisy_blobs(np.random.default_rng(1), only, *args)[0].amplitude[0, :200]
    dropped = (amplitude == 0).all(1)
    assert 0.2 < dropped.mean() < 0.4
    np.testing.assert_array_equal(amplitude[~dropped], 1.0)
    missed = noisy_blobs(np.random.default_rng(1), replace(CLEAN, miss=0.1), *args)[0].amplitude[0, :200] == 0
    assert missed[:, LEFT_WRIST].mean() > missed[:, NECK].mean()


def test_localisation_is_worse_for_wrists_than_for_shoulders():
    cells = np.random.default_rng(0).uniform(5, 35, (1, 400, NUM_JOINTS, 2)).astype("f4")
    seen = np.ones((1, 400, NUM_JOINTS), bool)
    noise = replace(CLEAN, offset=1.0)
    blobs, _ = noisy_blobs(np.random.default_rng(2), noise, cells, np.ones(seen.shape), seen, np.zeros((1, 400, 14)), 40, 40)
    error = np.abs(blobs.cells[0, :400] - cells[0]).mean((0, 2))
    assert error[LEFT_WRIST] > 1.2 * error[3]
    assert 0.1 < error[3] < 1.0


def test_rigs_are_in_their_ranges_and_look_at_the_middle():
    for seed in range(40):
        rig = random_rig(np.random.default_rng(seed))
        assert 2 <= len(rig) <= 8
        for camera in rig:
            assert 500 <= camera.center_world_mm[2] <= 4000
            distance = np.linalg.norm(camera.center_world_mm[:2])
            assert 1999 <= distance <= 10001
            to_middle = (np.array([0, 0, 900.0]) - camera.center_world_mm) / np.linalg.norm([*camera.center_world_mm[:2], 900])
            assert camera.R_world_to_cam[2] @ to_middle > 0.5


def test_look_at_puts_the_target_in_the_frames_middle_and_up_up():
    camera = look_at("c", (640, 480), 500.0, np.array([3000.0, -1000.0, 2000.0]), np.array([0.0, 0.0, 900.0]))
    view = look(np.array([[0.0, 0.0, 900.0], [0.0, 0.0, 1100.0]]), camera, (640, 480))
    np.testing.assert_allclose(view.cells[0], [80, 60], atol=1e-9)
    assert view.cells[1, 0] == pytest.approx(80)
    assert view.cells[1, 1] < 60  # higher up is a smaller row


def test_a_perturbed_camera_is_near_and_no_size_changes_nothing():
    camera = look_at("c", (1920, 1080), 1400.0, np.array([4000.0, 0, 1500]), np.array([0.0, 0, 900]))
    same = perturbed(np.random.default_rng(0), camera, 0.0)
    np.testing.assert_array_equal(same.R_world_to_cam, camera.R_world_to_cam)
    point = np.array([[0.0, 0.0, 900.0]])
    moved = [look(point, perturbed(np.random.default_rng(i), camera, 1.0), (1920, 1088)).cells[0] * 4 for i in range(200)]
    spread = np.std(np.array(moved), axis=0)
    # 0.25° and 12 mm at 4 m through f = 1400 px: 6.1 and 4.2 px, together 7.4 px
    np.testing.assert_allclose(spread, [7.4, 7.4], rtol=0.25)


@pytest.mark.parametrize(
    ("frame", "longest", "expected"),
    [
        ((1088, 1920), 320, (192, 320)),
        ((1920, 1080), 320, (320, 192)),
        ((1032, 776), 320, (320, 256)),
        ((1920, 1080), 512, (512, 288)),
    ],
)
def test_network_size_covers_the_frame_in_multiples_of_32(frame, longest, expected):
    assert network_size_for(frame, longest) == expected


def test_published_rigs_are_read_as_cameras():
    rigs = published_rigs()
    assert {name: len(cameras) for name, cameras in rigs.items()} == {"shelf": 5, "campus": 3, "panoptic_5hd": 5}
    assert rigs["shelf"][0].width_px == 1032
    np.testing.assert_allclose(rigs["panoptic_5hd"][0].center_world_mm, [2085, 1786, 1511], atol=1)
    assert rigs["panoptic_5hd"][0].k[0] == pytest.approx(-0.281728)
