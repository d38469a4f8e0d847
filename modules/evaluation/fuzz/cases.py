"""The cases: each makes its files in a folder of its own and does what a user would do with them."""

from __future__ import annotations

import contextlib
import io
import json
import pickle
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

import run
from modules.core.config import load_config, settings
from modules.core.config_keys import KEYS
from modules.core.errors import ConfigError
from modules.core.header import ResultsHeader
from modules.core.types import Camera
from modules.evaluation.fuzz import seeds, spoil
from modules.export.contact_sheet import ContactSheetWriter
from modules.export.film import FilmWriter
from modules.export.poses_jsonl import PosesWriter, read_poses
from modules.focus.recordings import open_recording
from modules.SelfPose3d.lib.core.checkpoint import load_weights

#: Makes a case in the folder with the generator, does it, and says what it was.
Case = Callable[[Path, random.Random], str]
HEADER = ResultsHeader("fuzz", 25.0, (Camera("a", 64, 48, 70, 70, 32, 24, np.eye(3), np.zeros(3)),), (0.0, 0.0), "digest")


def recording(folder: Path, spare: str = "Calib.toml") -> Path:
    """A sound recording of two cameras."""
    (folder / "videos").mkdir(parents=True)
    (folder / "calibration").mkdir()
    for name in seeds.NAMES:
        seeds.video(folder / "videos" / f"{name}.avi", code="mjpeg")
    content = seeds.calibrations()
    for name in (spare, "intri.yml") if spare == "extri.yml" else (spare,):
        (folder / "calibration" / name).write_bytes(content[name])
        if Path(name).stem == "cam_1":  # a file a camera
            (folder / "calibration" / name.replace("1", "2")).write_bytes(content[name])
    return folder


def look_through(folder: Path) -> None:
    """Opens a recording and reads all of it, forward and back."""
    with open_recording(folder) as opened:
        for index in [*range(min(len(opened), 12)), 0]:
            opened.read(index)


def calibration(folder: Path, rng: random.Random) -> str:
    name = rng.choice([key for key in seeds.calibrations() if key != "intri.yml"])
    path = recording(folder / "take", name) / "calibration" / name
    if name == "extri.yml" and rng.random() < 0.5:
        path = path.with_name("intri.yml")
    what = f"calibration {path.name}"
    if rng.random() < 0.25:
        what += f" replaced by a {spoil.in_place_of(path, rng)}"
    else:
        path.write_bytes(spoil.content(path.read_bytes(), rng))
    return _doing(what, look_through, folder / "take")


def many_cameras(folder: Path, rng: random.Random) -> str:
    one = seeds.calibrations()["Calib.toml"].decode().split("\n\n")[0]
    count = rng.choice((300, 40_000))
    text = "".join(one.replace("cam_1", f"cam_{n}") + "\n\n" for n in range(count))
    (recording(folder / "take") / "calibration" / "Calib.toml").write_text(text)
    return _doing(f"{count} cameras", look_through, folder / "take")


def pickles(folder: Path, rng: random.Random) -> str:
    nested: list = [1.0]
    for _ in range(60):
        nested = [nested, nested]
    made = {
        "long_binput": b"\x80\x02]r" + struct.pack("<I", 2**28) + b".",
        "bytearray": b"\x80\x05\x96" + struct.pack("<Q", 10**10) + b".",
        "binunicode": b"\x80\x04\x8d" + struct.pack("<Q", 2**40) + b".",
        "nested": pickle.dumps({"rvec": nested}),
        "deep": b"\x80\x02" + b"]" * 200_000 + b"a" * 199_999 + b".",
        "names": b"cposix\nsystem\n(Vtouch ran\ntR.",
        "memo": b"\x80\x04" + b"\x94" * 100 + b"h\x7f.",
        "noise": bytes(rng.randrange(256) for _ in range(300)),
    }
    name = rng.choice(list(made))
    take = recording(folder / "take", "cam_1.pkl")
    (take / "calibration" / "cam_1.pkl").write_bytes(made[name])
    return _doing(f"pickle {name}", look_through, take)


def video(folder: Path, rng: random.Random) -> str:
    path = recording(folder / "take") / "videos" / "cam_2.avi"
    kind = rng.choice(("spoilt", "in place", "playlist", "mp4"))
    if kind == "in place":
        return _doing(f"video replaced by a {spoil.in_place_of(path, rng)}", look_through, folder / "take")
    if kind == "playlist":
        path.write_text(rng.choice(("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "ffconcat version 1.0\nfile /etc/passwd\n")))
        path = path.rename(path.with_suffix(rng.choice((".mp4", ".ts", ".avi"))))
    if kind == "mp4":
        path.unlink()
        path = path.with_suffix(".mp4")
        seeds.video(path)
    if kind != "playlist":
        path.write_bytes(spoil.content(path.read_bytes(), rng))
    return _doing(f"video {kind}", look_through, folder / "take")


def images(folder: Path, rng: random.Random) -> str:
    take = recording(folder / "take")
    (take / "videos" / "cam_2.avi").unlink()
    inside = take / "videos" / "cam_2"
    inside.mkdir()
    suffix = rng.choice((".png", ".jpg", ".bmp", ".tiff", ".webp"))
    for number in range(8):
        import cv2

        picture = np.full(
            (48, 64, 3), 30 * number, np.uint16 if suffix in (".png", ".tiff") and rng.random() < 0.3 else np.uint8
        )
        (inside / f"{number}{suffix}").write_bytes(cv2.imencode(suffix, picture)[1].tobytes())
    path = inside / f"{rng.choice((0, 3))}{suffix}"
    kind = rng.choice(("spoilt", "in place", "huge header"))
    if kind == "in place":
        kind += f": {spoil.in_place_of(path, rng)}"
    elif kind == "huge header":
        path.unlink()
        (inside / path.with_suffix(".png").name).write_bytes(
            _black_png(*rng.choice(((32_000, 32_000), (2**31 - 1, 1), (0, 0))))
        )
    else:
        path.write_bytes(spoil.content(path.read_bytes(), rng))
    return _doing(f"image {suffix} {kind}", look_through, take)


def names(folder: Path, rng: random.Random) -> str:
    name = spoil.name(rng)
    take = recording(folder / "take")
    what = rng.choice(("folder", "video", "calibration"))
    with contextlib.suppress(OSError):  # a name that this disk does not take at all is no case
        if what == "folder":
            take = take.rename(folder / name)
        elif what == "video":
            (take / "videos" / "cam_2.avi").rename(take / "videos" / f"{name}.avi")
        else:
            (take / "calibration" / "Calib.toml").rename(take / "calibration" / f"{name}.toml")
    return _doing(f"{what} called {name[:20]!a}", look_through, take)


def config(folder: Path, rng: random.Random) -> str:
    path = folder / "room.yaml"
    bomb = "a: &a [1]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20))
    made = {
        "spoilt": spoil.content((run.DEFAULT_CONFIG).read_bytes(), rng),
        "aliases": bomb.encode(),
        "deep": b"[" * 20_000,
        "constructor": b"SOURCE: !!python/object/apply:os.system ['touch ran']\nA: !!timestamp 99999-99-99\n? [a]\n: b\n",
        "date": b"SOURCE: {PATH: 2001-99-99}\n",
        "numbers": f"RUNTIME: {{THREADS: {'9' * 5000}}}\n".encode(),
    }
    name = rng.choice(list(made))
    path.write_bytes(made[name])
    if rng.random() < 0.2:
        name = spoil.in_place_of(path, rng)
    return _doing(f"configuration {name}", load_config, path)


def values(folder: Path, rng: random.Random) -> str:
    name = rng.choice(list(KEYS))
    value = rng.choice(
        (*spoil.NUMBERS, "[1e9, 1e9]", "[8192, 8192]", "[4096, 4096]", "[.inf, 1, 2]", "~nobody", "x" * 5000, ".nan")
    )
    what = f"--set {name}={value[:20]}"

    def build() -> None:
        made = load_config(None, settings([f"{name}={value}"]))
        assert all(np.isfinite(v).all() for v in _numbers_of(made))

    return _doing(what, build)


def checkpoint(folder: Path, rng: random.Random) -> str:
    net = torch.nn.Linear(4, 3)
    paths = seeds.checkpoint(folder)
    odd: dict[str, Callable[[], torch.Tensor]] = {
        "sparse": lambda: torch.ones(3, 4).to_sparse(),
        "quantised": lambda: torch.quantize_per_tensor(torch.ones(3, 4), 0.1, 0, torch.qint8),
        "nested": lambda: torch.nested.nested_tensor([torch.ones(3, 4)]),
        "infinite": lambda: torch.full((3, 4), float("inf")),
        "nan": lambda: torch.full((3, 4), float("nan")),
        "huge view": lambda: torch.zeros(1).expand(10**6, 10**6),
        "meta": lambda: torch.ones(3, 4, device="meta"),
        "complex": lambda: torch.ones(3, 4, dtype=torch.complex64),
    }
    path = paths[rng.choice(list(paths))]
    kind = rng.choice((*odd, "spoilt", "in place", "deflated"))
    if kind in odd:
        path = paths["weights.pth.tar"]
        torch.save({"weight": odd[kind](), "bias": torch.zeros(3)}, path)
    elif kind == "in place":
        kind += f": {spoil.in_place_of(path, rng)}"
    elif kind == "deflated":
        path = paths["weights.pth.tar"]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a/data.pkl", "w") as entry:
            for _ in range(256):
                entry.write(bytes(1 << 20))
    else:
        path.write_bytes(spoil.content(path.read_bytes(), rng))
    return _doing(f"checkpoint {path.name} {kind}", load_weights, net, path)


def poses(folder: Path, rng: random.Random) -> str:
    path = folder / "poses.jsonl"
    writer = PosesWriter(path, HEADER)
    writer.close()
    person = {"id": 1, "lod": "root_only", "confidence": 0.5, "root_mm": [1.0, 2.0, 3.0], "joints_mm": None,
              "root_px": {"a": [1.0, 2.0]}, "joints_px": None}  # fmt: skip
    count = rng.choice((1, 3, 20_000))
    line = json.dumps({"frame": 0, "time_s": 0.0, "lod_distance_mm": 0.0, "persons": [person] * count})
    with path.open("a") as file:
        file.write(line + "\n")
    path.write_bytes(spoil.content(path.read_bytes(), rng) if count < 100 else path.read_bytes())
    what = f"poses.jsonl, {count} people"
    if rng.random() < 0.15:
        what += f", replaced by a {spoil.in_place_of(path, rng)}"

    def read() -> None:
        found = read_poses(path)
        for result in found.results:
            for someone in result.persons:
                assert not np.isinf(someone.root_world_mm).any()

    return _doing(what, read)


def planted(folder: Path, rng: random.Random) -> str:
    """Output into a folder where links and pipes wait under the names of the parts."""
    out = folder / "out"
    out.mkdir()
    precious = folder / "precious"
    precious.write_text("keep")
    maker: Sequence[Callable[[], object]] = (
        lambda: PosesWriter(out / "poses.jsonl", HEADER).close(),
        lambda: FilmWriter(out / "overlay.mp4", (640, 480), 25.0)._open(),
        lambda: ContactSheetWriter(out / "contact_sheet.png", HEADER.cameras, "x").close(),
    )
    import os

    kind = rng.choice(("soft", "hard", "pipe"))
    for name in ("poses.jsonl", "overlay.part.mp4", "contact_sheet.part.png"):
        if kind == "soft":
            (out / name).symlink_to(precious)
        elif kind == "hard":
            os.link(precious, out / name)
        else:
            os.mkfifo(out / name)

    def write() -> None:
        rng.choice(maker)()
        assert precious.read_text() == "keep", "written through a link"

    return _doing(f"{kind} links planted in the output", write)


def command_line(folder: Path, rng: random.Random) -> str:
    take = recording(folder / "take")
    odd = rng.choice(
        (
            ["--distance", "inf"], ["--distance", "nan"], ["--distance", "-1"], ["--frames", "²:3"],
            ["--frames", "9" * 5000 + ":"],
            ["--source", "~nobody_here/x"], ["--source", "n" * 5000], ["--config", "n" * 5000],
            ["--config", "~nobody_here/x.yaml"],
            ["--set", "TRACKING.MAX_GAP_FRAMES=" + "9" * 30], ["--set", "SOURCE.CALIBRATION=../../../../etc/passwd"],
            ["--set", "SOURCE.FRAME_OFFSETS={cam_1: 99999999999}"], ["--frames", "1e9:"], ["--set", "A" * 5000 + "=1"],
            ["--set", "SOURCE.CLOCK=nobody"], ["--set", "WEIGHTS.ALL=/dev/zero"], ["--set", "TAKE.FOLDER=~nobody_here"],
        )
    )  # fmt: skip
    line = [
        "--headless",
        "--source",
        str(take),
        "--frames",
        "0:1",
        "--set",
        "RIG.CHECK=false",
        "--set",
        f"TAKE.FOLDER={folder}",
        *odd,
    ]

    def start() -> None:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
            try:
                status = run.main(line)
            except SystemExit as ended:  # argparse's own sentence
                status = 1 if ended.code else 0
        if status:
            raise ConfigError("{text}", text=said.getvalue().strip() or "no sentence")

    return _doing(f"run.py {odd[0]} {odd[1][:30]}", start)


CASES: dict[str, tuple[Case, int]] = {
    "calibration": (calibration, 8), "many cameras": (many_cameras, 1), "pickle": (pickles, 2), "video": (video, 4),
    "image": (images, 4), "name": (names, 3), "configuration": (config, 3), "value": (values, 4), "checkpoint": (checkpoint, 3),
    "poses": (poses, 3), "planted": (planted, 1), "command line": (command_line, 2),
}  # fmt: skip


class Described(Exception):
    """How a case ended, with what it was."""

    def __init__(self, what: str, error: BaseException | None) -> None:
        super().__init__(what)
        self.what, self.error = what, error


def _doing(what: str, do: Callable[..., object], *arguments: object) -> str:
    try:
        do(*arguments)
    except Exception as error:  # every kind is told apart by the caller
        raise Described(what, error) from error
    return what


def _numbers_of(node: object) -> list[object]:
    if isinstance(node, dict):
        return [leaf for value in node.values() for leaf in _numbers_of(value)]
    if isinstance(node, list):
        return [leaf for value in node for leaf in _numbers_of(value)]
    return [node] if isinstance(node, (int, float)) else []


def _black_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(min(height * (width // 8 + 1), 1 << 27)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
