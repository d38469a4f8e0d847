"""A new calibration's file fits the raw videos, however the recording was opened that it was made of."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from walkers import ring

from modules.core.errors import SourceError
from modules.core.geometry import project
from modules.core.types import Opened, SourceInfo
from modules.focus.recordings import open_recording
from modules.rig.in_file import of_raw_frames, own_keys, refuse_redrawn
from modules.rig.sync.delays import Step
from modules.rig.write import write_calibration


def info(*opened, timed=True):
    return SourceInfo("rec", "fake", ("a", "b"), 9, ((64, 48), (64, 48)), 10.0, opened=opened, timed=timed)


@pytest.fixture
def recording(tmp_path):
    """Two videos of 64 x 48 px and their cameras; the calibration is in calib.toml."""
    for name in ("a", "b"):
        writer = cv2.VideoWriter(str(tmp_path / f"{name}.avi"), cv2.VideoWriter_fourcc(*"MJPG"), 10.0, (64, 48))
        for n in range(6):
            writer.write(np.full((48, 64, 3), 40 * n, np.uint8))
        writer.release()
    cameras = [
        replace(c, name=name, width_px=64, height_px=48, fx=60.0, fy=61.0, cx=30.0, cy=25.0)
        for name, c in zip("ab", ring(2), strict=True)
    ]
    write_calibration(cameras, tmp_path, "calib", own={"rotation_count": {"b": 1}, "delay_ms": {"b": 100}})
    return tmp_path, cameras


@pytest.mark.parametrize("turns", [{}, {"a": 3}, {"a": 1, "b": 2}])
def test_what_is_written_of_a_recording_opened_with_turned_frames_opens_as_that_did(recording, turns):
    folder, cameras = recording
    (folder / "calib.toml").rename(folder / "calib.bak")
    write_calibration(cameras, folder, "calib", own={"rotation_count": {"b": 1}, "delay_ms": {"b": 100}})
    with open_recording(folder, quarter_turns=turns) as first:
        shown, told = first.cameras, first.info
    assert told.opened[1] == Opened((1 + turns.get("b", 0)) % 4, 1, False, 0.1, 0.0)
    raw = of_raw_frames(shown, told)
    point = np.array([[100.0, -200.0, 900.0]])
    for camera, real in zip(raw, cameras, strict=True):
        np.testing.assert_allclose(project(point, camera)[0], project(point, real)[0], atol=1e-6)
        assert (camera.width_px, camera.height_px) == (64, 48)
    (folder / "calib.toml").unlink()
    write_calibration(raw, folder, "mended", own=own_keys(told))
    with open_recording(folder, quarter_turns=turns) as again:
        assert again.info.opened == told.opened
        for camera, before in zip(again.cameras, shown, strict=True):
            np.testing.assert_allclose(camera.K, before.K, atol=1e-6)
            np.testing.assert_allclose(camera.R_world_to_cam, before.R_world_to_cam, atol=1e-9)


def test_delays_that_were_made_up_for_and_those_that_were_found_are_added():
    steps = [Step("a", 0.0, 0.0, 0.001, True), Step("b", 0.025, -2e-5, 0.001, True)]
    opened = (Opened(late_s=-0.3), Opened(late_s=0.1, drift=5e-5))
    assert own_keys(info(*opened), steps) == {"delay_ms": {"a": -300, "b": 125}, "drift_ppm": {"b": 30}}
    assert own_keys(info(), steps) == {"delay_ms": {"b": 25}, "drift_ppm": {"b": -20}}
    assert own_keys(info(), [replace(s, offset_s=0.0, drift=0.0) for s in steps]) == {}


def test_cameras_that_cannot_be_paired_by_time_get_no_delay():
    """A file that says one could not be opened with them."""
    assert own_keys(info(timed=False), [Step("b", 0.2, 0.0, 0.001, True)]) == {}


def test_frames_that_are_drawn_again_are_no_camera_s():
    with pytest.raises(SourceError, match=r"^b: such a lens"):
        refuse_redrawn(info(Opened(), Opened(redrawn=True)))
    refuse_redrawn(info(Opened(), Opened(quarter_turns=1)))
    refuse_redrawn(info())
