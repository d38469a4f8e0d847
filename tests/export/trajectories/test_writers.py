"""Writers of trajectories: other programs' readers find what was written; ugly cases end in sentences or in whole files."""

from __future__ import annotations

import json
import math
import sys
import warnings
from dataclasses import replace

import c3d
import ezc3d
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from modules.core.errors import ExportError
from modules.core.skeleton import JOINT_NAMES, LEFT_ELBOW, LEFT_WRIST, NOSE
from modules.core.trajectory import Sample, Trajectory, TrajectorySet
from modules.evaluation.export.command import cameras, judge
from modules.evaluation.export.people import moving_people
from modules.evaluation.export.readers import READERS
from modules.export.trajectories import common, formats, panoptic
from modules.export.trajectories.formats import FORMATS, export, parse_formats
from modules.focus.calibration.panoptic import WORLD

READ = [(name, who, read) for name, readers in READERS.items() for who, read in readers]


def one_person(xyz=(100.0, 200.0, 1500.0), frames=3, name="Person 1", **changes):
    """Everything at one place, in every frame."""
    positions = np.tile(np.array(xyz, float), (frames, len(JOINT_NAMES), 1))
    samples = np.full((frames, len(JOINT_NAMES)), Sample.MEASURED, np.uint8)
    person = Trajectory(1, name, positions, np.full(positions.shape, 9.2), samples)
    made = TrajectorySet("walk", 50.0, np.arange(frames), np.arange(frames) / 50, JOINT_NAMES, (person,), "raw")
    return replace(made, **changes)


@pytest.fixture(scope="module")
def people():
    return moving_people(130)


@pytest.mark.parametrize("there", [True, False])
def test_all_says_what_it_leaves_out(monkeypatch, there):
    monkeypatch.setattr(formats, "find_spec", lambda name: object() if there else None)
    chosen = parse_formats("all")
    assert ("rrd" in [kind.name for kind in chosen]) is there
    note = formats.left_out(chosen)
    assert (note is None) if there else ("rrd" in note and "requirements-rerun.txt" in note)
    assert formats.left_out(chosen[:2]) is None  # somebody who asks for two misses nothing


@pytest.mark.parametrize(("name", "who", "read"), READ, ids=[f"{name}-{who}" for name, who, _ in READ])
def test_readers_find_what_was_written(tmp_path, monkeypatch, people, name, who, read):
    monkeypatch.setattr(common, "BLOCK_FRAMES", 32)  # several blocks, the last one shorter
    paths = export(people, [FORMATS[name]], tmp_path, cameras())
    cells, fine = judge(people, read(paths))
    assert fine, cells
    assert not list(tmp_path.rglob("*.part*"))


def test_trc_stands_upright_in_metres_as_opensim_wants(tmp_path):
    (path,) = export(one_person(), [FORMATS["trc"]], tmp_path)
    lines = path.read_text().split("\n")
    assert lines[0].split("\t") == ["PathFileType", "4", "(X/Y/Z)", path.name]
    assert lines[2].split("\t") == ["50", "50", "3", "15", "m", "50", "0", "3"]
    markers = [marker for marker in lines[3].split("\t") if marker]
    assert markers[:6] == ["Frame#", "Time", "Neck", "Nose", "Hip", "LShoulder"]
    assert lines[4].split("\t")[2:5] == ["X1", "Y1", "Z1"]
    # x stays, 1.5 m up becomes y, 0.2 m along y becomes -z
    assert lines[6].split("\t")[:5] == ["1", "0.02", "0.1", "1.5", "-0.2"]
    assert len(lines[6].split("\t")) == 2 + 3 * 15


def test_trc_has_a_file_for_each_person_named_after_them(tmp_path, people):
    renamed = replace(people, people=(replace(people.people[0], name="김 선수/1"), *people.people[1:]))
    paths = export(renamed, [FORMATS["trc"]], tmp_path)
    assert [path.name for path in paths] == ["moving_김선수1.trc", "moving_Person2.trc", "moving_Person3.trc"]
    alike = replace(people, people=tuple(replace(person, name="A") for person in people.people))
    assert len({path.name for path in export(alike, [FORMATS["trc"]], tmp_path)}) == 3


def test_c3d_residuals_carry_the_state_in_the_low_byte(tmp_path):
    made = one_person(frames=4)
    (person,) = made.people
    samples, positions, sd = (np.array(v) for v in (person.samples, person.positions_world_mm, person.sd_mm))
    samples[1, NOSE], samples[2, NOSE], samples[3, NOSE] = Sample.FILLED, Sample.REJECTED, Sample.MISSING
    positions[3, NOSE], sd[3, NOSE], sd[0, LEFT_WRIST] = np.nan, np.nan, np.nan
    made = replace(made, people=(Trajectory(1, "Person 1", positions, sd, samples),))
    (path,) = export(made, [FORMATS["c3d"]], tmp_path)
    raw = path.read_bytes()
    start = (int.from_bytes(raw[16:18], "little") - 1) * 512
    words = np.frombuffer(raw[start : start + 4 * 15 * 16], "<f4").reshape(4, 15, 4)
    assert words[:, NOSE, 3].tolist() == [10, 0, 0, -1]  # 9.2 mm rounded up; filled; replaced; gap
    assert words[0, LEFT_WRIST, 3] == 1  # deviation unknown
    assert words[3, NOSE, :3].tolist() == [0, 0, 0]
    assert len(raw) % 512 == 0
    content = ezc3d.c3d(str(path))
    assert content["parameters"]["POINT"]["LABELS"]["value"][:2] == ["P1:Neck", "P1:Nose"]
    assert content["parameters"]["POINT"]["UNITS"]["value"] == ["mm"]
    assert content["parameters"]["SUBJECTS"]["NAMES"]["value"] == ["Person 1"]
    assert content["parameters"]["ANALOG"]["USED"]["value"] == [0]


def test_c3d_longer_than_its_16_bit_counts_says_so_where_readers_look(tmp_path):
    frames = 65_600
    (path,) = export(one_person(frames=frames), [FORMATS["c3d"]], tmp_path)
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = c3d.Reader(file)
        assert (reader.first_frame, reader.last_frame) == (1, frames)
        assert reader.get("POINT:LONG_FRAMES").float_value == frames
    assert path.stat().st_size >= frames * 15 * 16


def test_tables_name_units_and_states(tmp_path):
    wide, tidy, parquet = export(one_person(), [FORMATS[name] for name in ("csv", "csv_tidy", "parquet")], tmp_path)
    table = pd.read_csv(wide)
    assert list(table.columns[:3]) == ["frame", "time_s", "p1_neck_x_mm"]
    assert table["p1_nose_sd_z_mm"].tolist() == [9.2] * 3
    rows = pd.read_csv(tidy)
    assert len(rows) == 3 * 15
    assert rows.iloc[15].to_dict() == {
        "frame": 1, "time_s": 0.02, "track_id": 1, "person": "Person 1", "joint": "neck", "x_mm": 100.0, "y_mm": 200.0,
        "z_mm": 1500.0, "sd_x_mm": 9.2, "sd_y_mm": 9.2, "sd_z_mm": 9.2, "state": "measured",
    }  # fmt: skip
    metadata = pq.read_schema(parquet).metadata
    assert (metadata[b"method"], metadata[b"fps"]) == (b"raw", b"50.0")
    assert pd.read_parquet(parquet)["person"].dtype == "category"


def test_coco_projects_into_every_view(tmp_path):
    (path,) = export(one_person(), [FORMATS["coco"]], tmp_path, cameras())
    content = json.loads(path.read_text())
    assert len(content["images"]) == 3 * 4
    first = content["annotations"][0]
    image = next(image for image in content["images"] if image["id"] == first["image_id"])
    camera = next(camera for camera in cameras() if camera.name == image["camera"])
    x, y, z = camera.R_world_to_cam @ (np.array([100.0, 200.0, 1500.0]) - camera.center_world_mm)
    expected = [camera.fx * x / z + camera.cx, camera.fy * y / z + camera.cy, 2]
    np.testing.assert_allclose(first["keypoints"][:3], expected, atol=0.01)
    assert (first["num_keypoints"], first["bbox"][2:]) == (15, [0, 0])
    assert content["categories"][0]["keypoints"] == list(JOINT_NAMES)
    with pytest.raises(ExportError, match="cameras"):
        export(one_person(), [FORMATS["coco"]], tmp_path, ())


def test_panoptic_has_the_data_sets_frame_and_leaves_strange_folders_alone(tmp_path):
    np.testing.assert_array_equal(panoptic.TO_PANOPTIC, WORLD)
    (folder,) = export(one_person(), [FORMATS["panoptic"]], tmp_path)
    (body,) = json.loads((folder / "body3DScene_00000002.json").read_text())["bodies"]
    assert body["joints19"][:4] == [10, -150, 20, 1]  # cm, y down
    assert body["joints19"][-4:] == [0, 0, 0, -1]
    export(one_person(frames=1), [FORMATS["panoptic"]], tmp_path)
    assert [path.name for path in folder.iterdir()] == ["body3DScene_00000000.json"]
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(ExportError, match="other files"):
        export(one_person(), [FORMATS["panoptic"]], tmp_path)
    assert (folder / "thesis.txt").exists()


def test_selection_takes_people_and_frames(people):
    cut = common.select(people, [3, 1], range(20, 41))
    assert [person.track_id for person in cut.people] == [1, 3]
    assert (cut.frames[0], cut.frames[-1], len(cut.times_s)) == (20, 40, 21)
    np.testing.assert_array_equal(
        cut.people[1].positions_world_mm[0, LEFT_ELBOW], people.people[2].positions_world_mm[20, LEFT_ELBOW]
    )
    with pytest.raises(ExportError, match="no person 7; the recording has 1, 2, 3"):
        common.select(people, [7], None)
    with pytest.raises(ExportError, match="no frames in 200:300; there are 0 to 129"):
        common.select(people, None, range(200, 300))


def test_the_clock_is_made_up_only_where_it_is_unknown(tmp_path):
    silent = one_person(fps=math.nan, times_s=np.full(3, np.nan))
    (path,) = export(silent, [FORMATS["trc"]], tmp_path)
    assert path.read_text().split("\n")[2].startswith("30\t")
    timed = one_person(fps=math.nan, times_s=np.array([4.0, 4.1, 4.2]))
    assert common.rate_fps(timed) == pytest.approx(10)
    np.testing.assert_allclose(common.clock_s(timed), [4.0, 4.1, 4.2])


def test_a_failed_writing_leaves_the_older_file_and_no_part(tmp_path, monkeypatch):
    (path,) = export(one_person(), [FORMATS["csv"]], tmp_path)
    before = path.read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("modules.export.trajectories.tables.TextTable.write", fail)
    with pytest.raises(ExportError, match="No space left"):
        export(one_person(), [FORMATS["csv"]], tmp_path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_nobody_and_unknown_formats_are_told(tmp_path):
    with pytest.raises(ExportError, match="nobody"):
        export(one_person(people=()), [FORMATS["trc"]], tmp_path)
    with pytest.raises(ExportError, match="nobody"):  # everybody is elsewhere in the recording
        export(one_person(xyz=(np.nan, np.nan, np.nan)), [FORMATS["trc"]], tmp_path / "made")
    assert not (tmp_path / "made").exists()
    with pytest.raises(ExportError, match="Unknown format fbx"):
        parse_formats("trc,fbx")
    assert [kind.name for kind in parse_formats(" C3D,trc ,c3d")] == ["c3d", "trc"]
    assert {kind.name for kind in parse_formats("all")} == set(READERS)


@pytest.mark.parametrize("name", list(READERS))
def test_somebody_who_is_never_there_breaks_no_format(tmp_path, name):
    made = one_person()
    nothing = np.full(made.people[0].positions_world_mm.shape, np.nan)
    absent = Trajectory(2, "Person 2", nothing, nothing, np.zeros(nothing.shape[:2], np.uint8))
    paths = export(replace(made, people=(*made.people, absent)), [FORMATS[name]], tmp_path, cameras())
    assert all(path.exists() for path in paths)
    if name in ("c3d", "csv", "glb", "bvh"):
        who, read = READERS[name][0]
        assert np.isnan(read(paths).positions_world_mm[1]).all(), who


def test_the_list_of_formats_can_be_loaded():
    assert all(kind.name == name for name, kind in FORMATS.items())
    assert all(callable(FORMATS[name].writer()) for name in READERS)
    assert formats.FORMATS["trc"].per_person


def test_rerun_is_asked_for_where_it_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rerun", None)
    with pytest.raises(ExportError, match=r"requirements-rerun\.txt"):
        export(one_person(), [FORMATS["rrd"]], tmp_path)
    assert list(tmp_path.iterdir()) == []
