"""CMU Panoptic's 3D poses (Joo et al., TPAMI 2017): a folder ``hdPose3d_stage1_coco19`` with one JSON file a frame.

Panoptic's frame: cm, y down. ``joints19`` are 19 times x, y, z, c, the 15 joints first (our order is Panoptic's), then eyes
and ears, which are not known. c is 1 for a measured joint, 0.5 for a filled one, and -1 (place 0) for none, which readers of
that data set pass over.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa

from modules.core.errors import ExportError
from modules.core.files import cant_write
from modules.core.skeleton import NUM_JOINTS
from modules.core.trajectory import Sample, Trajectory, TrajectorySet

from .common import MM_PER_CM, blocks, clock_s, missing, presence
from .tables import lines, numbers

FOLDER = "hdPose3d_stage1_coco19"
JOINTS = 19
DECIMALS = 4
CONFIDENCE = {Sample.MEASURED: 1.0, Sample.FILLED: 0.5, Sample.REJECTED: 0.5}
#: World (z up) to Panoptic's axes (y down): (x, y, z) → (x, -z, y).
TO_PANOPTIC = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])


def write_panoptic(trajectories: TrajectorySet, folder: Path) -> None:
    """The files of all frames, those without people too; an older folder that holds nothing else is replaced.

    Raises:
        ExportError: the folder can't be written, or something else stands there.
    """
    part = folder.with_name(f"{folder.name}.part")
    try:
        for old in (part, folder):
            _check_ours(old)
        shutil.rmtree(part, ignore_errors=False) if part.exists() else None
        part.mkdir(parents=True)
        _write_frames(trajectories, part)
        if folder.exists():
            shutil.rmtree(folder)
        part.rename(folder)
    except OSError as error:
        raise cant_write(folder, error) from error


def _check_ours(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ExportError("{folder} is no folder; choose another name.", folder=folder)
    strange = folder.is_dir() and any(not path.match("body3DScene_*.json") for path in folder.iterdir())
    if strange:
        raise ExportError("{folder} holds other files; choose another folder.", folder=folder)


def _write_frames(trajectories: TrajectorySet, folder: Path) -> None:
    times = clock_s(trajectories)
    spans = [presence(person) for person in trajectories.people]
    start = f"{folder}{os.sep}body3DScene_"
    for part in blocks(len(times)):
        texts = [_bodies(person, part) for person in trajectories.people]
        for i in range(part.stop - part.start):
            row = part.start + i
            bodies = ",".join(text[i] for text, (first, last) in zip(texts, spans, strict=True) if first <= row < last)
            content = f'{{"version":0.7,"univTime":{times[row] * 1000:.3f},"fpsType":"hd_29_97","bodies":[{bodies}]}}\n'
            with open(f"{start}{trajectories.frames[row]:08d}.json", "wb", buffering=0) as file:
                file.write(content.encode())


def _bodies(person: Trajectory, part: slice) -> list[str]:
    """One JSON object a frame."""
    gone = missing(person, part)[:, :NUM_JOINTS]
    place = person.positions_world_mm[part, :NUM_JOINTS] @ TO_PANOPTIC.T / MM_PER_CM
    place = np.where(gone[..., None], 0.0, place)
    sure = np.array([CONFIDENCE.get(state, -1.0) for state in Sample])[person.samples[part, :NUM_JOINTS]]
    values = np.concatenate([place, np.where(gone, -1.0, sure)[..., None]], axis=2).reshape(len(gone), -1)
    pieces: list[str | pa.Array] = [f'{{"id":{person.track_id},"joints19":[']
    for column in values.T:
        pieces += [numbers(column, DECIMALS), ","]
    return lines([*pieces[:-1], ",0,0,0,-1" * (JOINTS - NUM_JOINTS), "]}"])
