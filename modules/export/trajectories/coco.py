"""COCO's keypoint format (Lin et al., ECCV 2014; cocodataset.org, "Data format") with 3D: one JSON file.

An image is one view of one frame (``camera``, ``frame``, ``time_s`` added), an annotation one person in it. ``keypoints``
are x, y, v of the joints that the category names, px of the camera's frame, (0, 0) the centre of its top-left pixel; v is 2
for a joint that was measured, 1 for one that was filled, 0 (at 0, 0) for a gap or a joint outside the frame. Added to the
format: ``track_id``, and ``keypoints_world_mm`` in ``poses``, the people of each frame once for all views (world, z up, mm,
null for a gap), to which an annotation's ``pose_id`` leads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from modules.core.errors import ExportError
from modules.core.geometry import visible_px
from modules.core.skeleton import LIMBS
from modules.core.trajectory import Sample, TrajectorySet
from modules.core.types import Camera

from .common import blocks, clock_s, missing, written
from .tables import lines, numbers

VISIBLE = {Sample.MISSING: 0, Sample.MEASURED: 2, Sample.FILLED: 1, Sample.REJECTED: 1}
PERSON = 1
#: Of px and mm.
DECIMALS = 2


def write_coco(trajectories: TrajectorySet, cameras: Sequence[Camera], path: Path) -> None:
    """All views' annotations.

    Args:
        cameras: V cameras, for the projections.

    Raises:
        ExportError: the file can't be written; there are no cameras.
    """
    if not cameras:
        raise ExportError("{file}: COCO's format needs the cameras, which are not known here.", file=path)
    head = {
        "info": {"description": trajectories.recording, "method": trajectories.method},
        "licenses": [],
        "categories": [
            {
                "id": PERSON,
                "name": "person",
                "supercategory": "person",
                "keypoints": list(trajectories.joint_names),
                "skeleton": [[a + 1, b + 1] for a, b in LIMBS],
            }
        ],
    }
    with written(path) as file:
        file.write((json.dumps(head, ensure_ascii=False)[:-1] + ', "images": [\n').encode("utf-8", "replace"))
        _join(file, _images(trajectories, cameras))
        file.write(b'], "poses": [\n')
        _join(file, _poses(trajectories))
        file.write(b'], "annotations": [\n')
        _join(file, _annotations(trajectories, cameras))
        file.write(b"]}\n")


def _join(file: IO[bytes], lists: Iterator[list[str]]) -> None:
    """The entries of all lists, with commas between them."""
    separator = ""
    for entries in lists:
        if entries:
            file.write((separator + ",\n".join(entries)).encode())
            separator = ",\n"
    file.write(b"\n")


def _images(trajectories: TrajectorySet, cameras: Sequence[Camera]) -> Iterator[list[str]]:
    times = clock_s(trajectories)
    for part in blocks(len(times)):
        frames = trajectories.frames[part].tolist()
        yield [
            json.dumps(
                {
                    "id": (part.start + i) * len(cameras) + view + 1,
                    "width": camera.width_px,
                    "height": camera.height_px,
                    "file_name": f"{camera.name}_{frame:08d}.jpg",
                    "camera": camera.name,
                    "frame": frame,
                    "time_s": round(time_s, 6),
                },
                ensure_ascii=False,
            )
            for i, (frame, time_s) in enumerate(zip(frames, times[part].tolist(), strict=True))
            for view, camera in enumerate(cameras)
        ]


def _poses(trajectories: TrajectorySet) -> Iterator[list[str]]:
    people = len(trajectories.people)
    for part in blocks(len(trajectories.frames)):
        for number, person in enumerate(trajectories.people):
            gone = missing(person, part)
            there = np.flatnonzero(~gone.all(axis=1))
            rows = part.start + there
            pieces = ['{"id":', pa.array(rows * people + number + 1), ',"frame":', pa.array(trajectories.frames[rows])]
            pieces.append(f',"track_id":{person.track_id},"keypoints_world_mm":[')
            for joint in range(gone.shape[1]):
                places = [numbers(person.positions_world_mm[rows, joint, axis], DECIMALS) for axis in range(3)]
                known = pc.binary_join_element_wise("[", *_commas(places), "]", "")
                pieces += [pc.fill_null(known, "null"), "," if joint + 1 < gone.shape[1] else "]}"]
            yield lines(pieces) if len(there) else []


def _commas(columns: list[pa.Array]) -> list[pa.Array | str]:
    """The columns as text with commas between them."""
    texts = [column.cast(pa.string()) for column in columns]
    return [piece for text in texts for piece in (",", text)][1:]


def _annotations(trajectories: TrajectorySet, cameras: Sequence[Camera]) -> Iterator[list[str]]:
    V, P = len(cameras), len(trajectories.people)
    states = np.array([VISIBLE[state] for state in Sample])
    number = 0
    for part in blocks(len(trajectories.frames)):
        for p, person in enumerate(trajectories.people):
            for view, camera in enumerate(cameras):
                pixels = visible_px(person.positions_world_mm[part], camera).astype(np.float64)
                seen = ~np.isnan(pixels[..., 0])
                there = np.flatnonzero(seen.any(axis=1))
                pixels, seen, rows = pixels[there], seen[there], part.start + there
                visible = states[person.samples[rows]] * seen
                low, high = np.nanmin(pixels, axis=1, initial=np.inf), np.nanmax(pixels, axis=1, initial=-np.inf)
                pieces = ['{"id":', pa.array(number + 1 + np.arange(len(there))), ',"image_id":', pa.array(rows * V + view + 1)]
                pieces += [',"pose_id":', pa.array(rows * P + p + 1), f',"track_id":{person.track_id}']
                pieces += [',"category_id":1,"iscrowd":0,"num_keypoints":', pa.array(seen.sum(axis=1)), ',"bbox":[']
                pieces += _commas([numbers(column, DECIMALS) for column in (*low.T, *(high - low).T)])
                pieces += ['],"area":', numbers((high - low).prod(axis=1), DECIMALS), ',"keypoints":[']
                triples = [
                    column
                    for joint in range(seen.shape[1])
                    for column in (
                        numbers(np.nan_to_num(pixels[:, joint, 0]), DECIMALS),
                        numbers(np.nan_to_num(pixels[:, joint, 1]), DECIMALS),
                        pa.array(visible[:, joint]),
                    )
                ]
                number += len(there)
                yield lines([*pieces, *_commas(triples), "]}"]) if len(there) else []
