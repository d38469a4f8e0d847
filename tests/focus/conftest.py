"""Tiny recordings whose frames carry their own number, and cameras worked out apart from the readers."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

#: Frame number as eight grey blocks, four in a row: large and apart enough to survive compression.
BLOCKS = (2, 4)
DARK, LIGHT = 40, 215


@dataclass(frozen=True)
class OpenCVCamera:
    """A camera as OpenCV's documentation has it: x_cam = R x + t, in metres."""

    K: np.ndarray
    distortion: np.ndarray  # k1, k2, p1, p2, k3
    rvec: np.ndarray
    t_m: np.ndarray

    @property
    def R(self) -> np.ndarray:
        return cv2.Rodrigues(self.rvec)[0]

    def project(self, points_m: np.ndarray) -> np.ndarray:
        return cv2.projectPoints(points_m, self.rvec, self.t_m, self.K, self.distortion)[0][:, 0]


@dataclass(frozen=True)
class Maker:
    """Writes the files of a recording."""

    def frame(self, number: int, size: tuple[int, int] = (64, 48)) -> np.ndarray:
        """uint8 [H, W, 3], RGB; its red differs from its blue, so that swapped channels show."""
        bits = [(number >> bit) & 1 for bit in range(8)]
        grey = np.where(np.array(bits).reshape(BLOCKS), LIGHT, DARK).astype(np.uint8)
        image = np.repeat(cv2.resize(grey, size, interpolation=cv2.INTER_NEAREST)[..., None], 3, axis=2)
        image[..., 0] = np.minimum(image[..., 0], 120)
        return image

    def number(self, image: np.ndarray) -> int:
        """The number that a decoded frame carries."""
        height, width = image.shape[:2]
        rows, columns = BLOCKS
        bits = [
            image[int((r + 0.5) * height / rows), int((c + 0.5) * width / columns), 2] > (DARK + LIGHT) / 2
            for r in range(rows)
            for c in range(columns)
        ]
        return sum(int(bit) << place for place, bit in enumerate(bits))

    def video(
        self, path: Path, count: int = 30, size: tuple[int, int] = (64, 48), fps: float = 25.0, code: str = "mp4v",
        first: int = 0,
    ) -> Path:  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*code), fps, size)
        assert writer.isOpened()
        for number in range(first, first + count):
            writer.write(cv2.cvtColor(self.frame(number, size), cv2.COLOR_RGB2BGR))
        writer.release()
        return path

    def av_video(
        self,
        path: Path,
        times_s: Sequence[float],
        code: str = "h264",
        first: int = 0,
        numbers: Sequence[int] | None = None,
        rate: int = 1000,
    ) -> Path:
        """Frames that are shown at these times."""
        path.parent.mkdir(parents=True, exist_ok=True)
        names = {"h264": "libx264", "vp8": "libvpx"}
        muxers = {".mts": "mpegts", ".ts": "mpegts", ".wmv": "asf"}
        with av.open(str(path), "w", format=muxers.get(path.suffix)) as container:
            stream = container.add_stream(names.get(code, code), rate=25 if code == "libsvtav1" else rate)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            if code != "libsvtav1":
                stream.bit_rate = 2_000_000
            stream.codec_context.time_base = Fraction(1, {"wmv2": 1000, "libsvtav1": 25}.get(code, 30000))
            for place, time_s in enumerate(times_s):
                number = first + place if numbers is None else numbers[place]
                frame = av.VideoFrame.from_ndarray(self.frame(number), format="rgb24")
                frame.pts = round(time_s / stream.codec_context.time_base)
                frame.time_base = stream.codec_context.time_base
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    def spoil_frame(self, path: Path, number: int) -> Path:
        """Overwrites one frame of a Motion JPEG video with zeros."""
        whole = path.read_bytes()
        starts = [at for at in range(len(whole)) if whole[at : at + 3] == b"\xff\xd8\xff"]
        start, stop = starts[number], starts[number + 1] - 16
        path.write_bytes(whole[:start] + bytes(stop - start) + whole[stop:])
        return path

    def images(self, folder: Path, names: Sequence[str], numbers: Sequence[int], size: tuple[int, int] = (64, 48)) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, number in zip(names, numbers, strict=True):
            cv2.imwrite(str(folder / name), cv2.cvtColor(self.frame(number, size), cv2.COLOR_RGB2BGR))
        return folder

    def camera(self, seed: int = 0) -> OpenCVCamera:
        """A distorted camera 3 m from the origin, looking at it."""
        rng = np.random.default_rng(seed)
        return OpenCVCamera(
            K=np.array([[70.0 + rng.uniform(-3, 3), 0, 32.5], [0, 71.0, 23.25], [0, 0, 1]]),
            distortion=np.array([-0.08, 0.03, 0.002, -0.001, 0.004]),
            rvec=rng.uniform(-1.5, 1.5, 3),
            t_m=np.array([0.1, -0.05, 3.0]) + rng.uniform(-0.1, 0.1, 3),
        )

    def points_m(self) -> np.ndarray:
        return np.random.default_rng(7).uniform(-0.8, 0.8, (40, 3))

    def toml(self, path: Path, cameras: dict[str, OpenCVCamera], size: tuple[int, int] = (64, 48)) -> Path:
        """As Pose2Sim writes it."""
        lines = []
        for name, camera in cameras.items():
            lines += [
                f"[{name}]" if name.isascii() else f'["{name}"]',
                f'name = "{name}"',
                f"size = [ {float(size[0])}, {float(size[1])}]",
                f"matrix = {camera.K.tolist()}",
                f"distortions = {camera.distortion.tolist()}",
                f"rotation = {camera.rvec.tolist()}",
                f"translation = {camera.t_m.tolist()}",
                "fisheye = false",
                "",
            ]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([*lines, "[metadata]", "adjusted = false", "error = 0.0", ""]))
        return path

    def panoptic_json(self, path: Path, cameras: dict[str, OpenCVCamera], size: tuple[int, int] = (64, 48)) -> Path:
        """As CMU publishes it: cm; the cameras' own world is the file's world (y down)."""
        entries = [
            {
                "name": name,
                "type": "hd",
                "resolution": list(size),
                "K": camera.K.tolist(),
                "distCoef": camera.distortion.tolist(),
                "R": camera.R.tolist(),
                "t": (camera.t_m * 100)[:, None].tolist(),
            }
            for name, camera in cameras.items()
        ]
        vga = {**entries[0], "name": "01_01", "type": "vga"} if entries else {}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"calibDataSource": "test", "cameras": [vga, *entries]}))
        return path

    def focus_pickle(self, path: Path, camera: OpenCVCamera, protocol: int = 4) -> Path:
        content = {
            "rvec": camera.rvec[:, None],
            "tvec": camera.t_m[:, None],
            "camera_matrix": camera.K,
            "dist_coeffs": camera.distortion[None],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(content, protocol=protocol))
        return path

    def qualisys(self, path: Path, names: Sequence[str], size: tuple[int, int] = (64, 48)) -> Path:
        """A camera at (0, -3000, 1000) mm that looks along +y, for each name; the next ones 500 mm to the right each."""
        camera = (
            '<camera serial="{name}"><fov_video left="0" top="0" right="{right}" bottom="{bottom}"/>'
            '<transform x="{x}" y="-3000" z="1000" r11="1" r12="0" r13="0" r21="0" r22="0" r23="1" r31="0" r32="-1" r33="0"/>'
            '<intrinsic focalLengthU="6400" focalLengthV="6400" centerPointU="2048" centerPointV="1536" radialDistortion1="0"'
            ' radialDistortion2="0" radialDistortion3="0" tangentalDistortion1="0" tangentalDistortion2="0"/></camera>'
        )
        body = "".join(
            camera.format(name=name, x=500 * place, right=size[0] - 1, bottom=size[1] - 1) for place, name in enumerate(names)
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<?xml version='1.0' encoding='ASCII'?><calibration><cameras>{body}</cameras></calibration>")
        return path

    def pose2sim(self, path: Path, counts: Sequence[int] = (30, 30), size: tuple[int, int] = (64, 48)) -> Path:
        """A Pose2Sim recording: cam01, cam02, …"""
        names = [f"cam{number:02d}" for number in range(1, len(counts) + 1)]
        for name, count in zip(names, counts, strict=True):
            self.video(path / "videos" / f"{name}.mp4", count, size)
        self.qualisys(path / "calibration" / "Calib.qca.txt", names, size)
        return path


@pytest.fixture(scope="session")
def maker() -> Maker:
    return Maker()
