"""What other programs' readers find in our files, brought back into the world's frame and mm; none of our writers' code.

Each reader returns ``Found``; a gap is what the reader takes for one: NaN, an empty cell, null, a residual below 0, a scale
of 0.
"""

from __future__ import annotations

import csv
import json
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from modules.core.skeleton import JOINT_NAMES

J = len(JOINT_NAMES)
#: The animated skeletons' joints, by tracked joint.
RIG_NAMES = (
    "Spine1", "Head", "Hips", "LeftArm", "LeftForeArm", "LeftHand", "LeftUpLeg", "LeftLeg", "LeftFoot",
    "RightArm", "RightForeArm", "RightHand", "RightUpLeg", "RightLeg", "RightFoot",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Found:
    """One file's content as a reader has it.

    Attributes:
        positions_world_mm: float64 [P, T, J, 3]; NaN in a gap.
        measured: bool [P, T, J], or None where the format can't tell measured from filled.
        fps: NaN where the file doesn't say.
    """

    positions_world_mm: np.ndarray
    measured: np.ndarray | None = None
    fps: float = math.nan


def from_y_up(points: np.ndarray) -> np.ndarray:
    """(x, y, z), y up → (x, -z, y), z up."""
    return np.stack([points[..., 0], -points[..., 2], points[..., 1]], axis=-1)


def trc(paths: Sequence[Path]) -> Found:
    """pandas."""
    import pandas as pd

    people = []
    for path in paths:
        with path.open(encoding="utf-8") as file:
            head = [next(file).rstrip("\n").split("\t") for _ in range(5)]
        rate, unit = float(head[2][0]), head[2][4]
        table = pd.read_csv(path, sep="\t", skiprows=5, header=None)
        assert len(table) == int(head[2][2])
        values = table.iloc[:, 2:].to_numpy(float).reshape(len(table), J, 3)
        people.append(from_y_up(values * {"m": 1000.0, "mm": 1.0}[unit]))
    return Found(np.stack(people), fps=rate)


def c3d_ezc3d(paths: Sequence[Path]) -> Found:
    """ezc3d (its residual and camera bytes are the other way round than in the format's guide, so only the sign is used)."""
    import ezc3d

    content = ezc3d.c3d(str(paths[0]))
    points, residual = content["data"]["points"][:3], content["data"]["meta_points"]["residuals"][0]
    points = np.where(residual < 0, np.nan, points).transpose(2, 1, 0)
    (rate,) = content["parameters"]["POINT"]["RATE"]["value"]
    return Found(points.reshape(len(points), -1, J, 3).transpose(1, 0, 2, 3), fps=float(rate))


def c3d_c3d(paths: Sequence[Path]) -> Found:
    """c3d."""
    import c3d

    with paths[0].open("rb") as file, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No analog data")
        reader = c3d.Reader(file)
        frames = np.array([points for _, points, _ in reader.read_frames()], np.float64)
        rate = float(reader.point_rate)
    gone = frames[..., 3] < 0
    points = np.where(gone[..., None], np.nan, frames[..., :3])
    shape = (len(points), -1, J)
    return Found(points.reshape(*shape, 3).transpose(1, 0, 2, 3), (frames[..., 3] > 0).reshape(shape).transpose(1, 0, 2), rate)


def csv_wide(paths: Sequence[Path]) -> Found:
    """pandas."""
    import pandas as pd

    table = pd.read_csv(paths[0])
    people = sorted({name.split("_")[0] for name in table.columns if name.startswith("p")}, key=lambda name: int(name[1:]))
    values = [[[table[f"{p}_{j}_{axis}_mm"] for axis in "xyz"] for j in JOINT_NAMES] for p in people]
    states = [[table[f"{p}_{j}_state"] == "measured" for j in JOINT_NAMES] for p in people]
    return Found(np.array(values, float).transpose(0, 3, 1, 2), np.array(states).transpose(0, 2, 1))


def csv_tidy(paths: Sequence[Path]) -> Found:
    """pandas."""
    import pandas as pd

    return _tidy(pd.read_csv(paths[0]))


def parquet(paths: Sequence[Path]) -> Found:
    """pyarrow and pandas."""
    import pyarrow.parquet as pq

    return _tidy(pq.read_table(paths[0]).to_pandas())


def _tidy(table) -> Found:
    frames, people = np.unique(table["frame"]), np.unique(table["track_id"])
    positions = np.full((len(people), len(frames), J, 3), np.nan)
    measured = np.zeros(positions.shape[:3], bool)
    at = (
        np.searchsorted(people, table["track_id"]),
        np.searchsorted(frames, table["frame"]),
        table["joint"].map({name: i for i, name in enumerate(JOINT_NAMES)}).astype(int),
    )
    positions[at] = table[["x_mm", "y_mm", "z_mm"]].to_numpy(float)
    measured[at] = table["state"] == "measured"
    return Found(positions, measured)


def bvh(paths: Sequence[Path]) -> Found:
    """pybvh: its own forward kinematics; gaps from the files beside."""
    import pybvh

    people = []
    for path in paths:
        content = pybvh.read_bvh_file(path, world_up="+y")
        places = content.joint_positions()
        points = from_y_up(places[:, [content.joint_index[name] for name in RIG_NAMES]] * 10.0)
        with path.with_suffix(".gaps.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                points[int(row["first_frame"]) : int(row["last_frame"]) + 1, JOINT_NAMES.index(row["joint"])] = np.nan
        people.append(points)
    return Found(np.stack(people), fps=1 / content.frame_time)


def glb(paths: Sequence[Path]) -> Found:
    """pygltflib for the structure, the buffer read by the accessors, scipy's rotations; gaps from scale and extras."""
    import pygltflib

    content = pygltflib.GLTF2().load(str(paths[0]))
    blob = content.binary_blob()
    times, people = None, []
    for root in content.scenes[0].nodes:
        keys = _animation(content, blob)
        hips, _ = content.nodes[root].children
        times = keys[hips, "translation"][0]
        places: dict[str, np.ndarray] = {}
        _walk(content, keys, hips, np.zeros((len(times), 3)), None, places)
        points = from_y_up(np.stack([places[name] for name in RIG_NAMES], axis=1) * 1000.0)
        at, scale = keys[root, "scale"]
        here = scale[np.searchsorted(at, times, side="right") - 1, 0] > 0
        points[~here] = np.nan
        for joint, first, last in content.nodes[root].extras.get("gaps", ()):  # an empty list is left out
            points[first : last + 1, JOINT_NAMES.index(joint)] = np.nan
        people.append(points)
    return Found(np.stack(people), fps=1 / float(np.median(np.diff(times))))


def _animation(content, blob: bytes) -> dict[tuple[int, str], tuple[np.ndarray, np.ndarray]]:
    """(node, path) → times [K], values [K, n]."""
    (animation,) = content.animations
    return {
        (channel.target.node, channel.target.path): (
            _accessor(content, blob, animation.samplers[channel.sampler].input)[:, 0],
            _accessor(content, blob, animation.samplers[channel.sampler].output),
        )
        for channel in animation.channels
    }


def _accessor(content, blob: bytes, index: int) -> np.ndarray:
    accessor = content.accessors[index]
    view = content.bufferViews[accessor.bufferView]
    width = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}[accessor.type]
    assert accessor.componentType == 5126
    start = (view.byteOffset or 0) + (accessor.byteOffset or 0)
    return np.frombuffer(blob, "<f4", accessor.count * width, start).reshape(-1, width).astype(np.float64)


def _walk(content, keys, index: int, place: np.ndarray, turn, places: dict[str, np.ndarray]) -> None:
    """Global places of a node and all below it."""
    from scipy.spatial.transform import Rotation

    node = content.nodes[index]
    offset = keys[index, "translation"][1] if (index, "translation") in keys else np.array(node.translation)
    place = place + (offset if turn is None else turn.apply(offset))
    places[node.name] = place
    if (index, "rotation") in keys:
        own = Rotation.from_quat(keys[index, "rotation"][1])
        turn = own if turn is None else turn * own
    for child in node.children:
        _walk(content, keys, child, place, turn, places)


def panoptic(paths: Sequence[Path]) -> Found:
    """json; cm, y down."""
    frames = [json.loads(path.read_bytes()) for path in sorted(paths[0].glob("body3DScene_*.json"))]
    people = sorted({body["id"] for frame in frames for body in frame["bodies"]})
    positions = np.full((len(people), len(frames), J, 3), np.nan)
    measured = np.zeros(positions.shape[:3], bool)
    for number, frame in enumerate(frames):
        for body in frame["bodies"]:
            joints = np.array(body["joints19"]).reshape(19, 4)[:J]
            x, y, z, sure = joints.T
            points = np.stack([x, z, -y], axis=1) * 10.0
            positions[people.index(body["id"]), number] = np.where(sure[:, None] < 0, np.nan, points)
            measured[people.index(body["id"]), number] = sure == 1
    return Found(positions, measured)


def coco(paths: Sequence[Path]) -> Found:
    """json; the poses, and that every annotation leads to one."""
    content = json.loads(paths[0].read_bytes())
    frames = sorted({image["frame"] for image in content["images"]})
    people = sorted({pose["track_id"] for pose in content["poses"]})
    positions = np.full((len(people), len(frames), J, 3), np.nan)
    for pose in content["poses"]:
        rows = [[math.nan] * 3 if point is None else point for point in pose["keypoints_world_mm"]]
        positions[people.index(pose["track_id"]), pose["frame"] - frames[0]] = rows
    known = {pose["id"] for pose in content["poses"]}
    assert all(annotation["pose_id"] in known for annotation in content["annotations"])
    return Found(positions)


#: format → (who reads it, reader)
READERS = {
    "trc": (("pandas", trc),),
    "trc_mm": (("pandas", trc),),
    "c3d": (("ezc3d", c3d_ezc3d), ("c3d", c3d_c3d)),
    "csv": (("pandas", csv_wide),),
    "csv_tidy": (("pandas", csv_tidy),),
    "parquet": (("pyarrow, pandas", parquet),),
    "bvh": (("pybvh", bvh),),
    "glb": (("pygltflib, scipy", glb),),
    "panoptic": (("json", panoptic),),
    "coco": (("json", coco),),
}
