"""People's motion out of results, and how far it is from a reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from yacs.config import CfgNode

from modules.core.comparison import Comparison
from modules.core.protocols import Results
from modules.core.trajectory import TrajectorySet
from modules.core.types import PoseResult

from .takes import open_results


def trajectories(config: CfgNode, results: Results, raw: bool = False) -> TrajectorySet:
    """Everyone's trajectories over all computed frames, cleaned as MOTION.* says; ``raw``: as they were measured.

    People who were found in too few frames (TAKE.SHORTEST_TRACK) are left out. TakeError, ExportError.
    """
    from modules.motion.clean import cleaned, cleaning_from
    from modules.motion.deviations import with_calibration
    from modules.motion.reprojection import calibration_mm

    kept = _kept(config, results)
    measured = _measured(results, kept)
    found = measured if raw else cleaned(measured, cleaning_from(config))
    return with_calibration(found, calibration_mm(kept, results.cameras))


def motion(config: CfgNode, results: Results) -> tuple[TrajectorySet, TrajectorySet, dict[int, np.ndarray]]:
    """Everyone's trajectories as measured, and cleaned as MOTION.* says, as ``trajectories``; and where the 2D network sees
    their joints, as ``modules.motion.reprojection.seen_px``."""
    from modules.motion.clean import cleaned, cleaning_from
    from modules.motion.deviations import with_calibration
    from modules.motion.reprojection import calibration_mm, seen_px

    kept = _kept(config, results)
    measured = _measured(results, kept)
    seen = seen_px(kept, measured.frames, {person.track_id for person in measured.people})
    off_mm = calibration_mm(kept, results.cameras)
    smooth = cleaned(measured, cleaning_from(config))
    return with_calibration(measured, off_mm), with_calibration(smooth, off_mm), seen


def measured(config: CfgNode, results: Results) -> TrajectorySet:
    """Everyone's trajectories as measured, to be cleaned: without what the calibration adds to their deviations."""
    return _measured(results, _kept(config, results))


def _kept(config: CfgNode, results: Results) -> list[PoseResult]:
    distance = config.LOD.DISTANCE_MM if results.lod_distance_mm is None else results.lod_distance_mm
    found = (results.result(int(index), distance) for index in results.computed(distance))
    return [result for result in found if result is not None]


def _measured(results: Results, kept: Sequence[PoseResult]) -> TrajectorySet:
    from modules.motion.gather import raw_trajectories

    people = {person.track_id: person for person in results.people() if not person.short}
    names = {number: person.name for number, person in people.items() if person.name}
    header = results.header
    return raw_trajectories(kept, header.fps, header.recording, names, only=people.keys())


def read_reference(config: CfgNode, paths: Sequence[Path]) -> TrajectorySet:
    """Something to compare a take with: TRC files (one a person), a C3D file, Panoptic's JSON, another take or poses.jsonl.

    Raises:
        ExportError, TakeError: it can't be read, or nobody is in it.
    """
    from modules.motion.references.read import read

    if len(paths) == 1 and paths[0].suffix in (".sqlite", ".jsonl"):
        with closing(open_results(paths[0])) as results:
            return trajectories(config, results)
    return read(paths)


def compare(found: TrajectorySet, reference: TrajectorySet, shift_s: float = 0.0, move: bool = False) -> Comparison:
    """How far people are from a reference; see ``modules.motion.compare``."""
    from modules.motion.compare import compared

    return compared(found, reference, shift_s, move)


def angles(positions_mm: np.ndarray) -> Mapping[str, np.ndarray]:
    """Joint angles by name, degrees; see ``modules.motion.angles``."""
    from modules.motion.angles import joint_angles

    return joint_angles(positions_mm)
