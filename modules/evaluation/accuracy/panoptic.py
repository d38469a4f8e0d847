"""Accuracy on a recording in CMU Panoptic's layout, against its ground truth.

Ground truth: ``hdPose3d_stage1_coco19/body3DScene_XXXXXXXX.json`` with ``bodies[].joints19``, 19 × (x, y, z, confidence), cm,
y down (Panoptic Studio's data format, Joo et al., TPAMI 2017). As in VoxelPose's evaluation a joint counts if its confidence
exceeds 0.1 and a person if the mid-hip does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from modules.core.errors import SourceError
from modules.core.protocols import Estimator, FrameSource
from modules.core.skeleton import JOINT_NAMES, MID_HIP, NUM_JOINTS, PANOPTIC19_OF_JOINT
from modules.core.types import Lod, PoseResult
from modules.evaluation.common.metrics import AP_THRESHOLDS_MM, FramePoses, Scores, score
from modules.evaluation.common.report import markdown_table, percent
from modules.focus.images import IMAGE_SUFFIXES, frame_number

TRUTH_DIR = "hdPose3d_stage1_coco19"
TRUTH_NAME = re.compile(r"body3DScene_(\d+)\.json")
#: Row vector in the studio's axes (y down) times this: our axes (z up).
STUDIO_TO_WORLD = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
MM_PER_CM = 10.0
MIN_CONFIDENCE = 0.1


def truth_files(folder: Path) -> dict[int, Path]:
    """Frame number → ground-truth file; SourceError if there is none."""
    files = {int(m[1]): path for path in sorted((folder / TRUTH_DIR).glob("*.json")) if (m := TRUTH_NAME.fullmatch(path.name))}
    if not files:
        raise SourceError(
            "{folder} has no ground truth: expected {name}/body3DScene_XXXXXXXX.json.", folder=folder, name=TRUTH_DIR
        )
    return files


def read_truth(path: Path) -> np.ndarray:
    """float64 [G, J, 3], mm, world (z up), NaN: joint of low confidence; SourceError if it isn't such a file."""
    try:
        bodies = json.loads(path.read_text(encoding="utf-8"))["bodies"]
        joints = np.array([body["joints19"] for body in bodies], np.float64).reshape(len(bodies), 19, 4)
    except OSError as error:
        raise SourceError("Can't read the ground truth {file}: {reason}.", file=path, reason=error.strerror) from error
    except (ValueError, KeyError, TypeError) as error:  # JSONDecodeError and UnicodeDecodeError are ValueErrors
        raise SourceError(
            "The ground truth {file} is not a Panoptic body3DScene file ({reason}).", file=path, reason=error
        ) from error
    joints = joints[:, list(PANOPTIC19_OF_JOINT)]
    world = joints[..., :3] @ STUDIO_TO_WORLD * MM_PER_CM
    world[joints[..., 3] <= MIN_CONFIDENCE] = np.nan
    return world[np.isfinite(world[:, MID_HIP]).all(-1)]


def frame_poses(result: PoseResult, truth_mm: np.ndarray) -> FramePoses:
    """One result beside its truth; people without a pose take no part."""
    full = [p for p in result.persons if p.lod is Lod.FULL]
    joints = np.array([p.joints_world_mm for p in full]).reshape(-1, NUM_JOINTS, 3)
    return FramePoses(joints, np.array([p.confidence for p in full]), truth_mm)


def evaluate_panoptic(
    source: FrameSource,
    estimator: Estimator,
    truth: dict[int, Path],
    frame_numbers: Sequence[int],
    chosen: slice = slice(None),
    progress: Callable[[int, int], None] | None = None,
) -> Scores:
    """Runs the frames that have ground truth, everyone in full detail.

    Args:
        truth: frame number → file. frame_numbers: the recording's own number of each of the source's frames.
        chosen: which of the source's frames.
    """
    pairs = [(index, truth[number]) for index, number in list(enumerate(frame_numbers))[chosen] if number in truth]
    if not pairs:
        raise SourceError(
            "None of the {count} frames of {folder} has ground truth.", count=len(source), folder=source.info.path
        )
    return score(list(_run(source, estimator, pairs, progress)))


def _run(
    source: FrameSource, estimator: Estimator, pairs: Sequence[tuple[int, Path]], progress: Callable[[int, int], None] | None
) -> Iterator[FramePoses]:
    for done, (index, path) in enumerate(pairs):
        result = estimator.refine(estimator.detect(source.read(index)), 0.0)
        yield frame_poses(result, read_truth(path))
        if progress is not None:
            progress(done + 1, len(pairs))


def frame_numbers(source: FrameSource, folder: Path) -> list[int]:
    """The recording's number of each of the source's frames: from the names of its images, or the index itself for videos."""
    folders = [f for f in sorted((folder / "hdImgs").glob("*")) if f.is_dir() and f.name in source.info.camera_names]
    numbers = [{frame_number(image) for image in f.iterdir() if image.suffix.lower() in IMAGE_SUFFIXES} for f in folders]
    if not numbers:
        return list(range(len(source)))
    return sorted(n for n in set.intersection(*numbers) if n is not None)[: len(source)]


def scores_table(name: str, scores: Scores) -> str:
    """Headline figures, AP, PCP and errors per joint of one set."""
    rows: list[Sequence[object]] = [
        ["frames", scores.frames],
        ["people", scores.people],
        ["MPJPE, mm", scores.mpjpe_mm],
        ["median joint error, mm", scores.median_mm],
        ["recall@500 mm", percent(scores.recall_500)],
        ["false people per frame", scores.false_per_frame],
        *(["AP" + str(t), percent(scores.ap[t])] for t in AP_THRESHOLDS_MM),
        *(["PCP " + group, percent(value)] for group, value in scores.pcp.items()),
        *([f"{joint}, mm", scores.joint_mm[joint]] for joint in JOINT_NAMES),
    ]
    return markdown_table([name, "measured"], rows)


def as_dict(scores: Scores) -> dict[str, Any]:
    """For JSON."""
    return asdict(scores)
