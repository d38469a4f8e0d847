"""Sound files to spoil: a tiny recording, its calibration in every format, and the other files that the program reads."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
import torch
from safetensors.torch import save_file
from scipy.io import savemat
from scipy.spatial.transform import Rotation

SIZE = (64, 48)
NAMES = ("cam_1", "cam_2")


@dataclass(frozen=True)
class SeedCamera:
    """OpenCV's numbers of a camera 3 m from the origin, in metres."""

    name: str
    place: int

    @property
    def K(self) -> np.ndarray:
        return np.array([[70.0, 0, 32.5], [0, 71.0, 23.25], [0, 0, 1]])

    @property
    def dist(self) -> list[float]:
        return [-0.08, 0.03, 0.002, -0.001, 0.004]

    @property
    def rvec(self) -> np.ndarray:
        return np.array([0.4 + 0.3 * self.place, -0.8, 0.5])

    @property
    def R(self) -> np.ndarray:
        return cv2.Rodrigues(self.rvec)[0]

    @property
    def t(self) -> np.ndarray:
        return np.array([0.1 * self.place, -0.05, 3.0])


CAMERAS = tuple(SeedCamera(name, place) for place, name in enumerate(NAMES))


def video(path: Path, count: int = 8, code: str = "mpeg4") -> None:
    """A few grey frames."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(code, rate=25)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuvj420p" if code == "mjpeg" else "yuv420p"
        for number in range(count):
            image = np.full((SIZE[1], SIZE[0], 3), 20 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))


def calibrations() -> dict[str, bytes]:
    """File name → content, one calibration format each (the first camera's file where each camera has its own)."""
    first = CAMERAS[0]
    numbers = {c.name: {key: np.asarray(getattr(c, key)).tolist() for key in ("K", "dist", "rvec", "R", "t")} for c in CAMERAS}
    toml = "".join(
        f'[{name}]\nname = "{name}"\nsize = [64, 48]\nmatrix = {n["K"]}\ndistortions = {n["dist"]}\nrotation = {n["rvec"]}\n'
        f"translation = {n['t']}\nfisheye = false\n\n" for name, n in numbers.items()
    )  # fmt: skip
    panoptic = [
        {"name": name, "type": "hd", "resolution": [64, 48], "K": n["K"], "distCoef": n["dist"], "R": n["R"],
         "t": [[100 * v] for v in n["t"]]} for name, n in numbers.items()
    ]  # fmt: skip
    voxelpose = {
        name: {"fx": 70.0, "fy": 71.0, "cx": 32.5, "cy": 23.25, "R": n["R"], "T": [[1000.0], [9.0], [float(len(name))]],
               "k": [[0.1], [0.0], [0.0]], "p": [[0.0], [0.0]]} for name, n in numbers.items()
    }  # fmt: skip
    focus = {"rvec": first.rvec, "tvec": first.t, "camera_matrix": first.K, "dist_coeffs": np.array(first.dist)}
    opencap = {"intrinsicMat": first.K, "distortion": np.array([first.dist]), "imageSize": np.array([[48.0], [64.0]]),
               "rotation": first.R, "translation": 1000 * first.t}  # fmt: skip
    pose = "\n".join(" ".join(map(str, row)) for row in np.column_stack([first.R, 1000 * first.t]).tolist())
    inner = "\n".join(" ".join(map(str, row)) for row in first.K.tolist())
    return {
        "Calib.toml": toml.encode(),
        "Calib.qca.txt": _qualisys(CAMERAS).encode(),
        "Calib.xml": _theia(CAMERAS).encode(),
        "Calib.xcp": _vicon(CAMERAS).encode(),
        "calibration_a.json": json.dumps({"cameras": panoptic}).encode(),
        "calibration_shelf.json": json.dumps(voxelpose).encode(),
        "extri.yml": _opencv_yaml(("R", "rvec"), ("T", "t")).encode(),
        "intri.yml": _opencv_yaml(("K", "K"), ("dist", "dist")).encode(),
        "cam_1.pkl": pickle.dumps(focus),
        "cam_1.pickle": pickle.dumps(opencap),
        "cam_1.mat": _matlab(first),
        "cam_1.calib": f"64\n48\n{inner}\n\n{pose}\n\n{' '.join(map(str, first.dist))}\n".encode(),
    }


def _turn(R: np.ndarray) -> str:
    return " ".join(f'r{i + 1}{j + 1}="{R[i, j]}"' for i in range(3) for j in range(3))


def _intrinsic(scale: float, more: str = "") -> str:
    lens = " ".join(f'radialDistortion{i}="0.01"' for i in (1, 2, 3)) + ' tangentalDistortion1="0" tangentalDistortion2="0"'
    return (
        f'<intrinsic focalLengthU="{70 * scale}" focalLengthV="{71 * scale}" centerPointU="{32 * scale}" '
        f'centerPointV="{24 * scale}" {lens} {more}/>'
    )


def _qualisys(cameras: tuple[SeedCamera, ...]) -> str:
    body = "".join(
        f'<camera active="1" serial="{c.name}"><fov_video left="0" top="0" right="63" bottom="47"/>'
        f'<transform x="{1000 * c.place}" y="-3000" z="1000" {_turn(c.R)}/>{_intrinsic(64)}</camera>' for c in cameras
    )  # fmt: skip
    return f"<?xml version='1.0' encoding='UTF-8'?><calibration><cameras>{body}</cameras></calibration>"


def _theia(cameras: tuple[SeedCamera, ...]) -> str:
    sensor = 'sensorMinU="0" sensorMaxU="63" sensorMinV="0" sensorMaxV="47" skew="0"'
    body = "".join(
        f'<camera active="1" serial="{c.name}" viewrotation="0"><transform x="{1000 * c.place}" y="-3000" z="1000" '
        f"{_turn(c.R)}/>{_intrinsic(1, sensor)}</camera>" for c in cameras
    )  # fmt: skip
    return f"<?xml version='1.0'?><calibration><cameras>{body}</cameras></calibration>"


def _vicon(cameras: tuple[SeedCamera, ...]) -> str:
    body = "".join(
        f'<Camera DEVICEID="{c.name}" TYPE="Video" PIXEL_ASPECT_RATIO="1" SENSOR_SIZE="64 48"><KeyFrames><KeyFrame '
        f'FOCAL_LENGTH="70" PRINCIPAL_POINT="32 24" ORIENTATION="{" ".join(map(str, Rotation.from_matrix(c.R).as_quat()))}" '
        f'POSITION="{1000 * c.place} -3000 1000" VICON_RADIAL2="ViconRadial2 32 24 1e-6 0 0"/></KeyFrames></Camera>'
        for c in cameras
    )
    return f"<?xml version='1.0'?><Cameras>{body}</Cameras>"


def _opencv_yaml(*entries: tuple[str, str]) -> str:
    lines = ["%YAML:1.0", "---", "names:", *(f'  - "{name}"' for name in NAMES)]
    for camera in CAMERAS:
        for key, attribute in entries:
            value = np.atleast_2d(getattr(camera, attribute))
            lines += [
                f"{key}_{camera.name}: !!opencv-matrix",
                f"  rows: {value.shape[0]}",
                f"  cols: {value.shape[1]}",
                "  dt: d",
            ]
            lines += [f"  data: {value.ravel().tolist()}"]
    return "\n".join([*lines, ""])


def _matlab(camera: SeedCamera) -> bytes:
    import io

    file = io.BytesIO()
    savemat(file, {"K": camera.K.T, "RDistort": camera.dist[:2], "TDistort": [0.0, 0.0], "r": camera.R.T, "t": camera.t},
            do_compression=True)  # fmt: skip
    return file.getvalue()


def checkpoint(folder: Path) -> dict[str, Path]:
    """A small network's weights in both formats."""
    state = {"weight": torch.ones(3, 4), "bias": torch.zeros(3)}
    paths = {"weights.pth.tar": folder / "weights.pth.tar", "weights.safetensors": folder / "weights.safetensors"}
    torch.save(state, paths["weights.pth.tar"])
    save_file(state, paths["weights.safetensors"])
    return paths
