"""Panoptic ground truth: conversion, which joints and people count, which frame belongs to which file."""

from __future__ import annotations

import json

import numpy as np
import pytest
from evaluation_fakes import FakeEstimator, FakeSource, make_person

from modules.core.errors import SourceError
from modules.core.skeleton import MID_HIP, NOSE, NUM_JOINTS
from modules.evaluation.accuracy.panoptic import evaluate_panoptic, frame_numbers, read_truth, scores_table, truth_files


def write_truth(folder, number, bodies):
    """bodies: list of float [19, 4], cm, y down, confidence."""
    path = folder / "hdPose3d_stage1_coco19" / f"body3DScene_{number:08d}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"bodies": [{"id": i, "joints19": list(np.ravel(b))} for i, b in enumerate(bodies)]}))
    return path


def body(x_cm=10.0, y_cm=-90.0, z_cm=20.0):
    return np.tile([x_cm, y_cm, z_cm, 0.9], (19, 1))


def test_centimetres_with_y_down_become_millimetres_with_z_up(tmp_path):
    joints = read_truth(write_truth(tmp_path, 0, [body()]))
    assert joints.shape == (1, NUM_JOINTS, 3)
    # 90 cm above the floor; the studio's z is our y
    assert joints[0, 5] == pytest.approx([100.0, 200.0, 900.0])


def test_low_confidence_is_unknown_and_a_body_without_hips_nobody(tmp_path):
    faint, nobody = body(), body()
    faint[NOSE, 3] = 0.1
    nobody[MID_HIP, 3] = -1
    joints = read_truth(write_truth(tmp_path, 0, [faint, nobody]))
    assert len(joints) == 1
    assert np.isnan(joints[0, NOSE]).all()
    assert np.isfinite(joints[0, MID_HIP]).all()
    assert read_truth(write_truth(tmp_path, 1, [])).shape == (0, NUM_JOINTS, 3)


@pytest.mark.parametrize("text", ["{", '{"people": []}', '{"bodies": [{"joints19": [1, 2]}]}', '{"bodies": 3}', "[]"])
def test_other_files_are_refused_by_name(tmp_path, text):
    path = write_truth(tmp_path, 3, [])
    path.write_text(text)
    with pytest.raises(SourceError, match="body3DScene_00000003"):
        read_truth(path)


def test_a_folder_without_truth_is_refused(tmp_path):
    with pytest.raises(SourceError, match="hdPose3d_stage1_coco19"):
        truth_files(tmp_path)


def test_images_carry_the_recordings_frame_numbers(tmp_path):
    for camera, numbers in (("00_03", (12, 24, 36)), ("00_06", (24, 36, 48)), ("00_30", (1, 2))):
        folder = tmp_path / "hdImgs" / camera
        folder.mkdir(parents=True)
        for n in numbers:
            (folder / f"{camera}_{n:08d}.jpg").touch()
    source = FakeSource(2, names=("00_03", "00_06"))
    assert frame_numbers(source, tmp_path) == [24, 36]
    assert frame_numbers(FakeSource(3), tmp_path / "videos only") == [0, 1, 2]


def test_run_scores_the_frames_that_have_truth(tmp_path):
    for number in (24, 48):
        write_truth(tmp_path, number, [body()])

    def people(index):
        return [make_person(np.tile([100.0 + 10 * index, 200.0, 900.0], (NUM_JOINTS, 1))), make_person(None)]

    estimator = FakeEstimator(people)
    scores = evaluate_panoptic(FakeSource(3), estimator, truth_files(tmp_path), [24, 36, 48])
    assert scores.frames == 2
    assert scores.mpjpe_mm == pytest.approx(10)  # 0 mm in frame 0, 20 mm in frame 2
    assert scores.predicted == 2  # a root alone is no pose
    assert "AP25" in scores_table("set", scores)
    last = evaluate_panoptic(FakeSource(3), estimator, truth_files(tmp_path), [24, 36, 48], slice(1, None))
    assert last.mpjpe_mm == pytest.approx(20)
    with pytest.raises(SourceError, match="None of the 3 frames"):
        evaluate_panoptic(FakeSource(3), estimator, truth_files(tmp_path), [1, 2, 3])
