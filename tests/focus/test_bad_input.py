"""What a file claims is not believed before it is checked: each kind of trap, at the door where it would come in."""

from __future__ import annotations

import json
import os
import pickle
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from modules.core.config import load_config, settings
from modules.core.config_keys import KEYS
from modules.core.errors import (
    CalibrationError,
    CheckpointError,
    ConfigError,
    DamagedFrame,
    ExportError,
    SourceError,
    UserError,
)
from modules.core.files import told_by_name
from modules.core.header import ResultsHeader
from modules.core.types import Camera
from modules.export.contact_sheet import ContactSheetWriter
from modules.export.overlay_video import OverlayVideoWriter
from modules.export.poses_jsonl import PosesWriter, read_poses
from modules.focus.calibration.focus_pickle import read_focus_pickle
from modules.focus.calibration.matlab import read_matlab
from modules.focus.calibration.panoptic import read_panoptic
from modules.focus.calibration.toml import read_toml
from modules.focus.calibration.vicon import read_vicon
from modules.focus.images import ImageClip
from modules.focus.recordings import open_recording
from modules.focus.video import VideoClip
from modules.SelfPose3d.lib.core.checkpoint import load_weights

posix = pytest.mark.skipif(sys.platform == "win32", reason="named pipes, devices and links of POSIX")
ROOT = Path(__file__).resolve().parents[2]


def nested() -> list:
    made: list = [1.0]
    for _ in range(60):
        made = [made, made]
    return made


PICKLES = {
    "a memo of gigabytes": b"\x80\x02]r" + struct.pack("<I", 2**28) + b".",
    "a bytearray of gigabytes": b"\x80\x05\x96" + struct.pack("<Q", 10**10) + b".",
    "a text of terabytes": b"\x80\x04\x8d" + struct.pack("<Q", 2**40) + b".",
    "lists that unfold to 2^60 numbers": pickle.dumps({"rvec": nested()}),
    "lists in lists in lists": b"\x80\x02" + b"]" * 200_000 + b"a" * 199_999 + b".",
    "a megabyte and more": pickle.dumps({"rvec": np.zeros(200_000)}),
}


@pytest.mark.parametrize("what", PICKLES)
def test_pickles_that_claim_more_than_they_bring(tmp_path, what):
    path = tmp_path / "camera1.pkl"
    path.write_bytes(PICKLES[what])
    with pytest.raises(CalibrationError, match=r"camera1\.pkl"):
        read_focus_pickle(path)


@posix
@pytest.mark.parametrize("reader", [read_toml, read_panoptic, read_focus_pickle, read_matlab, read_vicon])
def test_pipes_and_devices_in_a_calibration_s_place(tmp_path, reader):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "device").symlink_to("/dev/zero")
    for name in ("pipe", "device"):
        with pytest.raises(CalibrationError, match=f"{name}: it is not a regular file"):
            reader(tmp_path / name)


def test_a_damaged_image_is_named_once_in_the_log(maker, tmp_path, caplog):
    maker.images(tmp_path / "cam", ["0.png", "1.png", "2.png"], [0, 1, 2])
    clip = ImageClip(tmp_path / "cam")
    (tmp_path / "cam" / "1.png").write_bytes(b"no image")
    for _ in range(2):
        with pytest.raises(DamagedFrame, match=r"1\.png can't be decoded"):
            clip.read(1)
    clip.read(2)
    (said,) = [record.getMessage() for record in caplog.records]
    assert said == f"{tmp_path / 'cam' / '1.png'} can't be decoded: it is damaged or not an image. This view is left out there."


@posix
def test_pipes_in_the_place_of_images_videos_and_configurations(maker, tmp_path):
    maker.images(tmp_path / "cam", ["0.png", "1.png"], [0, 1])
    clip = ImageClip(tmp_path / "cam")
    (tmp_path / "cam" / "1.png").unlink()
    os.mkfifo(tmp_path / "cam" / "1.png")
    with pytest.raises(DamagedFrame, match=r"1\.png"):
        clip.read(1)
    os.mkfifo(tmp_path / "a.mp4")
    with pytest.raises(SourceError, match=r"a\.mp4: it is not a regular file"):
        VideoClip(tmp_path / "a.mp4")
    os.mkfifo(tmp_path / "room.yaml")
    with pytest.raises(ConfigError, match=r"room\.yaml: it is not a regular file"):
        load_config(tmp_path / "room.yaml")
    os.mkfifo(tmp_path / "w.pth.tar")
    with pytest.raises(CheckpointError, match=r"w\.pth\.tar: it is not a regular file"):
        load_weights(nn.Linear(2, 2), tmp_path / "w.pth.tar")
    os.mkfifo(tmp_path / "poses.jsonl")
    with pytest.raises(ExportError, match=r"poses\.jsonl: it is not a regular file"):
        read_poses(tmp_path / "poses.jsonl")


@posix
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (os.mkfifo, r"Can't read .*cam2\.mp4: it is not a regular file"),
        (os.mkdir, r"cam2\.mp4 is a folder, not a video"),
        (lambda path: os.symlink("nowhere", path), r"The file .*cam2\.mp4 is missing"),
    ],
    ids=["pipe", "folder", "dangling link"],
)
def test_what_has_a_video_s_name_and_is_none_is_called_what_it_is(maker, tmp_path, make, said):
    recording = maker.pose2sim(tmp_path, (3, 3))
    (video,) = recording.glob("videos/*2.mp4")
    video.unlink()
    make(video)
    with pytest.raises(SourceError, match=said.replace("cam2", video.stem)):
        open_recording(recording)


def test_what_is_no_recording_is_called_what_it_is(maker, tmp_path):
    with pytest.raises(SourceError, match=r"gone is not there"):
        open_recording(tmp_path / "gone")
    with pytest.raises(SourceError, match=r"a\.mp4 is one video; a recording is the folder with all of its videos"):
        open_recording(maker.video(tmp_path / "a.mp4", 3))
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(SourceError, match=r"notes\.txt is not a folder"):
        open_recording(tmp_path / "notes.txt")


def black_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(32_000, 32_000), (2**31 - 1, 1), (2**31 - 1, 2**31 - 1)])
def test_an_image_s_header_is_read_before_its_pixels(tmp_path, size):
    (tmp_path / "0.png").write_bytes(black_png(*size))
    with pytest.raises(SourceError, match=r"0\.png"):
        ImageClip(tmp_path)


@pytest.mark.parametrize("size", [(2, 4000), (4000, 20), (8, 8)])
def test_frames_of_no_camera_s_shape_are_refused(maker, tmp_path, size):
    maker.toml(tmp_path / "rig.toml", {"a": maker.camera(1), "b": maker.camera(2)}, size)
    for name in "ab":
        maker.images(tmp_path / name, ["0.png"], [0], size)
    with pytest.raises(SourceError, match=f"frames of {size[0]}x{size[1]} px can't be used"):
        open_recording(tmp_path)


def test_forty_thousand_cameras_are_counted_before_they_are_compared(maker, tmp_path):
    _, entry = json.loads(maker.panoptic_json(tmp_path / "a.json", {"a": maker.camera()}).read_text())["cameras"]
    (tmp_path / "a.json").write_text(json.dumps({"cameras": [{**entry, "name": str(n)} for n in range(40_000)]}))
    with pytest.raises(CalibrationError, match=r"(40000 cameras|larger than)"):
        read_panoptic(tmp_path / "a.json")
    text = maker.toml(tmp_path / "a.toml", {"cam1": maker.camera()}).read_text().split("[metadata]")[0]
    (tmp_path / "a.toml").write_text("".join(text.replace("cam1", f"cam{n}") for n in range(400)))
    with pytest.raises(CalibrationError, match="describes 400 cameras"):
        read_toml(tmp_path / "a.toml")
    (tmp_path / "a.toml").write_text("".join(text.replace("cam1", f"cam{n}") for n in range(40_000)))
    with pytest.raises(CalibrationError, match="larger than 2 MB"):
        read_toml(tmp_path / "a.toml")


BOMB = "a: &a [1]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20)
)  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        BOMB,
        "[" * 20_000,
        "SOURCE: {PATH: 2001-99-99}\n",
        "a: !!python/object/apply:os.system ['touch ran']\n",
        "? [a]\n: b\n",
        f"RUNTIME: {{THREADS: {'9' * 5000}}}\n",
        f"RUNTIME: {{THREADS: {'9' * 400}}}\n",
        "SOURCE: {PATH: " + "x" * 5000 + "}\n",
        "SOURCE: {FRAME_OFFSETS: {a: 99999999999}}\n",
        "SOURCE: {FRAME_OFFSETS: {" + ", ".join(f"c{n}: 1" for n in range(300)) + "}}\n",
        "#" * (2 << 20),
        "\0",
    ],
    ids=range(12),
)
def test_configurations_that_grow_or_run_or_are_nonsense(tmp_path, content):
    path = tmp_path / "room.yaml"
    path.write_text(content)
    with pytest.raises(ConfigError, match=r"room\.yaml"):
        load_config(path)


def test_every_number_of_the_configuration_has_finite_bounds_that_it_keeps():
    for name, key in KEYS.items():
        assert np.isfinite([key.low, key.high]).all(), name
        if key.kind in (int, float):
            for value in (float("nan"), float("inf"), -float("inf"), 10**400, -(10**5000)):
                with pytest.raises(ValueError, match=r"\w"):
                    key.parse([value] * (key.length or 1) if key.is_list else value)


@pytest.mark.parametrize(
    "setting",
    [
        "LOD.DISTANCE_MM=.inf", "LOD.DISTANCE_MM=.nan", "NETWORK.IMAGE_SIZE=[8192, 8192]", "TRACKING.MAX_GAP_FRAMES=1e9",
        "PICT_STRUCT.CUBE_SIZE=[256, 256, 256]", "MULTI_PERSON.INITIAL_CUBE_SIZE=[512, 512, 512]", "RUNTIME.THREADS=*a",
        "POSE_V2V.CHANNELS=[1000000, 1, 1, 1]", "SOURCE.QUARTER_TURNS={cam01: 7}",
    ],
)  # fmt: skip
def test_settings_that_would_fill_any_memory_or_are_no_number(setting):
    with pytest.raises(ConfigError):
        load_config(None, settings([setting]))


def test_sizes_whose_product_is_too_large_are_refused():
    with pytest.raises(ConfigError, match="pixels at most"):
        load_config(None, {"NETWORK.IMAGE_SIZE": [4096, 4096], "NETWORK.HEATMAP_SIZE": [1024, 1024]})
    with pytest.raises(ConfigError, match="voxels at most"):
        load_config(None, {"MULTI_PERSON.INITIAL_CUBE_SIZE": [512, 512, 64]})


TENSORS = {
    "sparse": lambda: torch.ones(2, 2).to_sparse(),
    "quantised": lambda: torch.quantize_per_tensor(torch.ones(2, 2), 0.1, 0, torch.qint8),
    "nested": lambda: torch.nested.nested_tensor([torch.ones(2, 2)]),
    "infinite": lambda: torch.full((2, 2), float("inf")),
    "not a number": lambda: torch.full((2, 2), float("nan")),
    "a view of terabytes": lambda: torch.zeros(1).expand(10**6, 10**6),
    "without content": lambda: torch.ones(2, 2, device="meta"),
    "complex": lambda: torch.ones(2, 2, dtype=torch.complex64),
}


@pytest.mark.parametrize("kind", TENSORS)
def test_checkpoints_of_tensors_that_are_no_weights(tmp_path, kind):
    path = tmp_path / "w.pth.tar"
    torch.save({"weight": TENSORS[kind](), "bias": torch.zeros(2)}, path)
    with pytest.raises(CheckpointError, match=r"w\.pth\.tar"):
        load_weights(nn.Linear(2, 2), path)


def test_a_checkpoint_that_unfolds_is_not_unfolded(tmp_path):
    path = tmp_path / "w.pth.tar"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data.pkl", bytes(1 << 24))
    with pytest.raises(CheckpointError, match="compressed"):
        load_weights(nn.Linear(2, 2), path)


def test_a_matlab_file_that_unfolds_is_not_unfolded(tmp_path):
    bomb = zlib.compress(bytes(1 << 26))
    path = tmp_path / "cam1_params.mat"
    path.write_bytes(b"MATLAB 5.0".ljust(124, b" ") + b"\0\1IM" + struct.pack("<II", 15, len(bomb)) + bomb)
    with pytest.raises(CalibrationError, match="unfolds to too much"):
        read_matlab(path)


CAMERA = Camera("a", 64, 48, 70.0, 70.0, 32.0, 24.0, np.eye(3), np.zeros(3))
HEADER = ResultsHeader("walk", 25.0, (CAMERA,), (0.0, 0.0), "digest")
PERSON = '{"id":1,"lod":"root_only","confidence":C,"root_mm":[R,2,3],"joints_mm":null,"root_px":{"a":[P,2]},"joints_px":null}'


@pytest.mark.parametrize(
    ("confidence", "root", "px"),
    [("0.5", "NaN", "1"), ("0.5", "Infinity", "1"), ("0.5", "1e999", "1"), ("0.5", "1", "1e9"), ("1e999", "1", "1"),
     ("0.5", "9" * 400, "1"), ("0.5", "9" * 5000, "1"), ("0.5", '"1"', "1"), ("0.5", "[" * 3000, "1")],
    ids=range(9),
)  # fmt: skip
def test_poses_with_numbers_that_are_none(tmp_path, confidence, root, px):
    path = tmp_path / "poses.jsonl"
    PosesWriter(path, HEADER).close()
    person = PERSON.replace("C", confidence, 1).replace("R", root, 1).replace("P", px, 1)
    with path.open("a") as file:
        file.write(f'{{"frame":0,"time_s":0,"lod_distance_mm":0,"persons":[{person}]}}\n')
    with pytest.raises(ExportError, match=r"poses\.jsonl, line 2"):
        read_poses(path)


def test_a_frame_of_twenty_thousand_people_is_refused(tmp_path):
    path = tmp_path / "poses.jsonl"
    PosesWriter(path, HEADER).close()
    person = json.loads(PERSON.replace("C", "0.5", 1).replace("R", "1", 1).replace("P", "1", 1))
    with path.open("a") as file:
        file.write(json.dumps({"frame": 0, "time_s": 0.0, "lod_distance_mm": 0.0, "persons": [person] * 20_000}) + "\n")
    with pytest.raises(ExportError, match="20000 people"):
        read_poses(path)


@posix
def test_links_planted_in_the_output_are_not_written_through(tmp_path, maker):
    precious = tmp_path / "precious"
    precious.write_text("keep")
    for name in ("poses.jsonl", "overlay.part.mp4", "contact_sheet.part.png"):
        (tmp_path / name).symlink_to(precious)
    PosesWriter(tmp_path / "poses.jsonl", HEADER).close()
    assert (tmp_path / "poses.jsonl").read_text().startswith('{"schema"')
    from job_fakes import JobEstimator, JobSource

    source, estimator = JobSource(), JobEstimator()
    writers = [
        OverlayVideoWriter(tmp_path / "overlay.mp4", source.cameras, 25.0, "x"),
        ContactSheetWriter(tmp_path / "contact_sheet.png", source.cameras, "x"),
    ]
    for writer in writers:
        frame = source.read(0)
        writer.write(frame, estimator.refine(estimator.detect(frame), 0.0))
        writer.close()
        assert writer.path.stat().st_size > 100
    assert precious.read_text() == "keep"


def test_what_nobody_expected_of_a_file_becomes_a_sentence_that_names_it():
    for reason in (IndexError("x"), ZeroDivisionError(), RecursionError("deep"), MemoryError(), struct.error("short")):
        with pytest.raises(SourceError, match=r"a\.toml can't be used"), told_by_name(Path("a.toml")):
            raise reason
    with pytest.raises(UserError, match="our own"), told_by_name(Path("a.toml")):
        raise ConfigError("our own")


@pytest.mark.parametrize(
    "line",
    [
        ["--distance", "inf"], ["--source", "~nobody_of_this_name/x"], ["--source", "n" * 5000], ["--config", "n" * 5000],
        ["--config", "~nobody_of_this_name/x.yaml"], ["--set", "A" * 5000 + "=1"],
    ],
    ids=range(6),
)  # fmt: skip
def test_command_lines_end_in_a_sentence(line, capsys):
    import run

    assert run.main(["--headless", *line]) == 1
    assert "Error: " in capsys.readouterr().err


@posix
def test_the_fuzz_bench_runs():
    command = [sys.executable, "-m", "modules.evaluation.fuzz", "--seed", "3", "--cases", "12"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert "0 of 12 cases did not end" in said, said
