"""CMU Panoptic's 3D poses (Joo et al., TPAMI 2017): ``body3DScene_*.json``, one file a frame; cm, y down."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np

from modules.core.errors import ExportError
from modules.core.files import read_small, told_by_name
from modules.core.skeleton import JOINT_NAMES, NUM_JOINTS

from .person import Marked

MM_PER_CM = 10.0
_NAME = re.compile(r"body3DScene_(\d+)\.json$")


def read(path: Path) -> list[Marked]:
    """Everyone of a folder, or of the folder of one of its files, by their ids; ExportError. No times: frames are numbers."""
    folder = path if path.is_dir() else path.parent
    inner = folder / "hdPose3d_stage1_coco19"
    with told_by_name(folder, ExportError):
        folder = inner if inner.is_dir() else folder
        files = sorted((int(m[1]), file) for file in folder.iterdir() if (m := _NAME.search(file.name)))
    if not files:
        raise ExportError("{folder} has no body3DScene_….json.", folder=folder)
    frames = np.arange(files[0][0], files[-1][0] + 1)
    people: dict[int, np.ndarray] = {}
    for number, file in files:
        with told_by_name(file, ExportError):
            for body in json.loads(read_small(file, ExportError))["bodies"]:
                own = people.setdefault(int(body["id"]), np.full((len(frames), NUM_JOINTS, 3), np.nan))
                values = np.array(body["joints19"], np.float64).reshape(-1, 4)[:NUM_JOINTS]
                x, y, z, sure = values.T
                known = np.where(sure >= 0, 1.0, np.nan)[:, None]
                own[number - frames[0]] = np.stack([x, z, -y], 1) * MM_PER_CM * known
    if not people:
        raise ExportError("Nobody is in {folder}.", folder=folder)
    times = np.full(len(frames), np.nan)
    return [Marked(folder, str(who), JOINT_NAMES, float("nan"), frames, times, own) for who, own in sorted(people.items())]
