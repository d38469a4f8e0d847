"""What has to be put right before a calibration is mended, and mended cameras as the given calibration has them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from rig_fakes import Recording, ring, seen_by, walker

from modules.core.errors import Note, SourceError
from modules.core.rig import CameraCheck, Finding, RigReport, Subject, Verdict
from modules.core.types import Opened
from modules.core.world import World
from modules.rig.check.apply import Corrections, corrected_cameras, given_again
from modules.rig.check.rig_check import check_rig
from modules.rig.to_mend import ToMend

NAN = float("nan")


def report_of(*findings, turns=()):
    return RigReport((), 9, (CameraCheck("cam1", 9, NAN, NAN, NAN),), findings, quarter_turns=turns)


def finding(subject, verdict, text="Something is wrong.", options=()):
    return Finding(subject, verdict, Note(text), ("cam1",), options)


def test_a_late_camera_is_named_with_the_option_that_helps():
    cameras = ring(4)
    frames = seen_by(cameras, [walker(np.arange(130) / 30.0)], noise_px=1.0)
    late = [replace(f, views=(*f.views[:3], frames[max(n - 6, 0)].views[3])) for n, f in enumerate(frames)]
    recording = Recording(cameras, late)
    report = check_rig(recording, recording.find)
    with pytest.raises(SourceError) as refused:
        ToMend(recording, report).refuse_faulty()
    text = str(refused.value)
    assert text.startswith("Camera cam4 is late by 6.0 frames")
    assert '--set "SOURCE.FRAME_OFFSETS={cam4: 6}"' in text
    assert '--set "RIG.CHECK=false"' in text
    ToMend(recording, check_rig(Recording(cameras, frames), Recording(cameras, frames).find)).refuse_faulty()


@pytest.mark.parametrize(
    ("subject", "verdict"),
    [(Subject.MIRRORED, Verdict.PROPOSED), (Subject.COPIED, Verdict.CONTRADICTED), (Subject.POSE, Verdict.CONTRADICTED)],
)
def test_what_is_wrong_is_refused(subject, verdict):
    with pytest.raises(SourceError, match=r"Something is wrong\. Mending would bend the other cameras"):
        ToMend(None, report_of(finding(subject, verdict))).refuse_faulty()


@pytest.mark.parametrize(
    ("subject", "verdict"),
    [(Subject.UNIT, Verdict.PROPOSED), (Subject.UP, Verdict.APPLIED), (Subject.TIME, Verdict.UNKNOWN)],
)
def test_what_mending_can_do_with_is_not(subject, verdict):
    ToMend(None, report_of(finding(subject, verdict))).refuse_faulty()
    ToMend(None).refuse_faulty()


@pytest.mark.parametrize(("own_turns", "refused"), [(0, True), (1, False)])
def test_pictures_that_were_turned_by_hand_so_that_people_lie_are_refused(own_turns, refused):
    recording = Recording(ring(2), [])
    opened = (Opened(quarter_turns=1, own_turns=own_turns), Opened())
    source = SimpleNamespace(info=replace(recording.info, opened=opened), cameras=recording.cameras)
    lying = finding(Subject.TURNED, Verdict.APPLIED, options=(("SOURCE.QUARTER_TURNS", {"cam1": 0}),))
    if not refused:  # the calibration's file says so: then its pose is for it
        ToMend(source, report_of(lying)).refuse_faulty()
        return
    with pytest.raises(SourceError, match=r'of cam1 so that people lie.*--set "SOURCE.QUARTER_TURNS=\{cam1: 0\}"'):
        ToMend(source, report_of(lying)).refuse_faulty()


def test_two_late_cameras_are_both_named_and_one_option_says_both():
    options = (("SOURCE.FRAME_OFFSETS", {"a": 3, "b": -4}),)
    late = [finding(Subject.TIME, Verdict.PROPOSED, f"Camera {name} is late.", options) for name in "ab"]
    with pytest.raises(SourceError) as refused:
        ToMend(None, report_of(*late)).refuse_faulty()
    assert str(refused.value).startswith("Camera a is late. Camera b is late. Mending")
    assert str(refused.value).count("{a: 3, b: -4}") == 1


def test_the_network_is_told_which_pictures_lie_on_their_side():
    asked = []
    find = ToMend(None, report_of(turns=(1, 0))).upright(lambda frame, turns: asked.append(turns))
    find("frame", None)
    ToMend(None).upright(lambda frame, turns: asked.append(turns))("frame", None)
    assert asked == [(1, 0), None]


@pytest.mark.parametrize("exchanged", [(), ("cam1", "cam3"), ("cam2", "cam3", "cam1")])
def test_mended_cameras_are_written_as_the_given_calibration_has_them(exchanged):
    cameras = ring(4)
    done = Corrections(1000.0, exchanged, ("cam4",), ("cam2",))
    back = given_again(corrected_cameras(cameras, done), done)
    assert [c.name for c in back] == [c.name for c in cameras]
    for mine, given in zip(back, cameras, strict=True):
        np.testing.assert_allclose(mine.center_world_mm, given.center_world_mm, atol=1e-6)
        np.testing.assert_allclose(mine.R_world_to_cam, given.R_world_to_cam, atol=1e-12)
        assert mine.fx == given.fx


def test_up_floor_and_turned_pictures_are_left_as_the_calibration_has_them():
    cameras = ring(3)
    recording = Recording(cameras, [])
    asked = ToMend.of(recording, None, Corrections(turned={"cam1": 1}, world=World(1.0, np.eye(3), np.ones(3))))
    assert asked.source is recording
    scaled = ToMend.of(recording, None, Corrections(10.0, turned={"cam1": 1}))
    np.testing.assert_allclose(scaled.source.cameras[0].center_world_mm, 10 * cameras[0].center_world_mm)
    assert scaled.source.cameras[0].width_px == 1280
