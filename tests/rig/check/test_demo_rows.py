"""The demo as other people's calibrations would have it: each row of the table of conditions, with the networks' own people.

Rows about files and times are in ``tests/focus/test_demo_as_brought.py``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from modules import composition
from modules.core.config import DEFAULT_CONFIG, load_config, set_key
from modules.core.errors import UserError
from modules.core.people2d import People2D
from modules.core.rig import Subject, Verdict
from modules.core.types import FrameSet
from modules.evaluation.rig.check import said_right
from modules.evaluation.rig.worlds import Case, cases, write_case
from modules.focus.small import SmallSource
from modules.rig.check.apply import CorrectedSource, Corrections, corrected_cameras, corrections
from modules.rig.check.hypotheses import COCO_MIRROR
from modules.rig.check.rig_check import check_rig

#: Frames that the check looks at, and one whose poses are compared; median distance of their joints, mm.
LOOKED, FRAME, NEAR_MM = range(1, 98, 4), 40, 5.0
#: Cases of the table that end in a pose, and those that end in a sentence when the recording is opened.
POSES = (
    "floor 1 m off", "floor 1.2 m off", "floor -1.5 m off", "y up", "axes tilted by 15°", "axes tilted by 30°",
    "the first camera's axes",
)  # fmt: skip
UNITS = {"centimetres": 1e-9, "feet": 1e-9, "board squares of 27 mm": 0.06}
OPENED = ("two cameras with one pose", "K transposed", "rotation in degrees")
SAID = (
    "files of two cameras exchanged", "one camera mirrored", "extrinsics of one inverted", "extrinsics inverted",
    "one camera zeroed", "one camera alone",
)  # fmt: skip


class Demo:
    """The demo's frames made small, what the 2D network sees in them, and its poses as it is."""

    def __init__(self, demo_dir):
        small_network = {"NETWORK.IMAGE_SIZE": [192, 320], "NETWORK.HEATMAP_SIZE": [48, 80]}
        self.config = load_config(DEFAULT_CONFIG, {"SOURCE.PATH": str(demo_dir), **small_network})
        self.source = composition.open_source(self.config)
        small = SmallSource(self.source)
        self.find = composition.make_people_finder(self.config, quick=True)
        self.frames = {n: small.read(n) for n in LOOKED}
        self.seen = {n: self.find(frame, None) for n, frame in self.frames.items()}
        self.frame = self.source.read(FRAME)
        self.estimator = composition.make_estimator(self.config)
        self.poses = self.joints(self.frame)
        self.cases = {case.name: case for case in cases(self.source.cameras)}

    def joints(self, frame):
        """Joints of everyone in a frame, mm."""
        return [person.joints_world_mm for person in self.estimator.refine(self.estimator.detect(frame), 0.0).persons]

    def report(self, cameras, change=lambda seen: seen):
        """What the check says of these cameras; ``change`` is done to what the network sees, {frame: views}."""
        seen = change({n: list(people.views) for n, people in self.seen.items()})
        return check_rig(Kept(self, cameras), lambda frame, _: People2D(frame.index, frame.time_s, tuple(seen[frame.index])))


class Kept:
    """The demo's frames under other cameras."""

    def __init__(self, demo, cameras):
        self.frames, self.cameras = demo.frames, tuple(cameras)
        names = tuple(camera.name for camera in cameras)
        self.info = replace(demo.source.info, camera_names=names, sizes_px=demo.source.info.sizes_px[: len(names)])

    def __len__(self):
        return 100

    def read(self, index):
        frame = self.frames[index]
        return replace(frame, images=frame.images[: len(self.cameras)], cameras=self.cameras, missing=())


@pytest.fixture(scope="module")
def demo(demo_dir):
    made = Demo(demo_dir)
    yield made
    made.source.close()


def rewritten(demo, case: Case):
    """The case's cameras in the unit that its file is read in."""
    return tuple(case.cameras([case.world.recording_camera(camera) for camera in demo.source.cameras]))


@pytest.mark.parametrize("name", POSES)
def test_people_are_where_they_were_whatever_the_calibration_s_world(demo, name):
    case = demo.cases[name]
    cameras = rewritten(demo, case)
    report = demo.report(cameras)
    assert said_right(case, report)
    assert report.unit_factor == 1
    done = corrections(report, Corrections(), 0, (), ())
    found = CorrectedSource(One(demo.frame, cameras, demo.source.info), done)
    level = found.read(0)
    assert level.cameras[0] is not demo.source.cameras[0]
    own = [joints if done.world is None else done.world.to_recording(joints) for joints in demo.joints(level)]
    found_mm = [case.world.to_level(joints) for joints in own]
    assert len(demo.poses) >= 2
    for joints in demo.poses:
        nearest = min((np.linalg.norm(joints - other, axis=-1) for other in found_mm), key=np.median)
        # the bystander stands far off and is seen by two views
        assert np.median(nearest) < (NEAR_MM if abs(joints[:, 0].mean()) < 3000 else 60)


@pytest.mark.parametrize("name", UNITS)
def test_the_unit_is_found_out_and_the_cameras_are_where_they_were(demo, name):
    case = demo.cases[name]
    cameras = rewritten(demo, case)
    report = demo.report(cameras)
    assert said_right(case, report)
    assert report.unit_factor == pytest.approx(case.world.scale, rel=UNITS[name])  # squares have people's height alone
    done = corrections(report, Corrections(), 0, (), ())
    assert done.world is None
    off = report.unit_factor / case.world.scale
    for now, before in zip(corrected_cameras(cameras, done), demo.source.cameras, strict=True):
        np.testing.assert_allclose(now.center_world_mm, off * before.center_world_mm, rtol=1e-9)
        np.testing.assert_allclose(now.R_world_to_cam, before.R_world_to_cam, atol=1e-12)


class One:
    """One frame as a recording."""

    def __init__(self, frame: FrameSet, cameras, info):
        self.cameras, self.info = cameras, info
        self.frame = replace(frame, cameras=cameras)

    def __len__(self):
        return 1

    def read(self, _):
        return self.frame


@pytest.mark.parametrize("name", SAID)
def test_what_is_wrong_is_said_of_the_right_cameras(demo, name):
    case = demo.cases[name]

    def flipped(seen):
        width = demo.source.cameras[1].width_px
        for views in seen.values():
            people = np.array(views[1])
            people[..., 0] = width - 1 - people[..., 0]
            views[1] = people[:, COCO_MIRROR]
        return seen

    def alone(seen):
        return {n: views[:1] for n, views in seen.items()}

    cameras = rewritten(demo, case)
    if name == "one camera alone":
        report = demo.report(cameras[:1], alone)
    else:
        report = demo.report(cameras, flipped if case.images else lambda seen: seen)
    assert said_right(case, report), [str(finding.sentence) for finding in report.findings]


@pytest.mark.parametrize("late", [-8, 8])
def test_a_camera_out_of_step_is_told_within_a_frame_and_the_offset_is_offered(demo, late):
    def shifted(seen):
        nobody = np.zeros((0, 17, 3), np.float32)
        return {n: [views[0], seen[n - late][1] if n - late in seen else nobody, *views[2:]] for n, views in seen.items()}

    as_is = demo.report(demo.source.cameras).cameras[1].offset_s  # a part of a frame
    report = demo.report(demo.source.cameras, shifted)
    (finding,) = report.of(Subject.TIME)
    assert finding.verdict is Verdict.PROPOSED
    assert finding.cameras == ("cam02",)
    assert (report.cameras[1].offset_s - as_is) * 60 == pytest.approx(late, abs=1)
    assert dict(finding.options)["SOURCE.FRAME_OFFSETS"]["cam02"] == round(report.cameras[1].offset_s * 60)


def test_too_dark_a_recording_is_called_under_exposed(demo):
    case = demo.cases["brightness an eighth"]

    class Dark(Kept):
        def read(self, index):
            frame = super().read(index)
            return replace(frame, images=case.images(frame.images))

    dark = Dark(demo, demo.source.cameras)
    seen = [demo.find(dark.read(index), None).views for index in LOOKED[:3]]
    report = check_rig(dark, lambda frame, _: People2D(frame.index, frame.time_s, seen[frame.index % 3]))
    assert said_right(case, report), [str(finding.sentence) for finding in report.findings]


@pytest.mark.parametrize("name", OPENED)
def test_what_no_camera_can_be_is_refused_by_name(demo, demo_dir, tmp_path, name):
    case = demo.cases[name]
    write_case(case, demo_dir, demo.source.cameras, tmp_path / "case")
    config = demo.config.clone()
    config.defrost()
    set_key(config, "SOURCE.PATH", str(tmp_path / "case"), name)
    config.freeze()
    with pytest.raises(UserError, match=r"cam01|cam02"):
        composition.open_source(config)
