"""Files of other programs: their names, axes, units, gaps; what is damaged is told by name."""

from __future__ import annotations

import json

import ezc3d
import numpy as np
import pytest

from modules.core.errors import ExportError
from modules.core.skeleton import (
    JOINT_NAMES,
    LEFT_ANKLE,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    LEFT_WRIST,
    MID_HIP,
    NECK,
    NOSE,
    RIGHT_HIP,
    RIGHT_KNEE,
)
from modules.motion.references.names import joint_of
from modules.motion.references.read import read

TRC = (
    "PathFileType\t4\t(X/Y/Z)\tx.trc\n"
    "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n"
    "50\t50\t3\t3\tm\t50\t7\t3\n"
    "Frame#\tTime\tLHip\t\t\tRHip\t\t\tLBigToe\t\t\n"
    "\t\tX1\tY1\tZ1\tX2\tY2\tZ2\tX3\tY3\tZ3\n"
    "\n"
    "7\t0.14\t1\t2\t3\t1\t2\t5\t0\t0\t0\n"
    "8\t0.16\t\t\t\t1\t2\t5\t0\t0\t0\n"
    "9\t0.18\tnan\tnan\tnan\t1\t2\t5\n"
)


@pytest.mark.parametrize(
    ("marker", "joint"),
    [
        ("LWrist", LEFT_WRIST), ("left_wrist", LEFT_WRIST), ("L.WRI", LEFT_WRIST), ("Wrist_L", LEFT_WRIST),
        ("RKnee_study", RIGHT_KNEE), ("LeftLeg", LEFT_KNEE), ("LeftUpLeg", LEFT_HIP), ("LeftFoot", LEFT_ANKLE),
        ("LeftArm", LEFT_SHOULDER), ("Hip", MID_HIP), ("Pelvis", MID_HIP), ("Neck", NECK), ("Nose", NOSE),
    ],
)  # fmt: skip
def test_other_programs_names_are_known(marker, joint):
    assert joint_of(marker)[0] == joint


@pytest.mark.parametrize("marker", ["LBigToe", "Head", "", "LASI", "C7"])
def test_other_markers_are_no_joints(marker):
    assert joint_of(marker) is None


def test_a_trc_is_turned_upright_and_its_gaps_stay(tmp_path):
    (tmp_path / "x.trc").write_text(TRC, encoding="utf-8")
    found = read([tmp_path / "x.trc"])
    assert (found.fps, found.frames.tolist(), found.joint_names) == (50.0, [7, 8, 9], JOINT_NAMES)
    np.testing.assert_allclose(found.times_s, [0.14, 0.16, 0.18])
    (person,) = found.people
    np.testing.assert_allclose(person.positions_world_mm[0, LEFT_HIP], [1000, -3000, 2000])
    np.testing.assert_allclose(person.positions_world_mm[:, RIGHT_HIP], [[1000, -5000, 2000]] * 3)
    np.testing.assert_allclose(person.positions_world_mm[0, MID_HIP], [1000, -4000, 2000])  # the middle: it has no marker
    assert np.isnan(person.positions_world_mm[1:, [LEFT_HIP, MID_HIP]]).all()
    assert np.isnan(person.positions_world_mm[:, NOSE]).all()


def test_two_trc_files_are_two_people_on_one_clock(tmp_path):
    (tmp_path / "a.trc").write_text(TRC, encoding="utf-8")
    (tmp_path / "b.trc").write_text(TRC.replace("7\t0.14", "12\t0.24"), encoding="utf-8")
    found = read([tmp_path / "a.trc", tmp_path / "b.trc"])
    assert [person.name for person in found.people] == ["a", "b"]
    assert found.frames.tolist() == list(range(7, 13))
    np.testing.assert_allclose(found.times_s[-1], 0.24)
    assert np.isfinite(found.people[1].positions_world_mm[:, RIGHT_HIP, 0]).tolist() == [False, True, True, False, False, True]


@pytest.mark.parametrize(("screen", "place"), [("+Z", [100, 200, 300]), ("+Y", [100, -300, 200])])
def test_a_c3d_says_where_up_is_and_who_is_who(tmp_path, screen, place):
    made = ezc3d.c3d()
    made["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    made["parameters"]["POINT"]["LABELS"]["value"] = ["A:LWrist", "A:RHip", "B:LWrist"]
    made.add_parameter("POINT", "UNITS", ["cm"])
    made.add_parameter("POINT", "Y_SCREEN", [screen])
    points = np.ones((4, 3, 4))
    points[:3, 0] = np.array([[10.0], [20.0], [30.0]])
    points[:3, 1, 2] = np.nan
    made["data"]["points"] = points
    made.write(str(tmp_path / "x.c3d"))
    found = read([tmp_path / "x.c3d"])
    assert found.fps == 100.0
    assert [person.name for person in found.people] == ["A", "B"]
    np.testing.assert_allclose(found.people[0].positions_world_mm[:, LEFT_WRIST], [place] * 4, atol=1e-3)
    assert np.isnan(found.people[0].positions_world_mm[2, RIGHT_HIP]).all()
    assert np.isnan(found.people[1].positions_world_mm[:, RIGHT_HIP]).all()


def test_panoptic_frames_are_the_recording_s_and_y_points_down(tmp_path):
    joints = np.tile([10.0, -20.0, 30.0, 1.0], (19, 1))
    joints[LEFT_WRIST, 3] = -1
    for frame, bodies in ((5, [{"id": 3, "joints19": joints.ravel().tolist()}]), (7, [])):
        (tmp_path / f"body3DScene_{frame:08d}.json").write_text(json.dumps({"bodies": bodies}), encoding="utf-8")
    for path in (tmp_path, tmp_path / "body3DScene_00000005.json"):
        found = read([path])
        assert found.frames.tolist() == [5, 6, 7]
        assert np.isnan(found.times_s).all()
        (person,) = found.people
        np.testing.assert_allclose(person.positions_world_mm[0, NOSE], [100, 300, 200])
        assert np.isnan(person.positions_world_mm[0, LEFT_WRIST]).all()
        assert np.isnan(person.positions_world_mm[1:]).all()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.trc", "nothing\n", "no TRC"),
        ("x.trc", TRC.replace("50\t50\t3", "fast\t50\t3"), "can't be used"),
        ("x.trc", TRC.replace("LHip", "C7").replace("RHip", "T10"), "C7, T10"),
        ("x.trc", TRC[: TRC.index("7\t0.14")], "no frames"),
        ("x.c3d", "no c3d at all", "can't be used"),
        ("x.json", "{}", "body3DScene"),
        ("body3DScene_00000001.json", "{", "can't be used"),
        ("body3DScene_00000001.json", '{"bodies": []}', "Nobody"),
        ("x.bvh", "", "is no TRC"),
    ],
)
def test_what_is_no_reference_is_told_by_name(tmp_path, name, content, said):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ExportError, match=said) as error:
        read([tmp_path / name])
    assert tmp_path.name in str(error.value)


def test_a_file_that_is_not_there(tmp_path):
    for name in ("x.trc", "x.c3d", "x.json"):
        with pytest.raises(ExportError):
            read([tmp_path / "gone" / name])
